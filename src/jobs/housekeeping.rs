//! Removes what has outlived its use, tenant by tenant: one job an hour for each, whichever server runs it.

use std::time::Duration;

use super::{Job, JobError, JobHandler, JobKind, NewJob, Wake, insert, store};
use crate::app::App;
use crate::clock;
use crate::db::{Database, DbError, TenantId};

const EVERY: Duration = Duration::from_secs(60 * 60);

pub(crate) struct Housekeeping;

impl JobKind for Housekeeping {
    const NAME: &'static str = "housekeeping";
    type Payload = ();
    // The next hour brings another.
    const ATTEMPTS: i32 = 3;
}

impl JobHandler<App> for Housekeeping {
    async fn run(app: &App, job: &Job, (): ()) -> Result<(), JobError> {
        app.live
            .forget_commands(job.tenant, app.config.command_memory_days)
            .await?;
        let forgotten = app
            .db
            .tenant(job.tenant, async |conn| {
                Ok::<_, DbError>(store::forget(job.tenant, clock::now(), conn).await?)
            })
            .await?;
        tracing::debug!(tenant.id = %job.tenant, jobs = forgotten, "Forgot finished jobs");
        Ok(())
    }
}

/// Queues what is done each hour, for every tenant, at start and then each hour. Runs until the server stops.
pub(crate) async fn schedule(db: Database, wake: Wake, hourly: &'static [Hourly]) {
    let mut interval = tokio::time::interval(EVERY);
    loop {
        interval.tick().await;
        match queue(&db, hourly).await {
            Ok(()) => wake.wake(),
            // The next hour is early enough.
            Err(error) => tracing::warn!(error = format!("{error:#}"), "Could not queue what is done each hour"),
        }
    }
}

async fn queue(db: &Database, hourly: &[Hourly]) -> anyhow::Result<()> {
    let mut conn = db.system().await?;
    let tenants = store::tenant_ids(&mut conn).await?;
    let new = tenants
        .into_iter()
        .flat_map(|tenant| hourly.iter().map(move |job| job(tenant)))
        .collect::<Result<Vec<_>, _>>()?;
    insert(&new, &mut conn).await?;
    Ok(())
}

/// A job that is done each hour, for a tenant.
pub(crate) type Hourly = fn(TenantId) -> serde_json::Result<NewJob>;

/// The job of a kind without a payload. A tenant whose last one has not run yet needs no other.
pub(crate) fn hourly<K: JobKind<Payload = ()>>(tenant: TenantId) -> serde_json::Result<NewJob> {
    let unique_key = Some(K::NAME.to_owned());
    NewJob::of::<K>(tenant, &()).map(|job| NewJob { unique_key, ..job })
}
