//! Boards, as people use them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Socket, TestApp, User, reduce};

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn path(collection: &str, thing: &Value) -> String {
    format!("/{collection}/{}", text(&thing["id"]))
}

/// The wrong fields of a refusal, with their codes.
fn wrong(answer: &Answer) -> Vec<(&str, &str)> {
    assert_eq!(answer.code(), "invalid", "{:#}", answer.body);
    let errors = answer.body["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|error| (text(&error["field"]), text(&error["code"])))
        .collect()
}

async fn detail(user: &User, board: &Value) -> Value {
    user.get(&path("boards", board)).await.expect_status(200).body
}

async fn lead(user: &User, board: &Value, stage: usize, title: &str) -> Value {
    let body = json!({ "board_id": board["id"], "stage_id": board["stages"][stage]["id"], "title": title });
    user.post("/leads", body).await.expect_status(201).body
}

/// The titles of a stage's leads, in order.
fn titles(board: &Value, stage: usize) -> Vec<&str> {
    let leads = board["leads"].as_array().unwrap().iter();
    let id = &board["stages"][stage]["id"];
    leads
        .filter(|lead| lead["stage_id"] == *id)
        .map(|lead| text(&lead["title"]))
        .collect()
}

#[actix_rt::test]
async fn a_new_company_begins_with_a_board_that_takes_its_leads() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let boards = ada.get("/boards").await.expect_status(200).body;
    assert_eq!(boards["total"], 1);
    let board = &boards["items"][0];
    assert_eq!(
        (&board["name"], &board["is_default"], &board["stage_count"]),
        (&json!("Vendas"), &json!(true), &json!(6))
    );
    let board = detail(&ada, board).await;
    let kinds: Vec<&str> = board["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| text(&stage["kind"]))
        .collect();
    assert_eq!(kinds, ["open", "open", "open", "open", "won", "lost"]);

    let made = ada
        .post("/leads", json!({ "name": "Marta Lima" }))
        .await
        .expect_status(201);
    assert_eq!(
        made.headers["location"],
        format!("/api/v1{}", path("leads", &made.body)).as_str()
    );
    assert_eq!(made.body["title"], "Marta Lima");
    assert_eq!(
        (&made.body["board_id"], &made.body["stage_id"]),
        (&board["id"], &board["stages"][0]["id"])
    );
    let in_stage = json!({ "title": "Na etapa", "stage_id": board["stages"][2]["id"] });
    assert_eq!(
        ada.post("/leads", in_stage).await.expect_status(201).body["stage_id"],
        board["stages"][2]["id"]
    );
}

#[actix_rt::test]
async fn a_board_is_made_read_changed_archived_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let body = json!({
        "name": " Atacado ", "description": "Lojas",
        "stages": ["Novo", { "name": "Ganho", "kind": "won", "color": "#16a34a" }],
    });
    let made = ada.post("/boards", body).await.expect_status(201);
    let board = made.body;
    assert_eq!(
        made.headers["location"],
        format!("/api/v1{}", path("boards", &board)).as_str()
    );
    assert_eq!(
        (&board["name"], &board["is_default"], &board["leads"]),
        (&json!("Atacado"), &json!(false), &json!([]))
    );
    assert_eq!(board["stages"][1]["color"], "#16A34A");
    assert_eq!(detail(&ada, &board).await, board);

    let changed = ada
        .put(
            &path("boards", &board),
            json!({ "name": "Revenda", "description": null }),
        )
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&changed["name"], &changed["description"], &changed["id"]),
        (&json!("Revenda"), &Value::Null, &board["id"])
    );
    ada.put(&path("boards", &board), json!({ "archived": true }))
        .await
        .expect_status(200);
    let archived = ada.get("/boards?archived=true").await.body;
    assert_eq!(
        (&archived["total"], &archived["items"][0]["id"]),
        (&json!(1), &board["id"])
    );
    let refused = ada
        .post("/leads", json!({ "board_id": board["id"], "title": "T" }))
        .await
        .expect_status(409);
    assert_eq!(refused.code(), "board_archived");
    ada.put(&path("boards", &board), json!({ "archived": false }))
        .await
        .expect_status(200);
    let lead = lead(&ada, &board, 0, "T").await;

    ada.delete(&path("boards", &board)).await.expect_status(204);
    for gone in [path("boards", &board), path("leads", &lead)] {
        ada.get(&gone).await.expect_status(404);
    }
    ada.delete(&path("boards", &board)).await.expect_status(404);
    assert_eq!(ada.get("/leads").await.body["total"], 0);
}

#[actix_rt::test]
async fn what_is_wrong_with_a_board_is_told_field_by_field() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let body = json!({ "name": "", "archived": "no", "stages": ["ok", { "color": "red" }, 7, ""] });
    assert_eq!(
        wrong(&ada.post("/boards", body).await.expect_status(422)),
        [
            ("name", "required"),
            ("archived", "wrong_type"),
            ("stages[1].name", "required"),
            ("stages[1].color", "invalid"),
            ("stages[2]", "wrong_type"),
            ("stages[3].name", "required"),
        ]
    );
    let both = json!({ "name": "B", "archived": true, "is_default": true });
    assert_eq!(wrong(&ada.post("/boards", both).await), [("is_default", "invalid")]);
    assert_eq!(
        ada.post("/boards", json!(["B"])).await.expect_status(400).code(),
        "malformed_request"
    );
    assert_eq!(
        wrong(&ada.get("/boards?sort=secret&per_page=101").await),
        [("per_page", "out_of_range"), ("sort", "invalid")]
    );
    ada.get("/boards/not-a-uuid").await.expect_status(404);
    assert_eq!(ada.get("/boards").await.body["total"], 1, "nothing was made");
}

#[actix_rt::test]
async fn of_all_boards_one_is_the_default_and_everybody_hears_when_that_changes() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let old = ada.get("/boards").await.body["items"][0].clone();
    let new = ada.board().await;
    let (old_topic, new_topic) = (
        format!("board:{}", text(&old["id"])),
        format!("board:{}", text(&new["id"])),
    );
    let mut socket = ada.socket().await;
    assert_eq!(socket.subscribe(&old_topic).await["snapshot"]["is_default"], true);
    assert_eq!(socket.subscribe(&new_topic).await["snapshot"]["is_default"], false);

    for attempt in [json!({ "archived": true }), json!({ "is_default": false })] {
        assert_eq!(
            ada.put(&path("boards", &old), attempt).await.expect_status(409).code(),
            "default_board"
        );
    }
    assert_eq!(
        ada.delete(&path("boards", &old)).await.expect_status(409).code(),
        "default_board"
    );

    let changed = ada
        .put(
            &path("boards", &new),
            json!({ "is_default": true, "name": "Principal" }),
        )
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&changed["is_default"], &changed["name"]),
        (&json!(true), &json!("Principal"))
    );
    let heard = [socket.next_event().await, socket.next_event().await];
    for (topic, is_default) in [(&old_topic, false), (&new_topic, true)] {
        let event = heard.iter().find(|event| event["topic"] == json!(topic)).unwrap();
        assert_eq!(
            (&event["type"], &event["data"]["is_default"]),
            (&json!("board.updated"), &json!(is_default))
        );
    }
    let boards = ada.get("/boards").await.body;
    let defaults: Vec<&Value> = boards["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|board| board["is_default"] == true)
        .collect();
    assert_eq!(defaults.len(), 1);
    assert_eq!(defaults[0]["id"], new["id"]);
    assert_eq!(detail(&ada, &old).await["is_default"], false);
    assert_eq!(
        ada.post("/leads", json!({ "title": "T" }))
            .await
            .expect_status(201)
            .body["board_id"],
        new["id"]
    );

    ada.delete(&path("boards", &old)).await.expect_status(204);
    let third = ada
        .post("/boards", json!({ "name": "Terceiro", "is_default": true }))
        .await
        .expect_status(201)
        .body;
    assert_eq!(third["is_default"], true);
    assert_eq!(detail(&ada, &new).await["is_default"], false);
    let refused = ada
        .put(&path("boards", &new), json!({ "is_default": true, "archived": true }))
        .await
        .expect_status(422);
    assert_eq!(wrong(&refused), [("is_default", "invalid")]);
    assert_eq!(detail(&ada, &third).await["is_default"], true);
}

#[actix_rt::test]
async fn two_who_choose_a_default_board_at_once_leave_one() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let boards = [ada.board().await, ada.board().await, ada.board().await];
    for round in 0..3 {
        let choose = |board: usize| {
            let path = path("boards", &boards[(board + round) % 3]);
            let ada = ada.clone();
            async move { ada.put(&path, json!({ "is_default": true })).await }
        };
        // The loser of the race may be told that another is the default by now.
        let answers = tokio::join!(choose(0), choose(1), choose(2));
        for answer in [&answers.0, &answers.1, &answers.2] {
            assert!([200, 422].contains(&answer.status), "{answer:?}");
        }
        let listed = ada.get("/boards").await.body;
        let defaults = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|board| board["is_default"] == true)
            .count();
        assert_eq!(defaults, 1, "{listed:#}");
    }
}

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
async fn stages_are_made_changed_ordered_and_deleted() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada
        .post("/boards", json!({ "name": "B", "stages": ["Um", "Dois"] }))
        .await
        .expect_status(201)
        .body;
    let body = json!({ "board_id": board["id"], "name": "Três", "color": "#00ff00", "kind": "lost" });
    assert_eq!(
        vera.post("/stages", body.clone()).await.expect_status(403).code(),
        "forbidden"
    );
    let made = ada.post("/stages", body).await.expect_status(201);
    assert_eq!(
        made.headers["location"],
        format!("/api/v1{}", path("stages", &made.body)).as_str()
    );
    let three = made.body;
    assert_eq!(
        (&three["position"], &three["color"], &three["total_value"]),
        (&json!(2), &json!("#00FF00"), &json!("0.00"))
    );
    let changed = ada
        .put(&path("stages", &three), json!({ "name": "Terceira" }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&changed["name"], &changed["kind"]),
        (&json!("Terceira"), &json!("lost"))
    );

    let ids = [&three, &board["stages"][0], &board["stages"][1]].map(|stage| stage["id"].clone());
    let order = json!({ "board_id": board["id"], "stage_ids": ids });
    assert_eq!(
        ada.post("/stages/reorder", order).await.expect_status(200).body["stage_ids"],
        json!(ids)
    );
    let now = detail(&ada, &board).await;
    let names: Vec<&str> = now["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| text(&stage["name"]))
        .collect();
    assert_eq!(names, ["Terceira", "Um", "Dois"]);
    let part = json!({ "board_id": board["id"], "stage_ids": ids[1..] });
    assert_eq!(
        wrong(&ada.post("/stages/reorder", part).await.expect_status(422)),
        [("stage_ids", "invalid")]
    );
    let nameless = ada.post("/stages", json!({ "color": "red" })).await.expect_status(422);
    assert_eq!(
        wrong(&nameless),
        [("board_id", "required"), ("name", "required"), ("color", "invalid")]
    );

    for title in ["A", "B"] {
        lead(&vera, &now, 0, title).await;
    }
    lead(&vera, &now, 1, "C").await;
    let refused = ada.delete(&path("stages", &three)).await.expect_status(409);
    assert_eq!(refused.code(), "stage_not_empty");
    let with_target = format!("{}?move_to={}", path("stages", &three), text(&ids[1]));
    ada.delete(&with_target).await.expect_status(204);
    let now = detail(&ada, &board).await;
    assert_eq!(titles(&now, 0), ["C", "A", "B"]);
    ada.delete(&path("stages", &now["stages"][1])).await.expect_status(204);
    let last = ada.delete(&path("stages", &now["stages"][0])).await.expect_status(409);
    assert_eq!(last.code(), "last_stage");
    ada.delete(&path("stages", &three)).await.expect_status(404);
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

#[actix_rt::test]
async fn tenants_do_not_see_each_others_boards() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let board = ada.board().await;
    let (first, stage) = (lead(&ada, &board, 0, "A").await, &board["stages"][0]);
    let stranger = app.other_tenant().await;
    let their_board = stranger.board().await;

    for path in [path("boards", &board), path("leads", &first)] {
        stranger.get(&path).await.expect_status(404);
        stranger.put(&path, json!({ "name": "meu" })).await.expect_status(404);
        stranger.delete(&path).await.expect_status(404);
    }
    stranger
        .put(&path("boards", &board), json!({ "is_default": true }))
        .await
        .expect_status(404);
    stranger
        .put(&path("stages", stage), json!({ "name": "meu" }))
        .await
        .expect_status(404);
    stranger.delete(&path("stages", stage)).await.expect_status(404);
    stranger
        .post("/leads", json!({ "board_id": board["id"], "title": "meu" }))
        .await
        .expect_status(404);
    stranger
        .post("/stages", json!({ "board_id": board["id"], "name": "meu" }))
        .await
        .expect_status(404);
    let foreign_stage = json!({ "board_id": their_board["id"], "stage_id": stage["id"], "title": "meu" });
    assert_eq!(
        wrong(&stranger.post("/leads", foreign_stage).await.expect_status(422)),
        [("stage_id", "not_found")]
    );
    let list = stranger
        .get(&format!("/leads?board_id={}", text(&board["id"])))
        .await
        .expect_status(200)
        .body;
    assert_eq!(list["total"], 0);
    assert_eq!(detail(&ada, &board).await["leads"], json!([first]));
}

#[actix_rt::test]
async fn a_write_repeated_under_its_key_changes_nothing_even_when_its_thing_is_gone() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let keys: Vec<String> = (0..5)
        .map(|index| format!("0193e0a0-0000-7000-8000-{index:012}"))
        .collect();
    let twice = async |method: Method, path: String, body: Option<Value>, key: &str| {
        let first = ada.send(method.clone(), &path, body.clone(), Some(key)).await;
        let second = ada.send(method, &path, body, Some(key)).await;
        assert_eq!((first.status, &first.body), (second.status, &second.body), "{path}");
        first
    };
    let made = twice(
        Method::POST,
        "/boards".to_owned(),
        Some(json!({ "name": "B" })),
        &keys[0],
    )
    .await
    .expect_status(201);
    let board = made.body;
    assert_eq!(ada.get("/boards?search=B").await.body["total"], 1);
    let body = json!({ "board_id": board["id"], "title": "T" });
    let lead = twice(Method::POST, "/leads".to_owned(), Some(body), &keys[1])
        .await
        .expect_status(201)
        .body;
    twice(Method::DELETE, path("leads", &lead), None, &keys[2])
        .await
        .expect_status(204);
    twice(Method::DELETE, path("stages", &board["stages"][5]), None, &keys[3])
        .await
        .expect_status(204);
    twice(Method::DELETE, path("boards", &board), None, &keys[4])
        .await
        .expect_status(204);
}

/// Sends each command over the socket, and over REST: both change the board, and a follower's view ends equal to a fresh one.
#[actix_rt::test]
async fn what_rest_and_sockets_do_is_seen_by_a_follower_as_a_fresh_snapshot_would_show_it() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let mut follower = vera.socket().await;
    let start = follower.subscribe(&topic).await;
    assert_eq!(
        start["snapshot"],
        detail(&ada, &board).await,
        "a snapshot is the body of the detail"
    );

    let mut socket = ada.socket().await;
    let ask = async |socket: &mut Socket, name: &str, data: Value| -> Value {
        let answer = socket.command(&topic, name, data).await;
        assert_eq!(answer["ok"], true, "{name}: {answer}");
        answer
    };
    let stage = |index: usize| board["stages"][index]["id"].clone();
    let one = ask(&mut socket, "create_lead", json!({ "title": "Um", "value": "10.05" })).await["data"].clone();
    let two = lead(&vera, &board, 0, "Dois").await;
    ask(
        &mut socket,
        "create_lead",
        json!({ "title": "Zero", "position": 0, "value": 3 }),
    )
    .await;
    ask(
        &mut socket,
        "move_lead",
        json!({ "lead_id": one["id"], "stage_id": stage(1), "position": 0 }),
    )
    .await;
    vera.post(
        &format!("{}/move", path("leads", &two)),
        json!({ "stage_id": stage(1), "after_lead_id": one["id"] }),
    )
    .await
    .expect_status(200);
    let both = json!({ "stage_id": stage(2), "position": 0, "value": "99.99" });
    vera.put(&path("leads", &one), both).await.expect_status(200);
    let made = ask(&mut socket, "create_stage", json!({ "name": "Nova" })).await["data"].clone();
    ask(
        &mut socket,
        "update_stage",
        json!({ "stage_id": made["id"], "color": "#123abc" }),
    )
    .await;
    let mut order: Vec<Value> = (0..6).rev().map(stage).collect();
    order.insert(2, made["id"].clone());
    ask(&mut socket, "reorder_stages", json!({ "stage_ids": order })).await;
    let deleted = ask(
        &mut socket,
        "delete_stage",
        json!({ "stage_id": stage(1), "move_to": stage(2) }),
    )
    .await;
    assert_eq!(deleted["data"], json!({ "stage_id": stage(1), "moved_to": stage(2) }));
    ask(
        &mut socket,
        "update_board",
        json!({ "name": "Renomeado", "description": "D" }),
    )
    .await;
    vera.delete(&path("leads", &two)).await.expect_status(204);
    let last = ask(
        &mut socket,
        "move_lead",
        json!({ "lead_id": one["id"], "stage_id": stage(0), "after_lead_id": null }),
    )
    .await;
    assert_eq!(last["data"]["from_stage_id"], stage(2));
    // Already so: accepted, and no event.
    let again = ask(
        &mut socket,
        "move_lead",
        json!({ "lead_id": one["id"], "stage_id": stage(0), "position": 0 }),
    )
    .await;
    assert_eq!(again["seq"], last["seq"]);

    let mut view = start["snapshot"].clone();
    let mut seq = start["seq"].as_i64().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    while json!(seq) != last["seq"] {
        let event = follower.next_event().await;
        seq += 1;
        assert_eq!(event["seq"], seq);
        assert!(event["by"]["name"].is_string());
        seen.insert(text(&event["type"]).to_owned());
        reduce::apply(&mut view, &event);
    }
    assert_eq!(reduce::normal(view), reduce::normal(detail(&ada, &board).await));
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [
            "board.updated",
            "lead.created",
            "lead.deleted",
            "lead.moved",
            "lead.updated",
            "stage.created",
            "stage.deleted",
            "stage.reordered",
            "stage.updated"
        ]
    );
    assert_eq!(
        ask(&mut socket, "delete_board", json!({})).await["data"],
        json!({ "board_id": board["id"] })
    );
}

#[actix_rt::test]
async fn a_refusal_over_a_socket_says_what_rest_says() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let topic = format!("board:{}", text(&board["id"]));
    let mut socket = vera.socket().await;
    for (name, data, code) in [
        ("create_lead", json!({ "value": "x" }), "invalid"),
        ("create_lead", json!("title"), "malformed_frame"),
        ("invent_lead", json!({}), "malformed_frame"),
        ("delete_lead", json!({ "lead_id": ada.id }), "not_found"),
        ("create_stage", json!({ "name": "S" }), "forbidden"),
    ] {
        let answer = socket.command(&topic, name, data).await;
        assert_eq!(
            (&answer["ok"], &answer["error"]["code"]),
            (&json!(false), &json!(code)),
            "{name}: {answer}"
        );
    }
    let refused = socket.command(&topic, "create_lead", json!({ "value": "x" })).await;
    let rest = vera
        .post("/leads", json!({ "board_id": board["id"], "value": "x" }))
        .await
        .expect_status(422);
    assert_eq!(refused["error"]["errors"], rest.body["errors"]);
    assert_eq!(wrong(&rest), [("value", "invalid"), ("title", "required")]);
}
