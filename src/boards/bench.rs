//! A board in the hands of a benchmark: the pure machine as the engine drives it, without a server.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Board;
use super::command::Command;
use super::decide::{Context, Facts};
use super::state::{About, State};
use crate::auth::{Principal, Role};
use crate::db::{BoardId, TenantId, UserId};
use crate::error::Refusal;
use crate::live::Entity;

const STAGES: usize = 5;

/// A board with leads, spread evenly over its stages.
pub struct Machine {
    state: State,
    by: Principal,
    facts: Facts,
    now: DateTime<Utc>,
    ids: u128,
    moves: usize,
}

impl Machine {
    /// A board with this many leads, made by the rules.
    ///
    /// # Errors
    /// When the rules refuse it: there are too many.
    pub fn with_leads(count: usize) -> Result<Self, String> {
        let about = About {
            name: "Vendas".to_owned(),
            description: None,
            is_default: false,
            archived: false,
        };
        let mut machine = Self {
            state: State {
                id: BoardId(Uuid::from_u128(1)),
                about,
                created_at: DateTime::UNIX_EPOCH,
                updated_at: DateTime::UNIX_EPOCH,
                stages: Vec::new(),
                is_gone: false,
            },
            by: Principal {
                kind: crate::auth::PrincipalKind::User,
                tenant: TenantId(Uuid::from_u128(1)),
                id: UserId(Uuid::from_u128(2)),
                name: "Ana Souza".into(),
                permissions: Role::Admin.permissions(),
            },
            facts: Facts::default(),
            now: DateTime::UNIX_EPOCH,
            ids: 0,
            moves: 0,
        };
        let stages = (0..STAGES).map(|number| ("create_stage", json!({ "name": format!("Etapa {number}") })));
        for (name, data) in stages {
            machine.command(name, data).map_err(told)?;
        }
        for number in 0..count {
            machine.command("create_lead", machine.lead(number)).map_err(told)?;
        }
        Ok(machine)
    }

    /// What `create_lead` takes, as a form fills it.
    fn lead(&self, number: usize) -> Value {
        let stage = self.state.stages.get(number % STAGES);
        json!({
            "title": format!("Proposta {number}"),
            "stage_id": stage.map(|stage| stage.id),
            "value": "1234.50",
            "probability": 40,
            "name": "Vera Lima",
            "email": "vera@example.com",
            "phone": "+55 11 98888-7777",
            "tags": ["quente"],
        })
    }

    /// Decides and applies a batch of moves as the engine does: on a clone of the state, which is then the state. Each takes
    /// the lead in the middle of one stage to the middle of the next. Answers the bytes of the events' data.
    ///
    /// # Errors
    /// When the rules refuse one.
    pub fn move_leads(&mut self, count: usize) -> Result<usize, String> {
        let before = self.state.clone();
        let mut bytes = 0;
        for _ in 0..count {
            let from = self.state.stages.get(self.moves % STAGES);
            let to = self.state.stages.get((self.moves + 1) % STAGES);
            self.moves += 1;
            let lead = from.and_then(|stage| stage.cards.get(stage.cards.len() / 2));
            let data = json!({
                "lead_id": lead.map(|card| card.lead.id),
                "stage_id": to.map(|stage| stage.id),
                "position": to.map_or(0, |stage| stage.cards.len() / 2),
            });
            bytes += self.command("move_lead", data).map_err(told)?;
        }
        drop(before);
        Ok(bytes)
    }

    /// The bytes of what a new subscriber gets.
    pub fn snapshot(&self) -> usize {
        Board::snapshot(&self.state, &self.by).get().len()
    }

    fn command(&mut self, name: &str, data: Value) -> Result<usize, Refusal> {
        let command = Command::parse(name, data)?;
        self.ids += 1;
        let context = Context {
            now: self.now,
            by: &self.by,
            facts: &self.facts,
            fresh_id: Uuid::from_u128(self.ids),
        };
        let mut bytes = 0;
        for event in Board::decide(&self.state, &command, &context)? {
            Board::evolve(&mut self.state, &event);
            bytes += Board::record(&self.state, &event).data.get().len();
        }
        Ok(bytes)
    }
}

fn told(refusal: Refusal) -> String {
    format!("{refusal:?}")
}
