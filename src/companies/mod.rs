//! Companies: whom the tenant sells to. Nobody contends for them, so they are plain rows; who changed what stands in the audit log.
//!
//! - A company is never refused for looking like another one: likeness is told ([`view::Duplicate`]) and left to people to judge.
//! - A company that is deleted is first taken off its leads by their boards; see [`removal`].

mod input;
mod removal;
pub(crate) mod routes;
pub(crate) mod seed;
mod store;
mod view;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::UserId;
use crate::db::schema::companies;
use crate::db::text_enum::text_enum;

text_enum! {
    /// How large a company is.
    Size {
        Startup = "startup",
        Small = "small",
        Medium = "medium",
        Large = "large",
        Enterprise = "enterprise",
    }
}

/// What people write down about a company.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    ToSchema,
    diesel::Queryable,
    diesel::Selectable,
    diesel::Insertable,
    diesel::AsChangeset,
)]
#[diesel(table_name = companies, treat_none_as_null = true)]
#[schema(as = CompanyDetails)]
pub(crate) struct Details {
    name: String,
    #[schema(required)]
    legal_name: Option<String>,
    /// Fourteen characters without punctuation.
    #[schema(required)]
    cnpj: Option<String>,
    #[schema(required)]
    email: Option<String>,
    /// Digits, and perhaps a `+` before them.
    #[schema(required)]
    phone: Option<String>,
    #[schema(required)]
    website: Option<String>,
    #[schema(required)]
    industry: Option<String>,
    #[schema(required)]
    size: Option<Size>,
    #[schema(required)]
    address: Option<String>,
    #[schema(required)]
    notes: Option<String>,
    /// Who looks after it.
    #[schema(required)]
    owner_id: Option<UserId>,
}
