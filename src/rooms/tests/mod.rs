//! The rules of rooms, without a server.

mod client;
mod database;
mod properties;
mod rules;

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Room;
use super::command::Command;
use super::decide::{Context, Facts};
use super::event::Event;
use super::state::{Message, Participant, RoomKind, State};
use crate::auth::{Principal, Role};
use crate::db::{MessageId, RoomId, TenantId, UserId};
use crate::error::Refusal;
use crate::live::Entity;

pub(super) const PEOPLE: [&str; 5] = ["Ada Lima", "Bruno Sá", "Carla Dias", "Davi Reis", "Edu Melo"];

pub(super) fn user(number: usize) -> UserId {
    UserId(Uuid::from_u128(number as u128 + 1))
}

fn principal(id: UserId, name: &str, role: Role) -> Principal {
    Principal {
        kind: crate::auth::PrincipalKind::User,
        tenant: TenantId(Uuid::from_u128(1)),
        id,
        name: name.into(),
        permissions: role.permissions(),
    }
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A room with the rules around it, and everything that has happened in it.
pub(super) struct Played {
    pub(super) state: State,
    pub(super) facts: Facts,
    pub(super) events: Vec<Event>,
    /// Event types and data as clients get them, with who did it.
    pub(super) frames: Vec<(UserId, &'static str, Value)>,
    /// Every message that there is, as a reader of the whole log would have it.
    pub(super) all: Vec<Arc<Message>>,
    pub(super) people: Vec<UserId>,
    pub(super) roles: [Role; 5],
    now: DateTime<Utc>,
    ids: u128,
}

/// A room of the first people.
pub(super) fn room(kind: RoomKind, people: usize) -> State {
    let joined = |number: usize| {
        Arc::new(Participant {
            user_id: user(number),
            name: PEOPLE[number].to_owned(),
            joined_at: noon(),
            read_number: 0,
            read_tally: 0,
            last_read_message_id: None,
            last_read_at: None,
        })
    };
    State {
        id: RoomId(Uuid::from_u128(0xC4A7)),
        kind,
        name: (kind != RoomKind::Direct).then(|| "Obras".to_owned()),
        created_by: Some(user(0)),
        created_at: noon(),
        updated_at: noon(),
        participants: (0..people).map(joined).collect(),
        messages: VecDeque::new(),
        deleted: VecDeque::new(),
    }
}

impl Played {
    pub(super) fn group(people: usize) -> Self {
        Self::on(room(RoomKind::Group, people))
    }

    pub(super) fn on(state: State) -> Self {
        let facts = Facts {
            users: (0..PEOPLE.len())
                .map(|number| (user(number), PEOPLE[number].to_owned()))
                .collect(),
            ..Facts::default()
        };
        Self {
            ids: state.id.0.as_u128().wrapping_mul(31),
            all: state.messages.iter().cloned().collect(),
            state,
            facts,
            events: Vec::new(),
            frames: Vec::new(),
            people: (0..PEOPLE.len()).map(user).collect(),
            roles: [Role::Seller; 5],
            now: noon(),
        }
    }

    /// Sends a command as a client does. What it makes is applied.
    pub(super) fn command(&mut self, by: usize, name: &str, data: Value) -> Result<(Vec<Event>, Value), Refusal> {
        let command = Command::parse(name, data)?;
        self.now += TimeDelta::seconds(1);
        self.ids += 1;
        let by = principal(self.people[by], PEOPLE[by], self.roles[by]);
        // As the engine does: facts are what lies in the tables, for messages that are not among the newest.
        self.facts.messages = self.all.iter().map(|message| (message.id, message.clone())).collect();
        let context = Context {
            now: self.now,
            by: &by,
            facts: &self.facts,
            fresh_id: Uuid::from_u128(self.ids),
        };
        let events = Room::decide(&self.state, &command, &context)?;
        for event in &events {
            Room::evolve(&mut self.state, event);
            self.remember(event);
            let record = Room::record(&self.state, event);
            assert_eq!(
                &Room::read(record.kind, record.data.get(), None).unwrap(),
                event,
                "what is read back of an event is the event"
            );
            let data: Value = serde_json::from_str(record.data.get()).unwrap();
            self.frames.push((by.id, record.kind, data));
        }
        self.events.extend(events.iter().cloned());
        let answer = Room::answer(&self.state, &command, &events);
        Ok((events, serde_json::from_str(answer.get()).unwrap()))
    }

    fn remember(&mut self, event: &Event) {
        let find =
            |all: &mut Vec<Arc<Message>>, id: MessageId| all.iter().position(|message| message.id == id).unwrap();
        match event {
            Event::MessageSent(message) => self.all.push(message.clone()),
            Event::MessageEdited(message) => {
                let index = find(&mut self.all, message.id);
                self.all[index] = message.clone();
            }
            Event::MessageDeleted { message_id, deleted_at } => {
                let index = find(&mut self.all, *message_id);
                let message = Arc::make_mut(&mut self.all[index]);
                (message.content, message.attachment, message.deleted_at) = (None, None, Some(*deleted_at));
                (message.mentions, message.reactions) = (Vec::new(), Vec::new());
            }
            Event::MessageReacted(reacted) => {
                let index = find(&mut self.all, reacted.message_id);
                Arc::make_mut(&mut self.all[index]).react(&reacted.emoji, reacted.user_id, reacted.active);
            }
            Event::MessageRead(_)
            | Event::ParticipantAdded(_)
            | Event::ParticipantRemoved { .. }
            | Event::ParticipantRenamed { .. }
            | Event::RoomRenamed { .. } => {}
        }
    }

    /// Sends a command that is accepted; answers its data.
    #[track_caller]
    pub(super) fn accept(&mut self, by: usize, name: &str, data: Value) -> Value {
        match self.command(by, name, data.clone()) {
            Ok((_, answer)) => answer,
            Err(refusal) => panic!("{name} {data} was refused: {refusal:?}"),
        }
    }

    /// Sends a command that is accepted and changes nothing.
    #[track_caller]
    pub(super) fn already_so(&mut self, by: usize, name: &str, data: Value) {
        let (events, _) = self.command(by, name, data).unwrap();
        assert_eq!(events, []);
    }

    /// Sends a command that is refused; answers the code and the fields with theirs.
    #[track_caller]
    pub(super) fn refuse(&mut self, by: usize, name: &str, data: Value) -> (&'static str, Vec<(String, String)>) {
        let before = self.state.clone();
        match self.command(by, name, data.clone()) {
            Ok((events, _)) => panic!("{name} {data} was accepted: {events:?}"),
            Err(refusal) => {
                assert_eq!(self.state, before);
                let fields = refusal.fields.into_iter().map(|error| (error.field, error.code));
                (refusal.code.as_str(), fields.collect())
            }
        }
    }

    /// Says something; answers the message's id.
    pub(super) fn say(&mut self, by: usize, text: &str) -> String {
        let message = self.accept(by, "send_message", json!({ "content": text }));
        message["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn snapshot(&self, who: usize) -> Value {
        serde_json::from_str(Room::snapshot(&self.state, &principal(self.people[who], PEOPLE[who], Role::Seller)).get())
            .unwrap()
    }
}

/// A state as it would be read back: without what is only remembered.
pub(super) fn stored(state: &State) -> State {
    State {
        deleted: VecDeque::new(),
        ..state.clone()
    }
}
