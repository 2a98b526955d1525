//! Colleagues: everybody sees them, administrators manage them.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{elsewhere, log_in, refresh};
use crate::support::{PASSWORD, TestApp, User};

fn somebody(full_name: &str) -> Value {
    let email = format!("{}@test.balcao.local", uuid::Uuid::new_v4().simple());
    json!({ "full_name": full_name, "email": email, "password": PASSWORD, "role": "attendant" })
}

async fn set(by: &User, whom: &User, change: Value) -> crate::support::Answer {
    by.patch(&format!("/users/{}", whom.id), change).await
}

#[tokio::test]
async fn an_admin_lets_somebody_in_who_then_signs_in() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    let mut body = somebody("  Ana Souza ");
    body["phone"] = json!("+55 (11) 98765-4321");
    let made = admin.post("/users", body.clone()).await.expect_status(201);
    assert_eq!(
        made.headers["location"],
        format!("/api/v1/users/{}", made.body["id"].as_str().unwrap())
    );
    assert_eq!(made.body["full_name"], "Ana Souza");
    assert_eq!(made.body["phone"], "+5511987654321");
    assert_eq!(made.body["is_active"], true);
    assert_eq!(made.body["last_seen_at"], Value::Null);
    assert!(made.body.get("password").is_none() && made.body.get("password_hash").is_none());

    let session = log_in(&t, body["email"].as_str().unwrap(), PASSWORD)
        .await
        .expect_status(200)
        .body;
    assert_eq!(session["user"]["role"], "attendant");
    let seen = admin
        .get(&format!("/users/{}", made.body["id"].as_str().unwrap()))
        .await
        .expect_status(200)
        .body;
    assert!(seen["last_seen_at"].is_string());
}

#[tokio::test]
async fn only_an_admin_manages_people() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    for role in ["supervisor", "attendant", "seller"] {
        let user = t.user(role).await;
        assert_eq!(
            user.post("/users", somebody("Ana")).await.expect_status(403).code(),
            "forbidden"
        );
        set(&user, &user, json!({ "role": "admin" })).await.expect_status(403);
        set(&user, &admin, json!({ "is_active": false }))
            .await
            .expect_status(403);
        user.get("/users").await.expect_status(200);
    }
    admin.post("/users", somebody("Ana")).await.expect_status(201);
}

#[tokio::test]
async fn a_role_that_is_changed_counts_at_once() {
    let t = TestApp::start().await;
    let (admin, ana) = (t.admin().await, t.user("seller").await);
    ana.post("/users", somebody("Bia")).await.expect_status(403);
    assert_eq!(
        set(&admin, &ana, json!({ "role": "admin" }))
            .await
            .expect_status(200)
            .body["role"],
        "admin"
    );
    ana.post("/users", somebody("Bia")).await.expect_status(201);
    set(&admin, &ana, json!({ "role": "supervisor" }))
        .await
        .expect_status(200);
    ana.post("/users", somebody("Bia")).await.expect_status(403);
    let me = ana.get("/auth/me").await.expect_status(200).body;
    assert_eq!(me["role"], "supervisor");
    assert_eq!(
        me["permissions"],
        json!([
            "boards.read",
            "boards.manage",
            "leads.write",
            "chat.use",
            "chat.manage",
            "conversations.use",
            "conversations.all",
            "conversations.manage",
            "bot.manage",
            "companies.read",
            "companies.write",
            "companies.manage",
            "contacts.read",
            "contacts.write",
            "contacts.manage",
            "dashboard.read",
            "users.read"
        ])
    );
}

#[tokio::test]
async fn somebody_who_is_deactivated_is_out_at_once_everywhere() {
    let t = TestApp::start().await;
    let (admin, ana) = (t.admin().await, t.user("seller").await);
    let phone = elsewhere(&t, &ana).await;
    ana.get("/auth/me").await.expect_status(200);
    phone.get("/auth/me").await.expect_status(200);

    set(&admin, &ana, json!({ "is_active": false }))
        .await
        .expect_status(200);
    ana.get("/auth/me").await.expect_status(401);
    phone.get("/auth/me").await.expect_status(401);
    refresh(&t, &ana.refresh_token).await.expect_status(401);
    assert_eq!(
        log_in(&t, &ana.email, PASSWORD).await.expect_status(401).code(),
        "invalid_credentials"
    );

    // Back again, but not in the old logins.
    set(&admin, &ana, json!({ "is_active": true })).await.expect_status(200);
    ana.get("/auth/me").await.expect_status(401);
    log_in(&t, &ana.email, PASSWORD).await.expect_status(200);
}

#[tokio::test]
async fn a_company_keeps_an_administrator() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    for change in [json!({ "is_active": false }), json!({ "role": "seller" })] {
        assert_eq!(
            set(&admin, &admin, change).await.expect_status(409).code(),
            "last_admin"
        );
    }
    let second = t.user("admin").await;
    set(&admin, &admin, json!({ "is_active": false }))
        .await
        .expect_status(200);
    set(&second, &second, json!({ "role": "seller" }))
        .await
        .expect_status(409);
}

#[tokio::test]
async fn of_two_admins_who_remove_each_other_at_once_one_stays() {
    let t = TestApp::start().await;
    for _ in 0..5 {
        let ada = t.other_tenant().await;
        let bea = crate::support::add_user(&ada, "admin").await;
        let (one, other) = tokio::join!(
            set(&ada, &bea, json!({ "role": "seller" })),
            set(&bea, &ada, json!({ "role": "seller" })),
        );
        assert!([one.status, other.status].contains(&200));
        let admins = ada
            .get("/users?role=admin&is_active=true")
            .await
            .expect_status(200)
            .body;
        assert_eq!(admins["total"], 1);
    }
}

#[tokio::test]
async fn nobody_is_made_an_operator_of_the_installation() {
    let t = TestApp::start().await;
    let (admin, ana) = (t.admin().await, t.user("seller").await);
    let mut body = somebody("Ana");
    body["role"] = json!("super_admin");
    let refused = admin.post("/users", body).await.expect_status(422);
    assert_eq!(refused.body["errors"][0]["field"], "role");
    set(&admin, &ana, json!({ "role": "super_admin" }))
        .await
        .expect_status(422);
    set(&admin, &ana, json!({ "role": "emperor" })).await.expect_status(422);
}

#[tokio::test]
async fn the_same_key_lets_somebody_in_once_however_often_it_is_sent() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    let (body, key) = (somebody("Ana"), uuid::Uuid::new_v4().to_string());
    let send = |body: Value| admin.send(Method::POST, "/users", Some(body), Some(&key));

    let answers = join_all((0..5).map(|_| send(body.clone()))).await;
    let first = &answers[0];
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &first.body));
    }
    let found = admin
        .get(&format!("/users?search={}", body["email"].as_str().unwrap()))
        .await
        .body;
    assert_eq!(found["total"], 1);

    for field in ["full_name", "password"] {
        let mut other = body.clone();
        other[field] = json!("something else");
        assert_eq!(
            send(other).await.expect_status(422).code(),
            "idempotency_key_reused",
            "{field}"
        );
    }
    // Somebody else's equal key is another key; and a refused write leaves its key free.
    let bea = t.user("admin").await;
    let refused = bea
        .send(Method::POST, "/users", Some(body.clone()), Some(&key))
        .await
        .expect_status(409);
    assert_eq!(refused.code(), "email_taken");
    bea.send(Method::POST, "/users", Some(somebody("Bia")), Some(&key))
        .await
        .expect_status(201);
    let bad = admin
        .send(Method::POST, "/users", Some(somebody("Cid")), Some("not-a-uuid"))
        .await
        .expect_status(400);
    assert_eq!(bad.code(), "malformed_request");
}

#[tokio::test]
async fn people_are_listed_in_pages_sorted_searched_and_filtered() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    for name in ["Carla 100%", "Bento_x", "Aldo"] {
        admin.post("/users", somebody(name)).await.expect_status(201);
    }
    let names = async |query: &str| -> Vec<String> {
        let list = admin.get(&format!("/users?{query}")).await.expect_status(200).body;
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["full_name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("").await, ["Ada Admin", "Aldo", "Bento_x", "Carla 100%"]);
    assert_eq!(names("sort=-full_name&per_page=2").await, ["Carla 100%", "Bento_x"]);
    assert_eq!(names("sort=-full_name&per_page=2&page=2").await, ["Aldo", "Ada Admin"]);
    assert_eq!(
        names("role=attendant&sort=full_name").await,
        ["Aldo", "Bento_x", "Carla 100%"]
    );
    assert_eq!(names("search=100%25").await, ["Carla 100%"]);
    assert_eq!(names("search=_").await, ["Bento_x"]);
    assert_eq!(names("search=aLDo").await, ["Aldo"]);
    assert_eq!(names("is_active=false").await, Vec::<String>::new());
    for sort in [
        "email",
        "-email",
        "role",
        "-role",
        "created_at",
        "-created_at",
        "last_seen_at",
        "-last_seen_at",
    ] {
        assert_eq!(names(&format!("sort={sort}")).await.len(), 4, "{sort}");
    }

    let list = admin.get("/users?per_page=3").await.body;
    assert_eq!(
        (&list["total"], &list["page"], &list["per_page"]),
        (&json!(4), &json!(1), &json!(3))
    );
    for query in [
        "page=0",
        "per_page=101",
        "sort=password_hash",
        "page=x",
        "role=emperor",
        "is_active=2",
        "search=%00",
    ] {
        assert_eq!(
            admin.get(&format!("/users?{query}")).await.expect_status(422).code(),
            "invalid",
            "{query}"
        );
    }
}

#[tokio::test]
async fn everybody_changes_their_own_profile() {
    let t = TestApp::start().await;
    let ana = t.user("seller").await;
    let body = json!({ "full_name": "Ana Maria", "phone": "11 98765-4321", "language": "pt-BR", "theme": "dark" });
    let me = ana.patch("/auth/me", body).await.expect_status(200).body;
    assert_eq!(me["full_name"], "Ana Maria");
    assert_eq!(me["phone"], "11987654321");
    let me = ana
        .patch("/auth/me", json!({ "phone": null, "theme": null }))
        .await
        .expect_status(200)
        .body;
    assert_eq!((&me["phone"], &me["theme"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&me["full_name"], &me["language"]),
        (&json!("Ana Maria"), &json!("pt-BR"))
    );
    assert_eq!(ana.get("/auth/me").await.expect_status(200).body, me);
    for wrong in [
        json!({ "language": "xx" }),
        json!({ "full_name": "" }),
        json!({ "phone": "call me" }),
    ] {
        ana.patch("/auth/me", wrong).await.expect_status(422);
    }
    // Whoever is nobody's administrator does not become one by asking.
    ana.patch("/auth/me", json!({ "role": "admin" }))
        .await
        .expect_status(200);
    assert_eq!(ana.get("/auth/me").await.body["role"], "seller");
}

#[tokio::test]
async fn text_stays_text() {
    let t = TestApp::start().await;
    let admin = t.admin().await;
    for name in [
        "Robert'); DROP TABLE users;--",
        "<script>alert(1)</script>",
        "💥 ' \" \\ % _ {}",
        "../../etc/passwd",
    ] {
        let made = admin.post("/users", somebody(name)).await.expect_status(201).body;
        assert_eq!(made["full_name"], name);
        let query = [("search", name)];
        let url = reqwest::Url::parse_with_params("http://x/users", query).unwrap();
        let found = admin
            .get(&format!("/users?{}", url.query().unwrap()))
            .await
            .expect_status(200)
            .body;
        assert_eq!(found["items"][0]["full_name"], name);
    }
    for name in ["nul\0", "line\nbreak", "\u{7}", &"x".repeat(201)] {
        admin.post("/users", somebody(name)).await.expect_status(422);
    }
}
