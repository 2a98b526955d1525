//! One of two servers on one database dies, or stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use nix::sys::signal::Signal;
use serde_json::json;

use super::client::{Client, agree};
use crate::support::{Process, database_url, http_client, register, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_takes_nothing_with_it_and_its_clients_go_on_at_the_other() {
    let (mut one, other) = (Process::start().await, Process::start().await);
    let user = register(&http_client(), &one.url).await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let acknowledged = Arc::<AtomicUsize>::default();
    let (clients, commands) = (24, 30);
    let mut running = Vec::new();
    for number in 0..clients {
        let mut urls = [one.url.clone(), other.url.clone()];
        urls.rotate_left(number % 2);
        let mut client = Client::join(format!("Lead {number}"), &user, &urls, &topic).await;
        let acknowledged = acknowledged.clone();
        running.push(tokio::spawn(async move {
            client.write(commands, &acknowledged).await;
            client
        }));
    }
    until("the storm is on", async || {
        acknowledged.load(Ordering::Relaxed) > clients * commands / 3
    })
    .await;
    one.kill();
    until("it goes on", async || {
        acknowledged.load(Ordering::Relaxed) > clients * commands / 2
    })
    .await;
    one.restart().await;
    let mut clients = Vec::new();
    for client in running {
        clients.push(client.await.unwrap());
    }
    let cut = |remainder| {
        clients
            .iter()
            .skip(remainder)
            .step_by(2)
            .filter(|client| client.cut > 0)
            .count()
    };
    assert!(cut(0) > 0, "the killed server's clients noticed");
    assert_eq!(cut(1), 0, "the other's did not");
    let fresh = Process::start().await;
    agree(clients, &user.at(&fresh.url), &topic).await;
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Whether the server of this name stands inside a transaction that holds a topic.
fn holds_a_topic(name: &str, conn: &mut PgConnection) -> bool {
    let held: Held = diesel::sql_query(
        "SELECT EXISTS (
             SELECT FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
             WHERE a.application_name = $1 AND a.state = 'idle in transaction'
                   AND l.relation = 'topics'::regclass AND l.mode IN ('RowExclusiveLock', 'RowShareLock')) AS held",
    )
    .bind::<Text, _>(name)
    .get_result(conn)
    .unwrap();
    held.held
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_freezes_inside_a_transaction_holds_up_nobody_for_long() {
    let name = format!("frozen-{}", uuid::Uuid::new_v4().simple());
    let mark = if database_url().contains('?') { '&' } else { '?' };
    let frozen = Process::on(&format!("{}{mark}application_name={name}", database_url())).await;
    let other = Process::start().await;
    let user = register(&http_client(), &frozen.url).await;
    let (board, elsewhere) = (user.board().await, user.board().await);
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let there = user.at(&other.url);
    // Both hold the boards in memory.
    let mut socket = there.socket().await;
    assert_eq!(socket.subscribe(&topic).await["ok"], true);

    let acknowledged = Arc::<AtomicUsize>::default();
    let mut running = Vec::new();
    for number in 0..4 {
        let urls = [frozen.url.clone()];
        let mut client = Client::join(format!("Lead {number}"), &user, &urls, &topic).await;
        let acknowledged = acknowledged.clone();
        running.push(tokio::spawn(async move {
            client.write(100, &acknowledged).await;
            client
        }));
    }
    let mut conn = PgConnection::establish(&database_url()).unwrap();
    let begun = Instant::now();
    loop {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it was never caught inside a transaction"
        );
        frozen.signal(Signal::SIGSTOP);
        // A COMMIT may be on its way already: only one that stays is frozen inside.
        if holds_a_topic(&name, &mut conn) {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if holds_a_topic(&name, &mut conn) {
                break;
            }
        }
        frozen.signal(Signal::SIGCONT);
        tokio::time::sleep(Duration::from_millis(3)).await;
    }

    let stopped = Instant::now();
    let lead = |board: &serde_json::Value, title: &str| json!({ "board_id": board["id"], "title": title });
    let body = lead(&elsewhere, "Outro quadro");
    there.post("/leads", body).await.expect_status(201);
    let apart = stopped.elapsed();
    let body = lead(&board, "Mesmo quadro");
    there.post("/leads", body).await.expect_status(201);
    let same = stopped.elapsed();
    println!("another board: {apart:?}; the board that the frozen server held: {same:?}");
    assert!(apart < Duration::from_secs(1), "{apart:?}");
    assert!(same < Duration::from_secs(3), "{same:?}");

    frozen.signal(Signal::SIGCONT);
    let mut clients = Vec::new();
    for client in running {
        clients.push(client.await.unwrap());
    }
    clients[0].acknowledged.insert("Mesmo quadro".to_owned());
    let fresh = Process::start().await;
    agree(clients, &user.at(&fresh.url), &topic).await;
}
