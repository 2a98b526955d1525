//! A client as ours is: it follows an entity, and whatever fails it comes back, catches up, and sends again, under the same id, what got no
//! answer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{PATIENCE, Socket, User, reduce};

pub(super) struct Client {
    name: String,
    /// The way in, with its token.
    door: String,
    /// The servers it may use, the next one after each failure.
    urls: Vec<String>,
    topic: String,
    socket: Option<Socket>,
    start: Value,
    /// Every event after the start, in order.
    pub(super) events: Vec<Value>,
    pub(super) seq: i64,
    /// What it said that was acknowledged.
    pub(super) acknowledged: BTreeSet<String>,
    /// How often it was told to try again later.
    pub(super) put_off: usize,
    /// How often its connection ended.
    pub(super) cut: usize,
}

impl Client {
    pub(super) async fn join(name: String, user: &User, urls: &[String], topic: &str) -> Self {
        Self::enter(name, format!("/ws?token={}", user.token), urls, topic).await
    }

    /// By another door than that of the company's people.
    pub(super) async fn enter(name: String, door: String, urls: &[String], topic: &str) -> Self {
        let mut socket = Socket::open(&urls[0], &door).await.unwrap();
        let start = socket.subscribe(topic).await;
        Self {
            name,
            door,
            urls: urls.to_vec(),
            topic: topic.to_owned(),
            socket: Some(socket),
            seq: start["seq"].as_i64().unwrap(),
            start,
            events: Vec::new(),
            acknowledged: BTreeSet::new(),
            put_off: 0,
            cut: 0,
        }
    }

    /// Creates so many leads, one after another; tells each that is acknowledged.
    pub(super) async fn write(&mut self, count: usize, told: &Arc<AtomicUsize>) {
        self.repeat("create_lead", "title", count, told).await;
    }

    /// Says so many things, one after another; tells each that is acknowledged.
    pub(super) async fn talk(&mut self, count: usize, told: &Arc<AtomicUsize>) {
        self.repeat("send_message", "content", count, told).await;
    }

    async fn repeat(&mut self, command: &str, field: &str, count: usize, told: &Arc<AtomicUsize>) {
        for index in 0..count {
            let text = format!("{} {index}", self.name);
            self.command(command, json!({ field: text })).await;
            self.acknowledged.insert(text);
            told.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn command(&mut self, name: &str, data: Value) {
        let id = uuid::Uuid::new_v4().to_string();
        let command = json!({ "op": "command", "topic": self.topic, "name": name, "command_id": id, "data": data });
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE * 2, "{} gets no answer", self.name);
            let answer = self.ask(command.clone()).await;
            match answer {
                Some(answer) if answer["ok"] == true => return,
                Some(answer) => {
                    let code = answer["error"]["code"].as_str().unwrap_or_default();
                    assert!(["unavailable", "outcome_unknown"].contains(&code), "{answer}");
                    self.put_off += 1;
                }
                None => self.come_back().await,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The answer, and on the way to it whatever else comes; nothing, where the connection ended.
    async fn ask(&mut self, mut frame: Value) -> Option<Value> {
        let id = self.socket.as_mut()?.post(&mut frame).await;
        loop {
            match self.socket.as_mut()?.receive().await {
                Ok(frame) if frame["re"] == id => return Some(frame),
                Ok(frame) => self.take(&frame),
                Err(_) => {
                    self.socket = None;
                    self.cut += 1;
                    return None;
                }
            }
        }
    }

    fn take(&mut self, frame: &Value) {
        if frame["seq"].is_i64() && frame["type"].is_string() {
            self.seq += 1;
            assert_eq!(frame["seq"], self.seq, "{} misses a number or has one twice", self.name);
            self.events.push(frame.clone());
        }
    }

    async fn come_back(&mut self) {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < PATIENCE * 2, "{} cannot come back", self.name);
            self.urls.rotate_left(1);
            if let Ok(socket) = Socket::open(&self.urls[0], &self.door).await {
                self.socket = Some(socket);
                let resume =
                    json!({ "op": "subscribe", "topic": self.topic, "since": self.seq, "epoch": self.start["epoch"] });
                match self.ask(resume).await {
                    Some(answer) if answer["ok"] == true => {
                        let events = answer["events"].as_array().expect("what is missing, not a snapshot");
                        events.iter().for_each(|event| self.take(event));
                        assert_eq!(answer["seq"], self.seq);
                        return;
                    }
                    Some(answer) => assert_eq!(answer["error"]["code"], "unavailable", "{answer}"),
                    None => {}
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until it has seen this number.
    pub(super) async fn catch_up(&mut self, top: i64) {
        while self.seq < top {
            let socket = self.socket.as_mut().expect("it is connected");
            match socket.receive().await {
                Ok(frame) => self.take(&frame),
                Err(_) => self.come_back().await,
            }
        }
    }
}

/// Everybody saw the same, and what was acknowledged is there, once: told by a server that has not been part of it.
pub(super) async fn agree(mut clients: Vec<Client>, fresh: &User, topic: &str) {
    let mut socket = fresh.socket().await;
    let log = socket.resume(topic, &json!(0), &clients[0].start["epoch"]).await;
    let events = log["events"].as_array().expect("a log of at most 1,000 events");
    let numbers: Vec<_> = events.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    let top = log["seq"].as_i64().unwrap();
    assert_eq!(numbers, (1..=top).collect::<Vec<_>>(), "the log is dense");
    let board = reduce::normal(socket.subscribe(topic).await["snapshot"].clone());
    let mut expected = BTreeSet::new();
    for client in &mut clients {
        client.catch_up(top).await;
        let begun = usize::try_from(client.start["seq"].as_i64().unwrap()).unwrap();
        assert_eq!(client.events, events[begun..], "{} saw something else", client.name);
        expected.append(&mut client.acknowledged);
    }
    let mut view = clients[0].start["snapshot"].clone();
    clients[0]
        .events
        .iter()
        .for_each(|event| reduce::apply(&mut view, event));
    assert_eq!(view, board, "events after a snapshot make the board");
    let leads = board["leads"].as_array().unwrap();
    let titles: BTreeSet<_> = leads
        .iter()
        .map(|lead| lead["title"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(titles, expected, "what was acknowledged, and nothing else, is there");
    assert_eq!(titles.len(), leads.len(), "nothing took effect twice");
}
