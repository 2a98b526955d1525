//! Jobs as administrators see them, and what servers do by themselves.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Value, json};

use crate::support::{TestApp, User, database_url, until};

/// A job of a kind that no server knows, so that it stays as it is.
fn job(of: &User, state: &str, key: Option<&str>) -> String {
    let id = uuid::Uuid::now_v7().to_string();
    diesel::sql_query(
        "INSERT INTO jobs (tenant_id, id, kind, payload, state, run_at, attempts, last_error, unique_key, finished_at)
         VALUES ($1::uuid, $2::uuid, 'carrier-pigeon', '{\"token\": \"hunter2\"}', $3, now(), 10, 'eaten by a hawk', $4,
                 CASE WHEN $3 IN ('done', 'expired', 'dead') THEN now() END)",
    )
    .bind::<Text, _>(&of.tenant)
    .bind::<Text, _>(&id)
    .bind::<Text, _>(state)
    .bind::<diesel::sql_types::Nullable<Text>, _>(key)
    .execute(&mut PgConnection::establish(&database_url()).unwrap())
    .unwrap();
    id
}

async fn ids(of: &User, query: &str) -> Vec<Value> {
    let page = of.get(&format!("/jobs{query}")).await.expect_status(200).body;
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| job["id"].clone())
        .collect()
}

#[actix_rt::test]
async fn an_admin_finds_what_failed_and_lets_it_run_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let [dead, later, waiting] = ["dead", "dead", "waiting"].map(|state| job(&admin, state, None));
    assert_eq!(
        ids(&admin, "?kind=carrier-pigeon").await,
        [waiting.as_str(), &later, &dead]
    );
    assert_eq!(
        ids(&admin, "?state=dead&sort=created_at").await,
        [dead.as_str(), &later]
    );
    assert_eq!(ids(&admin, "?state=dead&per_page=1&page=2").await, [dead.as_str()]);
    assert_eq!(ids(&admin, "?search=hawk&state=waiting").await, [waiting.as_str()]);
    admin.get("/jobs?state=lost").await.expect_status(422);
    admin.get("/jobs?sort=payload").await.expect_status(422);

    let page = admin.get("/jobs?state=dead").await;
    assert!(
        !page.body.to_string().contains("hunter2"),
        "a payload shows only what its kind allows"
    );
    let shown = &page.body["items"][1];
    assert_eq!(shown["last_error"], "eaten by a hawk");
    assert_eq!((&shown["attempts"], &shown["payload"]), (&json!(10), &json!({})));

    let key = uuid::Uuid::new_v4().to_string();
    let path = format!("/jobs/{dead}/retry");
    for _ in 0..2 {
        let again = admin.send(reqwest::Method::POST, &path, None, Some(&key)).await;
        let again = again.expect_status(200).body;
        assert_eq!((&again["state"], &again["attempts"]), (&json!("waiting"), &json!(0)));
        assert_eq!(again["finished_at"], Value::Null);
    }
    let refused = admin.post(&path, Value::Null).await.expect_status(409);
    assert_eq!(refused.code(), "job_not_dead");
    admin.delete(&format!("/jobs/{later}")).await.expect_status(204);
    admin.delete(&format!("/jobs/{later}")).await.expect_status(404);
    assert!(ids(&admin, "?state=dead").await.is_empty());
}

#[actix_rt::test]
async fn what_runs_is_not_removed_and_what_is_queued_already_not_queued_again() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let running = job(&admin, "running", None);
    let refused = admin.delete(&format!("/jobs/{running}")).await.expect_status(409);
    assert_eq!(refused.code(), "job_running");
    let dead = job(&admin, "dead", Some("daily"));
    let queued = job(&admin, "waiting", Some("daily"));
    let refused = admin
        .post(&format!("/jobs/{dead}/retry"), Value::Null)
        .await
        .expect_status(409);
    assert_eq!(refused.code(), "job_pending");
    admin.delete(&format!("/jobs/{queued}")).await.expect_status(204);
    admin
        .post(&format!("/jobs/{dead}/retry"), Value::Null)
        .await
        .expect_status(200);
}

#[actix_rt::test]
async fn jobs_are_for_administrators_of_their_own_tenant() {
    let app = TestApp::start().await;
    let (admin, other) = (app.admin().await, app.other_tenant().await);
    let id = job(&admin, "dead", None);
    for role in ["supervisor", "attendant", "seller"] {
        let user = app.user(role).await;
        user.get("/jobs").await.expect_status(403);
        user.post(&format!("/jobs/{id}/retry"), Value::Null)
            .await
            .expect_status(403);
        user.delete(&format!("/jobs/{id}")).await.expect_status(403);
    }
    // What is done each hour for every company is theirs as well.
    assert!(ids(&other, "").await.iter().all(|theirs| *theirs != id.as_str()));
    other
        .post(&format!("/jobs/{id}/retry"), Value::Null)
        .await
        .expect_status(404);
    other.delete(&format!("/jobs/{id}")).await.expect_status(404);
    assert_eq!(ids(&admin, "?state=dead").await, [id.as_str()]);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[actix_rt::test]
async fn a_server_that_starts_clears_away_what_has_outlived_its_use() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let [old, recent, dead] = ["done", "done", "dead"].map(|state| job(&admin, state, None));
    let mut conn = PgConnection::establish(&database_url()).unwrap();
    diesel::sql_query("UPDATE jobs SET finished_at = now() - interval '2 days' WHERE id IN ($1::uuid, $2::uuid)")
        .bind::<Text, _>(&old)
        .bind::<Text, _>(&dead)
        .execute(&mut conn)
        .unwrap();
    diesel::sql_query(
        "INSERT INTO commands (tenant_id, actor_id, command_id, digest, at)
         SELECT $1::uuid, gen_random_uuid(), gen_random_uuid(), '', now() - age FROM
         unnest('{8 days,6 days}'::interval[]) AS age",
    )
    .bind::<Text, _>(&admin.tenant)
    .execute(&mut conn)
    .unwrap();

    let _second = TestApp::start().await;
    until("its housekeeping is done", async || {
        !ids(&admin, "?kind=housekeeping&state=done").await.is_empty()
    })
    .await;
    assert_eq!(ids(&admin, "?kind=carrier-pigeon").await, [dead.as_str(), &recent]);
    let left: Count =
        diesel::sql_query("SELECT count(*) FROM commands WHERE tenant_id = $1::uuid AND at < now() - interval '1 day'")
            .bind::<Text, _>(&admin.tenant)
            .get_result(&mut conn)
            .unwrap();
    assert_eq!(left.count, 1, "commands are remembered for seven days");
}

#[actix_rt::test]
async fn the_numbers_tell_how_many_jobs_are_in_which_state() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    job(&admin, "dead", None);
    until("they are counted", async || {
        let metrics = reqwest::get(format!("{}/metrics", app.url))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let count = |state: &str| {
            let name = format!("balcao_jobs{{state=\"{state}\"}} ");
            metrics
                .lines()
                .find_map(|line| line.strip_prefix(&name)?.parse::<u64>().ok())
        };
        count("dead").is_some_and(|dead| dead > 0)
            && ["waiting", "running", "done", "expired"]
                .iter()
                .all(|state| count(state).is_some())
            && metrics.contains("balcao_job_lateness_seconds ")
    })
    .await;
}
