//! Queries about products.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;

use super::view::{Details, Product, ProductQuery};
use crate::db::functions::balcao_fold;
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::products;
use crate::db::{Connection, ProductId, TenantId};
use crate::error::{Code, Error};
use crate::fields::money::Money;

/// What a list of products can be ordered by.
pub(super) const SORTABLE: &[&str] = &["name", "sku", "price", "created_at"];

#[derive(Queryable, Selectable)]
#[diesel(table_name = products)]
struct ProductRow {
    id: ProductId,
    name: String,
    sku: Option<String>,
    price: Option<Decimal>,
    description: Option<String>,
    is_active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ProductRow {
    fn view(self) -> Product {
        Product {
            id: self.id,
            details: Details {
                name: self.name,
                sku: self.sku,
                price: self.price.map(Money::stored),
                description: self.description,
                is_active: self.is_active,
            },
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

pub(super) async fn product(tenant: TenantId, id: ProductId, conn: &mut Connection) -> QueryResult<Option<Product>> {
    let row: Option<ProductRow> = products::table
        .find((tenant, id))
        .select(ProductRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ProductRow::view))
}

pub(super) async fn product_list(
    tenant: TenantId,
    filter: &ProductQuery,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Product>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let rows: Vec<ProductRow> = ordered(matching(tenant, filter, page), page.sort.as_ref())
        .select(ProductRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((rows.into_iter().map(ProductRow::view).collect(), total))
}

fn matching(tenant: TenantId, filter: &ProductQuery, page: &PageRequest) -> products::BoxedQuery<'static, Pg> {
    let mut query = products::table.filter(products::tenant_id.eq(tenant)).into_boxed();
    if let Some(is_active) = filter.is_active {
        query = query.filter(products::is_active.eq(is_active));
    }
    if let Some(sku) = &filter.sku {
        query = query.filter(products::sku.eq(sku.trim().to_owned()));
    }
    if let Some(pattern) = page.search_pattern() {
        let named = products::name_key.like(balcao_fold(pattern.clone()));
        query = query.filter(named.or(products::sku.ilike(pattern).assume_not_null()));
    }
    query
}

/// By name unless told; equal ones by id.
fn ordered<'a>(query: products::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> products::BoxedQuery<'a, Pg> {
    let (field, descending) = sort.map_or(("name", false), |sort| (sort.field, sort.descending));
    let query = match (field, descending) {
        ("sku", false) => query.order(products::sku.asc().nulls_last()),
        ("sku", true) => query.order(products::sku.desc().nulls_last()),
        ("price", false) => query.order(products::price.asc().nulls_last()),
        ("price", true) => query.order(products::price.desc().nulls_last()),
        ("created_at", false) => query.order(products::created_at.asc()),
        ("created_at", true) => query.order(products::created_at.desc()),
        (_, false) => query.order(products::name_key.asc()),
        (_, true) => query.order(products::name_key.desc()),
    };
    query.then_order_by(products::id)
}

/// # Errors
/// `sku_taken`.
pub(super) async fn product_insert(
    tenant: TenantId,
    id: ProductId,
    details: &Details,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<Product, Error> {
    let row: ProductRow = diesel::insert_into(products::table)
        .values((
            products::tenant_id.eq(tenant),
            products::id.eq(id),
            products::name.eq(&details.name),
            products::sku.eq(&details.sku),
            products::price.eq(details.price.map(Money::decimal)),
            products::description.eq(&details.description),
            products::is_active.eq(details.is_active),
            products::created_at.eq(now),
            products::updated_at.eq(now),
        ))
        .returning(ProductRow::as_returning())
        .get_result(conn)
        .await
        .map_err(refused)?;
    Ok(row.view())
}

/// A product as it stands, which nobody else changes until the transaction ends.
pub(super) async fn product_lock(
    tenant: TenantId,
    id: ProductId,
    conn: &mut Connection,
) -> QueryResult<Option<Product>> {
    let row: Option<ProductRow> = products::table
        .find((tenant, id))
        .select(ProductRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ProductRow::view))
}

/// # Errors
/// `sku_taken`.
pub(super) async fn product_update(
    tenant: TenantId,
    id: ProductId,
    details: &Details,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<Product, Error> {
    let row: ProductRow = diesel::update(products::table.find((tenant, id)))
        .set((
            products::name.eq(&details.name),
            products::sku.eq(&details.sku),
            products::price.eq(details.price.map(Money::decimal)),
            products::description.eq(&details.description),
            products::is_active.eq(details.is_active),
            products::updated_at.eq(now),
        ))
        .returning(ProductRow::as_returning())
        .get_result(conn)
        .await
        .map_err(refused)?;
    Ok(row.view())
}

pub(super) async fn product_delete(tenant: TenantId, id: ProductId, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(products::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}

fn refused(error: DieselError) -> Error {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
            if info.constraint_name() == Some("products_sku_key") =>
        {
            Code::SkuTaken.into()
        }
        _ => error.into(),
    }
}
