//! What a company says of itself, and what its answers have cost.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::{About, SETTING};
use crate::db::schema::{ai_usage, bot_config};
use crate::db::{Connection, TenantId};

pub(super) async fn about(tenant: TenantId, conn: &mut Connection) -> QueryResult<About> {
    let value: Option<Value> = bot_config::table
        .find((tenant, SETTING))
        .select(bot_config::value)
        .first(conn)
        .await
        .optional()?;
    // It was checked when it was written.
    Ok(value
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default())
}

/// The first day of this month.
fn month(now: DateTime<Utc>) -> NaiveDate {
    now.date_naive().with_day(1).unwrap_or_default()
}

/// How many tokens have been used this month.
pub(super) async fn used(tenant: TenantId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<i64> {
    let used: Option<i64> = ai_usage::table
        .find((tenant, month(now)))
        .select(ai_usage::tokens)
        .first(conn)
        .await
        .optional()?;
    Ok(used.unwrap_or(0))
}

pub(super) async fn use_up(
    tenant: TenantId,
    now: DateTime<Utc>,
    tokens: i64,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::insert_into(ai_usage::table)
        .values((
            ai_usage::tenant_id.eq(tenant),
            ai_usage::month.eq(month(now)),
            ai_usage::tokens.eq(tokens),
        ))
        .on_conflict((ai_usage::tenant_id, ai_usage::month))
        .do_update()
        .set(ai_usage::tokens.eq(ai_usage::tokens + tokens))
        .execute(conn)
        .await
        .map(drop)
}
