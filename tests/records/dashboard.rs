//! What everything comes to.

use chrono::{Days, NaiveDate, Utc};
use chrono_tz::America::Sao_Paulo;
use serde_json::{Value, json};

use crate::boards::{path, text, wrong};
use crate::support::{TestApp, User};

async fn figures(user: &User, path: &str) -> Value {
    user.get(&format!("/dashboard/{path}")).await.expect_status(200).body
}

fn today() -> NaiveDate {
    Utc::now().with_timezone(&Sao_Paulo).date_naive()
}

const ALL: [&str; 7] = [
    "stats",
    "leads-by-stage",
    "companies-growth",
    "sales-funnel",
    "overview",
    "kpis",
    "team-performance",
];

#[actix_rt::test]
async fn a_company_that_has_just_begun_sees_zeros() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let overview = figures(&ada, "overview").await;
    let stats = &overview["stats"];
    assert_eq!(*stats, figures(&ada, "stats").await);
    for field in [
        "total_leads",
        "open_leads",
        "won_leads",
        "new_companies",
        "my_open_leads",
        "overdue_leads",
    ] {
        assert_eq!(stats[field], 0, "{field}");
    }
    for field in ["open_value", "weighted_value", "won_value", "my_open_value"] {
        assert_eq!(stats[field], "0.00", "{field}");
    }
    assert_eq!(
        (&stats["total_users"], &stats["conversion_rate"]),
        (&json!(1), &Value::Null)
    );
    // The board that every company begins with.
    assert_eq!(overview["leads_by_stage"]["items"].as_array().unwrap().len(), 6);
    assert_eq!(overview["sales_funnel"]["board_name"], "Vendas");
    let curve = overview["companies_growth"]["items"].as_array().unwrap();
    assert_eq!(curve.len(), 30);
    assert!(curve.iter().all(|point| point["total"] == 0));
    assert_eq!(curve[29]["date"], today().to_string());
    assert_eq!(overview["my_leads"], json!([]));
    let kpis = figures(&ada, "kpis").await;
    assert_eq!(
        kpis["won_value"],
        json!({ "value": "0.00", "previous": "0.00", "change_percent": null })
    );
    assert_eq!(kpis["sales_cycle_days"]["value"], Value::Null);
    assert_eq!(figures(&ada, "team-performance").await["total"], 1);
}

#[actix_rt::test]
async fn what_happens_on_boards_is_counted_at_once() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    let stage = |index: usize| board["stages"][index]["id"].clone();
    let lead = async |title: &str, value: Value, whose: &User, closes: Option<NaiveDate>| {
        let body = json!({
            "board_id": board["id"], "title": title, "value": value, "assigned_to": whose.id, "probability": 50,
            "expected_close_date": closes,
        });
        vera.post("/leads", body).await.expect_status(201).body
    };
    let (late, won, lost, open) = (
        lead(
            "Atrasado",
            json!("10.00"),
            &vera,
            today().checked_sub_days(Days::new(1)),
        )
        .await,
        lead("Ganho", json!("100.10"), &vera, None).await,
        lead("Perdido", json!("7.00"), &ada, None).await,
        lead("Aberto", Value::Null, &vera, Some(today())).await,
    );
    let place = async |lead: &Value, index: usize| {
        let to = json!({ "stage_id": stage(index), "position": 0 });
        vera.post(&format!("{}/move", path("leads", lead)), to)
            .await
            .expect_status(200);
    };
    place(&won, 4).await;
    place(&lost, 5).await;
    place(&open, 2).await;
    ada.post("/companies", json!({ "name": "Uma" }))
        .await
        .expect_status(201);

    let stats = figures(&vera, "stats?period=7d").await;
    for (field, value) in [
        ("total_leads", json!(4)),
        ("open_leads", json!(2)),
        ("open_value", json!("10.00")),
        ("weighted_value", json!("5.00")),
        ("overdue_leads", json!(1)),
        ("new_leads", json!(4)),
        ("won_leads", json!(1)),
        ("won_value", json!("100.10")),
        ("lost_leads", json!(1)),
        ("conversion_rate", json!(50.0)),
        ("my_open_leads", json!(2)),
        ("my_open_value", json!("10.00")),
        ("total_companies", json!(1)),
        ("new_companies", json!(1)),
    ] {
        assert_eq!(stats[field], value, "{field}");
    }
    assert_eq!(figures(&ada, "stats").await["my_open_leads"], 0);

    let of_board = format!("leads-by-stage?board_id={}", text(&board["id"]));
    let by_stage = figures(&vera, &of_board).await;
    let counts = |answer: &Value| -> Vec<i64> {
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|stage| stage["lead_count"].as_i64().unwrap()).collect()
    };
    assert_eq!(counts(&by_stage), [1, 0, 1, 0, 1, 1]);
    assert_eq!(
        (&by_stage["lead_count"], &by_stage["total_value"]),
        (&json!(4), &json!("117.10"))
    );
    // Nobody made a lead in the past.
    let past = format!("{of_board}&from=2026-01-01&to=2026-01-31");
    assert_eq!(figures(&vera, &past).await["lead_count"], 0);

    let funnel = figures(&vera, &format!("sales-funnel?board_id={}", text(&board["id"]))).await;
    let reached: Vec<&Value> = funnel["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["reached"])
        .collect();
    assert_eq!(reached, [3, 2, 2, 1, 1]);
    assert_eq!(funnel["items"][1]["conversion_rate"], 66.7);
    assert_eq!(
        (&funnel["lost_leads"], &funnel["lost_value"]),
        (&json!(1), &json!("7.00"))
    );

    let mine = figures(&vera, "overview").await["my_leads"].clone();
    let mine: Vec<(&Value, &Value)> = mine
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| (&lead["id"], &lead["is_overdue"]))
        .collect();
    assert_eq!(mine, [(&late["id"], &json!(true)), (&open["id"], &json!(false))]);

    let kpis = figures(&vera, "kpis?period=7d").await;
    assert_eq!(kpis["won_value"]["value"], "100.10");
    assert_eq!(kpis["average_ticket"]["value"], "100.10");
    assert_eq!(
        kpis["conversion_rate"],
        json!({ "value": 50.0, "previous": null, "change_percent": null })
    );
    assert_eq!(kpis["sales_cycle_days"]["value"], 0.0);

    let team = figures(&vera, "team-performance").await;
    assert_eq!(team["total"], 2);
    let best = &team["items"][0];
    assert_eq!(
        (&best["user_id"], &best["won_value"], &best["open_leads"]),
        (&json!(vera.id), &json!("100.10"), &json!(2))
    );
    assert_eq!(team["items"][1]["lost_leads"], 1);
    assert_eq!(
        figures(&vera, "team-performance?per_page=1&page=2").await["items"][0]["user_id"],
        json!(ada.id)
    );

    // A lead that comes back is no longer won.
    place(&won, 0).await;
    assert_eq!(figures(&vera, "stats").await["won_leads"], 0);
}

#[actix_rt::test]
async fn a_period_is_checked_and_other_tenants_count_for_nothing() {
    let app = TestApp::start().await;
    let (ada, stranger) = (app.admin().await, app.other_tenant().await);
    let board = stranger.board().await;
    let body = json!({ "board_id": board["id"], "title": "Deles", "value": "5.00", "assigned_to": stranger.id });
    stranger.post("/leads", body).await.expect_status(201);
    stranger
        .post("/companies", json!({ "name": "Deles" }))
        .await
        .expect_status(201);
    let stats = figures(&ada, "stats").await;
    assert_eq!(
        (&stats["total_leads"], &stats["total_companies"], &stats["total_users"]),
        (&json!(0), &json!(0), &json!(1))
    );
    for of_board in ["leads-by-stage", "sales-funnel"] {
        let path = format!("/dashboard/{of_board}?board_id={}", text(&board["id"]));
        ada.get(&path).await.expect_status(404);
    }
    for path in ALL {
        for query in ["from=2026-11-23&to=2026-11-22", "period=tomorrow", "from=yesterday"] {
            let answer = ada.get(&format!("/dashboard/{path}?{query}")).await.expect_status(422);
            assert_eq!(wrong(&answer).len(), 1, "{path} {query}");
        }
    }
    let anybody = app
        .client()
        .get(format!("{}/api/v1/dashboard/stats", app.url))
        .send()
        .await
        .unwrap();
    assert_eq!(anybody.status(), 401);
    let year = figures(&ada, "companies-growth?period=year").await;
    assert_eq!(year["granularity"], "month");
    assert_eq!(
        figures(&ada, "companies-growth?from=2026-03-01&to=2026-03-03").await["items"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[actix_rt::test]
async fn who_looks_at_the_dashboard_is_asked_to_look_again_once_however_much_happens_at_once() {
    let app = TestApp::start().await;
    let (ada, other) = (app.admin().await, app.other_tenant().await);
    let board = ada.board().await;
    let (mut looking, mut elsewhere) = (ada.socket().await, other.socket().await);
    looking.subscribe("dashboard").await;
    elsewhere.subscribe("dashboard").await;
    let mut hints = 0;
    for index in 0..20 {
        let lead = json!({ "board_id": board["id"], "title": format!("Novo {index}"), "value": "10.00" });
        ada.post("/leads", lead).await.expect_status(201);
    }
    let company = json!({ "name": "Padaria" });
    ada.post("/companies", company).await.expect_status(201);
    // The last hint comes after the last change: what it asks for holds everything.
    loop {
        let hint = looking.receive().await.unwrap();
        assert_eq!(
            (&hint["topic"], &hint["type"]),
            (&json!("dashboard"), &json!("stats.changed"))
        );
        hints += 1;
        let stats = figures(&ada, "stats").await;
        if stats["total_leads"] == 20 && stats["new_companies"] == 1 {
            break;
        }
    }
    assert!(hints < 20, "{hints} hints for 21 changes");
    elsewhere.send(&json!({ "id": "ping", "op": "ping" })).await;
    assert_eq!(
        elsewhere.receive().await.unwrap()["re"],
        "ping",
        "another company heard nothing"
    );
}
