//! `/conversations`, `/messages` and `/queues`: what is written goes through the conversation's entity, as the very command that a
//! socket sends.

mod conversations;
mod messages;
mod queues;
mod suggestions;

use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use super::Conversation;
use crate::app::App;
use crate::auth::Scope;
use crate::db::ConversationId;
use crate::error::{Code, Error};
use crate::http::once::IdempotencyKey;
use crate::live::Committed;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(conversations::list)
        .service(conversations::stats)
        .service(conversations::create)
        .service(conversations::read)
        .service(conversations::change)
        .service(conversations::take_over)
        .service(conversations::transfer)
        .service(conversations::close)
        .service(conversations::reopen)
        .service(conversations::snooze)
        .service(conversations::add_note)
        .service(conversations::tag)
        .service(conversations::transfers)
        .service(suggestions::suggest)
        .service(messages::list)
        .service(messages::send_message)
        .service(messages::read)
        .service(messages::mark_read)
        .service(queues::list)
        .service(queues::create)
        .service(queues::update)
        .service(queues::remove);
}

/// Sends a command to a conversation.
async fn send(
    app: &App,
    scope: &Scope,
    id: ConversationId,
    name: &str,
    data: Value,
    key: IdempotencyKey,
) -> Result<Committed, Error> {
    let topic = Conversation::topic(scope.tenant, id);
    app.live.execute(&scope.principal, topic, name, data, key.0).await
}

/// # Errors
/// `not_found`, where there is no such conversation or it is not this person's to see.
async fn visible(app: &App, scope: &Scope, id: ConversationId) -> Result<(), Error> {
    let topic = Conversation::topic(scope.tenant, id);
    if app.live.may_see(&scope.principal, topic).await? {
        Ok(())
    } else {
        Err(Code::NotFound.into())
    }
}
