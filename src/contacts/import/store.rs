//! Queries of imports: for a piece of a file, a fixed number of statements over arrays.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::rows::{Read, Row, RowOrder, simple};
use crate::clock;
use crate::contacts::Details;
use crate::contacts::view::{Import, RowError};
use crate::db::schema::imports;
use crate::db::statement::statement;
use crate::db::{Connection, ImportId, TenantId, UserId};
use crate::error::{Code, Error};

pub(super) async fn import_insert(
    tenant: TenantId,
    id: ImportId,
    filename: &str,
    file: &[u8],
    mapping: Value,
    by: Value,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::insert_into(imports::table)
        .values((
            imports::tenant_id.eq(tenant),
            imports::id.eq(id),
            imports::filename.eq(filename),
            imports::file.eq(file),
            imports::mapping.eq(mapping),
            imports::created_by.eq(by),
            imports::created_at.eq(clock::now()),
        ))
        .execute(conn)
        .await
        .map(drop)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
struct ImportRow {
    id: ImportId,
    status: String,
    filename: String,
    total: i32,
    processed: i32,
    created: i32,
    updated: i32,
    rejected: i32,
    errors: Value,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

/// # Errors
/// `not_found`.
pub(super) async fn import(tenant: TenantId, id: ImportId, conn: &mut Connection) -> Result<Import, Error> {
    let row: Option<ImportRow> = imports::table
        .find((tenant, id))
        .select(ImportRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let row = row.ok_or(Code::NotFound)?;
    Ok(Import {
        id: row.id,
        status: row.status,
        filename: row.filename,
        total: row.total,
        processed: row.processed,
        created: row.created,
        updated: row.updated,
        rejected: row.rejected,
        errors: serde_json::from_value(row.errors).map_err(Error::internal)?,
        created_at: row.created_at,
        finished_at: row.finished_at,
    })
}

type File = (Vec<u8>, HashMap<String, String>);

/// Begins to read a file, or begins anew where a server went away in the middle; nothing, where it has been read.
pub(super) async fn import_begin(tenant: TenantId, id: ImportId, conn: &mut Connection) -> Result<Option<File>, Error> {
    let row: Option<(Option<Vec<u8>>, Value)> = diesel::update(imports::table.find((tenant, id)))
        .set((
            imports::status.eq("running"),
            imports::processed.eq(0),
            imports::created.eq(0),
            imports::updated.eq(0),
        ))
        .filter(imports::file.is_not_null())
        .returning((imports::file, imports::mapping))
        .get_result(conn)
        .await
        .optional()?;
    let Some((Some(file), mapping)) = row else {
        return Ok(None);
    };
    Ok(Some((file, serde_json::from_value(mapping).map_err(Error::internal)?)))
}

/// Tells how much there is to do, and what cannot be.
pub(super) async fn import_rejected(
    tenant: TenantId,
    id: ImportId,
    read: &Read,
    conn: &mut Connection,
) -> QueryResult<()> {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    diesel::update(imports::table.find((tenant, id)))
        .set((
            imports::total.eq(count(read.rows.len() + read.rejected)),
            imports::processed.eq(count(read.rejected)),
            imports::rejected.eq(count(read.rejected)),
            imports::errors.eq(serde_json::to_value(&read.errors).unwrap_or_default()),
        ))
        .execute(conn)
        .await
        .map(drop)
}

/// The file has been read, or cannot be.
pub(super) async fn import_end(
    tenant: TenantId,
    id: ImportId,
    why_not: Option<RowError>,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let status = if why_not.is_some() { "failed" } else { "done" };
    let ended = (
        imports::status.eq(status),
        imports::file.eq(None::<Vec<u8>>),
        imports::finished_at.eq(now),
    );
    let import = imports::table.find((tenant, id));
    match why_not {
        None => diesel::update(import).set(ended).execute(conn).await,
        Some(error) => {
            let errors = imports::errors.eq(serde_json::to_value([error]).unwrap_or_default());
            diesel::update(import).set((ended, errors)).execute(conn).await
        }
    }
    .map(drop)
}

/// What a piece of a file comes to: each contact once, with the last word on it.
struct Folded {
    contacts: BTreeMap<Uuid, (Details, bool)>,
    /// The contact of each row.
    of_rows: Vec<Uuid>,
    /// How many rows made a contact.
    created: usize,
}

/// Writes a piece of a file.
pub(super) async fn absorb(
    tenant: TenantId,
    import: ImportId,
    rows: &[Row],
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let known = known_contacts(tenant, rows, conn).await?;
    let folded = fold(rows, &known);
    insert_contacts(tenant, &folded, by, now, conn).await?;
    update_contacts(tenant, &folded, now, conn).await?;
    let orders: Vec<(Uuid, &RowOrder)> = rows
        .iter()
        .zip(&folded.of_rows)
        .filter_map(|(row, contact)| Some((*contact, row.order.as_ref()?)))
        .collect();
    if !orders.is_empty() {
        let products = products(tenant, &orders, now, conn).await?;
        write_orders(tenant, &orders, &products, by, now, conn).await?;
    }
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    diesel::update(imports::table.find((tenant, import)))
        .set((
            imports::processed.eq(imports::processed + count(rows.len())),
            imports::created.eq(imports::created + count(folded.created)),
            imports::updated.eq(imports::updated + count(rows.len() - folded.created)),
        ))
        .execute(conn)
        .await
        .map(drop)
}

/// Which contact each row is about, where it is there already: by phone, else by e-mail, else by a name that says all there is.
async fn known_contacts(tenant: TenantId, rows: &[Row], conn: &mut Connection) -> QueryResult<HashMap<usize, Uuid>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Integer)]
        number: i32,
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let numbers: Vec<i32> = (0..i32::try_from(rows.len()).unwrap_or(i32::MAX)).collect();
    let contacts = || rows.iter().map(|row| &row.contact);
    let names: Vec<Option<&str>> = contacts()
        .map(|contact| (contact.phone.is_none() && contact.email.is_none()).then_some(contact.name.as_str()))
        .collect();
    // Looked up one by one: a planner that does not know a company yet joins each row with each of its contacts.
    let found: Vec<Found> = statement(
        "WITH wanted AS (
             SELECT number, phone, email, balcao_fold(name) AS name_key, ?::uuid AS tenant_id
             FROM unnest(?, ?, ?, ?) AS rows (number, phone, email, name)
         )
         SELECT DISTINCT ON (number) number, id FROM (
             SELECT number, 1 AS way, known.id FROM wanted CROSS JOIN LATERAL (
                 SELECT id FROM contacts WHERE contacts.tenant_id = wanted.tenant_id AND contacts.phone = wanted.phone
                 LIMIT 1) AS known
             UNION ALL
             SELECT number, 2, known.id FROM wanted CROSS JOIN LATERAL (
                 SELECT id FROM contacts WHERE contacts.tenant_id = wanted.tenant_id AND contacts.email = wanted.email
                 ORDER BY id LIMIT 1) AS known
             UNION ALL
             SELECT number, 3, known.id FROM wanted CROSS JOIN LATERAL (
                 SELECT id FROM contacts WHERE contacts.tenant_id = wanted.tenant_id AND contacts.name_key = wanted.name_key
                     AND contacts.phone IS NULL AND contacts.email IS NULL
                 ORDER BY id LIMIT 1) AS known
         ) AS found
         ORDER BY number, way, id",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Array<Integer>, _>(numbers)
    .bind::<Array<Nullable<Text>>, _>(contacts().map(|contact| contact.phone.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(contacts().map(|contact| contact.email.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(names)
    .load(conn)
    .await?;
    let known = found
        .into_iter()
        .filter_map(|found| Some((usize::try_from(found.number).ok()?, found.id)));
    Ok(known.collect())
}

fn fold(rows: &[Row], known: &HashMap<usize, Uuid>) -> Folded {
    let mut folded = Folded {
        contacts: BTreeMap::new(),
        of_rows: Vec::with_capacity(rows.len()),
        created: 0,
    };
    let mut named: HashMap<(u8, String), Uuid> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        let contact = &row.contact;
        let mut names: Vec<(u8, String)> = Vec::new();
        names.extend(contact.phone.clone().map(|phone| (1, phone)));
        names.extend(contact.email.clone().map(|email| (2, email)));
        if names.is_empty() {
            names.push((3, simple(&contact.name)));
        }
        let before = names.iter().find_map(|name| named.get(name)).copied();
        let id = before.or_else(|| known.get(&number).copied());
        let (id, is_new) = match id {
            Some(id) => (id, false),
            None => (clock::new_id(), true),
        };
        folded.created += usize::from(is_new);
        match folded.contacts.get_mut(&id) {
            Some((details, _)) => *details = contact.clone().merged_with(details.clone()),
            None => drop(folded.contacts.insert(id, (contact.clone(), is_new))),
        }
        for name in names {
            named.entry(name).or_insert(id);
        }
        folded.of_rows.push(id);
    }
    folded
}

type Contacts<'a> = Vec<(Uuid, &'a Details)>;

fn picked(folded: &Folded, new: bool) -> Contacts<'_> {
    let contacts = folded.contacts.iter();
    contacts
        .filter(|(_, (_, is_new))| *is_new == new)
        .map(|(id, (details, _))| (*id, details))
        .collect()
}

/// Separates tags: no line of text holds it.
const UNIT: &str = "\u{1f}";

fn bound<'a>(
    statement: crate::db::statement::Statement<'a>,
    contacts: &'a Contacts<'a>,
) -> crate::db::statement::Statement<'a> {
    fn text<'a>(contacts: &'a Contacts<'a>, field: fn(&'a Details) -> Option<&'a str>) -> Vec<Option<&'a str>> {
        contacts.iter().map(|(_, details)| field(details)).collect()
    }
    let tags = contacts
        .iter()
        .map(|(_, details)| (!details.tags.is_empty()).then(|| details.tags.join(UNIT)));
    statement
        .bind::<Array<SqlUuid>, _>(contacts.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind::<Array<Nullable<Text>>, _>(text(contacts, |details| Some(&details.name)))
        .bind::<Array<Nullable<Text>>, _>(text(contacts, |details| details.phone.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(text(contacts, |details| details.email.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(text(contacts, |details| details.region.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(text(contacts, |details| details.notes.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(tags.collect::<Vec<_>>())
}

async fn insert_contacts(
    tenant: TenantId,
    folded: &Folded,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let contacts = picked(folded, true);
    if contacts.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO contacts (tenant_id, created_by, created_at, updated_at, id, name, phone, email, region, notes, tags)
         SELECT ?, ?, now.at, now.at, id, name, phone, email, region, notes, coalesce(string_to_array(tags, chr(31)), '{}')
         FROM (SELECT ?::timestamptz AS at) AS now,
              unnest(?, ?, ?, ?, ?, ?, ?) AS new (id, name, phone, email, region, notes, tags)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now);
    bound(sql, &contacts).execute(conn).await.map(drop)
}

/// What a file does not tell stays.
async fn update_contacts(
    tenant: TenantId,
    folded: &Folded,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let contacts = picked(folded, false);
    if contacts.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE contacts SET updated_at = ?, name = new.name, phone = coalesce(new.phone, contacts.phone),
             email = coalesce(new.email, contacts.email), region = coalesce(new.region, contacts.region),
             notes = coalesce(new.notes, contacts.notes), tags = coalesce(string_to_array(new.tags, chr(31)), contacts.tags)
         FROM (SELECT ?::uuid AS tenant_id) AS of,
              unnest(?, ?, ?, ?, ?, ?, ?) AS new (id, name, phone, email, region, notes, tags)
         WHERE contacts.tenant_id = of.tenant_id AND contacts.id = new.id
             AND (contacts.name, contacts.phone, contacts.email, contacts.region, contacts.notes, contacts.tags)
                 IS DISTINCT FROM (new.name, coalesce(new.phone, contacts.phone), coalesce(new.email, contacts.email),
                     coalesce(new.region, contacts.region), coalesce(new.notes, contacts.notes),
                     coalesce(string_to_array(new.tags, chr(31)), contacts.tags))",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(tenant.0);
    bound(sql, &contacts).execute(conn).await.map(drop)
}

/// The products of these orders by their names; those that nobody sells yet are made.
async fn products(
    tenant: TenantId,
    orders: &[(Uuid, &RowOrder)],
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<HashMap<String, Uuid>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for product in orders.iter().filter_map(|(_, order)| order.product.as_deref()) {
        names.entry(simple(product)).or_insert(product);
    }
    let wanted: Vec<&str> = names.values().copied().collect();
    let found: Vec<Found> = statement(
        "SELECT DISTINCT ON (wanted.name) wanted.name, products.id
         FROM unnest(?) AS wanted (name)
         JOIN products ON products.tenant_id = ? AND products.name_key = balcao_fold(wanted.name)
         ORDER BY wanted.name, products.id",
    )
    .bind::<Array<Text>, _>(&wanted)
    .bind::<SqlUuid, _>(tenant.0)
    .load(conn)
    .await?;
    let mut known: HashMap<String, Uuid> = found.iter().map(|found| (simple(&found.name), found.id)).collect();
    let new: Vec<(Uuid, &str)> = names
        .iter()
        .filter(|(key, _)| !known.contains_key(*key))
        .map(|(_, name)| (clock::new_id(), *name))
        .collect();
    if !new.is_empty() {
        statement(
            "INSERT INTO products (tenant_id, created_at, updated_at, id, name)
             SELECT ?, now.at, now.at, id, name FROM (SELECT ?::timestamptz AS at) AS now, unnest(?, ?) AS new (id, name)",
        )
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(new.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(new.iter().map(|(_, name)| *name).collect::<Vec<_>>())
        .execute(conn)
        .await?;
        known.extend(new.into_iter().map(|(id, name)| (simple(name), id)));
    }
    Ok(known)
}

/// Writes orders. One with a number is that order; of those without, two are the same when everything about them is.
async fn write_orders(
    tenant: TenantId,
    orders: &[(Uuid, &RowOrder)],
    products: &HashMap<String, Uuid>,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let product = |order: &RowOrder| {
        order
            .product
            .as_deref()
            .and_then(|name| products.get(&simple(name)).copied())
    };
    // The last word on an order counts: PostgreSQL does not take two in one statement.
    let mut last: BTreeMap<String, (Uuid, &RowOrder)> = BTreeMap::new();
    for (contact, order) in orders {
        let key = match &order.number {
            Some(number) => format!("#{number}"),
            None => format!(
                "{contact} {} {} {:?}",
                order.ordered_at,
                order.value.decimal(),
                product(order)
            ),
        };
        last.insert(key, (*contact, order));
    }
    let rows: Vec<(Uuid, &RowOrder)> = last.into_values().collect();
    statement(
        "INSERT INTO orders (tenant_id, created_by, created_at, updated_at, id, contact_id, product_id, number, value, ordered_at)
         SELECT of.tenant_id, of.author, of.at, of.at, new.id, new.contact_id, new.product_id, new.number, new.value, new.ordered_at
         FROM (SELECT ?::uuid AS tenant_id, ?::uuid AS author, ?::timestamptz AS at) AS of,
              unnest(?, ?, ?, ?, ?, ?) AS new (id, contact_id, product_id, number, value, ordered_at)
         WHERE new.number IS NOT NULL OR NOT EXISTS (
             SELECT FROM orders
             WHERE orders.tenant_id = of.tenant_id AND orders.contact_id = new.contact_id
                 AND orders.ordered_at = new.ordered_at AND orders.value = new.value
                 AND orders.product_id IS NOT DISTINCT FROM new.product_id)
         ON CONFLICT (tenant_id, number) DO UPDATE SET contact_id = excluded.contact_id, product_id = excluded.product_id,
             value = excluded.value, ordered_at = excluded.ordered_at, updated_at = excluded.updated_at
         WHERE (orders.contact_id, orders.product_id, orders.value, orders.ordered_at)
             IS DISTINCT FROM (excluded.contact_id, excluded.product_id, excluded.value, excluded.ordered_at)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(by.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|_| clock::new_id()).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows.iter().map(|(contact, _)| *contact).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(rows.iter().map(|(_, order)| product(order)).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows.iter().map(|(_, order)| order.number.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Numeric>, _>(rows.iter().map(|(_, order)| order.value.decimal()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(rows.iter().map(|(_, order)| order.ordered_at).collect::<Vec<_>>())
    .execute(conn)
    .await
    .map(drop)
}
