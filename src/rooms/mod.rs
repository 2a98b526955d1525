//! Team chat: rooms of two, of several, and one of everybody. A room with its people and its newest messages is one live entity,
//! `room:<id>`.
//!
//! [`state`], [`event`], [`command`], [`decide`] and [`mentions`] are the pure rules; [`entity`] hands them to the engine, [`store`]
//! is all the SQL.
//!
//! A message has a place in its room (`number`) and tells how many messages that count as unread there are up to it (`tally`), so
//! that nobody ever counts: what is unread is a difference. Everybody of a company is in its general room; [`people_changed`] sees
//! to that.

mod bodies;
mod command;
mod decide;
mod entity;
mod event;
mod mentions;
mod notify;
mod renamed;
pub(crate) mod routes;
pub(crate) mod seed;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use entity::Room;
pub(crate) use renamed::{TellRooms, person_renamed};
pub(crate) use routes::people_changed;
pub(crate) use store::{create_general, shows_attachment};
