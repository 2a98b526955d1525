//! Who may come in, what they may do to each other, and what every request goes through.

mod company;
mod links;
mod people;
mod requests;
mod sessions;
mod two_factor;

use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, User, database_url};

/// A request of nobody in particular.
async fn post(t: &TestApp, path: &str, body: &Value) -> Answer {
    post_from(t, "127.0.0.1", path, body).await
}

/// The same, through a proxy that says where it comes from.
async fn post_from(t: &TestApp, address: &str, path: &str, body: &Value) -> Answer {
    let request = t
        .client()
        .post(format!("{}/api/v1{path}", t.url))
        .header("X-Forwarded-For", address);
    Answer::of(request.json(body).send().await.unwrap()).await
}

async fn log_in(t: &TestApp, email: &str, password: &str) -> Answer {
    post(t, "/auth/login", &json!({ "email": email, "password": password })).await
}

async fn refresh(t: &TestApp, token: &str) -> Answer {
    post(t, "/auth/refresh", &json!({ "refreshToken": token })).await
}

/// Another login of the same person.
async fn elsewhere(t: &TestApp, user: &User) -> User {
    crate::support::login(t.client(), &t.url, &user.email, crate::support::PASSWORD).await
}

/// What no client can do: looks at the database, or changes it, as its owner.
fn database() -> PgConnection {
    PgConnection::establish(&database_url()).unwrap()
}

#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Timestamptz)]
    last_seen_at: chrono::DateTime<chrono::Utc>,
}

fn last_seen(user: &User) -> chrono::DateTime<chrono::Utc> {
    let query = diesel::sql_query("SELECT max(last_seen_at) AS last_seen_at FROM sessions WHERE user_id = $1::uuid");
    query
        .bind::<Text, _>(&user.id)
        .get_result::<Seen>(&mut database())
        .unwrap()
        .last_seen_at
}

/// Makes it so that somebody has done nothing for so many minutes.
fn idle_for(user: &User, minutes: u32) {
    diesel::sql_query(format!(
        "UPDATE sessions SET last_seen_at = now() - interval '{minutes} minutes' WHERE user_id = $1::uuid"
    ))
    .bind::<Text, _>(&user.id)
    .execute(&mut database())
    .unwrap();
}

fn set_status(of: &User, status: &str) {
    let query = diesel::sql_query("UPDATE tenants SET status = $1 WHERE id = $2::uuid");
    query
        .bind::<Text, _>(status)
        .bind::<Text, _>(&of.tenant)
        .execute(&mut database())
        .unwrap();
}
