//! 1. Order: per topic the numbers rise by one, and everybody sees the same.

use serde_json::{Value, json};

use crate::support::{PATIENCE, Socket, TestApp, User, reduce, until};

/// A board with this many leads, spread over its stages.
pub(crate) async fn board_with_leads(user: &User, count: usize) -> Value {
    let board = user.board().await;
    let stages = board["stages"].as_array().unwrap();
    for index in 0..count {
        let stage = &stages[index % stages.len()]["id"];
        let lead =
            json!({ "board_id": board["id"], "stage_id": stage, "title": format!("Lead {index}"), "value": "10.01" });
        user.post("/leads", lead).await.expect_status(201);
    }
    user.get(&format!("/boards/{}", board["id"].as_str().unwrap()))
        .await
        .expect_status(200)
        .body
}

/// A small generator of numbers, so that a storm is the same each time.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[actix_rt::test]
async fn p1_twenty_clients_firing_five_thousand_moves_end_with_the_same_board() {
    let app = TestApp::with(&["--ws-commands-per-second=0"]).await;
    let user = app.user("seller").await;
    let board = board_with_leads(&app.admin().await, 30).await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());

    let clients: Vec<_> = (0..20)
        .map(|client| {
            let (user, board, topic) = (user.clone(), board.clone(), topic.clone());
            tokio::spawn(async move { storm(client, &user, board, &topic).await })
        })
        .collect();
    let mut views = Vec::new();
    for client in clients {
        views.push(
            tokio::time::timeout(PATIENCE * 4, client)
                .await
                .expect("the storm ends")
                .unwrap(),
        );
    }

    let answer = user.socket().await.subscribe(&topic).await;
    let top = answer["seq"].as_i64().unwrap();
    // They began at different moments, so the first few events are known to some only.
    let begun = views
        .iter()
        .map(|view| view.start["seq"].as_i64().unwrap())
        .max()
        .unwrap();
    let mut orders = Vec::new();
    for mut view in views {
        while view.seq() < top {
            let event = view.socket.next_event().await;
            view.take(event);
        }
        let first = usize::try_from(begun - view.start["seq"].as_i64().unwrap()).unwrap();
        orders.push(view.events[first..].to_vec());
        if orders.len() == 1 {
            let mut board = view.start["snapshot"].clone();
            view.events.iter().for_each(|event| reduce::apply(&mut board, event));
            assert_eq!(
                board,
                reduce::normal(answer["snapshot"].clone()),
                "events after a snapshot make the board"
            );
        }
    }
    assert!(
        orders.iter().all(|order| *order == orders[0]),
        "everybody saw the same in the same order"
    );
    // A server that has never seen this board reads it from the database.
    let other = TestApp::start().await;
    let path = format!("/boards/{}", board["id"].as_str().unwrap());
    let stored = user.at(&other.url).get(&path).await.expect_status(200).body;
    assert_eq!(
        reduce::normal(stored),
        reduce::normal(answer["snapshot"].clone()),
        "the database agrees with the actor"
    );
}

/// What one client saw.
struct View {
    socket: Socket,
    start: Value,
    events: Vec<Value>,
}

impl View {
    fn seq(&self) -> i64 {
        self.start["seq"].as_i64().unwrap() + i64::try_from(self.events.len()).unwrap()
    }

    fn take(&mut self, event: Value) {
        assert_eq!(event["seq"], self.seq() + 1, "no number is left out or comes twice");
        self.events.push(event);
    }
}

/// 250 moves, all sent before any answer is awaited.
async fn storm(client: u64, user: &User, board: Value, topic: &str) -> View {
    let mut dice = Dice(client);
    let mut socket = user.socket().await;
    let start = socket.subscribe(topic).await;
    let mut view = View {
        socket,
        start,
        events: Vec::new(),
    };
    let (stages, leads) = (board["stages"].as_array().unwrap(), board["leads"].as_array().unwrap());
    let mut waiting = std::collections::HashSet::new();
    for _ in 0..250 {
        let data = json!({
            "lead_id": leads[dice.roll(leads.len())]["id"],
            "stage_id": stages[dice.roll(stages.len())]["id"],
            "after_lead_id": null,
        });
        let mut frame = json!({ "op": "command", "topic": topic, "name": "move_lead", "data": data });
        waiting.insert(view.socket.post(&mut frame).await);
    }
    while !waiting.is_empty() {
        let frame = view.socket.receive().await.unwrap();
        if waiting.remove(&frame["re"]) {
            assert_eq!(frame["ok"], true, "{frame}");
        } else if frame["type"].is_string() {
            view.take(frame);
        }
    }
    view
}

#[actix_rt::test]
async fn p1_two_servers_on_one_database_number_one_board_without_a_gap() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let user = one.admin().await;
    let board = board_with_leads(&user, 2).await;
    let id = board["id"].as_str().unwrap();
    let topic = format!("board:{id}");
    let mut socket = user.socket().await;
    let start = socket.subscribe(&topic).await;
    let mut view = start["snapshot"].clone();
    // Each of them holds the board in memory, and learns at its next commit that the other one moved first; the last event
    // is the other one's, and nobody commits after it.
    for round in 0..10 {
        for server in [&one, &other] {
            let lead = json!({ "board_id": id, "title": format!("Rodada {round}") });
            user.at(&server.url).post("/leads", lead).await.expect_status(201);
        }
    }
    let first = start["seq"].as_i64().unwrap();
    for seq in first + 1..=first + 20 {
        let event = socket.next_event().await;
        assert_eq!(event["seq"], seq);
        reduce::apply(&mut view, &event);
    }
    let path = format!("/boards/{id}");
    until("both tell the same", async || {
        reduce::normal(user.get(&path).await.body) == view
    })
    .await;
}
