//! Contacts: the customers, and what they bought. They are plain rows; who changed what stands in the audit log.
//!
//! - A phone number, where there is one, belongs to one contact: it is kept as E.164 has it.
//! - What a contact bought is counted by the database: triggers of `orders` keep `last_purchase_at`, `total_spent` and `order_count`.
//! - A contact that is deleted, or becomes part of another one, is first taken off its leads by their boards; see [`removal`].
//! - [`import`] reads contacts and their orders from files, [`export`] writes them.

mod export;
pub(crate) mod import;
mod input;
mod learn;
mod removal;
pub(crate) mod routes;
pub(crate) mod seed;
mod store;
mod view;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::conversations;
use crate::db::schema::contacts;
use crate::db::{CompanyId, Connection, ContactId, TenantId, UserId};
use crate::error::Error;
use crate::jobs;
use crate::live::{Feed, FeedHint, Recipients};

pub(crate) use learn::{Learned, UNNAMED, learn, learn_in_txn};

/// What people write down about a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
#[schema(as = ContactDetails)]
pub(crate) struct Details {
    name: String,
    /// As E.164 has it.
    #[schema(required)]
    phone: Option<String>,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    region: Option<String>,
    tags: Vec<String>,
    #[schema(required)]
    company_id: Option<CompanyId>,
    /// Who looks after them.
    #[schema(required)]
    owner_id: Option<UserId>,
    #[schema(required)]
    notes: Option<String>,
    /// Whatever else there is to note, by name.
    #[schema(value_type = serde_json::Map<String, Value>)]
    custom: Value,
}

/// Has the conversations with a contact told what is known of it, as soon as the transaction is committed.
async fn tell_conversations(tenant: TenantId, id: ContactId, conn: &mut Connection) -> Result<(), Error> {
    let job = conversations::contacts_changed(tenant, vec![id]).map_err(Error::internal)?;
    Ok(jobs::insert(&[job], conn).await?)
}

/// Tells those who look at contacts to look again, without an id at all of them; and the floor, which deals clients by what they bought.
pub(crate) fn changed(app: &App, tenant: TenantId, id: Option<ContactId>) {
    let data = serde_json::json!({ "id": id });
    let feeds = app.live.feed(tenant);
    feeds.send(FeedHint::new(
        Feed::Contacts,
        Recipients::Everyone,
        "contact.changed",
        &data,
    ));
    app.floors.look(tenant);
}
