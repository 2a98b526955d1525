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
    judge(found)
}

fn judge(found: Findings) -> Result<(), PreflightError> {
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

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::db::embedded::{Embedded, Options};

    #[test]
    fn a_user_needs_the_roles_or_the_right_to_make_them() {
        let postgres = Embedded::start(&Options { throwaway: true, ..Options::default() }).unwrap();
        let admin = postgres.url();
        check(&admin, &["app", "journal"]).unwrap();

        let mut conn = PgConnection::establish(&admin).unwrap();
        conn.batch_execute("CREATE ROLE ana LOGIN; CREATE ROLE app; GRANT app TO ana").unwrap();
        let as_ana = admin.replacen("postgres@", "ana@", 1);
        let refusal = check(&as_ana, &["app", "journal"]).unwrap_err().to_string();
        assert!(refusal.contains("user ana may not create") && refusal.contains("create journal and"), "{refusal}");

        conn.batch_execute("CREATE ROLE journal; GRANT journal TO ana").unwrap();
        check(&as_ana, &["app", "journal"]).unwrap();
        conn.batch_execute("DROP ROLE journal; ALTER ROLE ana CREATEROLE").unwrap();
        check(&as_ana, &["app", "journal"]).unwrap();
    }

    #[test]
    fn an_old_server_is_refused_with_its_version() {
        let found = Findings {
            version_number: 140_012,
            version: "14.12".to_owned(),
            user: "ana".to_owned(),
            may_create_roles: true,
            missing: Vec::new(),
        };
        let refusal = judge(found).unwrap_err().to_string();
        assert!(refusal.contains("15 or newer") && refusal.contains("version 14.12"), "{refusal}");
    }

    #[test]
    fn an_unreachable_server_is_told_in_one_line_without_the_password() {
        let refusal = check("postgres://ana:hunter2@127.0.0.1:1/balcao", &[]).unwrap_err().to_string();
        assert!(refusal.contains("Connection refused") && !refusal.contains('\n'), "{refusal}");
        assert!(!refusal.contains("hunter2"));
        assert!(matches!(check("host=x password=hunter2", &[]), Err(PreflightError::NotAUrl)));
    }
}
