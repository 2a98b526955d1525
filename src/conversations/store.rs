//! All queries about conversations.

mod facts;
mod list;
mod open;
mod project;
mod queues;
mod rows;

use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::state::{State, WINDOW};
use crate::db::schema::{channels, contacts, conversations};
use crate::db::{Connection, ConversationId, TenantId};
pub(super) use facts::{asked, facts, needs_facts};
pub(super) use list::{
    ConversationFilter, conversation_list, conversation_of_message, message_get, message_page, stats, transfer_list,
};
pub(crate) use list::{Viewer, shows_attachment};
pub(crate) use open::{Identity, change_contact, has_any, identity_of, in_hand, latest_of, welcome};
pub(super) use open::{contact_by_phone, conversation_open, identity_open, open_with};
pub(super) use project::project;
pub(super) use queues::{
    Queue, QueueChange, queue_delete, queue_insert, queue_is_used, queue_list, queue_lock, queue_update,
};
use rows::{ConversationRow, messages_of, newest};

/// Reads a conversation back; nothing, where there is none.
pub(super) async fn load(tenant: TenantId, id: ConversationId, conn: &mut Connection) -> QueryResult<Option<State>> {
    let row: Option<ConversationRow> = with_parties()
        .filter(conversations::tenant_id.eq(tenant).and(conversations::id.eq(id)))
        .select(ConversationRow::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let count = i64::try_from(WINDOW).unwrap_or(i64::MAX);
    let messages = newest(tenant, id, count, conn).await?;
    let messages = messages_of(tenant, messages, conn).await?;
    let messages = messages.into_iter().map(Arc::new).collect();
    row.into_state(messages).map(Some)
}

/// Conversations with their channels and customers.
#[diesel::dsl::auto_type]
fn with_parties() -> _ {
    conversations::table
        .inner_join(
            channels::table.on(channels::tenant_id
                .eq(conversations::tenant_id)
                .and(channels::id.eq(conversations::channel_id))),
        )
        .inner_join(
            contacts::table.on(contacts::tenant_id
                .eq(conversations::tenant_id)
                .and(contacts::id.eq(conversations::contact_id))),
        )
}
