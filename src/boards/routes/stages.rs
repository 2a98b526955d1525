//! `/stages`

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{about, board_of, created, named_board, required_board, send};
use crate::app::App;
use crate::auth::{Allowed, BoardsManage, BoardsRead};
use crate::boards::bodies::{NewStageBody, ReorderBody, StageChangeBody};
use crate::boards::store::{self, SORTABLE_STAGES};
use crate::boards::view::Stage;
use crate::db::page::{Page, PageQuery};
use crate::db::{BoardId, DbError, StageId};
use crate::error::{Error, Problem};
use crate::http::once::IdempotencyKey;
use crate::http::query::filter;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StageQuery {
    #[serde(default, deserialize_with = "filter")]
    board_id: Option<Uuid>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DeleteQuery {
    /// The stage that takes its leads.
    #[serde(default, deserialize_with = "filter")]
    move_to: Option<Uuid>,
}

/// The stages of one board or of all, in order, in pages.
#[utoipa::path(
    tag = "boards",
    operation_id = "list_stages",
    params(PageQuery, StageQuery),
    responses((status = OK, body = Page<Stage<'static>>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/stages")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    page: web::Query<PageQuery>,
    query: web::Query<StageQuery>,
) -> Result<web::Json<Page<Stage<'static>>>, Error> {
    let page = page.check(SORTABLE_STAGES)?;
    let board = query.board_id.map(BoardId);
    let (stages, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::stage_list(scope.tenant, board, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(stages, total)))
}

/// Makes a stage at the end of its board.
#[utoipa::path(
    tag = "boards",
    operation_id = "create_stage",
    params(IdempotencyKey),
    request_body = NewStageBody,
    responses(
        (status = CREATED, body = Stage<'static>, headers(("Location" = String))),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/stages")]
pub(super) async fn create(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let (board, data) = named_board(body.into_inner())?;
    let board = required_board(board, "create_stage", &data)?;
    let committed = send(&app, &scope, board, "create_stage", data, key).await?;
    created("stages", &committed)
}

/// Puts the stages of a board into another order.
#[utoipa::path(
    tag = "boards",
    operation_id = "reorder_stages",
    params(IdempotencyKey),
    request_body = ReorderBody,
    responses(
        (status = OK, description = "The order as it is now: `{stage_ids}`"),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/stages/reorder")]
pub(super) async fn reorder(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let (board, data) = named_board(body.into_inner())?;
    let board = required_board(board, "reorder_stages", &data)?;
    let committed = send(&app, &scope, board, "reorder_stages", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Changes a stage.
#[utoipa::path(
    tag = "boards",
    operation_id = "update_stage",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = StageChangeBody,
    responses(
        (status = OK, body = Stage<'static>),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/stages/{id}")]
pub(super) async fn update(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = about(body.into_inner(), "stage_id", *id)?;
    let find = async |conn: &mut _| store::stage_board(scope.tenant, StageId(*id), conn).await;
    let board = board_of(&app, &scope, key, find).await?;
    let committed = send(&app, &scope, board, "update_stage", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Deletes a stage that is empty, or whose leads go to another.
#[utoipa::path(
    tag = "boards",
    operation_id = "delete_stage",
    params(("id" = Uuid, Path), DeleteQuery, IdempotencyKey),
    responses(
        (status = NO_CONTENT),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[delete("/stages/{id}")]
pub(super) async fn delete(
    app: web::Data<App>,
    scope: Allowed<BoardsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    query: web::Query<DeleteQuery>,
) -> Result<HttpResponse, Error> {
    let data = json!({ "stage_id": *id, "move_to": query.move_to });
    let find = async |conn: &mut _| store::stage_board(scope.tenant, StageId(*id), conn).await;
    let board = board_of(&app, &scope, key, find).await?;
    send(&app, &scope, board, "delete_stage", data, key).await?;
    Ok(HttpResponse::NoContent().finish())
}
