//! 5. Slow readers harm only themselves.

use serde_json::json;

use super::order::board_with_leads;
use crate::support::{PATIENCE, TestApp, User, reduce, until};

/// Much more than the mailbox of a socket and the kernel's buffers hold together.
const UPDATES: usize = 2_000;
const TEXT: usize = 9_000;

async fn slow_closes(user: &User) -> u64 {
    let metrics = reqwest::get(format!("{}/metrics", user.url))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let line = metrics
        .lines()
        .find(|line| line.starts_with("balcao_slow_closes_total"))
        .unwrap();
    line.split(' ').next_back().unwrap().parse().unwrap()
}

#[actix_rt::test]
async fn p5_a_client_that_does_not_read_is_cut_off_and_resumes_while_the_others_get_everything() {
    let app = TestApp::with(&["--ws-commands-per-second=0"]).await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let lead = board["leads"][0]["id"].clone();
    let (mut slow, mut quick, mut writer) = (user.socket().await, user.socket().await, user.socket().await);
    let start = slow.subscribe(&topic).await;
    let first = start["seq"].as_i64().unwrap();
    assert_eq!(quick.subscribe(&topic).await["ok"], true);

    let reader = tokio::spawn(async move {
        for index in 1..=UPDATES {
            assert_eq!(quick.next_event().await["seq"], first + i64::try_from(index).unwrap());
        }
        quick
    });
    for index in 0..UPDATES {
        let description = format!("{index} {}", "x".repeat(TEXT));
        let data = json!({ "lead_id": lead, "description": description });
        let frame = json!({ "op": "command", "topic": topic, "name": "update_lead", "data": data });
        assert_eq!(writer.ask(frame).await["ok"], true);
    }
    let mut quick = tokio::time::timeout(PATIENCE * 2, reader)
        .await
        .expect("the quick one has everything")
        .unwrap();
    until("the slow one is cut off", async || slow_closes(&user).await == 1).await;

    // What was on its way still arrives, in order, and then the end.
    let (mut view, mut seq) = (start["snapshot"].clone(), first);
    let code = loop {
        match slow.receive().await {
            Ok(event) => {
                seq += 1;
                assert_eq!(event["seq"], seq);
                reduce::apply(&mut view, &event);
            }
            Err(code) => break code,
        }
    };
    assert!([4008, 1006].contains(&code), "{code}");
    assert!(
        seq < first + i64::try_from(UPDATES).unwrap(),
        "it was cut before it had everything"
    );

    let resumed = user.socket().await.resume(&topic, &json!(seq), &start["epoch"]).await;
    match resumed["events"].as_array() {
        Some(events) => events.iter().for_each(|event| reduce::apply(&mut view, event)),
        None => view = resumed["snapshot"].clone(),
    }
    let fresh = quick.subscribe(&topic).await;
    assert_eq!(reduce::normal(view), reduce::normal(fresh["snapshot"].clone()));
}

#[actix_rt::test]
async fn p5_a_client_that_does_not_even_read_its_end_is_ended_from_outside() {
    let app = TestApp::start().await;
    let user = app.user("seller").await;
    let board = board_with_leads(&app.admin().await, 1).await;
    let mut deaf = user.socket().await;
    // Answers of a megabyte each, none of which it reads: its actor is soon not polled any more.
    let big = json!({ "board_id": board["id"], "title": "Grande", "description": "x".repeat(9_000) });
    for _ in 0..100 {
        user.post("/leads", big.clone()).await.expect_status(201);
    }
    for id in 0..20 {
        let topic = format!("board:{}", board["id"].as_str().unwrap());
        deaf.send(&json!({ "id": id, "op": "subscribe", "topic": topic })).await;
    }
    let open = async || {
        let metrics = reqwest::get(format!("{}/metrics", user.url))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let line = metrics
            .lines()
            .find(|line| line.starts_with("balcao_sockets "))
            .unwrap()
            .to_owned();
        line.split(' ').next_back().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(open().await, 1);
    user.post("/auth/logout", json!({})).await.expect_status(204);
    until("its socket is gone", async || open().await == 0).await;
}
