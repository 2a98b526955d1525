//! Where time and fresh identifiers come from; nothing else asks the machine for either, so that pure rules stay pure.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The present moment, to the microsecond that PostgreSQL keeps.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// A fresh identifier: a UUIDv7, so that ids made later sort later and lie together in an index.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}
