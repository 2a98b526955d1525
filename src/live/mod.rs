//! The engine of everything that several people change at the same time. It knows no business.

pub(crate) mod entity;

use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::auth::Principal;
use crate::error::Error;
pub(crate) use entity::{Changes, Context, Entity, Record, Topic, raw};

/// A command that took effect, durably.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    /// The topic's number after the command's last event.
    pub(crate) seq: i64,
    /// The answer's `data`.
    pub(crate) data: Box<RawValue>,
}

/// The engine. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Live;

impl Live {
    /// Sends a command to its entity and waits until its outcome is durable. The same id again gets the first answer again.
    ///
    /// # Errors
    /// The entity's refusal, `not_found` where the person may not see it, or `unavailable` and `outcome_unknown`.
    pub(crate) async fn execute(
        &self,
        _by: &Arc<Principal>,
        _topic: Topic,
        _name: &str,
        _data: Value,
        _command_id: Option<Uuid>,
    ) -> Result<Committed, Error> {
        todo!()
    }
}
