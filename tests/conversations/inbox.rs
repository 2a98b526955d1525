//! A visitor, the bot and the people who answer, over real sockets.

use futures_util::future::join_all;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::Visitor;
use crate::support::{Socket, TestApp, User, until};

pub(super) async fn channel(app: &TestApp, config: Value) -> Value {
    let admin = app.admin().await;
    let body = json!({ "kind": "webchat", "name": "Site", "config": config });
    admin.post("/channels", body).await.expect_status(201).body
}

pub(super) async fn conversation(user: &User, id: &str) -> Value {
    user.get(&format!("/conversations/{id}")).await.expect_status(200).body
}

pub(super) async fn items(user: &User, query: &str) -> Vec<Value> {
    let body = user
        .get(&format!("/conversations{query}"))
        .await
        .expect_status(200)
        .body;
    body["items"].as_array().unwrap().clone()
}

#[actix_rt::test]
async fn a_visitor_talks_to_the_bot_is_handed_to_a_person_and_is_answered_live() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let (ana, bruno) = (app.user("attendant").await, app.user("attendant").await);
    let mut inbox = ana.socket().await;
    inbox.subscribe("inbox").await;

    let visitor = Visitor::enter(&app, &channel, json!({ "name": "Maria" })).await;
    let topic = visitor.topic();
    assert!(
        items(&ana, "").await.is_empty(),
        "who has said nothing is nobody's business yet"
    );
    let (mut browser, snapshot) = visitor.socket(&app).await;
    assert_eq!(snapshot["messages"], json!([]));
    let said = browser
        .command(&topic, "send_message", json!({ "content": "Oi" }))
        .await;
    assert_eq!(
        (&said["ok"], &said["data"]["sender_type"]),
        (&json!(true), &json!("customer"))
    );
    let heard = browser.wait_for(|frame| frame["data"]["sender_type"] == "bot").await;
    assert_eq!(
        (&heard["type"], &heard["data"]["message_type"]),
        (&json!("message.sent"), &json!("interactive"))
    );

    let hint = inbox.wait_for(|frame| frame["type"] == "conversation.upserted").await;
    assert_eq!(
        (
            &hint["data"]["id"],
            &hint["data"]["contact"]["name"],
            &hint["data"]["is_bot_active"]
        ),
        (&json!(visitor.conversation), &json!("Maria"), &json!(true))
    );
    let refused = json!({ "conversation_id": visitor.conversation, "content": "Oi, Maria" });
    assert_eq!(
        ana.post("/messages", refused.clone()).await.expect_status(409).code(),
        "bot_active"
    );

    let mut desk = ana.socket().await;
    let seen = desk.subscribe(&topic).await;
    assert_eq!(seen["snapshot"], conversation(&ana, &visitor.conversation).await);
    let path = format!("/conversations/{}", visitor.conversation);
    let taken = ana
        .post(&format!("{path}/takeover"), json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!(taken["assigned_user_id"], ana.id.as_str());
    let late = bruno
        .post(&format!("{path}/takeover"), json!({}))
        .await
        .expect_status(409);
    assert_eq!(late.code(), "already_assigned");
    let told = browser.wait_for(|frame| frame["data"]["sender_type"] == "system").await;
    assert_eq!(told["data"]["metadata"]["notice"], "takeover");

    // Both see who types, the visitor sees nothing else of what people do.
    for name in ["editing", "typing"] {
        let data = if name == "editing" {
            json!({ "field": "note" })
        } else {
            json!({})
        };
        desk.ask(json!({ "op": "signal", "topic": topic, "name": name, "data": data }))
            .await;
    }
    let heard = browser.wait_for(|frame| frame.get("signal").is_some()).await;
    assert_eq!(
        (&heard["signal"], &heard["by"]["id"]),
        (&json!("typing"), &json!(ana.id))
    );
    browser
        .ask(json!({ "op": "signal", "topic": topic, "name": "typing", "data": {} }))
        .await;
    let heard = desk.wait_for(|frame| frame["signal"] == "typing").await;
    assert_eq!(heard["by"]["name"], "Maria");

    let sent = ana.post("/messages", refused).await.expect_status(201).body;
    assert_eq!((&sent["delivery"], &sent["is_read"]), (&json!("sent"), &json!(false)));
    browser.wait_for(|frame| frame["data"]["id"] == sent["id"]).await;
    browser
        .command(&topic, "mark_read", json!({ "message_id": sent["id"] }))
        .await;
    desk.wait_for(|frame| frame["type"] == "message.status" && frame["data"]["of_customer"] == false)
        .await;
    let now = conversation(&bruno, &visitor.conversation).await;
    let last = now["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["delivery"], &last["is_read"], &now["unread_count"]),
        (&json!("read"), &json!(true), &json!(0))
    );

    let transfers = ana.get(&format!("{path}/transfers")).await.expect_status(200).body;
    assert_eq!(
        (
            &transfers["items"][0]["from"]["kind"],
            &transfers["items"][0]["to"]["user"]["id"]
        ),
        (&json!("bot"), &json!(ana.id))
    );
    ana.post(&format!("{path}/close"), json!({ "resolution": "Vendido" }))
        .await
        .expect_status(200);
    browser.wait_for(|frame| frame["type"] == "conversation.closed").await;
    let rated = browser
        .command(&topic, "rate", json!({ "score": 5, "comment": "Ótimo" }))
        .await;
    assert_eq!(rated["ok"], true, "{rated}");
    let over = conversation(&ana, &visitor.conversation).await;
    assert_eq!(
        (&over["status"], &over["rating"]["score"], &over["resolution"]),
        (&json!("closed"), &json!(5), &json!("Vendido"))
    );

    // What was seen live is what is read now.
    let history = ana
        .get(&format!("/messages?conversation_id={}", visitor.conversation))
        .await
        .expect_status(200)
        .body;
    assert_eq!(history["items"], over["messages"]);
    let stats = ana.get("/conversations/stats").await.expect_status(200).body;
    assert_eq!(
        (&stats["closed"], &stats["closed_today"], &stats["mine"]),
        (&json!(1), &json!(1), &json!(0))
    );
    for (query, found) in [
        ("?status=closed", 1),
        ("?status=open", 0),
        ("?assigned_to=me", 1),
        ("?channel=webchat", 1),
        ("?search=mar%C3%ADa", 1),
        ("?search=jo%C3%A3o", 0),
        ("?assigned_to=none", 0),
    ] {
        assert_eq!(items(&ana, query).await.len(), found, "{query}");
    }
}

#[actix_rt::test]
async fn of_all_who_take_over_at_once_exactly_one_gets_it_a_hundred_times() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let people = [
        app.user("attendant").await,
        app.user("attendant").await,
        app.user("supervisor").await,
    ];
    let mut sockets: Vec<Socket> = Vec::new();
    for person in &people {
        sockets.push(person.socket().await);
    }
    let visitor = Visitor::enter(&app, &channel, json!({})).await;
    let topic = visitor.topic();
    let (mut browser, _) = visitor.socket(&app).await;
    browser
        .command(&topic, "send_message", json!({ "content": "Oi" }))
        .await;
    for round in 0..100 {
        let answers = join_all(
            sockets
                .iter_mut()
                .map(|socket| socket.command(&topic, "takeover", json!({}))),
        )
        .await;
        let winners: Vec<usize> = (0..3).filter(|index| answers[*index]["ok"] == true).collect();
        assert_eq!(winners.len(), 1, "round {round}: {answers:?}");
        for (index, answer) in answers.iter().enumerate().filter(|(index, _)| *index != winners[0]) {
            assert_eq!(answer["error"]["code"], "already_assigned", "{index}");
        }
        let winner = winners[0];
        let now = conversation(&people[0], &visitor.conversation).await;
        assert_eq!(now["assigned_user_id"], people[winner].id.as_str());
        let back = sockets[winner]
            .command(&topic, "transfer", json!({ "to_bot": true }))
            .await;
        assert_eq!(back["ok"], true);
    }
    let path = format!("/conversations/{}/transfers", visitor.conversation);
    let transfers = people[0].get(&path).await.expect_status(200).body;
    assert_eq!(transfers["items"].as_array().unwrap().len(), 200);
}

#[actix_rt::test]
async fn a_visitor_sees_their_own_conversation_and_nothing_else() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({ "color": "#123456", "origins": ["https://loja.test"] })).await;
    let ana = app.user("attendant").await;
    let one = Visitor::enter(&app, &channel, json!({ "name": "<script>alert(1)</script>" })).await;
    let other = Visitor::enter(&app, &channel, json!({ "name": "João" })).await;
    let (mut browser, _) = one.socket(&app).await;
    browser
        .command(&one.topic(), "send_message", json!({ "content": "Oi <b>" }))
        .await;
    let note = json!({ "content": "segredo nosso" });
    let path = format!("/conversations/{}", one.conversation);
    ana.post(&format!("{path}/notes"), note).await.expect_status(201);
    let hidden = browser.wait_for(|frame| frame["type"] == "hidden").await;
    assert_eq!(hidden.get("data"), None);
    ana.post(&format!("{path}/takeover"), json!({}))
        .await
        .expect_status(200);
    browser.wait_for(|frame| frame["data"]["sender_type"] == "system").await;

    for topic in [
        other.topic(),
        "inbox".to_owned(),
        "notifications".to_owned(),
        "presence".to_owned(),
    ] {
        let answer = browser.subscribe(&topic).await;
        assert_eq!(answer["error"]["code"], "not_found", "{topic}");
    }
    for (name, data) in [
        ("takeover", json!({})),
        ("add_note", json!({ "content": "x" })),
        ("close", json!({})),
    ] {
        let answer = browser.command(&one.topic(), name, data).await;
        assert_eq!(answer["error"]["code"], "forbidden", "{name}");
    }
    let answer = browser
        .command(&other.topic(), "send_message", json!({ "content": "x" }))
        .await;
    assert_eq!(answer["error"]["code"], "not_found");
    let seen = one
        .get(&app, &format!("/webchat/conversations/{}", one.conversation))
        .await
        .expect_status(200)
        .body;
    let text = seen.to_string();
    assert!(
        !text.contains("segredo") && !text.contains('@') && seen["assigned_user"]["name"].is_string(),
        "{text}"
    );
    one.get(&app, &format!("/webchat/conversations/{}", other.conversation))
        .await
        .expect_status(404);
    let history = format!("/webchat/conversations/{}/messages", one.conversation);
    let history = one.get(&app, &history).await.expect_status(200).body;
    assert_eq!(history["items"], seen["messages"]);
    // Text stays text, and the token opens no other door.
    assert_eq!(
        conversation(&ana, &one.conversation).await["contact"]["name"],
        "<script>alert(1)</script>"
    );
    for path in [
        "/conversations",
        "/auth/me",
        "/settings",
        "/users",
        "/notifications",
        "/conversations/stats",
    ] {
        one.get(&app, path).await.expect_status(401);
    }
    let shown = one
        .get(
            &app,
            &format!("/webchat/channel?key={}", channel["public_key"].as_str().unwrap()),
        )
        .await;
    let shown = shown.expect_status(200).body;
    assert_eq!(
        (&shown["config"], &shown["is_open"]),
        (&json!({ "color": "#123456" }), &json!(true))
    );

    let from = async |origin: &str| {
        let url = format!("{}/api/v1/webchat/sessions", app.url);
        let body = json!({ "channel_key": channel["public_key"] });
        let request = app.client().post(url).header("Origin", origin).json(&body);
        let answer = request.send().await.unwrap();
        let allowed = answer
            .headers()
            .get("access-control-allow-origin")
            .map(|origin| origin.to_str().unwrap().to_owned());
        (answer.status().as_u16(), allowed)
    };
    assert_eq!(
        from("https://loja.test").await,
        (201, Some("https://loja.test".to_owned()))
    );
    assert_eq!(from("https://outra.test").await.0, 403);
}

#[actix_rt::test]
async fn a_visitor_who_comes_back_goes_on_and_files_go_both_ways() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let ana = app.user("attendant").await;
    let visitor = Visitor::enter(&app, &channel, json!({ "name": "Maria", "email": "maria@casa.com.br" })).await;
    let topic = visitor.topic();
    let (mut browser, _) = visitor.socket(&app).await;
    let first = browser
        .command(&topic, "send_message", json!({ "content": "Oi" }))
        .await;
    drop(browser);
    let again = Visitor::enter(&app, &channel, json!({ "visitor_token": visitor.token })).await;
    assert_eq!(again.conversation, visitor.conversation);
    let (mut browser, snapshot) = again.socket(&app).await;
    assert_eq!(snapshot["messages"][0]["id"], first["data"]["id"]);
    ana.post(&format!("/conversations/{}/takeover", visitor.conversation), json!({}))
        .await
        .expect_status(200);

    let upload = async |token: &str, path: &str, bytes: &[u8], name: &str| {
        let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = Form::new().part("file", part);
        let request = app
            .client()
            .post(format!("{}/api/v1{path}", app.url))
            .bearer_auth(token)
            .multipart(form);
        crate::support::Answer::of(request.send().await.unwrap()).await
    };
    let disguised = upload(
        &again.token,
        "/webchat/attachments",
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",
        "foto.png",
    )
    .await;
    assert_eq!(disguised.status, 422, "{:?}", disguised.body);
    let file = upload(&again.token, "/webchat/attachments", b"%PDF-1.4 pedido", "pedido.pdf")
        .await
        .expect_status(201)
        .body;
    let data = json!({ "attachment_id": file["id"] });
    let sent = browser.command(&topic, "send_message", data).await;
    assert_eq!(
        (&sent["data"]["message_type"], &sent["data"]["media_url"]),
        (&json!("document"), &file["url"])
    );
    let get = async |token: &str, path: &str| {
        let request = app.client().get(format!("{}/api/v1{path}", app.url)).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    };
    let id = file["id"].as_str().unwrap();
    let other = Visitor::enter(&app, &channel, json!({})).await;
    assert_eq!(get(&again.token, &format!("/webchat/attachments/{id}")).await, 200);
    assert_eq!(
        get(&again.token, &format!("/attachments/{id}")).await,
        200,
        "by the address that the message tells"
    );
    assert_eq!(get(&other.token, &format!("/webchat/attachments/{id}")).await, 404);
    ana.get(&format!("/attachments/{id}")).await.expect_status(200);
    let reply = upload(&ana.token, "/attachments", b"%PDF-1.4 recibo", "recibo.pdf")
        .await
        .expect_status(201)
        .body;
    assert_eq!(
        get(&again.token, &format!("/attachments/{}", reply["id"].as_str().unwrap())).await,
        404,
        "not sent yet"
    );
    let body = json!({ "conversation_id": visitor.conversation, "attachment_id": reply["id"] });
    ana.post("/messages", body).await.expect_status(201);
    assert_eq!(
        get(&again.token, &format!("/attachments/{}", reply["id"].as_str().unwrap())).await,
        200
    );
    // A customer can be called back where they were.
    ana.post(&format!("/conversations/{}/close", visitor.conversation), json!({}))
        .await
        .expect_status(200);
    let contact = conversation(&ana, &visitor.conversation).await["contact"]["id"].clone();
    let body = json!({ "channel_id": channel["id"], "contact_id": contact, "content": "Chegou!" });
    let begun = ana.post("/conversations", body).await.expect_status(201).body;
    assert_ne!(begun["id"], visitor.conversation.as_str());
    assert_eq!(begun["assigned_user_id"], ana.id.as_str());
    let body = json!({ "channel_id": channel["id"], "phone": "+5511987654321", "content": "Oi" });
    let refused = ana.post("/conversations", body).await.expect_status(422);
    assert_eq!(refused.body["errors"][0]["code"], "unreachable");
}

#[actix_rt::test]
async fn a_seller_sees_what_is_hers_and_loses_it_at_once() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let (admin, vera) = (app.admin().await, app.user("seller").await);
    let queue = admin
        .post("/queues", json!({ "name": "Vendas" }))
        .await
        .expect_status(201)
        .body;
    vera.post("/queues", json!({ "name": "Minha" }))
        .await
        .expect_status(403);
    let visitor = Visitor::enter(&app, &channel, json!({})).await;
    let topic = visitor.topic();
    let (mut browser, _) = visitor.socket(&app).await;
    browser
        .command(&topic, "send_message", json!({ "content": "Oi" }))
        .await;
    let path = format!("/conversations/{}", visitor.conversation);
    vera.get(&path).await.expect_status(404);
    let mut hers = vera.socket().await;
    hers.subscribe("inbox").await;
    admin
        .post(&format!("{path}/transfer"), json!({ "to_user_id": vera.id }))
        .await
        .expect_status(200);
    hers.wait_for(|frame| frame["type"] == "conversation.upserted").await;
    assert_eq!(hers.subscribe(&topic).await["ok"], true);
    assert_eq!(items(&vera, "").await.len(), 1);
    let to_queue = json!({ "to_queue_id": queue["id"], "reason": "Outra área" });
    admin
        .post(&format!("{path}/transfer"), to_queue)
        .await
        .expect_status(200);
    hers.wait_for(|frame| frame["type"] == "conversation.removed").await;
    vera.get(&path).await.expect_status(404);
    assert!(items(&vera, "").await.is_empty());
    assert_eq!(
        items(&admin, &format!("?queue={}", queue["id"].as_str().unwrap()))
            .await
            .len(),
        1
    );
    app.other_tenant().await.get(&path).await.expect_status(404);
    until("the topic is withdrawn", async || {
        hers.command(&topic, "mark_read", json!({})).await["ok"] == false
    })
    .await;
}

#[actix_rt::test]
async fn conversations_finish_on_the_flow_they_began_with_whatever_is_published_meanwhile() {
    let app = TestApp::start().await;
    let channel = channel(&app, json!({})).await;
    let admin = app.admin().await;
    let draw = |answer: &str| {
        json!({ "name": "Vitrine", "start": "pergunta", "is_default": true, "nodes": [
            { "id": "pergunta", "type": "question", "text": "Qual produto?", "field": "produto", "validate": "text",
              "next": "resposta" },
            { "id": "resposta", "type": "close", "text": answer },
        ] })
    };
    let flow = admin
        .post("/bot/flows", draw("Versão um"))
        .await
        .expect_status(201)
        .body;
    let path = format!("/bot/flows/{}", flow["id"].as_str().unwrap());
    admin
        .post(&format!("{path}/publish"), json!({}))
        .await
        .expect_status(200);
    let mut before = Vec::new();
    for _ in 0..5 {
        let visitor = Visitor::enter(&app, &channel, json!({})).await;
        let (mut browser, _) = visitor.socket(&app).await;
        browser
            .command(&visitor.topic(), "send_message", json!({ "content": "Oi" }))
            .await;
        before.push((visitor, browser));
    }
    admin.put(&path, draw("Versão dois")).await.expect_status(200);
    // Publishing and the customers' next words run side by side.
    let publish = format!("{path}/publish");
    let talk = join_all(before.iter_mut().map(async |(visitor, browser)| {
        let data = json!({ "content": "Sofá" });
        let answer = browser.command(&visitor.topic(), "send_message", data).await;
        assert_eq!(answer["ok"], true, "{answer}");
        let heard = browser
            .wait_for(|frame| frame["data"]["sender_type"] == "bot" && frame["data"]["content"] != "Qual produto?");
        heard.await["data"]["content"].clone()
    }));
    let (published, said) = futures_util::future::join(admin.post(&publish, json!({})), talk).await;
    assert_eq!(published.expect_status(200).body["version"], 2);
    assert_eq!(said, vec![json!("Versão um"); 5]);
    let visitor = Visitor::enter(&app, &channel, json!({})).await;
    let (mut browser, _) = visitor.socket(&app).await;
    for words in ["Oi", "Sofá"] {
        browser
            .command(&visitor.topic(), "send_message", json!({ "content": words }))
            .await;
    }
    browser
        .wait_for(|frame| frame["data"]["content"] == "Versão dois")
        .await;
}
