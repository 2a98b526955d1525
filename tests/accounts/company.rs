//! A company registers, and is alone with its people.

use serde_json::{Value, json};

use super::post;
use crate::support::{PASSWORD, TestApp};

fn registration(name: &str) -> Value {
    let email = format!("{}@test.balcao.local", uuid::Uuid::new_v4().simple());
    json!({ "tenant_name": name, "full_name": "Ada Admin", "email": email, "password": PASSWORD })
}

#[tokio::test]
async fn whoever_registers_is_the_admin_of_a_new_company() {
    let t = TestApp::start().await;
    let session = post(&t, "/auth/register", &registration("Padaria São João"))
        .await
        .expect_status(201)
        .body;
    assert_eq!(session["user"]["role"], "admin");
    assert_eq!(session["user"]["avatar_url"], Value::Null);
    assert_eq!(session["user"]["tenant"]["name"], "Padaria São João");
    assert!(
        session["user"]["tenant"]["slug"]
            .as_str()
            .unwrap()
            .starts_with("padaria-sao-joao")
    );
    assert!(session["accessToken"].is_string() && session["refreshToken"].is_string());
}

#[tokio::test]
async fn companies_of_one_name_have_slugs_of_their_own() {
    let t = TestApp::start().await;
    let name = format!("Gêmeas {}", uuid::Uuid::new_v4().simple());
    let mut slugs = std::collections::HashSet::new();
    for _ in 0..12 {
        let session = post(&t, "/auth/register", &registration(&name))
            .await
            .expect_status(201)
            .body;
        assert!(slugs.insert(session["user"]["tenant"]["slug"].as_str().unwrap().to_owned()));
    }
}

#[tokio::test]
async fn an_address_belongs_to_one_account_of_the_whole_installation() {
    let t = TestApp::start().await;
    let first = registration("Uma");
    post(&t, "/auth/register", &first).await.expect_status(201);
    let mut second = registration("Outra");
    second["email"] = json!(first["email"].as_str().unwrap().to_uppercase());
    assert_eq!(
        post(&t, "/auth/register", &second).await.expect_status(409).code(),
        "email_taken"
    );

    let mut colleague = json!({ "full_name": "Ana", "password": PASSWORD, "role": "seller" });
    colleague["email"] = first["email"].clone();
    assert_eq!(
        t.admin()
            .await
            .post("/users", colleague)
            .await
            .expect_status(409)
            .code(),
        "email_taken"
    );
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named() {
    let t = TestApp::start().await;
    let body = json!({ "tenant_name": " ", "full_name": "", "email": "nowhere", "password": "short" });
    let refused = post(&t, "/auth/register", &body).await.expect_status(422);
    assert_eq!(refused.code(), "invalid");
    let fields: Vec<_> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].clone())
        .collect();
    assert_eq!(fields, ["tenant_name", "full_name", "email", "password"]);

    let missing = post(&t, "/auth/register", &json!({})).await.expect_status(422);
    assert_eq!(missing.body["errors"][0]["code"], "required");
}

#[tokio::test]
async fn registration_can_be_closed() {
    let t = TestApp::with(&["--allow-registration=false"]).await;
    let refused = post(&t, "/auth/register", &registration("Tarde demais"))
        .await
        .expect_status(403);
    assert_eq!(refused.code(), "registration_closed");
}

#[tokio::test]
async fn nobody_sees_or_changes_the_people_of_another_company() {
    let t = TestApp::start().await;
    let (ours, theirs) = (t.admin().await, t.other_tenant().await);
    let path = format!("/users/{}", theirs.id);

    theirs.get(&path).await.expect_status(200);
    assert_eq!(ours.get(&path).await.expect_status(404).code(), "not_found");
    ours.patch(&path, json!({ "is_active": false }))
        .await
        .expect_status(404);
    theirs.get("/auth/me").await.expect_status(200);

    let listed = ours.get("/users?per_page=100").await.expect_status(200).body;
    assert!(
        listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|user| user["id"] != json!(theirs.id))
    );
    let found = ours
        .get(&format!("/users?search={}", theirs.email))
        .await
        .expect_status(200)
        .body;
    assert_eq!(found["total"], 0);
}
