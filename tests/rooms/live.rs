//! Rooms on sockets: the same command however it comes, one order for all, and nothing for who has left.

use serde_json::{Value, json};

use super::{group, room, say, text};
use crate::support::{Socket, TestApp};

/// A client's own reading of events, from the contract: a snapshot, and what came after it.
fn apply(room: &mut Value, me: &str, event: &Value) {
    let data = &event["data"];
    let messages = room["messages"].as_array_mut().unwrap();
    let of = |messages: &mut Vec<Value>, id: &Value| messages.iter().position(|message| message["id"] == *id);
    let mut read: Option<(Value, Value)> = None;
    match text(&event["type"]) {
        "message.sent" => {
            messages.push(data.clone());
            if data["message_type"] != "system" {
                let mut position = data.clone();
                position["read_at"] = data["created_at"].clone();
                read = Some((data["sender"]["id"].clone(), position));
            }
        }
        "message.edited" => {
            let index = of(messages, &data["id"]).unwrap();
            messages[index] = data.clone();
        }
        "message.deleted" => {
            let index = of(messages, &data["message_id"]).unwrap();
            let message = &mut messages[index];
            (message["content"], message["attachment"]) = (json!(null), json!(null));
            (message["mentions"], message["reactions"]) = (json!([]), json!([]));
            message["deleted_at"] = data["deleted_at"].clone();
        }
        "message.read" => {
            let mut position = data.clone();
            position["id"] = data["message_id"].clone();
            read = Some((data["user_id"].clone(), position));
        }
        "message.reacted" => {
            let index = of(messages, &data["message_id"]).unwrap();
            assert_eq!(
                messages[index]["reactions"],
                json!([]),
                "this story has one reaction a message"
            );
            messages[index]["reactions"] = json!([{ "emoji": data["emoji"], "user_ids": [data["user_id"]] }]);
        }
        "participant.added" => room["participants"].as_array_mut().unwrap().push(data.clone()),
        "participant.removed" => {
            let people = room["participants"].as_array_mut().unwrap();
            people.retain(|person| person["user_id"] != data["user_id"]);
        }
        "room.renamed" => {
            (room["name"], room["updated_at"]) = (data["name"].clone(), data["updated_at"].clone());
        }
        other => panic!("unknown event {other}"),
    }
    let tally = room["messages"]
        .as_array()
        .unwrap()
        .last()
        .map_or(0, |last| last["tally"].as_i64().unwrap());
    let people = room["participants"].as_array_mut().unwrap();
    if let Some((who, position)) = read
        && let Some(reader) = people.iter_mut().find(|person| person["user_id"] == who)
    {
        (reader["read_number"], reader["read_tally"]) = (position["number"].clone(), position["tally"].clone());
        (reader["last_read_message_id"], reader["last_read_at"]) =
            (position["id"].clone(), position["read_at"].clone());
    }
    let mine = people
        .iter()
        .find(|person| person["user_id"] == me)
        .map(|me| me["read_tally"].as_i64().unwrap());
    room["unread_count"] = json!(mine.map_or(0, |read| tally - read));
}

#[actix_rt::test]
async fn what_rest_and_sockets_do_is_seen_by_a_follower_as_a_fresh_snapshot_would_show_it() {
    let app = TestApp::start().await;
    let (ada, vera, vitor) = (app.admin().await, app.user("seller").await, app.user("attendant").await);
    let made = group(&ada, "Obra", &[&vera]).await;
    let topic = format!("room:{}", text(&made["id"]));
    let mut follower = vera.socket().await;
    let start = follower.subscribe(&topic).await;
    assert_eq!(
        start["snapshot"],
        room(&vera, &made["id"]).await,
        "a snapshot is the body of the detail"
    );

    let mut socket = ada.socket().await;
    let ask = async |socket: &mut Socket, name: &str, data: Value| -> Value {
        let answer = socket.command(&topic, name, data).await;
        assert_eq!(answer["ok"], true, "{name}: {answer}");
        answer["data"].clone()
    };
    let one = ask(&mut socket, "send_message", json!({ "content": "Um" })).await;
    let two = say(&vera, &made, "Dois").await;
    ask(&mut socket, "react", json!({ "message_id": two["id"], "emoji": "🎉" })).await;
    ask(
        &mut socket,
        "edit_message",
        json!({ "message_id": one["id"], "content": "Uma" }),
    )
    .await;
    ask(&mut socket, "add_participant", json!({ "user_id": vitor.id })).await;
    vitor
        .put(&format!("/chat/messages/{}/read", text(&two["id"])), json!({}))
        .await
        .expect_status(204);
    let three = say(&vitor, &made, "Três").await;
    vitor
        .delete(&format!("/chat/messages/{}", text(&three["id"])))
        .await
        .expect_status(204);
    ask(&mut socket, "mark_read", json!({})).await;
    let renamed = ada
        .patch(
            &format!("/chat/rooms/{}", text(&made["id"])),
            json!({ "name": "Entrega" }),
        )
        .await
        .expect_status(200)
        .body;
    assert_eq!(renamed["name"], "Entrega");
    let last = socket
        .command(&topic, "remove_participant", json!({ "user_id": vitor.id }))
        .await;

    let mut view = start["snapshot"].clone();
    let mut seq = start["seq"].as_i64().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    while json!(seq) != last["seq"] {
        let event = follower.next_event().await;
        seq += 1;
        assert_eq!(event["seq"], seq);
        seen.insert(text(&event["type"]).to_owned());
        apply(&mut view, &vera.id, &event);
    }
    assert_eq!(view, room(&vera, &made["id"]).await);
    let kinds: Vec<_> = seen.into_iter().collect();
    assert_eq!(
        kinds,
        [
            "message.deleted",
            "message.edited",
            "message.reacted",
            "message.read",
            "message.sent",
            "participant.added",
            "participant.removed",
            "room.renamed"
        ]
    );

    // Whoever was away has all of it, in order.
    let mut back = vera.socket().await;
    let resumed = back.resume(&topic, &start["seq"], &start["epoch"]).await;
    let mut again = start["snapshot"].clone();
    for event in resumed["events"].as_array().unwrap() {
        apply(&mut again, &vera.id, event);
    }
    assert_eq!(again, view);
}

#[actix_rt::test]
async fn p6_who_is_removed_from_a_room_hears_so_and_nothing_after_it() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let made = group(&ada, "Obra", &[&vera]).await;
    let topic = format!("room:{}", text(&made["id"]));
    let mut everything = vera.socket().await;
    assert_eq!(everything.subscribe(&topic).await["ok"], true);
    let path = format!("/ws/chat/{}?token={}", text(&made["id"]), vera.token);
    let mut shorthand = Socket::open(&app.url, &path).await.unwrap();
    assert_eq!(shorthand.receive().await.unwrap()["snapshot"]["name"], "Obra");
    let mut staying = ada.socket().await;
    staying.subscribe(&topic).await;

    ada.delete(&format!("/chat/rooms/{}/participants/{}", text(&made["id"]), vera.id))
        .await
        .expect_status(204);
    say(&ada, &made, "Segredo").await;
    let mut heard = Vec::new();
    loop {
        let frame = everything.receive().await.unwrap();
        if frame["unsubscribed"]["code"] == "access_withdrawn" {
            break;
        }
        heard.push(frame);
    }
    let mut heard_shorthand = Vec::new();
    let code = loop {
        match shorthand.receive().await {
            Ok(frame) => heard_shorthand.push(frame),
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4403);
    for frames in [&heard, &heard_shorthand] {
        let kinds: Vec<_> = frames
            .iter()
            .filter(|frame| frame["type"].is_string())
            .map(|frame| text(&frame["type"]))
            .collect();
        assert_eq!(kinds, ["participant.removed"]);
    }
    assert_eq!(everything.subscribe(&topic).await["error"]["code"], "not_found");
    let late = everything
        .command(&topic, "send_message", json!({ "content": "Ainda aqui" }))
        .await;
    assert_eq!(late["error"]["code"], "not_found");
    assert!(everything.ask(json!({ "op": "ping" })).await["ok"] == true);
    // Those who stay hear everything.
    let kinds = [
        staying.next_event().await,
        staying.next_event().await,
        staying.next_event().await,
    ];
    assert_eq!(
        kinds.map(|event| text(&event["type"]).to_owned()),
        ["participant.removed", "message.sent", "message.sent"]
    );
}

#[actix_rt::test]
async fn who_is_typing_is_told_to_the_others_and_to_nobody_outside() {
    let app = TestApp::start().await;
    let (ada, vera, outsider) = (app.admin().await, app.user("seller").await, app.user("seller").await);
    let made = group(&ada, "Obra", &[&vera]).await;
    let topic = format!("room:{}", text(&made["id"]));
    let (mut one, mut other, mut outside) = (ada.socket().await, vera.socket().await, outsider.socket().await);
    one.subscribe(&topic).await;
    other.subscribe(&topic).await;
    assert_eq!(outside.subscribe(&topic).await["error"]["code"], "not_found");
    let signal = json!({ "op": "signal", "topic": topic, "name": "typing", "data": {} });
    assert_eq!(outside.ask(signal.clone()).await["error"]["code"], "not_found");
    assert_eq!(one.ask(signal).await["ok"], true);
    let heard = other.wait_for(|frame| frame["signal"] == "typing").await;
    assert_eq!((&heard["by"]["id"], &heard["topic"]), (&json!(ada.id), &json!(topic)));
}

#[actix_rt::test]
async fn three_people_in_one_room_see_one_order_however_many_write_at_once() {
    let app = TestApp::start().await;
    let people = [app.admin().await, app.user("seller").await, app.user("attendant").await];
    let made = group(&people[0], "Plantão", &[&people[1], &people[2]]).await;
    let topic = format!("room:{}", text(&made["id"]));
    let mut sockets = Vec::new();
    for user in &people {
        let mut socket = user.socket().await;
        socket.subscribe(&topic).await;
        sockets.push(socket);
    }
    for number in 0..20 {
        for socket in &mut sockets {
            let mut frame = json!({ "op": "command", "topic": topic, "name": "send_message", "data": { "content": number.to_string() } });
            socket.post(&mut frame).await;
        }
    }
    let mut orders = Vec::new();
    for socket in &mut sockets {
        let mut order = Vec::new();
        while order.len() < 60 {
            let event = socket.next_event().await;
            assert_eq!(event["data"]["number"], json!(order.len() + 1));
            order.push(event["data"]["id"].clone());
        }
        orders.push(order);
    }
    assert!(orders[0] == orders[1] && orders[1] == orders[2]);
}

#[actix_rt::test]
async fn whoever_is_let_into_a_room_or_missed_something_there_hears_of_it_by_the_feed() {
    let app = TestApp::start().await;
    let (ada, vera, vitor) = (app.admin().await, app.user("seller").await, app.user("seller").await);
    let (mut one, mut other) = (vera.socket().await, vitor.socket().await);
    one.subscribe("rooms").await;
    other.subscribe("rooms").await;
    let about = |id: &Value| {
        let id = id.clone();
        move |frame: &Value| frame["type"] == "room.changed" && frame["data"]["id"] == id
    };
    let made = group(&ada, "Obra", &[&vera]).await;
    one.wait_for(about(&made["id"])).await;
    let path = format!("/chat/rooms/{}", text(&made["id"]));
    ada.post(&format!("{path}/messages"), json!({ "content": "Chegou o piso" }))
        .await
        .expect_status(201);
    one.wait_for(about(&made["id"])).await;
    // Who is no longer in it hears that, and nothing afterwards.
    ada.delete(&format!("{path}/participants/{}", vera.id))
        .await
        .expect_status(204);
    one.wait_for(about(&made["id"])).await;
    ada.post(&format!("{path}/messages"), json!({ "content": "Sem você" }))
        .await
        .expect_status(201);
    ada.post(&format!("{path}/participants"), json!({ "user_id": vitor.id }))
        .await
        .expect_status(201);
    other.wait_for(about(&made["id"])).await;
    let direct = vera
        .post(
            "/chat/rooms",
            json!({ "type": "direct", "participant_ids": [vitor.id] }),
        )
        .await
        .expect_status(201)
        .body;
    let heard = one.wait_for(|frame| frame["type"] == "room.changed").await;
    assert_eq!(
        heard["data"]["id"], direct["id"],
        "a room of others is nobody else's business"
    );
}

#[actix_rt::test]
async fn who_is_called_otherwise_is_so_in_rooms_that_are_open() {
    let app = TestApp::alone(&[]).await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let made = group(&ada, "Obra", &[&vera]).await;
    let topic = format!("room:{}", text(&made["id"]));
    let mut socket = ada.socket().await;
    socket.subscribe(&topic).await;
    vera.patch("/auth/me", json!({ "full_name": "Vera Lúcia Prado" }))
        .await
        .expect_status(200);
    let heard = socket.wait_for(|frame| frame["type"] == "participant.renamed").await;
    assert_eq!(heard["data"], json!({ "user_id": vera.id, "name": "Vera Lúcia Prado" }));
    let shown = ada
        .get(&format!("/chat/rooms/{}", text(&made["id"])))
        .await
        .expect_status(200)
        .body;
    assert_eq!(socket.subscribe(&topic).await["snapshot"], shown);
    assert!(shown["participants"].to_string().contains("Vera Lúcia Prado"));
    // Nobody calls others names.
    let data = json!({ "user_id": vera.id, "name": "Outra" });
    let refused = socket.command(&topic, "rename_participant", data).await;
    assert_eq!(refused["error"]["code"], "forbidden");
}
