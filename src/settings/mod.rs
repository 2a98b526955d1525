//! What a company decides for all its people: its name, and the clock it goes by.

pub(crate) mod routes;
mod store;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::schema::tenants;

/// A company's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = tenants)]
pub(crate) struct Settings {
    name: String,
    /// As it stands in addresses. It does not change.
    slug: String,
    /// By which days are counted: `America/Sao_Paulo`.
    time_zone: String,
}
