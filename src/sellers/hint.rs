//! Tells the floor's followers that a client was contacted: a job in the commit of the contact, so that none is forgotten.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::event::Event;
use super::state::State;
use super::store;
use crate::app::App;
use crate::db::{ContactId, DbError, TenantId, UserId};
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};
use crate::live::{Feed, FeedHint, Recipients};

pub(crate) struct TellFloor;

#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    seller_id: UserId,
    seller_name: String,
    client_id: ContactId,
    contacted_at: chrono::DateTime<chrono::Utc>,
}

impl JobKind for TellFloor {
    const NAME: &'static str = "tell_floor";
    type Payload = Payload;
    const ATTEMPTS: i32 = 3;
    const SHOWN: &'static [&'static str] = &["seller_id", "client_id"];
}

/// What is to be told because of an event.
pub(super) fn of_event(tenant: TenantId, after: &State, event: &Event) -> Option<NewJob> {
    let Event::Contacted(contacted) = event else {
        return None;
    };
    let payload = Payload {
        seller_id: after.id,
        seller_name: after.name.clone(),
        client_id: contacted.client_id,
        contacted_at: contacted.contacted_at,
    };
    // It has string keys and nothing that could fail.
    NewJob::of::<TellFloor>(tenant, &payload).ok()
}

impl JobHandler<App> for TellFloor {
    async fn run(app: &App, job: &Job, payload: Payload) -> Result<(), JobError> {
        let name = app
            .db
            .tenant(job.tenant, async |conn| {
                Ok::<_, DbError>(store::client_name(job.tenant, payload.client_id, conn).await?)
            })
            .await?;
        let data = json!({
            "client_id": payload.client_id, "client_name": name, "seller_id": payload.seller_id,
            "seller_name": payload.seller_name, "contacted_at": payload.contacted_at,
        });
        let feeds = app.live.feed(job.tenant);
        let hint = FeedHint::new(Feed::Floor, Recipients::Everyone, "client.contacted", &data);
        feeds.send(hint.known_as("cliente_contatado"));
        Ok(())
    }
}
