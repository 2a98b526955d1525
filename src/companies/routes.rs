//! `/companies`

use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde_json::{Map, Value, json};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::input::{Change, Traits};
use super::view::{
    Company, CompanyChangeBody, CompanyQuery, DuplicateQuery, Duplicates, MadeCompany, NewCompanyBody, Orphans,
};
use super::{Details, removal, store};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::auth::{Allowed, BoardsRead, CompaniesManage, CompaniesRead, CompaniesWrite, Scope};
use crate::boards::{self, Lead, LeadFilter};
use crate::clock;
use crate::dashboard;
use crate::db::page::{Page, PageQuery};
use crate::db::{CompanyId, Connection, DbError, UserId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};
use crate::jobs;
use crate::live::{Feed, FeedHint, Recipients};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(list)
        .service(create)
        .service(alike)
        .service(read)
        .service(update)
        .service(change)
        .service(delete)
        .service(orphans)
        .service(leads)
        .service(activities);
}

/// Companies, in pages. The search looks at name, legal name, CNPJ and e-mail, whatever the accents.
#[utoipa::path(
    tag = "companies",
    operation_id = "list_companies",
    params(PageQuery, CompanyQuery),
    responses((status = OK, body = Page<Company>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/companies")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<CompaniesRead>,
    page: web::Query<PageQuery>,
    query: web::Query<CompanyQuery>,
) -> Result<web::Json<Page<Company>>, Error> {
    let page = page.check(store::SORTABLE)?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::company_list(scope.tenant, &query, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Makes a company, and tells which others look like it.
#[utoipa::path(
    tag = "companies",
    operation_id = "create_company",
    params(IdempotencyKey),
    request_body = NewCompanyBody,
    responses(
        (status = CREATED, body = MadeCompany, headers(("Location" = String))),
        (status = 403, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/companies")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<CompaniesWrite>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let details = Details::parse(object(body.into_inner())?)?;
    let (tenant, id) = (scope.tenant, CompanyId(clock::new_id()));
    let made: MadeCompany = once(&app.db, &scope, key, "POST /companies", &details, async |conn| {
        check_owner(&scope, details.owner_id, conn).await?;
        let duplicates = store::duplicates(tenant, &Traits::from(&details), None, conn).await?;
        let company = store::company_insert(tenant, id, &details, scope.id, clock::now(), conn).await?;
        let changes = audit::changes(None, Some(&details)).map_err(Error::internal)?;
        audit::record(&scope, "company.created", id.0, &changes, conn).await?;
        Ok(MadeCompany { company, duplicates })
    })
    .await?;
    changed(&app, &scope, made.company.id);
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/companies/{}", made.company.id)))
        .json(made))
}

async fn check_owner(scope: &Scope, owner: Option<UserId>, conn: &mut Connection) -> Result<(), Error> {
    match owner {
        Some(owner) if !store::may_own(scope.tenant, owner, conn).await? => {
            Err(Refusal::field("owner_id", "not_found", "is no active user").into())
        }
        _ => Ok(()),
    }
}

/// Companies that look like the one that is being typed.
#[utoipa::path(
    tag = "companies",
    operation_id = "find_duplicate_companies",
    params(DuplicateQuery),
    responses((status = OK, body = Duplicates)),
    security(("bearer" = [])),
)]
#[get("/companies/duplicates")]
async fn alike(
    app: web::Data<App>,
    scope: Allowed<CompaniesRead>,
    query: web::Query<DuplicateQuery>,
) -> Result<web::Json<Duplicates>, Error> {
    let mut typed = object(serde_json::to_value(&*query).map_err(Error::internal)?)?;
    typed.remove("except");
    let traits = Traits::parse(typed);
    let items = app
        .db
        .tenant(scope.tenant, async |conn| {
            let except = query.except.map(CompanyId);
            Ok::<_, DbError>(store::duplicates(scope.tenant, &traits, except, conn).await?)
        })
        .await?;
    Ok(web::Json(Duplicates { items }))
}

/// A company.
#[utoipa::path(
    tag = "companies",
    operation_id = "get_company",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Company), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/companies/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<CompaniesRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Company>, Error> {
    let company = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::company(scope.tenant, CompanyId(*id), conn).await?)
        })
        .await?;
    Ok(web::Json(company.ok_or(Code::NotFound)?))
}

/// Changes the fields of a company that are given.
#[utoipa::path(
    tag = "companies",
    operation_id = "update_company",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = CompanyChangeBody,
    responses((status = OK, body = Company), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[put("/companies/{id}")]
async fn update(
    app: web::Data<App>,
    scope: Allowed<CompaniesWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Company>, Error> {
    save(&app, &scope, key, CompanyId(*id), object(body.into_inner())?).await
}

/// The same as `PUT`.
#[utoipa::path(
    tag = "companies",
    operation_id = "change_company",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = CompanyChangeBody,
    responses((status = OK, body = Company), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[patch("/companies/{id}")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<CompaniesWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Company>, Error> {
    save(&app, &scope, key, CompanyId(*id), object(body.into_inner())?).await
}

async fn save(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    id: CompanyId,
    body: Map<String, Value>,
) -> Result<web::Json<Company>, Error> {
    let given = Change::parse(body)?;
    let tenant = scope.tenant;
    let sent = serde_json::to_value(&given).map_err(Error::internal)?;
    let what = format!("PUT /companies/{id}");
    let company = once(&app.db, scope, key, &what, &sent, async |conn| {
        let before = store::company_lock(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        let owner = given
            .owner_id
            .flatten()
            .filter(|_| given.owner_id != Some(before.owner_id));
        check_owner(scope, owner, conn).await?;
        let after = given.apply(&before);
        let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
        if !changes.is_empty() {
            store::company_update(tenant, id, &after, clock::now(), conn).await?;
            audit::record(scope, "company.updated", id.0, &changes, conn).await?;
        }
        if before.name != after.name {
            let job = boards::company_renamed(tenant, id, before.name.clone(), after.name.clone());
            jobs::insert(&[job.map_err(Error::internal)?], conn).await?;
        }
        Ok(store::company(tenant, id, conn).await?.ok_or(Code::NotFound)?)
    })
    .await?;
    app.jobs.wake.wake();
    changed(app, scope, id);
    Ok(web::Json(company))
}

/// Tells those who look at companies or at the dashboard to look again.
fn changed(app: &App, scope: &Scope, id: CompanyId) {
    let feeds = app.live.feed(scope.tenant);
    feeds.send(FeedHint::new(
        Feed::Companies,
        Recipients::Everyone,
        "company.changed",
        &json!({ "id": id }),
    ));
    feeds.send(dashboard::changed());
}

/// Deletes a company. Its leads stay, and keep its name.
#[utoipa::path(
    tag = "companies",
    operation_id = "delete_company",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/companies/{id}")]
async fn delete(
    app: web::Data<App>,
    scope: Allowed<CompaniesManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    removal::remove(&app, &scope, CompanyId(*id), key).await?;
    changed(&app, &scope, CompanyId(*id));
    Ok(HttpResponse::NoContent().finish())
}

/// What would lose its company if this one were deleted.
#[utoipa::path(
    tag = "companies",
    operation_id = "get_company_orphans",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Orphans), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/companies/{id}/orphans")]
async fn orphans(
    app: web::Data<App>,
    scope: Allowed<CompaniesRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Orphans>, Error> {
    let id = CompanyId(*id);
    let orphans = app
        .db
        .snapshot(scope.tenant, async |conn| {
            let company = store::company(scope.tenant, id, conn).await?.ok_or(Code::NotFound)?;
            Ok::<_, Error>(Orphans {
                counts: company.counts,
                boards: boards::company_links(scope.tenant, id, conn).await?,
            })
        })
        .await?;
    Ok(web::Json(orphans))
}

/// The leads of a company, in pages.
#[utoipa::path(
    tag = "companies",
    operation_id = "list_company_leads",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<Lead<'static>>), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/companies/{id}/leads")]
async fn leads(
    app: web::Data<App>,
    _: Allowed<CompaniesRead>,
    scope: Allowed<BoardsRead>,
    id: web::Path<Uuid>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Error> {
    let page = page.check(boards::SORTABLE_LEADS)?;
    let filter = LeadFilter {
        company_id: Some(CompanyId(*id)),
        ..LeadFilter::default()
    };
    let (leads, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            known(&scope, CompanyId(*id), conn).await?;
            Ok::<_, Error>(boards::lead_list(scope.tenant, filter, &page, conn).await?)
        })
        .await?;
    let items = leads.iter().map(|lead| lead.view()).collect();
    Ok(HttpResponse::Ok().json(page.answer::<Lead<'_>>(items, total)))
}

async fn known(scope: &Scope, id: CompanyId, conn: &mut Connection) -> Result<(), Error> {
    if store::company_exists(scope.tenant, id, conn).await? {
        Ok(())
    } else {
        Err(Code::NotFound.into())
    }
}

/// Who changed what about a company, the latest first.
#[utoipa::path(
    tag = "companies",
    operation_id = "list_company_activities",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<Activity>), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/companies/{id}/activities")]
async fn activities(
    app: web::Data<App>,
    scope: Allowed<CompaniesRead>,
    id: web::Path<Uuid>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Activity>>, Error> {
    let page = page.check(&[])?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            known(&scope, CompanyId(*id), conn).await?;
            audit::target_list(scope.tenant, *id, &page, conn).await
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}
