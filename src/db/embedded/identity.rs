//! Whom PostgreSQL runs as. It refuses to run as root, so a server started by root lends it another identity.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use nix::{
    fcntl::{OFlag, open},
    sched::{CloneFlags, unshare},
    sys::{prctl::set_pdeathsig, signal::Signal, stat::Mode},
    unistd::{Gid, Pid, Uid, User, getpid, getppid, write},
};

use super::{EmbeddedError, binaries::Binaries, io_error};

/// Whom PostgreSQL runs as.
#[derive(Debug, Clone)]
pub(super) enum Identity {
    /// As the ordinary user who started us.
    Ourselves,
    /// As another user than root, to whom its directories belong.
    Other { uid: Uid, gid: Gid },
    /// As root outside and as this user inside a user namespace: for directories that only root can reach. Files belong
    /// to root.
    Namespace { uid: Uid },
}

impl Identity {
    /// Chooses so that data made before stay readable: whoever owns them goes on owning them.
    pub(super) fn choose(data_dir: &Path, cluster: &Path, binaries: &Binaries) -> Result<Self, EmbeddedError> {
        if !Uid::effective().is_root() {
            return Ok(Self::Ourselves);
        }
        let candidates = match fs::metadata(cluster) {
            Ok(made) if made.uid() == 0 => vec![Self::namespace()],
            Ok(made) => vec![Some(Self::Other {
                uid: Uid::from_raw(made.uid()),
                gid: Gid::from_raw(made.gid()),
            })],
            Err(_) => {
                vec![
                    account("postgres").map(|user| Self::Other {
                        uid: user.uid,
                        gid: user.gid,
                    }),
                    Self::namespace(),
                ]
            }
        };
        let mut reason = "there is no user postgres".to_owned();
        for identity in candidates.into_iter().flatten() {
            match identity.try_out(data_dir, binaries) {
                Ok(()) => return Ok(identity),
                Err(error) => reason = error.to_string(),
            }
        }
        Err(EmbeddedError::NoIdentity {
            data_dir: data_dir.to_owned(),
            reason,
        })
    }

    /// Inside a namespace PostgreSQL needs a user that exists, not one that owns anything.
    fn namespace() -> Option<Self> {
        account("postgres")
            .or_else(|| account("nobody"))
            .map(|user| Self::Namespace { uid: user.uid })
    }

    /// Whether this identity can run PostgreSQL's programs and reach the data directory.
    fn try_out(&self, data_dir: &Path, binaries: &Binaries) -> io::Result<()> {
        let mut command = binaries.command("initdb");
        command.arg("--version").current_dir(data_dir);
        self.apply(&mut command, Signal::SIGKILL);
        let output = command.output()?;
        if output.status.success() {
            Ok(())
        } else {
            Err(io::Error::other(output.status.to_string()))
        }
    }

    /// Lets a command run as this identity, and end by `signal` when the thread that starts it ends.
    pub(super) fn apply(&self, command: &mut Command, signal: Signal) {
        let mut map = None;
        match self {
            Self::Ourselves => {}
            Self::Other { uid, gid } => {
                command.uid(uid.as_raw()).gid(gid.as_raw());
            }
            Self::Namespace { uid } => map = Some(format!("{uid} 0 1")),
        }
        let parent = getpid();
        let prepare = move || {
            if let Some(map) = &map {
                enter_namespace(map.as_bytes())?;
            }
            end_with(parent, signal)
        };
        #[expect(unsafe_code, reason = "the only door to run code between fork and exec")]
        // SAFETY: between fork and exec only async-signal-safe calls are allowed. `prepare` makes plain system calls on
        // values prepared above and allocates nothing; errors are built from `errno`.
        unsafe {
            command.pre_exec(prepare);
        }
    }

    /// Makes a directory that only this identity may enter, or checks that an existing one is so.
    pub(super) fn make_own_dir(&self, path: &Path) -> Result<(), EmbeddedError> {
        match DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(io_error("make the directory", path)(error));
            }
            Err(_) => {}
            Ok(()) => {
                if let Self::Other { uid, gid } = self {
                    chown(path, Some(uid.as_raw()), Some(gid.as_raw()))
                        .map_err(io_error("hand over the directory", path))?;
                }
            }
        }
        let found = fs::symlink_metadata(path).map_err(io_error("look at the directory", path))?;
        let owner = match self {
            Self::Other { uid, .. } => *uid,
            Self::Ourselves | Self::Namespace { .. } => Uid::effective(),
        };
        if !found.is_dir() || found.uid() != owner.as_raw() || found.mode() & 0o077 != 0 {
            let foreign = io::Error::other("it is there already, and not ours alone");
            return Err(io_error("use the directory", path)(foreign));
        }
        Ok(())
    }
}

fn account(name: &str) -> Option<User> {
    User::from_name(name).ok().flatten()
}

/// Moves this process into a user namespace of its own, in which root bears another user's number.
fn enter_namespace(map: &[u8]) -> io::Result<()> {
    unshare(CloneFlags::CLONE_NEWUSER)?;
    let file = open(c"/proc/self/uid_map", OFlag::O_WRONLY | OFlag::O_CLOEXEC, Mode::empty())?;
    write(&file, map)?;
    Ok(())
}

/// Has the kernel signal this process when its parent ends. Comes after every change of user, which would undo it.
fn end_with(parent: Pid, signal: Signal) -> io::Result<()> {
    set_pdeathsig(signal)?;
    // A parent that ended before the line above will not be announced any more.
    if getppid() != parent {
        return Err(io::Error::from(nix::errno::Errno::ESRCH));
    }
    Ok(())
}
