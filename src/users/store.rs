//! Queries about people.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::{Language, Theme, User};
use crate::auth::Role;
use crate::auth::input::Email;
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::{tenants, users};
use crate::db::statement::statement;
use crate::db::{AttachmentId, Connection, TenantId, UserId};
use crate::error::{Code, Error};
use crate::{jobs, rooms};

/// What a list of people can be ordered by.
pub(super) const SORTABLE: &[&str] = &["full_name", "email", "role", "created_at", "last_seen_at"];

/// Someone who joins.
#[derive(Insertable)]
#[diesel(table_name = users)]
pub(crate) struct NewUser<'a> {
    pub(crate) tenant_id: TenantId,
    pub(crate) id: UserId,
    pub(crate) email: &'a str,
    pub(crate) full_name: &'a str,
    /// None for who is invited to choose one.
    pub(crate) password_hash: Option<&'a str>,
    pub(crate) role: Role,
    pub(crate) phone: Option<&'a str>,
}

/// What changes about someone; what is `None` stays.
#[derive(Default, AsChangeset)]
#[diesel(table_name = users)]
pub(crate) struct UserChange {
    pub(crate) full_name: Option<String>,
    pub(crate) role: Option<Role>,
    pub(crate) phone: Option<Option<String>>,
    pub(crate) language: Option<Option<Language>>,
    pub(crate) theme: Option<Option<Theme>>,
    pub(crate) is_active: Option<bool>,
    pub(crate) avatar_id: Option<Option<AttachmentId>>,
}

/// Which people a list holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UserFilter {
    pub(super) role: Option<Role>,
    pub(super) is_active: Option<bool>,
}

pub(crate) async fn user(tenant: TenantId, id: UserId, conn: &mut Connection) -> QueryResult<Option<User>> {
    users::table
        .find((tenant, id))
        .select(User::as_select())
        .first(conn)
        .await
        .optional()
}

pub(super) async fn user_list(
    tenant: TenantId,
    filter: UserFilter,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<User>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let items = ordered(matching(tenant, filter, page), page.sort.as_ref())
        .select(User::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((items, total))
}

fn matching(tenant: TenantId, filter: UserFilter, page: &PageRequest) -> users::BoxedQuery<'static, Pg> {
    let mut query = users::table.filter(users::tenant_id.eq(tenant)).into_boxed();
    if let Some(role) = filter.role {
        query = query.filter(users::role.eq(role));
    }
    if let Some(is_active) = filter.is_active {
        query = query.filter(users::is_active.eq(is_active));
    }
    if let Some(pattern) = page.search_pattern() {
        query = query.filter(users::full_name.ilike(pattern.clone()).or(users::email.ilike(pattern)));
    }
    query
}

/// By name unless told; equal ones by id, so that pages neither repeat nor miss anyone.
fn ordered<'a>(query: users::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> users::BoxedQuery<'a, Pg> {
    let (field, descending) = sort.map_or(("full_name", false), |sort| (sort.field, sort.descending));
    let query = match (field, descending) {
        ("email", false) => query.order(users::email.asc()),
        ("email", true) => query.order(users::email.desc()),
        ("role", false) => query.order(users::role.asc()),
        ("role", true) => query.order(users::role.desc()),
        ("created_at", false) => query.order(users::created_at.asc()),
        ("created_at", true) => query.order(users::created_at.desc()),
        ("last_seen_at", false) => query.order(users::last_seen_at.asc().nulls_first()),
        ("last_seen_at", true) => query.order(users::last_seen_at.desc().nulls_last()),
        (_, false) => query.order(users::full_name.asc()),
        (_, true) => query.order(users::full_name.desc()),
    };
    query.then_order_by(users::id)
}

/// # Errors
/// `email_taken`, when somebody in the installation has this address.
pub(crate) async fn user_insert(new: &NewUser<'_>, conn: &mut Connection) -> Result<User, Error> {
    diesel::insert_into(users::table)
        .values(new)
        .returning(User::as_returning())
        .get_result(conn)
        .await
        .map_err(|error| match &error {
            diesel::result::Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
                if info.constraint_name() == Some("users_email_key") =>
            {
                Code::EmailTaken.into()
            }
            _ => error.into(),
        })
}

/// Changes someone; nobody, when there is no such person here.
pub(crate) async fn user_update(
    tenant: TenantId,
    id: UserId,
    change: &UserChange,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Option<User>> {
    let user = diesel::update(users::table.find((tenant, id)))
        .set((change, users::updated_at.eq(now)))
        .returning(User::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    // Rooms that are live know people by name.
    if change.full_name.is_some() {
        jobs::insert(&[rooms::person_renamed(tenant, id)], conn).await?;
    }
    Ok(user)
}

/// Whether this is somebody's picture, which all their colleagues see.
pub(crate) async fn is_avatar(tenant: TenantId, id: AttachmentId, conn: &mut Connection) -> QueryResult<bool> {
    let shown = users::table.filter(users::tenant_id.eq(tenant).and(users::avatar_id.eq(id)));
    diesel::select(diesel::dsl::exists(shown)).get_result(conn).await
}

/// Takes down when these people were last there, unless something later is known.
pub(super) async fn users_seen(
    tenant: TenantId,
    seen: &HashMap<UserId, DateTime<Utc>>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let (ids, times): (Vec<_>, Vec<_>) = seen.iter().map(|(user, at)| (user.0, *at)).unzip();
    statement(
        "UPDATE users SET last_seen_at = greatest(last_seen_at, seen.at)
         FROM unnest(?, ?) AS seen (id, at)
         WHERE users.tenant_id = ? AND users.id = seen.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Timestamptz>, _>(times)
    .bind::<SqlUuid, _>(tenant.0)
    .execute(conn)
    .await
    .map(drop)
}

/// Whether an address belongs to somebody in the installation, on a system connection.
pub(crate) async fn email_is_taken(email: &Email, conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        users::table.filter(users::email.eq(email.as_str())).select(users::id),
    ))
    .get_result(conn)
    .await
}

/// Counts the active administrators but `but`, and lets nobody else in this company do so until the transaction ends: of two that
/// would each remove the other, the second sees what the first did.
pub(super) async fn other_active_admins_in_txn(
    tenant: TenantId,
    but: UserId,
    conn: &mut Connection,
) -> QueryResult<i64> {
    tenants::table
        .find(tenant)
        .select(tenants::id)
        .for_no_key_update()
        .first::<TenantId>(conn)
        .await?;
    users::table
        .filter(users::tenant_id.eq(tenant).and(users::id.ne(but)))
        .filter(users::role.eq(Role::Admin).and(users::is_active))
        .count()
        .get_result(conn)
        .await
}
