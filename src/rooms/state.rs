//! A room: its people and its newest messages. How an event changes it; what may happen stands in [`super::decide`].

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::event::Event;
use crate::attachments::Attachment;
use crate::db::text_enum::text_enum;
use crate::db::{MessageId, RoomId, UserId};

/// How many of its newest messages a room keeps in memory.
pub(crate) const WINDOW: usize = 200;
/// How many deletions of older messages a room remembers.
const REMEMBERED_DELETIONS: usize = 100;

text_enum! {
    /// Who is in a room.
    RoomKind {
        /// Two people: a pair has one room.
        Direct = "direct",
        /// Whoever was added.
        Group = "group",
        /// Everybody of the company.
        General = "general",
    }
}

text_enum! {
    /// What a message is.
    MessageType {
        Text = "text",
        File = "file",
        Image = "image",
        /// Tells what happened to the room.
        System = "system",
    }
}

text_enum! {
    /// What a system message tells.
    NoticeKind {
        Added = "added",
        Left = "left",
        Removed = "removed",
        Renamed = "renamed",
    }
}

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) id: RoomId,
    pub(crate) kind: RoomKind,
    /// A direct room has none.
    pub(crate) name: Option<String>,
    pub(crate) created_by: Option<UserId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// In the order in which they came, and by id.
    pub(crate) participants: Vec<Arc<Participant>>,
    /// The newest, oldest first, at most [`WINDOW`].
    pub(crate) messages: VecDeque<Arc<Message>>,
    /// Older messages that were deleted since the room was loaded: what was read of them beforehand does not tell yet.
    #[serde(skip)]
    pub(crate) deleted: VecDeque<MessageId>,
}

/// Somebody in a room, and how far they have read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RoomParticipant)]
pub(crate) struct Participant {
    pub(crate) user_id: UserId,
    pub(crate) name: String,
    pub(crate) joined_at: DateTime<Utc>,
    /// The number of the last message that they have read; 0 for none.
    pub(crate) read_number: i64,
    /// The tally of that message: what is unread is the room's tally less this.
    pub(crate) read_tally: i64,
    #[schema(required)]
    pub(crate) last_read_message_id: Option<MessageId>,
    #[schema(required)]
    pub(crate) last_read_at: Option<DateTime<Utc>>,
}

/// A person as of then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) name: String,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = RoomMessage)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) room_id: RoomId,
    /// Its place in the room, from 1.
    pub(crate) number: i64,
    /// How many messages that count as unread there are up to it.
    pub(crate) tally: i64,
    pub(crate) sender: Person,
    /// Null once it was deleted, and where there is only an attachment.
    #[schema(required)]
    pub(crate) content: Option<String>,
    pub(crate) message_type: MessageType,
    #[schema(required)]
    pub(crate) attachment: Option<Attachment>,
    #[schema(required)]
    pub(crate) reply_to: Option<MessageId>,
    /// Whom it names.
    pub(crate) mentions: Vec<UserId>,
    /// By emoji.
    pub(crate) reactions: Vec<Reaction>,
    /// What a system message tells.
    #[schema(required)]
    pub(crate) notice: Option<Notice>,
    pub(crate) created_at: DateTime<Utc>,
    #[schema(required)]
    pub(crate) edited_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

/// Who answered a message with the same emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RoomReaction)]
pub(crate) struct Reaction {
    pub(crate) emoji: String,
    /// By id.
    pub(crate) user_ids: Vec<UserId>,
}

/// What a system message tells; its author is who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RoomNotice)]
pub(crate) struct Notice {
    pub(crate) kind: NoticeKind,
    /// Whom it concerns.
    #[schema(required)]
    pub(crate) user: Option<Person>,
    /// What the room is called now.
    #[schema(required)]
    pub(crate) name: Option<String>,
}

impl State {
    pub(crate) fn participant(&self, user: UserId) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.user_id == user)
            .map(AsRef::as_ref)
    }

    /// A message among the newest.
    pub(crate) fn message(&self, id: MessageId) -> Option<&Arc<Message>> {
        // What people answer to and react on is mostly what was said last.
        self.messages.iter().rev().find(|message| message.id == id)
    }

    /// The number of the newest message; 0 for none.
    pub(crate) fn last_number(&self) -> i64 {
        self.messages.back().map_or(0, |message| message.number)
    }

    /// How many messages that count as unread there are in all.
    pub(crate) fn tally(&self) -> i64 {
        self.messages.back().map_or(0, |message| message.tally)
    }

    /// How many messages a person has not read yet.
    pub(crate) fn unread(&self, user: UserId) -> i64 {
        self.participant(user)
            .map_or(0, |participant| self.tally() - participant.read_tally)
    }

    /// Applies an event. Judges nothing.
    pub(crate) fn evolve(&mut self, event: &Event) {
        match event {
            Event::MessageSent(message) => {
                if message.counts() {
                    self.change_participant(message.sender.id, |sender| sender.read(message, message.created_at));
                }
                self.messages.push_back(Arc::clone(message));
                if self.messages.len() > WINDOW {
                    self.messages.pop_front();
                }
            }
            Event::MessageEdited(edited) => {
                if let Some(message) = self.messages.iter_mut().find(|message| message.id == edited.id) {
                    *message = Arc::clone(edited);
                }
            }
            Event::MessageDeleted { message_id, deleted_at } => {
                let found = self.change_message(*message_id, |message| message.delete(*deleted_at));
                if !found {
                    self.deleted.push_back(*message_id);
                    if self.deleted.len() > REMEMBERED_DELETIONS {
                        self.deleted.pop_front();
                    }
                }
            }
            Event::MessageRead(read) => self.change_participant(read.user_id, |participant| {
                participant.read_number = read.number;
                participant.read_tally = read.tally;
                participant.last_read_message_id = Some(read.message_id);
                participant.last_read_at = Some(read.read_at);
            }),
            Event::MessageReacted(reacted) => {
                self.change_message(reacted.message_id, |message| {
                    message.react(&reacted.emoji, reacted.user_id, reacted.active);
                });
            }
            Event::ParticipantAdded(participant) => {
                let order = |other: &Participant| (other.joined_at, other.user_id);
                let place = self
                    .participants
                    .partition_point(|other| order(other) < order(participant));
                self.participants.insert(place, Arc::new(participant.clone()));
            }
            Event::ParticipantRemoved { user_id } => {
                self.participants.retain(|participant| participant.user_id != *user_id);
            }
            Event::ParticipantRenamed { user_id, name } => {
                self.change_participant(*user_id, |participant| participant.name.clone_from(name));
            }
            Event::RoomRenamed { name, updated_at } => {
                self.name = Some(name.clone());
                self.updated_at = *updated_at;
            }
        }
    }

    fn change_participant(&mut self, user: UserId, change: impl FnOnce(&mut Participant)) {
        if let Some(participant) = self.participants.iter_mut().find(|other| other.user_id == user) {
            change(Arc::make_mut(participant));
        }
    }

    fn change_message(&mut self, id: MessageId, change: impl FnOnce(&mut Message)) -> bool {
        let found = self.messages.iter_mut().rev().find(|message| message.id == id);
        let is_found = found.is_some();
        if let Some(message) = found {
            change(Arc::make_mut(message));
        }
        is_found
    }
}

impl Participant {
    fn read(&mut self, message: &Message, at: DateTime<Utc>) {
        self.read_number = message.number;
        self.read_tally = message.tally;
        self.last_read_message_id = Some(message.id);
        self.last_read_at = Some(at);
    }
}

impl Message {
    /// Whether it counts as unread for those who have not seen it.
    pub(crate) fn counts(&self) -> bool {
        self.message_type != MessageType::System
    }

    /// Leaves nothing of it but its trace.
    fn delete(&mut self, at: DateTime<Utc>) {
        self.content = None;
        self.attachment = None;
        self.mentions = Vec::new();
        self.reactions = Vec::new();
        self.deleted_at = Some(at);
    }

    pub(crate) fn has_reaction(&self, emoji: &str, user: UserId) -> bool {
        self.reactions
            .iter()
            .any(|reaction| reaction.emoji == emoji && reaction.user_ids.contains(&user))
    }

    /// Adds or takes back somebody's reaction.
    pub(crate) fn react(&mut self, emoji: &str, user: UserId, active: bool) {
        let place = self
            .reactions
            .binary_search_by(|reaction| reaction.emoji.as_str().cmp(emoji));
        match (place, active) {
            (Ok(index), true) => {
                let users = &mut self.reactions[index].user_ids;
                if let Err(place) = users.binary_search(&user) {
                    users.insert(place, user);
                }
            }
            (Err(index), true) => self.reactions.insert(
                index,
                Reaction {
                    emoji: emoji.to_owned(),
                    user_ids: vec![user],
                },
            ),
            (Ok(index), false) => {
                self.reactions[index].user_ids.retain(|other| *other != user);
                if self.reactions[index].user_ids.is_empty() {
                    self.reactions.remove(index);
                }
            }
            (Err(_), false) => {}
        }
    }
}
