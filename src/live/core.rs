//! The logic of an entity's actor as a value without I/O: it is told what happened and says what to do.
//!
//! One batch is under way at a time. While it is, further commands wait; when it has ended, all that wait are decided together,
//! one after another on a scratch state, as the next batch. The state changes only when the batch is durable.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::Committed;
use super::entity::{Context, Entity, Topic, raw};
use super::feed::FeedHint;
use super::frame::{By, EventFrame, Frame};
use super::journal::{Accepted, Batch, CommandKey, Digest, Numbered, Outcome, Projection, Stored};
use crate::auth::Principal;
use crate::error::{Code, Error, Refusal};
use crate::jobs::NewJob;

/// The most commands that are decided together.
const BATCH_LIMIT: usize = 200;
/// The most commands that may wait; beyond it the entity is overrun and says so.
const WAITING_LIMIT: usize = 10_000;

/// A command on its way, with whatever its answer goes to.
pub(crate) struct Pending<E: Entity, R> {
    pub(crate) reply: R,
    pub(crate) by: Arc<Principal>,
    pub(crate) id: Uuid,
    pub(crate) digest: Digest,
    pub(crate) command: Arc<E::Command>,
}

impl<E: Entity, R> Pending<E, R> {
    fn key(&self) -> CommandKey {
        CommandKey {
            actor: self.by.id.0,
            id: self.id,
        }
    }
}

/// What was read of an entity: its state as of a number.
pub(crate) struct Loaded<S> {
    pub(crate) state: S,
    pub(crate) seq: i64,
    pub(crate) epoch: Uuid,
}

/// What the shell is to do.
pub(crate) enum Effect<E: Entity, R> {
    Reply(R, Result<Committed, Error>),
    /// Read the facts for the batch under way, then call [`EntityCore::decide`].
    ReadFacts,
    /// The batch under way needs no facts: call [`EntityCore::decide`].
    Decide,
    /// Commit, then call [`EntityCore::committed`].
    Commit(Box<Batch>),
    /// These events are durable.
    Publish(Vec<Frame>),
    /// What came of them is to be told to the followers of feeds.
    Tell(Vec<FeedHint>),
    /// Read the entity anew, then call [`EntityCore::reloaded`].
    Reload,
    /// The entity is gone: nobody may stay subscribed, and the actor ends.
    Gone(std::marker::PhantomData<E>),
}

type Effects<E, R> = Vec<Effect<E, R>>;

/// What the core is waiting for.
enum Phase<E: Entity, R> {
    Idle,
    Facts(Vec<Pending<E, R>>),
    Commit(InFlight<E, R>),
    Reload,
    Gone,
}

/// A decided batch whose commit is under way.
struct InFlight<E: Entity, R> {
    scratch: E::State,
    seq: i64,
    frames: Vec<Frame>,
    /// In the order in which they came.
    decided: Vec<(Pending<E, R>, Result<Committed, Refusal>)>,
}

/// What a batch writes besides its rows.
#[derive(Default)]
struct Made {
    events: Vec<Numbered>,
    jobs: Vec<NewJob>,
}

impl<E: Entity, R> InFlight<E, R> {
    fn into_commands(self) -> impl DoubleEndedIterator<Item = Pending<E, R>> {
        self.decided.into_iter().map(|(pending, _)| pending)
    }
}

/// See the module. `R` is where an answer goes: a channel in the server, a name in a simulation.
pub(crate) struct EntityCore<E: Entity, R> {
    topic: Topic,
    state: Arc<E::State>,
    seq: i64,
    epoch: Uuid,
    waiting: VecDeque<Pending<E, R>>,
    phase: Phase<E, R>,
}

impl<E: Entity, R> EntityCore<E, R> {
    pub(crate) fn new(topic: Topic, loaded: Loaded<E::State>) -> Self {
        Self {
            topic,
            state: Arc::new(loaded.state),
            seq: loaded.seq,
            epoch: loaded.epoch,
            waiting: VecDeque::new(),
            phase: Phase::Idle,
        }
    }

    /// The durable state.
    pub(crate) fn state(&self) -> &Arc<E::State> {
        &self.state
    }

    /// The number of the last durable event.
    pub(crate) fn seq(&self) -> i64 {
        self.seq
    }

    pub(crate) fn epoch(&self) -> Uuid {
        self.epoch
    }

    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle) && self.waiting.is_empty()
    }

    /// Another node is known to have moved on. Only when idle; a batch under way finds out by itself.
    pub(crate) fn look_again(&mut self) -> Effects<E, R> {
        self.phase = Phase::Reload;
        vec![Effect::Reload]
    }

    /// The commands whose facts are to be read.
    pub(crate) fn undecided(&self) -> Vec<Arc<E::Command>> {
        let batch: &[_] = if let Phase::Facts(batch) = &self.phase {
            batch
        } else {
            &[]
        };
        let needing = batch.iter().filter(|pending| E::needs_facts(&pending.command));
        needing.map(|pending| pending.command.clone()).collect()
    }

    /// A command arrived.
    pub(crate) fn push(&mut self, pending: Pending<E, R>) -> Effects<E, R> {
        if matches!(self.phase, Phase::Gone) {
            return vec![Effect::Reply(pending.reply, Err(Code::NotFound.into()))];
        }
        if self.waiting.len() >= WAITING_LIMIT {
            return vec![Effect::Reply(pending.reply, Err(Code::Unavailable.into()))];
        }
        self.waiting.push_back(pending);
        self.begin()
    }

    /// Starts a batch, where none is under way and something waits.
    fn begin(&mut self) -> Effects<E, R> {
        if !self.is_ready() {
            return Vec::new();
        }
        let mut batch = Vec::new();
        let mut later = VecDeque::new();
        let mut keys = HashSet::new();
        while let Some(pending) = self.waiting.pop_front() {
            // A repeat of a command in this batch is answered from what the batch leaves behind.
            if batch.len() < BATCH_LIMIT && keys.insert(pending.key()) {
                batch.push(pending);
            } else {
                later.push_back(pending);
            }
        }
        self.waiting = later;
        let needs_facts = batch.iter().any(|pending| E::needs_facts(&pending.command));
        self.phase = Phase::Facts(batch);
        vec![if needs_facts { Effect::ReadFacts } else { Effect::Decide }]
    }

    fn is_ready(&self) -> bool {
        matches!(self.phase, Phase::Idle) && !self.waiting.is_empty()
    }

    /// The facts of the batch under way could not be read: nothing was changed.
    pub(crate) fn facts_failed(&mut self, error: impl Fn() -> Error) -> Effects<E, R> {
        let Phase::Facts(batch) = std::mem::replace(&mut self.phase, Phase::Idle) else {
            return Vec::new();
        };
        let mut effects = replies(batch, error);
        effects.extend(self.begin());
        effects
    }

    /// Decides the batch under way with its facts.
    pub(crate) fn decide(
        &mut self,
        facts: &E::Facts,
        now: DateTime<Utc>,
        mut fresh_id: impl FnMut() -> Uuid,
    ) -> Effects<E, R> {
        let Phase::Facts(batch) = std::mem::replace(&mut self.phase, Phase::Idle) else {
            return Vec::new();
        };
        let mut flight = InFlight {
            scratch: E::State::clone(&self.state),
            seq: self.seq,
            frames: Vec::new(),
            decided: Vec::new(),
        };
        let (mut made, mut changes) = (Made::default(), Vec::new());
        for pending in batch {
            let decided = if E::may_see(&flight.scratch, &pending.by) && !E::is_gone(&flight.scratch) {
                let context = Context {
                    now,
                    by: &pending.by,
                    facts,
                    fresh_id: fresh_id(),
                };
                E::decide(&flight.scratch, &pending.command, &context)
            } else {
                Err(Code::NotFound.into())
            };
            let answer = decided.map(|events| {
                let answer = self.evolve(&mut flight, &pending, &events, now, &mut made);
                changes.extend(events);
                answer
            });
            flight.decided.push((pending, answer));
        }
        let batch = Batch {
            topic: self.topic,
            expected: self.seq,
            at: now,
            events: made.events,
            jobs: made.jobs,
            accepted: flight.decided.iter().filter_map(accepted).collect(),
            refused: flight
                .decided
                .iter()
                .filter(|(_, answer)| answer.is_err())
                .map(|(one, _)| one.key())
                .collect(),
            projection: Projection::new::<E>(changes),
        };
        self.phase = Phase::Commit(flight);
        vec![Effect::Commit(Box::new(batch))]
    }

    /// Applies a command's events to the scratch state and numbers them.
    fn evolve(
        &self,
        flight: &mut InFlight<E, R>,
        pending: &Pending<E, R>,
        events: &[E::Event],
        now: DateTime<Utc>,
        made: &mut Made,
    ) -> Committed {
        let actor = raw(&pending.by.author());
        let by = By {
            id: pending.by.id.0,
            name: (&*pending.by.name).into(),
        };
        let undoes_seq = E::undoes(&pending.command);
        for event in events {
            E::evolve(&mut flight.scratch, event);
            flight.seq += 1;
            let record = E::record(&flight.scratch, event);
            let shown = EventFrame {
                topic: self.topic,
                seq: flight.seq,
                kind: record.kind,
                at: now,
                by: &by,
                data: &record.data,
                undoes_seq,
            };
            flight.frames.push(Frame::of(&shown, Some(&record.audience)));
            made.jobs.extend(
                E::jobs(self.topic, &flight.scratch, event, &pending.by)
                    .into_iter()
                    .map(|job| {
                        let cause = json!({ "topic": self.topic.to_string(), "seq": flight.seq, "type": record.kind });
                        NewJob {
                            topic: job.topic.or(Some(self.topic.id)),
                            cause: job.cause.or(Some(cause)),
                            ..job
                        }
                    }),
            );
            made.events.push(Numbered {
                seq: flight.seq,
                record,
                actor: actor.clone(),
                undoes_seq,
            });
        }
        Committed {
            seq: flight.seq,
            data: E::answer(&flight.scratch, &pending.command, events),
        }
    }

    /// The commit of the batch under way ended.
    pub(crate) fn committed(&mut self, outcome: Outcome) -> Effects<E, R> {
        let Phase::Commit(flight) = std::mem::replace(&mut self.phase, Phase::Idle) else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        match outcome {
            Outcome::Committed { earlier } => {
                let before = std::mem::replace(&mut self.state, Arc::new(flight.scratch));
                self.seq = flight.seq;
                if !flight.frames.is_empty() {
                    effects.push(Effect::Publish(flight.frames));
                    effects.push(Effect::Tell(E::hints(self.topic, &before, &self.state)));
                }
                effects.extend(flight.decided.into_iter().map(|(pending, answer)| {
                    let answer = answer.or_else(|refusal| repeated(&pending, &earlier).unwrap_or(Err(refusal.into())));
                    Effect::Reply(pending.reply, answer)
                }));
                if E::is_gone(&self.state) {
                    effects.extend(self.end());
                    return effects;
                }
            }
            Outcome::Moved => {
                self.put_back(flight);
                self.phase = Phase::Reload;
                return vec![Effect::Reload];
            }
            Outcome::Repeated(stored) => {
                for pending in flight.into_commands().rev() {
                    match repeated(&pending, &stored) {
                        Some(answer) => effects.push(Effect::Reply(pending.reply, answer)),
                        None => self.waiting.push_front(pending),
                    }
                }
            }
            Outcome::Failed(error) => {
                effects.extend(replies(flight.into_commands(), || error.code.into()));
            }
            Outcome::Unknown => {
                effects.extend(replies(flight.into_commands(), || Code::OutcomeUnknown.into()));
                self.phase = Phase::Reload;
                effects.push(Effect::Reload);
                return effects;
            }
        }
        effects.extend(self.begin());
        effects
    }

    /// The entity was read anew; nothing, where it no longer exists.
    pub(crate) fn reloaded(&mut self, loaded: Option<Loaded<E::State>>) -> Effects<E, R> {
        let Some(loaded) = loaded else { return self.end() };
        self.state = Arc::new(loaded.state);
        self.seq = loaded.seq;
        self.epoch = loaded.epoch;
        self.phase = Phase::Idle;
        self.begin()
    }

    /// Nothing can be decided any more: whoever waits is told.
    pub(crate) fn fail_all(&mut self, error: impl Fn() -> Error) -> Effects<E, R> {
        self.phase = Phase::Gone;
        replies(std::mem::take(&mut self.waiting), error)
    }

    fn end(&mut self) -> Effects<E, R> {
        let mut effects = self.fail_all(|| Code::NotFound.into());
        effects.push(Effect::Gone(std::marker::PhantomData));
        effects
    }

    /// The commands of a batch that changed nothing are decided again, before those that came later.
    fn put_back(&mut self, flight: InFlight<E, R>) {
        let mut all: VecDeque<_> = flight.into_commands().collect();
        all.append(&mut self.waiting);
        self.waiting = all;
    }
}

fn accepted<E: Entity, R>((pending, answer): &(Pending<E, R>, Result<Committed, Refusal>)) -> Option<Accepted> {
    let answer = answer.as_ref().ok()?;
    Some(Accepted {
        key: pending.key(),
        digest: pending.digest,
        seq: answer.seq,
        answer: answer.data.clone(),
    })
}

fn replies<E: Entity, R>(
    commands: impl IntoIterator<Item = Pending<E, R>>,
    error: impl Fn() -> Error,
) -> Effects<E, R> {
    commands
        .into_iter()
        .map(|pending| Effect::Reply(pending.reply, Err(error())))
        .collect()
}

/// The answer that this command got before, where it did.
fn repeated<E: Entity, R>(pending: &Pending<E, R>, stored: &[Stored]) -> Option<Result<Committed, Error>> {
    let earlier = stored.iter().find(|stored| stored.key == pending.key())?;
    Some(if earlier.digest == pending.digest {
        Ok(Committed {
            seq: earlier.seq,
            data: earlier.answer.clone(),
        })
    } else {
        Err(Code::IdempotencyKeyReused.into())
    })
}

#[cfg(test)]
mod tests;
