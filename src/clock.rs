//! Where time and fresh identifiers come from; nothing else asks the machine for either, so that pure rules stay pure.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
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

/// The first moment of a day. Where the clocks go forward at midnight, the day begins later.
pub(crate) fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let naive = day.and_time(NaiveTime::MIN);
    let found = (0..=3).find_map(
        |hours| match zone.from_local_datetime(&(naive + TimeDelta::hours(hours))) {
            LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => Some(moment.to_utc()),
            LocalResult::None => None,
        },
    );
    found.unwrap_or_else(|| naive.and_utc())
}
