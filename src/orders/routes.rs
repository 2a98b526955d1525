//! `/orders`

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde_json::{Map, Value};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::view::{Change, Details, NewOrderBody, Order, OrderChangeBody, OrderQuery};
use crate::app::App;
use crate::audit;
use crate::auth::{Allowed, ContactsRead, ContactsWrite, Scope};
use crate::clock;
use crate::contacts;
use crate::db::page::{Page, PageQuery};
use crate::db::{Connection, ContactId, DbError, OrderId};
use crate::error::{Code, Error, FieldError, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(update)
        .service(change)
        .service(delete);
}

/// Orders, in pages. The search looks at the number.
#[utoipa::path(
    tag = "orders",
    operation_id = "list_orders",
    params(PageQuery, OrderQuery),
    responses((status = OK, body = Page<Order>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/orders")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    page: web::Query<PageQuery>,
    query: web::Query<OrderQuery>,
) -> Result<web::Json<Page<Order>>, Error> {
    let page = page.check(store::SORTABLE)?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::order_list(scope.tenant, &query, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Makes an order.
#[utoipa::path(
    tag = "orders",
    operation_id = "create_order",
    params(IdempotencyKey),
    request_body = NewOrderBody,
    responses(
        (status = CREATED, body = Order, headers(("Location" = String))),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/orders")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let (body, now) = (object(body.into_inner())?, clock::now());
    let details = Details::parse(body.clone(), now)?;
    let id = OrderId(clock::new_id());
    let order: Order = once(&app.db, &scope, key, "POST /orders", &body, async |conn| {
        check(&scope, &details, conn).await?;
        let order = store::order_insert(scope.tenant, id, &details, scope.id, now, conn).await?;
        let changes = audit::changes(None, Some(&details)).map_err(Error::internal)?;
        audit::record(&scope, "order.created", id.0, &changes, conn).await?;
        Ok(order)
    })
    .await?;
    changed(&app, &scope, order.details.contact_id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/orders/{}", order.id)))
        .json(order))
}

async fn check(scope: &Scope, details: &Details, conn: &mut Connection) -> Result<(), Error> {
    let missing = store::missing(scope.tenant, details.contact_id, details.product_id, conn).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let wrong = |field| FieldError::new(field, "not_found", "is not there");
    Err(Refusal::invalid(missing.into_iter().map(wrong).collect()).into())
}

/// Tells those who look at what this contact bought to look again.
fn changed(app: &App, scope: &Scope, contact: ContactId) {
    contacts::changed(app, scope.tenant, Some(contact));
}

/// An order.
#[utoipa::path(
    tag = "orders",
    operation_id = "get_order",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Order), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/orders/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Order>, Error> {
    let order = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::order(scope.tenant, OrderId(*id), conn).await?)
        })
        .await?;
    Ok(web::Json(order.ok_or(Code::NotFound)?))
}

/// Changes the fields of an order that are given.
#[utoipa::path(
    tag = "orders",
    operation_id = "update_order",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = OrderChangeBody,
    responses(
        (status = OK, body = Order), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/orders/{id}")]
async fn update(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Order>, Error> {
    save(&app, &scope, key, OrderId(*id), object(body.into_inner())?).await
}

/// The same as `PUT`.
#[utoipa::path(
    tag = "orders",
    operation_id = "change_order",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = OrderChangeBody,
    responses(
        (status = OK, body = Order), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/orders/{id}")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Order>, Error> {
    save(&app, &scope, key, OrderId(*id), object(body.into_inner())?).await
}

async fn save(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    id: OrderId,
    body: Map<String, Value>,
) -> Result<web::Json<Order>, Error> {
    let given = Change::parse(body, clock::now())?;
    let sent = serde_json::to_value(&given).map_err(Error::internal)?;
    let what = format!("PUT /orders/{id}");
    let order = once(&app.db, scope, key, &what, &sent, async |conn| {
        let before = store::order_lock(scope.tenant, id, conn).await?.ok_or(Code::NotFound)?;
        let after = given.apply(&before.details);
        let changes = audit::changes(Some(&before.details), Some(&after)).map_err(Error::internal)?;
        if changes.is_empty() {
            return Ok(before);
        }
        if after.product_id != before.details.product_id {
            check(scope, &after, conn).await?;
        }
        audit::record(scope, "order.updated", id.0, &changes, conn).await?;
        store::order_update(scope.tenant, id, &after, clock::now(), conn).await
    })
    .await?;
    changed(app, scope, order.details.contact_id);
    Ok(web::Json(order))
}

/// Deletes an order.
#[utoipa::path(
    tag = "orders",
    operation_id = "delete_order",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/orders/{id}")]
async fn delete(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let id = OrderId(*id);
    let what = format!("DELETE /orders/{id}");
    let contact = once(&app.db, &scope, key, &what, &(), async |conn| {
        let before = store::order_lock(scope.tenant, id, conn).await?.ok_or(Code::NotFound)?;
        store::order_delete(scope.tenant, id, conn).await?;
        let changes = audit::changes(Some(&before.details), None).map_err(Error::internal)?;
        audit::record(&scope, "order.deleted", id.0, &changes, conn).await?;
        Ok(before.details.contact_id)
    })
    .await?;
    changed(&app, &scope, contact);
    Ok(HttpResponse::NoContent().finish())
}
