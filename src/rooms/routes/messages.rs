//! `/chat/rooms/{id}/messages`, `/chat/messages` and `/chat/search`

use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{about, send};
use crate::app::App;
use crate::auth::{Allowed, ChatUse, Scope};
use crate::db::page::{Page, PageQuery};
use crate::db::{DbError, MessageId, RoomId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::IdempotencyKey;
use crate::http::query::filter;
use crate::live::Committed;
use crate::rooms::bodies::{MessageChangeBody, NewMessageBody, ReactionBody};
use crate::rooms::state::Message;
use crate::rooms::store::{self, Jump, MessageQuery};
use crate::rooms::view::{FoundMessage, Messages};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// Those right before this message.
    #[serde(default, deserialize_with = "filter")]
    before: Option<Uuid>,
    /// Those right after this message.
    #[serde(default, deserialize_with = "filter")]
    after: Option<Uuid>,
    /// This message in the middle.
    #[serde(default, deserialize_with = "filter")]
    around: Option<Uuid>,
    /// 50 unless told; at most 100.
    #[serde(default, deserialize_with = "filter")]
    limit: Option<i64>,
}

impl HistoryQuery {
    fn check(&self) -> Result<MessageQuery, Refusal> {
        let jump = match (self.before, self.after, self.around) {
            (None, None, None) => Jump::Newest,
            (Some(id), None, None) => Jump::Before(MessageId(id)),
            (None, Some(id), None) => Jump::After(MessageId(id)),
            (None, None, Some(id)) => Jump::Around(MessageId(id)),
            _ => {
                return Err(Refusal::field(
                    "before",
                    "invalid",
                    "say one of before, after and around",
                ));
            }
        };
        let limit = self.limit.unwrap_or(50);
        if !(1..=100).contains(&limit) {
            return Err(Refusal::field("limit", "out_of_range", "must be from 1 to 100"));
        }
        Ok(MessageQuery { jump, limit })
    }
}

/// A part of what was said in a room, oldest first; the newest part unless told.
#[utoipa::path(
    tag = "chat",
    operation_id = "list_messages",
    params(("id" = Uuid, Path), HistoryQuery),
    responses((status = OK, body = Messages), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/chat/rooms/{id}/messages")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    id: web::Path<Uuid>,
    query: web::Query<HistoryQuery>,
) -> Result<web::Json<Messages>, Error> {
    let query = query.check()?;
    let (tenant, room) = (scope.tenant, RoomId(*id));
    let page = app
        .db
        .snapshot(tenant, async |conn| {
            if !store::may_read(tenant, room, scope.id, conn).await? {
                return Ok(None);
            }
            Ok::<_, DbError>(store::message_page(tenant, room, query, conn).await?)
        })
        .await?;
    Ok(web::Json(page.ok_or(Code::NotFound)?))
}

/// Says something in a room.
#[utoipa::path(
    tag = "chat",
    operation_id = "send_message",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = NewMessageBody,
    responses(
        (status = CREATED, body = Message, headers(("Location" = String))),
        (status = 404, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/chat/rooms/{id}/messages")]
pub(super) async fn send_message(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    #[derive(Deserialize)]
    struct Made {
        id: Uuid,
    }
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, RoomId(*id), "send_message", data, key).await?;
    let Made { id } = serde_json::from_str(committed.data.get()).map_err(Error::internal)?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/chat/messages/{id}")))
        .json(&committed.data))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// Words, `"a phrase"`, `-not this`.
    q: String,
    /// Only in this room.
    #[serde(default, deserialize_with = "filter")]
    room_id: Option<Uuid>,
}

/// The messages of one's own rooms that hold these words, the newest first.
#[utoipa::path(
    tag = "chat",
    operation_id = "search_messages",
    params(PageQuery, SearchQuery),
    responses((status = OK, body = Page<FoundMessage>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/chat/search")]
pub(super) async fn search(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    page: web::Query<PageQuery>,
    query: web::Query<SearchQuery>,
) -> Result<web::Json<Page<FoundMessage>>, Error> {
    let page = page.check(&[])?;
    let words = query.q.trim();
    if words.is_empty() {
        return Err(Refusal::field("q", "required", "is required").into());
    }
    // No text in the database contains it, and PostgreSQL does not take it.
    if words.contains('\0') {
        return Err(Refusal::field("q", "invalid", "must not contain control characters").into());
    }
    let room = query.room_id.map(RoomId);
    let (found, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::message_search(scope.tenant, scope.id, room, words, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(found, total)))
}

/// One message.
#[utoipa::path(
    tag = "chat",
    operation_id = "get_message",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Message), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/chat/messages/{id}")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Message>, Error> {
    let tenant = scope.tenant;
    let message = app
        .db
        .snapshot(tenant, async |conn| {
            let Some(message) = store::message_get(tenant, MessageId(*id), conn).await? else {
                return Ok(None);
            };
            let may_read = store::may_read(tenant, message.room_id, scope.id, conn).await?;
            Ok::<_, DbError>(may_read.then_some(message))
        })
        .await?;
    Ok(web::Json(message.ok_or(Code::NotFound)?))
}

/// Sends a command about a message to its room.
async fn send_about(
    app: &App,
    scope: &Scope,
    id: Uuid,
    name: &str,
    body: Value,
    key: IdempotencyKey,
) -> Result<Committed, Error> {
    let room = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::message_room(scope.tenant, MessageId(id), conn).await?)
        })
        .await?;
    let data = about(body, "message_id", id)?;
    send(app, scope, room.ok_or(Code::NotFound)?, name, data, key).await
}

/// Changes what a message says. Only its author does.
#[utoipa::path(
    tag = "chat",
    operation_id = "edit_message",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = MessageChangeBody,
    responses(
        (status = OK, body = Message),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/chat/messages/{id}")]
pub(super) async fn edit(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let committed = send_about(&app, &scope, *id, "edit_message", body.into_inner(), key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Takes back what was said; that something was said stays visible.
#[utoipa::path(
    tag = "chat",
    operation_id = "delete_message",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/chat/messages/{id}")]
pub(super) async fn delete(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    send_about(&app, &scope, *id, "delete_message", json!({}), key).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Moves one's reading position to this message, unless it is further already.
#[utoipa::path(
    tag = "chat",
    operation_id = "mark_message_read",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[put("/chat/messages/{id}/read")]
pub(super) async fn mark_read(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    send_about(&app, &scope, *id, "mark_read", json!({}), key).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Answers a message with an emoji, or takes that back.
#[utoipa::path(
    tag = "chat",
    operation_id = "react_to_message",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ReactionBody,
    responses(
        (status = OK, body = Message),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/chat/messages/{id}/reactions")]
pub(super) async fn react(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    send_about(&app, &scope, *id, "react", body.into_inner(), key).await?;
    let message = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::message_get(scope.tenant, MessageId(*id), conn).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(message.ok_or(Code::NotFound)?))
}
