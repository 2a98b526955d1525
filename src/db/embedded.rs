//! The private PostgreSQL that serves when no `DATABASE_URL` is given.
//!
//! It is an ordinary cluster under the data directory, made by the installed PostgreSQL binaries and run as a child of
//! this process. It listens on a Unix socket only, inside a directory that nobody else may enter, and its durability
//! settings are PostgreSQL's own. It ends with this process, even when this process is killed; under [`Supervised`] it is started
//! again when it ends on its own.
//!
//! Invariants:
//! - One server per data directory: a file lock is held from before the cluster is touched until after it has stopped.
//! - Because of that lock, a PostgreSQL found running at start can only be the orphan of a crashed server. It is stopped
//!   and started anew instead of adopted, so that there is one way in which the database runs.

mod binaries;
mod identity;
mod orphan;
mod postmaster;
mod supervise;
#[cfg(test)]
mod tests;
mod throwaway;

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::Bool};
use nix::sys::signal::Signal;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest, Sha256};
use thiserror::Error;

pub use self::supervise::Supervised;
use self::{
    binaries::Binaries,
    identity::Identity,
    orphan::end_orphan,
    postmaster::{Cluster, Postmaster},
};

/// The database inside the private cluster.
const DATABASE: &str = "balcao";
const SUPERUSER: &str = "postgres";
/// Named in the URL so that a `PGPORT` of the environment means nothing here.
const PORT: u16 = 5432;
/// `sun_path` holds 108 bytes, the last of them a zero.
const LONGEST_SOCKET_PATH: usize = 107;
const STOP_LIMIT: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// Where the private cluster lives and how long it lasts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Holds the cluster, its lock and its log; made when missing. Not used by a throw-away cluster.
    pub data_dir: PathBuf,
    /// A cluster in a temporary directory, without fsync, removed when it stops: for tests.
    pub throwaway: bool,
    /// The directory of the PostgreSQL binaries; found by itself when `None`.
    pub bin: Option<PathBuf>,
}

/// Why the private PostgreSQL does not run, each in one sentence for the person at the terminal.
#[derive(Debug, Error)]
pub enum EmbeddedError {
    #[error(
        "PostgreSQL's server programs were not found: install them (on Debian or Ubuntu: apt-get install postgresql), \
         name their directory in BALCAO_POSTGRES_BIN, or set DATABASE_URL to use another server"
    )]
    NoBinaries,
    #[error("{} does not hold PostgreSQL's server programs: {missing} is missing there", dir.display())]
    Incomplete { dir: PathBuf, missing: &'static str },
    #[error(
        "PostgreSQL 15 or newer is needed, but {} holds version {found}: install a newer one or set DATABASE_URL",
        dir.display()
    )]
    TooOld { dir: PathBuf, found: u32 },
    #[error(
        "the data in {} were made by PostgreSQL {wanted}, which is not installed (found: {found}): install \
         PostgreSQL {wanted}, or move the data with pg_upgrade",
        cluster.display()
    )]
    OtherVersion {
        cluster: PathBuf,
        wanted: u32,
        found: String,
    },
    #[error("the data directory {} is in use by another running server", .0.display())]
    InUse(PathBuf),
    #[error(
        "PostgreSQL does not run as root, and there is no user postgres to run it as: create one, or start as an \
         ordinary user"
    )]
    NoUser,
    #[error(
        "{} belongs to root, as whom PostgreSQL does not run: give it to the user postgres with chown -R",
        .0.display()
    )]
    OwnedByRoot(PathBuf),
    #[error("cannot {what} {}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("PostgreSQL could not make its data in {}: {reason}", cluster.display())]
    Initdb { cluster: PathBuf, reason: String },
    #[error("PostgreSQL did not start: {reason} (see {})", log.display())]
    Start { reason: String, log: PathBuf },
    #[error("a PostgreSQL left over from before (process {pid}) does not stop; end it and start again")]
    Orphan { pid: i32 },
    #[error("cannot start the thread that keeps PostgreSQL running")]
    Thread(#[source] io::Error),
    #[error("the thread that starts PostgreSQL ended unexpectedly")]
    Keeper,
    #[error("the private PostgreSQL runs, but its database could not be prepared: {0}")]
    Database(String),
}

/// Turns an I/O failure into a sentence that names the path.
fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmbeddedError {
    move |source| EmbeddedError::Io {
        what,
        path: path.to_owned(),
        source,
    }
}

/// A running private PostgreSQL. Stopping it, or dropping it, ends it cleanly.
///
/// It must be started from a thread that lives as long as it does (the main thread): the kernel ends PostgreSQL when the
/// *thread* that started it ends.
#[derive(Debug)]
pub struct Embedded {
    cluster: Cluster,
    postmaster: Postmaster,
    /// Removed at the end: the temporary directory of a throw-away cluster.
    throwaway: Option<PathBuf>,
    /// Declared last, so that it is released only after everything else is gone.
    _lock: File,
}

impl Embedded {
    /// Makes the cluster if there is none, starts it and waits until it takes connections. Blocks.
    pub fn start(options: &Options) -> Result<Self, EmbeddedError> {
        let data_dir = if options.throwaway {
            throwaway::make_dir()?
        } else {
            data_dir(&options.data_dir)?
        };
        let started = Self::start_in(&data_dir, options);
        if started.is_err() && options.throwaway {
            // The reason why it did not start is what the caller needs; what stays behind is swept later.
            let _ = fs::remove_dir_all(&data_dir);
        }
        started
    }

    fn start_in(data_dir: &Path, options: &Options) -> Result<Self, EmbeddedError> {
        let lock = lock(data_dir)?;
        let cluster = data_dir.join("postgres");
        let binaries = Binaries::find(options.bin.as_deref(), &cluster)?;
        let identity = Identity::choose(&cluster)?;

        end_orphan(&cluster)?;
        if !cluster.join("PG_VERSION").exists() {
            initdb(&binaries, &identity, data_dir, &cluster, options.throwaway)?;
        }
        let cluster = Cluster {
            socket_dir: socket_dir(data_dir, &identity)?,
            log: data_dir.join("postgres.log"),
            data: cluster,
            binaries,
            identity,
            throwaway: options.throwaway,
        };
        let embedded = Self {
            postmaster: Postmaster::start(&cluster)?,
            throwaway: options.throwaway.then(|| data_dir.to_owned()),
            cluster,
            _lock: lock,
        };
        embedded.prepare_database()
    }

    /// Whether PostgreSQL has ended by itself, or been ended by somebody else.
    fn has_ended(&mut self) -> io::Result<bool> {
        self.postmaster.has_ended()
    }

    /// Starts PostgreSQL again after it has ended. Whatever it had acknowledged is there again. Blocks.
    fn restart(&mut self) -> Result<(), EmbeddedError> {
        end_orphan(&self.cluster.data)?;
        remove_stale_lock(&self.cluster.socket_dir)?;
        self.postmaster = Postmaster::start(&self.cluster)?;
        Ok(())
    }

    /// The URL of the private database, over the Unix socket, as the cluster's superuser.
    pub fn url(&self) -> String {
        self.url_of(DATABASE)
    }

    /// Stops PostgreSQL and waits for it; a throw-away cluster is removed.
    pub fn stop(self) {
        drop(self);
    }

    fn url_of(&self, database: &str) -> String {
        let socket_dir = percent_encode(self.cluster.socket_dir.as_os_str().as_bytes(), NON_ALPHANUMERIC);
        format!("postgres://{SUPERUSER}@{socket_dir}:{PORT}/{database}")
    }

    fn prepare_database(self) -> Result<Self, EmbeddedError> {
        let mut conn = PgConnection::establish(&self.url_of("postgres")).map_err(database_error)?;
        let exists: bool = sql::<Bool>(&format!(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"
        ))
        .get_result(&mut conn)
        .map_err(database_error)?;
        if !exists {
            conn.batch_execute(&format!("CREATE DATABASE {DATABASE}"))
                .map_err(database_error)?;
        }
        Ok(self)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.postmaster.end();
        if let Some(dir) = &self.throwaway
            && let Err(error) = fs::remove_dir_all(dir)
        {
            tracing::warn!(%error, dir = %dir.display(), "Could not remove the throw-away data");
        }
    }
}

fn database_error(error: impl std::fmt::Display) -> EmbeddedError {
    EmbeddedError::Database(error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}

#[expect(
    clippy::disallowed_methods,
    reason = "start and stop block on the main thread, outside the async runtime"
)]
fn pause() {
    std::thread::sleep(POLL);
}

/// Makes a directory through which the database's user may pass, but in which others see nothing.
fn make_dir(path: &Path) -> Result<(), EmbeddedError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(path)
        .map_err(io_error("make the directory", path))
}

fn data_dir(path: &Path) -> Result<PathBuf, EmbeddedError> {
    make_dir(path)?;
    path.canonicalize().map_err(io_error("use the directory", path))
}

fn lock(data_dir: &Path) -> Result<File, EmbeddedError> {
    let path = data_dir.join("postgres.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(io_error("open the lock", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(io_error("take the lock", &path)(source)),
    }
}

/// Makes the directory of the socket: in the data directory, or, when that path is too long for a socket or would need
/// quoting in PostgreSQL's list of directories, in the temporary directory under a name derived from it.
fn socket_dir(data_dir: &Path, identity: &Identity) -> Result<PathBuf, EmbeddedError> {
    let beside = data_dir.join("postgres-run");
    let socket = beside.join(format!(".s.PGSQL.{PORT}.lock"));
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    let fits = socket.as_os_str().len() <= LONGEST_SOCKET_PATH && beside.as_os_str().as_bytes().iter().all(plain);
    let dir = if fits {
        beside
    } else {
        let digest = Sha256::digest(data_dir.as_os_str().as_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        std::env::temp_dir().join(format!("balcao-run-{name}"))
    };
    identity.make_own_dir(&dir)?;
    remove_stale_lock(&dir)?;
    Ok(dir)
}

fn remove_stale_lock(socket_dir: &Path) -> Result<(), EmbeddedError> {
    // Left by a crash, it would stand for a living server as long as any process has the number in it. Ours is the only
    // server here, and it is not started yet.
    let stale = socket_dir.join(format!(".s.PGSQL.{PORT}.lock"));
    match fs::remove_file(&stale) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error("remove", &stale)(error)),
        _ => Ok(()),
    }
}

fn initdb(
    binaries: &Binaries,
    identity: &Identity,
    data_dir: &Path,
    cluster: &Path,
    throwaway: bool,
) -> Result<(), EmbeddedError> {
    // Made under another name first, so that a cluster that is there is whole.
    let unfinished = data_dir.join("postgres.new");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(io_error("remove the unfinished", &unfinished))?;
    }
    identity.make_own_dir(&unfinished)?;
    let mut command = binaries.command("initdb");
    let path = identity.path_for(&mut command, &unfinished)?;
    command
        .arg("-D")
        .arg(&path)
        .args([
            "-U",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--lc-messages=C",
        ])
        .arg("--data-checksums")
        .current_dir(&path)
        .stdin(Stdio::null());
    if throwaway {
        command.arg("--no-sync");
    }
    identity.apply(&mut command, Signal::SIGINT);
    let output = command.output().map_err(io_error("run initdb for", cluster))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let reason = said
            .lines()
            .find(|line| line.contains("error:"))
            .or(said.lines().last())
            .unwrap_or("no reason given");
        let reason = reason.trim_start_matches("initdb: ").to_owned();
        return Err(EmbeddedError::Initdb {
            cluster: cluster.to_owned(),
            reason,
        });
    }
    fs::rename(&unfinished, cluster).map_err(io_error("move the new cluster to", cluster))
}
