//! Figures that are worth comparing, and how they compare.

use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::money::Money;

/// A figure, beside that of the period before.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Kpi<T> {
    pub(super) value: T,
    pub(super) previous: T,
    /// How much more or less that is, in percent of the previous figure; null where there is none to compare with.
    #[schema(required)]
    pub(super) change_percent: Option<f64>,
}

/// What can be compared.
pub(super) trait Figure: Copy {
    /// Nothing, where there is no such figure.
    fn number(self) -> Option<f64>;
}

impl Figure for i64 {
    fn number(self) -> Option<f64> {
        self.to_f64()
    }
}

impl Figure for Money {
    fn number(self) -> Option<f64> {
        self.decimal().to_f64()
    }
}

impl<T: Figure> Figure for Option<T> {
    fn number(self) -> Option<f64> {
        self.and_then(Figure::number)
    }
}

impl Figure for f64 {
    fn number(self) -> Option<f64> {
        Some(self)
    }
}

impl<T: Figure> Kpi<T> {
    pub(super) fn new(value: T, previous: T) -> Self {
        let change = match (value.number(), previous.number()) {
            (Some(value), Some(previous)) if previous != 0.0 => Some(tenth((value - previous) / previous * 100.0)),
            _ => None,
        };
        Self {
            value,
            previous,
            change_percent: change,
        }
    }
}

/// What part of the whole, in percent; nothing of nothing.
pub(super) fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| tenth(part as f64 / whole as f64 * 100.0))
}

/// To one decimal.
pub(super) fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_compared_with_one_that_is_there() {
        assert_eq!(Kpi::new(15_i64, 10).change_percent, Some(50.0));
        assert_eq!(Kpi::new(0_i64, 3).change_percent, Some(-100.0));
        assert_eq!(Kpi::new(3_i64, 0).change_percent, None);
        assert_eq!(Kpi::new(Some(2.0), None).change_percent, None);
        assert_eq!(Kpi::new(Money::ZERO, Money::ZERO).change_percent, None);
        assert_eq!((percent(1, 3), percent(0, 0)), (Some(33.3), None));
    }
}
