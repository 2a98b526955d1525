//! A seller as the engine knows them.

use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::decide::{self, Command, Facts};
use super::event::Event;
use super::state::State;
use super::{hint, store, view};
use crate::auth::{Permission, Principal};
use crate::db::{Connection, TenantId, UserId};
use crate::error::Refusal;
use crate::live::{Changes, Context, Entity, FeedHint, Record, Topic, raw};

/// A seller with the clients they have in hand.
pub(crate) struct Seller;

impl Seller {
    pub(crate) fn topic(tenant: TenantId, id: UserId) -> Topic {
        Topic {
            tenant,
            kind: Self::KIND,
            id: id.0,
        }
    }
}

impl Entity for Seller {
    const KIND: &'static str = "seller";
    type State = State;
    type Command = Command;
    type Event = Event;
    type Facts = Facts;

    fn parse(name: &str, data: Value) -> Result<Command, Refusal> {
        Command::parse(name, data)
    }

    fn may_see(state: &State, who: &Principal) -> bool {
        let own = state.id == who.id && who.permissions.contains(Permission::FloorRead);
        own || who.permissions.contains(Permission::FloorManage)
    }

    fn needs_facts(_command: &Command) -> bool {
        true
    }

    async fn facts(
        topic: Topic,
        _state: &State,
        commands: &[&Command],
        conn: &mut Connection,
    ) -> diesel::QueryResult<Facts> {
        store::facts(topic.tenant, commands, conn).await
    }

    fn decide(state: &State, command: &Command, context: &Context<'_, Facts>) -> Result<Vec<Event>, Refusal> {
        decide::decide(state, command, context)
    }

    fn evolve(state: &mut State, event: &Event) {
        state.evolve(event);
    }

    fn record(_after: &State, event: &Event) -> Record {
        event.record()
    }

    fn read(kind: &str, data: &str, _inner: Option<&str>) -> serde_json::Result<Event> {
        Event::read(kind, data)
    }

    fn hints(before: &State, after: &State) -> Vec<FeedHint> {
        hint::of_change(before, after)
    }

    fn undoes(_command: &Command) -> Option<i64> {
        None
    }

    fn answer(after: &State, command: &Command, _events: &[Event]) -> Box<RawValue> {
        let Command::Contacted { client_id, .. } = command;
        raw(&after
            .clients
            .get(client_id)
            .map(|client| view::Standing::of(*client_id, client)))
    }

    fn snapshot(state: &State, _who: &Principal) -> Box<RawValue> {
        raw(&view::SellerDetail::of(state))
    }

    fn is_gone(_state: &State) -> bool {
        false
    }

    async fn load(tenant: TenantId, id: Uuid, conn: &mut Connection) -> diesel::QueryResult<Option<State>> {
        store::load(tenant, UserId(id), conn).await
    }

    async fn project(changes: &[Changes<'_, Self>], conn: &mut Connection) -> diesel::QueryResult<()> {
        store::project(changes, conn).await
    }
}
