//! How long things took.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// Longer than any run.
const LONGEST_MICROS: u64 = 3_600_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

/// Durations, counted.
pub(crate) struct Latency(Histogram<u64>);

/// What is told of them, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) count: u64,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

impl Summary {
    pub(crate) const NOTHING: Self = Self {
        count: 0,
        p50_ms: 0.0,
        p95_ms: 0.0,
        p99_ms: 0.0,
        max_ms: 0.0,
    };
}

impl Latency {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, LONGEST_MICROS, SIGNIFICANT_DIGITS)?))
    }

    pub(crate) fn record(&mut self, took: Duration) {
        self.0
            .saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn summary(&self) -> Summary {
        let at = |quantile| millis(Duration::from_micros(self.0.value_at_quantile(quantile)));
        Summary {
            count: self.0.len(),
            p50_ms: at(0.50),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            max_ms: millis(Duration::from_micros(self.0.max())),
        }
    }
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_the_slow_ones_apart() {
        let mut latency = Latency::new().unwrap();
        for millis in 1..=100 {
            latency.record(Duration::from_millis(millis));
        }
        let summary = latency.summary();
        assert_eq!(summary.count, 100);
        for (told, expected) in [
            (summary.p50_ms, 50.0),
            (summary.p95_ms, 95.0),
            (summary.p99_ms, 99.0),
            (summary.max_ms, 100.0),
        ] {
            assert!((told - expected).abs() < expected / 500.0, "{told} is not {expected}");
        }
    }

    #[test]
    fn what_takes_no_time_or_too_long_is_counted_too() {
        let mut latency = Latency::new().unwrap();
        latency.record(Duration::ZERO);
        latency.record(Duration::MAX);
        assert_eq!(latency.summary().count, 2);
    }
}
