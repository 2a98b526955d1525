//! What clients see of the bot, and send about it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::flow::{Flow, Node};
use super::machine::{Ask, ShownOption};
use crate::auth::Scope;
use crate::db::{FlowId, UserId};
use crate::error::{Code, Refusal};

/// A flow as it is being drawn.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BotFlow)]
pub(crate) struct FlowView {
    pub(super) id: FlowId,
    #[serde(flatten)]
    pub(super) draft: Flow,
    /// The one that channels run which name none.
    pub(super) is_default: bool,
    /// The number of the version that new conversations run; null until one is published.
    #[schema(required)]
    pub(super) version: Option<i32>,
    #[schema(required)]
    pub(super) published_at: Option<DateTime<Utc>>,
    /// Whether it differs from that version.
    pub(super) has_changes: bool,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    /// Who changed the draft last; null where it is as it was made.
    #[schema(required)]
    pub(super) updated_by: Option<Editor>,
}

/// Somebody who draws or publishes flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BotEditor)]
pub(crate) struct Editor {
    pub(super) id: UserId,
    pub(super) name: String,
}

impl Editor {
    pub(super) fn of(scope: &Scope) -> Self {
        Self {
            id: scope.id,
            name: scope.name.to_string(),
        }
    }
}

impl FlowView {
    /// # Errors
    /// `flow_changed`, where the draft is not the one that a new one was drawn from any more.
    pub(super) fn check_drawn_from(&self, seen: Option<DateTime<Utc>>) -> Result<(), Refusal> {
        if seen.is_none_or(|seen| seen == self.updated_at) {
            return Ok(());
        }
        Err(match &self.updated_by {
            Some(by) => Refusal::new(
                Code::FlowChanged,
                format!("{} has changed this flow meanwhile", by.name),
            ),
            None => Code::FlowChanged.into(),
        })
    }
}

/// When a version of a flow was published, and by whom.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotFlowVersionSummary)]
pub(crate) struct FlowVersionSummary {
    pub(super) number: i32,
    pub(super) published_at: DateTime<Utc>,
    /// Null for the one that every company begins with.
    #[schema(required)]
    pub(super) published_by: Option<Editor>,
}

/// A version of a flow: what conversations that began with it go on with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotFlowVersion)]
pub(crate) struct FlowVersion {
    #[serde(flatten)]
    pub(super) summary: FlowVersionSummary,
    pub(super) flow: Flow,
}

/// A flow to be drawn.
#[derive(ToSchema)]
#[schema(as = BotFlowBody)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(crate) struct FlowBody {
    #[schema(max_length = 100)]
    name: String,
    /// The id of the first node.
    start: String,
    nodes: Vec<Node>,
    is_default: Option<bool>,
}

/// What of a flow is to be another: what is absent stays.
#[derive(ToSchema)]
#[schema(as = BotFlowChangeBody)]
#[expect(dead_code, reason = "describes the body, which is read field by field")]
pub(crate) struct FlowChangeBody {
    #[schema(max_length = 100)]
    name: Option<String>,
    start: Option<String>,
    nodes: Option<Vec<Node>>,
    /// Only `true`: another one ceases to be the default.
    is_default: Option<bool>,
    /// The `updated_at` of the draft that this one was drawn from: if somebody has changed it since, nothing is changed.
    if_updated_at: Option<DateTime<Utc>>,
}

/// A conversation to be played.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BotSimulationBody)]
pub(crate) struct SimulationBody {
    /// What the customer says, one after another.
    pub(super) messages: Vec<String>,
    /// What `http` and `ai` nodes get for an answer, by the node's id; the others fail.
    #[serde(default)]
    #[schema(value_type = Option<HashMap<String, Value>>)]
    pub(super) answers: HashMap<String, Value>,
    /// What is known of the customer: `contact.name` and the like.
    #[serde(default)]
    #[schema(value_type = Option<HashMap<String, Value>>)]
    pub(super) known: HashMap<String, Value>,
    /// Whether people are there; without it, as it is now.
    pub(super) is_open: Option<bool>,
}

/// What the bot said.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = BotSimulation)]
pub(crate) struct Simulation {
    pub(super) replies: Vec<Reply>,
    /// Where it waits; null when it has not begun or has ended.
    #[schema(required)]
    pub(super) node: Option<String>,
    pub(super) ended: bool,
    /// Whether it ended with people, or with the end of the conversation.
    pub(super) handed_over: bool,
    pub(super) closed: bool,
    pub(super) tags: Vec<String>,
    /// What it has been told and has found out.
    #[schema(value_type = HashMap<String, Value>)]
    pub(super) fields: Map<String, Value>,
    /// What it would have asked of the outside.
    pub(super) requests: Vec<Request>,
}

/// Something that a node asks of the outside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotSimulatedRequest)]
pub(crate) struct Request {
    pub(super) node: String,
    #[serde(flatten)]
    pub(super) ask: Ask,
}

/// Something that the bot said, and what can be chosen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotReply)]
pub(crate) struct Reply {
    pub(super) text: String,
    pub(super) options: Vec<ShownOption>,
}

/// A setting of the bot.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BotSetting)]
pub(crate) struct Setting {
    pub(super) key: String,
    #[schema(value_type = Value)]
    pub(super) value: Value,
    pub(super) updated_at: DateTime<Utc>,
}

/// The bot's settings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BotSettings)]
pub(crate) struct Settings {
    pub(super) items: Vec<Setting>,
}

/// What a setting is to be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = BotSettingBody)]
pub(crate) struct SettingBody {
    #[schema(value_type = Value)]
    pub(super) value: Value,
}
