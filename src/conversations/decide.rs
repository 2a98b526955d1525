//! What may happen in a conversation: every rule, without a clock, chance or a database.
//!
//! A conversation is of exactly one owner. The bot speaks only while it is the bot's: each of its calls to the outside carries the
//! epoch of the owner, and an answer of another epoch is discarded. Whose it is, [`hands`] decides.

mod hands;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::bot;
use super::command::{Command, NewMessage};
use super::event::{Change, Discarded, Event, Status};
use super::state::{CustomerMessageType, Delivery, Message, Owner, Person, Rating, SenderType, State, nth_id};
use crate::attachments::Attachment;
use crate::auth::{Permission, PrincipalKind};
use crate::bot::flow::Flow;
use crate::bot::machine::Known;
use crate::db::{AttachmentId, FlowVersionId, MessageId, QueueId, UserId};
use crate::error::{Code, FieldError, Refusal};
use crate::live;

/// For how long a closed conversation goes on when its customer writes again.
pub(super) const REOPENS_WITHIN: TimeDelta = TimeDelta::hours(24);
const MAX_TAGS: usize = 30;

/// What is known of the things that commands name and the conversation does not hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Of those named: the active people of the company who talk with customers.
    pub(crate) people: HashMap<UserId, Colleague>,
    /// Of those named: the queues that there are.
    pub(crate) queues: HashSet<QueueId>,
    /// Of those named: the conversation's messages that are not among its newest.
    pub(crate) messages: HashMap<MessageId, Arc<Message>>,
    /// Of those named: the attachments, and who uploaded them.
    pub(crate) attachments: HashMap<AttachmentId, (UserId, Attachment)>,
    /// What the bot runs here, and what it would begin with.
    pub(crate) flows: HashMap<FlowVersionId, Arc<Flow>>,
    pub(crate) current_flow: Option<FlowVersionId>,
    /// What the bot knows beside the conversation.
    pub(crate) known: Known,
}

/// Somebody who talks with customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Colleague {
    pub(crate) name: String,
    /// Whether they see only what is their own.
    pub(crate) sees_own: bool,
}

pub(crate) type Context<'a> = live::Context<'a, Facts>;

/// What a command makes, so far.
pub(super) struct Draft<'a> {
    pub(super) state: State,
    pub(super) context: &'a Context<'a>,
    pub(super) events: Vec<Event>,
    /// How many things have been given an id.
    made: u128,
}

/// The events that a command makes; none, when things already are as it asks.
///
/// # Errors
/// Why not.
pub(crate) fn decide(state: &State, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let mut draft = Draft {
        state: state.clone(),
        context,
        events: Vec::new(),
        made: 0,
    };
    match context.by.kind {
        PrincipalKind::Customer => draft.of_customer(command)?,
        PrincipalKind::User if !command.is_internal() => {
            context.by.require(Permission::ConversationsUse)?;
            draft.of_staff(command)?;
        }
        PrincipalKind::User => return Err(Code::Forbidden.into()),
        PrincipalKind::System => draft.of_server(command)?,
    }
    Ok(draft.events)
}

impl<'a> Draft<'a> {
    fn of_customer(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::SendMessage(new) => self.receive(new),
            Command::MarkRead { message_id } => self.seen(*message_id),
            Command::Rate { score, comment } => self.rate(*score, comment.clone()),
            _ => Err(Code::Forbidden.into()),
        }
    }

    fn of_staff(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::SendMessage(new) => self.send(new),
            Command::Takeover => self.take_over(),
            Command::Begin { content } => self.begin(content),
            Command::Transfer { to, reason } => self.transfer(*to, reason.clone()),
            Command::Close { resolution } => self.close(resolution.clone()),
            Command::Reopen => self.reopen(),
            Command::Snooze { until } => self.snooze(*until),
            Command::MarkRead { message_id } => self.mark_read(*message_id),
            Command::AddNote { content } => {
                let note = Message {
                    content: content.clone(),
                    message_type: CustomerMessageType::Note,
                    ..self.own_message()
                };
                self.push(Event::NoteAdded(Arc::new(note)));
                Ok(())
            }
            Command::Tag { add, remove } => self.tag(add, remove),
            Command::Update { priority } => {
                if *priority != self.state.priority {
                    self.push(Event::Updated(Change::ConversationPriority(*priority)));
                }
                Ok(())
            }
            Command::Rate { .. }
            | Command::BotAnswered { .. }
            | Command::MessageStatus { .. }
            | Command::Wake { .. }
            | Command::ContactChanged { .. } => Err(Code::Forbidden.into()),
        }
    }

    fn of_server(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::BotAnswered { call, epoch, answer } => self.bot_answered(*call, *epoch, answer.as_ref()),
            Command::MessageStatus {
                message_id,
                delivery,
                error,
            } => {
                let message = self.find(*message_id)?;
                self.tell_status(&message, *delivery, error.clone());
            }
            Command::Wake { epoch } if *epoch == self.state.epoch => self.wake(),
            Command::Wake { .. } => {}
            Command::ContactChanged { contact } => {
                if *contact != self.state.contact {
                    self.push(Event::Updated(Change::Contact(contact.clone())));
                }
            }
            _ => return Err(Code::Forbidden.into()),
        }
        Ok(())
    }

    pub(super) fn push(&mut self, event: Event) {
        self.state.evolve(&event);
        self.events.push(event);
    }

    fn fresh_id(&mut self) -> uuid::Uuid {
        self.made += 1;
        nth_id(self.context.fresh_id, self.made - 1)
    }

    fn me(&self) -> Person {
        Person {
            id: self.context.by.id,
            name: self.context.by.name.to_string(),
        }
    }

    /// A message that says nothing yet.
    pub(super) fn blank(&mut self, sender_type: SenderType, sender_name: String) -> Message {
        Message {
            id: MessageId(self.fresh_id()),
            conversation_id: self.state.id,
            number: self.state.last_number() + 1,
            tally: self.state.tally(),
            sender_type,
            sender_user_id: None,
            sender_name,
            content: String::new(),
            message_type: CustomerMessageType::Text,
            attachment: None,
            media_url: None,
            reply_to: None,
            metadata: Map::new(),
            whatsapp_message_id: None,
            delivery: self.state.channel.kind.first_delivery(),
            error: None,
            is_read: false,
            sent_at: self.context.now,
            created_at: self.context.now,
        }
    }

    /// A message of the person of the company who sent the command.
    fn own_message(&mut self) -> Message {
        let me = self.me();
        Message {
            sender_user_id: Some(me.id),
            ..self.blank(SenderType::Attendant, me.name)
        }
    }

    /// Tells the customer what happens. `notice` is for clients of another language.
    fn notice(&mut self, notice: &str, text: String) {
        let mut message = Message {
            content: text,
            ..self.blank(SenderType::System, String::new())
        };
        message.metadata.insert("notice".to_owned(), json!(notice));
        self.push(Event::MessageSent(Arc::new(message)));
    }

    fn receive(&mut self, new: &NewMessage) -> Result<(), Refusal> {
        if new.interactive.is_some() {
            return Err(Refusal::field("interactive", "not_supported", "is not for customers"));
        }
        if let Owner::Closed { queue_id, by_bot, .. } = &self.state.owner {
            let ended = self.state.ended_at.unwrap_or(self.context.now);
            if self.context.now - ended > REOPENS_WITHIN {
                return Err(Code::ConversationClosed.into());
            }
            // A customer who comes back to people does not begin with the bot again.
            let owner = if *by_bot {
                Owner::bot()
            } else {
                Owner::Queue { queue_id: *queue_id }
            };
            let moved = self.hand_to(owner, None);
            self.push(Event::Reopened(moved));
        }
        self.wake();
        let (attachment, message_type, reply_to) = self.contents(new)?;
        let name = self.state.contact.name.clone();
        let message = Message {
            content: new.content.clone(),
            tally: self.state.tally() + 1,
            message_type,
            media_url: attachment.as_ref().map(|attachment| attachment.url.clone()),
            attachment,
            reply_to,
            delivery: Delivery::Delivered,
            ..self.blank(SenderType::Customer, name)
        };
        bot::hear(self, message);
        Ok(())
    }

    /// What a message carries, where that is its sender's to send.
    fn contents(
        &self,
        new: &NewMessage,
    ) -> Result<(Option<Attachment>, CustomerMessageType, Option<MessageId>), Refusal> {
        let mut wrong = Vec::new();
        let attachment = match new.attachment_id.map(|id| self.context.facts.attachments.get(&id)) {
            Some(Some((uploader, attachment))) if *uploader == self.context.by.id => Some(attachment.clone()),
            Some(_) => {
                wrong.push(FieldError::new("attachment_id", "not_found", "is no upload of yours"));
                None
            }
            None => None,
        };
        let answered = new.reply_to.map(|id| self.find(id));
        // Of notes a customer knows nothing.
        let is_known = |message: &Arc<Message>| self.context.by.is_staff() || !message.is_note();
        if answered.is_some_and(|found| !found.is_ok_and(|message| is_known(&message))) {
            wrong.push(FieldError::new(
                "reply_to",
                "not_found",
                "is no message of this conversation",
            ));
        }
        if !wrong.is_empty() {
            return Err(Refusal::invalid(wrong));
        }
        let kind = match (&attachment, &new.interactive) {
            (Some(attachment), _) => media_type(&attachment.content_type),
            (None, Some(_)) => CustomerMessageType::Interactive,
            (None, None) => CustomerMessageType::Text,
        };
        Ok((attachment, kind, new.reply_to))
    }

    fn send(&mut self, new: &NewMessage) -> Result<(), Refusal> {
        match &self.state.owner {
            Owner::Bot { .. } => return Err(Code::BotActive.into()),
            Owner::Queue { .. } => return Err(Code::NotAssigned.into()),
            Owner::Attendant { user, .. } if user.id != self.context.by.id => {
                return Err(Code::AlreadyAssigned.into());
            }
            Owner::Attendant { .. } => {}
            Owner::Closed { .. } => return Err(Code::ConversationClosed.into()),
        }
        let (attachment, message_type, reply_to) = self.contents(new)?;
        // Who answers has read.
        self.mark_read(None)?;
        let message = Message {
            content: new.content.clone(),
            message_type,
            media_url: attachment.as_ref().map(|attachment| attachment.url.clone()),
            attachment,
            reply_to,
            metadata: new.interactive.clone().unwrap_or_default(),
            ..self.own_message()
        };
        self.push(Event::MessageSent(Arc::new(message)));
        Ok(())
    }

    /// Moves the company's reading position forward, never back. Whose conversation it is decides; else whoever looks.
    fn mark_read(&mut self, id: Option<MessageId>) -> Result<(), Refusal> {
        let message = match id {
            Some(id) => Some(self.find(id)?),
            None => self.state.messages.back().cloned(),
        };
        let is_anothers = matches!(&self.state.owner, Owner::Attendant { user, .. } if user.id != self.context.by.id);
        let Some(message) = message.filter(|_| !is_anothers) else {
            return Ok(());
        };
        if message.tally > self.state.read_tally {
            self.push(Event::Updated(Change::Read {
                number: message.number,
                tally: message.tally,
            }));
            self.push(Event::MessageStatus(Status {
                message_id: message.id,
                number: message.number,
                of_customer: true,
                delivery: Delivery::Read,
                error: None,
            }));
        }
        Ok(())
    }

    fn tag(&mut self, add: &[String], remove: &[String]) -> Result<(), Refusal> {
        let mut tags = self.state.tags.clone();
        tags.retain(|tag| !remove.contains(tag));
        for tag in add {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        if tags.len() > MAX_TAGS {
            return Err(Refusal::field("add", "too_many", format!("at most {MAX_TAGS} tags")));
        }
        if tags != self.state.tags {
            self.push(Event::Updated(Change::Tags(tags)));
        }
        Ok(())
    }

    /// The customer has seen what was said up to a message.
    fn seen(&mut self, id: Option<MessageId>) -> Result<(), Refusal> {
        let message = match id {
            Some(id) => Some(self.find(id)?).filter(|message| message.goes_out()),
            None => self
                .state
                .messages
                .iter()
                .rev()
                .find(|message| message.goes_out())
                .cloned(),
        };
        if let Some(message) = message {
            self.tell_status(&message, Delivery::Read, None);
        }
        Ok(())
    }

    fn tell_status(&mut self, message: &Message, delivery: Delivery, error: Option<String>) {
        let status = Status {
            message_id: message.id,
            number: message.number,
            of_customer: false,
            delivery,
            error: error.filter(|_| delivery == Delivery::Failed),
        };
        if status.concerns(message) {
            self.push(Event::MessageStatus(status));
        }
    }

    fn rate(&mut self, score: i32, comment: Option<String>) -> Result<(), Refusal> {
        if !matches!(self.state.owner, Owner::Closed { .. }) {
            return Err(Refusal::new(
                Code::ConversationOpen,
                "What is not over is not rated yet",
            ));
        }
        let same = |rating: &Rating| rating.score == score && rating.comment == comment;
        if !self.state.rating.as_ref().is_some_and(same) {
            self.push(Event::Updated(Change::Rating(Rating {
                score,
                comment,
                rated_at: self.context.now,
            })));
        }
        Ok(())
    }

    /// What was asked while the conversation was the bot's is answered only while it still is.
    fn bot_answered(&mut self, call: u32, epoch: i64, answer: Option<&Value>) {
        if epoch == self.state.epoch && bot::answered(self, call, answer) {
            return;
        }
        self.push(Event::AnswerDiscarded(Discarded {
            call,
            content: answer.and_then(Value::as_str).map(str::to_owned),
        }));
    }

    /// A message of this conversation, however old.
    fn find(&self, id: MessageId) -> Result<Arc<Message>, Refusal> {
        let found = self.state.message(id).or_else(|| self.context.facts.messages.get(&id));
        found.cloned().ok_or_else(|| Code::NotFound.into())
    }
}

/// What a file is, as messages tell it.
fn media_type(content_type: &str) -> CustomerMessageType {
    match content_type.split('/').next() {
        Some("image") => CustomerMessageType::Image,
        Some("audio") => CustomerMessageType::Audio,
        Some("video") => CustomerMessageType::Video,
        _ => CustomerMessageType::Document,
    }
}
