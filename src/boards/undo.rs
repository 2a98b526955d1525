//! What takes an event back: the compensating events, where they still make sense.
//!
//! An event is taken back only as long as what it made still stands: fields that were changed since, a lead that was moved on, or an order
//! that is another by now are somebody's later will, and stay.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::command::Target;
use super::decide::{self, Context, MAX_LEADS, MAX_STAGES};
use super::event::{Event, MovedTo};
use super::rank::{self, Rank};
use super::state::{About, Card, Found, Lead, Stage, StageAbout, State};
use crate::auth::Permission;
use crate::db::{LeadId, StageId};
use crate::error::{Code, Refusal};

/// An event of the board's history.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) event: Event,
    /// The board right before it.
    pub(crate) before: State,
    /// The event that it took back itself.
    pub(crate) undone: Option<Event>,
}

/// The events that take back the event of this number.
///
/// # Errors
/// `cannot_undo`, where that makes no sense any more; what the compensating command would be refused with.
pub(super) fn decide(state: &State, seq: i64, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let past = context
        .facts
        .past
        .get(&seq)
        .ok_or_else(|| Refusal::field("seq", "not_found", "is no event of this board's history"))?;
    context.by.require(permission(&past.event))?;
    if state.about.archived && !matches!(past.event, Event::BoardUpdated { .. }) {
        return Err(Code::BoardArchived.into());
    }
    compensate(state, past, context)
        .filter(|events| !events.is_empty())
        .ok_or_else(|| Code::CannotUndo.into())
}

/// The right to what takes the event back: the same as to what made it.
fn permission(event: &Event) -> Permission {
    match event {
        Event::LeadCreated { .. } | Event::LeadUpdated { .. } | Event::LeadMoved { .. } | Event::LeadDeleted { .. } => {
            Permission::LeadsWrite
        }
        Event::StageCreated { .. }
        | Event::StageUpdated { .. }
        | Event::StageReordered { .. }
        | Event::StageDeleted { .. }
        | Event::BoardUpdated { .. }
        | Event::BoardDeleted => Permission::BoardsManage,
    }
}

/// Nothing, where the event can no longer be taken back.
fn compensate(state: &State, past: &Past, context: &Context<'_>) -> Option<Vec<Event>> {
    let before = &past.before;
    match &past.event {
        Event::LeadCreated { card, .. } => {
            let found = state.lead(card.lead.id)?;
            Some(vec![Event::LeadDeleted {
                lead_id: found.lead.id,
                stage_id: found.stage.id,
            }])
        }
        Event::LeadUpdated { lead, .. } => update_lead(state, before, lead, context).map(|event| vec![event]),
        Event::LeadMoved {
            lead_id,
            from_stage_id,
            stage_id,
            rank,
            ..
        } => {
            let found = state.lead(*lead_id).filter(|found| stands_at(found, *stage_id, rank))?;
            let target = former_place(before.stage(*from_stage_id)?, state.stage(*from_stage_id)?, *lead_id);
            let moved = decide::move_lead(found, state.stage(*from_stage_id)?, target).ok()?;
            Some(moved.into_iter().collect())
        }
        Event::LeadDeleted { lead_id, stage_id } => {
            create_lead(state, before, *lead_id, *stage_id, context).map(|event| vec![event])
        }
        Event::StageCreated { stage_id, .. } => delete_stage(state, *stage_id, past.undone.as_ref()),
        Event::StageUpdated { stage_id, about } => {
            let about: StageAbout = restored(&before.stage(*stage_id)?.about, about, &state.stage(*stage_id)?.about)?;
            Some(vec![Event::StageUpdated {
                stage_id: *stage_id,
                about,
            }])
        }
        Event::StageReordered { order } => {
            let is_as_made = state
                .stages
                .iter()
                .map(|stage| stage.id)
                .eq(order.iter().map(|(id, _)| *id));
            let former: Vec<StageId> = before.stages.iter().map(|stage| stage.id).collect();
            is_as_made
                .then(|| decide::reorder_stages(state, &former).ok())
                .flatten()
        }
        Event::StageDeleted { stage_id, moved_to } => create_stage(state, before, *stage_id, moved_to.as_ref()),
        Event::BoardUpdated { about, .. } => {
            update_board(state, &before.about, about, context).map(|event| vec![event])
        }
        Event::BoardDeleted => None,
    }
}

fn update_lead(state: &State, before: &State, made: &Lead, context: &Context<'_>) -> Option<Event> {
    let found = state.lead(made.id)?;
    let mut lead: Lead = restored(&**before.lead(made.id)?.lead, made, &**found.lead)?;
    if !decide::missing(&lead, Some(found.lead), context.facts).is_empty() {
        return None;
    }
    lead.updated_at = context.now;
    Some(Event::LeadUpdated {
        stage_id: found.stage.id,
        assigned: lead.becomes_somebodys(found.lead),
        lead: Arc::new(lead),
    })
}

/// Brings back a lead that was deleted.
fn create_lead(
    state: &State,
    before: &State,
    lead_id: LeadId,
    stage_id: StageId,
    context: &Context<'_>,
) -> Option<Event> {
    let lead = Arc::clone(before.lead(lead_id)?.lead);
    let stage = state.stage(stage_id)?;
    let fits = state.lead(lead_id).is_none()
        && state.lead_count() < MAX_LEADS
        && decide::missing(&lead, None, context.facts).is_empty();
    if !fits {
        return None;
    }
    let ids = || stage.cards.iter().map(|card| card.lead.id);
    let index = decide::index_of(former_place(before.stage(stage_id)?, stage, lead_id), ids()).ok()?;
    let place = rank::place(stage.cards.iter().map(|card| &card.rank), index);
    Some(Event::LeadCreated {
        stage_id,
        card: Card { rank: place.rank, lead },
        respaced: ids().zip(place.respaced).collect(),
    })
}

/// Deletes a stage that is empty; one that was brought back itself also with the leads that came back with it.
fn delete_stage(state: &State, stage_id: StageId, undone: Option<&Event>) -> Option<Vec<Event>> {
    let stage = state.stage(stage_id)?;
    let move_to = match undone {
        Some(Event::StageDeleted { moved_to: Some(to), .. }) if !stage.cards.is_empty() => {
            let came_back = |card: &Card| to.ranks.iter().any(|(id, _)| *id == card.lead.id);
            stage.cards.iter().all(came_back).then_some(to.stage_id)
        }
        Some(_) | None => None,
    };
    decide::delete_stage(state, stage_id, move_to).ok()
}

/// Brings back a stage that was deleted, with those of its leads that are still where they went.
fn create_stage(state: &State, before: &State, stage_id: StageId, moved_to: Option<&MovedTo>) -> Option<Vec<Event>> {
    if state.stage(stage_id).is_some() || state.stages.len() >= MAX_STAGES {
        return None;
    }
    let former = before.stages.iter().take_while(|stage| stage.id != stage_id);
    let index = former
        .filter_map(|stage| state.stages.iter().position(|other| other.id == stage.id))
        .last()
        .map_or(0, |index| index + 1);
    let place = rank::place(state.stages.iter().map(|stage| &stage.rank), index);
    let mut events = vec![Event::StageCreated {
        stage_id,
        about: before.stage(stage_id)?.about.clone(),
        rank: place.rank,
        respaced: state.stages.iter().map(|stage| stage.id).zip(place.respaced).collect(),
    }];
    if let Some(to) = moved_to
        && let Some(stage) = state.stage(to.stage_id)
    {
        let still_there = |(id, rank): &&(LeadId, Rank)| {
            let mut cards = stage.cards.iter();
            cards.any(|card| card.lead.id == *id && card.rank == *rank)
        };
        let back: Vec<LeadId> = to.ranks.iter().filter(still_there).map(|(id, _)| *id).collect();
        let ranks = rank::spread(back.len());
        events.extend(
            back.into_iter()
                .zip(ranks)
                .enumerate()
                .map(|(position, (lead_id, rank))| Event::LeadMoved {
                    lead_id,
                    from_stage_id: to.stage_id,
                    stage_id,
                    position,
                    rank,
                    respaced: Vec::new(),
                }),
        );
    }
    Some(events)
}

fn update_board(state: &State, was: &About, made: &About, context: &Context<'_>) -> Option<Event> {
    let about: About = restored(was, made, &state.about)?;
    // Which board is the default concerns others as well: that is not this board's to take back.
    let keeps_default = about.is_default == state.about.is_default;
    let may_be_archived = !about.archived || !decide::is_default(state, context.facts);
    (keeps_default && may_be_archived).then_some(Event::BoardUpdated {
        about,
        updated_at: context.now,
    })
}

/// Whether a lead is where an event put it: whoever moves it gives it another key.
fn stands_at(found: &Found<'_>, stage_id: StageId, rank: &Rank) -> bool {
    let card = found.stage.cards.get(found.position);
    found.stage.id == stage_id && card.is_some_and(|card| card.rank == *rank)
}

/// Behind the nearest of those that stood before it and stand there now.
fn former_place(before: &Stage, now: &Stage, lead_id: LeadId) -> Target {
    let ahead = before.cards.iter().take_while(|card| card.lead.id != lead_id);
    let neighbour = ahead.map(|card| card.lead.id).filter(|id| now.position(*id).is_some());
    Target::After(neighbour.last())
}

/// `now` with the fields that were changed from `was` to `made` as they were; nothing, where one of them was changed since.
fn restored<T: Serialize + DeserializeOwned>(was: &T, made: &T, now: &T) -> Option<T> {
    let (was, made, mut now) = (fields(was)?, fields(made)?, fields(now)?);
    for (field, former) in was {
        let changed = made.get(&field);
        // When something changed is not what changed.
        if field == "updated_at" || changed == Some(&former) {
            continue;
        }
        if now.get(&field) != changed {
            return None;
        }
        now.insert(field, former);
    }
    serde_json::from_value(Value::Object(now)).ok()
}

fn fields(value: &impl Serialize) -> Option<Map<String, Value>> {
    match serde_json::to_value(value).ok()? {
        Value::Object(fields) => Some(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
    }
}
