//! Queries about jobs. Whoever takes, renews and finishes them does so under the role that sees the jobs of all tenants; times are the
//! database's, so that servers whose clocks differ agree.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::{Job, JobState, NewJob};
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::{jobs, tenants};
use crate::db::statement::statement;
use crate::db::{Connection, TenantId};

/// What a list of jobs can be ordered by.
pub(super) const SORTABLE: &[&str] = &["created_at", "run_at"];

/// Queues jobs, of one tenant or of several, inside the caller's transaction: one statement, however many. Those whose unique key an
/// unfinished job has already are left out.
pub(crate) async fn insert(new: &[NewJob], conn: &mut Connection) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let text = |value: &Value| value.to_string();
    // `now()` rather than our clock: a job that is to run at once must not lie in the database's future.
    statement(
        "INSERT INTO jobs (tenant_id, id, kind, payload, run_at, topic_id, cause, unique_key)
         SELECT tenant_id, id, kind, payload::jsonb, coalesce(run_at, now()), topic_id, cause::jsonb, unique_key
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
              AS new (tenant_id, id, kind, payload, run_at, topic_id, cause, unique_key)
         ON CONFLICT DO NOTHING",
    )
    .bind::<Array<SqlUuid>, _>(new.iter().map(|job| job.tenant.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(new.iter().map(|job| job.id).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(new.iter().map(|job| job.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(new.iter().map(|job| text(&job.payload)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(new.iter().map(|job| job.run_at).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(new.iter().map(|job| job.topic).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(new.iter().map(|job| job.cause.as_ref().map(text)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(new.iter().map(|job| job.unique_key.as_deref()).collect::<Vec<_>>())
    .execute(conn)
    .await
    .map(drop)
}

/// How much may be taken, and for whom.
pub(super) struct Demand<'a> {
    pub(super) kinds: &'a [&'static str],
    pub(super) free: i64,
    /// How many of one tenant this server runs at once.
    pub(super) per_tenant: i64,
    /// How many of which tenant it runs already.
    pub(super) running: &'a [(TenantId, i64)],
    pub(super) lease: Uuid,
    pub(super) lease_for: Duration,
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = SqlUuid)]
    tenant_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    payload: Value,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    topic_id: Option<Uuid>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Double)]
    lateness: f64,
}

/// Takes due jobs for whoever holds this lease: of each tenant its first, then of each its second, and so on. What another server is
/// taking at this moment is passed over.
pub(super) async fn take(demand: &Demand<'_>, conn: &mut Connection) -> QueryResult<Vec<Job>> {
    let rows: Vec<TakenRow> = statement(include_str!("take.sql"))
        .bind::<Array<SqlUuid>, _>(demand.running.iter().map(|(tenant, _)| tenant.0).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(demand.running.iter().map(|(_, count)| *count).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(demand.kinds)
        .bind::<BigInt, _>(demand.per_tenant)
        .bind::<BigInt, _>(demand.free)
        .bind::<SqlUuid, _>(demand.lease)
        .bind::<Double, _>(demand.lease_for.as_secs_f64())
        .load(conn)
        .await?;
    let job = |row: TakenRow| Job {
        tenant: TenantId(row.tenant_id),
        id: row.id,
        kind: row.kind,
        payload: row.payload,
        topic: row.topic_id,
        attempt: row.attempts,
        lateness: Duration::try_from_secs_f64(row.lateness).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(job).collect())
}

/// A job that this server runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) tenant: TenantId,
    pub(super) id: Uuid,
    pub(super) lease: Uuid,
}

/// Holds on to these jobs for longer; how many of them were still held.
pub(super) async fn renew(held: &[Held], lease_for: Duration, conn: &mut Connection) -> QueryResult<usize> {
    statement(
        "UPDATE jobs SET locked_until = now() + make_interval(secs => ?)
         FROM unnest(?, ?, ?) AS held (tenant_id, id, lease)
         WHERE jobs.tenant_id = held.tenant_id AND jobs.id = held.id AND jobs.lease = held.lease AND jobs.state = 'running'",
    )
    .bind::<Double, _>(lease_for.as_secs_f64())
    .bind::<Array<SqlUuid>, _>(held.iter().map(|held| held.tenant.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(held.iter().map(|held| held.id).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(held.iter().map(|held| held.lease).collect::<Vec<_>>())
    .execute(conn)
    .await
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) held: Held,
    pub(super) state: JobState,
    /// When it is `waiting` again: for how long.
    pub(super) delay: Duration,
    pub(super) error: Option<String>,
}

/// Writes how attempts ended. Those whose lease has been lost to another server are left alone.
pub(super) async fn finish(ended: &[Ended], conn: &mut Connection) -> QueryResult<usize> {
    statement(
        "UPDATE jobs SET state = ended.state, last_error = ended.error, lease = NULL, locked_until = NULL,
                run_at = CASE ended.state WHEN 'waiting' THEN now() + make_interval(secs => ended.delay) ELSE run_at END,
                finished_at = CASE ended.state WHEN 'waiting' THEN NULL ELSE now() END
         FROM unnest(?, ?, ?, ?, ?, ?) AS ended (tenant_id, id, lease, state, delay, error)
         WHERE jobs.tenant_id = ended.tenant_id AND jobs.id = ended.id AND jobs.lease = ended.lease
               AND jobs.state = 'running'",
    )
    .bind::<Array<SqlUuid>, _>(ended.iter().map(|ended| ended.held.tenant.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(ended.iter().map(|ended| ended.held.id).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(ended.iter().map(|ended| ended.held.lease).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(ended.iter().map(|ended| ended.state.as_str()).collect::<Vec<_>>())
    .bind::<Array<Double>, _>(ended.iter().map(|ended| ended.delay.as_secs_f64()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(ended.iter().map(|ended| ended.error.as_deref()).collect::<Vec<_>>())
    .execute(conn)
    .await
}

/// Gives back jobs that were broken off with the server's stop, as if the attempt had not been.
pub(super) async fn give_back(held: &[Held], conn: &mut Connection) -> QueryResult<usize> {
    statement(
        "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, lease = NULL, locked_until = NULL
         FROM unnest(?, ?, ?) AS held (tenant_id, id, lease)
         WHERE jobs.tenant_id = held.tenant_id AND jobs.id = held.id AND jobs.lease = held.lease AND jobs.state = 'running'",
    )
    .bind::<Array<SqlUuid>, _>(held.iter().map(|held| held.tenant.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(held.iter().map(|held| held.id).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(held.iter().map(|held| held.lease).collect::<Vec<_>>())
    .execute(conn)
    .await
}

/// Frees the jobs of servers that went away; how many.
pub(super) async fn reclaim(conn: &mut Connection) -> QueryResult<usize> {
    statement(
        "UPDATE jobs SET state = 'waiting', lease = NULL, locked_until = NULL, last_error = 'the server that ran it went away'
         WHERE state = 'running' AND locked_until < now()",
    )
    .execute(conn)
    .await
}

/// Whether a job is due: one look into an index, so that waiting costs nothing.
pub(super) async fn any_due(conn: &mut Connection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = Bool)]
        any: bool,
    }
    let due: Due = statement("SELECT EXISTS (SELECT FROM jobs WHERE state = 'waiting' AND run_at <= now()) AS any")
        .get_result(conn)
        .await?;
    Ok(due.any)
}

/// How many jobs are in which state.
#[derive(QueryableByName)]
pub(super) struct Count {
    #[diesel(sql_type = Text)]
    pub(super) state: JobState,
    #[diesel(sql_type = BigInt)]
    pub(super) jobs: i64,
    /// By how many seconds the one that is most overdue is late.
    #[diesel(sql_type = Double)]
    pub(super) lateness: f64,
}

pub(super) async fn counts(conn: &mut Connection) -> QueryResult<Vec<Count>> {
    statement(
        "SELECT state, count(*) AS jobs, greatest(extract(epoch FROM now() - min(run_at))::float8, 0) AS lateness
         FROM jobs GROUP BY state",
    )
    .load(conn)
    .await
}

pub(super) async fn tenant_ids(conn: &mut Connection) -> QueryResult<Vec<TenantId>> {
    tenants::table.select(tenants::id).load(conn).await
}

/// Forgets jobs that finished a while ago; dead ones are kept for longer.
pub(super) async fn forget(tenant: TenantId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<usize> {
    let before = |days| now - TimeDelta::days(days);
    let finished = jobs::table.filter(
        jobs::tenant_id
            .eq(tenant)
            .and(jobs::finished_at.lt(before(DONE_KEPT_DAYS))),
    );
    diesel::delete(
        finished.filter(
            jobs::state
                .ne(JobState::Dead)
                .or(jobs::finished_at.lt(before(DEAD_KEPT_DAYS))),
        ),
    )
    .execute(conn)
    .await
}

const DONE_KEPT_DAYS: i64 = 1;
const DEAD_KEPT_DAYS: i64 = 90;

/// A job as it stands in the table.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub(super) struct JobRow {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) payload: Value,
    pub(super) state: JobState,
    pub(super) run_at: DateTime<Utc>,
    pub(super) attempts: i32,
    pub(super) last_error: Option<String>,
    pub(super) topic_id: Option<Uuid>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) finished_at: Option<DateTime<Utc>>,
}

/// Which jobs a list holds.
#[derive(Clone, Debug, Default)]
pub(super) struct JobFilter {
    pub(super) state: Option<JobState>,
    pub(super) kind: Option<String>,
}

pub(super) async fn job_list(
    tenant: TenantId,
    filter: &JobFilter,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<JobRow>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let items = ordered(matching(tenant, filter, page), page.sort.as_ref())
        .select(JobRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((items, total))
}

fn matching(tenant: TenantId, filter: &JobFilter, page: &PageRequest) -> jobs::BoxedQuery<'static, Pg> {
    let mut query = jobs::table.filter(jobs::tenant_id.eq(tenant)).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(jobs::state.eq(state));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(jobs::kind.eq(kind.clone()));
    }
    if let Some(pattern) = page.search_pattern() {
        query = query.filter(jobs::kind.ilike(pattern.clone()).or(jobs::last_error.ilike(pattern)));
    }
    query
}

/// The newest first unless told. Ids are made in the order of time, so the order by them is that of creation, and the key gives it.
fn ordered<'a>(query: jobs::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> jobs::BoxedQuery<'a, Pg> {
    match sort.map_or(("created_at", true), |sort| (sort.field, sort.descending)) {
        ("run_at", false) => query.order((jobs::run_at.asc(), jobs::id)),
        ("run_at", true) => query.order((jobs::run_at.desc(), jobs::id.desc())),
        (_, false) => query.order(jobs::id.asc()),
        (_, true) => query.order(jobs::id.desc()),
    }
}

/// Holds the job's row until the transaction ends, so that no worker takes it meanwhile.
pub(super) async fn job_in_txn(tenant: TenantId, id: Uuid, conn: &mut Connection) -> QueryResult<Option<JobRow>> {
    jobs::table
        .find((tenant, id))
        .select(JobRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

/// Lets a job run again, with all its attempts; not, where an unfinished one has its unique key by now.
pub(super) async fn job_requeue(tenant: TenantId, id: Uuid, conn: &mut Connection) -> QueryResult<Option<JobRow>> {
    let requeued = diesel::update(jobs::table.find((tenant, id)))
        .set((
            jobs::state.eq(JobState::Waiting),
            jobs::attempts.eq(0),
            jobs::run_at.eq(diesel::dsl::now),
            jobs::finished_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(JobRow::as_returning())
        .get_result(conn)
        .await;
    match requeued {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        requeued => requeued.map(Some),
    }
}

pub(super) async fn job_delete(tenant: TenantId, id: Uuid, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(jobs::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}
