//! What the bot asks of the outside, against a system and a language model that check what they are asked.

use std::sync::{Arc, Mutex};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::Visitor;
use crate::support::{TestApp, User, until};

/// Something outside: what it was asked, and the moment at which it answers.
struct Outside {
    address: String,
    asked: Arc<Mutex<Vec<Value>>>,
    server: actix_web::dev::ServerHandle,
}

type Asked = web::Data<Mutex<Vec<Value>>>;
type Gate = web::Data<tokio::sync::Semaphore>;

async fn complete(asked: Asked, gate: Gate, request: HttpRequest, body: web::Json<Value>) -> HttpResponse {
    let key = request
        .headers()
        .get("authorization")
        .map(|key| key.to_str().unwrap().to_owned());
    assert_eq!(key.as_deref(), Some("Bearer sk-test"));
    assert_eq!(body["stream"], true);
    asked.lock().unwrap().push(body.into_inner());
    let _pass = gate.acquire().await.unwrap();
    let line = |data: Value| format!("data: {data}\n\n");
    let answer = [
        line(json!({ "choices": [{ "delta": { "content": "Custa " } }] })),
        line(json!({ "choices": [{ "delta": { "content": "R$ 10" } }] })),
        line(json!({ "choices": [], "usage": { "total_tokens": 700 } })),
        "data: [DONE]\n\n".to_owned(),
    ];
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .body(answer.concat())
}

async fn order(asked: Asked, request: HttpRequest, path: web::Path<String>) -> HttpResponse {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    asked
        .lock()
        .unwrap()
        .push(json!({ "order": *path, "token": header("x-token"), "key": header("idempotency-key") }));
    match path.as_str() {
        "7" => HttpResponse::Ok().json(json!({ "status": "enviado" })),
        "moved" => HttpResponse::Found().insert_header(("Location", "/order/7")).finish(),
        _ => HttpResponse::NotFound().finish(),
    }
}

impl Outside {
    async fn start(gate: Arc<tokio::sync::Semaphore>) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (data, gate) = (web::Data::from(asked.clone()), web::Data::from(gate));
        let (tell, told) = oneshot::channel();
        std::thread::spawn(move || {
            actix_rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .app_data(gate.clone())
                        .route("/v1/chat/completions", web::post().to(complete))
                        .route("/order/{id}", web::get().to(order))
                })
                .workers(1)
                .disable_signals()
                .bind("127.0.0.1:0")
                .unwrap();
                let address = server.addrs()[0].to_string();
                let server = server.run();
                tell.send((address, server.handle()))
                    .unwrap_or_else(|_| panic!("nobody listens"));
                server.await.unwrap();
            });
        });
        let (address, server) = told.await.unwrap();
        Self { address, asked, server }
    }

    fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

async fn flow(admin: &User, nodes: Value) -> Value {
    let start = nodes[0]["id"].clone();
    let body = json!({ "name": "Fora", "start": start, "nodes": nodes });
    let flow = admin.post("/bot/flows", body).await.expect_status(201).body;
    let path = format!("/bot/flows/{}/publish", flow["id"].as_str().unwrap());
    admin.post(&path, json!({})).await.expect_status(200);
    let config = json!({ "flow_id": flow["id"] });
    let body = json!({ "kind": "webchat", "name": "Site", "config": config });
    admin.post("/channels", body).await.expect_status(201).body
}

async fn messages(user: &User, visitor: &Visitor) -> Vec<(String, String)> {
    let path = format!("/messages?conversation_id={}", visitor.conversation);
    let body = user.get(&path).await.expect_status(200).body;
    let text = |message: &Value, field: &str| message[field].as_str().unwrap().to_owned();
    let items = body["items"].as_array().unwrap().iter();
    items
        .map(|message| (text(message, "sender_type"), text(message, "content")))
        .collect()
}

async fn says(user: &User, visitor: &Visitor, last: &str) {
    until(last, async || {
        messages(user, visitor)
            .await
            .last()
            .is_some_and(|(_, content)| content == last)
    })
    .await;
}

#[actix_rt::test]
async fn the_bot_asks_another_system_and_goes_another_way_where_that_fails() {
    let outside = Outside::start(Arc::new(tokio::sync::Semaphore::new(9))).await;
    let app = TestApp::alone(&[&format!("--outgoing-allow={}", outside.address)]).await;
    let admin = app.admin().await;
    let url = format!("http://{}/order/{{{{message}}}}", outside.address);
    let channel = flow(
        &admin,
        json!([
            { "id": "qual", "type": "question", "text": "Qual pedido?", "field": "pedido", "next": "busca" },
            { "id": "busca", "type": "http", "method": "GET", "url": url, "headers": { "X-Token": "t-{{pedido}}" },
              "save_as": "achado", "next": "diz", "failed": "falhou" },
            { "id": "diz", "type": "message", "text": "Está {{achado.status}}", "next": "qual" },
            { "id": "falhou", "type": "message", "text": "Não achei", "next": "qual" },
        ]),
    )
    .await;
    let visitor = Visitor::enter(&app, &channel, json!({})).await;
    let (mut browser, _) = visitor.socket(&app).await;
    let mut talk = async |words: &str| {
        browser
            .command(&visitor.topic(), "send_message", json!({ "content": words }))
            .await
    };
    talk("Oi").await;
    talk("7").await;
    until("the order", async || {
        messages(&admin, &visitor)
            .await
            .iter()
            .any(|(_, text)| text == "Está enviado")
    })
    .await;
    says(&admin, &visitor, "Qual pedido?").await;
    // Nothing leads elsewhere than where it was asked, and what is not found fails.
    for words in ["moved", "../x"] {
        let before = messages(&admin, &visitor).await.len();
        talk(words).await;
        until("the failure", async || {
            let now = messages(&admin, &visitor).await;
            now.len() >= before + 3 && now[before + 1].1 == "Não achei"
        })
        .await;
    }
    let asked = outside.asked();
    assert_eq!((&asked[0]["order"], &asked[0]["token"]), (&json!("7"), &json!("t-7")));
    assert!(asked[0]["key"].is_string());
    assert_eq!(asked.iter().filter(|asked| asked["order"] == "7").count(), 1);
    outside.server.stop(false).await;
}

#[actix_rt::test]
async fn a_model_answers_until_people_take_over_and_its_late_answer_is_discarded() {
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let outside = Outside::start(gate.clone()).await;
    let base = format!("--openai-base-url=http://{}/v1", outside.address);
    let app = TestApp::alone(&[&base, "--openai-api-key=sk-test"]).await;
    let (admin, ana) = (app.admin().await, app.user("attendant").await);
    let about =
        json!({ "value": { "instructions": "Seja breve.", "knowledge": ["Pão: R$ 10"], "monthly_tokens": 2000 } });
    admin.put("/bot/config/ai", about).await.expect_status(200);
    admin
        .put("/bot/config/ai", json!({ "value": { "monthly_tokens": "mil" } }))
        .await
        .expect_status(422);
    let channel = flow(&admin, json!([
        { "id": "ia", "type": "ai", "instructions": "Venda pão", "max_turns": 9, "next": "gente", "failed": "gente" },
        { "id": "gente", "type": "handover", "text": "Um momento" },
    ])).await;
    let visitor = Visitor::enter(&app, &channel, json!({})).await;
    let topic = visitor.topic();
    let (mut browser, _) = visitor.socket(&app).await;
    browser
        .command(&topic, "send_message", json!({ "content": "Quanto custa?" }))
        .await;
    until("the model is asked", async || outside.asked().len() == 1).await;
    gate.add_permits(1);
    says(&ana, &visitor, "Custa R$ 10").await;
    let asked = outside.asked()[0]["messages"].clone();
    assert_eq!(asked[0]["content"], "Seja breve.\nVenda pão\n- Pão: R$ 10");
    assert_eq!(asked[1], json!({ "role": "user", "content": "Quanto custa?" }));

    // A person is faster than the second answer.
    let mut desk = ana.socket().await;
    desk.subscribe(&topic).await;
    gate.forget_permits(9);
    browser
        .command(&topic, "send_message", json!({ "content": "E dois?" }))
        .await;
    until("the model is asked again", async || outside.asked().len() == 2).await;
    let path = format!("/conversations/{}", visitor.conversation);
    ana.post(&format!("{path}/takeover"), json!({}))
        .await
        .expect_status(200);
    gate.add_permits(9);
    let told = desk.wait_for(|frame| frame["type"] == "bot.answer_discarded").await;
    assert_eq!(told["data"]["content"], "Custa R$ 10");
    let said = messages(&ana, &visitor).await;
    assert_eq!(said.iter().filter(|(by, _)| by == "bot").count(), 1, "{said:?}");

    // On demand it drafts and sums up, within what the company may use.
    for kind in ["reply", "summary"] {
        let body = json!({ "kind": kind });
        let answer = ana.post(&format!("{path}/suggestions"), body).await;
        if kind == "reply" {
            assert_eq!(answer.expect_status(200).body["text"], "Custa R$ 10");
        } else {
            // 700 a time, and the limit of 2,000 is passed after three.
            assert_eq!(answer.expect_status(503).code(), "ai_unavailable");
        }
    }
    outside.server.stop(false).await;
}
