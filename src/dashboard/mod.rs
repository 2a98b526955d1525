//! The dashboard: what all boards and companies of a tenant come to, counted when asked.
//!
//! Nothing is kept beside the rows themselves, so nothing can disagree with them; each answer is a few set-based queries on one
//! snapshot. Days are those of the tenant's time zone; see [`period`].

mod kpi;
mod period;
pub(crate) mod routes;
mod store;
mod view;
