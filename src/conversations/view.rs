//! What clients see of conversations. The people of the company see all of it; a customer sees what was said to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::event::Transfer;
use super::state::{Contact, ConversationPriority, ConversationStatus, Message, Owner, Person, Rating, State};
use crate::channels::ChannelKind;
use crate::db::{ChannelId, ConversationId, QueueId, UserId};

/// How many messages a snapshot holds.
const NEWEST: usize = 50;

/// Whose a conversation is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationStanding)]
pub(crate) struct Standing<'a> {
    status: ConversationStatus,
    #[schema(required)]
    assigned_user_id: Option<UserId>,
    #[schema(required)]
    assigned_user: Option<&'a Person>,
    #[schema(required)]
    queue_id: Option<QueueId>,
    is_bot_active: bool,
    /// Whether it waits for people.
    needs_human_attention: bool,
    #[schema(required)]
    snoozed_until: Option<DateTime<Utc>>,
    #[schema(required)]
    ended_at: Option<DateTime<Utc>>,
}

/// A conversation in a list: without what was said before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationSummary)]
pub(crate) struct Summary<'a> {
    id: ConversationId,
    channel_id: ChannelId,
    channel: ChannelKind,
    channel_name: &'a str,
    contact: &'a Contact,
    #[serde(flatten)]
    standing: Standing<'a>,
    /// How many messages of the customer nobody has read.
    unread_count: i64,
    /// Notes are none.
    #[schema(required)]
    last_message: Option<&'a Message>,
    last_message_at: DateTime<Utc>,
    tags: &'a [String],
    priority: ConversationPriority,
    /// What the bot has asked and found out, once it is no longer in charge.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    fields: &'a BTreeMap<String, Value>,
    #[schema(required)]
    resolution: Option<&'a str>,
    #[schema(required)]
    rating: Option<&'a Rating>,
    /// The number up to which messages have been read.
    read_number: i64,
    started_at: DateTime<Utc>,
}

/// A conversation with its newest messages: the snapshot of its topic.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Conversation<'a> {
    #[serde(flatten)]
    summary: Summary<'a>,
    /// The newest 50, oldest first.
    #[schema(value_type = Vec<Message>)]
    messages: Vec<&'a Message>,
    /// Whether there are older ones.
    has_more: bool,
}

/// A conversation as its customer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VisitorConversation<'a> {
    id: ConversationId,
    #[serde(flatten)]
    standing: Standing<'a>,
    #[schema(required)]
    rating: Option<&'a Rating>,
    #[schema(value_type = Vec<Message>)]
    messages: Vec<&'a Message>,
    has_more: bool,
    started_at: DateTime<Utc>,
}

/// A part of what was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationMessages)]
pub(crate) struct Messages {
    /// Oldest first.
    pub(crate) items: Vec<Message>,
    /// Whether there are older ones.
    pub(crate) has_more: bool,
}

/// From whom to whom a conversation went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationTransfers)]
pub(crate) struct Transfers {
    /// The latest first.
    pub(crate) items: Vec<Transfer>,
}

/// How many conversations stand how.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ConversationStats)]
pub(crate) struct Stats {
    /// With the bot, or with an attendant.
    pub(crate) open: i64,
    pub(crate) waiting: i64,
    pub(crate) snoozed: i64,
    pub(crate) closed: i64,
    /// Of the open ones, those with the bot.
    pub(crate) with_bot: i64,
    /// One's own that are not over.
    pub(crate) mine: i64,
    /// Those that began today, and those that ended.
    pub(crate) started_today: i64,
    pub(crate) closed_today: i64,
}

impl<'a> Standing<'a> {
    pub(crate) fn of(state: &'a State) -> Self {
        let user = state.owner.user();
        Self {
            status: state.owner.status(),
            assigned_user_id: user.map(|user| user.id),
            assigned_user: user,
            queue_id: state.owner.queue_id(),
            is_bot_active: matches!(state.owner, Owner::Bot { .. }),
            needs_human_attention: matches!(state.owner, Owner::Queue { .. }),
            snoozed_until: match &state.owner {
                Owner::Attendant { snoozed_until, .. } => *snoozed_until,
                Owner::Bot { .. } | Owner::Queue { .. } | Owner::Closed { .. } => None,
            },
            ended_at: state.ended_at,
        }
    }
}

impl<'a> Summary<'a> {
    pub(crate) fn of(state: &'a State) -> Self {
        let last = state.messages.iter().rev().find(|message| !message.is_note());
        Self {
            id: state.id,
            channel_id: state.channel.id,
            channel: state.channel.kind,
            channel_name: &state.channel.name,
            contact: &state.contact,
            standing: Standing::of(state),
            unread_count: state.unread(),
            last_message_at: last.map_or(state.started_at, |message| message.created_at),
            last_message: last.map(AsRef::as_ref),
            tags: &state.tags,
            priority: state.priority,
            fields: &state.fields,
            resolution: state.resolution.as_deref(),
            rating: state.rating.as_ref(),
            read_number: state.read_number,
            started_at: state.started_at,
        }
    }
}

/// The newest messages of these, and whether there are older ones.
fn newest(state: &State, shown: impl Fn(&Message) -> bool) -> (Vec<&Message>, bool) {
    let all: Vec<&Message> = state
        .messages
        .iter()
        .map(Arc::as_ref)
        .filter(|message| shown(message))
        .collect();
    let first = all.len().saturating_sub(NEWEST);
    let is_older = first > 0 || state.messages.front().is_some_and(|first| first.number > 1);
    (all.get(first..).unwrap_or_default().to_vec(), is_older)
}

impl<'a> Conversation<'a> {
    pub(crate) fn of(state: &'a State) -> Self {
        let (messages, has_more) = newest(state, |_| true);
        Self {
            summary: Summary::of(state),
            messages,
            has_more,
        }
    }
}

impl<'a> VisitorConversation<'a> {
    pub(crate) fn of(state: &'a State) -> Self {
        let (messages, has_more) = newest(state, |message| !message.is_note());
        Self {
            id: state.id,
            standing: Standing::of(state),
            rating: state.rating.as_ref(),
            messages,
            has_more,
            started_at: state.started_at,
        }
    }
}
