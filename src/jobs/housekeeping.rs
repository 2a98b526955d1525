//! Removes what has outlived its use, tenant by tenant: one job an hour for each, whichever server runs it.

use std::time::Duration;

use super::{Job, JobError, JobHandler, JobKind, NewJob, Wake, insert, store};
use crate::app::App;
use crate::clock;
use crate::db::{Database, DbError};

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

/// Queues the housekeeping of every tenant, at start and each hour. Runs until the server stops.
pub(crate) async fn schedule(db: Database, wake: Wake) {
    let mut interval = tokio::time::interval(EVERY);
    loop {
        interval.tick().await;
        match queue(&db).await {
            Ok(()) => wake.wake(),
            // The next hour is early enough.
            Err(error) => tracing::warn!(error = format!("{error:#}"), "Could not queue the housekeeping"),
        }
    }
}

async fn queue(db: &Database) -> anyhow::Result<()> {
    let mut conn = db.system().await?;
    let job = |tenant| {
        // A tenant whose last one has not run yet needs no other.
        let unique_key = Some(Housekeeping::NAME.to_owned());
        NewJob::of::<Housekeeping>(tenant, &()).map(|job| NewJob { unique_key, ..job })
    };
    let new = store::tenant_ids(&mut conn)
        .await?
        .into_iter()
        .map(job)
        .collect::<Result<Vec<_>, _>>()?;
    insert(&new, &mut conn).await?;
    Ok(())
}
