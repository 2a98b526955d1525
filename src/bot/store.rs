//! All queries about flows, their versions and the bot's settings.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::flow::Flow;
use super::hours::{BUSINESS_HOURS, Hours, Open};
use super::view::{Editor, FlowVersion, FlowVersionSummary, FlowView, Setting};
use crate::clock;
use crate::db::page::PageRequest;
use crate::db::schema::{bot_config, bot_flow_versions, bot_flows, queues, tenants, users};
use crate::db::{Connection, FlowId, FlowVersionId, QueueId, TenantId, UserId};

/// The flow that every company begins with.
const DEFAULT: &str = include_str!("default.json");

#[derive(Queryable, Selectable)]
#[diesel(table_name = bot_flows)]
struct FlowRow {
    id: FlowId,
    draft: Value,
    is_default: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    updated_by: Option<Value>,
}

/// What is published of a flow: number, content and time.
type Published = (i32, Value, DateTime<Utc>);

fn viewed((row, published): (FlowRow, Option<Published>)) -> QueryResult<FlowView> {
    let has_changes = published.as_ref().is_none_or(|(_, flow, _)| *flow != row.draft);
    Ok(FlowView {
        id: row.id,
        draft: read(row.draft)?,
        is_default: row.is_default,
        version: published.as_ref().map(|(number, ..)| *number),
        published_at: published.map(|(.., at)| at),
        has_changes,
        created_at: row.created_at,
        updated_at: row.updated_at,
        updated_by: row.updated_by.map(read_editor).transpose()?,
    })
}

fn read_editor(by: Value) -> QueryResult<Editor> {
    serde_json::from_value(by).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

fn read(flow: Value) -> QueryResult<Flow> {
    serde_json::from_value(flow).map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

fn written(flow: &Flow) -> QueryResult<Value> {
    serde_json::to_value(flow).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}

#[diesel::dsl::auto_type]
fn with_version() -> _ {
    bot_flows::table.left_join(
        bot_flow_versions::table.on(bot_flow_versions::tenant_id
            .eq(bot_flows::tenant_id)
            .and(bot_flow_versions::id.nullable().eq(bot_flows::published_id))),
    )
}

const PUBLISHED: (
    bot_flow_versions::number,
    bot_flow_versions::flow,
    bot_flow_versions::published_at,
) = (
    bot_flow_versions::number,
    bot_flow_versions::flow,
    bot_flow_versions::published_at,
);

pub(super) async fn flow(tenant: TenantId, id: FlowId, conn: &mut Connection) -> QueryResult<Option<FlowView>> {
    let row = with_version()
        .filter(bot_flows::tenant_id.eq(tenant).and(bot_flows::id.eq(id)))
        .select((FlowRow::as_select(), PUBLISHED.nullable()))
        .first(conn)
        .await
        .optional()?;
    row.map(viewed).transpose()
}

/// The flow as others may not change it meanwhile.
pub(super) async fn flow_lock(tenant: TenantId, id: FlowId, conn: &mut Connection) -> QueryResult<Option<FlowView>> {
    let locked: Option<FlowId> = bot_flows::table
        .find((tenant, id))
        .select(bot_flows::id)
        .for_update()
        .first(conn)
        .await
        .optional()?;
    match locked {
        Some(_) => flow(tenant, id, conn).await,
        None => Ok(None),
    }
}

/// The default one first, then by age.
pub(super) async fn flow_list(
    tenant: TenantId,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<FlowView>, i64)> {
    let total = bot_flows::table
        .filter(bot_flows::tenant_id.eq(tenant))
        .select(count_star())
        .first(conn)
        .await?;
    let rows: Vec<(FlowRow, Option<Published>)> = with_version()
        .filter(bot_flows::tenant_id.eq(tenant))
        .order((bot_flows::is_default.desc(), bot_flows::id))
        .select((FlowRow::as_select(), PUBLISHED.nullable()))
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    let views: QueryResult<Vec<FlowView>> = rows.into_iter().map(viewed).collect();
    Ok((views?, total))
}

pub(super) async fn flow_insert(
    tenant: TenantId,
    id: FlowId,
    draft: &Flow,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::insert_into(bot_flows::table)
        .values((
            bot_flows::tenant_id.eq(tenant),
            bot_flows::id.eq(id),
            bot_flows::draft.eq(written(draft)?),
            bot_flows::created_at.eq(now),
            bot_flows::updated_at.eq(now),
        ))
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn flow_update(
    tenant: TenantId,
    id: FlowId,
    draft: &Flow,
    by: &Editor,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(bot_flows::table.find((tenant, id)))
        .set((
            bot_flows::draft.eq(written(draft)?),
            bot_flows::updated_at.eq(now),
            bot_flows::updated_by.eq(json!(by)),
        ))
        .execute(conn)
        .await
        .map(drop)
}

/// Makes this flow the default one, and any other no longer.
pub(super) async fn flow_make_default(tenant: TenantId, id: FlowId, conn: &mut Connection) -> QueryResult<()> {
    diesel::update(bot_flows::table.filter(bot_flows::tenant_id.eq(tenant).and(bot_flows::is_default)))
        .set(bot_flows::is_default.eq(false))
        .execute(conn)
        .await?;
    diesel::update(bot_flows::table.find((tenant, id)))
        .set(bot_flows::is_default.eq(true))
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn flow_delete(tenant: TenantId, id: FlowId, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(bot_flows::table.find((tenant, id)))
        .execute(conn)
        .await
        .map(drop)
}

/// Makes the draft the version that new conversations run. The flow is locked.
pub(super) async fn flow_publish(
    tenant: TenantId,
    id: FlowId,
    draft: &Flow,
    by: Option<UserId>,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    use bot_flow_versions as versions;
    let newest: Option<i32> = versions::table
        .filter(versions::tenant_id.eq(tenant).and(versions::flow_id.eq(id)))
        .select(max(versions::number))
        .first(conn)
        .await?;
    let version = FlowVersionId(clock::new_id());
    diesel::insert_into(versions::table)
        .values((
            versions::tenant_id.eq(tenant),
            versions::id.eq(version),
            versions::flow_id.eq(id),
            versions::number.eq(newest.unwrap_or(0) + 1),
            versions::flow.eq(written(draft)?),
            versions::published_by.eq(by),
            versions::published_at.eq(now),
        ))
        .execute(conn)
        .await?;
    diesel::update(bot_flows::table.find((tenant, id)))
        .set(bot_flows::published_id.eq(version))
        .execute(conn)
        .await
        .map(drop)
}

/// Gives a company that has no flow yet the one that works out of the box.
pub(crate) async fn ensure_default(tenant: TenantId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<()> {
    let has_any: bool = diesel::select(diesel::dsl::exists(
        bot_flows::table.filter(bot_flows::tenant_id.eq(tenant)),
    ))
    .get_result(conn)
    .await?;
    if has_any {
        return Ok(());
    }
    let draft: Value =
        serde_json::from_str(DEFAULT).map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    let draft = read(draft)?;
    let id = FlowId(clock::new_id());
    let inserted = diesel::insert_into(bot_flows::table)
        .values((
            bot_flows::tenant_id.eq(tenant),
            bot_flows::id.eq(id),
            bot_flows::draft.eq(written(&draft)?),
            bot_flows::is_default.eq(true),
            bot_flows::created_at.eq(now),
            bot_flows::updated_at.eq(now),
        ))
        // Another request may be at it as well.
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if inserted == 1 {
        flow_publish(tenant, id, &draft, None, now, conn).await?;
    }
    Ok(())
}

pub(super) async fn setting_list(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<Setting>> {
    let rows: Vec<(String, Value, DateTime<Utc>)> = bot_config::table
        .filter(bot_config::tenant_id.eq(tenant))
        .order(bot_config::key)
        .select((bot_config::key, bot_config::value, bot_config::updated_at))
        .load(conn)
        .await?;
    let setting = |(key, value, updated_at)| Setting { key, value, updated_at };
    Ok(rows.into_iter().map(setting).collect())
}

pub(super) async fn setting_put(
    tenant: TenantId,
    key: &str,
    value: &Value,
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::insert_into(bot_config::table)
        .values((
            bot_config::tenant_id.eq(tenant),
            bot_config::key.eq(key),
            bot_config::value.eq(value),
            bot_config::updated_at.eq(now),
        ))
        .on_conflict((bot_config::tenant_id, bot_config::key))
        .do_update()
        .set((bot_config::value.eq(value), bot_config::updated_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}

/// Whether people are there at this moment.
pub(crate) async fn open_now(tenant: TenantId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<Open> {
    let (zone, hours): (String, Option<Value>) = tenants::table
        .left_join(
            bot_config::table.on(bot_config::tenant_id
                .eq(tenants::id)
                .and(bot_config::key.eq(BUSINESS_HOURS))),
        )
        .filter(tenants::id.eq(tenant))
        .select((tenants::time_zone, bot_config::value.nullable()))
        .first(conn)
        .await?;
    let of_queues: Vec<(QueueId, Value)> = queues::table
        .filter(queues::tenant_id.eq(tenant).and(queues::business_hours.is_not_null()))
        .select((queues::id, queues::business_hours.assume_not_null()))
        .load(conn)
        .await?;
    // All were checked when they were written.
    let zone = zone.parse().unwrap_or(chrono_tz::America::Sao_Paulo);
    let is_open = |hours: &Value| Hours::read(hours).unwrap_or_default().is_open(now, zone);
    Ok(Open {
        company: hours.as_ref().is_none_or(is_open),
        queues: of_queues.iter().map(|(id, hours)| (id.0, is_open(hours))).collect(),
    })
}

/// The version that a new conversation runs: of this flow, where it is published, else of the default one.
pub(crate) async fn published(
    tenant: TenantId,
    flow: Option<FlowId>,
    conn: &mut Connection,
) -> QueryResult<Option<FlowVersionId>> {
    let rows: Vec<(FlowId, Option<FlowVersionId>)> = bot_flows::table
        .filter(bot_flows::tenant_id.eq(tenant))
        .filter(bot_flows::is_default.or(bot_flows::id.eq_any(flow)))
        .filter(bot_flows::published_id.is_not_null())
        .select((bot_flows::id, bot_flows::published_id))
        .load(conn)
        .await?;
    let named = rows.iter().find(|(id, _)| Some(*id) == flow);
    Ok(named.or(rows.as_slice().first()).and_then(|(_, version)| *version))
}

/// A published version with who published it.
type Version = (i32, DateTime<Utc>, Option<UserId>, Option<String>);

#[diesel::dsl::auto_type]
fn with_publisher() -> _ {
    bot_flow_versions::table.left_join(
        users::table.on(users::tenant_id
            .eq(bot_flow_versions::tenant_id)
            .and(users::id.nullable().eq(bot_flow_versions::published_by))),
    )
}

fn summary((number, published_at, by, name): Version) -> FlowVersionSummary {
    FlowVersionSummary {
        number,
        published_at,
        published_by: by.zip(name).map(|(id, name)| Editor { id, name }),
    }
}

/// What was published of a flow, newest first.
pub(super) async fn version_list(
    tenant: TenantId,
    id: FlowId,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<FlowVersionSummary>, i64)> {
    use bot_flow_versions as versions;
    let total = versions::table
        .filter(versions::tenant_id.eq(tenant).and(versions::flow_id.eq(id)))
        .select(count_star())
        .first(conn)
        .await?;
    let rows: Vec<Version> = with_publisher()
        .filter(versions::tenant_id.eq(tenant).and(versions::flow_id.eq(id)))
        .order(versions::number.desc())
        .select((
            versions::number,
            versions::published_at,
            versions::published_by,
            users::full_name.nullable(),
        ))
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    Ok((rows.into_iter().map(summary).collect(), total))
}

/// One of a flow's versions, with what it does.
pub(super) async fn version(
    tenant: TenantId,
    id: FlowId,
    number: i32,
    conn: &mut Connection,
) -> QueryResult<Option<FlowVersion>> {
    use bot_flow_versions as versions;
    let row: Option<(Version, Value)> = with_publisher()
        .filter(versions::tenant_id.eq(tenant).and(versions::flow_id.eq(id)))
        .filter(versions::number.eq(number))
        .select((
            (
                versions::number,
                versions::published_at,
                versions::published_by,
                users::full_name.nullable(),
            ),
            versions::flow,
        ))
        .first(conn)
        .await
        .optional()?;
    row.map(|(version, flow)| {
        Ok(FlowVersion {
            summary: summary(version),
            flow: read(flow)?,
        })
    })
    .transpose()
}

/// What was published as these versions.
pub(crate) async fn versions(
    tenant: TenantId,
    ids: &[FlowVersionId],
    conn: &mut Connection,
) -> QueryResult<Vec<(FlowVersionId, Flow)>> {
    let rows: Vec<(FlowVersionId, Value)> = bot_flow_versions::table
        .filter(
            bot_flow_versions::tenant_id
                .eq(tenant)
                .and(bot_flow_versions::id.eq_any(ids)),
        )
        .select((bot_flow_versions::id, bot_flow_versions::flow))
        .load(conn)
        .await?;
    rows.into_iter().map(|(id, flow)| Ok((id, read(flow)?))).collect()
}
