//! All queries of the dashboard.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Double, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::kpi::percent;
use super::period::Period;
use super::view::{GrowthPoint, MyLead, StageLeads, TeamMember};
use crate::boards::{Priority, StageKind};
use crate::db::page::PageRequest;
use crate::db::schema::{boards, tenants, users};
use crate::db::statement::statement;
use crate::db::{BoardId, CompanyId, Connection, LeadId, StageId, TenantId, UserId};
use crate::fields::money::Money;

/// How many of one's own leads the dashboard shows.
const MY_LEADS: i64 = 10;

/// The time zone in which the tenant counts its days.
pub(super) async fn time_zone(tenant: TenantId, conn: &mut Connection) -> QueryResult<Tz> {
    let name: String = tenants::table
        .find(tenant)
        .select(tenants::time_zone)
        .first(conn)
        .await?;
    // Only known names are written; one that our tables no longer know must not take the dashboard away.
    Ok(name.parse().unwrap_or(Tz::America__Sao_Paulo))
}

#[derive(QueryableByName)]
pub(super) struct LeadCounts {
    #[diesel(sql_type = BigInt)]
    pub(super) total_leads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) open_leads: i64,
    #[diesel(sql_type = Numeric)]
    pub(super) open_value: Decimal,
    #[diesel(sql_type = Numeric)]
    pub(super) weighted_value: Decimal,
    #[diesel(sql_type = BigInt)]
    pub(super) overdue_leads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) new_leads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) won_leads: i64,
    #[diesel(sql_type = Numeric)]
    pub(super) won_value: Decimal,
    #[diesel(sql_type = BigInt)]
    pub(super) lost_leads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) my_open_leads: i64,
    #[diesel(sql_type = Numeric)]
    pub(super) my_open_value: Decimal,
}

/// The tenant's leads, counted in one pass.
pub(super) async fn lead_counts(
    tenant: TenantId,
    me: UserId,
    today: NaiveDate,
    period: &Period,
    conn: &mut Connection,
) -> QueryResult<LeadCounts> {
    statement(
        "WITH asked AS (SELECT ? AS me, ? AS today, ? AS since, ? AS until),
         counted AS (
             SELECT value, probability, expected_close_date, assigned_to = me AS is_mine, stages.kind,
                    leads.created_at >= since AND leads.created_at < until AS is_new,
                    stage_since >= since AND stage_since < until AS came, today
             FROM asked, leads JOIN stages ON stages.tenant_id = leads.tenant_id AND stages.id = leads.stage_id
             WHERE leads.tenant_id = ?
         )
         SELECT count(*) AS total_leads,
                count(*) FILTER (WHERE kind = 'open') AS open_leads,
                coalesce(sum(value) FILTER (WHERE kind = 'open'), 0) AS open_value,
                coalesce(sum(value * probability) FILTER (WHERE kind = 'open'), 0) / 100 AS weighted_value,
                count(*) FILTER (WHERE kind = 'open' AND expected_close_date < today) AS overdue_leads,
                count(*) FILTER (WHERE is_new) AS new_leads,
                count(*) FILTER (WHERE kind = 'won' AND came) AS won_leads,
                coalesce(sum(value) FILTER (WHERE kind = 'won' AND came), 0) AS won_value,
                count(*) FILTER (WHERE kind = 'lost' AND came) AS lost_leads,
                count(*) FILTER (WHERE kind = 'open' AND is_mine) AS my_open_leads,
                coalesce(sum(value) FILTER (WHERE kind = 'open' AND is_mine), 0) AS my_open_value
         FROM counted",
    )
    .bind::<SqlUuid, _>(me.0)
    .bind::<Date, _>(today)
    .bind::<Timestamptz, _>(period.start())
    .bind::<Timestamptz, _>(period.end())
    .bind::<SqlUuid, _>(tenant.0)
    .get_result(conn)
    .await
}

#[derive(QueryableByName)]
pub(super) struct OtherCounts {
    #[diesel(sql_type = BigInt)]
    pub(super) total_companies: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) new_companies: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) total_users: i64,
}

/// Companies and active people, counted.
pub(super) async fn other_counts(tenant: TenantId, period: &Period, conn: &mut Connection) -> QueryResult<OtherCounts> {
    statement(
        "SELECT (SELECT count(*) FROM companies WHERE tenant_id = ?) AS total_companies,
                (SELECT count(*) FROM companies WHERE tenant_id = ? AND created_at >= ? AND created_at < ?) AS new_companies,
                (SELECT count(*) FROM users WHERE tenant_id = ? AND is_active) AS total_users",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Timestamptz, _>(period.start())
    .bind::<Timestamptz, _>(period.end())
    .bind::<SqlUuid, _>(tenant.0)
    .get_result(conn)
    .await
}

/// The board that is asked for, or else the default one; nothing, where there is none.
pub(super) async fn board(
    tenant: TenantId,
    asked: Option<BoardId>,
    conn: &mut Connection,
) -> QueryResult<Option<(BoardId, String)>> {
    let id = match asked {
        Some(id) => Some(id),
        None => {
            tenants::table
                .find(tenant)
                .select(tenants::default_board_id)
                .first(conn)
                .await?
        }
    };
    let Some(id) = id else { return Ok(None) };
    boards::table
        .find((tenant, id))
        .select((boards::id, boards::name))
        .first(conn)
        .await
        .optional()
}

#[derive(QueryableByName)]
struct StageRow {
    #[diesel(sql_type = SqlUuid)]
    board_id: Uuid,
    #[diesel(sql_type = Text)]
    board_name: String,
    #[diesel(sql_type = SqlUuid)]
    stage_id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    color: String,
    #[diesel(sql_type = Text)]
    kind: StageKind,
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = BigInt)]
    lead_count: i64,
    #[diesel(sql_type = Numeric)]
    total_value: Decimal,
}

/// What stands in the stages of one board, or of all that are not archived; the default board first. With a period, only leads that
/// were made within it count.
pub(super) async fn stages(
    tenant: TenantId,
    board: Option<BoardId>,
    period: Option<&Period>,
    conn: &mut Connection,
) -> QueryResult<Vec<StageLeads>> {
    let rows: Vec<StageRow> = statement(
        "WITH asked AS (SELECT ? AS board_id, coalesce(?, '-infinity') AS since, coalesce(?, 'infinity') AS until),
         counted AS (
             SELECT leads.stage_id, count(*) AS lead_count, sum(value) AS total_value
             FROM asked, leads
             WHERE leads.tenant_id = ? AND (asked.board_id IS NULL OR leads.board_id = asked.board_id)
                 AND leads.created_at >= since AND leads.created_at < until
             GROUP BY leads.stage_id
         )
         SELECT boards.id AS board_id, boards.name AS board_name, stages.id AS stage_id, stages.name, stages.color, stages.kind,
                row_number() OVER (PARTITION BY boards.id ORDER BY stages.rank, stages.id) - 1 AS position,
                coalesce(lead_count, 0) AS lead_count, coalesce(total_value, 0) AS total_value
         FROM asked, boards
         JOIN tenants ON tenants.id = boards.tenant_id
         JOIN stages ON stages.tenant_id = boards.tenant_id AND stages.board_id = boards.id
         LEFT JOIN counted ON counted.stage_id = stages.id
         WHERE boards.tenant_id = ? AND CASE WHEN asked.board_id IS NULL THEN NOT boards.archived ELSE boards.id = asked.board_id END
         ORDER BY boards.id IS NOT DISTINCT FROM tenants.default_board_id DESC, boards.name, boards.id, position",
    )
    .bind::<Nullable<SqlUuid>, _>(board.map(|id| id.0))
    .bind::<Nullable<Timestamptz>, _>(period.map(Period::start))
    .bind::<Nullable<Timestamptz>, _>(period.map(Period::end))
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(tenant.0)
    .load(conn)
    .await?;
    let stages = rows.into_iter().map(|row| StageLeads {
        board_id: BoardId(row.board_id),
        board_name: row.board_name,
        stage_id: StageId(row.stage_id),
        name: row.name,
        color: row.color,
        kind: row.kind,
        position: row.position,
        lead_count: row.lead_count,
        total_value: Money::stored(row.total_value),
    });
    Ok(stages.collect())
}

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The companies that came to be in each part of a period.
pub(super) async fn companies_growth(
    tenant: TenantId,
    period: &Period,
    conn: &mut Connection,
) -> QueryResult<Vec<GrowthPoint>> {
    let days = period.parts();
    // Number 0 is what came before the first part.
    let rows: Vec<Part> = statement(
        "SELECT width_bucket(created_at, ?) AS number, count(*) AS count
         FROM companies WHERE tenant_id = ? AND created_at < ? GROUP BY 1",
    )
    .bind::<Array<Timestamptz>, _>(period.starts(&days))
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Timestamptz, _>(period.end())
    .load(conn)
    .await?;
    let count = |number: usize| {
        let row = rows.iter().find(|row| usize::try_from(row.number) == Ok(number));
        row.map_or(0, |row| row.count)
    };
    let points = days.into_iter().zip(1..).scan(count(0), |total, (date, number)| {
        let new = count(number);
        *total += new;
        Some(GrowthPoint {
            date,
            new,
            total: *total,
        })
    });
    Ok(points.collect())
}

/// What was done within a period.
#[derive(QueryableByName)]
pub(super) struct Sales {
    #[diesel(sql_type = BigInt)]
    pub(super) new_companies: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) new_leads: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) won_leads: i64,
    #[diesel(sql_type = Numeric)]
    pub(super) won_value: Decimal,
    #[diesel(sql_type = BigInt)]
    pub(super) lost_leads: i64,
    #[diesel(sql_type = Nullable<Double>)]
    pub(super) sales_cycle_days: Option<f64>,
}

/// What was done within each of these periods, in their order.
pub(super) async fn sales(tenant: TenantId, periods: &[Period], conn: &mut Connection) -> QueryResult<Vec<Sales>> {
    let moments = |moment: fn(&Period) -> DateTime<Utc>| periods.iter().map(moment).collect::<Vec<_>>();
    statement(
        "SELECT (SELECT count(*) FROM companies
                 WHERE tenant_id = tenants.id AND created_at >= since AND created_at < until) AS new_companies,
                (SELECT count(*) FROM leads
                 WHERE tenant_id = tenants.id AND created_at >= since AND created_at < until) AS new_leads,
                closed.*
         FROM tenants
         CROSS JOIN unnest(?, ?) WITH ORDINALITY AS asked (since, until, number)
         CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE kind = 'won') AS won_leads,
                    coalesce(sum(value) FILTER (WHERE kind = 'won'), 0) AS won_value,
                    count(*) FILTER (WHERE kind = 'lost') AS lost_leads,
                    (extract(epoch FROM avg(stage_since - leads.created_at) FILTER (WHERE kind = 'won')) / 86400)::float8
                        AS sales_cycle_days
             FROM leads JOIN stages ON stages.tenant_id = leads.tenant_id AND stages.id = leads.stage_id
             WHERE leads.tenant_id = tenants.id AND stage_since >= since AND stage_since < until
         ) AS closed
         WHERE tenants.id = ?
         ORDER BY number",
    )
    .bind::<Array<Timestamptz>, _>(moments(Period::start))
    .bind::<Array<Timestamptz>, _>(moments(Period::end))
    .bind::<SqlUuid, _>(tenant.0)
    .load(conn)
    .await
}

#[derive(QueryableByName)]
struct MemberRow {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Text)]
    full_name: String,
    #[diesel(sql_type = BigInt)]
    open_leads: i64,
    #[diesel(sql_type = Numeric)]
    open_value: Decimal,
    #[diesel(sql_type = BigInt)]
    new_leads: i64,
    #[diesel(sql_type = BigInt)]
    won_leads: i64,
    #[diesel(sql_type = Numeric)]
    won_value: Decimal,
    #[diesel(sql_type = BigInt)]
    lost_leads: i64,
}

/// The active people with what they have and did, those that won most first.
pub(super) async fn team(
    tenant: TenantId,
    period: &Period,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<TeamMember>, i64)> {
    let total = users::table
        .filter(users::tenant_id.eq(tenant).and(users::is_active))
        .count()
        .get_result(conn)
        .await?;
    let rows: Vec<MemberRow> = statement(
        "WITH asked AS (SELECT ? AS since, ? AS until),
         counted AS (
             SELECT assigned_to,
                    count(*) FILTER (WHERE kind = 'open') AS open_leads,
                    sum(value) FILTER (WHERE kind = 'open') AS open_value,
                    count(*) FILTER (WHERE leads.created_at >= since AND leads.created_at < until) AS new_leads,
                    count(*) FILTER (WHERE kind = 'won' AND stage_since >= since AND stage_since < until) AS won_leads,
                    sum(value) FILTER (WHERE kind = 'won' AND stage_since >= since AND stage_since < until) AS won_value,
                    count(*) FILTER (WHERE kind = 'lost' AND stage_since >= since AND stage_since < until) AS lost_leads
             FROM asked, leads JOIN stages ON stages.tenant_id = leads.tenant_id AND stages.id = leads.stage_id
             WHERE leads.tenant_id = ? AND assigned_to IS NOT NULL
             GROUP BY assigned_to
         )
         SELECT users.id AS user_id, users.full_name, coalesce(open_leads, 0) AS open_leads, coalesce(open_value, 0) AS open_value,
                coalesce(new_leads, 0) AS new_leads, coalesce(won_leads, 0) AS won_leads, coalesce(won_value, 0) AS won_value,
                coalesce(lost_leads, 0) AS lost_leads
         FROM users LEFT JOIN counted ON counted.assigned_to = users.id
         WHERE users.tenant_id = ? AND users.is_active
         ORDER BY coalesce(won_value, 0) DESC, users.full_name, users.id LIMIT ? OFFSET ?",
    )
    .bind::<Timestamptz, _>(period.start())
    .bind::<Timestamptz, _>(period.end())
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<BigInt, _>(page.per_page)
    .bind::<BigInt, _>(page.offset())
    .load(conn)
    .await?;
    let members = rows.into_iter().map(|row| TeamMember {
        user_id: UserId(row.user_id),
        full_name: row.full_name,
        open_leads: row.open_leads,
        open_value: Money::stored(row.open_value),
        new_leads: row.new_leads,
        won_leads: row.won_leads,
        won_value: Money::stored(row.won_value),
        lost_leads: row.lost_leads,
        conversion_rate: percent(row.won_leads, row.won_leads + row.lost_leads),
    });
    Ok((members.collect(), total))
}

#[derive(QueryableByName)]
struct MyLeadRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Numeric>)]
    value: Option<Decimal>,
    #[diesel(sql_type = Text)]
    priority: Priority,
    #[diesel(sql_type = Nullable<Date>)]
    expected_close_date: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    company_id: Option<Uuid>,
    #[diesel(sql_type = SqlUuid)]
    board_id: Uuid,
    #[diesel(sql_type = Text)]
    board_name: String,
    #[diesel(sql_type = SqlUuid)]
    stage_id: Uuid,
    #[diesel(sql_type = Text)]
    stage_name: String,
    #[diesel(sql_type = Text)]
    stage_color: String,
}

/// Someone's open leads, those that close soonest first.
pub(super) async fn my_leads(
    tenant: TenantId,
    me: UserId,
    today: NaiveDate,
    conn: &mut Connection,
) -> QueryResult<Vec<MyLead>> {
    let rows: Vec<MyLeadRow> = statement(
        "SELECT leads.id, title, value, priority, expected_close_date, company_id, leads.board_id, boards.name AS board_name,
                stage_id, stages.name AS stage_name, stages.color AS stage_color
         FROM leads
         JOIN stages ON stages.tenant_id = leads.tenant_id AND stages.id = leads.stage_id
         JOIN boards ON boards.tenant_id = leads.tenant_id AND boards.id = leads.board_id
         WHERE leads.tenant_id = ? AND assigned_to = ? AND kind = 'open' AND NOT archived
         ORDER BY expected_close_date NULLS LAST, leads.created_at DESC, leads.id LIMIT ?",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(me.0)
    .bind::<BigInt, _>(MY_LEADS)
    .load(conn)
    .await?;
    let leads = rows.into_iter().map(|row| MyLead {
        id: LeadId(row.id),
        title: row.title,
        value: row.value.map(Money::stored),
        priority: row.priority,
        expected_close_date: row.expected_close_date,
        is_overdue: row.expected_close_date.is_some_and(|date| date < today),
        company_id: row.company_id.map(CompanyId),
        board_id: BoardId(row.board_id),
        board_name: row.board_name,
        stage_id: StageId(row.stage_id),
        stage_name: row.stage_name,
        stage_color: row.stage_color,
    });
    Ok(leads.collect())
}
