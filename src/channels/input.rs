//! What is sent about channels, read.

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;
use uuid::Uuid;

use super::{ChannelKind, ChannelStatus};
use crate::error::Refusal;
use crate::fields::Fields;

const MAX_NAME: usize = 100;
const MAX_CONFIG_BYTES: usize = 16 * 1024;

/// A channel to be made.
#[derive(Clone, Debug, Serialize)]
pub(super) struct NewChannel {
    pub(super) kind: ChannelKind,
    pub(super) name: String,
    pub(super) config: Map<String, Value>,
}

/// What changes; what is `None` stays.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Change {
    pub(super) name: Option<String>,
    pub(super) status: Option<ChannelStatus>,
    pub(super) config: Option<Map<String, Value>>,
}

impl NewChannel {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let kind = fields.choice("kind");
        let kind = fields.required("kind", kind);
        let name = fields.line("name", MAX_NAME);
        let name = fields.required("name", name);
        let config = config(&mut fields).unwrap_or_default();
        let read = kind.zip(name).map(|(kind, name)| Self { kind, name, config });
        fields.finish(read)
    }
}

impl Change {
    /// # Errors
    /// `invalid`, with every field that is.
    pub(super) fn parse(body: Map<String, Value>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(Value::Object(body))?;
        let name = fields.line("name", MAX_NAME);
        let name = fields.lasting("name", name);
        let status = fields.choice("status");
        let status = fields.lasting("status", status);
        let config = config(&mut fields);
        fields.finish(Some(Self { name, status, config }))
    }
}

fn config(fields: &mut Fields) -> Option<Map<String, Value>> {
    let config = fields.object("config", MAX_CONFIG_BYTES).flatten()?;
    if let Some(flow) = config.get("flow_id").filter(|flow| !flow.is_null())
        && flow.as_str().and_then(|flow| flow.parse::<Uuid>().ok()).is_none()
    {
        fields.wrong("config.flow_id", "invalid", "must be a UUID");
    }
    if let Some(origins) = config.get("origins").filter(|origins| !origins.is_null()) {
        let are_origins = origins.as_array().is_some_and(|origins| origins.iter().all(is_origin));
        if !are_origins {
            fields.wrong(
                "config.origins",
                "invalid",
                "must be a list like [\"https://loja.com.br\"]",
            );
        }
    }
    Some(config)
}

fn is_origin(value: &Value) -> bool {
    let Some(text) = value.as_str() else { return false };
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text.trim_end_matches('/')
    })
}
