//! Who looks at a board, and what they do on it.

use serde_json::{Value, json};

use crate::support::{Socket, TestApp, User, login};

/// A board of `user`, as a topic.
async fn board_of(user: &User) -> String {
    format!("board:{}", user.board().await["id"].as_str().unwrap())
}

async fn signal(socket: &mut Socket, topic: &str, name: &str, data: Value) -> Value {
    socket
        .ask(json!({ "op": "signal", "topic": topic, "name": name, "data": data }))
        .await
}

/// A socket of `user` that follows `topic` and says that they look at it.
async fn viewer(user: &User, topic: &str) -> Socket {
    let mut socket = user.socket().await;
    assert_eq!(socket.subscribe(topic).await["ok"], true);
    assert_eq!(signal(&mut socket, topic, "viewing", json!({})).await["ok"], true);
    socket
}

async fn next_signal(socket: &mut Socket) -> Value {
    socket.wait_for(|frame| frame["signal"].is_string()).await
}

fn told(topic: &str, by: &User, name: &str, doing: &Value, on: &Value) -> Value {
    json!({ "topic": topic, "signal": "presence", "by": { "id": by.id, "name": name }, "data": { "doing": doing, "on": on } })
}

#[actix_rt::test]
async fn a_newcomer_is_told_who_is_there_and_everybody_hears_what_the_others_do() {
    let app = TestApp::start().await;
    let (ana, bruno) = (app.user("attendant").await, app.user("seller").await);
    let topic = board_of(&app.admin().await).await;
    let mut anas = ana.socket().await;
    assert_eq!(anas.subscribe(&topic).await["present"], json!([]), "nobody yet");
    signal(&mut anas, &topic, "viewing", json!({})).await;

    let mut brunos = bruno.socket().await;
    let mut present = brunos.subscribe(&topic).await["present"].take();
    assert!(present[0]["since"].take().is_string());
    let someone = json!({ "id": ana.id, "name": "Nome attendant" });
    assert_eq!(
        present,
        json!([{ "user": someone, "since": null, "doing": "viewing", "on": {} }])
    );

    let lead = "01890000-0000-7000-8000-000000000000";
    for (name, data, doing, on) in [
        ("viewing", json!({}), "viewing", json!({})),
        (
            "dragging",
            json!({ "lead_id": lead }),
            "dragging",
            json!({ "lead_id": lead }),
        ),
        ("dragging", json!({ "lead_id": null }), "viewing", json!({})),
        (
            "editing",
            json!({ "field": "title", "lead_id": lead }),
            "editing",
            json!({ "field": "title", "lead_id": lead }),
        ),
        ("editing", json!({ "field": null }), "viewing", json!({})),
    ] {
        assert_eq!(signal(&mut brunos, &topic, name, data).await["ok"], true);
        let heard = next_signal(&mut anas).await;
        assert_eq!(heard, told(&topic, &bruno, "Nome seller", &json!(doing), &on));
    }
    // Said again, it changes nothing; who types is told each time beside it, as rooms show it.
    signal(&mut brunos, &topic, "viewing", json!({})).await;
    for _ in 0..2 {
        signal(&mut brunos, &topic, "typing", json!({})).await;
    }
    let heard = [
        next_signal(&mut anas).await,
        next_signal(&mut anas).await,
        next_signal(&mut anas).await,
    ];
    let names: Vec<_> = heard.iter().map(|frame| frame["signal"].as_str().unwrap()).collect();
    assert_eq!(names, ["typing", "presence", "typing"]);
    assert_eq!(heard[1]["data"], json!({ "doing": "typing", "on": {} }));

    brunos.ask(json!({ "op": "unsubscribe", "topic": topic })).await;
    let left = next_signal(&mut anas).await;
    assert_eq!(left, told(&topic, &bruno, "Nome seller", &json!(null), &json!({})));
    assert_eq!(anas.subscribe(&topic).await["present"], json!([]));
}

#[actix_rt::test]
async fn several_tabs_are_one_person_who_leaves_with_the_last_socket() {
    let app = TestApp::start().await;
    let (ana, bruno) = (app.user("attendant").await, app.user("seller").await);
    let topic = board_of(&app.admin().await).await;
    let first = viewer(&ana, &topic).await;
    let mut second = viewer(&ana, &topic).await;
    let mut brunos = bruno.socket().await;
    let present = brunos.subscribe(&topic).await["present"].take();
    assert_eq!(present.as_array().unwrap().len(), 1, "{present}");
    drop(first);
    signal(&mut second, &topic, "editing", json!({ "field": "title" })).await;
    let heard = next_signal(&mut brunos).await;
    assert_eq!(
        heard["data"]["doing"], "editing",
        "the closed tab was not the last: {heard}"
    );
    let again = brunos.subscribe(&topic).await["present"].take();
    assert_eq!(again[0]["since"], present[0]["since"]);
    // A tab that is gone without a word, as when a browser crashes.
    drop(second);
    let left = next_signal(&mut brunos).await;
    assert_eq!(left["data"]["doing"], json!(null), "{left}");
    assert_eq!(brunos.subscribe(&topic).await["present"], json!([]));
}

#[actix_rt::test]
async fn a_lease_is_renewed_by_whatever_the_socket_says_and_ends_when_it_says_nothing() {
    let app = TestApp::with(&["--presence-lease-seconds=1"]).await;
    let (ana, bruno, carla) = (
        app.user("attendant").await,
        app.user("seller").await,
        app.user("supervisor").await,
    );
    let topic = board_of(&app.admin().await).await;
    let (mut busy, _silent) = (viewer(&ana, &topic).await, viewer(&bruno, &topic).await);
    let mut listener = carla.socket().await;
    assert_eq!(listener.subscribe(&topic).await["present"].as_array().unwrap().len(), 2);
    let pinging = actix_rt::spawn(async move {
        loop {
            busy.ask(json!({ "op": "ping" })).await;
            actix_rt::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    });
    let left = next_signal(&mut listener).await;
    assert_eq!(
        (&left["by"]["id"], &left["data"]["doing"]),
        (&json!(bruno.id), &json!(null))
    );
    let present = listener.subscribe(&topic).await["present"].take();
    assert_eq!(
        (present[0]["user"]["id"].clone(), present.as_array().unwrap().len()),
        (json!(ana.id), 1)
    );
    pinging.abort();
    let left = next_signal(&mut listener).await;
    assert_eq!(
        (&left["by"]["id"], &left["data"]["doing"]),
        (&json!(ana.id), &json!(null))
    );
}

#[actix_rt::test]
async fn p6_whoever_is_signed_out_or_loses_the_topic_is_no_longer_there() {
    let app = TestApp::start().await;
    let (admin, ana) = (app.admin().await, app.user("attendant").await);
    let topic = board_of(&admin).await;
    let there = login(app.client(), &app.url, &ana.email, crate::support::PASSWORD).await;
    let mut listener = admin.socket().await;
    listener.subscribe(&topic).await;
    let _tab = viewer(&ana, &topic).await;
    assert_eq!(next_signal(&mut listener).await["data"]["doing"], "viewing");
    there.post("/auth/logout", json!({})).await.expect_status(204);
    ana.post("/auth/logout", json!({})).await.expect_status(204);
    let left = next_signal(&mut listener).await;
    assert_eq!(left["data"]["doing"], json!(null), "{left}");
}

#[actix_rt::test]
async fn p6_only_whoever_follows_a_topic_is_heard_on_it_and_only_with_words_that_can_be_meant() {
    let app = TestApp::start().await;
    let (ana, bruno, stranger) = (app.admin().await, app.user("seller").await, app.other_tenant().await);
    let topic = board_of(&ana).await;
    let mut listener = ana.socket().await;
    listener.subscribe(&topic).await;

    let mut outside = stranger.socket().await;
    // Not even in the moment in which its subscription is being decided.
    let asked = outside.post(&mut json!({ "op": "subscribe", "topic": topic })).await;
    for name in ["viewing", "typing", "waving"] {
        let answer = signal(&mut outside, &topic, name, json!({})).await;
        assert_eq!(answer["error"]["code"], "not_found");
    }
    assert_eq!(
        outside.wait_for(|frame| frame["re"] == asked).await["error"]["code"],
        "not_found"
    );
    let mut inside = bruno.socket().await;
    assert_eq!(
        signal(&mut inside, &topic, "viewing", json!({})).await["error"]["code"],
        "not_found"
    );
    inside.subscribe(&topic).await;
    for (name, data, code) in [
        ("dragging", json!({}), "malformed_frame"),
        ("dragging", json!({ "lead_id": 7 }), "malformed_frame"),
        ("editing", json!({ "field": "x".repeat(200) }), "invalid"),
        ("typing", json!({ "text": "x".repeat(10_000) }), "too_large"),
        ("waving", json!("x".repeat(10_000)), "too_large"),
        ("presence", json!({ "doing": null, "on": {} }), "malformed_frame"),
    ] {
        let answer = signal(&mut inside, &topic, name, data).await;
        assert_eq!(answer["error"]["code"], code, "{name}");
    }
    assert_eq!(
        signal(&mut inside, &topic, "waving", json!({ "hand": "left" })).await["ok"],
        true
    );
    let heard = next_signal(&mut listener).await;
    let by = json!({ "id": bruno.id, "name": "Nome seller" });
    assert_eq!(
        heard,
        json!({ "topic": topic, "signal": "waving", "by": by, "data": { "hand": "left" } }),
        "nothing was heard before"
    );
}

#[actix_rt::test]
async fn p5_a_burst_of_signals_cuts_nobody_off_who_reads() {
    const BURST: usize = 1_000;
    let app = TestApp::with(&["--ws-commands-per-second=0", "--workers=1"]).await;
    let (ana, bruno) = (app.admin().await, app.user("seller").await);
    let topic = board_of(&ana).await;
    let (mut sender, mut listener) = (ana.socket().await, bruno.socket().await);
    sender.subscribe(&topic).await;
    listener.subscribe(&topic).await;
    for number in 0..BURST {
        let frame = json!({ "op": "signal", "topic": topic, "name": "waving", "data": number });
        sender.send(&frame).await;
    }
    for number in 0..BURST {
        assert_eq!(
            next_signal(&mut listener).await["data"],
            json!(number),
            "each, in order"
        );
    }
    for _ in 0..BURST {
        assert_eq!(sender.wait_for(|frame| frame["ok"].is_boolean()).await["ok"], true);
    }
}
