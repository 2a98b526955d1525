//! What holds whatever people do.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::Client;
use super::{Played, is_in_order, replay};
use crate::boards::state::State;

/// One thing that somebody does, with numbers that choose among what there is at that moment.
#[derive(Clone, Debug)]
pub(in crate::boards) struct Act {
    what: u8,
    one: usize,
    other: usize,
    place: usize,
    cents: u64,
}

pub(in crate::boards) fn acts(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let act = (
        0..100_u8,
        0..1_000_usize,
        0..1_000_usize,
        0..1_000_usize,
        0..1_000_000_000_000_000_u64,
    );
    prop::collection::vec(
        act.prop_map(|(what, one, other, place, cents)| Act {
            what,
            one,
            other,
            place,
            cents,
        }),
        count,
    )
}

impl Act {
    /// The command's name and data, for a board as it stands in a snapshot. Some of them are refused.
    pub(in crate::boards) fn command(&self, board: &Value) -> (&'static str, Value) {
        let stages = board["stages"].as_array().unwrap();
        let leads = board["leads"].as_array().unwrap();
        let stage = |number: usize| stages[number % stages.len()]["id"].clone();
        let lead = |number: usize| {
            leads
                .get(number % leads.len().max(1))
                .map_or(json!(null), |lead| lead["id"].clone())
        };
        let count = |stage_id: &Value| leads.iter().filter(|lead| lead["stage_id"] == *stage_id).count();
        let target = stage(self.other);
        let position = self.place % (count(&target) + 1);
        let value = json!(format!("{}.{:02}", self.cents / 100, self.cents % 100));
        match self.what {
            0..25 if leads.len() < 60 => (
                "create_lead",
                json!({ "title": "Novo", "stage_id": target, "position": position, "value": value }),
            ),
            25..35 => (
                "update_lead",
                json!({ "lead_id": lead(self.one), "value": value, "title": format!("Nº {}", self.place), "tags": ["a", "b"] }),
            ),
            35..40 => (
                "update_lead",
                json!({ "lead_id": lead(self.one), "value": null, "stage_id": target, "description": "linha\noutra" }),
            ),
            0..60 => (
                "move_lead",
                json!({ "lead_id": lead(self.one), "stage_id": target, "position": position }),
            ),
            60..75 => (
                "move_lead",
                json!({ "lead_id": lead(self.one), "stage_id": target, "after_lead_id": lead(self.place) }),
            ),
            75..82 => ("delete_lead", json!({ "lead_id": lead(self.one) })),
            82..86 => (
                "create_stage",
                json!({ "name": format!("Etapa {}", self.one), "kind": "won" }),
            ),
            86..89 => (
                "update_stage",
                json!({ "stage_id": target, "name": format!("Fase {}", self.one) }),
            ),
            89..93 => {
                let mut ids: Vec<Value> = stages.iter().map(|stage| stage["id"].clone()).collect();
                ids.rotate_left(self.one % stages.len());
                ("reorder_stages", json!({ "stage_ids": ids }))
            }
            93..95 => ("delete_stage", json!({ "stage_id": stage(self.one) })),
            95..97 => (
                "delete_stage",
                json!({ "stage_id": stage(self.one), "move_to": target }),
            ),
            _ => (
                "update_board",
                json!({ "name": format!("Quadro {}", self.one), "archived": self.other.is_multiple_of(4), "description": null }),
            ),
        }
    }
}

/// What must be on the board after an accepted command: the leads by id, with their amounts.
fn amounts(board: &Value) -> BTreeMap<String, Value> {
    let leads = board["leads"].as_array().unwrap().iter();
    leads
        .map(|lead| (lead["id"].as_str().unwrap().to_owned(), lead["value"].clone()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_order_stays_total_nothing_is_lost_and_everybody_sees_the_same(acts in acts(1..100)) {
        let mut played = Played::with_stages(&["Novo", "Contato", "Ganho"]);
        let begun = played.state.clone();
        let events_before = played.events.len();
        let mut client = Client::subscribed(&played.snapshot());
        let mut frames_read = played.frames.len();

        for act in acts {
            let before = played.snapshot();
            let (name, data) = act.command(&before);
            let outcome = played.command(name, data.clone());
            let after = played.snapshot();

            prop_assert!(is_in_order(&played.state));
            let mut expected = amounts(&before);
            match (&outcome, name) {
                (Err(_), _) => {}
                (Ok((_, answer)), "create_lead") => {
                    expected.insert(answer["id"].as_str().unwrap().to_owned(), data["value"].clone());
                }
                (Ok(_), "delete_lead") => {
                    expected.remove(data["lead_id"].as_str().unwrap());
                }
                (Ok(_), "update_lead") => {
                    expected.insert(data["lead_id"].as_str().unwrap().to_owned(), data["value"].clone());
                }
                (Ok(_), _) => {}
            }
            prop_assert_eq!(after["leads"].as_array().unwrap().len(), expected.len());
            prop_assert_eq!(amounts(&after), expected);

            // A move lands where it says.
            if let (Ok((events, answer)), "move_lead") = (&outcome, name) {
                let lead = after["leads"].as_array().unwrap().iter().find(|lead| lead["id"] == data["lead_id"]).unwrap();
                prop_assert_eq!(&lead["stage_id"], &data["stage_id"]);
                prop_assert_eq!(&lead["position"], &answer["position"]);
                if !events.is_empty() && !data["position"].is_null() {
                    prop_assert_eq!(&lead["position"], &data["position"]);
                }
            }

            for (kind, data) in &played.frames[frames_read..] {
                client.apply(kind, data);
            }
            frames_read = played.frames.len();
            // Also proves counts and totals: the client sums them up by itself.
            prop_assert_eq!(client.shown(), after);
        }

        let checkpoint = serde_json::to_value(&begun).unwrap();
        let begun: State = serde_json::from_value(checkpoint).unwrap();
        prop_assert_eq!(replay(begun, &played.events[events_before..]), played.state);
    }

    #[test]
    fn no_input_makes_parsing_panic(name in "[a-z_]{0,12}", text in "\\PC{0,40}", number in any::<f64>(), whole in any::<i64>()) {
        for name in [name.as_str(), "create_lead", "update_lead", "move_lead", "create_stage", "update_board", "reorder_stages"] {
            for value in [json!(text), json!(number), json!(whole), json!([text]), json!({ "a": text }), json!(null), json!(true)] {
                let mut data = serde_json::Map::new();
                for field in ["lead_id", "stage_id", "stage_ids", "title", "name", "value", "cnpj", "email", "phone", "tags", "custom",
                              "expected_close_date", "probability", "position", "after_lead_id", "color", "kind", "description"] {
                    data.insert(field.to_owned(), value.clone());
                }
                let _ = super::Command::parse(name, Value::Object(data));
                let _ = super::Command::parse(name, value);
            }
        }
    }
}

#[test]
fn a_crowded_place_is_respaced_and_keys_stay_short() {
    let mut played = Played::with_stages(&["Novo"]);
    for title in ["A", "B", "C"] {
        played.lead(title, "Novo");
    }
    let stage = played.stage("Novo");
    let mut client = Client::subscribed(&played.snapshot());
    let seen = played.frames.len();
    let begun = played.state.clone();
    let events_before = played.events.len();
    let mut respaced = 0;
    for _ in 0..5_000 {
        let last = played.snapshot()["leads"][2]["id"].clone();
        let (events, _) = played
            .command(
                "move_lead",
                json!({ "lead_id": last, "stage_id": stage, "position": 1 }),
            )
            .unwrap();
        for event in events {
            if let super::Event::LeadMoved { respaced: ranks, .. } = event {
                respaced += usize::from(!ranks.is_empty());
            }
        }
        let longest = played.state.stages[0]
            .cards
            .iter()
            .map(|card| card.rank.as_str().len())
            .max();
        assert!(longest <= Some(60), "{longest:?}");
    }
    assert!((1..500).contains(&respaced), "{respaced}");
    assert!(is_in_order(&played.state));
    for (kind, data) in &played.frames[seen..] {
        client.apply(kind, data);
    }
    assert_eq!(client.shown(), played.snapshot());
    assert_eq!(replay(begun, &played.events[events_before..]), played.state);
}
