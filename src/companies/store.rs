//! All queries about companies.

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, count_star};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::input::{Traits, part_of_cnpj};
use super::view::{Company, CompanyQuery, Duplicate};
use super::{Details, Size};
use crate::boards::{self, CompanyCounts};
use crate::db::functions::balcao_fold;
use crate::db::page::{PageRequest, Sort};
use crate::db::schema::{companies, leads, users};
use crate::db::statement::statement;
use crate::db::{CompanyId, Connection, TenantId, UserId};
use crate::fields::cnpj;

/// What a list of companies can be ordered by.
pub(super) const SORTABLE: &[&str] = &["name", "created_at", "updated_at", "industry", "size"];
/// How many companies that look alike are told at most.
const MOST_DUPLICATES: i64 = 10;

#[derive(Queryable, Selectable)]
#[diesel(table_name = companies)]
pub(super) struct CompanyRow {
    id: CompanyId,
    #[diesel(embed)]
    pub(super) details: Details,
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl CompanyRow {
    fn view(self, counts: Option<&CompanyCounts>) -> Company {
        Company {
            id: self.id,
            details: self.details,
            counts: counts.cloned().unwrap_or_default(),
            created_by: self.created_by,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

pub(super) async fn company(tenant: TenantId, id: CompanyId, conn: &mut Connection) -> QueryResult<Option<Company>> {
    let row: Option<CompanyRow> = companies::table
        .find((tenant, id))
        .select(CompanyRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    Ok(viewed(tenant, vec![row], conn).await?.pop())
}

pub(super) async fn company_exists(tenant: TenantId, id: CompanyId, conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(companies::table.find((tenant, id))))
        .get_result(conn)
        .await
}

pub(super) async fn company_list(
    tenant: TenantId,
    filter: &CompanyQuery,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Company>, i64)> {
    let total = matching(tenant, filter, page).select(count_star()).first(conn).await?;
    let rows: Vec<CompanyRow> = ordered(matching(tenant, filter, page), page.sort.as_ref())
        .select(CompanyRow::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((viewed(tenant, rows, conn).await?, total))
}

/// Counts the leads of companies.
async fn viewed(tenant: TenantId, rows: Vec<CompanyRow>, conn: &mut Connection) -> QueryResult<Vec<Company>> {
    let ids: Vec<CompanyId> = rows.iter().map(|row| row.id).collect();
    let counts = boards::company_counts(tenant, &ids, conn).await?;
    let viewed = rows.into_iter().map(|row| {
        let counts = counts.get(&row.id);
        row.view(counts)
    });
    Ok(viewed.collect())
}

fn matching(tenant: TenantId, filter: &CompanyQuery, page: &PageRequest) -> companies::BoxedQuery<'static, Pg> {
    let mut query = companies::table.filter(companies::tenant_id.eq(tenant)).into_boxed();
    if let Some(industry) = &filter.industry {
        query = query.filter(companies::industry.eq(industry.clone()));
    }
    if let Some(size) = filter.size {
        query = query.filter(companies::size.eq(size));
    }
    if let Some(owner) = filter.owner_id {
        query = query.filter(companies::owner_id.eq(owner));
    }
    if let Some(creator) = filter.created_by {
        query = query.filter(companies::created_by.eq(creator));
    }
    if let Some(number) = &filter.cnpj {
        // What is no CNPJ is nobody's.
        query = query.filter(companies::cnpj.eq(cnpj::parse(number).unwrap_or_default()));
    }
    if let Some(email) = &filter.email {
        query = query.filter(companies::email.eq(email.trim().to_lowercase()));
    }
    if let Some(pattern) = page.search_pattern() {
        let written = companies::search_text.like(balcao_fold(pattern));
        query = match page.search.as_deref().and_then(part_of_cnpj) {
            Some(part) => query.filter(written.or(companies::search_text.like(format!("%{part}%")))),
            None => query.filter(written),
        };
    }
    query
}

/// By name unless told; equal ones by id, so that pages neither repeat nor miss any.
fn ordered<'a>(query: companies::BoxedQuery<'a, Pg>, sort: Option<&Sort>) -> companies::BoxedQuery<'a, Pg> {
    // As text they would sort by the alphabet.
    let extent = || {
        case_when(companies::size.eq(Size::Startup), 0.into_sql::<Integer>())
            .when(companies::size.eq(Size::Small), 1.into_sql::<Integer>())
            .when(companies::size.eq(Size::Medium), 2.into_sql::<Integer>())
            .when(companies::size.eq(Size::Large), 3.into_sql::<Integer>())
            .when(companies::size.eq(Size::Enterprise), 4.into_sql::<Integer>())
    };
    let (field, descending) = sort.map_or(("name", false), |sort| (sort.field, sort.descending));
    let query = match (field, descending) {
        ("created_at", false) => query.order(companies::created_at.asc()),
        ("created_at", true) => query.order(companies::created_at.desc()),
        ("updated_at", false) => query.order(companies::updated_at.asc()),
        ("updated_at", true) => query.order(companies::updated_at.desc()),
        ("industry", false) => query.order(companies::industry.asc().nulls_last()),
        ("industry", true) => query.order(companies::industry.desc().nulls_last()),
        ("size", false) => query.order(extent().asc().nulls_last()),
        ("size", true) => query.order(extent().desc().nulls_last()),
        (_, false) => query.order(companies::name_key.asc()),
        (_, true) => query.order(companies::name_key.desc()),
    };
    query.then_order_by(companies::id)
}

#[derive(QueryableByName)]
struct Alike {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    cnpj: Option<String>,
    #[diesel(sql_type = Bool)]
    same_cnpj: bool,
    #[diesel(sql_type = Bool)]
    same_name: bool,
    #[diesel(sql_type = Bool)]
    same_email: bool,
    #[diesel(sql_type = Bool)]
    same_phone: bool,
}

/// Companies that share something with the one in question; those with its CNPJ first.
pub(super) async fn duplicates(
    tenant: TenantId,
    of: &Traits,
    but: Option<CompanyId>,
    conn: &mut Connection,
) -> QueryResult<Vec<Duplicate>> {
    let rows: Vec<Alike> = statement(
        "SELECT id, name, cnpj, coalesce(cnpj = ?, false) AS same_cnpj,
                coalesce(name_key = balcao_company_key(?), false) AS same_name,
                coalesce(email = ?, false) AS same_email, coalesce(phone = ?, false) AS same_phone
         FROM companies
         WHERE tenant_id = ? AND id IS DISTINCT FROM ?
             AND (cnpj = ? OR name_key = nullif(balcao_company_key(?), '') OR email = ? OR phone = ?)
         ORDER BY same_cnpj DESC, same_name DESC, name_key, id
         LIMIT ?",
    )
    .bind::<Nullable<Text>, _>(of.cnpj.as_deref())
    .bind::<Nullable<Text>, _>(of.name.as_deref())
    .bind::<Nullable<Text>, _>(of.email.as_deref())
    .bind::<Nullable<Text>, _>(of.phone.as_deref())
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Nullable<SqlUuid>, _>(but.map(|id| id.0))
    .bind::<Nullable<Text>, _>(of.cnpj.as_deref())
    .bind::<Nullable<Text>, _>(of.name.as_deref())
    .bind::<Nullable<Text>, _>(of.email.as_deref())
    .bind::<Nullable<Text>, _>(of.phone.as_deref())
    .bind::<diesel::sql_types::BigInt, _>(MOST_DUPLICATES)
    .load(conn)
    .await?;
    let duplicates = rows.into_iter().map(|row| {
        let matches = [
            ("cnpj", row.same_cnpj),
            ("name", row.same_name),
            ("email", row.same_email),
            ("phone", row.same_phone),
        ];
        let matches = matches.into_iter().filter(|(_, same)| *same);
        Duplicate {
            id: CompanyId(row.id),
            name: row.name,
            cnpj: row.cnpj,
            matches: matches.map(|(field, _)| field.to_owned()).collect(),
        }
    });
    Ok(duplicates.collect())
}

/// Whether this is an active person of the tenant.
pub(super) async fn may_own(tenant: TenantId, user: UserId, conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        users::table.find((tenant, user)).filter(users::is_active),
    ))
    .get_result(conn)
    .await
}

pub(super) async fn company_insert(
    tenant: TenantId,
    id: CompanyId,
    details: &Details,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Company> {
    let row: CompanyRow = diesel::insert_into(companies::table)
        .values((
            companies::tenant_id.eq(tenant),
            companies::id.eq(id),
            details,
            companies::created_by.eq(by),
            companies::created_at.eq(now),
            companies::updated_at.eq(now),
        ))
        .returning(CompanyRow::as_returning())
        .get_result(conn)
        .await?;
    Ok(row.view(None))
}

/// A company as it stands, which nobody else changes until the transaction ends.
pub(super) async fn company_lock(
    tenant: TenantId,
    id: CompanyId,
    conn: &mut Connection,
) -> QueryResult<Option<Details>> {
    companies::table
        .find((tenant, id))
        .select(Details::as_select())
        .for_no_key_update()
        .first(conn)
        .await
        .optional()
}

pub(super) async fn company_update(
    tenant: TenantId,
    id: CompanyId,
    details: &Details,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(companies::table.find((tenant, id)))
        .set((details, companies::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}

/// What came of a deletion.
pub(super) enum Deletion {
    Done(Box<Details>),
    /// There is no such company.
    Missing,
    /// Leads bear it.
    InUse,
}

/// Deletes a company that no lead bears. While its row is locked none can be given it.
pub(super) async fn company_delete(tenant: TenantId, id: CompanyId, conn: &mut Connection) -> QueryResult<Deletion> {
    let details: Option<Details> = companies::table
        .find((tenant, id))
        .select(Details::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    let Some(details) = details else {
        return Ok(Deletion::Missing);
    };
    let of_company = leads::table.filter(leads::tenant_id.eq(tenant).and(leads::company_id.eq(id)));
    if diesel::select(diesel::dsl::exists(of_company)).get_result(conn).await? {
        return Ok(Deletion::InUse);
    }
    diesel::delete(companies::table.find((tenant, id)))
        .execute(conn)
        .await?;
    Ok(Deletion::Done(Box::new(details)))
}
