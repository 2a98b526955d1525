//! A conversation as the engine knows it.

use std::sync::Arc;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use super::command::Command;
use super::decide::{self, Facts};
use super::event::Event;
use super::state::{Owner, State};
use super::{call, customer, later, notify, store, view};
use crate::auth::{Permission, Principal, PrincipalKind};
use crate::db::{Connection, ConversationId, TenantId};
use crate::error::Refusal;
use crate::jobs::NewJob;
use crate::live::{Changes, Context, Entity, Feed, FeedHint, Recipients, Record, Topic, raw};

/// A conversation with a customer.
pub(crate) struct Conversation;

impl Conversation {
    pub(super) fn topic(tenant: TenantId, id: ConversationId) -> Topic {
        Topic {
            tenant,
            kind: Self::KIND,
            id: id.0,
        }
    }
}

impl Entity for Conversation {
    const KIND: &'static str = "conversation";
    type State = State;
    type Command = Command;
    type Event = Event;
    type Facts = Facts;

    fn parse(name: &str, data: Value) -> Result<Command, Refusal> {
        Command::parse(name, data)
    }

    fn may_see(state: &State, who: &Principal) -> bool {
        match who.kind {
            PrincipalKind::System => true,
            PrincipalKind::Customer => state.identity_id.0 == who.id.0,
            PrincipalKind::User => {
                let is_mine = || state.owner.user().is_some_and(|user| user.id == who.id);
                who.permissions.contains(Permission::ConversationsAll)
                    || (who.permissions.contains(Permission::ConversationsUse) && is_mine())
            }
        }
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

    fn read(kind: &str, data: &str, inner: Option<&str>) -> serde_json::Result<Event> {
        Event::read(kind, data, inner)
    }

    fn jobs(topic: Topic, after: &State, event: &Event, _by: &Principal) -> Vec<NewJob> {
        let later = later::of_event(topic.tenant, after, event);
        later
            .into_iter()
            .chain(call::of_event(topic.tenant, after, event))
            .chain(customer::of_event(topic.tenant, after, event))
            .chain(notify::of_event(topic.tenant, after, event))
            .collect()
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
        if who.is_staff() {
            raw(&view::Conversation::of(state))
        } else {
            raw(&view::VisitorConversation::of(state))
        }
    }

    fn is_gone(_state: &State) -> bool {
        false
    }

    async fn load(tenant: TenantId, id: Uuid, conn: &mut Connection) -> diesel::QueryResult<Option<State>> {
        store::load(tenant, ConversationId(id), conn).await
    }

    async fn project(changes: &[Changes<'_, Self>], conn: &mut Connection) -> diesel::QueryResult<()> {
        store::project(changes, conn).await
    }
}

/// What the person who sent the command hears: the message that was made, or the conversation as it is now.
fn answer(after: &State, command: &Command, events: &[Event]) -> Box<RawValue> {
    let made = events.iter().find_map(|event| match (command, event) {
        (Command::SendMessage(_), Event::MessageReceived { message, .. } | Event::MessageSent(message))
        | (Command::AddNote { .. }, Event::NoteAdded(message)) => Some(raw(message)),
        _ => None,
    });
    match (made, command) {
        (Some(made), _) => made,
        // A customer hears nothing of what is the company's own.
        (None, Command::Rate { .. }) => raw(&json!({ "rating": after.rating })),
        (None, Command::MarkRead { .. }) => raw(&json!({})),
        (None, _) => raw(&view::Summary::of(after)),
    }
}

/// What the inbox hears: the conversation as it is now for those who may see it, that it is gone for who may no longer, and that the
/// waiting are others.
pub(super) fn hints(before: &State, after: &State) -> Vec<FeedHint> {
    let holder = |state: &State| state.owner.user().map(|user| user.id);
    let hint = |to, kind, data: Box<RawValue>| FeedHint::new(Feed::Inbox, to, kind, &data);
    let now: Arc<[_]> = holder(after).into_iter().collect();
    let mut hints = vec![hint(
        Recipients::Holders(Permission::ConversationsAll, now),
        "conversation.upserted",
        raw(&view::Summary::of(after)),
    )];
    if let Some(gone) = holder(before).filter(|user| Some(*user) != holder(after)) {
        let to = Recipients::Others(Permission::ConversationsAll, Arc::from([gone]));
        hints.push(hint(to, "conversation.removed", raw(&json!({ "id": after.id }))));
    }
    let waits = |state: &State| matches!(state.owner, Owner::Queue { .. });
    if waits(before) != waits(after) || (waits(after) && before.owner.queue_id() != after.owner.queue_id()) {
        let queues = [before, after].map(|state| state.owner.queue_id().filter(|_| waits(state)));
        let to = Recipients::Holders(Permission::ConversationsAll, Arc::from([]));
        hints.push(hint(
            to,
            "queue.changed",
            raw(&json!({ "from": queues[0], "to": queues[1] })),
        ));
    }
    hints
}
