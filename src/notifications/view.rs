//! What clients see of notifications.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subject::{NotificationKind, NotificationType};
use crate::db::NotificationId;
use crate::db::page::Page;
use crate::db::schema::notifications;

/// Something that somebody was told.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Serialize, Deserialize, ToSchema)]
#[diesel(table_name = notifications)]
pub(crate) struct Notification {
    pub(crate) id: NotificationId,
    #[diesel(column_name = type_)]
    #[serde(rename = "type")]
    looks: NotificationType,
    pub(crate) kind: NotificationKind,
    pub(crate) title: String,
    pub(crate) message: String,
    /// Where in the client it leads.
    #[schema(required)]
    pub(crate) link: Option<String>,
    pub(crate) is_read: bool,
    pub(crate) created_at: DateTime<Utc>,
}

/// A page of notifications, and how many are unread in all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationPage {
    #[serde(flatten)]
    pub(crate) page: Page<Notification>,
    pub(crate) unread_count: i64,
}

/// How many notifications are unread.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct UnreadCount {
    pub(crate) unread_count: i64,
}

/// Whether somebody wants to be told, kind by kind.
pub(crate) type Preferences = BTreeMap<String, bool>;

/// A change of what somebody wants to be told of; what is absent stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferencesBody {
    mention: Option<bool>,
    room_added: Option<bool>,
    lead_assigned: Option<bool>,
    lead_due: Option<bool>,
    conversation_assigned: Option<bool>,
}

impl PreferencesBody {
    /// The kinds that are given.
    pub(super) fn given(&self) -> Vec<(NotificationKind, bool)> {
        NotificationKind::ALL
            .iter()
            .filter_map(|kind| {
                let given = match kind {
                    NotificationKind::Mention => self.mention,
                    NotificationKind::RoomAdded => self.room_added,
                    NotificationKind::LeadAssigned => self.lead_assigned,
                    NotificationKind::LeadDue => self.lead_due,
                    NotificationKind::ConversationAssigned => self.conversation_assigned,
                };
                Some((*kind, given?))
            })
            .collect()
    }
}
