//! The log of events, read back as the frames that were sent.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::value::RawValue;

use super::audience::Audience;
use super::entity::Topic;
use super::frame::{By, EventFrame, Frame};
use crate::db::Connection;
use crate::db::statement::statement;

/// How many events a client may catch up on before a snapshot serves it better.
pub(crate) const RESUME_LIMIT: i64 = 1_000;

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    data: String,
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<BigInt>)]
    undoes_seq: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    audience: Option<String>,
}

/// The events of a topic after a number, in order, at most [`RESUME_LIMIT`]. The connection sees the tenant's rows only.
pub(crate) async fn frames_after(topic: Topic, after: i64, conn: &mut Connection) -> diesel::QueryResult<Vec<Frame>> {
    let rows: Vec<EventRow> = statement(
        "SELECT seq, type AS kind, data::text AS data, actor::text AS actor, at, undoes_seq,
             audience::text AS audience FROM events
         WHERE tenant_id = ? AND topic_id = ? AND seq > ? ORDER BY seq LIMIT ?",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(RESUME_LIMIT)
    .load(conn)
    .await?;
    rows.into_iter().map(|row| to_frame(topic, row)).collect()
}

/// The last events of a topic before a number, in order. The connection sees the tenant's rows only.
pub(crate) async fn frames_before(
    topic: Topic,
    before: i64,
    limit: i64,
    conn: &mut Connection,
) -> diesel::QueryResult<Vec<Frame>> {
    let rows: Vec<EventRow> = statement(
        "SELECT seq, type AS kind, data::text AS data, actor::text AS actor, at, undoes_seq,
             audience::text AS audience FROM events
         WHERE tenant_id = ? AND topic_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
    )
    .bind::<SqlUuid, _>(topic.tenant.0)
    .bind::<SqlUuid, _>(topic.id)
    .bind::<BigInt, _>(before)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    rows.into_iter().rev().map(|row| to_frame(topic, row)).collect()
}

fn to_frame(topic: Topic, row: EventRow) -> diesel::QueryResult<Frame> {
    let unreadable = |error: serde_json::Error| diesel::result::Error::DeserializationError(error.into());
    let data = RawValue::from_string(row.data).map_err(unreadable)?;
    let by: By<'_> = serde_json::from_str(&row.actor).map_err(unreadable)?;
    let audience: Option<Audience> = row
        .audience
        .map(|audience| serde_json::from_str(&audience))
        .transpose()
        .map_err(unreadable)?;
    let event = EventFrame {
        topic,
        seq: row.seq,
        kind: &row.kind,
        at: row.at,
        by: &by,
        data: &data,
        undoes_seq: row.undoes_seq,
    };
    Ok(Frame::of(&event, audience.as_ref()))
}
