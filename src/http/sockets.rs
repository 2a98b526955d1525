//! Where WebSockets are opened: `/ws` for everything, and one address for each kind of thing that is followed alone.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use std::num::NonZeroU32;
use uuid::Uuid;

use crate::app::App;
use crate::auth::token_of;
use crate::boards::Board;
use crate::config::Config;
use crate::error::{Code, Error};
use crate::live::socket::{self, Limits, Opening, Shorthand};
use crate::live::{Entity, HubRef, Topic};
use crate::rooms::Room;

#[derive(Deserialize)]
struct SocketQuery {
    /// Browsers cannot set headers on a socket's request.
    token: Option<String>,
    since: Option<i64>,
    epoch: Option<String>,
}

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/ws", web::get().to(everything))
        .route("/ws/kanban/{board_id}", web::get().to(board))
        .route("/ws/chat/{room_id}", web::get().to(room));
}

async fn everything(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    open(&app, &hub, query.into_inner(), None, &request, body).await
}

async fn board(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    board: web::Path<String>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let followed = (Board::KIND, board.parse().ok());
    open(&app, &hub, query.into_inner(), Some(followed), &request, body).await
}

async fn room(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    room: web::Path<String>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let followed = (Room::KIND, room.parse().ok());
    open(&app, &hub, query.into_inner(), Some(followed), &request, body).await
}

/// `followed`: the kind and id of the one thing that a shorthand socket follows; no id where it cannot be one.
async fn open(
    app: &App,
    hub: &HubRef,
    query: SocketQuery,
    followed: Option<(&'static str, Option<Uuid>)>,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let token = token_of(request).or(query.token).ok_or(Code::Unauthorized)?;
    let (scope, expires) = app.sessions.authenticate_socket(&token).await?;
    let shorthand = match followed {
        None => None,
        Some((kind, id)) => {
            let topic = Topic {
                tenant: scope.tenant,
                kind,
                id: id.ok_or(Code::NotFound)?,
            };
            if !app.live.may_see(&scope.principal, topic).await? {
                return Err(Code::NotFound.into());
            }
            Some(Shorthand {
                topic,
                since: query.since,
                epoch: query.epoch,
            })
        }
    };
    let limits = limits(&app.config);
    let (live, hub, sessions) = (app.live.clone(), hub.clone(), app.sessions.clone());
    let place = live
        .admit(&scope, limits.sockets_per_user)
        .ok_or_else(|| Error::new(Code::RateLimited, "Too many connections of one user are open"))?;
    socket::open(
        Opening {
            live,
            hub,
            sessions,
            scope,
            expires,
            limits,
            shorthand,
            place,
        },
        request,
        body,
    )
}

fn limits(config: &Config) -> Limits {
    Limits {
        frame_bytes: usize::try_from(config.ws_max_frame_bytes).unwrap_or(usize::MAX),
        commands_per_second: NonZeroU32::new(config.ws_commands_per_second),
        topics: usize::try_from(config.ws_max_topics).unwrap_or(usize::MAX),
        sockets_per_user: NonZeroU32::new(config.ws_max_sockets_per_user),
    }
}
