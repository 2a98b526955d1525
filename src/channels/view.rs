//! What clients see of channels, and send about them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{ChannelKind, ChannelStatus};
use crate::db::ChannelId;

/// A way by which customers come.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Channel {
    pub(super) id: ChannelId,
    pub(super) kind: ChannelKind,
    pub(super) name: String,
    /// What the widget names as its `channel_key`.
    pub(super) public_key: String,
    /// Where a provider tells what happens; null where there is none.
    #[schema(required)]
    pub(super) webhook_url: Option<String>,
    pub(super) status: ChannelStatus,
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub(super) config: Value,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// A channel to be made.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(crate) struct NewChannelBody {
    kind: ChannelKind,
    #[schema(max_length = 100)]
    name: String,
    /// `flow_id`: what the bot runs; `origins`: the pages that may use the widget, all where there is none. What else stands
    /// there is the widget's: `title`, `color`, `language`, …
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>)]
    config: Option<Value>,
}

/// What of a channel is to be another: what is absent stays. `config` is replaced as a whole.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(crate) struct ChannelChangeBody {
    #[schema(max_length = 100)]
    name: Option<String>,
    status: Option<ChannelStatus>,
    #[schema(value_type = Option<std::collections::HashMap<String, Value>>)]
    config: Option<Value>,
}
