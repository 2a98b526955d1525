//! What is found out about a contact in a conversation. It fills what is not known yet, and never replaces what people wrote down.

use serde::{Deserialize, Serialize};

use super::{changed, store, tell_conversations};
use crate::app::App;
use crate::audit;
use crate::auth::Principal;
use crate::clock;
use crate::db::{Connection, ContactId};
use crate::error::Error;

/// What somebody is called who has not said.
pub(crate) const UNNAMED: &str = "Visitante";

/// What somebody has told of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Learned {
    pub(crate) name: Option<String>,
    /// As E.164 has it.
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
}

impl Learned {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Writes it down, and tells whoever looks.
///
/// # Errors
/// When the database is away.
pub(crate) async fn learn(app: &App, by: &Principal, id: ContactId, learned: &Learned) -> Result<(), Error> {
    let is_new = app
        .db
        .tenant(by.tenant, async |conn| learn_in_txn(by, id, learned, conn).await)
        .await?;
    if is_new {
        app.jobs.wake.wake();
        changed(app, by.tenant, Some(id));
    }
    Ok(())
}

/// Whether there was anything new in it.
///
/// # Errors
/// When the database is away.
pub(crate) async fn learn_in_txn(
    by: &Principal,
    id: ContactId,
    learned: &Learned,
    conn: &mut Connection,
) -> Result<bool, Error> {
    let tenant = by.tenant;
    let Some(before) = store::contact_lock(tenant, id, conn).await? else {
        return Ok(false);
    };
    let mut after = before.clone();
    if let Some(name) = learned.name.as_ref().filter(|_| before.name == UNNAMED) {
        after.name.clone_from(name);
    }
    if after.email.is_none() {
        after.email.clone_from(&learned.email);
    }
    // A number belongs to one contact: whose it is already keeps it.
    if let Some(phone) = learned.phone.as_ref().filter(|_| before.phone.is_none())
        && !store::phone_is_taken(tenant, phone, conn).await?
    {
        after.phone = Some(phone.clone());
    }
    let changes = audit::changes(Some(&before), Some(&after)).map_err(Error::internal)?;
    if changes.is_empty() {
        return Ok(false);
    }
    store::contact_update(tenant, id, &after, clock::now(), conn).await?;
    audit::record(by, "contact.updated", id.0, &changes, conn).await?;
    tell_conversations(tenant, id, conn).await?;
    Ok(true)
}
