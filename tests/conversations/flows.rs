//! What the bot does, as people draw, publish and try it.

use serde_json::{Value, json};

use crate::support::{TestApp, User};

fn menu(next: &str) -> Value {
    json!([
        { "id": "menu", "type": "menu", "text": "Olá, {{contact.name}}", "options": [{ "key": "1", "label": "Preço", "next": next }] },
        { "id": "preco", "type": "http", "method": "GET", "url": "https://erp.test/p/{{message}}", "save_as": "preco",
          "next": "diz", "failed": "gente" },
        { "id": "diz", "type": "close", "text": "Custa {{preco.valor}}" },
        { "id": "gente", "type": "handover", "text": "Um momento" },
    ])
}

async fn simulate(by: &User, path: &str, body: Value) -> Value {
    by.post(&format!("{path}/simulate"), body).await.expect_status(200).body
}

#[actix_rt::test]
async fn a_company_has_a_flow_from_the_first_moment_and_it_works() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let flows = admin.get("/bot/flows").await.expect_status(200).body;
    assert_eq!(flows["total"], 1);
    let flow = &flows["items"][0];
    assert_eq!(
        (&flow["is_default"], &flow["version"], &flow["has_changes"]),
        (&json!(true), &json!(1), &json!(false))
    );
    let path = format!("/bot/flows/{}", flow["id"].as_str().unwrap());
    let played = simulate(&admin, &path, json!({ "messages": ["oi", "3"] })).await;
    assert_eq!(
        (played["ended"].clone(), played["handed_over"].clone()),
        (json!(true), json!(true))
    );
    assert_eq!(played["replies"][0]["options"][2]["label"], "Falar com uma pessoa");
    let refused = admin.delete(&path).await.expect_status(409);
    assert_eq!(refused.code(), "default_flow");

    // At night the same flow says something else.
    let hours = json!({ "value": { "mon": [] } });
    admin.put("/bot/config/business_hours", hours).await.expect_status(200);
    let played = simulate(&admin, &path, json!({ "messages": ["oi", "3"] })).await;
    assert!(
        played["replies"][1]["text"]
            .as_str()
            .unwrap()
            .contains("não está disponível")
    );
    let wrong = json!({ "value": { "mon": [["18:00", "08:00"]] } });
    let refused = admin.put("/bot/config/business_hours", wrong).await.expect_status(422);
    assert_eq!(refused.body["errors"][0]["field"], "value");
    let settings = admin.get("/bot/config").await.expect_status(200).body;
    assert_eq!(settings["items"][0]["key"], "business_hours");
    admin.get("/bot/config/nothing").await.expect_status(404);
}

#[actix_rt::test]
async fn a_flow_is_drawn_tried_refused_and_published() {
    let app = TestApp::start().await;
    let (admin, attendant) = (app.admin().await, app.user("attendant").await);
    let body = json!({ "name": "Preços", "start": "menu", "nodes": menu("menu2") });
    attendant.post("/bot/flows", body.clone()).await.expect_status(403);
    let made = admin.post("/bot/flows", body).await.expect_status(201).body;
    assert_eq!((&made["version"], &made["has_changes"]), (&Value::Null, &json!(true)));
    let path = format!("/bot/flows/{}", made["id"].as_str().unwrap());

    let refused = admin
        .post(&format!("{path}/publish"), json!({}))
        .await
        .expect_status(422);
    assert_eq!(refused.code(), "flow_invalid");
    let told: Vec<(&str, &str)> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(told[0], ("nodes.menu", "missing_target"));
    assert!(told.contains(&("nodes.preco", "unreachable")), "{told:?}");

    let change = json!({ "nodes": menu("preco") });
    let changed = admin.put(&path, change).await.expect_status(200).body;
    assert_eq!(changed["name"], "Preços");
    let published = admin
        .post(&format!("{path}/publish"), json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!(
        (&published["version"], &published["has_changes"]),
        (&json!(1), &json!(false))
    );
    let again = admin
        .post(&format!("{path}/publish"), json!({}))
        .await
        .expect_status(200)
        .body;
    assert_eq!(again["version"], 1, "what has not changed is no new version");

    let known = json!({ "contact.name": "Ana" });
    let body = json!({ "messages": ["oi", "preço"], "known": known, "answers": { "preco": { "valor": 7 } } });
    let played = simulate(&admin, &path, body).await;
    assert_eq!(
        played["replies"],
        json!([
            { "text": "Olá, Ana", "options": [{ "key": "1", "label": "Preço" }] },
            { "text": "Custa 7", "options": [] },
        ])
    );
    assert_eq!(
        (&played["closed"], &played["requests"][0]["url"]),
        (&json!(true), &json!("https://erp.test/p/pre%C3%A7o"))
    );
    let played = simulate(&admin, &path, json!({ "messages": ["oi", "1"] })).await;
    assert_eq!(played["handed_over"], true, "what is not answered fails");

    let stranger = app.other_tenant().await;
    stranger.get(&path).await.expect_status(404);
    stranger
        .post(&format!("{path}/publish"), json!({}))
        .await
        .expect_status(404);
    admin.put(&path, json!({ "is_default": true })).await.expect_status(200);
    let flows = admin.get("/bot/flows").await.expect_status(200).body;
    let defaults: Vec<&Value> = flows["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flow| &flow["is_default"])
        .collect();
    assert_eq!(defaults, [true, false]);
    let old = flows["items"][1]["id"].as_str().unwrap();
    admin.delete(&format!("/bot/flows/{old}")).await.expect_status(204);
}

#[actix_rt::test]
async fn who_draws_over_somebody_elses_change_is_told_and_versions_are_kept() {
    let app = TestApp::start().await;
    let (ada, bia) = (app.admin().await, app.user("supervisor").await);
    let body = json!({ "name": "Preços", "start": "menu", "nodes": menu("preco") });
    let made = ada.post("/bot/flows", body).await.expect_status(201).body;
    assert_eq!(made["updated_by"], Value::Null);
    let path = format!("/bot/flows/{}", made["id"].as_str().unwrap());
    let rename = |name: &str, seen: &Value| json!({ "name": name, "if_updated_at": seen["updated_at"] });
    let first = bia.put(&path, rename("Tabela", &made)).await.expect_status(200).body;
    assert_eq!(first["updated_by"]["id"], bia.id.as_str());
    let refused = ada.put(&path, rename("Lista", &made)).await.expect_status(409);
    assert_eq!(refused.code(), "flow_changed");
    assert_eq!(ada.get(&path).await.expect_status(200).body["name"], "Tabela");
    ada.put(&path, rename("Lista", &first)).await.expect_status(200);
    // Without a word on what it was drawn from, the last one counts.
    ada.put(&path, json!({ "name": "Tabela" })).await.expect_status(200);

    ada.post(&format!("{path}/publish"), json!({})).await.expect_status(200);
    bia.put(&path, json!({ "name": "Preços 2" })).await.expect_status(200);
    bia.post(&format!("{path}/publish"), json!({})).await.expect_status(200);
    let versions = ada.get(&format!("{path}/versions")).await.expect_status(200).body;
    let told: Vec<_> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (version["number"].clone(), version["published_by"]["id"].clone()))
        .collect();
    assert_eq!(told, [(json!(2), json!(bia.id)), (json!(1), json!(ada.id))]);
    let old = ada.get(&format!("{path}/versions/1")).await.expect_status(200).body;
    assert_eq!(old["flow"]["name"], "Tabela");
    ada.get(&format!("{path}/versions/3")).await.expect_status(404);
    let stranger = app.other_tenant().await;
    stranger.get(&format!("{path}/versions")).await.expect_status(404);
    stranger.get(&format!("{path}/versions/1")).await.expect_status(404);
}
