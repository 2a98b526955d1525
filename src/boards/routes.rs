//! `/boards`, `/stages` and `/leads`: what is written goes through the board's entity, as the very command that a socket sends.

mod boards;
mod history;
mod leads;
mod stages;

use actix_web::HttpResponse;
use serde::Deserialize;
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::command::Command;
use super::{Board, store};
use crate::app::App;
use crate::auth::Scope;
use crate::db::{BoardId, Connection};
use crate::error::{Code, Error, FieldError, Refusal};
use crate::http::json::object;
use crate::http::once::IdempotencyKey;
use crate::live::Committed;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(boards::list)
        .service(boards::create)
        .service(boards::read)
        .service(boards::update)
        .service(boards::delete)
        .service(history::read)
        .service(history::events)
        .service(history::undo)
        .service(stages::list)
        .service(stages::create)
        .service(stages::reorder)
        .service(stages::update)
        .service(stages::delete)
        .service(leads::list)
        .service(leads::create)
        .service(leads::read)
        .service(leads::update)
        .service(leads::delete)
        .service(leads::place);
}

/// Sends a command to a board.
async fn send(
    app: &App,
    scope: &Scope,
    board: BoardId,
    name: &str,
    data: Value,
    key: IdempotencyKey,
) -> Result<Committed, Error> {
    let topic = Board::topic(scope.tenant, board);
    app.live.execute(&scope.principal, topic, name, data, key.0).await
}

/// The board that a command goes to, looked up by what it concerns. What a command deleted is found on no board any more: the same
/// command again goes where it went.
async fn board_of(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    find: impl AsyncFnOnce(&mut Connection) -> diesel::QueryResult<Option<BoardId>>,
) -> Result<BoardId, Error> {
    app.db
        .tenant(scope.tenant, async |conn| {
            let board = match (find(conn).await?, key.0) {
                (None, Some(key)) => store::board_of_command(scope.tenant, scope.id, key, conn).await?,
                (board, _) => board,
            };
            board.ok_or_else(|| Code::NotFound.into())
        })
        .await
}

/// The body of a command that concerns one thing, which stands in the path.
fn about(body: Value, field: &str, id: Uuid) -> Result<Value, Error> {
    let mut fields = object(body)?;
    fields.insert(field.to_owned(), Value::String(id.to_string()));
    Ok(Value::Object(fields))
}

/// The body of a command, and the board that it names.
fn named_board(body: Value) -> Result<(Option<Value>, Value), Error> {
    let mut fields = object(body)?;
    let board = fields.remove("board_id").filter(|board| !board.is_null());
    Ok((board, Value::Object(fields)))
}

/// Reads the id of the board; what is wrong with it is told together with what is wrong with the command.
fn required_board(board: Option<Value>, name: &str, data: &Value) -> Result<BoardId, Error> {
    let (code, message) = match board {
        Some(Value::String(text)) => match text.parse() {
            Ok(id) => return Ok(BoardId(id)),
            Err(_) => ("invalid", "must be a UUID"),
        },
        Some(_) => ("wrong_type", "must be a text"),
        None => ("required", "is required"),
    };
    let mut wrong = vec![FieldError::new("board_id", code, message)];
    if let Err(refusal) = Command::parse(name, data.clone()) {
        wrong.extend(refusal.fields);
    }
    Err(Refusal::invalid(wrong).into())
}

#[derive(Deserialize)]
struct Made {
    id: Uuid,
}

/// Answers with something that was made.
fn created(collection: &str, committed: &Committed) -> Result<HttpResponse, Error> {
    let Made { id } = serde_json::from_str(committed.data.get()).map_err(Error::internal)?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/{collection}/{id}")))
        .json(&committed.data))
}
