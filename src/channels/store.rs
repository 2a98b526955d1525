//! All queries about channels.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::input::{Change, NewChannel};
use super::view::Channel;
use super::{ChannelKind, ChannelStatus};
use crate::bot;
use crate::clock;
use crate::db::page::PageRequest;
use crate::db::schema::{channels, conversations};
use crate::db::{ChannelId, Connection, Database, DbError, FlowId, TenantId};

#[derive(Queryable, Selectable)]
#[diesel(table_name = channels)]
struct Row {
    id: ChannelId,
    kind: ChannelKind,
    name: String,
    config: Value,
    public_key: String,
    status: ChannelStatus,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn view(self) -> Channel {
        Channel {
            id: self.id,
            webhook_url: match self.kind {
                ChannelKind::Webchat => None,
            },
            kind: self.kind,
            name: self.name,
            public_key: self.public_key,
            status: self.status,
            config: self.config,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

pub(super) async fn channel(tenant: TenantId, id: ChannelId, conn: &mut Connection) -> QueryResult<Option<Channel>> {
    let row: Option<Row> = channels::table
        .find((tenant, id))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Row::view))
}

pub(super) async fn channel_list(
    tenant: TenantId,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Channel>, i64)> {
    let total = channels::table
        .filter(channels::tenant_id.eq(tenant))
        .select(count_star())
        .first(conn)
        .await?;
    let rows: Vec<Row> = channels::table
        .filter(channels::tenant_id.eq(tenant))
        .order((channels::name, channels::id))
        .select(Row::as_select())
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((rows.into_iter().map(Row::view).collect(), total))
}

pub(super) async fn channel_insert(tenant: TenantId, new: &NewChannel, conn: &mut Connection) -> QueryResult<Channel> {
    let now = clock::now();
    let row: Row = diesel::insert_into(channels::table)
        .values((
            channels::tenant_id.eq(tenant),
            channels::id.eq(ChannelId(clock::new_id())),
            channels::kind.eq(new.kind),
            channels::name.eq(&new.name),
            channels::config.eq(Value::Object(new.config.clone())),
            channels::public_key.eq(format!("{:032x}", rand::random::<u128>())),
            channels::created_at.eq(now),
            channels::updated_at.eq(now),
        ))
        .returning(Row::as_returning())
        .get_result(conn)
        .await?;
    Ok(row.view())
}

#[derive(AsChangeset)]
#[diesel(table_name = channels)]
struct Changed<'a> {
    name: Option<&'a str>,
    status: Option<ChannelStatus>,
    config: Option<Value>,
    updated_at: DateTime<Utc>,
}

pub(super) async fn channel_update(
    tenant: TenantId,
    id: ChannelId,
    change: &Change,
    conn: &mut Connection,
) -> QueryResult<Option<Channel>> {
    let changed = Changed {
        name: change.name.as_deref(),
        status: change.status,
        config: change.config.clone().map(Value::Object),
        updated_at: clock::now(),
    };
    let row: Option<Row> = diesel::update(channels::table.find((tenant, id)))
        .set(changed)
        .returning(Row::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(Row::view))
}

/// Whether anybody has come by this channel.
pub(super) async fn channel_is_used(tenant: TenantId, id: ChannelId, conn: &mut Connection) -> QueryResult<bool> {
    let of_channel = conversations::tenant_id
        .eq(tenant)
        .and(conversations::channel_id.eq(id));
    diesel::select(diesel::dsl::exists(conversations::table.filter(of_channel)))
        .get_result(conn)
        .await
}

pub(super) async fn channel_delete(tenant: TenantId, id: ChannelId, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(channels::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}

/// Makes a web chat, by which customers talk with the bot at once.
pub(crate) async fn create_webchat(tenant: TenantId, name: &str, conn: &mut Connection) -> QueryResult<ChannelId> {
    bot::ensure_default(tenant, clock::now(), conn).await?;
    let new = NewChannel {
        kind: ChannelKind::Webchat,
        name: name.to_owned(),
        config: serde_json::Map::new(),
    };
    Ok(channel_insert(tenant, &new, conn).await?.id)
}

/// A channel that lets customers in.
#[derive(Queryable, Selectable)]
#[diesel(table_name = channels)]
pub(crate) struct OpenChannel {
    pub(crate) id: ChannelId,
    pub(crate) name: String,
    pub(crate) config: Value,
}

pub(crate) async fn open_channel(
    tenant: TenantId,
    id: ChannelId,
    conn: &mut Connection,
) -> QueryResult<Option<OpenChannel>> {
    channels::table
        .find((tenant, id))
        .filter(channels::status.eq(ChannelStatus::Active))
        .select(OpenChannel::as_select())
        .first(conn)
        .await
        .optional()
}

/// Whose channel bears this public key.
///
/// # Errors
/// That the database is away.
pub(crate) async fn by_key(db: &Database, key: &str) -> Result<Option<(TenantId, ChannelId)>, DbError> {
    let mut conn = db.system().await?;
    let found = channels::table
        .filter(channels::public_key.eq(key))
        .select((channels::tenant_id, channels::id))
        .first(&mut conn)
        .await
        .optional()?;
    Ok(found)
}

/// The flow that a channel names.
pub(crate) async fn flow_of(tenant: TenantId, id: ChannelId, conn: &mut Connection) -> QueryResult<Option<FlowId>> {
    let config: Option<Value> = channels::table
        .find((tenant, id))
        .select(channels::config)
        .first(conn)
        .await
        .optional()?;
    let flow = config.and_then(|config| config.get("flow_id")?.as_str()?.parse().ok());
    Ok(flow.map(FlowId))
}
