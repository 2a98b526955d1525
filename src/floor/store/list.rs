//! What is asked about the floor: lists and figures.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Numeric, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::FloorRow;
use crate::db::page::PageRequest;
use crate::db::schema::{allocations, distribution_runs};
use crate::db::statement::{Statement, statement};
use crate::db::{Connection, ContactId, TenantId, UserId};
use crate::fields::money::Money;
use crate::floor::calendar::{Calendar, periods};
use crate::floor::deal::{Choice, Reason};
use crate::floor::view::{Allocation, Client, ClientState, FloorStats, PeriodCount, Run, SellerName};
use crate::sellers::Outcome;
use crate::sellers::view::{DayCount, SellerRow, SellerStats};

/// What a list of sellers can be ordered by.
pub(in crate::floor) const SORTABLE_SELLERS: &[&str] = &["name", "pending", "contacted"];

/// Over so many days the figures go.
const DAYS: u32 = 30;

/// Which clients are asked for.
#[derive(Default)]
pub(in crate::floor) struct Clients {
    pub(in crate::floor) id: Option<ContactId>,
    pub(in crate::floor) seller: Option<Uuid>,
    pub(in crate::floor) state: Option<ClientState>,
    pub(in crate::floor) bought_in: Option<Range<DateTime<Utc>>>,
    pub(in crate::floor) search: Option<String>,
}

#[derive(QueryableByName)]
struct ClientRow {
    #[diesel(sql_type = SqlUuid)]
    id: ContactId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    region: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_purchase_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Numeric)]
    total_spent: Decimal,
    #[diesel(sql_type = BigInt)]
    order_count: i64,
    #[diesel(sql_type = Nullable<Text>)]
    contact_notes: Option<String>,
    #[diesel(sql_type = Text)]
    state: ClientState,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    seller_id: Option<UserId>,
    #[diesel(sql_type = Nullable<Text>)]
    seller_name: Option<String>,
    #[diesel(sql_type = Bool)]
    placed_by_hand: bool,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<Reason>,
    #[diesel(sql_type = Nullable<Text>)]
    choice: Option<Choice>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    assigned_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    contacted_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    outcome: Option<Outcome>,
    #[diesel(sql_type = Nullable<Text>)]
    notes: Option<String>,
}

impl ClientRow {
    fn view(self, calendar: &Calendar) -> Client {
        let is_contacted = self.state == ClientState::Contacted;
        let seller = self
            .seller_id
            .zip(self.seller_name)
            .map(|(id, name)| SellerName { id, name });
        let is_held = seller.is_some();
        Client {
            id: self.id,
            name: self.name,
            phone: self.phone,
            email: self.email,
            region: self.region,
            tags: self.tags,
            last_purchase_at: self.last_purchase_at,
            days_since_purchase: self.last_purchase_at.map(|at| calendar.days_since(at)),
            total_spent: Money::stored(self.total_spent),
            order_count: self.order_count,
            state: self.state,
            seller,
            placed_by_hand: self.placed_by_hand,
            reason: self.reason.filter(|_| is_held),
            choice: self.choice,
            assigned_at: self.assigned_at.filter(|_| is_held),
            contacted: is_contacted,
            contacted_at: self.contacted_at.filter(|_| is_contacted),
            outcome: self.outcome.filter(|_| is_contacted),
            notes: self.notes.filter(|_| is_contacted),
            contact_notes: self.contact_notes,
        }
    }
}

/// Clients with how they stand: `source` says which ones are looked at.
fn sql(select: &str, source: &str, end: &str) -> String {
    format!(
        "WITH floor AS (
             SELECT ?::uuid AS tenant_id, ?::bigint AS cycle, ?::timestamptz AS window_start, ?::timestamptz AS window_end
         ), standing AS (
             SELECT contacts.id, contacts.name, contacts.phone, contacts.email, contacts.region, contacts.tags,
                 contacts.last_purchase_at, contacts.total_spent, contacts.order_count, contacts.notes AS contact_notes,
                 contacts.search_text, a.seller_id, coalesce(a.placed_by_hand, false) AS placed_by_hand, a.reason, a.choice,
                 a.assigned_at, a.contacted_at, a.outcome, a.notes, contacts.tenant_id,
                 CASE
                     WHEN a.seller_id IS NOT NULL AND a.contacted_at IS NOT NULL AND a.cycle = floor.cycle
                         AND (contacts.last_purchase_at IS NULL OR contacts.last_purchase_at <= a.purchase_at) THEN 'contacted'
                     WHEN a.seller_id IS NOT NULL THEN 'assigned'
                     WHEN contacts.last_purchase_at >= floor.window_end THEN 'active'
                     WHEN contacts.last_purchase_at < floor.window_start THEN 'inactive'
                     ELSE 'available'
                 END AS state
             FROM floor {source}
         )
         SELECT {select} FROM standing
         LEFT JOIN users ON users.tenant_id = standing.tenant_id AND users.id = standing.seller_id {end}"
    )
}

const ALL: &str = "JOIN contacts ON contacts.tenant_id = floor.tenant_id
    LEFT JOIN assignments a ON a.tenant_id = contacts.tenant_id AND a.client_id = contacts.id
    WHERE (contacts.last_purchase_at IS NOT NULL OR a.seller_id IS NOT NULL)";

const OF_SELLER: &str = "JOIN assignments a ON a.tenant_id = floor.tenant_id
    JOIN contacts ON contacts.tenant_id = a.tenant_id AND contacts.id = a.client_id
    WHERE a.seller_id = ?::uuid";

const FILTER: &str = "WHERE (?::uuid IS NULL OR standing.id = ?::uuid)
    AND (?::text IS NULL OR standing.state = ?::text)
    AND (?::timestamptz IS NULL OR standing.last_purchase_at >= ?::timestamptz)
    AND (?::timestamptz IS NULL OR standing.last_purchase_at < ?::timestamptz)
    AND (?::text IS NULL OR standing.search_text LIKE balcao_fold(?::text))";

const COUNT: &str = "count(*) AS count";
const SHOW: &str = "standing.*, users.full_name AS seller_name";
const ORDER: &str = "ORDER BY standing.last_purchase_at NULLS LAST, standing.id LIMIT ? OFFSET ?";

// Put together once: what is prepared is kept by its text.
static ALL_COUNTED: LazyLock<String> = LazyLock::new(|| sql(COUNT, ALL, FILTER));
static ALL_SHOWN: LazyLock<String> = LazyLock::new(|| sql(SHOW, ALL, &format!("{FILTER} {ORDER}")));
static OF_SELLER_COUNTED: LazyLock<String> = LazyLock::new(|| sql(COUNT, OF_SELLER, FILTER));
static OF_SELLER_SHOWN: LazyLock<String> = LazyLock::new(|| sql(SHOW, OF_SELLER, &format!("{FILTER} {ORDER}")));
static STATES: LazyLock<String> = LazyLock::new(|| sql("state, count(*) AS count", ALL, "GROUP BY state"));

/// Binds what the statements above begin with.
fn bound<'a>(sql: &'static str, tenant: TenantId, floor: &FloorRow, calendar: &Calendar) -> Statement<'a> {
    let window = calendar.window(&floor.settings);
    statement(sql)
        .bind::<SqlUuid, _>(tenant.0)
        .bind::<BigInt, _>(floor.cycle)
        .bind::<Timestamptz, _>(window.start)
        .bind::<Timestamptz, _>(window.end)
}

fn filters<'a>(sql: Statement<'a>, of: &'a Clients) -> Statement<'a> {
    let (from, to) = (
        of.bought_in.as_ref().map(|range| range.start),
        of.bought_in.as_ref().map(|range| range.end),
    );
    let (id, state) = (of.id.map(|id| id.0), of.state);
    sql.bind::<Nullable<SqlUuid>, _>(id)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<Nullable<Text>, _>(state)
        .bind::<Nullable<Text>, _>(state)
        .bind::<Nullable<Timestamptz>, _>(from)
        .bind::<Nullable<Timestamptz>, _>(from)
        .bind::<Nullable<Timestamptz>, _>(to)
        .bind::<Nullable<Timestamptz>, _>(to)
        .bind::<Nullable<Text>, _>(of.search.as_deref())
        .bind::<Nullable<Text>, _>(of.search.as_deref())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Clients, the most urgent first: those who bought the longest ago.
pub(in crate::floor) async fn client_list(
    tenant: TenantId,
    floor: &FloorRow,
    calendar: &Calendar,
    of: &Clients,
    page: (i64, i64),
    conn: &mut Connection,
) -> QueryResult<(Vec<Client>, i64)> {
    let begin = |all: &'static LazyLock<String>, of_seller: &'static LazyLock<String>| match of.seller {
        None => bound(all, tenant, floor, calendar),
        Some(seller) => bound(of_seller, tenant, floor, calendar).bind::<SqlUuid, _>(seller),
    };
    let counted: Count = filters(begin(&ALL_COUNTED, &OF_SELLER_COUNTED), of)
        .get_result(conn)
        .await?;
    let (limit, offset) = page;
    let rows: Vec<ClientRow> = filters(begin(&ALL_SHOWN, &OF_SELLER_SHOWN), of)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .load(conn)
        .await?;
    Ok((rows.into_iter().map(|row| row.view(calendar)).collect(), counted.count))
}

/// One client.
pub(in crate::floor) async fn client(
    tenant: TenantId,
    floor: &FloorRow,
    calendar: &Calendar,
    id: ContactId,
    conn: &mut Connection,
) -> QueryResult<Option<Client>> {
    let of = Clients {
        id: Some(id),
        ..Clients::default()
    };
    let rows: Vec<ClientRow> = filters(bound(&ALL_SHOWN, tenant, floor, calendar), &of)
        .bind::<BigInt, _>(1_i64)
        .bind::<BigInt, _>(0_i64)
        .load(conn)
        .await?;
    Ok(rows.into_iter().next().map(|row| row.view(calendar)))
}

/// The clients of each period, at most so many of each.
pub(in crate::floor) async fn clients_of_period(
    tenant: TenantId,
    floor: &FloorRow,
    calendar: &Calendar,
    limit: i64,
    conn: &mut Connection,
) -> QueryResult<Vec<(String, Vec<Client>)>> {
    let mut found = Vec::new();
    // As many queries as there are periods, of which the settings allow a few.
    for period in periods(&floor.settings.periods) {
        let of = Clients {
            bought_in: Some(calendar.bought_in(&period)),
            ..Clients::default()
        };
        let rows: Vec<ClientRow> = filters(bound(&ALL_SHOWN, tenant, floor, calendar), &of)
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(0_i64)
            .load(conn)
            .await?;
        found.push((period.key, rows.into_iter().map(|row| row.view(calendar)).collect()));
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct SellerListRow {
    #[diesel(sql_type = SqlUuid)]
    id: UserId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Bool)]
    is_online: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    online_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = Bool)]
    is_paused: bool,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    weight: i32,
    #[diesel(sql_type = Nullable<diesel::sql_types::Integer>)]
    capacity: Option<i32>,
    #[diesel(sql_type = Array<Text>)]
    regions: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = BigInt)]
    pending: i64,
    #[diesel(sql_type = BigInt)]
    contacted: i64,
}

/// A seller, with what they have in hand.
pub(in crate::floor) async fn seller_row(
    tenant: TenantId,
    cycle: i64,
    id: UserId,
    conn: &mut Connection,
) -> QueryResult<Option<SellerRow>> {
    Ok(sellers_with_loads(tenant, cycle, Some(id), conn).await?.pop())
}

/// Everybody who sells, with what they have in hand.
async fn sellers_with_loads(
    tenant: TenantId,
    cycle: i64,
    only: Option<UserId>,
    conn: &mut Connection,
) -> QueryResult<Vec<SellerRow>> {
    let rows: Vec<SellerListRow> = statement(
        "SELECT sellers.id, full_name AS name, email, is_online, online_since, is_paused, weight, capacity, regions, tags,
                coalesce(load.clients - load.contacted, 0) AS pending, coalesce(load.contacted, 0) AS contacted
         FROM (SELECT ?::uuid AS tenant_id, ?::bigint AS cycle, ?::uuid AS id) AS floor
         JOIN sellers ON sellers.tenant_id = floor.tenant_id AND (floor.id IS NULL OR sellers.id = floor.id)
         JOIN users ON users.tenant_id = sellers.tenant_id AND users.id = sellers.id
             AND users.role = 'seller' AND users.is_active
         LEFT JOIN LATERAL (
             SELECT count(*) AS clients, count(*) FILTER (WHERE a.contacted_at IS NOT NULL AND a.cycle = floor.cycle
                 AND (contacts.last_purchase_at IS NULL OR contacts.last_purchase_at <= a.purchase_at)) AS contacted
             FROM assignments a JOIN contacts ON contacts.tenant_id = a.tenant_id AND contacts.id = a.client_id
             WHERE a.tenant_id = sellers.tenant_id AND a.seller_id = sellers.id
         ) AS load ON true
         ORDER BY full_name, sellers.id",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<BigInt, _>(cycle)
    .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
    .load(conn)
    .await?;
    let view = |row: SellerListRow| SellerRow {
        id: row.id,
        name: row.name,
        email: row.email,
        is_online: row.is_online,
        online_since: row.online_since,
        is_paused: row.is_paused,
        weight: row.weight,
        capacity: row.capacity,
        regions: row.regions,
        tags: row.tags,
        pending: row.pending,
        contacted: row.contacted,
        clients: row.pending + row.contacted,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// A page of them. There are as many as people sell, so they are ordered here.
pub(in crate::floor) async fn seller_list(
    tenant: TenantId,
    cycle: i64,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<SellerRow>, i64)> {
    let mut sellers = sellers_with_loads(tenant, cycle, None, conn).await?;
    if let Some(search) = page.search.as_ref().map(|search| search.to_lowercase()) {
        sellers.retain(|seller| seller.name.to_lowercase().contains(&search) || seller.email.contains(&search));
    }
    if let Some(sort) = &page.sort {
        match sort.field {
            "pending" => sellers.sort_by_key(|seller| seller.pending),
            "contacted" => sellers.sort_by_key(|seller| seller.contacted),
            _ => {}
        }
        if sort.descending {
            sellers.reverse();
        }
    }
    let total = i64::try_from(sellers.len()).unwrap_or(i64::MAX);
    let first = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let count = usize::try_from(page.per_page).unwrap_or_default();
    Ok((sellers.into_iter().skip(first).take(count).collect(), total))
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = SqlUuid)]
    seller_id: UserId,
    #[diesel(sql_type = Date)]
    date: NaiveDate,
    #[diesel(sql_type = BigInt)]
    contacted: i64,
}

/// The numbers of all sellers, or of one.
pub(in crate::floor) async fn seller_stats(
    tenant: TenantId,
    floor: &FloorRow,
    calendar: &Calendar,
    only: Option<UserId>,
    conn: &mut Connection,
) -> QueryResult<Vec<SellerStats>> {
    let sellers = sellers_with_loads(tenant, floor.cycle, only, conn).await?;
    let rows: Vec<DayRow> = statement(
        "SELECT seller_id, (contacted_at AT TIME ZONE tenants.time_zone)::date AS date, count(DISTINCT client_id) AS contacted
         FROM client_contacts JOIN tenants ON tenants.id = client_contacts.tenant_id
         WHERE client_contacts.tenant_id = ? AND contacted_at >= ? AND (?::uuid IS NULL OR seller_id = ?::uuid)
         GROUP BY 1, 2",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Timestamptz, _>(calendar.start_of_day(DAYS - 1))
    .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
    .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
    .load(conn)
    .await?;
    let counted: HashMap<(UserId, NaiveDate), i64> = rows
        .into_iter()
        .map(|row| ((row.seller_id, row.date), row.contacted))
        .collect();
    let stats = sellers.into_iter().map(|seller| {
        let by_day: Vec<DayCount> = days(calendar)
            .map(|date| DayCount {
                date,
                contacted: counted.get(&(seller.id, date)).copied().unwrap_or_default(),
            })
            .collect();
        SellerStats {
            id: seller.id,
            name: seller.name,
            is_online: seller.is_online,
            assigned: seller.clients,
            contacted: seller.contacted,
            pending: seller.pending,
            contacted_today: by_day.last().map_or(0, |today| today.contacted),
            by_day,
        }
    });
    Ok(stats.collect())
}

/// The days that figures go over, the oldest first.
fn days(calendar: &Calendar) -> impl Iterator<Item = NaiveDate> + use<> {
    let today = calendar.today();
    (0..DAYS)
        .rev()
        .filter_map(move |ago| today.checked_sub_days(Days::new(ago.into())))
}

pub(in crate::floor) async fn floor_stats(
    tenant: TenantId,
    floor: &FloorRow,
    calendar: &Calendar,
    conn: &mut Connection,
) -> QueryResult<FloorStats> {
    #[derive(QueryableByName)]
    struct StateRow {
        #[diesel(sql_type = Text)]
        state: ClientState,
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let states: Vec<StateRow> = bound(&STATES, tenant, floor, calendar).load(conn).await?;
    let of = |state| states.iter().find(|row| row.state == state).map_or(0, |row| row.count);
    let ranges = periods(&floor.settings.periods);
    let bought: Vec<Range<DateTime<Utc>>> = ranges.iter().map(|period| calendar.bought_in(period)).collect();
    let counts: Vec<Count> = statement(
        "SELECT (SELECT count(*) FROM contacts WHERE contacts.tenant_id = ? AND last_purchase_at >= first
             AND last_purchase_at < last) AS count
         FROM unnest(?, ?) WITH ORDINALITY AS periods (first, last, number) ORDER BY number",
    )
    .bind::<SqlUuid, _>(tenant.0)
    .bind::<Array<Timestamptz>, _>(bought.iter().map(|range| range.start).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(bought.iter().map(|range| range.end).collect::<Vec<_>>())
    .load(conn)
    .await?;
    let sellers = seller_stats(tenant, floor, calendar, None, conn).await?;
    let by_day = days(calendar).enumerate().map(|(place, date)| DayCount {
        date,
        contacted: sellers
            .iter()
            .filter_map(|seller| seller.by_day.get(place))
            .map(|day| day.contacted)
            .sum(),
    });
    Ok(FloorStats {
        clients: states.iter().map(|row| row.count).sum(),
        available: of(ClientState::Available),
        assigned: of(ClientState::Assigned),
        contacted: of(ClientState::Contacted),
        active: of(ClientState::Active),
        inactive: of(ClientState::Inactive),
        sellers_online: sellers.iter().filter(|seller| seller.is_online).count(),
        cycle: floor.cycle,
        cycle_began_at: floor.cycle_began_at,
        periods: ranges
            .into_iter()
            .zip(counts)
            .map(|(period, counted)| PeriodCount {
                period: period.key,
                clients: counted.count,
            })
            .collect(),
        by_day: by_day.collect(),
        sellers,
    })
}

/// The ledger, the latest run first.
pub(in crate::floor) async fn run_list(
    tenant: TenantId,
    page: &PageRequest,
    conn: &mut Connection,
) -> QueryResult<(Vec<Run>, i64)> {
    type RunRow = (Uuid, i64, String, i32, Vec<Uuid>, Value, DateTime<Utc>);
    type AllocationRow = (Uuid, Option<UserId>, Option<UserId>, Reason, Option<Choice>, Vec<Uuid>);
    use allocations as a;
    use distribution_runs as r;
    let total = r::table
        .filter(r::tenant_id.eq(tenant))
        .count()
        .get_result(conn)
        .await?;
    let rows: Vec<RunRow> = r::table
        .filter(r::tenant_id.eq(tenant))
        .order(r::number.desc())
        .select((r::id, r::number, r::occasion, r::moved, r::online, r::actor, r::at))
        .offset(page.offset())
        .limit(page.per_page)
        .load(conn)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let found: Vec<AllocationRow> = a::table
        .filter(a::tenant_id.eq(tenant).and(a::run_id.eq_any(&ids)))
        .order((a::run_id, a::place))
        .select((
            a::run_id,
            a::from_seller_id,
            a::to_seller_id,
            a::reason,
            a::choice,
            a::client_ids,
        ))
        .load(conn)
        .await?;
    let mut of_run: HashMap<Uuid, Vec<Allocation>> = HashMap::new();
    for (run, from_seller_id, to_seller_id, reason, choice, client_ids) in found {
        of_run.entry(run).or_default().push(Allocation {
            from_seller_id,
            to_seller_id,
            reason,
            choice,
            client_ids,
        });
    }
    let runs = rows
        .into_iter()
        .map(|(id, number, occasion, moved, online, by, at)| Run {
            id,
            number,
            occasion,
            moved,
            online,
            by,
            at,
            allocations: of_run.remove(&id).unwrap_or_default(),
        });
    Ok((runs.collect(), total))
}
