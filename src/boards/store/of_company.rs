//! What companies have on boards, counted.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Numeric, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::boards::view::{CompanyCounts, CompanyLinks};
use crate::db::statement::statement;
use crate::db::{BoardId, CompanyId, Connection, TenantId};
use crate::fields::money::Money;

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = SqlUuid)]
    company_id: Uuid,
    #[diesel(sql_type = BigInt)]
    lead_count: i64,
    #[diesel(sql_type = BigInt)]
    open_lead_count: i64,
    #[diesel(sql_type = Numeric)]
    open_value: Decimal,
}

/// The leads of these companies, counted; a company without any is not in the answer.
pub(crate) async fn company_counts(
    tenant: TenantId,
    companies: &[CompanyId],
    conn: &mut Connection,
) -> QueryResult<HashMap<CompanyId, CompanyCounts>> {
    let rows: Vec<Counts> = statement(
        "SELECT leads.company_id, count(*) AS lead_count, count(*) FILTER (WHERE stages.kind = 'open') AS open_lead_count,
                coalesce(sum(leads.value) FILTER (WHERE stages.kind = 'open'), 0.00) AS open_value
         FROM leads JOIN stages ON stages.tenant_id = leads.tenant_id AND stages.id = leads.stage_id
         WHERE leads.tenant_id = ? AND leads.company_id = ANY (?)
         GROUP BY leads.company_id",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Array<SqlUuid>, _>(companies.iter().map(|id| id.0).collect::<Vec<_>>())
    .load(conn)
    .await?;
    let counts = rows.into_iter().map(|row| {
        let counts = CompanyCounts {
            lead_count: row.lead_count,
            open_lead_count: row.open_lead_count,
            open_value: Money::stored(row.open_value),
        };
        (CompanyId(row.company_id), counts)
    });
    Ok(counts.collect())
}

#[derive(QueryableByName)]
struct Links {
    #[diesel(sql_type = SqlUuid)]
    board_id: Uuid,
    #[diesel(sql_type = Text)]
    board_name: String,
    #[diesel(sql_type = BigInt)]
    lead_count: i64,
}

/// The boards that have leads of this company, by name.
pub(crate) async fn company_links(
    tenant: TenantId,
    company: CompanyId,
    conn: &mut Connection,
) -> QueryResult<Vec<CompanyLinks>> {
    let rows: Vec<Links> = statement(
        "SELECT boards.id AS board_id, boards.name AS board_name, count(*) AS lead_count
         FROM leads JOIN boards ON boards.tenant_id = leads.tenant_id AND boards.id = leads.board_id
         WHERE leads.tenant_id = ? AND leads.company_id = ?
         GROUP BY boards.id, boards.name ORDER BY boards.name, boards.id",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(company.0)
    .load(conn)
    .await?;
    let links = rows.into_iter().map(|row| CompanyLinks {
        board_id: BoardId(row.board_id),
        board_name: row.board_name,
        lead_count: row.lead_count,
    });
    Ok(links.collect())
}
