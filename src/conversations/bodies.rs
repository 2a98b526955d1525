//! What clients send, as it is described; [`super::command`] reads it.

#![expect(dead_code, reason = "describes bodies, which are read field by field")]

use chrono::{DateTime, Utc};
use serde_json::Value;
use utoipa::ToSchema;

use super::state::{ConversationPriority, CustomerMessageType};
use crate::db::{AttachmentId, ChannelId, ContactId, ConversationId, MessageId, QueueId, UserId};

/// A conversation to be begun with a customer.
#[derive(ToSchema)]
pub(crate) struct NewConversationBody {
    channel_id: ChannelId,
    /// Whom; or the phone.
    contact_id: Option<ContactId>,
    phone: Option<String>,
    #[schema(max_length = 4096)]
    content: String,
}

/// What of a conversation is to be another.
#[derive(ToSchema)]
pub(crate) struct ConversationChangeBody {
    priority: ConversationPriority,
}

/// To whom a conversation goes: one of the three.
#[derive(ToSchema)]
pub(crate) struct TransferBody {
    to_user_id: Option<UserId>,
    to_queue_id: Option<QueueId>,
    to_bot: Option<bool>,
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// How a conversation ended.
#[derive(ToSchema)]
pub(crate) struct CloseBody {
    #[schema(max_length = 500)]
    resolution: Option<String>,
}

/// Until when a conversation is put aside.
#[derive(ToSchema)]
pub(crate) struct SnoozeBody {
    until: DateTime<Utc>,
}

/// What people tell each other about a customer.
#[derive(ToSchema)]
#[schema(as = ConversationNoteBody)]
pub(crate) struct NoteBody {
    #[schema(max_length = 4096)]
    content: String,
}

/// Labels to be put on a conversation and taken off it.
#[derive(ToSchema)]
pub(crate) struct TagsBody {
    add: Option<Vec<String>>,
    remove: Option<Vec<String>>,
}

/// A message to a customer.
#[derive(ToSchema)]
#[schema(as = NewConversationMessageBody)]
pub(crate) struct NewMessageBody {
    conversation_id: ConversationId,
    /// May be left out where there is an attachment.
    #[schema(max_length = 4096)]
    content: Option<String>,
    /// Follows from what it carries.
    message_type: Option<CustomerMessageType>,
    /// An upload of one's own.
    attachment_id: Option<AttachmentId>,
    reply_to: Option<MessageId>,
    /// `{"options": [{"key", "label"}]}`
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>)]
    interactive: Option<Value>,
}

/// A queue to be made.
#[derive(ToSchema)]
pub(crate) struct NewQueueBody {
    #[schema(max_length = 100)]
    name: String,
    /// As the setting `business_hours` has it; without any, those of the company.
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>)]
    business_hours: Option<Value>,
}

/// What of a queue is to be another.
#[derive(ToSchema)]
pub(crate) struct QueueChangeBody {
    #[schema(max_length = 100)]
    name: Option<String>,
    /// Null: those of the company.
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>)]
    business_hours: Option<Value>,
}
