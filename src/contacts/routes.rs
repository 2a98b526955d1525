//! `/contacts` and `/imports`

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde_json::{Map, Value};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::input::Change;
use super::view::{
    Contact, ContactChangeBody, ContactQuery, ExportQuery, Import, ImportAccepted, ImportBody, MergeBody,
    NewContactBody,
};
use super::{Details, changed, export, import, removal, store, tell_conversations};
use crate::app::App;
use crate::audit::{self, Activity};
use crate::auth::{Allowed, ContactsManage, ContactsRead, ContactsWrite, Scope};
use crate::clock;
use crate::db::page::{Page, PageQuery};
use crate::db::{CompanyId, Connection, ContactId, DbError, ImportId, UserId};
use crate::error::{Code, Error, FieldError, Problem, Refusal};
use crate::http::json::object;
use crate::http::once::{IdempotencyKey, once};

pub(crate) fn routes(config: &mut ServiceConfig) {
    // What has a name stands before what has an id.
    config
        .service(list)
        .service(create)
        .service(upload)
        .service(download)
        .service(progress)
        .service(read)
        .service(update)
        .service(change)
        .service(delete)
        .service(merge)
        .service(activities);
}

/// Contacts, in pages. The search looks at name, phone, e-mail and region, whatever the accents.
#[utoipa::path(
    tag = "contacts",
    operation_id = "list_contacts",
    params(PageQuery, ContactQuery),
    responses((status = OK, body = Page<Contact>), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/contacts")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    page: web::Query<PageQuery>,
    query: web::Query<ContactQuery>,
) -> Result<web::Json<Page<Contact>>, Error> {
    let page = page.check(store::SORTABLE)?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::contact_list(scope.tenant, &query, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Makes a contact.
#[utoipa::path(
    tag = "contacts",
    operation_id = "create_contact",
    params(IdempotencyKey),
    request_body = NewContactBody,
    responses(
        (status = CREATED, body = Contact, headers(("Location" = String))),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/contacts")]
async fn create(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let details = Details::parse(object(body.into_inner())?)?;
    let (tenant, id) = (scope.tenant, ContactId(clock::new_id()));
    let contact: Contact = once(&app.db, &scope, key, "POST /contacts", &details, async |conn| {
        check(&scope, details.owner_id, details.company_id, conn).await?;
        let contact = store::contact_insert(tenant, id, &details, scope.id, clock::now(), conn).await?;
        let changes = audit::changes(None, Some(&details)).map_err(Error::internal)?;
        audit::record(&scope, "contact.created", id.0, &changes, conn).await?;
        Ok(contact)
    })
    .await?;
    changed(&app, tenant, Some(contact.id));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/contacts/{}", contact.id)))
        .json(contact))
}

async fn check(
    scope: &Scope,
    owner: Option<UserId>,
    company: Option<CompanyId>,
    conn: &mut Connection,
) -> Result<(), Error> {
    let missing = store::missing(scope.tenant, owner, company, conn).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let wrong = |field| FieldError::new(field, "not_found", "is not there");
    Err(Refusal::invalid(missing.into_iter().map(wrong).collect()).into())
}

/// A contact.
#[utoipa::path(
    tag = "contacts",
    operation_id = "get_contact",
    params(("id" = Uuid, Path)),
    responses((status = OK, body = Contact), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/contacts/{id}")]
async fn read(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Contact>, Error> {
    let contact = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::contact(scope.tenant, ContactId(*id), conn).await?)
        })
        .await?;
    Ok(web::Json(contact.ok_or(Code::NotFound)?))
}

/// Changes the fields of a contact that are given.
#[utoipa::path(
    tag = "contacts",
    operation_id = "update_contact",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ContactChangeBody,
    responses(
        (status = OK, body = Contact), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[put("/contacts/{id}")]
async fn update(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Contact>, Error> {
    save(&app, &scope, key, ContactId(*id), object(body.into_inner())?).await
}

/// The same as `PUT`.
#[utoipa::path(
    tag = "contacts",
    operation_id = "change_contact",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = ContactChangeBody,
    responses(
        (status = OK, body = Contact), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[patch("/contacts/{id}")]
async fn change(
    app: web::Data<App>,
    scope: Allowed<ContactsWrite>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Contact>, Error> {
    save(&app, &scope, key, ContactId(*id), object(body.into_inner())?).await
}

async fn save(
    app: &App,
    scope: &Scope,
    key: IdempotencyKey,
    id: ContactId,
    body: Map<String, Value>,
) -> Result<web::Json<Contact>, Error> {
    let given = Change::parse(body)?;
    let tenant = scope.tenant;
    let sent = serde_json::to_value(&given).map_err(Error::internal)?;
    let what = format!("PUT /contacts/{id}");
    let contact = once(&app.db, scope, key, &what, &sent, async |conn| {
        let before = store::contact_lock(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        // What stands there already may stay, whatever became of it.
        let owner = given.owner_id.flatten().filter(|owner| before.owner_id != Some(*owner));
        let company = given
            .company_id
            .flatten()
            .filter(|company| before.company_id != Some(*company));
        check(scope, owner, company, conn).await?;
        let after = given.apply(&before);
        let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
        if !changes.is_empty() {
            store::contact_update(tenant, id, &after, clock::now(), conn).await?;
            audit::record(scope, "contact.updated", id.0, &changes, conn).await?;
            tell_conversations(tenant, id, conn).await?;
        }
        Ok(store::contact(tenant, id, conn).await?.ok_or(Code::NotFound)?)
    })
    .await?;
    app.jobs.wake.wake();
    changed(app, tenant, Some(id));
    Ok(web::Json(contact))
}

/// Deletes a contact and its orders. Its leads stay.
#[utoipa::path(
    tag = "contacts",
    operation_id = "delete_contact",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/contacts/{id}")]
async fn delete(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    removal::remove(&app, &scope, ContactId(*id), key).await?;
    changed(&app, scope.tenant, Some(ContactId(*id)));
    Ok(HttpResponse::NoContent().finish())
}

/// Makes another contact a part of this one: its leads, its orders, and what is known of it alone.
#[utoipa::path(
    tag = "contacts",
    operation_id = "merge_contacts",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = MergeBody,
    responses(
        (status = OK, body = Contact), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/contacts/{id}/merge")]
async fn merge(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<MergeBody>,
) -> Result<web::Json<Contact>, Error> {
    let contact = removal::merge(&app, &scope, ContactId(*id), body.other_id, key).await?;
    app.jobs.wake.wake();
    changed(&app, scope.tenant, Some(body.other_id));
    changed(&app, scope.tenant, Some(contact.id));
    Ok(web::Json(contact))
}

/// Who changed what about a contact, the latest first.
#[utoipa::path(
    tag = "contacts",
    operation_id = "list_contact_activities",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<Activity>), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/contacts/{id}/activities")]
async fn activities(
    app: web::Data<App>,
    scope: Allowed<ContactsRead>,
    id: web::Path<Uuid>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<Activity>>, Error> {
    let page = page.check(&[])?;
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            store::contact(scope.tenant, ContactId(*id), conn)
                .await?
                .ok_or(Code::NotFound)?;
            audit::target_list(scope.tenant, *id, &page, conn).await
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Takes a file of contacts, and perhaps of their orders, to be read. Whoever is known already, by phone, e-mail or else by name, is
/// updated: the same file again changes nothing.
#[utoipa::path(
    tag = "contacts",
    operation_id = "import_contacts",
    params(IdempotencyKey),
    request_body(content = ImportBody, content_type = "multipart/form-data"),
    responses(
        (status = ACCEPTED, body = ImportAccepted, headers(("Location" = String))),
        (status = 413, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/contacts/import")]
async fn upload(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    key: IdempotencyKey,
    form: actix_multipart::Multipart,
) -> Result<HttpResponse, Error> {
    let sent = import::Sent::read(form).await?;
    let id = import::begin(&app, &scope, key, sent).await?;
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/v1/imports/{id}")))
        .json(ImportAccepted { job_id: id }))
}

/// How far an import is.
#[utoipa::path(
    tag = "contacts",
    operation_id = "get_import",
    params(("job_id" = Uuid, Path)),
    responses((status = OK, body = Import), (status = 404, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/imports/{job_id}")]
async fn progress(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    id: web::Path<Uuid>,
) -> Result<web::Json<Import>, Error> {
    Ok(web::Json(import::progress(&app, scope.tenant, ImportId(*id)).await?))
}

/// All contacts as CSV, in the form that an import takes.
#[utoipa::path(
    tag = "contacts",
    operation_id = "export_contacts",
    params(ExportQuery),
    responses((status = OK, content_type = "text/csv", body = String), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/contacts/export")]
async fn download(
    app: web::Data<App>,
    scope: Allowed<ContactsManage>,
    query: web::Query<ExportQuery>,
) -> Result<HttpResponse, Error> {
    if query.format.as_deref().is_some_and(|format| format != "csv") {
        return Err(Refusal::field("format", "invalid", "must be csv").into());
    }
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"contacts.csv\""))
        .streaming(export::csv(app.into_inner(), scope.tenant)))
}
