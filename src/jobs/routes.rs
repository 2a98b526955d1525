//! `/jobs`: what waits, what failed for the last time, and what an administrator does about it.

use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::JobState;
use super::store::{self, JobFilter, JobRow};
use super::view::{JobQuery, JobSummary};
use crate::app::App;
use crate::auth::{Allowed, JobsManage};
use crate::db::Connection;
use crate::db::TenantId;
use crate::db::page::{Page, PageQuery};
use crate::error::{Code, Error, Problem};
use crate::http::once::{IdempotencyKey, once};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(list).service(retry).service(remove);
}

/// The company's jobs, in pages, the newest first.
#[utoipa::path(
    tag = "jobs",
    operation_id = "list_jobs",
    params(PageQuery, JobQuery),
    responses(
        (status = OK, body = Page<JobSummary>),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[get("/jobs")]
async fn list(
    app: web::Data<App>,
    scope: Allowed<JobsManage>,
    page: web::Query<PageQuery>,
    query: web::Query<JobQuery>,
) -> Result<web::Json<Page<JobSummary>>, Error> {
    let page = page.check(store::SORTABLE)?;
    let query = query.into_inner();
    let filter = JobFilter {
        state: query.state,
        kind: query.kind,
    };
    let (jobs, total) = app
        .db
        .snapshot(scope.tenant, async |conn| {
            Ok::<_, Error>(store::job_list(scope.tenant, &filter, &page, conn).await?)
        })
        .await?;
    let items = jobs
        .into_iter()
        .map(|job| JobSummary::new(job, &app.jobs.kinds))
        .collect();
    Ok(web::Json(page.answer(items, total)))
}

/// Lets a dead job run again, with all its attempts.
#[utoipa::path(
    tag = "jobs",
    operation_id = "retry_job",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses(
        (status = OK, body = JobSummary),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[post("/jobs/{id}/retry")]
async fn retry(
    app: web::Data<App>,
    scope: Allowed<JobsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<web::Json<JobSummary>, Error> {
    let id = id.into_inner();
    let job: JobSummary = once(
        &app.db,
        &scope,
        key,
        &format!("POST /jobs/{id}/retry"),
        &(),
        async |conn| {
            let job = held(scope.tenant, id, conn).await?;
            if !matches!(job.state, JobState::Dead | JobState::Expired) {
                return Err(Code::JobNotDead.into());
            }
            let job = store::job_requeue(scope.tenant, id, conn)
                .await?
                .ok_or(Code::JobPending)?;
            Ok(JobSummary::new(job, &app.jobs.kinds))
        },
    )
    .await?;
    app.jobs.wake.wake();
    tracing::info!(job.id = %id, by.id = %scope.id, "A job was queued again");
    Ok(web::Json(job))
}

/// Removes a job that does not run at this moment.
#[utoipa::path(
    tag = "jobs",
    operation_id = "delete_job",
    params(("id" = Uuid, Path), IdempotencyKey),
    responses(
        (status = NO_CONTENT),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem),
    ),
    security(("bearer" = [])),
)]
#[delete("/jobs/{id}")]
async fn remove(
    app: web::Data<App>,
    scope: Allowed<JobsManage>,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let id = id.into_inner();
    once(&app.db, &scope, key, &format!("DELETE /jobs/{id}"), &(), async |conn| {
        if held(scope.tenant, id, conn).await?.state == JobState::Running {
            return Err(Code::JobRunning.into());
        }
        Ok(store::job_delete(scope.tenant, id, conn).await?)
    })
    .await?;
    tracing::info!(job.id = %id, by.id = %scope.id, "A job was removed");
    Ok(HttpResponse::NoContent().finish())
}

async fn held(tenant: TenantId, id: Uuid, conn: &mut Connection) -> Result<JobRow, Error> {
    store::job_in_txn(tenant, id, conn)
        .await?
        .ok_or_else(|| Code::NotFound.into())
}
