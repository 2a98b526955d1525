//! What is asked of a conversation, read into types that cannot be out of range.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::state::{Contact, ConversationPriority, Delivery};
use crate::db::{AttachmentId, MessageId, QueueId, UserId};
use crate::error::{Code, Refusal};
use crate::fields::Fields;

/// As much as the least patient channel takes.
const MAX_CONTENT: usize = 4_096;
const MAX_REASON: usize = 500;
const MAX_TAGS: usize = 30;
const MAX_TAG: usize = 50;
const MAX_OPTIONS_BYTES: usize = 8 * 1024;

/// A command. What it serialises to is what makes two of them the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    SendMessage(NewMessage),
    Takeover,
    /// Takes it over, if need be, and says this.
    Begin {
        content: String,
    },
    Transfer {
        to: Target,
        reason: Option<String>,
    },
    Close {
        resolution: Option<String>,
    },
    Reopen,
    /// Put aside until then.
    Snooze {
        until: DateTime<Utc>,
    },
    /// Up to this message; without one, everything.
    MarkRead {
        message_id: Option<MessageId>,
    },
    AddNote {
        content: String,
    },
    Tag {
        add: Vec<String>,
        remove: Vec<String>,
    },
    Update {
        priority: ConversationPriority,
    },
    /// The customer's word on it.
    Rate {
        score: i32,
        comment: Option<String>,
    },
    /// A call of the bot to the outside ended; without an answer where it failed.
    BotAnswered {
        call: u32,
        epoch: i64,
        answer: Option<Value>,
    },
    /// What became of a message outside.
    MessageStatus {
        message_id: MessageId,
        delivery: Delivery,
        error: Option<String>,
    },
    /// The time until which it was put aside has come.
    Wake {
        epoch: i64,
    },
    /// The customer is called otherwise, or is another contact now.
    ContactChanged {
        contact: Contact,
    },
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct NewMessage {
    /// May be empty where there is an attachment.
    pub(crate) content: String,
    pub(crate) attachment_id: Option<AttachmentId>,
    pub(crate) reply_to: Option<MessageId>,
    /// What can be chosen: `{"options": [{"key", "label"}]}`.
    pub(crate) interactive: Option<Map<String, Value>>,
}

/// To whom a conversation is handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    User(UserId),
    Queue(QueueId),
    Bot,
}

/// The names of the commands that the server itself sends.
pub(crate) const BOT_ANSWERED: &str = "bot_answered";
pub(crate) const WAKE: &str = "wake";
pub(crate) const CONTACT_CHANGED: &str = "contact_changed";
/// The name of [`Command::Begin`].
pub(crate) const BEGIN: &str = "begin";

impl Command {
    /// # Errors
    /// `malformed_frame` for a name that is none, `invalid` with every field that is.
    pub(crate) fn parse(name: &str, data: Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(data)?;
        let command = match name {
            "send_message" => send_message(&mut fields).map(Command::SendMessage),
            "takeover" => Some(Command::Takeover),
            BEGIN => {
                let content = fields.text("content", MAX_CONTENT);
                fields
                    .required("content", content)
                    .map(|content| Command::Begin { content })
            }
            "transfer" => transfer(&mut fields),
            "close" => Some(Command::Close {
                resolution: fields.text("resolution", MAX_REASON).flatten(),
            }),
            "reopen" => Some(Command::Reopen),
            "snooze" => instant(&mut fields, "until").map(|until| Command::Snooze { until }),
            "mark_read" => Some(Command::MarkRead {
                message_id: fields.id("message_id").flatten().map(MessageId),
            }),
            "add_note" => {
                let content = fields.text("content", MAX_CONTENT);
                fields
                    .required("content", content)
                    .map(|content| Command::AddNote { content })
            }
            "tag" => tag(&mut fields),
            "update" => {
                let priority = fields.choice("priority");
                fields
                    .required("priority", priority)
                    .map(|priority| Command::Update { priority })
            }
            "rate" => {
                let score = fields.whole("score", 1..=5);
                let score = fields.required("score", score);
                let comment = fields.text("comment", MAX_REASON).flatten();
                score.map(|score| Command::Rate { score, comment })
            }
            BOT_ANSWERED => bot_answered(&mut fields),
            "message_status" => message_status(&mut fields),
            WAKE => {
                let epoch = fields.number("epoch");
                fields.required("epoch", epoch).map(|epoch| Command::Wake { epoch })
            }
            CONTACT_CHANGED => {
                let contact = fields
                    .take("contact")
                    .and_then(|contact| serde_json::from_value(contact).ok());
                let contact = fields.required("contact", contact.map(Some));
                contact.map(|contact| Command::ContactChanged { contact })
            }
            _ => {
                return Err(Refusal::new(
                    Code::MalformedFrame,
                    "A conversation knows no such command",
                ));
            }
        };
        fields.finish(command)
    }

    /// Whether only the server itself sends it.
    pub(crate) fn is_internal(&self) -> bool {
        matches!(
            self,
            Command::BotAnswered { .. }
                | Command::MessageStatus { .. }
                | Command::Wake { .. }
                | Command::ContactChanged { .. }
        )
    }
}

fn send_message(fields: &mut Fields) -> Option<NewMessage> {
    let content = fields.text("content", MAX_CONTENT).flatten();
    let attachment_id = fields.id("attachment_id").flatten().map(AttachmentId);
    let reply_to = fields.id("reply_to").flatten().map(MessageId);
    let interactive = fields.object("interactive", MAX_OPTIONS_BYTES).flatten();
    if fields.has("template") {
        fields.wrong("template", "not_supported", "this channel knows no templates");
    }
    let kind: Option<super::state::CustomerMessageType> = fields.choice("message_type").flatten();
    if kind == Some(super::state::CustomerMessageType::Note) {
        fields.wrong("message_type", "invalid", "a note is added, not sent");
    }
    if content.is_none() && attachment_id.is_none() {
        fields.wrong("content", "required", "is required");
    }
    Some(NewMessage {
        content: content.unwrap_or_default(),
        attachment_id,
        reply_to,
        interactive,
    })
}

fn transfer(fields: &mut Fields) -> Option<Command> {
    let user = fields.id("to_user_id").flatten().map(|id| Target::User(UserId(id)));
    let queue = fields.id("to_queue_id").flatten().map(|id| Target::Queue(QueueId(id)));
    let bot = fields
        .flag("to_bot")
        .flatten()
        .filter(|to_bot| *to_bot)
        .map(|_| Target::Bot);
    let reason = fields.text("reason", MAX_REASON).flatten();
    let mut targets = [user, queue, bot].into_iter().flatten();
    match (targets.next(), targets.next()) {
        (Some(to), None) => Some(Command::Transfer { to, reason }),
        (None, _) => {
            fields.wrong("to_user_id", "required", "say to_user_id, to_queue_id or to_bot");
            None
        }
        (Some(_), Some(_)) => {
            fields.wrong("to_user_id", "invalid", "say one of to_user_id, to_queue_id and to_bot");
            None
        }
    }
}

fn tag(fields: &mut Fields) -> Option<Command> {
    let add = fields.tags("add", MAX_TAGS, MAX_TAG).flatten().unwrap_or_default();
    let remove = fields.tags("remove", MAX_TAGS, MAX_TAG).flatten().unwrap_or_default();
    Some(Command::Tag { add, remove })
}

fn instant(fields: &mut Fields, field: &str) -> Option<DateTime<Utc>> {
    let text = fields.line(field, 40);
    let text = fields.required(field, text)?;
    match DateTime::parse_from_rfc3339(&text) {
        Ok(at) => Some(at.to_utc()),
        Err(_) => {
            fields.wrong(field, "invalid", "must be a time like 2026-11-30T12:00:00Z");
            None
        }
    }
}

fn bot_answered(fields: &mut Fields) -> Option<Command> {
    let call = fields.number("call");
    let call = fields.required("call", call).and_then(|call| u32::try_from(call).ok());
    let epoch = fields.number("epoch");
    let epoch = fields.required("epoch", epoch);
    Some(Command::BotAnswered {
        call: call?,
        epoch: epoch?,
        answer: fields.take("answer").filter(|answer| !answer.is_null()),
    })
}

fn message_status(fields: &mut Fields) -> Option<Command> {
    let message_id = fields.id("message_id");
    let message_id = fields.required("message_id", message_id).map(MessageId);
    let delivery = fields.choice("delivery");
    let delivery = fields.required("delivery", delivery);
    let error = fields.text("error", MAX_REASON).flatten();
    Some(Command::MessageStatus {
        message_id: message_id?,
        delivery: delivery?,
        error,
    })
}
