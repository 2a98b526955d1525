//! `/channels`

use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::input::{Change, NewChannel};
use super::store;
use super::view::{Channel, ChannelChangeBody, NewChannelBody};
use crate::app::App;
use crate::auth::{Allowed, ConversationsManage, ConversationsUse};
use crate::db::page::{Page, PageQuery};
use crate::db::{ChannelId, DbError};
use crate::error::{Code, Error, Problem};
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};
use crate::{audit, bot, clock};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(change)
        .service(delete);
}

/// The ways by which customers come, by name.
#[utoipa::path(
    tag = "channels",
    operation_id = "list_channels",
    params(PageQuery),
    responses((status = OK, body = Page<Channel>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/channels")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Channel>>, Error> {
    let page = page.check(&[])?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::channel_list(scope.tenant, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Makes a channel. The bot answers on it from the first moment, by the default flow unless another is named.
#[utoipa::path(
    tag = "channels",
    operation_id = "create_channel",
    params(IdempotencyKey),
    request_body = NewChannelBody,
    responses(
        (status = CREATED, body = Channel, headers(("Location" = String))),
        (status = 403, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/channels")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<ConversationsManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let new = NewChannel::parse(object(body.into_inner())?)?;
    let tenant = scope.tenant;
    let channel: Channel = once(&app.db, &scope, key, "POST /channels", &new, async |conn| {
        bot::ensure_default(tenant, clock::now(), conn).await?;
        let channel = store::channel_insert(tenant, &new, conn).await?;
        audit::record(&scope, "channel.created", channel.id.0, &[], conn).await?;
        Ok(channel)
    })
    .await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/channels/{}", channel.id)))
        .json(channel))
}

/// A channel.
#[utoipa::path(
    tag = "channels",
    operation_id = "get_channel",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Channel), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/channels/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Channel>, Error> {
    let channel = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::channel(scope.tenant, ChannelId(*id), conn).await?)
        })
        .await?;
    Ok(web::Json(channel.ok_or(Code::NotFound)?))
}

/// Changes what is given of a channel.
#[utoipa::path(
    tag = "channels",
    operation_id = "update_channel",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ChannelChangeBody,
    responses((status = OK, body = Channel), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[patch("/channels/{id}")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<ConversationsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Channel>, Error> {
    let change = Change::parse(object(body.into_inner())?)?;
    let (tenant, id) = (scope.tenant, ChannelId(*id));
    let what = format!("PATCH /channels/{id}");
    let channel = once(&app.db, &scope, key, &what, &change, async |conn| {
        let before = store::channel(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        let after = store::channel_update(tenant, id, &change, conn)
            .await?
            .ok_or(Code::NotFound)?;
        let mut changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
        changes.retain(|change| change.field != "updated_at");
        if !changes.is_empty() {
            audit::record(&scope, "channel.updated", id.0, &changes, conn).await?;
        }
        Ok(after)
    })
    .await?;
    Ok(web::Json(channel))
}

/// Deletes a channel by which nobody has come yet; others are paused.
#[utoipa::path(
    tag = "channels",
    operation_id = "delete_channel",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/channels/{id}")]
async fn delete(
    app: web::Data<App>,
    scope: Allowed<ConversationsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let (tenant, id) = (scope.tenant, ChannelId(*id));
    let what = format!("DELETE /channels/{id}");
    once(&app.db, &scope, key, &what, &json!({}), async |conn| {
        store::channel(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        if store::channel_is_used(tenant, id, conn).await? {
            return Err(Code::ChannelInUse.into());
        }
        store::channel_delete(tenant, id, conn).await?;
        audit::record(&scope, "channel.deleted", id.0, &[], conn).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
