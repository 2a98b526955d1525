//! Where customers wait for people.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock;
use crate::conversations::state::ConversationStatus;
use crate::db::schema::{conversations, queues};
use crate::db::{Connection, QueueId, TenantId};

/// Where customers wait for people.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = queues)]
pub(crate) struct Queue {
    pub(crate) id: QueueId,
    pub(crate) name: String,
    /// When people are there for it, as the setting `business_hours` has it; null: when they are there for the company.
    #[schema(required)]
    pub(crate) business_hours: Option<Value>,
    pub(crate) created_at: DateTime<Utc>,
}

/// What of a queue is to be another: what is absent stays.
#[derive(Clone, Debug, Serialize, AsChangeset)]
#[diesel(table_name = queues)]
pub(in crate::conversations) struct QueueChange {
    pub(in crate::conversations) name: Option<String>,
    pub(in crate::conversations) business_hours: Option<Option<Value>>,
}

impl QueueChange {
    pub(in crate::conversations) fn is_none(&self) -> bool {
        self.name.is_none() && self.business_hours.is_none()
    }
}

pub(in crate::conversations) async fn queue_list(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<Queue>> {
    queues::table
        .filter(queues::tenant_id.eq(tenant))
        .order((queues::name, queues::id))
        .select(Queue::as_select())
        .load(conn)
        .await
}

/// Makes a queue; nothing, where another has its name.
pub(in crate::conversations) async fn queue_insert(
    tenant: TenantId,
    name: &str,
    hours: Option<Value>,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<Option<Queue>> {
    diesel::insert_into(queues::table)
        .values((
            queues::tenant_id.eq(tenant),
            queues::id.eq(QueueId(clock::new_id())),
            queues::name.eq(name),
            queues::business_hours.eq(hours),
            queues::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(Queue::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// The queue as others may not change it meanwhile.
pub(in crate::conversations) async fn queue_lock(
    tenant: TenantId,
    id: QueueId,
    conn: &mut Connection,
) -> QueryResult<Option<Queue>> {
    queues::table
        .find((tenant, id))
        .select(Queue::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

/// Changes a queue; nothing, where another has its name.
pub(in crate::conversations) async fn queue_update(
    tenant: TenantId,
    id: QueueId,
    change: &QueueChange,
    conn: &mut Connection,
) -> QueryResult<Option<Queue>> {
    let changed = diesel::update(queues::table.find((tenant, id)))
        .set(change)
        .returning(Queue::as_returning())
        .get_result(conn)
        .await;
    match changed {
        Ok(queue) => Ok(Some(queue)),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether somebody waits in a queue.
pub(in crate::conversations) async fn queue_is_used(
    tenant: TenantId,
    id: QueueId,
    conn: &mut Connection,
) -> QueryResult<bool> {
    let waiting = conversations::table.filter(
        conversations::tenant_id
            .eq(tenant)
            .and(conversations::status.eq(ConversationStatus::Waiting))
            .and(conversations::queue_id.eq(id)),
    );
    diesel::select(diesel::dsl::exists(waiting)).get_result(conn).await
}

pub(in crate::conversations) async fn queue_delete(
    tenant: TenantId,
    id: QueueId,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::delete(queues::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}
