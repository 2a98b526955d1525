//! Rooms, what is said in them, and who may see it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{group, room, rooms, say, text};
use crate::support::{TestApp, User};

#[actix_rt::test]
async fn everybody_of_a_company_is_in_its_general_room_from_the_first_moment_to_the_last() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let bruno = app.user("seller").await;
    let general = async |user: &User| {
        let rooms = rooms(user).await;
        rooms.into_iter().find(|room| room["type"] == "general").unwrap()
    };
    let names = |room: &Value| -> Vec<String> {
        let people = room["participants"].as_array().unwrap().iter();
        people.map(|person| text(&person["user_id"]).to_owned()).collect()
    };
    let theirs = general(&bruno).await;
    assert_eq!(
        (&theirs["name"], names(&theirs)),
        (&json!("Geral"), vec![ada.id.clone(), bruno.id.clone()])
    );
    say(&bruno, &theirs, "Cheguei").await;
    assert_eq!(general(&ada).await["unread_count"], 1);
    assert_eq!(general(&ada).await["last_message"]["content"], "Cheguei");

    ada.patch(&format!("/users/{}", bruno.id), json!({ "is_active": false }))
        .await
        .expect_status(200);
    assert_eq!(names(&general(&ada).await), [ada.id.as_str()]);
    ada.patch(&format!("/users/{}", bruno.id), json!({ "is_active": true }))
        .await
        .expect_status(200);
    assert_eq!(names(&general(&ada).await), [ada.id.as_str(), bruno.id.as_str()]);

    // Each company has its own, and none is made by hand.
    let stranger = app.other_tenant().await;
    assert_ne!(general(&stranger).await["id"], theirs["id"]);
    let body = json!({ "type": "general", "name": "Outra" });
    assert_eq!(ada.post("/chat/rooms", body).await.expect_status(422).code(), "invalid");
}

#[actix_rt::test]
async fn two_people_have_one_direct_room_whoever_makes_it_again() {
    let app = TestApp::start().await;
    let (ada, vera, vitor) = (app.admin().await, app.user("seller").await, app.user("attendant").await);
    let direct = async |by: &User, with: &[&User], status: u16| {
        let ids: Vec<&str> = with.iter().map(|user| user.id.as_str()).collect();
        let body = json!({ "type": "direct", "participant_ids": ids });
        by.post("/chat/rooms", body).await.expect_status(status).body
    };
    let made = direct(&ada, &[&vera], 201).await;
    assert_eq!(
        (&made["name"], &made["unread_count"]),
        (&json!("Nome seller"), &json!(0))
    );
    say(&ada, &made, "Só nós").await;
    let again = direct(&vera, &[&ada], 200).await;
    assert_eq!(
        (&again["id"], &again["name"], &again["unread_count"]),
        (&made["id"], &json!("Ada Admin"), &json!(1))
    );
    assert_ne!(direct(&vitor, &[&ada], 201).await["id"], made["id"]);
    // A repeat of the first call is answered as the first was.
    let key = "0193e0a0-0000-7000-8000-0000000000aa";
    let body = json!({ "type": "direct", "participant_ids": [vitor.id] });
    for _ in 0..2 {
        let answer = vera
            .send(Method::POST, "/chat/rooms", Some(body.clone()), Some(key))
            .await;
        assert_eq!(answer.status, 201);
    }
    for with in [&[][..], &[&ada], &[&vera, &vitor]] {
        direct(&ada, with, 422).await;
    }
    let stranger = app.other_tenant().await;
    direct(&ada, &[&stranger], 422).await;
    let path = format!("/chat/rooms/{}", text(&made["id"]));
    assert_eq!(
        ada.patch(&path, json!({ "name": "Nós" }))
            .await
            .expect_status(409)
            .code(),
        "room_fixed"
    );
}

#[actix_rt::test]
async fn who_is_not_in_a_room_does_not_know_of_it() {
    let app = TestApp::start().await;
    let (ada, vera, outsider) = (
        app.admin().await,
        app.user("seller").await,
        app.user("supervisor").await,
    );
    let made = group(&ada, "Diretoria", &[&vera]).await;
    let said = say(&ada, &made, "Segredo").await;
    let (id, message) = (text(&made["id"]), text(&said["id"]));
    for user in [&outsider, &app.other_tenant().await] {
        let refused = [
            user.get(&format!("/chat/rooms/{id}")).await,
            user.get(&format!("/chat/rooms/{id}/messages")).await,
            user.get(&format!("/chat/messages/{message}")).await,
            user.patch(&format!("/chat/rooms/{id}"), json!({ "name": "Minha" }))
                .await,
            user.post(&format!("/chat/rooms/{id}/messages"), json!({ "content": "Oi" }))
                .await,
            user.post(&format!("/chat/rooms/{id}/messages"), json!({})).await,
            user.post(&format!("/chat/rooms/{id}/participants"), json!({ "user_id": user.id }))
                .await,
            user.delete(&format!("/chat/rooms/{id}/participants/{}", vera.id)).await,
            user.put(&format!("/chat/messages/{message}/read"), json!({})).await,
            user.patch(&format!("/chat/messages/{message}"), json!({ "content": "x" }))
                .await,
            user.post(&format!("/chat/messages/{message}/reactions"), json!({ "emoji": "👍" }))
                .await,
            user.delete(&format!("/chat/messages/{message}")).await,
        ];
        for (index, answer) in refused.iter().enumerate() {
            assert_eq!((answer.status, answer.code()), (404, "not_found"), "{index}");
        }
        let found = user.get("/chat/search?q=segredo").await.expect_status(200).body;
        assert_eq!(found["total"], 0);
        let found = user.get(&format!("/chat/search?q=segredo&room_id={id}")).await.body;
        assert_eq!(found["total"], 0);
    }
    let found = vera
        .get(&format!("/chat/search?q=segredo&room_id={id}"))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&found["items"][0]["id"], &found["items"][0]["room_name"]),
        (&said["id"], &json!("Diretoria"))
    );
    assert_eq!(room(&vera, &made["id"]).await["messages"][0], said);
}

#[actix_rt::test]
async fn history_is_read_upwards_downwards_and_around_a_message() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let made = group(&ada, "Obra", &[]).await;
    let mut said = Vec::new();
    for number in 1..=60 {
        said.push(say(&ada, &made, &format!("{number}")).await);
    }
    let page = async |query: &str| {
        let path = format!("/chat/rooms/{}/messages?{query}", text(&made["id"]));
        let body = ada.get(&path).await.expect_status(200).body;
        let numbers = body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["number"].as_i64().unwrap());
        (
            numbers.collect::<Vec<_>>(),
            body["has_more"] == true,
            body["has_newer"] == true,
        )
    };
    let id = |number: usize| text(&said[number - 1]["id"]).to_owned();
    let from = |first: i64, last: i64| (first..=last).collect::<Vec<_>>();
    assert_eq!(page("").await, (from(11, 60), true, false));
    assert_eq!(page(&format!("before={}", id(11))).await, (from(1, 10), false, true));
    assert_eq!(
        page(&format!("before={}&limit=3", id(11))).await,
        (from(8, 10), true, true)
    );
    assert_eq!(page(&format!("before={}", id(1))).await, (vec![], false, true));
    assert_eq!(
        page(&format!("after={}&limit=5", id(20))).await,
        (from(21, 25), true, true)
    );
    assert_eq!(page(&format!("after={}", id(60))).await, (vec![], true, false));
    assert_eq!(
        page(&format!("around={}&limit=4", id(30))).await,
        (from(28, 31), true, true)
    );
    assert_eq!(
        page(&format!("around={}&limit=4", id(1))).await,
        (from(1, 4), false, true)
    );
    let snapshot = room(&ada, &made["id"]).await;
    assert_eq!(
        (snapshot["messages"].as_array().unwrap().len(), &snapshot["has_more"]),
        (50, &json!(true))
    );
    assert_eq!(
        ada.get(&format!("/chat/messages/{}", id(7)))
            .await
            .expect_status(200)
            .body,
        said[6]
    );

    let path = format!("/chat/rooms/{}/messages", text(&made["id"]));
    ada.get(&format!("{path}?before={}", uuid::Uuid::now_v7()))
        .await
        .expect_status(404);
    ada.get(&format!("{path}?before={}&after={}", id(1), id(2)))
        .await
        .expect_status(422);
    for query in ["limit=0", "limit=101", "before=x"] {
        ada.get(&format!("{path}?{query}")).await.expect_status(422);
    }
}

#[actix_rt::test]
async fn a_message_is_read_edited_answered_and_deleted_with_a_trace() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let made = group(&ada, "Obra", &[&vera]).await;
    let said = say(&ada, &made, "Chega amanhã, @Nome seller").await;
    assert_eq!(
        (&said["message_type"], &said["mentions"], &said["sender"]["name"]),
        (&json!("text"), &json!([vera.id]), &json!("Ada Admin"))
    );
    let path = format!("/chat/messages/{}", text(&said["id"]));
    let unread = async |user: &User| {
        rooms(user).await.iter().find(|room| room["id"] == made["id"]).unwrap()["unread_count"].clone()
    };
    assert_eq!(unread(&vera).await, 1);
    vera.put(&format!("{path}/read"), json!({})).await.expect_status(204);
    assert_eq!(unread(&vera).await, 0);
    let seen = room(&ada, &made["id"]).await;
    let reader = seen["participants"]
        .as_array()
        .unwrap()
        .iter()
        .find(|person| person["user_id"] == json!(vera.id))
        .unwrap();
    assert_eq!(reader["last_read_message_id"], said["id"]);

    let edited = ada
        .patch(&path, json!({ "content": "Chega hoje" }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&edited["content"], &edited["mentions"]),
        (&json!("Chega hoje"), &json!([]))
    );
    assert_eq!(
        vera.patch(&path, json!({ "content": "x" }))
            .await
            .expect_status(403)
            .code(),
        "forbidden"
    );
    let reply = json!({ "content": "Ótimo", "reply_to": said["id"] });
    let messages = format!("/chat/rooms/{}/messages", text(&made["id"]));
    let reply = vera.post(&messages, reply).await.expect_status(201).body;
    assert_eq!(reply["reply_to"], said["id"]);
    let reacted = vera
        .post(&format!("{path}/reactions"), json!({ "emoji": "👍" }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(reacted["reactions"], json!([{ "emoji": "👍", "user_ids": [vera.id] }]));

    vera.delete(&path).await.expect_status(403);
    let key = "0193e0a0-0000-7000-8000-0000000000ab";
    for _ in 0..2 {
        ada.send(Method::DELETE, &path, None, Some(key))
            .await
            .expect_status(204);
    }
    let trace = vera.get(&path).await.expect_status(200).body;
    assert_eq!((&trace["content"], &trace["reactions"]), (&json!(null), &json!([])));
    assert!(trace["deleted_at"].is_string());
    assert_eq!(ada.get("/chat/search?q=hoje").await.body["total"], 0);
    assert_eq!(
        ada.patch(&path, json!({ "content": "x" }))
            .await
            .expect_status(409)
            .code(),
        "message_deleted"
    );

    // The same message twice under one key is one message.
    let body = json!({ "content": "Uma vez" });
    let key = "0193e0a0-0000-7000-8000-0000000000ac";
    let first = ada
        .send(Method::POST, &messages, Some(body.clone()), Some(key))
        .await
        .expect_status(201)
        .body;
    assert_eq!(
        ada.send(Method::POST, &messages, Some(body), Some(key))
            .await
            .expect_status(201)
            .body,
        first
    );
    assert_eq!(room(&vera, &made["id"]).await["messages"].as_array().unwrap().len(), 3);
}
