//! `/chat`: what is written goes through the room's entity, as the very command that a socket sends.

mod messages;
mod rooms;

use std::sync::Arc;

use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::command::GATHER_EVERYBODY;
use super::{Room, store};
use crate::app::App;
use crate::auth::{Principal, Scope};
use crate::db::{DbError, RoomId};
use crate::error::Error;
use crate::http::json::object;
use crate::http::once::IdempotencyKey;
use crate::live::Committed;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(rooms::list)
        .service(rooms::create)
        .service(rooms::read)
        .service(rooms::rename)
        .service(rooms::add_participant)
        .service(rooms::remove_participant)
        .service(messages::list)
        .service(messages::send_message)
        .service(messages::search)
        .service(messages::read)
        .service(messages::edit)
        .service(messages::delete)
        .service(messages::mark_read)
        .service(messages::react);
}

/// Lets the general room know that somebody joined or left the company. It finds out who by itself; what cannot be told now is told
/// at the next change, and who is missing joins as soon as they look at their rooms.
pub(crate) async fn people_changed(app: &App, by: &Arc<Principal>) {
    if let Err(error) = gather(app, by, false).await {
        tracing::warn!(
            error = format!("{error:#}"),
            "Could not tell the general room who is in the company"
        );
    }
}

/// Gathers everybody in the general room; with `if_missing`, only where the person who asks is not in it.
async fn gather(app: &App, by: &Arc<Principal>, if_missing: bool) -> Result<(), Error> {
    let tenant = by.tenant;
    let general = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(store::general_room(tenant, by.id, conn).await?)
        })
        .await?;
    let Some((room, is_in)) = general else { return Ok(()) };
    if !(is_in && if_missing) {
        let topic = Room::topic(tenant, room);
        app.live.execute(by, topic, GATHER_EVERYBODY, json!({}), None).await?;
    }
    Ok(())
}

/// Sends a command to a room.
async fn send(
    app: &App,
    scope: &Scope,
    room: RoomId,
    name: &str,
    data: Value,
    key: IdempotencyKey,
) -> Result<Committed, Error> {
    let topic = Room::topic(scope.tenant, room);
    app.live.execute(&scope.principal, topic, name, data, key.0).await
}

/// The body of a command that concerns one thing, which stands in the path.
fn about(body: Value, field: &str, id: Uuid) -> Result<Value, Error> {
    let mut fields = object(body)?;
    fields.insert(field.to_owned(), Value::String(id.to_string()));
    Ok(Value::Object(fields))
}
