//! What administrators see of mails that were not sent.

use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::schema::kept_mails;

/// A mail that was kept instead of sent.
#[derive(Serialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = kept_mails)]
pub(crate) struct KeptMail {
    id: Uuid,
    #[serde(rename = "to")]
    recipient: String,
    #[serde(rename = "to_name")]
    recipient_name: String,
    subject: String,
    text: String,
    at: DateTime<Utc>,
}

/// The latest first; at most 50.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptMails {
    /// Whether mails are sent; then none is kept.
    pub(super) is_sending: bool,
    pub(super) items: Vec<KeptMail>,
}
