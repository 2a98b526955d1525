//! Queries about second factors.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::db::schema::second_factors;
use crate::db::{Connection, TenantId, UserId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub(super) struct Factor {
    pub(super) secret: Vec<u8>,
    pub(super) recovery_codes: Option<Vec<u8>>,
    pub(super) enabled_at: Option<DateTime<Utc>>,
    pub(super) last_step: i64,
}

/// Whether a code is asked for at somebody's login.
pub(crate) async fn is_on(tenant: TenantId, user: UserId, conn: &mut Connection) -> QueryResult<bool> {
    let factor = second_factors::table
        .find((tenant, user))
        .filter(second_factors::enabled_at.is_not_null());
    diesel::select(diesel::dsl::exists(factor)).get_result(conn).await
}

/// Keeps a new secret, unless one is in use.
pub(super) async fn begin(tenant: TenantId, user: UserId, secret: &[u8], conn: &mut Connection) -> QueryResult<bool> {
    use diesel::query_dsl::methods::FilterDsl;

    let insert = diesel::insert_into(second_factors::table)
        .values((
            second_factors::tenant_id.eq(tenant),
            second_factors::id.eq(user),
            second_factors::secret.eq(secret),
        ))
        .on_conflict((second_factors::tenant_id, second_factors::id))
        .do_update()
        .set(second_factors::secret.eq(secret));
    let kept = FilterDsl::filter(insert, second_factors::enabled_at.is_null());
    Ok(kept.execute(conn).await? == 1)
}

/// Of two logins with one code, the second waits, and finds it used.
pub(super) async fn factor_for_update(
    tenant: TenantId,
    user: UserId,
    conn: &mut Connection,
) -> QueryResult<Option<Factor>> {
    second_factors::table
        .find((tenant, user))
        .select(Factor::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

pub(super) async fn enable(
    tenant: TenantId,
    user: UserId,
    codes: &[u8],
    step: i64,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(second_factors::table.find((tenant, user)))
        .set((
            second_factors::recovery_codes.eq(codes),
            second_factors::last_step.eq(step),
            second_factors::enabled_at.eq(now),
        ))
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn step_used(tenant: TenantId, user: UserId, step: i64, conn: &mut Connection) -> QueryResult<()> {
    diesel::update(second_factors::table.find((tenant, user)))
        .set(second_factors::last_step.eq(step))
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn codes_left(tenant: TenantId, user: UserId, codes: &[u8], conn: &mut Connection) -> QueryResult<()> {
    diesel::update(second_factors::table.find((tenant, user)))
        .set(second_factors::recovery_codes.eq(codes))
        .execute(conn)
        .await
        .map(drop)
}

/// Whether there was one.
pub(super) async fn remove(tenant: TenantId, user: UserId, conn: &mut Connection) -> QueryResult<bool> {
    let removed = diesel::delete(second_factors::table.find((tenant, user)))
        .execute(conn)
        .await?;
    Ok(removed == 1)
}
