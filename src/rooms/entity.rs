//! A room as the engine knows it.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::command::Command;
use super::decide::{self, Facts};
use super::event::{Event, Renamed};
use super::state::{RoomKind, State};
use super::{notify, store, view};
use crate::auth::{Permission, Principal, PrincipalKind};
use crate::db::{Connection, RoomId, TenantId, UserId};
use crate::error::Refusal;
use crate::jobs::NewJob;
use crate::live::{Changes, Context, Entity, Feed, FeedHint, Recipients, Record, Topic, raw};

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
        who.kind == PrincipalKind::System
            || who.permissions.contains(Permission::ChatUse)
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

    fn jobs(topic: Topic, after: &State, event: &Event, by: &Principal) -> Vec<NewJob> {
        notify::of_event(topic.tenant, after, event, by).into_iter().collect()
    }

    fn hints(before: &State, after: &State) -> Vec<FeedHint> {
        hints(before, after)
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

/// What whoever is in the room is told beside it: at once that the room itself is another, and now and then that something was said.
fn hints(before: &State, after: &State) -> Vec<FeedHint> {
    let people = |state: &State| {
        state
            .participants
            .iter()
            .map(|person| person.user_id)
            .collect::<Vec<_>>()
    };
    let (were, are) = (people(before), people(after));
    let is_other = were != are || before.name != after.name;
    if !is_other && before.last_number() == after.last_number() {
        return Vec::new();
    }
    let gone = were.into_iter().filter(|user| !are.contains(user));
    let to: Vec<_> = if is_other {
        gone.chain(are.iter().copied()).collect()
    } else {
        are
    };
    let hint = changed(after.id, to);
    vec![if is_other { hint } else { hint.sparingly(after.id.0) }]
}

/// Asks these people to look at a room again.
pub(super) fn changed(room: RoomId, people: Vec<UserId>) -> FeedHint {
    let to = Recipients::Users(people.into());
    FeedHint::new(Feed::Rooms, to, "room.changed", &json!({ "id": room }))
}
