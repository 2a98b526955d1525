//! Whose boards they are, and one command however it comes: by REST, by socket, or twice.

use reqwest::Method;
use serde_json::{Value, json};

use super::{detail, lead, path, text, wrong};
use crate::support::{Socket, TestApp, reduce};

#[actix_rt::test]
async fn tenants_do_not_see_each_others_boards() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let (first, stage) = (lead(&ada, &board, 0, "A").await, &board["stages"][0]);
    let stranger = app.other_tenant().await;
    let their_board = stranger.board().await;

    for path in [path("boards", &board), path("leads", &first)] {
        stranger.get(&path).await.expect_status(404);
        stranger.put(&path, json!({ "name": "meu" })).await.expect_status(404);
        stranger.delete(&path).await.expect_status(404);
    }
    stranger
        .put(&path("boards", &board), json!({ "is_default": true }))
        .await
        .expect_status(404);
    stranger
        .put(&path("stages", stage), json!({ "name": "meu" }))
        .await
        .expect_status(404);
    stranger.delete(&path("stages", stage)).await.expect_status(404);
    stranger
        .post("/leads", json!({ "board_id": board["id"], "title": "meu" }))
        .await
        .expect_status(404);
    stranger
        .post("/stages", json!({ "board_id": board["id"], "name": "meu" }))
        .await
        .expect_status(404);
    let foreign_stage = json!({ "board_id": their_board["id"], "stage_id": stage["id"], "title": "meu" });
    assert_eq!(
        wrong(&stranger.post("/leads", foreign_stage).await.expect_status(422)),
        [("stage_id", "not_found")]
    );
    let list = stranger
        .get(&format!("/leads?board_id={}", text(&board["id"])))
        .await
        .expect_status(200)
        .body;
    assert_eq!(list["total"], 0);
    assert_eq!(detail(&ada, &board).await["leads"], json!([first]));
}

#[actix_rt::test]
async fn a_write_repeated_under_its_key_changes_nothing_even_when_its_thing_is_gone() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let keys: Vec<String> = (0..5)
        .map(|index| format!("0193e0a0-0000-7000-8000-{index:012}"))
        .collect();
    let twice = async |method: Method, path: String, body: Option<Value>, key: &str| {
        let first = ada.send(method.clone(), &path, body.clone(), Some(key)).await;
        let second = ada.send(method, &path, body, Some(key)).await;
        assert_eq!((first.status, &first.body), (second.status, &second.body), "{path}");
        first
    };
    let made = twice(
        Method::POST,
        "/boards".to_owned(),
        Some(json!({ "name": "B" })),
        &keys[0],
    )
    .await
    .expect_status(201);
    let board = made.body;
    assert_eq!(ada.get("/boards?search=B").await.body["total"], 1);
    let body = json!({ "board_id": board["id"], "title": "T" });
    let lead = twice(Method::POST, "/leads".to_owned(), Some(body), &keys[1])
        .await
        .expect_status(201)
        .body;
    twice(Method::DELETE, path("leads", &lead), None, &keys[2])
        .await
        .expect_status(204);
    twice(Method::DELETE, path("stages", &board["stages"][5]), None, &keys[3])
        .await
        .expect_status(204);
    twice(Method::DELETE, path("boards", &board), None, &keys[4])
        .await
        .expect_status(204);
}

/// Sends each command over the socket, and over REST: both change the board, and a follower's view ends equal to a fresh one.
#[actix_rt::test]
async fn what_rest_and_sockets_do_is_seen_by_a_follower_as_a_fresh_snapshot_would_show_it() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let mut follower = vera.socket().await;
    let start = follower.subscribe(&topic).await;
    assert_eq!(
        start["snapshot"],
        detail(&ada, &board).await,
        "a snapshot is the body of the detail"
    );

    let mut socket = ada.socket().await;
    let ask = async |socket: &mut Socket, name: &str, data: Value| -> Value {
        let answer = socket.command(&topic, name, data).await;
        assert_eq!(answer["ok"], true, "{name}: {answer}");
        answer
    };
    let stage = |index: usize| board["stages"][index]["id"].clone();
    let one = ask(&mut socket, "create_lead", json!({ "title": "Um", "value": "10.05" })).await["data"].clone();
    let two = lead(&vera, &board, 0, "Dois").await;
    ask(
        &mut socket,
        "create_lead",
        json!({ "title": "Zero", "position": 0, "value": 3 }),
    )
    .await;
    ask(
        &mut socket,
        "move_lead",
        json!({ "lead_id": one["id"], "stage_id": stage(1), "position": 0 }),
    )
    .await;
    vera.post(
        &format!("{}/move", path("leads", &two)),
        json!({ "stage_id": stage(1), "after_lead_id": one["id"] }),
    )
    .await
    .expect_status(200);
    let both = json!({ "stage_id": stage(2), "position": 0, "value": "99.99" });
    vera.put(&path("leads", &one), both).await.expect_status(200);
    let made = ask(&mut socket, "create_stage", json!({ "name": "Nova" })).await["data"].clone();
    ask(
        &mut socket,
        "update_stage",
        json!({ "stage_id": made["id"], "color": "#123abc" }),
    )
    .await;
    let mut order: Vec<Value> = (0..6).rev().map(stage).collect();
    order.insert(2, made["id"].clone());
    ask(&mut socket, "reorder_stages", json!({ "stage_ids": order })).await;
    let deleted = ask(
        &mut socket,
        "delete_stage",
        json!({ "stage_id": stage(1), "move_to": stage(2) }),
    )
    .await;
    assert_eq!(deleted["data"], json!({ "stage_id": stage(1), "moved_to": stage(2) }));
    ask(
        &mut socket,
        "update_board",
        json!({ "name": "Renomeado", "description": "D" }),
    )
    .await;
    vera.delete(&path("leads", &two)).await.expect_status(204);
    let last = ask(
        &mut socket,
        "move_lead",
        json!({ "lead_id": one["id"], "stage_id": stage(0), "after_lead_id": null }),
    )
    .await;
    assert_eq!(last["data"]["from_stage_id"], stage(2));
    // Already so: accepted, and no event.
    let again = ask(
        &mut socket,
        "move_lead",
        json!({ "lead_id": one["id"], "stage_id": stage(0), "position": 0 }),
    )
    .await;
    assert_eq!(again["seq"], last["seq"]);

    let mut view = start["snapshot"].clone();
    let mut seq = start["seq"].as_i64().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    while json!(seq) != last["seq"] {
        let event = follower.next_event().await;
        seq += 1;
        assert_eq!(event["seq"], seq);
        assert!(event["by"]["name"].is_string());
        seen.insert(text(&event["type"]).to_owned());
        reduce::apply(&mut view, &event);
    }
    assert_eq!(reduce::normal(view), reduce::normal(detail(&ada, &board).await));
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            "board.updated",
            "lead.created",
            "lead.deleted",
            "lead.moved",
            "lead.updated",
            "stage.created",
            "stage.deleted",
            "stage.reordered",
            "stage.updated"
        ]
    );
    assert_eq!(
        ask(&mut socket, "delete_board", json!({})).await["data"],
        json!({ "board_id": board["id"] })
    );
}

#[actix_rt::test]
async fn a_refusal_over_a_socket_says_what_rest_says() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let mut socket = vera.socket().await;
    for (name, data, code) in [
        ("create_lead", json!({ "value": "x" }), "invalid"),
        ("create_lead", json!("title"), "malformed_frame"),
        ("invent_lead", json!({}), "malformed_frame"),
        ("delete_lead", json!({ "lead_id": ada.id }), "not_found"),
        ("create_stage", json!({ "name": "S" }), "forbidden"),
    ] {
        let answer = socket.command(&topic, name, data).await;
        assert_eq!(
            (&answer["ok"], &answer["error"]["code"]),
            (&json!(false), &json!(code)),
            "{name}: {answer}"
        );
    }
    let refused = socket.command(&topic, "create_lead", json!({ "value": "x" })).await;
    let rest = vera
        .post("/leads", json!({ "board_id": board["id"], "value": "x" }))
        .await
        .expect_status(422);
    assert_eq!(refused["error"]["errors"], rest.body["errors"]);
    assert_eq!(wrong(&rest), [("value", "invalid"), ("title", "required")]);
}
