//! A full floor in the hands of a benchmark: what a run over everybody costs, the commit included.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::sql_types::{Integer, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::run::{self, Attending, Order};
use crate::auth::{Principal, Role, Scope};
use crate::clock;
use crate::db::statement::statement;
use crate::db::{Database, DbError, PoolOptions, SessionId, TenantId, UserId};
use crate::error::Error;
use crate::http::once::IdempotencyKey;
use crate::jobs::Wake;
use crate::live::{Kind, Live, Options};
use crate::sellers::Seller;

/// How long a run took, and how many clients it moved.
pub struct Figure {
    /// What was done.
    pub what: &'static str,
    /// How many clients went from one to another.
    pub moved: usize,
    /// From the order to the committed answer.
    pub took: Duration,
}

/// Deals this many clients to this many sellers, takes half of the sellers away, and deals everything anew when they are back.
///
/// # Errors
/// When the database does not let it.
pub fn figures(url: &str, clients: i32, sellers: i32) -> anyhow::Result<Vec<Figure>> {
    crate::db::migrate(url)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let options = PoolOptions {
        size: 4,
        runtime: runtime.handle().clone(),
    };
    let db = Database::new(url, &options)?;
    Ok(runtime.block_on(run_all(&db, clients, sellers))?)
}

async fn run_all(db: &Database, clients: i32, sellers: i32) -> Result<Vec<Figure>, Error> {
    let tenant = TenantId(clock::new_id());
    let all = fill(db, tenant, clients, sellers).await?;
    let options = Options {
        presence_lease: Duration::from_secs(30),
        presence_grace: Duration::from_secs(5),
        meeting: None,
    };
    let live = Live::new(db.clone(), [Kind::of::<Seller>()], [], &[], Wake::default(), options);
    let scope = Scope {
        principal: Arc::new(Principal {
            tenant,
            id: UserId(clock::new_id()),
            name: "Ada".into(),
            kind: crate::auth::PrincipalKind::User,
            permissions: Role::Admin.permissions(),
        }),
        session: SessionId(clock::new_id()),
    };
    let half: HashSet<UserId> = all.iter().copied().take(all.len() / 2).collect();
    let everybody: HashSet<UserId> = all.into_iter().collect();
    let steps = [
        ("everybody comes, and nobody has a client", everybody.clone()),
        ("half of the sellers are away: dealt anew", half),
        ("they are back: dealt anew", everybody.clone()),
    ];
    let mut figures = Vec::new();
    for (what, present) in steps {
        let now = clock::now();
        let away = everybody.iter().filter(|seller| !present.contains(seller));
        let attending = Attending {
            leaving: away.map(|seller| (*seller, now)).collect(),
            present: present.into_iter().collect(),
        };
        let begun = Instant::now();
        let dealt = run::on_order(db, &live, &scope, IdempotencyKey(None), Order::Redistribute, &attending).await?;
        figures.push(Figure {
            what,
            moved: dealt.moved,
            took: begun.elapsed(),
        });
    }
    Ok(figures)
}

/// A company with so many sellers, and clients who bought between thirty and sixty days ago.
async fn fill(db: &Database, tenant: TenantId, clients: i32, sellers: i32) -> Result<Vec<UserId>, Error> {
    let ids = db
        .tenant(tenant, async |conn| {
            statement(
                "INSERT INTO tenants (id, name, slug) SELECT id, 'Loja', id::text FROM (SELECT ?::uuid AS id) AS new",
            )
            .bind::<SqlUuid, _>(tenant.0)
            .execute(conn)
            .await?;
            statement(
                "INSERT INTO users (tenant_id, id, email, full_name, role)
                 SELECT ?, id, id::text || '@bench.balcao.local', 'Vendedor ' || n, 'seller'
                 FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, ?) AS n) AS new",
            )
            .bind::<SqlUuid, _>(tenant.0)
            .bind::<Integer, _>(sellers)
            .execute(conn)
            .await?;
            statement(
                "INSERT INTO contacts (tenant_id, id, name, phone, last_purchase_at)
                 SELECT ?, gen_random_uuid(), 'Cliente ' || n, '+55119' || lpad(n::text, 8, '0'),
                        now() - make_interval(days => 31 + n % 28)
                 FROM generate_series(1, ?) AS n",
            )
            .bind::<SqlUuid, _>(tenant.0)
            .bind::<Integer, _>(clients)
            .execute(conn)
            .await?;
            Ok::<_, DbError>(super::store::seller_ids(tenant, conn).await?)
        })
        .await?;
    Ok(ids.into_iter().map(|id: Uuid| UserId(id)).collect())
}
