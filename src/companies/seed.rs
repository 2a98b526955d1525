//! Companies as the demonstration has them: by the same rules, but made at any time.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Details, store};
use crate::auth::Principal;
use crate::clock;
use crate::db::{CompanyId, Connection};
use crate::error::Error;
use crate::http::json::object;

/// Makes a company from what `POST /companies` takes.
///
/// # Errors
/// What the rules say to it; or that the database is away.
pub(crate) async fn create(
    body: Value,
    by: &Principal,
    at: DateTime<Utc>,
    conn: &mut Connection,
) -> Result<CompanyId, Error> {
    let details = Details::parse(object(body)?)?;
    let id = CompanyId(clock::new_id());
    store::company_insert(by.tenant, id, &details, by.id, at, conn).await?;
    Ok(id)
}
