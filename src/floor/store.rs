//! Queries of the floor's runs: a fixed number of statements over arrays, however many clients.

mod list;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::calendar::Calendar;
use super::deal::{Choice, Move, Reason};
use super::settings::Settings;
use crate::auth::Role;
use crate::db::schema::{assignments, contacts, floors, sellers, tenants, users};
use crate::db::statement::statement;
use crate::db::{Connection, ContactId, TenantId, UserId};
use crate::sellers::event::Card;
pub(super) use list::{
    Clients, SORTABLE_SELLERS, client, client_list, clients_of_period, floor_stats, run_list, seller_list, seller_row,
    seller_stats,
};

/// A tenant's floor.
#[derive(Clone, Debug)]
pub(crate) struct FloorRow {
    pub(super) settings: Settings,
    pub(super) cycle: i64,
    pub(super) cycle_began_at: DateTime<Utc>,
    /// The number of the last run.
    pub(super) runs: i64,
}

type Columns = (Value, i64, DateTime<Utc>, i64);

fn floor_row((settings, cycle, cycle_began_at, runs): Columns) -> QueryResult<FloorRow> {
    let settings =
        serde_json::from_value(settings).map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    Ok(FloorRow {
        settings,
        cycle,
        cycle_began_at,
        runs,
    })
}

/// Takes the floor's lock, until the transaction ends. A tenant that has none yet gets one.
pub(crate) async fn floor_lock(tenant: TenantId, conn: &mut Connection) -> QueryResult<FloorRow> {
    let usual = serde_json::to_value(Settings::default()).unwrap_or_default();
    diesel::insert_into(floors::table)
        .values((
            floors::tenant_id.eq(tenant),
            floors::id.eq(tenant.0),
            floors::settings.eq(usual),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let row: Columns = floors::table
        .find((tenant, tenant.0))
        .select((floors::settings, floors::cycle, floors::cycle_began_at, floors::runs))
        .for_update()
        .first(conn)
        .await?;
    floor_row(row)
}

/// The floor as it stands; as usual, where there is none yet.
pub(super) async fn floor(tenant: TenantId, conn: &mut Connection) -> QueryResult<FloorRow> {
    let row: Option<Columns> = floors::table
        .find((tenant, tenant.0))
        .select((floors::settings, floors::cycle, floors::cycle_began_at, floors::runs))
        .first(conn)
        .await
        .optional()?;
    match row {
        Some(row) => floor_row(row),
        None => {
            let made: DateTime<Utc> = tenants::table
                .find(tenant)
                .select(tenants::created_at)
                .first(conn)
                .await?;
            Ok(FloorRow {
                settings: Settings::default(),
                cycle: 1,
                cycle_began_at: made,
                runs: 0,
            })
        }
    }
}

pub(super) async fn settings_update(tenant: TenantId, settings: &Settings, conn: &mut Connection) -> QueryResult<()> {
    let value = serde_json::to_value(settings).unwrap_or_default();
    diesel::update(floors::table.find((tenant, tenant.0)))
        .set(floors::settings.eq(value))
        .execute(conn)
        .await
        .map(drop)
}

pub(super) async fn cycle_begin(tenant: TenantId, now: DateTime<Utc>, conn: &mut Connection) -> QueryResult<()> {
    diesel::update(floors::table.find((tenant, tenant.0)))
        .set((floors::cycle.eq(floors::cycle + 1), floors::cycle_began_at.eq(now)))
        .execute(conn)
        .await
        .map(drop)
}

/// The tenant's clock.
pub(super) async fn zone(tenant: TenantId, conn: &mut Connection) -> QueryResult<Tz> {
    let name: String = tenants::table
        .find(tenant)
        .select(tenants::time_zone)
        .first(conn)
        .await?;
    Ok(name.parse().unwrap_or(Tz::UTC))
}

/// Everybody who is or was a seller, in the order of their ids.
pub(super) async fn seller_ids(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<Uuid>> {
    sellers::table
        .filter(sellers::tenant_id.eq(tenant))
        .order(sellers::id)
        .select(sellers::id)
        .load(conn)
        .await
}

/// A seller as the floor needs to know them.
#[derive(Clone, Debug)]
pub(super) struct SellerRow {
    pub(super) id: UserId,
    pub(super) name: String,
    /// Not, once they have another role or no access.
    pub(super) is_seller: bool,
    pub(super) weight: i32,
    pub(super) capacity: Option<i32>,
    pub(super) regions: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) is_paused: bool,
    pub(super) is_online: bool,
}

/// Everybody who is or was a seller, in the order of their ids.
pub(super) async fn sellers(tenant: TenantId, conn: &mut Connection) -> QueryResult<Vec<SellerRow>> {
    type Row = (
        UserId,
        String,
        Role,
        bool,
        (i32, Option<i32>, Vec<String>, Vec<String>, bool, bool),
    );
    let rows: Vec<Row> = sellers::table
        .inner_join(users::table.on(users::tenant_id.eq(sellers::tenant_id).and(users::id.eq(sellers::id))))
        .filter(sellers::tenant_id.eq(tenant))
        .order(sellers::id)
        .select((
            sellers::id,
            users::full_name,
            users::role,
            users::is_active,
            (
                sellers::weight,
                sellers::capacity,
                sellers::regions,
                sellers::tags,
                sellers::is_paused,
                sellers::is_online,
            ),
        ))
        .load(conn)
        .await?;
    let row = |(id, name, role, is_active, (weight, capacity, regions, tags, is_paused, is_online)): Row| SellerRow {
        id,
        name,
        is_seller: role == Role::Seller && is_active,
        weight,
        capacity,
        regions,
        tags,
        is_paused,
        is_online,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// What changes about a seller; what is `None` stays.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = sellers)]
pub(super) struct SellerChange {
    pub(super) is_paused: Option<bool>,
    pub(super) weight: Option<i32>,
    pub(super) capacity: Option<Option<i32>>,
    pub(super) regions: Option<Vec<String>>,
    pub(super) tags: Option<Vec<String>>,
}

impl SellerChange {
    /// Whether it says how clients are dealt.
    pub(super) fn concerns_dealing(&self) -> bool {
        self.weight.is_some() || self.capacity.is_some() || self.regions.is_some() || self.tags.is_some()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.is_paused.is_none() && !self.concerns_dealing()
    }
}

pub(super) async fn seller_update(
    tenant: TenantId,
    id: UserId,
    change: &SellerChange,
    conn: &mut Connection,
) -> QueryResult<()> {
    diesel::update(sellers::table.find((tenant, id.0)))
        .set(change)
        .execute(conn)
        .await
        .map(drop)
}

/// Writes down who is there from now on, and who is not.
pub(super) async fn sellers_online(
    tenant: TenantId,
    changed: &[(UserId, bool)],
    now: DateTime<Utc>,
    conn: &mut Connection,
) -> QueryResult<()> {
    statement(
        "UPDATE sellers SET is_online = new.is_online, online_since = CASE WHEN new.is_online THEN ?::timestamptz END
         FROM unnest(?, ?) AS new (id, is_online) WHERE sellers.tenant_id = ? AND sellers.id = new.id",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(changed.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind::<Array<Bool>, _>(changed.iter().map(|(_, is_online)| *is_online).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(tenant.0)
    .execute(conn)
    .await
    .map(drop)
}

/// A client who is eligible, or with a seller.
#[derive(QueryableByName)]
pub(super) struct Standing {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: ContactId,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) bought_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) region: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    pub(super) tags: Vec<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) seller: Option<UserId>,
    #[diesel(sql_type = Bool)]
    pub(super) by_hand: bool,
    #[diesel(sql_type = Bool)]
    pub(super) is_contacted: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) cycle: Option<i64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) purchase_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) last_seller: Option<UserId>,
}

impl Standing {
    /// Whether the contact still counts: a newer purchase or cycle begins anew.
    pub(super) fn counts(&self, cycle: i64) -> bool {
        let is_newest = |bought| self.purchase_at.is_some_and(|known| bought <= known);
        self.cycle == Some(cycle) && self.bought_at.is_none_or(is_newest)
    }
}

/// Clients who last bought in this window, and those whom a seller has.
pub(super) async fn standings(
    tenant: TenantId,
    window: &Range<DateTime<Utc>>,
    conn: &mut Connection,
) -> QueryResult<Vec<Standing>> {
    statement(
        "SELECT contacts.id, last_purchase_at AS bought_at, region, tags, seller_id AS seller,
                coalesce(placed_by_hand, false) AS by_hand, contacted_at IS NOT NULL AS is_contacted, cycle, purchase_at,
                last_seller_id AS last_seller
         FROM contacts LEFT JOIN assignments
             ON assignments.tenant_id = contacts.tenant_id AND assignments.client_id = contacts.id
         WHERE contacts.tenant_id = ? AND last_purchase_at >= ? AND last_purchase_at < ?
         UNION ALL
         SELECT contacts.id, last_purchase_at, region, tags, seller_id, placed_by_hand, contacted_at IS NOT NULL, cycle,
                purchase_at, last_seller_id
         FROM assignments JOIN contacts
             ON contacts.tenant_id = assignments.tenant_id AND contacts.id = assignments.client_id
         WHERE assignments.tenant_id = ? AND seller_id IS NOT NULL
             AND (last_purchase_at IS NULL OR last_purchase_at < ? OR last_purchase_at >= ?)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Timestamptz, _>(window.start)
    .bind::<Timestamptz, _>(window.end)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Timestamptz, _>(window.start)
    .bind::<Timestamptz, _>(window.end)
    .load(conn)
    .await
}

pub(super) async fn contact_exists(tenant: TenantId, id: ContactId, conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(contacts::table.find((tenant, id))))
        .get_result(conn)
        .await
}

/// Whether somebody has this client. While the floor is locked nobody gets one.
pub(crate) async fn is_assigned(tenant: TenantId, client: ContactId, conn: &mut Connection) -> QueryResult<bool> {
    let held = assignments::table
        .find((tenant, client))
        .filter(assignments::seller_id.is_not_null());
    diesel::select(diesel::dsl::exists(held)).get_result(conn).await
}

/// Forgets how a client stands.
pub(super) async fn assignment_delete(tenant: TenantId, client: ContactId, conn: &mut Connection) -> QueryResult<()> {
    diesel::delete(assignments::table.find((tenant, client)))
        .execute(conn)
        .await
        .map(drop)
}

/// What is known of these clients.
pub(super) async fn cards(
    tenant: TenantId,
    ids: &[ContactId],
    calendar: &Calendar,
    conn: &mut Connection,
) -> QueryResult<HashMap<ContactId, Card>> {
    type Row = (ContactId, String, Option<String>, Option<String>, Option<DateTime<Utc>>);
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = contacts::table
        .filter(contacts::tenant_id.eq(tenant).and(contacts::id.eq_any(ids)))
        .select((
            contacts::id,
            contacts::name,
            contacts::phone,
            contacts::email,
            contacts::last_purchase_at,
        ))
        .load(conn)
        .await?;
    let card = |(id, name, phone, email, last_purchase_at): Row| {
        let card = Card {
            id,
            name,
            phone,
            email,
            last_purchase_at,
            days_since_purchase: last_purchase_at.map(|at| calendar.days_since(at)),
        };
        (id, card)
    };
    Ok(rows.into_iter().map(card).collect())
}

/// A run to be written down.
pub(super) struct NewRun<'a> {
    pub(super) id: Uuid,
    pub(super) number: i64,
    pub(super) occasion: &'static str,
    pub(super) settings: &'a Settings,
    pub(super) online: Vec<Uuid>,
    pub(super) by: Value,
    pub(super) at: DateTime<Utc>,
}

/// Writes who has whom now, and the ledger of how it came to that.
pub(super) async fn run_insert(
    tenant: TenantId,
    run: &NewRun<'_>,
    moves: &[Move],
    conn: &mut Connection,
) -> QueryResult<()> {
    write_assignments(tenant, run, moves, conn).await?;
    statement(
        "WITH counted AS (UPDATE floors SET runs = ? WHERE tenant_id = ?)
         INSERT INTO distribution_runs (tenant_id, id, number, occasion, settings, online, moved, actor, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind::<BigInt, _>(run.number)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(run.id)
    .bind::<BigInt, _>(run.number)
    .bind::<Text, _>(run.occasion)
    .bind::<Jsonb, _>(serde_json::to_value(run.settings).unwrap_or_default())
    .bind::<Array<SqlUuid>, _>(&run.online)
    .bind::<Integer, _>(i32::try_from(moves.len()).unwrap_or(i32::MAX))
    .bind::<Jsonb, _>(&run.by)
    .bind::<Timestamptz, _>(run.at)
    .execute(conn)
    .await?;
    write_ledger(tenant, run.id, moves, conn).await
}

async fn write_assignments(
    tenant: TenantId,
    run: &NewRun<'_>,
    moves: &[Move],
    conn: &mut Connection,
) -> QueryResult<()> {
    // A client whose contact no longer counts is taken back first, and then dealt: the last word counts.
    let mut last: HashMap<ContactId, Move> = HashMap::with_capacity(moves.len());
    for step in moves {
        let before = last.get(&step.client).and_then(|before| before.from);
        let from = step.from.or(before);
        last.insert(step.client, Move { from, ..*step });
    }
    let mut steps: Vec<Move> = last.into_values().collect();
    // Neighbours in the index are written together.
    steps.sort_unstable_by_key(|step| step.client);
    statement(
        "INSERT INTO assignments AS known
             (tenant_id, run_id, assigned_at, client_id, seller_id, last_seller_id, reason, choice, placed_by_hand)
         SELECT of.tenant_id, of.run_id, of.at, client_id, seller_id, last_seller_id, reason, choice, reason = 'by_hand'
         FROM (SELECT ?::uuid AS tenant_id, ?::uuid AS run_id, ?::timestamptz AS at) AS of,
              unnest(?, ?, ?, ?, ?) AS new (client_id, seller_id, last_seller_id, reason, choice)
         ON CONFLICT (tenant_id, client_id) DO UPDATE SET run_id = excluded.run_id, assigned_at = excluded.assigned_at,
             seller_id = excluded.seller_id, last_seller_id = coalesce(excluded.last_seller_id, known.last_seller_id),
             reason = excluded.reason, choice = excluded.choice, placed_by_hand = excluded.placed_by_hand,
             contacted_at = NULL, cycle = NULL, purchase_at = NULL, contact_record_id = NULL, outcome = NULL, notes = NULL",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(run.id)
    .bind::<Timestamptz, _>(run.at)
    .bind::<Array<SqlUuid>, _>(steps.iter().map(|step| step.client.0).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(steps.iter().map(|step| step.to.map(|to| to.0)).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(steps.iter().map(|step| step.from.map(|from| from.0)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(steps.iter().map(|step| step.reason).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(steps.iter().map(|step| step.choice).collect::<Vec<_>>())
    .execute(conn)
    .await
    .map(drop)
}

/// Who went from whom to whom why: one row for all of whom that is the same, in order of the first of them.
async fn write_ledger(tenant: TenantId, run: Uuid, moves: &[Move], conn: &mut Connection) -> QueryResult<()> {
    type Way = (Option<UserId>, Option<UserId>, Reason, Option<Choice>);
    let mut places: HashMap<Way, i32> = HashMap::new();
    let mut ways: BTreeMap<i32, (Way, Vec<Uuid>)> = BTreeMap::new();
    for step in moves {
        let way: Way = (step.from, step.to, step.reason, step.choice);
        let next = i32::try_from(places.len()).unwrap_or(i32::MAX);
        let place = *places.entry(way).or_insert(next);
        ways.entry(place)
            .or_insert_with(|| (way, Vec::new()))
            .1
            .push(step.client.0);
    }
    let clients: Vec<Value> = ways.values().map(|(_, clients)| serde_json::json!(clients)).collect();
    statement(
        "INSERT INTO allocations (tenant_id, run_id, place, from_seller_id, to_seller_id, reason, choice, client_ids)
         SELECT ?, ?, place, from_id, to_id, reason, choice,
                ARRAY(SELECT id::uuid FROM jsonb_array_elements_text(clients) WITH ORDINALITY AS c (id, number) ORDER BY number)
         FROM unnest(?, ?, ?, ?, ?, ?) AS new (place, from_id, to_id, reason, choice, clients)",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<SqlUuid, _>(run)
    .bind::<Array<Integer>, _>(ways.keys().copied().collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(ways.values().map(|((from, ..), _)| from.map(|id| id.0)).collect::<Vec<_>>())
    .bind::<Array<Nullable<SqlUuid>>, _>(ways.values().map(|((_, to, ..), _)| to.map(|id| id.0)).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(ways.values().map(|((_, _, reason, _), _)| *reason).collect::<Vec<_>>())
    .bind::<Array<Nullable<Text>>, _>(ways.values().map(|((.., choice), _)| *choice).collect::<Vec<_>>())
    .bind::<Array<Jsonb>, _>(clients)
    .execute(conn)
    .await
    .map(drop)
}
