//! Brings a database up to this binary's schema.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// `ON DELETE SET NULL (column)` came with PostgreSQL 15.
const OLDEST_VERSION: i32 = 150_000;
/// Several nodes may start at once: one migrates, the others wait. The number means nothing.
const ADVISORY_LOCK: i64 = 8_437_201;

/// Why a database cannot be used; each text is one sentence for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("the database refused the connection")]
    Connect(#[from] diesel::ConnectionError),
    #[error("PostgreSQL 15 or newer is needed, but the server is version {}", .0 / 10_000)]
    TooOld(i32),
    #[error(
        "the user of DATABASE_URL may not create roles; let a superuser run: \
         ALTER ROLE {0} CREATEROLE (the migrations create balcao_app, balcao_journal and balcao_system)"
    )]
    MayNotCreateRoles(String),
    #[error("a migration failed and was rolled back")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the database did not answer")]
    Query(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = diesel::sql_types::Text)]
    user_name: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    may_create_roles: bool,
}

/// Runs the migrations that the database at `url` still lacks. Blocking.
///
/// # Errors
/// [`MigrateError`], with nothing changed by the migration that failed.
pub fn migrate(url: &str) -> Result<(), MigrateError> {
    with_connection(url, |conn| conn.run_pending_migrations(MIGRATIONS).map(drop))
}

/// Takes back every migration, the newest first. Blocking. For the tests that prove each `down.sql`.
///
/// # Errors
/// [`MigrateError`].
pub fn revert_all(url: &str) -> Result<(), MigrateError> {
    with_connection(url, |conn| conn.revert_all_migrations(MIGRATIONS).map(drop))
}

fn with_connection(
    url: &str,
    work: impl FnOnce(&mut PgConnection) -> diesel::migration::Result<()>,
) -> Result<(), MigrateError> {
    let mut conn = PgConnection::establish(url)?;
    let server: Server = sql_query(
        "SELECT current_setting('server_version_num')::int AS version, current_user::text AS user_name,
                (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may_create_roles",
    )
    .get_result(&mut conn)?;
    if server.version < OLDEST_VERSION {
        return Err(MigrateError::TooOld(server.version));
    }
    if !server.may_create_roles {
        return Err(MigrateError::MayNotCreateRoles(server.user_name));
    }
    conn.batch_execute(&format!(
        "SET client_min_messages = warning; SELECT pg_advisory_lock({ADVISORY_LOCK})"
    ))?;
    work(&mut conn).map_err(MigrateError::Migration)
}
