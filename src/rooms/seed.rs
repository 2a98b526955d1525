//! Rooms in which something was said already, as the demonstration has them: by the same rules, but without a history of events.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::command::{Command, NewRoom};
use super::decide::{Context, Facts, decide};
use super::{Room, store};
use crate::auth::Principal;
use crate::clock;
use crate::db::{Connection, RoomId, TenantId};
use crate::error::{Code, Error};
use crate::live::Changes;

/// Something that was said, in the order of time.
pub(crate) struct SeedMessage<'a> {
    pub(crate) by: &'a Principal,
    pub(crate) at: DateTime<Utc>,
    pub(crate) text: &'a str,
}

/// Where it was said.
pub(crate) enum SeedRoom<'a> {
    General,
    /// What `POST /chat/rooms` takes, by whoever made it.
    Made(Value, &'a Principal),
}

/// Says all of it. Who said something has read what came before; nobody else has.
///
/// # Errors
/// What the rules say to it; or that the database is away.
pub(crate) async fn say(
    tenant: TenantId,
    room: &SeedRoom<'_>,
    messages: &[SeedMessage<'_>],
    conn: &mut Connection,
) -> Result<(), Error> {
    let Some(first) = messages.first() else {
        return Ok(());
    };
    let id = match room {
        SeedRoom::General => store::general_room(tenant, first.by.id, conn).await?.map(|(id, _)| id),
        SeedRoom::Made(body, by) => {
            let new = NewRoom::parse(body.clone(), by.id)?;
            let (id, _) = store::room_create(tenant, &new, by.id, first.at, conn).await?;
            Some(id)
        }
    };
    let id: RoomId = id.ok_or(Code::NotFound)?;
    let mut state = store::load(tenant, id, conn).await?.ok_or(Code::NotFound)?;
    let facts = Facts::default();
    let mut events = Vec::new();
    for message in messages {
        let command = Command::parse("send_message", json!({ "content": message.text }))?;
        let context = Context {
            now: message.at,
            by: message.by,
            facts: &facts,
            fresh_id: clock::new_id(),
        };
        for event in decide(&state, &command, &context)? {
            state.evolve(&event);
            events.push(event);
        }
    }
    store::project(
        &[Changes::<Room> {
            tenant,
            id: id.0,
            events: &events,
        }],
        conn,
    )
    .await?;
    Ok(())
}
