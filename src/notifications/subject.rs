//! What a notification is about, and what it says.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::text_enum::text_enum;
use crate::users::Language;

text_enum! {
    /// What somebody may want to be told of.
    NotificationKind {
        /// Somebody named them in a room.
        Mention = "mention",
        /// Somebody let them into a room.
        RoomAdded = "room_added",
        /// A lead became theirs.
        LeadAssigned = "lead_assigned",
        /// A lead of theirs should be closed today.
        LeadDue = "lead_due",
        /// A customer's conversation became theirs.
        ConversationAssigned = "conversation_assigned",
    }
}

text_enum! {
    /// How a notification looks.
    NotificationType {
        Info = "info",
        Success = "success",
        Warning = "warning",
        Error = "error",
    }
}

/// What is told, with the names as of then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Subject {
    Mention {
        by: String,
        /// A direct room has no name.
        room: Option<String>,
        room_id: Uuid,
        message_id: Uuid,
        text: String,
    },
    RoomAdded {
        by: String,
        room: String,
        room_id: Uuid,
    },
    LeadAssigned {
        by: String,
        lead: String,
        lead_id: Uuid,
        board_id: Uuid,
    },
    LeadDue {
        lead: String,
        lead_id: Uuid,
        board_id: Uuid,
        date: NaiveDate,
    },
    ConversationAssigned {
        /// Nobody, where it was the bot.
        by: Option<String>,
        customer: String,
        conversation_id: Uuid,
        reason: Option<String>,
    },
}

/// A title, and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) message: String,
}

/// How much of a message is quoted.
const QUOTED: usize = 140;

impl Subject {
    pub(crate) fn kind(&self) -> NotificationKind {
        match self {
            Subject::Mention { .. } => NotificationKind::Mention,
            Subject::RoomAdded { .. } => NotificationKind::RoomAdded,
            Subject::LeadAssigned { .. } => NotificationKind::LeadAssigned,
            Subject::LeadDue { .. } => NotificationKind::LeadDue,
            Subject::ConversationAssigned { .. } => NotificationKind::ConversationAssigned,
        }
    }

    pub(crate) fn looks(&self) -> NotificationType {
        match self {
            Subject::Mention { .. } | Subject::RoomAdded { .. } => NotificationType::Info,
            Subject::LeadAssigned { .. } => NotificationType::Success,
            Subject::LeadDue { .. } | Subject::ConversationAssigned { .. } => NotificationType::Warning,
        }
    }

    /// Where in the client it leads.
    pub(crate) fn link(&self) -> String {
        match self {
            Subject::Mention {
                room_id, message_id, ..
            } => format!("/chat/{room_id}?message={message_id}"),
            Subject::RoomAdded { room_id, .. } => format!("/chat/{room_id}"),
            Subject::LeadAssigned { lead_id, board_id, .. } | Subject::LeadDue { lead_id, board_id, .. } => {
                format!("/boards/{board_id}?lead={lead_id}")
            }
            Subject::ConversationAssigned { conversation_id, .. } => format!("/inbox/{conversation_id}"),
        }
    }

    pub(crate) fn words(&self, language: Language) -> Words {
        use Language::{En, PtBr};
        let (title, message) = match (self, language) {
            (
                Subject::Mention {
                    by,
                    room: Some(room),
                    text,
                    ..
                },
                PtBr,
            ) => (format!("{by} mencionou você em {room}"), quoted(text)),
            (
                Subject::Mention {
                    by,
                    room: Some(room),
                    text,
                    ..
                },
                En,
            ) => (format!("{by} mentioned you in {room}"), quoted(text)),
            (
                Subject::Mention {
                    by, room: None, text, ..
                },
                PtBr,
            ) => (format!("{by} mencionou você"), quoted(text)),
            (
                Subject::Mention {
                    by, room: None, text, ..
                },
                En,
            ) => (format!("{by} mentioned you"), quoted(text)),
            (Subject::RoomAdded { by, room, .. }, PtBr) => (
                format!("Você agora está em {room}"),
                format!("{by} adicionou você à conversa"),
            ),
            (Subject::RoomAdded { by, room, .. }, En) => (
                format!("You are now in {room}"),
                format!("{by} added you to the conversation"),
            ),
            (Subject::LeadAssigned { by, lead, .. }, PtBr) => (
                "Um lead agora é seu".to_owned(),
                format!("{by} passou “{lead}” para você"),
            ),
            (Subject::LeadAssigned { by, lead, .. }, En) => (
                "A lead is now yours".to_owned(),
                format!("{by} assigned “{lead}” to you"),
            ),
            (Subject::LeadDue { lead, date, .. }, PtBr) => (
                "Fechamento previsto para hoje".to_owned(),
                format!("“{lead}”, {}", date.format("%d/%m/%Y")),
            ),
            (Subject::LeadDue { lead, date, .. }, En) => {
                ("Expected to close today".to_owned(), format!("“{lead}”, {date}"))
            }
            (
                Subject::ConversationAssigned {
                    by, customer, reason, ..
                },
                language,
            ) => {
                let title = match language {
                    PtBr => format!("{customer} é com você agora"),
                    En => format!("{customer} is yours to answer"),
                };
                let who = match (by, language) {
                    (Some(by), PtBr) => format!("{by} passou a conversa para você"),
                    (Some(by), En) => format!("{by} handed the conversation to you"),
                    (None, PtBr) => "O assistente virtual passou a conversa para você".to_owned(),
                    (None, En) => "The assistant handed the conversation to you".to_owned(),
                };
                let message = match reason {
                    Some(reason) => format!("{who}: {}", quoted(reason)),
                    None => who,
                };
                (title, message)
            }
        };
        Words { title, message }
    }
}

/// The beginning of a text, in one line.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    let beginning: String = line.chars().take(QUOTED - 1).collect();
    format!("{}…", beginning.trim_end())
}
