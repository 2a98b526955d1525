//! The floor deals at the turn of the day as well: clients grow eligible by waiting.

use crate::app::App;
use crate::jobs::{Job, JobError, JobHandler, JobKind};

/// Each hour, for every tenant: where nothing is to be done nothing is written.
pub(crate) struct DealDaily;

impl JobKind for DealDaily {
    const NAME: &'static str = "deal_clients";
    type Payload = ();
    // The next hour brings another.
    const ATTEMPTS: i32 = 3;
}

impl JobHandler<App> for DealDaily {
    async fn run(app: &App, job: &Job, (): ()) -> Result<(), JobError> {
        app.floors.look(job.tenant);
        Ok(())
    }
}
