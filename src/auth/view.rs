//! What clients send and get to sign in, and see of themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::store::Tenant;
use crate::auth::two_factor::Secrets;
use crate::auth::{Permission, Role};
use crate::db::{AttachmentId, TenantId, UserId};
use crate::http::patch::present;
use crate::users::{Language, Theme, User};

/// A new company and its first administrator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RegisterBody {
    pub(super) tenant_name: String,
    pub(super) full_name: String,
    #[schema(format = Email)]
    pub(super) email: String,
    /// 8 to 72 bytes.
    #[schema(format = Password, min_length = 8, max_length = 72)]
    pub(super) password: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct LoginBody {
    #[schema(format = Email)]
    pub(super) email: String,
    #[schema(format = Password)]
    pub(super) password: String,
    /// What the authenticator app shows, or a recovery code; for whoever has a second factor.
    pub(super) otp: Option<String>,
}

/// What an authenticator app is given.
#[derive(Serialize, ToSchema)]
pub(crate) struct TwoFactorSetup {
    /// To be typed, in Base32.
    secret: String,
    /// To be shown as a QR code.
    otpauth_url: String,
}

impl From<Secrets> for TwoFactorSetup {
    fn from(secrets: Secrets) -> Self {
        Self {
            secret: secrets.secret,
            otpauth_url: secrets.otpauth_url,
        }
    }
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct OtpBody {
    /// What the authenticator app shows.
    #[serde(alias = "code")]
    pub(super) otp: String,
}

/// One of the two.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DisableBody {
    #[schema(format = Password)]
    pub(super) password: Option<String>,
    /// What the authenticator app shows, or a recovery code.
    #[serde(alias = "code")]
    pub(super) otp: Option<String>,
}

/// Each lets its owner in once, without the app.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    pub(super) recovery_codes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefreshBody {
    pub(super) refresh_token: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ForgotBody {
    #[schema(format = Email)]
    pub(super) email: String,
}

/// What came behind the `#` of a link.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LinkBody {
    pub(super) token: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ResetBody {
    /// What came behind the `#` of the link.
    pub(super) token: String,
    /// 8 to 72 bytes.
    #[schema(format = Password, min_length = 8, max_length = 72)]
    pub(super) password: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct AcceptBody {
    /// What came behind the `#` of the link.
    pub(super) token: String,
    /// As the invitation has it, unless given.
    pub(super) full_name: Option<String>,
    /// 8 to 72 bytes.
    #[schema(format = Password, min_length = 8, max_length = 72)]
    pub(super) password: String,
}

/// Who is invited where.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    pub(super) email: String,
    pub(super) full_name: String,
    pub(super) tenant_name: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordBody {
    #[schema(format = Password)]
    pub(super) current_password: String,
    /// 8 to 72 bytes.
    #[schema(format = Password, min_length = 8, max_length = 72)]
    pub(super) new_password: String,
}

/// What changes about oneself; what is absent stays, `null` clears.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct MeChangeBody {
    pub(super) full_name: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) phone: Option<Option<String>>,
    /// An image that one uploaded.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub(super) avatar_id: Option<Option<AttachmentId>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Language>)]
    pub(super) language: Option<Option<Language>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Theme>)]
    pub(super) theme: Option<Option<Theme>>,
}

/// The pair of tokens that keeps someone signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenPair {
    access_token: String,
    refresh_token: String,
}

impl TokenPair {
    pub(super) fn access_token(&self) -> &str {
        &self.access_token
    }
}

impl From<super::sessions::Tokens> for TokenPair {
    fn from(tokens: super::sessions::Tokens) -> Self {
        Self {
            access_token: tokens.access,
            refresh_token: tokens.refresh,
        }
    }
}

/// A login.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    pub(super) user: SessionUser,
    #[serde(flatten)]
    pub(super) tokens: TokenPair,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct SessionTenant {
    id: TenantId,
    name: String,
    slug: String,
}

/// Someone who is signed in.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct SessionUser {
    id: UserId,
    email: String,
    full_name: String,
    role: Role,
    #[schema(required)]
    avatar_url: Option<String>,
    tenant: SessionTenant,
}

impl SessionUser {
    pub(super) fn new(user: &User, tenant: Tenant) -> Self {
        Self {
            id: user.id,
            email: user.email.clone(),
            full_name: user.full_name.clone(),
            role: user.role,
            avatar_url: user.avatar_url(),
            tenant: SessionTenant {
                id: tenant.id,
                name: tenant.name,
                slug: tenant.slug,
            },
        }
    }
}

/// Oneself.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Me {
    #[serde(flatten)]
    user: SessionUser,
    #[schema(required)]
    phone: Option<String>,
    #[schema(required)]
    language: Option<Language>,
    #[schema(required)]
    theme: Option<Theme>,
    permissions: Vec<Permission>,
    two_factor_enabled: bool,
}

impl Me {
    pub(super) fn new(user: &User, tenant: Tenant, two_factor_enabled: bool) -> Self {
        Self {
            two_factor_enabled,
            phone: user.phone.clone(),
            language: user.language,
            theme: user.theme,
            permissions: user.role.permissions().iter().collect(),
            user: SessionUser::new(user, tenant),
        }
    }
}
