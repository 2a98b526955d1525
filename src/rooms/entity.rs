//! A room as the engine knows it.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::command::Command;
use super::decide::{self, Facts};
use super::event::{Event, Renamed};
use super::state::{RoomKind, State};
use super::{store, view};
use crate::auth::{Permission, Principal};
use crate::db::{Connection, RoomId, TenantId};
use crate::error::Refusal;
use crate::live::{Changes, Context, Entity, Record, Topic, raw};

/// A room with its people and its newest messages.
pub(crate) struct Room;

impl Room {
    pub(super) fn topic(tenant: TenantId, id: RoomId) -> Topic {
        Topic {
            tenant,
            kind: Self::KIND,
            id: id.0,
        }
    }
}

impl Entity for Room {
    const KIND: &'static str = "room";
    type State = State;
    type Command = Command;
    type Event = Event;
    type Facts = Facts;

    fn parse(name: &str, data: Value) -> Result<Command, Refusal> {
        Command::parse(name, data)
    }

    fn may_see(state: &State, who: &Principal) -> bool {
        who.permissions.contains(Permission::ChatUse)
            && (state.kind == RoomKind::General || state.participant(who.id).is_some())
    }

    fn needs_facts(command: &Command) -> bool {
        store::needs_facts(command)
    }

    async fn facts(
        topic: Topic,
        state: &State,
        commands: &[&Command],
        conn: &mut Connection,
    ) -> diesel::QueryResult<Facts> {
        store::facts(topic.tenant, state, commands, conn).await
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

    fn read(kind: &str, data: &str, _inner: Option<&str>) -> serde_json::Result<Event> {
        Event::read(kind, data)
    }

    fn undoes(_command: &Command) -> Option<i64> {
        None
    }

    fn answer(after: &State, command: &Command, events: &[Event]) -> Box<RawValue> {
        answer(after, command, events)
    }

    fn snapshot(state: &State, who: &Principal) -> Box<RawValue> {
        raw(&view::Room::of(state, who.id))
    }

    fn is_gone(_state: &State) -> bool {
        false
    }

    async fn load(tenant: TenantId, id: Uuid, conn: &mut Connection) -> diesel::QueryResult<Option<State>> {
        store::load(tenant, RoomId(id), conn).await
    }

    async fn project(changes: &[Changes<'_, Self>], conn: &mut Connection) -> diesel::QueryResult<()> {
        store::project(changes, conn).await
    }
}

/// What the person who sent the command hears: the data of the event that it asked for, or how things already are.
fn answer(after: &State, command: &Command, events: &[Event]) -> Box<RawValue> {
    let made = events.iter().find(|event| {
        matches!(
            (command, event),
            (Command::SendMessage(_), Event::MessageSent(_))
                | (Command::EditMessage { .. }, Event::MessageEdited(_))
                | (Command::DeleteMessage { .. }, Event::MessageDeleted { .. })
                | (Command::MarkRead { .. }, Event::MessageRead(_))
                | (Command::React { .. }, Event::MessageReacted(_))
                | (Command::AddParticipant { .. }, Event::ParticipantAdded(_))
                | (Command::RemoveParticipant { .. }, Event::ParticipantRemoved { .. })
                | (Command::Rename { .. }, Event::RoomRenamed { .. })
        )
    });
    match (made, command) {
        (Some(event), _) => event.record(after).data,
        (None, Command::EditMessage { message_id, .. }) => raw(&after.message(*message_id)),
        (None, Command::AddParticipant { user_id }) => raw(&after.participant(*user_id)),
        (None, Command::Rename { .. }) => raw(&Renamed {
            id: after.id,
            name: after.name.clone().unwrap_or_default(),
            updated_at: after.updated_at,
        }),
        (None, _) => raw(&json!({})),
    }
}
