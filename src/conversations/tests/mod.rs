//! The rules of conversations, without a server.

mod client;
mod database;
mod properties;
mod rules;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Conversation;
use super::command::Command;
use super::decide::{Colleague, Context, Facts};
use super::event::Event;
use super::state::{Channel, Contact, ConversationPriority, Message, Owner, State};
use crate::auth::{Principal, PrincipalKind, Role};
use crate::bot::flow::Flow;
use crate::bot::machine::Known;
use crate::channels::ChannelKind;
use crate::db::{ChannelId, ContactId, ConversationId, FlowVersionId, IdentityId, QueueId, TenantId, UserId};
use crate::error::Refusal;
use crate::live::Entity;

/// Two attendants, an administrator, and a seller who sees only what is hers.
pub(super) const PEOPLE: [(&str, Role); 4] = [
    ("Ana Lima", Role::Attendant),
    ("Bruno Sá", Role::Attendant),
    ("Clara Dias", Role::Admin),
    ("Vera Melo", Role::Seller),
];

/// Who sends a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Person(usize),
    Customer,
    Server,
}

pub(super) const ANA: By = By::Person(0);
pub(super) const BRUNO: By = By::Person(1);
pub(super) const CLARA: By = By::Person(2);
pub(super) const VERA: By = By::Person(3);

pub(super) fn user(number: usize) -> UserId {
    UserId(Uuid::from_u128(number as u128 + 1))
}

pub(super) fn queue() -> QueueId {
    QueueId(Uuid::from_u128(0xF11A))
}

fn flow_version() -> FlowVersionId {
    FlowVersionId(Uuid::from_u128(0xF10))
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A flow with a menu, a question, a model and a way to people.
fn flow() -> Flow {
    let nodes = json!([
        { "id": "menu", "type": "menu", "text": "Olá!", "max_tries": 2, "otherwise": "gente", "options": [
            { "key": "1", "label": "Nome", "next": "nome" }, { "key": "2", "label": "IA", "next": "ia" },
            { "key": "3", "label": "Gente", "next": "gente" }, { "key": "4", "label": "Fim", "next": "fim" }] },
        { "id": "nome", "type": "question", "text": "Seu nome?", "field": "nome", "next": "marca" },
        { "id": "marca", "type": "tag", "add": ["nomeado"], "next": "menu" },
        { "id": "ia", "type": "ai", "max_turns": 2, "next": "menu", "failed": "gente" },
        { "id": "gente", "type": "handover", "queue_id": queue(), "text": "Um momento" },
        { "id": "fim", "type": "close", "text": "Até logo" },
    ]);
    let flow = json!({ "name": "Teste", "start": "menu", "nodes": nodes });
    Flow::parse(flow.as_object().unwrap().clone()).unwrap()
}

/// A conversation with the rules around it, and everything that has happened in it.
pub(super) struct Played {
    pub(super) state: State,
    pub(super) facts: Facts,
    pub(super) events: Vec<Event>,
    /// Event types and data as clients get them, and whether the customer is shown them.
    pub(super) frames: Vec<(&'static str, Value, bool)>,
    /// Every message that there is, as it was said.
    pub(super) all: Vec<Arc<Message>>,
    pub(super) now: DateTime<Utc>,
    ids: u128,
}

impl Played {
    pub(super) fn new() -> Self {
        Self::on(State {
            id: ConversationId(Uuid::from_u128(0xC0)),
            channel: Channel {
                id: ChannelId(Uuid::from_u128(0xC1)),
                kind: ChannelKind::Webchat,
                name: "Site".to_owned(),
            },
            contact: Contact {
                id: ContactId(Uuid::from_u128(0xC2)),
                name: "Maria".to_owned(),
                phone: None,
                email: None,
            },
            identity_id: IdentityId(Uuid::from_u128(0xC3)),
            owner: Owner::bot(),
            epoch: 0,
            tags: Vec::new(),
            priority: ConversationPriority::Medium,
            fields: BTreeMap::new(),
            read_number: 0,
            read_tally: 0,
            resolution: None,
            rating: None,
            started_at: noon(),
            ended_at: None,
            messages: VecDeque::new(),
        })
    }

    pub(super) fn on(state: State) -> Self {
        let people = PEOPLE.iter().enumerate().map(|(number, (name, role))| {
            let colleague = Colleague {
                name: (*name).to_owned(),
                sees_own: *role == Role::Seller,
            };
            (user(number), colleague)
        });
        let facts = Facts {
            people: people.collect(),
            queues: [queue()].into(),
            flows: [(flow_version(), Arc::new(flow()))].into(),
            current_flow: Some(flow_version()),
            known: Known::default(),
            ..Facts::default()
        };
        Self {
            ids: state.id.0.as_u128().wrapping_mul(1 << 32),
            all: state.messages.iter().cloned().collect(),
            state,
            facts,
            events: Vec::new(),
            frames: Vec::new(),
            now: noon(),
        }
    }

    pub(super) fn principal(&self, by: By) -> Principal {
        let tenant = TenantId(Uuid::from_u128(1));
        match by {
            By::Person(number) => Principal {
                kind: PrincipalKind::User,
                tenant,
                id: user(number),
                name: PEOPLE[number].0.into(),
                permissions: PEOPLE[number].1.permissions(),
            },
            By::Customer => Principal {
                kind: PrincipalKind::Customer,
                id: UserId(self.state.identity_id.0),
                name: "Maria".into(),
                ..Principal::system(tenant)
            },
            By::Server => Principal::system(tenant),
        }
    }

    /// Sends a command as a client does. What it makes is applied.
    pub(super) fn command(&mut self, by: By, name: &str, data: Value) -> Result<(Vec<Event>, Value), Refusal> {
        let command = Command::parse(name, data)?;
        self.now += TimeDelta::seconds(1);
        self.ids += 1_000;
        let by = self.principal(by);
        if !Conversation::may_see(&self.state, &by) {
            return Err(crate::error::Code::NotFound.into());
        }
        // As the engine does: facts are what lies in the tables, for messages that are not among the newest.
        self.facts.messages = self.all.iter().map(|message| (message.id, message.clone())).collect();
        let context = Context {
            now: self.now,
            by: &by,
            facts: &self.facts,
            fresh_id: Uuid::from_u128(self.ids),
        };
        let before = self.state.clone();
        let events = Conversation::decide(&self.state, &command, &context)?;
        for event in &events {
            Conversation::evolve(&mut self.state, event);
            if let Event::MessageReceived { message, .. } | Event::MessageSent(message) | Event::NoteAdded(message) =
                event
            {
                self.all.push(message.clone());
            }
            let record = Conversation::record(&self.state, event);
            let inner = record.inner.as_deref().map(serde_json::value::RawValue::get);
            assert_eq!(
                &Conversation::read(record.kind, record.data.get(), inner).unwrap(),
                event,
                "what is read back of an event is the event"
            );
            let customer = self.principal(By::Customer);
            let data: Value = serde_json::from_str(record.data.get()).unwrap();
            self.frames
                .push((record.kind, data, record.audience.includes(&customer)));
        }
        // Whoever may see it before or after is told, and nobody else.
        assert!(!Conversation::hints(&before, &self.state).is_empty());
        self.events.extend(events.iter().cloned());
        let answer = Conversation::answer(&self.state, &command, &events);
        Ok((events, serde_json::from_str(answer.get()).unwrap()))
    }

    /// Sends a command that is accepted; answers its data.
    #[track_caller]
    pub(super) fn accept(&mut self, by: By, name: &str, data: Value) -> Value {
        match self.command(by, name, data.clone()) {
            Ok((_, answer)) => answer,
            Err(refusal) => panic!("{name} {data} was refused: {refusal:?}"),
        }
    }

    /// Sends a command that is accepted and changes nothing.
    #[track_caller]
    pub(super) fn already_so(&mut self, by: By, name: &str, data: Value) {
        let (events, _) = self.command(by, name, data).unwrap();
        assert_eq!(events, []);
    }

    /// Sends a command that is refused; answers the code.
    #[track_caller]
    pub(super) fn refuse(&mut self, by: By, name: &str, data: Value) -> &'static str {
        let before = self.state.clone();
        match self.command(by, name, data.clone()) {
            Ok((events, _)) => panic!("{name} {data} was accepted: {events:?}"),
            Err(refusal) => {
                assert_eq!(self.state, before);
                refusal.code.as_str()
            }
        }
    }

    /// Says something; answers what was said because of it, by whom.
    #[track_caller]
    pub(super) fn say(&mut self, by: By, text: &str) -> Vec<(&'static str, String)> {
        let before = self.all.len();
        self.accept(by, "send_message", json!({ "content": text }));
        let said = self.all[before..].iter();
        said.map(|message| (message.sender_type.as_str(), message.content.clone()))
            .collect()
    }

    pub(super) fn snapshot(&self, by: By) -> Value {
        serde_json::from_str(Conversation::snapshot(&self.state, &self.principal(by)).get()).unwrap()
    }
}
