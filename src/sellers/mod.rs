//! Sellers, and the clients they have in hand: each is one live entity, `seller:<user id>`.
//!
//! A seller decides alone what they do with a client: that they contacted them. Who has which client is decided by the [floor](crate::floor)
//! over all sellers at once; a seller's actor learns of that as it learns of another server's commits.
//!
//! What is known of a client is the contact's, not the seller's: the state names clients and says how they stand with the seller.

mod decide;
mod entity;
pub(crate) mod event;
mod hint;
mod state;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod view;

pub(crate) use decide::CONTACTED;
pub(crate) use entity::Seller;
pub(crate) use state::Outcome;
