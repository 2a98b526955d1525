//! What clients see of the floor.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::deal::{Choice, Reason};
use super::settings::Settings;
use crate::db::text_enum::text_enum;
use crate::db::{ContactId, UserId};
use crate::fields::money::Money;
use crate::http::query::filter;
use crate::sellers::Outcome;
use crate::sellers::view::{DayCount, SellerStats};

text_enum! {
    /// How a client stands on the floor.
    ClientState {
        /// Eligible, and with nobody.
        Available = "available",
        Assigned = "assigned",
        /// In this cycle.
        Contacted = "contacted",
        /// Bought too recently to be dealt.
        Active = "active",
        /// Has not bought for too long to be dealt.
        Inactive = "inactive",
    }
}

/// Somebody by name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct SellerName {
    pub(crate) id: UserId,
    pub(crate) name: String,
}

/// A client, and how they stand on the floor.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Client {
    pub(crate) id: ContactId,
    pub(crate) name: String,
    #[schema(required)]
    pub(crate) phone: Option<String>,
    #[schema(required)]
    pub(crate) email: Option<String>,
    #[schema(required)]
    pub(crate) region: Option<String>,
    pub(crate) tags: Vec<String>,
    #[schema(required)]
    pub(crate) last_purchase_at: Option<DateTime<Utc>>,
    /// By the company's calendar.
    #[schema(required)]
    pub(crate) days_since_purchase: Option<i64>,
    pub(crate) total_spent: Money,
    pub(crate) order_count: i64,
    pub(crate) state: ClientState,
    #[schema(required)]
    pub(crate) seller: Option<SellerName>,
    pub(crate) placed_by_hand: bool,
    /// Why the client is with this seller.
    #[schema(required)]
    pub(crate) reason: Option<Reason>,
    #[schema(required)]
    pub(crate) choice: Option<Choice>,
    #[schema(required)]
    pub(crate) assigned_at: Option<DateTime<Utc>>,
    pub(crate) contacted: bool,
    #[schema(required)]
    pub(crate) contacted_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub(crate) outcome: Option<Outcome>,
    /// What the seller noted when they contacted the client.
    #[schema(required)]
    pub(crate) notes: Option<String>,
    /// What is noted with the contact.
    #[schema(required)]
    pub(crate) contact_notes: Option<String>,
}

/// Which clients a list holds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClientQuery {
    #[serde(default, deserialize_with = "filter")]
    pub(super) state: Option<ClientState>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) seller_id: Option<Uuid>,
    /// `30-45` and the like.
    #[serde(default, deserialize_with = "filter")]
    pub(super) period: Option<String>,
}

/// What came of a run.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Dealt {
    /// Nothing, where nothing was moved.
    #[schema(required)]
    pub(crate) run_id: Option<Uuid>,
    pub(crate) cycle: i64,
    /// How many clients went from one to another.
    pub(crate) moved: usize,
    /// The sellers who are there, each with how many clients wait.
    pub(crate) sellers: Vec<SellerLoad>,
    /// All of these together.
    pub(crate) total: usize,
}

/// A seller, and how many clients wait with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct SellerLoad {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) clients: usize,
}

/// What dealing everything anew would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    pub(crate) sellers: Vec<SellerPreview>,
    /// How many clients would go from one to another.
    pub(crate) moved: usize,
    pub(crate) total: usize,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SellerPreview {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) is_online: bool,
    /// How many wait with them now,
    pub(crate) before: usize,
    /// and how many then.
    pub(crate) after: usize,
    pub(crate) gains: usize,
    pub(crate) loses: usize,
}

/// The floor in numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FloorStats {
    /// Everybody who ever bought something.
    pub(crate) clients: i64,
    pub(crate) available: i64,
    pub(crate) assigned: i64,
    pub(crate) contacted: i64,
    pub(crate) active: i64,
    pub(crate) inactive: i64,
    pub(crate) sellers_online: usize,
    pub(crate) cycle: i64,
    pub(crate) cycle_began_at: DateTime<Utc>,
    pub(crate) periods: Vec<PeriodCount>,
    pub(crate) sellers: Vec<SellerStats>,
    /// By all sellers together, the last thirty days.
    pub(crate) by_day: Vec<DayCount>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PeriodCount {
    pub(crate) period: String,
    pub(crate) clients: i64,
}

/// A run of the ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Run {
    pub(crate) id: Uuid,
    pub(crate) number: i64,
    /// `deal`, `redistribute`, `reallocate`, `release`, `new_cycle`, `remove`.
    pub(crate) occasion: String,
    pub(crate) moved: i32,
    /// Who was there.
    pub(crate) online: Vec<Uuid>,
    /// Whoever ordered it.
    #[schema(value_type = serde_json::Map<String, Value>)]
    pub(crate) by: Value,
    pub(crate) at: DateTime<Utc>,
    pub(crate) allocations: Vec<Allocation>,
}

/// Clients who went from one seller to another for one reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Allocation {
    #[schema(required)]
    pub(crate) from_seller_id: Option<UserId>,
    #[schema(required)]
    pub(crate) to_seller_id: Option<UserId>,
    pub(crate) reason: Reason,
    #[schema(required)]
    pub(crate) choice: Option<Choice>,
    pub(crate) client_ids: Vec<Uuid>,
}

/// A client goes to a seller.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct ReallocateBody {
    pub(super) client_id: ContactId,
    pub(super) seller_id: UserId,
}

/// A client was contacted.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct ContactedBody {
    client_id: ContactId,
    outcome: Option<Outcome>,
    #[schema(max_length = 5000)]
    notes: Option<String>,
}

/// What changes about a seller; what is absent stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct SellerChangeBody {
    is_paused: Option<bool>,
    #[schema(minimum = 1, maximum = 100)]
    weight: Option<u32>,
    capacity: Option<u32>,
    regions: Option<Vec<String>>,
    tags: Option<Vec<String>>,
}

/// What changes about the settings; what is absent stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct FloorChangeBody {
    from_days: Option<u32>,
    to_days: Option<u32>,
    periods: Option<Vec<u32>>,
    method: Option<super::settings::DealMethod>,
    capacity: Option<u32>,
    keep_last_seller: Option<bool>,
}

/// How the floor deals, and in which cycle.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FloorView {
    #[serde(flatten)]
    pub(crate) settings: Settings,
    pub(crate) cycle: i64,
    pub(crate) cycle_began_at: DateTime<Utc>,
}
