//! Where WebSockets are opened: `/ws` for everything, and one address for each kind of thing, and each feed, that is followed alone.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::num::NonZeroU32;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Scope, token_of};
use crate::boards::Board;
use crate::config::Config;
use crate::conversations::{Conversation, latest_of};
use crate::db::DbError;
use crate::error::{Code, Error};
use crate::live::feed::{Channel, Feed};
use crate::live::socket::{self, Limits, Opening, Shorthand};
use crate::live::{Entity, HubRef, Topic};
use crate::rooms::Room;
use crate::sellers::Seller;
use crate::webchat::authenticate;

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
        .route("/ws/chat/{room_id}", web::get().to(room))
        .route("/ws/sellers/{seller_id}", web::get().to(seller))
        .route("/ws/conversations/{id}", web::get().to(conversation))
        .route("/ws/webchat", web::get().to(webchat))
        .route("/ws/{feed}", web::get().to(feed));
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
    let followed = Followed::Entity(Board::KIND, board.parse().ok());
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
    let followed = Followed::Entity(Room::KIND, room.parse().ok());
    open(&app, &hub, query.into_inner(), Some(followed), &request, body).await
}

async fn seller(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    seller: web::Path<String>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let followed = Followed::Entity(Seller::KIND, seller.parse().ok());
    open(&app, &hub, query.into_inner(), Some(followed), &request, body).await
}

async fn conversation(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    id: web::Path<String>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let followed = Followed::Entity(Conversation::KIND, id.parse().ok());
    open(&app, &hub, query.into_inner(), Some(followed), &request, body).await
}

async fn feed(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    feed: web::Path<String>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let followed = Followed::Feed(Feed::named(&feed));
    open(&app, &hub, query.into_inner(), Some(followed), &request, body).await
}

/// The one thing that a shorthand socket follows; nothing in it where there can be no such thing.
enum Followed {
    Entity(&'static str, Option<Uuid>),
    Feed(Option<Feed>),
}

impl Followed {
    /// What it is for this person.
    ///
    /// # Errors
    /// `not_found`, also where it is not theirs to see; `unavailable`.
    async fn channel(self, app: &App, scope: &Scope) -> Result<Channel, Error> {
        match self {
            Followed::Entity(kind, id) => {
                let topic = Topic {
                    tenant: scope.tenant,
                    kind,
                    id: id.ok_or(Code::NotFound)?,
                };
                let may_see = app.live.may_see(&scope.principal, topic).await?;
                may_see.then_some(Channel::Entity(topic))
            }
            Followed::Feed(feed) => feed.filter(|feed| feed.is_open_to(scope)).map(Channel::Feed),
        }
        .ok_or_else(|| Code::NotFound.into())
    }
}

async fn open(
    app: &App,
    hub: &HubRef,
    query: SocketQuery,
    followed: Option<Followed>,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let token = token_of(request).or(query.token).ok_or(Code::Unauthorized)?;
    let (scope, expires) = app.sessions.authenticate_socket(&token).await?;
    let shorthand = match followed {
        None => None,
        Some(followed) => Some(Shorthand {
            channel: followed.channel(app, &scope).await?,
            since: query.since,
            epoch: query.epoch,
        }),
    };
    start(app, hub, scope, expires, shorthand, request, body)
}

/// A visitor's own conversation, and nothing else.
async fn webchat(
    app: web::Data<App>,
    hub: web::Data<HubRef>,
    query: web::Query<SocketQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let query = query.into_inner();
    let token = token_of(&request).or(query.token).ok_or(Code::Unauthorized)?;
    let (visitor, expires) = authenticate(&app, &token, &request).await?;
    let tenant = visitor.tenant;
    let conversation = app
        .db
        .tenant(tenant, async |conn| {
            Ok::<_, DbError>(latest_of(tenant, visitor.identity, conn).await?)
        })
        .await?;
    let followed = Followed::Entity(Conversation::KIND, conversation.map(|id| id.0));
    let shorthand = Shorthand {
        channel: followed.channel(&app, &visitor).await?,
        since: query.since,
        epoch: query.epoch,
    };
    start(&app, &hub, visitor.scope, expires, Some(shorthand), &request, body)
}

fn start(
    app: &App,
    hub: &HubRef,
    scope: Scope,
    expires: DateTime<Utc>,
    shorthand: Option<Shorthand>,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
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
