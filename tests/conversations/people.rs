//! Who speaks first, who is told, and who the customer is.

use serde_json::{Value, json};

use super::Visitor;
use super::inbox::{channel, conversation, items};
use crate::support::{Socket, TestApp};

/// A visitor who has said something, with their socket.
async fn talking(app: &TestApp, channel: &Value, who: Value) -> (Visitor, Socket) {
    let visitor = Visitor::enter(app, channel, who).await;
    let (mut browser, _) = visitor.socket(app).await;
    let said = browser
        .command(&visitor.topic(), "send_message", json!({ "content": "Oi" }))
        .await;
    assert_eq!(said["ok"], true, "{said}");
    (visitor, browser)
}

#[actix_rt::test]
async fn a_seller_speaks_first_and_the_same_word_again_begins_nothing() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let (ana, vera, vitor) = (
        app.user("attendant").await,
        app.user("seller").await,
        app.user("seller").await,
    );
    let (visitor, mut browser) = talking(&app, &channel, json!({ "name": "Joana" })).await;
    let path = format!("/conversations/{}", visitor.conversation);
    let contact = conversation(&ana, &visitor.conversation).await["contact"]["id"].clone();
    vera.get(&path).await.expect_status(404);

    // The bot was with her: from now on the seller is.
    let body = json!({ "channel_id": channel["id"], "contact_id": contact, "content": "Seu sofá chegou" });
    let key = uuid::Uuid::new_v4().to_string();
    let begin = async || {
        let answer = vera.send(reqwest::Method::POST, "/conversations", Some(body.clone()), Some(&key));
        answer.await.expect_status(201).body
    };
    let begun = begin().await;
    assert_eq!(
        (&begun["id"], &begun["assigned_user_id"]),
        (&json!(visitor.conversation), &json!(vera.id))
    );
    browser
        .wait_for(|frame| frame["data"]["content"] == "Seu sofá chegou")
        .await;
    let refused = vitor.post("/conversations", body.clone()).await.expect_status(409);
    assert_eq!(refused.code(), "already_assigned");

    vera.post(&format!("{path}/close"), json!({})).await.expect_status(200);
    let again = begin().await;
    assert_eq!((&again["id"], &again["status"]), (&begun["id"], &json!("closed")));
    assert_eq!(
        again["messages"].as_array().unwrap().len(),
        begun["messages"].as_array().unwrap().len() + 1
    );
    assert_eq!(items(&ana, "").await.len(), 1, "no other conversation began");
    // Once it is somebody else's, the same word shows nothing of it.
    ana.post(&format!("{path}/reopen"), json!({})).await.expect_status(200);
    vera.send(reqwest::Method::POST, "/conversations", Some(body), Some(&key))
        .await
        .expect_status(404);
}

#[actix_rt::test]
async fn what_the_bot_learns_is_written_down_and_who_is_renamed_is_so_at_once() {
    let app = TestApp::alone(&[]).await;
    let channel = channel(&app, json!({})).await;
    let ana = app.user("attendant").await;
    let (visitor, mut browser) = talking(&app, &channel, json!({})).await;
    let mut desk = ana.socket().await;
    let start = desk.subscribe(&visitor.topic()).await;
    assert_eq!(start["snapshot"]["contact"]["name"], "Visitante");
    for words in ["1", "Joana Lima", "Um sofá"] {
        browser
            .command(&visitor.topic(), "send_message", json!({ "content": words }))
            .await;
    }
    let named =
        |frame: &Value, name: &str| frame["type"] == "conversation.updated" && frame["data"]["contact"]["name"] == name;
    desk.wait_for(|frame| named(frame, "Joana Lima")).await;
    let contact = conversation(&ana, &visitor.conversation).await["contact"]["id"].clone();
    let path = format!("/contacts/{}", contact.as_str().unwrap());
    let known = ana.get(&path).await.expect_status(200).body;
    assert_eq!(known["name"], "Joana Lima");
    // What people wrote stays, whatever she tells the bot later.
    ana.patch(&path, json!({ "name": "Joana Lima Prado", "phone": "11988887777" }))
        .await
        .expect_status(200);
    let heard = desk.wait_for(|frame| named(frame, "Joana Lima Prado")).await;
    assert_eq!(heard["data"]["contact"]["phone"], "+5511988887777");
    let hidden = browser.wait_for(|frame| frame["type"] == "hidden").await;
    assert_eq!(hidden.get("data"), None);
    assert_eq!(
        conversation(&ana, &visitor.conversation).await["contact"],
        heard["data"]["contact"]
    );
}

#[actix_rt::test]
async fn to_whom_a_conversation_is_handed_is_told_and_who_takes_it_is_not() {
    let app = TestApp::alone(&[]).await;
    let channel = channel(&app, json!({})).await;
    let (ana, bruno) = (app.user("attendant").await, app.user("attendant").await);
    let mut bell = bruno.socket().await;
    bell.subscribe("notifications").await;
    let (visitor, _browser) = talking(&app, &channel, json!({ "name": "Joana" })).await;
    let path = format!("/conversations/{}", visitor.conversation);
    ana.post(&format!("{path}/takeover"), json!({}))
        .await
        .expect_status(200);
    let to = json!({ "to_user_id": bruno.id, "reason": "Quer trocar o produto" });
    ana.post(&format!("{path}/transfer"), to).await.expect_status(200);
    let told = bell.wait_for(|frame| frame["type"] == "notification.created").await;
    assert_eq!(
        (&told["data"]["kind"], &told["data"]["link"]),
        (
            &json!("conversation_assigned"),
            &json!(format!("/inbox/{}", visitor.conversation))
        )
    );
    assert!(
        told["data"]["message"]
            .as_str()
            .unwrap()
            .ends_with(": Quer trocar o produto"),
        "{told}"
    );
    assert_eq!(
        ana.get("/notifications").await.expect_status(200).body["unread_count"],
        0
    );
}

#[actix_rt::test]
async fn a_queue_has_hours_of_its_own_and_is_kept_while_somebody_waits_in_it() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let (admin, ana) = (app.admin().await, app.user("attendant").await);
    let queue = admin
        .post("/queues", json!({ "name": "Plantão" }))
        .await
        .expect_status(201)
        .body;
    admin
        .post("/queues", json!({ "name": "Vendas" }))
        .await
        .expect_status(201);
    let path = format!("/queues/{}", queue["id"].as_str().unwrap());
    let always = json!({ "business_hours": ["sempre"] });
    let refused = admin.patch(&path, always).await.expect_status(422);
    assert_eq!(refused.body["errors"][0]["field"], "business_hours");
    let refused = admin.patch(&path, json!({ "name": "Vendas" })).await.expect_status(422);
    assert_eq!(refused.body["errors"][0]["code"], "taken");
    ana.patch(&path, json!({ "name": "Minha" })).await.expect_status(403);

    // The company is closed, its night shift never.
    let closed = json!({ "value": { "mon": [] } });
    admin.put("/bot/config/business_hours", closed).await.expect_status(200);
    let all_day = json!([["00:00", "00:00"]]);
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map(|day| (day.to_owned(), all_day.clone()));
    let hours = Value::Object(week.into_iter().collect());
    let changed = admin
        .patch(&path, json!({ "business_hours": hours }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&changed["name"], &changed["business_hours"]),
        (&json!("Plantão"), &hours)
    );
    let flow = json!({ "name": "Noite", "start": "h", "is_default": true, "nodes": [
        { "id": "h", "type": "hours", "queue_id": queue["id"], "open": "gente", "closed": "fim" },
        { "id": "gente", "type": "handover", "queue_id": queue["id"], "text": "Já chamo" },
        { "id": "fim", "type": "close", "text": "Fechado" },
    ] });
    let flow = admin.post("/bot/flows", flow).await.expect_status(201).body;
    admin
        .post(
            &format!("/bot/flows/{}/publish", flow["id"].as_str().unwrap()),
            json!({}),
        )
        .await
        .expect_status(200);
    let (visitor, _browser) = talking(&app, &channel, json!({})).await;
    let waiting = conversation(&ana, &visitor.conversation).await;
    assert_eq!(
        (&waiting["status"], &waiting["queue_id"]),
        (&json!("waiting"), &queue["id"])
    );

    assert_eq!(admin.delete(&path).await.expect_status(409).code(), "queue_not_empty");
    ana.post(&format!("/conversations/{}/takeover", visitor.conversation), json!({}))
        .await
        .expect_status(200);
    admin.delete(&path).await.expect_status(204);
    let left = ana.get("/queues").await.expect_status(200).body;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}
