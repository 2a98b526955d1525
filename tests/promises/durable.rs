//! 2. Durable before visible: nobody hears of what is not committed, and what somebody has heard of survives a kill.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use reqwest::Method;
use serde_json::{Value, json};

use super::order::board_with_leads;
use crate::support::{Process, TestApp, database_url, http_client, reduce, register};

#[actix_rt::test]
async fn p2_while_its_commit_waits_a_command_is_neither_acknowledged_nor_shown() {
    let app = TestApp::start().await;
    let user = app.admin().await;
    let board = board_with_leads(&user, 1).await;
    let (id, stage) = (board["id"].as_str().unwrap(), &board["stages"][2]["id"]);
    let topic = format!("board:{id}");
    let (mut writer, mut watcher) = (user.socket().await, user.socket().await);
    watcher.subscribe(&topic).await;

    // The commit needs this row, and waits for it.
    let mut other = PgConnection::establish(&database_url()).unwrap();
    other
        .batch_execute(&format!("BEGIN; SELECT 1 FROM topics WHERE id = '{id}' FOR UPDATE"))
        .unwrap();
    let data = json!({ "lead_id": board["leads"][0]["id"], "stage_id": stage, "position": 0 });
    let mut frame = json!({ "op": "command", "topic": topic, "name": "move_lead", "data": data });
    let command = writer.post(&mut frame).await;
    for _ in 0..20 {
        // Whatever had been sent before these answers would have arrived before them.
        for socket in [&mut writer, &mut watcher] {
            let ping = socket.post(&mut json!({ "op": "ping" })).await;
            let first = socket.receive().await.unwrap();
            assert_eq!(first["re"], ping, "{first}");
        }
        let shown = user.get(&format!("/boards/{id}")).await.expect_status(200).body;
        assert_eq!(shown, board, "the board stands as it was");
    }
    other.batch_execute("ROLLBACK").unwrap();
    let answer = writer.wait_for(|frame| frame["re"] == command).await;
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(watcher.next_event().await["seq"], answer["seq"]);
}

#[actix_rt::test]
async fn p2_every_acknowledged_command_is_there_after_a_kill_and_clients_resume_without_gap_or_double() {
    let mut server = Process::start().await;
    let client = http_client();
    let user = register(&client, &server.url).await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut watcher = user.socket().await;
    let start = watcher.subscribe(&topic).await;
    let (mut view, mut seq) = (start["snapshot"].clone(), start["seq"].as_i64().unwrap());

    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (user, board, stop) = (user.clone(), board["id"].clone(), stop.clone());
            tokio::spawn(async move { write_until_stopped(writer, &user, &board, &stop).await })
        })
        .collect();
    for _ in 0..60 {
        let event = watcher.next_event().await;
        seq += 1;
        assert_eq!(event["seq"], seq);
        reduce::apply(&mut view, &event);
    }
    server.kill();
    stop.store(true, Ordering::Relaxed);
    let mut sent = HashMap::new();
    for writer in writers {
        sent.extend(writer.await.unwrap());
    }
    // What arrived before the kill counts, too: it was shown, so it must be there.
    while let Ok(frame) = watcher.receive().await {
        if frame["type"].is_string() {
            seq += 1;
            assert_eq!(frame["seq"], seq);
            reduce::apply(&mut view, &frame);
        }
    }
    server.restart().await;

    let mut watcher = user.socket().await;
    let resumed = watcher.resume(&topic, &json!(seq), &start["epoch"]).await;
    for event in resumed["events"]
        .as_array()
        .expect("the missing events, not a snapshot")
    {
        seq += 1;
        assert_eq!(event["seq"], seq, "no gap, no double");
        reduce::apply(&mut view, event);
    }
    assert_eq!(resumed["seq"], seq);
    let stored = user
        .get(&format!("/boards/{}", board["id"].as_str().unwrap()))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        view,
        reduce::normal(stored.clone()),
        "what the watcher holds is what is stored"
    );

    let titles: Vec<_> = stored["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["title"].clone())
        .collect();
    for (key, (title, acknowledged)) in sent {
        let found = titles.iter().filter(|stored| **stored == title).count();
        assert!(found <= 1, "{title} took effect twice");
        assert!(!acknowledged || found == 1, "{title} was acknowledged and is lost");
        let body = json!({ "board_id": board["id"], "title": title });
        user.send(Method::POST, "/leads", Some(body), Some(&key))
            .await
            .expect_status(201);
    }
    let stored = user
        .get(&format!("/boards/{}", board["id"].as_str().unwrap()))
        .await
        .body;
    let mut titles: Vec<_> = stored["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["title"].to_string())
        .collect();
    let all = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(
        titles.len(),
        all,
        "sent again under their ids, nothing took effect twice"
    );
}

/// Creates leads until told to stop, or until the server is gone: what was sent under each id, and whether it was acknowledged.
async fn write_until_stopped(
    writer: usize,
    user: &crate::support::User,
    board: &Value,
    stop: &AtomicBool,
) -> HashMap<String, (String, bool)> {
    let mut sent = HashMap::new();
    for index in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (key, title) = (uuid::Uuid::new_v4().to_string(), format!("Lead {writer}-{index}"));
        let body = json!({ "board_id": board, "title": title });
        let answer = user.try_send(Method::POST, "/leads", Some(body), Some(&key)).await;
        let acknowledged = answer.is_ok_and(|answer| answer.status == 201);
        sent.insert(key, (title, acknowledged));
        if !acknowledged {
            break;
        }
    }
    sent
}
