//! Makes decisions durable: events, changed rows and the accepted commands of many entities in one transaction.
//!
//! Entities hand over their [`Batch`]es; while one transaction commits, the batches of all other entities gather, and the next
//! transaction carries them together. The row of the topic is the only lock between nodes: a batch that expects another number
//! than it finds there changes nothing, and its entity loads again and decides again.
//!
//! - [`writer`] takes what waits, splits what fails, and finds out what became of a COMMIT without an answer.
//! - [`tables`] holds the statements.

mod tables;
mod writer;

#[cfg(test)]
mod tests;

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::entity::{Changes, Entity, Record, Topic};
use crate::db::{Connection, Database};
use crate::error::Error;
use crate::jobs::{NewJob, Wake};
pub(crate) use tables::{create_topic, forget_commands};
use writer::{Entry, Queue};

/// What makes two commands one: an id belongs to its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CommandKey {
    pub(crate) actor: Uuid,
    pub(crate) id: Uuid,
}

/// The SHA-256 of topic, command and typed data: the same id with another digest is a mistake of the client.
pub(crate) type Digest = [u8; 32];

/// A command that a batch accepts, with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) key: CommandKey,
    pub(crate) digest: Digest,
    pub(crate) seq: i64,
    pub(crate) answer: Box<RawValue>,
}

/// An event with its place and author.
#[derive(Clone, Debug)]
pub(crate) struct Numbered {
    pub(crate) seq: i64,
    pub(crate) record: Record,
    pub(crate) actor: Box<RawValue>,
    /// The event that it takes back.
    pub(crate) undoes_seq: Option<i64>,
}

/// Everything that one entity wants to become true together.
pub(crate) struct Batch {
    pub(crate) topic: Topic,
    /// The topic's number that the decisions rest on.
    pub(crate) expected: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) events: Vec<Numbered>,
    /// What is to happen because of them.
    pub(crate) jobs: Vec<NewJob>,
    pub(crate) accepted: Vec<Accepted>,
    /// Commands about to be refused: whether one of them was accepted before is looked up.
    pub(crate) refused: Vec<CommandKey>,
    pub(crate) projection: Projection,
}

impl Batch {
    /// About how many rows it writes.
    fn rows(&self) -> usize {
        self.accepted.len() + self.jobs.len() + 2 * self.events.len()
    }
}

/// The rows of a batch's events, whatever its kind of entity.
pub(crate) struct Projection {
    /// A `Vec<E::Event>` of the kind that `project` knows.
    events: Box<dyn Any + Send + Sync>,
    project: &'static dyn Project,
}

impl Projection {
    pub(crate) fn new<E: Entity>(events: Vec<E::Event>) -> Self {
        Self {
            events: Box::new(events),
            project: &Projector::<E>(PhantomData),
        }
    }
}

/// Writes the rows of several batches of one kind of entity.
trait Project: Send + Sync {
    fn project<'a>(&'a self, batches: &'a [&'a Batch], conn: &'a mut Connection) -> BoxFuture<'a, QueryResult<()>>;
}

struct Projector<E>(PhantomData<fn() -> E>);

impl<E: Entity> Project for Projector<E> {
    fn project<'a>(&'a self, batches: &'a [&'a Batch], conn: &'a mut Connection) -> BoxFuture<'a, QueryResult<()>> {
        let changes: Vec<_> = batches
            .iter()
            .filter_map(|batch| {
                let events = batch.projection.events.downcast_ref::<Vec<E::Event>>();
                debug_assert!(events.is_some(), "batches are grouped by kind");
                Some(Changes {
                    tenant: batch.topic.tenant,
                    id: batch.topic.id,
                    events: events?,
                })
            })
            .collect();
        async move { E::project(&changes, conn).await }.boxed()
    }
}

/// What was answered to a command before.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) key: CommandKey,
    pub(crate) digest: Vec<u8>,
    pub(crate) seq: i64,
    pub(crate) answer: Box<RawValue>,
}

/// How a commit ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Durable. With the earlier answers of commands that were about to be refused.
    Committed { earlier: Vec<Stored> },
    /// Nothing was changed: the topic has another number than expected, or is gone.
    Moved,
    /// Nothing was changed: these commands had been accepted before.
    Repeated(Vec<Stored>),
    /// Nothing was changed.
    Failed(Error),
    /// It may have been committed, and that could not be found out.
    Unknown,
}

/// Commits batches. Cheap to clone; its writers end with the last clone.
#[derive(Clone)]
pub(crate) struct Journal {
    queue: Arc<Queue>,
    wake: Wake,
}

impl Journal {
    /// Starts the writers, on the runtime of the database's connections. `wake` is told when jobs were committed.
    pub(crate) fn start(db: &Database, wake: Wake, writers: usize) -> Self {
        let queue = Arc::new(Queue::default());
        for _ in 0..writers.max(1) {
            db.runtime()
                .spawn(writer::run(Arc::downgrade(&queue), queue.arrived(), db.clone()));
        }
        Self { queue, wake }
    }

    /// Commits a batch together with whatever else waits, or says why not. Never leaves a doubt where the database can still
    /// be asked.
    pub(crate) async fn commit(&self, batch: Batch) -> Outcome {
        let brings_work = !batch.jobs.is_empty();
        let (reply, outcome) = oneshot::channel();
        self.queue.push(Entry { batch, reply });
        // A writer that ended without a word was in the middle of something.
        let outcome = outcome.await.unwrap_or(Outcome::Unknown);
        if brings_work && matches!(outcome, Outcome::Committed { .. }) {
            self.wake.wake();
        }
        outcome
    }
}
