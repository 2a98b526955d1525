//! What a seller may do with their clients. Pure.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::event::{Contacted, Event};
use super::state::{Outcome, State};
use crate::auth::Permission;
use crate::db::ContactId;
use crate::error::{Code, Refusal};
use crate::fields::Fields;
use crate::live;

const MAX_NOTES: usize = 5_000;

/// The name of the command.
pub(crate) const CONTACTED: &str = "contacted";

/// A command. What it serialises to is what makes two of them the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    /// The client was contacted; said again, what came of it is corrected.
    Contacted {
        client_id: ContactId,
        outcome: Option<Outcome>,
        notes: Option<String>,
    },
}

impl Command {
    /// # Errors
    /// `malformed_frame` for a name that is none, `invalid` with every field that is.
    pub(crate) fn parse(name: &str, data: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(data)?;
        let command = match name {
            CONTACTED => contacted(&mut fields),
            _ => return Err(Refusal::new(Code::MalformedFrame, "A seller knows no such command")),
        };
        fields.finish(command)
    }
}

fn contacted(fields: &mut Fields) -> Option<Command> {
    let client_id = fields.id("client_id");
    let client_id = fields.required("client_id", client_id);
    let outcome = fields.choice("outcome").flatten();
    let notes = fields.text("notes", MAX_NOTES).flatten();
    Some(Command::Contacted {
        client_id: ContactId(client_id?),
        outcome,
        notes,
    })
}

/// What a decision needs to know beside the state.
#[derive(Default)]
pub(crate) struct Facts {
    /// The number of the present cycle.
    pub(crate) cycle: i64,
    /// When the named clients last bought; those that are there.
    pub(crate) purchases: HashMap<ContactId, Option<DateTime<Utc>>>,
}

pub(crate) type Context<'a> = live::Context<'a, Facts>;

/// The events that a command makes; none, when things already are as it asks.
///
/// # Errors
/// Why not.
pub(crate) fn decide(state: &State, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let Command::Contacted {
        client_id,
        outcome,
        notes,
    } = command;
    if context.by.id != state.id {
        context.by.require(Permission::FloorManage)?;
    }
    let client = state.clients.get(client_id).ok_or(Code::ClientNotAssigned)?;
    let purchase_at = *context.facts.purchases.get(client_id).ok_or(Code::ClientNotAssigned)?;
    let cycle = context.facts.cycle;
    let before = client
        .contacted
        .as_ref()
        .filter(|before| before.counts(cycle, purchase_at));
    let contacted = match before {
        Some(before) => Contacted {
            outcome: outcome.or(before.outcome),
            notes: notes.clone().or_else(|| before.notes.clone()),
            ..before.clone()
        },
        None => Contacted {
            client_id: *client_id,
            record_id: context.fresh_id,
            contacted_at: context.now,
            outcome: *outcome,
            notes: notes.clone(),
            purchase_at,
            cycle,
        },
    };
    if before == Some(&contacted) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Contacted(contacted)])
}
