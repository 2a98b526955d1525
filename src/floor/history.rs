//! What sellers noted each time that they contacted a client: also in earlier cycles, and whoever the seller was.

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Allowed, FloorRead, Permission, Scope};
use crate::db::page::{Page, PageQuery, PageRequest};
use crate::db::schema::{assignments, client_contacts, users};
use crate::db::{Connection, ContactId, TenantId, UserId};
use crate::error::{Code, Error, Problem};
use crate::sellers::Outcome;

/// One time that a client was contacted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientContact {
    id: Uuid,
    seller_id: UserId,
    /// Null, where they have left the company.
    #[schema(required)]
    seller_name: Option<String>,
    #[schema(required)]
    outcome: Option<Outcome>,
    #[schema(required)]
    notes: Option<String>,
    contacted_at: DateTime<Utc>,
}

/// How often a client was contacted, the last time first. Sellers look at their own clients.
#[utoipa::path(
    tag = "floor",
    operation_id = "list_client_contacts",
    params(("id" = Uuid, Path), PageQuery),
    responses((status = OK, body = Page<ClientContact>), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[get("/distribution/clients/{id}/contacts")]
pub(super) async fn contacts(
    app: web::Data<App>,
    scope: Allowed<FloorRead>,
    id: web::Path<Uuid>,
    page: web::Query<PageQuery>,
) -> Result<web::Json<Page<ClientContact>>, Error> {
    let page = page.check(&[])?;
    let id = ContactId(*id);
    let (items, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            if !may_look(&scope, id, conn).await? {
                return Err(Error::from(Code::NotFound));
            }
            Ok(contact_list(scope.tenant, id, &page, conn).await?)
        })
        .await?;
    Ok(web::Json(page.answer(items, total)))
}

/// Whether this client is there, and theirs to look at.
async fn may_look(scope: &Scope, id: ContactId, conn: &mut Connection) -> QueryResult<bool> {
    if scope.permissions.contains(Permission::FloorManage) {
        return super::store::contact_exists(scope.tenant, id, conn).await;
    }
    let own = assignments::table
        .find((scope.tenant, id))
        .filter(assignments::seller_id.eq(scope.id));
    diesel::select(diesel::dsl::exists(own)).get_result(conn).await
}

async fn contact_list(
    tenant: TenantId,
    id: ContactId,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<ClientContact>, i64)> {
    use client_contacts as c;
    type Row = (
        Uuid,
        UserId,
        Option<String>,
        Option<Outcome>,
        Option<String>,
        DateTime<Utc>,
    );
    let total = c::table
        .filter(c::tenant_id.eq(tenant).and(c::client_id.eq(id)))
        .select(count_star())
        .first(conn)
        .await?;
    let rows: Vec<Row> = c::table
        .left_join(users::table.on(users::tenant_id.eq(c::tenant_id).and(users::id.eq(c::seller_id))))
        .filter(c::tenant_id.eq(tenant).and(c::client_id.eq(id)))
        .order((c::contacted_at.desc(), c::id))
        .select((
            c::id,
            c::seller_id,
            users::full_name.nullable(),
            c::outcome,
            c::notes,
            c::contacted_at,
        ))
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    let items = rows.into_iter().map(
        |(id, seller_id, seller_name, outcome, notes, contacted_at)| ClientContact {
            id,
            seller_id,
            seller_name,
            outcome,
            notes,
            contacted_at,
        },
    );
    Ok((items.collect(), total))
}
