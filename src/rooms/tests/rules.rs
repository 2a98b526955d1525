//! Rule by rule.

use serde_json::json;
use uuid::Uuid;

use super::{PEOPLE, Played, room, user};
use crate::attachments::Attachment;
use crate::auth::Role;
use crate::db::AttachmentId;
use crate::rooms::state::{Person, RoomKind, WINDOW};

fn one(field: &str, code: &str) -> (&'static str, Vec<(String, String)>) {
    ("invalid", vec![(field.to_owned(), code.to_owned())])
}

#[test]
fn only_who_is_in_a_room_takes_part_in_it() {
    let mut played = Played::group(2);
    let hello = played.say(0, "Bom dia");
    for (name, data) in [
        ("send_message", json!({ "content": "Oi" })),
        ("mark_read", json!({})),
        ("react", json!({ "message_id": hello, "emoji": "👍" })),
        ("delete_message", json!({ "message_id": hello })),
        ("add_participant", json!({ "user_id": user(2) })),
        ("rename", json!({ "name": "Minha" })),
    ] {
        played.roles[2] = Role::Admin;
        assert_eq!(played.refuse(2, name, data).0, "not_found", "{name}");
    }
    played.roles[1] = Role::SuperAdmin;
    assert_eq!(
        played.refuse(1, "send_message", json!({ "content": "Oi" })).0,
        "forbidden"
    );
}

#[test]
fn a_message_is_changed_by_its_author_and_deleted_by_its_author_or_who_looks_after_rooms() {
    let mut played = Played::group(3);
    let mine = played.say(0, "Chega amanhã");
    let edited = played.accept(
        0,
        "edit_message",
        json!({ "message_id": mine, "content": "Chega hoje, @carla" }),
    );
    assert_eq!(
        (&edited["content"], &edited["mentions"]),
        (&json!("Chega hoje, @carla"), &json!([user(2)]))
    );
    assert!(edited["edited_at"].is_string());
    played.already_so(
        0,
        "edit_message",
        json!({ "message_id": mine, "content": "Chega hoje, @carla" }),
    );
    let data = json!({ "message_id": mine, "content": "Não" });
    assert_eq!(played.refuse(1, "edit_message", data.clone()).0, "forbidden");
    assert_eq!(
        played.refuse(1, "delete_message", json!({ "message_id": mine })).0,
        "forbidden"
    );
    played.roles[2] = Role::Supervisor;
    assert_eq!(played.refuse(2, "edit_message", data.clone()).0, "forbidden");
    played.accept(1, "react", json!({ "message_id": mine, "emoji": "👍" }));
    played.accept(2, "delete_message", json!({ "message_id": mine }));

    let trace = &played.snapshot(0)["messages"][0];
    assert_eq!(trace["content"], json!(null));
    assert_eq!((&trace["mentions"], &trace["reactions"]), (&json!([]), &json!([])));
    assert!(trace["deleted_at"].is_string() && trace["sender"]["name"] == PEOPLE[0]);
    played.already_so(0, "delete_message", json!({ "message_id": mine }));
    assert_eq!(played.refuse(0, "edit_message", data).0, "message_deleted");
    assert_eq!(
        played
            .refuse(1, "react", json!({ "message_id": mine, "emoji": "👍" }))
            .0,
        "message_deleted"
    );
    // An answer to what is no longer there still is one.
    played.accept(1, "send_message", json!({ "content": "Por quê?", "reply_to": mine }));
}

#[test]
fn what_the_server_tells_cannot_be_sent_changed_or_deleted() {
    let mut played = Played::group(2);
    assert_eq!(
        played.refuse(0, "send_message", json!({ "content": "Oi", "message_type": "system" })),
        one("message_type", "invalid")
    );
    played.accept(0, "rename", json!({ "name": "Entregas" }));
    played.already_so(0, "rename", json!({ "name": "Entregas" }));
    let told = played.snapshot(0)["messages"][0].clone();
    assert_eq!(
        (&told["message_type"], &told["notice"]["kind"], &told["notice"]["name"]),
        (&json!("system"), &json!("renamed"), &json!("Entregas"))
    );
    played.roles[0] = Role::Admin;
    let id = &told["id"];
    for (name, data) in [
        ("edit_message", json!({ "message_id": id, "content": "x" })),
        ("delete_message", json!({ "message_id": id })),
        ("react", json!({ "message_id": id, "emoji": "👍" })),
    ] {
        assert_eq!(played.refuse(0, name, data).0, "forbidden");
    }
}

#[test]
fn reading_goes_forward_only_and_what_the_server_tells_is_never_unread() {
    let mut played = Played::group(2);
    let first = played.say(0, "1");
    let second = played.say(0, "2");
    played.accept(0, "rename", json!({ "name": "Novo nome" }));
    let unread = |played: &Played, who: usize| played.snapshot(who)["unread_count"].as_i64().unwrap();
    assert_eq!((unread(&played, 0), unread(&played, 1)), (0, 2));
    played.accept(1, "mark_read", json!({ "message_id": second }));
    assert_eq!(unread(&played, 1), 0);
    played.already_so(1, "mark_read", json!({ "message_id": first }));
    // Up to the last thing told.
    played.accept(1, "mark_read", json!({}));
    played.already_so(1, "mark_read", json!({}));
    played.say(0, "3");
    assert_eq!((unread(&played, 0), unread(&played, 1)), (0, 1));
    // Who answers has read.
    played.say(1, "4");
    assert_eq!((unread(&played, 0), unread(&played, 1)), (1, 0));
    played.accept(0, "add_participant", json!({ "user_id": user(2) }));
    assert_eq!(
        unread(&played, 2),
        0,
        "what was said before somebody came is not unread"
    );
}

#[test]
fn a_reply_answers_a_message_of_this_room_however_old() {
    let mut played = Played::group(2);
    let oldest = played.say(0, "A primeira");
    for number in 0..WINDOW {
        played.say(1, &number.to_string());
    }
    assert!(
        played
            .state
            .message(crate::db::MessageId(oldest.parse().unwrap()))
            .is_none()
    );
    let reply = played.accept(1, "send_message", json!({ "content": "Lembra?", "reply_to": oldest }));
    assert_eq!(reply["reply_to"], json!(oldest));
    let absent = Uuid::from_u128(99);
    assert_eq!(
        played.refuse(1, "send_message", json!({ "content": "?", "reply_to": absent })),
        one("reply_to", "not_found")
    );
}

#[test]
fn a_deletion_wins_over_an_edit_that_was_decided_on_what_was_read_before() {
    let mut played = Played::group(2);
    let oldest = played.say(0, "A primeira");
    for number in 0..WINDOW {
        played.say(1, &number.to_string());
    }
    let before = played.all.clone();
    played.accept(0, "delete_message", json!({ "message_id": oldest }));
    played.all = before;
    let stale = json!({ "message_id": oldest, "content": "De volta" });
    assert_eq!(played.refuse(0, "edit_message", stale).0, "message_deleted");
}

#[test]
fn reactions_are_one_of_each_person_and_emoji_and_are_taken_back() {
    let mut played = Played::group(3);
    let id = played.say(0, "Fechamos!");
    let react = |emoji: &str, active: serde_json::Value| json!({ "message_id": id, "emoji": emoji, "active": active });
    played.accept(1, "react", react("👍", json!(null)));
    played.already_so(1, "react", react("👍", json!(true)));
    played.accept(2, "react", react("👍", json!(true)));
    played.accept(2, "react", react("❤️", json!(null)));
    let shown = |played: &Played| played.snapshot(0)["messages"][0]["reactions"].clone();
    assert_eq!(
        shown(&played),
        json!([{ "emoji": "❤️", "user_ids": [user(2)] }, { "emoji": "👍", "user_ids": [user(1), user(2)] }])
    );
    played.accept(2, "react", react("❤️", json!(null)));
    played.already_so(2, "react", react("❤️", json!(false)));
    assert_eq!(
        shown(&played),
        json!([{ "emoji": "👍", "user_ids": [user(1), user(2)] }])
    );
    for emoji in ["🏳️‍🌈", "1️⃣", "🇧🇷", "👩🏽‍🚒", "✅"] {
        played.accept(0, "react", react(emoji, json!(true)));
    }
    for emoji in ["ok", "a👍", "7", "👍 👍", "é", "<b>"] {
        assert_eq!(
            played.refuse(0, "react", react(emoji, json!(true))),
            one("emoji", "invalid"),
            "{emoji}"
        );
    }
}

#[test]
fn a_file_is_sent_by_who_uploaded_it_and_is_what_it_is() {
    let mut played = Played::group(2);
    let attachment = |number: u128, content_type: &str| Attachment {
        id: AttachmentId(Uuid::from_u128(number)),
        filename: "planta".to_owned(),
        content_type: content_type.to_owned(),
        size: 7,
        url: String::new(),
        thumbnail_url: None,
    };
    for (number, uploader, content_type) in [(1, 0, "image/png"), (2, 0, "application/pdf"), (3, 1, "image/png")] {
        let attachment = attachment(number, content_type);
        played
            .facts
            .attachments
            .insert(attachment.id, (user(uploader), attachment));
    }
    let with = |number: u128, message_type: Option<&str>| json!({ "attachment_id": Uuid::from_u128(number), "message_type": message_type });
    let photo = played.accept(0, "send_message", with(1, None));
    assert_eq!(
        (&photo["message_type"], &photo["content"]),
        (&json!("image"), &json!(null))
    );
    assert_eq!(photo["attachment"]["content_type"], "image/png");
    assert_eq!(
        played.accept(0, "send_message", with(1, Some("file")))["message_type"],
        "file"
    );
    assert_eq!(played.accept(0, "send_message", with(2, None))["message_type"], "file");
    assert_eq!(
        played.refuse(0, "send_message", with(2, Some("image"))),
        one("message_type", "invalid")
    );
    assert_eq!(
        played.refuse(0, "send_message", with(3, None)),
        one("attachment_id", "not_found")
    );
    assert_eq!(
        played.refuse(0, "send_message", with(4, None)),
        one("attachment_id", "not_found")
    );
    assert_eq!(
        played.refuse(0, "send_message", json!({ "message_type": "file", "content": "x" })),
        one("attachment_id", "required")
    );
    assert_eq!(
        played.refuse(0, "send_message", json!({ "content": " \n " })),
        one("content", "required")
    );
    assert_eq!(
        played.refuse(0, "send_message", json!({ "content": "x".repeat(10_001) })),
        one("content", "too_long")
    );
}

#[test]
fn people_come_and_go_in_groups_only() {
    let mut played = Played::group(3);
    played.accept(1, "add_participant", json!({ "user_id": user(3) }));
    played.already_so(1, "add_participant", json!({ "user_id": user(3) }));
    assert_eq!(
        played.refuse(1, "add_participant", json!({ "user_id": Uuid::from_u128(77) })),
        one("user_id", "not_found")
    );
    assert_eq!(
        played.refuse(1, "remove_participant", json!({ "user_id": user(3) })).0,
        "forbidden"
    );
    played.accept(0, "remove_participant", json!({ "user_id": user(3) }));
    played.already_so(0, "remove_participant", json!({ "user_id": user(3) }));
    played.roles[1] = Role::Supervisor;
    played.accept(1, "remove_participant", json!({ "user_id": user(0) }));
    played.accept(2, "remove_participant", json!({ "user_id": user(2) }));
    let told: Vec<_> = played
        .state
        .messages
        .iter()
        .filter_map(|message| message.content.clone())
        .collect();
    assert_eq!(
        told,
        [
            "Bruno Sá adicionou Davi Reis",
            "Ada Lima removeu Davi Reis",
            "Bruno Sá removeu Ada Lima",
            "Carla Dias saiu"
        ]
    );
    let left: Vec<_> = played
        .state
        .participants
        .iter()
        .map(|participant| participant.user_id)
        .collect();
    assert_eq!(left, [user(1)]);

    for kind in [RoomKind::Direct, RoomKind::General] {
        let mut played = Played::on(room(kind, 2));
        played.roles = [Role::Admin; 5];
        for (name, whom) in [
            ("add_participant", 2),
            ("remove_participant", 1),
            ("remove_participant", 0),
        ] {
            assert_eq!(played.refuse(0, name, json!({ "user_id": user(whom) })).0, "room_fixed");
        }
    }
}

#[test]
fn a_direct_room_is_called_by_the_other_and_the_general_room_by_who_looks_after_rooms() {
    let mut direct = Played::on(room(RoomKind::Direct, 2));
    assert_eq!(
        (&direct.snapshot(0)["name"], &direct.snapshot(1)["name"]),
        (&json!(PEOPLE[1]), &json!(PEOPLE[0]))
    );
    assert_eq!(direct.refuse(0, "rename", json!({ "name": "Nós" })).0, "room_fixed");
    let mut general = Played::on(room(RoomKind::General, 2));
    assert_eq!(general.refuse(0, "rename", json!({ "name": "Todos" })).0, "forbidden");
    general.roles[0] = Role::Admin;
    general.accept(0, "rename", json!({ "name": "Todos" }));
    assert_eq!(
        general.refuse(0, "rename", json!({ "name": "" })),
        one("name", "required")
    );
}

#[test]
fn the_general_room_holds_everybody_of_the_company() {
    let mut played = Played::on(room(RoomKind::General, 3));
    let everybody = [0, 2, 3].map(|number| Person {
        id: user(number),
        name: PEOPLE[number].to_owned(),
    });
    played.facts.everybody = Some(everybody.to_vec());
    played.accept(0, "gather_everybody", json!({}));
    let people: Vec<_> = played
        .state
        .participants
        .iter()
        .map(|participant| participant.user_id)
        .collect();
    assert_eq!(people, [0, 2, 3].map(user));
    played.already_so(0, "gather_everybody", json!({}));
    // Somebody who came a moment ago need not wait until that is known.
    played.accept(4, "send_message", json!({ "content": "Cheguei" }));
    assert!(
        played
            .state
            .participant(user(4))
            .is_some_and(|new| new.read_number == 1)
    );
    assert_eq!(
        Played::group(2).refuse(0, "gather_everybody", json!({})).0,
        "room_fixed"
    );
}

#[test]
fn names_in_a_text_mention_people() {
    let mut played = Played::group(5);
    let mut mentioned = |text: &str| -> Vec<usize> {
        let message = played.accept(0, "send_message", json!({ "content": text }));
        let ids = message["mentions"].as_array().unwrap().clone();
        (0..5).filter(|number| ids.contains(&json!(user(*number)))).collect()
    };
    assert_eq!(mentioned("Oi @Bruno Sá, viu?"), [1]);
    assert_eq!(mentioned("@bruno e @CARLA DIAS: amanhã"), [1, 2]);
    assert_eq!(mentioned("(@davi)"), [3]);
    assert_eq!(mentioned("atenção, @todos!"), [1, 2, 3, 4]);
    for nobody in [
        "bruno",
        "x@bruno",
        "@brunos",
        "@",
        "@ bruno",
        "@Ada Lima",
        "ada@carla.dias",
    ] {
        assert_eq!(mentioned(nobody), [0; 0], "{nobody}");
    }
    // Two of one name are told apart by the other.
    let mut namesakes = room(RoomKind::Group, 3);
    std::sync::Arc::make_mut(&mut namesakes.participants[2]).name = "Bruno Dias".to_owned();
    let mut played = Played::on(namesakes);
    let ids = |message: serde_json::Value| message["mentions"].clone();
    assert_eq!(
        ids(played.accept(0, "send_message", json!({ "content": "@Bruno" }))),
        json!([])
    );
    assert_eq!(
        ids(played.accept(0, "send_message", json!({ "content": "@bruno dias" }))),
        json!([user(2)])
    );
}
