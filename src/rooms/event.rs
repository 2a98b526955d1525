//! What happens in a room, and how clients see it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::state::{Message, Participant, State};
use crate::db::{MessageId, RoomId, UserId};
use crate::live::{Audience, Record};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// Its sender has read up to it.
    MessageSent(Arc<Message>),
    /// The message as it is now.
    MessageEdited(Arc<Message>),
    MessageDeleted {
        message_id: MessageId,
        deleted_at: DateTime<Utc>,
    },
    MessageRead(Read),
    MessageReacted(Reacted),
    ParticipantAdded(Participant),
    ParticipantRemoved {
        user_id: UserId,
    },
    ParticipantRenamed {
        user_id: UserId,
        name: String,
    },
    RoomRenamed {
        name: String,
        updated_at: DateTime<Utc>,
    },
}

/// Somebody has read up to a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(crate) user_id: UserId,
    pub(crate) message_id: MessageId,
    pub(crate) number: i64,
    pub(crate) tally: i64,
    pub(crate) read_at: DateTime<Utc>,
}

/// Somebody answered a message with an emoji, or took that back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reacted {
    pub(crate) message_id: MessageId,
    pub(crate) user_id: UserId,
    pub(crate) emoji: String,
    pub(crate) active: bool,
}

/// What a room is called from now on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Renamed {
    pub(crate) id: RoomId,
    pub(crate) name: String,
    pub(crate) updated_at: DateTime<Utc>,
}

impl Event {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Event::MessageSent(_) => "message.sent",
            Event::MessageEdited(_) => "message.edited",
            Event::MessageDeleted { .. } => "message.deleted",
            Event::MessageRead(_) => "message.read",
            Event::MessageReacted(_) => "message.reacted",
            Event::ParticipantAdded(_) => "participant.added",
            Event::ParticipantRemoved { .. } => "participant.removed",
            Event::ParticipantRenamed { .. } => "participant.renamed",
            Event::RoomRenamed { .. } => "room.renamed",
        }
    }

    /// The event that was stored so.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn read(kind: &str, data: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Deleted {
            message_id: MessageId,
            deleted_at: DateTime<Utc>,
        }
        #[derive(Deserialize)]
        struct Removed {
            user_id: UserId,
        }
        #[derive(Deserialize)]
        struct Called {
            user_id: UserId,
            name: String,
        }
        Ok(match kind {
            "message.sent" => Event::MessageSent(serde_json::from_str(data)?),
            "message.edited" => Event::MessageEdited(serde_json::from_str(data)?),
            "message.deleted" => {
                let Deleted { message_id, deleted_at } = serde_json::from_str(data)?;
                Event::MessageDeleted { message_id, deleted_at }
            }
            "message.read" => Event::MessageRead(serde_json::from_str(data)?),
            "message.reacted" => Event::MessageReacted(serde_json::from_str(data)?),
            "participant.added" => Event::ParticipantAdded(serde_json::from_str(data)?),
            "participant.removed" => {
                let Removed { user_id } = serde_json::from_str(data)?;
                Event::ParticipantRemoved { user_id }
            }
            "participant.renamed" => {
                let Called { user_id, name } = serde_json::from_str(data)?;
                Event::ParticipantRenamed { user_id, name }
            }
            "room.renamed" => {
                let Renamed {
                    id: _,
                    name,
                    updated_at,
                } = serde_json::from_str(data)?;
                Event::RoomRenamed { name, updated_at }
            }
            other => return Err(serde_json::Error::custom(format!("a room knows no event {other}"))),
        })
    }

    /// The event as it is stored and shown. It hides nothing; who is removed hears so, and nothing after it.
    pub(crate) fn record(&self, after: &State) -> Record {
        let kind = self.kind();
        match self {
            Event::MessageSent(message) | Event::MessageEdited(message) => Record::new(kind, message),
            Event::MessageDeleted { message_id, deleted_at } => {
                Record::new(kind, &json!({ "message_id": message_id, "deleted_at": deleted_at }))
            }
            Event::MessageRead(read) => Record::new(kind, read),
            Event::MessageReacted(reacted) => Record::new(kind, reacted),
            Event::ParticipantAdded(participant) => Record::new(kind, participant),
            Event::ParticipantRemoved { user_id } => {
                Record::new(kind, &json!({ "user_id": user_id })).with_audience(Audience {
                    withdrawn: vec![*user_id],
                    ..Audience::default()
                })
            }
            Event::ParticipantRenamed { user_id, name } => {
                Record::new(kind, &json!({ "user_id": user_id, "name": name }))
            }
            Event::RoomRenamed { name, updated_at } => {
                let renamed = Renamed {
                    id: after.id,
                    name: name.clone(),
                    updated_at: *updated_at,
                };
                Record::new(kind, &renamed)
            }
        }
    }
}
