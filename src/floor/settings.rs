//! How a tenant deals its clients.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::db::text_enum::text_enum;
use crate::error::Refusal;
use crate::fields::Fields;

text_enum! {
    /// By what clients are dealt.
    DealMethod {
        /// Everybody as many.
        RoundRobin = "round_robin",
        /// In proportion to the sellers' weights.
        Weighted = "weighted",
        /// To the sellers of the client's region, where there are any.
        Region = "region",
        /// To the sellers who share a tag with the client, where there are any.
        Tag = "tag",
    }
}

/// A tenant's settings of the floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = FloorSettings)]
pub(crate) struct Settings {
    /// Clients are eligible from so many days after their last purchase,
    pub(crate) from_days: u32,
    /// to so many, both included.
    pub(crate) to_days: u32,
    /// Between which days clients are sorted into periods.
    pub(crate) periods: Vec<u32>,
    pub(crate) method: DealMethod,
    /// How many a seller who says nothing else has at most.
    #[schema(required)]
    pub(crate) capacity: Option<u32>,
    /// Whether a client goes to who had it before, while that one is there.
    pub(crate) keep_last_seller: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            from_days: 30,
            to_days: 60,
            periods: vec![30, 45, 60, 90],
            method: DealMethod::RoundRobin,
            capacity: None,
            keep_last_seller: false,
        }
    }
}

/// No client comes back after longer.
const MAX_DAYS: i32 = 3_650;
const MAX_CAPACITY: i32 = 100_000;

impl Settings {
    /// These settings with what is given changed.
    ///
    /// # Errors
    /// `invalid`, with every field that is.
    pub(crate) fn changed(&self, body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let mut after = self.clone();
        let days = |fields: &mut Fields, name: &str, before: u32| {
            let given = fields.whole(name, 0..=MAX_DAYS);
            let given = fields.lasting(name, given);
            given.and_then(|days| u32::try_from(days).ok()).unwrap_or(before)
        };
        after.from_days = days(&mut fields, "from_days", self.from_days);
        after.to_days = days(&mut fields, "to_days", self.to_days);
        if after.to_days < after.from_days {
            fields.wrong("to_days", "out_of_range", "must not be less than from_days");
        }
        if let Some(periods) = fields.numbers("periods", 0..=MAX_DAYS).flatten() {
            let periods: Vec<u32> = periods.into_iter().filter_map(|day| u32::try_from(day).ok()).collect();
            if periods.len() < 2 || periods.len() > 20 || !periods.is_sorted_by(|one, other| one < other) {
                fields.wrong("periods", "invalid", "must be 2 to 20 days that rise");
            }
            after.periods = periods;
        }
        let method = fields.choice("method");
        if let Some(method) = fields.lasting("method", method) {
            after.method = method;
        }
        if let Some(capacity) = fields.whole("capacity", 1..=MAX_CAPACITY) {
            after.capacity = capacity.and_then(|capacity| u32::try_from(capacity).ok());
        }
        let keep = fields.flag("keep_last_seller");
        if let Some(keep) = fields.lasting("keep_last_seller", keep) {
            after.keep_last_seller = keep;
        }
        fields.finish(Some(after))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_change_by_what_is_given_and_stay_sensible() {
        let usual = Settings::default();
        let change = |body: Value| usual.changed(body.as_object().unwrap().clone());
        assert_eq!(change(json!({})).unwrap(), usual);
        let other =
            change(json!({ "from_days": 20, "periods": [20, 60], "method": "region", "capacity": 40 })).unwrap();
        assert_eq!((other.from_days, other.to_days, other.capacity), (20, 60, Some(40)));
        assert_eq!(
            other
                .changed(Map::from_iter([("capacity".to_owned(), Value::Null)]))
                .unwrap()
                .capacity,
            None
        );
        for wrong in [
            json!({ "from_days": 61 }),
            json!({ "to_days": -1 }),
            json!({ "periods": [30] }),
            json!({ "periods": [45, 30] }),
            json!({ "method": "luck" }),
            json!({ "capacity": 0 }),
        ] {
            assert!(change(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
