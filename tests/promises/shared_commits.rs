//! Commits are shared by all boards of all companies, and nobody pays for another one's mistakes.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{PATIENCE, TestApp, User};

const TENANTS: usize = 20;
const BOARDS: usize = 10;
const COMMANDS: usize = 25;

#[actix_rt::test]
async fn two_hundred_boards_of_twenty_companies_written_at_once_share_their_transactions() {
    let app = TestApp::with(&["--ws-commands-per-second=0"]).await;
    let admins = join_all((0..TENANTS).map(|_| app.other_tenant())).await;
    let boards = join_all(admins.iter().map(|admin| async {
        let boards = (0..BOARDS).map(|_| admin.board());
        (admin.clone(), join_all(boards).await)
    }))
    .await;
    let before = (transactions(&admins[0]).await, commands(&admins[0]).await);
    let writers = boards.into_iter().flat_map(|(admin, boards)| {
        boards
            .into_iter()
            .map(move |board| tokio::spawn(write(admin.clone(), board)))
    });
    for writer in writers.collect::<Vec<_>>() {
        tokio::time::timeout(PATIENCE * 2, writer)
            .await
            .expect("it ends")
            .unwrap();
    }
    let (transactions, commands) = (
        transactions(&admins[0]).await - before.0,
        commands(&admins[0]).await - before.1,
    );
    assert_eq!(commands, (TENANTS * BOARDS * COMMANDS) as f64);
    println!(
        "{transactions} transactions for {commands} commands: {:.3} each",
        transactions / commands
    );
    assert!(
        transactions <= 0.2 * commands,
        "{transactions} transactions for {commands} commands"
    );
}

/// Creates leads one after another, each when the one before is acknowledged; every fifth try is one that is refused.
async fn write(user: User, board: Value) {
    let topic = format!("board:{}", board["id"].as_str().unwrap());
    let mut socket = user.socket().await;
    let mut created = Vec::new();
    for index in 0..COMMANDS {
        if index % 5 == 0 {
            let data = json!({ "stage_id": uuid::Uuid::now_v7(), "title": "Em lugar nenhum" });
            let refused = socket.command(&topic, "create_lead", data).await;
            assert_eq!(refused["error"]["code"], "invalid", "{refused}");
        }
        let answer = socket
            .command(&topic, "create_lead", json!({ "title": format!("Lead {index}") }))
            .await;
        assert_eq!(answer["ok"], true, "{answer}");
        assert_eq!(answer["seq"], index + 1, "a refusal takes no number");
        created.push(answer["data"]["id"].clone());
    }
    let stored = user
        .get(&format!("/boards/{}", board["id"].as_str().unwrap()))
        .await
        .body;
    let stored: Vec<_> = stored["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["id"].clone())
        .collect();
    assert_eq!(stored, created);
}

async fn metric(user: &User, name: &str) -> f64 {
    let text = reqwest::get(format!("{}/metrics", user.url))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.map_or(0.0, |value| value.trim().parse().unwrap())
}

async fn transactions(user: &User) -> f64 {
    metric(user, "balcao_commit_seconds_count").await
}

async fn commands(user: &User) -> f64 {
    metric(user, "balcao_commands_total{entity=\"board\",outcome=\"ok\"}").await
}
