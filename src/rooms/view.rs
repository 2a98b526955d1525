//! What clients see of rooms. Messages and participants are seen as they are: see [`super::state`].

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::state::{Message, Participant, RoomKind, State};
use crate::db::{RoomId, UserId};

/// How many messages a snapshot holds.
const NEWEST: usize = 50;

/// A room without what was said in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomHead<'a> {
    id: RoomId,
    #[serde(rename = "type")]
    kind: RoomKind,
    /// A direct room is called by the other person.
    name: &'a str,
    #[schema(required)]
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// How many messages the one who asks has not read.
    unread_count: i64,
}

/// A room with its newest messages: the snapshot of its topic.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Room<'a> {
    #[serde(flatten)]
    head: RoomHead<'a>,
    #[schema(value_type = Vec<Participant>)]
    participants: &'a [std::sync::Arc<Participant>],
    /// The newest 50, oldest first.
    #[schema(value_type = Vec<Message>)]
    messages: Vec<&'a Message>,
    /// Whether there are older ones.
    has_more: bool,
}

/// A room in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomSummary {
    pub(crate) id: RoomId,
    #[serde(rename = "type")]
    pub(crate) kind: RoomKind,
    pub(crate) name: String,
    #[schema(required)]
    pub(crate) created_by: Option<UserId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) unread_count: i64,
    pub(crate) participants: Vec<Participant>,
    #[schema(required)]
    pub(crate) last_message: Option<Message>,
}

/// A part of what was said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Messages {
    /// Oldest first.
    pub(crate) items: Vec<Message>,
    /// Whether there are older ones.
    pub(crate) has_more: bool,
    /// Whether there are newer ones.
    pub(crate) has_newer: bool,
}

/// A message that was found, and where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundMessage {
    #[serde(flatten)]
    pub(crate) message: Message,
    pub(crate) room_name: String,
}

impl<'a> RoomHead<'a> {
    pub(crate) fn of(state: &'a State, who: UserId) -> Self {
        Self {
            id: state.id,
            kind: state.kind,
            name: name(
                state.name.as_deref(),
                state
                    .participants
                    .iter()
                    .map(|other| (other.user_id, other.name.as_str())),
                who,
            ),
            created_by: state.created_by,
            created_at: state.created_at,
            updated_at: state.updated_at,
            unread_count: state.unread(who),
        }
    }
}

impl<'a> Room<'a> {
    pub(crate) fn of(state: &'a State, who: UserId) -> Self {
        let newest = state.messages.len().saturating_sub(NEWEST);
        let messages: Vec<&Message> = state.messages.range(newest..).map(AsRef::as_ref).collect();
        Self {
            head: RoomHead::of(state, who),
            participants: &state.participants,
            has_more: messages.first().is_some_and(|first| first.number > 1),
            messages,
        }
    }
}

/// What a room is called by one who is in it.
pub(crate) fn name<'a>(own: Option<&'a str>, people: impl Iterator<Item = (UserId, &'a str)>, who: UserId) -> &'a str {
    let other = || people.filter(|(id, _)| *id != who).map(|(_, name)| name).next();
    own.or_else(other).unwrap_or_default()
}
