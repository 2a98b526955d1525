//! PostgreSQL: the pools, one for each database role, and the one way into a tenant's data.
//!
//! - [`Database::tenant`] runs a transaction that sees one tenant's rows and no other's. Row level security keeps it so even
//!   where a filter is forgotten.
//! - [`Database::journal`] is the same under the role that commits events.
//! - [`Database::system`] looks up what is needed before a tenant is known, column by column.
//!
//! The user of `DATABASE_URL` migrates and does nothing else: each pooled connection changes to its role once, when it is opened.
//! Connections are opened, and driven, on a runtime of their own, so that a busy web worker cannot hold up another one's queries.

pub mod embedded;
pub(crate) mod functions;
pub(crate) mod id;
mod migrate;
pub(crate) mod page;
pub(crate) mod schema;
pub(crate) mod statement;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text_enum;

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::{ConnectionResult, sql_query};
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio::runtime::Handle;

use crate::error::Code;
pub(crate) use id::{
    AttachmentId, BoardId, ChannelId, CompanyId, ContactId, ConversationId, FlowId, FlowVersionId, IdentityId,
    ImportId, LeadId, MessageId, NotificationId, OrderId, ProductId, QueueId, RoomId, SessionId, StageId, TenantId,
    TransferId, UserId,
};
pub use migrate::{MigrateError, migrate, revert_all};

/// The connection that queries run on.
pub(crate) type Connection = AsyncPgConnection;
/// A connection borrowed from a pool.
pub(crate) type Pooled = Object<AsyncPgConnection>;

/// Why a piece of database work did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database is away: nothing was done, and a later try may succeed.
    #[error("the database cannot be reached")]
    Unavailable(#[source] PoolError),
    #[error("a query failed")]
    Query(#[from] diesel::result::Error),
    /// The database gave no answer in time: nothing was changed.
    #[error("the database does not answer")]
    Silent,
}

impl DbError {
    /// Whether the database is away, as opposed to having said no.
    pub(crate) fn is_unavailable(&self) -> bool {
        match self {
            DbError::Unavailable(_) | DbError::Silent => true,
            DbError::Query(error) => is_connection_lost(error),
        }
    }

    /// What clients are told.
    pub(crate) fn code(&self) -> Code {
        let is_passing = self.is_unavailable()
            || matches!(self, DbError::Query(error) if is_contention(error) || has_lost_target(error));
        if is_passing { Code::Unavailable } else { Code::Internal }
    }
}

/// Whether something that a row points to has gone since it was looked at: the same, tried again, is told so.
fn has_lost_target(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(error, Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))
}

/// Whether others were in the way, so that the same may succeed a moment later.
pub(crate) fn is_contention(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        // These have no kind of their own.
        Error::DatabaseError(_, info) => ["lock timeout", "statement timeout", "deadlock detected"]
            .iter()
            .any(|sign| info.message().contains(sign)),
        _ => false,
    }
}

/// Whether the connection broke, so that what was under way may or may not have happened.
pub(crate) fn is_connection_lost(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    match error {
        Error::BrokenTransactionManager => true,
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) => true,
        // What the server says when it is shut down, or when the socket ends in the middle, has no kind of its own.
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            let message = info.message();
            [
                "terminating connection",
                "connection closed",
                "the database system is",
                "error communicating with the server",
            ]
            .iter()
            .any(|sign| message.contains(sign))
        }
        _ => false,
    }
}

/// The pools of one database. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    app: Pool<AsyncPgConnection>,
    journal: Pool<AsyncPgConnection>,
    system: Pool<AsyncPgConnection>,
    runtime: Handle,
}

/// How many connections each role gets, and where they live.
pub struct PoolOptions {
    /// Connections for requests; the other roles get a fraction of it.
    pub size: usize,
    /// The runtime that drives the connections.
    pub runtime: Handle,
}

impl Database {
    /// Prepares the pools; connections are opened when they are first needed.
    ///
    /// # Errors
    /// When a pool cannot be built from these options.
    pub fn new(url: &str, options: &PoolOptions) -> anyhow::Result<Self> {
        Ok(Self {
            app: pool(url, "balcao_app", options.size, "", &options.runtime)?,
            journal: pool(
                url,
                "balcao_journal",
                JOURNAL_CONNECTIONS,
                JOURNAL_LIMITS,
                &options.runtime,
            )?,
            system: pool(url, "balcao_system", 2, "", &options.runtime)?,
            runtime: options.runtime.clone(),
        })
    }

    /// The runtime that drives the connections.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Runs `work` in a transaction that sees and changes the rows of `tenant` alone; commits when it ends well.
    ///
    /// # Errors
    /// What `work` says, after a rollback; or that the database is away.
    pub(crate) async fn tenant<R, E>(
        &self,
        tenant: TenantId,
        work: impl AsyncFnOnce(&mut Connection) -> Result<R, E>,
    ) -> Result<R, E>
    where
        E: From<DbError>,
    {
        let mut conn = connection(&self.app).await?;
        in_transaction(&mut conn, &begin("BEGIN", tenant), work).await
    }

    /// Runs `work` on one unchanging view of the tenant's rows, so that several queries agree with each other.
    ///
    /// # Errors
    /// As [`Database::tenant`].
    pub(crate) async fn snapshot<R, E>(
        &self,
        tenant: TenantId,
        work: impl AsyncFnOnce(&mut Connection) -> Result<R, E>,
    ) -> Result<R, E>
    where
        E: From<DbError>,
    {
        let mut conn = connection(&self.app).await?;
        in_transaction(
            &mut conn,
            &begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", tenant),
            work,
        )
        .await
    }

    /// A connection of the role that commits events, with short time limits so that no lock is held for long.
    ///
    /// # Errors
    /// That the database is away.
    pub(crate) async fn journal(&self) -> Result<Pooled, DbError> {
        connection(&self.journal).await
    }

    /// A connection of the role that sees named columns of all tenants.
    ///
    /// # Errors
    /// That the database is away.
    pub(crate) async fn system(&self) -> Result<Pooled, DbError> {
        connection(&self.system).await
    }

    /// Answers how long the database takes to say "1".
    ///
    /// # Errors
    /// That the database is away.
    pub(crate) async fn ping(&self) -> Result<Duration, DbError> {
        let begun = std::time::Instant::now();
        let mut conn = self.system().await?;
        sql_query("SELECT 1").execute(&mut conn).await?;
        Ok(begun.elapsed())
    }
}

/// Runs `work` between `begin` and COMMIT, or ROLLBACK when it fails.
pub(crate) async fn in_transaction<R, E>(
    conn: &mut Connection,
    begin: &str,
    work: impl AsyncFnOnce(&mut Connection) -> Result<R, E>,
) -> Result<R, E>
where
    E: From<DbError>,
{
    use diesel_async::{AnsiTransactionManager, TransactionManager};
    AnsiTransactionManager::begin_transaction_sql(conn, begin)
        .await
        .map_err(DbError::Query)?;
    match work(conn).await {
        Ok(result) => {
            AnsiTransactionManager::commit_transaction(conn)
                .await
                .map_err(DbError::Query)?;
            Ok(result)
        }
        Err(error) => {
            // The first error is the one to tell; a rollback that fails too leaves a connection that the pool discards.
            let _ = AnsiTransactionManager::rollback_transaction(conn).await;
            Err(error)
        }
    }
}

/// One round trip: the transaction begins and its tenant is named.
pub(crate) fn begin(begin: &str, tenant: TenantId) -> String {
    format!("{begin}; SELECT set_config('app.tenant_id', '{tenant}', true)")
}

/// The same for a commit that several tenants share.
pub(crate) fn begin_shared(tenants: impl Iterator<Item = TenantId>) -> String {
    let tenants: BTreeSet<_> = tenants.collect();
    let tenants: Vec<_> = tenants.iter().map(TenantId::to_string).collect();
    format!(
        "BEGIN; SELECT set_config('app.tenant_ids', '{}', true)",
        tenants.join(",")
    )
}

async fn connection(pool: &Pool<Connection>) -> Result<Pooled, DbError> {
    pool.get().await.map_err(DbError::Unavailable)
}

/// For the writers, for batches that wait for another node, and for asking what became of a commit.
const JOURNAL_CONNECTIONS: usize = 6;

/// Whoever commits events holds the row of a topic: a paused or vanished node must let go of it soon.
const JOURNAL_LIMITS: &str =
    "SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '2s'; SET statement_timeout = '10s'";

/// What tells one failure from another is PostgreSQL's message, in English. Whoever may not choose its language gets the server's own:
/// a superuser lets them by `GRANT SET ON PARAMETER lc_messages`.
const ENGLISH: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false);
     EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

/// A host that vanishes says nothing: without these the kernel waits for a quarter of an hour, or for two hours where nothing is sent.
/// In seconds; what the operator has put into the URL stands.
const TIME_LIMITS: [(&str, u32); 5] = [
    ("connect_timeout", 5),
    ("tcp_user_timeout", 10),
    ("keepalives_idle", 10),
    ("keepalives_interval", 3),
    ("keepalives_retries", 3),
];

fn with_time_limits(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, seconds) in TIME_LIMITS {
        if !url.contains(&format!("{name}=")) {
            let mark = if url.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{mark}{name}={seconds}"));
        }
    }
    url
}

fn pool(
    url: &str,
    role: &'static str,
    size: usize,
    settings: &'static str,
    runtime: &Handle,
) -> anyhow::Result<Pool<Connection>> {
    let runtime = runtime.clone();
    let mut config = ManagerConfig::default();
    // Only looks whether the connection is closed or was left inside a transaction: no query of its own for each use.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |url| {
        let url = url.to_owned();
        // A connection is driven by the runtime that opened it.
        let opened = runtime.spawn(async move { open(&url, role, settings).await });
        async move {
            opened.await.unwrap_or_else(|_| {
                Err(diesel::ConnectionError::BadConnection(
                    "the database runtime is shutting down".to_owned(),
                ))
            })
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(with_time_limits(url), config);
    let timeout = Some(Duration::from_secs(5));
    Ok(Pool::builder(manager)
        .max_size(size.max(1))
        .runtime(deadpool::Runtime::Tokio1)
        .timeouts(deadpool::managed::Timeouts {
            wait: timeout,
            create: timeout,
            recycle: timeout,
        })
        .build()?)
}

async fn open(url: &str, role: &str, settings: &str) -> ConnectionResult<Connection> {
    let mut conn = Connection::establish(url).await?;
    conn.batch_execute(&format!("{ENGLISH}; SET ROLE {role}; SET TIME ZONE 'UTC'; {settings}"))
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_says_about_time_stands() {
        let url = with_time_limits("postgres://u@h/d?connect_timeout=60&application_name=x");
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(url.contains("connect_timeout=60&") && url.ends_with("&keepalives_retries=3"));
        assert!(with_time_limits("postgres://u@h/d").starts_with("postgres://u@h/d?connect_timeout=5&"));
    }
}
