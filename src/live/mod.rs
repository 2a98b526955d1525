//! The engine of everything that several people change at the same time. It knows no business.
//!
//! A command goes one way: a [`socket`] or a handler sends it to its entity's [`actor`], which the [`registry`] finds or
//! starts; the actor's [`core`] decides it; the [`journal`] commits events and rows; and the [`fanout`] brings the committed
//! frames to every socket that follows. No step back: sockets know nothing of boards, boards know nothing of sockets.

mod actor;
mod audience;
pub(crate) mod cord;
mod core;
mod entity;
mod fanout;
pub(crate) mod frame;
pub(crate) mod history;
mod hub;
mod journal;
mod log;
mod mutants;
mod registry;
pub(crate) mod socket;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use actix_rt::Arbiter;
use bytestring::ByteString;
use parking_lot::Mutex;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{broadcast, oneshot};
use uuid::Uuid;

use crate::auth::{Principal, Scope, SessionEnded};
use crate::clock;
use crate::db::{Database, DbError, UserId};
use crate::error::{Code, Error};
use actor::{Execute, ToEntity};
pub(crate) use audience::Audience;
pub(crate) use entity::{Changes, Context, Entity, Record, Topic, raw};
pub(crate) use fanout::HubRef;
use fanout::{Fanout, SocketKey};
pub(crate) use frame::{EventFrame, Frame};
use hub::{Drain, Ended};
use journal::Journal;
pub(crate) use journal::create_topic;
use registry::{Registry, Start};

/// Transactions that are under way at the same time: while one waits for the disk the other one's statements run.
const JOURNAL_WRITERS: usize = 2;

/// A command that took effect, durably.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    /// The topic's number after the command's last event.
    pub(crate) seq: i64,
    /// The answer's `data`.
    pub(crate) data: Box<RawValue>,
}

/// One kind of entity that the engine runs.
pub(crate) struct Kind {
    name: &'static str,
    start: Start,
}

impl Kind {
    pub(crate) fn of<E: Entity>() -> Self {
        Self {
            name: E::KIND,
            start: actor::start::<E>,
        }
    }
}

/// What the actors share.
pub(crate) struct Shared {
    db: Database,
    journal: Journal,
    fanout: Arc<Fanout>,
    registry: Registry,
    open_sockets: Mutex<HashMap<UserId, u32>>,
}

/// One of the sockets that a user may have open; given back when it is dropped.
pub(crate) struct Place {
    user: UserId,
    shared: Arc<Shared>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.shared.open_sockets.lock();
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

/// The engine. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Live {
    shared: Arc<Shared>,
}

impl Live {
    /// Prepares the engine; entities will live on the given threads.
    pub(crate) fn new(db: Database, kinds: impl IntoIterator<Item = Kind>, arbiters: &[Arbiter]) -> Self {
        let kinds: HashMap<_, _> = kinds.into_iter().map(|kind| (kind.name, kind.start)).collect();
        let shared = Shared {
            journal: Journal::start(&db, JOURNAL_WRITERS),
            fanout: Arc::default(),
            registry: Registry::new(kinds, arbiters.iter().map(Arbiter::handle).collect()),
            open_sockets: Mutex::default(),
            db,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Starts the hub of the web worker that calls this.
    pub(crate) fn start_hub(&self) -> HubRef {
        self.shared.fanout.start_hub(self.shared.db.clone())
    }

    /// Closes the sockets of every session that ends from now on. Runs until the server stops.
    pub(crate) async fn follow_sessions(self, mut ended: broadcast::Receiver<SessionEnded>) {
        loop {
            match ended.recv().await {
                Ok(ended) => self.shared.fanout.to_all(|| Ended(ended.clone())),
                // Sockets look after their session by themselves, if later.
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::error!(missed, "Missed that sessions ended");
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    /// Asks every socket to come back elsewhere: this server stops.
    pub(crate) fn drain(&self) {
        self.shared.fanout.to_all(|| Drain);
    }

    /// The kind as the engine names it, where there is one.
    pub(crate) fn kind(&self, name: &str) -> Option<&'static str> {
        self.shared.registry.kind(name)
    }

    /// Sends a command to its entity and waits until its outcome is durable. The same id again gets the first answer again.
    /// The command is on its way when this returns, before the answer is awaited: commands are decided in the order of calls.
    ///
    /// # Errors
    /// The entity's refusal, `not_found` where the person may not see it, or `unavailable` and `outcome_unknown`.
    pub(crate) fn execute(
        &self,
        by: &Arc<Principal>,
        topic: Topic,
        name: &str,
        data: Value,
        command_id: Option<Uuid>,
    ) -> impl Future<Output = Result<Committed, Error>> + use<> {
        let id = command_id.unwrap_or_else(clock::new_id);
        let begun = Instant::now();
        let answer = {
            let (by, name) = (by.clone(), name.to_owned());
            self.ask(topic, move |reply| {
                ToEntity::Execute(Execute {
                    by: by.clone(),
                    name: name.clone(),
                    data: data.clone(),
                    id,
                    reply,
                })
            })
        };
        let name = name.to_owned();
        async move {
            let answer = answer.await;
            let (outcome, seq) = match &answer {
                Ok(committed) => ("ok", Some(committed.seq)),
                Err(error) => (error.code.as_str(), None),
            };
            let ms = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX) as f64 / 1000.0;
            tracing::info!(command.id = %id, command.name = name, %topic, outcome, seq, ms, "Command answered");
            answer
        }
    }

    /// Whether this person may know of the entity.
    ///
    /// # Errors
    /// `unavailable`, when that cannot be found out.
    pub(crate) async fn may_see(&self, who: &Arc<Principal>, topic: Topic) -> Result<bool, Error> {
        self.ask(topic, |reply| ToEntity::MaySee {
            who: who.clone(),
            reply,
        })
        .await
    }

    /// Sends a message at once; the future waits for its answer, and sends again where the actor ended just then. Sending a
    /// command twice is harmless: it keeps its id.
    fn ask<R, F>(&self, topic: Topic, message: F) -> impl Future<Output = Result<R, Error>> + use<R, F>
    where
        F: Fn(oneshot::Sender<Result<R, Error>>) -> ToEntity,
    {
        let shared = self.shared.clone();
        let send = move || {
            let (reply, answer) = oneshot::channel();
            shared.registry.send(topic, message(reply), &shared);
            answer
        };
        let first = send();
        async move {
            if let Ok(answer) = first.await {
                return answer;
            }
            for _ in 0..2 {
                if let Ok(answer) = send().await {
                    return answer;
                }
            }
            Err(Code::Unavailable.into())
        }
    }

    /// Forgets accepted commands that are older than this: from then on their ids are unknown.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn forget_commands(&self, days: u32) -> Result<(), DbError> {
        let before = clock::now() - chrono::TimeDelta::days(i64::from(days));
        journal::forget_commands(before, &self.shared.db).await
    }

    /// A place for one more socket of this user; nothing, where they have as many as they may.
    pub(crate) fn admit(&self, scope: &Scope, limit: Option<NonZeroU32>) -> Option<Place> {
        let mut open = self.shared.open_sockets.lock();
        let count = open.entry(scope.id).or_insert(0);
        if limit.is_some_and(|limit| *count >= limit.get()) {
            return None;
        }
        *count += 1;
        Some(Place {
            user: scope.id,
            shared: self.shared.clone(),
        })
    }

    fn next_socket(&self) -> SocketKey {
        self.shared.fanout.next_socket()
    }

    fn signal(&self, topic: Topic, from: SocketKey, text: &ByteString) {
        self.shared.fanout.signal(topic, from, text);
    }
}
