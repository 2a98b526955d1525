//! Ten sellers come and go while they contact clients and an administrator deals anew, at full speed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::{buyers, hand, started};
use crate::boards::text;
use crate::support::{User, until};

const SELLERS: usize = 10;
const CLIENTS: usize = 300;
const FOR: Duration = Duration::from_secs(8);

/// What is known to have been contacted, and by whom.
type Acknowledged = Arc<Mutex<BTreeSet<(String, String)>>>;

async fn flap(seller: &User, number: usize, done: &AtomicBool) {
    let mut round = number;
    while !done.load(Ordering::Relaxed) {
        let mut socket = seller.socket().await;
        socket.subscribe(&super::topic(seller)).await;
        tokio::time::sleep(Duration::from_millis(150 + 130 * (round as u64 % 7))).await;
        drop(socket);
        if round.is_multiple_of(3) {
            tokio::time::sleep(Duration::from_millis(1_200)).await;
        }
        round += 1;
    }
}

async fn work(seller: &User, acknowledged: &Acknowledged, done: &AtomicBool) {
    let path = format!("/sellers/{}/contacted", seller.id);
    while !done.load(Ordering::Relaxed) {
        let (open, _) = hand(seller).await;
        for client in open.iter().take(2) {
            let answer = seller
                .post(&path, json!({ "client_id": client, "notes": "Feito" }))
                .await;
            match (answer.status, answer.code()) {
                (200, _) => drop(acknowledged.lock().unwrap().insert((client.clone(), seller.id.clone()))),
                // Somebody else has the client by now.
                (409, "client_not_assigned") => {}
                _ => panic!("{:#}", answer.body),
            }
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

async fn look_after(admin: &User, sellers: &[User], done: &AtomicBool) {
    let mut round = 0;
    while !done.load(Ordering::Relaxed) {
        admin
            .post("/distribution/redistribute", json!({}))
            .await
            .expect_status(200);
        let clients = admin.get("/distribution/clients?state=assigned&per_page=5").await.body;
        for client in clients["items"].as_array().unwrap() {
            let body = json!({ "client_id": client["id"], "seller_id": sellers[round % sellers.len()].id });
            let answer = admin.post("/distribution/reallocate", body).await;
            assert!([200, 409].contains(&answer.status), "{:#}", answer.body);
            round += 1;
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

#[actix_rt::test]
async fn database_actors_and_followers_agree_whoever_comes_and_goes() {
    let t = started().await;
    buyers(&t, CLIENTS, |number| 30 + i64::try_from(number % 31).unwrap()).await;
    let admin = t.admin().await;
    let sellers = join_all((0..SELLERS).map(|_| t.user("seller"))).await;
    // Somebody follows every seller from the beginning.
    let mut follower = admin.socket().await;
    let mut followed = Vec::new();
    for seller in &sellers {
        followed.push(follower.subscribe(&super::topic(seller)).await);
    }

    let (done, acknowledged) = (AtomicBool::new(false), Acknowledged::default());
    let begun = Instant::now();
    let flapping = join_all(
        sellers
            .iter()
            .enumerate()
            .map(|(number, seller)| flap(seller, number, &done)),
    );
    let working = join_all(sellers.iter().map(|seller| work(seller, &acknowledged, &done)));
    let ending = async {
        tokio::time::sleep(FOR).await;
        done.store(true, Ordering::Relaxed);
    };
    // Whoever does not read is cut off.
    let following = follower.keep_reading(&done);
    tokio::join!(
        flapping,
        working,
        look_after(&admin, &sellers, &done),
        following,
        ending
    );
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "somebody waited for somebody: {:?}",
        begun.elapsed()
    );

    // Everybody has gone, and nobody has anybody who was not contacted or placed with them meanwhile.
    until("everybody's leaving was noticed", async || {
        let rows = admin.get("/sellers?per_page=100").await.body;
        rows["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|seller| seller["is_online"] == false)
    })
    .await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(
        acknowledged.len() > 20,
        "hardly anything happened: {}",
        acknowledged.len()
    );
    let mut owners = BTreeSet::new();
    for (seller, followed) in sellers.iter().zip(followed) {
        let topic = super::topic(seller);
        let detail = admin
            .get(&format!("/sellers/{}", seller.id))
            .await
            .expect_status(200)
            .body;
        // The actor's word, and that of the database.
        let subscribed = admin.socket().await.subscribe(&topic).await;
        assert_eq!(subscribed["snapshot"], detail);
        // The events since the beginning lead to the same.
        let mut clients = std::collections::BTreeMap::new();
        let mut seq = followed["seq"].as_i64().unwrap();
        while seq < subscribed["seq"].as_i64().unwrap() {
            let event = follower
                .wait_for(|frame| frame["topic"] == *topic && frame["seq"].is_i64())
                .await;
            seq += 1;
            assert_eq!(event["seq"], seq, "nothing is missing or doubled");
            let named = |event: &serde_json::Value| event["data"]["clients"].as_array().unwrap().clone();
            match text(&event["type"]) {
                "client.assigned" => {
                    for client in named(&event) {
                        clients.insert(text(&client["id"]).to_owned(), false);
                    }
                }
                "client.released" => {
                    for client in named(&event) {
                        assert!(clients.remove(text(&client["id"])).is_some(), "{event:#}");
                    }
                }
                "client.contacted" => {
                    clients.insert(text(&event["data"]["client_id"]).to_owned(), true);
                }
                other => panic!("{other}"),
            }
        }
        let shown = detail["clients"].as_array().unwrap().iter();
        let shown: std::collections::BTreeMap<_, _> = shown
            .map(|client| (text(&client["id"]).to_owned(), client["contacted"] == true))
            .collect();
        assert_eq!(clients, shown, "{topic}");
        for (client, contacted) in shown {
            assert!(owners.insert(client.clone()), "{client} has two owners");
            assert_eq!(contacted, acknowledged.contains(&(client, seller.id.clone())));
        }
    }
    for (client, seller) in &acknowledged {
        assert!(owners.contains(client), "{client} was contacted by {seller}, and lost");
    }
    let stats = admin.get("/distribution/stats").await.expect_status(200).body;
    assert_eq!(stats["clients"], CLIENTS);
    assert_eq!(stats["contacted"], acknowledged.len());
}
