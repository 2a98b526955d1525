//! Team chat, as people use it.

mod attachments;
mod chat;
mod live;

use serde_json::{Value, json};

use crate::support::User;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

async fn group(by: &User, name: &str, others: &[&User]) -> Value {
    let ids: Vec<&str> = others.iter().map(|user| user.id.as_str()).collect();
    let body = json!({ "name": name, "type": "group", "participant_ids": ids });
    by.post("/chat/rooms", body).await.expect_status(201).body
}

async fn room(user: &User, id: &Value) -> Value {
    user.get(&format!("/chat/rooms/{}", text(id)))
        .await
        .expect_status(200)
        .body
}

async fn say(user: &User, room: &Value, content: &str) -> Value {
    let path = format!("/chat/rooms/{}/messages", text(&room["id"]));
    user.post(&path, json!({ "content": content }))
        .await
        .expect_status(201)
        .body
}

async fn rooms(user: &User) -> Vec<Value> {
    let body = user.get("/chat/rooms").await.expect_status(200).body;
    body["items"].as_array().unwrap().clone()
}
