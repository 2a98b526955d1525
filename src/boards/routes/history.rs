//! `/boards/{id}/history`, `/boards/{id}/events` and `/boards/{id}/undo`

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::IntoParams;
use uuid::Uuid;

use super::send;
use crate::app::App;
use crate::auth::{Allowed, BoardsRead, Principal, Scope};
use crate::boards::bodies::UndoBody;
use crate::boards::view::{self, EventList, History, HistoryMoment, HistoryRange, Undone};
use crate::boards::{Board, store};
use crate::db::{BoardId, Connection, DbError};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::IdempotencyKey;
use crate::http::query::filter;
use crate::live::history::{self, Range};
use crate::live::{Frame, Topic};

const MAX_EVENTS: i64 = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// A time (RFC 3339), or the number of an event.
    at: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// Only events before this number.
    #[serde(default, deserialize_with = "filter")]
    before: Option<i64>,
    /// How many at most: 1 to 200, 100 unless said.
    #[serde(default, deserialize_with = "filter")]
    limit: Option<i64>,
}

/// When in a history.
enum At {
    Seq(i64),
    Time(DateTime<Utc>),
}

/// A board as it stood at a time or after an event; without `at`, how far its history goes.
#[utoipa::path(
    tag = "boards",
    operation_id = "get_board_history",
    params(("id" = Uuid, Path), HistoryQuery),
    responses(
        (status = OK, body = History<'static>),
        (status = 404, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[get("/boards/{id}/history")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    id: web::Path<Uuid>,
    query: web::Query<HistoryQuery>,
) -> Result<HttpResponse, Error> {
    let id = BoardId(*id);
    let topic = Board::topic(scope.tenant, id);
    let Some(at) = query.at.as_deref().filter(|at| !at.is_empty()) else {
        let range = range(&app, &scope, id).await?;
        return Ok(HttpResponse::Ok().json(History::Range(HistoryRange {
            first_seq: range.first_seq,
            last_seq: range.last_seq,
            first_at: range.first_at,
            last_at: range.last_at,
        })));
    };
    let at = parse_at(at)?;
    range(&app, &scope, id).await?;
    let (range, seq, state, event) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let range = history::range(topic, conn).await?.ok_or(Code::NotFound)?;
            let seq = seq_of(topic, &range, &at, conn).await?;
            let state = history::state_at::<Board>(topic, seq, conn)
                .await?
                .ok_or_else(unknown)?;
            let event = if seq > range.first_seq {
                history::frames_before(topic, seq + 1, 1, conn).await?.pop()
            } else {
                None
            };
            Ok::<_, Error>((range, seq, state, event))
        })
        .await?;
    let at = match &event {
        Some(frame) => {
            serde_json::from_str::<Dated>(frame.text_for(&scope))
                .map_err(Error::internal)?
                .at
        }
        None => range.first_at,
    };
    Ok(HttpResponse::Ok().json(History::Moment(Box::new(HistoryMoment {
        seq,
        at,
        board: view::Board::of(&state),
        event: event.as_ref().map(|frame| item(frame, &scope)).transpose()?,
    }))))
}

/// What happened to a board, the newest or those before a number.
#[utoipa::path(
    tag = "boards",
    operation_id = "list_board_events",
    params(("id" = Uuid, Path), EventsQuery),
    responses(
        (status = OK, body = EventList),
        (status = 404, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[get("/boards/{id}/events")]
pub(super) async fn events(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    id: web::Path<Uuid>,
    query: web::Query<EventsQuery>,
) -> Result<HttpResponse, Error> {
    let id = BoardId(*id);
    let limit = query.limit.unwrap_or(100);
    if !(1..=MAX_EVENTS).contains(&limit) {
        let message = format!("must be from 1 to {MAX_EVENTS}");
        return Err(Refusal::field("limit", "out_of_range", message).into());
    }
    let mut frames = app
        .db
        .snapshot(scope.tenant, async |conn| {
            if !store::board_exists(scope.tenant, id, conn).await? {
                return Err(Code::NotFound.into());
            }
            let before = query.before.unwrap_or(i64::MAX);
            // One more tells whether there are more.
            Ok::<_, Error>(history::frames_before(Board::topic(scope.tenant, id), before, limit + 1, conn).await?)
        })
        .await?;
    let has_more = i64::try_from(frames.len()).is_ok_and(|count| count > limit);
    if has_more {
        frames.remove(0);
    }
    let items = frames
        .iter()
        .map(|frame| item(frame, &scope))
        .collect::<Result<_, _>>()?;
    Ok(HttpResponse::Ok().json(EventList { items, has_more }))
}

/// Takes an event of a board back, where that still makes sense. It needs the right to do by hand what that does.
#[utoipa::path(
    tag = "boards",
    operation_id = "undo_board_event",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = UndoBody,
    responses(
        (status = OK, body = Undone),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/boards/{id}/undo")]
pub(super) async fn undo(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = Value::Object(object(body.into_inner())?);
    let committed = send(&app, &scope, BoardId(*id), "undo", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

#[derive(Deserialize)]
struct Dated {
    at: DateTime<Utc>,
}

/// How far the history of a board goes. One that has none yet begins here and now.
async fn range(app: &App, scope: &Scope, id: BoardId) -> Result<Range, Error> {
    let topic = Board::topic(scope.tenant, id);
    let known = async || {
        app.db
            .snapshot(scope.tenant, async |conn| {
                if !store::board_exists(scope.tenant, id, conn).await? {
                    return Err(Code::NotFound.into());
                }
                Ok::<_, Error>(history::range(topic, conn).await?)
            })
            .await
    };
    if let Some(range) = known().await? {
        return Ok(range);
    }
    history::begin::<Board>(topic, &app.db).await?;
    known().await?.ok_or_else(|| Code::NotFound.into())
}

fn parse_at(text: &str) -> Result<At, Refusal> {
    if let Ok(seq) = text.parse() {
        return Ok(At::Seq(seq));
    }
    DateTime::parse_from_rfc3339(text)
        .map(|time| At::Time(time.to_utc()))
        .map_err(|_| Refusal::field("at", "invalid", "must be an RFC 3339 time, or the number of an event"))
}

async fn seq_of(topic: Topic, range: &Range, at: &At, conn: &mut Connection) -> Result<i64, Error> {
    match at {
        At::Seq(seq) if (range.first_seq..=range.last_seq).contains(seq) => Ok(*seq),
        At::Time(time) if *time >= range.first_at => Ok(history::seq_at(topic, range, *time, conn)
            .await
            .map_err(DbError::from)?),
        At::Seq(_) | At::Time(_) => Err(unknown()),
    }
}

fn unknown() -> Error {
    Refusal::field("at", "out_of_range", "lies outside of this board's history").into()
}

fn item(frame: &Frame, who: &Principal) -> Result<Box<RawValue>, Error> {
    RawValue::from_string(frame.text_for(who).to_string()).map_err(Error::internal)
}
