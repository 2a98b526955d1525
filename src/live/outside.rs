//! Events of many entities that are decided together and elsewhere than by their actors, in a transaction of the decider's own. The
//! actors learn of them as they learn of another server's commits.
//!
//! Whoever decides so first locks the topics, in the order of their ids as every commit does, and only then reads what the decision
//! rests on. While it holds them, no commit of these entities goes through; one that was decided before finds that its number no longer
//! stands, and is decided again.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::Live;
use super::actor::ToEntity;
use super::entity::{Record, Topic, raw};
use super::frame::{By, EventFrame, Frame};
use crate::auth::Principal;
use crate::db::statement::statement;
use crate::db::{Connection, TenantId};

/// What happened to one entity.
pub(crate) struct Happened {
    pub(crate) topic: Topic,
    /// Without audiences: everybody who may see the topic sees them.
    pub(crate) records: Vec<Record>,
}

/// Frames of one entity, to be shown once they are committed.
pub(crate) struct Shown {
    topic: Topic,
    frames: Arc<[Frame]>,
}

/// Locks topics of a tenant until the transaction ends.
pub(crate) async fn lock_topics(tenant: TenantId, ids: &[Uuid], conn: &mut Connection) -> QueryResult<()> {
    statement("SELECT 1 FROM topics WHERE tenant_id = ? AND id = ANY (?) ORDER BY id FOR UPDATE")
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<Array<SqlUuid>, _>(ids)
        .execute(conn)
        .await
        .map(drop)
}

/// Numbers and writes what happened to entities of one tenant whose topics are locked. A fixed number of statements, however many.
pub(crate) async fn append(
    tenant: TenantId,
    happened: &[Happened],
    by: &Principal,
    cause: &Value,
    at: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Vec<Shown>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = BigInt)]
        seq: i64,
    }
    #[expect(
        clippy::cast_possible_wrap,
        reason = "an entity has at most some thousand events at once"
    )]
    let counts: Vec<i64> = happened.iter().map(|one| one.records.len() as i64).collect();
    let rows: Vec<Row> = statement(
        "UPDATE topics SET seq = topics.seq + new.count FROM unnest(?, ?) AS new (id, count)
         WHERE topics.tenant_id = ? AND topics.id = new.id RETURNING topics.id, topics.seq - new.count AS seq",
    )
    .bind::<Array<SqlUuid>, _>(happened.iter().map(|one| one.topic.id).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(&counts)
    .bind::<SqlUuid, _>(tenant.0)
    .load(conn)
    .await?;
    let before: std::collections::HashMap<Uuid, i64> = rows.into_iter().map(|row| (row.id, row.seq)).collect();
    let numbered = || {
        happened
            .iter()
            .filter_map(|one| Some((one, *before.get(&one.topic.id)?)))
            .flat_map(|(one, before)| {
                let numbers = (before + 1)..;
                numbers.zip(&one.records).map(|(seq, record)| (one.topic, seq, record))
            })
    };
    statement(
        "INSERT INTO events (tenant_id, at, actor, cause, topic_id, seq, type, data)
         SELECT of.tenant_id, of.at, of.actor, of.cause, topic_id, seq, type, data::jsonb
         FROM (SELECT ?::uuid AS tenant_id, ?::timestamptz AS at, (?::text)::jsonb AS actor, (?::text)::jsonb AS cause) AS of,
              unnest(?, ?, ?, ?) AS new (topic_id, seq, type, data)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Timestamptz, _>(at)
    .bind::<Text, _>(raw(&by.author()).get().to_owned())
    .bind::<Nullable<Text>, _>(Some(cause.to_string()))
    .bind::<Array<SqlUuid>, _>(numbered().map(|(topic, ..)| topic.id).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(numbered().map(|(_, seq, _)| seq).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(numbered().map(|(.., record)| record.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(numbered().map(|(.., record)| record.data.get()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    let author = By {
        id: by.id.0,
        name: (&*by.name).into(),
    };
    let shown = happened.iter().filter_map(|one| {
        let numbers = (before.get(&one.topic.id)? + 1)..;
        let frames = numbers.zip(&one.records).map(|(seq, record)| {
            let event = EventFrame {
                topic: one.topic,
                seq,
                kind: record.kind,
                at,
                by: &author,
                data: &record.data,
                undoes_seq: None,
            };
            Frame::of(&event, None)
        });
        Some(Shown {
            topic: one.topic,
            frames: frames.collect(),
        })
    });
    Ok(shown.collect())
}

impl Live {
    /// Shows what was committed outside of the actors, here and at the other servers.
    pub(crate) fn show(&self, shown: Vec<Shown>) {
        for Shown { topic, frames } in shown {
            if let Some(last) = frames.last() {
                let elsewhere = ToEntity::Elsewhere { seq: last.seq };
                self.shared.registry.send_if_live(topic, elsewhere);
            }
            self.shared.fanout.publish(topic, frames);
        }
    }
}
