//! Queries about orders.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;

use super::view::{Details, Order, OrderQuery};
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::{contacts, orders, products};
use crate::db::{Connection, ContactId, OrderId, ProductId, TenantId, UserId};
use crate::error::{Code, Error};
use crate::fields::money::Money;

/// What a list of orders can be ordered by.
pub(super) const SORTABLE: &[&str] = &["ordered_at", "value", "created_at"];

#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
struct OrderRow {
    id: OrderId,
    contact_id: ContactId,
    product_id: Option<ProductId>,
    number: Option<String>,
    value: Decimal,
    ordered_at: DateTime<Utc>,
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl OrderRow {
    fn view(self) -> Order {
        Order {
            id: self.id,
            details: Details {
                contact_id: self.contact_id,
                product_id: self.product_id,
                number: self.number,
                value: Money::stored(self.value),
                ordered_at: self.ordered_at,
            },
            created_by: self.created_by,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

pub(super) async fn order(tenant: TenantId, id: OrderId, conn: &mut Connection) -> QueryResult<Option<Order>> {
    let row: Option<OrderRow> = orders::table
        .find((tenant, id))
        .select(OrderRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(OrderRow::view))
}

pub(super) async fn order_list(
    tenant: TenantId,
    filter: &OrderQuery,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Order>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let rows: Vec<OrderRow> = ordered(matching(tenant, filter, page), page.sort.as_ref())
        .select(OrderRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((rows.into_iter().map(OrderRow::view).collect(), total))
}

fn matching(tenant: TenantId, filter: &OrderQuery, page: &PageRequest) -> orders::BoxedQuery<'static, Pg> {
    let mut query = orders::table.filter(orders::tenant_id.eq(tenant)).into_boxed();
    if let Some(contact) = filter.contact_id {
        query = query.filter(orders::contact_id.eq(contact));
    }
    if let Some(product) = filter.product_id {
        query = query.filter(orders::product_id.eq(product));
    }
    if let Some(from) = filter.from {
        query = query.filter(orders::ordered_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(orders::ordered_at.lt(to));
    }
    if let Some(pattern) = page.search_pattern() {
        query = query.filter(orders::number.ilike(pattern));
    }
    query
}

/// The latest first unless told.
fn ordered<'a>(query: orders::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> orders::BoxedQuery<'a, Pg> {
    match sort.map_or(("ordered_at", true), |sort| (sort.field, sort.descending)) {
        ("value", false) => query.order((orders::value.asc(), orders::id)),
        ("value", true) => query.order((orders::value.desc(), orders::id)),
        ("created_at", false) => query.order((orders::created_at.asc(), orders::id)),
        ("created_at", true) => query.order((orders::created_at.desc(), orders::id)),
        (_, false) => query.order((orders::ordered_at.asc(), orders::id)),
        (_, true) => query.order((orders::ordered_at.desc(), orders::id.desc())),
    }
}

/// Which of what an order names is not there.
pub(super) async fn missing(
    tenant: TenantId,
    contact: ContactId,
    product: Option<ProductId>,
    conn: &mut Connection,
) -> QueryResult<Vec<&'static str>> {
    let mut missing = Vec::new();
    let there = contacts::table.find((tenant, contact));
    if !diesel::select(diesel::dsl::exists(there)).get_result(conn).await? {
        missing.push("contact_id");
    }
    if let Some(product) = product {
        let there = products::table.find((tenant, product));
        if !diesel::select(diesel::dsl::exists(there)).get_result(conn).await? {
            missing.push("product_id");
        }
    }
    Ok(missing)
}

/// # Errors
/// `order_number_taken`.
pub(super) async fn order_insert(
    tenant: TenantId,
    id: OrderId,
    details: &Details,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<Order, Error> {
    let row: OrderRow = diesel::insert_into(orders::table)
        .values((
            orders::tenant_id.eq(tenant),
            orders::id.eq(id),
            orders::contact_id.eq(details.contact_id),
            orders::product_id.eq(details.product_id),
            orders::number.eq(&details.number),
            orders::value.eq(details.value.decimal()),
            orders::ordered_at.eq(details.ordered_at),
            orders::created_by.eq(by),
            orders::created_at.eq(now),
            orders::updated_at.eq(now),
        ))
        .returning(OrderRow::as_returning())
        .get_result(conn)
        .await
        .map_err(refused)?;
    Ok(row.view())
}

/// An order as it stands, which nobody else changes until the transaction ends.
pub(super) async fn order_lock(tenant: TenantId, id: OrderId, conn: &mut Connection) -> QueryResult<Option<Order>> {
    let row: Option<OrderRow> = orders::table
        .find((tenant, id))
        .select(OrderRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(OrderRow::view))
}

/// # Errors
/// `order_number_taken`.
pub(super) async fn order_update(
    tenant: TenantId,
    id: OrderId,
    details: &Details,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<Order, Error> {
    let row: OrderRow = diesel::update(orders::table.find((tenant, id)))
        .set((
            orders::product_id.eq(details.product_id),
            orders::number.eq(&details.number),
            orders::value.eq(details.value.decimal()),
            orders::ordered_at.eq(details.ordered_at),
            orders::updated_at.eq(now),
        ))
        .returning(OrderRow::as_returning())
        .get_result(conn)
        .await
        .map_err(refused)?;
    Ok(row.view())
}

pub(super) async fn order_delete(tenant: TenantId, id: OrderId, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(orders::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}

fn refused(error: DieselError) -> Error {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
            if info.constraint_name() == Some("orders_number_key") =>
        {
            Code::OrderNumberTaken.into()
        }
        _ => error.into(),
    }
}
