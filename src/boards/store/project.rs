//! Writes what happened to boards into their rows: for any number of boards and events, one statement for each kind of change.
//!
//! Events are first folded to what is left of them, row by row, so the order of statements cannot matter to one row. Every statement
//! finds its rows by tenant, id and board, all three from its own arrays: an id of another tenant or board matches nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel::sql_types::{Array, Bool, Date, Integer, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::boards::Board;
use crate::boards::event::{Event, MovedTo};
use crate::boards::rank::Rank;
use crate::boards::state::{About, Lead, StageAbout};
use crate::db::statement::{Statement, statement};
use crate::db::{Connection, LeadId, StageId};
use crate::fields::money::Money;
use crate::live::Changes;

/// Writes the rows of these events.
pub(in crate::boards) async fn project(changes: &[Changes<'_, Board>], conn: &mut Connection) -> QueryResult<()> {
    let folded: Vec<Folded> = changes.iter().map(Folded::of).collect();
    // Stages exist before leads stand in them, and go, with whatever stands in them, after the leads have left.
    insert_stages(&folded, conn).await?;
    update_stages(&folded, conn).await?;
    rank_stages(&folded, conn).await?;
    insert_leads(&folded, conn).await?;
    update_leads(&folded, conn).await?;
    place_leads(&folded, conn).await?;
    delete_leads(&folded, conn).await?;
    delete_stages(&folded, conn).await?;
    update_boards(&folded, conn).await?;
    delete_boards(&folded, conn).await
}

/// What is left of a board's events: the last word on each row.
struct Folded {
    tenant: Uuid,
    board: Uuid,
    about: Option<(About, DateTime<Utc>)>,
    is_deleted: bool,
    stages: BTreeMap<StageId, Row<StageAbout, Rank>>,
    leads: BTreeMap<LeadId, Row<Arc<Lead>, (StageId, Rank)>>,
}

/// The last word on a row that has a content and a place.
enum Row<C, P> {
    Created(C, P),
    Changed(Option<C>, Option<P>),
    /// Deleted; whether the table has it.
    Deleted(bool),
}

impl<C, P> Row<C, P> {
    /// What was deleted in the same commit and comes back is still in the table.
    fn create(&mut self, content: C, place: P) {
        *self = match self {
            Row::Deleted(true) => Row::Changed(Some(content), Some(place)),
            Row::Changed(..) | Row::Created(..) | Row::Deleted(false) => Row::Created(content, place),
        };
    }

    fn delete(&mut self) {
        *self = Row::Deleted(matches!(self, Row::Changed(..) | Row::Deleted(true)));
    }

    fn set_content(&mut self, content: C) {
        match self {
            Row::Created(own, _) => *own = content,
            Row::Changed(own, _) => *own = Some(content),
            Row::Deleted(_) => {}
        }
    }

    fn set_place(&mut self, place: P) {
        match self {
            Row::Created(_, own) => *own = place,
            Row::Changed(_, own) => *own = Some(place),
            Row::Deleted(_) => {}
        }
    }
}

impl Folded {
    fn of(changes: &Changes<'_, Board>) -> Self {
        let mut folded = Self {
            tenant: changes.tenant.0,
            board: changes.id,
            about: None,
            is_deleted: false,
            stages: BTreeMap::new(),
            leads: BTreeMap::new(),
        };
        for event in changes.events {
            folded.add(event);
        }
        folded
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::LeadCreated {
                stage_id,
                card,
                respaced,
            } => {
                let place = (*stage_id, card.rank.clone());
                self.lead(card.lead.id).create(Arc::clone(&card.lead), place);
                self.place_leads(*stage_id, respaced);
            }
            Event::LeadUpdated { lead, .. } => self.lead(lead.id).set_content(Arc::clone(lead)),
            Event::LeadMoved {
                lead_id,
                from_stage_id: _,
                stage_id,
                position: _,
                rank,
                respaced,
            } => {
                self.lead(*lead_id).set_place((*stage_id, rank.clone()));
                self.place_leads(*stage_id, respaced);
            }
            Event::LeadDeleted { lead_id, stage_id: _ } => {
                self.lead(*lead_id).delete();
            }
            Event::StageCreated {
                stage_id,
                about,
                rank,
                respaced,
            } => {
                self.stage(*stage_id).create(about.clone(), rank.clone());
                self.rank_stages(respaced);
            }
            Event::StageUpdated { stage_id, about } => self.stage(*stage_id).set_content(about.clone()),
            Event::StageReordered { order } => self.rank_stages(order),
            Event::StageDeleted { stage_id, moved_to } => {
                if let Some(MovedTo {
                    stage_id,
                    ranks,
                    respaced,
                }) = moved_to
                {
                    self.place_leads(*stage_id, ranks);
                    self.place_leads(*stage_id, respaced);
                }
                self.stage(*stage_id).delete();
            }
            Event::BoardUpdated { about, updated_at } => self.about = Some((about.clone(), *updated_at)),
            Event::BoardDeleted => self.is_deleted = true,
        }
    }

    fn lead(&mut self, id: LeadId) -> &mut Row<Arc<Lead>, (StageId, Rank)> {
        self.leads.entry(id).or_insert(Row::Changed(None, None))
    }

    fn stage(&mut self, id: StageId) -> &mut Row<StageAbout, Rank> {
        self.stages.entry(id).or_insert(Row::Changed(None, None))
    }

    fn place_leads(&mut self, stage_id: StageId, ranks: &[(LeadId, Rank)]) {
        for (id, rank) in ranks {
            self.lead(*id).set_place((stage_id, rank.clone()));
        }
    }

    fn rank_stages(&mut self, ranks: &[(StageId, Rank)]) {
        for (id, rank) in ranks {
            self.stage(*id).set_place(rank.clone());
        }
    }
}

/// A row to write, and whose it is.
struct Of<T> {
    tenant: Uuid,
    board: Uuid,
    row: T,
}

/// Picks rows out of all boards that live on.
fn picked<'a, T: 'a, I: Iterator<Item = T> + 'a>(
    folded: &'a [Folded],
    pick: impl Fn(&'a Folded) -> I + 'a,
) -> Vec<Of<T>> {
    folded
        .iter()
        .filter(|folded| !folded.is_deleted)
        .flat_map(|folded| {
            pick(folded).map(|row| Of {
                tenant: folded.tenant,
                board: folded.board,
                row,
            })
        })
        .collect()
}

fn column<'a, T, V>(rows: &'a [Of<T>], value: impl Fn(&'a T) -> V) -> Vec<V> {
    rows.iter().map(|of| value(&of.row)).collect()
}

/// Binds the tenants and boards of the rows.
fn owned<'a, T>(statement: Statement<'a>, rows: &[Of<T>]) -> Statement<'a> {
    statement
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|of| of.tenant).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|of| of.board).collect::<Vec<_>>())
}

async fn insert_stages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.stages.iter().filter_map(|(id, row)| match row {
            Row::Created(about, rank) => Some((id, about, rank)),
            Row::Changed(..) | Row::Deleted(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "INSERT INTO stages (tenant_id, board_id, id, name, color, kind, rank)
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?)",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, ..)| id.0))
        .bind::<Array<Text>, _>(column(&rows, |(_, about, _)| about.name.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |(_, about, _)| about.color.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |(_, about, _)| about.kind.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |(.., rank)| rank.as_str()))
        .execute(conn)
        .await
        .map(drop)
}

async fn update_stages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.stages.iter().filter_map(|(id, row)| match row {
            Row::Changed(Some(about), _) => Some((id, about)),
            Row::Changed(None, _) | Row::Created(..) | Row::Deleted(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE stages SET name = new.name, color = new.color, kind = new.kind
         FROM unnest(?, ?, ?, ?, ?, ?) AS new (tenant_id, board_id, id, name, color, kind)
         WHERE stages.tenant_id = new.tenant_id AND stages.id = new.id AND stages.board_id = new.board_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, _)| id.0))
        .bind::<Array<Text>, _>(column(&rows, |(_, about)| about.name.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |(_, about)| about.color.as_str()))
        .bind::<Array<Text>, _>(column(&rows, |(_, about)| about.kind.as_str()))
        .execute(conn)
        .await
        .map(drop)
}

async fn rank_stages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.stages.iter().filter_map(|(id, row)| match row {
            Row::Changed(_, Some(rank)) => Some((id, rank)),
            Row::Changed(_, None) | Row::Created(..) | Row::Deleted(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE stages SET rank = new.rank
         FROM unnest(?, ?, ?, ?) AS new (tenant_id, board_id, id, rank)
         WHERE stages.tenant_id = new.tenant_id AND stages.id = new.id AND stages.board_id = new.board_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, _)| id.0))
        .bind::<Array<Text>, _>(column(&rows, |(_, rank)| rank.as_str()))
        .execute(conn)
        .await
        .map(drop)
}

async fn insert_leads(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.leads.values().filter_map(|row| match row {
            Row::Created(lead, (stage, rank)) => Some((lead.as_ref(), stage, rank)),
            Row::Changed(..) | Row::Deleted(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    // Arrays of arrays have no place in unnest: tags come as JSON.
    let sql = statement(
        "INSERT INTO leads (tenant_id, board_id, stage_id, rank, created_by, created_at, stage_since,
             id, title, description, value, priority, probability, expected_close_date, assigned_to, company_id, contact_id,
             name, email, phone, company, cnpj, score, tags, custom, updated_at)
         SELECT tenant_id, board_id, stage_id, rank, created_by, created_at, created_at,
             id, title, description, value, priority, probability, expected_close_date, assigned_to, company_id, contact_id,
             name, email, phone, company, cnpj, score,
             ARRAY(SELECT jsonb_array_elements_text(tags::jsonb)), custom::jsonb, updated_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, board_id, stage_id, rank, created_by, created_at,
                 id, title, description, value, priority, probability, expected_close_date, assigned_to, company_id, contact_id,
                 name, email, phone, company, cnpj, score, tags, custom, updated_at)",
    );
    let sql = owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(_, stage, _)| stage.0))
        .bind::<Array<Text>, _>(column(&rows, |(.., rank)| rank.as_str()))
        .bind::<Array<Nullable<SqlUuid>>, _>(column(&rows, |(lead, ..)| lead.created_by.map(|id| id.0)))
        .bind::<Array<Timestamptz>, _>(column(&rows, |(lead, ..)| lead.created_at));
    let leads: Vec<&Lead> = rows.iter().map(|of| of.row.0).collect();
    contents(sql, &leads).execute(conn).await.map(drop)
}

async fn update_leads(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.leads.values().filter_map(|row| match row {
            Row::Changed(Some(lead), _) => Some(lead.as_ref()),
            Row::Changed(None, _) | Row::Created(..) | Row::Deleted(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE leads SET title = new.title, description = new.description, value = new.value, priority = new.priority,
             probability = new.probability, expected_close_date = new.expected_close_date, assigned_to = new.assigned_to,
             company_id = new.company_id, contact_id = new.contact_id, name = new.name, email = new.email, phone = new.phone,
             company = new.company, cnpj = new.cnpj, score = new.score,
             tags = ARRAY(SELECT jsonb_array_elements_text(new.tags::jsonb)), custom = new.custom::jsonb,
             updated_at = new.updated_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             AS new (tenant_id, board_id,
                 id, title, description, value, priority, probability, expected_close_date, assigned_to, company_id, contact_id,
                 name, email, phone, company, cnpj, score, tags, custom, updated_at)
         WHERE leads.tenant_id = new.tenant_id AND leads.id = new.id AND leads.board_id = new.board_id",
    );
    let leads: Vec<&Lead> = rows.iter().map(|of| of.row).collect();
    contents(owned(sql, &rows), &leads).execute(conn).await.map(drop)
}

/// Binds the columns of leads that commands fill.
fn contents<'a>(statement: Statement<'a>, leads: &[&'a Lead]) -> Statement<'a> {
    fn of<'a, V>(leads: &[&'a Lead], value: impl Fn(&'a Lead) -> V) -> Vec<V> {
        leads.iter().copied().map(value).collect()
    }
    statement
        .bind::<Array<SqlUuid>, _>(of(leads, |lead| lead.id.0))
        .bind::<Array<Text>, _>(of(leads, |lead| lead.title.as_str()))
        .bind::<Array<Nullable<Text>>, _>(of(leads, |lead| lead.description.as_deref()))
        .bind::<Array<Nullable<Numeric>>, _>(of(leads, |lead| lead.value.map(Money::decimal)))
        .bind::<Array<Text>, _>(of(leads, |lead| lead.priority.as_str()))
        .bind::<Array<Nullable<Integer>>, _>(of(leads, |lead| lead.probability))
        .bind::<Array<Nullable<Date>>, _>(of(leads, |lead| lead.expected_close_date))
        .bind::<Array<Nullable<SqlUuid>>, _>(of(leads, |lead| lead.assigned_to.map(|id| id.0)))
        .bind::<Array<Nullable<SqlUuid>>, _>(of(leads, |lead| lead.company_id.map(|id| id.0)))
        .bind::<Array<Nullable<SqlUuid>>, _>(of(leads, |lead| lead.contact_id.map(|id| id.0)))
        .bind::<Array<Nullable<Text>>, _>(of(leads, |lead| lead.name.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(leads, |lead| lead.email.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(leads, |lead| lead.phone.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(leads, |lead| lead.company.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(of(leads, |lead| lead.cnpj.as_deref()))
        .bind::<Array<Nullable<Integer>>, _>(of(leads, |lead| lead.score))
        .bind::<Array<Text>, _>(of(leads, |lead| serde_json::json!(lead.tags).to_string()))
        .bind::<Array<Text>, _>(of(leads, |lead| serde_json::json!(lead.custom).to_string()))
        .bind::<Array<Timestamptz>, _>(of(leads, |lead| lead.updated_at))
}

async fn place_leads(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded.leads.iter().filter_map(|(id, row)| match row {
            Row::Changed(_, Some((stage, rank))) => Some((id, stage, rank)),
            Row::Changed(_, None) | Row::Created(..) | Row::Deleted(_) => None,
        })
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE leads SET stage_id = new.stage_id, rank = new.rank,
             stage_since = CASE WHEN leads.stage_id = new.stage_id THEN leads.stage_since ELSE now() END
         FROM unnest(?, ?, ?, ?, ?) AS new (tenant_id, board_id, id, stage_id, rank)
         WHERE leads.tenant_id = new.tenant_id AND leads.id = new.id AND leads.board_id = new.board_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |(id, ..)| id.0))
        .bind::<Array<SqlUuid>, _>(column(&rows, |(_, stage, _)| stage.0))
        .bind::<Array<Text>, _>(column(&rows, |(.., rank)| rank.as_str()))
        .execute(conn)
        .await
        .map(drop)
}

async fn delete_leads(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded
            .leads
            .iter()
            .filter(|(_, row)| matches!(row, Row::Deleted(_)))
            .map(|(id, _)| id)
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "DELETE FROM leads USING unnest(?, ?, ?) AS gone (tenant_id, board_id, id)
         WHERE leads.tenant_id = gone.tenant_id AND leads.id = gone.id AND leads.board_id = gone.board_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |id| id.0))
        .execute(conn)
        .await
        .map(drop)
}

async fn delete_stages(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| {
        folded
            .stages
            .iter()
            .filter(|(_, row)| matches!(row, Row::Deleted(_)))
            .map(|(id, _)| id)
    });
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "DELETE FROM stages USING unnest(?, ?, ?) AS gone (tenant_id, board_id, id)
         WHERE stages.tenant_id = gone.tenant_id AND stages.id = gone.id AND stages.board_id = gone.board_id",
    );
    owned(sql, &rows)
        .bind::<Array<SqlUuid>, _>(column(&rows, |id| id.0))
        .execute(conn)
        .await
        .map(drop)
}

async fn update_boards(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let rows = picked(folded, |folded| folded.about.iter());
    if rows.is_empty() {
        return Ok(());
    }
    let sql = statement(
        "UPDATE boards SET name = new.name, description = new.description, is_default = new.is_default,
             archived = new.archived, updated_at = new.updated_at
         FROM unnest(?, ?, ?, ?, ?, ?, ?) AS new (tenant_id, id, name, description, is_default, archived, updated_at)
         WHERE boards.tenant_id = new.tenant_id AND boards.id = new.id",
    );
    owned(sql, &rows)
        .bind::<Array<Text>, _>(column(&rows, |(about, _)| about.name.as_str()))
        .bind::<Array<Nullable<Text>>, _>(column(&rows, |(about, _)| about.description.as_deref()))
        .bind::<Array<Bool>, _>(column(&rows, |(about, _)| about.is_default))
        .bind::<Array<Bool>, _>(column(&rows, |(about, _)| about.archived))
        .bind::<Array<Timestamptz>, _>(column(&rows, |(_, updated_at)| *updated_at))
        .execute(conn)
        .await
        .map(drop)
}

/// Stages and leads go with their board.
async fn delete_boards(folded: &[Folded], conn: &mut Connection) -> QueryResult<()> {
    let gone: Vec<&Folded> = folded.iter().filter(|folded| folded.is_deleted).collect();
    if gone.is_empty() {
        return Ok(());
    }
    statement(
        "DELETE FROM boards USING unnest(?, ?) AS gone (tenant_id, id)
         WHERE boards.tenant_id = gone.tenant_id AND boards.id = gone.id",
    )
    .bind::<Array<SqlUuid>, _>(gone.iter().map(|folded| folded.tenant).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(gone.iter().map(|folded| folded.board).collect::<Vec<_>>())
    .execute(conn)
    .await
    .map(drop)
}
