//! `/notifications`: everybody's own.

use actix_web::{get, post, put, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::view::{Notification, NotificationPage, Preferences, PreferencesBody, UnreadCount};
use crate::app::App;
use crate::auth::SignedIn;
use crate::db::page::PageQuery;
use crate::db::{DbError, NotificationId};
use crate::error::{Code, Error, Problem};
use crate::http::once::{IdempotencyKey, once};
use crate::http::query::filter;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(read_preferences)
        .service(change_preferences)
        .service(mark_all_read)
        .service(mark_read);
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NotificationQuery {
    /// Only those that were read, or only others.
    #[serde(default, deserialize_with = "filter")]
    is_read: Option<bool>,
}

/// One's own notifications in pages, the newest first, and how many are unread.
#[utoipa::path(
    tag = "notifications",
    operation_id = "list_notifications",
    params(PageQuery, NotificationQuery),
    responses((status = OK, body = NotificationPage), (status = 401, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/notifications")]
async fn list(
    app: web::Data<App>,
    scope: SignedIn,
    page: web::Query<PageQuery>,
    query: web::Query<NotificationQuery>,
) -> Result<web::Json<NotificationPage>, Error> {
    let page = page.check(&[])?;
    let (tenant, user) = (scope.tenant, scope.id);
    let (items, total, unread_count) = app
        .db
        .snapshot(tenant, async |conn| {
            let (items, total) = store::notification_list(tenant, user, query.is_read, &page, conn).await?;
            Ok::<_, DbError>((items, total, store::unread_count(tenant, user, conn).await?))
        })
        .await?;
    Ok(web::Json(NotificationPage {
        page: page.answer(items, total),
        unread_count,
    }))
}

/// Marks a notification as read.
#[utoipa::path(
    tag = "notifications",
    operation_id = "mark_notification_read",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = OK, body = Notification), (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/notifications/{id}/read")]
async fn mark_read(
    app: web::Data<App>,
    scope: SignedIn,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<web::Json<Notification>, Error> {
    let id = NotificationId(*id);
    let what = format!("POST /notifications/{id}/read");
    let (notification, was_unread): (Notification, bool) =
        once(&app.db, &scope, key, &what, &json!({}), async |conn| {
            let read = store::notification_read(scope.tenant, scope.id, id, conn).await?;
            read.ok_or_else(|| Code::NotFound.into())
        })
        .await?;
    if was_unread {
        super::hint(&app, scope.tenant, scope.id, "notification.read", &json!({ "id": id }));
    }
    Ok(web::Json(notification))
}

/// Marks all of one's notifications as read.
#[utoipa::path(
    tag = "notifications",
    operation_id = "mark_all_notifications_read",
    params(IdempotencyKey),
    responses((status = OK, body = UnreadCount), (status = 401, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/notifications/read-all")]
async fn mark_all_read(
    app: web::Data<App>,
    scope: SignedIn,
    key: IdempotencyKey,
) -> Result<web::Json<UnreadCount>, Error> {
    let count: UnreadCount = once(
        &app.db,
        &scope,
        key,
        "POST /notifications/read-all",
        &json!({}),
        async |conn| {
            store::notifications_read(scope.tenant, scope.id, conn).await?;
            let unread_count = store::unread_count(scope.tenant, scope.id, conn).await?;
            Ok(UnreadCount { unread_count })
        },
    )
    .await?;
    super::hint(&app, scope.tenant, scope.id, "notifications.read_all", &count);
    Ok(web::Json(count))
}

/// What one wants to be told of, kind by kind.
#[utoipa::path(
    tag = "notifications",
    operation_id = "get_notification_preferences",
    responses((status = OK, body = Preferences), (status = 401, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/notifications/preferences")]
async fn read_preferences(app: web::Data<App>, scope: SignedIn) -> Result<web::Json<Preferences>, Error> {
    let preferences = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::preferences(scope.tenant, scope.id, conn).await?)
        })
        .await?;
    Ok(web::Json(preferences))
}

/// Changes what one wants to be told of.
#[utoipa::path(
    tag = "notifications",
    operation_id = "update_notification_preferences",
    params(IdempotencyKey),
    request_body = PreferencesBody,
    responses((status = OK, body = Preferences), (status = 401, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[put("/notifications/preferences")]
async fn change_preferences(
    app: web::Data<App>,
    scope: SignedIn,
    key: IdempotencyKey,
    body: web::Json<PreferencesBody>,
) -> Result<web::Json<Preferences>, Error> {
    let given = body.given();
    let preferences: Preferences = once(
        &app.db,
        &scope,
        key,
        "PUT /notifications/preferences",
        &*body,
        async |conn| {
            store::preferences_set(scope.tenant, scope.id, &given, conn).await?;
            Ok(store::preferences(scope.tenant, scope.id, conn).await?)
        },
    )
    .await?;
    Ok(web::Json(preferences))
}
