//! The people of a company: who they are, and who may change that.

pub(crate) mod routes;
mod rules;
mod seen;
pub(crate) mod store;
mod view;

pub(crate) use seen::keep_last_seen;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::attachments;
use crate::auth::Role;
use crate::db::schema::users;
use crate::db::text_enum::text_enum;
use crate::db::{AttachmentId, UserId};

text_enum! {
    /// The language in which someone reads the client.
    Language {
        PtBr = "pt-BR",
        En = "en",
    }
}

text_enum! {
    /// How someone sees the client.
    Theme {
        Light = "light",
        Dark = "dark",
        System = "system",
    }
}

/// A person of a company.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) full_name: String,
    pub(crate) role: Role,
    pub(crate) phone: Option<String>,
    pub(crate) language: Option<Language>,
    pub(crate) theme: Option<Theme>,
    pub(crate) is_active: bool,
    pub(crate) avatar_id: Option<AttachmentId>,
    pub(crate) last_seen_at: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    /// They were invited and have not chosen a password yet.
    #[diesel(select_expression = users::password_hash.is_null())]
    pub(crate) is_invited: bool,
}

impl User {
    /// Where their picture is asked for.
    pub(crate) fn avatar_url(&self) -> Option<String> {
        self.avatar_id.map(attachments::thumbnail_url)
    }
}
