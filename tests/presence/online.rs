//! Who is online, as everybody of the company hears it on the feed `presence`.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite;

use crate::support::{PASSWORD, Socket, TestApp, User, login, until};

/// A grace that no test outlives: what changes within it does so without grace.
const NO_END: &str = "--presence-grace-seconds=3600";

/// A socket of `user` that follows the feed.
async fn listener(user: &User) -> Socket {
    let mut socket = user.socket().await;
    let answer = socket.subscribe("presence").await;
    assert_eq!((&answer["ok"], &answer["topic"]), (&json!(true), &json!("presence")));
    socket
}

/// What the next change says of whom.
async fn next_change(socket: &mut Socket) -> (Value, Value) {
    let mut frame = socket.wait_for(|frame| frame["type"] == "presence.changed").await;
    assert_eq!(frame["topic"], "presence");
    assert!(
        frame["at"].is_string() && frame["data"]["since"].is_string() && frame["seq"].is_null(),
        "{frame}"
    );
    (frame["data"]["user_id"].take(), frame["data"]["status"].take())
}

fn change(user: &User, status: &str) -> (Value, Value) {
    (json!(user.id), json!(status))
}

#[actix_rt::test]
async fn whoever_opens_a_socket_is_online_until_a_moment_after_the_last_is_closed() {
    let app = TestApp::with(&["--presence-grace-seconds=1"]).await;
    let (admin, ana) = (app.admin().await, app.user("seller").await);
    let mut listener = listener(&admin).await;
    let (first, second) = (ana.socket().await, ana.socket().await);
    assert_eq!(next_change(&mut listener).await, change(&ana, "online"));
    let mut listed = admin.get("/users/online").await.expect_status(200).body;
    let answer = admin.socket().await.subscribe("presence").await;
    assert_eq!((&answer["users"], &answer["snapshot"]["users"]), (&listed, &listed));
    for user in listed.as_array_mut().unwrap() {
        assert!(user["since"].take().is_string());
    }
    assert_eq!(
        listed,
        json!([
            { "id": admin.id, "full_name": "Ada Admin", "status": "online", "since": null },
            { "id": ana.id, "full_name": "Nome seller", "status": "online", "since": null },
        ])
    );
    let left_at = |user: Value| user["last_seen_at"].as_str().unwrap_or_default().to_owned();
    let path = format!("/users/{}", ana.id);
    let before = left_at(admin.get(&path).await.body);
    drop(first);
    drop(second);
    assert_eq!(next_change(&mut listener).await, change(&ana, "offline"));
    let listed = admin.get("/users/online").await.body;
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    until("it is written down when she was last there", async || {
        left_at(admin.get(&path).await.body) > before
    })
    .await;
}

#[actix_rt::test]
async fn a_reload_changes_nothing_and_someone_is_away_when_all_tabs_are() {
    let app = TestApp::with(&[NO_END]).await;
    let (admin, ana) = (app.admin().await, app.user("seller").await);
    let mut listener = listener(&admin).await;
    let mut tab = ana.socket().await;
    assert_eq!(next_change(&mut listener).await, change(&ana, "online"));
    tab.ask(json!({ "op": "ping" })).await;
    drop(tab);
    let (mut one, mut other) = (ana.socket().await, ana.socket().await);
    let say = |name: &str| json!({ "op": "signal", "topic": "presence", "name": name });
    assert_eq!(one.ask(say("away")).await["ok"], true);
    assert_eq!(one.ask(say("dancing")).await["error"]["code"], "malformed_frame");
    assert_eq!(other.ask(say("away")).await["ok"], true);
    assert_eq!(
        next_change(&mut listener).await,
        change(&ana, "away"),
        "and nothing before"
    );
    assert_eq!(other.ask(say("online")).await["ok"], true);
    assert_eq!(next_change(&mut listener).await, change(&ana, "online"));
    drop(other);
    assert_eq!(
        next_change(&mut listener).await,
        change(&ana, "away"),
        "the tab that is left is not looked at"
    );
}

#[actix_rt::test]
async fn whoever_signs_out_or_is_deactivated_is_offline_at_once() {
    let app = TestApp::with(&[NO_END]).await;
    let (admin, ana, bruno) = (app.admin().await, app.user("seller").await, app.user("attendant").await);
    let elsewhere = login(app.client(), &app.url, &ana.email, PASSWORD).await;
    let mut listener = listener(&admin).await;
    let (mut here, there) = (ana.socket().await, elsewhere.socket().await);
    assert_eq!(next_change(&mut listener).await, change(&ana, "online"));
    ana.post("/auth/logout", json!({})).await.expect_status(204);
    assert_eq!(here.closed().await, 4401);
    // Her other login goes on; its tab is closed, and then she signs out there.
    drop(there);
    until("she is gone", async || {
        elsewhere.post("/auth/logout", json!({})).await;
        let online = admin.get("/users/online").await.body;
        !online.to_string().contains(&ana.id)
    })
    .await;
    assert_eq!(next_change(&mut listener).await, change(&ana, "offline"));

    let _brunos = bruno.socket().await;
    assert_eq!(next_change(&mut listener).await, change(&bruno, "online"));
    let path = format!("/users/{}", bruno.id);
    admin
        .patch(&path, json!({ "is_active": false }))
        .await
        .expect_status(200);
    assert_eq!(next_change(&mut listener).await, change(&bruno, "offline"));
}

#[actix_rt::test]
async fn p6_nobody_hears_who_is_online_in_another_company() {
    let app = TestApp::start().await;
    let (admin, stranger) = (app.admin().await, app.other_tenant().await);
    let (mut ours, mut theirs) = (listener(&admin).await, listener(&stranger).await);
    let ana = app.user("seller").await;
    let _anas = ana.socket().await;
    assert_eq!(next_change(&mut ours).await, change(&ana, "online"));
    let listed = theirs.subscribe("presence").await["users"].take();
    assert_eq!(
        (listed[0]["id"].clone(), listed.as_array().unwrap().len()),
        (json!(stranger.id), 1)
    );
    // A change of their own would come after ours, had that been told there.
    theirs
        .ask(json!({ "op": "signal", "topic": "presence", "name": "away" }))
        .await;
    assert_eq!(next_change(&mut theirs).await, change(&stranger, "away"));
}

#[actix_rt::test]
async fn a_feed_is_followed_left_and_has_a_socket_of_its_own() {
    let app = TestApp::with(&["--ws-max-topics=1"]).await;
    let (admin, ana) = (app.admin().await, app.user("seller").await);
    let mut socket = listener(&admin).await;
    let topic = format!("board:{}", admin.board().await["id"].as_str().unwrap());
    assert_eq!(socket.subscribe(&topic).await["error"]["code"], "too_many_topics");
    assert_eq!(
        socket.subscribe("presence").await["ok"],
        true,
        "it follows that already"
    );
    assert_eq!(
        socket.ask(json!({ "op": "unsubscribe", "topic": "presence" })).await["ok"],
        true
    );
    for (topic, code) in [("nothing", "not_found"), ("presence:1", "not_found")] {
        assert_eq!(socket.subscribe(topic).await["error"]["code"], code);
    }
    let command = socket.command("presence", "leave", json!({})).await;
    assert_eq!(command["error"]["code"], "not_found");

    let path = format!("/ws/presence/?token={}", admin.token);
    let mut shorthand = Socket::open(&app.url, &path).await.unwrap();
    let start = shorthand.wait_for(|frame| frame["re"] == 0).await;
    assert_eq!(start["snapshot"]["users"][0]["id"], json!(admin.id));
    let _anas = ana.socket().await;
    assert_eq!(next_change(&mut shorthand).await, change(&ana, "online"));
    assert_eq!(socket.subscribe(&topic).await["ok"], true, "the feed made room");
    socket
        .send(&json!({ "id": "last", "op": "unsubscribe", "topic": topic }))
        .await;
    let next = socket.receive().await.unwrap();
    assert_eq!(
        next["re"], "last",
        "the feed was left, and nothing of it is heard: {next}"
    );

    let refused = Socket::open(&app.url, &format!("/ws/nothing?token={}", admin.token))
        .await
        .err()
        .unwrap();
    assert!(matches!(refused, tungstenite::Error::Http(answer) if answer.status() == 404));
}
