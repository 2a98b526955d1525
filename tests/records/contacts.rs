//! Contacts, what they bought, and files of both.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::boards::{detail, path, text, wrong};
use crate::support::{Answer, TestApp, User, until};

async fn made(user: &User, collection: &str, body: Value) -> Value {
    user.post(collection, body).await.expect_status(201).body
}

async fn upload(user: &User, t: &TestApp, file: &str, mapping: Option<Value>) -> Answer {
    let part = reqwest::multipart::Part::bytes(file.as_bytes().to_vec()).file_name("clientes.csv");
    let mut form = reqwest::multipart::Form::new().part("file", part);
    if let Some(mapping) = mapping {
        form = form.text("mapping", mapping.to_string());
    }
    let request = t.client().post(format!("{}/api/v1/contacts/import", t.url));
    Answer::of(request.bearer_auth(&user.token).multipart(form).send().await.unwrap()).await
}

async fn import(user: &User, t: &TestApp, file: &str) -> Value {
    let accepted = upload(user, t, file, None).await.expect_status(202).body;
    let job = format!("/imports/{}", text(&accepted["job_id"]));
    until("the file was read", async || {
        user.get(&job).await.expect_status(200).body["finished_at"].is_string()
    })
    .await;
    user.get(&job).await.body
}

#[actix_rt::test]
async fn a_contact_is_made_found_changed_and_its_number_is_its_own() {
    let t = TestApp::start().await;
    let (ada, vera) = (t.admin().await, t.user("seller").await);
    let marta = made(
        &vera,
        "/contacts",
        json!({
            "name": "Márta Reis", "phone": "(11) 8888-7777", "email": "Marta@Exemplo.com.br", "region": "Zona Sul",
            "tags": ["vip"], "owner_id": vera.id, "notes": "Prefere manhã", "custom": { "obra": "casa" },
        }),
    )
    .await;
    assert_eq!(
        (&marta["phone"], &marta["email"]),
        (&json!("+5511988887777"), &json!("marta@exemplo.com.br"))
    );
    assert_eq!(
        (&marta["last_purchase_at"], &marta["total_spent"], &marta["order_count"]),
        (&Value::Null, &json!("0.00"), &json!(0))
    );
    let marta_path = path("contacts", &marta);
    assert_eq!(vera.get(&marta_path).await.expect_status(200).body, marta);

    // However the number is written, it is hers.
    let twice = vera
        .post("/contacts", json!({ "name": "Outra", "phone": "+55 11 98888 7777" }))
        .await;
    assert_eq!(twice.expect_status(409).code(), "phone_taken");
    let rui = made(&vera, "/contacts", json!({ "name": "Rui" })).await;
    let taken = vera
        .patch(&path("contacts", &rui), json!({ "phone": "11 98888-7777" }))
        .await;
    assert_eq!(taken.expect_status(409).code(), "phone_taken");
    let nobody = vera
        .post("/contacts", json!({ "phone": "123", "owner_id": uuid::Uuid::new_v4() }))
        .await;
    assert_eq!(
        wrong(&nobody.expect_status(422)),
        [("name", "required"), ("phone", "invalid")]
    );
    let owned = json!({ "name": "N", "owner_id": uuid::Uuid::new_v4(), "company_id": uuid::Uuid::new_v4() });
    assert_eq!(
        wrong(&vera.post("/contacts", owned).await.expect_status(422)),
        [("owner_id", "not_found"), ("company_id", "not_found")]
    );

    for (query, found) in [
        ("search=marta", 1),
        ("search=(11)%2098888-77", 1),
        ("search=zona", 1),
        ("tag=vip&region=Zona%20Sul", 1),
        ("phone=1188887777", 1),
        ("has_purchases=true", 0),
        ("sort=-last_purchase_at", 2),
        ("search=nobody", 0),
    ] {
        let page = vera.get(&format!("/contacts?{query}")).await.expect_status(200).body;
        assert_eq!(page["total"], found, "{query}");
    }
    let changed = vera
        .put(&marta_path, json!({ "tags": null, "notes": null }))
        .await
        .expect_status(200)
        .body;
    assert_eq!((&changed["tags"], &changed["notes"]), (&json!([]), &Value::Null));
    assert_eq!(changed["custom"], json!({ "obra": "casa" }));

    vera.delete(&marta_path).await.expect_status(403);
    ada.delete(&marta_path).await.expect_status(204);
    ada.get(&marta_path).await.expect_status(404);
    let stranger = t.other_tenant().await;
    stranger.get(&path("contacts", &rui)).await.expect_status(404);
}

#[actix_rt::test]
async fn what_a_contact_bought_adds_up_whoever_writes_at_the_same_time() {
    let t = TestApp::start().await;
    let (ada, vera) = (t.admin().await, t.user("seller").await);
    let marta = made(&vera, "/contacts", json!({ "name": "Marta" })).await;
    let cement = made(
        &ada,
        "/products",
        json!({ "name": "Cimento", "sku": "C-1", "price": "39.90" }),
    )
    .await;
    assert_eq!(
        ada.post("/products", json!({ "name": "Outro", "sku": "C-1" }))
            .await
            .expect_status(409)
            .code(),
        "sku_taken"
    );
    let order = |day: u32| {
        json!({
            "contact_id": marta["id"], "product_id": cement["id"], "value": "10.50", "ordered_at": format!("2026-09-{day:02}"),
        })
    };
    let orders = join_all((1..=20).map(|day| made(&vera, "/orders", order(day)))).await;
    let bought = async || vera.get(&path("contacts", &marta)).await.expect_status(200).body;
    let now = bought().await;
    assert_eq!(
        (&now["total_spent"], &now["order_count"]),
        (&json!("210.00"), &json!(20))
    );
    assert!(text(&now["last_purchase_at"]).starts_with("2026-09-20"));

    // The latest ones go while another comes.
    let latest = orders.iter().filter(|order| text(&order["ordered_at"]) > "2026-09-16");
    let gone = join_all(latest.map(|order| {
        let order = path("orders", order);
        let vera = &vera;
        async move { vera.delete(&order).await.expect_status(204) }
    }));
    tokio::join!(gone, made(&vera, "/orders", order(10)));
    let now = bought().await;
    assert_eq!(
        (&now["total_spent"], &now["order_count"]),
        (&json!("168.00"), &json!(16))
    );
    assert!(text(&now["last_purchase_at"]).starts_with("2026-09-15"), "{now:#}");

    let first = path("orders", &orders[0]);
    vera.patch(&first, json!({ "value": "110.50", "ordered_at": "2026-10-01" }))
        .await
        .expect_status(200);
    let now = bought().await;
    assert_eq!(now["total_spent"], "268.00");
    assert!(text(&now["last_purchase_at"]).starts_with("2026-10-01"));
    let of_marta = vera
        .get(&format!("/orders?contact_id={}", text(&marta["id"])))
        .await
        .expect_status(200)
        .body;
    assert_eq!(of_marta["total"], 16);
    let unknown = json!({ "contact_id": uuid::Uuid::new_v4(), "value": "1" });
    assert_eq!(
        wrong(&vera.post("/orders", unknown).await.expect_status(422)),
        [("contact_id", "not_found")]
    );
}

#[actix_rt::test]
async fn a_contact_that_goes_is_taken_off_its_leads_by_their_boards() {
    let t = TestApp::start().await;
    let ada = t.admin().await;
    let (board, marta) = (
        ada.board().await,
        made(&ada, "/contacts", json!({ "name": "Marta", "tags": ["vip"] })).await,
    );
    let twin = made(
        &ada,
        "/contacts",
        json!({ "name": "Marta R.", "phone": "11988887777", "tags": ["obra"] }),
    )
    .await;
    let lead = |contact: &Value| json!({ "board_id": board["id"], "title": "Casa", "contact_id": contact["id"] });
    made(&ada, "/leads", lead(&marta)).await;
    made(&ada, "/leads", lead(&twin)).await;
    made(
        &ada,
        "/orders",
        json!({ "contact_id": twin["id"], "value": "5", "ordered_at": "2026-10-01" }),
    )
    .await;
    let theirs = async |contact: &Value| {
        let list = ada.get(&format!("/leads?contact_id={}", text(&contact["id"]))).await;
        list.expect_status(200).body["total"].clone()
    };
    assert_eq!((theirs(&marta).await, theirs(&twin).await), (json!(1), json!(1)));
    let mut socket = ada.socket().await;
    socket.subscribe(&format!("board:{}", text(&board["id"]))).await;

    let merge = format!("{}/merge", path("contacts", &marta));
    let one = ada
        .post(&merge, json!({ "other_id": twin["id"] }))
        .await
        .expect_status(200)
        .body;
    assert_eq!((&one["id"], &one["phone"]), (&marta["id"], &json!("+5511988887777")));
    assert_eq!(
        (&one["tags"], &one["total_spent"]),
        (&json!(["vip", "obra"]), &json!("5.00"))
    );
    let event = socket.next_event().await;
    assert_eq!(
        (&event["type"], &event["data"]["contact_id"]),
        (&json!("lead.updated"), &marta["id"])
    );
    ada.get(&path("contacts", &twin)).await.expect_status(404);
    for other in [&twin, &marta] {
        ada.post(&merge, json!({ "other_id": other["id"] }))
            .await
            .expect_status(422);
    }

    ada.delete(&path("contacts", &marta)).await.expect_status(204);
    for _ in 0..2 {
        let event = socket.next_event().await;
        assert_eq!(
            (&event["type"], &event["data"]["contact_id"]),
            (&json!("lead.updated"), &Value::Null)
        );
    }
    let leads = detail(&ada, &board).await["leads"].clone();
    assert!(
        leads
            .as_array()
            .unwrap()
            .iter()
            .all(|lead| lead["contact_id"].is_null())
    );
}

#[actix_rt::test]
async fn a_file_is_read_once_however_often_it_is_sent() {
    let t = TestApp::start().await;
    let (ada, vera) = (t.admin().await, t.user("seller").await);
    let mut file = String::from("Nome;Celular;E-mail;Região;Data do Pedido;Valor;Produto;Pedido\n");
    for number in 0..2_500 {
        file += &format!(
            "Cliente {number};(11) 9{number:04}-0000;;Zona {};{:02}/09/2026;1.0{:02},50;Cimento;P{number}\n",
            number % 3,
            number % 28 + 1,
            number % 100,
        );
    }
    // Known by number, by e-mail, by nothing but a name; and two that cannot be.
    file += "Cliente 7;11 90007-0000;sete@exemplo.com.br;;15/10/2026;100;Areia;\n";
    file += "Cliente Sete;;sete@exemplo.com.br;;;;;\nSem Número;;;;;;;\nSem Número;;;;;;;\n";
    file += "Errado;12;;;;;;\n;11977776666;;;32/01/2026;x;;\n";

    assert_eq!(upload(&vera, &t, &file, None).await.status, 403);
    let first = import(&ada, &t, &file).await;
    assert_eq!(
        (
            &first["status"],
            &first["total"],
            &first["created"],
            &first["updated"],
            &first["rejected"]
        ),
        (&json!("done"), &json!(2_506), &json!(2_501), &json!(3), &json!(2)),
        "{first:#}"
    );
    assert_eq!(first["errors"][0]["row"], 2_506);
    assert_eq!(
        (&first["errors"][0]["field"], &first["errors"][0]["code"]),
        (&json!("phone"), &json!("invalid"))
    );

    let seven = async || ada.get("/contacts?phone=11900070000").await.expect_status(200).body["items"][0].clone();
    let known = seven().await;
    assert_eq!(
        (&known["name"], &known["email"]),
        (&json!("Cliente Sete"), &json!("sete@exemplo.com.br"))
    );
    assert_eq!(
        (&known["total_spent"], &known["order_count"]),
        (&json!("1107.50"), &json!(2)),
        "{known:#}"
    );
    assert!(text(&known["last_purchase_at"]).starts_with("2026-10-15"));

    let second = import(&ada, &t, &file).await;
    assert_eq!((&second["created"], &second["updated"]), (&json!(0), &json!(2_504)));
    assert_eq!(seven().await["total_spent"], known["total_spent"]);
    assert_eq!(ada.get("/orders").await.body["total"], 2_501);
    assert_eq!(ada.get("/products").await.body["total"], 2);
    assert_eq!(ada.get("/contacts").await.body["total"], 2_501);

    // What was written out can be read in again, and changes nothing.
    let written = ada.get("/contacts/export?format=csv").await.expect_status(200);
    let written = text(&written.body).to_owned();
    assert_eq!(written.lines().count(), 2_502);
    assert!(written.contains("'+5511900070000"), "a spreadsheet would compute it");
    let third = import(&ada, &t, &written).await;
    assert_eq!((&third["created"], &third["rejected"]), (&json!(0), &json!(0)));
    assert_eq!(seven().await["total_spent"], known["total_spent"]);

    let unknown = upload(&ada, &t, "Quem\nMarta\n", None).await.expect_status(422);
    assert_eq!(wrong(&unknown), [("file", "invalid")]);
    upload(&ada, &t, "Quem\nMarta\n", Some(json!({ "name": "Quem" })))
        .await
        .expect_status(202);
    ada.get("/contacts/export?format=xlsx").await.expect_status(422);
    ada.get(&format!("/imports/{}", uuid::Uuid::new_v4()))
        .await
        .expect_status(404);
}
