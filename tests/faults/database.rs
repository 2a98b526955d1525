//! PostgreSQL dies, or is restarted, in the middle of a storm of commands.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use balcao::db::embedded::{Embedded, Options};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::client::{Client, agree};
use crate::support::{Process, User, http_client, register, until};

const CLIENTS: usize = 8;
const COMMANDS: usize = 60;

/// Clients that write through this server until each has so many commands acknowledged, and what they have had so far.
async fn storm(user: &User, topic: &str) -> (Vec<tokio::task::JoinHandle<Client>>, Arc<AtomicUsize>) {
    let acknowledged = Arc::<AtomicUsize>::default();
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let urls = [user.url.clone()];
        let mut client = Client::join(format!("Lead {number}"), user, &urls, topic).await;
        let acknowledged = acknowledged.clone();
        clients.push(tokio::spawn(async move {
            client.write(COMMANDS, &acknowledged).await;
            client
        }));
    }
    (clients, acknowledged)
}

/// Asks again and again until told to stop: each answer is either good or says when to come back. How many said so.
fn ask_meanwhile(user: &User, stop: &Arc<AtomicBool>) -> tokio::task::JoinHandle<usize> {
    let (user, stop) = (user.clone(), stop.clone());
    tokio::spawn(async move {
        let mut put_off = 0;
        while !stop.load(Ordering::Relaxed) {
            // A connection that ended while it was idle says nothing about the answer.
            let Ok(answer) = user.try_send(reqwest::Method::GET, "/boards", None, None).await else {
                continue;
            };
            if answer.status == 503 {
                assert!(answer.headers.contains_key("retry-after"));
                assert_eq!(answer.code(), "unavailable");
                put_off += 1;
            } else {
                answer.expect_status(200);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        put_off
    })
}

async fn joined(clients: Vec<tokio::task::JoinHandle<Client>>) -> Vec<Client> {
    let mut joined = Vec::new();
    for client in clients {
        joined.push(client.await.unwrap());
    }
    joined
}

fn postmaster(data_dir: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data_dir.join("postgres/postmaster.pid")).ok()?;
    Some(Pid::from_raw(text.lines().next()?.parse().ok()?))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_postgres_that_is_killed_is_started_again_and_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Process::private(dir.path()).await;
    let user = register(&http_client(), &server.url).await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let stop = Arc::<AtomicBool>::default();
    let asking = ask_meanwhile(&user, &stop);
    let (clients, acknowledged) = storm(&user, &topic).await;
    for part in [1, 2] {
        let enough = CLIENTS * COMMANDS * part / 3;
        until("the storm is on", async || {
            acknowledged.load(Ordering::Relaxed) > enough
        })
        .await;
        let mut killed = postmaster(dir.path());
        until("PostgreSQL runs", async || {
            killed = postmaster(dir.path());
            killed.is_some()
        })
        .await;
        kill(killed.unwrap(), Signal::SIGKILL).unwrap();
    }
    let clients = joined(clients).await;
    stop.store(true, Ordering::Relaxed);
    let put_off = asking.await.unwrap() + clients.iter().map(|client| client.put_off).sum::<usize>();
    assert!(put_off > 0, "nobody noticed");
    assert!(
        clients.iter().all(|client| client.cut == 0),
        "sockets outlive their database"
    );

    // Then the server itself, with its PostgreSQL; what is read now comes from the disk.
    server.kill();
    server.restart().await;
    agree(clients, &user, &topic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_for_a_while_is_told_as_such_and_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        data_dir: dir.path().to_owned(),
        ..Options::default()
    };
    let database = Embedded::start(&options).unwrap();
    let server = Process::on(&database.url()).await;
    let user = register(&http_client(), &server.url).await;
    let board = user.board().await;
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let stop = Arc::<AtomicBool>::default();
    let asking = ask_meanwhile(&user, &stop);
    let (clients, acknowledged) = storm(&user, &topic).await;
    until("the storm is on", async || {
        acknowledged.load(Ordering::Relaxed) > CLIENTS * COMMANDS / 3
    })
    .await;
    database.stop();

    let status = async |path: &str| reqwest::get(format!("{}{path}", server.url)).await.unwrap();
    until("the server says that it is unwell", async || {
        status("/health").await.status() == 503
    })
    .await;
    let health: serde_json::Value = status("/health").await.json().await.unwrap();
    assert_eq!(
        (&health["status"], &health["checks"]["database"]["status"]),
        (&"unhealthy".into(), &"down".into())
    );
    assert_eq!(status("/ready").await.status(), 503);

    let database = Embedded::start(&options).unwrap();
    until("it is well again", async || status("/health").await.status() == 200).await;
    let clients = joined(clients).await;
    stop.store(true, Ordering::Relaxed);
    assert!(asking.await.unwrap() > 0);
    assert!(
        clients.iter().all(|client| client.cut == 0),
        "sockets outlive their database"
    );
    let fresh = Process::on(&database.url()).await;
    agree(clients, &user.at(&fresh.url), &topic).await;
    drop((server, fresh));
    database.stop();
}
