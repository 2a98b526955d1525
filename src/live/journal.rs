//! Makes decisions durable: events, changed rows and the accepted commands, in one transaction.
//!
//! The row of the topic is the only lock between nodes: a commit that expects another number than it finds there changes
//! nothing, and its entity loads again and decides again.

use std::any::Any;
use std::marker::PhantomData;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension, QueryResult, QueryableByName};
use diesel_async::{AnsiTransactionManager, RunQueryDsl, SimpleAsyncConnection, TransactionManager};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::entity::{Changes, Entity, Record, Topic};
use crate::db::statement::statement;
use crate::db::{Connection, Database, DbError, TenantId, begin, is_connection_lost};
use crate::error::{Code, Error};
use crate::metrics;

/// How long a commit of unknown outcome is waited for.
const DOUBT: Duration = Duration::from_secs(5);

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
    pub(crate) accepted: Vec<Accepted>,
    /// Commands about to be refused: whether one of them was accepted before is looked up.
    pub(crate) refused: Vec<CommandKey>,
    pub(crate) projection: Projection,
}

/// The rows of a batch's events, whatever its kind of entity.
pub(crate) struct Projection {
    /// A `Vec<E::Event>` of the kind that `project` knows.
    events: Box<dyn Any + Send>,
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
trait Project: Sync {
    fn project<'a>(&'a self, batches: &'a [&'a Batch], conn: &'a mut Connection)
    -> LocalBoxFuture<'a, QueryResult<()>>;
}

struct Projector<E>(PhantomData<fn() -> E>);

impl<E: Entity> Project for Projector<E> {
    fn project<'a>(
        &'a self,
        batches: &'a [&'a Batch],
        conn: &'a mut Connection,
    ) -> LocalBoxFuture<'a, QueryResult<()>> {
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
        async move { E::project(&changes, conn).await }.boxed_local()
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

/// What the statements of a transaction found, before it is committed.
enum Written {
    Done { earlier: Vec<Stored> },
    Moved,
    Repeated(Vec<Stored>),
}

/// Commits batches. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Journal {
    db: Database,
}

impl Journal {
    pub(crate) fn new(db: Database) -> Self {
        Self { db }
    }

    /// Commits a batch, or says why not. Never leaves a doubt where the database can still be asked.
    pub(crate) async fn commit(&self, batch: &Batch) -> Outcome {
        let timer = metrics::COMMIT_SECONDS.start_timer();
        metrics::COMMIT_BATCH_SIZE.observe(batch.accepted.len() as f64);
        let outcome = self
            .try_commit(batch)
            .await
            .unwrap_or_else(|error| Outcome::Failed(error.into()));
        timer.observe_duration();
        outcome
    }

    async fn try_commit(&self, batch: &Batch) -> Result<Outcome, DbError> {
        let mut conn = self.db.journal().await?;
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, &begin("BEGIN", batch.topic.tenant)).await?;
        match write(batch, &mut conn).await {
            Ok(Written::Done { earlier }) => match AnsiTransactionManager::commit_transaction(&mut *conn).await {
                Ok(()) => Ok(Outcome::Committed { earlier }),
                Err(error) if is_connection_lost(&error) => {
                    tracing::warn!(topic = %batch.topic, "Lost the connection at COMMIT; asking what became of it");
                    drop(conn);
                    Ok(self.resolve(batch, earlier).await)
                }
                Err(error) => Err(error.into()),
            },
            Ok(Written::Moved) => {
                AnsiTransactionManager::rollback_transaction(&mut *conn).await?;
                Ok(Outcome::Moved)
            }
            Ok(Written::Repeated(stored)) => {
                AnsiTransactionManager::rollback_transaction(&mut *conn).await?;
                Ok(Outcome::Repeated(stored))
            }
            Err(error) => {
                // COMMIT was never sent, so nothing can have been committed, however the rollback ends.
                let _ = AnsiTransactionManager::rollback_transaction(&mut *conn).await;
                Err(error.into())
            }
        }
    }

    /// Finds out whether a batch was committed whose COMMIT got no answer.
    async fn resolve(&self, batch: &Batch, earlier: Vec<Stored>) -> Outcome {
        // A batch that only refuses has changed nothing; that its look-up was the truth is no longer certain.
        let [first, ..] = &batch.accepted[..] else {
            return Outcome::Moved;
        };
        let asked = tokio::time::timeout(DOUBT, async {
            loop {
                match self.was_committed(batch.topic, first.key).await {
                    Ok(answer) => return answer,
                    Err(error) => {
                        tracing::warn!(error = format!("{error:#}"), "Still asking what became of a commit");
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                }
            }
        });
        match asked.await {
            Ok(true) => Outcome::Committed { earlier },
            Ok(false) => Outcome::Failed(Code::Unavailable.into()),
            Err(_) => Outcome::Unknown,
        }
    }

    /// The lock on the topic waits until the doubtful transaction has ended either way.
    async fn was_committed(&self, topic: Topic, key: CommandKey) -> Result<bool, DbError> {
        let mut conn = self.db.journal().await?;
        crate::db::in_transaction(&mut conn, &begin("BEGIN", topic.tenant), async |conn| {
            conn.batch_execute("SET LOCAL lock_timeout = '5s'").await?;
            statement("SELECT 1 FROM topics WHERE tenant_id = ? AND id = ? FOR UPDATE")
                .bind::<SqlUuid, _>(topic.tenant.0)
                .bind::<SqlUuid, _>(topic.id)
                .execute(conn)
                .await?;
            let found = stored(topic, &[key], conn).await?;
            Ok(!found.is_empty())
        })
        .await
    }
}

#[derive(QueryableByName)]
struct TopicRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

async fn write(batch: &Batch, conn: &mut Connection) -> QueryResult<Written> {
    let topic = batch.topic;
    if batch.accepted.is_empty() {
        let found: Option<TopicRow> = statement("SELECT seq FROM topics WHERE tenant_id = ? AND id = ?")
            .bind::<SqlUuid, _>(topic.tenant.0)
            .bind::<SqlUuid, _>(topic.id)
            .get_result(conn)
            .await
            .optional()?;
        if found.is_none_or(|row| row.seq != batch.expected) {
            return Ok(Written::Moved);
        }
        return Ok(Written::Done {
            earlier: stored(topic, &batch.refused, conn).await?,
        });
    }
    #[expect(clippy::cast_possible_wrap, reason = "a batch has at most some thousand events")]
    let numbered = batch.events.len() as i64;
    let bumped = statement("UPDATE topics SET seq = seq + ? WHERE tenant_id = ? AND id = ? AND seq = ?")
        .bind::<BigInt, _>(numbered)
        .bind::<SqlUuid, _>(topic.tenant.0)
        .bind::<SqlUuid, _>(topic.id)
        .bind::<BigInt, _>(batch.expected)
        .execute(conn)
        .await?;
    if bumped == 0 {
        return Ok(Written::Moved);
    }
    if insert_commands(batch, conn).await? < batch.accepted.len() {
        let keys: Vec<_> = batch.accepted.iter().map(|accepted| accepted.key).collect();
        return Ok(Written::Repeated(stored(topic, &keys, conn).await?));
    }
    if !batch.events.is_empty() {
        insert_events(batch, conn).await?;
        batch.projection.project.project(&[batch], conn).await?;
    }
    Ok(Written::Done {
        earlier: stored(topic, &batch.refused, conn).await?,
    })
}

async fn insert_commands(batch: &Batch, conn: &mut Connection) -> QueryResult<usize> {
    let column = |pick: fn(&Accepted) -> Uuid| batch.accepted.iter().map(pick).collect::<Vec<_>>();
    statement(
        "INSERT INTO commands (tenant_id, actor_id, command_id, topic_id, digest, seq, answer, at)
         SELECT ?, actor_id, command_id, ?, digest, seq, answer::jsonb, ?
         FROM unnest(?, ?, ?, ?, ?) AS new (actor_id, command_id, digest, seq, answer)
         ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(batch.topic.tenant.0)
    .bind::<SqlUuid, _>(batch.topic.id)
    .bind::<Timestamptz, _>(batch.at)
    .bind::<Array<SqlUuid>, _>(column(|accepted| accepted.key.actor))
    .bind::<Array<SqlUuid>, _>(column(|accepted| accepted.key.id))
    .bind::<Array<Binary>, _>(
        batch
            .accepted
            .iter()
            .map(|accepted| &accepted.digest[..])
            .collect::<Vec<_>>(),
    )
    .bind::<Array<BigInt>, _>(batch.accepted.iter().map(|accepted| accepted.seq).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(
        batch
            .accepted
            .iter()
            .map(|accepted| accepted.answer.get())
            .collect::<Vec<_>>(),
    )
    .execute(conn)
    .await
}

async fn insert_events(batch: &Batch, conn: &mut Connection) -> QueryResult<usize> {
    let events = &batch.events;
    statement(
        "INSERT INTO events (tenant_id, topic_id, seq, type, data, \"inner\", actor, undoes_seq, at)
         SELECT ?, ?, seq, type, data::jsonb, inner_data::jsonb, actor::jsonb, undoes_seq, ?
         FROM unnest(?, ?, ?, ?, ?, ?) AS new (seq, type, data, inner_data, actor, undoes_seq)",
    )
    .bind::<SqlUuid, _>(batch.topic.tenant.0)
    .bind::<SqlUuid, _>(batch.topic.id)
    .bind::<Timestamptz, _>(batch.at)
    .bind::<Array<BigInt>, _>(events.iter().map(|event| event.seq).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(events.iter().map(|event| event.record.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(events.iter().map(|event| event.record.data.get()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(
        events
            .iter()
            .map(|event| event.record.inner.as_ref().map(|inner| inner.get()))
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(events.iter().map(|event| event.actor.get()).collect::<Vec<_>>())
    .bind::<Array<Nullable<BigInt>>, _>(events.iter().map(|event| event.undoes_seq).collect::<Vec<_>>())
    .execute(conn)
    .await
}

#[derive(QueryableByName)]
struct StoredRow {
    #[diesel(sql_type = SqlUuid)]
    actor_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    command_id: Uuid,
    #[diesel(sql_type = Binary)]
    digest: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    answer: String,
}

/// The answers that these commands got before, in any topic of the tenant.
async fn stored(topic: Topic, keys: &[CommandKey], conn: &mut Connection) -> QueryResult<Vec<Stored>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<StoredRow> = statement(
        "SELECT actor_id, command_id, digest, coalesce(seq, 0) AS seq, coalesce(answer, 'null')::text AS answer
         FROM commands
         WHERE tenant_id = ? AND (actor_id, command_id) IN (SELECT * FROM unnest(?, ?))",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|key| key.actor).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|key| key.id).collect::<Vec<_>>())
    .load(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let answer = RawValue::from_string(row.answer)
                .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
            let key = CommandKey {
                actor: row.actor_id,
                id: row.command_id,
            };
            Ok(Stored {
                key,
                digest: row.digest,
                seq: row.seq,
                answer,
            })
        })
        .collect()
}

/// Gives a new entity its topic, inside the transaction that makes its first rows.
pub(crate) async fn create_topic(topic: Topic, conn: &mut Connection) -> QueryResult<()> {
    statement("INSERT INTO topics (tenant_id, id, kind) VALUES (?, ?, ?)")
        .bind::<SqlUuid, _>(topic.tenant.0)
        .bind::<SqlUuid, _>(topic.id)
        .bind::<Text, _>(topic.kind)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the tenant's commands that were accepted before this moment.
pub(crate) async fn forget_commands(tenant: TenantId, before: DateTime<Utc>, db: &Database) -> Result<(), DbError> {
    db.tenant(tenant, async |conn| {
        statement("DELETE FROM commands WHERE tenant_id = ? AND at < ?")
            .bind::<SqlUuid, _>(tenant.0)
            .bind::<Timestamptz, _>(before)
            .execute(conn)
            .await?;
        Ok(())
    })
    .await
}
