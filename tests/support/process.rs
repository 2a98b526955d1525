//! The server as a process of its own, which can be killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{SETTINGS, database_url, http_client, until};

pub(crate) struct Process {
    pub(crate) url: String,
    bind: String,
    database: Database,
    flags: Vec<String>,
    child: Child,
}

/// Where a server keeps its rows.
enum Database {
    At(String),
    /// A private PostgreSQL below this directory.
    In(PathBuf),
}

impl Process {
    /// On the database that the tests share.
    pub(crate) async fn start() -> Self {
        Self::on(&database_url()).await
    }

    pub(crate) async fn on(database_url: &str) -> Self {
        Self::run(Database::At(database_url.to_owned()), &[]).await
    }

    /// With a private PostgreSQL in this directory.
    pub(crate) async fn private(data_dir: &Path) -> Self {
        Self::run(Database::In(data_dir.to_owned()), &[]).await
    }

    /// On the database that the tests share, with further flags.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        Self::run(Database::At(database_url()), flags).await
    }

    async fn run(database: Database, flags: &[&str]) -> Self {
        let flags: Vec<_> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let bind = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .to_string();
        let process = Self {
            url: format!("http://{bind}"),
            child: spawn(&bind, &database, &flags),
            bind,
            database,
            flags,
        };
        process.ready().await;
        process
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// As `kill -9`: no time to say anything.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Again, at the same address.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(&self.bind, &self.database, &self.flags);
        self.ready().await;
    }

    async fn ready(&self) {
        let client = http_client();
        let url = format!("{}/ready", self.url);
        until("the process answers", async || {
            client.get(&url).send().await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Database::In(_) = self.database
            && !std::thread::panicking()
        {
            // It stops its PostgreSQL; a kill would leave that to the kernel.
            self.signal(Signal::SIGTERM);
        } else {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

fn spawn(bind: &str, database: &Database, flags: &[String]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balcao"));
    match database {
        Database::At(url) => command.env("DATABASE_URL", url),
        Database::In(dir) => command.env_remove("DATABASE_URL").env("BALCAO_DATA_DIR", dir),
    };
    command
        .arg("serve")
        .args(SETTINGS)
        .arg("--ws-commands-per-second=0")
        .args(flags)
        .env("BIND", bind)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}
