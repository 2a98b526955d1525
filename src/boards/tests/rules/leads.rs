//! Leads: made, changed, moved, deleted.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{board, code, field, nowhere};
use crate::db::{CompanyId, ContactId, UserId};

#[test]
fn a_lead_is_created_whole_at_the_end_of_the_first_stage() {
    let (mut played, _) = board();
    let lead = played.accept("create_lead", json!({ "title": "  Piso vinílico ", "value": "1234.5" }));
    assert_eq!(lead["title"], "Piso vinílico");
    assert_eq!(lead["value"], "1234.50");
    assert_eq!(lead["priority"], "medium");
    assert_eq!(lead["stage_id"], json!(played.stage("Novo")));
    assert_eq!(lead["position"], 3);
    assert_eq!(lead["created_by"], json!(played.by.id));
    assert_eq!(lead["created_at"], lead["updated_at"]);
    assert_eq!(lead["tags"], json!([]));
    assert_eq!(lead["custom"], json!({}));
    let mut names: Vec<&str> = lead.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "assigned_to",
            "board_id",
            "cnpj",
            "company",
            "company_id",
            "contact_id",
            "created_at",
            "created_by",
            "custom",
            "description",
            "email",
            "expected_close_date",
            "id",
            "name",
            "phone",
            "position",
            "priority",
            "probability",
            "score",
            "stage_id",
            "tags",
            "title",
            "updated_at",
            "value"
        ]
    );
}

#[test]
fn a_lead_is_created_where_it_is_told_to() {
    let (mut played, [a, ..]) = board();
    played.accept("create_lead", json!({ "title": "0", "position": 0 }));
    played.accept("create_lead", json!({ "title": "A+", "after_lead_id": a }));
    played.accept("create_lead", json!({ "title": "00", "after_lead_id": null }));
    assert_eq!(played.titles("Novo"), ["00", "0", "A", "A+", "B", "C"]);
    assert_eq!(
        played.refuse(
            "create_lead",
            json!({ "title": "?", "position": 0, "after_lead_id": a })
        ),
        field("position", "invalid")
    );
    assert_eq!(
        played.refuse("create_lead", json!({ "title": "?", "position": 99 })),
        field("position", "out_of_range")
    );
}

#[test]
fn a_lead_without_a_title_takes_its_persons_name() {
    let (mut played, _) = board();
    let lead = played.accept("create_lead", json!({ "name": "Marta Lima" }));
    assert_eq!(
        (&lead["title"], &lead["name"]),
        (&json!("Marta Lima"), &json!("Marta Lima"))
    );
    assert_eq!(played.refuse("create_lead", json!({})), field("title", "required"));
    assert_eq!(
        played.refuse("create_lead", json!({ "title": "   " })),
        field("title", "required")
    );
}

#[test]
fn every_field_that_is_wrong_is_named_at_once() {
    let (mut played, _) = board();
    let (code, fields) = played.refuse(
        "create_lead",
        json!({
            "title": "x".repeat(256), "value": "1.005", "priority": "huge", "probability": 101, "expected_close_date": "20/11/2026",
            "assigned_to": "ana", "email": "nobody", "phone": "12", "cnpj": "11222333000182", "score": 1.5,
            "tags": ["ok", 5], "custom": [1], "stage_id": 7, "position": -1, "description": "\u{0}"
        }),
    );
    assert_eq!(code, "invalid");
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(field, code)| (field.as_str(), code.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("title", "too_long"),
            ("description", "invalid"),
            ("value", "invalid"),
            ("priority", "invalid"),
            ("probability", "out_of_range"),
            ("expected_close_date", "invalid"),
            ("assigned_to", "invalid"),
            ("email", "invalid"),
            ("phone", "invalid"),
            ("cnpj", "invalid"),
            ("score", "wrong_type"),
            ("tags", "wrong_type"),
            ("custom", "wrong_type"),
            ("stage_id", "wrong_type"),
            ("position", "out_of_range"),
        ]
    );
}

#[test]
fn fields_at_their_limits_are_taken_and_one_beyond_is_not() {
    let (mut played, _) = board();
    let big = |bytes: usize| json!({ "a": "x".repeat(bytes - r#"{"a":""}"#.len()) });
    let tags = |count: usize| (0..count).map(|number| format!("t{number}")).collect::<Vec<_>>();
    for (name, taken, refused, why) in [
        ("title", json!("é".repeat(255)), json!("é".repeat(256)), "too_long"),
        (
            "description",
            json!("x".repeat(10_000)),
            json!("x".repeat(10_001)),
            "too_long",
        ),
        ("value", json!("9999999999999.99"), json!("10000000000000"), "invalid"),
        ("value", json!(0), json!(-0.01), "invalid"),
        ("probability", json!(100), json!(-1), "out_of_range"),
        ("score", json!(i32::MAX), json!(i64::from(i32::MAX) + 1), "out_of_range"),
        ("tags", json!(tags(20)), json!(tags(21)), "too_many"),
        ("tags", json!(["x".repeat(40)]), json!(["x".repeat(41)]), "too_long"),
        ("tags", json!([]), json!([" "]), "required"),
        ("custom", big(8 * 1024), big(8 * 1024 + 1), "too_long"),
        (
            "custom",
            json!({ "a": { "b": [1, null] } }),
            json!({ "a": ["\u{0}"] }),
            "invalid",
        ),
        (
            "email",
            json!("Ana.Souza@Exemplo.com.br"),
            json!("ana@exemplo"),
            "invalid",
        ),
        (
            "phone",
            json!("+55 (11) 98765-4321"),
            json!("11 98765-4321 ramal"),
            "invalid",
        ),
        (
            "cnpj",
            json!("12.abc.345/01de-35"),
            json!("12.abc.345/01de-36"),
            "invalid",
        ),
        (
            "expected_close_date",
            json!("2028-02-29"),
            json!("2027-02-29"),
            "invalid",
        ),
    ] {
        played.accept("create_lead", json!({ "title": "T", name: taken }));
        assert_eq!(
            played.refuse("create_lead", json!({ "title": "T", name: refused })),
            field(name, why)
        );
    }
}

#[test]
fn texts_are_stored_in_one_form() {
    let (mut played, _) = board();
    let lead = played.accept(
        "create_lead",
        json!({ "title": "T", "email": " Ana@Exemplo.com.br", "cnpj": "12.abc.345/01de-35", "tags": ["vip", " vip", "novo"], "phone": "" }),
    );
    assert_eq!(lead["email"], "ana@exemplo.com.br");
    assert_eq!(lead["cnpj"], "12ABC34501DE35");
    assert_eq!(lead["tags"], json!(["vip", "novo"]));
    assert_eq!(lead["phone"], Value::Null);
}

#[test]
fn people_companies_and_contacts_must_exist_unless_they_stood_there_before() {
    let (mut played, [a, ..]) = board();
    let (user, company, contact) = (Uuid::from_u128(11), Uuid::from_u128(12), Uuid::from_u128(13));
    let named = json!({ "lead_id": a, "assigned_to": user, "company_id": company, "contact_id": contact });
    let (code, fields) = played.refuse("update_lead", named.clone());
    assert_eq!(code, "invalid");
    assert_eq!(
        fields,
        ["assigned_to", "company_id", "contact_id"].map(|name| (name.to_owned(), "not_found".to_owned()))
    );

    played.facts.users.insert(UserId(user));
    played.facts.companies.insert(CompanyId(company));
    played.facts.contacts.insert(ContactId(contact));
    played.accept("update_lead", named.clone());

    played.facts.users.clear();
    let mut again = named;
    again["title"] = json!("outro título");
    assert_eq!(played.accept("update_lead", again)["assigned_to"], json!(user));
    assert_eq!(
        played.accept("update_lead", json!({ "lead_id": a, "assigned_to": null }))["assigned_to"],
        Value::Null
    );
}

#[test]
fn an_update_changes_what_it_is_given_and_null_clears() {
    let (mut played, [a, ..]) = board();
    let before = played.accept(
        "update_lead",
        json!({ "lead_id": a, "value": 10, "score": 3, "priority": "high", "custom": { "a": 1 } }),
    );
    let after = played.accept(
        "update_lead",
        json!({ "lead_id": a, "value": null, "priority": null, "title": "A2" }),
    );
    assert_eq!(before["value"], "10.00");
    assert_eq!(after["value"], Value::Null);
    assert_eq!(after["priority"], "medium");
    assert_eq!(after["score"], 3);
    assert_eq!(after["custom"], json!({ "a": 1 }));
    assert_eq!(after["title"], "A2");
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_eq!(
        played.refuse("update_lead", json!({ "lead_id": a, "title": null })),
        field("title", "required")
    );
    assert_eq!(
        played.refuse("update_lead", json!({ "lead_id": a, "title": "" })),
        field("title", "required")
    );
    assert_eq!(
        played.refuse("update_lead", json!({ "lead_id": a, "board_id": nowhere() })),
        field("board_id", "invalid")
    );
    assert_eq!(
        played.refuse("update_lead", json!({ "lead_id": a, "stage_id": nowhere() })),
        field("stage_id", "not_found")
    );
    assert_eq!(
        played.refuse("update_lead", json!({ "lead_id": nowhere() })),
        code("not_found")
    );
}

#[test]
fn what_changes_nothing_is_accepted_without_an_event() {
    let (mut played, [a, b, ..]) = board();
    let (novo, ganho) = (played.stage("Novo"), played.stage("Ganho"));
    for (name, data) in [
        (
            "update_lead",
            json!({ "lead_id": a, "title": "A", "score": null, "stage_id": novo, "position": 0 }),
        ),
        ("move_lead", json!({ "lead_id": b, "stage_id": novo, "position": 1 })),
        (
            "move_lead",
            json!({ "lead_id": b, "stage_id": novo, "after_lead_id": a }),
        ),
        ("update_stage", json!({ "stage_id": novo, "name": "Novo" })),
        ("reorder_stages", json!({ "stage_ids": [novo, ganho] })),
        (
            "update_board",
            json!({ "name": "Vendas", "archived": false, "is_default": false }),
        ),
    ] {
        let (events, answer) = played.command(name, data).unwrap();
        assert_eq!(events, [], "{name}");
        assert!(answer.is_object(), "{name}");
    }
    let unmoved = played.accept("move_lead", json!({ "lead_id": b, "stage_id": novo, "position": 1 }));
    assert_eq!(
        unmoved,
        json!({ "lead_id": b, "from_stage_id": novo, "stage_id": novo, "position": 1 })
    );
}

#[test]
fn an_update_with_a_stage_moves_as_well() {
    let (mut played, [a, ..]) = board();
    let ganho = played.stage("Ganho");
    let (events, lead) = played
        .command(
            "update_lead",
            json!({ "lead_id": a, "stage_id": ganho, "position": 0, "title": "A!" }),
        )
        .unwrap();
    assert_eq!(
        events.iter().map(crate::boards::event::Event::kind).collect::<Vec<_>>(),
        ["lead.moved", "lead.updated"]
    );
    assert_eq!((&lead["stage_id"], &lead["position"]), (&json!(ganho), &json!(0)));
    assert_eq!(played.titles("Ganho"), ["A!", "X"]);
    let (events, _) = played
        .command("update_lead", json!({ "lead_id": a, "stage_id": played.stage("Novo") }))
        .unwrap();
    assert_eq!(
        events.iter().map(crate::boards::event::Event::kind).collect::<Vec<_>>(),
        ["lead.moved"]
    );
    assert_eq!(played.titles("Novo"), ["B", "C", "A!"]);
}

#[test]
fn a_move_lands_at_the_index_it_has_afterwards() {
    let (mut played, [a, _, c, x]) = board();
    let (novo, ganho) = (played.stage("Novo"), played.stage("Ganho"));
    let moved = played.accept("move_lead", json!({ "lead_id": a, "stage_id": novo, "position": 2 }));
    assert_eq!(
        moved,
        json!({ "lead_id": a, "from_stage_id": novo, "stage_id": novo, "position": 2 })
    );
    assert_eq!(played.titles("Novo"), ["B", "C", "A"]);
    played.accept("move_lead", json!({ "lead_id": c, "stage_id": ganho, "position": 1 }));
    assert_eq!(played.titles("Ganho"), ["X", "C"]);
    played.accept(
        "move_lead",
        json!({ "lead_id": x, "stage_id": novo, "after_lead_id": null }),
    );
    assert_eq!(played.titles("Novo"), ["X", "B", "A"]);
    played.accept(
        "move_lead",
        json!({ "lead_id": x, "stage_id": novo, "after_lead_id": a }),
    );
    assert_eq!(played.titles("Novo"), ["B", "A", "X"]);
}

#[test]
fn a_move_to_nowhere_is_refused() {
    let (mut played, [a, b, ..]) = board();
    let (novo, ganho) = (played.stage("Novo"), played.stage("Ganho"));
    for (data, why) in [
        (
            json!({ "lead_id": a, "stage_id": novo, "position": 3 }),
            field("position", "out_of_range"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho, "position": 2 }),
            field("position", "out_of_range"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho, "position": -1 }),
            field("position", "out_of_range"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho, "position": "0" }),
            field("position", "wrong_type"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho }),
            field("position", "required"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho, "position": null }),
            field("position", "required"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho, "position": 0, "after_lead_id": b }),
            field("position", "invalid"),
        ),
        (
            json!({ "lead_id": a, "stage_id": ganho, "position": 0, "after_lead_id": null }),
            field("position", "invalid"),
        ),
        (
            json!({ "lead_id": a, "stage_id": novo, "after_lead_id": a }),
            field("after_lead_id", "invalid"),
        ),
        (
            json!({ "lead_id": a, "stage_id": novo, "after_lead_id": "b" }),
            field("after_lead_id", "invalid"),
        ),
        (json!({ "lead_id": a, "position": 0 }), field("stage_id", "required")),
        (
            json!({ "lead_id": a, "stage_id": nowhere(), "position": 0 }),
            field("stage_id", "not_found"),
        ),
        (
            json!({ "lead_id": nowhere(), "stage_id": novo, "position": 0 }),
            code("not_found"),
        ),
    ] {
        assert_eq!(played.refuse("move_lead", data.clone()), why, "{data}");
    }
}

#[test]
fn a_drop_behind_a_neighbour_that_has_left_lands_at_the_end() {
    let (mut played, [a, b, _, x]) = board();
    let (novo, ganho) = (played.stage("Novo"), played.stage("Ganho"));
    played.accept("delete_lead", json!({ "lead_id": b }));
    played.accept(
        "move_lead",
        json!({ "lead_id": a, "stage_id": novo, "after_lead_id": b }),
    );
    assert_eq!(played.titles("Novo"), ["C", "A"]);
    played.accept(
        "move_lead",
        json!({ "lead_id": x, "stage_id": novo, "after_lead_id": nowhere() }),
    );
    assert_eq!(played.titles("Novo"), ["C", "A", "X"]);
    assert_eq!(played.titles("Ganho"), [""; 0]);
    let moved = played.accept(
        "move_lead",
        json!({ "lead_id": a, "stage_id": ganho, "after_lead_id": x }),
    );
    assert_eq!(moved["position"], 0);
}

#[test]
fn a_deleted_lead_is_gone() {
    let (mut played, [a, ..]) = board();
    let deleted = played.accept("delete_lead", json!({ "lead_id": a }));
    assert_eq!(deleted, json!({ "lead_id": a, "stage_id": played.stage("Novo") }));
    assert_eq!(played.refuse("delete_lead", json!({ "lead_id": a })), code("not_found"));
}
