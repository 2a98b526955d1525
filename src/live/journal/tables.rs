//! The statements of the journal: each over arrays, for any number of batches of any tenants. Every one of them finds its rows
//! by tenant and id, both from its own arrays, so that a foreign id matches nothing although several tenants' rows are in sight.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryResult, QueryableByName};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Accepted, Batch, CommandKey, Numbered, Outcome, Stored};
use crate::db::statement::{Statement, statement};
use crate::db::{Connection, Database, DbError, TenantId, begin, in_transaction};
use crate::jobs;
use crate::live::entity::{Topic, raw};

/// What to do about a topic whose row another transaction holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locking {
    SkipLocked,
    Wait,
}

/// What the statements did for a batch; true once they are committed.
#[derive(Debug)]
pub(super) enum Written {
    Ended(Outcome),
    /// Nothing, because another transaction holds the topic.
    Busy,
}

/// What is to become of the transaction.
pub(super) enum Attempt {
    Commit(Vec<Written>),
    /// What stands for the batches holds when nothing is committed.
    RollBack(Vec<Written>),
    /// Two batches bear the same command: they cannot be committed together.
    Exclusive,
}

/// Writes these batches, in the transaction that has begun.
pub(super) async fn write(batches: &[&Batch], locking: Locking, conn: &mut Connection) -> QueryResult<Attempt> {
    let seqs = seqs(batches, locking, conn).await?;
    let standing = |batch: &Batch| seqs.get(&place(batch.topic)) == Some(&batch.expected);
    let live: Vec<&Batch> = batches.iter().copied().filter(|batch| standing(batch)).collect();
    // One that writes by itself finds out when it does: two batches could not be told apart then.
    let asked: Vec<&Batch> = match &live[..] {
        [alone] if alone.refused.is_empty() => Vec::new(),
        _ => live.clone(),
    };
    let known = stored(&asked, conn).await?;
    let mut writing = Vec::new();
    let mut written = Vec::with_capacity(batches.len());
    for batch in batches {
        written.push(if standing(batch) {
            let repeated = batch
                .accepted
                .iter()
                .any(|accepted| known.has(batch.topic.tenant, accepted.key));
            let earlier = known.of(batch);
            Written::Ended(if repeated {
                Outcome::Repeated(earlier)
            } else {
                writing.extend((!batch.accepted.is_empty()).then_some(*batch));
                Outcome::Committed { earlier }
            })
        } else if locking == Locking::SkipLocked && locks(batch) && !seqs.contains_key(&place(batch.topic)) {
            Written::Busy
        } else {
            Written::Ended(Outcome::Moved)
        });
    }
    if writing.is_empty() {
        return Ok(Attempt::Commit(written));
    }
    let repeated = insert_commands(&writing, conn).await?;
    if !repeated.is_empty() {
        let ([_], [one]) = (&writing[..], &mut written[..]) else {
            return Ok(Attempt::Exclusive);
        };
        let known = find_commands(&repeated, conn).await?;
        *one = Written::Ended(Outcome::Repeated(known.0.into_values().collect()));
        return Ok(Attempt::RollBack(written));
    }
    writing.retain(|batch| !batch.events.is_empty());
    if !writing.is_empty() {
        bump(&writing, conn).await?;
        insert_events(&writing, conn).await?;
        project(&writing, conn).await?;
        let new: Vec<_> = writing.iter().flat_map(|batch| batch.jobs.iter().cloned()).collect();
        jobs::insert(&new, conn).await?;
    }
    Ok(Attempt::Commit(written))
}

/// Where a topic stands in the database.
type Place = (Uuid, Uuid);

fn place(topic: Topic) -> Place {
    (topic.tenant.0, topic.id)
}

/// Whether the batch needs its topic to itself. One that only refuses just looks.
fn locks(batch: &Batch) -> bool {
    !batch.accepted.is_empty()
}

/// The numbers of the topics that could be had, those to be changed with their rows locked.
async fn seqs(batches: &[&Batch], locking: Locking, conn: &mut Connection) -> QueryResult<HashMap<Place, i64>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        tenant_id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = BigInt)]
        seq: i64,
    }
    const SKIP: &str = "SELECT topics.tenant_id, topics.id, topics.seq FROM unnest(?, ?) AS wanted (tenant_id, id)
         JOIN topics ON topics.tenant_id = wanted.tenant_id AND topics.id = wanted.id
         ORDER BY topics.id FOR UPDATE OF topics SKIP LOCKED";
    const WAIT: &str = "SELECT topics.tenant_id, topics.id, topics.seq FROM unnest(?, ?) AS wanted (tenant_id, id)
         JOIN topics ON topics.tenant_id = wanted.tenant_id AND topics.id = wanted.id
         ORDER BY topics.id FOR UPDATE OF topics";
    const LOOK: &str = "SELECT topics.tenant_id, topics.id, topics.seq FROM unnest(?, ?) AS wanted (tenant_id, id)
         JOIN topics ON topics.tenant_id = wanted.tenant_id AND topics.id = wanted.id";
    let (locked, looked): (Vec<&Batch>, Vec<&Batch>) = batches.iter().copied().partition(|batch| locks(batch));
    let lock = match locking {
        Locking::SkipLocked => SKIP,
        Locking::Wait => WAIT,
    };
    let mut found = HashMap::with_capacity(batches.len());
    for (sql, batches) in [(lock, locked), (LOOK, looked)] {
        if !batches.is_empty() {
            let rows: Vec<Row> = topics(statement(sql), &batches).load(conn).await?;
            found.extend(rows.into_iter().map(|row| ((row.tenant_id, row.id), row.seq)));
        }
    }
    Ok(found)
}

/// Binds the tenants and the ids of these batches' topics.
fn topics<'a>(statement: Statement<'a>, batches: &[&Batch]) -> Statement<'a> {
    statement
        .bind::<Array<SqlUuid>, _>(batches.iter().map(|batch| batch.topic.tenant.0).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(batches.iter().map(|batch| batch.topic.id).collect::<Vec<_>>())
}

async fn bump(batches: &[&Batch], conn: &mut Connection) -> QueryResult<usize> {
    #[expect(clippy::cast_possible_wrap, reason = "a batch has at most some thousand events")]
    let counts: Vec<_> = batches.iter().map(|batch| batch.events.len() as i64).collect();
    let sql = statement(
        "UPDATE topics SET seq = topics.seq + new.count FROM unnest(?, ?, ?) AS new (tenant_id, id, count)
         WHERE topics.tenant_id = new.tenant_id AND topics.id = new.id",
    );
    topics(sql, batches)
        .bind::<Array<BigInt>, _>(counts)
        .execute(conn)
        .await
}

/// Each item with the batch it belongs to: the columns of a statement over all of them.
struct Rows<'a, T>(Vec<(&'a Batch, &'a T)>);

impl<'a, T> Rows<'a, T> {
    fn of(batches: &[&'a Batch], pick: fn(&'a Batch) -> &'a [T]) -> Self {
        let rows = batches
            .iter()
            .flat_map(|batch| pick(batch).iter().map(move |item| (*batch, item)));
        Self(rows.collect())
    }

    fn column<V>(&self, value: impl Fn(&'a Batch, &'a T) -> V) -> Vec<V> {
        self.0.iter().map(|(batch, item)| value(batch, item)).collect()
    }
}

/// Writes the accepted commands; answers those that had been accepted before, of which nothing was written.
async fn insert_commands(batches: &[&Batch], conn: &mut Connection) -> QueryResult<Vec<(TenantId, CommandKey)>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        tenant_id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        actor_id: Uuid,
        #[diesel(sql_type = SqlUuid)]
        command_id: Uuid,
    }
    let rows = Rows::<Accepted>::of(batches, |batch| &batch.accepted);
    let inserted: Vec<Row> = statement(
        "INSERT INTO commands (tenant_id, actor_id, command_id, topic_id, digest, seq, answer, at)
         SELECT tenant_id, actor_id, command_id, topic_id, digest, seq, answer::jsonb, at
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, topic_id, at, actor_id, command_id, digest, seq, answer)
         ON CONFLICT DO NOTHING RETURNING tenant_id, actor_id, command_id",
    )
    .bind::<Array<SqlUuid>, _>(rows.column(|batch, _| batch.topic.tenant.0))
    .bind::<Array<SqlUuid>, _>(rows.column(|batch, _| batch.topic.id))
    .bind::<Array<Timestamptz>, _>(rows.column(|batch, _| batch.at))
    .bind::<Array<SqlUuid>, _>(rows.column(|_, accepted| accepted.key.actor))
    .bind::<Array<SqlUuid>, _>(rows.column(|_, accepted| accepted.key.id))
    .bind::<Array<Binary>, _>(rows.column(|_, accepted| &accepted.digest[..]))
    .bind::<Array<BigInt>, _>(rows.column(|_, accepted| accepted.seq))
    .bind::<Array<Text>, _>(rows.column(|_, accepted| accepted.answer.get()))
    .load(conn)
    .await?;
    if inserted.len() == rows.0.len() {
        return Ok(Vec::new());
    }
    let inserted: HashSet<_> = inserted
        .into_iter()
        .map(|row| (row.tenant_id, row.actor_id, row.command_id))
        .collect();
    let all = rows.column(|batch, accepted| (batch.topic.tenant, accepted.key));
    let repeated = all
        .into_iter()
        .filter(|(tenant, key)| !inserted.contains(&(tenant.0, key.actor, key.id)));
    Ok(repeated.collect())
}

async fn insert_events(batches: &[&Batch], conn: &mut Connection) -> QueryResult<usize> {
    let rows = Rows::<Numbered>::of(batches, |batch| &batch.events);
    let audience = |_, event: &Numbered| {
        let audience = &event.record.audience;
        (!audience.is_everyone()).then(|| Box::<str>::from(raw(audience)).into_string())
    };
    statement(
        "INSERT INTO events (tenant_id, topic_id, at, seq, type, data, \"inner\", audience, actor, undoes_seq)
         SELECT tenant_id, topic_id, at, seq, type, data::jsonb, inner_data::jsonb, audience::jsonb, actor::jsonb, undoes_seq
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, topic_id, at, seq, type, data, inner_data, audience, actor, undoes_seq)",
    )
    .bind::<Array<SqlUuid>, _>(rows.column(|batch, _| batch.topic.tenant.0))
    .bind::<Array<SqlUuid>, _>(rows.column(|batch, _| batch.topic.id))
    .bind::<Array<Timestamptz>, _>(rows.column(|batch, _| batch.at))
    .bind::<Array<BigInt>, _>(rows.column(|_, event| event.seq))
    .bind::<Array<Text>, _>(rows.column(|_, event| event.record.kind))
    .bind::<Array<Text>, _>(rows.column(|_, event| event.record.data.get()))
    .bind::<Array<Nullable<Text>>, _>(rows.column(|_, event| event.record.inner.as_ref().map(|inner| inner.get())))
    .bind::<Array<Nullable<Text>>, _>(rows.column(audience))
    .bind::<Array<Text>, _>(rows.column(|_, event| event.actor.get()))
    .bind::<Array<Nullable<BigInt>>, _>(rows.column(|_, event| event.undoes_seq))
    .execute(conn)
    .await
}

/// Writes the rows of the events, all batches of one kind of entity at once.
async fn project(batches: &[&Batch], conn: &mut Connection) -> QueryResult<()> {
    let mut kinds: Vec<(&str, Vec<&Batch>)> = Vec::new();
    for batch in batches {
        match kinds.iter_mut().find(|(kind, _)| *kind == batch.topic.kind) {
            Some((_, of_kind)) => of_kind.push(batch),
            None => kinds.push((batch.topic.kind, vec![batch])),
        }
    }
    for (_, of_kind) in &kinds {
        if let [first, ..] = &of_kind[..] {
            first.projection.project.project(of_kind, conn).await?;
        }
    }
    Ok(())
}

/// The commands that were accepted before, of those that were asked about.
struct Known(HashMap<(TenantId, CommandKey), Stored>);

impl Known {
    fn has(&self, tenant: TenantId, key: CommandKey) -> bool {
        self.0.contains_key(&(tenant, key))
    }

    fn of(&self, batch: &Batch) -> Vec<Stored> {
        keys(batch)
            .filter_map(|key| self.0.get(&(batch.topic.tenant, key)).cloned())
            .collect()
    }
}

fn keys(batch: &Batch) -> impl Iterator<Item = CommandKey> {
    let accepted = batch.accepted.iter().map(|accepted| accepted.key);
    accepted.chain(batch.refused.iter().copied())
}

/// The answers that these batches' commands got before, in any topic of their tenants.
async fn stored(batches: &[&Batch], conn: &mut Connection) -> QueryResult<Known> {
    let wanted = batches
        .iter()
        .flat_map(|batch| keys(batch).map(|key| (batch.topic.tenant, key)));
    find_commands(&wanted.collect::<Vec<_>>(), conn).await
}

async fn find_commands(keys: &[(TenantId, CommandKey)], conn: &mut Connection) -> QueryResult<Known> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        tenant_id: Uuid,
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
    if keys.is_empty() {
        return Ok(Known(HashMap::new()));
    }
    let rows: Vec<Row> = statement(
        "SELECT commands.tenant_id, commands.actor_id, commands.command_id, digest, coalesce(seq, 0) AS seq,
             coalesce(answer, 'null')::text AS answer
         FROM unnest(?, ?, ?) AS wanted (tenant_id, actor_id, command_id)
         JOIN commands ON commands.tenant_id = wanted.tenant_id
             AND commands.actor_id = wanted.actor_id AND commands.command_id = wanted.command_id",
    )
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|(tenant, _)| tenant.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|(_, key)| key.actor).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(keys.iter().map(|(_, key)| key.id).collect::<Vec<_>>())
    .load(conn)
    .await?;
    let known = rows.into_iter().map(|row| {
        let answer = RawValue::from_string(row.answer)
            .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
        let key = CommandKey {
            actor: row.actor_id,
            id: row.command_id,
        };
        let stored = Stored {
            key,
            digest: row.digest,
            seq: row.seq,
            answer,
        };
        Ok(((TenantId(row.tenant_id), key), stored))
    });
    Ok(Known(known.collect::<QueryResult<_>>()?))
}

/// Whether this command was committed. The lock on its topic waits until a transaction in doubt has ended either way.
pub(super) async fn was_committed(topic: Topic, key: CommandKey, db: &Database) -> Result<bool, DbError> {
    let mut conn = db.journal().await?;
    in_transaction(&mut conn, &begin("BEGIN", topic.tenant), async |conn| {
        conn.batch_execute("SET LOCAL lock_timeout = '5s'").await?;
        statement("SELECT 1 FROM topics WHERE tenant_id = ? AND id = ? FOR UPDATE")
            .bind::<SqlUuid, _>(topic.tenant.0)
            .bind::<SqlUuid, _>(topic.id)
            .execute(conn)
            .await?;
        let known = find_commands(&[(topic.tenant, key)], conn).await?;
        Ok(known.has(topic.tenant, key))
    })
    .await
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
