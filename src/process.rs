//! Child processes that do not outlive us.

use std::{io, os::unix::process::CommandExt, process::Command};

use nix::{
    sys::{prctl::set_pdeathsig, signal::Signal},
    unistd::{getpid, getppid},
};

/// Has the kernel send `signal` to the command's process when the *thread* that starts it ends.
///
/// Comes after whatever else changes whom the process runs as, which would undo it.
pub(crate) fn end_with_us(command: &mut Command, signal: Signal) {
    let parent = getpid();
    let prepare = move || {
        set_pdeathsig(signal)?;
        // A parent that ended before the line above will not be announced any more.
        if getppid() != parent {
            return Err(io::Error::from(nix::errno::Errno::ESRCH));
        }
        Ok(())
    };
    before_exec(command, prepare);
}

/// Runs `prepare` in the new process, as the last of those given, before it becomes the command.
///
/// Between fork and exec only async-signal-safe calls are allowed: `prepare` must make plain system calls on values
/// that exist already, and allocate nothing.
#[expect(unsafe_code, reason = "the only door to run code between fork and exec")]
pub(crate) fn before_exec(command: &mut Command, prepare: impl FnMut() -> io::Result<()> + Send + Sync + 'static) {
    // SAFETY: the callers, all in this crate, keep to the rule above.
    unsafe {
        command.pre_exec(prepare);
    }
}
