//! What boards have of companies: a company that goes is first taken off its leads, by the boards themselves, so that whoever follows
//! a board sees it and its log tells it.

use futures_util::future::join_all;
use serde_json::json;

use super::{Board, store};
use crate::app::App;
use crate::auth::Scope;
use crate::db::{CompanyId, DbError};
use crate::error::{Code, Error};

/// Takes a company off all leads of the tenant.
///
/// # Errors
/// `forbidden`; `unavailable`.
pub(crate) async fn unlink_company(app: &App, scope: &Scope, company: CompanyId, name: &str) -> Result<(), Error> {
    let links = app
        .db
        .tenant(scope.tenant, async |conn| {
            Ok::<_, DbError>(store::company_links(scope.tenant, company, conn).await?)
        })
        .await?;
    let commands = links.into_iter().map(|link| {
        let topic = Board::topic(scope.tenant, link.board_id);
        let data = json!({ "company_id": company, "name": name });
        // Sent again it does nothing, so it needs no id of the client's.
        app.live.execute(&scope.principal, topic, "unlink_company", data, None)
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
