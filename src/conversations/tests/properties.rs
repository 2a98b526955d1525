//! What holds whatever people, customers and the bot do.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::Client;
use super::{ANA, By, Played, queue, user};
use crate::conversations::Conversation;
use crate::conversations::command::Command;
use crate::conversations::event::Event;
use crate::conversations::state::{Owner, SenderType, State, WINDOW};
use crate::live::Entity;

/// One thing that somebody does, with numbers that choose among what there is at that moment.
#[derive(Clone, Debug)]
pub(in crate::conversations) struct Act {
    by: u8,
    what: u8,
    which: usize,
}

pub(in crate::conversations) fn acts(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let act = (0..10_u8, 0..100_u8, 0..10_000_usize);
    prop::collection::vec(act.prop_map(|(by, what, which)| Act { by, what, which }), count)
}

impl Act {
    /// Who sends which command, in a conversation in which this was said. Some of them are refused.
    pub(in crate::conversations) fn command(&self, played: &Played) -> (By, &'static str, Value) {
        let any = (!played.all.is_empty()).then(|| played.all[self.which % played.all.len()].id);
        let words = ["Oi", "1", "2", "3", "4", "Maria"][self.which % 6];
        match self.by {
            0..3 => match self.what {
                0..80 => (
                    By::Customer,
                    "send_message",
                    json!({ "content": words, "reply_to": any.filter(|_| self.what < 8) }),
                ),
                80..92 => (
                    By::Customer,
                    "mark_read",
                    json!({ "message_id": any.filter(|_| self.what < 88) }),
                ),
                _ => (By::Customer, "rate", json!({ "score": 1 + self.which % 5 })),
            },
            3 => {
                // Sometimes the answer is to what is asked now, sometimes to what was asked long ago.
                let epoch = played.state.epoch - i64::from(self.what.is_multiple_of(3));
                let call = 1 + self.which % 4;
                let answer = (!self.what.is_multiple_of(5)).then_some("Da IA");
                (
                    By::Server,
                    "bot_answered",
                    json!({ "call": call, "epoch": epoch, "answer": answer }),
                )
            }
            4 => {
                let delivery = ["queued", "sent", "delivered", "read", "failed"][self.which % 5];
                match any {
                    Some(id) if self.what < 80 => (
                        By::Server,
                        "message_status",
                        json!({ "message_id": id, "delivery": delivery }),
                    ),
                    _ => (By::Server, "wake", json!({ "epoch": played.state.epoch })),
                }
            }
            _ => {
                let by = By::Person(self.which % 4);
                let until = played.now + chrono::TimeDelta::hours(1);
                match self.what {
                    0..35 => (
                        by,
                        "send_message",
                        json!({ "content": format!("Resposta {}", self.which) }),
                    ),
                    35..50 => (by, "takeover", json!({})),
                    50..56 => (by, "transfer", json!({ "to_user_id": user(self.which / 4 % 4) })),
                    56..60 => (by, "transfer", json!({ "to_queue_id": queue() })),
                    60..68 => (by, "transfer", json!({ "to_bot": true, "reason": "Volta" })),
                    68..76 => (
                        by,
                        "close",
                        json!({ "resolution": self.which.is_multiple_of(2).then_some("Feito") }),
                    ),
                    76..80 => (by, "reopen", json!({})),
                    80..84 => (by, "snooze", json!({ "until": until })),
                    84..90 => (by, "mark_read", json!({ "message_id": any.filter(|_| self.what < 87) })),
                    90..94 => (by, "add_note", json!({ "content": "Nota" })),
                    94..98 => (
                        by,
                        "tag",
                        json!({ "add": [format!("t{}", self.which % 3)], "remove": [format!("t{}", self.which % 5)] }),
                    ),
                    _ => {
                        let priority = ["low", "high"][self.which % 2];
                        (by, "update", json!({ "priority": priority }))
                    }
                }
            }
        }
    }
}

/// No bot message after a human one of the same assignment: from a takeover on the bot is silent until it is given the conversation.
fn check_silence(events: &[Event]) {
    let mut is_the_bots = true;
    for event in events {
        match event {
            Event::Assigned(moved)
            | Event::Transferred(moved)
            | Event::HandedOver(moved)
            | Event::Closed(moved)
            | Event::Reopened(moved) => is_the_bots = matches!(moved.owner, Owner::Bot { .. }),
            Event::MessageSent(message) => match message.sender_type {
                SenderType::Bot => assert!(is_the_bots, "the bot speaks in what is not its own"),
                SenderType::Attendant => assert!(!is_the_bots, "a person speaks in what is the bot's"),
                SenderType::System | SenderType::Customer => {}
            },
            Event::MessageReceived { .. }
            | Event::MessageStatus(_)
            | Event::NoteAdded(_)
            | Event::Updated(_)
            | Event::AnswerDiscarded(_) => {}
        }
    }
}

fn check(state: &State, whole: &Played) {
    // Numbers have no gaps, tallies count what the customer said, and nothing is said twice.
    let (mut tally, mut ids) = (0, HashSet::new());
    for (index, message) in whole.all.iter().enumerate() {
        assert_eq!(message.number, i64::try_from(index + 1).unwrap());
        tally += i64::from(message.sender_type == SenderType::Customer);
        assert_eq!(message.tally, tally);
        assert!(ids.insert(message.id));
    }
    let newest = whole.all.len().saturating_sub(WINDOW);
    assert!(
        state
            .messages
            .iter()
            .map(|message| message.id)
            .eq(whole.all[newest..].iter().map(|message| message.id))
    );
    assert_eq!(state.ended_at.is_some(), matches!(state.owner, Owner::Closed { .. }));
    assert!((0..=tally).contains(&state.unread()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_bot_is_silent_with_people_nothing_is_lost_and_everybody_sees_the_same(acts in acts(1..250)) {
        let mut played = Played::new();
        let begun = serde_json::to_value(&played.state).unwrap();
        let mut clients = [ANA, By::Customer].map(|who| (who, Client::subscribed(&played.snapshot(who))));
        let mut frames_read = 0;
        let last = acts.len() - 1;
        for (step, act) in acts.into_iter().enumerate() {
            let before = played.state.clone();
            let (by, name, data) = act.command(&played);
            match played.command(by, name, data) {
                Ok((events, _)) => {
                    // Each change of hands is a new epoch, and nothing else is.
                    let moves = events.iter().filter(|event| matches!(event, Event::Assigned(_) | Event::Transferred(_)
                        | Event::HandedOver(_) | Event::Closed(_) | Event::Reopened(_)));
                    prop_assert_eq!(played.state.epoch - before.epoch, i64::try_from(moves.count()).unwrap());
                }
                Err(_) => prop_assert_eq!(&played.state, &before),
            }
            prop_assert!(played.state.read_number >= before.read_number);
            if step % 7 != 0 && step != last {
                continue;
            }
            check(&played.state, &played);
            for (kind, data, to_customer) in &played.frames[frames_read..] {
                for (who, client) in &mut clients {
                    if *who != By::Customer || *to_customer {
                        client.apply(kind, data);
                    }
                }
            }
            frames_read = played.frames.len();
            for (who, client) in &clients {
                let (mut shown, mut fresh) = (client.shown(), played.snapshot(*who));
                // Of hidden things a customer knows only that they were numbered, and hears of their standing and their own word later.
                if *who == By::Customer {
                    for field in ["status", "assigned_user", "assigned_user_id", "queue_id", "is_bot_active",
                        "needs_human_attention", "snoozed_until", "ended_at", "rating", "has_more"] {
                        (shown[field], fresh[field]) = (Value::Null, Value::Null);
                    }
                }
                prop_assert_eq!(shown, fresh);
            }
        }
        check_silence(&played.events);
        let mut replayed: State = serde_json::from_value(begun).unwrap();
        for event in &played.events {
            Conversation::evolve(&mut replayed, event);
        }
        prop_assert_eq!(&replayed, &played.state);
    }

    #[test]
    fn no_input_makes_parsing_panic(name in "[a-z_]{0,12}", text in "\\PC{0,40}", number in any::<f64>()) {
        for name in [name.as_str(), "send_message", "transfer", "close", "snooze", "mark_read", "add_note", "tag", "update", "rate",
            "bot_answered", "message_status", "wake"] {
            for value in [json!(text), json!(number), json!([text]), json!({ "a": text }), json!(null), json!(true)] {
                let mut data = serde_json::Map::new();
                for field in ["content", "attachment_id", "reply_to", "interactive", "message_type", "to_user_id", "to_queue_id",
                    "to_bot", "reason", "resolution", "until", "message_id", "add", "remove", "priority", "score", "comment",
                    "call", "epoch", "answer", "delivery", "error"] {
                    data.insert(field.to_owned(), value.clone());
                }
                let _ = Command::parse(name, Value::Object(data));
            }
        }
        let mut played = Played::new();
        let _ = played.command(By::Customer, "send_message", json!({ "content": text }));
        let _ = played.command(By::Customer, "send_message", json!({ "content": text }));
    }
}
