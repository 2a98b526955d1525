//! A second factor: what an app shows, asked for at each login.

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{log_in, post, refresh};
use crate::support::{Answer, PASSWORD, TestApp, User};

/// What an app shows that was given this secret, so many half minutes from now.
fn code(secret: &Value, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let at = chrono::Utc::now().timestamp() + 30 * steps;
    let app = Builder::new().with_secret(secret).build_noncompliant();
    app.generate(u64::try_from(at).unwrap()).to_string()
}

async fn log_in_with(t: &TestApp, user: &User, otp: &str) -> Answer {
    let body = json!({ "email": user.email, "password": PASSWORD, "otp": otp });
    post(t, "/auth/login", &body).await
}

/// Has somebody use a second factor; its secret and the recovery codes.
async fn enabled(user: &User) -> (Value, Vec<Value>) {
    let secret = user.post("/auth/2fa/setup", json!({})).await.expect_status(200).body["secret"].clone();
    let body = json!({ "otp": code(&secret, 0) });
    let enabled = user.post("/auth/2fa/enable", body).await.expect_status(200).body;
    (secret, enabled["recovery_codes"].as_array().unwrap().clone())
}

#[actix_rt::test]
async fn who_has_a_second_factor_signs_in_with_a_code_each_time_another() {
    let t = TestApp::start().await;
    let ada = t.admin().await;
    let set_up = ada.post("/auth/2fa/setup", json!({})).await.expect_status(200).body;
    let url = set_up["otpauth_url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Balc%C3%A3o:"), "{url}");
    log_in(&t, &ada.email, PASSWORD).await.expect_status(200);
    assert_eq!(
        ada.get("/auth/me").await.body["two_factor_enabled"],
        false,
        "nothing is asked before it is proved"
    );

    let refused = ada
        .post("/auth/2fa/enable", json!({ "otp": "000000" }))
        .await
        .expect_status(422);
    assert_eq!(refused.body["errors"][0]["field"], "otp");
    let (secret, _) = enabled(&ada).await;
    assert_ne!(secret, set_up["secret"], "each setup makes another secret");
    assert_eq!(ada.get("/auth/me").await.body["two_factor_enabled"], true);
    assert_eq!(
        ada.post("/auth/2fa/setup", json!({})).await.expect_status(409).code(),
        "two_factor_on"
    );

    assert_eq!(
        log_in(&t, &ada.email, PASSWORD).await.expect_status(401).code(),
        "otp_required"
    );
    assert_eq!(
        log_in(&t, &ada.email, "not it at all").await.expect_status(401).code(),
        "invalid_credentials"
    );
    assert_eq!(
        log_in_with(&t, &ada, &code(&secret, -9))
            .await
            .expect_status(401)
            .code(),
        "invalid_otp"
    );
    assert_eq!(
        log_in_with(&t, &ada, &code(&secret, 0)).await.expect_status(401).code(),
        "invalid_otp",
        "the code that enabled it was used"
    );
    let next = code(&secret, 1);
    let session = log_in_with(&t, &ada, &next).await.expect_status(200).body;
    refresh(&t, session["refreshToken"].as_str().unwrap())
        .await
        .expect_status(200);
    assert_eq!(
        log_in_with(&t, &ada, &next).await.expect_status(401).code(),
        "invalid_otp"
    );
}

#[actix_rt::test]
async fn of_two_logins_at_once_with_one_code_one_comes_in() {
    let t = TestApp::start().await;
    let ada = t.admin().await;
    let (secret, recovery) = enabled(&ada).await;
    for code in [code(&secret, 1), recovery[0].as_str().unwrap().to_owned()] {
        let both = tokio::join!(log_in_with(&t, &ada, &code), log_in_with(&t, &ada, &code));
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401], "{code}");
    }
}

#[actix_rt::test]
async fn codes_are_guessed_as_seldom_as_passwords() {
    let t = TestApp::with(&["--rate-limit-login-failures=3"]).await;
    let ada = t.admin().await;
    let (secret, _) = enabled(&ada).await;
    for guess in ["111111", "222222", "333333"] {
        // Being asked for a code is no failure, and does not take one back.
        assert_eq!(
            log_in(&t, &ada.email, PASSWORD).await.expect_status(401).code(),
            "otp_required"
        );
        assert_eq!(
            log_in_with(&t, &ada, guess).await.expect_status(401).code(),
            "invalid_otp"
        );
    }
    log_in_with(&t, &ada, &code(&secret, 1)).await.expect_status(429);
}

#[actix_rt::test]
async fn who_lost_the_phone_comes_in_with_a_recovery_code_once_and_switches_it_off() {
    let t = TestApp::start().await;
    let ada = t.admin().await;
    let (_, recovery) = enabled(&ada).await;
    let spare = recovery[3].as_str().unwrap();
    log_in_with(&t, &ada, &spare.to_uppercase()).await.expect_status(200);
    assert_eq!(
        log_in_with(&t, &ada, spare).await.expect_status(401).code(),
        "invalid_otp"
    );

    ada.post("/auth/2fa/disable", json!({})).await.expect_status(422);
    ada.post("/auth/2fa/disable", json!({ "password": "not it at all" }))
        .await
        .expect_status(422);
    assert_eq!(
        ada.post("/auth/2fa/disable", json!({ "otp": spare }))
            .await
            .expect_status(401)
            .code(),
        "invalid_otp"
    );
    ada.post("/auth/2fa/disable", json!({ "otp": recovery[4] }))
        .await
        .expect_status(204);
    log_in(&t, &ada.email, PASSWORD).await.expect_status(200);
}

#[actix_rt::test]
async fn an_administrator_helps_whoever_lost_everything() {
    let t = TestApp::start().await;
    let (ada, vera) = (t.admin().await, t.user("seller").await);
    enabled(&vera).await;
    let path = format!("/users/{}/2fa/disable", vera.id);
    vera.post(&path, json!({})).await.expect_status(403);
    t.other_tenant().await.post(&path, json!({})).await.expect_status(404);
    ada.post(&path, json!({})).await.expect_status(204);
    log_in(&t, &vera.email, PASSWORD).await.expect_status(200);
}

#[actix_rt::test]
async fn a_repeated_call_gets_the_same_codes_and_the_database_holds_none_of_them() {
    let t = TestApp::start().await;
    let ada = t.admin().await;
    let key = uuid::Uuid::new_v4().to_string();
    let set_up = async || {
        ada.send(reqwest::Method::POST, "/auth/2fa/setup", Some(json!({})), Some(&key))
            .await
    };
    let first = set_up().await.expect_status(200).body;
    assert_eq!(set_up().await.expect_status(200).body, first);
    let kept = kept(&ada);
    assert!(!kept.contains(first["secret"].as_str().unwrap()), "{kept}");
}

/// Everything that the database remembers of somebody's calls.
fn kept(user: &User) -> String {
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = Text)]
        text: String,
    }
    diesel::sql_query(
        "SELECT coalesce(string_agg(answer::text, ' '), '') AS text FROM commands WHERE actor_id = $1::uuid",
    )
    .bind::<Text, _>(&user.id)
    .get_result::<Kept>(&mut super::database())
    .unwrap()
    .text
}
