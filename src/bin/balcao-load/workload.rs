//! A run: everybody signs in, subscribes, the load lasts its time, and what was seen is put together.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::args::{Args, Plan};
use crate::connection::Connection;
use crate::cpu::{Used, Watched};
use crate::follower::{Control, End, Followed, Follower};
use crate::latency::Latency;
use crate::people::{self, Person, Place};
use crate::report::{Commands, Events, Order, Report, Resumes};
use crate::writer::{Target, Writer, Written, as_f64};

/// First connections that are opened at the same time.
const OPENING: usize = 64;
/// How long it may take until everybody is subscribed.
const OPENING_PATIENCE: Duration = Duration::from_secs(120);
/// How long answers and events may take after the last command.
const PATIENCE: Duration = Duration::from_secs(20);
/// From the order to begin to the first command.
const LEAD_IN: Duration = Duration::from_millis(100);
/// Violations that are told word for word.
const TOLD: usize = 10;

/// What a run brought to light.
struct Seen {
    elapsed: Duration,
    opening: Duration,
    followed: Vec<Followed>,
    written: Vec<Written>,
    /// The highest number that was acknowledged on each board.
    seqs: Arc<[i64]>,
    cpu: Used,
}

pub(crate) async fn run(args: &Args, plan: &Plan) -> anyhow::Result<Report> {
    raise_file_limit();
    let people = people::sign_in(args, plan).await?;
    let boards = people::make_places(&people, plan).await?;
    let watched = Watched::find(args.server_pid, args.postgres_pid);
    let seen = load(plan, &people, &boards, watched).await;
    people::delete_boards(&people, &boards).await?;
    told(plan, seen?)
}

async fn load(plan: &Plan, people: &[Person], boards: &[Place], watched: Watched) -> anyhow::Result<Seen> {
    let control = watch::Sender::new(Control::default());
    let begun = Instant::now();
    let mut followers = subscribe(plan, people, boards, &control).await?;
    let opening = begun.elapsed();

    let before = watched.read();
    let first = Instant::now() + LEAD_IN;
    let mut writers = write(plan, people, boards, first).await?;
    for storm in 1..=plan.storms {
        sleep_until(first + plan.lasts * storm / (plan.storms + 1)).await;
        control.send_modify(|control| control.storms += 1);
    }
    sleep_until(first + plan.lasts).await;
    let mut written = Vec::with_capacity(writers.len());
    while let Some(one) = writers.join_next().await {
        written.push(one?);
    }
    let elapsed = first.elapsed();
    let cpu = watched.since(before);

    let mut seqs = vec![0; boards.len()];
    for commit in written.iter().flat_map(|one: &Written| &one.committed) {
        if let Some(seq) = seqs.get_mut(commit.board) {
            *seq = commit.seq.max(*seq);
        }
    }
    let seqs: Arc<[i64]> = seqs.into();
    control.send_modify(|control| {
        control.end = Some(End {
            seqs: Arc::clone(&seqs),
            deadline: Instant::now() + PATIENCE,
        });
    });
    let mut followed = Vec::with_capacity(followers.len());
    while let Some(one) = followers.join_next().await {
        followed.push(one?);
    }
    Ok(Seen {
        elapsed,
        opening,
        followed,
        written,
        seqs,
        cpu,
    })
}

/// Subscribes everybody, and waits until they are.
async fn subscribe(
    plan: &Plan,
    people: &[Person],
    boards: &[Place],
    control: &watch::Sender<Control>,
) -> anyhow::Result<JoinSet<Followed>> {
    let (joined, mut joins) = watch::channel(0);
    let opening = Arc::new(Semaphore::new(OPENING));
    let mut followers = JoinSet::new();
    let wanted = (0..plan.subscribers).flat_map(|_| boards.iter().enumerate());
    for ((board, of), person) in wanted.zip(people.iter().cycle()) {
        let follower = Follower {
            person: person.clone(),
            board,
            topic: of.topic.clone(),
            control: control.subscribe(),
            joined: joined.clone(),
            opening: Arc::clone(&opening),
        };
        followers.spawn(follower.run());
    }
    let all = followers.len();
    let all_in = timeout(OPENING_PATIENCE, joins.wait_for(|joined| *joined == all))
        .await
        .is_ok();
    if !all_in {
        let joined = *joins.borrow();
        bail!("only {joined} of {all} sockets could subscribe");
    }
    Ok(followers)
}

/// Starts the writers, each with deeds of its own.
async fn write(plan: &Plan, people: &[Person], boards: &[Place], first: Instant) -> anyhow::Result<JoinSet<Written>> {
    let mut writers = JoinSet::new();
    let count = plan.writers;
    let mut targets: Vec<Vec<Target>> = (0..count).map(|_| Vec::new()).collect();
    let places = (0..plan.leads).flat_map(|deed| boards.iter().enumerate().map(move |(board, of)| (deed, board, of)));
    for (number, (deed, board, of)) in places.enumerate() {
        let writer = number.checked_rem(count).and_then(|writer| targets.get_mut(writer));
        if let (Some(writer), Some(deed)) = (writer, of.deeds.get(deed)) {
            writer.push(Target {
                board,
                topic: of.topic.clone(),
                deed: deed.clone(),
            });
        }
    }
    let commands = plan.commands();
    for ((number, targets), person) in (0_u32..).zip(targets).zip(people.iter().cycle()) {
        let every = Duration::from_secs(u64::try_from(count)?) / plan.rate;
        let share = commands.div_euclid(u64::try_from(count)?);
        let rest = u64::from(u64::from(number) < commands.rem_euclid(u64::try_from(count)?));
        let connection = Connection::open(person).await.context("a writer")?;
        let writer = Writer {
            connection,
            targets,
            first: first + Duration::from_secs(1) / plan.rate * number,
            every,
            count: share + rest,
            deadline: first + plan.lasts + PATIENCE,
        };
        writers.spawn(writer.run());
    }
    Ok(writers)
}

/// Puts together what everybody saw.
fn told(plan: &Plan, seen: Seen) -> anyhow::Result<Report> {
    let Seen {
        elapsed,
        opening,
        followed,
        written,
        seqs,
        cpu,
    } = seen;
    let sockets = followed.len() + written.len();
    let (commands, sent_at) = commands(&written, elapsed, plan.boards)?;
    let mut openings = Latency::new()?;
    let mut latency = Latency::new()?;
    let mut resumes = Resumes::default();
    let mut resumed = Latency::new()?;
    let mut delivered = 0;
    let mut beats = 0;
    let mut violations = Vec::new();
    let mut failures: Vec<String> = written.into_iter().filter_map(|one| one.failure).collect();
    for mut one in followed {
        one.opened.into_iter().for_each(|took| openings.record(took));
        one.resumed.iter().for_each(|took| resumed.record(*took));
        resumes.by_snapshot += one.by_snapshot;
        resumes.failed_tries += one.failed_tries;
        for code in one.lost {
            *resumes.lost.entry(code).or_default() += 1;
        }
        beats += one.beats;
        delivered += u64::try_from(one.arrivals.len())?;
        if let Some(sent_at) = sent_at.get(one.board) {
            for (seq, at) in &one.arrivals {
                sent_at
                    .get(seq)
                    .into_iter()
                    .for_each(|sent| latency.record(*at - *sent));
            }
        }
        one.order.expect(seqs.get(one.board).copied().unwrap_or_default());
        violations.extend(one.order.into_violations());
        failures.extend(one.failure);
    }
    resumes.latency = resumed.summary();
    resumes.by_events = resumes.latency.count - resumes.by_snapshot;
    let ok = violations.is_empty() && failures.is_empty() && commands.unanswered == 0;
    Ok(Report {
        ok,
        workload: plan.workload,
        seconds: elapsed.as_secs_f64(),
        boards: plan.boards,
        sockets,
        opened_per_second: as_f64(openings.summary().count) / opening.as_secs_f64(),
        opening: openings.summary(),
        commands,
        events: Events {
            delivered,
            per_second: as_f64(delivered) / elapsed.as_secs_f64(),
            latency: latency.summary(),
        },
        resumes,
        beats,
        order: Order {
            ok: violations.is_empty(),
            violations: violations.len(),
            first: violations.into_iter().take(TOLD).collect(),
        },
        failures: failures.into_iter().take(TOLD).collect(),
        cpu,
    })
}

/// By board and number, when the command that made an event was sent.
type SentAt = Vec<HashMap<i64, Instant>>;

fn commands(written: &[Written], elapsed: Duration, boards: usize) -> anyhow::Result<(Commands, SentAt)> {
    let mut sent_at: SentAt = vec![HashMap::new(); boards];
    let mut ack = Latency::new()?;
    let mut refused = BTreeMap::new();
    for one in written {
        for commit in &one.committed {
            ack.record(commit.took);
            if let Some(sent_at) = sent_at.get_mut(commit.board) {
                sent_at.entry(commit.seq).or_insert(commit.sent);
            }
        }
        for (code, count) in &one.refused {
            *refused.entry(code.clone()).or_default() += count;
        }
    }
    let sent = written.iter().map(|one| one.sent).sum();
    let committed = ack.summary().count;
    let behind = written.iter().map(|one| one.behind).max().unwrap_or_default();
    let commands = Commands {
        sent,
        committed,
        unanswered: sent - committed - refused.values().sum::<u64>(),
        refused,
        per_second: as_f64(committed) / elapsed.as_secs_f64(),
        ack: ack.summary(),
        behind_schedule_ms: crate::latency::millis(behind),
    };
    Ok((commands, sent_at))
}

/// As many sockets as the system lets us have.
fn raise_file_limit() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    // Where it cannot be raised, a socket too many will say so.
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
