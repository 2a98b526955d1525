//! Lists of boards, stages and leads, and the way from a stage or lead to its board.

use std::collections::HashMap;

use diesel::dsl::{case_when, count_star};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Numeric, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::rows::LeadRow;
use crate::boards::state::{Card, Priority, StageKind};
use crate::boards::view::{self, BoardSummary};
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::{boards, leads, stages, tenants};
use crate::db::statement::statement;
use crate::db::{BoardId, CompanyId, Connection, ContactId, LeadId, StageId, TenantId, UserId};
use crate::fields::money::Money;

/// What a list of boards can be ordered by.
pub(in crate::boards) const SORTABLE_BOARDS: &[&str] = &["name", "created_at", "updated_at"];
/// What a list of leads can be ordered by.
pub(crate) const SORTABLE_LEADS: &[&str] = &[
    "created_at",
    "updated_at",
    "title",
    "value",
    "expected_close_date",
    "priority",
];
/// What a list of stages can be ordered by.
pub(in crate::boards) const SORTABLE_STAGES: &[&str] = &["position"];

/// Which boards a list holds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::boards) struct BoardFilter {
    pub(in crate::boards) archived: Option<bool>,
}

/// Which leads a list holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LeadFilter {
    pub(crate) board_id: Option<BoardId>,
    pub(crate) stage_id: Option<StageId>,
    pub(crate) assigned_to: Option<UserId>,
    pub(crate) company_id: Option<CompanyId>,
    pub(crate) contact_id: Option<ContactId>,
    pub(crate) priority: Option<Priority>,
}

/// A lead, and where it stands.
pub(crate) struct Placed {
    board_id: BoardId,
    stage_id: StageId,
    position: usize,
    card: Card,
}

impl Placed {
    pub(crate) fn view(&self) -> view::Lead<'_> {
        view::Lead::new(self.board_id, self.stage_id, self.position, &self.card.lead)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = boards)]
struct ListedBoard {
    id: BoardId,
    name: String,
    description: Option<String>,
    archived: bool,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    stage_count: i64,
    #[diesel(sql_type = BigInt)]
    lead_count: i64,
    #[diesel(sql_type = Numeric)]
    total_value: Decimal,
}

pub(in crate::boards) async fn board_list(
    tenant: TenantId,
    filter: BoardFilter,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<BoardSummary>, i64)> {
    let matching = || {
        let mut query = boards::table.filter(boards::tenant_id.eq(tenant)).into_boxed();
        if let Some(archived) = filter.archived {
            query = query.filter(boards::archived.eq(archived));
        }
        if let Some(pattern) = page.search_pattern() {
            query = query.filter(boards::name.ilike(pattern));
        }
        query
    };
    let total = matching().select(count_star()).first(conn).await?;
    let found: Vec<ListedBoard> = ordered_boards(matching(), page.sort.as_ref())
        .select(ListedBoard::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    let default: Option<BoardId> = tenants::table
        .find(tenant)
        .select(tenants::default_board_id)
        .first(conn)
        .await?;
    let ids: Vec<Uuid> = found.iter().map(|board| board.id.0).collect();
    let counts = counts(tenant, &ids, conn).await?;
    let summaries = found.into_iter().map(|board| {
        let counts = counts.get(&board.id.0);
        BoardSummary {
            id: board.id,
            name: board.name,
            description: board.description,
            is_default: default == Some(board.id),
            archived: board.archived,
            stage_count: counts.map_or(0, |counts| counts.stage_count),
            lead_count: counts.map_or(0, |counts| counts.lead_count),
            total_value: counts.map_or(Money::ZERO, |counts| Money::stored(counts.total_value)),
            created_at: board.created_at,
            updated_at: board.updated_at,
        }
    });
    Ok((summaries.collect(), total))
}

/// By name unless told; equal ones by id, so that pages neither repeat nor miss any.
fn ordered_boards<'a>(query: boards::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> boards::BoxedQuery<'a, Pg> {
    let (field, descending) = sort.map_or(("name", false), |sort| (sort.field, sort.descending));
    let query = match (field, descending) {
        ("created_at", false) => query.order(boards::created_at.asc()),
        ("created_at", true) => query.order(boards::created_at.desc()),
        ("updated_at", false) => query.order(boards::updated_at.asc()),
        ("updated_at", true) => query.order(boards::updated_at.desc()),
        (_, false) => query.order(boards::name.asc()),
        (_, true) => query.order(boards::name.desc()),
    };
    query.then_order_by(boards::id)
}

async fn counts(tenant: TenantId, boards: &[Uuid], conn: &mut Connection) -> QueryResult<HashMap<Uuid, Counts>> {
    let rows: Vec<Counts> = statement(
        "SELECT asked.id, coalesce(s.count, 0) AS stage_count, coalesce(l.count, 0) AS lead_count,
                coalesce(l.total, 0.00) AS total_value
         FROM unnest(?) AS asked (id)
         LEFT JOIN (SELECT board_id, count(*) FROM stages WHERE tenant_id = ? AND board_id = ANY (?) GROUP BY board_id) AS s
             ON s.board_id = asked.id
         LEFT JOIN (SELECT board_id, count(*), sum(value) AS total FROM leads
                    WHERE tenant_id = ? AND board_id = ANY (?) GROUP BY board_id) AS l
             ON l.board_id = asked.id",
    )
    .bind::<Array<SqlUuid>, _>(boards)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Array<SqlUuid>, _>(boards)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Array<SqlUuid>, _>(boards)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

#[derive(QueryableByName)]
struct ListedStage {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    board_id: Uuid,
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

/// Board by board, in order.
pub(in crate::boards) async fn stage_list(
    tenant: TenantId,
    board: Option<BoardId>,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<view::Stage<'static>>, i64)> {
    let mut matching = stages::table.filter(stages::tenant_id.eq(tenant)).into_boxed();
    if let Some(board) = board {
        matching = matching.filter(stages::board_id.eq(board));
    }
    if let Some(pattern) = page.search_pattern() {
        matching = matching.filter(stages::name.ilike(pattern));
    }
    let total = matching.select(count_star()).first(conn).await?;
    let direction = if page.sort.as_ref().is_some_and(|sort| sort.descending) {
        -1
    } else {
        1
    };
    let rows: Vec<ListedStage> = statement(
        "WITH numbered AS (
             SELECT id, board_id, name, color, kind, row_number() OVER (PARTITION BY board_id ORDER BY rank, id) - 1 AS position
             FROM stages WHERE tenant_id = ? AND board_id = coalesce(?, board_id)
         ), paged AS (
             SELECT * FROM numbered WHERE name ILIKE coalesce(?, '%') ORDER BY board_id, position * ? LIMIT ? OFFSET ?
         )
         SELECT paged.*, coalesce(l.count, 0) AS lead_count, coalesce(l.sum, 0.00) AS total_value
         FROM paged
         LEFT JOIN LATERAL (SELECT count(*), sum(value) FROM leads WHERE tenant_id = ? AND stage_id = paged.id) AS l ON true
         ORDER BY board_id, position * ?",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Nullable<SqlUuid>, _>(board.map(|board| board.0))
    .bind::<Nullable<Text>, _>(page.search_pattern())
    .bind::<Integer, _>(direction)
    .bind::<BigInt, _>(page.per_page)
    .bind::<BigInt, _>(page.offset())
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Integer, _>(direction)
    .load(conn)
    .await?;
    let stages = rows.into_iter().map(|row| view::Stage {
        id: StageId(row.id),
        board_id: BoardId(row.board_id),
        name: row.name.into(),
        color: row.color.into(),
        kind: row.kind,
        position: index(row.position),
        lead_count: index(row.lead_count),
        total_value: Money::stored(row.total_value),
    });
    Ok((stages.collect(), total))
}

/// A count or an index that PostgreSQL made.
fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

pub(crate) async fn lead_list(
    tenant: TenantId,
    filter: LeadFilter,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Placed>, i64)> {
    let total = matching_leads(tenant, filter, page)
        .select(count_star())
        .first(conn)
        .await?;
    let rows: Vec<LeadRow> = ordered_leads(matching_leads(tenant, filter, page), page.sort.as_ref())
        .select(LeadRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((placed(tenant, rows, conn).await?, total))
}

fn matching_leads(tenant: TenantId, filter: LeadFilter, page: &PageRequest) -> leads::BoxedQuery<'static, Pg> {
    let mut query = leads::table.filter(leads::tenant_id.eq(tenant)).into_boxed();
    if let Some(board) = filter.board_id {
        query = query.filter(leads::board_id.eq(board));
    }
    if let Some(stage) = filter.stage_id {
        query = query.filter(leads::stage_id.eq(stage));
    }
    if let Some(user) = filter.assigned_to {
        query = query.filter(leads::assigned_to.eq(user));
    }
    if let Some(company) = filter.company_id {
        query = query.filter(leads::company_id.eq(company));
    }
    if let Some(contact) = filter.contact_id {
        query = query.filter(leads::contact_id.eq(contact));
    }
    if let Some(priority) = filter.priority {
        query = query.filter(leads::priority.eq(priority));
    }
    if let Some(pattern) = page.search_pattern() {
        query = query.filter(
            leads::title
                .ilike(pattern.clone())
                .or(leads::name.ilike(pattern.clone()).assume_not_null())
                .or(leads::company.ilike(pattern.clone()).assume_not_null())
                .or(leads::email.ilike(pattern).assume_not_null()),
        );
    }
    query
}

/// The newest first unless told; equal ones by id, so that pages neither repeat nor miss any.
fn ordered_leads<'a>(query: leads::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> leads::BoxedQuery<'a, Pg> {
    // As text they would sort by the alphabet.
    let urgency = || {
        case_when(leads::priority.eq(Priority::Low), 0.into_sql::<Integer>())
            .when(leads::priority.eq(Priority::Medium), 1.into_sql::<Integer>())
            .when(leads::priority.eq(Priority::High), 2.into_sql::<Integer>())
            .otherwise(3.into_sql::<Integer>())
    };
    let (field, descending) = sort.map_or(("created_at", true), |sort| (sort.field, sort.descending));
    let query = match (field, descending) {
        ("title", false) => query.order(leads::title.asc()),
        ("title", true) => query.order(leads::title.desc()),
        ("value", false) => query.order(leads::value.asc().nulls_first()),
        ("value", true) => query.order(leads::value.desc().nulls_last()),
        ("expected_close_date", false) => query.order(leads::expected_close_date.asc().nulls_last()),
        ("expected_close_date", true) => query.order(leads::expected_close_date.desc().nulls_last()),
        ("priority", false) => query.order(urgency().asc()),
        ("priority", true) => query.order(urgency().desc()),
        ("updated_at", false) => query.order(leads::updated_at.asc()),
        ("updated_at", true) => query.order(leads::updated_at.desc()),
        (_, false) => query.order(leads::created_at.asc()),
        (_, true) => query.order(leads::created_at.desc()),
    };
    query.then_order_by(leads::id)
}

#[derive(QueryableByName)]
struct Position {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    position: i64,
}

/// Finds out where these leads stand in their stages.
async fn placed(tenant: TenantId, rows: Vec<LeadRow>, conn: &mut Connection) -> QueryResult<Vec<Placed>> {
    let positions: Vec<Position> = statement(
        "SELECT id, position
         FROM (SELECT id, row_number() OVER (PARTITION BY stage_id ORDER BY rank, id) - 1 AS position
               FROM leads WHERE tenant_id = ? AND stage_id = ANY (?)) AS numbered
         WHERE id = ANY (?)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.stage_id.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id.0).collect::<Vec<_>>())
    .load(conn)
    .await?;
    let positions: HashMap<Uuid, i64> = positions.into_iter().map(|row| (row.id, row.position)).collect();
    Ok(rows
        .into_iter()
        .map(|row| Placed {
            board_id: row.board_id,
            stage_id: row.stage_id,
            position: index(positions.get(&row.id.0).copied().unwrap_or_default()),
            card: row.into_card(),
        })
        .collect())
}

pub(in crate::boards) async fn lead_get(
    tenant: TenantId,
    id: LeadId,
    conn: &mut Connection,
) -> QueryResult<Option<Placed>> {
    let row: Option<LeadRow> = leads::table
        .find((tenant, id))
        .select(LeadRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let placed = placed(tenant, row.into_iter().collect(), conn).await?;
    Ok(placed.into_iter().next())
}

/// The board that a lead is on.
pub(in crate::boards) async fn lead_board(
    tenant: TenantId,
    id: LeadId,
    conn: &mut Connection,
) -> QueryResult<Option<BoardId>> {
    leads::table
        .find((tenant, id))
        .select(leads::board_id)
        .first(conn)
        .await
        .optional()
}

/// The board that a stage is on.
pub(in crate::boards) async fn stage_board(
    tenant: TenantId,
    id: StageId,
    conn: &mut Connection,
) -> QueryResult<Option<BoardId>> {
    stages::table
        .find((tenant, id))
        .select(stages::board_id)
        .first(conn)
        .await
        .optional()
}

/// The boards that have leads of this contact.
pub(in crate::boards) async fn boards_of_contact(
    tenant: TenantId,
    contact: ContactId,
    conn: &mut Connection,
) -> QueryResult<Vec<BoardId>> {
    leads::table
        .filter(leads::tenant_id.eq(tenant).and(leads::contact_id.eq(contact)))
        .select(leads::board_id)
        .distinct()
        .load(conn)
        .await
}
