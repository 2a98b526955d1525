//! What happens to a board, and how clients see it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::rank::Rank;
use super::state::{About, Card, Lead, StageAbout, State};
use super::view;
use crate::db::{LeadId, StageId};
use crate::live::Record;

/// Something that happened. `respaced` holds fresh ranks for what was in the list before, where it got too crowded for another key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    LeadCreated {
        stage_id: StageId,
        card: Card,
        respaced: Vec<(LeadId, Rank)>,
    },
    LeadUpdated {
        /// Where it stands, and stays.
        stage_id: StageId,
        lead: Arc<Lead>,
    },
    LeadMoved {
        lead_id: LeadId,
        from_stage_id: StageId,
        stage_id: StageId,
        /// Its index in the stage afterwards.
        position: usize,
        rank: Rank,
        respaced: Vec<(LeadId, Rank)>,
    },
    LeadDeleted {
        lead_id: LeadId,
        stage_id: StageId,
    },
    /// At the end.
    StageCreated {
        stage_id: StageId,
        about: StageAbout,
        rank: Rank,
        respaced: Vec<(StageId, Rank)>,
    },
    StageUpdated {
        stage_id: StageId,
        about: StageAbout,
    },
    StageReordered {
        /// All stages, in their new order.
        order: Vec<(StageId, Rank)>,
    },
    StageDeleted {
        stage_id: StageId,
        moved_to: Option<MovedTo>,
    },
    BoardUpdated {
        about: About,
        updated_at: DateTime<Utc>,
    },
    BoardDeleted,
}

/// Where the leads of a deleted stage went: behind those of another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MovedTo {
    pub(crate) stage_id: StageId,
    /// The leads that went, in their order.
    pub(crate) ranks: Vec<(LeadId, Rank)>,
    pub(crate) respaced: Vec<(LeadId, Rank)>,
}

impl Event {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Event::LeadCreated { .. } => "lead.created",
            Event::LeadUpdated { .. } => "lead.updated",
            Event::LeadMoved { .. } => "lead.moved",
            Event::LeadDeleted { .. } => "lead.deleted",
            Event::StageCreated { .. } => "stage.created",
            Event::StageUpdated { .. } => "stage.updated",
            Event::StageReordered { .. } => "stage.reordered",
            Event::StageDeleted { .. } => "stage.deleted",
            Event::BoardUpdated { .. } => "board.updated",
            Event::BoardDeleted => "board.deleted",
        }
    }

    /// The event as it is stored and shown. Ranks are for the server alone.
    pub(crate) fn record(&self, after: &State) -> Record {
        let kind = self.kind();
        match self {
            Event::LeadCreated { card, respaced, .. } => Record::new(kind, &view::lead(after, card.lead.id))
                .with_inner(&json!({ "rank": card.rank, "respaced": respaced })),
            Event::LeadUpdated { lead, .. } => Record::new(kind, &view::lead(after, lead.id)),
            Event::LeadMoved {
                lead_id,
                from_stage_id,
                stage_id,
                position,
                rank,
                respaced,
            } => {
                let moved = view::Moved {
                    lead_id: *lead_id,
                    from_stage_id: *from_stage_id,
                    stage_id: *stage_id,
                    position: *position,
                };
                Record::new(kind, &moved).with_inner(&json!({ "rank": rank, "respaced": respaced }))
            }
            Event::LeadDeleted { lead_id, stage_id } => {
                Record::new(kind, &json!({ "lead_id": lead_id, "stage_id": stage_id }))
            }
            Event::StageCreated {
                stage_id,
                rank,
                respaced,
                ..
            } => Record::new(kind, &view::stage(after, *stage_id))
                .with_inner(&json!({ "rank": rank, "respaced": respaced })),
            Event::StageUpdated { stage_id, .. } => Record::new(kind, &view::stage(after, *stage_id)),
            Event::StageReordered { order } => {
                let stage_ids: Vec<StageId> = order.iter().map(|(id, _)| *id).collect();
                Record::new(kind, &json!({ "stage_ids": stage_ids })).with_inner(&json!({ "order": order }))
            }
            Event::StageDeleted { stage_id, moved_to } => {
                let target = moved_to.as_ref().map(|to| to.stage_id);
                let record = Record::new(kind, &json!({ "stage_id": stage_id, "moved_to": target }));
                match moved_to {
                    Some(to) => record.with_inner(&json!({ "ranks": to.ranks, "respaced": to.respaced })),
                    None => record,
                }
            }
            Event::BoardUpdated { .. } => Record::new(kind, &view::BoardHead::of(after)),
            Event::BoardDeleted => Record::new(kind, &json!({ "board_id": after.id })),
        }
    }
}
