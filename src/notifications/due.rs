//! Tells people in the morning which of their leads should be closed today.

use std::time::Duration;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Subject;
use crate::app::App;
use crate::boards;
use crate::clock;
use crate::db::DbError;
use crate::jobs::{Job, JobError, JobHandler, JobKind};

/// Looks once for one company; queued each hour, because mornings begin at different times. Who was told of a lead and a day is not
/// told again.
pub(crate) struct LeadsDue;

impl JobKind for LeadsDue {
    const NAME: &'static str = "leads_due";
    type Payload = ();
    const ATTEMPTS: i32 = 5;
    const TIMEOUT: Duration = Duration::from_secs(300);
}

impl JobHandler<App> for LeadsDue {
    async fn run(app: &App, job: &Job, (): ()) -> Result<(), JobError> {
        let due = app
            .db
            .tenant(job.tenant, async |conn| {
                Ok::<_, DbError>(boards::leads_due(job.tenant, clock::now(), conn).await?)
            })
            .await?;
        for lead in due {
            let cause = cause(lead.lead_id, &lead.date.to_string());
            let subject = Subject::LeadDue {
                lead: lead.title,
                lead_id: lead.lead_id,
                board_id: lead.board_id,
                date: lead.date,
            };
            super::tell(app, job.tenant, cause, &[lead.assigned_to], &subject).await?;
        }
        Ok(())
    }
}

/// The same for the same lead and day.
fn cause(lead: Uuid, date: &str) -> Uuid {
    let digest = Sha256::new().chain_update(lead).chain_update(date).finalize();
    let mut bytes = [0; 16];
    for (byte, of) in bytes.iter_mut().zip(digest) {
        *byte = of;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
