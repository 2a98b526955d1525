//! A seller and their clients. How an event changes them; what may happen stands in [`super::decide`].

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{Contacted, Event};
use crate::db::text_enum::text_enum;
use crate::db::{ContactId, UserId};
use crate::floor::deal::{Choice, Reason};

text_enum! {
    /// What came of it when a seller contacted a client.
    Outcome {
        Reached = "reached",
        NoAnswer = "no_answer",
        CallBack = "call_back",
        NotInterested = "not_interested",
        Sold = "sold",
    }
}

/// A seller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) clients: BTreeMap<ContactId, Arc<Client>>,
}

/// How a client stands with the seller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Client {
    pub(crate) placed_by_hand: bool,
    pub(crate) reason: Reason,
    pub(crate) choice: Option<Choice>,
    pub(crate) assigned_at: DateTime<Utc>,
    pub(crate) contacted: Option<Contacted>,
}

impl State {
    /// Applies an event. Judges nothing.
    pub(crate) fn evolve(&mut self, event: &Event) {
        match event {
            Event::Assigned(assigned) => {
                for client in &assigned.clients {
                    let standing = Client {
                        placed_by_hand: client.placed_by_hand,
                        reason: client.reason,
                        choice: client.choice,
                        assigned_at: client.assigned_at,
                        contacted: None,
                    };
                    self.clients.insert(client.id, Arc::new(standing));
                }
            }
            Event::Released(released) => {
                for client in &released.clients {
                    self.clients.remove(&client.id);
                }
            }
            Event::Contacted(contacted) => {
                if let Some(client) = self.clients.get_mut(&contacted.client_id) {
                    Arc::make_mut(client).contacted = Some(contacted.clone());
                }
            }
        }
    }

    /// How many clients wait for being contacted.
    pub(crate) fn pending(&self) -> usize {
        self.clients
            .values()
            .filter(|client| client.contacted.is_none())
            .count()
    }
}

impl Contacted {
    /// Whether it still counts: a newer purchase or cycle begins anew.
    pub(crate) fn counts(&self, cycle: i64, bought_at: Option<DateTime<Utc>>) -> bool {
        self.cycle == cycle && bought_at.is_none_or(|bought| self.purchase_at.is_some_and(|known| bought <= known))
    }
}

/// The row in which a contact is kept.
pub(crate) type RecordId = Uuid;
