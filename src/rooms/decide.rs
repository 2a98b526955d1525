//! What may happen in a room: every rule, without a clock, chance or a database.

use std::collections::HashMap;
use std::sync::Arc;

use super::command::{Command, NewMessage};
use super::event::{Event, Reacted, Read};
use super::mentions::mentioned;
use super::state::{Message, MessageType, Notice, NoticeKind, Participant, Person, RoomKind, State};
use crate::attachments::Attachment;
use crate::auth::{Permission, PrincipalKind};
use crate::db::{AttachmentId, MessageId, UserId};
use crate::error::{Code, FieldError, Refusal};
use crate::live;

/// How many people a group holds.
pub(crate) const MAX_PARTICIPANTS: usize = 500;
/// How many different emojis stand under one message.
const MAX_EMOJIS: usize = 20;

/// What is known of the things that commands name and the room does not hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Of those named: the active people of the company, with their names.
    pub(crate) users: HashMap<UserId, String>,
    /// Of those named: the room's messages that are not among its newest.
    pub(crate) messages: HashMap<MessageId, Arc<Message>>,
    /// Of those named: the attachments, and who uploaded them.
    pub(crate) attachments: HashMap<AttachmentId, (UserId, Attachment)>,
    /// Everybody active in the company, where a command asks for them.
    pub(crate) everybody: Option<Vec<Person>>,
}

pub(crate) type Context<'a> = live::Context<'a, Facts>;

/// The events that a command makes; none, when things already are as it asks.
///
/// # Errors
/// Why not.
pub(crate) fn decide(state: &State, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    if let Command::RenameParticipant { user_id, name } = command {
        return rename_participant(state, *user_id, name, context);
    }
    context.by.require(Permission::ChatUse)?;
    if matches!(command, Command::GatherEverybody) {
        return gather_everybody(state, context);
    }
    let mut events = Vec::new();
    if state.participant(context.by.id).is_none() {
        // Everybody belongs to the general room, also who came a moment ago.
        if state.kind != RoomKind::General {
            return Err(Code::NotFound.into());
        }
        let joined = participant(state, context.by.id, context.by.name.to_string(), context);
        events.push(Event::ParticipantAdded(joined));
    }
    events.extend(match command {
        Command::SendMessage(message) => send_message(state, message, context)?,
        Command::EditMessage { message_id, content } => edit_message(state, *message_id, content, context)?,
        Command::DeleteMessage { message_id } => delete_message(state, *message_id, context)?,
        Command::MarkRead { message_id } => mark_read(state, *message_id, context)?,
        Command::React {
            message_id,
            emoji,
            active,
        } => react(state, *message_id, emoji, *active, context)?,
        Command::AddParticipant { user_id } => add_participant(state, *user_id, context)?,
        Command::RemoveParticipant { user_id } => remove_participant(state, *user_id, context)?,
        Command::Rename { name } => rename(state, name, context)?,
        Command::GatherEverybody | Command::RenameParticipant { .. } => Vec::new(),
    });
    Ok(events)
}

fn send_message(state: &State, new: &NewMessage, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let mut wrong = Vec::new();
    let attachment = match new.attachment_id.map(|id| context.facts.attachments.get(&id)) {
        Some(Some((uploader, attachment))) if *uploader == context.by.id => Some(attachment.clone()),
        Some(_) => {
            wrong.push(FieldError::new("attachment_id", "not_found", "is no upload of yours"));
            None
        }
        None => None,
    };
    if new.reply_to.is_some_and(|id| find(state, id, context).is_err()) {
        wrong.push(FieldError::new("reply_to", "not_found", "is no message of this room"));
    }
    let is_image = attachment.as_ref().is_some_and(Attachment::is_image);
    let message_type = match (new.message_type, &attachment) {
        (Some(MessageType::Image), Some(_)) if !is_image => {
            wrong.push(FieldError::new("message_type", "invalid", "the attachment is no image"));
            MessageType::File
        }
        (Some(MessageType::File), Some(_)) => MessageType::File,
        (_, Some(_)) if is_image => MessageType::Image,
        (_, Some(_)) => MessageType::File,
        (_, None) => MessageType::Text,
    };
    if !wrong.is_empty() {
        return Err(Refusal::invalid(wrong));
    }
    let text = new.content.as_deref().unwrap_or_default();
    let message = Message {
        content: new.content.clone(),
        message_type,
        attachment,
        reply_to: new.reply_to,
        mentions: named(state, text, context.by.id),
        tally: state.tally() + 1,
        ..blank(state, context)
    };
    Ok(vec![Event::MessageSent(Arc::new(message))])
}

/// A message that says nothing yet.
fn blank(state: &State, context: &Context<'_>) -> Message {
    Message {
        id: MessageId(context.fresh_id),
        room_id: state.id,
        number: state.last_number() + 1,
        tally: state.tally(),
        sender: Person {
            id: context.by.id,
            name: context.by.name.to_string(),
        },
        content: None,
        message_type: MessageType::System,
        attachment: None,
        reply_to: None,
        mentions: Vec::new(),
        reactions: Vec::new(),
        notice: None,
        created_at: context.now,
        edited_at: None,
        deleted_at: None,
    }
}

/// A system message. Its text is for those who know no notices.
fn notice(state: &State, notice: Notice, text: String, context: &Context<'_>) -> Event {
    Event::MessageSent(Arc::new(Message {
        content: Some(text),
        notice: Some(notice),
        ..blank(state, context)
    }))
}

fn named(state: &State, text: &str, author: UserId) -> Vec<UserId> {
    mentioned(text, state.participants.iter().map(AsRef::as_ref), author)
}

fn edit_message(state: &State, id: MessageId, content: &str, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let message = find_standing(state, id, context)?;
    if message.sender.id != context.by.id {
        return Err(Refusal::new(Code::Forbidden, "Only its author changes a message"));
    }
    if message.content.as_deref() == Some(content) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::MessageEdited(Arc::new(Message {
        content: Some(content.to_owned()),
        mentions: named(state, content, context.by.id),
        edited_at: Some(context.now),
        ..Message::clone(message)
    }))])
}

fn delete_message(state: &State, id: MessageId, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let message = match find_standing(state, id, context) {
        Err(refusal) if refusal.code == Code::MessageDeleted => return Ok(Vec::new()),
        found => found?,
    };
    if message.sender.id != context.by.id && !context.by.permissions.contains(Permission::ChatManage) {
        return Err(Refusal::new(Code::Forbidden, "Only its author deletes a message"));
    }
    Ok(vec![Event::MessageDeleted {
        message_id: id,
        deleted_at: context.now,
    }])
}

/// Moves the reader's position forward, never back.
fn mark_read(state: &State, id: Option<MessageId>, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let message = match id {
        Some(id) => Some(find(state, id, context)?),
        None => state.messages.back(),
    };
    let read_number = state
        .participant(context.by.id)
        .map_or(state.last_number(), |reader| reader.read_number);
    let event = message.filter(|message| message.number > read_number).map(|message| {
        Event::MessageRead(Read {
            user_id: context.by.id,
            message_id: message.id,
            number: message.number,
            tally: message.tally,
            read_at: context.now,
        })
    });
    Ok(event.into_iter().collect())
}

fn react(
    state: &State,
    id: MessageId,
    emoji: &str,
    active: Option<bool>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let message = find_standing(state, id, context)?;
    let is_there = message.has_reaction(emoji, context.by.id);
    let active = active.unwrap_or(!is_there);
    if active == is_there {
        return Ok(Vec::new());
    }
    let is_new = !message.reactions.iter().any(|reaction| reaction.emoji == emoji);
    if active && is_new && message.reactions.len() >= MAX_EMOJIS {
        return Err(Refusal::field(
            "emoji",
            "too_many",
            format!("a message takes at most {MAX_EMOJIS} different ones"),
        ));
    }
    Ok(vec![Event::MessageReacted(Reacted {
        message_id: id,
        user_id: context.by.id,
        emoji: emoji.to_owned(),
        active,
    })])
}

fn add_participant(state: &State, user_id: UserId, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    require_group(state)?;
    if state.participant(user_id).is_some() {
        return Ok(Vec::new());
    }
    if state.participants.len() >= MAX_PARTICIPANTS {
        return Err(Code::RoomFull.into());
    }
    let name = context.facts.users.get(&user_id);
    let name = name.ok_or_else(|| Refusal::field("user_id", "not_found", "is no active user"))?;
    let told = Notice {
        kind: NoticeKind::Added,
        user: Some(Person {
            id: user_id,
            name: name.clone(),
        }),
        name: None,
    };
    let text = format!("{} adicionou {name}", context.by.name);
    Ok(vec![
        Event::ParticipantAdded(participant(state, user_id, name.clone(), context)),
        notice(state, told, text, context),
    ])
}

/// Somebody who joins now: what was said before is not unread.
fn participant(state: &State, user_id: UserId, name: String, context: &Context<'_>) -> Participant {
    Participant {
        user_id,
        name,
        joined_at: context.now,
        read_number: state.last_number(),
        read_tally: state.tally(),
        last_read_message_id: None,
        last_read_at: None,
    }
}

fn remove_participant(state: &State, user_id: UserId, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    require_group(state)?;
    let leaves = user_id == context.by.id;
    let may_remove = state.created_by == Some(context.by.id) || context.by.permissions.contains(Permission::ChatManage);
    if !leaves && !may_remove {
        return Err(Refusal::new(
            Code::Forbidden,
            "Only who made the room, or who looks after rooms, removes others",
        ));
    }
    let Some(removed) = state.participant(user_id) else {
        return Ok(Vec::new());
    };
    let (kind, text) = if leaves {
        (NoticeKind::Left, format!("{} saiu", removed.name))
    } else {
        (
            NoticeKind::Removed,
            format!("{} removeu {}", context.by.name, removed.name),
        )
    };
    let told = Notice {
        kind,
        user: Some(Person {
            id: user_id,
            name: removed.name.clone(),
        }),
        name: None,
    };
    Ok(vec![
        Event::ParticipantRemoved { user_id },
        notice(state, told, text, context),
    ])
}

fn rename(state: &State, name: &str, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    match state.kind {
        RoomKind::Direct => return Err(Code::RoomFixed.into()),
        RoomKind::General => context.by.require(Permission::ChatManage)?,
        RoomKind::Group => {}
    }
    if state.name.as_deref() == Some(name) {
        return Ok(Vec::new());
    }
    let told = Notice {
        kind: NoticeKind::Renamed,
        user: None,
        name: Some(name.to_owned()),
    };
    let text = format!("{} mudou o nome para \u{201c}{name}\u{201d}", context.by.name);
    Ok(vec![
        Event::RoomRenamed {
            name: name.to_owned(),
            updated_at: context.now,
        },
        notice(state, told, text, context),
    ])
}

/// Lets in whoever is missing and out whoever is no longer there. Comings and goings of a company are no messages.
fn gather_everybody(state: &State, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    if state.kind != RoomKind::General {
        return Err(Code::RoomFixed.into());
    }
    let Some(everybody) = &context.facts.everybody else {
        return Ok(Vec::new());
    };
    let gone = state
        .participants
        .iter()
        .map(|participant| participant.user_id)
        .filter(|user_id| !everybody.iter().any(|person| person.id == *user_id))
        .map(|user_id| Event::ParticipantRemoved { user_id });
    let new = everybody
        .iter()
        .filter(|person| state.participant(person.id).is_none())
        .map(|person| Event::ParticipantAdded(participant(state, person.id, person.name.clone(), context)));
    Ok(gone.chain(new).collect())
}

fn rename_participant(
    state: &State,
    user_id: UserId,
    name: &str,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    if context.by.kind != PrincipalKind::System {
        return Err(Code::Forbidden.into());
    }
    let is_other = state
        .participant(user_id)
        .is_some_and(|participant| participant.name != name);
    let renamed = is_other.then(|| Event::ParticipantRenamed {
        user_id,
        name: name.to_owned(),
    });
    Ok(renamed.into_iter().collect())
}

fn require_group(state: &State) -> Result<(), Refusal> {
    match state.kind {
        RoomKind::Group => Ok(()),
        RoomKind::Direct | RoomKind::General => Err(Code::RoomFixed.into()),
    }
}

/// A message of this room, however old.
fn find<'a>(state: &'a State, id: MessageId, context: &Context<'a>) -> Result<&'a Arc<Message>, Refusal> {
    let found = state.message(id).or_else(|| context.facts.messages.get(&id));
    found.ok_or_else(|| Code::NotFound.into())
}

/// A message that people wrote and that was not deleted.
fn find_standing<'a>(state: &'a State, id: MessageId, context: &Context<'a>) -> Result<&'a Arc<Message>, Refusal> {
    let message = find(state, id, context)?;
    if message.deleted_at.is_some() || state.deleted.contains(&id) {
        return Err(Code::MessageDeleted.into());
    }
    if message.message_type == MessageType::System {
        return Err(Refusal::new(Code::Forbidden, "What the server tells stays as it is"));
    }
    Ok(message)
}
