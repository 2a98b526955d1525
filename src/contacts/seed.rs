//! Contacts and what they bought, for the demonstration.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Details;
use crate::clock;
use crate::db::schema::{contacts, orders, products};
use crate::db::{Connection, ContactId, OrderId, ProductId, TenantId, UserId};
use crate::error::Error;
use crate::fields::money::Money;
use crate::fields::phone;

/// A customer, with what they bought.
pub(crate) struct SeedContact {
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) region: &'static str,
    pub(crate) tags: Vec<String>,
    pub(crate) notes: Option<&'static str>,
    pub(crate) orders: Vec<SeedOrder>,
}

pub(crate) struct SeedOrder {
    /// The index of its product.
    pub(crate) product: usize,
    pub(crate) value: Money,
    pub(crate) ordered_at: DateTime<Utc>,
}

/// Makes products, by name, code and price, and contacts who bought them.
///
/// # Errors
/// When the database does not take them.
pub(crate) async fn create(
    tenant: TenantId,
    by: UserId,
    sold: &[(&str, &str, Money)],
    customers: Vec<SeedContact>,
    conn: &mut Connection,
) -> Result<(), Error> {
    let now = clock::now();
    let ids: Vec<ProductId> = sold.iter().map(|_| ProductId(clock::new_id())).collect();
    let rows = sold.iter().zip(&ids).map(|((name, sku, price), id)| {
        (
            products::tenant_id.eq(tenant),
            products::id.eq(*id),
            products::name.eq(*name),
            products::sku.eq(*sku),
            products::price.eq(price.decimal()),
            products::created_at.eq(now),
            products::updated_at.eq(now),
        )
    });
    diesel::insert_into(products::table)
        .values(rows.collect::<Vec<_>>())
        .execute(conn)
        .await?;
    let (mut made, mut bought) = (Vec::new(), Vec::new());
    for customer in customers {
        let id = ContactId(clock::new_id());
        for order in customer.orders {
            bought.push((
                orders::tenant_id.eq(tenant),
                orders::id.eq(OrderId(clock::new_id())),
                orders::contact_id.eq(id),
                orders::product_id.eq(ids.get(order.product).copied()),
                orders::value.eq(order.value.decimal()),
                orders::ordered_at.eq(order.ordered_at),
                orders::created_by.eq(by),
                orders::created_at.eq(now),
                orders::updated_at.eq(now),
            ));
        }
        made.push((
            contacts::tenant_id.eq(tenant),
            contacts::id.eq(id),
            Details {
                phone: phone::parse(&customer.phone),
                email: Some(customer.email),
                region: Some(customer.region.to_owned()),
                tags: customer.tags,
                notes: customer.notes.map(str::to_owned),
                ..Details::named(customer.name)
            },
            contacts::created_by.eq(by),
            contacts::created_at.eq(now),
            contacts::updated_at.eq(now),
        ));
    }
    diesel::insert_into(contacts::table).values(made).execute(conn).await?;
    diesel::insert_into(orders::table).values(bought).execute(conn).await?;
    Ok(())
}
