//! Several servers over one database and one Redis: people hardly notice at which of them they are.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{PASSWORD, Process, Redis, Socket, TestApp, User, login, until};

/// Two servers that have found each other.
async fn two(redis: &Redis, flags: &[&str]) -> (TestApp, TestApp) {
    let joined = redis.flags();
    let flags: Vec<_> = joined.iter().map(String::as_str).chain(flags.iter().copied()).collect();
    let (one, other) = (TestApp::with(&flags).await, TestApp::with(&flags).await);
    let somebody = one.other_tenant().await;
    let _tab = somebody.socket().await;
    until("the servers have found each other", async || {
        is_online(&somebody.at(&other.url), &somebody).await
    })
    .await;
    (one, other)
}

/// Whether the one is told that the other is online.
async fn is_online(asking: &User, user: &User) -> bool {
    let online = asking.get("/users/online").await.expect_status(200).body;
    online.as_array().unwrap().iter().any(|one| one["id"] == user.id)
}

async fn signal(socket: &mut Socket, topic: &str, name: &str, data: Value) {
    let frame = json!({ "op": "signal", "topic": topic, "name": name, "data": data });
    assert_eq!(socket.ask(frame).await["ok"], true);
}

async fn next_signal(socket: &mut Socket, name: &str) -> Value {
    socket.wait_for(|frame| frame["signal"] == name).await
}

async fn next_status(socket: &mut Socket) -> (Value, Value) {
    let mut frame = socket.wait_for(|frame| frame["type"] == "presence.changed").await;
    (frame["data"]["user_id"].take(), frame["data"]["status"].take())
}

async fn rename(socket: &mut Socket, topic: &str, name: &str) {
    let answer = socket.command(topic, "update_board", json!({ "name": name })).await;
    assert_eq!(answer["ok"], true, "{answer}");
}

/// The board is renamed at one server and then at the other, each time after the last name has arrived at both; tells how long that
/// took. Without a bus each arrival takes up to a second.
async fn back_and_forth(one: &mut Socket, other: &mut Socket, topic: &str, rounds: usize) -> Duration {
    let begun = Instant::now();
    for round in 0..rounds {
        let name = format!("Quadro {round}");
        rename(one, topic, &name).await;
        assert_eq!(other.next_event().await["data"]["name"], json!(name));
        assert_eq!(one.next_event().await["data"]["name"], json!(name));
        let name = format!("Volta {round}");
        rename(other, topic, &name).await;
        assert_eq!(one.next_event().await["data"]["name"], json!(name));
        assert_eq!(other.next_event().await["data"]["name"], json!(name));
    }
    begun.elapsed()
}

/// Far from what it takes by bus and without.
const ROUNDS: usize = 15;
const BY_BUS: Duration = Duration::from_secs(6);

#[actix_rt::test]
async fn what_is_done_at_one_server_is_seen_at_the_other_at_once() {
    let Some(redis) = Redis::start().await else { return };
    let (here, there) = two(&redis, &[]).await;
    let ana = here.user("supervisor").await;
    let admin = here.admin().await;
    let bruno = admin.at(&there.url);
    let topic = format!("board:{}", admin.board().await["id"].as_str().unwrap());
    let (mut anas, mut brunos) = (ana.socket().await, bruno.socket().await);
    assert_eq!(anas.subscribe(&topic).await["present"], json!([]));
    signal(&mut anas, &topic, "viewing", json!({})).await;
    until("she is seen at the other server", async || {
        brunos.subscribe(&topic).await["present"][0]["user"]["id"] == ana.id
    })
    .await;

    let lead = "01890000-0000-7000-8000-000000000000";
    signal(&mut brunos, &topic, "dragging", json!({ "lead_id": lead })).await;
    let heard = next_signal(&mut anas, "presence").await;
    assert_eq!(heard["by"]["id"], json!(bruno.id));
    assert_eq!(heard["data"], json!({ "doing": "dragging", "on": { "lead_id": lead } }));
    signal(&mut brunos, &topic, "waving", json!({ "hand": "left" })).await;
    assert_eq!(
        next_signal(&mut anas, "waving").await["data"],
        json!({ "hand": "left" })
    );
    let took = back_and_forth(&mut anas, &mut brunos, &topic, ROUNDS).await;
    assert!(took < BY_BUS, "{took:?}");
    drop(brunos);
    assert_eq!(next_signal(&mut anas, "presence").await["data"]["doing"], json!(null));
}

#[actix_rt::test]
async fn p3_a_server_that_knows_a_board_shows_it_as_the_other_one_left_it() {
    let Some(redis) = Redis::start().await else { return };
    let (here, there) = two(&redis, &[]).await;
    let admin = here.admin().await;
    let topic = format!("board:{}", admin.board().await["id"].as_str().unwrap());
    let (mut writer, mut reader) = (admin.socket().await, admin.at(&there.url).socket().await);
    writer.subscribe(&topic).await;
    for name in ["Um", "Dois", "Três"] {
        rename(&mut writer, &topic, name).await;
        // Nobody follows it there, but it is in memory since the first time.
        until("the newest is shown", async || {
            let shown = reader.subscribe(&topic).await["snapshot"].take();
            reader.ask(json!({ "op": "unsubscribe", "topic": topic })).await;
            shown["name"] == name
        })
        .await;
    }
}

#[actix_rt::test]
async fn who_is_online_and_whose_login_is_over_is_known_at_every_server_of_that_company_alone() {
    let Some(redis) = Redis::start().await else { return };
    let (here, there) = two(&redis, &["--presence-grace-seconds=3600"]).await;
    let (admin, ana) = (here.admin().await.at(&there.url), here.user("seller").await);
    let mut listener = admin.socket().await;
    listener.subscribe("presence").await;
    let stranger = there.other_tenant().await;
    let mut outside = stranger.socket().await;
    outside.subscribe("presence").await;

    let same = login(here.client(), &there.url, &ana.email, PASSWORD).await;
    let (mut tab, second) = (ana.socket().await, same.socket().await);
    assert_eq!(next_status(&mut listener).await, (json!(ana.id), json!("online")));
    tab.ask(json!({ "op": "signal", "topic": "presence", "name": "away" }))
        .await;
    drop(second);
    assert_eq!(next_status(&mut listener).await, (json!(ana.id), json!("away")));
    // She signs out at a server where she has no socket.
    ana.at(&there.url)
        .post("/auth/logout", json!({}))
        .await
        .expect_status(204);
    assert_eq!(tab.closed().await, 4401);
    assert_eq!(next_status(&mut listener).await, (json!(ana.id), json!("offline")));
    ana.get("/auth/me").await.expect_status(401);
    // What they hear first is their own.
    outside
        .ask(json!({ "op": "signal", "topic": "presence", "name": "away" }))
        .await;
    assert_eq!(next_status(&mut outside).await, (json!(stranger.id), json!("away")));
}

#[actix_rt::test]
async fn p3_without_redis_nothing_is_lost_and_when_it_is_back_all_is_as_before() {
    let Some(mut redis) = Redis::start().await else { return };
    let (here, there) = two(&redis, &[]).await;
    let (admin, ana) = (here.admin().await, here.user("supervisor").await);
    let topic = format!("board:{}", admin.board().await["id"].as_str().unwrap());
    let (mut writer, mut reader) = (ana.socket().await, admin.at(&there.url).socket().await);
    writer.subscribe(&topic).await;
    signal(&mut writer, &topic, "editing", json!({ "field": "name" })).await;
    let seq = reader.subscribe(&topic).await["seq"].as_i64().unwrap();
    reader.subscribe("presence").await;

    for change in 0..30 {
        if change == 10 {
            redis.kill();
        }
        rename(&mut writer, &topic, &format!("Nome {change}")).await;
    }
    let carla = here.user("seller").await;
    let _tab = carla.socket().await;
    for change in 0..30 {
        let event = reader.next_event().await;
        let expected = (json!(seq + 1 + change), json!(format!("Nome {change}")));
        assert_eq!((event["seq"].clone(), event["data"]["name"].clone()), expected);
        writer.next_event().await;
    }

    redis.restart().await;
    let reset = reader.wait_for(|frame| frame["type"] == "reset").await;
    assert_eq!(reset, json!({ "topic": "presence", "type": "reset" }));
    until("who came meanwhile is known", async || {
        is_online(&admin.at(&there.url), &carla).await
    })
    .await;
    let took = back_and_forth(&mut writer, &mut reader, &topic, ROUNDS).await;
    assert!(took < BY_BUS, "{took:?}");
    let present = reader.subscribe(&topic).await["present"].take();
    assert_eq!(
        (&present[0]["user"]["id"], &present[0]["doing"]),
        (&json!(ana.id), &json!("editing"))
    );
}

#[actix_rt::test]
async fn the_people_of_a_server_that_dies_are_gone_after_a_while_unless_they_come_to_another() {
    let Some(redis) = Redis::start().await else { return };
    let flags = redis.flags();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let there = TestApp::with(&flags).await;
    let mut dies = Process::with(&flags).await;
    let (admin, ana, bruno) = (
        there.admin().await,
        there.user("seller").await,
        there.user("attendant").await,
    );
    let topic = format!("board:{}", admin.board().await["id"].as_str().unwrap());
    let mut listener = admin.socket().await;
    listener.subscribe(&topic).await;
    let (mut anas, _brunos) = (ana.at(&dies.url).socket().await, bruno.at(&dies.url).socket().await);
    anas.subscribe(&topic).await;
    signal(&mut anas, &topic, "viewing", json!({})).await;
    assert_eq!(next_signal(&mut listener, "presence").await["data"]["doing"], "viewing");
    until("both are known", async || {
        is_online(&admin, &ana).await && is_online(&admin, &bruno).await
    })
    .await;
    listener.subscribe("presence").await;
    dies.kill();
    let _again = bruno.socket().await;
    assert_eq!(
        next_signal(&mut listener, "presence").await["data"]["doing"],
        json!(null)
    );
    assert_eq!(next_status(&mut listener).await, (json!(ana.id), json!("offline")));
    assert!(is_online(&admin, &bruno).await);
}
