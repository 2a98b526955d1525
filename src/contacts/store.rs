//! Queries about contacts.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;

use super::Details;
use super::view::{Contact, ContactQuery};
use crate::db::functions::balcao_fold;
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::{companies, contacts, leads, orders, users};
use crate::db::{CompanyId, Connection, ContactId, TenantId, UserId};
use crate::error::{Code, Error};
use crate::fields::money::Money;
use crate::fields::phone;

/// What a list of contacts can be ordered by.
pub(super) const SORTABLE: &[&str] = &[
    "name",
    "created_at",
    "updated_at",
    "last_purchase_at",
    "total_spent",
    "order_count",
];

#[derive(Queryable, Selectable)]
#[diesel(table_name = contacts)]
struct ContactRow {
    id: ContactId,
    #[diesel(embed)]
    details: Details,
    last_purchase_at: Option<DateTime<Utc>>,
    total_spent: Decimal,
    order_count: i64,
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ContactRow {
    fn view(self) -> Contact {
        Contact {
            id: self.id,
            details: self.details,
            last_purchase_at: self.last_purchase_at,
            total_spent: Money::stored(self.total_spent),
            order_count: self.order_count,
            created_by: self.created_by,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

pub(super) async fn contact(tenant: TenantId, id: ContactId, conn: &mut Connection) -> QueryResult<Option<Contact>> {
    let row: Option<ContactRow> = contacts::table
        .find((tenant, id))
        .select(ContactRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ContactRow::view))
}

pub(super) async fn contact_list(
    tenant: TenantId,
    filter: &ContactQuery,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Contact>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let rows: Vec<ContactRow> = ordered(matching(tenant, filter, page), page.sort.as_ref())
        .select(ContactRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((rows.into_iter().map(ContactRow::view).collect(), total))
}

fn matching(tenant: TenantId, filter: &ContactQuery, page: &PageRequest) -> contacts::BoxedQuery<'static, Pg> {
    let mut query = contacts::table.filter(contacts::tenant_id.eq(tenant)).into_boxed();
    if let Some(number) = &filter.phone {
        // What is no number is nobody's.
        query = query.filter(contacts::phone.eq(phone::parse(number).unwrap_or_default()));
    }
    if let Some(email) = &filter.email {
        query = query.filter(contacts::email.eq(email.trim().to_lowercase()));
    }
    if let Some(region) = &filter.region {
        query = query.filter(contacts::region.eq(region.clone()));
    }
    if let Some(tag) = &filter.tag {
        query = query.filter(contacts::tags.contains(vec![tag.clone()]));
    }
    if let Some(company) = filter.company_id {
        query = query.filter(contacts::company_id.eq(company));
    }
    if let Some(owner) = filter.owner_id {
        query = query.filter(contacts::owner_id.eq(owner));
    }
    match filter.has_purchases {
        Some(true) => query = query.filter(contacts::last_purchase_at.is_not_null()),
        Some(false) => query = query.filter(contacts::last_purchase_at.is_null()),
        None => {}
    }
    if let Some(pattern) = page.search_pattern() {
        let written = contacts::search_text.like(balcao_fold(pattern));
        // People write numbers with punctuation, and they are kept without.
        query = match page.search.as_deref().and_then(part_of_phone) {
            Some(part) => query.filter(written.or(contacts::search_text.like(format!("%{part}%")))),
            None => query.filter(written),
        };
    }
    query
}

/// The digits of what somebody looks for, where it can be a part of a phone number.
fn part_of_phone(search: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | ' ');
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 4 && search.chars().all(is_part)).then_some(digits)
}

/// By name unless told; equal ones by id, so that pages neither repeat nor miss any.
fn ordered<'a>(query: contacts::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> contacts::BoxedQuery<'a, Pg> {
    let (field, descending) = sort.map_or(("name", false), |sort| (sort.field, sort.descending));
    let query = match (field, descending) {
        ("created_at", false) => query.order(contacts::created_at.asc()),
        ("created_at", true) => query.order(contacts::created_at.desc()),
        ("updated_at", false) => query.order(contacts::updated_at.asc()),
        ("updated_at", true) => query.order(contacts::updated_at.desc()),
        ("last_purchase_at", false) => query.order(contacts::last_purchase_at.asc().nulls_last()),
        ("last_purchase_at", true) => query.order(contacts::last_purchase_at.desc().nulls_last()),
        ("total_spent", false) => query.order(contacts::total_spent.asc()),
        ("total_spent", true) => query.order(contacts::total_spent.desc()),
        ("order_count", false) => query.order(contacts::order_count.asc()),
        ("order_count", true) => query.order(contacts::order_count.desc()),
        (_, false) => query.order(contacts::name_key.asc()),
        (_, true) => query.order(contacts::name_key.desc()),
    };
    query.then_order_by(contacts::id)
}

/// The next contacts after one, by id: for whoever goes through all of them.
pub(super) async fn contacts_after(
    tenant: TenantId,
    after: Option<ContactId>,
    limit: i64,
    conn: &mut Connection,
) -> QueryResult<Vec<Contact>> {
    let mut query = contacts::table.filter(contacts::tenant_id.eq(tenant)).into_boxed();
    if let Some(after) = after {
        query = query.filter(contacts::id.gt(after));
    }
    let rows: Vec<ContactRow> = query
        .order(contacts::id)
        .limit(limit)
        .select(ContactRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(ContactRow::view).collect())
}

/// Which of what a contact names is not there: the owner an active person, the company one of the tenant.
pub(super) async fn missing(
    tenant: TenantId,
    owner: Option<UserId>,
    company: Option<CompanyId>,
    conn: &mut Connection,
) -> QueryResult<Vec<&'static str>> {
    let mut missing = Vec::new();
    if let Some(owner) = owner {
        let active = users::table.find((tenant, owner)).filter(users::is_active);
        if !diesel::select(diesel::dsl::exists(active)).get_result(conn).await? {
            missing.push("owner_id");
        }
    }
    if let Some(company) = company {
        let there = companies::table.find((tenant, company));
        if !diesel::select(diesel::dsl::exists(there)).get_result(conn).await? {
            missing.push("company_id");
        }
    }
    Ok(missing)
}

/// # Errors
/// `phone_taken`.
pub(super) async fn contact_insert(
    tenant: TenantId,
    id: ContactId,
    details: &Details,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<Contact, Error> {
    let row: ContactRow = diesel::insert_into(contacts::table)
        .values((
            contacts::tenant_id.eq(tenant),
            contacts::id.eq(id),
            details,
            contacts::created_by.eq(by),
            contacts::created_at.eq(now),
            contacts::updated_at.eq(now),
        ))
        .returning(ContactRow::as_returning())
        .get_result(conn)
        .await
        .map_err(refused)?;
    Ok(row.view())
}

/// A contact as it stands, which nobody else changes until the transaction ends.
pub(super) async fn contact_lock(
    tenant: TenantId,
    id: ContactId,
    conn: &mut Connection,
) -> QueryResult<Option<Details>> {
    contacts::table
        .find((tenant, id))
        .select(Details::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

/// # Errors
/// `phone_taken`.
pub(super) async fn contact_update(
    tenant: TenantId,
    id: ContactId,
    details: &Details,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<(), Error> {
    diesel::update(contacts::table.find((tenant, id)))
        .set((details, contacts::updated_at.eq(now)))
        .execute(conn)
        .await
        .map_err(refused)?;
    Ok(())
}

fn refused(error: DieselError) -> Error {
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
            if info.constraint_name() == Some("contacts_phone_key") =>
        {
            Code::PhoneTaken.into()
        }
        _ => error.into(),
    }
}

/// Whether a number is some contact's.
pub(super) async fn phone_is_taken(tenant: TenantId, phone: &str, conn: &mut Connection) -> QueryResult<bool> {
    let theirs = contacts::table.filter(contacts::tenant_id.eq(tenant).and(contacts::phone.eq(phone)));
    diesel::select(diesel::dsl::exists(theirs)).get_result(conn).await
}

/// Whether a lead bears the contact. While its row is locked no lead can be given it.
pub(super) async fn contact_has_leads(tenant: TenantId, id: ContactId, conn: &mut Connection) -> QueryResult<bool> {
    let of_contact = leads::table.filter(leads::tenant_id.eq(tenant).and(leads::contact_id.eq(id)));
    diesel::select(diesel::dsl::exists(of_contact)).get_result(conn).await
}

/// Gives the orders of one contact to another.
pub(super) async fn orders_move(
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(orders::table.filter(orders::tenant_id.eq(tenant).and(orders::contact_id.eq(from))))
        .set(orders::contact_id.eq(to))
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes a contact, with its orders.
pub(super) async fn contact_delete(tenant: TenantId, id: ContactId, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(contacts::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_it_is_written() {
        assert_eq!(part_of_phone("(11) 98888-77").as_deref(), Some("119888877"));
        for search in ["Marta", "123", "11 a", "m@1234.br"] {
            assert_eq!(part_of_phone(search), None, "{search}");
        }
    }
}
