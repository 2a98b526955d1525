//! What happens to a board, and how clients see it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::Error as _;
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
        /// Whether it became somebody's by this.
        assigned: bool,
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

    /// The event that was stored so.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn read(kind: &str, data: &str, inner: Option<&str>) -> serde_json::Result<Self> {
        let inner = inner.unwrap_or("null");
        Ok(match kind {
            "lead.created" => {
                let (OfLead { stage_id, lead }, Placed { rank, respaced }) = both(data, inner)?;
                let card = Card { rank, lead };
                Event::LeadCreated {
                    stage_id,
                    card,
                    respaced,
                }
            }
            "lead.updated" => {
                let (OfLead { stage_id, lead }, given): (_, Option<Given>) = both(data, inner)?;
                Event::LeadUpdated {
                    stage_id,
                    lead,
                    assigned: given.is_some_and(|given| given.assigned),
                }
            }
            "lead.moved" => {
                let (moved, Placed { rank, respaced }): (view::Moved, _) = both(data, inner)?;
                Event::LeadMoved {
                    lead_id: moved.lead_id,
                    from_stage_id: moved.from_stage_id,
                    stage_id: moved.stage_id,
                    position: moved.position,
                    rank,
                    respaced,
                }
            }
            "lead.deleted" => {
                let Deleted { lead_id, stage_id } = serde_json::from_str(data)?;
                Event::LeadDeleted { lead_id, stage_id }
            }
            "stage.created" => {
                let (OfStage { id, about }, Placed { rank, respaced }) = both(data, inner)?;
                Event::StageCreated {
                    stage_id: id,
                    about,
                    rank,
                    respaced,
                }
            }
            "stage.updated" => {
                let OfStage { id, about } = serde_json::from_str(data)?;
                Event::StageUpdated { stage_id: id, about }
            }
            "stage.reordered" => {
                let Reordered { order } = serde_json::from_str(inner)?;
                Event::StageReordered { order }
            }
            "stage.deleted" => {
                let (StageGone { stage_id, moved_to }, ranks): (_, Option<Appended>) = both(data, inner)?;
                let moved_to = moved_to
                    .zip(ranks)
                    .map(|(stage_id, Appended { ranks, respaced })| MovedTo {
                        stage_id,
                        ranks,
                        respaced,
                    });
                Event::StageDeleted { stage_id, moved_to }
            }
            "board.updated" => {
                let OfBoard { about, updated_at } = serde_json::from_str(data)?;
                Event::BoardUpdated { about, updated_at }
            }
            "board.deleted" => Event::BoardDeleted,
            other => return Err(serde_json::Error::custom(format!("a board knows no event {other}"))),
        })
    }

    /// The event as it is stored and shown. Ranks are for the server alone.
    pub(crate) fn record(&self, after: &State) -> Record {
        let kind = self.kind();
        match self {
            Event::LeadCreated { card, respaced, .. } => Record::new(kind, &view::lead(after, card.lead.id))
                .with_inner(&json!({ "rank": card.rank, "respaced": respaced })),
            Event::LeadUpdated { lead, assigned, .. } => {
                let record = Record::new(kind, &view::lead(after, lead.id));
                if *assigned {
                    record.with_inner(&json!({ "assigned": true }))
                } else {
                    record
                }
            }
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

/// Reads the two parts of a stored event.
fn both<'a, D: Deserialize<'a>, I: Deserialize<'a>>(data: &'a str, inner: &'a str) -> serde_json::Result<(D, I)> {
    Ok((serde_json::from_str(data)?, serde_json::from_str(inner)?))
}

#[derive(Deserialize)]
struct OfLead {
    stage_id: StageId,
    #[serde(flatten)]
    lead: Arc<Lead>,
}

#[derive(Deserialize)]
struct Given {
    assigned: bool,
}

#[derive(Deserialize)]
struct OfStage {
    id: StageId,
    #[serde(flatten)]
    about: StageAbout,
}

#[derive(Deserialize)]
struct OfBoard {
    #[serde(flatten)]
    about: About,
    updated_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Deleted {
    lead_id: LeadId,
    stage_id: StageId,
}

#[derive(Deserialize)]
struct StageGone {
    stage_id: StageId,
    moved_to: Option<StageId>,
}

#[derive(Deserialize)]
struct Placed<Id> {
    rank: Rank,
    respaced: Vec<(Id, Rank)>,
}

#[derive(Deserialize)]
struct Appended {
    ranks: Vec<(LeadId, Rank)>,
    respaced: Vec<(LeadId, Rank)>,
}

#[derive(Deserialize)]
struct Reordered {
    order: Vec<(StageId, Rank)>,
}
