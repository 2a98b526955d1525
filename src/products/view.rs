//! What clients see of products, and send about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::db::ProductId;
use crate::error::Refusal;
use crate::fields::money::Money;
use crate::fields::{Fields, Given};
use crate::http::query::filter;

/// What people write down about a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = ProductDetails)]
pub(crate) struct Details {
    pub(super) name: String,
    /// What it is called in a catalogue; each once.
    #[schema(required)]
    pub(super) sku: Option<String>,
    #[schema(required)]
    pub(super) price: Option<Money>,
    #[schema(required)]
    pub(super) description: Option<String>,
    /// Whether it is still sold.
    pub(super) is_active: bool,
}

/// A product.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Product {
    pub(super) id: ProductId,
    #[serde(flatten)]
    pub(super) details: Details,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// A product's fields as given: absent stays, null clears.
#[derive(Debug, Serialize)]
pub(super) struct Change {
    name: Option<String>,
    sku: Given<String>,
    price: Given<Money>,
    description: Given<String>,
    is_active: Option<bool>,
}

impl Change {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let name = fields.line("name", 200);
        let name = fields.lasting("name", name);
        let change = Self::read(name, &mut fields);
        fields.finish(Some(change))
    }

    fn read(name: Option<String>, fields: &mut Fields) -> Self {
        let is_active = fields.flag("is_active");
        Self {
            name,
            sku: fields.line("sku", 100),
            price: fields.money("price"),
            description: fields.text("description", 10_000),
            is_active: fields.lasting("is_active", is_active),
        }
    }

    /// The product as it is afterwards.
    pub(super) fn apply(self, before: &Details) -> Details {
        Details {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            sku: self.sku.unwrap_or_else(|| before.sku.clone()),
            price: self.price.unwrap_or(before.price),
            description: self.description.unwrap_or_else(|| before.description.clone()),
            is_active: self.is_active.unwrap_or(before.is_active),
        }
    }
}

impl Details {
    /// A product to be made.
    ///
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let name = fields.line("name", 200);
        let name = fields.required("name", name);
        let change = Change::read(None, &mut fields);
        let name = fields.finish(name)?;
        Ok(change.apply(&Self {
            name,
            sku: None,
            price: None,
            description: None,
            is_active: true,
        }))
    }
}

/// Which products a list holds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProductQuery {
    #[serde(default, deserialize_with = "filter")]
    pub(super) is_active: Option<bool>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) sku: Option<String>,
}

/// A product to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct NewProductBody {
    #[schema(max_length = 200)]
    name: String,
    #[schema(max_length = 100)]
    sku: Option<String>,
    price: Option<Money>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    is_active: Option<bool>,
}

/// What changes about a product; what is absent stays, `null` clears.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct ProductChangeBody {
    #[schema(max_length = 200)]
    name: Option<String>,
    #[schema(max_length = 100)]
    sku: Option<String>,
    price: Option<Money>,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    is_active: Option<bool>,
}
