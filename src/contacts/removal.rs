//! The ways of a contact out: deleted, or as a part of another one. Its leads stay: their boards first take it off them or put the other
//! one in its place, as commands, and the floor takes it from its seller; only then the row goes. The foreign key would do the same behind the boards' backs, and finds
//! nothing to do.

use super::view::Contact;
use super::{Details, store, tell_conversations};
use crate::app::App;
use crate::auth::Scope;
use crate::clock;
use crate::db::{Connection, ContactId};
use crate::error::{Code, Error, Refusal};
use crate::floor::{self, Order};
use crate::http::once::{IdempotencyKey, once};
use crate::{audit, boards, conversations};

/// How often a contact is taken off its leads again because somebody gave it to another one meanwhile.
const ROUNDS: usize = 5;

/// # Errors
/// `not_found`; `contact_has_conversations`; `contact_in_use`, when leads are given to it faster than they can be taken off.
pub(super) async fn remove(app: &App, scope: &Scope, id: ContactId, key: IdempotencyKey) -> Result<(), Error> {
    let what = format!("DELETE /contacts/{id}");
    for _ in 0..ROUNDS {
        boards::replace_contact(app, scope, id, None).await?;
        take_off_floor(app, scope, id).await?;
        let deleted = once(&app.db, scope, key, &what, &(), async |conn| {
            floor::floor_lock(scope.tenant, conn).await?;
            let details = take(scope, id, conn).await?;
            if conversations::has_any(scope.tenant, id, conn).await? {
                return Err(Code::ContactHasConversations.into());
            }
            let changes = audit::changes(Some(&details), None).map_err(Error::internal)?;
            store::contact_delete(scope.tenant, id, conn).await?;
            audit::record(scope, "contact.deleted", id.0, &changes, conn).await
        })
        .await;
        match deleted {
            Err(error) if error.code == Code::ContactInUse => {}
            outcome => return outcome,
        }
    }
    Err(Code::ContactInUse.into())
}

/// No seller has the contact from now on.
async fn take_off_floor(app: &App, scope: &Scope, id: ContactId) -> Result<(), Error> {
    let order = Order::Remove { client_id: id };
    app.floors.order(scope, IdempotencyKey(None), order).await.map(drop)
}

/// Locks a contact that nobody may be using any more. The floor is locked first, as its runs do.
async fn take(scope: &Scope, id: ContactId, conn: &mut Connection) -> Result<Details, Error> {
    if floor::is_assigned(scope.tenant, id, conn).await? {
        return Err(Code::ContactInUse.into());
    }
    let details = store::contact_lock(scope.tenant, id, conn)
        .await?
        .ok_or(Code::NotFound)?;
    if store::contact_has_leads(scope.tenant, id, conn).await? {
        return Err(Code::ContactInUse.into());
    }
    Ok(details)
}

/// Makes another contact a part of this one: its leads, orders, and what is known of it and not of this one.
///
/// # Errors
/// `not_found`; `invalid`, when the other one is this one or none; `contact_in_use`.
pub(super) async fn merge(
    app: &App,
    scope: &Scope,
    id: ContactId,
    other: ContactId,
    key: IdempotencyKey,
) -> Result<Contact, Error> {
    if other == id {
        return Err(Refusal::field("other_id", "invalid", "must be another contact").into());
    }
    let what = format!("POST /contacts/{id}/merge");
    for _ in 0..ROUNDS {
        let merged = once(&app.db, scope, key, &what, &other, async |conn| {
            merge_in_txn(scope, id, other, conn).await
        })
        .await;
        match merged {
            Err(error) if error.code == Code::ContactInUse => {
                boards::replace_contact(app, scope, other, Some(id)).await?;
                take_off_floor(app, scope, other).await?;
            }
            outcome => return outcome,
        }
    }
    Err(Code::ContactInUse.into())
}

async fn merge_in_txn(scope: &Scope, id: ContactId, other: ContactId, conn: &mut Connection) -> Result<Contact, Error> {
    let tenant = scope.tenant;
    floor::floor_lock(tenant, conn).await?;
    // In one order, so that two people who merge the same pair the other way round do not wait for each other.
    store::contact_lock(tenant, id.min(other), conn).await?;
    let before = store::contact_lock(tenant, id, conn).await?.ok_or(Code::NotFound)?;
    let others = match take(scope, other, conn).await {
        Err(error) if error.code == Code::NotFound => {
            return Err(Refusal::field("other_id", "not_found", "is no contact").into());
        }
        others => others?,
    };
    store::orders_move(tenant, other, id, conn).await?;
    conversations::change_contact(tenant, other, id, conn).await?;
    tell_conversations(tenant, id, conn).await?;
    // Its phone number can be had only when it is gone.
    store::contact_delete(tenant, other, conn).await?;
    let after = before.clone().merged_with(others.clone());
    store::contact_update(tenant, id, &after, clock::now(), conn).await?;
    let gone = audit::changes(Some(&others), None).map_err(Error::internal)?;
    audit::record(scope, "contact.merged_into_another", other.0, &gone, conn).await?;
    let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
    audit::record(scope, "contact.merged", id.0, &changes, conn).await?;
    Ok(store::contact(tenant, id, conn).await?.ok_or(Code::NotFound)?)
}
