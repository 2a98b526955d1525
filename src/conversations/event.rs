//! What happens in a conversation, and how clients see it.
//!
//! The customer is shown messages and whether the conversation is over; all else is for the people of the company.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::state::{Contact, ConversationPriority, Delivery, Message, Owner, Party, Person, Rating, SenderType, State};
use super::view::{Standing, Summary};
use crate::bot::machine::BotState;
use crate::db::{ConversationId, FlowVersionId, MessageId, TransferId, UserId};
use crate::live::{Audience, Record};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// The customer said something; where the bot is in charge, how far it has come by that.
    MessageReceived {
        message: Arc<Message>,
        bot: Option<BotTurn>,
    },
    MessageSent(Arc<Message>),
    MessageStatus(Status),
    NoteAdded(Arc<Message>),
    /// Somebody took it over.
    Assigned(Move),
    Transferred(Move),
    /// The bot gave it to people.
    HandedOver(Move),
    Closed(Move),
    Reopened(Move),
    Updated(Change),
    /// The bot's answer came when the conversation was no longer the bot's.
    AnswerDiscarded(Discarded),
}

/// How far the bot has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BotTurn {
    pub(crate) flow: FlowVersionId,
    pub(crate) state: BotState,
}

/// A conversation changes hands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Move {
    pub(crate) owner: Owner,
    pub(crate) epoch: i64,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Where it went from one to another: closing and reopening are none.
    pub(crate) transfer: Option<Transfer>,
    /// Who had it, and may not see what is not theirs.
    pub(crate) withdrawn: Option<UserId>,
}

/// From whom to whom a conversation went, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationTransfer)]
pub(crate) struct Transfer {
    pub(crate) id: TransferId,
    pub(crate) conversation_id: ConversationId,
    pub(crate) from: Party,
    pub(crate) to: Party,
    /// Null where it was the bot's doing.
    #[schema(required)]
    pub(crate) by: Option<Person>,
    #[schema(required)]
    pub(crate) reason: Option<String>,
    pub(crate) transferred_at: DateTime<Utc>,
}

/// Something about a conversation is another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// It stays with whom it is: put aside, taken up again, or a step further in the flow.
    Owner(Owner),
    Tags(Vec<String>),
    ConversationPriority(ConversationPriority),
    /// What the bot has asked and found out.
    Fields(BTreeMap<String, Value>),
    /// People have read up to this number, which has this tally.
    Read {
        number: i64,
        tally: i64,
    },
    Rating(Rating),
    Resolution(Option<String>),
    /// What is known of the customer.
    Contact(Contact),
}

/// How far a message has come. Who reads one has read those before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    pub(crate) message_id: MessageId,
    pub(crate) number: i64,
    /// Whether it is about what the customer said, and not about what was said to them.
    pub(crate) of_customer: bool,
    pub(crate) delivery: Delivery,
    pub(crate) error: Option<String>,
}

impl Status {
    pub(crate) fn concerns(&self, message: &Message) -> bool {
        let is_same_side = (message.sender_type == SenderType::Customer) == self.of_customer;
        let is_it = message.id == self.message_id;
        let is_before = self.delivery == Delivery::Read && message.number <= self.number;
        is_same_side && !message.is_note() && (is_it || is_before) && self.delivery.follows(message.delivery)
    }
}

/// An answer that nobody is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Discarded {
    pub(crate) call: u32,
    /// What would have been said.
    pub(crate) content: Option<String>,
}

/// A transfer beside how the conversation stands after it.
#[derive(Serialize)]
struct Moved<'a> {
    id: ConversationId,
    #[serde(flatten)]
    standing: Standing<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer: Option<&'a Transfer>,
}

impl Event {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Event::MessageReceived { .. } => "message.received",
            Event::MessageSent(_) => "message.sent",
            Event::MessageStatus(_) => "message.status",
            Event::NoteAdded(_) => "note.added",
            Event::Assigned(_) => "conversation.assigned",
            Event::Transferred(_) => "conversation.transferred",
            Event::HandedOver(_) => "bot.handed_over",
            Event::Closed(_) => "conversation.closed",
            Event::Reopened(_) => "conversation.reopened",
            Event::Updated(_) => "conversation.updated",
            Event::AnswerDiscarded(_) => "bot.answer_discarded",
        }
    }

    /// The event that was stored so.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn read(kind: &str, data: &str, inner: Option<&str>) -> serde_json::Result<Self> {
        let moved = || serde_json::from_str(inner.unwrap_or_default());
        Ok(match kind {
            "message.received" => Event::MessageReceived {
                message: serde_json::from_str(data)?,
                bot: inner.map(serde_json::from_str).transpose()?,
            },
            "message.sent" => Event::MessageSent(serde_json::from_str(data)?),
            "message.status" => Event::MessageStatus(serde_json::from_str(data)?),
            "note.added" => Event::NoteAdded(serde_json::from_str(data)?),
            "conversation.assigned" => Event::Assigned(moved()?),
            "conversation.transferred" => Event::Transferred(moved()?),
            "bot.handed_over" => Event::HandedOver(moved()?),
            "conversation.closed" => Event::Closed(moved()?),
            "conversation.reopened" => Event::Reopened(moved()?),
            "conversation.updated" => Event::Updated(serde_json::from_str(inner.unwrap_or_default())?),
            "bot.answer_discarded" => Event::AnswerDiscarded(serde_json::from_str(data)?),
            other => {
                return Err(serde_json::Error::custom(format!(
                    "a conversation knows no event {other}"
                )));
            }
        })
    }

    /// The event as it is stored and shown.
    pub(crate) fn record(&self, after: &State) -> Record {
        let kind = self.kind();
        match self {
            Event::MessageReceived { message, bot } => {
                let record = Record::new(kind, message);
                match bot {
                    Some(bot) => record.with_inner(bot),
                    None => record,
                }
            }
            Event::MessageSent(message) => Record::new(kind, message),
            Event::MessageStatus(status) => Record::new(kind, status),
            Event::NoteAdded(message) => Record::new(kind, message).with_audience(Audience::staff()),
            Event::Assigned(moved) | Event::Transferred(moved) | Event::HandedOver(moved) => {
                let audience = Audience {
                    withdrawn: moved.withdrawn.into_iter().collect(),
                    ..Audience::staff()
                };
                moved.record(kind, after).with_audience(audience)
            }
            Event::Closed(moved) | Event::Reopened(moved) => moved.record(kind, after),
            Event::Updated(change) => Record::new(kind, &Summary::of(after))
                .with_inner(change)
                .with_audience(Audience::staff()),
            Event::AnswerDiscarded(discarded) => Record::new(kind, discarded).with_audience(Audience::staff()),
        }
    }
}

impl Move {
    fn record(&self, kind: &'static str, after: &State) -> Record {
        let shown = Moved {
            id: after.id,
            standing: Standing::of(after),
            transfer: self.transfer.as_ref(),
        };
        Record::new(kind, &shown).with_inner(self)
    }
}
