//! What holds whatever people do.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::Client;
use super::{PEOPLE, Played, stored, user};
use crate::auth::Role;
use crate::live::Entity;
use crate::rooms::Room;
use crate::rooms::command::Command;
use crate::rooms::state::{State, WINDOW};

/// One thing that somebody does, with numbers that choose among what there is at that moment.
#[derive(Clone, Debug)]
pub(in crate::rooms) struct Act {
    pub(in crate::rooms) by: usize,
    what: u8,
    which: usize,
    other: usize,
}

pub(in crate::rooms) fn acts(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let act = (0..PEOPLE.len(), 0..100_u8, 0..10_000_usize, 0..1_000_usize);
    prop::collection::vec(
        act.prop_map(|(by, what, which, other)| Act { by, what, which, other }),
        count,
    )
}

impl Act {
    /// The command's name and data, for a room in which this was said. Some of them are refused.
    pub(in crate::rooms) fn command(&self, played: &Played) -> (&'static str, Value) {
        let any = (!played.all.is_empty()).then(|| played.all[self.which % played.all.len()].id);
        // Mostly something that was said lately.
        let recent = played.all.len().saturating_sub(1 + self.which % 5);
        let message_id = json!(if self.other.is_multiple_of(3) {
            any
        } else {
            played.all.get(recent).map(|message| message.id)
        });
        let emoji = ["👍", "❤️", "🎉"][self.other % 3];
        match self.what {
            0..40 => (
                "send_message",
                json!({ "content": format!("Nº {} @{}", self.other, PEOPLE[self.which % 5]) }),
            ),
            40..45 => ("send_message", json!({ "content": "Re:\nsim", "reply_to": message_id })),
            45..55 => (
                "edit_message",
                json!({ "message_id": message_id, "content": format!("Melhor: {}", self.which) }),
            ),
            55..62 => ("delete_message", json!({ "message_id": message_id })),
            62..72 => ("mark_read", json!({ "message_id": message_id })),
            72..75 => ("mark_read", json!({})),
            75..85 => ("react", json!({ "message_id": message_id, "emoji": emoji })),
            85..88 => (
                "react",
                json!({ "message_id": message_id, "emoji": emoji, "active": false }),
            ),
            88..93 => ("add_participant", json!({ "user_id": played.people[self.other % 5] })),
            93..97 => (
                "remove_participant",
                json!({ "user_id": played.people[self.other % 5] }),
            ),
            _ => ("rename", json!({ "name": format!("Sala {}", self.other) })),
        }
    }
}

fn check(state: &State, whole: &Played) {
    // Numbers have no gaps, and tallies count what people said.
    let mut tally = 0;
    for (index, message) in whole.all.iter().enumerate() {
        assert_eq!(message.number, i64::try_from(index + 1).unwrap());
        tally += i64::from(message.counts());
        assert_eq!(message.tally, tally);
        assert!(message.deleted_at.is_none() || (message.content.is_none() && message.reactions.is_empty()));
    }
    // The newest are kept, as they are.
    let newest = whole.all.len().saturating_sub(WINDOW);
    assert!(state.messages.iter().eq(&whole.all[newest..]));
    for participant in &state.participants {
        let unread = whole
            .all
            .iter()
            .filter(|message| message.counts() && message.number > participant.read_number)
            .count();
        assert_eq!(state.unread(participant.user_id), i64::try_from(unread).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_nothing_said_is_lost_unread_is_what_was_not_read_and_everybody_sees_the_same(acts in acts(1..300)) {
        let mut played = Played::group(3);
        played.roles[0] = Role::Admin;
        let begun = serde_json::to_value(&played.state).unwrap();
        let mut clients: Vec<Client> =
            (0..3).map(|number| Client::subscribed(&user(number), &played.snapshot(number))).collect();
        let mut frames_read = 0;

        for act in acts {
            let before = played.state.clone();
            let (name, data) = act.command(&played);
            let outcome = played.command(act.by, name, data);
            match &outcome {
                Ok((events, _)) => {
                    prop_assert!(before.participant(user(act.by)).is_some(), "only who is in the room changes it");
                    prop_assert!(events.len() <= 2);
                }
                Err(_) => prop_assert_eq!(&played.state, &before),
            }
            // Nobody's position goes back while they stay.
            for reader in &before.participants {
                if let Some(now) = played.state.participant(reader.user_id) {
                    prop_assert!(now.joined_at != reader.joined_at || now.read_number >= reader.read_number);
                }
            }
            check(&played.state, &played);
            for (_, kind, data) in &played.frames[frames_read..] {
                for client in &mut clients {
                    client.apply(kind, data);
                }
            }
            frames_read = played.frames.len();
            for (number, client) in clients.iter().enumerate() {
                prop_assert_eq!(client.shown(), played.snapshot(number));
            }
        }

        let mut replayed: State = serde_json::from_value(begun).unwrap();
        for event in &played.events {
            Room::evolve(&mut replayed, event);
        }
        prop_assert_eq!(stored(&replayed), stored(&played.state));
    }

    #[test]
    fn no_input_makes_parsing_panic(name in "[a-z_]{0,12}", text in "\\PC{0,40}", number in any::<f64>()) {
        for name in [name.as_str(), "send_message", "edit_message", "mark_read", "react", "add_participant", "rename"] {
            for value in [json!(text), json!(number), json!([text]), json!({ "a": text }), json!(null), json!(true)] {
                let mut data = serde_json::Map::new();
                for field in ["content", "message_type", "attachment_id", "reply_to", "message_id", "emoji", "active", "user_id", "name"] {
                    data.insert(field.to_owned(), value.clone());
                }
                let _ = Command::parse(name, Value::Object(data));
            }
        }
        let mut played = Played::group(5);
        let _ = played.command(0, "send_message", json!({ "content": format!("@{text} @{text}") }));
    }
}
