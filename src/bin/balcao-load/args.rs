//! Flags, their bounds, and the plan that a workload comes to.

use std::net::ToSocketAddrs;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand, value_parser};
use reqwest::Url;

/// Arrivals are kept until the end, 16 bytes each.
const MOST_DELIVERIES: u64 = 10_000_000;
const MOST_SOCKETS: u64 = 20_000;
/// People of a registered tenant, its administrator included.
const REGISTERED: u32 = 3;
/// Under the 50 that the server takes unless told otherwise.
const COMMANDS_PER_SOCKET: u32 = 40;

/// Puts load on a Balcão server and tells how fast it answers and whether it keeps its promises.
#[derive(Debug, Parser)]
#[command(name = "balcao-load", version, max_term_width = 120)]
pub(crate) struct Args {
    #[command(subcommand)]
    workload: Workload,

    /// The server; plain HTTP only
    #[arg(long, global = true, default_value = "http://127.0.0.1:8000")]
    pub(crate) url: Url,

    /// Send load to another machine too
    #[arg(long, global = true)]
    allow_remote: bool,

    /// Who signs in (comma-separated); the first must be allowed to make boards. Default: the demonstration's administrator
    #[arg(
        long,
        global = true,
        value_delimiter = ',',
        default_value = "admin@demo.balcao.local"
    )]
    pub(crate) email: Vec<String>,

    /// The password of all of them
    #[arg(long, global = true, default_value = "balcao-demo", hide_default_value = true)]
    pub(crate) password: String,

    /// Register a tenant with people of its own instead; it stays behind
    #[arg(long, global = true, conflicts_with_all = ["email", "password"])]
    pub(crate) register: bool,

    /// How long the load lasts
    #[arg(long, global = true, default_value_t = 10, value_parser = value_parser!(u32).range(1..=600))]
    seconds: u32,

    /// Leads on each board
    #[arg(long, global = true, default_value_t = 10, value_parser = value_parser!(u32).range(1..=5_000))]
    leads: u32,

    /// The server's process, for its CPU time (and its PostgreSQL's, where that is a private one)
    #[arg(long, global = true)]
    pub(crate) server_pid: Option<u32>,

    /// The first process of PostgreSQL, for its CPU time
    #[arg(long, global = true)]
    pub(crate) postgres_pid: Option<u32>,

    /// Print one JSON object instead of a table
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Workload {
    /// One board that many watch while leads are moved on it
    OneBoard {
        #[arg(long, default_value_t = 100, value_parser = value_parser!(u32).range(1..=20_000))]
        subscribers: u32,
        /// Commands per second
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u32).range(1..=20_000))]
        rate: u32,
    },
    /// Many boards written at once, each watched by a few
    ManyBoards {
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u32).range(1..=1_000))]
        boards: u32,
        /// Subscribers of each board
        #[arg(long, default_value_t = 2, value_parser = value_parser!(u32).range(1..=1_000))]
        subscribers: u32,
        /// Commands per second, over all boards
        #[arg(long, default_value_t = 200, value_parser = value_parser!(u32).range(1..=20_000))]
        rate: u32,
    },
    /// One room in which everybody hears what everybody says; its people are registered
    OneRoom {
        #[arg(long, default_value_t = 200, value_parser = value_parser!(u32).range(3..=500))]
        members: u32,
        /// Messages per second
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u32).range(1..=20_000))]
        rate: u32,
    },
    /// Sockets that follow a board on which nothing happens
    Idle {
        #[arg(long, default_value_t = 500, value_parser = value_parser!(u32).range(1..=20_000))]
        sockets: u32,
    },
    /// All subscribers of a board lose their connection at once and come back, several times, while leads are moved
    ReconnectStorm {
        #[arg(long, default_value_t = 200, value_parser = value_parser!(u32).range(1..=20_000))]
        sockets: u32,
        /// Commands per second
        #[arg(long, default_value_t = 20, value_parser = value_parser!(u32).range(1..=20_000))]
        rate: u32,
        /// How often
        #[arg(long, default_value_t = 3, value_parser = value_parser!(u32).range(1..=100))]
        storms: u32,
    },
}

/// What a workload comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) workload: &'static str,
    /// Boards, or rooms.
    pub(crate) boards: usize,
    /// In a room people talk; on boards they move leads.
    pub(crate) talks: bool,
    /// How many a tenant has that is registered for it.
    pub(crate) people: usize,
    /// Of each board.
    pub(crate) subscribers: usize,
    /// Commands per second.
    pub(crate) rate: u32,
    /// Sockets that send them: few enough commands on each for the server's usual limit.
    pub(crate) writers: usize,
    /// On each board: at least one for each writer, so that no two move the same.
    pub(crate) leads: usize,
    pub(crate) storms: u32,
    pub(crate) lasts: Duration,
}

impl Plan {
    pub(crate) fn commands(&self) -> u64 {
        u64::from(self.rate) * self.lasts.as_secs()
    }
}

impl Args {
    /// The plan, where it is one that this tool runs.
    pub(crate) fn plan(&self) -> anyhow::Result<Plan> {
        ensure!(
            self.url.scheme() == "http",
            "{} does not begin with http://: only plain HTTP is spoken",
            self.url
        );
        ensure!(
            self.allow_remote || is_loopback(&self.url)?,
            "{} is another machine: --allow-remote says that it may be put under load",
            self.url
        );
        let (workload, boards, subscribers, rate, storms) = match self.workload {
            Workload::OneBoard { subscribers, rate } => ("one-board", 1, subscribers, rate, 0),
            Workload::ManyBoards {
                boards,
                subscribers,
                rate,
            } => ("many-boards", boards, subscribers, rate, 0),
            Workload::OneRoom { members, rate } => ("one-room", 1, members, rate, 0),
            Workload::Idle { sockets } => ("idle", 1, sockets, 0, 0),
            Workload::ReconnectStorm { sockets, rate, storms } => ("reconnect-storm", 1, sockets, rate, storms),
        };
        let talks = matches!(self.workload, Workload::OneRoom { .. });
        ensure!(
            !talks || self.register,
            "one-room makes people of its own: say --register"
        );
        let people = if talks { subscribers } else { REGISTERED };
        let writers = rate.div_ceil(COMMANDS_PER_SOCKET);
        let sockets = u64::from(boards) * u64::from(subscribers) + u64::from(writers);
        ensure!(
            sockets <= MOST_SOCKETS,
            "that would be {sockets} sockets; at most {MOST_SOCKETS} are opened"
        );
        let deliveries = u64::from(rate) * u64::from(self.seconds) * u64::from(subscribers);
        ensure!(
            deliveries <= MOST_DELIVERIES,
            "that would be {deliveries} events at subscribers; at most {MOST_DELIVERIES} are kept"
        );
        Ok(Plan {
            workload,
            boards: usize::try_from(boards)?,
            talks,
            people: usize::try_from(people)?,
            subscribers: usize::try_from(subscribers)?,
            rate,
            writers: usize::try_from(writers)?,
            leads: usize::try_from(self.leads.max(writers.div_ceil(boards)))?,
            storms,
            lasts: Duration::from_secs(self.seconds.into()),
        })
    }
}

/// Whether all addresses of a server are of this machine.
fn is_loopback(url: &Url) -> anyhow::Result<bool> {
    let host = url.host_str().context("the address names no host")?;
    // As URLs have it, an address of version 6 stands in brackets.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().context("the address names no port")?;
    let mut addresses = (host, port)
        .to_socket_addrs()
        .with_context(|| format!("{host} is not known"))?;
    Ok(addresses.all(|address| address.ip().is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(arguments: &[&str]) -> Result<Plan, String> {
        let args = Args::try_parse_from(["balcao-load"].iter().chain(arguments)).map_err(|error| error.to_string())?;
        args.plan().map_err(|error| error.to_string())
    }

    #[test]
    fn a_workload_becomes_boards_subscribers_and_writers() {
        let plan = plan(&["many-boards", "--boards=5", "--rate=401", "--leads=1", "--seconds=3"]).unwrap();
        assert_eq!((plan.boards, plan.subscribers, plan.commands()), (5, 2, 1_203));
        assert_eq!(plan.writers, 11, "at most 40 commands per second on each");
        assert_eq!(plan.leads, 3, "a lead for each writer");
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        assert!(plan(&["one-board"]).is_ok());
        for (arguments, told) in [
            (["one-board", "--subscribers=0", "--rate=1"], "--subscribers"),
            (["one-board", "--rate=20001", "--seconds=1"], "--rate"),
            (["one-board", "--rate=1", "--seconds=601"], "--seconds"),
            (["many-boards", "--boards=1001", "--rate=1"], "--boards"),
            (["many-boards", "--boards=1000", "--subscribers=30"], "30005 sockets"),
            (["one-board", "--subscribers=10000", "--rate=101"], "10100000 events"),
            (["idle", "--sockets=1", "--url=https://127.0.0.1"], "plain HTTP"),
            (["idle", "--register", "--email=a@b.c"], "cannot be used with"),
            (["one-room", "--members=501", "--register"], "--members"),
            (["one-room", "--members=9", "--rate=1"], "--register"),
        ] {
            let refusal = plan(&arguments).unwrap_err();
            assert!(refusal.contains(told), "{arguments:?}: {refusal}");
        }
    }

    #[test]
    fn load_leaves_this_machine_only_when_told() {
        for url in ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:80"] {
            assert!(plan(&["idle", "--url", url]).is_ok(), "{url}");
        }
        let remote = ["idle", "--url", "http://192.0.2.7:8000"];
        assert!(plan(&remote).unwrap_err().contains("--allow-remote"));
        assert!(plan(&[&remote[..], &["--allow-remote"]].concat()).is_ok());
    }
}
