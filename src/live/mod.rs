//! The engine of everything that several people change at the same time. It knows no business.
//!
//! A command goes one way: a [`socket`] or a handler sends it to its entity's [`actor`], which the [`registry`] finds or
//! starts; the actor's [`core`] decides it; the [`journal`] commits events and rows; and the [`fanout`] brings the committed
//! frames to every socket that follows. No step back: sockets know nothing of boards, boards know nothing of sockets.

mod actor;
mod audience;
mod bus;
pub(crate) mod cord;
mod core;
mod entity;
mod fanout;
pub(crate) mod feed;
pub(crate) mod frame;
pub(crate) mod history;
mod hub;
mod journal;
mod log;
mod mutants;
mod peers;
mod presence;
mod registry;
pub(crate) mod socket;

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_rt::Arbiter;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use parking_lot::Mutex;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::future::ready;
use tokio::sync::{broadcast, oneshot};
use uuid::Uuid;

use crate::auth::{Principal, Scope, SessionEnded, Sessions};
use crate::clock;
use crate::db::{Database, DbError, TenantId, UserId};
use crate::error::{Code, Error};
use crate::jobs::Wake;
use actor::{Execute, ToEntity};
pub(crate) use audience::Audience;
pub(crate) use bus::Meeting;
use bus::{Bus, Message};
pub(crate) use entity::{Changes, Context, Entity, Record, Topic, raw};
pub(crate) use fanout::HubRef;
use fanout::{Fanout, SocketKey};
use feed::Feeds;
pub(crate) use feed::{Feed, FeedHint, Recipients};
pub(crate) use frame::{EventFrame, Frame};
use hub::Drain;
use journal::Journal;
pub(crate) use journal::create_topic;
use peers::Peer;
use presence::Presence;
pub(crate) use presence::{Attendance, Movement, OnlineUser};
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

/// How the engine is set up.
pub(crate) struct Options {
    /// For how long a socket that is not heard counts as there.
    pub(crate) presence_lease: Duration,
    /// For how long someone without a socket counts as online.
    pub(crate) presence_grace: Duration,
    /// Where the servers that share the database meet; nothing: this one stands alone.
    pub(crate) meeting: Option<Meeting>,
}

/// What the actors share.
pub(crate) struct Shared {
    db: Database,
    journal: Journal,
    fanout: Arc<Fanout>,
    presence: Arc<Presence>,
    bus: Arc<Bus>,
    line: bus::Waiting,
    registry: Registry,
    starts: HashMap<Feed, feed::Start>,
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
    /// Prepares the engine: with these kinds of entities, which will live on the given threads, and with what those feeds start
    /// from that start from something.
    pub(crate) fn new(
        db: Database,
        kinds: impl IntoIterator<Item = Kind>,
        feeds: impl IntoIterator<Item = (Feed, feed::Start)>,
        arbiters: &[Arbiter],
        wake: Wake,
        options: Options,
    ) -> Self {
        let (bus, line) = Bus::new(options.meeting);
        let fanout = Arc::new(Fanout::new(bus.clone()));
        let presence = Arc::new(Presence::new(
            fanout.clone(),
            bus.clone(),
            options.presence_lease,
            options.presence_grace,
        ));
        let mut starts: HashMap<_, _> = feeds.into_iter().collect();
        starts.insert(Feed::Presence, presence::start_of_feed(presence.clone()));
        let kinds: HashMap<_, _> = kinds.into_iter().map(|kind| (kind.name, kind.start)).collect();
        let shared = Shared {
            journal: Journal::start(&db, wake, JOURNAL_WRITERS),
            presence,
            bus,
            line: Mutex::new(line),
            starts,
            fanout,
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
        self.shared
            .fanout
            .start_hub(self.shared.presence.clone(), self.shared.db.clone())
    }

    /// Does what is due by itself. Runs until the server stops.
    pub(crate) async fn run(self, sessions: Sessions) {
        tokio::join!(
            self.follow_sessions(sessions.ended()),
            self.shared.presence.keep(),
            self.listen(&sessions),
        );
    }

    /// Talks with the other servers, where there are any.
    async fn listen(&self, sessions: &Sessions) {
        let line = self.shared.line.lock().take();
        if let Some(line) = line {
            let peer = Peer { live: self, sessions };
            line.run(&self.shared.bus, &peer).await;
        }
    }

    /// Closes the sockets of every session that ends from now on, here and at the other servers.
    async fn follow_sessions(&self, mut ended: broadcast::Receiver<SessionEnded>) {
        loop {
            match ended.recv().await {
                Ok(ended) => {
                    self.end(&ended, true);
                    self.shared.bus.tell(|| Message::Ended(ended));
                }
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

    /// Forgets a tenant's accepted commands that are older than this: from then on their ids are unknown.
    ///
    /// # Errors
    /// When the database is away.
    pub(crate) async fn forget_commands(&self, tenant: TenantId, days: u32) -> Result<(), DbError> {
        let before = clock::now() - chrono::TimeDelta::days(i64::from(days));
        journal::forget_commands(tenant, before, &self.shared.db).await
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

    /// The feeds of a company, for whoever has something to tell.
    pub(crate) fn feed(&self, tenant: TenantId) -> Feeds<'_> {
        Feeds {
            fanout: &self.shared.fanout,
            tenant,
        }
    }

    /// What a new follower of a feed starts from.
    fn start_of(&self, feed: Feed, scope: Scope) -> LocalBoxFuture<'static, Result<Box<RawValue>, Error>> {
        match self.shared.starts.get(&feed) {
            Some(start) => start(scope),
            None => ready(Ok(raw(&json!({})))).boxed_local(),
        }
    }

    /// Who of a company is online, by name.
    pub(crate) fn online(&self, tenant: TenantId) -> Vec<OnlineUser> {
        self.shared.presence.online(tenant)
    }

    /// Who comes and goes from now on, in all companies. Whoever lags behind misses some.
    pub(crate) fn attendance(&self) -> broadcast::Receiver<Attendance> {
        self.shared.presence.attendance()
    }
}
