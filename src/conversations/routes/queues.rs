//! `/queues`

use actix_web::{HttpResponse, get, post, web};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::{Allowed, ConversationsManage, ConversationsUse};
use crate::clock;
use crate::conversations::bodies::NewQueueBody;
use crate::conversations::store::{self, Queue};
use crate::db::DbError;
use crate::error::{Error, Problem, Refusal};
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
    let mut fields = Fields::of(body.into_inner())?;
    let name = fields.line("name", MAX_NAME);
    let name = fields.required("name", name);
    let name = fields.finish(name)?;
    let queue: Queue = once(&app.db, &scope, key, "POST /queues", &name, async |conn| {
        let made = store::queue_insert(scope.tenant, &name, clock::now(), conn).await?;
        made.ok_or_else(|| Refusal::field("name", "taken", "another queue has this name").into())
    })
    .await?;
    Ok(HttpResponse::Created().json(queue))
}
