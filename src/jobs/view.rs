//! What administrators see of jobs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::JobState;
use super::kind::Kinds;
use super::store::JobRow;

/// A job of the company.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct JobSummary {
    id: Uuid,
    kind: String,
    state: JobState,
    /// The fields that hold no secret.
    #[schema(value_type = Object)]
    payload: Map<String, Value>,
    /// When it is due, or was.
    run_at: DateTime<Utc>,
    /// How often it has been begun.
    attempts: i32,
    #[schema(required)]
    last_error: Option<String>,
    /// The entity that it is about.
    #[schema(required)]
    topic_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    #[schema(required)]
    finished_at: Option<DateTime<Utc>>,
}

impl JobSummary {
    pub(super) fn new<C: 'static>(row: JobRow, kinds: &Kinds<C>) -> Self {
        Self {
            payload: kinds.shown(&row.kind, &row.payload),
            id: row.id,
            kind: row.kind,
            state: row.state,
            run_at: row.run_at,
            attempts: row.attempts,
            last_error: row.last_error,
            topic_id: row.topic_id,
            created_at: row.created_at,
            finished_at: row.finished_at,
        }
    }
}

/// Which jobs a list holds.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobQuery {
    pub(super) state: Option<JobState>,
    pub(super) kind: Option<String>,
}
