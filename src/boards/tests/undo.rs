//! What can be taken back, and what no longer.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::Client;
use super::properties::acts;
use super::{Played, is_in_order, principal};
use crate::auth::Role;

/// A board without what says when it was changed: a change taken back is a change.
fn settled(mut board: Value) -> Value {
    board.as_object_mut().unwrap().remove("updated_at");
    for lead in board["leads"].as_array_mut().unwrap() {
        lead.as_object_mut().unwrap().remove("updated_at");
    }
    board
}

fn undo(played: &mut Played, seq: i64) -> Value {
    played.accept("undo", json!({ "seq": seq }))
}

#[track_caller]
fn refused(played: &mut Played, seq: i64) -> &'static str {
    played.refuse("undo", json!({ "seq": seq })).0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_taking_it_back_at_once_restores_the_board_and_taking_that_back_too(acts in acts(1..60)) {
        let mut played = Played::with_stages(&["Novo", "Contato", "Ganho"]);
        let mut client = Client::subscribed(&played.snapshot());
        let mut frames_read = played.frames.len();
        for act in acts {
            let before = settled(played.snapshot());
            let first = played.seq() + 1;
            let (name, data) = act.command(&played.snapshot());
            if played.command(name, data).is_err() {
                continue;
            }
            let after = settled(played.snapshot());

            let mut undone = Vec::new();
            for seq in (first..=played.seq()).rev() {
                undone.push(played.seq() + 1);
                let answer = undo(&mut played, seq);
                prop_assert_eq!(&answer["undoes_seq"], &json!(seq));
                prop_assert!(is_in_order(&played.state));
                prop_assert_eq!(refused(&mut played, seq), "cannot_undo", "a second one finds nothing to take back");
            }
            prop_assert_eq!(settled(played.snapshot()), before);
            for seq in undone.into_iter().rev() {
                undo(&mut played, seq);
                prop_assert!(is_in_order(&played.state));
            }
            prop_assert_eq!(settled(played.snapshot()), after);

            for (kind, data) in &played.frames[frames_read..] {
                client.apply(kind, data);
            }
            frames_read = played.frames.len();
            prop_assert_eq!(client.shown(), played.snapshot());
        }
    }
}

#[test]
fn a_lead_goes_back_behind_the_neighbour_it_had_or_the_nearest_that_is_left() {
    let mut played = Played::with_stages(&["Novo", "Ganho"]);
    let (a, b) = (played.lead("A", "Novo"), played.lead("B", "Novo"));
    let c = played.lead("C", "Novo");
    played.lead("D", "Novo");
    let won = played.stage("Ganho");
    played.accept("move_lead", json!({ "lead_id": c, "stage_id": won, "position": 0 }));
    let moved = played.seq();
    played.accept("move_lead", json!({ "lead_id": b, "stage_id": won, "position": 0 }));
    undo(&mut played, moved);
    assert_eq!(played.titles("Novo"), ["A", "C", "D"]);

    played.accept("move_lead", json!({ "lead_id": c, "stage_id": won, "position": 0 }));
    let moved = played.seq();
    played.accept("delete_lead", json!({ "lead_id": a }));
    undo(&mut played, moved);
    assert_eq!(played.titles("Novo"), ["C", "D"]);
}

#[test]
fn a_lead_that_was_moved_on_or_whose_stage_is_gone_stays() {
    let mut played = Played::with_stages(&["Novo", "Contato", "Ganho"]);
    let lead = played.lead("A", "Novo");
    let (new, contact, won) = (played.stage("Novo"), played.stage("Contato"), played.stage("Ganho"));
    played.accept(
        "move_lead",
        json!({ "lead_id": lead, "stage_id": contact, "position": 0 }),
    );
    let first = played.seq();
    played.accept("move_lead", json!({ "lead_id": lead, "stage_id": won, "position": 0 }));
    let second = played.seq();
    assert_eq!(refused(&mut played, first), "cannot_undo");
    undo(&mut played, second);
    assert_eq!(played.titles("Contato"), ["A"]);
    played.accept("delete_stage", json!({ "stage_id": new }));
    assert_eq!(refused(&mut played, first), "cannot_undo");
}

#[test]
fn only_the_fields_that_were_changed_go_back_and_only_if_nobody_changed_them_since() {
    let mut played = Played::with_stages(&["Novo"]);
    let lead = played.lead("A", "Novo");
    let change = |fields: Value| {
        let mut fields = fields;
        fields["lead_id"] = json!(lead);
        fields
    };
    played.accept("update_lead", change(json!({ "title": "B", "value": "10" })));
    let first = played.seq();
    played.accept("update_lead", change(json!({ "phone": "11987654321" })));
    undo(&mut played, first);
    let shown = played.snapshot()["leads"][0].clone();
    assert_eq!((&shown["title"], &shown["value"]), (&json!("A"), &json!(null)));
    assert!(shown["phone"].is_string(), "what another event changed stays");

    played.accept("update_lead", change(json!({ "title": "C", "value": "20" })));
    let second = played.seq();
    played.accept("update_lead", change(json!({ "title": "D" })));
    assert_eq!(refused(&mut played, second), "cannot_undo");

    let stage = played.stage("Novo");
    played.accept("update_stage", json!({ "stage_id": stage, "name": "Entrada" }));
    let renamed = played.seq();
    played.accept("update_stage", json!({ "stage_id": stage, "color": "#123456" }));
    undo(&mut played, renamed);
    assert_eq!(played.snapshot()["stages"][0]["name"], "Novo");
    assert_eq!(played.snapshot()["stages"][0]["color"], "#123456");

    played.accept("update_board", json!({ "name": "Outro" }));
    let named = played.seq();
    played.accept("update_board", json!({ "name": "Terceiro" }));
    assert_eq!(refused(&mut played, named), "cannot_undo");
}

#[test]
fn a_deleted_lead_comes_back_under_its_id_unless_its_stage_or_what_it_named_is_gone() {
    let mut played = Played::with_stages(&["Novo", "Ganho"]);
    played.lead("A", "Novo");
    let lead = played.lead("B", "Novo");
    played.lead("C", "Novo");
    let before = played.snapshot();
    played.accept("delete_lead", json!({ "lead_id": lead }));
    let deleted = played.seq();
    let answer = undo(&mut played, deleted);
    assert_eq!(
        (&answer["type"], &answer["data"]["id"]),
        (&json!("lead.created"), &json!(lead))
    );
    assert_eq!(played.snapshot(), before);

    let company = uuid::Uuid::from_u128(77);
    played.facts.companies.insert(crate::db::CompanyId(company));
    played.accept("update_lead", json!({ "lead_id": lead, "company_id": company }));
    played.accept("delete_lead", json!({ "lead_id": lead }));
    let deleted = played.seq();
    played.facts.companies.clear();
    assert_eq!(refused(&mut played, deleted), "cannot_undo");
    played.facts.companies.insert(crate::db::CompanyId(company));
    let (stage, to) = (played.stage("Novo"), played.stage("Ganho"));
    played.accept("delete_stage", json!({ "stage_id": stage, "move_to": to }));
    assert_eq!(refused(&mut played, deleted), "cannot_undo");
}

#[test]
fn a_deleted_stage_comes_back_to_its_place_with_the_leads_that_are_still_where_they_went() {
    let mut played = Played::with_stages(&["Novo", "Contato", "Ganho"]);
    let leads: Vec<String> = ["A", "B", "C"].map(|title| played.lead(title, "Contato")).into();
    played.lead("W", "Ganho");
    let (contact, won) = (played.stage("Contato"), played.stage("Ganho"));
    played.accept("delete_stage", json!({ "stage_id": contact, "move_to": won }));
    let deleted = played.seq();
    played.accept(
        "move_lead",
        json!({ "lead_id": leads[1], "stage_id": won, "position": 0 }),
    );
    undo(&mut played, deleted);
    let back = deleted + 2;
    assert_eq!(played.stage("Contato"), contact);
    assert_eq!(played.state.stages[1].about.name, "Contato");
    assert_eq!(played.titles("Contato"), ["A", "C"]);
    assert_eq!(played.titles("Ganho"), ["B", "W"]);

    // Taken back again with the leads that came back, but not with one that came since.
    let other = played.lead("X", "Contato");
    assert_eq!(refused(&mut played, back), "cannot_undo");
    played.accept("delete_lead", json!({ "lead_id": other }));
    undo(&mut played, back);
    assert_eq!(played.titles("Ganho"), ["B", "W", "A", "C"]);
}

#[test]
fn a_stage_that_holds_leads_and_an_order_that_was_changed_since_stay() {
    let mut played = Played::with_stages(&["Novo", "Contato", "Ganho"]);
    let made = played.seq();
    let lead = played.lead("A", "Ganho");
    assert_eq!(refused(&mut played, made), "cannot_undo");
    played.accept("delete_lead", json!({ "lead_id": lead }));

    let order = |played: &Played, names: [&str; 3]| names.map(|name| played.stage(name));
    let (first, second) = (
        order(&played, ["Ganho", "Novo", "Contato"]),
        order(&played, ["Contato", "Novo", "Ganho"]),
    );
    played.accept("reorder_stages", json!({ "stage_ids": first }));
    let reordered = played.seq();
    played.accept("reorder_stages", json!({ "stage_ids": second }));
    assert_eq!(refused(&mut played, reordered), "cannot_undo");
    let reordered = played.seq();
    undo(&mut played, reordered);
    assert_eq!(order(&played, ["Ganho", "Novo", "Contato"]), first);
    undo(&mut played, made);
    assert_eq!(played.state.stages.len(), 2);
}

#[test]
fn archiving_is_taken_back_but_nothing_else_of_an_archived_board() {
    let mut played = Played::with_stages(&["Novo"]);
    played.lead("A", "Novo");
    let made = played.seq();
    played.accept("update_board", json!({ "archived": true }));
    let archived = played.seq();
    assert_eq!(refused(&mut played, made), "board_archived");
    undo(&mut played, archived);
    assert!(!played.state.about.archived);

    // Nor does the default board get archived this way.
    let back = played.seq();
    played.facts.default_board = Some(played.state.id);
    assert_eq!(refused(&mut played, back), "cannot_undo");
}

#[test]
fn it_takes_the_right_to_what_undoing_does_and_an_event_that_there_is() {
    let mut played = Played::with_stages(&["Novo", "Ganho"]);
    let staged = played.seq();
    played.lead("A", "Novo");
    let made = played.seq();
    played.by = principal(Role::Seller);
    assert_eq!(refused(&mut played, staged), "forbidden");
    undo(&mut played, made);
    assert!(played.titles("Novo").is_empty());
    for seq in [0, -1, i64::MIN, i64::MAX] {
        let refusal = played.refuse("undo", json!({ "seq": seq }));
        assert_eq!(refusal, ("invalid", vec![("seq".to_owned(), "not_found".to_owned())]));
    }
    assert_eq!(
        played.refuse("undo", json!({})).1,
        [("seq".to_owned(), "required".to_owned())]
    );
    assert_eq!(
        played.refuse("undo", json!({ "seq": "1" })).1,
        [("seq".to_owned(), "wrong_type".to_owned())]
    );
}
