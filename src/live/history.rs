//! What was: any entity as of any number, from the last checkpoint before it and the events since.
//!
//! The first checkpoint is written when the entity is made, further ones every [`CHECKPOINT_EVERY`] events, outside of commits.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension, QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use serde_json::value::RawValue;

use super::entity::{Entity, Topic, raw};
pub(crate) use super::log::frames_before;
use crate::clock;
use crate::db::statement::statement;
use crate::db::{Connection, Database, DbError};
use crate::error::Error;

/// How many events a replay goes through, about.
pub(crate) const CHECKPOINT_EVERY: i64 = 1_000;

/// How far a history goes.
#[derive(QueryableByName)]
pub(crate) struct Range {
    #[diesel(sql_type = BigInt)]
    pub(crate) first_seq: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) last_seq: i64,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) first_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) last_at: DateTime<Utc>,
}

/// Tells how far the history of a topic goes; nothing, where none was begun.
pub(crate) async fn range(topic: Topic, conn: &mut Connection) -> QueryResult<Option<Range>> {
    statement(
        "SELECT first.seq AS first_seq, topics.seq AS last_seq, first.at AS first_at, coalesce(last.at, first.at) AS last_at
         FROM topics
         JOIN LATERAL (SELECT seq, at FROM checkpoints
                       WHERE tenant_id = topics.tenant_id AND topic_id = topics.id ORDER BY seq LIMIT 1) AS first ON true
         LEFT JOIN events AS last
             ON last.tenant_id = topics.tenant_id AND last.topic_id = topics.id AND last.seq = topics.seq AND last.seq > first.seq
         WHERE topics.tenant_id = ? AND topics.id = ?",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .get_result(conn)
    .await
    .optional()
}

/// The number that a topic had at a moment within its range.
pub(crate) async fn seq_at(topic: Topic, range: &Range, at: DateTime<Utc>, conn: &mut Connection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        seq: i64,
    }
    let last: Option<Row> = statement(
        "SELECT seq FROM events WHERE tenant_id = ? AND topic_id = ? AND seq > ? AND at <= ? ORDER BY seq DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .bind::<BigInt, _>(range.first_seq)
    .bind::<Timestamptz, _>(at)
    .get_result(conn)
    .await
    .optional()?;
    Ok(last.map_or(range.first_seq, |row| row.seq))
}

/// The state of an entity as of a number; nothing, where its history does not reach so far.
pub(crate) async fn state_at<E: Entity>(
    topic: Topic,
    seq: i64,
    conn: &mut Connection,
) -> QueryResult<Option<E::State>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        seq: i64,
        #[diesel(sql_type = Text)]
        state: String,
    }
    let checkpoint: Option<Row> = statement(
        "SELECT seq, state::text AS state FROM checkpoints
         WHERE tenant_id = ? AND topic_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .bind::<BigInt, _>(seq)
    .get_result(conn)
    .await
    .optional()?;
    let Some(checkpoint) = checkpoint else { return Ok(None) };
    let mut state: E::State = serde_json::from_str(&checkpoint.state).map_err(unreadable)?;
    let mut reached = checkpoint.seq;
    while reached < seq {
        let events = events::<E>(topic, reached, seq.min(reached + CHECKPOINT_EVERY), conn).await?;
        if events.is_empty() {
            // The number lies beyond the last event.
            return Ok(None);
        }
        for Past { seq, event, .. } in &events {
            E::evolve(&mut state, event);
            reached = *seq;
        }
    }
    Ok(Some(state))
}

/// An event of the log.
pub(crate) struct Past<E: Entity> {
    pub(crate) seq: i64,
    pub(crate) event: E::Event,
    /// The event that it took back.
    pub(crate) undoes_seq: Option<i64>,
}

/// The event of a number, where there is one.
pub(crate) async fn event<E: Entity>(topic: Topic, seq: i64, conn: &mut Connection) -> QueryResult<Option<Past<E>>> {
    Ok(events(topic, seq.saturating_sub(1), seq, conn).await?.pop())
}

/// The events after a number, up to another, in order.
async fn events<E: Entity>(topic: Topic, after: i64, up_to: i64, conn: &mut Connection) -> QueryResult<Vec<Past<E>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        seq: i64,
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Text)]
        data: String,
        #[diesel(sql_type = Nullable<Text>)]
        inner_data: Option<String>,
        #[diesel(sql_type = Nullable<BigInt>)]
        undoes_seq: Option<i64>,
    }
    let rows: Vec<Row> = statement(
        "SELECT seq, type AS kind, data::text AS data, \"inner\"::text AS inner_data, undoes_seq FROM events
         WHERE tenant_id = ? AND topic_id = ? AND seq > ? AND seq <= ? ORDER BY seq",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(up_to)
    .load(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Past {
                seq: row.seq,
                event: E::read(&row.kind, &row.data, row.inner_data.as_deref()).map_err(unreadable)?,
                undoes_seq: row.undoes_seq,
            })
        })
        .collect()
}

/// Begins the history of an entity that has none, with what it is now.
///
/// # Errors
/// When the database is away.
pub(crate) async fn begin<E: Entity>(topic: Topic, db: &Database) -> Result<(), Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        seq: i64,
    }
    let now = db
        .snapshot(topic.tenant, async |conn| {
            let row: Option<Row> = statement("SELECT seq FROM topics WHERE tenant_id = ? AND id = ?")
                .bind::<SqlUuid, _>(topic.tenant.0)
                .bind::<SqlUuid, _>(topic.id)
                .get_result(conn)
                .await
                .optional()?;
            let state = E::load(topic.tenant, topic.id, conn).await?;
            Ok::<_, DbError>(row.zip(state))
        })
        .await?;
    if let Some((row, state)) = now {
        keep::<E>(topic, row.seq, Arc::new(state), clock::now(), db).await?;
    }
    Ok(())
}

/// Writes a checkpoint by itself.
///
/// # Errors
/// When the database is away.
pub(crate) async fn keep<E: Entity>(
    topic: Topic,
    seq: i64,
    state: Arc<E::State>,
    at: DateTime<Utc>,
    db: &Database,
) -> Result<(), Error> {
    // A large state takes a while to write out: the thread of the actors has better to do.
    let text = tokio::task::spawn_blocking(move || raw(&*state))
        .await
        .map_err(Error::internal)?;
    db.tenant(topic.tenant, async |conn| {
        Ok::<_, DbError>(insert(topic, seq, &text, at, conn).await?)
    })
    .await?;
    Ok(())
}

/// Writes the checkpoint that a history begins with, in the transaction that makes the entity's first rows.
pub(crate) async fn keep_first<E: Entity>(
    topic: Topic,
    state: &E::State,
    at: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    insert(topic, 0, &raw(state), at, conn).await
}

async fn insert(topic: Topic, seq: i64, state: &RawValue, at: DateTime<Utc>, conn: &mut Connection) -> QueryResult<()> {
    statement(
        "INSERT INTO checkpoints (tenant_id, topic_id, seq, state, at) VALUES (?, ?, ?, (?::text)::jsonb, ?)
         ON CONFLICT (tenant_id, topic_id, seq) DO UPDATE SET state = excluded.state, at = excluded.at",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .bind::<BigInt, _>(seq)
    .bind::<Text, _>(state.get())
    .bind::<Timestamptz, _>(at)
    .execute(conn)
    .await
    .map(drop)
}

fn unreadable(error: serde_json::Error) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(error.into())
}
