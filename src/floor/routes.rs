//! `/sellers` and `/distribution`

use std::collections::BTreeMap;

use actix_web::{get, patch, post, put, web};
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::calendar::{Calendar, periods};
use super::history;
use super::run::{self, Order};
use super::store::{self, Clients, FloorRow, SellerChange};
use super::view::{
    Client, ClientQuery, ContactedBody, Dealt, FloorChangeBody, FloorStats, FloorView, Preview, ReallocateBody, Run,
    SellerChangeBody,
};
use crate::app::App;
use crate::audit;
use crate::auth::{Allowed, FloorManage, FloorRead, Permission, Scope};
use crate::clock;
use crate::db::page::{Page, PageQuery, PageRequest};
use crate::db::{Connection, ContactId, DbError, TenantId, UserId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::fields::Fields;
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};
use crate::sellers::view::{SellerDetail, SellerRow, SellerStats};
use crate::sellers::{CONTACTED, Seller, store as sellers};

/// How many clients of each period are told, unless more are asked for.
const OF_PERIOD: i64 = 100;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(read)
        .service(update)
        .service(clients)
        .service(read_stats)
        .service(contacted)
        .service(by_period)
        .service(all_clients)
        .service(history::contacts)
        .service(reallocate)
        .service(preview)
        .service(redistribute)
        .service(release)
        .service(new_cycle)
        .service(floor_stats)
        .service(runs)
        .service(read_settings)
        .service(change_settings);
}

/// Sellers, with what they have in hand.
#[utoipa::path(
    tag = "floor",
    operation_id = "list_sellers",
    params(PageQuery),
    responses((status = OK, body = Page<SellerRow>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/sellers")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<SellerRow>>, Error> {
    let page = page.check(store::SORTABLE_SELLERS)?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let floor = store::floor(scope.tenant, conn).await?;
            Ok::<_, DbError>(store::seller_list(scope.tenant, floor.cycle, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// A seller, with how each client stands with them: what a follower of `seller:<id>` starts from.
#[utoipa::path(
    tag = "floor",
    operation_id = "get_seller",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = SellerDetail), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/sellers/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<SellerDetail>, Error> {
    let id = own(&scope, *id)?;
    let state = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(sellers::load(scope.tenant, id, conn).await?)
        })
        .await?;
    Ok(web::Json(SellerDetail::of(&state.ok_or(Code::NotFound)?)))
}

/// One's own, or anybody's for who looks after the floor.
pub(super) fn own(scope: &Scope, id: Uuid) -> Result<UserId, Error> {
    if scope.id.0 != id {
        scope.require(Permission::FloorManage)?;
    }
    Ok(UserId(id))
}

/// Changes what is given: a seller pauses, and who looks after the floor says the rest.
#[utoipa::path(
    tag = "floor",
    operation_id = "update_seller",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = SellerChangeBody,
    responses(
        (status = OK, body = SellerRow), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/sellers/{id}")]
async fn update(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<SellerRow>, Error> {
    let id = own(&scope, *id)?;
    let body = body.into_inner();
    let change = seller_change(body.clone())?;
    if change.concerns_dealing() {
        scope.require(Permission::FloorManage)?;
    }
    let what = format!("PATCH /sellers/{id}");
    let tenant = scope.tenant;
    let seller = once(&app.db, &scope, key, &what, &body, async |conn| {
        let floor = store::floor_lock(tenant, conn).await?;
        let before = store::seller_row(tenant, floor.cycle, id, conn)
            .await?
            .ok_or(Code::NotFound)?;
        if change.is_empty() {
            return Ok(before);
        }
        store::seller_update(tenant, id, &change, conn).await?;
        let after = store::seller_row(tenant, floor.cycle, id, conn)
            .await?
            .ok_or(Code::NotFound)?;
        let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
        audit::record(&scope, "seller.updated", id.0, &changes, conn).await?;
        Ok(after)
    })
    .await?;
    app.floors.look(tenant);
    Ok(web::Json(seller))
}

fn seller_change(body: Value) -> Result<SellerChange, Error> {
    let mut fields = Fields::of(Value::Object(object(body)?))?;
    let is_paused = fields.flag("is_paused");
    let weight = fields.whole("weight", 1..=100);
    let regions = fields.tags("regions", 50, 100);
    let tags = fields.tags("tags", 20, 40);
    let change = SellerChange {
        is_paused: fields.lasting("is_paused", is_paused),
        weight: fields.lasting("weight", weight),
        capacity: fields.whole("capacity", 1..=100_000),
        regions: regions.map(Option::unwrap_or_default),
        tags: tags.map(Option::unwrap_or_default),
    };
    Ok(fields.finish(Some(change))?)
}

/// A seller's clients, the most urgent first; also those that they contacted in this cycle.
#[utoipa::path(
    tag = "floor",
    operation_id = "list_seller_clients",
    params(("id" = Uuid, Path), PageQuery, ClientQuery),
    responses((status = OK, body = Page<Client>), (status = 403, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/sellers/{id}/clients")]
async fn clients(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    id: web::Path<Uuid>,
    page: web::Query<PageQuery>,
    query: web::Query<ClientQuery>,
) -> Result<web::Json<Page<Client>>, Error> {
    let id = own(&scope, *id)?;
    let query = ClientQuery {
        seller_id: Some(id.0),
        ..query.into_inner()
    };
    let page = page.check(&[])?;
    Ok(web::Json(client_page(&app, scope.tenant, &query, &page).await?))
}

async fn client_page(
    app: &App,
    tenant: TenantId,
    query: &ClientQuery,
    page: &PageRequest,
) -> Result<Page<Client>, Error> {
    let (items, total) = app
        .db
        .snapshot(tenant, async |conn| {
            let (floor, calendar) = present(tenant, conn).await?;
            let bought_in = match &query.period {
                None => None,
                Some(key) => {
                    let period = periods(&floor.settings.periods)
                        .into_iter()
                        .find(|period| period.key == *key);
                    let period =
                        period.ok_or_else(|| Refusal::field("period", "invalid", "is no period of the floor"))?;
                    Some(calendar.bought_in(&period))
                }
            };
            let of = Clients {
                id: None,
                seller: query.seller_id,
                state: query.state,
                bought_in,
                search: page.search_pattern(),
            };
            let window = (page.per_page, page.offset());
            Ok::<_, Error>(store::client_list(tenant, &floor, &calendar, &of, window, conn).await?)
        })
        .await?;
    Ok(page.answer(items, total))
}

/// The floor, and its calendar today.
pub(super) async fn present(tenant: TenantId, conn: &mut Connection) -> Result<(FloorRow, Calendar), DbError> {
    let floor = store::floor(tenant, conn).await?;
    let zone = store::zone(tenant, conn).await?;
    Ok((floor, Calendar::new(clock::now(), zone)))
}

/// A seller's numbers.
#[utoipa::path(
    tag = "floor",
    operation_id = "get_seller_stats",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = SellerStats), (status = 403, body = Problem), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/sellers/{id}/stats")]
async fn read_stats(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<SellerStats>, Error> {
    Ok(web::Json(stats_of(&app, &scope, *id).await?))
}

pub(super) async fn stats_of(app: &App, scope: &Scope, id: Uuid) -> Result<SellerStats, Error> {
    let (id, tenant) = (own(scope, id)?, scope.tenant);
    let stats = app
        .db
        .snapshot(tenant, async |conn| {
            let (floor, calendar) = present(tenant, conn).await?;
            Ok::<_, DbError>(store::seller_stats(tenant, &floor, &calendar, Some(id), conn).await?)
        })
        .await?;
    stats.into_iter().next().ok_or_else(|| Code::NotFound.into())
}

/// A seller contacted a client. Said again, what came of it is corrected.
#[utoipa::path(
    tag = "floor",
    operation_id = "mark_contacted",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ContactedBody,
    responses(
        (status = OK, body = Client), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/sellers/{id}/contacted")]
async fn contacted(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Client>, Error> {
    Ok(web::Json(mark(&app, &scope, key, *id, body.into_inner()).await?))
}

pub(super) async fn mark(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    seller: Uuid,
    data: Value,
) -> Result<Client, Error> {
    let seller = own(scope, seller)?;
    let client = data["client_id"].as_str().and_then(|id| id.parse().ok()).map(ContactId);
    let topic = Seller::topic(scope.tenant, seller);
    app.live
        .execute(&scope.principal, topic, CONTACTED, data, key.0)
        .await?;
    one(app, scope.tenant, client.ok_or(Code::NotFound)?).await
}

/// A client as they stand.
pub(super) async fn one(app: &App, tenant: TenantId, id: ContactId) -> Result<Client, Error> {
    let client = app
        .db
        .snapshot(tenant, async |conn| {
            let (floor, calendar) = present(tenant, conn).await?;
            Ok::<_, DbError>(store::client(tenant, &floor, &calendar, id, conn).await?)
        })
        .await?;
    client.ok_or_else(|| Code::NotFound.into())
}

/// Clients by how long ago they bought; of each period the first hundred, or as many as `per_page` says.
#[utoipa::path(
    tag = "floor",
    operation_id = "list_clients_by_period",
    params(PageQuery),
    responses((status = OK, body = BTreeMap<String, Vec<Client>>)),
    security(("bearer" = [])),
)]
#[get("/distribution/clients-by-period")]
async fn by_period(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<BTreeMap<String, Vec<Client>>>, Error> {
    let page = page.check(&[])?;
    let limit = if page.per_page == 25 { OF_PERIOD } else { page.per_page };
    Ok(web::Json(
        clients_by_period(&app, scope.tenant, limit)
            .await?
            .into_iter()
            .collect(),
    ))
}

pub(super) async fn clients_by_period(
    app: &App,
    tenant: TenantId,
    limit: i64,
) -> Result<Vec<(String, Vec<Client>)>, Error> {
    let found = app
        .db
        .snapshot(tenant, async |conn| {
            let (floor, calendar) = present(tenant, conn).await?;
            Ok::<_, DbError>(store::clients_of_period(tenant, &floor, &calendar, limit, conn).await?)
        })
        .await?;
    Ok(found)
}

/// All clients, with how they stand and with whom; those who bought the longest ago first.
#[utoipa::path(
    tag = "floor",
    operation_id = "list_clients",
    params(PageQuery, ClientQuery),
    responses((status = OK, body = Page<Client>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/distribution/clients")]
async fn all_clients(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    page: web::Query<PageQuery>,
    query: web::Query<ClientQuery>,
) -> Result<web::Json<Page<Client>>, Error> {
    let page = page.check(&[])?;
    Ok(web::Json(client_page(&app, scope.tenant, &query, &page).await?))
}

/// Gives a client to a seller, who keeps them until they are contacted, released, redistributed, or the seller leaves.
#[utoipa::path(
    tag = "floor",
    operation_id = "reallocate_client",
    params(IdempotencyKey),
    request_body = ReallocateBody,
    responses((status = OK, body = Client), (status = 409, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/distribution/reallocate")]
async fn reallocate(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
    body: web::Json<ReallocateBody>,
) -> Result<web::Json<Client>, Error> {
    let ReallocateBody { client_id, seller_id } = body.into_inner();
    let order = Order::Reallocate { client_id, seller_id };
    app.floors.order(&scope, key, order).await?;
    Ok(web::Json(one(&app, scope.tenant, client_id).await?))
}

/// What dealing everything anew would change, without changing anything.
#[utoipa::path(
    tag = "floor",
    operation_id = "preview_redistribution",
    responses((status = OK, body = Preview)),
    security(("bearer" = [])),
)]
#[get("/distribution/preview")]
async fn preview(app: web::Data<App>, scope: Allowed<FloorManage>) -> Result<web::Json<Preview>, Error> {
    Ok(web::Json(run::preview(&app.db, scope.tenant).await?))
}

/// Takes back every client that was not contacted, and deals them all anew.
#[utoipa::path(
    tag = "floor",
    operation_id = "redistribute",
    params(IdempotencyKey),
    responses((status = OK, body = Dealt), (status = 503, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/distribution/redistribute")]
async fn redistribute(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
) -> Result<web::Json<Dealt>, Error> {
    Ok(web::Json(app.floors.order(&scope, key, Order::Redistribute).await?))
}

/// Takes a client from whoever has them. Whoever is eligible is dealt again with the next run.
#[utoipa::path(
    tag = "floor",
    operation_id = "release_client",
    params(("client_id" = Uuid, Path), IdempotencyKey),
    responses((status = OK, body = Client), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/distribution/release/{client_id}")]
async fn release(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
    client: web::Path<Uuid>,
) -> Result<web::Json<Client>, Error> {
    let client_id = ContactId(*client);
    app.floors.order(&scope, key, Order::Release { client_id }).await?;
    Ok(web::Json(one(&app, scope.tenant, client_id).await?))
}

/// From now on nobody has been contacted: everybody who is eligible is dealt anew.
#[utoipa::path(
    tag = "floor",
    operation_id = "begin_cycle",
    params(IdempotencyKey),
    responses((status = OK, body = Dealt)),
    security(("bearer" = [])),
)]
#[post("/distribution/cycles")]
async fn new_cycle(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
) -> Result<web::Json<Dealt>, Error> {
    Ok(web::Json(app.floors.order(&scope, key, Order::NewCycle).await?))
}

/// The floor in numbers.
#[utoipa::path(
    tag = "floor",
    operation_id = "get_floor_stats",
    responses((status = OK, body = FloorStats)),
    security(("bearer" = [])),
)]
#[get("/distribution/stats")]
async fn floor_stats(app: web::Data<App>, scope: Allowed<FloorManage>) -> Result<web::Json<FloorStats>, Error> {
    Ok(web::Json(stats_of_all(&app, scope.tenant).await?))
}

pub(super) async fn stats_of_all(app: &App, tenant: TenantId) -> Result<FloorStats, Error> {
    let stats = app
        .db
        .snapshot(tenant, async |conn| {
            let (floor, calendar) = present(tenant, conn).await?;
            Ok::<_, DbError>(store::floor_stats(tenant, &floor, &calendar, conn).await?)
        })
        .await?;
    Ok(stats)
}

/// The ledger: each run that moved somebody, and who went from whom to whom why; the latest first.
#[utoipa::path(
    tag = "floor",
    operation_id = "list_distribution_runs",
    params(PageQuery),
    responses((status = OK, body = Page<Run>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/distribution/runs")]
async fn runs(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Run>>, Error> {
    let page = page.check(&[])?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::run_list(scope.tenant, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// How the floor deals.
#[utoipa::path(
    tag = "floor",
    operation_id = "get_floor_settings",
    responses((status = OK, body = FloorView)),
    security(("bearer" = [])),
)]
#[get("/distribution/settings")]
async fn read_settings(app: web::Data<App>, scope: Allowed<FloorRead>) -> Result<web::Json<FloorView>, Error> {
    let floor = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::floor(scope.tenant, conn).await?)
        })
        .await?;
    Ok(web::Json(floor_view(floor)))
}

fn floor_view(floor: FloorRow) -> FloorView {
    FloorView {
        settings: floor.settings,
        cycle: floor.cycle,
        cycle_began_at: floor.cycle_began_at,
    }
}

/// Changes how the floor deals, and deals accordingly.
#[utoipa::path(
    tag = "floor",
    operation_id = "update_floor_settings",
    params(IdempotencyKey),
    request_body = FloorChangeBody,
    responses((status = OK, body = FloorView), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[put("/distribution/settings")]
async fn change_settings(
    app: web::Data<App>,
    scope: Allowed<FloorManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<web::Json<FloorView>, Error> {
    let (body, tenant) = (object(body.into_inner())?, scope.tenant);
    let sent = json!(body);
    let view = once(
        &app.db,
        &scope,
        key,
        "PUT /distribution/settings",
        &sent,
        async |conn| {
            let floor = store::floor_lock(tenant, conn).await?;
            let settings = floor.settings.changed(body)?;
            let changes = audit::changes(Some(&floor.settings), Some(&settings)).map_err(Error::internal)?;
            if !changes.is_empty() {
                store::settings_update(tenant, &settings, conn).await?;
                audit::record(&scope, "floor.settings_updated", tenant.0, &changes, conn).await?;
            }
            Ok(floor_view(FloorRow { settings, ..floor }))
        },
    )
    .await?;
    app.floors.look(tenant);
    Ok(web::Json(view))
}
