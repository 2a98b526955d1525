//! What clients see of sellers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::{Client, Outcome, State};
use crate::db::{ContactId, UserId};
use crate::floor::deal::{Choice, Reason};

/// A seller, with everybody they have in hand: what a follower of `seller:<id>` starts from.
#[derive(Serialize, ToSchema)]
pub(crate) struct SellerDetail {
    id: UserId,
    name: String,
    /// How many wait for being contacted.
    pending: usize,
    contacted: usize,
    clients: Vec<Standing>,
}

/// How a client stands with a seller.
#[derive(Serialize, ToSchema)]
#[schema(as = ClientStanding)]
pub(crate) struct Standing {
    id: ContactId,
    placed_by_hand: bool,
    reason: Reason,
    #[schema(required)]
    choice: Option<Choice>,
    assigned_at: DateTime<Utc>,
    contacted: bool,
    #[schema(required)]
    contacted_at: Option<DateTime<Utc>>,
    #[schema(required)]
    outcome: Option<Outcome>,
    #[schema(required)]
    notes: Option<String>,
}

impl Standing {
    pub(super) fn of(id: ContactId, client: &Client) -> Self {
        let contacted = client.contacted.as_ref();
        Self {
            id,
            placed_by_hand: client.placed_by_hand,
            reason: client.reason,
            choice: client.choice,
            assigned_at: client.assigned_at,
            contacted: contacted.is_some(),
            contacted_at: contacted.map(|contacted| contacted.contacted_at),
            outcome: contacted.and_then(|contacted| contacted.outcome),
            notes: contacted.and_then(|contacted| contacted.notes.clone()),
        }
    }
}

impl SellerDetail {
    pub(crate) fn of(state: &State) -> Self {
        let pending = state.pending();
        Self {
            id: state.id,
            name: state.name.clone(),
            pending,
            contacted: state.clients.len() - pending,
            clients: state
                .clients
                .iter()
                .map(|(id, client)| Standing::of(*id, client))
                .collect(),
        }
    }
}

/// A seller among the others.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Seller)]
pub(crate) struct SellerRow {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) is_online: bool,
    #[schema(required)]
    pub(crate) online_since: Option<DateTime<Utc>>,
    /// Whether they take no clients although they are there.
    pub(crate) is_paused: bool,
    /// How many clients go to them where another seller gets one, when clients are dealt by weight.
    pub(crate) weight: i32,
    /// How many they have at most that wait; the floor's, unless given.
    #[schema(required)]
    pub(crate) capacity: Option<i32>,
    pub(crate) regions: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) pending: i64,
    pub(crate) contacted: i64,
    /// Both together.
    pub(crate) clients: i64,
}

/// A seller's numbers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SellerStats {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) is_online: bool,
    /// In hand, of this cycle: those that wait and those that were contacted.
    pub(crate) assigned: i64,
    pub(crate) contacted: i64,
    pub(crate) pending: i64,
    pub(crate) contacted_today: i64,
    /// The last thirty days, the oldest first; days without any are there, too.
    pub(crate) by_day: Vec<DayCount>,
}

/// How many clients were contacted on a day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct DayCount {
    pub(crate) date: NaiveDate,
    pub(crate) contacted: i64,
}
