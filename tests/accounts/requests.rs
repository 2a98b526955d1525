//! What every request goes through: paths, limits, headers, and clear refusals.

use reqwest::Method;
use serde_json::{Value, json};

use super::post;
use crate::support::{Answer, TestApp};

async fn get(t: &TestApp, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = t.client().get(format!("{}{path}", t.url));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn both_bases_and_trailing_slashes_are_one_tree() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    let bearer = format!("Bearer {}", admin.token);
    let id = &admin.id;
    for path in [
        "/api/v1/auth/me".to_owned(),
        "/api/v1/auth/me/".to_owned(),
        "/api/auth/me".to_owned(),
        "/api/auth/me/".to_owned(),
        format!("/api/v1/users/{id}"),
        format!("/api/users/{id}/"),
        "/api/users/?role=admin".to_owned(),
        "/api/openapi.json".to_owned(),
    ] {
        assert_eq!(
            get(&t, &path, &[("Authorization", &bearer)]).await.status,
            200,
            "{path}"
        );
    }
    assert_eq!(
        get(&t, &format!("/api/users/{id}/"), &[("Authorization", &bearer)])
            .await
            .body["id"],
        json!(id)
    );
}

#[tokio::test]
async fn every_refusal_is_a_problem_with_a_code() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    let nobody = admin.clone().with_token("nonsense");
    let unknown = uuid::Uuid::new_v4();
    let raw = async |method: Method, path: &str, content_type: &str, body: Vec<u8>| {
        let request = t
            .client()
            .request(method, format!("{}/api/v1{path}", t.url))
            .bearer_auth(&admin.token);
        Answer::of(
            request
                .header("Content-Type", content_type)
                .body(body)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    let json_type = "application/json";
    let refusals = [
        (
            400,
            "malformed_request",
            raw(Method::POST, "/auth/login", json_type, b"{".to_vec()).await,
        ),
        (
            400,
            "malformed_request",
            raw(Method::POST, "/auth/login", json_type, vec![0xff, 0xfe]).await,
        ),
        (
            400,
            "malformed_request",
            raw(Method::POST, "/auth/login", "text/plain", b"{}".to_vec()).await,
        ),
        (
            413,
            "too_large",
            raw(Method::POST, "/auth/login", json_type, vec![b' '; 1 << 20]).await,
        ),
        (
            422,
            "invalid",
            raw(Method::POST, "/auth/login", json_type, b"[]".to_vec()).await,
        ),
        (
            422,
            "invalid",
            post(&t, "/auth/login", &json!({ "email": 7, "password": "x" })).await,
        ),
        (401, "unauthorized", nobody.get("/users").await),
        (
            401,
            "unauthorized",
            get(&t, "/api/v1/auth/me", &[("Authorization", "Basic abc")]).await,
        ),
        (404, "not_found", admin.get("/users/not-a-uuid").await),
        (404, "not_found", admin.get(&format!("/users/{unknown}")).await),
        (
            404,
            "not_found",
            admin
                .patch(&format!("/users/{unknown}"), json!({ "role": "seller" }))
                .await,
        ),
        (404, "not_found", admin.get("/nothing/here").await),
        (404, "not_found", get(&t, "/api/", &[]).await),
        (404, "not_found", get(&t, "/assets/gone.js", &[]).await),
        (404, "not_found", get(&t, "/ws/nowhere/7", &[]).await),
        (401, "unauthorized", get(&t, "/ws/", &[]).await),
        (401, "unauthorized", get(&t, "/ws?token=nonsense", &[]).await),
        (405, "method_not_allowed", admin.delete("/users").await),
        (
            405,
            "method_not_allowed",
            admin.put(&format!("/users/{unknown}"), json!({})).await,
        ),
        (
            405,
            "method_not_allowed",
            raw(Method::POST, "/auth/me", json_type, b"{}".to_vec()).await,
        ),
    ];
    for (status, code, answer) in refusals {
        assert_eq!((answer.status, answer.code()), (status, code), "{:#}", answer.body);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.body["status"], status);
        assert!(answer.body["title"].is_string() && answer.body["detail"].is_string());
        if status == 405 {
            assert!(
                answer.headers["allow"].to_str().unwrap().contains("PATCH") || answer.headers["allow"] == "GET, POST"
            );
        }
    }
}

#[tokio::test]
async fn an_address_without_a_session_is_limited_and_health_is_not() {
    let t = TestApp::with(&["--rate-limit-max-requests=5", "--trusted-proxies=127.0.0.1"]).await;
    let ask = async |from: &str| get(&t, "/api/v1/auth/me", &[("X-Forwarded-For", from)]).await;
    for _ in 0..5 {
        ask("203.0.113.1").await.expect_status(401);
    }
    let refused = ask("203.0.113.1").await.expect_status(429);
    assert_eq!(refused.code(), "rate_limited");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    ask("203.0.113.2").await.expect_status(401);
    for _ in 0..10 {
        get(&t, "/health", &[("X-Forwarded-For", "203.0.113.1")])
            .await
            .expect_status(200);
    }
}

#[tokio::test]
async fn a_user_is_limited_whatever_address_they_use() {
    let t = TestApp::with(&["--rate-limit-user-max-requests=5", "--trusted-proxies=127.0.0.1"]).await;
    let admin = t.admin().await;
    let bearer = format!("Bearer {}", admin.token);
    let ask = async |from: &str| {
        get(
            &t,
            "/api/auth/me/",
            &[("X-Forwarded-For", from), ("Authorization", &bearer)],
        )
        .await
    };
    for last in 0..5 {
        ask(&format!("203.0.113.{last}")).await.expect_status(200);
    }
    ask("203.0.113.9").await.expect_status(429);
    t.other_tenant().await.get("/auth/me").await.expect_status(200);
}

#[tokio::test]
async fn a_company_is_limited_as_a_whole() {
    let t = TestApp::with(&["--rate-limit-tenant-max-requests=6"]).await;
    let (admin, seller) = (t.admin().await, t.user("seller").await);
    let mut answered = Vec::new();
    for _ in 0..3 {
        answered.push(admin.get("/auth/me").await.status);
        answered.push(seller.get("/auth/me").await.status);
    }
    // Letting the seller in was a request of the admin's.
    assert_eq!(answered, [200, 200, 200, 200, 200, 429]);
    t.other_tenant().await.get("/auth/me").await.expect_status(200);
}

#[tokio::test]
async fn answers_tell_browsers_how_little_to_allow() {
    let t = TestApp::with(&["--trusted-proxies=127.0.0.1"]).await;
    let text = |answer: &Answer, name: &str| {
        answer
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    };
    let page = get(&t, "/", &[]).await;
    let policy = text(&page, "content-security-policy");
    assert!(
        policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(text(&page, "x-content-type-options"), "nosniff");
    assert_eq!(text(&page, "strict-transport-security"), "");
    let secure = get(&t, "/", &[("X-Forwarded-Proto", "https")]).await;
    assert!(text(&secure, "strict-transport-security").contains("max-age="));
    assert_eq!(
        text(&get(&t, "/api/v1/auth/me", &[]).await, "cache-control"),
        "no-store"
    );

    let documentation = get(&t, "/apidocs/", &[]).await.expect_status(200);
    let Value::String(html) = &documentation.body else {
        panic!("not a page")
    };
    assert!(
        !html.contains("<script>"),
        "the policy lets no script of the page itself run"
    );
    assert!(text(&documentation, "content-type").contains("text/html"));
}

#[tokio::test]
async fn where_people_use_https_nobody_comes_in_without() {
    let t = TestApp::with(&["--trusted-proxies=127.0.0.1", "--frontend-url=https://crm.example.com"]).await;
    let plain = &[("X-Forwarded-Proto", "http")];
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let page = client
        .get(format!("{}/boards?x=1", t.url))
        .header("X-Forwarded-Proto", "http")
        .send()
        .await
        .unwrap();
    let way = page.headers().get("location").unwrap().to_str().unwrap();
    assert_eq!(
        (page.status().as_u16(), way),
        (308, "https://crm.example.com/boards?x=1")
    );
    for path in ["/api/v1/auth/me", "/ws?token=x", "/ws/notifications"] {
        assert_eq!(
            get(&t, path, plain).await.expect_status(403).code(),
            "https_required",
            "{path}"
        );
    }
    get(&t, "/api/v1/auth/me", &[("X-Forwarded-Proto", "https")])
        .await
        .expect_status(401);
    // A watchdog on the same machine says nothing of how it came.
    get(&t, "/health", &[]).await.expect_status(200);
}

#[tokio::test]
async fn a_request_keeps_the_id_it_came_with_if_that_is_a_plain_one() {
    let t = TestApp::start().await;
    let id = async |given: &[(&str, &str)]| {
        get(&t, "/health", given).await.headers["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(id(&[("X-Request-Id", "abc-123")]).await, "abc-123");
    assert_ne!(id(&[("X-Request-Id", "two words {}")]).await, "two words {}");
    assert_ne!(id(&[]).await, id(&[]).await);
}

#[tokio::test]
async fn only_listed_origins_may_read_answers() {
    let t = TestApp::with(&["--cors-allowed-origins=https://crm.example.com"]).await;
    let allowed = async |origin: &str| {
        let answer = get(&t, "/api/v1/auth/me", &[("Origin", origin)])
            .await
            .expect_status(401);
        answer
            .headers
            .get("access-control-allow-origin")
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(
        allowed("https://crm.example.com").await.as_deref(),
        Some("https://crm.example.com")
    );
    assert_eq!(allowed("https://evil.example.com").await, None);

    let preflight = t.client().request(Method::OPTIONS, format!("{}/api/v1/auth/me", t.url));
    let preflight = preflight
        .header("Origin", "https://crm.example.com")
        .header("Access-Control-Request-Method", "PATCH")
        .header(
            "Access-Control-Request-Headers",
            "authorization,content-type,idempotency-key",
        );
    assert_eq!(preflight.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_server_answers_under_its_own_names() {
    let t = TestApp::with(&["--allowed-hosts=crm.example.com"]).await;
    get(&t, "/api/v1/auth/me", &[("Host", "crm.example.com:8000")])
        .await
        .expect_status(401);
    let refused = get(&t, "/api/v1/auth/me", &[("Host", "evil.example.com")])
        .await
        .expect_status(400);
    assert_eq!(refused.code(), "malformed_request");
    // A forwarded name does not count: anybody can send one.
    let forged = [("Host", "evil.example.com"), ("X-Forwarded-Host", "crm.example.com")];
    get(&t, "/api/v1/auth/me", &forged).await.expect_status(400);
    get(&t, "/health", &[("Host", "10.0.0.7")]).await.expect_status(200);
}

#[tokio::test]
async fn the_server_says_how_it_is() {
    let t = TestApp::start().await;
    let health = get(&t, "/health", &[]).await.expect_status(200).body;
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["checks"]["database"]["status"], "up");
    assert!(health["checks"]["database"]["latency_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(health["checks"]["redis"], json!({ "status": "off" }));
    assert!(health["version"].is_string() && health["uptime_s"].is_u64() && health["timestamp"].is_string());
    assert_eq!(
        get(&t, "/ready", &[]).await.expect_status(200).body,
        json!({ "ready": true })
    );
}

#[tokio::test]
async fn a_redis_that_is_away_degrades_and_does_not_stop_the_server() {
    let t = TestApp::with(&["--redis-url=redis://127.0.0.1:1"]).await;
    let health = get(&t, "/health", &[]).await.expect_status(200).body;
    assert_eq!(
        (&health["status"], &health["checks"]["redis"]["status"]),
        (&json!("degraded"), &json!("down"))
    );
    t.admin().await.get("/auth/me").await.expect_status(200);
}

#[tokio::test]
async fn the_numbers_are_for_this_machine_or_whoever_bears_the_token() {
    let t = TestApp::with(&["--metrics-token=a-token-for-metrics"]).await;
    let admin = t.admin().await;
    admin.get("/users?search=needle").await.expect_status(200);
    let Value::String(text) = get(&t, "/metrics", &[]).await.expect_status(200).body else {
        panic!("not text")
    };
    assert!(text.contains("balcao_http_request_seconds_count{method=\"GET\",route=\"/api/v1/users\",status=\"200\"}"));
    assert!(!text.contains("needle"));

    let away = ("X-Forwarded-For", "203.0.113.1");
    assert_eq!(
        get(&t, "/metrics", &[away]).await.expect_status(403).code(),
        "forbidden"
    );
    get(&t, "/metrics", &[away, ("Authorization", "Bearer wrong")])
        .await
        .expect_status(403);
    get(&t, "/metrics", &[away, ("Authorization", "Bearer a-token-for-metrics")])
        .await
        .expect_status(200);
}
