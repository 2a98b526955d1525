//! What may happen to a board: every rule, without a clock, chance or a database.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use super::command::{Command, CreateLead, NewStage, Target, UpdateBoard, UpdateLead, UpdateStage};
use super::event::{Event, MovedTo};
use super::rank;
use super::state::{About, Card, Found, Lead, Stage, StageAbout, State};
use super::undo::{self, Past};
use crate::auth::{Permission, Principal, PrincipalKind};
use crate::db::{BoardId, CompanyId, ContactId, LeadId, StageId, UserId};
use crate::error::{Code, FieldError, Refusal};
use crate::live;

pub(crate) const MAX_STAGES: usize = 50;
pub(crate) const MAX_LEADS: usize = 10_000;

/// What is known of the things that commands name and the board does not hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Of those named: the active users of this tenant, and the companies and contacts that exist.
    pub(crate) users: HashSet<UserId>,
    pub(crate) companies: HashSet<CompanyId>,
    pub(crate) contacts: HashSet<ContactId>,
    /// The tenant's default board.
    pub(crate) default_board: Option<BoardId>,
    /// The events that are to be taken back, by number.
    pub(crate) past: HashMap<i64, Past>,
}

pub(crate) type Context<'a> = live::Context<'a, Facts>;

impl Command {
    /// The right that it needs by itself: what takes something back needs that of what it then does. None: only the server sends it.
    fn permission(&self) -> Option<Permission> {
        Some(match self {
            Command::Undo { .. } => Permission::BoardsRead,
            Command::CreateLead(_) | Command::UpdateLead(_) | Command::MoveLead { .. } | Command::DeleteLead { .. } => {
                Permission::LeadsWrite
            }
            Command::CreateStage(_)
            | Command::UpdateStage(_)
            | Command::ReorderStages { .. }
            | Command::DeleteStage { .. }
            | Command::UpdateBoard(_)
            | Command::DeleteBoard => Permission::BoardsManage,
            Command::UnlinkCompany { .. } => Permission::CompaniesManage,
            Command::ReplaceContact { .. } => Permission::ContactsManage,
            Command::RenameCompany { .. } => return None,
        })
    }

    /// # Errors
    /// `forbidden`, unless this is theirs to ask.
    fn check_author(&self, by: &Principal) -> Result<(), Refusal> {
        match self.permission() {
            Some(permission) => by.require(permission),
            None if by.kind == PrincipalKind::System => Ok(()),
            None => Err(Code::Forbidden.into()),
        }
    }

    /// Whether an archived board still takes it, if only to judge it further.
    fn concerns_archived(&self) -> bool {
        matches!(
            self,
            Command::UpdateBoard(_)
                | Command::DeleteBoard
                | Command::UnlinkCompany { .. }
                | Command::RenameCompany { .. }
                | Command::ReplaceContact { .. }
                | Command::Undo { .. }
        )
    }
}

/// The events that a command makes; none, when things already are as it asks.
///
/// # Errors
/// Why not.
pub(crate) fn decide(state: &State, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    command.check_author(context.by)?;
    if state.is_gone {
        return Err(Code::NotFound.into());
    }
    if state.about.archived && !command.concerns_archived() {
        return Err(Code::BoardArchived.into());
    }
    match command {
        Command::CreateLead(lead) => create_lead(state, lead, context),
        Command::UpdateLead(update) => update_lead(state, update, context),
        Command::MoveLead {
            lead_id,
            stage_id,
            target,
        } => {
            let found = find_lead(state, *lead_id)?;
            let stage = find_target_stage(state, *stage_id)?;
            Ok(move_lead(found, stage, *target)?.into_iter().collect())
        }
        Command::DeleteLead { lead_id } => {
            let stage_id = find_lead(state, *lead_id)?.stage.id;
            Ok(vec![Event::LeadDeleted {
                lead_id: *lead_id,
                stage_id,
            }])
        }
        Command::CreateStage(stage) => create_stage(state, stage, context),
        Command::UpdateStage(update) => update_stage(state, update),
        Command::ReorderStages { stage_ids } => reorder_stages(state, stage_ids),
        Command::DeleteStage { stage_id, move_to } => delete_stage(state, *stage_id, *move_to),
        Command::UpdateBoard(update) => update_board(state, update, context),
        Command::DeleteBoard if is_default(state, context.facts) => Err(Code::DefaultBoard.into()),
        Command::DeleteBoard => Ok(vec![Event::BoardDeleted]),
        Command::UnlinkCompany { company_id, name } => Ok(unlink_company(state, *company_id, name, context)),
        Command::RenameCompany { company_id, from, to } => Ok(rename_company(state, *company_id, from, to)),
        Command::ReplaceContact { contact_id, by } => replace_contact(state, *contact_id, *by, context),
        Command::Undo { seq } => undo::decide(state, *seq, context),
    }
}

fn unlink_company(state: &State, company_id: CompanyId, name: &str, context: &Context<'_>) -> Vec<Event> {
    change_leads(
        state,
        |lead| lead.company_id == Some(company_id),
        |lead| {
            lead.company_id = None;
            lead.company.get_or_insert_with(|| name.to_owned());
            lead.updated_at = context.now;
        },
    )
}

/// What people wrote themselves stays.
fn rename_company(state: &State, company_id: CompanyId, from: &str, to: &str) -> Vec<Event> {
    change_leads(
        state,
        |lead| lead.company_id == Some(company_id) && lead.company.as_deref() == Some(from),
        |lead| lead.company = Some(to.to_owned()),
    )
}

fn replace_contact(
    state: &State,
    contact_id: ContactId,
    by: Option<ContactId>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    if by.is_some_and(|by| !context.facts.contacts.contains(&by)) {
        return Err(Refusal::field("by", "not_found", "is no contact"));
    }
    Ok(change_leads(
        state,
        |lead| lead.contact_id == Some(contact_id),
        |lead| {
            lead.contact_id = by;
            lead.updated_at = context.now;
        },
    ))
}

/// Changes every lead of which that holds.
fn change_leads(state: &State, concerns: impl Fn(&Lead) -> bool, change: impl Fn(&mut Lead)) -> Vec<Event> {
    let cards = state
        .stages
        .iter()
        .flat_map(|stage| stage.cards.iter().map(|card| (stage.id, &card.lead)));
    cards
        .filter(|(_, lead)| concerns(lead))
        .map(|(stage_id, lead)| {
            let mut lead = Lead::clone(lead);
            change(&mut lead);
            Event::LeadUpdated {
                stage_id,
                lead: Arc::new(lead),
                assigned: false,
            }
        })
        .collect()
}

fn create_lead(state: &State, command: &CreateLead, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    if state.lead_count() >= MAX_LEADS {
        return Err(Refusal::new(
            Code::BoardFull,
            format!("A board holds at most {MAX_LEADS} leads"),
        ));
    }
    let mut lead = Lead::new(context.fresh_id, command.title.clone(), context.by.id, context.now);
    command.fields.apply(&mut lead);

    let mut wrong = missing(&lead, None, context.facts);
    wrong.extend(other_board(state, command.board_id));
    let stage = match command.stage_id {
        Some(id) => state.stage(id),
        None => state.stages.first().map(AsRef::as_ref),
    };
    if stage.is_none() {
        wrong.push(FieldError::new("stage_id", "not_found", "is no stage of this board"));
    }
    match stage {
        Some(stage) if wrong.is_empty() => {
            let ids = || stage.cards.iter().map(|card| card.lead.id);
            let end = Target::Position(stage.cards.len());
            let index = index_of(command.target.unwrap_or(end), ids())?;
            let place = rank::place(stage.cards.iter().map(|card| &card.rank), index);
            Ok(vec![Event::LeadCreated {
                stage_id: stage.id,
                card: Card {
                    rank: place.rank,
                    lead: Arc::new(lead),
                },
                respaced: ids().zip(place.respaced).collect(),
            }])
        }
        Some(_) | None => Err(Refusal::invalid(wrong)),
    }
}

fn update_lead(state: &State, command: &UpdateLead, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let found = find_lead(state, command.lead_id)?;
    let mut lead = Lead::clone(found.lead);
    if let Some(title) = &command.title {
        lead.title.clone_from(title);
    }
    command.fields.apply(&mut lead);

    let mut wrong = missing(&lead, Some(found.lead), context.facts);
    wrong.extend(other_board(state, command.board_id));
    let stage = command.stage_id.map_or(Some(found.stage), |id| state.stage(id));
    let stage = match stage {
        Some(stage) if wrong.is_empty() => stage,
        Some(_) => return Err(Refusal::invalid(wrong)),
        None => {
            wrong.push(FieldError::new("stage_id", "not_found", "is no stage of this board"));
            return Err(Refusal::invalid(wrong));
        }
    };
    let moved = match command.target {
        Some(target) => move_lead(found, stage, target)?,
        None if stage.id != found.stage.id => move_lead(found, stage, Target::Position(stage.cards.len()))?,
        None => None,
    };
    let updated = (lead != **found.lead).then(|| {
        lead.updated_at = context.now;
        Event::LeadUpdated {
            stage_id: stage.id,
            assigned: lead.becomes_somebodys(found.lead),
            lead: Arc::new(lead),
        }
    });
    Ok(moved.into_iter().chain(updated).collect())
}

/// The move of a lead; none, where it stands there already.
pub(super) fn move_lead(found: Found<'_>, stage: &Stage, target: Target) -> Result<Option<Event>, Refusal> {
    let lead_id = found.lead.id;
    if target == Target::After(Some(lead_id)) {
        return Err(Refusal::field(
            "after_lead_id",
            "invalid",
            "a lead cannot follow itself",
        ));
    }
    // The stage as it is without the lead: what the index afterwards counts.
    let others: Vec<&Card> = stage.cards.iter().filter(|card| card.lead.id != lead_id).collect();
    let ids = || others.iter().map(|card| card.lead.id);
    let position = index_of(target, ids())?;
    if stage.id == found.stage.id && position == found.position {
        return Ok(None);
    }
    let place = rank::place(others.iter().map(|card| &card.rank), position);
    Ok(Some(Event::LeadMoved {
        lead_id,
        from_stage_id: found.stage.id,
        stage_id: stage.id,
        position,
        rank: place.rank,
        respaced: ids().zip(place.respaced).collect(),
    }))
}

/// The index among `others` that is meant. A neighbour that has left meanwhile must not make the drop fail: then it is the end, where
/// a new lead would go.
pub(super) fn index_of(target: Target, mut others: impl ExactSizeIterator<Item = LeadId>) -> Result<usize, Refusal> {
    let count = others.len();
    match target {
        Target::Position(index) if index > count => Err(Refusal::field(
            "position",
            "out_of_range",
            format!("must be from 0 to {count}"),
        )),
        Target::Position(index) => Ok(index),
        Target::After(None) => Ok(0),
        Target::After(Some(neighbour)) => Ok(others.position(|id| id == neighbour).map_or(count, |index| index + 1)),
    }
}

fn create_stage(state: &State, stage: &NewStage, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    if state.stages.len() >= MAX_STAGES {
        return Err(Refusal::new(
            Code::BoardFull,
            format!("A board has at most {MAX_STAGES} stages"),
        ));
    }
    let place = rank::place(state.stages.iter().map(|stage| &stage.rank), state.stages.len());
    Ok(vec![Event::StageCreated {
        stage_id: StageId(context.fresh_id),
        about: StageAbout {
            name: stage.name.clone(),
            color: stage.color.clone(),
            kind: stage.kind,
        },
        rank: place.rank,
        respaced: state.stages.iter().map(|stage| stage.id).zip(place.respaced).collect(),
    }])
}

fn update_stage(state: &State, update: &UpdateStage) -> Result<Vec<Event>, Refusal> {
    let stage = find_stage(state, update.stage_id)?;
    let about = StageAbout {
        name: update.name.clone().unwrap_or_else(|| stage.about.name.clone()),
        color: update.color.clone().unwrap_or_else(|| stage.about.color.clone()),
        kind: update.kind.unwrap_or(stage.about.kind),
    };
    let changes = about != stage.about;
    Ok(changes
        .then_some(Event::StageUpdated {
            stage_id: stage.id,
            about,
        })
        .into_iter()
        .collect())
}

pub(super) fn reorder_stages(state: &State, stage_ids: &[StageId]) -> Result<Vec<Event>, Refusal> {
    let mine: Vec<StageId> = state.stages.iter().map(|stage| stage.id).collect();
    if stage_ids == mine {
        return Ok(Vec::new());
    }
    let named: HashSet<StageId> = stage_ids.iter().copied().collect();
    let is_permutation =
        named.len() == stage_ids.len() && mine.len() == stage_ids.len() && mine.iter().all(|id| named.contains(id));
    if !is_permutation {
        return Err(Refusal::field(
            "stage_ids",
            "invalid",
            "must name each stage of the board once",
        ));
    }
    let order = stage_ids.iter().copied().zip(rank::spread(stage_ids.len())).collect();
    Ok(vec![Event::StageReordered { order }])
}

pub(super) fn delete_stage(state: &State, stage_id: StageId, move_to: Option<StageId>) -> Result<Vec<Event>, Refusal> {
    let stage = find_stage(state, stage_id)?;
    if state.stages.len() == 1 {
        return Err(Code::LastStage.into());
    }
    let target = move_to.map(|id| find_move_to(state, stage_id, id)).transpose()?;
    let moved_to = match target {
        Some(target) => {
            let (ranks, respaced) = rank::append(target.cards.iter().map(|card| &card.rank), stage.cards.len());
            let ids = |stage: &Stage| stage.cards.iter().map(|card| card.lead.id).collect::<Vec<_>>();
            Some(MovedTo {
                stage_id: target.id,
                ranks: ids(stage).into_iter().zip(ranks).collect(),
                respaced: ids(target).into_iter().zip(respaced).collect(),
            })
        }
        None if stage.cards.is_empty() => None,
        None => return Err(Code::StageNotEmpty.into()),
    };
    Ok(vec![Event::StageDeleted { stage_id, moved_to }])
}

fn update_board(state: &State, update: &UpdateBoard, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let is_tenants_default = context.facts.default_board == Some(state.id);
    match update.is_default {
        Some(true) if !is_tenants_default => {
            return Err(Refusal::field(
                "is_default",
                "invalid",
                "the default board is chosen by PUT /boards/{id}, because it concerns another board as well",
            ));
        }
        Some(false) if is_tenants_default => {
            return Err(Refusal::new(
                Code::DefaultBoard,
                "Make another board the default instead",
            ));
        }
        Some(_) | None => {}
    }
    if update.archived == Some(true) && is_default(state, context.facts) {
        return Err(Code::DefaultBoard.into());
    }
    let about = About {
        name: update.name.clone().unwrap_or_else(|| state.about.name.clone()),
        description: update
            .description
            .clone()
            .unwrap_or_else(|| state.about.description.clone()),
        is_default: update.is_default.unwrap_or(state.about.is_default),
        archived: update.archived.unwrap_or(state.about.archived),
    };
    let changes = about != state.about;
    let event = changes.then_some(Event::BoardUpdated {
        about,
        updated_at: context.now,
    });
    Ok(event.into_iter().collect())
}

/// Whether it is the default board, or has not yet heard that it no longer is.
pub(super) fn is_default(state: &State, facts: &Facts) -> bool {
    state.about.is_default || facts.default_board == Some(state.id)
}

/// What the lead names and does not exist, except what it named before.
pub(super) fn missing(lead: &Lead, before: Option<&Arc<Lead>>, facts: &Facts) -> Vec<FieldError> {
    fn exists<T: Copy + Eq + Hash>(named: Option<T>, before: Option<Option<T>>, known: &HashSet<T>) -> bool {
        named.is_none_or(|id| before == Some(named) || known.contains(&id))
    }
    let users = exists(lead.assigned_to, before.map(|before| before.assigned_to), &facts.users);
    let companies = exists(
        lead.company_id,
        before.map(|before| before.company_id),
        &facts.companies,
    );
    let contacts = exists(lead.contact_id, before.map(|before| before.contact_id), &facts.contacts);
    [
        ("assigned_to", users, "is no active user"),
        ("company_id", companies, "is no company"),
        ("contact_id", contacts, "is no contact"),
    ]
    .into_iter()
    .filter(|(_, exists, _)| !exists)
    .map(|(field, _, message)| FieldError::new(field, "not_found", message))
    .collect()
}

fn other_board(state: &State, board_id: Option<BoardId>) -> Option<FieldError> {
    board_id
        .filter(|id| *id != state.id)
        .map(|_| FieldError::new("board_id", "invalid", "a lead stays on its board"))
}

fn find_lead(state: &State, id: LeadId) -> Result<Found<'_>, Refusal> {
    state.lead(id).ok_or_else(|| Code::NotFound.into())
}

fn find_stage(state: &State, id: StageId) -> Result<&Stage, Refusal> {
    state.stage(id).ok_or_else(|| Code::NotFound.into())
}

fn find_target_stage(state: &State, id: StageId) -> Result<&Stage, Refusal> {
    state
        .stage(id)
        .ok_or_else(|| Refusal::field("stage_id", "not_found", "is no stage of this board"))
}

fn find_move_to(state: &State, stage_id: StageId, move_to: StageId) -> Result<&Stage, Refusal> {
    if move_to == stage_id {
        return Err(Refusal::field("move_to", "invalid", "must be another stage"));
    }
    state
        .stage(move_to)
        .ok_or_else(|| Refusal::field("move_to", "not_found", "is no stage of this board"))
}
