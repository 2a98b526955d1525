//! Removes files that were uploaded and then never sent: one job an hour for each tenant.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::store;
use crate::app::App;
use crate::clock;
use crate::db::DbError;
use crate::jobs::{Job, JobError, JobHandler, JobKind};

/// How long an upload may wait to be sent, in days. It is kept for one more, so that none is removed while somebody sends it.
const WAITS: i64 = 6;
const KEPT: i64 = WAITS + 1;
/// The most that one run removes; the next hour brings another.
const AT_ONCE: i64 = 500;

/// Uploads from before this moment are not sent any more, unless they hang on something already.
pub(crate) fn sendable_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(WAITS)
}

pub(crate) struct UnsentFiles;

impl JobKind for UnsentFiles {
    const NAME: &'static str = "unsent_files";
    type Payload = ();
    const ATTEMPTS: i32 = 3;
    const TIMEOUT: Duration = Duration::from_secs(600);
}

impl JobHandler<App> for UnsentFiles {
    async fn run(app: &App, job: &Job, (): ()) -> Result<(), JobError> {
        let tenant = job.tenant;
        let before = clock::now() - TimeDelta::days(KEPT);
        let unsent = app
            .db
            .tenant(tenant, async |conn| {
                Ok::<_, DbError>(store::unsent(tenant, before, AT_ONCE, conn).await?)
            })
            .await?;
        if unsent.is_empty() {
            return Ok(());
        }
        // Bytes before rows: whatever ends this in between, the rows tell the next run what is left.
        for id in &unsent {
            app.files.remove(tenant, *id).await;
        }
        app.db
            .tenant(tenant, async |conn| {
                Ok::<_, DbError>(store::attachments_delete(tenant, &unsent, conn).await?)
            })
            .await?;
        tracing::debug!(tenant.id = %tenant, files = unsent.len(), "Removed files that were never sent");
        Ok(())
    }
}
