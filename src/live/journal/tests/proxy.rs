//! Stands between a journal and its database, and strikes at COMMIT.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// What happens to a COMMIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtCommit {
    /// It is done, but the connection ends before the answer.
    LoseTheAnswer,
    /// The connection ends before it arrives.
    LoseTheRequest,
    /// The client's connection ends; the database's stays open and hears nothing.
    HoldBack,
    /// It is done, and from then on the database cannot be reached.
    LoseTheAnswerAndAllThatFollows,
}

#[derive(Default)]
struct Plan {
    fate: Mutex<Option<AtCommit>>,
    struck: AtomicBool,
    closed: AtomicBool,
}

pub(super) struct Proxy {
    url: String,
    plan: Arc<Plan>,
    _directory: TempDir,
}

impl Proxy {
    /// Listens in front of the database that this connection string names, by the path of its socket.
    pub(super) fn start(url: &str) -> Self {
        let (before, rest) = url.split_once('@').unwrap();
        let (host, after) = rest.split_once(':').unwrap();
        let host = percent_encoding::percent_decode_str(host)
            .decode_utf8()
            .unwrap()
            .into_owned();
        let port: u16 = after.split('/').next().unwrap().parse().unwrap();
        let upstream = PathBuf::from(host).join(format!(".s.PGSQL.{port}"));
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(format!(".s.PGSQL.{port}"))).unwrap();
        let encoded = directory.path().to_str().unwrap().replace('/', "%2F");
        let plan = Arc::<Plan>::default();
        let proxy = Self {
            url: format!("{before}@{encoded}:{after}"),
            plan: plan.clone(),
            _directory: directory,
        };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if plan.closed.load(Ordering::SeqCst) {
                    continue;
                }
                let server = UnixStream::connect(&upstream).await.unwrap();
                tokio::spawn(forward(client, server, plan.clone()));
            }
        });
        proxy
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn at_next_commit(&self, fate: AtCommit) {
        *self.plan.fate.lock() = Some(fate);
    }

    pub(super) fn has_struck(&self) -> bool {
        self.plan.struck.load(Ordering::SeqCst)
    }
}

async fn forward(client: UnixStream, server: UnixStream, plan: Arc<Plan>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let bytes = &asked[..length];
                let fate = bytes.windows(6).any(|word| word == b"COMMIT").then(|| plan.fate.lock().take()).flatten();
                let Some(fate) = fate else {
                    if to_server.write_all(bytes).await.is_err() {
                        return;
                    }
                    continue;
                };
                plan.struck.store(true, Ordering::SeqCst);
                match fate {
                    AtCommit::LoseTheRequest => return,
                    AtCommit::HoldBack => {
                        drop((from_client, to_client));
                        // Until the database itself gives up.
                        while from_server.read(&mut answered).await.is_ok_and(|length| length > 0) {}
                        return;
                    }
                    AtCommit::LoseTheAnswer | AtCommit::LoseTheAnswerAndAllThatFollows => {
                        if fate == AtCommit::LoseTheAnswerAndAllThatFollows {
                            plan.closed.store(true, Ordering::SeqCst);
                        }
                        to_server.write_all(bytes).await.unwrap();
                        // The answer means that it is done; nobody hears it.
                        let _ = from_server.read(&mut answered).await;
                        return;
                    }
                }
            }
            read = from_server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if to_client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
