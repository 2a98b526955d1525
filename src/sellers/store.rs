//! Queries about sellers and what they do with their clients. Who has which client is written by the floor.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Seller;
use super::decide::{Command, Facts};
use super::event::{Contacted, Event};
use super::state::{Client, Outcome, State};
use crate::db::schema::{assignments, contacts, floors, sellers, users};
use crate::db::statement::statement;
use crate::db::{Connection, ContactId, TenantId, UserId};
use crate::floor::deal::{Choice, Reason};
use crate::live::Changes;

#[derive(Queryable, Selectable)]
#[diesel(table_name = assignments)]
struct AssignmentRow {
    client_id: ContactId,
    placed_by_hand: bool,
    reason: Reason,
    choice: Option<Choice>,
    assigned_at: DateTime<Utc>,
    contacted_at: Option<DateTime<Utc>>,
    cycle: Option<i64>,
    purchase_at: Option<DateTime<Utc>>,
    contact_record_id: Option<Uuid>,
    outcome: Option<Outcome>,
    notes: Option<String>,
}

impl AssignmentRow {
    fn into_client(self) -> (ContactId, Arc<Client>) {
        let contacted = match (self.contacted_at, self.cycle, self.contact_record_id) {
            (Some(contacted_at), Some(cycle), Some(record_id)) => Some(Contacted {
                client_id: self.client_id,
                record_id,
                contacted_at,
                outcome: self.outcome,
                notes: self.notes,
                purchase_at: self.purchase_at,
                cycle,
            }),
            _ => None,
        };
        let client = Client {
            placed_by_hand: self.placed_by_hand,
            reason: self.reason,
            choice: self.choice,
            assigned_at: self.assigned_at,
            contacted,
        };
        (self.client_id, Arc::new(client))
    }
}

/// Reads a seller back; nothing, where there is none.
pub(crate) async fn load(tenant: TenantId, id: UserId, conn: &mut Connection) -> QueryResult<Option<State>> {
    let name: Option<String> = sellers::table
        .inner_join(users::table.on(users::tenant_id.eq(sellers::tenant_id).and(users::id.eq(sellers::id))))
        .filter(sellers::tenant_id.eq(tenant).and(sellers::id.eq(id)))
        .select(users::full_name)
        .first(conn)
        .await
        .optional()?;
    let Some(name) = name else { return Ok(None) };
    let rows: Vec<AssignmentRow> = assignments::table
        .filter(assignments::tenant_id.eq(tenant).and(assignments::seller_id.eq(id)))
        .select(AssignmentRow::as_select())
        .load(conn)
        .await?;
    Ok(Some(State {
        id,
        name,
        clients: rows.into_iter().map(AssignmentRow::into_client).collect(),
    }))
}

/// Reads what these commands need to know; the connection sees one tenant's rows only.
pub(super) async fn facts(tenant: TenantId, commands: &[&Command], conn: &mut Connection) -> QueryResult<Facts> {
    let ids: Vec<ContactId> = commands
        .iter()
        .map(|Command::Contacted { client_id, .. }| *client_id)
        .collect();
    let purchases: Vec<(ContactId, Option<DateTime<Utc>>)> = contacts::table
        .filter(contacts::tenant_id.eq(tenant).and(contacts::id.eq_any(&ids)))
        .select((contacts::id, contacts::last_purchase_at))
        .load(conn)
        .await?;
    let cycle: Option<i64> = floors::table
        .find((tenant, tenant.0))
        .select(floors::cycle)
        .first(conn)
        .await
        .optional()?;
    Ok(Facts {
        cycle: cycle.unwrap_or(1),
        purchases: purchases.into_iter().collect(),
    })
}

/// Writes that clients were contacted. What the floor moves it has written itself.
pub(super) async fn project(changes: &[Changes<'_, Seller>], conn: &mut Connection) -> QueryResult<()> {
    // The last word on each contact.
    let mut last: BTreeMap<(Uuid, Uuid, ContactId), &Contacted> = BTreeMap::new();
    for change in changes {
        for event in change.events {
            match event {
                Event::Contacted(contacted) => {
                    last.insert((change.tenant.0, change.id, contacted.client_id), contacted);
                }
                Event::Assigned(_) | Event::Released(_) => {}
            }
        }
    }
    if last.is_empty() {
        return Ok(());
    }
    // Both statements find the client by its seller: one of another seller matches nothing.
    let rows = || last.iter();
    statement(
        "WITH new AS (
             SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                 AS rows (tenant_id, seller_id, client_id, record_id, contacted_at, outcome, notes, purchase_at, cycle)
         ), marked AS (
             UPDATE assignments SET contacted_at = new.contacted_at, outcome = new.outcome, notes = new.notes,
                 purchase_at = new.purchase_at, cycle = new.cycle, contact_record_id = new.record_id
             FROM new
             WHERE assignments.tenant_id = new.tenant_id AND assignments.client_id = new.client_id
                 AND assignments.seller_id = new.seller_id
             RETURNING new.*
         )
         INSERT INTO client_contacts (tenant_id, id, client_id, seller_id, outcome, notes, contacted_at)
         SELECT tenant_id, record_id, client_id, seller_id, outcome, notes, contacted_at FROM marked
         ON CONFLICT (tenant_id, id) DO UPDATE SET outcome = excluded.outcome, notes = excluded.notes",
    )
    .bind::<Array<SqlUuid>, _>(rows().map(|((tenant, ..), _)| *tenant).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows().map(|((_, seller, _), _)| *seller).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows().map(|((.., client), _)| client.0).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(rows().map(|(_, one)| one.record_id).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(rows().map(|(_, one)| one.contacted_at).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows().map(|(_, one)| one.outcome).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(rows().map(|(_, one)| one.notes.as_deref()).collect::<Vec<_>>())
    .bind::<Array<Nullable<Timestamptz>>, _>(rows().map(|(_, one)| one.purchase_at).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(rows().map(|(_, one)| one.cycle).collect::<Vec<_>>())
    .execute(conn)
    .await
    .map(drop)
}
