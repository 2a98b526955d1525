//! Leads, and where they stand.

use serde_json::{Value, json};

use super::{detail, lead, path, text, titles, wrong};
use crate::support::TestApp;

#[actix_rt::test]
async fn a_lead_is_made_read_changed_and_deleted_with_all_its_fields() {
    let app = TestApp::start().await;
    let vera = app.user("seller").await;
    let board = app.admin().await.board().await;
    let whole = json!({
        "board_id": board["id"], "stage_id": board["stages"][1]["id"], "title": "Piso para a loja", "description": "Linha 1\nLinha 2",
        "value": "18500.90", "priority": "high", "probability": 60, "expected_close_date": "2026-12-15", "assigned_to": vera.id,
        "name": "Marta Lima", "email": "Marta@Exemplo.com.br", "phone": "(11) 98765-4321", "company": "Lima Reformas",
        "cnpj": "11.222.333/0001-81", "score": -3, "tags": ["obra", "urgente", "obra"], "custom": { "origem": { "canal": "feira" } },
    });
    let made = vera.post("/leads", whole).await.expect_status(201).body;
    assert_eq!(made["value"], "18500.90");
    assert_eq!(made["cnpj"], "11222333000181");
    assert_eq!(made["email"], "marta@exemplo.com.br");
    assert_eq!(made["tags"], json!(["obra", "urgente"]));
    assert_eq!(made["created_by"], json!(vera.id));
    let lead = path("leads", &made);
    assert_eq!(vera.get(&lead).await.expect_status(200).body, made);

    // What was read may be sent back whole: it changes nothing.
    assert_eq!(vera.put(&lead, made.clone()).await.expect_status(200).body, made);
    let changed = vera
        .put(&lead, json!({ "value": 0.1, "assigned_to": null, "tags": null }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&changed["value"], &changed["assigned_to"], &changed["tags"]),
        (&json!("0.10"), &Value::Null, &json!([]))
    );
    assert_eq!(changed["custom"], made["custom"]);
    assert_eq!(vera.get(&lead).await.body, changed);

    vera.delete(&lead).await.expect_status(204);
    for answer in [
        vera.get(&lead).await,
        vera.put(&lead, json!({ "title": "T" })).await,
        vera.delete(&lead).await,
    ] {
        assert_eq!(answer.expect_status(404).code(), "not_found");
    }
}

#[actix_rt::test]
async fn what_is_wrong_with_a_lead_is_told_field_by_field() {
    let app = TestApp::start().await;
    let (ada, retired) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let body = json!({
        "board_id": board["id"], "value": "1.001", "priority": "huge", "probability": 101, "expected_close_date": "15/12/2026",
        "email": "nobody", "phone": "1", "cnpj": "11222333000182", "tags": "obra", "custom": [], "score": "1",
    });
    let refused = ada.post("/leads", body).await.expect_status(422);
    let fields: Vec<&str> = wrong(&refused).into_iter().map(|(field, _)| field).collect();
    assert_eq!(
        fields,
        [
            "value",
            "priority",
            "probability",
            "expected_close_date",
            "email",
            "phone",
            "cnpj",
            "score",
            "tags",
            "custom",
            "title"
        ]
    );
    let bad_board = ada
        .post("/leads", json!({ "board_id": 7, "value": "x", "title": "T" }))
        .await
        .expect_status(422);
    assert_eq!(wrong(&bad_board), [("board_id", "wrong_type"), ("value", "invalid")]);

    ada.patch(&format!("/users/{}", retired.id), json!({ "is_active": false }))
        .await
        .expect_status(200);
    let stranger = app.other_tenant().await;
    for user in [&retired.id, &stranger.id] {
        let body = json!({ "board_id": board["id"], "title": "T", "assigned_to": user, "company_id": user });
        let refused = ada.post("/leads", body).await.expect_status(422);
        assert_eq!(
            wrong(&refused),
            [("assigned_to", "not_found"), ("company_id", "not_found")]
        );
    }
    let nasty =
        json!({ "board_id": board["id"], "title": "'; DROP TABLE leads; -- <script>alert(1)</script> \\ %_ 🧱" });
    let made = ada.post("/leads", nasty.clone()).await.expect_status(201).body;
    assert_eq!(made["title"], nasty["title"]);
    for nul in [
        json!({ "title": "a\u{0}b" }),
        json!({ "title": "T", "custom": { "a\u{0}": 1 } }),
    ] {
        assert_eq!(ada.post("/leads", nul).await.expect_status(422).code(), "invalid");
    }
}

#[actix_rt::test]
async fn totals_are_right_to_the_cent_whatever_moves() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let stages = board["stages"].as_array().unwrap();
    let mut made = Vec::new();
    for (stage, value) in [
        (0, json!("0.10")),
        (0, json!(0.2)),
        (0, json!("9999999999999.99")),
        (1, json!(null)),
        (1, json!("33.33")),
    ] {
        let body = json!({ "board_id": board["id"], "stage_id": stages[stage]["id"], "title": "T", "value": value });
        made.push(ada.post("/leads", body).await.expect_status(201).body);
    }
    let totals = async || -> (Vec<String>, String) {
        let board = detail(&ada, &board).await;
        let totals = board["stages"].as_array().unwrap()[..2]
            .iter()
            .map(|stage| text(&stage["total_value"]).to_owned());
        let listed = ada.get("/boards?search=Vendas&sort=-created_at").await.body["items"][0].clone();
        (totals.collect(), text(&listed["total_value"]).to_owned())
    };
    let expect = |one: &str, other: &str, all: &str| (vec![one.to_owned(), other.to_owned()], all.to_owned());
    assert_eq!(
        totals().await,
        expect("10000000000000.29", "33.33", "10000000000033.62")
    );
    let to = json!({ "stage_id": stages[1]["id"], "position": 0 });
    ada.post(&format!("{}/move", path("leads", &made[2])), to)
        .await
        .expect_status(200);
    assert_eq!(totals().await, expect("0.30", "10000000000033.32", "10000000000033.62"));
    ada.delete(&path("leads", &made[2])).await.expect_status(204);
    ada.put(&path("leads", &made[0]), json!({ "value": "1.05" }))
        .await
        .expect_status(200);
    assert_eq!(totals().await, expect("1.25", "33.33", "34.58"));
    let listed = ada
        .get(&format!("/stages?board_id={}", text(&board["id"])))
        .await
        .expect_status(200)
        .body;
    assert_eq!(listed["items"], detail(&ada, &board).await["stages"]);
}

#[actix_rt::test]
async fn leads_move_to_where_they_are_sent() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let (one, two) = (board["stages"][0]["id"].clone(), board["stages"][1]["id"].clone());
    let mut leads = Vec::new();
    for title in ["A", "B", "C"] {
        leads.push(lead(&vera, &board, 0, title).await);
    }
    let place = async |lead: &Value, to: Value| vera.post(&format!("{}/move", path("leads", lead)), to).await;

    let moved = place(&leads[0], json!({ "stage_id": one, "position": 2 }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        moved,
        json!({ "lead_id": leads[0]["id"], "from_stage_id": one, "stage_id": one, "position": 2 })
    );
    place(&leads[1], json!({ "stage_id": two, "position": 0 }))
        .await
        .expect_status(200);
    place(&leads[2], json!({ "stage_id": two, "after_lead_id": leads[1]["id"] }))
        .await
        .expect_status(200);
    place(&leads[0], json!({ "stage_id": two, "after_lead_id": null }))
        .await
        .expect_status(200);
    let now = detail(&ada, &board).await;
    assert_eq!((titles(&now, 0), titles(&now, 1)), (vec![], vec!["A", "B", "C"]));
    let positions: Vec<_> = now["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| lead["position"].as_u64())
        .collect();
    assert_eq!(positions, [Some(0), Some(1), Some(2)]);
    assert_eq!(vera.get(&path("leads", &leads[2])).await.body["position"], 2);

    // The neighbour has left: the drop still lands.
    place(&leads[1], json!({ "stage_id": one, "position": 0 }))
        .await
        .expect_status(200);
    place(&leads[0], json!({ "stage_id": two, "after_lead_id": leads[1]["id"] }))
        .await
        .expect_status(200);
    assert_eq!(titles(&detail(&ada, &board).await, 1), ["C", "A"]);

    for (to, field, code) in [
        (json!({ "stage_id": one, "position": 2 }), "position", "out_of_range"),
        (json!({ "stage_id": one, "position": -1 }), "position", "out_of_range"),
        (json!({ "stage_id": one, "position": 0.5 }), "position", "wrong_type"),
        (json!({ "stage_id": one }), "position", "required"),
        (
            json!({ "stage_id": one, "position": 0, "after_lead_id": null }),
            "position",
            "invalid",
        ),
        (json!({ "stage_id": "x", "position": 0 }), "stage_id", "invalid"),
        (json!({ "stage_id": ada.id, "position": 0 }), "stage_id", "not_found"),
    ] {
        assert_eq!(
            wrong(&place(&leads[0], to.clone()).await.expect_status(422)),
            [(field, code)],
            "{to}"
        );
    }
    place(&json!({ "id": ada.id }), json!({ "stage_id": one, "position": 0 }))
        .await
        .expect_status(404);
    vera.post("/leads/x/move", json!({ "stage_id": one, "position": 0 }))
        .await
        .expect_status(404);
}

#[actix_rt::test]
async fn lists_are_filtered_searched_and_sorted_in_pages() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let (board, other) = (ada.board().await, ada.board().await);
    for (index, (title, value, priority)) in [
        ("Cimento", 300, "low"),
        ("Areia", 100, "urgent"),
        ("Brita", 200, "high"),
    ]
    .into_iter()
    .enumerate()
    {
        let stage = &board["stages"][index % 2]["id"];
        let body = json!({ "board_id": board["id"], "stage_id": stage, "title": title, "value": value, "priority": priority, "company": format!("{title} Ltda") });
        ada.post("/leads", body).await.expect_status(201);
    }
    lead(&ada, &other, 0, "Telha").await;
    let found = async |query: &str| -> Vec<String> {
        let list = ada.get(&format!("/leads?{query}")).await.expect_status(200).body;
        let items = list["items"].as_array().unwrap();
        items.iter().map(|lead| text(&lead["title"]).to_owned()).collect()
    };
    let on_board = format!("board_id={}", text(&board["id"]));
    assert_eq!(found("").await, ["Telha", "Brita", "Areia", "Cimento"]);
    assert_eq!(
        found(&format!("{on_board}&sort=title&search=")).await,
        ["Areia", "Brita", "Cimento"]
    );
    assert_eq!(
        found(&format!("{on_board}&sort=-value&stage_id=")).await,
        ["Cimento", "Brita", "Areia"]
    );
    assert_eq!(
        found(&format!("{on_board}&sort=-priority")).await,
        ["Areia", "Brita", "Cimento"]
    );
    assert_eq!(found("search=brita+ltda").await, ["Brita"]);
    assert_eq!(
        found(&format!("stage_id={}&sort=title", text(&board["stages"][0]["id"]))).await,
        ["Brita", "Cimento"]
    );
    assert_eq!(found("priority=urgent").await, ["Areia"]);
    let page = ada.get("/leads?sort=title&per_page=3&page=2").await.body;
    assert_eq!(
        (&page["total"], &page["page"], &page["per_page"]),
        (&json!(4), &json!(2), &json!(3))
    );
    assert_eq!(page["items"][0]["title"], "Telha");
    assert_eq!(
        ada.get("/leads?priority=huge").await.expect_status(422).code(),
        "invalid"
    );
    assert_eq!(ada.get("/leads?stage_id=x").await.expect_status(422).code(), "invalid");
}
