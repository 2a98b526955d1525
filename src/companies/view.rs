//! What clients see of companies, and send about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Details, Size};
use crate::boards::{CompanyCounts, CompanyLinks};
use crate::db::{CompanyId, UserId};
use crate::http::query::filter;

/// A company.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Company {
    pub(super) id: CompanyId,
    #[serde(flatten)]
    pub(super) details: Details,
    #[serde(flatten)]
    pub(super) counts: CompanyCounts,
    #[schema(required)]
    pub(super) created_by: Option<UserId>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// A company that was made, and those it looks like.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct MadeCompany {
    #[serde(flatten)]
    pub(super) company: Company,
    pub(super) duplicates: Vec<Duplicate>,
}

/// A company that looks like another one.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Duplicate {
    pub(super) id: CompanyId,
    pub(super) name: String,
    #[schema(required)]
    pub(super) cnpj: Option<String>,
    /// What is alike: `cnpj`, `name`, `email`, `phone`.
    pub(super) matches: Vec<String>,
}

/// Companies that look like the one in question.
#[derive(Serialize, ToSchema)]
pub(crate) struct Duplicates {
    pub(super) items: Vec<Duplicate>,
}

/// What would lose its company if this one were deleted: the leads stay, and keep its name as a text.
#[derive(Serialize, ToSchema)]
pub(crate) struct Orphans {
    #[serde(flatten)]
    pub(super) counts: CompanyCounts,
    pub(super) boards: Vec<CompanyLinks>,
}

/// Which companies a list holds.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompanyQuery {
    #[serde(default, deserialize_with = "filter")]
    pub(super) industry: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) size: Option<Size>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) owner_id: Option<Uuid>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) created_by: Option<Uuid>,
    /// With or without punctuation.
    #[serde(default, deserialize_with = "filter")]
    pub(super) cnpj: Option<String>,
    #[serde(default, deserialize_with = "filter")]
    pub(super) email: Option<String>,
}

/// What a company may look like, as far as it has been typed.
#[derive(Debug, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DuplicateQuery {
    name: Option<String>,
    cnpj: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// The company that is being edited.
    #[serde(default, deserialize_with = "filter")]
    pub(super) except: Option<Uuid>,
}

/// A company to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct NewCompanyBody {
    #[schema(max_length = 200)]
    name: String,
    #[schema(max_length = 200)]
    legal_name: Option<String>,
    /// With or without punctuation; letters are allowed as of July 2026.
    cnpj: Option<String>,
    #[schema(format = Email)]
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    #[schema(max_length = 100)]
    industry: Option<String>,
    size: Option<Size>,
    #[schema(max_length = 1000)]
    address: Option<String>,
    #[schema(max_length = 10_000)]
    notes: Option<String>,
    owner_id: Option<UserId>,
}

/// What changes about a company; what is absent stays, `null` clears.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: the input is read field by field")]
pub(crate) struct CompanyChangeBody {
    #[schema(max_length = 200)]
    name: Option<String>,
    #[schema(max_length = 200)]
    legal_name: Option<String>,
    cnpj: Option<String>,
    #[schema(format = Email)]
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    #[schema(max_length = 100)]
    industry: Option<String>,
    size: Option<Size>,
    #[schema(max_length = 1000)]
    address: Option<String>,
    #[schema(max_length = 10_000)]
    notes: Option<String>,
    owner_id: Option<UserId>,
}
