//! A tenant of a test's own, in the database that `DATABASE_URL` names.

use diesel::{ExpressionMethods, QueryResult};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tokio::runtime::Handle;

use super::schema::tenants;
use super::{Connection, Database, DbError, PoolOptions, TenantId, begin, in_transaction, migrate};
use crate::clock;
use crate::live::{Changes, Entity};

pub(crate) struct Tenant {
    pub(crate) db: Database,
    pub(crate) id: TenantId,
}

impl Tenant {
    pub(crate) async fn new() -> Self {
        let url = std::env::var("DATABASE_URL").expect("DATABASE_URL names a cluster for tests: run scripts/test");
        let migrated = url.clone();
        tokio::task::spawn_blocking(move || migrate(&migrated))
            .await
            .unwrap()
            .unwrap();
        let options = PoolOptions {
            size: 2,
            runtime: Handle::current(),
        };
        let tenant = Self {
            db: Database::new(&url, &options).unwrap(),
            id: TenantId(clock::new_id()),
        };
        tenant.insert().await;
        tenant
    }

    /// Another tenant in the same database.
    pub(crate) async fn other(&self) -> Self {
        let other = Self {
            db: self.db.clone(),
            id: TenantId(clock::new_id()),
        };
        other.insert().await;
        other
    }

    async fn insert(&self) {
        let slug = self.id.to_string();
        self.in_txn(async |conn| {
            let row = (
                tenants::id.eq(self.id),
                tenants::name.eq("Loja"),
                tenants::slug.eq(slug),
            );
            diesel::insert_into(tenants::table).values(row).execute(conn).await
        })
        .await;
    }

    pub(crate) async fn in_txn<T>(&self, work: impl AsyncFnOnce(&mut Connection) -> QueryResult<T>) -> T {
        self.db
            .tenant(self.id, async |conn| Ok::<_, DbError>(work(conn).await?))
            .await
            .unwrap()
    }

    /// Commits what happened to entities of several tenants in one transaction.
    pub(crate) async fn project<E: Entity>(&self, changes: &[Changes<'_, E>]) {
        let tenants: Vec<String> = changes.iter().map(|changes| changes.tenant.to_string()).collect();
        let mut conn = self.db.journal().await.unwrap();
        in_transaction(&mut conn, &begin("BEGIN", self.id), async |conn| {
            let named = format!("SELECT set_config('app.tenant_ids', '{}', true)", tenants.join(","));
            conn.batch_execute(&named).await?;
            Ok::<_, DbError>(E::project(changes, conn).await?)
        })
        .await
        .unwrap();
    }
}
