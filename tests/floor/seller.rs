//! A seller at work, and who looks after the floor.

use reqwest::Method;
use serde_json::{Value, json};

use super::{buyers, come, contact, hand, online, pending, shared, started, topic};
use crate::boards::text;
use crate::support::until;

#[actix_rt::test]
async fn the_floor_tells_what_happens_as_it_happens() {
    let t = started().await;
    buyers(&t, 4, |_| 40).await;
    let admin = t.admin().await;
    let mut floor = admin.socket().await;
    assert_eq!(floor.subscribe("floor").await["ok"], true);
    let (vera, mut socket) = online(&t).await;
    let said = |kind: &'static str| move |frame: &Value| frame["topic"] == "floor" && frame["type"] == kind;
    let came = floor.wait_for(said("seller.online")).await;
    assert_eq!(
        (&came["alias"], &came["data"]["seller_id"]),
        (&json!("vendedor_online"), &json!(vera.id))
    );
    let dealt = floor.wait_for(said("redistribution.completed")).await;
    assert_eq!(
        (&dealt["alias"], &dealt["data"]["total"]),
        (&json!("redistribuicao_completa"), &json!(4))
    );
    assert_eq!(
        dealt["data"]["sellers"],
        json!([{ "id": vera.id, "name": "Nome seller", "clients": 4 }])
    );

    let given = socket.wait_for(|frame| frame["type"] == "client.assigned").await;
    assert_eq!(given["data"]["clients"].as_array().unwrap().len(), 4);
    assert_eq!(given["data"]["clients"][0]["reason"], "dealt");
    let first = given["data"]["clients"][0]["id"].clone();
    let answer = socket
        .command(
            &topic(&vera),
            "contacted",
            json!({ "client_id": first, "notes": "Ligar" }),
        )
        .await;
    assert_eq!(
        (&answer["ok"], &answer["data"]["contacted"]),
        (&json!(true), &json!(true)),
        "{answer:#}"
    );
    let contacted = floor.wait_for(said("client.contacted")).await;
    assert_eq!(
        (&contacted["alias"], &contacted["data"]["client_id"]),
        (&json!("cliente_contatado"), &first)
    );
    // What a follower starts from is what the address shows.
    let snapshot = admin.socket().await.subscribe(&topic(&vera)).await["snapshot"].clone();
    assert_eq!(snapshot, admin.get(&format!("/sellers/{}", vera.id)).await.body);
    assert_eq!((&snapshot["pending"], &snapshot["contacted"]), (&json!(3), &json!(1)));

    drop(socket);
    let went = floor.wait_for(said("seller.offline")).await;
    assert_eq!(went["alias"], "vendedor_offline");
    let nobody = floor.wait_for(said("redistribution.completed")).await;
    assert_eq!(nobody["data"]["total"], 0);
    // Sellers are there, but nobody else's list is theirs to see.
    let vitor = t.user("seller").await;
    let mut curious = come(&vitor).await;
    assert_eq!(curious.subscribe(&topic(&vera)).await["error"]["code"], "not_found");
    let attendant = t.user("attendant").await;
    assert_eq!(
        attendant.socket().await.subscribe("floor").await["error"]["code"],
        "not_found"
    );
    attendant.get("/sellers").await.expect_status(403);
}

#[actix_rt::test]
async fn a_contact_is_written_once_and_its_outcome_can_be_corrected() {
    let t = started().await;
    buyers(&t, 2, |_| 40).await;
    let (admin, (vera, _socket)) = (t.admin().await, online(&t).await);
    shared(&[&vera], &[2]).await;
    let client = hand(&vera).await.0[0].clone();
    let path = format!("/sellers/{}/contacted", vera.id);
    let key = uuid::Uuid::new_v4().to_string();
    for _ in 0..2 {
        let body = json!({ "client_id": client, "notes": "Ligar à tarde" });
        vera.send(Method::POST, &path, Some(body), Some(&key))
            .await
            .expect_status(200);
    }
    let corrected = vera
        .post(&path, json!({ "client_id": client, "outcome": "sold" }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&corrected["outcome"], &corrected["notes"]),
        (&json!("sold"), &json!("Ligar à tarde"))
    );
    let history = format!("/distribution/clients/{client}/contacts");
    let told = vera.get(&history).await.expect_status(200).body;
    assert_eq!(
        (
            &told["total"],
            &told["items"][0]["outcome"],
            &told["items"][0]["seller_id"]
        ),
        (&json!(1), &json!("sold"), &json!(vera.id))
    );
    assert_eq!(admin.get(&history).await.expect_status(200).body, told);
    let other = t.user("seller").await;
    other.get(&history).await.expect_status(404);
    let stats = vera
        .get(&format!("/sellers/{}/stats", vera.id))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (
            &stats["assigned"],
            &stats["contacted"],
            &stats["pending"],
            &stats["contacted_today"]
        ),
        (&json!(2), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!(stats["by_day"].as_array().unwrap().len(), 30);
    let not_hers = json!({ "client_id": uuid::Uuid::new_v4() });
    assert_eq!(
        vera.post(&path, not_hers).await.expect_status(409).code(),
        "client_not_assigned"
    );
    assert_eq!(
        vera.post(&path, json!({ "client_id": client, "outcome": "luck" }))
            .await
            .expect_status(422)
            .code(),
        "invalid"
    );
    let vitor = t.user("seller").await;
    vitor
        .post(&path, json!({ "client_id": client }))
        .await
        .expect_status(403);

    // The contact goes, and with it its place on the floor.
    admin.delete(&format!("/contacts/{client}")).await.expect_status(204);
    assert_eq!(hand(&vera).await.1, Vec::<String>::new());
}

#[actix_rt::test]
async fn who_pauses_gets_nobody_and_a_preview_changes_nothing() {
    let t = started().await;
    buyers(&t, 12, |_| 40).await;
    let admin = t.admin().await;
    let ((vera, _vera), (vitor, _vitor)) = (online(&t).await, online(&t).await);
    shared(&[&vera, &vitor], &[6, 6]).await;
    let me = format!("/sellers/{}", vitor.id);
    vitor.patch(&me, json!({ "weight": 5 })).await.expect_status(403);
    vera.patch(&me, json!({ "is_paused": true })).await.expect_status(403);
    let paused = vitor
        .patch(&me, json!({ "is_paused": true }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(paused["is_paused"], true);
    shared(&[&vera, &vitor], &[0, 12]).await;
    vitor.patch(&me, json!({ "is_paused": false })).await.expect_status(200);
    shared(&[&vera, &vitor], &[6, 6]).await;

    admin.patch(&me, json!({ "weight": 3 })).await.expect_status(200);
    admin
        .put("/distribution/settings", json!({ "method": "weighted" }))
        .await
        .expect_status(200);
    shared(&[&vera, &vitor], &[3, 9]).await;
    admin
        .put("/distribution/settings", json!({ "method": "round_robin" }))
        .await
        .expect_status(200);
    shared(&[&vera, &vitor], &[6, 6]).await;

    // One seller is given everything by hand: dealing anew takes it back, and says so before. What is by hand nothing else moves.
    let all = [hand(&vera).await.0, hand(&vitor).await.0].concat();
    for client in all {
        let body = json!({ "client_id": client, "seller_id": vera.id });
        admin.post("/distribution/reallocate", body).await.expect_status(200);
    }
    let preview = admin.get("/distribution/preview").await.expect_status(200).body;
    assert_eq!(
        (&preview["total"], &preview["moved"]),
        (&json!(12), &json!(6)),
        "{preview:#}"
    );
    let of = |seller: &str| {
        preview["sellers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["id"] == seller)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (&of(&vera.id)["before"], &of(&vera.id)["after"], &of(&vera.id)["loses"]),
        (&json!(12), &json!(6), &json!(6))
    );
    assert_eq!(
        (&of(&vitor.id)["before"], &of(&vitor.id)["gains"]),
        (&json!(0), &json!(6))
    );
    assert_eq!((pending(&vera).await, pending(&vitor).await), (12, 0));
    let done = admin
        .post("/distribution/redistribute", json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!(done["total"], 12);
    assert_eq!((pending(&vera).await, pending(&vitor).await), (6, 6));
}

#[actix_rt::test]
async fn whoever_replays_the_ledger_finds_who_has_whom() {
    let t = started().await;
    buyers(&t, 9, |_| 45).await;
    let admin = t.admin().await;
    let ((vera, _vera), (vitor, socket)) = (online(&t).await, online(&t).await);
    shared(&[&vera, &vitor], &[4, 5]).await;
    let client = hand(&vera).await.0[0].clone();
    admin
        .post(
            "/distribution/reallocate",
            json!({ "client_id": client, "seller_id": vitor.id }),
        )
        .await
        .expect_status(200);
    contact(&vitor, &client).await;
    drop(socket);
    shared(&[&vera], &[8]).await;
    admin.post("/distribution/cycles", json!({})).await.expect_status(200);

    let runs = admin
        .get("/distribution/runs?per_page=100")
        .await
        .expect_status(200)
        .body;
    let runs = runs["items"].as_array().unwrap();
    let mut holders = std::collections::BTreeMap::new();
    for (number, run) in runs.iter().rev().enumerate() {
        assert_eq!(run["number"], number + 1, "no run is missing");
        for allocation in run["allocations"].as_array().unwrap() {
            assert!(allocation["reason"].is_string());
            for client in allocation["client_ids"].as_array().unwrap() {
                let before = holders.insert(text(client).to_owned(), allocation["to_seller_id"].clone());
                assert_eq!(before.unwrap_or(Value::Null), allocation["from_seller_id"], "{run:#}");
            }
        }
    }
    assert_eq!(holders.len(), 9);
    let clients = admin
        .get("/distribution/clients?per_page=100")
        .await
        .expect_status(200)
        .body;
    for client in clients["items"].as_array().unwrap() {
        assert_eq!(holders[text(&client["id"])], client["seller"]["id"]);
    }
    until("who left has nobody", async || pending(&vitor).await == 0).await;
}

#[actix_rt::test]
async fn a_client_who_is_talking_with_their_seller_is_not_taken_away() {
    let t = started().await;
    let admin = t.admin().await;
    buyers(&t, 8, |_| 40).await;
    let (vera, _at_vera) = online(&t).await;
    shared(&[&vera], &[8]).await;
    let mine = vera
        .get(&format!("/sellers/{}/clients?per_page=100", vera.id))
        .await
        .expect_status(200)
        .body;
    let client = mine["items"].as_array().unwrap().last().unwrap().clone();
    let channel = json!({ "kind": "webchat", "name": "Site" });
    let channel = admin.post("/channels", channel).await.expect_status(201).body;
    // They were on the site before.
    t.in_database(&format!(
        "INSERT INTO contact_identities (tenant_id, id, contact_id, channel_id, external_id, created_at)
         VALUES ('{}', gen_random_uuid(), '{}', '{}', 'visitor', now())",
        admin.tenant,
        text(&client["id"]),
        text(&channel["id"]),
    ));
    let talk = json!({ "channel_id": channel["id"], "contact_id": client["id"], "content": "Bom dia!" });
    let talk = admin.post("/conversations", talk).await.expect_status(201).body;
    let path = format!("/conversations/{}/transfer", text(&talk["id"]));
    let handed = json!({ "to_user_id": vera.id, "reason": "É cliente dela" });
    admin.post(&path, handed).await.expect_status(200);

    // Everybody else may go to whoever comes, and all are dealt anew.
    let (vitor, _at_vitor) = online(&t).await;
    shared(&[&vera, &vitor], &[4, 4]).await;
    for _ in 0..3 {
        admin
            .post("/distribution/redistribute", json!({}))
            .await
            .expect_status(200);
        shared(&[&vera, &vitor], &[4, 4]).await;
        let clients = admin
            .get("/distribution/clients?per_page=100")
            .await
            .expect_status(200)
            .body;
        let found = clients["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == client["id"])
            .unwrap();
        assert_eq!(found["seller"]["id"], vera.id.as_str(), "they are talking");
    }
}
