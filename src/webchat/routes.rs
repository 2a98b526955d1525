//! `/webchat`

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::view::{OfflineBody, WebchatChannel, WebchatSession, WebchatSessionBody};
use super::{Visitor, may_come_from};
use crate::app::App;
use crate::attachments::{self, Attachment, Part, UploadBody};
use crate::channels::{self, OpenChannel};
use crate::contacts::Learned;
use crate::conversations::{self, Messages, VisitorConversation};
use crate::db::{ChannelId, ConversationId, DbError, IdentityId, MessageId, TenantId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::fields::Fields;
use crate::http::json::object;
use crate::http::once::IdempotencyKey;
use crate::http::query::filter;
use crate::{bot, clock};

const MAX_NAME: usize = 100;
const MAX_MESSAGE: usize = 4_096;
const MAX_TOKEN: usize = 2_000;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(read_channel)
        .service(begin)
        .service(leave_message)
        .service(read_conversation)
        .service(read_history)
        .service(upload)
        .service(file)
        .service(picture);
}

/// The channel that a widget names, where it lets visitors in from this page.
async fn named(app: &App, key: &str, request: &HttpRequest) -> Result<(TenantId, OpenChannel), Error> {
    let (tenant, id) = channels::by_key(&app.db, key).await?.ok_or(Code::NotFound)?;
    let channel = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(channels::open_channel(tenant, id, conn).await?)
        })
        .await?;
    let channel = channel.ok_or(Code::NotFound)?;
    may_come_from(&channel.config, request)?;
    Ok((tenant, channel))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ChannelQuery {
    key: String,
}

/// What a widget needs to show itself.
#[utoipa::path(
    tag = "webchat",
    operation_id = "get_webchat_channel",
    params(ChannelQuery),
    responses((status = OK, body = WebchatChannel), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
#[get("/webchat/channel")]
async fn read_channel(
    app: web::Data<App>,
    query: web::Query<ChannelQuery>,
    request: HttpRequest,
) -> Result<web::Json<WebchatChannel>, Error> {
    let (tenant, channel) = named(&app, &query.key, &request).await?;
    let open = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(bot::open_now(tenant, clock::now(), conn).await?)
        })
        .await?;
    let mut config = channel.config;
    if let Some(config) = config.as_object_mut() {
        // Which flow answers, and which pages may ask, is the company's own business.
        config.remove("flow_id");
        config.remove("origins");
    }
    Ok(web::Json(WebchatChannel {
        name: channel.name,
        is_open: open.company,
        config,
    }))
}

/// Who opens the widget.
struct Arrival {
    key: String,
    newcomer: Learned,
    token: Option<String>,
    message: Option<String>,
}

fn arrival(body: Value, with_message: bool) -> Result<Arrival, Error> {
    let mut fields = Fields::of(Value::Object(object(body)?))?;
    let key = fields.line("channel_key", 64);
    let key = fields.required("channel_key", key);
    let name = fields.line("name", MAX_NAME).flatten();
    let email = fields.email("email").flatten();
    let token = fields.line("visitor_token", MAX_TOKEN).flatten();
    let message = fields.text("message", MAX_MESSAGE).flatten();
    if with_message {
        for (field, is_given) in [
            ("name", name.is_some()),
            ("email", email.is_some()),
            ("message", message.is_some()),
        ] {
            if !is_given {
                fields.wrong(field, "required", "is required");
            }
        }
    }
    let arrival = key.map(|key| Arrival {
        key,
        newcomer: Learned {
            name,
            email,
            phone: None,
        },
        token,
        message,
    });
    Ok(fields.finish(arrival)?)
}

/// The visitor of the token, where it is one of this channel; else a new one; and the conversation that they are in.
async fn settle(
    app: &App,
    tenant: TenantId,
    channel: ChannelId,
    arrival: &Arrival,
) -> Result<(IdentityId, ConversationId), Error> {
    let claims = arrival
        .token
        .as_deref()
        .map(|token| app.sessions.keys().read_visitor(token));
    let known = claims.and_then(Result::ok).filter(|claims| claims.tid == tenant);
    let settled = app
        .db
        .tenant(tenant, async |conn| {
            let known = known.map(|claims| claims.vid);
            let (known, newcomer) = (known, &arrival.newcomer);
            conversations::welcome(tenant, channel, known, newcomer, clock::now(), conn).await
        })
        .await?;
    // Who has said who they are may be called so elsewhere.
    app.jobs.wake.wake();
    Ok(settled)
}

/// Lets a visitor in: a new one, or the one of the token from before. Their conversation goes on, or a new one begins.
#[utoipa::path(
    tag = "webchat",
    operation_id = "begin_webchat",
    request_body = WebchatSessionBody,
    responses(
        (status = CREATED, body = WebchatSession),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
    ),
)]
#[post("/webchat/sessions")]
async fn begin(app: web::Data<App>, body: web::Json<Value>, request: HttpRequest) -> Result<HttpResponse, Error> {
    let arrival = arrival(body.into_inner(), false)?;
    let (tenant, channel) = named(&app, &arrival.key, &request).await?;
    let (identity, conversation_id) = settle(&app, tenant, channel.id, &arrival).await?;
    Ok(HttpResponse::Created().json(WebchatSession {
        visitor_token: app.sessions.keys().visitor(tenant, identity)?,
        conversation_id,
    }))
}

/// Takes what somebody leaves while nobody is there: who they are, and what they want.
#[utoipa::path(
    tag = "webchat",
    operation_id = "leave_webchat_message",
    params(IdempotencyKey),
    request_body = OfflineBody,
    responses(
        (status = CREATED, body = WebchatSession),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem),
    ),
)]
#[post("/webchat/offline")]
async fn leave_message(
    app: web::Data<App>,
    key: IdempotencyKey,
    body: web::Json<Value>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let arrival = arrival(body.into_inner(), true)?;
    let (tenant, channel) = named(&app, &arrival.key, &request).await?;
    let (identity, conversation_id) = settle(&app, tenant, channel.id, &arrival).await?;
    let name = arrival.newcomer.name.as_deref().unwrap_or_default();
    conversations::leave_message(
        &app,
        tenant,
        (identity, name),
        conversation_id,
        arrival.message.as_deref().unwrap_or_default(),
        key.0,
    )
    .await?;
    Ok(HttpResponse::Created().json(WebchatSession {
        visitor_token: app.sessions.keys().visitor(tenant, identity)?,
        conversation_id,
    }))
}

/// The visitor's conversation, as their socket's snapshot has it.
#[utoipa::path(
    tag = "webchat",
    operation_id = "get_webchat_conversation",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = VisitorConversation<'static>), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
#[get("/webchat/conversations/{id}")]
async fn read_conversation(app: web::Data<App>, visitor: Visitor, id: web::Path<Uuid>) -> Result<HttpResponse, Error> {
    let snapshot = conversations::snapshot(&app, &visitor, ConversationId(*id)).await?;
    Ok(HttpResponse::Ok().json(snapshot))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Those right before this message; without it, the newest.
    #[serde(default, deserialize_with = "filter")]
    before: Option<Uuid>,
    /// 50 unless told; at most 100.
    #[serde(default, deserialize_with = "filter")]
    limit: Option<i64>,
}

/// What was said before, oldest first.
#[utoipa::path(
    tag = "webchat",
    operation_id = "list_webchat_messages",
    params(("id" = Uuid, Path), HistoryQuery),
    responses((status = OK, body = Messages), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
#[get("/webchat/conversations/{id}/messages")]
async fn read_history(
    app: web::Data<App>,
    visitor: Visitor,
    id: web::Path<Uuid>,
    query: web::Query<HistoryQuery>,
) -> Result<web::Json<Messages>, Error> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(Refusal::field("limit", "out_of_range", "must be from 1 to 100").into());
    }
    let before = query.before.map(MessageId);
    let page = conversations::history(&app, &visitor, ConversationId(*id), before, limit).await?;
    Ok(web::Json(page))
}

/// Uploads a file of the visitor's.
#[utoipa::path(
    tag = "webchat",
    operation_id = "upload_webchat_attachment",
    params(IdempotencyKey),
    request_body(content = UploadBody, content_type = "multipart/form-data"),
    responses(
        (status = CREATED, body = Attachment, headers(("Location" = String))),
        (status = 401, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
    ),
)]
#[post("/webchat/attachments")]
async fn upload(
    app: web::Data<App>,
    visitor: Visitor,
    key: IdempotencyKey,
    form: Multipart,
) -> Result<HttpResponse, Error> {
    attachments::receive(&app, &visitor, key, form).await
}

/// The bytes of a file that was sent in the visitor's conversation.
#[utoipa::path(
    tag = "webchat",
    operation_id = "get_webchat_attachment",
    params(("id" = Uuid, Path)),
    responses((status = OK, content_type = "application/octet-stream"), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
#[get("/webchat/attachments/{id}")]
async fn file(
    app: web::Data<App>,
    visitor: Visitor,
    request: HttpRequest,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    attachments::serve(&app, &visitor, &request, *id, Part::Whole).await
}

/// A small picture of an image that was sent in the visitor's conversation.
#[utoipa::path(
    tag = "webchat",
    operation_id = "get_webchat_thumbnail",
    params(("id" = Uuid, Path)),
    responses((status = OK, content_type = "image/jpeg"), (status = 401, body = Problem), (status = 404, body = Problem)),
)]
#[get("/webchat/attachments/{id}/thumbnail")]
async fn picture(
    app: web::Data<App>,
    visitor: Visitor,
    request: HttpRequest,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    attachments::serve(&app, &visitor, &request, *id, Part::Thumbnail).await
}
