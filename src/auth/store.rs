//! Queries about logins: accounts by e-mail, sessions, and the company that registers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::auth::Role;
use crate::auth::links::Purpose;
use crate::db::functions::balcao_fold;
use crate::db::schema::{account_links, sessions, tenants, users};
use crate::db::{Connection, SessionId, TenantId, UserId};
use crate::users::Language;

/// What is known of an account before its company is.
#[derive(Queryable)]
pub(super) struct Account {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    /// None until an invitation has been accepted.
    pub(super) password_hash: Option<String>,
    pub(super) is_active: bool,
}

/// Finds an account in the whole installation, on a system connection.
pub(super) async fn account_by_email(email: &str, conn: &mut Connection) -> QueryResult<Option<Account>> {
    users::table
        .filter(users::email.eq(email))
        .select((users::tenant_id, users::id, users::password_hash, users::is_active))
        .first(conn)
        .await
        .optional()
}

/// The company of this name in addresses, on a system connection.
pub(super) async fn tenant_by_slug(slug: &str, conn: &mut Connection) -> QueryResult<Option<TenantId>> {
    tenants::table
        .filter(tenants::slug.eq(slug))
        .select(tenants::id)
        .first(conn)
        .await
        .optional()
}

/// The addresses of those who bear this name, whatever the accents: two are enough to know that there are several.
pub(super) async fn emails_by_name(tenant: TenantId, name: &str, conn: &mut Connection) -> QueryResult<Vec<String>> {
    users::table
        .filter(users::tenant_id.eq(tenant))
        .filter(users::is_active)
        .filter(balcao_fold(users::full_name).eq(balcao_fold(name)))
        .limit(2)
        .select(users::email)
        .load(conn)
        .await
}

/// A company, as its people see it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tenants)]
pub(super) struct Tenant {
    pub(super) id: TenantId,
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) status: String,
}

impl Tenant {
    pub(super) fn is_suspended(&self) -> bool {
        self.status == "suspended"
    }
}

pub(super) async fn tenant(id: TenantId, conn: &mut Connection) -> QueryResult<Tenant> {
    tenants::table.find(id).select(Tenant::as_select()).first(conn).await
}

pub(super) async fn tenant_insert(id: TenantId, name: &str, slug: &str, conn: &mut Connection) -> QueryResult<()> {
    diesel::insert_into(tenants::table)
        .values((tenants::id.eq(id), tenants::name.eq(name), tenants::slug.eq(slug)))
        .execute(conn)
        .await
        .map(drop)
}

/// The slugs of the installation that are among these, on a system connection.
pub(super) async fn taken_slugs(among: &[String], conn: &mut Connection) -> QueryResult<Vec<String>> {
    tenants::table
        .filter(tenants::slug.eq_any(among))
        .select(tenants::slug)
        .load(conn)
        .await
}

/// A login that begins.
#[derive(Insertable)]
#[diesel(table_name = sessions)]
pub(super) struct NewSession {
    pub(super) tenant_id: TenantId,
    pub(super) id: SessionId,
    pub(super) user_id: UserId,
    pub(super) refresh_hash: Vec<u8>,
    pub(super) user_agent: Option<String>,
    pub(super) address: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) last_seen_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) async fn session_insert(session: &NewSession, conn: &mut Connection) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values(session)
        .execute(conn)
        .await?;
    user_seen(session.tenant_id, session.user_id, session.created_at, conn).await
}

/// Who stands behind a session, now.
#[derive(Queryable)]
pub(super) struct Holder {
    pub(super) user: UserId,
    pub(super) full_name: String,
    pub(super) role: Role,
    pub(super) tenant_status: String,
}

/// The holder of a session that has not ended, expired or been idle since before `idle_since`, and whose user is active.
pub(super) async fn session_holder(
    tenant: TenantId,
    session: SessionId,
    now: DateTime<Utc>,
    idle_since: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Option<Holder>> {
    sessions::table
        .inner_join(
            users::table.on(users::tenant_id
                .eq(sessions::tenant_id)
                .and(users::id.eq(sessions::user_id))),
        )
        .inner_join(tenants::table.on(tenants::id.eq(sessions::tenant_id)))
        .filter(sessions::tenant_id.eq(tenant).and(sessions::id.eq(session)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::last_seen_at.gt(idle_since))
        .filter(users::is_active)
        .select((users::id, users::full_name, users::role, tenants::status))
        .first(conn)
        .await
        .optional()
}

/// Exchanges the current refresh token's hash for another; says whether it was the current one. Of two at once only one is.
pub(super) async fn session_rotate(
    tenant: TenantId,
    session: SessionId,
    current: &[u8],
    next: &[u8],
    expires_at: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<bool> {
    diesel::update(sessions::table)
        .filter(sessions::tenant_id.eq(tenant).and(sessions::id.eq(session)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::refresh_hash.eq(current))
        .set((sessions::refresh_hash.eq(next), sessions::expires_at.eq(expires_at)))
        .execute(conn)
        .await
        .map(|changed| changed == 1)
}

/// What a session's current refresh token hashes to, and when it ends.
pub(super) async fn session_refresh(
    tenant: TenantId,
    session: SessionId,
    conn: &mut Connection,
) -> QueryResult<(Vec<u8>, DateTime<Utc>)> {
    sessions::table
        .find((tenant, session))
        .select((sessions::refresh_hash, sessions::expires_at))
        .first(conn)
        .await
}

/// Ends a session; says whose it was, unless it had ended before.
pub(super) async fn session_end(
    tenant: TenantId,
    session: SessionId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Option<UserId>> {
    diesel::update(sessions::table)
        .filter(sessions::tenant_id.eq(tenant).and(sessions::id.eq(session)))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(now))
        .returning(sessions::user_id)
        .get_result(conn)
        .await
        .optional()
}

/// Ends a user's sessions, but `keep`; says which.
pub(super) async fn sessions_end(
    tenant: TenantId,
    user: UserId,
    keep: Option<SessionId>,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Vec<SessionId>> {
    let mut query = diesel::update(sessions::table)
        .filter(sessions::tenant_id.eq(tenant).and(sessions::user_id.eq(user)))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(now))
        .returning(sessions::id)
        .into_boxed();
    if let Some(keep) = keep {
        query = query.filter(sessions::id.ne(keep));
    }
    query.get_results(conn).await
}

pub(super) async fn session_seen(
    tenant: TenantId,
    session: SessionId,
    user: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(sessions::table)
        .filter(sessions::tenant_id.eq(tenant).and(sessions::id.eq(session)))
        .set(sessions::last_seen_at.eq(now))
        .execute(conn)
        .await?;
    user_seen(tenant, user, now, conn).await
}

async fn user_seen(tenant: TenantId, user: UserId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<()> {
    diesel::update(users::table.find((tenant, user)))
        .set(users::last_seen_at.eq(now))
        .execute(conn)
        .await
        .map(drop)
}

/// The hash of a user's password as it stands now, where they have one.
pub(super) async fn password_hash(
    tenant: TenantId,
    user: UserId,
    conn: &mut Connection,
) -> QueryResult<Option<String>> {
    users::table
        .find((tenant, user))
        .select(users::password_hash)
        .first(conn)
        .await
        .optional()
        .map(Option::flatten)
}

/// Replaces the hash that was checked; says no when another one stands there by now.
pub(super) async fn password_replace(
    tenant: TenantId,
    user: UserId,
    checked: &str,
    hash: &str,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<bool> {
    diesel::update(users::table.find((tenant, user)))
        .filter(users::password_hash.eq(checked))
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(|changed| changed == 1)
}

/// Sets a password for somebody active, whatever it was before; says whether there is such a person.
pub(super) async fn password_set(
    tenant: TenantId,
    user: UserId,
    hash: &str,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<bool> {
    diesel::update(users::table.find((tenant, user)))
        .filter(users::is_active)
        .set((users::password_hash.eq(hash), users::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(|changed| changed == 1)
}

pub(super) async fn link_insert(
    tenant: TenantId,
    id: Uuid,
    user: UserId,
    purpose: Purpose,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::insert_into(account_links::table)
        .values((
            account_links::tenant_id.eq(tenant),
            account_links::id.eq(id),
            account_links::user_id.eq(user),
            account_links::purpose.eq(purpose),
            account_links::created_at.eq(now),
            account_links::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await
        .map(drop)
}

/// How many links somebody was given since then.
pub(super) async fn links_since(
    tenant: TenantId,
    user: UserId,
    since: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<i64> {
    account_links::table
        .filter(account_links::tenant_id.eq(tenant).and(account_links::user_id.eq(user)))
        .filter(account_links::created_at.gt(since))
        .count()
        .get_result(conn)
        .await
}

/// Whom a link goes to.
#[derive(Queryable)]
pub(super) struct Addressee {
    pub(super) purpose: Purpose,
    pub(super) email: String,
    pub(super) full_name: String,
    pub(super) language: Option<Language>,
    pub(super) company: String,
}

/// Whom a link goes to that has not been used, and whose holder is active.
pub(super) async fn link_addressee(
    tenant: TenantId,
    id: Uuid,
    conn: &mut Connection,
) -> QueryResult<Option<Addressee>> {
    account_links::table
        .inner_join(
            users::table.on(users::tenant_id
                .eq(account_links::tenant_id)
                .and(users::id.eq(account_links::user_id))),
        )
        .inner_join(tenants::table.on(tenants::id.eq(account_links::tenant_id)))
        .filter(account_links::tenant_id.eq(tenant).and(account_links::id.eq(id)))
        .filter(account_links::used_at.is_null())
        .filter(users::is_active)
        .select((
            account_links::purpose,
            users::email,
            users::full_name,
            users::language,
            tenants::name,
        ))
        .first(conn)
        .await
        .optional()
}

/// Makes a link open what it is for, from now on.
pub(super) async fn link_arm(
    tenant: TenantId,
    id: Uuid,
    hash: &[u8],
    expires_at: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(account_links::table.find((tenant, id)))
        .set((account_links::hash.eq(hash), account_links::expires_at.eq(expires_at)))
        .execute(conn)
        .await
        .map(drop)
}

/// Whose link it is, where it can be used.
pub(super) async fn link_holder(
    tenant: TenantId,
    hash: &[u8],
    purpose: Purpose,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Option<UserId>> {
    account_links::table
        .inner_join(
            users::table.on(users::tenant_id
                .eq(account_links::tenant_id)
                .and(users::id.eq(account_links::user_id))),
        )
        .inner_join(tenants::table.on(tenants::id.eq(account_links::tenant_id)))
        .filter(account_links::tenant_id.eq(tenant).and(account_links::hash.eq(hash)))
        .filter(account_links::purpose.eq(purpose))
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(now))
        .filter(users::is_active.and(tenants::status.eq("active")))
        .select(account_links::user_id)
        .first(conn)
        .await
        .optional()
}

/// Uses a link up; says whether it could be used.
pub(super) async fn link_use(
    tenant: TenantId,
    hash: &[u8],
    purpose: Purpose,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<bool> {
    diesel::update(account_links::table)
        .filter(account_links::tenant_id.eq(tenant).and(account_links::hash.eq(hash)))
        .filter(account_links::purpose.eq(purpose))
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(now))
        .set(account_links::used_at.eq(now))
        .execute(conn)
        .await
        .map(|used| used == 1)
}

/// Uses up all links of somebody.
pub(super) async fn links_void(
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(account_links::table)
        .filter(account_links::tenant_id.eq(tenant).and(account_links::user_id.eq(user)))
        .filter(account_links::used_at.is_null())
        .set(account_links::used_at.eq(now))
        .execute(conn)
        .await
        .map(drop)
}
