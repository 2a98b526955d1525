//! CPU time and memory of the processes under load, as the kernel tells them in `/proc`.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

/// Ticks per second in `/proc`, a constant of Linux's interface to programs.
const TICKS: u32 = 100;

/// The processes that are watched.
pub(crate) struct Watched {
    server: Option<u32>,
    postgres: Option<u32>,
    notes: Vec<String>,
}

/// CPU time so far.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    server: Option<Duration>,
    postgres: Option<Duration>,
    tool: Option<Duration>,
}

/// CPU time while the load lasted, in seconds; nothing, where a process was not found.
#[derive(Debug, Serialize)]
pub(crate) struct Used {
    pub(crate) server_s: Option<f64>,
    pub(crate) postgres_s: Option<f64>,
    pub(crate) load_tool_s: Option<f64>,
    pub(crate) server_rss_mib: Option<u64>,
    /// What is not told, and why.
    pub(crate) notes: Vec<String>,
}

impl Watched {
    pub(crate) fn find(server: Option<u32>, postgres: Option<u32>) -> Self {
        let processes = processes();
        let mut notes = Vec::new();
        let found = |pid: &u32| processes.contains_key(pid);
        match server {
            None => notes.push("the server's CPU time is not known: --server-pid was not given".to_owned()),
            Some(pid) if !found(&pid) => notes.push(format!("the server's CPU time is not known: no process {pid}")),
            Some(_) => {}
        }
        let server = server.filter(found);
        let postgres = match postgres {
            Some(pid) => Some(pid).filter(found),
            None => server.and_then(|pid| private_postgres(&processes, pid)),
        };
        if postgres.is_none() {
            notes.push("PostgreSQL's CPU time is not known: it was not found; --postgres-pid tells it".to_owned());
        }
        Self {
            server,
            postgres,
            notes,
        }
    }

    pub(crate) fn read(&self) -> Reading {
        let processes = processes();
        let own = |pid: u32| processes.get(&pid).map(|process| process.own);
        Reading {
            server: self.server.and_then(own),
            postgres: self
                .postgres
                .filter(|pid| processes.contains_key(pid))
                .map(|pid| of_all(&processes, pid)),
            tool: own(std::process::id()),
        }
    }

    /// What was used since a reading.
    pub(crate) fn since(self, before: Reading) -> Used {
        let now = self.read();
        let used = |before: Option<Duration>, now: Option<Duration>| {
            before
                .zip(now)
                .map(|(before, now)| now.saturating_sub(before).as_secs_f64())
        };
        Used {
            server_s: used(before.server, now.server),
            postgres_s: used(before.postgres, now.postgres),
            load_tool_s: used(before.tool, now.tool),
            server_rss_mib: self.server.and_then(resident_mib),
            notes: self.notes,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    name: String,
    parent: u32,
    own: Duration,
    /// Of children that have ended.
    reaped: Duration,
}

impl Process {
    /// From `/proc/<pid>/stat`. The name stands in parentheses and may hold anything, parentheses too.
    fn parse(stat: &str) -> Option<Self> {
        let (head, rest) = stat.rsplit_once(") ")?;
        let (_, name) = head.split_once('(')?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u32>().ok();
        // The state, here 0, is the third field in proc(5).
        Some(Self {
            name: name.to_owned(),
            parent: ticks(1)?,
            own: Duration::from_secs((ticks(11)? + ticks(12)?).into()) / TICKS,
            reaped: Duration::from_secs((ticks(13)? + ticks(14)?).into()) / TICKS,
        })
    }
}

fn processes() -> HashMap<u32, Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return HashMap::new();
    };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid: u32| {
        // It may have ended just now.
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Some((pid, Process::parse(&stat)?))
    })
    .collect()
}

/// A server's own PostgreSQL is its child, or its sibling under `balcao postgres`.
fn private_postgres(processes: &HashMap<u32, Process>, server: u32) -> Option<u32> {
    let parent = processes.get(&server)?.parent;
    let under_us = processes.get(&parent).is_some_and(|process| process.name == "balcao");
    let root_below = |root: u32| {
        let mut found: Vec<u32> = processes
            .iter()
            .filter(|(pid, process)| process.name == "postgres" && descends(processes, **pid, root))
            .map(|(pid, _)| *pid)
            .collect();
        // Its workers are its children, hence not the first.
        found.retain(|pid| {
            let parent = processes.get(pid).and_then(|process| processes.get(&process.parent));
            parent.is_none_or(|parent| parent.name != "postgres")
        });
        found.into_iter().min()
    };
    root_below(server).or_else(|| under_us.then(|| root_below(parent)).flatten())
}

fn descends(processes: &HashMap<u32, Process>, pid: u32, root: u32) -> bool {
    let parents = std::iter::successors(Some(pid), |pid| Some(processes.get(pid)?.parent));
    // A tree read while it changes might show a circle.
    parents.take(64).skip(1).any(|parent| parent == root)
}

/// A process with all below it, those that have ended included.
fn of_all(processes: &HashMap<u32, Process>, root: u32) -> Duration {
    let ours = processes
        .iter()
        .filter(|(pid, _)| **pid == root || descends(processes, **pid, root));
    ours.map(|(_, process)| process.own + process.reaped).sum()
}

fn resident_mib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib / 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(name: &str, parent: u32, own: u64) -> Process {
        Process {
            name: name.to_owned(),
            parent,
            own: Duration::from_secs(own),
            reaped: Duration::ZERO,
        }
    }

    #[test]
    fn a_name_with_parentheses_does_not_move_the_fields() {
        let stat = "7 (a) (b)) S 3 7 7 0 -1 0 0 0 0 0 150 50 300 100 20 0 1 0 5";
        let process = Process::parse(stat).unwrap();
        assert_eq!((process.name.as_str(), process.parent), ("a) (b)", 3));
        assert_eq!((process.own.as_secs(), process.reaped.as_secs()), (2, 4));
        assert_eq!(Process::parse("7 (short) S 3"), None);
    }

    #[test]
    fn postgres_is_found_below_the_server_or_beside_it_under_balcao() {
        let mut tree = HashMap::from([
            (10, process("balcao", 1, 0)),
            (11, process("postgres", 10, 1)),
            (12, process("postgres", 11, 2)),
            (13, process("balcao", 10, 4)),
            (99, process("postgres", 1, 64)),
        ]);
        assert_eq!(private_postgres(&tree, 13), Some(11), "beside it");
        assert_eq!(private_postgres(&tree, 10), Some(11), "below it");
        assert_eq!(of_all(&tree, 11), Duration::from_secs(3));
        tree.insert(10, process("bash", 1, 0));
        assert_eq!(private_postgres(&tree, 13), None, "a stranger's");
    }

    #[test]
    fn this_very_process_is_read() {
        assert!(processes().contains_key(&std::process::id()));
        assert!(resident_mib(std::process::id()).is_some_and(|mib| mib > 0));
    }

    #[test]
    fn what_is_not_found_is_said() {
        assert_eq!(Watched::find(None, None).notes.len(), 2);
    }
}
