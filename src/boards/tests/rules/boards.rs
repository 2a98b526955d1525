//! Stages, the board itself, and who may do what.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{board, code, field, nowhere};
use crate::auth::Role;
use crate::boards::tests::{Played, principal};

#[test]
fn stages_are_made_renamed_and_ordered() {
    let (mut played, _) = board();
    let stage = played.accept(
        "create_stage",
        json!({ "name": "Perdido", "kind": "lost", "color": "#ff00aa" }),
    );
    assert_eq!(stage["position"], 2);
    assert_eq!(stage["color"], "#FF00AA");
    assert_eq!(
        (&stage["lead_count"], &stage["total_value"]),
        (&json!(0), &json!("0.00"))
    );
    let changed = played.accept(
        "update_stage",
        json!({ "stage_id": stage["id"], "name": "Arquivo", "kind": null }),
    );
    assert_eq!(
        (&changed["name"], &changed["kind"], &changed["color"]),
        (&json!("Arquivo"), &json!("open"), &json!("#FF00AA"))
    );

    let ids = [
        stage["id"].clone(),
        json!(played.stage("Novo")),
        json!(played.stage("Ganho")),
    ];
    assert_eq!(
        played.accept("reorder_stages", json!({ "stage_ids": ids })),
        json!({ "stage_ids": ids })
    );
    assert_eq!(played.snapshot()["stages"][0]["name"], "Arquivo");
    for wrong in [
        json!([ids[0], ids[1]]),
        json!([ids[0], ids[1], ids[1]]),
        json!([ids[0], ids[1], ids[2], nowhere()]),
        json!([ids[0], ids[1], nowhere()]),
        json!([]),
    ] {
        assert_eq!(
            played.refuse("reorder_stages", json!({ "stage_ids": wrong })),
            field("stage_ids", "invalid")
        );
    }
    assert_eq!(
        played.refuse("create_stage", json!({ "name": "x".repeat(101) })),
        field("name", "too_long")
    );
    assert_eq!(
        played.refuse("create_stage", json!({ "name": "x", "color": "red" })),
        field("color", "invalid")
    );
    assert_eq!(
        played.refuse("update_stage", json!({ "stage_id": ids[0], "name": null })),
        field("name", "required")
    );
    assert_eq!(
        played.refuse("update_stage", json!({ "stage_id": nowhere(), "name": "x" })),
        code("not_found")
    );
}

#[test]
fn a_stage_with_leads_goes_only_when_they_have_somewhere_to_go() {
    let (mut played, _) = board();
    let (novo, ganho) = (played.stage("Novo"), played.stage("Ganho"));
    assert_eq!(
        played.refuse("delete_stage", json!({ "stage_id": novo })),
        code("stage_not_empty")
    );
    assert_eq!(
        played.refuse("delete_stage", json!({ "stage_id": novo, "move_to": novo })),
        field("move_to", "invalid")
    );
    assert_eq!(
        played.refuse("delete_stage", json!({ "stage_id": novo, "move_to": nowhere() })),
        field("move_to", "not_found")
    );
    assert_eq!(
        played.refuse("delete_stage", json!({ "stage_id": nowhere() })),
        code("not_found")
    );
    assert_eq!(
        played.accept("delete_stage", json!({ "stage_id": novo, "move_to": ganho })),
        json!({ "stage_id": novo, "moved_to": ganho })
    );
    assert_eq!(played.titles("Ganho"), ["X", "A", "B", "C"]);
}

#[test]
fn the_last_stage_stays() {
    let mut played = Played::with_stages(&["Novo", "Ganho"]);
    let (novo, ganho) = (played.stage("Novo"), played.stage("Ganho"));
    assert_eq!(
        played.accept("delete_stage", json!({ "stage_id": novo })),
        json!({ "stage_id": novo, "moved_to": null })
    );
    assert_eq!(
        played.refuse("delete_stage", json!({ "stage_id": ganho })),
        code("last_stage")
    );
}

#[test]
fn a_board_says_something_of_itself() {
    let (mut played, _) = board();
    let board = played.accept("update_board", json!({ "name": "Atacado", "description": "Lojas" }));
    assert_eq!(
        (&board["name"], &board["description"]),
        (&json!("Atacado"), &json!("Lojas"))
    );
    assert!(board["updated_at"].as_str() > board["created_at"].as_str());
    assert_eq!(
        played.accept("update_board", json!({ "description": null }))["description"],
        Value::Null
    );
    assert_eq!(
        played.refuse("update_board", json!({ "name": "" })),
        field("name", "required")
    );
    assert_eq!(
        played.refuse("update_board", json!({ "archived": null })),
        field("archived", "required")
    );
    assert_eq!(
        played.refuse("update_board", json!({ "archived": "yes" })),
        field("archived", "wrong_type")
    );
}

#[test]
fn an_archived_board_takes_nothing_until_it_is_brought_back() {
    let (mut played, [a, ..]) = board();
    played.accept("update_board", json!({ "archived": true }));
    assert_eq!(
        played.refuse("create_lead", json!({ "title": "T" })),
        code("board_archived")
    );
    assert_eq!(
        played.refuse("delete_lead", json!({ "lead_id": a })),
        code("board_archived")
    );
    assert_eq!(
        played.refuse("create_stage", json!({ "name": "S" })),
        code("board_archived")
    );
    played.accept("update_board", json!({ "archived": false }));
    played.accept("delete_lead", json!({ "lead_id": a }));
}

#[test]
fn the_default_board_is_what_the_tenant_says() {
    let (mut played, _) = board();
    assert_eq!(
        played.refuse("update_board", json!({ "is_default": true })),
        field("is_default", "invalid")
    );
    played.facts.default_board = Some(played.state.id);
    assert_eq!(
        played.refuse("update_board", json!({ "archived": true })),
        code("default_board")
    );
    assert_eq!(
        played.accept("update_board", json!({ "is_default": true }))["is_default"],
        true
    );
    assert_eq!(
        played.refuse("update_board", json!({ "is_default": false })),
        code("default_board")
    );
    assert_eq!(played.refuse("delete_board", json!({})), code("default_board"));
    played.facts.default_board = None;
    assert_eq!(played.refuse("delete_board", json!({})), code("default_board"));
    assert_eq!(
        played.accept("update_board", json!({ "is_default": false }))["is_default"],
        false
    );
    played.accept("delete_board", json!({}));
}

#[test]
fn a_deleted_board_is_gone_with_all_that_was_on_it() {
    let (mut played, [a, ..]) = board();
    let deleted = played.accept("delete_board", json!({}));
    assert_eq!(deleted, json!({ "board_id": played.state.id }));
    assert!(<crate::boards::Board as crate::live::Entity>::is_gone(&played.state));
    assert_eq!(played.refuse("delete_lead", json!({ "lead_id": a })), code("not_found"));
    assert_eq!(played.refuse("create_lead", json!({ "title": "T" })), code("not_found"));
}

#[test]
fn a_board_holds_fifty_stages_and_ten_thousand_leads() {
    let mut played = Played::with_stages(&["Novo"]);
    for number in 1..50 {
        played.accept("create_stage", json!({ "name": format!("{number}") }));
    }
    assert_eq!(
        played.refuse("create_stage", json!({ "name": "51" })),
        code("board_full")
    );
    let lead = played.accept("create_lead", json!({ "title": "T" }));
    let stage = std::sync::Arc::make_mut(&mut played.state.stages[0]);
    let card = stage.cards[0].clone();
    let cards = crate::boards::rank::spread(10_000)
        .into_iter()
        .enumerate()
        .map(|(number, rank)| {
            let id = crate::db::LeadId(Uuid::from_u128(0x10_0000 + u128::try_from(number).unwrap()));
            crate::boards::state::Card {
                rank,
                lead: std::sync::Arc::new(crate::boards::state::Lead {
                    id,
                    ..(*card.lead).clone()
                }),
            }
        });
    stage.cards = cards.collect();
    assert_eq!(lead["position"], 0);
    assert_eq!(
        played.refuse("create_lead", json!({ "title": "T" })),
        code("board_full")
    );
}

#[test]
fn roles_may_do_what_is_theirs() {
    let (mut played, [a, ..]) = board();
    let novo = played.stage("Novo");
    played.by = principal(Role::Seller);
    played.accept("create_lead", json!({ "title": "T" }));
    played.accept("move_lead", json!({ "lead_id": a, "stage_id": novo, "position": 1 }));
    for (name, data) in [
        ("create_stage", json!({ "name": "S" })),
        ("update_stage", json!({ "stage_id": novo, "name": "S" })),
        ("reorder_stages", json!({ "stage_ids": [novo] })),
        ("delete_stage", json!({ "stage_id": novo })),
        ("update_board", json!({ "name": "S" })),
        ("delete_board", json!({})),
    ] {
        assert_eq!(played.refuse(name, data), code("forbidden"), "{name}");
    }
    played.by = principal(Role::SuperAdmin);
    assert_eq!(played.refuse("create_lead", json!({ "title": "T" })), code("forbidden"));
    assert!(!<crate::boards::Board as crate::live::Entity>::may_see(
        &played.state,
        &played.by
    ));
    played.by = principal(Role::Attendant);
    assert!(<crate::boards::Board as crate::live::Entity>::may_see(
        &played.state,
        &played.by
    ));
}

#[test]
fn what_is_no_command_is_malformed() {
    let (mut played, _) = board();
    assert_eq!(played.refuse("drop_table", json!({})), code("malformed_frame"));
    assert_eq!(played.refuse("create_lead", json!([])), code("malformed_frame"));
    assert_eq!(played.refuse("create_lead", json!("title")), code("malformed_frame"));
}

#[test]
fn two_forms_of_one_command_are_the_same_command() {
    let digest = |data: Value| {
        serde_json::to_string(&crate::boards::command::Command::parse("update_lead", data).unwrap()).unwrap()
    };
    let lead_id = nowhere();
    assert_eq!(
        digest(json!({ "lead_id": lead_id, "value": 1.5, "title": " A ", "unknown": 1 })),
        digest(json!({ "title": "A", "value": "1.50", "lead_id": lead_id.to_uppercase() }))
    );
    assert_ne!(
        digest(json!({ "lead_id": lead_id, "value": null })),
        digest(json!({ "lead_id": lead_id }))
    );
}
