//! Takes what is due, runs it, and writes down how it ended.
//!
//! One loop does all that touches the table, with as few statements as there are kinds of news; each job runs in a task of its own.
//! An outcome that cannot be written, because the database is away, is kept and written as soon as it is back.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::Instrument;

use super::store::{self, Demand, Ended, Held};
use super::{Job, JobError, JobState, Kinds, Wake, backoff};
use crate::clock;
use crate::db::{Database, DbError, TenantId};
use crate::metrics;

/// An error is told to administrators in so many characters at most.
const LONGEST_ERROR: usize = 500;

/// How a worker works.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// How many jobs run at once.
    pub(crate) slots: usize,
    /// How long a job is held before it must be renewed: after so long a dead server's jobs run elsewhere.
    pub(crate) lease: Duration,
    /// How often other servers' jobs and timers are looked for.
    pub(crate) poll: Duration,
    /// How long running jobs may take to end when the server stops.
    pub(crate) last_jobs: Duration,
}

impl Options {
    pub(crate) fn with_slots(slots: usize) -> Self {
        Self {
            slots,
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            last_jobs: Duration::from_secs(10),
        }
    }
}

/// A job whose task runs.
struct Running {
    job: Job,
    held: Held,
    begun: Instant,
}

/// Runs jobs. `C` is what their handlers work with.
pub(crate) struct Worker<C> {
    context: Arc<C>,
    kinds: Arc<Kinds<C>>,
    db: Database,
    wake: Wake,
    options: Options,
    tasks: JoinSet<Result<(), JobError>>,
    running: HashMap<Id, Running>,
    /// Outcomes that are not written yet.
    ended: Vec<Ended>,
    is_away: bool,
}

impl<C: 'static> Worker<C> {
    pub(crate) fn new(context: Arc<C>, kinds: Arc<Kinds<C>>, db: Database, wake: Wake, options: Options) -> Self {
        Self {
            context,
            kinds,
            db,
            wake,
            options,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            ended: Vec::new(),
            is_away: false,
        }
    }

    /// Works until `stop` is ready; then what runs may end, and what does not is given back.
    pub(crate) async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut poll = interval(self.options.poll);
        let mut upkeep = interval(self.options.lease / 3);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let wake = self.wake.clone();
        loop {
            let done = tokio::select! {
                () = &mut stop => break,
                Some(ended) = self.tasks.join_next_with_id() => {
                    self.end(ended);
                    self.work().await
                }
                () = wake.woken() => self.work().await,
                _ = poll.tick() => self.work().await,
                _ = upkeep.tick() => self.keep_up().await,
            };
            self.tell(&done);
        }
        self.wind_down().await;
    }

    /// Writes what has ended and takes what is due.
    async fn work(&mut self) -> Result<(), DbError> {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.end(ended);
        }
        loop {
            self.write().await?;
            // One more look, because what is found to have expired leaves its place free.
            if self.take().await? == 0 {
                return Ok(());
            }
        }
    }

    /// Takes and starts as many due jobs as there are free places; how many.
    async fn take(&mut self) -> Result<usize, DbError> {
        let free = self.options.slots.saturating_sub(self.running.len());
        if free == 0 {
            return Ok(0);
        }
        let mut conn = self.db.system().await?;
        if !store::any_due(&mut conn).await? {
            return Ok(0);
        }
        let mut running: HashMap<TenantId, i64> = HashMap::new();
        for job in self.running.values() {
            *running.entry(job.job.tenant).or_default() += 1;
        }
        let lease = clock::new_id();
        let demand = Demand {
            kinds: &self.kinds.names(),
            free: i64::try_from(free).unwrap_or(i64::MAX),
            // However much one tenant has queued, another's job finds a free worker.
            per_tenant: i64::try_from(self.options.slots.div_ceil(2)).unwrap_or(i64::MAX),
            running: &running.into_iter().collect::<Vec<_>>(),
            lease,
            lease_for: self.options.lease,
        };
        let taken = store::take(&demand, &mut conn).await?;
        drop(conn);
        let count = taken.len();
        for job in taken {
            let held = Held {
                tenant: job.tenant,
                id: job.id,
                lease,
            };
            self.start(job, held);
        }
        Ok(count)
    }

    fn start(&mut self, job: Job, held: Held) {
        // Only known kinds are taken.
        let Some(known) = self.kinds.get(&job.kind) else { return };
        if known.expires_after.is_some_and(|limit| job.lateness > limit) {
            tracing::warn!(job.id = %job.id, job.kind, tenant.id = %job.tenant, "A job came too late to make sense");
            let error = format!("{} s late", job.lateness.as_secs());
            self.note(&job, held, JobState::Expired, Duration::ZERO, Some(error));
            return;
        }
        // Its earlier attempts ended with their server: whatever it does to a server must come to an end.
        if job.attempt > known.attempts {
            self.fail(
                &job,
                held,
                &JobError::Never(anyhow!("its last attempts ended with their server")),
            );
            return;
        }
        let (run, timeout) = (known.run, known.timeout);
        let (context, its) = (self.context.clone(), job.clone());
        let span = tracing::info_span!("job", job.id = %job.id, job.kind, job.attempt, tenant.id = %job.tenant);
        let task = async move {
            tokio::time::timeout(timeout, run(&context, &its))
                .await
                .unwrap_or_else(|_| Err(JobError::Later(anyhow!("it did not end within {timeout:?}"))))
        };
        let handle = self.tasks.spawn_local(task.instrument(span));
        let begun = Instant::now();
        self.running.insert(handle.id(), Running { job, held, begun });
    }

    fn end(&mut self, ended: Result<(Id, Result<(), JobError>), JoinError>) {
        let (id, outcome) = match ended {
            Ok((id, outcome)) => (id, outcome),
            Err(error) => (error.id(), Err(JobError::Later(anyhow!("its handler panicked")))),
        };
        let Some(Running { job, held, begun }) = self.running.remove(&id) else {
            return;
        };
        match outcome {
            Ok(()) => {
                let ms = begun.elapsed().as_millis();
                tracing::info!(job.id = %job.id, job.kind, job.attempt, tenant.id = %job.tenant, job.topic = ?job.topic, ms, "Job done");
                self.note(&job, held, JobState::Done, Duration::ZERO, None);
            }
            Err(error) => self.fail(&job, held, &error),
        }
    }

    fn fail(&mut self, job: &Job, held: Held, error: &JobError) {
        let attempts = self.kinds.get(&job.kind).map_or(0, |known| known.attempts);
        let (reason, is_last) = match error {
            JobError::Later(reason) => (reason, job.attempt >= attempts),
            JobError::Never(reason) => (reason, true),
        };
        let told: String = format!("{reason:#}").chars().take(LONGEST_ERROR).collect();
        let (state, delay) = if is_last {
            tracing::error!(job.id = %job.id, job.kind, job.attempt, tenant.id = %job.tenant, error = told, "Job is dead");
            (JobState::Dead, Duration::ZERO)
        } else {
            tracing::warn!(job.id = %job.id, job.kind, job.attempt, tenant.id = %job.tenant, error = told, "Job failed; it is tried again");
            (JobState::Waiting, backoff::delay(job.attempt, rand::random()))
        };
        self.note(job, held, state, delay, Some(told));
    }

    fn note(&mut self, job: &Job, held: Held, state: JobState, delay: Duration, error: Option<String>) {
        let outcome = if state == JobState::Waiting {
            "failed"
        } else {
            state.as_str()
        };
        metrics::JOB_RUNS.with_label_values(&[&job.kind, outcome]).inc();
        self.ended.push(Ended {
            held,
            state,
            delay,
            error,
        });
    }

    async fn write(&mut self) -> Result<(), DbError> {
        if self.ended.is_empty() {
            return Ok(());
        }
        let mut conn = self.db.system().await?;
        let written = store::finish(&self.ended, &mut conn).await?;
        if written < self.ended.len() {
            let lost = self.ended.len() - written;
            tracing::warn!(jobs = lost, "Jobs ended here after another server had taken them");
        }
        self.ended.clear();
        Ok(())
    }

    /// Renews the leases held here, frees those of servers that went away, and counts.
    async fn keep_up(&mut self) -> Result<(), DbError> {
        self.write().await?;
        let mut conn = self.db.system().await?;
        if !self.running.is_empty() {
            let held: Vec<_> = self.running.values().map(|running| running.held).collect();
            let renewed = store::renew(&held, self.options.lease, &mut conn).await?;
            if renewed < held.len() {
                let lost = held.len() - renewed;
                tracing::warn!(jobs = lost, "Jobs that run here have been taken by another server");
            }
        }
        let freed = store::reclaim(&mut conn).await?;
        if freed > 0 {
            tracing::warn!(jobs = freed, "Took over the jobs of a server that went away");
            self.wake.wake();
        }
        let counts = store::counts(&mut conn).await?;
        let of = |state| counts.iter().find(|count| count.state == state);
        for state in JobState::ALL {
            let jobs = of(*state).map_or(0, |count| count.jobs);
            metrics::JOBS.with_label_values(&[state.as_str()]).set(jobs);
        }
        metrics::JOB_LATENESS.set(of(JobState::Waiting).map_or(0.0, |count| count.lateness));
        Ok(())
    }

    /// Tells once that the database is away, and once that it is back.
    fn tell(&mut self, done: &Result<(), DbError>) {
        match done {
            Ok(()) if self.is_away => tracing::info!("Jobs are taken again"),
            Err(error) if !self.is_away => {
                tracing::warn!(error = format!("{:#}", anyhow!("{error}")), "Jobs cannot be taken");
            }
            _ => {}
        }
        self.is_away = done.is_err();
    }

    async fn wind_down(mut self) {
        let limit = self.options.last_jobs;
        let last = async {
            while let Some(ended) = self.tasks.join_next_with_id().await {
                self.end(ended);
            }
        };
        // Whether all ended or not shows in what is left.
        let _ = tokio::time::timeout(limit, last).await;
        self.tasks.shutdown().await;
        let left: Vec<_> = self.running.values().map(|running| running.held).collect();
        let written = self.write().await;
        let given_back = self.give_back(&left).await;
        if let Err(error) = written.and(given_back) {
            // Their leases lapse.
            tracing::warn!(error = %error, "The last jobs' outcomes were not written");
        }
    }

    async fn give_back(&self, left: &[Held]) -> Result<(), DbError> {
        if left.is_empty() {
            return Ok(());
        }
        let mut conn = self.db.system().await?;
        store::give_back(left, &mut conn).await?;
        tracing::info!(jobs = left.len(), "Jobs were broken off and given back");
        Ok(())
    }
}
