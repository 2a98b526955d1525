//! `/queues`

use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::audit;
use crate::auth::{Allowed, ConversationsManage, ConversationsUse};
use crate::bot;
use crate::clock;
use crate::conversations::bodies::{NewQueueBody, QueueChangeBody};
use crate::conversations::store::{self, Queue, QueueChange};
use crate::db::{DbError, QueueId};
use crate::error::{Code, Error, Problem, Refusal};
use crate::fields::Fields;
use crate::http::once::{IdempotencyKey, once};

const MAX_NAME: usize = 100;

/// Where customers wait.
#[derive(serde::Serialize, ToSchema)]
pub(crate) struct Queues {
    items: Vec<Queue>,
}

/// Where customers wait for people, by name.
#[utoipa::path(
    tag = "conversations",
    operation_id = "list_queues",
    responses((status = OK, body = Queues)),
    security(("bearer" = [])),
)]
#[get("/queues")]
pub(super) async fn list(app: web::Data<App>, scope: Allowed<ConversationsUse>) -> Result<web::Json<Queues>, Error> {
    let items = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::queue_list(scope.tenant, conn).await?)
        })
        .await?;
    Ok(web::Json(Queues { items }))
}

/// What is given of a queue, checked.
fn change(body: Value) -> Result<QueueChange, Refusal> {
    let mut fields = Fields::of(body)?;
    let name = fields.line("name", MAX_NAME);
    let name = fields.lasting("name", name);
    let business_hours = match fields.take("business_hours") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(hours) => {
            if let Err(message) = bot::check_hours(&hours) {
                fields.wrong("business_hours", "invalid", message);
            }
            Some(Some(hours))
        }
    };
    fields.finish(Some(QueueChange { name, business_hours }))
}

fn name_taken() -> Error {
    Refusal::field("name", "taken", "another queue has this name").into()
}

/// Makes a queue.
#[utoipa::path(
    tag = "conversations",
    operation_id = "create_queue",
    params(IdempotencyKey),
    request_body = NewQueueBody,
    responses((status = CREATED, body = Queue), (status = 403, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[post("/queues")]
pub(super) async fn create(
    app: web::Data<App>,
    scope: Allowed<ConversationsManage>,
    key: IdempotencyKey,
    body: web::Json<Value>,
) -> Result<HttpResponse, Error> {
    let given = change(body.into_inner())?;
    let Some(name) = &given.name else {
        return Err(Refusal::field("name", "required", "is required").into());
    };
    let hours = given.business_hours.clone().flatten();
    let queue: Queue = once(&app.db, &scope, key, "POST /queues", &given, async |conn| {
        let made = store::queue_insert(scope.tenant, name, hours, clock::now(), conn).await?;
        let made = made.ok_or_else(name_taken)?;
        audit::record(&scope, "queue.created", made.id.0, &[], conn).await?;
        Ok(made)
    })
    .await?;
    Ok(HttpResponse::Created().json(queue))
}

/// Changes what is given of a queue.
#[utoipa::path(
    tag = "conversations",
    operation_id = "update_queue",
    params(("id" = Uuid, Path), IdempotencyKey),
    request_body = QueueChangeBody,
    responses((status = OK, body = Queue), (status = 404, body = Problem), (status = 422, body = Problem)),
    security(("bearer" = [])),
)]
#[patch("/queues/{id}")]
pub(super) async fn update(
    app: web::Data<App>,
    scope: Allowed<ConversationsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    body: web::Json<Value>,
) -> Result<web::Json<Queue>, Error> {
    let change = change(body.into_inner())?;
    let (tenant, id) = (scope.tenant, QueueId(*id));
    let what = format!("PATCH /queues/{id}");
    let queue = once(&app.db, &scope, key, &what, &change, async |conn| {
        let before = store::queue_lock(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        if change.is_none() {
            return Ok(before);
        }
        let after = store::queue_update(tenant, id, &change, conn)
            .await?
            .ok_or_else(name_taken)?;
        let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
        if !changes.is_empty() {
            audit::record(&scope, "queue.updated", id.0, &changes, conn).await?;
        }
        Ok(after)
    })
    .await?;
    Ok(web::Json(queue))
}

/// Deletes a queue in which nobody waits. A flow that names it hands over to whoever is there from then on.
#[utoipa::path(
    tag = "conversations",
    operation_id = "delete_queue",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses((status = NO_CONTENT), (status = 404, body = Problem), (status = 409, body = Problem)),
    security(("bearer" = [])),
)]
#[delete("/queues/{id}")]
pub(super) async fn remove(
    app: web::Data<App>,
    scope: Allowed<ConversationsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let (tenant, id) = (scope.tenant, QueueId(*id));
    let what = format!("DELETE /queues/{id}");
    once(&app.db, &scope, key, &what, &json!({}), async |conn| {
        store::queue_lock(tenant, id, conn).await?.ok_or(Code::NotFound)?;
        if store::queue_is_used(tenant, id, conn).await? {
            return Err(Code::QueueNotEmpty.into());
        }
        store::queue_delete(tenant, id, conn).await?;
        audit::record(&scope, "queue.deleted", id.0, &[], conn).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
