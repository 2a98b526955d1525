//! What people are told of by name: that somebody mentioned them, that they are in a room now, that a lead of theirs is due.
//!
//! Whoever has something to tell queues a [`job`] in the commit of its cause. It stores what is told, once for each cause, and brings
//! it to whoever is looking. Who does not want to be told of a kind is left out, and each reads their own language.

mod due;
mod notify;
pub(crate) mod routes;
mod store;
mod subject;
#[cfg(test)]
mod tests;
mod view;

use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;
use uuid::Uuid;

use crate::app::App;
use crate::clock;
use crate::db::{Database, DbError, TenantId, UserId};
use crate::live::feed::{Feed, FeedHint, Recipients, Start};
use crate::live::raw;
pub(crate) use due::LeadsDue;
pub(crate) use notify::{Notify, job};
pub(crate) use subject::Subject;

/// Tells these people, unless they were told of this cause before, or do not want to be.
///
/// # Errors
/// When the database is away.
async fn tell(app: &App, tenant: TenantId, cause: Uuid, people: &[UserId], subject: &Subject) -> Result<(), DbError> {
    let told = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(store::notifications_insert(tenant, cause, people, subject, clock::now(), conn).await?)
        })
        .await?;
    for (user, notification) in told {
        hint(app, tenant, user, "notification.created", &notification);
    }
    Ok(())
}

/// Tells one person's sockets.
fn hint(app: &App, tenant: TenantId, user: UserId, kind: &'static str, data: &impl serde::Serialize) {
    let to = Recipients::Users(Arc::from([user]));
    app.live
        .feed(tenant)
        .send(FeedHint::new(Feed::Notifications, to, kind, data));
}

/// What a new follower of the feed starts from: how many are unread.
pub(crate) fn start_of_feed(db: Database) -> Start {
    Box::new(move |scope| {
        let db = db.clone();
        Box::pin(async move {
            let unread_count = db
                .tenant(scope.tenant, async |conn| {
                    Ok::<_, DbError>(store::unread_count(scope.tenant, scope.id, conn).await?)
                })
                .await?;
            Ok::<Box<RawValue>, crate::error::Error>(raw(&json!({ "unread_count": unread_count })))
        })
    })
}
