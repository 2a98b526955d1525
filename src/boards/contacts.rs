//! What boards have of contacts: one that goes is first taken off its leads by the boards themselves, or replaced by the one that it
//! becomes part of, so that whoever follows a board sees it and its log tells it.

use futures_util::future::join_all;
use serde_json::json;

use super::{Board, store};
use crate::app::App;
use crate::auth::Scope;
use crate::db::{ContactId, DbError};
use crate::error::{Code, Error};

/// Puts another contact, or none, in the place of this one on all leads of the tenant.
///
/// # Errors
/// `forbidden`; `unavailable`; `invalid`, where the other one is no contact.
pub(crate) async fn replace_contact(
    app: &App,
    scope: &Scope,
    contact: ContactId,
    by: Option<ContactId>,
) -> Result<(), Error> {
    let boards = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::boards_of_contact(scope.tenant, contact, conn).await?)
        })
        .await?;
    let commands = boards.into_iter().map(|board| {
        let topic = Board::topic(scope.tenant, board);
        let data = json!({ "contact_id": contact, "by": by });
        // Sent again it does nothing, so it needs no id of the client's.
        app.live.execute(&scope.principal, topic, "replace_contact", data, None)
    });
    for outcome in join_all(commands).await {
        match outcome {
            // The board went, with all its leads.
            Err(error) if error.code == Code::NotFound => {}
            outcome => drop(outcome?),
        }
    }
    Ok(())
}
