//! 4. Once: a command that is sent again takes effect a single time, and gets its first answer.

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[actix_rt::test]
async fn p4_one_command_sent_five_times_takes_effect_once_with_one_answer() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let command_id = uuid::Uuid::new_v4().to_string();
    let data = json!({ "title": "Reforma da loja", "value": "1234.50" });
    let frame =
        json!({ "op": "command", "topic": topic, "name": "create_lead", "command_id": command_id, "data": data });

    let (mut one, mut two) = (user.socket().await, user.socket().await);
    // The same typed data: the number is the same money as the text.
    let body = json!({ "board_id": board["id"], "title": "Reforma da loja", "value": 1234.5 });
    let rest = user.send(Method::POST, "/leads", Some(body.clone()), Some(&command_id));
    let (first, second, rest) = tokio::join!(one.ask(frame.clone()), two.ask(frame.clone()), rest);
    let third = one.ask(frame.clone()).await;
    // As after a restart: this server has nothing in memory.
    let other = TestApp::start().await;
    let fourth = user
        .at(&other.url)
        .send(Method::POST, "/leads", Some(body), Some(&command_id))
        .await;

    assert_eq!(first["ok"], true, "{first}");
    for answer in [&second, &third] {
        assert_eq!((&answer["seq"], &answer["data"]), (&first["seq"], &first["data"]));
    }
    assert_eq!(rest.expect_status(201).body, first["data"]);
    assert_eq!(fourth.expect_status(201).body, first["data"]);
    let leads = user
        .get(&format!("/leads?board_id={}", board["id"].as_str().unwrap()))
        .await
        .body;
    assert_eq!(leads["total"], 1, "{leads}");
}

#[actix_rt::test]
async fn p4_an_id_belongs_to_its_body_and_to_its_user() {
    let app = TestApp::start().await;
    let (user, colleague) = (app.admin().await, app.user("seller").await);
    let board = user.board().await;
    let key = uuid::Uuid::new_v4().to_string();
    let lead = |title: &str| Some(json!({ "board_id": board["id"], "title": title }));

    user.send(Method::POST, "/leads", lead("Um"), Some(&key))
        .await
        .expect_status(201);
    let other_body = user
        .send(Method::POST, "/leads", lead("Outro"), Some(&key))
        .await
        .expect_status(422);
    assert_eq!(other_body.code(), "idempotency_key_reused");
    colleague
        .send(Method::POST, "/leads", lead("Outro"), Some(&key))
        .await
        .expect_status(201);
}

#[actix_rt::test]
async fn p4_a_refused_command_may_be_tried_again_under_its_id() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let stage = board["stages"][1]["id"].clone();
    let lead = user
        .post(
            "/leads",
            json!({ "board_id": board["id"], "stage_id": stage, "title": "Um" }),
        )
        .await
        .body;
    let mut socket = user.socket().await;
    let command_id = uuid::Uuid::new_v4().to_string();
    let data = json!({ "stage_id": stage });
    let delete =
        json!({ "op": "command", "topic": topic, "name": "delete_stage", "command_id": command_id, "data": data });

    let refused = socket.ask(delete.clone()).await;
    assert_eq!(refused["error"]["code"], "stage_not_empty", "{refused}");
    user.delete(&format!("/leads/{}", lead["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    assert_eq!(socket.ask(delete).await["ok"], true);
}
