//! Whatever a client sends, it gets a clear answer, and nobody else notices.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use super::order::board_with_leads;
use crate::support::TestApp;

#[actix_rt::test]
async fn what_cannot_be_read_is_answered_and_the_socket_goes_on() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut socket = user.socket().await;
    for (text, re) in [
        ("nonsense".to_owned(), json!(null)),
        ("[]".to_owned(), json!(null)),
        ("{}".to_owned(), json!(null)),
        (r#"{"id":7}"#.to_owned(), json!(7)),
        (r#"{"id":"a","op":"fly"}"#.to_owned(), json!("a")),
        (r#"{"id":7,"op":"subscribe","topic":{"x":1}}"#.to_owned(), json!(7)),
        (
            r#"{"id":7,"op":"subscribe","topic":"board:1","since":"yesterday"}"#.to_owned(),
            json!(7),
        ),
        (
            format!(r#"{{"id":7,"op":"command","topic":"{topic}","name":"move_lead","command_id":"no uuid"}}"#),
            json!(7),
        ),
        (
            format!(r#"{{"id":7,"op":"command","topic":"{topic}","name":"explode","data":{{}}}}"#),
            json!(7),
        ),
        (
            format!(r#"{{"id":7,"op":"command","topic":"{topic}","name":"move_lead","data":[1]}}"#),
            json!(7),
        ),
        (
            format!(r#"{{"id":7,"op":"command","topic":"{topic}","name":"move_lead","data":{{"lead_id":3}}}}"#),
            json!(7),
        ),
    ] {
        socket.send_raw(Message::text(text.clone())).await;
        let answer = socket.receive().await.unwrap();
        assert_eq!(answer["re"], re, "{text}");
        assert_eq!(answer["ok"], false, "{text}");
        let code = answer["error"]["code"].as_str().unwrap();
        assert!(["malformed_frame", "invalid"].contains(&code), "{text}: {answer}");
        assert!(
            answer["error"]["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty()),
            "{answer}"
        );
    }
    socket.send_raw(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(socket.receive().await.unwrap()["error"]["code"], "malformed_frame");
    assert_eq!(socket.ask(json!({ "op": "ping" })).await["ok"], true);
}

#[actix_rt::test]
async fn a_frame_beyond_the_limit_ends_its_socket_alone() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let (mut large, mut bystander) = (user.socket().await, user.socket().await);
    large.send_raw(Message::text("x".repeat(1024 * 1024))).await;
    assert_eq!(large.closed().await, 1009);

    // The same in pieces that are each small enough.
    let mut pieces = user.socket().await;
    let piece = |opcode, last| Message::Frame(Frame::message(vec![b'x'; 40_000], OpCode::Data(opcode), last));
    pieces.send_raw(piece(Data::Text, false)).await;
    pieces.send_raw(piece(Data::Continue, true)).await;
    assert_eq!(pieces.closed().await, 1009);
    assert_eq!(bystander.ask(json!({ "op": "ping" })).await["ok"], true);
}

#[actix_rt::test]
async fn a_message_in_several_frames_is_one_message() {
    let app = TestApp::start().await;
    let mut socket = app.admin().await.socket().await;
    let piece = |text: &str, opcode, last| {
        Message::Frame(Frame::message(text.to_owned().into_bytes(), OpCode::Data(opcode), last))
    };
    socket.send_raw(piece(r#"{"id":"pi"#, Data::Text, false)).await;
    socket.send_raw(piece(r#"eces","op":"#, Data::Continue, false)).await;
    socket.send_raw(piece(r#""ping"}"#, Data::Continue, true)).await;
    assert_eq!(socket.receive().await.unwrap(), json!({ "re": "pieces", "ok": true }));
}

#[actix_rt::test]
async fn who_asks_too_fast_is_told_for_how_long_to_wait_and_who_goes_on_is_sent_away() {
    let app = TestApp::with(&["--ws-commands-per-second=5"]).await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut socket = user.socket().await;
    let command = json!({ "op": "command", "topic": topic, "name": "update_board", "data": { "name": "Rápido" } });
    for _ in 0..5 {
        assert_eq!(socket.ask(command.clone()).await["ok"], true);
    }
    let refused = socket.ask(command.clone()).await;
    assert_eq!(refused["error"]["code"], "rate_limited");
    let wait = refused["error"]["retry_after_ms"].as_u64().unwrap();
    assert!((1..=200).contains(&wait), "{refused}");
    // A condition, not a while: the refusals go on until the server has had enough.
    let begun = std::time::Instant::now();
    let code = loop {
        let mut frame = command.clone();
        socket.post(&mut frame).await;
        if let Err(code) = socket.receive().await {
            break code;
        }
        assert!(begun.elapsed() < crate::support::PATIENCE);
    };
    assert_eq!(code, 4429);
}

#[actix_rt::test]
async fn a_socket_follows_as_many_topics_as_it_may_and_no_more() {
    let app = TestApp::with(&["--ws-max-topics=2"]).await;
    let user = app.admin().await;
    let mut socket = user.socket().await;
    let mut topics = Vec::new();
    for _ in 0..3 {
        topics.push(format!("board:{}", user.board().await["id"].as_str().unwrap()));
    }
    assert_eq!(socket.subscribe(&topics[0]).await["ok"], true);
    assert_eq!(socket.subscribe(&topics[1]).await["ok"], true);
    assert_eq!(socket.subscribe(&topics[1]).await["ok"], true);
    assert_eq!(socket.subscribe(&topics[2]).await["error"]["code"], "too_many_topics");
    assert_eq!(
        socket.ask(json!({ "op": "unsubscribe", "topic": topics[0] })).await["ok"],
        true
    );
    assert_eq!(socket.subscribe(&topics[2]).await["ok"], true);
}

#[actix_rt::test]
async fn a_signal_reaches_the_others_who_follow_and_not_its_sender() {
    let app = TestApp::start().await;
    let (user, colleague) = (app.admin().await, app.user("seller").await);
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let (mut sender, mut other, mut stranger) = (
        user.socket().await,
        colleague.socket().await,
        app.other_tenant().await.socket().await,
    );
    sender.subscribe(&topic).await;
    other.subscribe(&topic).await;
    let signal = json!({ "op": "signal", "topic": topic, "name": "typing", "data": { "field": "title" } });

    // Who does not follow has nothing to say, and whose it is not learns nothing.
    assert_eq!(stranger.ask(signal.clone()).await["error"]["code"], "not_found");
    assert_eq!(sender.ask(signal).await["ok"], true);
    let heard = other.wait_for(|frame| !frame["signal"].is_null()).await;
    assert_eq!(heard["signal"], "typing");
    assert_eq!(heard["by"]["id"], user.id);
    assert_eq!(heard["data"], json!({ "field": "title" }));
    assert!(heard["seq"].is_null(), "a signal has no number");
    // The next thing that the sender hears is its answer, and nothing of its own signal before it.
    sender.send(&json!({ "id": "last", "op": "ping" })).await;
    assert_eq!(sender.receive().await.unwrap()["re"], "last");
}

#[actix_rt::test]
async fn what_people_write_stays_text() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut socket = user.socket().await;
    socket.subscribe(&topic).await;
    for title in [
        "<script>alert(1)</script>",
        "'; DROP TABLE leads; --",
        "\\u0000 %s {{7*7}}",
        "🧱 Obra \u{202e}",
        "?; $1",
    ] {
        let answer = socket.command(&topic, "create_lead", json!({ "title": title })).await;
        assert_eq!(answer["data"]["title"], title, "{answer}");
        assert_eq!(socket.next_event().await["data"]["title"], title);
        let path = format!("/leads/{}", answer["data"]["id"].as_str().unwrap());
        let stored = user.get(&path).await.expect_status(200);
        assert_eq!(stored.body["title"], title);
        assert!(
            stored.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("application/json")
        );
    }
    // What no database text can hold is refused, not lost.
    let answer = socket
        .command(&topic, "create_lead", json!({ "title": "nul \0 byte" }))
        .await;
    assert_eq!(answer["error"]["code"], "invalid", "{answer}");
}

#[actix_rt::test]
async fn a_topic_given_up_while_its_subscription_is_on_its_way_stays_given_up() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    // A server that has to read the board first takes a while to answer.
    let other = TestApp::start().await;
    let mut socket = user.at(&other.url).socket().await;
    socket
        .send(&json!({ "id": "join", "op": "subscribe", "topic": topic }))
        .await;
    socket
        .send(&json!({ "id": "leave", "op": "unsubscribe", "topic": topic }))
        .await;
    socket.wait_for(|frame| frame["re"] == "join").await;
    socket.wait_for(|frame| frame["re"] == "leave").await;
    let lead = json!({ "board_id": board["id"], "title": "Depois" });
    user.at(&other.url).post("/leads", lead).await.expect_status(201);
    // Another socket that follows hears of the next one, so that has been handed out to whoever follows.
    let mut follower = user.at(&other.url).socket().await;
    follower.subscribe(&topic).await;
    let lead = json!({ "board_id": board["id"], "title": "Ainda depois" });
    user.at(&other.url).post("/leads", lead).await.expect_status(201);
    follower.next_event().await;
    socket.send(&json!({ "id": "last", "op": "ping" })).await;
    loop {
        let frame = socket.receive().await.unwrap();
        assert_ne!(frame["data"]["title"], "Ainda depois");
        if frame["re"] == "last" {
            break;
        }
    }
}
