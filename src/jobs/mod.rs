//! Work that happens later, or outside: a row of `jobs`, written in the transaction of whatever caused it.
//!
//! - [`insert`] queues jobs inside any transaction. Whoever commits it calls [`Wake::wake`], so that this server begins at once;
//!   other servers look once a second. A timer is a job with a `run_at`.
//! - A [`JobKind`] names a kind and its payload, a [`JobHandler`] runs it; [`Kinds`] is the table of those that a server knows. Jobs
//!   of other kinds wait for a server that knows them.
//! - The [`Worker`] takes what is due, fairly between tenants, and holds it by a lease that it renews. When a server dies its leases
//!   lapse, and another server takes its jobs again.
//! - A job that fails is tried again, ever later, and after its last attempt it is `dead`: an administrator sees it in [`routes`],
//!   and lets it run again or removes it.
//!
//! **A job may run twice**: its server may die, or lose the database, after the work and before its outcome is written. [`Job::id`]
//! is the same each time, so that whoever is called can tell.

mod backoff;
pub(crate) mod housekeeping;
mod kind;
pub(crate) mod routes;
mod store;
#[cfg(test)]
mod tests;
mod view;
mod worker;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::app::App;
use crate::clock;
use crate::db::TenantId;
use crate::db::text_enum::text_enum;
pub(crate) use kind::{JobError, JobHandler, JobKind, Kinds};
pub(crate) use store::insert;
pub(crate) use worker::{Options, Worker};

text_enum! {
    /// Where a job stands.
    JobState {
        /// For its time, or for a free worker.
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        /// Its time had passed by so much that it no longer made sense.
        Expired = "expired",
        /// It failed for the last time.
        Dead = "dead",
    }
}

/// A job to be queued.
#[derive(Clone, Debug)]
pub(crate) struct NewJob {
    pub(crate) tenant: TenantId,
    /// Two jobs with the same id are one.
    pub(crate) id: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) payload: Value,
    /// Not before this; at once, where there is none.
    pub(crate) run_at: Option<DateTime<Utc>>,
    /// The entity that it is about.
    pub(crate) topic: Option<Uuid>,
    /// What led to it: kept for whoever asks why it happened.
    pub(crate) cause: Option<Value>,
    /// Where an unfinished job of the tenant and kind has the same key, nothing is queued.
    pub(crate) unique_key: Option<String>,
}

impl NewJob {
    /// A job to be run at once.
    ///
    /// # Errors
    /// When the payload does not serialise.
    pub(crate) fn of<K: JobKind>(tenant: TenantId, payload: &K::Payload) -> serde_json::Result<Self> {
        Ok(Self {
            tenant,
            id: clock::new_id(),
            kind: K::NAME,
            payload: serde_json::to_value(payload)?,
            run_at: None,
            topic: None,
            cause: None,
            unique_key: None,
        })
    }
}

/// A job as its handler gets it.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) tenant: TenantId,
    /// Stays the same over all attempts.
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) payload: Value,
    pub(crate) topic: Option<Uuid>,
    /// 1 the first time.
    pub(crate) attempt: i32,
    /// By how much it is late; never negative.
    pub(crate) lateness: std::time::Duration,
}

/// What the rest of the application needs of the jobs.
pub(crate) struct Jobs {
    pub(crate) kinds: Arc<Kinds<App>>,
    pub(crate) wake: Wake,
}

/// Tells this server's worker that jobs have been queued. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Wake(Arc<Notify>);

impl Wake {
    /// Called after the commit of a transaction that inserted jobs. One call too many does no harm.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }

    async fn woken(&self) {
        self.0.notified().await;
    }
}
