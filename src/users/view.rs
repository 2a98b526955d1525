//! What clients see of people, and send about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::User;
use crate::auth::Role;
use crate::db::UserId;
use crate::http::patch::present;

/// A person of the company.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct UserSummary {
    id: UserId,
    email: String,
    full_name: String,
    role: Role,
    #[schema(required)]
    avatar_url: Option<String>,
    #[schema(required)]
    phone: Option<String>,
    is_active: bool,
    /// They have not accepted their invitation yet.
    #[serde(default)]
    is_invited: bool,
    created_at: DateTime<Utc>,
    /// When they last did something.
    #[schema(required)]
    last_seen_at: Option<DateTime<Utc>>,
}

impl UserSummary {
    pub(super) fn id(&self) -> UserId {
        self.id
    }
}

impl From<User> for UserSummary {
    fn from(user: User) -> Self {
        Self {
            avatar_url: user.avatar_url(),
            id: user.id,
            email: user.email,
            full_name: user.full_name,
            role: user.role,
            phone: user.phone,
            is_active: user.is_active,
            is_invited: user.is_invited,
            created_at: user.created_at,
            last_seen_at: user.last_seen_at,
        }
    }
}

/// Which people a list holds.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserQuery {
    pub(super) role: Option<Role>,
    pub(super) is_active: Option<bool>,
}

/// Someone who joins the company.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewUserBody {
    pub(super) full_name: String,
    #[schema(format = Email)]
    pub(super) email: String,
    /// 8 to 72 bytes. Without one, they are invited by mail to choose it.
    #[schema(format = Password, min_length = 8, max_length = 72)]
    pub(super) password: Option<String>,
    /// Any but `super_admin`.
    pub(super) role: Role,
    pub(super) phone: Option<String>,
}

/// What changes about someone; what is absent stays.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct UserChangeBody {
    pub(super) full_name: Option<String>,
    /// Any but `super_admin`.
    pub(super) role: Option<Role>,
    /// `false` signs the person out everywhere, at once.
    pub(super) is_active: Option<bool>,
    /// `null` clears it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) phone: Option<Option<String>>,
}
