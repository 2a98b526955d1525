//! The actor of a tenant's floor. It runs one thing after another; what happens within [`TOGETHER`] is one run.
//!
//! It knows who is there from the attendance that the engine tells: whoever closed their last socket has a moment to come back before
//! their clients go to others, whoever signed out has none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{
    Actor, ActorFutureExt, Addr, AsyncContext, AtomicResponse, Context, ContextFutureSpawner, Handler, Message,
    WrapFuture,
};
use actix_rt::ArbiterHandle;
use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::run::{self, Online, Order, Trigger};
use super::view::Dealt;
use crate::auth::Scope;
use crate::clock;
use crate::db::{Database, TenantId, UserId};
use crate::error::{Code, Error};
use crate::http::once::IdempotencyKey;
use crate::live::{Attendance, Live, Movement};

/// Triggers that come together make one run.
const TOGETHER: Duration = Duration::from_millis(200);

/// The floors of all tenants.
pub(crate) struct Floors {
    db: Database,
    live: Live,
    grace: TimeDelta,
    arbiters: Vec<ArbiterHandle>,
    began: Instant,
    actors: Mutex<HashMap<TenantId, Addr<Floor>>>,
}

impl Floors {
    pub(crate) fn new(db: Database, live: Live, grace: Duration, arbiters: Vec<ArbiterHandle>) -> Arc<Self> {
        Arc::new(Self {
            db,
            live,
            grace: TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX),
            arbiters,
            began: Instant::now(),
            actors: Mutex::default(),
        })
    }

    /// Does something with a tenant's clients, on somebody's word.
    ///
    /// # Errors
    /// Why it was not done; `unavailable`.
    pub(crate) async fn order(&self, scope: &Scope, key: IdempotencyKey, order: Order) -> Result<Dealt, Error> {
        let give = Give {
            scope: scope.clone(),
            key,
            order,
        };
        match self.actor(scope.tenant).send(give).await {
            Ok(done) => done,
            Err(_) => Err(Code::Unavailable.into()),
        }
    }

    /// Something may be to be dealt: clients bought, were made, or a day has passed.
    pub(crate) fn look(&self, tenant: TenantId) {
        self.actor(tenant).do_send(Look(Trigger::Clients));
    }

    /// Follows who comes and goes. Runs until the server stops.
    pub(crate) async fn follow(self: Arc<Self>, mut attendance: Receiver<Attendance>) {
        loop {
            match attendance.recv().await {
                Ok(news) => self.actor(news.tenant).do_send(news),
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "Missed who came and went; asking who is there");
                    for actor in self.actors.lock().values() {
                        actor.do_send(AskAgain);
                    }
                }
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn actor(&self, tenant: TenantId) -> Addr<Floor> {
        let mut actors = self.actors.lock();
        let actor = actors.entry(tenant).or_insert_with(|| {
            let floor = Floor {
                tenant,
                db: self.db.clone(),
                live: self.live.clone(),
                grace: self.grace,
                began: self.began,
                there: HashMap::new(),
                is_waiting: None,
            };
            let place = usize::from(*tenant.0.as_bytes().last().unwrap_or(&0)) % self.arbiters.len().max(1);
            match self.arbiters.get(place) {
                Some(arbiter) => Floor::start_in_arbiter(arbiter, |_| floor),
                None => floor.start(),
            }
        });
        actor.clone()
    }
}

/// See the module.
struct Floor {
    tenant: TenantId,
    db: Database,
    live: Live,
    grace: TimeDelta,
    began: Instant,
    /// Who is there, and until when those still are who closed their last socket.
    there: HashMap<UserId, Option<DateTime<Utc>>>,
    /// A run is about to begin, and because of this.
    is_waiting: Option<Trigger>,
}

/// Somebody orders something.
#[derive(Message)]
#[rtype(result = "Result<Dealt, Error>")]
struct Give {
    scope: Scope,
    key: IdempotencyKey,
    order: Order,
}

/// Something may be to be dealt.
#[derive(Message)]
#[rtype(result = "()")]
struct Look(Trigger);

/// Who is there is to be asked again.
#[derive(Message)]
#[rtype(result = "()")]
struct AskAgain;

impl Message for Attendance {
    type Result = ();
}

impl Actor for Floor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // What was sent before this one listened is not sent again.
        self.ask_again();
        // Whoever was there before the server started gets the time to come back.
        let left = self.patience();
        if !left.is_zero() {
            ctx.run_later(left, |floor, ctx| floor.look_soon(Trigger::Sellers, ctx));
        }
        self.look_soon(Trigger::Sellers, ctx);
    }
}

impl Floor {
    fn ask_again(&mut self) {
        self.there = self
            .live
            .online(self.tenant)
            .iter()
            .map(|user| (user.id(), None))
            .collect();
    }

    /// How long it is not yet known who comes back after the server's start.
    fn patience(&self) -> Duration {
        let grace = self.grace.to_std().unwrap_or(Duration::ZERO);
        grace.saturating_sub(self.began.elapsed())
    }

    fn look_soon(&mut self, trigger: Trigger, ctx: &mut Context<Self>) {
        let was_waiting = self.is_waiting;
        self.is_waiting = Some(was_waiting.map_or(trigger, |before| before.and(trigger)));
        if was_waiting.is_none() {
            ctx.run_later(TOGETHER, Self::look);
        }
    }

    fn look(&mut self, ctx: &mut Context<Self>) {
        let Some(trigger) = self.is_waiting.take() else { return };
        let (tenant, online) = (self.tenant, self.online());
        let (db, live) = (self.db.clone(), self.live.clone());
        let run = async move { run::by_itself(&db, &live, tenant, &online, trigger).await };
        // Nothing else is done meanwhile.
        run.into_actor(self)
            .map(move |done, floor, ctx| {
                if let Err(error) = done {
                    tracing::warn!(tenant.id = %tenant, error = format!("{error:#}"), "Could not deal");
                    ctx.run_later(Duration::from_secs(1), move |floor, ctx| floor.look_soon(trigger, ctx));
                }
                let _ = floor;
            })
            .wait(ctx);
    }

    /// Who counts as there.
    fn online(&self) -> Online {
        let now = clock::now();
        let there = self.there.iter();
        let present = there
            .filter(|(_, until)| until.is_none_or(|until| until > now))
            .map(|(user, _)| *user);
        Online {
            present: present.collect(),
            is_certain: self.patience().is_zero(),
        }
    }
}

impl Handler<Attendance> for Floor {
    type Result = ();

    fn handle(&mut self, news: Attendance, ctx: &mut Self::Context) {
        match news.movement {
            Movement::Came => {
                self.there.insert(news.user, None);
            }
            Movement::Went => {
                self.there.insert(news.user, Some(news.at + self.grace));
                let grace = self.grace.to_std().unwrap_or(Duration::ZERO) + Duration::from_millis(1);
                ctx.run_later(grace, |floor, ctx| floor.look_soon(Trigger::Sellers, ctx));
            }
            Movement::SignedOut => {
                self.there.remove(&news.user);
            }
        }
        let now = clock::now();
        self.there.retain(|_, until| until.is_none_or(|until| until > now));
        self.look_soon(Trigger::Sellers, ctx);
    }
}

impl Handler<Look> for Floor {
    type Result = ();

    fn handle(&mut self, Look(trigger): Look, ctx: &mut Self::Context) {
        self.look_soon(trigger, ctx);
    }
}

impl Handler<AskAgain> for Floor {
    type Result = ();

    fn handle(&mut self, _: AskAgain, ctx: &mut Self::Context) {
        self.ask_again();
        self.look_soon(Trigger::Sellers, ctx);
    }
}

impl Handler<Give> for Floor {
    type Result = AtomicResponse<Self, Result<Dealt, Error>>;

    fn handle(&mut self, give: Give, _: &mut Self::Context) -> Self::Result {
        let (db, live, online) = (self.db.clone(), self.live.clone(), self.online());
        let done = async move { run::on_order(&db, &live, &give.scope, give.key, give.order, &online).await };
        AtomicResponse::new(Box::pin(done.into_actor(self)))
    }
}
