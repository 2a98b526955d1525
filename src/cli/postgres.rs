//! `balcao postgres`: a private PostgreSQL for as long as another command runs.

use std::{
    ffi::OsString,
    io::{self, IsTerminal},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Command, ExitCode, ExitStatus},
};

use anyhow::Context;
use clap::Args;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    db::embedded::{Embedded, Options},
    process::end_with_us,
};

/// Which cluster, and what to run beside it.
#[derive(Debug, Args)]
pub(super) struct Postgres {
    /// The data directory whose cluster is used
    #[arg(long, env = "BALCAO_DATA_DIR", default_value = "./data")]
    data_dir: PathBuf,
    /// Use a new cluster in a temporary directory instead, and remove it afterwards
    #[arg(long)]
    throwaway: bool,
    /// Directory of PostgreSQL's programs; without it the newest installed is used
    #[arg(long, env = "BALCAO_POSTGRES_BIN")]
    bin: Option<PathBuf>,
    /// The command and its arguments
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Postgres {
    /// Runs the command and ends as it ended.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (program, arguments) = self.command.split_first().context("no command was given")?;
        let options = Options {
            data_dir: self.data_dir,
            throwaway: self.throwaway,
            bin: self.bin,
        };
        let embedded = Embedded::start(&options)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut command = Command::new(program);
        command.args(arguments).env("DATABASE_URL", embedded.url());
        end_with_us(&mut command, Signal::SIGTERM);
        let status = runtime.block_on(wait_for(command));
        embedded.stop();
        let status = status.with_context(|| format!("cannot run {}", program.to_string_lossy()))?;
        Ok(exit_code(status))
    }
}

/// Waits for the command. A request to end is passed on, and the command decides when it is done.
async fn wait_for(command: Command) -> io::Result<ExitStatus> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut child = tokio::process::Command::from(command).spawn()?;
    loop {
        let passed_on = tokio::select! {
            status = child.wait() => return status,
            _ = terminate.recv() => Signal::SIGTERM,
            _ = hangup.recv() => Signal::SIGHUP,
            // Ctrl-C in a terminal reaches the command by itself.
            _ = interrupt.recv() => if io::stdin().is_terminal() { continue } else { Signal::SIGINT },
        };
        if let Some(id) = child.id() {
            // It may end at this very moment, which the next turn finds out.
            let _ = kill(Pid::from_raw(id.cast_signed()), passed_on);
        }
    }
}

/// As a shell has it: 128 and the signal's number for a command that a signal ended.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .or_else(|| status.signal().map(|number| 128 + number))
        .unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
