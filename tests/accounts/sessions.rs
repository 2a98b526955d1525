//! Signing in, staying in, and being out.

use reqwest::Method;
use serde_json::json;

use super::{elsewhere, idle_for, last_seen, log_in, post, post_from, refresh, set_status};
use crate::support::{Answer, PASSWORD, TestApp, until};

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_an_old_token_used_again_ends_the_login() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;

    let renewed = refresh(&t, &ana.refresh_token).await.expect_status(200).body;
    let fresh = ana.clone().with_token(renewed["accessToken"].as_str().unwrap());
    fresh.get("/auth/me").await.expect_status(200);
    let second = renewed["refreshToken"].as_str().unwrap();
    assert_ne!(second, ana.refresh_token);

    assert_eq!(
        refresh(&t, &ana.refresh_token).await.expect_status(401).code(),
        "unauthorized"
    );
    // Whoever holds the current one is out as well: nobody can tell which of the two is the thief.
    refresh(&t, second).await.expect_status(401);
    fresh.get("/auth/me").await.expect_status(401);
    ana.get("/auth/me").await.expect_status(401);
}

#[tokio::test]
async fn of_two_refreshes_at_once_never_both_win() {
    let t = TestApp::start().await;
    for _ in 0..5 {
        let ana = t.user("seller").await;
        let (one, other) = tokio::join!(refresh(&t, &ana.refresh_token), refresh(&t, &ana.refresh_token));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
        ana.get("/auth/me").await.expect_status(401);
    }
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_may_be_repeated_under_its_key_and_no_other() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let key = uuid::Uuid::new_v4().to_string();
    let body = json!({ "refreshToken": ana.refresh_token });
    let exchange = async |key: Option<&str>| ana.send(Method::POST, "/auth/refresh", Some(body.clone()), key).await;

    let (one, other) = tokio::join!(exchange(Some(&key)), exchange(Some(&key)));
    let repeated = exchange(Some(&key)).await.expect_status(200).body;
    for answer in [one, other] {
        assert_eq!(answer.expect_status(200).body["refreshToken"], repeated["refreshToken"]);
    }
    let fresh = ana.clone().with_token(repeated["accessToken"].as_str().unwrap());
    fresh.get("/auth/me").await.expect_status(200);

    // Whoever has the token and not the key is somebody else.
    exchange(Some(&uuid::Uuid::new_v4().to_string()))
        .await
        .expect_status(401);
    fresh.get("/auth/me").await.expect_status(401);
    exchange(Some(&key)).await.expect_status(401);
}

#[tokio::test]
async fn the_alias_of_refresh_is_the_same() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let body = json!({ "refreshToken": ana.refresh_token });
    post(&t, "/auth/refresh-token", &body).await.expect_status(200);
    post(&t, "/auth/refresh-token", &body).await.expect_status(401);
}

#[tokio::test]
async fn a_logout_ends_this_login_at_once_and_no_other() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let phone = elsewhere(&t, &ana).await;
    ana.get("/auth/me").await.expect_status(200);

    ana.post("/auth/logout", json!({})).await.expect_status(204);
    assert_eq!(ana.get("/auth/me").await.expect_status(401).code(), "unauthorized");
    refresh(&t, &ana.refresh_token).await.expect_status(401);
    phone.get("/auth/me").await.expect_status(200);
}

#[tokio::test]
async fn a_login_that_is_idle_for_too_long_ends() {
    let t = TestApp::with(&["--session-idle-minutes=60"]).await;
    let (ana, bruno) = (t.user("seller").await, t.user("seller").await);
    ana.get("/auth/me").await.expect_status(200);
    idle_for(&ana, 61);
    idle_for(&bruno, 59);
    // What PostgreSQL said is believed for some seconds.
    until("the idle one is out", async || ana.get("/auth/me").await.status == 401).await;
    refresh(&t, &ana.refresh_token).await.expect_status(401);
    bruno.get("/auth/me").await.expect_status(200);
}

#[tokio::test]
async fn requests_are_activity_and_renewing_tokens_is_not() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    idle_for(&ana, 100);
    let before = last_seen(&ana);
    let renewed = refresh(&t, &ana.refresh_token).await.expect_status(200).body;
    assert_eq!(last_seen(&ana), before);
    let fresh = ana.clone().with_token(renewed["accessToken"].as_str().unwrap());
    fresh.get("/auth/me").await.expect_status(200);
    assert!(last_seen(&ana) > before);
}

#[tokio::test]
async fn nobody_of_a_suspended_company_comes_in() {
    let t = TestApp::start().await;
    let (ana, other) = (t.user("seller").await, t.other_tenant().await);
    set_status(&ana, "suspended");
    assert_eq!(
        log_in(&t, &ana.email, PASSWORD).await.expect_status(403).code(),
        "tenant_suspended"
    );
    assert_eq!(
        log_in(&t, &ana.email, "wrong-password").await.expect_status(401).code(),
        "invalid_credentials"
    );
    assert_eq!(
        refresh(&t, &ana.refresh_token).await.expect_status(403).code(),
        "tenant_suspended"
    );
    until("requests are refused", async || {
        ana.get("/auth/me").await.code() == "tenant_suspended"
    })
    .await;
    other.get("/auth/me").await.expect_status(200);

    set_status(&ana, "active");
    ana.get("/auth/me").await.expect_status(200);
    refresh(&t, &ana.refresh_token).await.expect_status(200);
}

#[tokio::test]
async fn an_access_token_expires() {
    let t = TestApp::with(&["--jwt-access-token-expires=2s"]).await;
    let ana = t.admin().await;
    until("the token has expired", async || {
        ana.get("/auth/me").await.status == 401
    })
    .await;
    let renewed = refresh(&t, &ana.refresh_token).await.expect_status(200).body;
    let fresh = ana.with_token(renewed["accessToken"].as_str().unwrap());
    fresh.get("/auth/me").await.expect_status(200);
}

#[tokio::test]
async fn only_an_access_token_of_this_server_is_one() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let unsigned = {
        let mut parts = ana.token.split('.');
        let (_, claims) = (parts.next(), parts.next().unwrap());
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.")
    };
    for token in [
        "",
        "x",
        "a.b.c",
        &ana.refresh_token,
        &unsigned,
        &format!("{}x", ana.token),
    ] {
        let refused = ana.clone().with_token(token).get("/auth/me").await.expect_status(401);
        assert_eq!(refused.code(), "unauthorized", "{token}");
    }
    // And an access token renews nothing.
    refresh(&t, &ana.token).await.expect_status(401);
    refresh(&t, "").await.expect_status(401);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let wrong = log_in(&t, &ana.email, "not the password").await.expect_status(401);
    for (email, password) in [
        ("nobody@test.balcao.local", PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
        (&*ana.email, ""),
        (&*ana.email, &"x".repeat(5000)),
        ("nul\0@test.balcao.local", "nul\0nul\0nul\0"),
    ] {
        assert_eq!(
            log_in(&t, email, password).await.expect_status(401).body,
            wrong.body,
            "{email:?}"
        );
    }
    assert_eq!(wrong.code(), "invalid_credentials");
}

#[tokio::test]
async fn an_address_is_known_in_any_case_and_with_blanks_around_it() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    log_in(&t, &format!("  {} ", ana.email.to_uppercase()), PASSWORD)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn guesses_are_limited_for_each_account_and_address() {
    let t = TestApp::with(&["--rate-limit-login-failures=3", "--trusted-proxies=127.0.0.1"]).await;
    let (ana, bruno) = (t.user("seller").await, t.user("seller").await);
    let guess = async |from: &str, email: &str, password: &str| -> Answer {
        post_from(
            &t,
            from,
            "/auth/login",
            &json!({ "email": email, "password": password }),
        )
        .await
    };
    let (here, there) = ("203.0.113.1", "203.0.113.2");

    for email in [&*ana.email, "nobody@test.balcao.local"] {
        for _ in 0..3 {
            guess(here, email, "wrong-password").await.expect_status(401);
        }
        let refused = guess(here, email, PASSWORD).await.expect_status(429);
        assert_eq!(refused.code(), "rate_limited");
        let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
    }
    guess(there, &ana.email, PASSWORD).await.expect_status(200);
    guess(here, &bruno.email, PASSWORD).await.expect_status(200);
}

#[tokio::test]
async fn a_login_clears_the_failures_before_it() {
    let t = TestApp::with(&["--rate-limit-login-failures=3"]).await;
    let ana = t.user("seller").await;
    for _ in 0..3 {
        log_in(&t, &ana.email, "wrong-password").await.expect_status(401);
        log_in(&t, &ana.email, "wrong-password").await.expect_status(401);
        log_in(&t, &ana.email, PASSWORD).await.expect_status(200);
    }
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one_and_ends_the_other_logins() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let phone = elsewhere(&t, &ana).await;
    let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });

    let refused = ana
        .post("/auth/password", change("wrong-password", "another-password"))
        .await
        .expect_status(422);
    assert_eq!(refused.body["errors"][0]["field"], "current_password");
    let refused = ana
        .post("/auth/password", change(PASSWORD, "short"))
        .await
        .expect_status(422);
    assert_eq!(refused.body["errors"][0]["field"], "new_password");
    phone.get("/auth/me").await.expect_status(200);

    // Sent twice, as a client does that had no answer.
    let key = uuid::Uuid::new_v4().to_string();
    for _ in 0..2 {
        let body = Some(change(PASSWORD, "another-password"));
        ana.send(Method::POST, "/auth/password", body, Some(&key))
            .await
            .expect_status(204);
    }
    let other = Some(change(PASSWORD, "yet-another-password"));
    let reused = ana
        .send(Method::POST, "/auth/password", other, Some(&key))
        .await
        .expect_status(422);
    assert_eq!(reused.code(), "idempotency_key_reused");

    ana.get("/auth/me").await.expect_status(200);
    phone.get("/auth/me").await.expect_status(401);
    refresh(&t, &phone.refresh_token).await.expect_status(401);
    log_in(&t, &ana.email, PASSWORD).await.expect_status(401);
    log_in(&t, &ana.email, "another-password").await.expect_status(200);

    let longest = "ç".repeat(36);
    ana.post("/auth/password", change("another-password", &longest))
        .await
        .expect_status(204);
    log_in(&t, &ana.email, &longest).await.expect_status(200);
    log_in(&t, &ana.email, &format!("{longest}x")).await.expect_status(401);
}

#[tokio::test]
async fn a_login_that_ends_takes_its_sockets_along() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let phone = elsewhere(&t, &ana).await;
    let (mut here, mut there) = (ana.socket().await, phone.socket().await);
    let change = json!({ "current_password": PASSWORD, "new_password": "another-password" });
    ana.post("/auth/password", change).await.expect_status(204);
    assert_eq!(there.closed().await, 4401);
    assert_eq!(here.ask(json!({ "op": "ping" })).await["ok"], true);

    refresh(&t, &ana.refresh_token).await.expect_status(200);
    refresh(&t, &ana.refresh_token).await.expect_status(401);
    assert_eq!(here.closed().await, 4401);
}
