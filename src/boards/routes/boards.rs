//! `/boards`

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::send;
use crate::app::App;
use crate::auth::{Allowed, BoardsManage, BoardsRead, Scope};
use crate::boards::bodies::{BoardChangeBody, NewBoardBody};
use crate::boards::command::{Command, NewBoard};
use crate::boards::store::{self, BoardFilter, SORTABLE_BOARDS};
use crate::boards::view::{Board, BoardHead, BoardSummary};
use crate::clock;
use crate::db::page::{Page, PageQuery};
use crate::db::{BoardId, DbError};
use crate::error::{Code, Error, Problem};
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};
use crate::http::query::filter;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BoardQuery {
    /// Only archived boards, or only others.
    #[serde(default, deserialize_with = "filter")]
    archived: Option<bool>,
}

/// The boards of the company, in pages.
#[utoipa::path(
    tag = "boards",
    operation_id = "list_boards",
    params(PageQuery, BoardQuery),
    responses((status = OK, body = Page<BoardSummary>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/boards")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    page: web::Query<PageQuery>,
    query: web::Query<BoardQuery>,
) -> Result<web::Json<Page<BoardSummary>>, Error> {
    let page = page.check(SORTABLE_BOARDS)?;
    let filter = BoardFilter {
        archived: query.archived,
    };
    let (boards, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::board_list(scope.tenant, filter, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(boards, total)))
}

/// Makes a board.
#[utoipa::path(
    tag = "boards",
    operation_id = "create_board",
    params(IdempotencyKey),
    request_body = NewBoardBody,
    responses(
        (status = CREATED, body = Board<'static>, headers(("Location" = String))),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/boards")]
pub(super) async fn create(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let new = NewBoard::parse(Value::Object(object(body.into_inner())?))?;
    let id = BoardId(clock::new_id());
    let board: Value = once(&app.db, &scope, key, "POST /boards", &new, async |conn| {
        store::board_create(scope.tenant, id, &new, Some(scope.id), clock::now(), conn).await?;
        let board = store::load(scope.tenant, id.0, conn).await?.ok_or(Code::NotFound)?;
        Ok(json!(Board::of(&board)))
    })
    .await?;
    tell_former_defaults(&app, &scope).await?;
    let location = format!("/api/v1/boards/{}", board["id"].as_str().unwrap_or_default());
    Ok(HttpResponse::Created()
        .insert_header(("Location", location))
        .json(board))
}

/// A board with its stages and leads, in order.
#[utoipa::path(
    tag = "boards",
    operation_id = "get_board",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Board<'static>), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/boards/{id}")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let board = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::load(scope.tenant, *id, conn).await?)
        })
        .await?;
    let board = board.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().json(Board::of(&board)))
}

/// Changes what a board says of itself.
#[utoipa::path(
    tag = "boards",
    operation_id = "update_board",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = BoardChangeBody,
    responses(
        (status = OK, body = BoardHead<'static>),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/boards/{id}")]
pub(super) async fn update(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let id = BoardId(*id);
    let data = Value::Object(object(body.into_inner())?);
    let command = Command::parse("update_board", data.clone())?;
    // Which board is the default concerns several: that is settled first, then each of them is told.
    if matches!(&command, Command::UpdateBoard(update) if update.is_default == Some(true)) {
        let command = key.0.map(|key| (scope.id, key));
        app.db
            .tenant(scope.tenant, async |conn| {
                store::make_default(scope.tenant, id, command, conn).await
            })
            .await?;
        tell_former_defaults(&app, &scope).await?;
    }
    let committed = send(&app, &scope, id, "update_board", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Deletes a board with its stages and leads.
#[utoipa::path(
    tag = "boards",
    operation_id = "delete_board",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/boards/{id}")]
pub(super) async fn delete(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let id = BoardId(*id);
    match send(&app, &scope, id, "delete_board", json!({}), key).await {
        Ok(_) => {}
        // A board that is gone has no entity to ask what its last command was.
        Err(error) if error.code == Code::NotFound && was_deleted_by(&app, &scope, id, key).await? => {}
        Err(error) => return Err(error),
    }
    Ok(HttpResponse::NoContent().finish())
}

async fn was_deleted_by(app: &App, scope: &Scope, id: BoardId, key: IdempotencyKey) -> Result<bool, Error> {
    let Some(key) = key.0 else { return Ok(false) };
    let board = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::board_of_command(scope.tenant, scope.id, key, conn).await?)
        })
        .await?;
    Ok(board == Some(id))
}

/// Tells boards that are no longer the default. One that cannot be told now is told at the next change.
async fn tell_former_defaults(app: &App, scope: &Scope) -> Result<(), Error> {
    let former = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::former_defaults(scope.tenant, conn).await?)
        })
        .await?;
    for board in former {
        let told = send(
            app,
            scope,
            board,
            "update_board",
            json!({ "is_default": false }),
            IdempotencyKey(None),
        )
        .await;
        if let Err(error) = told {
            tracing::warn!(board.id = %board, error = format!("{error:#}"), "Could not tell a board that it is no longer the default");
        }
    }
    Ok(())
}
