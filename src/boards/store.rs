//! All queries about boards.

mod due;
mod list;
mod of_company;
mod project;
mod rows;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::command::{Command, NewBoard, NewStage};
use super::decide::Facts;
use super::event::Event;
use super::state::{About, Stage, StageKind, State};
use super::undo::Past;
use super::{Board, rank};
use crate::db::schema::{boards, commands, companies, contacts, leads, stages, tenants, users};
use crate::db::{BoardId, CompanyId, Connection, ContactId, StageId, TenantId, UserId};
use crate::error::{Code, Error};
use crate::live::{self, Topic, history};
pub(crate) use due::leads_due;
pub(super) use list::boards_of_contact;
pub(super) use list::{
    BoardFilter, Placed, SORTABLE_BOARDS, SORTABLE_STAGES, board_list, lead_board, lead_get, stage_board, stage_list,
};
pub(crate) use list::{LeadFilter, SORTABLE_LEADS, lead_list};
pub(crate) use of_company::{company_counts, company_links};
pub(super) use project::project;
use rows::{BoardRow, LeadRow, StageRow};

/// Reads a board back; nothing, where there is none.
pub(super) async fn load(tenant: TenantId, id: Uuid, conn: &mut Connection) -> QueryResult<Option<State>> {
    let id = BoardId(id);
    let board: Option<BoardRow> = boards::table
        .find((tenant, id))
        .select(BoardRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(board) = board else { return Ok(None) };
    let stages: Vec<StageRow> = stages::table
        .filter(stages::tenant_id.eq(tenant).and(stages::board_id.eq(id)))
        .order((stages::rank, stages::id))
        .select(StageRow::as_select())
        .load(conn)
        .await?;
    let leads: Vec<LeadRow> = leads::table
        .filter(leads::tenant_id.eq(tenant).and(leads::board_id.eq(id)))
        .order((leads::rank, leads::id))
        .select(LeadRow::as_select())
        .load(conn)
        .await?;

    let mut cards: HashMap<StageId, Vec<_>> = HashMap::new();
    for lead in leads {
        cards.entry(lead.stage_id).or_default().push(lead.into_card());
    }
    let stages = stages.into_iter().map(|stage| {
        let cards = cards.remove(&stage.id).unwrap_or_default();
        Arc::new(Stage {
            cards,
            ..stage.into_stage()
        })
    });
    Ok(Some(State {
        id,
        about: About {
            name: board.name,
            description: board.description,
            is_default: board.is_default,
            archived: board.archived,
        },
        created_at: board.created_at,
        updated_at: board.updated_at,
        stages: stages.collect(),
        is_gone: false,
    }))
}

/// The ids in a batch of commands that a board knows nothing of.
#[derive(Default)]
struct Named {
    users: Vec<UserId>,
    companies: Vec<CompanyId>,
    contacts: Vec<ContactId>,
    default_board: bool,
    past: Vec<i64>,
}

impl Named {
    fn add(&mut self, command: &Command) {
        match command {
            Command::CreateLead(lead) => self.add_fields(&lead.fields),
            Command::UpdateLead(lead) => self.add_fields(&lead.fields),
            Command::UpdateBoard(board) => {
                self.default_board |= board.is_default.is_some() || board.archived == Some(true)
            }
            Command::DeleteBoard => self.default_board = true,
            Command::Undo { seq } => {
                self.default_board = true;
                self.past.push(*seq);
            }
            Command::ReplaceContact { by, .. } => self.contacts.extend(by),
            Command::MoveLead { .. }
            | Command::DeleteLead { .. }
            | Command::CreateStage(_)
            | Command::UpdateStage(_)
            | Command::ReorderStages { .. }
            | Command::DeleteStage { .. }
            | Command::UnlinkCompany { .. }
            | Command::RenameCompany { .. } => {}
        }
    }

    fn add_fields(&mut self, fields: &super::command::LeadFields) {
        self.users.extend(fields.assigned_to.flatten());
        self.companies.extend(fields.company_id.flatten());
        self.contacts.extend(fields.contact_id.flatten());
    }

    /// Whatever the lead named that comes back.
    fn add_past(&mut self, past: &Past) {
        let lead_id = match &past.event {
            Event::LeadUpdated { lead, .. } => lead.id,
            Event::LeadDeleted { lead_id, .. } => *lead_id,
            _ => return,
        };
        if let Some(found) = past.before.lead(lead_id) {
            self.users.extend(found.lead.assigned_to);
            self.companies.extend(found.lead.company_id);
            self.contacts.extend(found.lead.contact_id);
        }
    }

    fn is_empty(&self) -> bool {
        self.users.is_empty()
            && self.companies.is_empty()
            && self.contacts.is_empty()
            && !self.default_board
            && self.past.is_empty()
    }
}

pub(super) fn needs_facts(command: &Command) -> bool {
    let mut named = Named::default();
    named.add(command);
    !named.is_empty()
}

/// Reads what these commands need to know; the connection sees one tenant's rows only.
pub(super) async fn facts(topic: Topic, commands: &[&Command], conn: &mut Connection) -> QueryResult<Facts> {
    let mut named = Named::default();
    for command in commands {
        named.add(command);
    }
    let mut facts = Facts::default();
    for seq in std::mem::take(&mut named.past) {
        if let Some(past) = past(topic, seq, conn).await? {
            named.add_past(&past);
            facts.past.insert(seq, past);
        }
    }
    if !named.users.is_empty() {
        let found: Vec<UserId> = users::table
            .filter(users::id.eq_any(named.users).and(users::is_active))
            .select(users::id)
            .load(conn)
            .await?;
        facts.users = HashSet::from_iter(found);
    }
    if !named.companies.is_empty() {
        let found: Vec<CompanyId> = companies::table
            .filter(companies::id.eq_any(named.companies))
            .select(companies::id)
            .load(conn)
            .await?;
        facts.companies = HashSet::from_iter(found);
    }
    if !named.contacts.is_empty() {
        let found: Vec<ContactId> = contacts::table
            .filter(contacts::id.eq_any(named.contacts))
            .select(contacts::id)
            .load(conn)
            .await?;
        facts.contacts = HashSet::from_iter(found);
    }
    if named.default_board {
        let found: Option<Option<BoardId>> = tenants::table
            .select(tenants::default_board_id)
            .first(conn)
            .await
            .optional()?;
        facts.default_board = found.flatten();
    }
    Ok(facts)
}

/// An event that is to be taken back, and the board right before it; nothing, where the history does not reach so far.
async fn past(topic: Topic, seq: i64, conn: &mut Connection) -> QueryResult<Option<Past>> {
    let Some(found) = history::event::<Board>(topic, seq, conn).await? else {
        return Ok(None);
    };
    let Some(before) = history::state_at::<Board>(topic, seq - 1, conn).await? else {
        return Ok(None);
    };
    let undone = match found.undoes_seq {
        Some(seq) => history::event::<Board>(topic, seq, conn).await?,
        None => None,
    };
    Ok(Some(Past {
        event: found.event,
        before,
        undone: undone.map(|undone| undone.event),
    }))
}

/// Whether there is such a board.
pub(super) async fn board_exists(tenant: TenantId, id: BoardId, conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(boards::table.find((tenant, id))))
        .get_result(conn)
        .await
}

/// Makes a board. It becomes the tenant's default where that is asked for, or where there is none yet.
pub(super) async fn board_create(
    tenant: TenantId,
    id: BoardId,
    board: &NewBoard,
    by: Option<UserId>,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    live::create_topic(Board::topic(tenant, id), conn).await?;
    diesel::insert_into(boards::table)
        .values((
            boards::tenant_id.eq(tenant),
            boards::id.eq(id),
            boards::name.eq(&board.name),
            boards::description.eq(&board.description),
            boards::archived.eq(board.archived),
            boards::created_by.eq(by),
            boards::created_at.eq(now),
            boards::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    let of_its_own = board.stages.as_deref();
    let default_set = default_stages();
    let stages: Vec<_> = of_its_own.unwrap_or(&default_set).iter().collect();
    let rows: Vec<_> = stages
        .iter()
        .zip(rank::spread(stages.len()))
        .map(|(stage, rank)| StageRow {
            id: StageId(crate::clock::new_id()),
            name: stage.name.clone(),
            color: stage.color.clone(),
            kind: stage.kind,
            rank: rank.as_str().to_owned(),
        })
        .map(|row| (stages::tenant_id.eq(tenant), stages::board_id.eq(id), row))
        .collect();
    diesel::insert_into(stages::table).values(rows).execute(conn).await?;
    if !board.archived {
        // The tenant's row comes last in every transaction that changes it.
        let chosen = tenants::default_board_id.eq(id);
        let claimed = if board.is_default {
            diesel::update(tenants::table.find(tenant))
                .set(chosen)
                .execute(conn)
                .await?
        } else {
            let free = tenants::table.find(tenant).filter(tenants::default_board_id.is_null());
            diesel::update(free).set(chosen).execute(conn).await?
        };
        if claimed == 1 {
            diesel::update(boards::table.find((tenant, id)))
                .set(boards::is_default.eq(true))
                .execute(conn)
                .await?;
        }
    }
    begin_history(tenant, id, now, conn).await
}

/// Writes down what a board is before anything happens to it.
pub(super) async fn begin_history(
    tenant: TenantId,
    id: BoardId,
    at: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    if let Some(state) = load(tenant, id.0, conn).await? {
        history::keep_first::<Board>(Board::topic(tenant, id), &state, at, conn).await?;
    }
    Ok(())
}

/// The board that a new company begins with.
pub(crate) async fn create_default(
    tenant: TenantId,
    by: UserId,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    let board = NewBoard {
        name: "Vendas".to_owned(),
        description: None,
        archived: false,
        is_default: true,
        stages: None,
    };
    board_create(tenant, BoardId(crate::clock::new_id()), &board, Some(by), now, conn).await
}

/// The stages of a board that is made without any.
fn default_stages() -> Vec<NewStage> {
    [
        ("Novo", "#64748B", StageKind::Open),
        ("Contato feito", "#2563EB", StageKind::Open),
        ("Proposta enviada", "#7C3AED", StageKind::Open),
        ("Negociação", "#D97706", StageKind::Open),
        ("Ganho", "#16A34A", StageKind::Won),
        ("Perdido", "#DC2626", StageKind::Lost),
    ]
    .into_iter()
    .map(|(name, color, kind)| NewStage {
        name: name.to_owned(),
        color: color.to_owned(),
        kind,
    })
    .collect()
}

/// Makes a board the tenant's default, unless this command did so before.
///
/// # Errors
/// `not_found`; `board_archived`.
pub(super) async fn make_default(
    tenant: TenantId,
    id: BoardId,
    command: Option<(UserId, Uuid)>,
    conn: &mut Connection,
) -> Result<(), Error> {
    if let Some((actor, key)) = command {
        let done: Option<Uuid> = commands::table
            .find((tenant, actor, key))
            .select(commands::command_id)
            .first(conn)
            .await
            .optional()?;
        if done.is_some() {
            return Ok(());
        }
    }
    let archived: Option<bool> = boards::table
        .find((tenant, id))
        .select(boards::archived)
        .first(conn)
        .await
        .optional()?;
    if archived.ok_or(Code::NotFound)? {
        return Err(Code::BoardArchived.into());
    }
    diesel::update(tenants::table.find(tenant))
        .set(tenants::default_board_id.eq(id))
        .execute(conn)
        .await?;
    Ok(())
}

/// The boards that have yet to be told that they are no longer the default.
pub(super) async fn former_defaults(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<BoardId>> {
    boards::table
        .inner_join(tenants::table.on(tenants::id.eq(boards::tenant_id)))
        .filter(boards::tenant_id.eq(tenant).and(boards::is_default))
        .filter(tenants::default_board_id.is_distinct_from(boards::id.nullable()))
        .select(boards::id)
        .load(conn)
        .await
}

/// The board that a command went to, where it was accepted before.
pub(super) async fn board_of_command(
    tenant: TenantId,
    actor: UserId,
    key: Uuid,
    conn: &mut Connection,
) -> QueryResult<Option<BoardId>> {
    let topic: Option<Option<BoardId>> = commands::table
        .find((tenant, actor, key))
        .select(commands::topic_id)
        .first(conn)
        .await
        .optional()?;
    Ok(topic.flatten())
}

/// Where a lead goes that names no board.
pub(super) async fn default_board(tenant: TenantId, conn: &mut Connection) -> QueryResult<Option<BoardId>> {
    tenants::table
        .find(tenant)
        .select(tenants::default_board_id)
        .first(conn)
        .await
}
