//! The actor of a live entity: a thin shell around [`EntityCore`] that reads, commits and publishes what the core says.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Context, Handler, Message, Recipient, WrapFuture};
use actix_rt::ArbiterHandle;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel::{OptionalExtension, QueryableByName};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::core::{Effect, EntityCore, Loaded, Pending};
use super::entity::{Entity, Topic, raw};
use super::fanout::{HubRef, SocketKey};
use super::feed::Feeds;
use super::frame::{self, Frame, FrameId, Start};
use super::history;
use super::hub::Attach;
use super::journal::Outcome;
use super::log::{self, RESUME_LIMIT};
use super::mutants::Mutant;
use super::registry::Incarnation;
use super::{Committed, Shared};
use crate::auth::Principal;
use crate::clock;
use crate::db::statement::statement;
use crate::db::{Connection, DbError};
use crate::error::{Code, Error};
use crate::metrics;

/// Where a command's answer goes.
pub(crate) type Reply = oneshot::Sender<Result<Committed, Error>>;

/// How many recent frames are kept for those who come back.
const RING: usize = 1_000;
/// How often an actor asks itself whether anybody still needs it.
const IDLE_CHECK: Duration = Duration::from_secs(30);
/// How long an actor outlives its last message.
const IDLE: Duration = Duration::from_secs(120);

/// What an entity's actor is asked.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) enum ToEntity {
    Execute(Execute),
    Subscribe(Subscribe),
    /// Whether this person may know of the entity.
    MaySee {
        who: Arc<Principal>,
        reply: oneshot::Sender<Result<bool, Error>>,
    },
    /// Another server has committed up to this number.
    Elsewhere {
        seq: i64,
    },
}

/// A command.
pub(crate) struct Execute {
    pub(crate) by: Arc<Principal>,
    pub(crate) name: String,
    pub(crate) data: Value,
    pub(crate) id: Uuid,
    pub(crate) reply: Reply,
}

/// A socket wants to follow the entity.
pub(crate) struct Subscribe {
    pub(crate) who: Arc<Principal>,
    pub(crate) re: Option<FrameId>,
    pub(crate) since: Option<i64>,
    pub(crate) epoch: Option<String>,
    /// Whether it was found to know more than the actor, which looked again for it.
    pub(crate) was_ahead: bool,
    pub(crate) hub: HubRef,
    pub(crate) socket: SocketKey,
    /// Answers only a refusal: success travels the way of the frames, so that nothing slips between snapshot and stream.
    pub(crate) reply: oneshot::Sender<Result<(), Error>>,
}

impl Subscribe {
    fn same_epoch(&self, epoch: Uuid) -> bool {
        self.epoch.as_ref().is_none_or(|known| *known == epoch.to_string())
    }
}

impl ToEntity {
    fn refuse(self, code: Code) {
        // Whoever no longer listens needs no answer.
        match self {
            ToEntity::Execute(command) => drop(command.reply.send(Err(code.into()))),
            ToEntity::Subscribe(subscribe) => drop(subscribe.reply.send(Err(code.into()))),
            ToEntity::MaySee { reply, .. } => drop(reply.send(if code == Code::NotFound {
                Ok(false)
            } else {
                Err(code.into())
            })),
            ToEntity::Elsewhere { .. } => {}
        }
    }
}

/// See the module.
pub(crate) struct EntityActor<E: Entity> {
    topic: Topic,
    incarnation: Incarnation,
    shared: Arc<Shared>,
    /// Nothing while the entity is read for the first time.
    core: Option<EntityCore<E, Reply>>,
    /// The number that another server is known to have reached.
    elsewhere: i64,
    /// What arrived while the entity was being read.
    early: Vec<ToEntity>,
    /// The newest frames, without a gap, up to the core's number.
    ring: VecDeque<Frame>,
    received: u64,
    last_used: Instant,
}

/// Starts the actor of an entity; it reads its state before it does anything else.
pub(crate) fn start<E: Entity>(
    topic: Topic,
    incarnation: Incarnation,
    shared: &Arc<Shared>,
    arbiter: &ArbiterHandle,
) -> Recipient<ToEntity> {
    let shared = shared.clone();
    let address = EntityActor::<E>::start_in_arbiter(arbiter, move |_| EntityActor {
        topic,
        incarnation,
        shared,
        core: None,
        elsewhere: 0,
        early: Vec::new(),
        ring: VecDeque::new(),
        received: 0,
        last_used: Instant::now(),
    });
    address.recipient()
}

impl<E: Entity> Actor for EntityActor<E> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let (shared, topic) = (self.shared.clone(), self.topic);
        let read = async move { load::<E>(topic, None, &shared).await };
        ctx.spawn(read.into_actor(self).map(|loaded, actor, ctx| match loaded {
            Ok(Some((loaded, _))) => {
                actor.core = Some(EntityCore::new(actor.topic, loaded));
                actor.take_early(ctx);
            }
            Ok(None) => actor.give_up(Code::NotFound, ctx),
            Err(error) => {
                tracing::warn!(topic = %actor.topic, error = format!("{error:#}"), "Could not load an entity");
                actor.give_up(Error::from(error).code, ctx);
            }
        }));
        ctx.run_interval(IDLE_CHECK, |actor, ctx| {
            let idle = actor.core.as_ref().is_some_and(EntityCore::is_idle) && actor.last_used.elapsed() > IDLE;
            if idle
                && actor
                    .shared
                    .registry
                    .release(actor.topic, actor.incarnation, actor.received)
            {
                ctx.stop();
            }
        });
    }
}

impl<E: Entity> Handler<ToEntity> for EntityActor<E> {
    type Result = ();

    fn handle(&mut self, message: ToEntity, ctx: &mut Self::Context) {
        self.received += 1;
        // What happens elsewhere keeps nobody busy here.
        if !matches!(message, ToEntity::Elsewhere { .. }) {
            self.last_used = Instant::now();
        }
        self.take(message, ctx);
    }
}

impl<E: Entity> EntityActor<E> {
    fn take(&mut self, mut message: ToEntity, ctx: &mut Context<Self>) {
        let Some(core) = &mut self.core else {
            self.early.push(message);
            return;
        };
        if let ToEntity::Subscribe(subscribe) = &mut message
            && subscribe.same_epoch(core.epoch())
            && let Some(since) = subscribe.since.filter(|since| *since > core.seq())
            && !std::mem::replace(&mut subscribe.was_ahead, true)
        {
            // They saw at another server what this one has not heard of. What is read now settles whether it is so.
            self.elsewhere = self.elsewhere.max(since);
        }
        let is_shown = matches!(message, ToEntity::Subscribe(_) | ToEntity::MaySee { .. });
        if is_shown && core.seq() < self.elsewhere {
            // Nobody is shown what is known to be old. Commands need no such care: a commit finds out, also for who waits here.
            self.early.push(message);
            if core.is_idle() {
                let effects = core.look_again();
                self.apply(effects, ctx);
            }
            return;
        }
        match message {
            ToEntity::Execute(command) => self.execute(command, ctx),
            ToEntity::Subscribe(subscribe) => self.subscribe(subscribe, ctx),
            ToEntity::MaySee { who, reply } => {
                let _ = reply.send(Ok(E::may_see(core.state(), &who)));
            }
            ToEntity::Elsewhere { seq } => self.elsewhere = self.elsewhere.max(seq),
        }
    }

    fn take_early(&mut self, ctx: &mut Context<Self>) {
        for message in std::mem::take(&mut self.early) {
            self.take(message, ctx);
        }
    }

    fn execute(&mut self, command: Execute, ctx: &mut Context<Self>) {
        let Some(core) = &mut self.core else { return };
        let Execute {
            by,
            name,
            data,
            id,
            reply,
        } = command;
        let id = if Mutant::Once.is_at_large() {
            clock::new_id()
        } else {
            id
        };
        let parsed = match E::parse(&name, data) {
            Ok(parsed) => parsed,
            Err(refusal) => {
                // What kind of entity takes which commands is no secret, that this one exists is.
                let visible = E::may_see(core.state(), &by);
                let _ = reply.send(Err(if visible { refusal.into() } else { Code::NotFound.into() }));
                return;
            }
        };
        let mut hash = Sha256::new();
        hash.update(self.topic.to_string());
        hash.update(raw(&parsed).get());
        let digest = hash.finalize().into();
        let effects = core.push(Pending {
            reply,
            by,
            id,
            digest,
            command: Arc::new(parsed),
        });
        self.apply(effects, ctx);
    }

    fn apply(&mut self, effects: Vec<Effect<E, Reply>>, ctx: &mut Context<Self>) {
        for effect in effects {
            match effect {
                Effect::Reply(reply, answer) => self.reply(reply, answer),
                Effect::ReadFacts => self.read_facts(ctx),
                Effect::Decide => self.decide(&E::Facts::default(), ctx),
                Effect::Commit(batch) => {
                    let journal = self.shared.journal.clone();
                    let commit = async move { journal.commit(*batch).await };
                    let commit = if Mutant::Durable.is_at_large() {
                        actix_rt::spawn(commit);
                        async { Outcome::Committed { earlier: Vec::new() } }.left_future()
                    } else {
                        commit.right_future()
                    };
                    let elsewhere = self.elsewhere;
                    ctx.spawn(commit.into_actor(self).map(move |outcome, actor, ctx| {
                        if matches!(outcome, Outcome::Committed { .. }) && actor.elsewhere == elsewhere {
                            // Nobody else had come further, whatever had been said.
                            actor.elsewhere = 0;
                        }
                        let effects = actor.core.as_mut().map(|core| core.committed(outcome));
                        actor.apply(effects.unwrap_or_default(), ctx);
                        actor.take_early(ctx);
                    }));
                }
                Effect::Publish(frames) => {
                    let passes_mark = frames.iter().any(|frame| frame.seq % history::CHECKPOINT_EVERY == 0);
                    self.publish(frames);
                    if passes_mark {
                        self.keep_checkpoint(ctx);
                    }
                }
                Effect::Tell(hints) => {
                    let feeds = Feeds {
                        fanout: &self.shared.fanout,
                        tenant: self.topic.tenant,
                    };
                    hints.into_iter().for_each(|hint| feeds.send(hint));
                }
                Effect::Reload => self.reload(ctx),
                Effect::Gone(_) => {
                    self.shared.fanout.withdraw(self.topic);
                    self.give_up(Code::NotFound, ctx);
                }
            }
        }
    }

    fn reply(&self, reply: Reply, answer: Result<Committed, Error>) {
        let outcome = answer.as_ref().map_or_else(|error| error.code.as_str(), |_| "ok");
        metrics::COMMANDS.with_label_values(&[self.topic.kind, outcome]).inc();
        // Whoever no longer listens asks again under the same id.
        let _ = reply.send(answer);
    }

    fn read_facts(&mut self, ctx: &mut Context<Self>) {
        let Some(core) = &self.core else { return };
        let (db, topic) = (self.shared.db.clone(), self.topic);
        let (state, commands) = (core.state().clone(), core.undecided());
        let read = async move {
            db.tenant(topic.tenant, async |conn| {
                let commands: Vec<_> = commands.iter().map(AsRef::as_ref).collect();
                Ok::<_, DbError>(E::facts(topic, &state, &commands, conn).await?)
            })
            .await
        };
        ctx.spawn(read.into_actor(self).map(|facts, actor, ctx| match facts {
            Ok(facts) => actor.decide(&facts, ctx),
            Err(error) => {
                let error = Error::from(error);
                let effects = actor.core.as_mut().map(|core| core.facts_failed(|| error.code.into()));
                actor.apply(effects.unwrap_or_default(), ctx);
                actor.take_early(ctx);
            }
        }));
    }

    fn decide(&mut self, facts: &E::Facts, ctx: &mut Context<Self>) {
        let effects = self
            .core
            .as_mut()
            .map(|core| core.decide(facts, clock::now(), clock::new_id));
        self.apply(effects.unwrap_or_default(), ctx);
    }

    fn publish(&mut self, frames: Vec<Frame>) {
        let frames = self.remember(frames);
        self.shared.fanout.publish(self.topic, frames);
    }

    /// Keeps the newest frames for those who come back.
    fn remember(&mut self, frames: Vec<Frame>) -> Arc<[Frame]> {
        let excess = (self.ring.len() + frames.len())
            .saturating_sub(RING)
            .min(self.ring.len());
        self.ring.drain(..excess);
        self.ring.extend(frames.iter().cloned());
        frames.into()
    }

    /// Writes down the state, so that no history needs a long replay. Nothing waits for it, and what fails is only slower to read.
    fn keep_checkpoint(&self, ctx: &mut Context<Self>) {
        let Some(core) = &self.core else { return };
        let (db, topic) = (self.shared.db.clone(), self.topic);
        let (state, seq) = (core.state().clone(), core.seq());
        let write = async move {
            if let Err(error) = history::keep::<E>(topic, seq, state, clock::now(), &db).await {
                tracing::warn!(%topic, error = format!("{error:#}"), "Could not write a checkpoint");
            }
        };
        ctx.spawn(write.into_actor(self));
    }

    /// Another node moved first, or a commit's outcome is in doubt: memory is read anew, and what others did is shown.
    fn reload(&mut self, ctx: &mut Context<Self>) {
        let Some(core) = &self.core else { return };
        let (shared, topic, known) = (self.shared.clone(), self.topic, core.seq());
        let elsewhere = self.elsewhere;
        let read = async move { load::<E>(topic, Some(known), &shared).await };
        ctx.spawn(read.into_actor(self).map(move |loaded, actor, ctx| {
            let Some(core) = &mut actor.core else { return };
            let effects = match loaded {
                Ok(Some((loaded, missed))) => {
                    let effects = core.reloaded(Some(loaded));
                    actor.catch_up(missed);
                    effects
                }
                Ok(None) => core.reloaded(None),
                Err(error) => {
                    tracing::warn!(topic = %actor.topic, error = format!("{error:#}"), "Could not reload an entity");
                    let code = Error::from(error).code;
                    let effects = core.fail_all(|| code.into());
                    actor.apply(effects, ctx);
                    return actor.give_up(code, ctx);
                }
            };
            if actor.elsewhere == elsewhere {
                // What was read is the newest there was, whatever had been said.
                actor.elsewhere = 0;
            }
            actor.apply(effects, ctx);
            actor.take_early(ctx);
        }));
    }

    /// Shows the events that another node committed.
    fn catch_up(&mut self, missed: Vec<Frame>) {
        let first = missed.as_slice().first().map(|frame| frame.seq);
        let last = self.ring.back().map(|frame| frame.seq);
        if first != last.map(|last| last + 1) {
            self.ring.clear();
        }
        let missed = self.remember(missed);
        self.shared.fanout.publish_here(self.topic, missed);
        let reached = self.ring.back().map(|frame| frame.seq);
        if reached != self.core.as_ref().map(EntityCore::seq) {
            // More was missed than one read brings; whoever follows fills the gap from the log.
            self.ring.clear();
        }
    }

    /// Ends the actor; whoever still waits is told why.
    fn give_up(&mut self, code: Code, ctx: &mut Context<Self>) {
        self.shared.registry.forget(self.topic, self.incarnation);
        for message in std::mem::take(&mut self.early) {
            message.refuse(code);
        }
        ctx.stop();
    }

    fn subscribe(&mut self, subscribe: Subscribe, ctx: &mut Context<Self>) {
        let Some(core) = &self.core else { return };
        if !E::may_see(core.state(), &subscribe.who) || E::is_gone(core.state()) {
            let _ = subscribe.reply.send(Err(Code::NotFound.into()));
            return;
        }
        let same_epoch = subscribe.same_epoch(core.epoch());
        let since = subscribe
            .since
            .map(|since| since + i64::from(Mutant::NoGap.is_at_large() && since < core.seq()))
            .filter(|since| same_epoch && (0..=core.seq()).contains(since));
        match since {
            Some(since) if core.seq() - since <= RESUME_LIMIT => self.resume(subscribe, since, ctx),
            Some(_) | None => self.attach(subscribe, None),
        }
    }

    fn resume(&mut self, subscribe: Subscribe, since: i64, ctx: &mut Context<Self>) {
        if let Some(frames) = self.recent(since) {
            return self.attach(subscribe, Some(frames));
        }
        let (db, topic) = (self.shared.db.clone(), self.topic);
        let read = async move {
            db.tenant(topic.tenant, async |conn| {
                Ok::<_, DbError>(log::frames_after(topic, since, conn).await?)
            })
            .await
        };
        ctx.spawn(read.into_actor(self).map(move |frames, actor, _| match frames {
            Ok(mut frames) => {
                // What another node has committed since is not yet known here: it comes with the stream.
                let known = actor.core.as_ref().map_or(0, EntityCore::seq);
                frames.retain(|frame| frame.seq <= known);
                // Meanwhile newer ones may have come: they are in the ring.
                let reached = frames.last().map_or(since, |frame| frame.seq);
                let whole = actor.recent(reached).map(|newer| {
                    frames.extend(newer);
                    frames
                });
                actor.attach(subscribe, whole);
            }
            Err(error) => drop(subscribe.reply.send(Err(error.into()))),
        }));
    }

    /// Every event after `since`, where the ring still has them all.
    fn recent(&self, since: i64) -> Option<Vec<Frame>> {
        let seq = self.core.as_ref()?.seq();
        if since >= seq {
            return Some(Vec::new());
        }
        let oldest = self.ring.front()?.seq;
        (oldest <= since + 1).then(|| self.ring.iter().filter(|frame| frame.seq > since).cloned().collect())
    }

    /// Joins a socket to the stream, with what it missed or the whole state.
    fn attach(&self, subscribe: Subscribe, missed: Option<Vec<Frame>>) {
        let Some(core) = &self.core else { return };
        let Subscribe {
            who,
            re,
            hub,
            socket,
            reply,
            ..
        } = subscribe;
        let snapshot;
        let start = match &missed {
            Some(frames) => Start::Events(frames, who.id),
            None => {
                snapshot = E::snapshot(core.state(), &who);
                Start::Snapshot(&snapshot)
            }
        };
        self.shared.presence.greet(self.topic, socket, |present| {
            let answer = frame::subscribed(&re, self.topic, core.epoch(), core.seq(), &start, present);
            let (topic, seq) = (self.topic, core.seq());
            let attach = Attach {
                topic,
                socket,
                seq,
                answer,
            };
            self.shared.fanout.attach(&hub, attach);
        });
        let _ = reply.send(Ok(()));
    }
}

#[derive(QueryableByName)]
struct PositionRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = SqlUuid)]
    epoch: Uuid,
}

type Found<E> = (Loaded<<E as Entity>::State>, Vec<Frame>);

/// Reads an entity, its number and, when something was known before, the frames since: all as of one moment.
async fn load<E: Entity>(topic: Topic, known: Option<i64>, shared: &Shared) -> Result<Option<Found<E>>, DbError> {
    let work = async |conn: &mut Connection| -> Result<Option<Found<E>>, DbError> {
        let position: Option<PositionRow> = statement(
            "SELECT topics.seq, tenants.epoch FROM topics JOIN tenants ON tenants.id = topics.tenant_id
             WHERE topics.tenant_id = ? AND topics.id = ? AND topics.kind = ?",
        )
        .bind::<SqlUuid, _>(topic.tenant.0)
        .bind::<SqlUuid, _>(topic.id)
        .bind::<Text, _>(topic.kind)
        .get_result(conn)
        .await
        .optional()?;
        let Some(position) = position else { return Ok(None) };
        let Some(state) = E::load(topic.tenant, topic.id, conn).await? else {
            return Ok(None);
        };
        let missed = match known {
            Some(known) => log::frames_after(topic, known, conn).await?,
            None => Vec::new(),
        };
        Ok(Some((
            Loaded {
                state,
                seq: position.seq,
                epoch: position.epoch,
            },
            missed,
        )))
    };
    shared.db.snapshot(topic.tenant, work).await
}
