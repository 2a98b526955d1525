//! Jobs on a real PostgreSQL. Each test has kinds of its own: a worker takes its kinds' jobs from all tenants.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::store::{Demand, Ended, Held};
use super::{Job, JobError, JobHandler, JobKind, JobState, Kinds, NewJob, Options, Wake, Worker, insert, store};
use crate::clock;
use crate::db::schema::jobs;
use crate::db::{Connection, Database, DbError, PoolOptions, TenantId, begin, in_transaction, migrate};

const PATIENCE: Duration = Duration::from_secs(30);

/// What the payload of a test's job tells its handler to do.
enum Act {
    Succeed,
    Fail,
    GiveUp,
    Panic,
    Hang,
}

/// What was run, by whom and how often.
#[derive(Default)]
struct Diary {
    ran: Mutex<Vec<(Uuid, i32)>>,
}

impl Diary {
    fn attempts(&self, id: Uuid) -> Vec<i32> {
        let ran = self.ran.lock();
        ran.iter()
            .filter(|(other, _)| *other == id)
            .map(|(_, attempt)| *attempt)
            .collect()
    }

    async fn act(&self, job: &Job) -> Result<(), JobError> {
        self.ran.lock().push((job.id, job.attempt));
        let act = match job.payload["act"].as_str() {
            Some("fail") => Act::Fail,
            Some("give up") => Act::GiveUp,
            Some("panic") => Act::Panic,
            Some("hang") => Act::Hang,
            _ => Act::Succeed,
        };
        match act {
            Act::Succeed => Ok(()),
            Act::Fail => Err(anyhow!("the other side is away"))?,
            Act::GiveUp => Err(JobError::Never(anyhow!("no such number"))),
            Act::Panic => panic!("a mistake in the handler"),
            Act::Hang => std::future::pending().await,
        }
    }
}

macro_rules! kind {
    ($name:ident, $text:literal $(, $constant:ident: $type:ty = $value:expr)*) => {
        struct $name;

        impl JobKind for $name {
            const NAME: &'static str = $text;
            type Payload = Value;
            $(const $constant: $type = $value;)*
        }

        impl JobHandler<Diary> for $name {
            async fn run(diary: &Diary, job: &Job, _: Value) -> Result<(), JobError> {
                diary.act(job).await
            }
        }
    };
}

async fn database() -> Database {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL names a cluster for tests: run scripts/test");
    let migrated = url.clone();
    tokio::task::spawn_blocking(move || migrate(&migrated))
        .await
        .unwrap()
        .unwrap();
    let runtime = Handle::current();
    Database::new(&url, &PoolOptions { size: 2, runtime }).unwrap()
}

fn tenant() -> TenantId {
    TenantId(clock::new_id())
}

fn act<K: JobKind<Payload = Value>>(tenant: TenantId, act: &str) -> NewJob {
    NewJob::of::<K>(tenant, &json!({ "act": act })).unwrap()
}

async fn queue(db: &Database, new: &[NewJob]) {
    let mut conn = db.system().await.unwrap();
    insert(new, &mut conn).await.unwrap();
}

/// A job as it stands.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct Row {
    state: JobState,
    attempts: i32,
    last_error: Option<String>,
    run_at: chrono::DateTime<chrono::Utc>,
    finished_at: Option<chrono::DateTime<chrono::Utc>>,
}

async fn row(db: &Database, job: &NewJob) -> Option<Row> {
    let mut conn = db.system().await.unwrap();
    let query = jobs::table.find((job.tenant, job.id)).select(Row::as_select());
    query.first(&mut conn).await.optional().unwrap()
}

async fn until_state(db: &Database, job: &NewJob, state: JobState) -> Row {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            match row(db, job).await {
                Some(row) if row.state == state => return row,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    });
    waited.await.unwrap_or_else(|_| panic!("waited in vain for {state}"))
}

/// Makes it so that a job is due since so many seconds.
async fn due_since(db: &Database, job: &NewJob, seconds: i64) {
    let mut conn = db.system().await.unwrap();
    diesel::update(jobs::table.find((job.tenant, job.id)))
        .set(jobs::run_at.eq(clock::now() - chrono::TimeDelta::seconds(seconds)))
        .execute(&mut conn)
        .await
        .unwrap();
}

/// A worker that looks only when it is woken.
const ASLEEP: Options = Options {
    slots: 4,
    lease: Duration::from_secs(30),
    poll: Duration::from_secs(3600),
    last_jobs: Duration::from_millis(200),
};

struct Running {
    diary: Arc<Diary>,
    wake: Wake,
    stop: oneshot::Sender<()>,
    worker: JoinHandle<()>,
}

fn start(db: &Database, kinds: Kinds<Diary>, options: Options) -> Running {
    let (diary, wake) = (Arc::<Diary>::default(), Wake::default());
    let worker = Worker::new(diary.clone(), Arc::new(kinds), db.clone(), wake.clone(), options);
    let (stop, stopped) = oneshot::channel();
    let worker = actix_rt::spawn(worker.run(async {
        let _ = stopped.await;
    }));
    Running {
        diary,
        wake,
        stop,
        worker,
    }
}

impl Running {
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.worker.await.unwrap();
    }
}

kind!(Mail, "test.at-once");

#[actix_rt::test]
async fn a_job_runs_right_after_the_commit_of_what_caused_it_and_not_after_a_rollback() {
    let (db, tenant) = (database().await, tenant());
    let (kept, lost) = (act::<Mail>(tenant, "succeed"), act::<Mail>(tenant, "succeed"));
    let kinds = Kinds::none().with::<Mail>();
    let worker = start(&db, kinds, ASLEEP);
    let undone: Result<(), DbError> = db
        .tenant(tenant, async |conn| {
            insert(std::slice::from_ref(&lost), conn).await?;
            Err(diesel::result::Error::RollbackTransaction.into())
        })
        .await;
    undone.unwrap_err();
    let inserted: Result<(), DbError> = db
        .tenant(
            tenant,
            async |conn| Ok(insert(std::slice::from_ref(&kept), conn).await?),
        )
        .await;
    inserted.unwrap();
    worker.wake.wake();
    let row = until_state(&db, &kept, JobState::Done).await;
    assert!(row.attempts == 1 && row.last_error.is_none() && row.finished_at.is_some());
    assert!(worker.diary.attempts(lost.id).is_empty());
    worker.stop().await;
}

kind!(Twice, "test.twice", ATTEMPTS: i32 = 2);

#[actix_rt::test]
async fn a_failing_job_is_tried_again_later_and_is_dead_after_its_last_attempt() {
    let db = database().await;
    let (failing, hopeless) = (act::<Twice>(tenant(), "fail"), act::<Twice>(tenant(), "give up"));
    queue(&db, &[failing.clone(), hopeless.clone()]).await;
    let worker = start(&db, Kinds::none().with::<Twice>(), ASLEEP);
    worker.wake.wake();
    until_state(&db, &hopeless, JobState::Dead).await;
    let row = until_state(&db, &failing, JobState::Waiting).await;
    let after = (row.run_at - clock::now()).num_milliseconds();
    assert!(row.attempts == 1 && (1_000..=5_000).contains(&after), "{row:?}");
    assert_eq!(row.last_error.as_deref(), Some("the other side is away"));

    due_since(&db, &failing, 1).await;
    worker.wake.wake();
    let row = until_state(&db, &failing, JobState::Dead).await;
    assert_eq!((row.attempts, worker.diary.attempts(failing.id)), (2, vec![1, 2]));
    assert_eq!(worker.diary.attempts(hopeless.id), [1]);
    worker.stop().await;
}

kind!(Clumsy, "test.clumsy", ATTEMPTS: i32 = 1, TIMEOUT: Duration = Duration::from_millis(50));

/// Wants another payload than it gets.
struct Strict;

impl JobKind for Strict {
    const NAME: &'static str = "test.strict";
    type Payload = u32;
}

impl JobHandler<Diary> for Strict {
    async fn run(_: &Diary, _: &Job, _: u32) -> Result<(), JobError> {
        Ok(())
    }
}

#[actix_rt::test]
async fn a_handler_that_panics_hangs_or_cannot_read_its_payload_harms_only_its_job() {
    let db = database().await;
    let tenant = tenant();
    let clumsy: Vec<_> = ["panic", "hang", "succeed"]
        .map(|what| act::<Clumsy>(tenant, what))
        .into();
    let unreadable = NewJob {
        kind: Strict::NAME,
        ..act::<Clumsy>(tenant, "succeed")
    };
    queue(&db, &clumsy).await;
    queue(&db, std::slice::from_ref(&unreadable)).await;
    let worker = start(&db, Kinds::none().with::<Clumsy>().with::<Strict>(), ASLEEP);
    worker.wake.wake();
    for (job, state, told) in [
        (&clumsy[0], JobState::Dead, "its handler panicked"),
        (&clumsy[1], JobState::Dead, "it did not end within 50ms"),
        (&clumsy[2], JobState::Done, ""),
        (&unreadable, JobState::Dead, "the payload cannot be read"),
    ] {
        let row = until_state(&db, job, state).await;
        let error = row.last_error.unwrap_or_default();
        assert!(error.starts_with(told), "{error} is not {told}");
    }
    worker.stop().await;
}

kind!(Orphan, "test.orphan", ATTEMPTS: i32 = 2);

#[actix_rt::test]
async fn the_jobs_of_a_server_that_vanished_run_elsewhere_and_do_not_kill_one_server_after_the_other() {
    let db = database().await;
    let job = act::<Orphan>(tenant(), "hang");
    queue(&db, std::slice::from_ref(&job)).await;
    let short = Options {
        lease: Duration::from_millis(300),
        poll: Duration::from_millis(50),
        ..ASLEEP
    };
    for attempt in [1, 2] {
        let worker = start(&db, Kinds::none().with::<Orphan>(), short);
        let begun = tokio::time::timeout(PATIENCE, async {
            while worker.diary.attempts(job.id) != [attempt] {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        begun.await.expect("it is taken over");
        // For longer than a lease it is renewed, so that nobody else takes it.
        let until = tokio::time::Instant::now() + short.lease * 3;
        while tokio::time::Instant::now() < until {
            assert_eq!(row(&db, &job).await.unwrap().state, JobState::Running);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // As when the process is killed: nothing is written any more.
        worker.worker.abort();
    }
    let last = start(&db, Kinds::none().with::<Orphan>(), short);
    let row = until_state(&db, &job, JobState::Dead).await;
    assert_eq!(
        row.last_error.as_deref(),
        Some("its last attempts ended with their server")
    );
    assert!(last.diary.attempts(job.id).is_empty());
    last.stop().await;
}

kind!(Late, "test.late-outcome");

#[actix_rt::test]
async fn who_has_lost_a_job_can_neither_renew_nor_finish_it() {
    let db = database().await;
    let job = act::<Late>(tenant(), "succeed");
    queue(&db, std::slice::from_ref(&job)).await;
    let mut conn = db.system().await.unwrap();
    let (first, second) = (clock::new_id(), clock::new_id());
    assert_eq!(
        take::<Late>(4, 4, &[], first, Duration::ZERO, &mut conn).await,
        [job.id]
    );
    store::reclaim(&mut conn).await.unwrap();
    let lease_for = Duration::from_secs(30);
    assert_eq!(take::<Late>(4, 4, &[], second, lease_for, &mut conn).await, [job.id]);
    let held = |lease| Held {
        tenant: job.tenant,
        id: job.id,
        lease,
    };
    let ended = |lease| Ended {
        held: held(lease),
        state: JobState::Done,
        delay: Duration::ZERO,
        error: None,
    };
    assert_eq!(store::renew(&[held(first)], lease_for, &mut conn).await, Ok(0));
    assert_eq!(store::finish(&[ended(first)], &mut conn).await, Ok(0));
    assert_eq!(store::give_back(&[held(first)], &mut conn).await, Ok(0));
    assert_eq!(store::finish(&[ended(second)], &mut conn).await, Ok(1));
}

/// Takes jobs of a kind as a worker does; which.
async fn take<K: JobKind>(
    free: i64,
    per_tenant: i64,
    running: &[(TenantId, i64)],
    lease: Uuid,
    lease_for: Duration,
    conn: &mut Connection,
) -> Vec<Uuid> {
    let demand = Demand {
        kinds: &[K::NAME],
        free,
        per_tenant,
        running,
        lease,
        lease_for,
    };
    let taken = store::take(&demand, conn).await.unwrap();
    taken.into_iter().map(|job| job.id).collect()
}

kind!(Flood, "test.flood");

#[actix_rt::test]
async fn however_much_one_tenant_has_queued_the_others_have_their_turn() {
    let db = database().await;
    let (loud, quiet, silent) = (tenant(), tenant(), tenant());
    let flood: Vec<_> = (0..500).map(|_| act::<Flood>(loud, "succeed")).collect();
    queue(&db, &flood).await;
    let few: Vec<_> = [quiet, quiet, silent].map(|of| act::<Flood>(of, "succeed")).into();
    queue(&db, &few).await;
    let loud_ones = |ids: &[Uuid]| ids.iter().filter(|id| flood.iter().any(|job| job.id == **id)).count();
    let mut conn = db.system().await.unwrap();
    let lease_for = Duration::from_secs(30);
    // One of each, and the second of whoever came first.
    let taken = take::<Flood>(4, 3, &[], clock::new_id(), lease_for, &mut conn).await;
    assert!(taken.len() == 4 && (1..=2).contains(&loud_ones(&taken)), "{taken:?}");
    // Who runs as many as a tenant may gets no more, and what runs counts as having had its turn.
    let taken = take::<Flood>(10, 3, &[(loud, 3)], clock::new_id(), lease_for, &mut conn).await;
    assert_eq!(loud_ones(&taken), 0);
    let taken = take::<Flood>(10, 3, &[(loud, 1)], clock::new_id(), lease_for, &mut conn).await;
    assert_eq!((taken.len(), loud_ones(&taken)), (2, 2));
}

kind!(Shared, "test.shared");

#[actix_rt::test]
async fn several_servers_run_each_job_once() {
    let db = database().await;
    let tenants = [tenant(), tenant(), tenant()];
    let new: Vec<_> = (0..300)
        .map(|index| act::<Shared>(tenants[index % 3], "succeed"))
        .collect();
    queue(&db, &new).await;
    let often = Options {
        poll: Duration::from_millis(10),
        ..ASLEEP
    };
    let workers: Vec<_> = (0..3)
        .map(|_| start(&db, Kinds::none().with::<Shared>(), often))
        .collect();
    for job in &new {
        assert_eq!(until_state(&db, job, JobState::Done).await.attempts, 1);
    }
    for job in &new {
        let runs: usize = workers.iter().map(|worker| worker.diary.attempts(job.id).len()).sum();
        assert_eq!(runs, 1);
    }
    for worker in workers {
        worker.stop().await;
    }
}

kind!(Keyed, "test.keyed");

#[actix_rt::test]
async fn the_same_work_is_queued_once_until_it_is_finished() {
    let db = database().await;
    let (tenant, other) = (tenant(), tenant());
    let keyed = |tenant| NewJob {
        unique_key: Some("daily".to_owned()),
        ..act::<Keyed>(tenant, "succeed")
    };
    let (first, again, others, unkeyed) = (
        keyed(tenant),
        keyed(tenant),
        keyed(other),
        act::<Keyed>(tenant, "succeed"),
    );
    queue(&db, &[first.clone(), again.clone(), others.clone(), unkeyed.clone()]).await;
    queue(&db, std::slice::from_ref(&again)).await;
    assert!(row(&db, &again).await.is_none());
    let worker = start(&db, Kinds::none().with::<Keyed>(), ASLEEP);
    worker.wake.wake();
    for job in [&first, &others, &unkeyed] {
        until_state(&db, job, JobState::Done).await;
    }
    queue(&db, std::slice::from_ref(&again)).await;
    worker.wake.wake();
    until_state(&db, &again, JobState::Done).await;
    worker.stop().await;
}

kind!(Timer, "test.timer");
kind!(Reminder, "test.reminder", EXPIRES_AFTER: Option<Duration> = Some(Duration::from_secs(60)));

#[actix_rt::test]
async fn what_came_due_while_no_server_ran_runs_at_start_or_expires_where_it_is_said_so() {
    let db = database().await;
    let tenant = tenant();
    let at = |seconds| Some(clock::now() + chrono::TimeDelta::seconds(seconds));
    let timer = |run_at| NewJob {
        run_at,
        ..act::<Timer>(tenant, "succeed")
    };
    let reminder = |run_at| NewJob {
        run_at,
        ..act::<Reminder>(tenant, "succeed")
    };
    let (due, future) = (timer(at(-3600)), timer(at(3600)));
    let (fresh, stale) = (reminder(at(-30)), reminder(at(-3600)));
    queue(&db, &[due.clone(), future.clone(), fresh.clone(), stale.clone()]).await;
    let worker = start(&db, Kinds::none().with::<Timer>().with::<Reminder>(), ASLEEP);
    until_state(&db, &due, JobState::Done).await;
    until_state(&db, &fresh, JobState::Done).await;
    let row_of_stale = until_state(&db, &stale, JobState::Expired).await;
    assert!(row_of_stale.last_error.unwrap().ends_with("s late"));
    assert!(worker.diary.attempts(stale.id).is_empty());
    assert_eq!(row(&db, &future).await.unwrap().state, JobState::Waiting);
    worker.stop().await;
}

kind!(Last, "test.last");

#[actix_rt::test]
async fn a_server_that_stops_gives_back_what_does_not_end() {
    let db = database().await;
    let job = act::<Last>(tenant(), "hang");
    queue(&db, std::slice::from_ref(&job)).await;
    let worker = start(&db, Kinds::none().with::<Last>(), ASLEEP);
    until_state(&db, &job, JobState::Running).await;
    worker.stop().await;
    let row = row(&db, &job).await.unwrap();
    assert_eq!((row.state, row.attempts), (JobState::Waiting, 0));
}

#[actix_rt::test]
async fn a_commit_shared_by_tenants_queues_for_those_it_names_and_no_other() {
    let db = database().await;
    let (one, two, foreign) = (tenant(), tenant(), tenant());
    let shared = format!("BEGIN; SELECT set_config('app.tenant_ids', '{one},{two}', true)");
    let queued = async |new: &[NewJob]| -> Result<(), DbError> {
        let mut conn = db.journal().await?;
        in_transaction(&mut conn, &shared, async |conn| Ok(insert(new, conn).await?)).await
    };
    let named = [act::<Quiet>(one, "succeed"), act::<Quiet>(two, "succeed")];
    queued(&named).await.unwrap();
    for job in &named {
        assert_eq!(row(&db, job).await.unwrap().state, JobState::Waiting);
    }
    let mixed = [act::<Quiet>(one, "succeed"), act::<Quiet>(foreign, "succeed")];
    queued(&mixed).await.unwrap_err();
    assert!(row(&db, &mixed[0]).await.is_none());

    // And no tenant's own connection sees another's.
    let mut conn = db.journal().await.unwrap();
    conn.batch_execute(&begin("BEGIN", foreign)).await.unwrap();
    let seen: i64 = jobs::table.count().get_result(&mut conn).await.unwrap();
    conn.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(seen, 0);
}

kind!(Quiet, "test.nobody-runs");

#[test]
fn an_administrator_sees_only_the_fields_that_the_kind_shows() {
    struct Shown;
    impl JobKind for Shown {
        const NAME: &'static str = "test.shown";
        type Payload = Value;
        const SHOWN: &'static [&'static str] = &["to", "missing"];
    }
    impl JobHandler<Diary> for Shown {
        async fn run(_: &Diary, _: &Job, _: Value) -> Result<(), JobError> {
            Ok(())
        }
    }
    let kinds = Kinds::<Diary>::none().with::<Shown>();
    let payload = json!({ "to": "ana", "token": "secret" });
    assert_eq!(Value::from(kinds.shown(Shown::NAME, &payload)), json!({ "to": "ana" }));
    assert_eq!(Value::from(kinds.shown("unknown", &payload)), json!({}));
}
