//! `/messages`

use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{send, visible};
use crate::app::App;
use crate::auth::{Allowed, ConversationsUse};
use crate::conversations::bodies::NewMessageBody;
use crate::conversations::state::Message;
use crate::conversations::store;
use crate::conversations::view::Messages;
use crate::db::{ConversationId, DbError, MessageId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::IdempotencyKey;
use crate::http::query::filter;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    conversation_id: Uuid,
    /// Those right before this message; without it, the newest.
    #[serde(default, deserialize_with = "filter")]
    before: Option<Uuid>,
    /// 50 unless told; at most 100.
    #[serde(default, deserialize_with = "filter")]
    limit: Option<i64>,
}

/// # Errors
/// `invalid`, when it is out of range.
pub(crate) fn limit(asked: Option<i64>) -> Result<i64, Refusal> {
    let limit = asked.unwrap_or(50);
    if (1..=100).contains(&limit) {
        Ok(limit)
    } else {
        Err(Refusal::field("limit", "out_of_range", "must be from 1 to 100"))
    }
}

/// A part of what was said in a conversation, oldest first; the newest part unless told.
#[utoipa::path(
    tag = "conversations",
    operation_id = "list_conversation_messages",
    params(HistoryQuery),
    responses((status = OK, body = Messages), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/messages")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    query: web::Query<HistoryQuery>,
) -> Result<web::Json<Messages>, Error> {
    let limit = limit(query.limit)?;
    let (tenant, id) = (scope.tenant, ConversationId(query.conversation_id));
    visible(&app, &scope, id).await?;
    let before = query.before.map(MessageId);
    let page = app
        .db
        .snapshot(tenant, async |conn| {
            Ok::<_, DbError>(store::message_page(tenant, id, before, limit, true, conn).await?)
        })
        .await?;
    Ok(web::Json(page.ok_or(Code::NotFound)?))
}

/// Says something to the customer. Whoever does has taken the conversation over.
#[utoipa::path(
    tag = "conversations",
    operation_id = "send_conversation_message",
    params(IdempotencyKey),
    request_body = NewMessageBody,
    responses(
        (status = CREATED, body = Message, headers(("Location" = String))),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/messages")]
pub(super) async fn send_message(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let mut data = object(body.into_inner())?;
    let id = data.remove("conversation_id").and_then(|id| id.as_str()?.parse().ok());
    let id = id.ok_or_else(|| Refusal::field("conversation_id", "required", "is required, and a UUID"))?;
    let committed = send(
        &app,
        &scope,
        ConversationId(id),
        "send_message",
        Value::Object(data),
        key,
    )
    .await?;
    made(&committed.data)
}

/// A message that was made.
pub(super) fn made(data: &serde_json::value::RawValue) -> Result<HttpResponse, Error> {
    #[derive(Deserialize)]
    struct Made {
        id: Uuid,
    }
    let Made { id } = serde_json::from_str(data.get()).map_err(Error::internal)?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/messages/{id}")))
        .json(data))
}

/// One message.
#[utoipa::path(
    tag = "conversations",
    operation_id = "get_conversation_message",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Message), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/messages/{id}")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Message>, Error> {
    let message = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::message_get(scope.tenant, MessageId(*id), conn).await?)
        })
        .await?;
    let message = message.ok_or(Code::NotFound)?;
    visible(&app, &scope, message.conversation_id).await?;
    Ok(web::Json(message))
}

/// Takes down that the customer's messages up to this one have been read.
#[utoipa::path(
    tag = "conversations",
    operation_id = "mark_conversation_message_read",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[patch("/messages/{id}/read")]
pub(super) async fn mark_read(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let conversation = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::conversation_of_message(scope.tenant, MessageId(*id), conn).await?)
        })
        .await?;
    let data = json!({ "message_id": *id });
    send(
        &app,
        &scope,
        conversation.ok_or(Code::NotFound)?,
        "mark_read",
        data,
        key,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
