//! Looks at a database before the server uses it, so that what is wrong is told in one sentence at start.

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};
use thiserror::Error;

/// PostgreSQL 15, as the server writes its version.
const OLDEST: i32 = 150_000;

/// Why a database cannot serve.
#[derive(Debug, Error)]
pub enum PreflightError {
    #[error("DATABASE_URL must begin with postgres:// or postgresql://")]
    NotAUrl,
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("PostgreSQL 15 or newer is needed, but DATABASE_URL leads to version {0}")]
    TooOld(String),
    #[error(
        "the database user {user} may not create the roles that Balcão works under: run \
         ALTER ROLE {user} CREATEROLE as an administrator, or let one create {missing} and grant them to {user}"
    )]
    NoRoles { user: String, missing: String },
}

#[derive(QueryableByName)]
struct Findings {
    #[diesel(sql_type = sql_types::Integer)]
    version_number: i32,
    #[diesel(sql_type = sql_types::Text)]
    version: String,
    #[diesel(sql_type = sql_types::Text)]
    user: String,
    #[diesel(sql_type = sql_types::Bool)]
    may_create_roles: bool,
    /// Roles that are not there, or that the user is no member of.
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    missing: Vec<String>,
}

/// Connects once (blocking) and checks the version and the right to work under the application's roles.
pub fn check(database_url: &str, roles: &[&str]) -> Result<(), PreflightError> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| database_url.starts_with(scheme)) {
        return Err(PreflightError::NotAUrl);
    }
    let mut conn = PgConnection::establish(database_url).map_err(unreachable)?;
    let found: Findings = sql_query(include_str!("preflight.sql"))
        .bind::<sql_types::Array<sql_types::Text>, _>(roles)
        .get_result(&mut conn)
        .map_err(unreachable)?;
    if found.version_number < OLDEST {
        return Err(PreflightError::TooOld(found.version));
    }
    if !found.may_create_roles && !found.missing.is_empty() {
        return Err(PreflightError::NoRoles { user: found.user, missing: found.missing.join(", ") });
    }
    Ok(())
}

/// libpq spreads its reasons over lines; a sentence has one.
fn unreachable(error: impl std::fmt::Display) -> PreflightError {
    PreflightError::Unreachable(error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}
