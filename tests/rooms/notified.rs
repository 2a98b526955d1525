//! What people are told by name: once, at once, in every tab, and only what they want.

use diesel::{Connection, PgConnection, RunQueryDsl};
use serde_json::{Value, json};

use super::{group, say, text};
use crate::support::{Socket, TestApp, User, database_url, until};

/// What no client can do.
fn in_database(sql: &str) {
    let mut conn = PgConnection::establish(&database_url()).unwrap();
    diesel::sql_query(sql).execute(&mut conn).unwrap();
}

async fn told(user: &User) -> Vec<Value> {
    let body = user.get("/notifications").await.expect_status(200).body;
    body["items"].as_array().unwrap().clone()
}

async fn hint(socket: &mut Socket, kind: &str) -> Value {
    socket
        .wait_for(|frame| frame["topic"] == "notifications" && frame["type"] == kind)
        .await
}

#[actix_rt::test]
async fn who_is_mentioned_is_told_in_every_open_tab_and_reads_it_in_all_of_them_at_once() {
    // A hint reaches the sockets of the server that runs the job.
    let app = TestApp::alone(&[]).await;
    let (ada, vera, vitor) = (app.admin().await, app.user("seller").await, app.user("attendant").await);
    let made = group(&ada, "Obra", &[&vera, &vitor]).await;
    until("both know of their new room", async || {
        told(&vera).await.len() == 1 && told(&vitor).await.len() == 1
    })
    .await;
    assert_eq!(
        (&told(&vera).await[0]["kind"], told(&ada).await.len()),
        (&json!("room_added"), 0)
    );

    let mut one = vera.socket().await;
    let start = one.subscribe("notifications").await;
    assert_eq!(start["snapshot"]["unread_count"], 1, "{start}");
    let mut other = Socket::open(&app.url, &format!("/ws/notifications?token={}", vera.token))
        .await
        .unwrap();
    assert_eq!(other.receive().await.unwrap()["snapshot"]["unread_count"], 1);
    let mut another = vitor.socket().await;
    another.subscribe("notifications").await;

    let message = say(&ada, &made, "Olha isto, @Nome seller!").await;
    let mention = hint(&mut one, "notification.created").await["data"].clone();
    assert_eq!(mention, hint(&mut other, "notification.created").await["data"]);
    assert_eq!(
        (
            &mention["kind"],
            &mention["type"],
            &mention["title"],
            &mention["message"],
            &mention["is_read"]
        ),
        (
            &json!("mention"),
            &json!("info"),
            &json!("Ada Admin mencionou você em Obra"),
            &json!("Olha isto, @Nome seller!"),
            &json!(false)
        )
    );
    let link = format!("/chat/{}?message={}", text(&made["id"]), text(&message["id"]));
    assert_eq!(mention["link"], link);
    let listed = vera
        .get("/notifications?is_read=false&per_page=1")
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&listed["items"][0], &listed["total"], &listed["unread_count"]),
        (&mention, &json!(2), &json!(2))
    );

    let path = format!("/notifications/{}/read", text(&mention["id"]));
    vitor.post(&path, json!({})).await.expect_status(404);
    assert_eq!(
        vera.post(&path, json!({})).await.expect_status(200).body["is_read"],
        true
    );
    assert_eq!(hint(&mut other, "notification.read").await["data"]["id"], mention["id"]);
    assert_eq!(
        vera.post("/notifications/read-all", json!({}))
            .await
            .expect_status(200)
            .body["unread_count"],
        0
    );
    hint(&mut one, "notifications.read_all").await;
    assert_eq!(vera.get("/notifications").await.body["unread_count"], 0);
    // None of this was for anybody else.
    assert_eq!(another.ask(json!({ "op": "ping" })).await["ok"], true);
    assert_eq!(told(&vitor).await.len(), 1);
}

#[actix_rt::test]
async fn who_does_not_want_to_be_told_of_a_kind_is_not() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let all = json!({ "mention": true, "room_added": true, "lead_assigned": true, "lead_due": true,
        "conversation_assigned": true });
    assert_eq!(
        vera.get("/notifications/preferences").await.expect_status(200).body,
        all
    );
    let changed = vera
        .put("/notifications/preferences", json!({ "mention": false }))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&changed["mention"], &changed["room_added"]),
        (&json!(false), &json!(true))
    );
    vera.put("/notifications/preferences", json!({ "nonsense": false }))
        .await
        .expect_status(422);
    let made = group(&ada, "Obra", &[]).await;
    say(&ada, &made, "ninguém aqui, @Nome seller").await;
    let path = format!("/chat/rooms/{}/participants", text(&made["id"]));
    ada.post(&path, json!({ "user_id": vera.id })).await.expect_status(201);
    say(&ada, &made, "Agora sim, @Nome seller").await;
    // Both jobs have ended when a later one has.
    let later = group(&ada, "Depois", &[&vera]).await;
    until("the last thing was told", async || {
        told(&vera)
            .await
            .iter()
            .any(|told| told["link"] == format!("/chat/{}", text(&later["id"])))
    })
    .await;
    let kinds: Vec<String> = told(&vera)
        .await
        .iter()
        .map(|told| text(&told["kind"]).to_owned())
        .collect();
    assert!(kinds.iter().all(|kind| kind == "room_added"), "{kinds:?}");
}

#[actix_rt::test]
async fn a_lead_that_should_be_closed_today_is_told_of_once_it_is_morning() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let board = ada.board().await;
    // Where it is noon now.
    let hour = chrono::Utc::now().format("%H").to_string().parse::<i32>().unwrap();
    let ahead = 12 - hour;
    let zone = format!("Etc/GMT{}{}", if ahead >= 0 { "-" } else { "+" }, ahead.abs());
    let today = (chrono::Utc::now() + chrono::TimeDelta::hours(ahead.into())).date_naive();
    in_database(&format!(
        "UPDATE tenants SET time_zone = '{zone}' WHERE id = '{}'",
        ada.tenant
    ));
    let lead = |title: &str, date: chrono::NaiveDate| json!({ "board_id": board["id"], "title": title, "assigned_to": vera.id, "expected_close_date": date });
    let due = ada
        .post("/leads", lead("Porcelanato", today))
        .await
        .expect_status(201)
        .body;
    ada.post("/leads", lead("Amanhã", today.succ_opt().unwrap()))
        .await
        .expect_status(201);
    let won = ada.post("/leads", lead("Ganho", today)).await.expect_status(201).body;
    let path = format!("/leads/{}/move", text(&won["id"]));
    ada.post(&path, json!({ "stage_id": board["stages"][4]["id"], "position": 0 }))
        .await
        .expect_status(200);

    for round in 0..2 {
        in_database(&format!(
            "INSERT INTO jobs (tenant_id, id, kind, payload, run_at) VALUES ('{}', gen_random_uuid(), 'leads_due', 'null', now())",
            ada.tenant
        ));
        until("the job has run", async || {
            let waiting = ada.get("/jobs?state=waiting").await.body["total"] == 0;
            waiting && ada.get("/jobs?state=running").await.body["total"] == 0
        })
        .await;
        let told: Vec<Value> = told(&vera).await;
        assert_eq!(
            told.iter().filter(|told| told["kind"] == "lead_due").count(),
            1,
            "round {round}: {told:?}"
        );
    }
    // Whose it became was told as well, each time; what one gives oneself is not.
    let told = told(&vera).await;
    let assigned = told.iter().filter(|told| told["kind"] == "lead_assigned");
    let mut assigned: Vec<_> = assigned.map(|told| text(&told["message"])).collect();
    assigned.sort_unstable();
    let passed = ["Amanhã", "Ganho", "Porcelanato"].map(|lead| format!("Ada Admin passou “{lead}” para você"));
    assert_eq!(assigned, passed);
    let own = json!({ "board_id": board["id"], "title": "Meu", "assigned_to": vera.id });
    let own = vera.post("/leads", own).await.expect_status(201).body;
    vera.put(
        &format!("/leads/{}", text(&own["id"])),
        json!({ "assigned_to": ada.id }),
    )
    .await
    .expect_status(200);
    until("Ada knows of it", async || {
        crate::rooms::notified::told(&ada).await.len() == 1
    })
    .await;
    let due_told = told.iter().find(|told| told["kind"] == "lead_due").unwrap();
    let link = format!("/boards/{}?lead={}", text(&board["id"]), text(&due["id"]));
    assert_eq!(
        (&due_told["type"], &due_told["link"]),
        (&json!("warning"), &json!(link))
    );
}
