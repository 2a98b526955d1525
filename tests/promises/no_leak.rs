//! 6. No leak: what is another tenant's does not exist, and who loses access stops receiving at once.

use serde_json::json;
use tokio_tungstenite::tungstenite;

use super::order::board_with_leads;
use crate::support::{Socket, TestApp, login};

#[actix_rt::test]
async fn p6_a_board_of_another_tenant_does_not_exist_on_rest_and_on_sockets() {
    let app = TestApp::start().await;
    let (owner, stranger) = (app.admin().await, app.other_tenant().await);
    let board = board_with_leads(&owner, 1).await;
    let (id, lead, stage) = (&board["id"], &board["leads"][0]["id"], &board["stages"][0]["id"]);
    let text = |id: &serde_json::Value| id.as_str().unwrap().to_owned();

    let absent = uuid::Uuid::now_v7();
    for path in [
        format!("/boards/{}", text(id)),
        format!("/leads/{}", text(lead)),
        format!("/boards/{absent}"),
    ] {
        assert_eq!(stranger.get(&path).await.expect_status(404).code(), "not_found");
        assert_eq!(stranger.delete(&path).await.expect_status(404).code(), "not_found");
        assert_eq!(
            stranger
                .put(&path, json!({ "name": "Meu", "title": "Meu" }))
                .await
                .expect_status(404)
                .code(),
            "not_found"
        );
    }
    let steal = json!({ "stage_id": stage, "position": 0 });
    stranger
        .post(&format!("/leads/{}/move", text(lead)), steal)
        .await
        .expect_status(404);
    stranger
        .put(&format!("/stages/{}", text(stage)), json!({ "name": "Meu" }))
        .await
        .expect_status(404);
    let mut socket = stranger.socket().await;
    for topic in [
        format!("board:{}", text(id)),
        format!("board:{absent}"),
        "board:x".into(),
        "nothing:1".into(),
    ] {
        assert_eq!(socket.subscribe(&topic).await["error"]["code"], "not_found");
        let answer = socket.command(&topic, "update_board", json!({ "name": "Meu" })).await;
        assert_eq!(answer["error"]["code"], "not_found", "{answer}");
    }
    let listed = stranger.get("/leads").await.body;
    assert_eq!(listed["total"], 0, "{listed}");

    let shorthand = format!("/ws/kanban/{}?token={}", text(id), stranger.token);
    let refused = Socket::open(&app.url, &shorthand).await.err().unwrap();
    assert!(matches!(refused, tungstenite::Error::Http(answer) if answer.status() == 404));
    // Nothing of this was felt by the owner.
    assert_eq!(owner.get(&format!("/boards/{}", text(id))).await.body, board);
}

#[actix_rt::test]
async fn p6_without_a_good_token_there_is_no_socket() {
    let app = TestApp::start().await;
    for path in [
        "/ws",
        "/ws?token=",
        "/ws?token=nonsense",
        "/ws/kanban/01890000-0000-7000-8000-000000000000?token=x",
    ] {
        let refused = Socket::open(&app.url, path).await.err().unwrap();
        assert!(
            matches!(refused, tungstenite::Error::Http(answer) if answer.status() == 401),
            "{path}"
        );
    }
}

#[actix_rt::test]
async fn p6_signing_out_ends_that_login_on_rest_and_sockets_and_no_other() {
    let app = TestApp::start().await;
    let here = app.user("seller").await;
    let there = login(app.client(), &app.url, &here.email, crate::support::PASSWORD).await;
    let (mut ended, mut going_on) = (here.socket().await, there.socket().await);
    ended.ask(json!({ "op": "ping" })).await;
    here.post("/auth/logout", json!({})).await.expect_status(204);
    assert_eq!(ended.closed().await, 4401);
    here.get("/auth/me").await.expect_status(401);
    assert_eq!(going_on.ask(json!({ "op": "ping" })).await["ok"], true);
    there.get("/auth/me").await.expect_status(200);
}

#[actix_rt::test]
async fn p6_a_deactivated_user_stops_receiving_at_once() {
    let app = TestApp::start().await;
    let (admin, seller) = (app.admin().await, app.user("seller").await);
    let board = board_with_leads(&admin, 1).await;
    let mut socket = seller.socket().await;
    assert_eq!(
        socket
            .subscribe(&format!("board:{}", board["id"].as_str().unwrap()))
            .await["ok"],
        true
    );
    admin
        .patch(&format!("/users/{}", seller.id), json!({ "is_active": false }))
        .await
        .expect_status(200);
    admin
        .post("/leads", json!({ "board_id": board["id"], "title": "Segredo" }))
        .await
        .expect_status(201);
    let mut heard = Vec::new();
    let code = loop {
        match socket.receive().await {
            Ok(frame) => heard.push(frame),
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4401);
    assert_eq!(heard, Vec::<serde_json::Value>::new());
}

#[actix_rt::test]
async fn p6_a_socket_outlives_its_token_only_when_it_is_renewed() {
    let app = TestApp::with(&["--jwt-access-token-expires=3s"]).await;
    let user = app.admin().await;
    let (mut forgetful, mut careful) = (user.socket().await, user.socket().await);
    let body = json!({ "refreshToken": user.refresh_token });
    // Renewed in its last second, so that the two ends lie well apart.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let fresh = user.post("/auth/refresh", body).await.expect_status(200).body;
    assert_eq!(
        careful.ask(json!({ "op": "auth", "token": "nonsense" })).await["error"]["code"],
        "unauthorized"
    );
    assert_eq!(
        careful
            .ask(json!({ "op": "auth", "token": fresh["accessToken"] }))
            .await["ok"],
        true
    );
    assert_eq!(forgetful.closed().await, 4401);
    assert_eq!(careful.ask(json!({ "op": "ping" })).await["ok"], true);
    assert_eq!(careful.closed().await, 4401);
}

#[actix_rt::test]
async fn p6_a_board_that_is_deleted_is_taken_from_its_readers() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = user.board().await;
    let id = board["id"].as_str().unwrap();
    let topic = format!("board:{id}");
    let mut socket = user.socket().await;
    socket.subscribe(&topic).await;
    let shorthand = format!("/ws/kanban/{id}?token={}", user.token);
    let mut shorthand = Socket::open(&app.url, &shorthand).await.unwrap();
    shorthand.wait_for(|frame| frame["re"] == 0).await;
    user.delete(&format!("/boards/{id}")).await.expect_status(204);
    assert_eq!(socket.next_event().await["type"], "board.deleted");
    let ended = socket.wait_for(|frame| !frame["unsubscribed"].is_null()).await;
    assert_eq!(
        ended,
        json!({ "topic": topic, "unsubscribed": { "code": "access_withdrawn" } })
    );
    assert_eq!(socket.subscribe(&topic).await["error"]["code"], "not_found");
    assert_eq!(shorthand.closed().await, 4403);
}
