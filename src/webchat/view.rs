//! What the widget sees and sends.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::db::ConversationId;

/// A visitor's token, and the conversation that they are in.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebchatSession {
    /// To be kept: who comes back with it goes on where they were.
    pub(super) visitor_token: String,
    pub(super) conversation_id: ConversationId,
}

/// Somebody opens the widget.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(crate) struct WebchatSessionBody {
    channel_key: String,
    #[schema(max_length = 100)]
    name: Option<String>,
    email: Option<String>,
    /// The one from before.
    visitor_token: Option<String>,
}

/// What somebody leaves while nobody is there.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(crate) struct OfflineBody {
    channel_key: String,
    #[schema(max_length = 100)]
    name: String,
    email: String,
    #[schema(max_length = 4096)]
    message: String,
    visitor_token: Option<String>,
}

/// What a widget needs to show itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebchatChannel {
    pub(super) name: String,
    /// Whether people are there now: else the form is shown.
    pub(super) is_open: bool,
    /// How the widget looks: `title`, `color`, `language`, …
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub(super) config: Value,
}
