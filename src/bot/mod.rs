//! The bot: what it says to a customer before, and instead of, a person.
//!
//! A flow is drawn by people who write no code. [`flow`] is what it is made of, [`check`] is what stands in the way of publishing it,
//! [`machine`] is what it does with a customer: one pure function that runs conversations and simulations alike. [`answer`] are
//! the kinds of answers that questions ask for, [`text`] puts what is known into what is said, [`hours`] are the times at which people
//! are there.
//!
//! A flow that is published is a version: a conversation finishes on the one it began with.

mod answer;
mod check;
pub(crate) mod flow;
mod hours;
pub(crate) mod machine;
pub(crate) mod routes;
mod simulate;
mod store;
mod text;
mod view;

pub(crate) use hours::check as check_hours;
pub(crate) use store::{ensure_default, open_now, published, versions};

#[cfg(test)]
mod tests;
