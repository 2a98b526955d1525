//! `/conversations`

use std::sync::Arc;

use actix_web::{HttpResponse, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::messages::made;
use super::{send, visible};
use crate::app::App;
use crate::auth::{Allowed, ConversationsUse, Permission, Scope};
use crate::channels::ChannelKind;
use crate::clock;
use crate::conversations::bodies::{
    CloseBody, ConversationChangeBody, NewConversationBody, NoteBody, SnoozeBody, TagsBody, TransferBody,
};
use crate::conversations::command::BEGIN;
use crate::conversations::state::{ConversationStatus, Message, nth_id};
use crate::conversations::store::{self, ConversationFilter};
use crate::conversations::view::{Conversation, Stats, Summary, Transfers};
use crate::db::page::{Page, PageQuery};
use crate::db::{ChannelId, ContactId, ConversationId, DbError, QueueId, UserId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::fields::Fields;
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};
use crate::http::query::filter;
use crate::live::Entity;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ConversationQuery {
    #[serde(default, deserialize_with = "filter")]
    #[param(value_type = Option<ConversationStatus>)]
    status: Option<ConversationStatus>,
    /// A person's id, `me`, or `none`.
    assigned_to: Option<String>,
    /// A channel's id, or a kind of channels.
    channel: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    queue: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    contact_id: Option<Uuid>,
    tag: Option<String>,
    /// Begun at this time or later.
    #[serde(default, deserialize_with = "filter")]
    from: Option<DateTime<Utc>>,
    /// Begun before this time.
    #[serde(default, deserialize_with = "filter")]
    to: Option<DateTime<Utc>>,
}

impl ConversationQuery {
    fn check(&self, scope: &Scope) -> Result<ConversationFilter, Refusal> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let assigned_to = match given(&self.assigned_to).as_deref() {
            None => None,
            Some("me") => Some(Some(scope.id)),
            Some("none") => Some(None),
            Some(id) => match id.parse() {
                Ok(id) => Some(Some(UserId(id))),
                Err(_) => return Err(Refusal::field("assigned_to", "invalid", "must be a UUID, me or none")),
            },
        };
        let channel = given(&self.channel);
        let channel_kind: Option<ChannelKind> = channel.as_deref().and_then(|kind| kind.parse().ok());
        let channel_id = channel.as_deref().and_then(|id| id.parse().ok()).map(ChannelId);
        if channel.is_some() && channel_kind.is_none() && channel_id.is_none() {
            return Err(Refusal::field(
                "channel",
                "invalid",
                "must be a UUID or a kind of channels",
            ));
        }
        Ok(ConversationFilter {
            visible_to: sees_own(scope).then_some(scope.id),
            status: self.status,
            assigned_to,
            channel: channel_id,
            channel_kind,
            queue: self.queue.map(QueueId),
            contact: self.contact_id,
            tag: given(&self.tag),
            from: self.from,
            to: self.to,
        })
    }
}

/// Whether they see only what is their own.
fn sees_own(scope: &Scope) -> bool {
    !scope.permissions.contains(Permission::ConversationsAll)
}

/// Conversations in pages, those where something was said last first. The search looks at the customer's name, phone and e-mail.
#[utoipa::path(
    tag = "conversations",
    operation_id = "list_conversations",
    params(PageQuery, ConversationQuery),
    responses((status = OK, body = Page<Summary<'static>>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/conversations")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    page: web::Query<PageQuery>,
    query: web::Query<ConversationQuery>,
) -> Result<HttpResponse, Error> {
    let page = page.check(&["last_message_at", "started_at"])?;
    let filter = query.check(&scope)?;
    let (states, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::conversation_list(scope.tenant, &filter, &page, conn).await?)
        })
        .await?;
    let items = states.iter().map(Summary::of).collect();
    Ok(HttpResponse::Ok().json(page.answer::<Summary<'_>>(items, total)))
}

/// How many conversations stand how.
#[utoipa::path(
    tag = "conversations",
    operation_id = "get_conversation_stats",
    responses((status = OK, body = Stats)),
    security(("bearer" = [])),
)]
#[get("/conversations/stats")]
pub(super) async fn stats(app: web::Data<App>, scope: Allowed<ConversationsUse>) -> Result<web::Json<Stats>, Error> {
    let stats = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::stats(scope.tenant, scope.id, sees_own(&scope), conn).await?)
        })
        .await?;
    Ok(web::Json(stats))
}

/// What is asked to begin a conversation.
struct Begin {
    channel: ChannelId,
    contact: Option<ContactId>,
    phone: Option<String>,
    content: String,
}

fn begin(body: Value) -> Result<Begin, Error> {
    let mut fields = Fields::of(Value::Object(object(body)?))?;
    let channel = fields.id("channel_id");
    let channel = fields.required("channel_id", channel).map(ChannelId);
    let contact = fields.id("contact_id").flatten().map(ContactId);
    let phone = fields.phone_number("phone").flatten();
    if contact.is_none() && phone.is_none() {
        fields.wrong("contact_id", "required", "say contact_id or phone");
    }
    let content = fields.text("content", 4_096);
    let content = fields.required("content", content);
    let asked = channel.zip(content).map(|(channel, content)| Begin {
        channel,
        contact,
        phone,
        content,
    });
    Ok(fields.finish(asked)?)
}

/// Begins a conversation with a customer who can be reached on the channel, or goes on with the one that they are in.
#[utoipa::path(
    tag = "conversations",
    operation_id = "create_conversation",
    params(IdempotencyKey),
    request_body = NewConversationBody,
    responses(
        (status = CREATED, body = Conversation<'static>, headers(("Location" = String))),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations")]
pub(super) async fn create(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let Begin {
        channel,
        contact,
        phone,
        content,
    } = begin(body.into_inner())?;
    let tenant = scope.tenant;
    let sent = (channel, contact, &phone, &content);
    // The same key finds the same conversation, whatever became of it meanwhile.
    let opened = once(&app.db, &scope, key, "POST /conversations", &sent, async |conn| {
        let known = match (contact, &phone) {
            (Some(contact), _) => Some(contact),
            (None, Some(phone)) => store::contact_by_phone(tenant, phone, conn).await?,
            (None, None) => None,
        };
        let identity = match known {
            Some(contact) => store::identity_open(tenant, channel, contact, conn).await?,
            None => None,
        };
        let identity = identity.ok_or_else(|| {
            let field = if contact.is_some() { "contact_id" } else { "phone" };
            Refusal::field(field, "unreachable", "is nobody who can be reached on this channel")
        })?;
        // What is over stays over: a person begins anew.
        let never = chrono::TimeDelta::MIN;
        Ok(store::conversation_open(tenant, identity, never, clock::now(), conn).await?)
    })
    .await?;
    let id: ConversationId = opened;
    // Whoever talks with customers may speak first, also to one who waits where they do not look.
    let beginner = Arc::new(scope.principal.with(&[Permission::ConversationsAll]));
    let topic = crate::conversations::Conversation::topic(tenant, id);
    // The key is the conversation's already.
    let command = key.0.map(|key| nth_id(key, 1));
    let said = json!({ "content": content });
    app.live.execute(&beginner, topic, BEGIN, said, command).await?;
    let state = app
        .db
        .snapshot(tenant, async |conn| {
            Ok::<_, DbError>(store::load(tenant, id, conn).await?)
        })
        .await?;
    // By the time that the same key comes again it may be somebody else's.
    let state = state.filter(|state| crate::conversations::Conversation::may_see(state, &scope));
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/conversations/{id}")))
        .json(Conversation::of(&state.ok_or(Code::NotFound)?)))
}

/// A conversation with its newest messages.
#[utoipa::path(
    tag = "conversations",
    operation_id = "get_conversation",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Conversation<'static>), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/conversations/{id}")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let tenant = scope.tenant;
    let state = app
        .db
        .snapshot(tenant, async |conn| {
            Ok::<_, DbError>(store::load(tenant, ConversationId(*id), conn).await?)
        })
        .await?;
    let state = state.filter(|state| crate::conversations::Conversation::may_see(state, &scope));
    Ok(HttpResponse::Ok().json(Conversation::of(&state.ok_or(Code::NotFound)?)))
}

/// Through whose hands a conversation went.
#[utoipa::path(
    tag = "conversations",
    operation_id = "list_conversation_transfers",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Transfers), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/conversations/{id}/transfers")]
pub(super) async fn transfers(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Transfers>, Error> {
    let id = ConversationId(*id);
    visible(&app, &scope, id).await?;
    let items = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::transfer_list(scope.tenant, id, conn).await?)
        })
        .await?;
    Ok(web::Json(Transfers { items }))
}

/// Says something to the people of the company: the customer does not see it.
#[utoipa::path(
    tag = "conversations",
    operation_id = "add_conversation_note",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = NoteBody,
    responses((status = CREATED, body = Message), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/notes")]
pub(super) async fn add_note(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, ConversationId(*id), "add_note", data, key).await?;
    made(&committed.data)
}

/// Changes what is given of a conversation.
#[utoipa::path(
    tag = "conversations",
    operation_id = "update_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ConversationChangeBody,
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/conversations/{id}")]
pub(super) async fn change(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, ConversationId(*id), "update", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Takes the conversation over: the bot is silent from then on. Of two at once one gets it.
#[utoipa::path(
    tag = "conversations",
    operation_id = "take_over_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/takeover")]
pub(super) async fn take_over(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let data = json!({});
    let committed = send(&app, &scope, ConversationId(*id), "takeover", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Hands the conversation to a person, a queue or back to the bot.
#[utoipa::path(
    tag = "conversations",
    operation_id = "transfer_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = TransferBody,
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/transfer")]
pub(super) async fn transfer(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, ConversationId(*id), "transfer", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Ends the conversation.
#[utoipa::path(
    tag = "conversations",
    operation_id = "close_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = CloseBody,
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/close")]
pub(super) async fn close(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: Option<web::Json<Value>>,
) -> Result<HttpResponse, Error> {
    let data = body.map_or_else(|| json!({}), web::Json::into_inner);
    let committed = send(&app, &scope, ConversationId(*id), "close", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Takes up again a conversation that is over.
#[utoipa::path(
    tag = "conversations",
    operation_id = "reopen_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/reopen")]
pub(super) async fn reopen(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let data = json!({});
    let committed = send(&app, &scope, ConversationId(*id), "reopen", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Puts one's own conversation aside until then, or until the customer writes.
#[utoipa::path(
    tag = "conversations",
    operation_id = "snooze_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = SnoozeBody,
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/snooze")]
pub(super) async fn snooze(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, ConversationId(*id), "snooze", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Labels the conversation.
#[utoipa::path(
    tag = "conversations",
    operation_id = "tag_conversation",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = TagsBody,
    responses(
        (status = OK, body = Summary<'static>),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/conversations/{id}/tags")]
pub(super) async fn tag(
    app: web::Data<App>,
    scope: Allowed<ConversationsUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, ConversationId(*id), "tag", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}
