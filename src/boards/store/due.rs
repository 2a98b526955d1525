//! The leads that should be closed today, where it is morning.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::sql_types::{Date, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{QueryResult, QueryableByName};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::statement::statement;
use crate::db::{Connection, TenantId, UserId};

/// The hour at which a day of work begins.
const MORNING: i32 = 8;

/// A lead that should be closed today.
#[derive(QueryableByName)]
pub(crate) struct DueLead {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) lead_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) board_id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) title: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) assigned_to: UserId,
    #[diesel(sql_type = Date)]
    pub(crate) date: NaiveDate,
}

/// Today's open leads that are somebody's; none, while the company's morning has not begun.
pub(crate) async fn leads_due(
    tenant: TenantId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Vec<DueLead>> {
    statement(
        "SELECT leads.id AS lead_id, leads.board_id, leads.title, leads.assigned_to, leads.expected_close_date AS date
         FROM (SELECT id, ? AT TIME ZONE time_zone AS local FROM tenants WHERE id = ?) AS tenant
         JOIN leads ON leads.tenant_id = tenant.id AND leads.expected_close_date = tenant.local::date
         JOIN stages ON stages.tenant_id = leads.tenant_id AND stages.id = leads.stage_id
         JOIN boards ON boards.tenant_id = leads.tenant_id AND boards.id = leads.board_id
         WHERE leads.expected_close_date IS NOT NULL AND leads.assigned_to IS NOT NULL
             AND extract(hour FROM tenant.local) >= ? AND stages.kind = 'open' AND NOT boards.archived
         ORDER BY leads.id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Integer, _>(MORNING)
    .load(conn)
    .await
}
