//! What happens to a seller's clients, and how it is shown.

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::state::{Outcome, RecordId};
use crate::db::{ContactId, UserId};
use crate::floor::deal::{Choice, Reason};
use crate::live::Record;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// The floor gave clients to the seller.
    Assigned(Assigned),
    /// The floor took clients from the seller.
    Released(Released),
    /// The seller contacted a client.
    Contacted(Contacted),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Assigned {
    /// Where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<ContactId>,
    pub(crate) clients: Vec<AssignedClient>,
    pub(crate) run_id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AssignedClient {
    pub(crate) id: ContactId,
    pub(crate) placed_by_hand: bool,
    pub(crate) reason: Reason,
    pub(crate) choice: Option<Choice>,
    pub(crate) assigned_at: DateTime<Utc>,
    /// What is known of the client at that moment, where few are given at once: for whoever watches, the state does not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<Card>,
}

/// What a seller sees of a client at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) id: ContactId,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) last_purchase_at: Option<DateTime<Utc>>,
    pub(crate) days_since_purchase: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Released {
    /// Where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<ContactId>,
    pub(crate) clients: Vec<ReleasedClient>,
    pub(crate) run_id: Uuid,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReleasedClient {
    pub(crate) id: ContactId,
    pub(crate) reason: Reason,
    /// Who has the client now.
    pub(crate) to_seller_id: Option<UserId>,
}

/// The last word on a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contacted {
    pub(crate) client_id: ContactId,
    pub(crate) record_id: RecordId,
    pub(crate) contacted_at: DateTime<Utc>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) notes: Option<String>,
    /// What the contact counts for: until the client buys again, or another cycle begins.
    pub(crate) purchase_at: Option<DateTime<Utc>>,
    pub(crate) cycle: i64,
}

impl Event {
    /// The event that was stored so.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn read(kind: &str, data: &str) -> serde_json::Result<Self> {
        Ok(match kind {
            "client.assigned" => Event::Assigned(serde_json::from_str(data)?),
            "client.released" => Event::Released(serde_json::from_str(data)?),
            "client.contacted" => Event::Contacted(serde_json::from_str(data)?),
            other => return Err(serde_json::Error::custom(format!("a seller knows no event {other}"))),
        })
    }

    /// The event as it is stored and shown. It hides nothing.
    pub(crate) fn record(&self) -> Record {
        match self {
            Event::Assigned(assigned) => Record::new("client.assigned", assigned),
            Event::Released(released) => Record::new("client.released", released),
            Event::Contacted(contacted) => Record::new("client.contacted", contacted),
        }
    }
}
