//! The dashboard: what all boards and companies of a tenant come to, counted when asked.
//!
//! Nothing is kept beside the rows themselves, so nothing can disagree with them; each answer is a few set-based queries on one
//! snapshot. Days are those of the tenant's time zone; see [`period`].

mod kpi;
mod period;
pub(crate) mod routes;
mod store;
mod view;

use serde_json::json;
use uuid::Uuid;

use crate::live::{Feed, FeedHint, Recipients};

/// Asks those who look at the dashboard to look again: something that it counts is other now.
pub(crate) fn changed() -> FeedHint {
    FeedHint::new(Feed::Dashboard, Recipients::Everyone, "stats.changed", &json!({})).sparingly(Uuid::nil())
}
