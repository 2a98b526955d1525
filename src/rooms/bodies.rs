//! What clients may send, as the API's description tells it. [`super::command`] reads it: field by field, so that everything that
//! is wrong is told at once.

#![expect(dead_code, reason = "only described, never built")]

use utoipa::ToSchema;

use super::state::{MessageType, RoomKind};
use crate::db::{AttachmentId, MessageId, UserId};

/// A room to be made. The general one is made with the company.
#[derive(ToSchema)]
pub(crate) struct NewRoomBody {
    /// A group needs one.
    #[schema(max_length = 100)]
    name: Option<String>,
    /// `group`, unless told.
    #[schema(value_type = Option<RoomKind>)]
    r#type: Option<RoomKind>,
    /// The others; one for a direct room.
    participant_ids: Option<Vec<UserId>>,
}

/// What changes about a room.
#[derive(ToSchema)]
pub(crate) struct RoomChangeBody {
    #[schema(max_length = 100)]
    name: String,
}

/// Who is to be in the room as well.
#[derive(ToSchema)]
pub(crate) struct NewParticipantBody {
    user_id: UserId,
}

/// A message to be sent.
#[derive(ToSchema)]
pub(crate) struct NewMessageBody {
    /// May be left out where there is an attachment. `@name` mentions somebody, `@todos` everybody.
    #[schema(max_length = 10_000)]
    content: Option<String>,
    /// Follows from the attachment, unless told.
    message_type: Option<MessageType>,
    /// An upload of one's own.
    attachment_id: Option<AttachmentId>,
    reply_to: Option<MessageId>,
}

/// What a message says from now on.
#[derive(ToSchema)]
pub(crate) struct MessageChangeBody {
    #[schema(max_length = 10_000)]
    content: String,
}

/// An answer to a message in one sign.
#[derive(ToSchema)]
pub(crate) struct ReactionBody {
    emoji: String,
    /// Whether it should be there afterwards; without it, the other way round than now.
    active: Option<bool>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use utoipa::PartialSchema;
    use uuid::Uuid;

    use super::*;
    use crate::error::Refusal;
    use crate::rooms::command::{Command, NewRoom};

    /// Whether the reader knows each described field: a value of the wrong type is refused by its name.
    fn is_read<S: PartialSchema>(read: impl Fn(Value) -> Option<Refusal>) {
        let schema = json!(S::schema());
        for field in schema["properties"].as_object().unwrap().keys() {
            let refusal = read(json!({ field: [{}] })).unwrap_or_else(|| panic!("{field} is not read"));
            assert!(
                refusal.fields.iter().any(|error| error.field.starts_with(field)),
                "{field}: {refusal:?}"
            );
        }
    }

    #[test]
    fn what_is_described_is_what_is_read() {
        let command = |name: &'static str| move |data| Command::parse(name, data).err();
        is_read::<NewRoomBody>(|data| NewRoom::parse(data, UserId(Uuid::from_u128(1))).err());
        is_read::<RoomChangeBody>(command("rename"));
        is_read::<NewParticipantBody>(command("add_participant"));
        is_read::<NewMessageBody>(command("send_message"));
        is_read::<MessageChangeBody>(command("edit_message"));
        is_read::<ReactionBody>(command("react"));
    }
}
