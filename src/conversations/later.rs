//! What a conversation leaves for later: taking up again what was put aside.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Conversation;
use super::command::WAKE;
use super::event::{Change, Event};
use super::state::{Owner, State};
use crate::app::App;
use crate::auth::Principal;
use crate::db::{ConversationId, TenantId};
use crate::error::Code;
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};

/// The time has come until which a conversation was put aside.
pub(crate) struct WakeUp;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Woken {
    conversation_id: ConversationId,
    /// As it was when it was put aside: what changed hands since is not woken.
    epoch: i64,
}

impl JobKind for WakeUp {
    const NAME: &'static str = "conversation.wake";
    type Payload = Woken;
    const SHOWN: &'static [&'static str] = &["conversation_id"];
}

impl JobHandler<App> for WakeUp {
    async fn run(app: &App, job: &Job, payload: Woken) -> Result<(), JobError> {
        let topic = Conversation::topic(job.tenant, payload.conversation_id);
        let data = json!({ "epoch": payload.epoch });
        let by = Principal::system(job.tenant).into();
        match app.live.execute(&by, topic, WAKE, data, Some(job.id)).await {
            Err(error) if error.code != Code::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// What is to be done later because of an event.
pub(super) fn of_event(tenant: TenantId, after: &State, event: &Event) -> Option<NewJob> {
    let Event::Updated(Change::Owner(Owner::Attendant {
        snoozed_until: Some(until),
        ..
    })) = event
    else {
        return None;
    };
    let payload = Woken {
        conversation_id: after.id,
        epoch: after.epoch,
    };
    let job = NewJob::of::<WakeUp>(tenant, &payload).ok()?;
    Some(NewJob {
        run_at: Some(*until),
        ..job
    })
}
