//! Customers' conversations, whatever the channel: a conversation with its newest messages is one live entity, `conversation:<id>`.
//!
//! [`state`], [`event`], [`command`], [`decide`] and [`bot`] are the pure rules; [`entity`] hands them to the engine, [`later`] and
//! [`customer`] are what they leave for later, [`store`] is all the SQL.
//!
//! A conversation is the bot's, a queue's, an attendant's or over: exactly one of them. Each change of hands raises its epoch, and what
//! the bot asked outside in an earlier one is no longer said. A message has a place (`number`) and tells how many of the customer's
//! there are up to it (`tally`), so that nobody counts: what is unread is a difference.

mod bodies;
mod bot;
mod call;
mod command;
mod customer;
mod decide;
mod entity;
mod event;
mod later;
mod notify;
pub(crate) mod routes;
pub(crate) mod seed;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod view;
mod visitors;

pub(crate) use call::BotCall;
pub(crate) use customer::{LearnContact, TellConversations, contacts_changed};
pub(crate) use entity::Conversation;
pub(crate) use later::WakeUp;
pub(crate) use state::Delivery;
pub(crate) use store::{
    Identity, Viewer, change_contact, has_any, identity_of, in_hand, latest_of, shows_attachment, welcome,
};
pub(crate) use view::{Messages, VisitorConversation};
pub(crate) use visitors::{history, leave_message, snapshot};
