//! A database for tests inside the crate: a tenant of the test's own, in the cluster that `DATABASE_URL` names.

use diesel::{ExpressionMethods, QueryResult};
use diesel_async::RunQueryDsl;
use tokio::runtime::Handle;

use super::schema::tenants;
use super::{Connection, Database, DbError, PoolOptions, TenantId, migrate};
use crate::clock;

pub(crate) struct TestTenant {
    pub(crate) db: Database,
    pub(crate) id: TenantId,
}

impl TestTenant {
    pub(crate) async fn new() -> Self {
        Self::at(&url()).await
    }

    /// On a connection string of the test's own making, to the same database.
    pub(crate) async fn at(url: &str) -> Self {
        let migrated = url.to_owned();
        tokio::task::spawn_blocking(move || migrate(&migrated))
            .await
            .unwrap()
            .unwrap();
        let options = PoolOptions {
            size: 2,
            runtime: Handle::current(),
        };
        Self::insert(Database::new(url, &options).unwrap()).await
    }

    /// Another tenant in the same database.
    pub(crate) async fn other(&self) -> Self {
        Self::insert(self.db.clone()).await
    }

    async fn insert(db: Database) -> Self {
        let tenant = Self {
            db,
            id: TenantId(clock::new_id()),
        };
        let slug = tenant.id.to_string();
        tenant
            .in_txn(async |conn| {
                let row = (
                    tenants::id.eq(tenant.id),
                    tenants::name.eq("Loja"),
                    tenants::slug.eq(slug),
                );
                diesel::insert_into(tenants::table).values(row).execute(conn).await
            })
            .await;
        tenant
    }

    pub(crate) async fn in_txn<T>(&self, work: impl AsyncFnOnce(&mut Connection) -> QueryResult<T>) -> T {
        self.db
            .tenant(self.id, async |conn| Ok::<_, DbError>(work(conn).await?))
            .await
            .unwrap()
    }
}

pub(crate) fn url() -> String {
    std::env::var("DATABASE_URL").expect("DATABASE_URL names a cluster for tests: run scripts/test")
}
