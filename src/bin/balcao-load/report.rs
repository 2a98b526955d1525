//! What a run found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::cpu::Used;
use crate::latency::Summary;

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Whether all promises were kept and every command was answered.
    pub(crate) ok: bool,
    pub(crate) workload: &'static str,
    /// From the first command to the last answer.
    pub(crate) seconds: f64,
    pub(crate) boards: usize,
    pub(crate) sockets: usize,
    pub(crate) opened_per_second: f64,
    /// From the handshake to the subscription's answer, 64 at a time.
    pub(crate) opening: Summary,
    pub(crate) commands: Commands,
    pub(crate) events: Events,
    pub(crate) resumes: Resumes,
    pub(crate) beats: u64,
    pub(crate) order: Order,
    /// What went wrong beside the order of events; the first few.
    pub(crate) failures: Vec<String>,
    pub(crate) cpu: Used,
}

#[derive(Debug, Serialize)]
pub(crate) struct Commands {
    pub(crate) sent: u64,
    pub(crate) committed: u64,
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) unanswered: u64,
    pub(crate) per_second: f64,
    /// From sending a command to its answer.
    pub(crate) ack: Summary,
    /// The longest that this tool sent a command too late.
    pub(crate) behind_schedule_ms: f64,
}

#[derive(Debug, Serialize)]
pub(crate) struct Events {
    pub(crate) delivered: u64,
    pub(crate) per_second: f64,
    /// From sending a command to its event at a subscriber.
    pub(crate) latency: Summary,
}

#[derive(Debug, Serialize)]
pub(crate) struct Resumes {
    pub(crate) by_events: u64,
    pub(crate) by_snapshot: u64,
    /// Connections that the server or the network ended, by close code.
    pub(crate) lost: BTreeMap<u16, u64>,
    pub(crate) failed_tries: u64,
    /// From the end of a connection to the subscription's answer on the next.
    pub(crate) latency: Summary,
}

impl Default for Resumes {
    fn default() -> Self {
        Self {
            by_events: 0,
            by_snapshot: 0,
            lost: BTreeMap::new(),
            failed_tries: 0,
            latency: Summary::NOTHING,
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) ok: bool,
    pub(crate) violations: usize,
    pub(crate) first: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.ok { "ok" } else { "FAILED" };
        writeln!(
            f,
            "{}: {} sockets, {} board(s), {:.1} s: {verdict}\n",
            self.workload, self.sockets, self.boards, self.seconds
        )?;
        writeln!(
            f,
            "{:<28}{:>9}{:>11}{:>10}{:>10}{:>10}{:>10}",
            "", "count", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms"
        )?;
        row(f, "sockets opened", self.opened_per_second, &self.opening)?;
        row(f, "command to answer", self.commands.per_second, &self.commands.ack)?;
        row(f, "command to event seen", self.events.per_second, &self.events.latency)?;
        row(f, "cut to resumed", 0.0, &self.resumes.latency)?;
        writeln!(f)?;

        let commands = &self.commands;
        write!(
            f,
            "commands   {} sent, {} committed, ",
            commands.sent, commands.committed
        )?;
        write!(f, "{} unanswered", commands.unanswered)?;
        for (code, count) in &commands.refused {
            write!(f, ", {count} {code}")?;
        }
        writeln!(f, "; sent at most {:.1} ms late", commands.behind_schedule_ms)?;

        let resumes = &self.resumes;
        write!(f, "resumes    {} by events, ", resumes.by_events)?;
        write!(
            f,
            "{} by snapshot, {} failed tries",
            resumes.by_snapshot, resumes.failed_tries
        )?;
        for (code, count) in &resumes.lost {
            write!(f, ", {count} ended with {code}")?;
        }
        writeln!(f, "; {} beats", self.beats)?;

        writeln!(f, "order      {} violations", self.order.violations)?;
        for violation in &self.order.first {
            writeln!(f, "           {violation}")?;
        }
        for failure in &self.failures {
            writeln!(f, "failure    {failure}")?;
        }
        self.write_cpu(f)
    }
}

impl Report {
    fn write_cpu(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = [
            ("server", self.cpu.server_s),
            ("PostgreSQL", self.cpu.postgres_s),
            ("this tool", self.cpu.load_tool_s),
        ];
        write!(f, "CPU       ")?;
        for (name, seconds) in used {
            if let Some(seconds) = seconds {
                let share = 100.0 * seconds / self.seconds;
                write!(f, " {name} {seconds:.2} s ({share:.0} % of a core);")?;
            }
        }
        match self.cpu.server_rss_mib {
            Some(mib) => writeln!(f, " server's memory {mib} MiB")?,
            None => writeln!(f)?,
        }
        for note in &self.cpu.notes {
            writeln!(f, "           {note}")?;
        }
        Ok(())
    }
}

/// One line of the table; none, where nothing was measured.
fn row(f: &mut fmt::Formatter<'_>, name: &str, rate: f64, of: &Summary) -> fmt::Result {
    if of.count == 0 {
        return Ok(());
    }
    let rate = if rate > 0.0 {
        format!("{rate:.1}")
    } else {
        String::new()
    };
    writeln!(
        f,
        "{name:<28}{:>9}{rate:>11}{:>10.2}{:>10.2}{:>10.2}{:>10.2}",
        of.count, of.p50_ms, of.p95_ms, of.p99_ms, of.max_ms
    )
}
