//! Rows as they lie in their tables.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::boards::rank::Rank;
use crate::boards::state::{Card, Lead, Priority, Stage, StageAbout, StageKind};
use crate::db::schema::{boards, leads, stages};
use crate::db::{BoardId, CompanyId, ContactId, LeadId, StageId, UserId};
use crate::fields::money::Money;

#[derive(Queryable, Selectable)]
#[diesel(table_name = boards)]
pub(super) struct BoardRow {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) is_default: bool,
    pub(super) archived: bool,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = stages)]
pub(super) struct StageRow {
    pub(super) id: StageId,
    pub(super) name: String,
    pub(super) color: String,
    pub(super) kind: StageKind,
    pub(super) rank: String,
}

impl StageRow {
    /// The stage, without its leads.
    pub(super) fn into_stage(self) -> Stage {
        Stage {
            id: self.id,
            about: StageAbout {
                name: self.name,
                color: self.color,
                kind: self.kind,
            },
            rank: Rank::stored(&self.rank),
            cards: Vec::new(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = leads)]
pub(super) struct LeadRow {
    pub(super) id: LeadId,
    pub(super) board_id: BoardId,
    pub(super) stage_id: StageId,
    rank: String,
    title: String,
    description: Option<String>,
    value: Option<Decimal>,
    priority: Priority,
    probability: Option<i32>,
    expected_close_date: Option<NaiveDate>,
    assigned_to: Option<UserId>,
    company_id: Option<CompanyId>,
    contact_id: Option<ContactId>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    cnpj: Option<String>,
    score: Option<i32>,
    tags: Vec<String>,
    custom: Value,
    created_by: Option<UserId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl LeadRow {
    pub(super) fn into_card(self) -> Card {
        let custom = match self.custom {
            Value::Object(fields) => fields,
            // Only objects are written.
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                serde_json::Map::new()
            }
        };
        Card {
            rank: Rank::stored(&self.rank),
            lead: Arc::new(Lead {
                id: self.id,
                title: self.title,
                description: self.description,
                value: self.value.map(Money::stored),
                priority: self.priority,
                probability: self.probability,
                expected_close_date: self.expected_close_date,
                assigned_to: self.assigned_to,
                company_id: self.company_id,
                contact_id: self.contact_id,
                name: self.name,
                email: self.email,
                phone: self.phone,
                company: self.company,
                cnpj: self.cnpj,
                score: self.score,
                tags: self.tags,
                custom,
                created_by: self.created_by,
                created_at: self.created_at,
                updated_at: self.updated_at,
            }),
        }
    }
}
