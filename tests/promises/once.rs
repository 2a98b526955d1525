//! 2. Durable before visible, and 4. once: an acknowledged command survives a kill, and takes effect a single time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, TestApp, reduce, register};

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

#[actix_rt::test]
async fn p2_every_acknowledged_command_is_there_after_a_kill_and_clients_resume_without_gap_or_double() {
    let mut server = Process::start().await;
    let client = reqwest::Client::new();
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
