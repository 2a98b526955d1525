//! Amounts to the cent.

use std::iter::Sum;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// An amount of money, exact to the cent; in JSON a text like `"1234.50"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money(Decimal);

/// The column is NUMERIC(15,2).
const MAX: Money = Money(Decimal::from_parts(0xA4C6_7FFF, 0x0003_8D7E, 0, false, 2));

impl Money {
    pub(crate) const ZERO: Money = Money(Decimal::from_parts(0, 0, 0, false, 2));

    /// An amount that the database holds.
    pub(crate) fn stored(amount: Decimal) -> Self {
        let mut amount = amount;
        amount.rescale(2);
        Self(amount)
    }

    pub(crate) fn decimal(self) -> Decimal {
        self.0
    }

    /// Reads a decimal text, or a JSON number, of at most two decimals.
    ///
    /// # Errors
    /// A sentence that says what an amount looks like.
    pub(crate) fn parse(value: &Value) -> Result<Self, &'static str> {
        const FORM: &str = "must be an amount like \"1234.50\", with at most two decimals";
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            // A float prints as the shortest text that means it: up to 15 digits, as many as an amount has, that is what was sent.
            Value::Number(number) => number.as_f64().ok_or(FORM)?.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return Err(FORM),
        };
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
        {
            return Err(FORM);
        }
        let amount = Decimal::from_str_exact(&text).map_err(|_| FORM)?.normalize();
        if amount.scale() > 2 {
            return Err(FORM);
        }
        let amount = Self::stored(amount);
        if amount < Self::ZERO {
            Err("must not be negative")
        } else if amount > MAX {
            Err("must be at most 9999999999999.99")
        } else {
            Ok(amount)
        }
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <Decimal as Deserialize>::deserialize(deserializer).map(Money::stored)
    }
}

impl<'a> Sum<&'a Money> for Money {
    fn sum<I: Iterator<Item = &'a Money>>(amounts: I) -> Self {
        // 10,000 leads of the greatest amount are far below what a Decimal holds.
        Money(amounts.fold(Money::ZERO.0, |sum, amount| sum + amount.0))
    }
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A decimal text, exact to the cent."))
            .pattern(Some(r"^\d+\.\d{2}$"))
            .examples(["1234.50"])
            .into()
    }
}

impl ToSchema for Money {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(value: Value) -> Result<String, &'static str> {
        Money::parse(&value).map(|amount| serde_json::to_value(amount).unwrap().as_str().unwrap().to_owned())
    }

    #[test]
    fn amounts_are_read_exactly_from_texts_and_numbers() {
        for (given, read) in [
            (json!("1234.50"), "1234.50"),
            (json!("0"), "0.00"),
            (json!(" 7.1 "), "7.10"),
            (json!("1.500"), "1.50"),
            (json!(0.1), "0.10"),
            (json!(1234.5), "1234.50"),
            (json!(4_294_967_296_u64), "4294967296.00"),
            (json!(1_234_567_890_123.45), "1234567890123.45"),
            (json!("9999999999999.99"), "9999999999999.99"),
        ] {
            assert_eq!(parsed(given.clone()), Ok(read.to_owned()), "{given}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for given in [
            json!("1.234"),
            json!(0.001),
            json!("1,50"),
            json!(""),
            json!("R$ 1"),
            json!("NaN"),
            json!("1e3"),
            json!("1_000"),
            json!(-0.01),
            json!("-1"),
            json!("10000000000000.00"),
            json!(1e300),
            json!(true),
            json!([1]),
        ] {
            assert!(parsed(given.clone()).is_err(), "{given}");
        }
    }
}
