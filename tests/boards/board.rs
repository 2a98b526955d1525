//! Boards and their stages.

use serde_json::{Value, json};

use super::{detail, lead, path, text, titles, wrong};
use crate::support::TestApp;

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
