//! The time that a figure is about: whole days, as the tenant's calendar has them.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clock::midnight;
use crate::db::text_enum::text_enum;
use crate::error::{FieldError, Refusal};
use crate::http::query::filter;

/// The longest period that is counted, in days.
const LONGEST: i64 = 1_830;

text_enum! {
    /// Days up to today, and including it.
    Span {
        Week = "7d",
        Month = "30d",
        Quarter = "90d",
        Year = "year",
    }
}

text_enum! {
    /// What one point of a curve stands for.
    Granularity {
        Day = "day",
        Week = "week",
        Month = "month",
    }
}

/// Which period is asked for: `from` and `to`, or `period`.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The first day.
    #[serde(default, deserialize_with = "filter")]
    from: Option<NaiveDate>,
    /// The last day; today, unless given.
    #[serde(default, deserialize_with = "filter")]
    to: Option<NaiveDate>,
    /// Days up to today; `from` and `to` go first.
    #[serde(default, deserialize_with = "filter")]
    #[param(inline)]
    period: Option<Span>,
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    zone: Tz,
}

/// A period as clients see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct DateRange {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

impl PeriodQuery {
    /// The period that is asked for; nothing, where none is.
    ///
    /// # Errors
    /// `invalid`, when it ends before it begins or is too long.
    pub(super) fn given(&self, today: NaiveDate, zone: Tz) -> Result<Option<Period>, Refusal> {
        match (self.from, self.to, self.period) {
            (None, None, None) => Ok(None),
            (None, None, Some(span)) => Ok(Some(Period::up_to(today, span, zone))),
            (from, to, _) => {
                let to = to.unwrap_or(today);
                let from = from.unwrap_or_else(|| Period::up_to(to, Span::Month, zone).from);
                check(from, to)?;
                Ok(Some(Period { from, to, zone }))
            }
        }
    }

    /// The period that is asked for, or the last 30 days.
    ///
    /// # Errors
    /// As [`PeriodQuery::given`].
    pub(super) fn or_month(&self, today: NaiveDate, zone: Tz) -> Result<Period, Refusal> {
        let given = self.given(today, zone)?;
        Ok(given.unwrap_or_else(|| Period::up_to(today, Span::Month, zone)))
    }
}

fn check(from: NaiveDate, to: NaiveDate) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    for (field, date) in [("from", from), ("to", to)] {
        if !(1900..=2999).contains(&date.year()) {
            wrong.push(FieldError::new(field, "out_of_range", "must be a date of our time"));
        }
    }
    if from > to {
        wrong.push(FieldError::new("from", "out_of_range", "must not come after `to`"));
    } else if (to - from).num_days() >= LONGEST {
        wrong.push(FieldError::new(
            "from",
            "out_of_range",
            format!("at most {LONGEST} days before `to`"),
        ));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(wrong))
    }
}

impl Period {
    fn up_to(today: NaiveDate, span: Span, zone: Tz) -> Self {
        let from = match span {
            Span::Week => earlier(today, 6),
            Span::Month => earlier(today, 29),
            Span::Quarter => earlier(today, 89),
            Span::Year => today
                .checked_sub_months(Months::new(12))
                .and_then(|day| day.succ_opt())
                .unwrap_or(today),
        };
        Self { from, to: today, zone }
    }

    pub(super) fn view(&self) -> DateRange {
        DateRange {
            from: self.from,
            to: self.to,
        }
    }

    /// The moment with which it begins.
    pub(super) fn start(&self) -> DateTime<Utc> {
        midnight(self.from, self.zone)
    }

    /// The moment with which the next one begins.
    pub(super) fn end(&self) -> DateTime<Utc> {
        midnight(self.to.succ_opt().unwrap_or(self.to), self.zone)
    }

    /// As many days right before it.
    pub(super) fn previous(&self) -> Self {
        let days = u64::try_from((self.to - self.from).num_days()).unwrap_or_default() + 1;
        Self {
            from: earlier(self.from, days),
            to: earlier(self.to, days),
            zone: self.zone,
        }
    }

    pub(super) fn granularity(&self) -> Granularity {
        match (self.to - self.from).num_days() {
            ..=31 => Granularity::Day,
            32..=186 => Granularity::Week,
            _ => Granularity::Month,
        }
    }

    /// The first days of the parts of a curve: weeks begin on Monday, months on the 1st, and the first part with the period.
    pub(super) fn parts(&self) -> Vec<NaiveDate> {
        let granularity = self.granularity();
        let next = |day: NaiveDate| match granularity {
            Granularity::Day => day.succ_opt(),
            Granularity::Week => day.checked_add_days(Days::new(7 - u64::from(day.weekday().num_days_from_monday()))),
            Granularity::Month => day.with_day(1).and_then(|day| day.checked_add_months(Months::new(1))),
        };
        std::iter::successors(Some(self.from), |day| next(*day))
            .take_while(|day| *day <= self.to)
            .collect()
    }

    /// The moments with which days begin.
    pub(super) fn starts(&self, days: &[NaiveDate]) -> Vec<DateTime<Utc>> {
        days.iter().map(|day| midnight(*day, self.zone)).collect()
    }
}

fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAO_PAULO: Tz = Tz::America__Sao_Paulo;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(from: Option<&str>, to: Option<&str>, period: Option<Span>) -> PeriodQuery {
        PeriodQuery {
            from: from.map(day),
            to: to.map(day),
            period,
        }
    }

    #[test]
    fn a_span_ends_today_and_has_as_many_days_as_it_says() {
        let today = day("2026-11-22");
        for (span, from) in [
            (Span::Week, "2026-11-16"),
            (Span::Month, "2026-10-24"),
            (Span::Quarter, "2026-08-25"),
            (Span::Year, "2025-11-23"),
        ] {
            let period = asked(None, None, Some(span)).or_month(today, SAO_PAULO).unwrap();
            assert_eq!((period.from, period.to), (day(from), today), "{span}");
        }
        assert_eq!(asked(None, None, None).given(today, SAO_PAULO), Ok(None));
        let from = asked(Some("2026-11-20"), None, Some(Span::Year))
            .or_month(today, SAO_PAULO)
            .unwrap();
        assert_eq!((from.from, from.to), (day("2026-11-20"), today));
    }

    #[test]
    fn a_day_begins_when_the_tenants_clock_says_so() {
        let period = asked(Some("2026-11-20"), Some("2026-11-20"), None)
            .or_month(day("2026-11-22"), SAO_PAULO)
            .unwrap();
        assert_eq!(period.start().to_rfc3339(), "2026-11-20T03:00:00+00:00");
        assert_eq!(period.end().to_rfc3339(), "2026-11-21T03:00:00+00:00");
        // Summer time began at midnight then: 00:00 never was.
        assert_eq!(
            midnight(day("2018-11-04"), SAO_PAULO).to_rfc3339(),
            "2018-11-04T03:00:00+00:00"
        );
    }

    #[test]
    fn what_is_no_period_is_refused() {
        let today = day("2026-11-22");
        for (from, to) in [
            ("2026-11-23", "2026-11-22"),
            ("2020-01-01", "2026-01-01"),
            ("0001-01-01", "0001-01-02"),
        ] {
            assert!(
                asked(Some(from), Some(to), None).given(today, SAO_PAULO).is_err(),
                "{from}"
            );
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let parts = |from: &str, to: &str| {
            let period = asked(Some(from), Some(to), None).or_month(day(to), SAO_PAULO).unwrap();
            let parts: Vec<_> = period.parts().iter().take(3).map(NaiveDate::to_string).collect();
            (period.granularity(), parts.join(" "))
        };
        assert_eq!(
            parts("2026-11-20", "2026-11-22"),
            (Granularity::Day, "2026-11-20 2026-11-21 2026-11-22".to_owned())
        );
        assert_eq!(
            parts("2026-09-03", "2026-11-22"),
            (Granularity::Week, "2026-09-03 2026-09-07 2026-09-14".to_owned())
        );
        assert_eq!(
            parts("2025-12-15", "2026-11-22"),
            (Granularity::Month, "2025-12-15 2026-01-01 2026-02-01".to_owned())
        );
    }

    proptest! {
        #[test]
        fn parts_cover_the_period_and_periods_each_other(start in 0_u64..20_000, length in 0_u64..1_800, zone in 0..chrono_tz::TZ_VARIANTS.len()) {
            let zone = chrono_tz::TZ_VARIANTS[zone];
            let from = day("1990-01-01") + Days::new(start);
            let period = Period { from, to: from + Days::new(length), zone };
            let parts = period.parts();
            prop_assert_eq!(parts.first(), Some(&from));
            prop_assert!(parts.windows(2).all(|pair| pair[0] < pair[1]) && parts.last() <= Some(&period.to));
            prop_assert!(parts.len() <= 64);
            prop_assert!(period.start() < period.end());
            prop_assert!(period.starts(&parts).windows(2).all(|pair| pair[0] < pair[1]));
            let previous = period.previous();
            prop_assert_eq!(previous.end(), period.start());
            prop_assert_eq!(previous.to - previous.from, period.to - period.from);
        }
    }
}
