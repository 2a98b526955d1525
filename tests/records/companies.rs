//! Companies, as people use them.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::boards::{detail, path, text, wrong};
use crate::support::{Answer, TestApp, User};

async fn company(user: &User, body: Value) -> Value {
    user.post("/companies", body).await.expect_status(201).body
}

/// The names of a list's companies, in order.
fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    let items = answer.body["items"].as_array().unwrap();
    items.iter().map(|item| text(&item["name"])).collect()
}

#[actix_rt::test]
async fn a_company_is_made_read_changed_and_deleted_with_all_its_fields() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let whole = json!({
        "name": "Padaria Pão & Cia", "legal_name": "Padaria Pão Ltda", "cnpj": "12.ABC.345/01DE-35",
        "email": "Contato@Padaria.com.br", "phone": "(11) 3456-7890", "website": "padaria.com.br", "industry": "Alimentos",
        "size": "small", "address": "Rua A, 1\nSão Paulo", "notes": "Compra às terças", "owner_id": vera.id,
    });
    let answer = vera.post("/companies", whole.clone()).await.expect_status(201);
    let made = answer.body;
    assert_eq!(
        answer.headers["location"],
        format!("/api/v1{}", path("companies", &made))
    );
    for (field, value) in [
        ("cnpj", json!("12ABC34501DE35")),
        ("email", json!("contato@padaria.com.br")),
        ("phone", json!("1134567890")),
        ("website", json!("https://padaria.com.br")),
        ("created_by", json!(vera.id)),
        ("lead_count", json!(0)),
        ("open_value", json!("0.00")),
        ("duplicates", json!([])),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let company = path("companies", &made);
    let read = vera.get(&company).await.expect_status(200).body;
    let mut bare = made.clone();
    bare.as_object_mut().unwrap().remove("duplicates");
    assert_eq!(read, bare);

    // What was read may be sent back whole: it changes nothing.
    assert_eq!(vera.put(&company, made).await.expect_status(200).body, read);
    let change = json!({ "size": "large", "notes": null });
    let changed = ada.patch(&company, change).await.expect_status(200).body;
    assert_eq!((&changed["size"], &changed["notes"]), (&json!("large"), &Value::Null));
    assert_eq!(changed["legal_name"], "Padaria Pão Ltda");
    assert_eq!(vera.get(&company).await.body, changed);

    let activities = vera.get(&format!("{company}/activities")).await.expect_status(200).body;
    assert_eq!(activities["total"], 2);
    let last = &activities["items"][0];
    assert_eq!(
        (&last["action"], &last["by"]["id"]),
        (&json!("company.updated"), &json!(ada.id))
    );
    let change = |field: &str, from: Value, to: Value| json!({ "field": field, "from": from, "to": to });
    assert_eq!(
        last["changes"],
        json!([
            change("notes", json!("Compra às terças"), Value::Null),
            change("size", json!("small"), json!("large")),
        ])
    );

    assert_eq!(
        vera.delete(&company).await.expect_status(403).code(),
        "forbidden",
        "only who manages companies deletes them"
    );
    ada.delete(&company).await.expect_status(204);
    for answer in [
        vera.get(&company).await,
        vera.put(&company, json!({ "name": "N" })).await,
        ada.delete(&company).await,
        vera.get(&format!("{company}/leads")).await,
        vera.get(&format!("{company}/orphans")).await,
    ] {
        assert_eq!(answer.expect_status(404).code(), "not_found");
    }
}

#[actix_rt::test]
async fn what_is_wrong_with_a_company_is_told_field_by_field() {
    let app = TestApp::start().await;
    let (ada, retired) = (app.admin().await, app.user("seller").await);
    ada.patch(&format!("/users/{}", retired.id), json!({ "is_active": false }))
        .await
        .expect_status(200);
    let body =
        json!({ "cnpj": "11222333000182", "email": "nobody", "phone": "1", "website": "ftp://x.y", "size": "huge" });
    let answer = ada.post("/companies", body).await.expect_status(422);
    let mut found = wrong(&answer);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("cnpj", "invalid"),
            ("email", "invalid"),
            ("name", "required"),
            ("phone", "invalid"),
            ("size", "invalid"),
            ("website", "invalid"),
        ]
    );
    let owned = json!({ "name": "N", "owner_id": retired.id });
    assert_eq!(
        wrong(&ada.post("/companies", owned).await.expect_status(422)),
        [("owner_id", "not_found")]
    );
    for (field, wrong_sort) in [("sort", "cnpj"), ("per_page", "101")] {
        ada.get(&format!("/companies?{field}={wrong_sort}"))
            .await
            .expect_status(422);
    }
    ada.post("/companies", json!([])).await.expect_status(400);
}

#[actix_rt::test]
async fn companies_are_found_whatever_the_accents_and_listed_in_pages() {
    let app = TestApp::start().await;
    let (ada, bia) = (app.admin().await, app.user("attendant").await);
    for body in [
        json!({ "name": "Água Viva", "industry": "Bebidas", "size": "enterprise", "email": "oi@aguaviva.com.br" }),
        json!({ "name": "acougue São João", "legal_name": "João & Filhos S/A", "industry": "Alimentos", "size": "startup" }),
        json!({ "name": "Zebra 100%", "cnpj": "11.222.333/0001-81", "size": "medium", "owner_id": ada.id }),
    ] {
        company(&bia, body).await;
    }
    let find = async |query: &str| bia.get(&format!("/companies?{query}")).await;
    // Sorted by the letters, not by their accents or case.
    assert_eq!(names(&find("").await), ["acougue São João", "Água Viva", "Zebra 100%"]);
    assert_eq!(names(&find("sort=-name&per_page=2").await), ["Zebra 100%", "Água Viva"]);
    assert_eq!(names(&find("sort=-name&per_page=2&page=2").await), ["acougue São João"]);
    assert_eq!(
        names(&find("sort=size").await),
        ["acougue São João", "Zebra 100%", "Água Viva"]
    );
    for (query, found) in [
        ("search=agua", vec!["Água Viva"]),
        ("search=AÇOUGUE%20sao", vec!["acougue São João"]),
        ("search=filhos", vec!["acougue São João"]),
        ("search=aguaviva.com", vec!["Água Viva"]),
        ("search=22.333/0001", vec!["Zebra 100%"]),
        ("search=11222333", vec!["Zebra 100%"]),
        ("search=100%25", vec!["Zebra 100%"]),
        ("search=_", vec![]),
        ("industry=Bebidas", vec!["Água Viva"]),
        ("size=startup", vec!["acougue São João"]),
        ("cnpj=11.222.333/0001-81", vec!["Zebra 100%"]),
        ("cnpj=what", vec![]),
        ("search=a&size=enterprise", vec!["Água Viva"]),
        ("industry=&size=", vec!["acougue São João", "Água Viva", "Zebra 100%"]),
    ] {
        assert_eq!(names(&find(query).await), found, "{query}");
    }
    assert_eq!(names(&find(&format!("owner_id={}", ada.id)).await), ["Zebra 100%"]);
    let stranger = app.other_tenant().await;
    assert_eq!(stranger.get("/companies?search=agua").await.body["total"], 0);
}

#[actix_rt::test]
async fn a_company_that_looks_like_another_is_taken_and_the_likeness_told() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let first = company(
        &ada,
        json!({ "name": "Padaria Pão Ltda.", "cnpj": "11222333000181", "email": "oi@pao.com.br", "phone": "11 3456-7890" }),
    )
    .await;
    let second = company(&ada, json!({ "name": "PADARIA PAO", "cnpj": "11.222.333/0001-81" })).await;
    let alike = |company: &Value, matches: Value| json!({ "id": company["id"], "name": company["name"], "cnpj": company["cnpj"], "matches": matches });
    assert_eq!(second["duplicates"], json!([alike(&first, json!(["cnpj", "name"]))]));

    let ask = async |query: &str| {
        let answer = ada.get(&format!("/companies/duplicates?{query}")).await;
        answer.expect_status(200).body["items"].clone()
    };
    // While it is being typed: what is not valid yet betrays nothing.
    assert_eq!(ask("name=&cnpj=11222&email=oi@").await, json!([]));
    assert_eq!(
        ask("email=OI@pao.com.br").await,
        json!([alike(&first, json!(["email"]))])
    );
    assert_eq!(
        ask("phone=(11)3456-7890").await,
        json!([alike(&first, json!(["phone"]))])
    );
    let others = ask(&format!(
        "name=padaria%20p%C3%A3o%20-%20ME&except={}",
        text(&first["id"])
    ))
    .await;
    assert_eq!(others, json!([alike(&second, json!(["name"]))]));
    let stranger = app.other_tenant().await;
    let theirs = company(&stranger, json!({ "name": "Padaria Pão" })).await;
    assert_eq!(
        theirs["duplicates"],
        json!([]),
        "other tenants are none of our business"
    );
}

#[actix_rt::test]
async fn a_write_repeated_under_its_key_is_done_once() {
    let app = TestApp::start().await;
    let ada = app.admin().await;
    let keys: Vec<String> = (0..3)
        .map(|index| format!("0193e0a0-0000-7000-8000-{index:012}"))
        .collect();
    let twice = async |method: Method, path: &str, body: Option<Value>, key: &str| {
        let first = ada.send(method.clone(), path, body.clone(), Some(key)).await;
        let second = ada.send(method, path, body, Some(key)).await;
        assert_eq!((first.status, &first.body), (second.status, &second.body), "{path}");
        first
    };
    let made = twice(Method::POST, "/companies", Some(json!({ "name": "Uma" })), &keys[0]).await;
    let company = path("companies", &made.expect_status(201).body);
    assert_eq!(ada.get("/companies").await.body["total"], 1);
    twice(Method::PUT, &company, Some(json!({ "name": "Outra" })), &keys[1])
        .await
        .expect_status(200);
    assert_eq!(ada.get(&format!("{company}/activities")).await.body["total"], 2);
    twice(Method::DELETE, &company, None, &keys[2]).await.expect_status(204);
    let reused = ada.send(
        Method::POST,
        "/companies",
        Some(json!({ "name": "Duas" })),
        Some(&keys[0]),
    );
    assert_eq!(reused.await.expect_status(422).code(), "idempotency_key_reused");
}

#[actix_rt::test]
async fn who_looks_at_companies_hears_of_each_change_and_nobody_elsewhere() {
    let app = TestApp::start().await;
    let (ada, vera, stranger) = (app.admin().await, app.user("seller").await, app.other_tenant().await);
    let mut sockets = Vec::new();
    for user in [&vera, &stranger] {
        let mut socket = user.socket().await;
        assert_eq!(socket.subscribe("companies").await["ok"], true);
        sockets.push(socket);
    }
    let [mut seller, mut elsewhere] = <[_; 2]>::try_from(sockets).ok().unwrap();
    let made = company(&ada, json!({ "name": "Uma" })).await;
    let company_path = path("companies", &made);
    ada.patch(&company_path, json!({ "size": "small" }))
        .await
        .expect_status(200);
    ada.delete(&company_path).await.expect_status(204);
    for _ in 0..3 {
        let hint = seller.wait_for(|frame| frame["type"] == "company.changed").await;
        assert_eq!(
            (&hint["topic"], &hint["data"]["id"]),
            (&json!("companies"), &made["id"])
        );
    }
    // The first that the other tenant hears of is its own.
    let theirs = company(&stranger, json!({ "name": "Deles" })).await;
    let hint = elsewhere.wait_for(|frame| frame["type"] == "company.changed").await;
    assert_eq!(hint["data"]["id"], theirs["id"]);
}

#[actix_rt::test]
async fn a_company_that_is_called_otherwise_is_so_on_its_leads_unless_people_wrote_something_else() {
    let app = TestApp::alone(&[]).await;
    let vera = app.user("seller").await;
    let board = app.admin().await.board().await;
    let made = company(&vera, json!({ "name": "Aurora" })).await;
    for (title, name) in [("A", "Aurora"), ("B", "Loja da Ana")] {
        let body = json!({ "board_id": board["id"], "title": title, "company_id": made["id"], "company": name });
        vera.post("/leads", body).await.expect_status(201);
    }
    let topic = format!("board:{}", text(&board["id"]));
    let mut follower = vera.socket().await;
    follower.subscribe(&topic).await;
    vera.patch(&path("companies", &made), json!({ "name": "Casa Aurora" }))
        .await
        .expect_status(200);
    let event = follower.next_event().await;
    assert_eq!(
        (&event["type"], &event["data"]["title"], &event["data"]["company"]),
        (&json!("lead.updated"), &json!("A"), &json!("Casa Aurora"))
    );
    let snapshot = follower.subscribe(&topic).await["snapshot"].clone();
    assert_eq!(snapshot, detail(&vera, &board).await, "memory and rows agree");
    assert!(snapshot["leads"].to_string().contains("Loja da Ana"));
    let data = json!({ "company_id": made["id"], "from": "Casa Aurora", "to": "Outra" });
    let refused = follower.command(&topic, "rename_company", data).await;
    assert_eq!(refused["error"]["code"], "forbidden");
}

/// A company's leads, on an open board and on an archived one.
#[actix_rt::test]
async fn leads_of_a_deleted_company_stay_and_keep_its_name_before_everybodys_eyes() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let made = company(&vera, json!({ "name": "Aurora" })).await;
    let (open, archived) = (ada.board().await, ada.board().await);
    let lead = async |board: &Value, title: &str, company: Option<&str>| {
        let body = json!({ "board_id": board["id"], "title": title, "company_id": made["id"], "company": company, "value": "10.50" });
        vera.post("/leads", body).await.expect_status(201).body
    };
    let (first, second, old) = (
        lead(&open, "A", None).await,
        lead(&open, "B", Some("Loja Aurora")).await,
        lead(&archived, "C", None).await,
    );
    let won = json!({ "stage_id": open["stages"][4]["id"], "position": 0 });
    vera.post(&format!("{}/move", path("leads", &second)), won)
        .await
        .expect_status(200);
    ada.put(&path("boards", &archived), json!({ "archived": true }))
        .await
        .expect_status(200);

    let company = path("companies", &made);
    let leads = vera
        .get(&format!("{company}/leads?sort=title"))
        .await
        .expect_status(200);
    assert_eq!(leads.body["total"], 3);
    assert_eq!(leads.body["items"][0]["id"], first["id"]);
    let orphans = vera.get(&format!("{company}/orphans")).await.expect_status(200).body;
    assert_eq!(
        (
            &orphans["lead_count"],
            &orphans["open_lead_count"],
            &orphans["open_value"]
        ),
        (&json!(3), &json!(2), &json!("21.00"))
    );
    let mut counts: Vec<_> = orphans["boards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|board| &board["lead_count"])
        .collect();
    counts.sort_by_key(|count| count.as_i64());
    assert_eq!(counts, [1, 2]);

    let mut follower = vera.socket().await;
    follower.subscribe(&format!("board:{}", text(&open["id"]))).await;
    ada.delete(&company).await.expect_status(204);
    for (lead, name) in [(&first, "Aurora"), (&second, "Loja Aurora")] {
        let event = follower.next_event().await;
        assert_eq!(event["type"], "lead.updated");
        assert_eq!(event["by"]["id"], json!(ada.id));
        assert_eq!(event["data"]["id"], lead["id"]);
        assert_eq!(
            (&event["data"]["company_id"], &event["data"]["company"]),
            (&Value::Null, &json!(name))
        );
    }
    for board in [&open, &archived] {
        let mut socket = ada.socket().await;
        let seen = socket.subscribe(&format!("board:{}", text(&board["id"]))).await;
        assert_eq!(seen["snapshot"], detail(&ada, board).await, "memory and rows agree");
    }
    let old = vera.get(&path("leads", &old)).await.expect_status(200).body;
    assert_eq!((&old["company_id"], &old["company"]), (&Value::Null, &json!("Aurora")));
}

#[actix_rt::test]
async fn no_lead_is_left_with_a_company_that_was_deleted_while_it_was_given_to_it() {
    let app = TestApp::start().await;
    let (ada, vera) = (app.admin().await, app.user("seller").await);
    let boards = [ada.board().await, ada.board().await];
    for round in 0..4 {
        let made = company(&ada, json!({ "name": format!("Nº {round}") })).await;
        let leads = (0..24).map(|index| {
            let board = &boards[index % 2]["id"];
            let body = json!({ "board_id": board, "title": format!("L{index}"), "company_id": made["id"] });
            let vera = &vera;
            async move { vera.post("/leads", body).await }
        });
        let company = path("companies", &made);
        let (deleted, answers) = tokio::join!(ada.delete(&company), join_all(leads));
        deleted.expect_status(204);
        for answer in answers {
            match answer.status {
                201 => {}
                422 => assert_eq!(wrong(&answer), [("company_id", "not_found")]),
                // The company went after the board had looked: tried again, it hears so.
                _ => assert_eq!(answer.expect_status(503).code(), "unavailable"),
            }
        }
    }
    for board in &boards {
        let mut socket = ada.socket().await;
        let seen = socket.subscribe(&format!("board:{}", text(&board["id"]))).await["snapshot"].clone();
        assert_eq!(seen, detail(&ada, board).await, "memory and rows agree");
        for lead in seen["leads"].as_array().unwrap() {
            assert_eq!(lead["company_id"], Value::Null, "{lead:#}");
        }
    }
}
