//! What a crashed server left running.

use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{EmbeddedError, STOP_LIMIT, io_error, pause};

/// What `postmaster.pid` tells about a running PostgreSQL.
pub(super) struct PidFile {
    pub(super) pid: i32,
    pub(super) ready: bool,
}

impl PidFile {
    pub(super) fn read(cluster: &Path) -> Option<Self> {
        let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        // The eighth line is the state.
        let ready = lines.nth(6).is_some_and(|state| state.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// Stops whatever a crashed server left running on this cluster, and forgets its process id.
///
/// PostgreSQL takes a recorded process id for its own if any process has it, even one that is dead and not yet collected,
/// or that got the number after a restart of the machine. Every process of PostgreSQL works in its data directory,
/// which tells for certain whether one is left.
pub(super) fn end_orphan(cluster: &Path) -> Result<(), EmbeddedError> {
    let Some(file) = PidFile::read(cluster) else {
        return Ok(());
    };
    let started = Instant::now();
    let mut asked = None;
    let mut told = false;
    loop {
        let left = processes_in(cluster);
        let Some(&first) = left.first() else {
            let path = cluster.join("postmaster.pid");
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &path)(error)),
                _ => Ok(()),
            };
        };
        let signal = if started.elapsed() < STOP_LIMIT {
            Signal::SIGINT
        } else {
            Signal::SIGQUIT
        };
        if left.contains(&file.pid) && asked != Some(signal) {
            tracing::warn!(
                pid = file.pid,
                "Stopping the PostgreSQL that a crashed server left running"
            );
            // It may end by itself at this very moment.
            let _ = kill(Pid::from_raw(file.pid), signal);
            asked = Some(signal);
        }
        if !left.contains(&file.pid) && !told {
            // Without their postmaster these can only end, which a busy one notices late. What they had not committed is lost anyway.
            for pid in &left {
                let _ = kill(Pid::from_raw(*pid), Signal::SIGQUIT);
            }
            told = true;
        }
        if started.elapsed() > STOP_LIMIT + Duration::from_secs(10) {
            return Err(EmbeddedError::Orphan { pid: first });
        }
        pause();
    }
}

/// The living processes of PostgreSQL whose working directory is the cluster.
fn processes_in(cluster: &Path) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .filter(|(_, path)| fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == cluster))
        .filter(|(_, path)| fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim_end() == "postgres"))
        .map(|(pid, _)| pid)
        .collect()
}
