//! Given, when, then.

use serde_json::{Value, json};

use super::{ANA, BRUNO, By, CLARA, Played, VERA, queue, user};
use crate::conversations::event::Event;
use crate::conversations::state::Owner;

fn said<'a>(said: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    said.iter().map(|(by, text)| (*by, text.as_str())).collect()
}

#[test]
fn the_bot_answers_until_people_take_over_and_then_is_silent() {
    let mut played = Played::new();
    assert_eq!(
        played.refuse(ANA, "send_message", json!({ "content": "Oi" })),
        "bot_active"
    );
    assert_eq!(
        said(&played.say(By::Customer, "Oi")),
        [("customer", "Oi"), ("bot", "Olá!")]
    );
    let snapshot = played.snapshot(ANA);
    assert_eq!(
        (
            &snapshot["status"],
            &snapshot["is_bot_active"],
            &snapshot["unread_count"]
        ),
        (&json!("open"), &json!(true), &json!(1))
    );
    assert_eq!(snapshot["messages"][1]["metadata"]["options"][2]["label"], "Gente");

    let answer = played.accept(ANA, "takeover", json!({}));
    assert_eq!(
        (&answer["assigned_user"]["name"], &answer["is_bot_active"]),
        (&json!("Ana Lima"), &json!(false))
    );
    assert_eq!(played.all.last().unwrap().content, "Ana Lima assumiu o atendimento");
    assert_eq!(played.refuse(BRUNO, "takeover", json!({})), "already_assigned");
    assert_eq!(
        played.refuse(BRUNO, "send_message", json!({ "content": "Oi" })),
        "already_assigned"
    );
    played.already_so(ANA, "takeover", json!({}));

    assert_eq!(said(&played.say(By::Customer, "1")), [("customer", "1")]);
    assert_eq!(said(&played.say(ANA, "Bom dia")), [("attendant", "Bom dia")]);
    assert_eq!(played.snapshot(ANA)["unread_count"], 0, "who answers has read");
}

#[test]
fn an_answer_that_comes_after_a_takeover_is_discarded_and_told_so() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    played.say(By::Customer, "2");
    let epoch = played.state.epoch;
    played.accept(ANA, "takeover", json!({}));
    let before = played.all.len();
    let late = json!({ "call": 1, "epoch": epoch, "answer": "Posso ajudar?" });
    let (events, _) = played.command(By::Server, "bot_answered", late).unwrap();
    assert!(
        matches!(&events[..], [Event::AnswerDiscarded(discarded)] if discarded.content.as_deref() == Some("Posso ajudar?"))
    );
    assert_eq!(played.all.len(), before);
    assert!(!played.frames.last().unwrap().2, "the customer hears nothing of it");

    // Back with the bot, the old answer is as old as it was.
    played.accept(ANA, "transfer", json!({ "to_bot": true, "reason": "Pediu" }));
    let late = json!({ "call": 1, "epoch": epoch, "answer": "Posso ajudar?" });
    let (events, _) = played.command(By::Server, "bot_answered", late).unwrap();
    assert!(matches!(&events[..], [Event::AnswerDiscarded(_)]));

    let mut in_time = Played::new();
    in_time.say(By::Customer, "Oi");
    in_time.say(By::Customer, "2");
    in_time.accept(
        By::Server,
        "bot_answered",
        json!({ "call": 1, "epoch": 0, "answer": "R$ 10" }),
    );
    assert_eq!(in_time.all.last().unwrap().content, "R$ 10");
    for (name, data) in [
        ("bot_answered", json!({ "call": 1, "epoch": 0, "answer": "x" })),
        ("wake", json!({ "epoch": 0 })),
        (
            "message_status",
            json!({ "message_id": in_time.all[0].id, "delivery": "failed" }),
        ),
    ] {
        assert_eq!(
            in_time.refuse(CLARA, name, data.clone()),
            "forbidden",
            "only the server says so"
        );
        assert_eq!(in_time.refuse(By::Customer, name, data), "forbidden");
    }
}

#[test]
fn a_customer_is_handed_to_a_queue_and_what_the_bot_found_out_stays() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    played.say(By::Customer, "1");
    played.say(By::Customer, "Maria");
    assert_eq!(
        said(&played.say(By::Customer, "3")),
        [("customer", "3"), ("bot", "Um momento")]
    );
    let snapshot = played.snapshot(ANA);
    assert_eq!(
        (
            &snapshot["status"],
            &snapshot["queue_id"],
            &snapshot["needs_human_attention"],
            &snapshot["fields"]
        ),
        (
            &json!("waiting"),
            &json!(queue()),
            &json!(true),
            &json!({ "nome": "Maria" })
        )
    );
    assert_eq!(snapshot["tags"], json!(["nomeado"]));
    assert_eq!(
        played.refuse(ANA, "send_message", json!({ "content": "Oi" })),
        "not_assigned"
    );
    let customers = played.snapshot(By::Customer);
    for hidden in ["fields", "tags", "priority", "contact"] {
        assert_eq!(customers.get(hidden), None);
    }
}

#[test]
fn notes_and_what_concerns_the_company_are_not_for_the_customer() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    let note = played.accept(BRUNO, "add_note", json!({ "content": "Cuidado: devedora" }));
    assert_eq!(
        (&note["message_type"], &note["sender_name"]),
        (&json!("note"), &json!("Bruno Sá"))
    );
    played.accept(ANA, "takeover", json!({}));
    played.accept(ANA, "tag", json!({ "add": ["vip", "vip"] }));
    played.accept(ANA, "update", json!({ "priority": "urgent" }));
    assert_eq!(
        (&played.snapshot(ANA)["tags"], &played.snapshot(ANA)["priority"]),
        (&json!(["vip"]), &json!("urgent"))
    );
    let shown = played.frames.iter().filter(|(.., to_customer)| *to_customer);
    let shown: Vec<&str> = shown.map(|(kind, ..)| *kind).collect();
    assert_eq!(shown, ["message.received", "message.sent", "message.sent"]);
    let seen = played.snapshot(By::Customer).to_string();
    assert!(!seen.contains("devedora") && !seen.contains("vip"), "{seen}");
    let hidden = json!({ "content": "?", "reply_to": note["id"] });
    assert_eq!(played.refuse(By::Customer, "send_message", hidden), "invalid");
    assert_eq!(
        played.refuse(By::Customer, "add_note", json!({ "content": "Oi" })),
        "forbidden"
    );
}

#[test]
fn a_conversation_goes_from_hand_to_hand_and_who_may_not_see_it_loses_it() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    assert_eq!(
        played.refuse(VERA, "takeover", json!({})),
        "not_found",
        "a seller sees only her own"
    );
    played.accept(ANA, "takeover", json!({}));
    assert_eq!(
        played.refuse(BRUNO, "transfer", json!({ "to_user_id": user(1) })),
        "forbidden"
    );
    assert_eq!(
        played.refuse(ANA, "transfer", json!({ "to_user_id": user(9) })),
        "invalid"
    );
    assert_eq!(played.refuse(ANA, "transfer", json!({})), "invalid");
    assert_eq!(
        played.refuse(ANA, "transfer", json!({ "to_bot": true, "to_user_id": user(1) })),
        "invalid"
    );
    played.accept(
        ANA,
        "transfer",
        json!({ "to_user_id": user(3), "reason": "Cliente dela" }),
    );
    let (kind, data, _) = &played.frames[played.frames.len() - 2];
    assert_eq!(*kind, "conversation.transferred");
    assert_eq!(
        (
            &data["transfer"]["from"]["user"]["name"],
            &data["transfer"]["to"]["user"]["name"],
            &data["transfer"]["reason"]
        ),
        (&json!("Ana Lima"), &json!("Vera Melo"), &json!("Cliente dela"))
    );
    played.say(VERA, "Oi, Maria!");
    played.accept(CLARA, "transfer", json!({ "to_queue_id": queue() }));
    let Some(Event::Transferred(moved)) = played
        .events
        .iter()
        .rev()
        .find(|event| matches!(event, Event::Transferred(_)))
    else {
        panic!("nothing was transferred");
    };
    assert_eq!(moved.withdrawn, Some(user(3)));
    assert_eq!(played.refuse(VERA, "add_note", json!({ "content": "x" })), "not_found");
}

#[test]
fn what_is_over_goes_on_when_the_customer_comes_back_soon() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    played.accept(ANA, "takeover", json!({}));
    assert_eq!(
        played.refuse(By::Customer, "rate", json!({ "score": 5 })),
        "conversation_open"
    );
    assert_eq!(played.refuse(BRUNO, "close", json!({})), "forbidden");
    let closed = played.accept(ANA, "close", json!({ "resolution": "Vendido" }));
    assert_eq!(
        (&closed["status"], &closed["resolution"]),
        (&json!("closed"), &json!("Vendido"))
    );
    assert!(!closed["ended_at"].is_null());
    assert_eq!(played.all.last().unwrap().metadata["notice"], "closed");
    played.already_so(ANA, "close", json!({}));
    assert_eq!(
        played.refuse(ANA, "send_message", json!({ "content": "Oi" })),
        "conversation_closed"
    );
    assert_eq!(played.refuse(By::Customer, "rate", json!({ "score": 6 })), "invalid");
    played.accept(By::Customer, "rate", json!({ "score": 5, "comment": "Ótima" }));
    assert_eq!(played.snapshot(ANA)["rating"]["score"], 5);

    played.say(By::Customer, "Mais uma coisa");
    assert!(
        matches!(played.state.owner, Owner::Queue { .. }),
        "people answer who came from people"
    );
    assert_eq!(played.state.ended_at, None);
    played.accept(ANA, "takeover", json!({}));
    played.accept(ANA, "close", json!({}));
    played.now += chrono::TimeDelta::hours(25);
    assert_eq!(
        played.refuse(By::Customer, "send_message", json!({ "content": "Oi" })),
        "conversation_closed"
    );
    played.accept(BRUNO, "reopen", json!({}));
    assert_eq!(played.snapshot(ANA)["assigned_user"]["name"], "Bruno Sá");
}

#[test]
fn a_flow_may_end_the_conversation_and_begins_again_when_the_customer_does() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    let end = played.say(By::Customer, "4");
    assert_eq!(
        said(&end),
        [
            ("customer", "4"),
            ("bot", "Até logo"),
            ("system", "Atendimento encerrado.")
        ]
    );
    assert_eq!(
        said(&played.say(By::Customer, "Oi de novo")),
        [("customer", "Oi de novo"), ("bot", "Olá!")]
    );
}

#[test]
fn who_has_it_puts_it_aside_until_a_time_or_until_the_customer_writes() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    played.accept(ANA, "takeover", json!({}));
    let until = json!({ "until": "2026-11-21T09:00:00Z" });
    assert_eq!(played.refuse(BRUNO, "snooze", until.clone()), "not_assigned");
    assert_eq!(
        played.refuse(ANA, "snooze", json!({ "until": "2026-11-19T09:00:00Z" })),
        "invalid"
    );
    assert_eq!(played.accept(ANA, "snooze", until.clone())["status"], "snoozed");
    played.say(By::Customer, "Oi?");
    assert_eq!(played.snapshot(ANA)["status"], "open");

    played.accept(ANA, "snooze", until);
    let epoch = played.state.epoch;
    played.already_so(By::Server, "wake", json!({ "epoch": epoch - 1 }));
    played.accept(By::Server, "wake", json!({ "epoch": epoch }));
    assert_eq!(played.snapshot(ANA)["status"], "open");
}

#[test]
fn where_a_message_stands_never_goes_back() {
    let mut played = Played::new();
    played.say(By::Customer, "Oi");
    let bots = played.all[1].id;
    assert_eq!(played.state.messages[1].delivery.as_str(), "sent");
    let status = |delivery: &str| json!({ "message_id": bots, "delivery": delivery, "error": "sumiu" });
    played.accept(By::Server, "message_status", status("delivered"));
    for late in ["sent", "queued", "delivered", "failed"] {
        played.already_so(By::Server, "message_status", status(late));
    }
    played.accept(By::Customer, "mark_read", json!({}));
    assert_eq!(
        (
            played.state.messages[1].delivery.as_str(),
            played.state.messages[1].is_read
        ),
        ("read", true)
    );
    assert_eq!(played.state.messages[1].error, None);
    played.already_so(By::Customer, "mark_read", json!({ "message_id": bots }));

    // Another's reading is not the attendant's.
    played.accept(ANA, "takeover", json!({}));
    played.already_so(CLARA, "mark_read", json!({}));
    assert_eq!(played.snapshot(CLARA)["unread_count"], 1);
    played.accept(ANA, "mark_read", json!({ "message_id": played.all[0].id }));
    assert_eq!(
        (
            &played.snapshot(CLARA)["unread_count"],
            &played.snapshot(ANA)["messages"][0]["is_read"]
        ),
        (&json!(0), &json!(true))
    );
}

#[test]
fn only_whoever_may_see_a_conversation_hears_of_it() {
    let told = |before: &Played, after: &Played| -> Vec<(&'static str, String)> {
        let hints = crate::conversations::entity::hints(&before.state, &after.state);
        hints
            .into_iter()
            .map(|hint| (hint.kind, format!("{:?}", hint.to)))
            .collect()
    };
    let mut before = Played::new();
    before.say(By::Customer, "Oi");
    before.accept(ANA, "takeover", json!({}));
    before.accept(ANA, "transfer", json!({ "to_user_id": user(3) }));
    let mut after = Played::on(before.state.clone());
    after.accept(CLARA, "transfer", json!({ "to_queue_id": queue() }));
    let told = told(&before, &after);
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(
        kinds,
        ["conversation.upserted", "conversation.removed", "queue.changed"]
    );
    assert!(told[0].1.starts_with("Holders") && !told[0].1.contains(&user(3).to_string()));
    assert!(told[1].1.starts_with("Others") && told[1].1.contains(&user(3).to_string()));
    assert_eq!(Value::Null, after.snapshot(CLARA)["assigned_user"]);
}
