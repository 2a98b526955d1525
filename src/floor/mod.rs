//! The sellers' floor: clients are dealt to whoever is online.
//!
//! - [`deal`] decides who gets whom: a pure function, and all rules of it. [`calendar`] counts days, [`settings`] says how.
//! - [`run`] is one transaction over all sellers of a tenant: it takes the floor's lock and those of the sellers' topics, reads who has
//!   whom, deals, and writes rows, ledger and events.
//! - [`actor`]: each tenant's floor is one actor, which runs one thing after another, and by itself when sellers come and go.
//! - [`routes`] is the API, [`documents`] the same in the words of the Portuguese document that it comes from.

mod actor;
pub(crate) mod bench;
pub(crate) mod calendar;
pub(crate) mod deal;
pub(crate) mod documents;
mod history;
pub(crate) mod routes;
mod run;
pub(crate) mod settings;
mod store;
mod tick;
pub(crate) mod view;

pub(crate) use actor::Floors;
pub(crate) use run::Order;
pub(crate) use store::{floor_lock, is_assigned};
pub(crate) use tick::DealDaily;
