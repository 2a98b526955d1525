//! A board: its stages in order, and their leads in order. How an event changes it; what may happen stands in [`super::decide`].

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::event::{Event, MovedTo};
use super::rank::Rank;
use crate::db::text_enum::text_enum;
use crate::db::{BoardId, CompanyId, ContactId, LeadId, StageId, UserId};
use crate::fields::money::Money;

text_enum! {
    /// How urgent a lead is.
    Priority {
        Low = "low",
        Medium = "medium",
        High = "high",
        Urgent = "urgent",
    }
}

text_enum! {
    /// What a stage means for its leads.
    StageKind {
        Open = "open",
        Won = "won",
        Lost = "lost",
    }
}

/// A board, whole. Stages stand behind `Arc`: a clone copies only those that are then changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) id: BoardId,
    pub(crate) about: About,
    pub(crate) created_at: DateTime<Utc>,
    /// When what it is [`About`] last changed.
    pub(crate) updated_at: DateTime<Utc>,
    /// In order of their ranks.
    pub(crate) stages: Vec<Arc<Stage>>,
    /// Its last event deleted it.
    pub(crate) is_gone: bool,
}

/// What a board says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// What was last told of it: which board is the tenant's default stands with the tenant.
    pub(crate) is_default: bool,
    pub(crate) archived: bool,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) id: StageId,
    pub(crate) about: StageAbout,
    pub(crate) rank: Rank,
    /// In order of their ranks.
    pub(crate) cards: Vec<Card>,
}

/// What a stage says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StageAbout {
    pub(crate) name: String,
    /// `#RRGGBB`
    pub(crate) color: String,
    pub(crate) kind: StageKind,
}

/// A lead in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) rank: Rank,
    pub(crate) lead: Arc<Lead>,
}

/// A possible sale, wherever it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Lead {
    pub(crate) id: LeadId,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) value: Option<Money>,
    pub(crate) priority: Priority,
    pub(crate) probability: Option<i32>,
    pub(crate) expected_close_date: Option<NaiveDate>,
    pub(crate) assigned_to: Option<UserId>,
    pub(crate) company_id: Option<CompanyId>,
    pub(crate) contact_id: Option<ContactId>,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) cnpj: Option<String>,
    pub(crate) score: Option<i32>,
    pub(crate) tags: Vec<String>,
    pub(crate) custom: Map<String, Value>,
    pub(crate) created_by: Option<UserId>,
    pub(crate) created_at: DateTime<Utc>,
    /// When its fields last changed; where it stands is not one of them.
    pub(crate) updated_at: DateTime<Utc>,
}

/// A lead found on the board.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) stage: &'a Stage,
    /// Its index in the stage.
    pub(crate) position: usize,
    pub(crate) lead: &'a Arc<Lead>,
}

impl State {
    pub(crate) fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id).map(AsRef::as_ref)
    }

    pub(crate) fn lead(&self, id: LeadId) -> Option<Found<'_>> {
        self.stages.iter().find_map(|stage| {
            let position = stage.position(id)?;
            let lead = &stage.cards.get(position)?.lead;
            Some(Found { stage, position, lead })
        })
    }

    pub(crate) fn lead_count(&self) -> usize {
        self.stages.iter().map(|stage| stage.cards.len()).sum()
    }

    /// Applies an event. Judges nothing.
    pub(crate) fn evolve(&mut self, event: &Event) {
        match event {
            Event::LeadCreated {
                stage_id,
                card,
                respaced,
            } => self.change_stage(*stage_id, |stage| {
                stage.respace(respaced);
                stage.insert(card.clone());
            }),
            Event::LeadUpdated { stage_id, lead, .. } => self.change_stage(*stage_id, |stage| {
                if let Some(card) = stage.cards.iter_mut().find(|card| card.lead.id == lead.id) {
                    card.lead = Arc::clone(lead);
                }
            }),
            Event::LeadMoved {
                lead_id,
                from_stage_id,
                stage_id,
                position: _,
                rank,
                respaced,
            } => {
                let mut taken = None;
                self.change_stage(*from_stage_id, |stage| taken = stage.take(*lead_id));
                if let Some(card) = taken {
                    self.change_stage(*stage_id, |stage| {
                        stage.respace(respaced);
                        stage.insert(Card {
                            rank: rank.clone(),
                            ..card
                        });
                    });
                }
            }
            Event::LeadDeleted { lead_id, stage_id } => self.change_stage(*stage_id, |stage| {
                stage.take(*lead_id);
            }),
            Event::StageCreated {
                stage_id,
                about,
                rank,
                respaced,
            } => {
                self.respace_stages(respaced);
                let position = self.stages.partition_point(|other| other.rank < *rank);
                let stage = Stage {
                    id: *stage_id,
                    about: about.clone(),
                    rank: rank.clone(),
                    cards: Vec::new(),
                };
                self.stages.insert(position, Arc::new(stage));
            }
            Event::StageUpdated { stage_id, about } => {
                self.change_stage(*stage_id, |stage| stage.about = about.clone());
            }
            Event::StageReordered { order } => {
                self.respace_stages(order);
                self.stages.sort_by(|one, other| one.rank.cmp(&other.rank));
            }
            Event::StageDeleted { stage_id, moved_to } => self.delete_stage(*stage_id, moved_to.as_ref()),
            Event::BoardUpdated { about, updated_at } => {
                self.about = about.clone();
                self.updated_at = *updated_at;
            }
            Event::BoardDeleted => {
                self.stages.clear();
                self.is_gone = true;
            }
        }
    }

    fn change_stage(&mut self, id: StageId, change: impl FnOnce(&mut Stage)) {
        if let Some(stage) = self.stages.iter_mut().find(|stage| stage.id == id) {
            change(Arc::make_mut(stage));
        }
    }

    fn respace_stages(&mut self, ranks: &[(StageId, Rank)]) {
        for (id, rank) in ranks {
            self.change_stage(*id, |stage| stage.rank = rank.clone());
        }
    }

    fn delete_stage(&mut self, id: StageId, moved_to: Option<&MovedTo>) {
        let Some(index) = self.stages.iter().position(|stage| stage.id == id) else {
            return;
        };
        let deleted = self.stages.remove(index);
        if let Some(moved_to) = moved_to {
            self.change_stage(moved_to.stage_id, |stage| {
                stage.respace(&moved_to.respaced);
                let leads = deleted.cards.iter().map(|card| Arc::clone(&card.lead));
                let ranks = moved_to.ranks.iter().map(|(_, rank)| rank.clone());
                stage
                    .cards
                    .extend(leads.zip(ranks).map(|(lead, rank)| Card { rank, lead }));
            });
        }
    }
}

impl Stage {
    pub(crate) fn position(&self, id: LeadId) -> Option<usize> {
        self.cards.iter().position(|card| card.lead.id == id)
    }

    pub(crate) fn total(&self) -> Money {
        self.cards.iter().filter_map(|card| card.lead.value.as_ref()).sum()
    }

    fn take(&mut self, id: LeadId) -> Option<Card> {
        self.position(id).map(|position| self.cards.remove(position))
    }

    fn insert(&mut self, card: Card) {
        let position = self.cards.partition_point(|other| other.rank < card.rank);
        self.cards.insert(position, card);
    }

    /// Gives the cards fresh ranks: all of them, in their order, or none.
    fn respace(&mut self, ranks: &[(LeadId, Rank)]) {
        for (card, (_, rank)) in self.cards.iter_mut().zip(ranks) {
            card.rank = rank.clone();
        }
    }
}

impl Lead {
    /// Whether somebody has it now who had it not before.
    pub(crate) fn becomes_somebodys(&self, before: &Lead) -> bool {
        self.assigned_to.is_some() && self.assigned_to != before.assigned_to
    }

    /// A lead that is nothing yet but its title.
    pub(crate) fn new(id: Uuid, title: String, created_by: UserId, now: DateTime<Utc>) -> Self {
        Self {
            id: LeadId(id),
            title,
            description: None,
            value: None,
            priority: Priority::Medium,
            probability: None,
            expected_close_date: None,
            assigned_to: None,
            company_id: None,
            contact_id: None,
            name: None,
            email: None,
            phone: None,
            company: None,
            cnpj: None,
            score: None,
            tags: Vec::new(),
            custom: Map::new(),
            created_by: Some(created_by),
            created_at: now,
            updated_at: now,
        }
    }
}
