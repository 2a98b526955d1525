//! What clients see of orders, and send about them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::db::{ContactId, OrderId, ProductId, UserId};
use crate::error::Refusal;
use crate::fields::money::Money;
use crate::fields::{Fields, Given};
use crate::http::query::filter;

/// What an order says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderDetails)]
pub(crate) struct Details {
    pub(super) contact_id: ContactId,
    #[schema(required)]
    pub(super) product_id: Option<ProductId>,
    /// What it is called where it comes from; each once.
    #[schema(required)]
    pub(super) number: Option<String>,
    pub(super) value: Money,
    pub(super) ordered_at: DateTime<Utc>,
}

/// An order.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Order {
    pub(super) id: OrderId,
    #[serde(flatten)]
    pub(super) details: Details,
    #[schema(required)]
    pub(super) created_by: Option<UserId>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

impl Details {
    /// An order to be made; the present is when nothing later can have been ordered.
    ///
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let contact_id = fields.id("contact_id");
        let contact_id = fields.required("contact_id", contact_id).map(ContactId);
        let value = fields.money("value");
        let value = fields.required("value", value);
        let ordered_at = fields.moment("ordered_at");
        let ordered_at = past(&mut fields, ordered_at, now).map(|at| at.unwrap_or(now));
        let product_id = fields.id("product_id").flatten().map(ProductId);
        let number = fields.line("number", 100).flatten();
        let details = match (contact_id, value) {
            (Some(contact_id), Some(value)) => Some(Self {
                contact_id,
                product_id,
                number,
                value,
                ordered_at: ordered_at.unwrap_or(now),
            }),
            _ => None,
        };
        fields.finish(details)
    }
}

fn past(fields: &mut Fields, at: Given<DateTime<Utc>>, now: DateTime<Utc>) -> Given<DateTime<Utc>> {
    // Clocks and days differ.
    if at.flatten().is_some_and(|at| at > now + TimeDelta::days(1)) {
        fields.wrong("ordered_at", "out_of_range", "must not lie in the future");
    }
    at
}

/// An order's fields as given: absent stays, null clears.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    product_id: Given<ProductId>,
    number: Given<String>,
    value: Option<Money>,
    ordered_at: Option<DateTime<Utc>>,
}

impl Change {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let value = fields.money("value");
        let ordered_at = fields.moment("ordered_at");
        let ordered_at = past(&mut fields, ordered_at, now);
        let change = Self {
            product_id: fields.id("product_id").map(|id| id.map(ProductId)),
            number: fields.line("number", 100),
            value: fields.lasting("value", value),
            ordered_at: fields.lasting("ordered_at", ordered_at),
        };
        fields.finish(Some(change))
    }

    /// The order as it is afterwards.
    pub(super) fn apply(self, before: &Details) -> Details {
        Details {
            contact_id: before.contact_id,
            product_id: self.product_id.unwrap_or(before.product_id),
            number: self.number.unwrap_or_else(|| before.number.clone()),
            value: self.value.unwrap_or(before.value),
            ordered_at: self.ordered_at.unwrap_or(before.ordered_at),
        }
    }
}

/// Which orders a list holds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderQuery {
    #[serde(default, deserialize_with = "filter")]
    pub(super) contact_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) product_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) from: Option<DateTime<Utc>>,
    /// Before this.
    #[serde(default, deserialize_with = "filter")]
    pub(super) to: Option<DateTime<Utc>>,
}

/// An order to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct NewOrderBody {
    contact_id: ContactId,
    product_id: Option<ProductId>,
    #[schema(max_length = 100)]
    number: Option<String>,
    value: Money,
    /// A time, or a day; the present, unless given.
    ordered_at: Option<DateTime<Utc>>,
}

/// What changes about an order; what is absent stays, `null` clears. An order does not change its contact.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct OrderChangeBody {
    product_id: Option<ProductId>,
    #[schema(max_length = 100)]
    number: Option<String>,
    value: Option<Money>,
    ordered_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_order_has_a_contact_and_a_value_and_was_not_made_tomorrow() {
        let now: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let contact = Uuid::from_u128(7);
        let read = |body: Value| Details::parse(body.as_object().unwrap().clone(), now);
        let order = read(json!({ "contact_id": contact, "value": "10.5", "ordered_at": "2026-10-01" })).unwrap();
        assert_eq!(order.ordered_at.to_rfc3339(), "2026-10-01T12:00:00+00:00");
        assert_eq!(
            read(json!({ "contact_id": contact, "value": 1 })).unwrap().ordered_at,
            now
        );
        let wrong = read(json!({ "value": "-1", "ordered_at": "2026-12-01" })).unwrap_err();
        let fields: Vec<_> = wrong.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["contact_id", "value", "ordered_at"]);
    }
}
