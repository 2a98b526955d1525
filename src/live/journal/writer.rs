//! The writers: each takes what waits and commits it, on a connection of its own.

use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::{AnsiTransactionManager, TransactionManager};
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::time::timeout;

use super::tables::{self, Attempt, Locking, Written};
use super::{Batch, Outcome};
use crate::db::{Connection, Database, DbError, begin_shared, is_connection_lost, is_contention};
use crate::error::Code;
use crate::metrics;

/// The most batches that share a transaction.
const SHARED_BATCHES: usize = 128;
/// The most rows of a shared transaction; a batch that is larger by itself shares with nobody.
const SHARED_ROWS: usize = 2_000;
/// Batches that may wait at the same time for a topic that another node holds.
const WAITING_ALONE: usize = 2;
/// How often a batch by itself is tried when others are in its way.
const CONTENTION_TRIES: usize = 3;
/// How long the statements of a transaction may take. The database's own limits are shorter, but it may be frozen.
const STATEMENTS: Duration = Duration::from_secs(12);
/// How long COMMIT may take before its outcome is in doubt.
const COMMIT: Duration = Duration::from_secs(5);
/// How long a commit of unknown outcome is asked about, and how often.
const DOUBT: Duration = Duration::from_secs(5);
const DOUBT_RETRY: Duration = Duration::from_millis(200);

/// A batch and whoever waits for it.
pub(super) struct Entry {
    pub(super) batch: Batch,
    pub(super) reply: oneshot::Sender<Outcome>,
}

impl Entry {
    fn answer(self, outcome: Outcome) {
        // An entity that has ended loads again when it is next asked for something.
        let _ = self.reply.send(outcome);
    }
}

/// What waits for a writer.
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Entry>>,
    arrived: Arc<Notify>,
    /// Keeps batches that wait for another node from taking every connection.
    alone: Arc<Semaphore>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Arc::default(),
            alone: Arc::new(Semaphore::new(WAITING_ALONE)),
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // Each writer that ends wakes the next one.
        self.arrived.notify_one();
    }
}

impl Queue {
    pub(super) fn push(&self, entry: Entry) {
        self.waiting.lock().push_back(entry);
        self.arrived.notify_one();
    }

    pub(super) fn arrived(&self) -> Arc<Notify> {
        self.arrived.clone()
    }

    /// The next batches that may share a transaction.
    fn take(&self) -> Vec<Entry> {
        let mut waiting = self.waiting.lock();
        let (mut taken, mut rows) = (Vec::new(), 0);
        while let Some(entry) = waiting.front() {
            rows += entry.batch.rows();
            if !taken.is_empty() && (rows > SHARED_ROWS || taken.len() == SHARED_BATCHES) {
                break;
            }
            taken.extend(waiting.pop_front());
        }
        if !waiting.is_empty() {
            self.arrived.notify_one();
        }
        taken
    }
}

/// Takes and commits until the journal is dropped.
pub(super) async fn run(queue: Weak<Queue>, arrived: Arc<Notify>, db: Database) {
    while let Some(here) = queue.upgrade() {
        let (entries, alone) = (here.take(), here.alone.clone());
        drop(here);
        if entries.is_empty() {
            arrived.notified().await;
        } else {
            commit_together(entries, &alone, &db).await;
        }
    }
    arrived.notify_one();
}

/// Commits batches in one transaction; where that fails, in two halves and so on, so that one bad batch fails alone. A batch
/// whose topic another node holds waits for it by itself and delays nobody.
async fn commit_together(entries: Vec<Entry>, alone: &Arc<Semaphore>, db: &Database) {
    let mut groups = vec![entries];
    while let Some(mut group) = groups.pop() {
        match attempt(&group, Locking::SkipLocked, db).await {
            Ok(written) => {
                for (entry, written) in group.into_iter().zip(written) {
                    match written {
                        Written::Busy => {
                            tracing::debug!(topic = %entry.batch.topic, "Another node holds the topic");
                            tokio::spawn(commit_alone(entry, alone.clone(), db.clone()));
                        }
                        Written::Ended(outcome) => entry.answer(outcome),
                    }
                }
            }
            Err(failure) if group.len() > 1 && failure.may_be_of_one() => {
                tracing::warn!(batches = group.len(), %failure, "A shared commit failed; its halves are tried by themselves");
                let second = group.split_off(group.len() / 2);
                groups.extend([second, group]);
            }
            Err(failure) => fail(group, &failure),
        }
    }
}

/// Commits one batch by itself, waiting for its topic.
async fn commit_alone(entry: Entry, alone: Arc<Semaphore>, db: Database) {
    let _place = alone.acquire().await;
    let mut group = vec![entry];
    for tries in 1.. {
        match attempt(&group, Locking::Wait, &db).await {
            Ok(written) => {
                for (entry, written) in group.drain(..).zip(written) {
                    entry.answer(match written {
                        Written::Ended(outcome) => outcome,
                        // Nobody who waits for a lock is told this.
                        Written::Busy => Outcome::Moved,
                    });
                }
                return;
            }
            Err(Failure::Certain(DbError::Query(error))) if is_contention(&error) && tries < CONTENTION_TRIES => {}
            Err(failure) => return fail(group, &failure),
        }
    }
}

/// Why a transaction did not bring what it should.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("nothing was changed: {0}")]
    Certain(#[source] DbError),
    #[error("nothing was changed: two batches bear the same command")]
    Exclusive,
    #[error("the outcome of a commit could not be found out")]
    Doubt,
}

impl Failure {
    /// Whether the others of the group may succeed without the one that is to blame.
    fn may_be_of_one(&self) -> bool {
        match self {
            Failure::Certain(error) => !error.is_unavailable(),
            Failure::Exclusive => true,
            Failure::Doubt => false,
        }
    }

    fn code(&self) -> Code {
        match self {
            Failure::Certain(error) => error.code(),
            Failure::Exclusive => Code::Unavailable,
            Failure::Doubt => Code::OutcomeUnknown,
        }
    }
}

fn fail(group: Vec<Entry>, failure: &Failure) {
    tracing::warn!(
        batches = group.len(),
        error = format!("{:#}", anyhow::Error::msg(failure.to_string())),
        "A commit failed"
    );
    for entry in group {
        // What only refuses has changed nothing, whatever became of the transaction: it is decided again.
        let outcome = match failure {
            Failure::Doubt if entry.batch.accepted.is_empty() => Outcome::Moved,
            Failure::Doubt => Outcome::Unknown,
            Failure::Certain(_) | Failure::Exclusive => Outcome::Failed(failure.code().into()),
        };
        entry.answer(outcome);
    }
}

async fn attempt(group: &[Entry], locking: Locking, db: &Database) -> Result<Vec<Written>, Failure> {
    let batches: Vec<_> = group.iter().map(|entry| &entry.batch).collect();
    match transaction(&batches, locking, db).await {
        // The connection may have been broken since it was last used.
        Err(Failure::Certain(DbError::Query(error))) if is_connection_lost(&error) => {
            transaction(&batches, locking, db).await
        }
        ended => ended,
    }
}

async fn transaction(batches: &[&Batch], locking: Locking, db: &Database) -> Result<Vec<Written>, Failure> {
    let mut conn = db.journal().await.map_err(Failure::Certain)?;
    let _timer = metrics::COMMIT_SECONDS.start_timer();
    let Ok(attempted) = timeout(STATEMENTS, statements(batches, locking, &mut conn)).await else {
        // It is in the middle of something, and nobody will ever know of what.
        drop(Object::take(conn));
        return Err(Failure::Certain(DbError::Silent));
    };
    let written = match attempted {
        Ok(Attempt::Commit(written)) => written,
        other => {
            // COMMIT was never sent, so nothing can have been committed, however the rollback ends.
            let _ = AnsiTransactionManager::rollback_transaction(&mut *conn).await;
            return match other {
                Ok(Attempt::Commit(written) | Attempt::RollBack(written)) => Ok(written),
                Ok(Attempt::Exclusive) => Err(Failure::Exclusive),
                Err(error) => Err(Failure::Certain(error.into())),
            };
        }
    };
    match timeout(COMMIT, AnsiTransactionManager::commit_transaction(&mut *conn)).await {
        Ok(Ok(())) => {
            let commands: usize = batches.iter().map(|batch| batch.accepted.len()).sum();
            metrics::COMMIT_BATCH_SIZE.observe(commands as f64);
            Ok(written)
        }
        Ok(Err(error)) if !is_connection_lost(&error) => Err(Failure::Certain(error.into())),
        Ok(Err(_)) | Err(_) => {
            tracing::warn!(
                batches = batches.len(),
                "Lost the connection at COMMIT; asking what became of it"
            );
            drop(Object::take(conn));
            resolve(batches, written, db).await
        }
    }
}

async fn statements(batches: &[&Batch], locking: Locking, conn: &mut Connection) -> diesel::QueryResult<Attempt> {
    let begin = begin_shared(batches.iter().map(|batch| batch.topic.tenant));
    AnsiTransactionManager::begin_transaction_sql(conn, &begin).await?;
    tables::write(batches, locking, conn).await
}

/// Finds out whether a transaction was committed whose COMMIT got no answer.
async fn resolve(batches: &[&Batch], written: Vec<Written>, db: &Database) -> Result<Vec<Written>, Failure> {
    // It was one transaction: any command that it accepted speaks for all.
    let witness = batches.iter().zip(&written).find_map(|(batch, written)| {
        let accepted = batch.accepted.first()?;
        matches!(written, Written::Ended(Outcome::Committed { .. })).then_some((batch.topic, accepted.key))
    });
    let Some((topic, key)) = witness else {
        return Ok(written);
    };
    let asked = timeout(DOUBT, async {
        loop {
            match tables::was_committed(topic, key, db).await {
                Ok(answer) => return answer,
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "Still asking what became of a commit");
                    tokio::time::sleep(DOUBT_RETRY).await;
                }
            }
        }
    });
    match asked.await {
        Ok(true) => Ok(written),
        Ok(false) => Err(Failure::Certain(DbError::Silent)),
        Err(_) => Err(Failure::Doubt),
    }
}
