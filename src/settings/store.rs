//! Queries about a company's settings.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Settings;
use crate::db::schema::tenants;
use crate::db::{Connection, TenantId};

pub(super) async fn settings(tenant: TenantId, conn: &mut Connection) -> QueryResult<Settings> {
    tenants::table
        .find(tenant)
        .select(Settings::as_select())
        .first(conn)
        .await
}

/// What changes; what is `None` stays.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = tenants)]
pub(super) struct Change {
    pub(super) name: Option<String>,
    pub(super) time_zone: Option<String>,
}

pub(super) async fn settings_update(
    tenant: TenantId,
    change: &Change,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(tenants::table.find(tenant))
        .set((change, tenants::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}
