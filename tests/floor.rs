//! The sellers' floor, as sellers and who looks after them use it.

mod document;
mod flapping;
mod seller;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::boards::text;
use crate::support::{Socket, TestApp, User, until};

/// Sellers who leave are missed after a second.
async fn started() -> TestApp {
    TestApp::with(&["--seller-grace-seconds=1"]).await
}

/// Clients who last bought so many days ago, by import: `count` of them. They are dealt to nobody yet.
async fn buyers(t: &TestApp, count: usize, days: impl Fn(usize) -> i64) {
    let admin = t.admin().await;
    let mut file = String::from("nome,celular,data_pedido,valor\n");
    for number in 0..count {
        let day = (Utc::now() - TimeDelta::days(days(number))).format("%d/%m/%Y");
        file += &format!("Cliente {number:03},11 9{number:04}-1234,{day},\"100,00\"\n");
    }
    let part = reqwest::multipart::Part::bytes(file.into_bytes()).file_name("clientes.csv");
    let form = reqwest::multipart::Form::new().part("file", part);
    let request = t.client().post(format!("{}/api/v1/contacts/import", t.url));
    let accepted = request.bearer_auth(&admin.token).multipart(form).send().await.unwrap();
    let accepted: Value = accepted.json().await.unwrap();
    let job = format!("/imports/{}", text(&accepted["job_id"]));
    until("the clients are known", async || {
        admin.get(&job).await.body["status"] == "done"
    })
    .await;
    assert_eq!(admin.get(&job).await.body["created"], count);
}

/// Somebody who sells, and is there.
async fn online(t: &TestApp) -> (User, Socket) {
    let seller = t.user("seller").await;
    let socket = come(&seller).await;
    (seller, socket)
}

async fn come(seller: &User) -> Socket {
    let mut socket = seller.socket().await;
    let followed = socket.subscribe(&topic(seller)).await;
    assert_eq!(followed["ok"], true, "{followed:#}");
    socket
}

fn topic(seller: &User) -> String {
    format!("seller:{}", seller.id)
}

/// The ids of the clients that a seller has in hand, by how they stand.
async fn hand(seller: &User) -> (Vec<String>, Vec<String>) {
    let detail = seller
        .get(&format!("/sellers/{}", seller.id))
        .await
        .expect_status(200)
        .body;
    let of = |contacted: bool| {
        let clients = detail["clients"].as_array().unwrap().iter();
        let clients = clients.filter(|client| client["contacted"] == contacted);
        clients.map(|client| text(&client["id"]).to_owned()).collect()
    };
    (of(false), of(true))
}

async fn pending(seller: &User) -> usize {
    hand(seller).await.0.len()
}

/// Waits until the sellers have so many clients, in any order.
async fn shared(sellers: &[&User], counts: &[usize]) {
    until(&format!("the clients are dealt {counts:?}"), async || {
        let mut found = Vec::new();
        for seller in sellers {
            found.push(pending(seller).await);
        }
        found.sort_unstable();
        found == counts
    })
    .await;
}

async fn contact(seller: &User, client: &str) -> Value {
    let body = json!({ "client_id": client, "outcome": "reached", "notes": "Volta em março" });
    let path = format!("/sellers/{}/contacted", seller.id);
    seller.post(&path, body).await.expect_status(200).body
}
