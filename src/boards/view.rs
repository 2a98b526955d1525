//! What clients see of boards.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::state::{self, Priority, StageKind, State};
use crate::db::{BoardId, CompanyId, ContactId, LeadId, StageId, UserId};
use crate::fields::money::Money;
use crate::live::EventFrame;

/// A board in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardSummary {
    pub(crate) id: BoardId,
    pub(crate) name: String,
    #[schema(required)]
    pub(crate) description: Option<String>,
    pub(crate) is_default: bool,
    pub(crate) archived: bool,
    pub(crate) stage_count: i64,
    pub(crate) lead_count: i64,
    pub(crate) total_value: Money,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A board without what is on it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BoardHead<'a> {
    id: BoardId,
    name: &'a str,
    #[schema(required)]
    description: Option<&'a str>,
    is_default: bool,
    archived: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A board, whole: the snapshot of its topic.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Board<'a> {
    id: BoardId,
    name: &'a str,
    #[schema(required)]
    description: Option<&'a str>,
    is_default: bool,
    archived: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// In order.
    stages: Vec<Stage<'a>>,
    /// Stage by stage, in order.
    leads: Vec<Lead<'a>>,
}

/// A column of a board.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stage<'a> {
    pub(crate) id: StageId,
    pub(crate) board_id: BoardId,
    pub(crate) name: Cow<'a, str>,
    /// `#RRGGBB`
    pub(crate) color: Cow<'a, str>,
    pub(crate) kind: StageKind,
    /// The index from 0.
    pub(crate) position: usize,
    pub(crate) lead_count: usize,
    pub(crate) total_value: Money,
}

/// A lead in its place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Lead<'a> {
    id: LeadId,
    board_id: BoardId,
    stage_id: StageId,
    /// The index from 0 in its stage.
    position: usize,
    title: &'a str,
    #[schema(required)]
    description: Option<&'a str>,
    #[schema(required)]
    value: Option<Money>,
    priority: Priority,
    #[schema(required)]
    probability: Option<i32>,
    #[schema(required)]
    expected_close_date: Option<NaiveDate>,
    #[schema(required)]
    assigned_to: Option<UserId>,
    #[schema(required)]
    company_id: Option<CompanyId>,
    #[schema(required)]
    contact_id: Option<ContactId>,
    #[schema(required)]
    name: Option<&'a str>,
    #[schema(required)]
    email: Option<&'a str>,
    #[schema(required)]
    phone: Option<&'a str>,
    #[schema(required)]
    company: Option<&'a str>,
    /// Fourteen characters without punctuation.
    #[schema(required)]
    cnpj: Option<&'a str>,
    #[schema(required)]
    score: Option<i32>,
    tags: &'a [String],
    custom: &'a Map<String, Value>,
    #[schema(required)]
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A lead that was moved.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Moved {
    pub(crate) lead_id: LeadId,
    pub(crate) from_stage_id: StageId,
    pub(crate) stage_id: StageId,
    /// The index from 0 in its stage, afterwards.
    pub(crate) position: usize,
}

/// What a company has on all boards together.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CompanyCounts {
    pub(crate) lead_count: i64,
    /// Those that are neither won nor lost.
    pub(crate) open_lead_count: i64,
    pub(crate) open_value: Money,
}

impl Default for CompanyCounts {
    fn default() -> Self {
        Self {
            lead_count: 0,
            open_lead_count: 0,
            open_value: Money::ZERO,
        }
    }
}

/// A board that has leads of a company.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CompanyLinks {
    pub(crate) board_id: BoardId,
    pub(crate) board_name: String,
    pub(crate) lead_count: i64,
}

/// An event that was taken back, and what did it: where that took several events, the first of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Undone {
    pub(crate) undoes_seq: i64,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    #[schema(value_type = Value)]
    pub(crate) data: Box<RawValue>,
}

/// How far a board's history goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryRange {
    pub(crate) first_seq: i64,
    pub(crate) last_seq: i64,
    pub(crate) first_at: DateTime<Utc>,
    pub(crate) last_at: DateTime<Utc>,
}

/// A board as it stood.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryMoment<'a> {
    pub(crate) seq: i64,
    /// When it came to stand so.
    pub(crate) at: DateTime<Utc>,
    pub(crate) board: Board<'a>,
    /// What made it so; null where the history begins.
    #[schema(required, value_type = Option<EventFrame<'static>>)]
    pub(crate) event: Option<Box<RawValue>>,
}

/// A board as it stood, or how far its history goes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum History<'a> {
    Moment(Box<HistoryMoment<'a>>),
    Range(HistoryRange),
}

/// A part of what happened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventList {
    /// Oldest first.
    #[schema(value_type = Vec<EventFrame<'static>>)]
    pub(crate) items: Vec<Box<RawValue>>,
    pub(crate) has_more: bool,
}

impl<'a> BoardHead<'a> {
    pub(crate) fn of(state: &'a State) -> Self {
        Self {
            id: state.id,
            name: &state.about.name,
            description: state.about.description.as_deref(),
            is_default: state.about.is_default,
            archived: state.about.archived,
            created_at: state.created_at,
            updated_at: state.updated_at,
        }
    }
}

impl<'a> Board<'a> {
    pub(crate) fn of(state: &'a State) -> Self {
        let stages = state.stages.iter().enumerate();
        let leads = state.stages.iter().flat_map(|stage| {
            let cards = stage.cards.iter().enumerate();
            cards.map(|(position, card)| Lead::new(state.id, stage.id, position, &card.lead))
        });
        Self {
            id: state.id,
            name: &state.about.name,
            description: state.about.description.as_deref(),
            is_default: state.about.is_default,
            archived: state.about.archived,
            created_at: state.created_at,
            updated_at: state.updated_at,
            stages: stages
                .map(|(position, stage)| Stage::new(state.id, position, stage))
                .collect(),
            leads: leads.collect(),
        }
    }
}

impl<'a> Stage<'a> {
    fn new(board_id: BoardId, position: usize, stage: &'a state::Stage) -> Self {
        Self {
            id: stage.id,
            board_id,
            name: Cow::Borrowed(&stage.about.name),
            color: Cow::Borrowed(&stage.about.color),
            kind: stage.about.kind,
            position,
            lead_count: stage.cards.len(),
            total_value: stage.total(),
        }
    }
}

impl<'a> Lead<'a> {
    pub(crate) fn new(board_id: BoardId, stage_id: StageId, position: usize, lead: &'a state::Lead) -> Self {
        Self {
            id: lead.id,
            board_id,
            stage_id,
            position,
            title: &lead.title,
            description: lead.description.as_deref(),
            value: lead.value,
            priority: lead.priority,
            probability: lead.probability,
            expected_close_date: lead.expected_close_date,
            assigned_to: lead.assigned_to,
            company_id: lead.company_id,
            contact_id: lead.contact_id,
            name: lead.name.as_deref(),
            email: lead.email.as_deref(),
            phone: lead.phone.as_deref(),
            company: lead.company.as_deref(),
            cnpj: lead.cnpj.as_deref(),
            score: lead.score,
            tags: &lead.tags,
            custom: &lead.custom,
            created_by: lead.created_by,
            created_at: lead.created_at,
            updated_at: lead.updated_at,
        }
    }
}

/// A lead where it stands on the board.
pub(crate) fn lead(state: &State, id: LeadId) -> Option<Lead<'_>> {
    let found = state.lead(id)?;
    Some(Lead::new(state.id, found.stage.id, found.position, found.lead))
}

/// A stage where it stands on the board.
pub(crate) fn stage(state: &State, id: StageId) -> Option<Stage<'_>> {
    let position = state.stages.iter().position(|stage| stage.id == id)?;
    Some(Stage::new(state.id, position, state.stages.get(position)?))
}
