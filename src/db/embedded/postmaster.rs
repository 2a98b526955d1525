//! The process of the private PostgreSQL, from its start to its end.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    EmbeddedError, PORT, STOP_LIMIT, binaries::Binaries, identity::Identity, io_error, orphan::PidFile, pause,
};

/// Recovery after a crash replays the log first, which takes as long as there is log.
const START_LIMIT: Duration = Duration::from_secs(300);
const LARGEST_LOG: u64 = 16 * 1024 * 1024;

/// What is needed to run PostgreSQL on a cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) binaries: Binaries,
    pub(super) identity: Identity,
    pub(super) data: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) log: PathBuf,
    pub(super) throwaway: bool,
}

/// A running PostgreSQL.
#[derive(Debug)]
pub(super) struct Postmaster(Child);

impl Postmaster {
    /// Starts PostgreSQL and waits until it takes connections; one that does not is ended. Blocks.
    pub(super) fn start(cluster: &Cluster) -> Result<Self, EmbeddedError> {
        let mut postmaster = Self(spawn(cluster)?);
        let ready = postmaster.wait_until_ready(cluster);
        if ready.is_err() {
            postmaster.end();
        }
        ready.map(|()| postmaster)
    }

    fn wait_until_ready(&mut self, cluster: &Cluster) -> Result<(), EmbeddedError> {
        let failed = |reason| {
            let log = cluster.log.clone();
            Err(EmbeddedError::Start { reason, log })
        };
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let ended = self
                .0
                .try_wait()
                .map_err(io_error("watch PostgreSQL on", &cluster.data))?;
            if let Some(status) = ended {
                return failed(last_complaint(&cluster.log).unwrap_or_else(|| format!("it ended with {status}")));
            }
            if PidFile::read(&cluster.data).is_some_and(|file| file.pid == self.pid().as_raw() && file.ready) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return failed(format!("it is not ready after {} seconds", START_LIMIT.as_secs()));
            }
            pause();
        }
    }

    /// Whether it has ended; its process is then collected.
    pub(super) fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    pub(super) fn pid(&self) -> Pid {
        // A process id is a positive `pid_t`; std only widens it.
        Pid::from_raw(self.0.id().cast_signed())
    }

    /// Asks ever more firmly until PostgreSQL is gone. Each of the three leaves committed data whole.
    pub(super) fn end(&mut self) {
        for (signal, limit) in [
            (Signal::SIGINT, STOP_LIMIT),
            (Signal::SIGQUIT, Duration::from_secs(10)),
            (Signal::SIGKILL, Duration::from_secs(10)),
        ] {
            // The number of a process that has been collected may be another's by now.
            if matches!(self.0.try_wait(), Ok(None)) {
                // It may end by itself at this very moment, which the wait below finds out.
                let _ = kill(self.pid(), signal);
            }
            let deadline = Instant::now() + limit;
            while Instant::now() < deadline {
                match self.0.try_wait() {
                    Ok(None) => pause(),
                    Ok(Some(_)) => return,
                    Err(error) => return tracing::error!(%error, "Lost sight of the private PostgreSQL"),
                }
            }
            tracing::warn!(?signal, "The private PostgreSQL did not stop in time");
        }
    }
}

pub(super) fn spawn(cluster: &Cluster) -> Result<Child, EmbeddedError> {
    let mut command = cluster.binaries.command("postgres");
    let cluster_path = cluster.identity.path_for(&mut command, &cluster.data)?;
    let socket_path = cluster.identity.path_for(&mut command, &cluster.socket_dir)?;
    command
        .arg("-D")
        .arg(&cluster_path)
        .arg("-k")
        .arg(&socket_path)
        .args(["-p", &PORT.to_string()]);
    for setting in [
        // Shown in the list of processes.
        "cluster_name=balcao",
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "max_connections=100",
        "shared_buffers=128MB",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_line_prefix=%m [%p] ",
        // The detail of a broken constraint quotes the row, and rows hold people's data.
        "log_error_verbosity=terse",
    ] {
        command.args(["-c", setting]);
    }
    if cluster.throwaway {
        command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
    }
    let log_file = open_log(&cluster.log)?;
    let log_copy = log_file.try_clone().map_err(io_error("share the log", &cluster.log))?;
    command
        .current_dir(&cluster_path)
        .stdin(Stdio::null())
        .stdout(log_copy)
        .stderr(log_file)
        // Ctrl-C in a terminal reaches the whole foreground group; the database stops only after the server did.
        .process_group(0);
    cluster.identity.apply(&mut command, Signal::SIGINT);
    command.spawn().map_err(io_error("run PostgreSQL on", &cluster.data))
}

/// Opens the log to append to it, putting a large one aside.
fn open_log(path: &Path) -> Result<File, EmbeddedError> {
    if fs::metadata(path).is_ok_and(|found| found.len() > LARGEST_LOG) {
        fs::rename(path, path.with_extension("log.1")).map_err(io_error("put aside the log", path))?;
    }
    File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map_err(io_error("open the log", path))
}

/// The last reason that PostgreSQL gave in its log, without the time and process before it.
fn last_complaint(log: &Path) -> Option<String> {
    const TAIL: u64 = 16 * 1024;
    let mut file = File::open(log).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL))).ok()?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).ok()?;
    let tail = String::from_utf8_lossy(&tail);
    let line = tail
        .lines()
        .rev()
        .find(|line| line.contains("FATAL:"))
        .or(tail.lines().next_back())?;
    Some(
        line.split_once("FATAL:")
            .map_or(line, |(_, reason)| reason)
            .trim()
            .to_owned(),
    )
}
