//! The job by which somebody is told, written in the commit of what they are told of.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Subject;
use crate::app::App;
use crate::clock;
use crate::db::{TenantId, UserId};
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};

/// See the module.
pub(crate) struct Notify;

/// Who is told what.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    user_ids: Vec<UserId>,
    subject: Subject,
}

impl JobKind for Notify {
    const NAME: &'static str = "notify";
    type Payload = Told;
    const SHOWN: &'static [&'static str] = &["user_ids"];
}

impl JobHandler<App> for Notify {
    async fn run(app: &App, job: &Job, told: Told) -> Result<(), JobError> {
        super::tell(app, job.tenant, job.id, &told.user_ids, &told.subject).await?;
        Ok(())
    }
}

/// Tells these people as soon as the transaction that queues it is committed.
pub(crate) fn job(tenant: TenantId, user_ids: Vec<UserId>, subject: &Subject) -> NewJob {
    NewJob {
        tenant,
        id: clock::new_id(),
        kind: Notify::NAME,
        payload: json!({ "user_ids": user_ids, "subject": subject }),
        run_at: None,
        topic: None,
        cause: None,
        unique_key: None,
    }
}
