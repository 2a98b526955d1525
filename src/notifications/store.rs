//! All queries about notifications.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::subject::{NotificationKind, Subject};
use super::view::{Notification, Preferences};
use crate::clock;
use crate::db::page::PageRequest;
use crate::db::schema::{notification_preferences, notifications, users};
use crate::db::{Connection, NotificationId, TenantId, UserId};
use crate::users::Language;

/// Stores what these people are told, once for each cause, unless they do not want to be told of this kind. Answers who is told what.
pub(super) async fn notifications_insert(
    tenant: TenantId,
    cause: Uuid,
    people: &[UserId],
    subject: &Subject,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Vec<(UserId, Notification)>> {
    use notification_preferences as p;
    let kind = subject.kind();
    let wanting: Vec<(UserId, Option<Language>)> = users::table
        .left_join(
            p::table.on(p::tenant_id
                .eq(users::tenant_id)
                .and(p::user_id.eq(users::id))
                .and(p::kind.eq(kind))),
        )
        .filter(
            users::tenant_id
                .eq(tenant)
                .and(users::id.eq_any(people))
                .and(users::is_active),
        )
        .filter(p::is_wanted.is_null().or(p::is_wanted.assume_not_null()))
        .select((users::id, users::language))
        .load(conn)
        .await?;
    let rows: Vec<_> = wanting
        .into_iter()
        .map(|(user, language)| {
            let words = subject.words(language.unwrap_or(Language::PtBr));
            (
                notifications::tenant_id.eq(tenant),
                notifications::id.eq(NotificationId(clock::new_id())),
                notifications::user_id.eq(user),
                notifications::kind.eq(kind),
                notifications::type_.eq(subject.looks()),
                notifications::title.eq(words.title),
                notifications::message.eq(words.message),
                notifications::link.eq(subject.link()),
                notifications::cause_id.eq(cause),
                notifications::created_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(notifications::table)
        .values(rows)
        .on_conflict((
            notifications::tenant_id,
            notifications::user_id,
            notifications::cause_id,
        ))
        .do_nothing()
        .returning((notifications::user_id, Notification::as_returning()))
        .get_results(conn)
        .await
}

fn of<'a>(tenant: TenantId, user: UserId) -> notifications::BoxedQuery<'a, Pg> {
    notifications::table
        .filter(notifications::tenant_id.eq(tenant).and(notifications::user_id.eq(user)))
        .into_boxed()
}

/// The newest first.
pub(super) async fn notification_list(
    tenant: TenantId,
    user: UserId,
    is_read: Option<bool>,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Notification>, i64)> {
    let matching = || {
        let mut query = of(tenant, user);
        if let Some(is_read) = is_read {
            query = query.filter(notifications::is_read.eq(is_read));
        }
        if let Some(pattern) = page.search_pattern() {
            let found = notifications::title
                .ilike(pattern.clone())
                .or(notifications::message.ilike(pattern));
            query = query.filter(found);
        }
        query
    };
    let total = matching().count().get_result(conn).await?;
    let items = matching()
        .order(notifications::id.desc())
        .select(Notification::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((items, total))
}

pub(super) async fn unread_count(tenant: TenantId, user: UserId, conn: &mut Connection) -> QueryResult<i64> {
    of(tenant, user)
        .filter(diesel::dsl::not(notifications::is_read))
        .count()
        .get_result(conn)
        .await
}

/// Marks one as read; nothing, where it is not this person's. Tells as well whether it was unread.
pub(super) async fn notification_read(
    tenant: TenantId,
    user: UserId,
    id: NotificationId,
    conn: &mut Connection,
) -> QueryResult<Option<(Notification, bool)>> {
    let mine = notifications::table
        .find((tenant, id))
        .filter(notifications::user_id.eq(user));
    let changed = diesel::update(mine.filter(diesel::dsl::not(notifications::is_read)))
        .set(notifications::is_read.eq(true))
        .returning(Notification::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    if let Some(notification) = changed {
        return Ok(Some((notification, true)));
    }
    let known: Option<Notification> = mine.select(Notification::as_select()).first(conn).await.optional()?;
    Ok(known.map(|notification| (notification, false)))
}

/// Marks everything as read; tells how many were not.
pub(super) async fn notifications_read(tenant: TenantId, user: UserId, conn: &mut Connection) -> QueryResult<usize> {
    diesel::update(
        notifications::table
            .filter(notifications::tenant_id.eq(tenant).and(notifications::user_id.eq(user)))
            .filter(diesel::dsl::not(notifications::is_read)),
    )
    .set(notifications::is_read.eq(true))
    .execute(conn)
    .await
}

/// Whether somebody wants to be told, for every kind.
pub(super) async fn preferences(tenant: TenantId, user: UserId, conn: &mut Connection) -> QueryResult<Preferences> {
    use notification_preferences as p;
    let told: Vec<(NotificationKind, bool)> = p::table
        .filter(p::tenant_id.eq(tenant).and(p::user_id.eq(user)))
        .select((p::kind, p::is_wanted))
        .load(conn)
        .await?;
    let wanted = |kind: &NotificationKind| {
        told.iter()
            .find(|(known, _)| known == kind)
            .is_none_or(|(_, wanted)| *wanted)
    };
    Ok(NotificationKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), wanted(kind)))
        .collect())
}

pub(super) async fn preferences_set(
    tenant: TenantId,
    user: UserId,
    given: &[(NotificationKind, bool)],
    conn: &mut Connection,
) -> QueryResult<()> {
    use notification_preferences as p;
    let rows: Vec<_> = given
        .iter()
        .map(|(kind, wanted)| {
            (
                p::tenant_id.eq(tenant),
                p::user_id.eq(user),
                p::kind.eq(*kind),
                p::is_wanted.eq(*wanted),
            )
        })
        .collect();
    diesel::insert_into(p::table)
        .values(rows)
        .on_conflict((p::tenant_id, p::user_id, p::kind))
        .do_update()
        .set(p::is_wanted.eq(diesel::upsert::excluded(p::is_wanted)))
        .execute(conn)
        .await
        .map(drop)
}
