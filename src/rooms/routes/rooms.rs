//! `/chat/rooms`

use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{about, gather, send};
use crate::app::App;
use crate::auth::{Allowed, ChatUse};
use crate::clock;
use crate::db::page::{Page, PageQuery};
use crate::db::{DbError, RoomId};
use crate::error::{Code, Error, FieldError, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};
use crate::http::query::filter;
use crate::jobs;
use crate::live::Entity;
use crate::rooms::bodies::{NewParticipantBody, NewRoomBody, RoomChangeBody};
use crate::rooms::command::NewRoom;
use crate::rooms::entity::changed;
use crate::rooms::event::Renamed;
use crate::rooms::notify;
use crate::rooms::state::{Participant, RoomKind};
use crate::rooms::store::{self, RoomFilter};
use crate::rooms::view::{Room, RoomSummary};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RoomQuery {
    /// Only rooms of this kind.
    #[serde(default, rename = "type", deserialize_with = "filter")]
    #[param(value_type = Option<RoomKind>)]
    kind: Option<RoomKind>,
}

/// One's own rooms in pages, those where something was said last first.
#[utoipa::path(
    tag = "chat",
    operation_id = "list_rooms",
    params(PageQuery, RoomQuery),
    responses((status = OK, body = Page<RoomSummary>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/chat/rooms")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    page: web::Query<PageQuery>,
    query: web::Query<RoomQuery>,
) -> Result<web::Json<Page<RoomSummary>>, Error> {
    let page = page.check(&[])?;
    let filter = RoomFilter { kind: query.kind };
    gather(&app, &scope.principal, true).await?;
    let (rooms, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::room_list(scope.tenant, scope.id, filter, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(rooms, total)))
}

/// Makes a room, whose maker is in it. Two people have one direct room: it is answered again with 200.
#[utoipa::path(
    tag = "chat",
    operation_id = "create_room",
    params(IdempotencyKey),
    request_body = NewRoomBody,
    responses(
        (status = CREATED, body = Room<'static>, headers(("Location" = String))),
        (status = OK, description = "The direct room that was there already", body = Room<'static>),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/chat/rooms")]
pub(super) async fn create(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let new = NewRoom::parse(Value::Object(object(body.into_inner())?), scope.id)?;
    let people: Vec<_> = new.others.iter().copied().chain([scope.id]).collect();
    let (is_new, room): (bool, Value) = once(&app.db, &scope, key, "POST /chat/rooms", &new, async |conn| {
        if !store::unknown_people(scope.tenant, &new.others, conn).await?.is_empty() {
            let unknown = FieldError::new("participant_ids", "not_found", "names somebody who is no active user");
            return Err(Refusal::invalid(vec![unknown]).into());
        }
        let (id, is_new) = store::room_create(scope.tenant, &new, scope.id, clock::now(), conn).await?;
        let room = store::load(scope.tenant, id, conn).await?.ok_or(Code::NotFound)?;
        if let Some(job) = notify::of_new_room(scope.tenant, &room, &scope).filter(|_| is_new) {
            jobs::insert(&[job], conn).await?;
        }
        Ok((is_new, json!(Room::of(&room, scope.id))))
    })
    .await?;
    app.jobs.wake.wake();
    if let Some(id) = room["id"].as_str().and_then(|id| id.parse().ok()).filter(|_| is_new) {
        app.live.feed(scope.tenant).send(changed(RoomId(id), people));
    }
    let location = format!("/api/v1/chat/rooms/{}", room["id"].as_str().unwrap_or_default());
    let mut answer = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(answer.insert_header(("Location", location)).json(room))
}

/// A room with its people and its newest messages.
#[utoipa::path(
    tag = "chat",
    operation_id = "get_room",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Room<'static>), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/chat/rooms/{id}")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let room = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::load(scope.tenant, RoomId(*id), conn).await?)
        })
        .await?;
    let visible = room.filter(|room| crate::rooms::Room::may_see(room, &scope));
    let room = visible.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().json(Room::of(&room, scope.id)))
}

/// Calls a room something else.
#[utoipa::path(
    tag = "chat",
    operation_id = "rename_room",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = RoomChangeBody,
    responses(
        (status = OK, body = Renamed),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/chat/rooms/{id}")]
pub(super) async fn rename(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, RoomId(*id), "rename", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Lets somebody into a group.
#[utoipa::path(
    tag = "chat",
    operation_id = "add_participant",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = NewParticipantBody,
    responses(
        (status = CREATED, body = Participant),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/chat/rooms/{id}/participants")]
pub(super) async fn add_participant(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, RoomId(*id), "add_participant", data, key).await?;
    Ok(HttpResponse::Created().json(&committed.data))
}

/// Takes somebody out of a group; oneself to leave it. They stop receiving at once.
#[utoipa::path(
    tag = "chat",
    operation_id = "remove_participant",
    params(("id" = Uuid, Path), ("user_id" = Uuid, Path), IdempotencyKey),
    responses(
        (status = NO_CONTENT),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[delete("/chat/rooms/{id}/participants/{user_id}")]
pub(super) async fn remove_participant(
    app: web::Data<App>,
    scope: Allowed<ChatUse>,
    key: IdempotencyKey,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Error> {
    let (id, user) = path.into_inner();
    let data = about(json!({}), "user_id", user)?;
    match send(&app, &scope, RoomId(id), "remove_participant", data, key).await {
        Ok(_) => {}
        // Who has left no longer sees the room that could tell what their last command was.
        Err(error)
            if error.code == Code::NotFound
                && user == scope.id.0
                && has_left(&app, &scope, RoomId(id), key).await? => {}
        Err(error) => return Err(error),
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Whether a command under this key was accepted by this room.
async fn has_left(app: &App, scope: &crate::auth::Scope, id: RoomId, key: IdempotencyKey) -> Result<bool, Error> {
    let Some(key) = key.0 else { return Ok(false) };
    let room = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::room_of_command(scope.tenant, scope.id, key, conn).await?)
        })
        .await?;
    Ok(room == Some(id))
}
