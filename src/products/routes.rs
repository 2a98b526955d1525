//! `/products`

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde_json::{Map, Value};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::view::{Change, Details, NewProductBody, Product, ProductChangeBody, ProductQuery};
use crate::app::App;
use crate::audit;
use crate::auth::{Allowed, ContactsManage, ContactsRead, Scope};
use crate::clock;
use crate::db::page::{Page, PageQuery};
use crate::db::{DbError, ProductId};
use crate::error::{Code, Error, Problem};
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

/// Products, in pages. The search looks at name and code.
#[utoipa::path(
    tag = "products",
    operation_id = "list_products",
    params(PageQuery, ProductQuery),
    responses((status = OK, body = Page<Product>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/products")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    page: web::Query<PageQuery>,
    query: web::Query<ProductQuery>,
) -> Result<web::Json<Page<Product>>, Error> {
    let page = page.check(store::SORTABLE)?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::product_list(scope.tenant, &query, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Makes a product.
#[utoipa::path(
    tag = "products",
    operation_id = "create_product",
    params(IdempotencyKey),
    request_body = NewProductBody,
    responses(
        (status = CREATED, body = Product, headers(("Location" = String))),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/products")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let details = Details::parse(object(body.into_inner())?)?;
    let id = ProductId(clock::new_id());
    let product: Product = once(&app.db, &scope, key, "POST /products", &details, async |conn| {
        let product = store::product_insert(scope.tenant, id, &details, clock::now(), conn).await?;
        let changes = audit::changes(None, Some(&details)).map_err(Error::internal)?;
        audit::record(&scope, "product.created", id.0, &changes, conn).await?;
        Ok(product)
    })
    .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/products/{}", product.id)))
        .json(product))
}

/// A product.
#[utoipa::path(
    tag = "products",
    operation_id = "get_product",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Product), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/products/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Product>, Error> {
    let product = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::product(scope.tenant, ProductId(*id), conn).await?)
        })
        .await?;
    Ok(web::Json(product.ok_or(Code::NotFound)?))
}

/// Changes the fields of a product that are given.
#[utoipa::path(
    tag = "products",
    operation_id = "update_product",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ProductChangeBody,
    responses(
        (status = OK, body = Product), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/products/{id}")]
async fn update(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Product>, Error> {
    save(&app, &scope, key, ProductId(*id), object(body.into_inner())?).await
}

/// The same as `PUT`.
#[utoipa::path(
    tag = "products",
    operation_id = "change_product",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ProductChangeBody,
    responses(
        (status = OK, body = Product), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/products/{id}")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Product>, Error> {
    save(&app, &scope, key, ProductId(*id), object(body.into_inner())?).await
}

async fn save(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    id: ProductId,
    body: Map<String, Value>,
) -> Result<web::Json<Product>, Error> {
    let given = Change::parse(body)?;
    let sent = serde_json::to_value(&given).map_err(Error::internal)?;
    let what = format!("PUT /products/{id}");
    let product = once(&app.db, scope, key, &what, &sent, async |conn| {
        let before = store::product_lock(scope.tenant, id, conn)
            .await?
            .ok_or(Code::NotFound)?;
        let after = given.apply(&before.details);
        let changes = audit::changes(Some(&before.details), Some(&after)).map_err(Error::internal)?;
        if changes.is_empty() {
            return Ok(before);
        }
        audit::record(scope, "product.updated", id.0, &changes, conn).await?;
        store::product_update(scope.tenant, id, &after, clock::now(), conn).await
    })
    .await?;
    Ok(web::Json(product))
}

/// Deletes a product. Orders of it stay, and no longer tell of what.
#[utoipa::path(
    tag = "products",
    operation_id = "delete_product",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/products/{id}")]
async fn delete(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let id = ProductId(*id);
    let what = format!("DELETE /products/{id}");
    once(&app.db, &scope, key, &what, &(), async |conn| {
        let before = store::product_lock(scope.tenant, id, conn)
            .await?
            .ok_or(Code::NotFound)?;
        store::product_delete(scope.tenant, id, conn).await?;
        let changes = audit::changes(Some(&before.details), None).map_err(Error::internal)?;
        audit::record(&scope, "product.deleted", id.0, &changes, conn).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
