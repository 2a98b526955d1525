//! What people ask of a room, read into types that cannot be out of range.

use serde::Serialize;
use serde_json::Value;

use super::state::{MessageType, RoomKind};
use crate::db::{AttachmentId, MessageId, UserId};
use crate::error::{Code, Refusal};
use crate::fields::Fields;

const MAX_NAME: usize = 100;
const MAX_PERSON: usize = 200;
const MAX_CONTENT: usize = 10_000;
/// Unicode's longest emoji have ten parts.
const MAX_EMOJI: usize = 12;

/// A command. What it serialises to is what makes two of them the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    SendMessage(NewMessage),
    EditMessage {
        message_id: MessageId,
        content: String,
    },
    DeleteMessage {
        message_id: MessageId,
    },
    /// Up to this message; without one, everything.
    MarkRead {
        message_id: Option<MessageId>,
    },
    React {
        message_id: MessageId,
        emoji: String,
        /// Whether it should be there afterwards; without it, the other way round than now.
        active: Option<bool>,
    },
    AddParticipant {
        user_id: UserId,
    },
    RemoveParticipant {
        user_id: UserId,
    },
    Rename {
        name: String,
    },
    /// Makes the general room's people those of the company.
    GatherEverybody,
    /// Somebody is called otherwise in the company.
    RenameParticipant {
        user_id: UserId,
        name: String,
    },
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NewMessage {
    /// May be left out where there is an attachment.
    pub(crate) content: Option<String>,
    /// Follows from the attachment, unless told.
    pub(crate) message_type: Option<MessageType>,
    pub(crate) attachment_id: Option<AttachmentId>,
    pub(crate) reply_to: Option<MessageId>,
}

impl Command {
    /// # Errors
    /// `malformed_frame` for a name that is none, `invalid` with every field that is.
    pub(crate) fn parse(name: &str, data: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(data)?;
        let command = match name {
            "send_message" => send_message(&mut fields).map(Command::SendMessage),
            "edit_message" => edit_message(&mut fields),
            "delete_message" => message_id(&mut fields).map(|message_id| Command::DeleteMessage { message_id }),
            "mark_read" => Some(Command::MarkRead {
                message_id: fields.id("message_id").flatten().map(MessageId),
            }),
            "react" => react(&mut fields),
            "add_participant" => user_id(&mut fields).map(|user_id| Command::AddParticipant { user_id }),
            "remove_participant" => user_id(&mut fields).map(|user_id| Command::RemoveParticipant { user_id }),
            "rename" => room_name(&mut fields).map(|name| Command::Rename { name }),
            GATHER_EVERYBODY => Some(Command::GatherEverybody),
            RENAME_PARTICIPANT => {
                let (user_id, name) = (user_id(&mut fields), fields.line("name", MAX_PERSON));
                let name = fields.required("name", name);
                user_id
                    .zip(name)
                    .map(|(user_id, name)| Command::RenameParticipant { user_id, name })
            }
            _ => return Err(Refusal::new(Code::MalformedFrame, "A room knows no such command")),
        };
        fields.finish(command)
    }
}

/// The name of [`Command::GatherEverybody`], which the server itself sends.
pub(crate) const GATHER_EVERYBODY: &str = "gather_everybody";
/// The name of [`Command::RenameParticipant`], which nobody else may send.
pub(crate) const RENAME_PARTICIPANT: &str = "rename_participant";

fn send_message(fields: &mut Fields) -> Option<NewMessage> {
    let content = fields.text("content", MAX_CONTENT).flatten();
    let message_type: Option<MessageType> = fields.choice("message_type").flatten();
    let attachment_id = fields.id("attachment_id").flatten().map(AttachmentId);
    let reply_to = fields.id("reply_to").flatten().map(MessageId);
    match message_type {
        Some(MessageType::System) => fields.wrong("message_type", "invalid", "only the server sends these"),
        Some(MessageType::File | MessageType::Image) if attachment_id.is_none() => {
            fields.wrong("attachment_id", "required", "is required for a file");
        }
        Some(MessageType::Text | MessageType::File | MessageType::Image) | None => {}
    }
    if content.is_none() && attachment_id.is_none() {
        fields.wrong("content", "required", "is required");
    }
    Some(NewMessage {
        content,
        message_type,
        attachment_id,
        reply_to,
    })
}

fn edit_message(fields: &mut Fields) -> Option<Command> {
    let message_id = message_id(fields);
    let content = fields.text("content", MAX_CONTENT);
    let content = fields.required("content", content);
    Some(Command::EditMessage {
        message_id: message_id?,
        content: content?,
    })
}

fn react(fields: &mut Fields) -> Option<Command> {
    let message_id = message_id(fields);
    let emoji = fields.line("emoji", MAX_EMOJI);
    let emoji = fields.required("emoji", emoji);
    if emoji.as_deref().is_some_and(|emoji| !is_emoji(emoji)) {
        fields.wrong("emoji", "invalid", "must be one emoji");
    }
    let active = fields.flag("active").flatten();
    Some(Command::React {
        message_id: message_id?,
        emoji: emoji?,
        active,
    })
}

/// Whether this is something like an emoji: a sign, and no word. What exactly is one changes every year.
fn is_emoji(text: &str) -> bool {
    let is_sign = |c: char| !c.is_ascii() && !c.is_alphabetic() && !c.is_whitespace();
    // Digits, # and * are the beginning of the key emoji.
    text.chars().any(is_sign)
        && text
            .chars()
            .all(|c| is_sign(c) || c.is_ascii_digit() || matches!(c, '#' | '*'))
}

fn room_name(fields: &mut Fields) -> Option<String> {
    let name = fields.line("name", MAX_NAME);
    fields.required("name", name)
}

fn message_id(fields: &mut Fields) -> Option<MessageId> {
    let id = fields.id("message_id");
    fields.required("message_id", id).map(MessageId)
}

fn user_id(fields: &mut Fields) -> Option<UserId> {
    let id = fields.id("user_id");
    fields.required("user_id", id).map(UserId)
}

/// A room to be made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NewRoom {
    pub(crate) about: NewRoomKind,
    /// Without its maker, each once.
    pub(crate) others: Vec<UserId>,
}

/// What kind of room; the general one is made with the company.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewRoomKind {
    Direct,
    Group { name: String },
}

impl NewRoom {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(crate) fn parse(data: Value, by: UserId) -> Result<Self, Refusal> {
        let mut fields = Fields::of(data)?;
        let kind = fields.choice("type").flatten().unwrap_or(RoomKind::Group);
        let others = fields.ids("participant_ids").flatten().unwrap_or_default();
        let mut others: Vec<UserId> = others.into_iter().map(UserId).filter(|id| *id != by).collect();
        others.sort_unstable();
        others.dedup();
        let about = match kind {
            RoomKind::General => {
                fields.wrong("type", "invalid", "the general room is made with the company");
                None
            }
            RoomKind::Direct => {
                if others.len() != 1 {
                    fields.wrong("participant_ids", "invalid", "must name one other person");
                }
                Some(NewRoomKind::Direct)
            }
            RoomKind::Group => {
                if others.len() >= super::decide::MAX_PARTICIPANTS {
                    fields.wrong("participant_ids", "too_many", "a room does not hold as many");
                }
                room_name(&mut fields).map(|name| NewRoomKind::Group { name })
            }
        };
        let room = about.map(|about| Self { about, others });
        fields.finish(room)
    }
}
