//! A board as the engine knows it.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::command::Command;
use super::decide::{self, Facts};
use super::event::Event;
use super::state::State;
use super::{store, view};
use crate::auth::{Permission, Principal, PrincipalKind};
use crate::dashboard;
use crate::db::{BoardId, Connection, TenantId};
use crate::error::Refusal;
use crate::jobs::NewJob;
use crate::live::{Changes, Context, Entity, FeedHint, Record, Topic, raw};
use crate::notifications::{self, Subject};

/// A board with its stages and leads.
pub(crate) struct Board;

impl Board {
    pub(super) fn topic(tenant: TenantId, id: BoardId) -> Topic {
        Topic {
            tenant,
            kind: Self::KIND,
            id: id.0,
        }
    }
}

impl Entity for Board {
    const KIND: &'static str = "board";
    type State = State;
    type Command = Command;
    type Event = Event;
    type Facts = Facts;

    fn parse(name: &str, data: Value) -> Result<Command, Refusal> {
        Command::parse(name, data)
    }

    fn may_see(_state: &State, who: &Principal) -> bool {
        who.kind == PrincipalKind::System || who.permissions.contains(Permission::BoardsRead)
    }

    fn needs_facts(command: &Command) -> bool {
        store::needs_facts(command)
    }

    async fn facts(
        topic: Topic,
        _state: &State,
        commands: &[&Command],
        conn: &mut Connection,
    ) -> diesel::QueryResult<Facts> {
        store::facts(topic, commands, conn).await
    }

    fn decide(state: &State, command: &Command, context: &Context<'_, Facts>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: &mut State, event: &Event) {
        state.evolve(event);
    }

    fn record(after: &State, event: &Event) -> Record {
        event.record(after)
    }

    fn read(kind: &str, data: &str, inner: Option<&str>) -> serde_json::Result<Event> {
        Event::read(kind, data, inner)
    }

    fn jobs(topic: Topic, _after: &State, event: &Event, by: &Principal) -> Vec<NewJob> {
        let lead = match event {
            Event::LeadCreated { card, .. } => &card.lead,
            Event::LeadUpdated {
                lead, assigned: true, ..
            } => lead,
            _ => return Vec::new(),
        };
        // Nobody needs to be told what they did themselves.
        let told = lead.assigned_to.filter(|user| *user != by.id).map(|user| {
            let subject = Subject::LeadAssigned {
                by: by.name.to_string(),
                lead: lead.title.clone(),
                lead_id: lead.id.0,
                board_id: topic.id,
            };
            notifications::job(topic.tenant, vec![user], &subject)
        });
        told.into_iter().collect()
    }

    fn hints(_before: &State, _after: &State) -> Vec<FeedHint> {
        // Whatever changes on a board may count.
        vec![dashboard::changed()]
    }

    fn undoes(command: &Command) -> Option<i64> {
        let Command::Undo { seq } = command else { return None };
        Some(*seq)
    }

    fn answer(after: &State, command: &Command, events: &[Event]) -> Box<RawValue> {
        answer(after, command, events)
    }

    fn snapshot(state: &State, _who: &Principal) -> Box<RawValue> {
        raw(&view::Board::of(state))
    }

    fn is_gone(state: &State) -> bool {
        state.is_gone
    }

    async fn load(tenant: TenantId, id: Uuid, conn: &mut Connection) -> diesel::QueryResult<Option<State>> {
        store::load(tenant, id, conn).await
    }

    async fn project(changes: &[Changes<'_, Self>], conn: &mut Connection) -> diesel::QueryResult<()> {
        store::project(changes, conn).await
    }
}

/// What the person who sent the command hears: the event's data, or how things already are.
fn answer(after: &State, command: &Command, events: &[Event]) -> Box<RawValue> {
    match command {
        Command::UpdateLead(update) => raw(&view::lead(after, update.lead_id)),
        Command::UpdateStage(update) => raw(&view::stage(after, update.stage_id)),
        Command::UpdateBoard(_) => raw(&view::BoardHead::of(after)),
        Command::UnlinkCompany { .. } | Command::RenameCompany { .. } | Command::ReplaceContact { .. } => {
            raw(&json!({ "lead_count": events.len() }))
        }
        Command::ReorderStages { stage_ids } => raw(&json!({ "stage_ids": stage_ids })),
        Command::MoveLead { lead_id, .. } if events.is_empty() => raw(&after.lead(*lead_id).map(|found| view::Moved {
            lead_id: *lead_id,
            from_stage_id: found.stage.id,
            stage_id: found.stage.id,
            position: found.position,
        })),
        Command::Undo { seq } => raw(&events.first().map(|event| {
            let record = event.record(after);
            view::Undone {
                undoes_seq: *seq,
                kind: record.kind,
                data: record.data,
            }
        })),
        Command::CreateLead(_)
        | Command::MoveLead { .. }
        | Command::DeleteLead { .. }
        | Command::CreateStage(_)
        | Command::DeleteStage { .. }
        | Command::DeleteBoard => match events.last() {
            Some(event) => event.record(after).data,
            None => raw(&json!({})),
        },
    }
}
