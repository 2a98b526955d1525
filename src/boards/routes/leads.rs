//! `/leads`

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{about, board_of, created, named_board, required_board, send};
use crate::app::App;
use crate::auth::{Allowed, BoardsRead, LeadsWrite, Scope};
use crate::boards::bodies::{LeadChangeBody, MoveBody, NewLeadBody};
use crate::boards::state::Priority;
use crate::boards::store::{self, LeadFilter, SORTABLE_LEADS};
use crate::boards::view::{Lead, Moved};
use crate::db::page::{Page, PageQuery};
use crate::db::{BoardId, CompanyId, ContactId, DbError, LeadId, StageId, UserId};
use crate::error::{Code, Error, Problem};
use crate::http::once::IdempotencyKey;
use crate::http::query::filter;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LeadQuery {
    #[serde(default, deserialize_with = "filter")]
    board_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    stage_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    assigned_to: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    company_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    contact_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    priority: Option<Priority>,
}

/// Leads, in pages.
#[utoipa::path(
    tag = "boards",
    operation_id = "list_leads",
    params(PageQuery, LeadQuery),
    responses((status = OK, body = Page<Lead<'static>>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/leads")]
pub(super) async fn list(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    page: web::Query<PageQuery>,
    query: web::Query<LeadQuery>,
) -> Result<HttpResponse, Error> {
    let page = page.check(SORTABLE_LEADS)?;
    let filter = LeadFilter {
        board_id: query.board_id.map(BoardId),
        stage_id: query.stage_id.map(StageId),
        assigned_to: query.assigned_to.map(UserId),
        company_id: query.company_id.map(CompanyId),
        contact_id: query.contact_id.map(ContactId),
        priority: query.priority,
    };
    let (leads, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::lead_list(scope.tenant, filter, &page, conn).await?)
        })
        .await?;
    let items = leads.iter().map(store::Placed::view).collect();
    Ok(HttpResponse::Ok().json(page.answer::<Lead<'_>>(items, total)))
}

/// Makes a lead.
#[utoipa::path(
    tag = "boards",
    operation_id = "create_lead",
    params(IdempotencyKey),
    request_body = NewLeadBody,
    responses(
        (status = CREATED, body = Lead<'static>, headers(("Location" = String))),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/leads")]
pub(super) async fn create(
    app: web::Data<App>,
    scope: Allowed<LeadsWrite>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let (board, data) = named_board(body.into_inner())?;
    let board = match board {
        Some(_) => board,
        None => usual_board(&app, &scope, key, &data).await?.map(|id| json!(id)),
    };
    let board = required_board(board, "create_lead", &data)?;
    let committed = send(&app, &scope, board, "create_lead", data, key).await?;
    created("leads", &committed)
}

/// Where a lead goes that names no board: where it went before, the board of its stage, or the default board.
async fn usual_board(app: &App, scope: &Scope, key: IdempotencyKey, data: &Value) -> Result<Option<BoardId>, Error> {
    let stage: Option<Uuid> = data["stage_id"].as_str().and_then(|text| text.parse().ok());
    app.db
        .tenant(scope.tenant, async |conn| {
            if let Some(key) = key.0
                && let Some(board) = store::board_of_command(scope.tenant, scope.id, key, conn).await?
            {
                return Ok(Some(board));
            }
            if let Some(stage) = stage
                && let Some(board) = store::stage_board(scope.tenant, StageId(stage), conn).await?
            {
                return Ok(Some(board));
            }
            Ok(store::default_board(scope.tenant, conn).await?)
        })
        .await
}

/// A lead.
#[utoipa::path(
    tag = "boards",
    operation_id = "get_lead",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Lead<'static>), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/leads/{id}")]
pub(super) async fn read(
    app: web::Data<App>,
    scope: Allowed<BoardsRead>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let lead = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::lead_get(scope.tenant, LeadId(*id), conn).await?)
        })
        .await?;
    let lead = lead.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().json(lead.view()))
}

/// Changes a lead, and moves it where a stage or position is given.
#[utoipa::path(
    tag = "boards",
    operation_id = "update_lead",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = LeadChangeBody,
    responses(
        (status = OK, body = Lead<'static>),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/leads/{id}")]
pub(super) async fn update(
    app: web::Data<App>,
    scope: Allowed<LeadsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = about(body.into_inner(), "lead_id", *id)?;
    let board = lead_board(&app, &scope, key, *id).await?;
    let committed = send(&app, &scope, board, "update_lead", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

/// Deletes a lead.
#[utoipa::path(
    tag = "boards",
    operation_id = "delete_lead",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/leads/{id}")]
pub(super) async fn delete(
    app: web::Data<App>,
    scope: Allowed<LeadsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let board = lead_board(&app, &scope, key, *id).await?;
    send(&app, &scope, board, "delete_lead", json!({ "lead_id": *id }), key).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Moves a lead within its board.
#[utoipa::path(
    tag = "boards",
    operation_id = "move_lead",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = MoveBody,
    responses(
        (status = OK, body = Moved),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/leads/{id}/move")]
pub(super) async fn place(
    app: web::Data<App>,
    scope: Allowed<LeadsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let data = about(body.into_inner(), "lead_id", *id)?;
    let board = lead_board(&app, &scope, key, *id).await?;
    let committed = send(&app, &scope, board, "move_lead", data, key).await?;
    Ok(HttpResponse::Ok().json(&committed.data))
}

async fn lead_board(app: &App, scope: &Scope, key: IdempotencyKey, id: Uuid) -> Result<BoardId, Error> {
    let find = async |conn: &mut _| store::lead_board(scope.tenant, LeadId(id), conn).await;
    board_of(app, scope, key, find).await
}
