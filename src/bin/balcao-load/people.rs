//! Who puts load on the server, and the boards that they do it on, over HTTP as everybody.

use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Method, StatusCode, Url};
use serde_json::{Value, json};

use crate::args::{Args, Plan};
use crate::connection::Connection;

/// Boards, and people, that are prepared at the same time.
const AT_ONCE: usize = 8;

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Person {
    client: Client,
    url: Url,
    token: String,
    id: String,
}

/// A board or room of ours.
pub(crate) struct Place {
    pub(crate) topic: String,
    pub(crate) deeds: Vec<Deed>,
    /// Where a board is deleted. A room goes with its tenant.
    deleted_at: Option<String>,
}

/// What is done there again and again, by one writer alone.
#[derive(Clone)]
pub(crate) enum Deed {
    /// Moves a lead to and fro.
    Move {
        lead: String,
        stages: [String; 2],
    },
    Say,
}

/// Signs in everybody that the flags name; at least one.
pub(crate) async fn sign_in(args: &Args, plan: &Plan) -> anyhow::Result<Vec<Person>> {
    let client = Client::new();
    if args.register {
        return register(client, &args.url, plan.people).await;
    }
    let mut people = Vec::new();
    for email in &args.email {
        let body = json!({ "email": email, "password": args.password });
        let person = Person::with(&client, &args.url, "auth/login", &body).await;
        people.push(person.with_context(|| format!("{email} cannot sign in"))?);
    }
    Ok(people)
}

async fn register(client: Client, url: &Url, count: usize) -> anyhow::Result<Vec<Person>> {
    let tag = rand::random::<u64>();
    let password = format!("{:032x}", rand::random::<u128>());
    let email = |number: usize| format!("load-{tag:x}-{number}@load.balcao.local");
    let body = json!({
        "tenant_name": format!("Carga {tag:x}"), "full_name": "Carga 0", "email": email(0), "password": password,
    });
    let admin = Person::with(&client, url, "auth/register", &body).await;
    let admin = admin.context("cannot register a tenant")?;
    let join = async |number: usize| {
        let body = json!({
            "full_name": format!("Carga {number}"), "email": email(number), "password": password, "role": "supervisor",
        });
        admin.call(Method::POST, "users", Some(&body)).await?;
        let body = json!({ "email": email(number), "password": password });
        Person::with(&client, url, "auth/login", &body).await
    };
    let others: Vec<Person> = stream::iter(1..count).map(join).buffered(AT_ONCE).try_collect().await?;
    Ok(std::iter::once(admin).chain(others).collect())
}

impl Person {
    async fn with(client: &Client, url: &Url, path: &str, body: &Value) -> anyhow::Result<Self> {
        let mut person = Self {
            client: client.clone(),
            url: url.clone(),
            token: String::new(),
            id: String::new(),
        };
        let session = person.call(Method::POST, path, Some(body)).await?;
        person.token = text(&session, "accessToken")?;
        person.id = text(&session["user"], "id")?;
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

/// Makes the boards, each with its leads, or the room, with everybody.
pub(crate) async fn make_places(people: &[Person], plan: &Plan) -> anyhow::Result<Vec<Place>> {
    let Some((admin, others)) = people.split_first() else {
        bail!("nobody signed in");
    };
    if plan.talks {
        return Ok(vec![make_room(admin, others, plan.writers).await?]);
    }
    stream::iter(0..plan.boards)
        .map(|number| make_board(admin, number, plan.leads))
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn make_room(admin: &Person, others: &[Person], writers: usize) -> anyhow::Result<Place> {
    let participants: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
    let body = json!({ "name": "Carga", "type": "group", "participant_ids": participants });
    let made = admin.call(Method::POST, "chat/rooms", Some(&body)).await?;
    Ok(Place {
        topic: format!("room:{}", text(&made, "id")?),
        deeds: vec![Deed::Say; writers],
        deleted_at: None,
    })
}

async fn make_board(admin: &Person, number: usize, leads: usize) -> anyhow::Result<Place> {
    let name = json!({ "name": format!("Carga {number}") });
    let made = admin.call(Method::POST, "boards", Some(&name)).await?;
    let id = text(&made, "id")?;
    let detail = admin.call(Method::GET, &format!("boards/{id}"), None).await?;
    let stage = |index: usize| text(&detail["stages"][index], "id");
    let stages = [stage(0)?, stage(1)?];
    let mut board = Place {
        topic: format!("board:{id}"),
        deeds: Vec::with_capacity(leads),
        deleted_at: Some(format!("boards/{id}")),
    };
    let mut socket = Connection::open(admin).await?;
    for number in 0..leads {
        let data = json!({ "title": format!("Proposta {number}"), "stage_id": stages[0], "value": "1234.50" });
        let frame = json!({ "id": number, "op": "command", "topic": board.topic, "name": "create_lead", "data": data });
        board.deeds.push(Deed::Move {
            lead: text(&socket.ask(&frame).await?, "id")?,
            stages: stages.clone(),
        });
    }
    socket.close().await;
    Ok(board)
}

/// Leaves nothing behind but the log.
pub(crate) async fn delete_boards(people: &[Person], places: &[Place]) -> anyhow::Result<()> {
    let Some(admin) = people.first() else { return Ok(()) };
    for path in places.iter().filter_map(|place| place.deleted_at.as_deref()) {
        admin
            .call(Method::DELETE, path, None)
            .await
            .context("cannot delete a board of this load")?;
    }
    Ok(())
}

fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    let found = value[field].as_str().map(str::to_owned);
    found.with_context(|| format!("the server's answer has no {field}"))
}
