//! The numbers of topics from the database: told to clients in beats, and watched for what has not arrived.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix::{ActorFutureExt, AsyncContext, Context, WrapFuture};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Hub;
use crate::db::statement::statement;
use crate::db::{Database, DbError};
use crate::live::entity::Topic;
use crate::live::frame;
use crate::live::socket::Deliver;

/// How often every socket is told the top number of each topic that it follows.
pub(super) const BEAT: Duration = Duration::from_secs(25);
/// How often the database is asked whether another server has committed to a topic that is followed here.
pub(super) const TAIL: Duration = Duration::from_millis(500);
/// While other servers are heard at once, it is only asked each so many times, in case one of them is not.
const UNHURRIED: u32 = 10;

/// What the last look found.
#[derive(Default)]
pub(super) struct Tail {
    numbers: HashMap<Topic, i64>,
    times: u32,
    /// Something may have been missed just now.
    is_due: bool,
}

impl Hub {
    pub(super) fn beat(&mut self, ctx: &mut Context<Self>) {
        self.with_positions(ctx, |hub, positions, ctx| {
            let sockets: Vec<_> = hub.members.keys().copied().collect();
            for socket in sockets {
                let Some(member) = hub.members.get(&socket) else {
                    continue;
                };
                let numbers = member
                    .topics
                    .keys()
                    .filter_map(|topic| Some((topic, *positions.get(topic)?)));
                let text = frame::beat(numbers);
                hub.send(socket, Deliver::Text(text), ctx);
            }
        });
    }

    /// What was in the database at the last look and has not arrived since was committed by another server, or got lost.
    pub(super) fn tail(&mut self, ctx: &mut Context<Self>) {
        if self.topics.is_empty() {
            return;
        }
        self.fill_behind(ctx);
        self.tail.times = self.tail.times.wrapping_add(1);
        let is_due = std::mem::take(&mut self.tail.is_due) || self.tail.times.is_multiple_of(UNHURRIED);
        if is_due || !self.fanout.hears_others() {
            self.with_positions(ctx, |hub, positions, _| hub.tail.numbers = positions);
        }
    }

    /// Has the next turn look, whether or not other servers are heard.
    pub(super) fn look_soon(&mut self) {
        self.tail.is_due = true;
    }

    fn fill_behind(&mut self, ctx: &mut Context<Self>) {
        let mut behind: HashMap<Topic, i64> = HashMap::new();
        for (topic, position) in self.members.values().flat_map(|member| &member.topics) {
            if self.tail.numbers.get(topic).is_some_and(|top| top > position) {
                behind
                    .entry(*topic)
                    .and_modify(|lowest| *lowest = *position.min(lowest))
                    .or_insert(*position);
            }
        }
        for (topic, after) in behind {
            self.fill(topic, after, &Arc::from([]), ctx);
        }
    }

    /// Asks the database for the numbers of all topics that are followed here.
    fn with_positions(
        &mut self,
        ctx: &mut Context<Self>,
        then: impl FnOnce(&mut Self, HashMap<Topic, i64>, &mut Context<Self>) + 'static,
    ) {
        let (db, topics) = (self.db.clone(), self.topics.keys().copied().collect::<Vec<_>>());
        let read = async move { positions(&topics, &db).await };
        ctx.spawn(read.into_actor(self).map(|positions, hub, ctx| {
            let positions = positions.unwrap_or_else(|error| {
                tracing::warn!(error = format!("{error:#}"), "Could not read the numbers of topics");
                HashMap::new()
            });
            then(hub, positions, ctx);
        }));
    }
}

#[derive(QueryableByName)]
struct PositionRow {
    #[diesel(sql_type = SqlUuid)]
    tenant_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

/// The numbers of these topics, of whatever tenants, from the database and not from memory.
async fn positions(topics: &[Topic], db: &Database) -> Result<HashMap<Topic, i64>, DbError> {
    if topics.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conn = db.system().await?;
    let rows: Vec<PositionRow> =
        statement("SELECT tenant_id, id, seq FROM topics WHERE (tenant_id, id) IN (SELECT * FROM unnest(?, ?))")
            .bind::<Array<SqlUuid>, _>(topics.iter().map(|topic| topic.tenant.0).collect::<Vec<_>>())
            .bind::<Array<SqlUuid>, _>(topics.iter().map(|topic| topic.id).collect::<Vec<_>>())
            .load(&mut conn)
            .await?;
    let found: HashMap<_, _> = rows.into_iter().map(|row| ((row.tenant_id, row.id), row.seq)).collect();
    Ok(topics
        .iter()
        .filter_map(|topic| Some((*topic, *found.get(&(topic.tenant.0, topic.id))?)))
        .collect())
}
