//! The first of the documents that Balcão answers to, walked line by line: its own paths under `/api/…/` and `/ws/…/`, in its order,
//! knowing nothing that it does not say.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Socket, TestApp};

/// Somebody with the document in hand.
struct Reader<'a> {
    app: &'a TestApp,
    token: String,
}

impl Reader<'_> {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        assert!(
            path.ends_with('/') || path.contains('?'),
            "the document's paths end with a slash: {path}"
        );
        let mut request = self
            .app
            .client()
            .request(method.clone(), format!("{}/api{path}", self.app.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path}: {} {}",
            answer.status,
            answer.body
        );
        answer.body
    }

    async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Value {
        self.call(Method::PUT, path, Some(body)).await
    }

    async fn delete(&self, path: &str) {
        self.call(Method::DELETE, path, None).await;
    }

    async fn socket(&self, path: &str) -> Socket {
        Socket::open(&self.app.url, &format!("{path}?token={}", self.token))
            .await
            .unwrap()
    }
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap_or_else(|| panic!("no list: {list}"))
}

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap_or_else(|| panic!("no id: {of}"))
}

#[actix_rt::test]
async fn everything_that_the_first_document_names_works_as_written_there() {
    // Whoever is told something live is told it by the server that they are at: no other one may do its jobs.
    let app = TestApp::alone(&[]).await;
    let admin = app.admin().await;
    let mut me = Reader {
        app: &app,
        token: String::new(),
    };

    // Autenticação.
    let login = json!({ "email": admin.email, "password": PASSWORD });
    let session = me.post("/auth/login/", login).await;
    me.token = session["accessToken"].as_str().unwrap().to_owned();
    let tokens = me
        .post("/auth/refresh/", json!({ "refreshToken": session["refreshToken"] }))
        .await;
    me.token = tokens["accessToken"].as_str().unwrap().to_owned();
    let user = me.get("/auth/me/").await;
    assert_eq!(user["email"], admin.email.as_str());

    // Empresas.
    let company = me
        .post(
            "/companies/",
            json!({ "name": "Aurora", "industry": "Móveis", "size": "small" }),
        )
        .await;
    let at_company = format!("/companies/{}/", id(&company));
    assert_eq!(items(&me.get("/companies/").await).len(), 1);
    assert_eq!(me.get(&at_company).await["name"], "Aurora");
    assert_eq!(
        me.put(&at_company, json!({ "website": "https://aurora.example" }))
            .await["name"],
        "Aurora"
    );

    // Kanban.
    let board = me
        .post("/boards/", json!({ "name": "Obras", "description": "Casa e loja" }))
        .await;
    let at_board = format!("/boards/{}/", id(&board));
    assert!(
        items(&me.get("/boards/").await)
            .iter()
            .any(|one| one["id"] == board["id"])
    );
    assert_eq!(
        me.put(&at_board, json!({ "name": "Obras 2026" })).await["name"],
        "Obras 2026"
    );
    let mut kanban = me
        .socket(&format!("/ws{at_board}").replace("/boards/", "/kanban/"))
        .await;
    let start = kanban.receive().await.unwrap();
    assert_eq!(
        (&start["ok"], &start["snapshot"]["name"]),
        (&json!(true), &json!("Obras 2026"))
    );

    let stage = me
        .post(
            "/stages/",
            json!({ "board_id": board["id"], "name": "Vistoria", "color": "#0F766E" }),
        )
        .await;
    let at_stage = format!("/stages/{}/", id(&stage));
    assert_eq!(me.put(&at_stage, json!({ "name": "Visita" })).await["name"], "Visita");
    let stages = me.get(&format!("/stages/?board_id={}", id(&board))).await;
    let mut order: Vec<Value> = items(&stages).iter().map(|stage| stage["id"].clone()).collect();
    order.reverse();
    me.post(
        "/stages/reorder/",
        json!({ "board_id": board["id"], "stage_ids": order }),
    )
    .await;
    let detail = me.get(&at_board).await;
    let now: Vec<&Value> = detail["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| &stage["id"])
        .collect();
    assert_eq!(now, order.iter().collect::<Vec<_>>());

    let lead = json!({
        "board_id": board["id"], "stage_id": stage["id"], "company_id": company["id"], "title": "Cozinha", "value": "18500.00",
        "priority": "high", "expected_close_date": "2026-12-18", "assigned_to": user["id"],
    });
    let lead = me.post("/leads/", lead).await;
    let at_lead = format!("/leads/{}/", id(&lead));
    assert_eq!(items(&me.get("/leads/").await).len(), 1);
    assert_eq!(me.put(&at_lead, json!({ "probability": 60 })).await["probability"], 60);
    let moved = me
        .post(
            &format!("/leads/{}/move/", id(&lead)),
            json!({ "stage_id": order[1], "position": 0 }),
        )
        .await;
    assert_eq!(moved["stage_id"], order[1]);
    assert_eq!(me.get(&at_lead).await["stage_id"], order[1]);
    assert_eq!(
        items(&me.get(&format!("{at_company}leads/")).await)[0]["id"],
        lead["id"]
    );
    let seen = kanban.wait_for(|frame| frame["type"] == "lead.moved").await;
    assert_eq!(seen["data"]["lead_id"], lead["id"]);

    // Chat.
    let mut notifications = me.socket("/ws/notifications/").await;
    assert_eq!(notifications.receive().await.unwrap()["ok"], true);
    let colleague = app.user("seller").await;
    let other = Reader {
        app: &app,
        token: colleague.token.clone(),
    };
    let room = json!({ "name": "Entrega", "type": "group", "participant_ids": [user["id"]] });
    let room = other.post("/chat/rooms/", room).await;
    assert!(
        items(&me.get("/chat/rooms/").await)
            .iter()
            .any(|one| one["id"] == room["id"])
    );
    let told = notifications
        .wait_for(|frame| frame["type"] == "notification.created")
        .await;
    assert_eq!(told["data"]["is_read"], false);
    let mut chat = me.socket(&format!("/ws/chat/{}/", id(&room))).await;
    assert_eq!(chat.receive().await.unwrap()["snapshot"]["id"], room["id"]);
    let messages = format!("/chat/rooms/{}/messages/", id(&room));
    let message = other
        .post(&messages, json!({ "content": "Chegou a pia", "message_type": "text" }))
        .await;
    let heard = chat.wait_for(|frame| frame["type"] == "message.sent").await;
    assert_eq!(heard["data"]["content"], "Chegou a pia");
    assert_eq!(items(&me.get(&messages).await)[0]["id"], message["id"]);
    me.put(&format!("/chat/messages/{}/read/", id(&message)), json!({}))
        .await;

    // Dashboard.
    let stats = me.get("/dashboard/stats/").await;
    assert_eq!((&stats["total_leads"], &stats["new_companies"]), (&json!(1), &json!(1)));
    me.get("/dashboard/leads-by-stage/").await;
    me.get("/dashboard/companies-growth/").await;

    // What is deleted, and the end.
    me.delete(&at_lead).await;
    me.delete(&at_stage).await;
    me.delete(&at_board).await;
    me.delete(&at_company).await;
    me.post("/auth/logout/", json!({})).await;
    let body = json!({
        "tenant_name": "Outra", "full_name": "Olga", "email": format!("olga-{}@test.balcao.local", uuid::Uuid::new_v4()),
        "password": PASSWORD,
    });
    me.token.clear();
    assert!(me.post("/auth/register/", body).await["accessToken"].is_string());
}
