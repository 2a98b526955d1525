//! Days as the tenant's clock counts them, and the stretches of days that clients are sorted by. Pure.

use std::ops::Range;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;

use super::settings::Settings;
use crate::clock::midnight;

/// A moment, as a tenant's calendar has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar {
    zone: Tz,
    today: NaiveDate,
}

impl Calendar {
    pub(crate) fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self {
            zone,
            today: now.with_timezone(&zone).date_naive(),
        }
    }

    /// How many midnights have passed since then.
    pub(crate) fn days_since(&self, at: DateTime<Utc>) -> i64 {
        (self.today - at.with_timezone(&self.zone).date_naive()).num_days()
    }

    /// When the day begins that is so many days ago.
    pub(crate) fn start_of_day(&self, days_ago: u32) -> DateTime<Utc> {
        let day = self.today.checked_sub_days(Days::new(days_ago.into()));
        midnight(day.unwrap_or(NaiveDate::MIN), self.zone)
    }

    pub(crate) fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.today
    }

    /// Clients who last bought in here are eligible, if they were not contacted since.
    pub(crate) fn window(&self, settings: &Settings) -> Range<DateTime<Utc>> {
        let last = match settings.from_days {
            0 => self.start_of_day(0) + chrono::TimeDelta::days(2),
            days => self.start_of_day(days - 1),
        };
        self.start_of_day(settings.to_days)..last
    }

    /// When those of a period last bought.
    pub(crate) fn bought_in(&self, period: &Period) -> Range<DateTime<Utc>> {
        let last = match period.from {
            0 => self.start_of_day(0) + chrono::TimeDelta::days(2),
            days => self.start_of_day(days - 1),
        };
        let first = period.last.map_or(DateTime::UNIX_EPOCH, |last| self.start_of_day(last));
        first..last
    }
}

/// A stretch of days since the last purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// `30-45`, `90+`.
    pub(crate) key: String,
    pub(crate) from: u32,
    /// The last day that belongs to it; none: it goes on for ever.
    pub(crate) last: Option<u32>,
}

/// The periods between these days: each begins with one and ends before the next; the day that ends the last of them still belongs
/// to it, and what is beyond is one more.
pub(crate) fn periods(bounds: &[u32]) -> Vec<Period> {
    let mut periods: Vec<Period> = bounds
        .windows(2)
        .filter_map(|pair| match pair {
            [from, to] => Some(Period {
                key: format!("{from}-{to}"),
                from: *from,
                last: Some(to - 1),
            }),
            _ => None,
        })
        .collect();
    if let (Some(period), Some(end)) = (periods.last_mut(), bounds.last()) {
        period.last = Some(*end);
    }
    if let Some(end) = bounds.last() {
        periods.push(Period {
            key: format!("{end}+"),
            from: end + 1,
            last: None,
        });
    }
    periods
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_when_the_tenants_clock_says_so() {
        // Eleven in the evening in São Paulo, two in the morning of the next day in Greenwich.
        let evening = Calendar::new(at("2026-11-22T02:00:00Z"), Tz::America__Sao_Paulo);
        assert_eq!(evening.today().to_string(), "2026-11-21");
        assert_eq!(evening.days_since(at("2026-10-22T12:00:00Z")), 30);
        assert_eq!(
            Calendar::new(at("2026-11-22T02:00:00Z"), Tz::UTC).days_since(at("2026-10-22T12:00:00Z")),
            31
        );
        assert_eq!(evening.days_since(at("2026-11-22T03:30:00Z")), -1);
    }

    #[test]
    fn the_periods_of_the_floor() {
        let of = |day: u32| {
            let mut found = periods(&[30, 45, 60, 90]).into_iter();
            found
                .find(|period| period.from <= day && period.last.is_none_or(|last| day <= last))
                .map(|period| period.key)
        };
        for (day, key) in [
            (29, None),
            (30, Some("30-45")),
            (44, Some("30-45")),
            (45, Some("45-60")),
            (59, Some("45-60")),
            (60, Some("60-90")),
            (90, Some("60-90")),
            (91, Some("90+")),
            (4_000, Some("90+")),
        ] {
            assert_eq!(of(day).as_deref(), key, "day {day}");
        }
    }

    proptest! {
        #[test]
        fn who_lies_in_the_window_is_who_bought_so_many_days_ago(
            now in 1_500_000_000_i64..2_000_000_000,
            ago in 0_i64..8_000_000,
            from in 0_u32..40,
            length in 0_u32..40,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
        ) {
            let settings = Settings { from_days: from, to_days: from + length, ..Settings::default() };
            let now = DateTime::from_timestamp(now, 0).unwrap();
            let bought = now - chrono::TimeDelta::seconds(ago);
            let calendar = Calendar::new(now, chrono_tz::TZ_VARIANTS[zone]);
            let days = calendar.days_since(bought);
            let is_inside = (i64::from(from)..=i64::from(from + length)).contains(&days);
            prop_assert_eq!(calendar.window(&settings).contains(&bought), is_inside, "{} days", days);
        }
    }
}
