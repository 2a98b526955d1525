//! A conversation: whose it is, and its newest messages. How an event changes it; what may happen stands in [`super::decide`].

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::event::{Change, Event, Move, Status};
use crate::attachments::Attachment;
use crate::bot::machine::BotState;
use crate::channels::ChannelKind;
use crate::db::text_enum::text_enum;
use crate::db::{ChannelId, ContactId, ConversationId, FlowVersionId, IdentityId, MessageId, QueueId, UserId};

/// How many of its newest messages a conversation keeps in memory.
pub(crate) const WINDOW: usize = 200;

text_enum! {
    /// How a conversation stands.
    ConversationStatus {
        /// With the bot, or with an attendant.
        Open = "open",
        /// For people who have not taken it over yet.
        Waiting = "waiting",
        /// Put aside by its attendant until later.
        Snoozed = "snoozed",
        Closed = "closed",
    }
}

text_enum! {
    /// How much it matters.
    ConversationPriority {
        Low = "low",
        Medium = "medium",
        High = "high",
        Urgent = "urgent",
    }
}

text_enum! {
    /// Who says something.
    SenderType {
        Customer = "customer",
        Bot = "bot",
        Attendant = "attendant",
        /// The server, to tell what happens.
        System = "system",
    }
}

text_enum! {
    /// What a message is.
    CustomerMessageType {
        Text = "text",
        Image = "image",
        Audio = "audio",
        Video = "video",
        Document = "document",
        Location = "location",
        Contacts = "contacts",
        Sticker = "sticker",
        /// With options to choose from.
        Interactive = "interactive",
        Template = "template",
        Reaction = "reaction",
        /// What people tell each other, and the customer does not see.
        Note = "note",
    }
}

text_enum! {
    /// How far a message has come.
    Delivery {
        Queued = "queued",
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Failed = "failed",
    }
}

impl Delivery {
    /// Whether it may come after the other: it never goes back, and what has arrived no longer fails.
    pub(crate) fn follows(self, before: Delivery) -> bool {
        let place = |delivery| match delivery {
            Delivery::Queued => 0,
            Delivery::Sent => 1,
            Delivery::Delivered => 2,
            Delivery::Read => 3,
            Delivery::Failed => 4,
        };
        match (before, self) {
            (Delivery::Failed, _) => false,
            (Delivery::Queued | Delivery::Sent, Delivery::Failed) => true,
            (_, Delivery::Failed) => false,
            _ => place(self) > place(before),
        }
    }
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) id: ConversationId,
    pub(crate) channel: Channel,
    pub(crate) contact: Contact,
    /// Who the contact is on the channel.
    pub(crate) identity_id: IdentityId,
    pub(crate) owner: Owner,
    /// Rises with each change of owner.
    pub(crate) epoch: i64,
    pub(crate) tags: Vec<String>,
    pub(crate) priority: ConversationPriority,
    /// What the bot has asked and found out, as of when it was last in charge.
    pub(crate) fields: BTreeMap<String, Value>,
    /// How far people have read: the number of a message, and its tally.
    pub(crate) read_number: i64,
    pub(crate) read_tally: i64,
    pub(crate) resolution: Option<String>,
    pub(crate) rating: Option<Rating>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// The newest, oldest first, at most [`WINDOW`].
    pub(crate) messages: VecDeque<Arc<Message>>,
}

/// The channel that a conversation came by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pub(crate) kind: ChannelKind,
    pub(crate) name: String,
}

/// The customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationContact)]
pub(crate) struct Contact {
    pub(crate) id: ContactId,
    pub(crate) name: String,
    #[schema(required)]
    pub(crate) phone: Option<String>,
    #[schema(required)]
    pub(crate) email: Option<String>,
}

/// A person as of then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationPerson)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) name: String,
}

/// Whose a conversation is: of exactly one at any time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum Owner {
    Bot {
        /// The version of the flow that it runs; none before the customer's first word.
        flow: Option<FlowVersionId>,
        state: BotState,
    },
    /// Nobody's yet: it waits for people.
    Queue { queue_id: Option<QueueId> },
    Attendant {
        user: Person,
        /// Where it came from.
        queue_id: Option<QueueId>,
        snoozed_until: Option<DateTime<Utc>>,
    },
    Closed {
        /// Who had it last, where that was a person.
        user: Option<Person>,
        queue_id: Option<QueueId>,
        by_bot: bool,
    },
}

impl Owner {
    pub(crate) fn bot() -> Self {
        Owner::Bot {
            flow: None,
            state: BotState::default(),
        }
    }

    pub(crate) fn user(&self) -> Option<&Person> {
        match self {
            Owner::Attendant { user, .. } => Some(user),
            Owner::Closed { user, .. } => user.as_ref(),
            Owner::Bot { .. } | Owner::Queue { .. } => None,
        }
    }

    pub(crate) fn queue_id(&self) -> Option<QueueId> {
        match self {
            Owner::Queue { queue_id } | Owner::Attendant { queue_id, .. } | Owner::Closed { queue_id, .. } => *queue_id,
            Owner::Bot { .. } => None,
        }
    }

    pub(crate) fn status(&self) -> ConversationStatus {
        match self {
            Owner::Bot { .. } => ConversationStatus::Open,
            Owner::Queue { .. } => ConversationStatus::Waiting,
            Owner::Attendant {
                snoozed_until: Some(_), ..
            } => ConversationStatus::Snoozed,
            Owner::Attendant {
                snoozed_until: None, ..
            } => ConversationStatus::Open,
            Owner::Closed { .. } => ConversationStatus::Closed,
        }
    }

    pub(crate) fn party(&self) -> Party {
        match self {
            Owner::Bot { .. } => Party::of(PartyKind::Bot, None, None),
            Owner::Queue { queue_id } => Party::of(PartyKind::Queue, None, *queue_id),
            Owner::Attendant { user, queue_id, .. } => Party::of(PartyKind::User, Some(user.clone()), *queue_id),
            Owner::Closed { user, queue_id, .. } => Party::of(PartyKind::Closed, user.clone(), *queue_id),
        }
    }
}

text_enum! {
    /// Who a conversation can be handed to.
    PartyKind {
        Bot = "bot",
        Queue = "queue",
        User = "user",
        Closed = "closed",
    }
}

/// From or to whom a conversation was handed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationParty)]
pub(crate) struct Party {
    pub(crate) kind: PartyKind,
    #[schema(required)]
    pub(crate) user: Option<Person>,
    #[schema(required)]
    pub(crate) queue_id: Option<QueueId>,
}

impl Party {
    fn of(kind: PartyKind, user: Option<Person>, queue_id: Option<QueueId>) -> Self {
        Self { kind, user, queue_id }
    }
}

/// What the customer thought of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationRating)]
pub(crate) struct Rating {
    /// From 1 to 5.
    pub(crate) score: i32,
    #[schema(required)]
    pub(crate) comment: Option<String>,
    pub(crate) rated_at: DateTime<Utc>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationMessage)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) conversation_id: ConversationId,
    /// Its place in the conversation, from 1.
    pub(crate) number: i64,
    /// How many of the customer's messages there are up to it.
    pub(crate) tally: i64,
    pub(crate) sender_type: SenderType,
    #[schema(required)]
    pub(crate) sender_user_id: Option<UserId>,
    pub(crate) sender_name: String,
    pub(crate) content: String,
    pub(crate) message_type: CustomerMessageType,
    #[schema(required)]
    pub(crate) attachment: Option<Attachment>,
    /// Where the attachment is.
    #[schema(required)]
    pub(crate) media_url: Option<String>,
    #[schema(required)]
    pub(crate) reply_to: Option<MessageId>,
    /// `options` of a menu; `notice` of what the server tells: `takeover`, `transfer`, `closed`, `reopened`.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub(crate) metadata: Map<String, Value>,
    #[schema(required)]
    pub(crate) whatsapp_message_id: Option<String>,
    pub(crate) delivery: Delivery,
    #[schema(required)]
    pub(crate) error: Option<String>,
    /// Whether the other side has read it.
    pub(crate) is_read: bool,
    pub(crate) sent_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
}

impl Message {
    pub(crate) fn is_note(&self) -> bool {
        self.message_type == CustomerMessageType::Note
    }

    /// Whether it goes out to the customer.
    pub(crate) fn goes_out(&self) -> bool {
        self.sender_type != SenderType::Customer && !self.is_note()
    }
}

impl State {
    /// A message among the newest.
    pub(crate) fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        self.messages.iter().rev().find(|message| message.id == id)
    }

    /// The number of the newest message; 0 for none.
    pub(crate) fn last_number(&self) -> i64 {
        self.messages.back().map_or(0, |message| message.number)
    }

    /// How many messages of the customer there are in all.
    pub(crate) fn tally(&self) -> i64 {
        self.messages.back().map_or(0, |message| message.tally)
    }

    /// How many messages of the customer nobody has read yet.
    pub(crate) fn unread(&self) -> i64 {
        self.tally() - self.read_tally
    }

    /// Applies an event. Judges nothing.
    pub(crate) fn evolve(&mut self, event: &Event) {
        match event {
            Event::MessageReceived { message, bot } => {
                if let Some(bot) = bot {
                    self.owner = Owner::Bot {
                        flow: Some(bot.flow),
                        state: bot.state.clone(),
                    };
                }
                self.push(message);
            }
            Event::MessageSent(message) | Event::NoteAdded(message) => self.push(message),
            Event::MessageStatus(status) => self.tell_status(status),
            Event::Assigned(moved)
            | Event::Transferred(moved)
            | Event::HandedOver(moved)
            | Event::Closed(moved)
            | Event::Reopened(moved) => self.hand(moved),
            Event::Updated(change) => match change {
                Change::Owner(owner) => self.owner = owner.clone(),
                Change::Tags(tags) => self.tags.clone_from(tags),
                Change::ConversationPriority(priority) => self.priority = *priority,
                Change::Fields(fields) => self.fields.clone_from(fields),
                Change::Read { number, tally } => {
                    self.read_number = *number;
                    self.read_tally = *tally;
                }
                Change::Rating(rating) => self.rating = Some(rating.clone()),
                Change::Resolution(resolution) => self.resolution.clone_from(resolution),
                Change::Contact(contact) => self.contact.clone_from(contact),
            },
            Event::AnswerDiscarded(_) => {}
        }
    }

    fn push(&mut self, message: &Arc<Message>) {
        self.messages.push_back(Arc::clone(message));
        if self.messages.len() > WINDOW {
            self.messages.pop_front();
        }
    }

    fn hand(&mut self, moved: &Move) {
        self.owner = moved.owner.clone();
        self.epoch = moved.epoch;
        self.ended_at = moved.ended_at;
    }

    fn tell_status(&mut self, status: &Status) {
        let concerns = |message: &Message| status.concerns(message);
        self.change_messages(concerns, |message| {
            message.delivery = status.delivery;
            message.error.clone_from(&status.error);
            message.is_read = status.delivery == Delivery::Read;
        });
    }

    fn change_messages(&mut self, which: impl Fn(&Message) -> bool, change: impl Fn(&mut Message)) {
        for message in self.messages.iter_mut().filter(|message| which(message)) {
            change(Arc::make_mut(message));
        }
    }
}

/// An id of the same kind that follows from another: what a command makes beside its first thing.
pub(crate) fn nth_id(first: Uuid, n: u128) -> Uuid {
    // The last 62 bits are random: a few more of them are as unlikely to be another's.
    Uuid::from_u128(first.as_u128().wrapping_add(n))
}
