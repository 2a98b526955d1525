//! Boards with their leads in one piece, as the demonstration has them: by the same rules, but without a history of events.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::command::{Command, NewBoard};
use super::decide::{Context, decide};
use super::{Board, store};
use crate::auth::Principal;
use crate::clock;
use crate::db::{BoardId, Connection, TenantId};
use crate::error::{Code, Error};
use crate::live::Changes;

/// A lead to be made: the data of `create_lead`, and whose doing it was, when.
pub(crate) struct SeedLead<'a> {
    pub(crate) by: &'a Principal,
    pub(crate) at: DateTime<Utc>,
    /// The index of its stage.
    pub(crate) stage: usize,
    pub(crate) data: Value,
}

/// Makes a board, from what `POST /boards` takes, with its leads.
///
/// # Errors
/// What the rules say to it; or that the database is away.
pub(crate) async fn create(
    tenant: TenantId,
    board: Value,
    leads: &[SeedLead<'_>],
    conn: &mut Connection,
) -> Result<(), Error> {
    let id = BoardId(clock::new_id());
    let first = leads.iter().min_by_key(|lead| lead.at);
    let (by, at) = first.map_or((None, clock::now()), |lead| (Some(lead.by.id), lead.at));
    store::board_create(tenant, id, &NewBoard::parse(board)?, by, at, conn).await?;
    let mut state = store::load(tenant, id.0, conn).await?.ok_or(Code::NotFound)?;

    let mut commands = Vec::with_capacity(leads.len());
    for lead in leads {
        let mut data = lead.data.clone();
        if let Some(stage) = state.stages.get(lead.stage) {
            data["stage_id"] = Value::String(stage.id.to_string());
        }
        commands.push(Command::parse("create_lead", data)?);
    }
    let facts = store::facts(Board::topic(tenant, id), &commands.iter().collect::<Vec<_>>(), conn).await?;
    let mut events = Vec::with_capacity(leads.len());
    for (lead, command) in leads.iter().zip(&commands) {
        let context = Context {
            now: lead.at,
            by: lead.by,
            facts: &facts,
            fresh_id: clock::new_id(),
        };
        for event in decide(&state, command, &context)? {
            state.evolve(&event);
            events.push(event);
        }
    }
    store::project(
        &[Changes::<Board> {
            tenant,
            id: id.0,
            events: &events,
        }],
        conn,
    )
    .await?;
    store::begin_history(tenant, id, clock::now(), conn).await?;
    Ok(())
}
