//! Our own widget on anybody's page: a visitor is known by a token that their browser keeps, and talks in their own conversation only.
//!
//! [`visitor`] is who asks, [`routes`] what the widget asks beside its socket `/ws/webchat`, which speaks the same frames as all others.

pub(crate) mod routes;
mod view;
mod visitor;

pub(crate) use visitor::{Visitor, authenticate, may_come_from};
