//! What the stories are told with: a server, the people who use it, and their sockets.

mod process;
mod redis;
pub(crate) mod reduce;
pub(crate) mod smtp;
mod socket;

use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clap::Parser;
use diesel::{Connection, RunQueryDsl};
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub(crate) use process::Process;
pub(crate) use redis::Redis;
pub(crate) use socket::Socket;

/// Longer than anything may take, so that a test which hangs says where.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    config: balcao::config::Config,
}

pub(crate) fn database_url() -> String {
    std::env::var("DATABASE_URL")
        .expect("DATABASE_URL names a cluster for tests: run scripts/test, or `balcao postgres --throwaway -- cargo nextest run`")
}

/// Fast hashing, no limits: what a test is not about should not stand in its way.
pub(crate) const SETTINGS: &[&str] = &[
    "--bcrypt-rounds=4",
    "--rate-limit-max-requests=0",
    "--rate-limit-user-max-requests=0",
    "--rate-limit-login-failures=0",
    "--database-pool-size=6",
    "--jwt-secret=a secret that only tests know, long enough for them",
    "--encryption-key=another one that only tests know, as long",
    "--log-format=text",
];

/// A server inside the test's process, with a tenant of its own.
pub(crate) struct TestApp {
    pub(crate) url: String,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    admin: tokio::sync::OnceCell<User>,
    /// Goes after the server has stopped.
    own: Option<OwnDatabase>,
}

/// A database beside the common one; dropped with this.
struct OwnDatabase(String);

impl OwnDatabase {
    fn create() -> Self {
        let own = Self(format!("alone_{}", uuid::Uuid::new_v4().simple()));
        own.administer("CREATE DATABASE").unwrap();
        own
    }

    fn url(&self) -> String {
        database_url().replacen("/balcao", &format!("/{}", self.0), 1)
    }

    fn administer(&self, what: &str) -> diesel::QueryResult<usize> {
        let mut conn = diesel::PgConnection::establish(&database_url()).unwrap();
        diesel::sql_query(format!("{what} {}", self.0)).execute(&mut conn)
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        // The cluster is thrown away anyway.
        let _ = self.administer("DROP DATABASE");
    }
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With further flags, which win over the usual ones.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        Self::on(database_url(), None, flags).await
    }

    /// On a database of its own: no other test's server takes its jobs.
    pub(crate) async fn alone(flags: &[&str]) -> Self {
        let own = OwnDatabase::create();
        Self::on(own.url(), Some(own), flags).await
    }

    async fn on(database: String, own: Option<OwnDatabase>, flags: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // A flag may stand once: the test's own replaces the usual one.
        let name = |flag: &str| flag.split('=').next().unwrap_or_default().to_owned();
        let usual = SETTINGS
            .iter()
            .filter(|usual| !flags.iter().any(|flag| name(flag) == name(usual)));
        let arguments = ["balcao"].iter().chain(usual).chain(flags);
        let config = Flags::parse_from(arguments).config.check().unwrap();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            balcao::db::migrate(&database).unwrap();
            actix_rt::System::new()
                .block_on(balcao::app::serve(config, &database, listener, async {
                    let _ = stopped.await;
                }))
                .unwrap();
        });
        let app = Self {
            url,
            client: http_client(),
            stop: Some(stop),
            thread: Some(thread),
            admin: tokio::sync::OnceCell::new(),
            own,
        };
        until("the server answers", async || {
            app.client.get(format!("{}/ready", app.url)).send().await.is_ok()
        })
        .await;
        app
    }

    /// What no client can do: changes the database as its owner.
    pub(crate) fn in_database(&self, sql: &str) {
        let url = self.own.as_ref().map_or_else(database_url, OwnDatabase::url);
        let mut conn = diesel::PgConnection::establish(&url).unwrap();
        diesel::sql_query(sql).execute(&mut conn).unwrap();
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// The administrator of the test's own tenant.
    pub(crate) async fn admin(&self) -> User {
        self.admin
            .get_or_init(|| register(&self.client, &self.url))
            .await
            .clone()
    }

    /// Somebody of the test's own tenant.
    pub(crate) async fn user(&self, role: &str) -> User {
        add_user(&self.admin().await, role).await
    }

    /// The administrator of yet another tenant.
    pub(crate) async fn other_tenant(&self) -> User {
        register(&self.client, &self.url).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let Some(thread) = self.thread.take() else { return };
        let begun = Instant::now();
        while !thread.is_finished() {
            assert!(
                begun.elapsed() < PATIENCE || std::thread::panicking(),
                "the server does not stop"
            );
            if begun.elapsed() >= PATIENCE {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
        if thread.join().is_err() && !std::thread::panicking() {
            panic!("the server panicked");
        }
    }
}

/// Gives an idle connection up before the server does: a request that meets its end is lost on the way.
pub(crate) fn http_client() -> reqwest::Client {
    let client = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(2));
    client.build().unwrap()
}

/// Registers a new tenant at a server and signs its administrator in.
pub(crate) async fn register(client: &reqwest::Client, url: &str) -> User {
    let tag = uuid::Uuid::new_v4().simple().to_string();
    let email = format!("admin-{tag}@test.balcao.local");
    let body =
        json!({ "tenant_name": format!("Loja {tag}"), "full_name": "Ada Admin", "email": email, "password": PASSWORD });
    let answer = client
        .post(format!("{url}/api/v1/auth/register"))
        .json(&body)
        .send()
        .await
        .unwrap();
    User::signed_in(client, url, Answer::of(answer).await.expect_status(201).body)
}

pub(crate) const PASSWORD: &str = "senha-de-teste";

/// Somebody new in the tenant of `admin`.
pub(crate) async fn add_user(admin: &User, role: &str) -> User {
    let email = format!("{role}-{}@test.balcao.local", uuid::Uuid::new_v4().simple());
    let full_name = format!("Nome {role}");
    let body = json!({ "full_name": full_name, "email": email, "password": PASSWORD, "role": role });
    admin.post("/users", body).await.expect_status(201);
    login(&admin.client, &admin.url, &email, PASSWORD).await
}

pub(crate) async fn login(client: &reqwest::Client, url: &str, email: &str, password: &str) -> User {
    let body = json!({ "email": email, "password": password });
    let answer = client
        .post(format!("{url}/api/v1/auth/login"))
        .json(&body)
        .send()
        .await
        .unwrap();
    User::signed_in(client, url, Answer::of(answer).await.expect_status(200).body)
}

/// Somebody who is signed in, with their HTTP client.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) url: String,
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) tenant: String,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
    client: reqwest::Client,
}

impl User {
    fn signed_in(client: &reqwest::Client, url: &str, session: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        Self {
            url: url.to_owned(),
            id: text(&session["user"]["id"]),
            email: text(&session["user"]["email"]),
            tenant: text(&session["user"]["tenant"]["id"]),
            token: text(&session["accessToken"]),
            refresh_token: text(&session["refreshToken"]),
            client: client.clone(),
        }
    }

    /// The same person at another address of the server.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    /// The same person with another access token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(reqwest::Method::GET, path, None, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(reqwest::Method::POST, path, Some(body), None).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(reqwest::Method::PUT, path, Some(body), None).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(reqwest::Method::PATCH, path, Some(body), None).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(reqwest::Method::DELETE, path, None, None).await
    }

    pub(crate) async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
        key: Option<&str>,
    ) -> Answer {
        self.try_send(method, path, body, key).await.unwrap()
    }

    /// As [`User::send`]; an error where the server could not be reached.
    pub(crate) async fn try_send(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
        key: Option<&str>,
    ) -> reqwest::Result<Answer> {
        let mut request = self
            .client
            .request(method, format!("{}/api/v1{path}", self.url))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        Ok(Answer::of(request.send().await?).await)
    }

    pub(crate) async fn socket(&self) -> Socket {
        Socket::open(&self.url, &format!("/ws?token={}", self.token))
            .await
            .unwrap()
    }

    /// A board of their own, with its detail.
    pub(crate) async fn board(&self) -> Value {
        let made = self
            .post("/boards", json!({ "name": "Vendas" }))
            .await
            .expect_status(201)
            .body;
        self.get(&format!("/boards/{}", made["id"].as_str().unwrap()))
            .await
            .expect_status(200)
            .body
    }
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, headers, body }
    }

    #[track_caller]
    pub(crate) fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// The machine-readable code of a problem.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
