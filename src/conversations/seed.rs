//! Conversations in which something was said already, as the demonstration has them: by the same rules, but without a history of events.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Conversation;
use super::command::Command;
use super::decide::{Context, decide};
use super::store;
use crate::auth::{Principal, Scope};
use crate::clock;
use crate::contacts::Learned;
use crate::db::{ChannelId, Connection, TenantId};
use crate::error::{Code, Error};
use crate::live::Changes;

/// Something that was done, in the order of time.
pub(crate) struct SeedAct<'a> {
    /// None: the customer.
    pub(crate) by: Option<&'a Principal>,
    pub(crate) at: DateTime<Utc>,
    /// The command.
    pub(crate) name: &'static str,
    pub(crate) data: Value,
}

impl<'a> SeedAct<'a> {
    pub(crate) fn said(by: Option<&'a Principal>, at: DateTime<Utc>, text: &str) -> Self {
        Self {
            by,
            at,
            name: "send_message",
            data: json!({ "content": text }),
        }
    }
}

/// Lets somebody in by a channel and does all of it.
///
/// # Errors
/// What the rules say to it; or that the database is away.
pub(crate) async fn play(
    tenant: TenantId,
    channel: ChannelId,
    customer: &Learned,
    acts: &[SeedAct<'_>],
    conn: &mut Connection,
) -> Result<(), Error> {
    let begun = acts.iter().map(|act| act.at).min().unwrap_or_else(clock::now);
    let (identity, id) = store::welcome(tenant, channel, None, customer, begun, conn).await?;
    let name = customer.name.as_deref().unwrap_or_default();
    let customer = Scope::of_customer(tenant, identity, name).principal;
    let mut state = store::load(tenant, id, conn).await?.ok_or(Code::NotFound)?;
    let mut events = Vec::new();
    for act in acts {
        let command = Command::parse(act.name, act.data.clone())?;
        let facts = store::facts(tenant, &state, &[&command], conn).await?;
        let context = Context {
            now: act.at,
            by: act.by.unwrap_or(&customer),
            facts: &facts,
            fresh_id: clock::new_id(),
        };
        for event in decide(&state, &command, &context)? {
            state.evolve(&event);
            events.push(event);
        }
    }
    store::project(
        &[Changes::<Conversation> {
            tenant,
            id: id.0,
            events: &events,
        }],
        conn,
    )
    .await?;
    Ok(())
}
