//! The actor of a tenant's floor. It runs one thing after another; what happens within [`TOGETHER`] is one run.
//!
//! It knows who is connected from the attendance that the engine tells: whoever closed their last socket has a moment to come back before
//! their clients go to others, whoever signed out has none. What it knows it writes down as leases, since other servers may have other
//! sellers: whoever deals judges by the leases of all.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix::{
    Actor, ActorFutureExt, Addr, AsyncContext, AtomicResponse, Context, ContextFutureSpawner, Handler, Message,
    WrapFuture,
};
use actix_rt::ArbiterHandle;
use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::run::{self, Attending, Order, Trigger};
use super::view::Dealt;
use crate::auth::Scope;
use crate::clock;
use crate::db::{Database, TenantId, UserId};
use crate::error::{Code, Error};
use crate::http::once::IdempotencyKey;
use crate::live::{Attendance, Live, Movement};

/// Triggers that come together make one run.
const TOGETHER: Duration = Duration::from_millis(200);
/// How often the leases of those who are connected are renewed.
const RENEW: Duration = Duration::from_secs(10);

/// The floors of all tenants.
pub(crate) struct Floors {
    db: Database,
    live: Live,
    grace: TimeDelta,
    arbiters: Vec<ArbiterHandle>,
    actors: Mutex<HashMap<TenantId, Addr<Floor>>>,
}

impl Floors {
    pub(crate) fn new(db: Database, live: Live, grace: Duration, arbiters: Vec<ArbiterHandle>) -> Arc<Self> {
        Arc::new(Self {
            db,
            live,
            grace: TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX),
            arbiters,
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
                leaving: HashMap::new(),
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
    /// Who closed their last socket or signed out, and until when they count as there.
    leaving: HashMap<UserId, DateTime<Utc>>,
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

/// It was missed who came and went.
#[derive(Message)]
#[rtype(result = "()")]
struct AskAgain;

impl Message for Attendance {
    type Result = ();
}

impl Actor for Floor {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.run_interval(RENEW, |floor, ctx| {
            if !floor.live.online(floor.tenant).is_empty() {
                floor.look_soon(Trigger::Sellers, ctx);
            }
        });
        self.look_soon(Trigger::Sellers, ctx);
    }
}

impl Floor {
    fn look_soon(&mut self, trigger: Trigger, ctx: &mut Context<Self>) {
        let was_waiting = self.is_waiting;
        self.is_waiting = Some(was_waiting.map_or(trigger, |before| before.and(trigger)));
        if was_waiting.is_none() {
            ctx.run_later(TOGETHER, Self::look);
        }
    }

    fn look(&mut self, ctx: &mut Context<Self>) {
        let Some(trigger) = self.is_waiting.take() else { return };
        let (tenant, attending) = (self.tenant, self.attending());
        let (db, live) = (self.db.clone(), self.live.clone());
        let run = run::aside(&self.db, async move || {
            run::by_itself(&db, &live, tenant, &attending, trigger).await
        });
        // Nothing else is done meanwhile.
        run.into_actor(self)
            .map(move |done, _, ctx| {
                if let Err(error) = done {
                    tracing::warn!(tenant.id = %tenant, error = format!("{error:#}"), "Could not deal");
                    ctx.run_later(Duration::from_secs(1), move |floor, ctx| floor.look_soon(trigger, ctx));
                }
            })
            .wait(ctx);
    }

    /// Who is connected, and who was a moment ago.
    fn attending(&mut self) -> Attending {
        let online: HashSet<UserId> = self.live.online(self.tenant).iter().map(|user| user.id()).collect();
        let now = clock::now();
        // The engine has a grace of its own: whoever has left does not come back by it.
        self.leaving
            .retain(|user, until| *until > now - RENEW || online.contains(user));
        Attending {
            present: online
                .into_iter()
                .filter(|user| !self.leaving.contains_key(user))
                .collect(),
            leaving: self.leaving.iter().map(|(user, until)| (*user, *until)).collect(),
        }
    }
}

impl Handler<Attendance> for Floor {
    type Result = ();

    fn handle(&mut self, news: Attendance, ctx: &mut Self::Context) {
        match news.movement {
            Movement::Came => drop(self.leaving.remove(&news.user)),
            Movement::Went => {
                self.leaving.insert(news.user, news.at + self.grace);
                let grace = self.grace.to_std().unwrap_or(Duration::ZERO) + Duration::from_millis(1);
                ctx.run_later(grace, |floor, ctx| floor.look_soon(Trigger::Sellers, ctx));
            }
            Movement::SignedOut => drop(self.leaving.insert(news.user, news.at)),
        }
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
        self.leaving.clear();
        self.look_soon(Trigger::Sellers, ctx);
    }
}

impl Handler<Give> for Floor {
    type Result = AtomicResponse<Self, Result<Dealt, Error>>;

    fn handle(&mut self, give: Give, _: &mut Self::Context) -> Self::Result {
        let (db, live, attending) = (self.db.clone(), self.live.clone(), self.attending());
        let done = run::aside(&self.db, async move || {
            run::on_order(&db, &live, &give.scope, give.key, give.order, &attending).await
        });
        AtomicResponse::new(Box::pin(done.into_actor(self)))
    }
}
