//! Which kinds of jobs there are, and what runs them.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Job;

/// One kind of work.
pub(crate) trait JobKind: 'static {
    /// Stands in the database: it is never given another meaning.
    const NAME: &'static str;
    type Payload: Serialize + DeserializeOwned;
    /// After so many failures it is dead.
    const ATTEMPTS: i32 = 10;
    /// An attempt that takes longer has failed.
    const TIMEOUT: Duration = Duration::from_secs(60);
    /// By how much it may be late and still make sense; without limit where there is none.
    const EXPIRES_AFTER: Option<Duration> = None;
    /// The fields of the payload that an administrator may see. Never one that holds a secret.
    const SHOWN: &'static [&'static str] = &[];
}

/// Runs the jobs of a kind. `C` is what it works with: the whole application, or what a test needs.
pub(crate) trait JobHandler<C>: JobKind {
    /// Runs one attempt. It may be broken off at any `await`, and may run again although it succeeded.
    ///
    /// # Errors
    /// Why it failed, and whether another attempt may help. Administrators read it: no secrets.
    async fn run(context: &C, job: &Job, payload: Self::Payload) -> Result<(), JobError>;
}

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum JobError {
    /// Another attempt may succeed.
    Later(anyhow::Error),
    /// No attempt can: it is dead at once.
    Never(anyhow::Error),
}

/// What fails by `?` is worth another attempt.
impl<E: Into<anyhow::Error>> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Later(error.into())
    }
}

type Run<C> = for<'a> fn(&'a C, &'a Job) -> LocalBoxFuture<'a, Result<(), JobError>>;

/// What the worker knows of a kind.
pub(super) struct Known<C> {
    pub(super) attempts: i32,
    pub(super) timeout: Duration,
    pub(super) expires_after: Option<Duration>,
    pub(super) run: Run<C>,
    shown: &'static [&'static str],
}

/// The kinds that a server runs.
pub(crate) struct Kinds<C>(HashMap<&'static str, Known<C>>);

impl<C: 'static> Kinds<C> {
    pub(crate) fn none() -> Self {
        Self(HashMap::new())
    }

    pub(crate) fn with<H: JobHandler<C>>(mut self) -> Self {
        let known = Known {
            attempts: H::ATTEMPTS,
            timeout: H::TIMEOUT,
            expires_after: H::EXPIRES_AFTER,
            shown: H::SHOWN,
            run: run::<C, H>,
        };
        let before = self.0.insert(H::NAME, known);
        debug_assert!(before.is_none(), "two kinds of job are named {}", H::NAME);
        self
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    pub(super) fn get(&self, kind: &str) -> Option<&Known<C>> {
        self.0.get(kind)
    }

    /// The part of a payload that an administrator may see; nothing of a kind that this server does not know.
    pub(super) fn shown(&self, kind: &str, payload: &Value) -> Map<String, Value> {
        let fields = self.get(kind).map_or(&[][..], |known| known.shown);
        fields
            .iter()
            .filter_map(|field| Some(((*field).to_owned(), payload.get(field)?.clone())))
            .collect()
    }
}

fn run<'a, C, H: JobHandler<C>>(context: &'a C, job: &'a Job) -> LocalBoxFuture<'a, Result<(), JobError>> {
    async move {
        let payload = serde_json::from_value(job.payload.clone())
            .map_err(|error| JobError::Never(anyhow::Error::new(error).context("the payload cannot be read")))?;
        H::run(context, job, payload).await
    }
    .boxed_local()
}
