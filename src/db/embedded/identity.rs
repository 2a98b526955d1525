//! Whom PostgreSQL runs as. It refuses to run as root, so a server started by root runs it as another user.
//!
//! That user often cannot reach the data: a checkout below `/root` is closed to everybody else. So it is handed each
//! directory open, and is told the name that an open file has in `/proc`, which leads there without passing the parents.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::{
        fd::AsRawFd,
        unix::{
            fs::{DirBuilderExt, MetadataExt, chown},
            process::CommandExt,
        },
    },
    path::{Path, PathBuf},
    process::Command,
};

use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    sys::signal::Signal,
    unistd::{Gid, Uid, User},
};

use super::{EmbeddedError, io_error};
use crate::process::{before_exec, end_with_us};

/// Whom PostgreSQL runs as.
#[derive(Debug, Clone)]
pub(super) enum Identity {
    /// As the ordinary user who started us.
    Ourselves,
    /// As another user than root, to whom its directories belong.
    Other { uid: Uid, gid: Gid },
}

impl Identity {
    /// Chooses so that data made before stay readable: whoever owns them goes on owning them.
    pub(super) fn choose(cluster: &Path) -> Result<Self, EmbeddedError> {
        if !Uid::effective().is_root() {
            return Ok(Self::Ourselves);
        }
        match fs::metadata(cluster) {
            Ok(made) if made.uid() == 0 => Err(EmbeddedError::OwnedByRoot(cluster.to_owned())),
            Ok(made) => Ok(Self::Other {
                uid: Uid::from_raw(made.uid()),
                gid: Gid::from_raw(made.gid()),
            }),
            Err(_) => match User::from_name("postgres") {
                Ok(Some(user)) => Ok(Self::Other {
                    uid: user.uid,
                    gid: user.gid,
                }),
                _ => Err(EmbeddedError::NoUser),
            },
        }
    }

    /// Lets a command run as this identity, and end by `signal` when the thread that starts it ends.
    pub(super) fn apply(&self, command: &mut Command, signal: Signal) {
        if let Self::Other { uid, gid } = self {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
        end_with_us(command, signal);
    }

    /// The path under which the command finds a directory that belongs to this identity.
    pub(super) fn path_for(&self, command: &mut Command, dir: &Path) -> Result<PathBuf, EmbeddedError> {
        match self {
            Self::Ourselves => Ok(dir.to_owned()),
            Self::Other { .. } => {
                let open = File::open(dir).map_err(io_error("open the directory", dir))?;
                let path = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
                // The command holds the directory open until it has been started; its own copy stays open in it.
                before_exec(command, move || keep_open(&open));
                Ok(path)
            }
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
            Self::Ourselves => Uid::effective(),
        };
        if !found.is_dir() || found.uid() != owner.as_raw() || found.mode() & 0o077 != 0 {
            let foreign = io::Error::other("it is there already, and not ours alone");
            return Err(io_error("use the directory", path)(foreign));
        }
        Ok(())
    }
}

/// Lets an open file pass through exec, in the child alone.
fn keep_open(file: &File) -> io::Result<()> {
    fcntl(file, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(())
}
