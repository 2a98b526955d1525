//! Who puts load on the server, and the boards that they do it on, over HTTP as everybody.

use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Method, StatusCode, Url};
use serde_json::{Value, json};

use crate::args::{Args, Plan};
use crate::connection::Connection;

/// People of a registered tenant, its administrator included.
const REGISTERED: usize = 3;
/// Boards that are prepared at the same time.
const AT_ONCE: usize = 8;

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Person {
    client: Client,
    url: Url,
    token: String,
}

/// A board of ours.
pub(crate) struct Board {
    pub(crate) id: String,
    pub(crate) topic: String,
    /// Between which leads are moved.
    pub(crate) stages: [String; 2],
    pub(crate) leads: Vec<String>,
}

/// Signs in everybody that the flags name; at least one.
pub(crate) async fn sign_in(args: &Args) -> anyhow::Result<Vec<Person>> {
    let client = Client::new();
    if args.register {
        return register(client, &args.url).await;
    }
    let mut people = Vec::new();
    for email in &args.email {
        let body = json!({ "email": email, "password": args.password });
        let person = Person::with(&client, &args.url, "auth/login", &body).await;
        people.push(person.with_context(|| format!("{email} cannot sign in"))?);
    }
    Ok(people)
}

async fn register(client: Client, url: &Url) -> anyhow::Result<Vec<Person>> {
    let tag = rand::random::<u64>();
    let password = format!("{:032x}", rand::random::<u128>());
    let email = |number: usize| format!("load-{tag:x}-{number}@load.balcao.local");
    let body = json!({
        "tenant_name": format!("Carga {tag:x}"), "full_name": "Carga 0", "email": email(0), "password": password,
    });
    let admin = Person::with(&client, url, "auth/register", &body).await;
    let mut people = vec![admin.context("cannot register a tenant")?];
    for number in 1..REGISTERED {
        let body = json!({
            "full_name": format!("Carga {number}"), "email": email(number), "password": password, "role": "supervisor",
        });
        if let Some(admin) = people.first() {
            admin.call(Method::POST, "users", Some(&body)).await?;
        }
        let body = json!({ "email": email(number), "password": password });
        people.push(Person::with(&client, url, "auth/login", &body).await?);
    }
    Ok(people)
}

impl Person {
    async fn with(client: &Client, url: &Url, path: &str, body: &Value) -> anyhow::Result<Self> {
        let mut person = Self {
            client: client.clone(),
            url: url.clone(),
            token: String::new(),
        };
        let session = person.call(Method::POST, path, Some(body)).await?;
        person.token = text(&session, "accessToken")?;
        Ok(person)
    }

    pub(crate) fn socket_url(&self) -> String {
        let mut url = self.url.clone();
        // Our own addresses begin with http, for which this always works.
        let _ = url.set_scheme("ws");
        url.set_path("/ws");
        url.query_pairs_mut().append_pair("token", &self.token);
        url.into()
    }

    /// Calls the API; where it says "too fast", once more when it may.
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let url = self.url.join("/api/v1/")?.join(path)?;
        loop {
            let mut request = self.client.request(method.clone(), url.clone());
            if !self.token.is_empty() {
                request = request.bearer_auth(&self.token);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = request
                .send()
                .await
                .with_context(|| format!("{} does not answer", self.url))?;
            let status = answer.status();
            let wait = answer
                .headers()
                .get("Retry-After")
                .and_then(|wait| wait.to_str().ok()?.parse().ok());
            if let (StatusCode::TOO_MANY_REQUESTS, Some(wait)) = (status, wait) {
                eprintln!("balcao-load: the server asks to wait {wait} s (rate limits can be switched off)");
                tokio::time::sleep(Duration::from_secs(wait)).await;
                continue;
            }
            let told = answer.text().await?;
            if !status.is_success() {
                bail!("{method} {path} was answered {status}: {told}");
            }
            return Ok(serde_json::from_str(&told).unwrap_or(Value::Null));
        }
    }
}

/// Makes the boards, each with its leads.
pub(crate) async fn make_boards(people: &[Person], plan: &Plan) -> anyhow::Result<Vec<Board>> {
    let Some(admin) = people.first() else {
        bail!("nobody signed in");
    };
    stream::iter(0..plan.boards)
        .map(|number| make_board(admin, number, plan.leads))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn make_board(admin: &Person, number: usize, leads: usize) -> anyhow::Result<Board> {
    let name = json!({ "name": format!("Carga {number}") });
    let made = admin.call(Method::POST, "boards", Some(&name)).await?;
    let id = text(&made, "id")?;
    let detail = admin.call(Method::GET, &format!("boards/{id}"), None).await?;
    let stage = |index: usize| text(&detail["stages"][index], "id");
    let mut board = Board {
        topic: format!("board:{id}"),
        stages: [stage(0)?, stage(1)?],
        leads: Vec::with_capacity(leads),
        id,
    };
    let mut socket = Connection::open(admin).await?;
    for number in 0..leads {
        let data = json!({ "title": format!("Proposta {number}"), "stage_id": board.stages[0], "value": "1234.50" });
        let frame = json!({ "id": number, "op": "command", "topic": board.topic, "name": "create_lead", "data": data });
        board.leads.push(text(&socket.ask(&frame).await?, "id")?);
    }
    socket.close().await;
    Ok(board)
}

/// Leaves nothing behind but the log.
pub(crate) async fn delete_boards(people: &[Person], boards: &[Board]) -> anyhow::Result<()> {
    let Some(admin) = people.first() else { return Ok(()) };
    for board in boards {
        admin
            .call(Method::DELETE, &format!("boards/{}", board.id), None)
            .await
            .context("cannot delete a board of this load")?;
    }
    Ok(())
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    let found = value[field].as_str().map(str::to_owned);
    found.with_context(|| format!("the server's answer has no {field}"))
}
