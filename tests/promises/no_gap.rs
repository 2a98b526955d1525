//! 3. No gap: whoever was away gets exactly what is missing, or the whole.

use serde_json::json;

use super::order::board_with_leads;
use crate::support::{TestApp, reduce};

#[actix_rt::test]
async fn p3_a_client_that_was_away_gets_exactly_the_missing_events() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 3).await;
    let id = board["id"].as_str().unwrap();
    let topic = format!("board:{id}");
    let mut socket = user.socket().await;
    let start = socket.subscribe(&topic).await;
    drop(socket);
    for index in 0..5 {
        user.post("/leads", json!({ "board_id": id, "title": format!("Novo {index}") }))
            .await
            .expect_status(201);
    }

    // From the ring of the server that was there, and from the log by one that was not.
    let other = TestApp::start().await;
    for url in [&app.url, &other.url] {
        let mut socket = user.at(url).socket().await;
        let resumed = socket.resume(&topic, &start["seq"], &start["epoch"]).await;
        assert!(resumed["snapshot"].is_null(), "{resumed}");
        let mut view = start["snapshot"].clone();
        let mut seq = start["seq"].as_i64().unwrap();
        for event in resumed["events"].as_array().unwrap() {
            seq += 1;
            assert_eq!(event["seq"], seq);
            reduce::apply(&mut view, event);
        }
        assert_eq!(resumed["seq"], seq);
        let fresh = socket.subscribe(&topic).await;
        assert_eq!(view, reduce::normal(fresh["snapshot"].clone()));
        assert_eq!(
            fresh["snapshot"],
            user.get(&format!("/boards/{id}")).await.body,
            "a snapshot is the REST detail"
        );
    }
}

#[actix_rt::test]
async fn p3_ring_and_log_tell_the_same_events() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 2).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let ring = user.socket().await.resume(&topic, &json!(0), &json!(null)).await;
    let other = TestApp::start().await;
    let log = user
        .at(&other.url)
        .socket()
        .await
        .resume(&topic, &json!(0), &json!(null))
        .await;
    assert_eq!(ring["events"].as_array().unwrap().len(), 2);
    assert_eq!(ring["events"], log["events"]);
}

#[actix_rt::test]
async fn p3_what_a_server_has_not_learned_yet_comes_with_the_stream_and_not_before_it() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let user = here.admin().await;
    let board = board_with_leads(&user, 3).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    // That server holds the board as of now, and none of its recent events.
    let mut socket = user.at(&there.url).socket().await;
    let start = socket.subscribe(&topic).await;
    for index in 0..3 {
        let lead = json!({ "board_id": board["id"], "title": format!("Novo {index}") });
        user.post("/leads", lead).await.expect_status(201);
    }
    let since = start["seq"].as_i64().unwrap() - 2;
    let mut resumed = user.at(&there.url).socket().await;
    let answer = resumed.resume(&topic, &json!(since), &start["epoch"]).await;
    let mut seq = since + i64::try_from(answer["events"].as_array().unwrap().len()).unwrap();
    assert_eq!(answer["seq"], seq, "its events end with the number that it names");
    while seq < since + 5 {
        seq += 1;
        assert_eq!(resumed.next_event().await["seq"], seq);
    }
}

#[actix_rt::test]
async fn p3_who_has_seen_more_elsewhere_than_a_server_has_heard_of_is_not_thrown_back() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let user = here.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let (mut at_home, mut abroad) = (user.socket().await, user.at(&there.url).socket().await);
    let epoch = at_home.subscribe(&topic).await["epoch"].clone();
    for round in 0..10 {
        // That server holds the board, and hears of what is done here only when it next looks.
        abroad.subscribe(&topic).await;
        let lead = json!({ "title": format!("Novo {round}") });
        let seq = at_home.command(&topic, "create_lead", lead).await["seq"].clone();
        let mut moved = user.at(&there.url).socket().await;
        let answer = moved.resume(&topic, &seq, &epoch).await;
        assert_eq!(
            (&answer["seq"], &answer["events"]),
            (&seq, &json!([])),
            "round {round}: {answer}"
        );
        abroad.ask(json!({ "op": "unsubscribe", "topic": topic })).await;
    }
}

#[actix_rt::test]
async fn p3_nobody_gets_a_part_another_epoch_or_a_number_beyond_the_end_is_answered_with_the_whole() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut socket = user.socket().await;
    let start = socket.subscribe(&topic).await;
    let (seq, epoch) = (start["seq"].as_i64().unwrap(), &start["epoch"]);
    for (since, epoch) in [
        (json!(seq), json!("01890000-0000-7000-8000-000000000000")),
        (json!(seq), json!("nonsense")),
        (json!(seq + 1), epoch.clone()),
        (json!(-1), epoch.clone()),
        (json!(null), epoch.clone()),
    ] {
        let answer = socket.resume(&topic, &since, &epoch).await;
        assert_eq!(answer["snapshot"], start["snapshot"], "since {since}, epoch {epoch}");
        assert!(answer["events"].is_null());
    }
    let up_to_date = socket.resume(&topic, &json!(seq), epoch).await;
    assert_eq!(up_to_date["events"], json!([]));
    assert!(up_to_date["snapshot"].is_null());
}

#[actix_rt::test]
async fn p3_too_far_back_is_answered_with_the_whole() {
    let app = TestApp::with(&["--ws-commands-per-second=0"]).await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut socket = user.socket().await;
    let start = socket.subscribe(&topic).await;
    let lead = &board["leads"][0]["id"];
    let mut last = json!(null);
    for index in 0..1_001 {
        let data = json!({ "lead_id": lead, "title": format!("Título {index}") });
        last = socket
            .post(&mut json!({ "op": "command", "topic": topic, "name": "update_lead", "data": data }))
            .await;
    }
    let done = socket.wait_for(|frame| frame["re"] == last).await;
    assert_eq!(done["ok"], true, "{done}");
    let answer = user.socket().await.resume(&topic, &start["seq"], &start["epoch"]).await;
    assert!(answer["events"].is_null());
    assert_eq!(answer["seq"], done["seq"]);
    assert_eq!(answer["snapshot"]["leads"][0]["title"], "Título 1000");
}

#[actix_rt::test]
async fn p3_a_shorthand_socket_follows_its_board_from_the_start_and_resumes() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let id = board["id"].as_str().unwrap();
    let path = format!("/ws/kanban/{id}/?token={}", user.token);
    let mut socket = crate::support::Socket::open(&app.url, &path).await.unwrap();
    let start = socket.wait_for(|frame| frame["re"] == 0).await;
    assert_eq!(start["snapshot"], board);
    user.post("/leads", json!({ "board_id": id, "title": "Novo" }))
        .await
        .expect_status(201);
    assert_eq!(socket.next_event().await["type"], "lead.created");
    drop(socket);

    let path = format!(
        "{path}&since={}&epoch={}",
        start["seq"],
        start["epoch"].as_str().unwrap()
    );
    let mut socket = crate::support::Socket::open(&app.url, &path).await.unwrap();
    let resumed = socket.wait_for(|frame| frame["re"] == 0).await;
    assert_eq!(resumed["events"].as_array().unwrap().len(), 1);
}

#[actix_rt::test]
async fn p3_a_beat_tells_the_top_number_of_each_topic_so_that_a_silent_gap_is_found() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let (one, other) = (board_with_leads(&user, 2).await, board_with_leads(&user, 1).await);
    let topic = |board: &serde_json::Value| format!("board:{}", board["id"].as_str().unwrap());
    let (mut socket, mut idle) = (user.socket().await, user.socket().await);
    let first = socket.subscribe(&topic(&one)).await["seq"].clone();
    let second = socket.subscribe(&topic(&other)).await["seq"].clone();
    let beat = socket.wait_for(|frame| !frame["beat"].is_null()).await;
    assert_eq!(beat, json!({ "beat": { topic(&one): first, topic(&other): second } }));
    assert_eq!(
        idle.wait_for(|frame| !frame["beat"].is_null()).await,
        json!({ "beat": {} })
    );
}
