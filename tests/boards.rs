//! Boards, as people use them.

mod board;
mod history;
mod lead;
mod live;

use serde_json::{Value, json};

use crate::support::{Answer, User};

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

pub(crate) fn path(collection: &str, thing: &Value) -> String {
    format!("/{collection}/{}", text(&thing["id"]))
}

/// The wrong fields of a refusal, with their codes.
pub(crate) fn wrong(answer: &Answer) -> Vec<(&str, &str)> {
    assert_eq!(answer.code(), "invalid", "{:#}", answer.body);
    let errors = answer.body["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| (text(&error["field"]), text(&error["code"])))
        .collect()
}

pub(crate) async fn detail(user: &User, board: &Value) -> Value {
    user.get(&path("boards", board)).await.expect_status(200).body
}

async fn lead(user: &User, board: &Value, stage: usize, title: &str) -> Value {
    let body = json!({ "board_id": board["id"], "stage_id": board["stages"][stage]["id"], "title": title });
    user.post("/leads", body).await.expect_status(201).body
}

/// The titles of a stage's leads, in order.
fn titles(board: &Value, stage: usize) -> Vec<&str> {
    let leads = board["leads"].as_array().unwrap().iter();
    let id = &board["stages"][stage]["id"];
    leads
        .filter(|lead| lead["stage_id"] == *id)
        .map(|lead| text(&lead["title"]))
        .collect()
}
