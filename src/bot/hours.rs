//! The times at which people are there: for each day of the week from when until when, in the company's time zone.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The setting that holds them.
pub(super) const BUSINESS_HOURS: &str = "business_hours";

/// Weekly hours. Without any, people are always there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Hours(BTreeMap<Day, Vec<Span>>);

/// A day of the week, by its English letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// From when until when; until midnight where the end is `00:00`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "(String, String)", into = "(String, String)")]
struct Span {
    from: NaiveTime,
    until: NaiveTime,
}

/// Whether people are there: for the company, and for those of its queues that have hours of their own.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) company: bool,
    pub(super) queues: BTreeMap<Uuid, bool>,
}

impl Open {
    /// The same everywhere.
    pub(super) fn everywhere(open: bool) -> Self {
        Self {
            company: open,
            queues: BTreeMap::new(),
        }
    }

    /// Whether people are there for a queue, or for whoever waits in none.
    pub(super) fn at(&self, queue: Option<Uuid>) -> bool {
        queue
            .and_then(|queue| self.queues.get(&queue))
            .copied()
            .unwrap_or(self.company)
    }
}

impl Default for Open {
    fn default() -> Self {
        Self::everywhere(true)
    }
}

/// Whether these are hours.
///
/// # Errors
/// What is wrong, in words.
pub(crate) fn check(value: &Value) -> Result<(), String> {
    Hours::read(value).map(drop)
}

impl Hours {
    /// # Errors
    /// What is wrong, in words.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())
    }

    pub(super) fn is_open(&self, at: DateTime<Utc>, zone: Tz) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let local = at.with_timezone(&zone);
        let day = match local.weekday() {
            Weekday::Mon => Day::Mon,
            Weekday::Tue => Day::Tue,
            Weekday::Wed => Day::Wed,
            Weekday::Thu => Day::Thu,
            Weekday::Fri => Day::Fri,
            Weekday::Sat => Day::Sat,
            Weekday::Sun => Day::Sun,
        };
        let spans = self.0.get(&day).map_or(&[][..], Vec::as_slice);
        spans.iter().any(|span| span.holds(local.time()))
    }
}

impl Span {
    fn holds(&self, time: NaiveTime) -> bool {
        self.from <= time && (time < self.until || self.until == NaiveTime::MIN)
    }
}

impl TryFrom<(String, String)> for Span {
    type Error = String;

    fn try_from((from, until): (String, String)) -> Result<Self, String> {
        let time = |text: &str| {
            let time = NaiveTime::parse_from_str(text, "%H:%M");
            time.map_err(|_| format!("{text} is no time like 08:00"))
        };
        let span = Self {
            from: time(&from)?,
            until: time(&until)?,
        };
        if span.until <= span.from && span.until != NaiveTime::MIN {
            return Err(format!("{until} is not after {from}"));
        }
        Ok(span)
    }
}

impl From<Span> for (String, String) {
    fn from(span: Span) -> Self {
        let text = |time: NaiveTime| time.format("%H:%M").to_string();
        (text(span.from), text(span.until))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_there_at_the_hours_of_their_own_clock() {
        let hours = Hours::read(&json!({ "fri": [["08:00", "12:00"], ["13:30", "00:00"]], "sat": [] })).unwrap();
        let zone = chrono_tz::America::Sao_Paulo;
        for (at, open) in [
            ("2026-11-20T10:59:00Z", false), // Friday 07:59
            ("2026-11-20T11:00:00Z", true),
            ("2026-11-20T15:00:00Z", false), // 12:00
            ("2026-11-21T02:59:00Z", true),  // Friday 23:59 there, Saturday here
            ("2026-11-21T03:00:00Z", false),
        ] {
            assert_eq!(hours.is_open(at.parse().unwrap(), zone), open, "{at}");
        }
        assert!(Hours::default().is_open(DateTime::UNIX_EPOCH, zone));
        for wrong in [
            json!({ "fri": [["18:00", "08:00"]] }),
            json!({ "fri": [["8h", "18h"]] }),
            json!({ "sexta": [] }),
            json!(7),
        ] {
            assert!(Hours::read(&wrong).is_err(), "{wrong}");
        }
        assert_eq!(Hours::read(&serde_json::to_value(&hours).unwrap()), Ok(hours));
    }
}
