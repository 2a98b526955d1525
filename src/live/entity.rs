//! What a domain tells the engine about one kind of live thing: a pure state machine and its tables.
//!
//! All rules of the business live in [`Entity::decide`] and [`Entity::evolve`]. They know no clock, no chance and no database:
//! the [`Context`] carries the present, fresh ids, the acting person and the facts read beforehand.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::audience::Audience;
use super::feed::FeedHint;
use crate::auth::Principal;
use crate::db::{Connection, TenantId};
use crate::error::Refusal;
use crate::jobs::NewJob;

/// A topic inside the server: what one entity is numbered under. On the wire it is `<kind>:<id>`; the tenant is the session's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Topic {
    pub(crate) tenant: TenantId,
    pub(crate) kind: &'static str,
    pub(crate) id: Uuid,
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

/// What a decision may know beside the state.
pub(crate) struct Context<'a, Facts> {
    pub(crate) now: DateTime<Utc>,
    pub(crate) by: &'a Principal,
    pub(crate) facts: &'a Facts,
    /// The id for what the command creates; a command creates at most one thing.
    pub(crate) fresh_id: Uuid,
}

/// An event as it is stored and shown.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// `lead.moved` and the like.
    pub(crate) kind: &'static str,
    /// Exactly what the frame shows.
    pub(crate) data: Box<RawValue>,
    /// What only the server needs to replay the event.
    pub(crate) inner: Option<Box<RawValue>>,
    pub(crate) audience: Audience,
}

impl Record {
    pub(crate) fn new(kind: &'static str, data: &impl Serialize) -> Self {
        Self {
            kind,
            data: raw(data),
            inner: None,
            audience: Audience::default(),
        }
    }

    pub(crate) fn with_inner(self, inner: &impl Serialize) -> Self {
        Self {
            inner: Some(raw(inner)),
            ..self
        }
    }

    pub(crate) fn with_audience(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }
}

/// Serialises a value of ours to JSON text, once.
pub(crate) fn raw(value: &impl Serialize) -> Box<RawValue> {
    #[expect(
        clippy::expect_used,
        reason = "our views have string keys and no failing serialiser, the only ways to fail"
    )]
    serde_json::value::to_raw_value(value).expect("views serialise")
}

/// Several events of one entity, as [`Entity::project`] gets them.
pub(crate) struct Changes<'a, E: Entity> {
    pub(crate) tenant: TenantId,
    pub(crate) id: Uuid,
    pub(crate) events: &'a [E::Event],
}

/// One kind of live thing. See the module.
pub(crate) trait Entity: Sized + Send + Sync + 'static {
    /// The first part of the topic: `board`.
    const KIND: &'static str;
    /// Everything that decisions and snapshots need. Cloned once per batch: large parts stand behind `Arc`. What it serialises to
    /// is a checkpoint of its history.
    type State: Clone + Serialize + DeserializeOwned + Send + Sync + Unpin + 'static;
    /// The typed command. What it serialises to is what makes two commands "the same".
    type Command: Serialize + Send + Sync + 'static;
    type Event: Clone + Send + Sync + 'static;
    /// What decisions need and the state does not hold, read for a whole batch of commands at once.
    type Facts: Default + Send + Sync + 'static;

    /// Reads a command from its name and data.
    ///
    /// # Errors
    /// `malformed_frame` for an unknown name or wrong types, `invalid` with the fields for values out of range.
    fn parse(name: &str, data: Value) -> Result<Self::Command, Refusal>;

    /// Whether this person may know that the entity exists. Asked on subscribing and before each command.
    fn may_see(state: &Self::State, who: &Principal) -> bool;

    /// Whether [`Entity::facts`] has something to read for this command.
    fn needs_facts(command: &Self::Command) -> bool;

    /// Reads the facts for these commands, one query a kind for all of them. The connection sees the tenant's rows only.
    async fn facts(
        topic: Topic,
        state: &Self::State,
        commands: &[&Self::Command],
        conn: &mut Connection,
    ) -> diesel::QueryResult<Self::Facts>;

    /// Decides a command: the events it makes (none, when things already are so), or why not. Changes nothing.
    ///
    /// # Errors
    /// The refusal that the client gets.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &Context<'_, Self::Facts>,
    ) -> Result<Vec<Self::Event>, Refusal>;

    /// Applies an event. Judges nothing.
    fn evolve(state: &mut Self::State, event: &Self::Event);

    /// The event as clients see it, from the state right after it.
    fn record(after: &Self::State, event: &Self::Event) -> Record;

    /// The event that was recorded so: what [`Entity::evolve`] makes of it is the same.
    ///
    /// # Errors
    /// When there is no such event.
    fn read(kind: &str, data: &str, inner: Option<&str>) -> serde_json::Result<Self::Event>;

    /// What is to happen outside because of an event, written with it; `after` is the state right after it. By default nothing.
    fn jobs(topic: Topic, after: &Self::State, event: &Self::Event, by: &Principal) -> Vec<NewJob> {
        let _ = (topic, after, event, by);
        Vec::new()
    }

    /// What the followers of feeds are told once a batch of events is durable: the states before and after it. By default nothing.
    fn hints(topic: Topic, before: &Self::State, after: &Self::State) -> Vec<FeedHint> {
        let _ = (topic, before, after);
        Vec::new()
    }

    /// The number of the event that this command takes back, where it is one that does.
    fn undoes(command: &Self::Command) -> Option<i64>;

    /// The `data` of the command's answer, from the state right after its events.
    fn answer(after: &Self::State, command: &Self::Command, events: &[Self::Event]) -> Box<RawValue>;

    /// The state as this person sees it: the body of the REST detail.
    fn snapshot(state: &Self::State, who: &Principal) -> Box<RawValue>;

    /// Whether the entity is gone: its last event removed it, and nobody may subscribe any more.
    fn is_gone(state: &Self::State) -> bool;

    /// Reads a state back; nothing, where there is no such entity (any more). The connection sees the tenant's rows only.
    async fn load(tenant: TenantId, id: Uuid, conn: &mut Connection) -> diesel::QueryResult<Option<Self::State>>;

    /// Writes the events of many entities to their tables, with a fixed number of set-based statements that join on tenant
    /// and id, and touch only rows of those entities.
    fn project(
        changes: &[Changes<'_, Self>],
        conn: &mut Connection,
    ) -> impl Future<Output = diesel::QueryResult<()>> + Send;
}
