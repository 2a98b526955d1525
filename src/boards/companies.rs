//! What boards have of companies: one that goes is first taken off its leads, and one that is called otherwise is so on them, by the
//! boards themselves, so that whoever follows a board sees it and its log tells it.

use std::sync::Arc;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::command::RENAME_COMPANY;
use super::{Board, store};
use crate::app::App;
use crate::auth::{Principal, Scope};
use crate::db::{CompanyId, DbError, TenantId};
use crate::error::{Code, Error};
use crate::jobs::{Job, JobError, JobHandler, JobKind, NewJob};

/// Takes a company off all leads of the tenant.
///
/// # Errors
/// `forbidden`; `unavailable`.
pub(crate) async fn unlink_company(app: &App, scope: &Scope, company: CompanyId, name: &str) -> Result<(), Error> {
    let data = json!({ "company_id": company, "name": name });
    tell_boards(app, &scope.principal, company, "unlink_company", &data).await
}

/// Sends a command to all boards that have leads of a company. Sent again it does nothing, so it needs no id.
async fn tell_boards(
    app: &App,
    by: &Arc<Principal>,
    company: CompanyId,
    name: &str,
    data: &Value,
) -> Result<(), Error> {
    let links = app
        .db
        .tenant(by.tenant, async |conn| {
            Ok::<_, DbError>(store::company_links(by.tenant, company, conn).await?)
        })
        .await?;
    let commands = links.into_iter().map(|link| {
        let topic = Board::topic(by.tenant, link.board_id);
        app.live.execute(by, topic, name, data.clone(), None)
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

/// A company is called otherwise.
pub(crate) struct TellBoards;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Renamed {
    company_id: CompanyId,
    from: String,
    to: String,
}

impl JobKind for TellBoards {
    const NAME: &'static str = "boards.company_renamed";
    type Payload = Renamed;
    const SHOWN: &'static [&'static str] = &["company_id"];
}

/// The job, to be queued in the transaction that changes the name.
pub(crate) fn company_renamed(
    tenant: TenantId,
    company_id: CompanyId,
    from: String,
    to: String,
) -> serde_json::Result<NewJob> {
    NewJob::of::<TellBoards>(tenant, &Renamed { company_id, from, to })
}

impl JobHandler<App> for TellBoards {
    async fn run(app: &App, job: &Job, renamed: Renamed) -> Result<(), JobError> {
        let by = Principal::system(job.tenant).into();
        let company = renamed.company_id;
        tell_boards(app, &by, company, RENAME_COMPANY, &json!(renamed)).await?;
        Ok(())
    }
}
