//! The server dies while a customer and an attendant talk.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::client::Client;
use crate::support::{Answer, Process, http_client, register, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_in_the_middle_loses_no_word_of_a_conversation_and_says_none_twice() {
    let mut server = Process::start().await;
    let ana = register(&http_client(), &server.url).await;
    let channel = ana
        .post("/channels", json!({ "kind": "webchat", "name": "Site" }))
        .await
        .expect_status(201)
        .body;
    let session = http_client()
        .post(format!("{}/api/v1/webchat/sessions", server.url))
        .json(&json!({ "channel_key": channel["public_key"], "name": "Maria" }))
        .send()
        .await
        .unwrap();
    let session = Answer::of(session).await.expect_status(201).body;
    let id = session["conversation_id"].as_str().unwrap().to_owned();
    let topic = format!("conversation:{id}");
    let urls = [server.url.clone()];
    let door = format!("/ws/webchat?token={}", session["visitor_token"].as_str().unwrap());
    let mut maria = Client::enter("Maria".to_owned(), door, &urls, &topic).await;
    let told = Arc::<AtomicUsize>::default();
    // The bot answers, and is silent once somebody has taken over.
    maria.talk(1, &told).await;
    ana.post(&format!("/conversations/{id}/takeover"), json!({}))
        .await
        .expect_status(200);
    let mut watcher = Client::join("watcher".to_owned(), &ana, &urls, &topic).await;
    let mut attendant = Client::join("Ana".to_owned(), &ana, &urls, &topic).await;

    let words = 60;
    let (customer, desk) = (told.clone(), told.clone());
    let customer = tokio::spawn(async move {
        maria.talk(words, &customer).await;
        maria
    });
    let desk = tokio::spawn(async move {
        attendant.talk(words, &desk).await;
        attendant
    });
    for round in 1..=2 {
        until("both talk", async || told.load(Ordering::Relaxed) > words / 2 * round).await;
        server.kill();
        server.restart().await;
    }
    let (mut maria, mut attendant) = (customer.await.unwrap(), desk.await.unwrap());
    assert!(maria.cut > 0 && attendant.cut > 0, "both noticed");

    let mut socket = ana.socket().await;
    let top = socket.subscribe(&topic).await["seq"].as_i64().unwrap();
    for client in [&mut maria, &mut attendant, &mut watcher] {
        client.catch_up(top).await;
    }
    let said = |events: &[Value], kind: &str| -> Vec<String> {
        let of_kind = events.iter().filter(|event| event["type"] == kind);
        let texts = of_kind.map(|event| event["data"]["content"].as_str().unwrap().to_owned());
        texts
            .filter(|text| text.starts_with("Maria ") || text.starts_with("Ana "))
            .collect()
    };
    let unique = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<_>>();
    // Ana began to look right after the takeover, and all that came later is both people's talk.
    let (received, sent) = (
        said(&watcher.events, "message.received"),
        said(&watcher.events, "message.sent"),
    );
    assert_eq!(
        (received.len(), sent.len()),
        (words, words),
        "nothing took effect twice"
    );
    assert_eq!(attendant.acknowledged, unique(&sent), "what was acknowledged was said");
    assert_eq!(unique(&received), maria.acknowledged);
    assert_eq!(
        said(&maria.events, "message.sent"),
        sent,
        "the customer heard all, in order"
    );
    let kinds: Vec<_> = watcher
        .events
        .iter()
        .filter(|event| event["data"]["sender_type"] == "bot")
        .collect();
    assert_eq!(kinds, Vec::<&Value>::new(), "the bot stays silent");
}
