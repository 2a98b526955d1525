//! The server as a process of its own, which can be killed.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use super::{SETTINGS, database_url, until};

pub(crate) struct Process {
    pub(crate) url: String,
    bind: String,
    flags: Vec<String>,
    child: Child,
}

impl Process {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With further flags.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        let flags: Vec<_> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let bind = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .to_string();
        let process = Self {
            url: format!("http://{bind}"),
            child: spawn(&bind, &flags),
            bind,
            flags,
        };
        process.ready().await;
        process
    }

    /// As `kill -9`: no time to say anything.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Again, at the same address.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(&self.bind, &self.flags);
        self.ready().await;
    }

    async fn ready(&self) {
        let client = reqwest::Client::new();
        let url = format!("{}/ready", self.url);
        until("the process answers", async || {
            client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(bind: &str, flags: &[String]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_balcao"))
        .arg("serve")
        .args(SETTINGS)
        .args(flags)
        .env("BIND", bind)
        .env("DATABASE_URL", database_url())
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}
