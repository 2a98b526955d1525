//! A person is called otherwise from now on: the rooms that they are in hear of it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::command::RENAME_PARTICIPANT;
use super::{Room, store};
use crate::app::App;
use crate::auth::Principal;
use crate::clock;
use crate::db::{DbError, TenantId, UserId};
use crate::error::Code;
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};

/// See the module.
pub(crate) struct TellRooms;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Renamed {
    user_id: UserId,
}

impl JobKind for TellRooms {
    const NAME: &'static str = "rooms.person_renamed";
    type Payload = Renamed;
    const SHOWN: &'static [&'static str] = &["user_id"];
}

/// The job, to be queued in the transaction that changes the name.
pub(crate) fn person_renamed(tenant: TenantId, user_id: UserId) -> NewJob {
    NewJob {
        tenant,
        id: clock::new_id(),
        kind: TellRooms::NAME,
        payload: json!({ "user_id": user_id }),
        run_at: None,
        topic: None,
        cause: None,
        unique_key: None,
    }
}

impl JobHandler<App> for TellRooms {
    async fn run(app: &App, job: &Job, Renamed { user_id }: Renamed) -> Result<(), JobError> {
        let tenant = job.tenant;
        let (name, rooms) = app
            .db
            .tenant(tenant, async |conn| {
                Ok::<_, DbError>(store::person_in_rooms(tenant, user_id, conn).await?)
            })
            .await?;
        let by = Principal::system(tenant).into();
        for room in rooms {
            let data = json!({ "user_id": user_id, "name": name });
            let topic = Room::topic(tenant, room);
            match app.live.execute(&by, topic, RENAME_PARTICIPANT, data, None).await {
                Err(error) if error.code != Code::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }
}
