//! Queries about what was done.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::{Activity, By, Change};
use crate::auth::Principal;
use crate::clock;
use crate::db::page::PageRequest;
use crate::db::schema::audit_log;
use crate::db::{Connection, TenantId};
use crate::error::Error;

/// Writes down what was done, in the transaction that does it.
///
/// # Errors
/// When the database does not take it.
pub(crate) async fn record(
    by: &Principal,
    action: &str,
    target: Uuid,
    changes: &[Change],
    conn: &mut Connection,
) -> Result<(), Error> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::tenant_id.eq(by.tenant),
            audit_log::id.eq(clock::new_id()),
            audit_log::action.eq(action),
            audit_log::target_id.eq(target),
            audit_log::actor.eq(serde_json::to_value(by.author()).map_err(Error::internal)?),
            audit_log::changes.eq(serde_json::to_value(changes).map_err(Error::internal)?),
            audit_log::at.eq(clock::now()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log)]
struct Row {
    id: Uuid,
    action: String,
    actor: Value,
    changes: Value,
    at: chrono::DateTime<chrono::Utc>,
}

/// What was done to one thing, the latest first.
///
/// # Errors
/// When the database is away.
pub(crate) async fn target_list(
    tenant: TenantId,
    target: Uuid,
    page: &PageRequest,
    conn: &mut Connection,
) -> Result<(Vec<Activity>, i64), Error> {
    let of_target = || audit_log::table.filter(audit_log::tenant_id.eq(tenant).and(audit_log::target_id.eq(target)));
    let total = of_target().select(count_star()).first(conn).await?;
    let rows: Vec<Row> = of_target()
        .order(audit_log::id.desc())
        .select(Row::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    let items = rows.into_iter().map(|row| {
        let by: By = serde_json::from_value(row.actor)?;
        let changes: Vec<Change> = serde_json::from_value(row.changes)?;
        Ok(Activity {
            id: row.id,
            action: row.action,
            by,
            changes,
            at: row.at,
        })
    });
    let items = items.collect::<serde_json::Result<_>>().map_err(Error::internal)?;
    Ok((items, total))
}
