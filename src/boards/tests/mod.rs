//! The rules of boards, without a server.

mod client;
mod database;
mod properties;
mod rules;
mod undo;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Board;
use super::command::Command;
use super::decide::{Context, Facts};
use super::event::Event;
use super::state::{About, State};
use super::undo::Past;
use crate::auth::{Principal, Role};
use crate::db::{BoardId, TenantId, UserId};
use crate::error::Refusal;
use crate::live::Entity;

pub(super) fn principal(role: Role) -> Principal {
    Principal {
        kind: crate::auth::PrincipalKind::User,
        tenant: TenantId(Uuid::from_u128(1)),
        id: UserId(Uuid::from_u128(2)),
        name: "Ana Souza".into(),
        permissions: role.permissions(),
    }
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A board with the rules around it, and everything that has happened to it.
pub(super) struct Played {
    pub(super) state: State,
    pub(super) by: Principal,
    pub(super) facts: Facts,
    pub(super) events: Vec<Event>,
    /// Event types and data as clients get them.
    pub(super) frames: Vec<(&'static str, Value)>,
    /// The board right before each event, and the event that each took back.
    past: Vec<(State, Option<i64>)>,
    now: DateTime<Utc>,
    ids: u128,
}

/// An empty board without stages.
pub(super) fn bare_board() -> State {
    State {
        id: BoardId(Uuid::from_u128(0xB0A2D)),
        about: About {
            name: "Vendas".to_owned(),
            description: None,
            is_default: false,
            archived: false,
        },
        created_at: noon(),
        updated_at: noon(),
        stages: Vec::new(),
        is_gone: false,
    }
}

impl Played {
    /// A board with these stages, in an administrator's hands.
    pub(super) fn with_stages(names: &[&str]) -> Self {
        let mut played = Self::on(bare_board());
        for name in names {
            played.accept("create_stage", json!({ "name": name }));
        }
        played
    }

    pub(super) fn on(state: State) -> Self {
        Self {
            // Boards of one tenant must not make the same ids.
            ids: state.id.0.as_u128().wrapping_mul(31),
            state,
            by: principal(Role::Admin),
            facts: Facts::default(),
            events: Vec::new(),
            frames: Vec::new(),
            past: Vec::new(),
            now: noon(),
        }
    }

    /// Sends a command as a client does. What it makes is applied.
    pub(super) fn command(&mut self, name: &str, data: Value) -> Result<(Vec<Event>, Value), Refusal> {
        let command = Command::parse(name, data)?;
        if let Command::Undo { seq } = command
            && let Some(past) = self.past(seq)
        {
            self.facts.past.insert(seq, past);
        }
        self.now += TimeDelta::seconds(1);
        self.ids += 1;
        let context = Context {
            now: self.now,
            by: &self.by,
            facts: &self.facts,
            fresh_id: Uuid::from_u128(self.ids),
        };
        let events = Board::decide(&self.state, &command, &context)?;
        for event in &events {
            self.past.push((self.state.clone(), Board::undoes(&command)));
            Board::evolve(&mut self.state, event);
            let record = Board::record(&self.state, event);
            let data: Value = serde_json::from_str(record.data.get()).unwrap();
            let inner: Option<Value> = record.inner.map(|inner| serde_json::from_str(inner.get()).unwrap());
            let inner = inner.map(|inner| inner.to_string());
            let read = Board::read(record.kind, &data.to_string(), inner.as_deref()).unwrap();
            assert_eq!(read, *event, "what is read back of an event is the event");
            self.frames.push((record.kind, data));
        }
        self.events.extend(events.iter().cloned());
        let answer = Board::answer(&self.state, &command, &events);
        Ok((events, serde_json::from_str(answer.get()).unwrap()))
    }

    /// The number of the last event.
    pub(super) fn seq(&self) -> i64 {
        i64::try_from(self.events.len()).unwrap()
    }

    /// An event as the log would have it.
    fn past(&self, seq: i64) -> Option<Past> {
        let event = |seq: i64| self.events.get(usize::try_from(seq).ok()?.checked_sub(1)?).cloned();
        let (before, undoes) = self.past.get(usize::try_from(seq).ok()?.checked_sub(1)?)?.clone();
        Some(Past {
            event: event(seq)?,
            before,
            undone: undoes.and_then(event),
        })
    }

    /// Sends a command that is accepted; answers its data.
    #[track_caller]
    pub(super) fn accept(&mut self, name: &str, data: Value) -> Value {
        match self.command(name, data.clone()) {
            Ok((_, answer)) => answer,
            Err(refusal) => panic!("{name} {data} was refused: {refusal:?}"),
        }
    }

    /// Sends a command that is refused; answers the code and the fields with theirs.
    #[track_caller]
    pub(super) fn refuse(&mut self, name: &str, data: Value) -> (&'static str, Vec<(String, String)>) {
        let before = self.state.clone();
        match self.command(name, data.clone()) {
            Ok((events, _)) => panic!("{name} {data} was accepted: {events:?}"),
            Err(refusal) => {
                assert_eq!(self.state, before);
                let fields = refusal
                    .fields
                    .into_iter()
                    .map(|error| (error.field, error.code))
                    .collect();
                (refusal.code.as_str(), fields)
            }
        }
    }

    pub(super) fn lead(&mut self, title: &str, stage: &str) -> String {
        let stage_id = self.stage(stage);
        let lead = self.accept("create_lead", json!({ "title": title, "stage_id": stage_id }));
        lead["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn stage(&self, name: &str) -> String {
        self.state
            .stages
            .iter()
            .find(|stage| stage.about.name == name)
            .unwrap()
            .id
            .to_string()
    }

    /// The titles of a stage's leads, in order.
    pub(super) fn titles(&self, stage: &str) -> Vec<String> {
        let stage = self
            .state
            .stages
            .iter()
            .find(|other| other.about.name == stage)
            .unwrap();
        stage.cards.iter().map(|card| card.lead.title.clone()).collect()
    }

    pub(super) fn snapshot(&self) -> Value {
        snapshot(&self.state)
    }
}

pub(super) fn snapshot(state: &State) -> Value {
    serde_json::from_str(Board::snapshot(state, &principal(Role::Seller)).get()).unwrap()
}

/// Replays events on what a board was before them.
pub(super) fn replay(mut state: State, events: &[Event]) -> State {
    for event in events {
        Board::evolve(&mut state, event);
    }
    state
}

/// Whether each stage and each lead stands strictly before the next, by its key.
pub(super) fn is_in_order(state: &State) -> bool {
    let cards = |stage: &Arc<super::state::Stage>| stage.cards.windows(2).all(|pair| pair[0].rank < pair[1].rank);
    state.stages.windows(2).all(|pair| pair[0].rank < pair[1].rank) && state.stages.iter().all(cards)
}
