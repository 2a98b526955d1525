//! The way of a company out. Its leads stay: their boards first take it off them, as commands, so that whoever follows a board sees it
//! and its log tells it; only then the row goes. The foreign key would do the same behind the boards' backs, and finds nothing to do.

use super::store::{self, Deletion};
use crate::app::App;
use crate::auth::Scope;
use crate::db::{CompanyId, DbError};
use crate::error::{Code, Error};
use crate::http::once::{IdempotencyKey, once};
use crate::{audit, boards};

/// How often a company is taken off its leads again because somebody gave it to another one meanwhile.
const ROUNDS: usize = 5;

/// # Errors
/// `not_found`; `company_in_use`, when leads are given to it faster than they can be taken off.
pub(super) async fn remove(app: &App, scope: &Scope, id: CompanyId, key: IdempotencyKey) -> Result<(), Error> {
    let what = format!("DELETE /companies/{id}");
    for _ in 0..ROUNDS {
        let found = app
            .db
            .tenant(scope.tenant, async |conn| {
                Ok::<_, DbError>(store::company(scope.tenant, id, conn).await?)
            })
            .await?;
        // One that is gone may have been deleted under this very key.
        if let Some(company) = found {
            boards::unlink_company(app, scope, id, &company.details.name).await?;
        }
        let deleted = once(
            &app.db,
            scope,
            key,
            &what,
            &(),
            async |conn| match store::company_delete(scope.tenant, id, conn).await? {
                Deletion::Done(details) => {
                    let changes = audit::changes(Some(&details), None).map_err(Error::internal)?;
                    audit::record(scope, "company.deleted", id.0, &changes, conn).await
                }
                Deletion::Missing => Err(Code::NotFound.into()),
                Deletion::InUse => Err(Code::CompanyInUse.into()),
            },
        )
        .await;
        match deleted {
            Err(error) if error.code == Code::CompanyInUse => {}
            outcome => return outcome,
        }
    }
    Err(Code::CompanyInUse.into())
}
