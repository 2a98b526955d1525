//! What customers ask of their conversation beside the socket: they see what was said to them, and nothing of others.

use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Conversation;
use super::store;
use super::view::Messages;
use crate::app::App;
use crate::auth::Scope;
use crate::db::{ConversationId, DbError, IdentityId, MessageId, TenantId};
use crate::error::{Code, Error};
use crate::live::Entity;

/// The conversation as its customer sees it.
///
/// # Errors
/// `not_found`, where it is not theirs; `unavailable`.
pub(crate) async fn snapshot(app: &App, visitor: &Scope, id: ConversationId) -> Result<Box<RawValue>, Error> {
    let state = app
        .db
        .snapshot(visitor.tenant, async |conn| {
            Ok::<_, DbError>(store::load(visitor.tenant, id, conn).await?)
        })
        .await?;
    let state = state.filter(|state| Conversation::may_see(state, visitor));
    Ok(Conversation::snapshot(&state.ok_or(Code::NotFound)?, visitor))
}

/// What was said before a message, or at the end.
///
/// # Errors
/// As [`snapshot`].
pub(crate) async fn history(
    app: &App,
    visitor: &Scope,
    id: ConversationId,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Messages, Error> {
    let topic = Conversation::topic(visitor.tenant, id);
    if !app.live.may_see(&visitor.principal, topic).await? {
        return Err(Code::NotFound.into());
    }
    let page = app
        .db
        .snapshot(visitor.tenant, async |conn| {
            Ok::<_, DbError>(store::message_page(visitor.tenant, id, before, limit, false, conn).await?)
        })
        .await?;
    page.ok_or_else(|| Code::NotFound.into())
}

/// Says something in a customer's name.
///
/// # Errors
/// As their own command would be refused.
pub(crate) async fn leave_message(
    app: &App,
    tenant: TenantId,
    (identity, name): (IdentityId, &str),
    id: ConversationId,
    content: &str,
    key: Option<Uuid>,
) -> Result<(), Error> {
    let by = Scope::of_customer(tenant, identity, name).principal;
    let topic = Conversation::topic(tenant, id);
    let data = json!({ "content": content });
    app.live.execute(&by, topic, "send_message", data, key).await?;
    Ok(())
}
