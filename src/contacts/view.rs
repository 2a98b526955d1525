//! What clients see of contacts, and send about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Details;
use crate::db::{CompanyId, ContactId, ImportId, UserId};
use crate::error::FieldError;
use crate::fields::money::Money;
use crate::http::query::filter;

/// A contact.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Contact {
    pub(super) id: ContactId,
    #[serde(flatten)]
    pub(super) details: Details,
    #[schema(required)]
    pub(super) last_purchase_at: Option<DateTime<Utc>>,
    pub(super) total_spent: Money,
    pub(super) order_count: i64,
    #[schema(required)]
    pub(super) created_by: Option<UserId>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// Which contacts a list holds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactQuery {
    /// However it is written.
    #[serde(default, deserialize_with = "filter")]
    pub(super) phone: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) region: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) tag: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) company_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) owner_id: Option<Uuid>,
    /// Whether they ever bought something.
    #[serde(default, deserialize_with = "filter")]
    pub(super) has_purchases: Option<bool>,
}

/// Which contact becomes part of this one.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct MergeBody {
    pub(super) other_id: ContactId,
}

/// A file that is going to be read.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportAccepted {
    pub(super) job_id: ImportId,
}

/// How far an import is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Import {
    pub(super) id: ImportId,
    /// `waiting`, `running`, `done` or `failed`.
    pub(super) status: String,
    pub(super) filename: String,
    /// Rows of the file; 0 until it was looked at.
    pub(super) total: i32,
    /// Rows that have been dealt with, one way or the other.
    pub(super) processed: i32,
    /// Rows that made a contact.
    pub(super) created: i32,
    /// Rows about a contact that was there already.
    pub(super) updated: i32,
    pub(super) rejected: i32,
    /// The first rows that were rejected.
    pub(super) errors: Vec<RowError>,
    pub(super) created_at: DateTime<Utc>,
    #[schema(required)]
    pub(super) finished_at: Option<DateTime<Utc>>,
}

/// What is wrong with a row of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowError {
    /// The line of the file; its first is the one with the names of the columns.
    pub(super) row: u64,
    #[serde(flatten)]
    pub(super) error: FieldError,
}

/// A contact to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct NewContactBody {
    #[schema(max_length = 200)]
    name: String,
    /// With its area code; without a country it is Brazilian.
    phone: Option<String>,
    #[schema(format = Email)]
    email: Option<String>,
    #[schema(max_length = 100)]
    region: Option<String>,
    tags: Option<Vec<String>>,
    company_id: Option<CompanyId>,
    owner_id: Option<UserId>,
    #[schema(max_length = 10_000)]
    notes: Option<String>,
    custom: Option<Map<String, Value>>,
}

/// What changes about a contact; what is absent stays, `null` clears.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct ContactChangeBody {
    #[schema(max_length = 200)]
    name: Option<String>,
    phone: Option<String>,
    #[schema(format = Email)]
    email: Option<String>,
    #[schema(max_length = 100)]
    region: Option<String>,
    tags: Option<Vec<String>>,
    company_id: Option<CompanyId>,
    owner_id: Option<UserId>,
    #[schema(max_length = 10_000)]
    notes: Option<String>,
    custom: Option<Map<String, Value>>,
}

/// A file of contacts, and perhaps of their orders.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described, never built")]
pub(crate) struct ImportBody {
    /// CSV with a line of names.
    #[schema(format = Binary, content_media_type = "text/csv")]
    file: String,
    /// JSON: columns of the file by the fields they hold, where their names do not tell, like `{"phone":"Fone 1"}`.
    mapping: Option<String>,
}

/// Which format an export has.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// `csv`, the only one.
    pub(super) format: Option<String>,
}
