//! Temporary directories for clusters that nobody keeps.

use std::{
    env, fs, io,
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use nix::unistd::{Uid, mkdtemp};

use super::{EmbeddedError, io_error, lock, orphan::end_orphan};

const PREFIX: &str = "balcao-throwaway-";

/// Makes the temporary directory of a throw-away cluster, after removing those of processes that were killed.
pub(super) fn make_dir() -> Result<PathBuf, EmbeddedError> {
    let parent = env::temp_dir();
    sweep(&parent);
    let dir = mkdtemp(&parent.join(format!("{PREFIX}XXXXXX")))
        .map_err(io::Error::from)
        .map_err(io_error("make a temporary directory in", &parent))?;
    // `mkdtemp` shuts everybody out; as root, the database's user must pass through.
    let passable = fs::Permissions::from_mode(0o711);
    fs::set_permissions(&dir, passable).map_err(io_error("open the temporary directory", &dir))?;
    dir.canonicalize()
        .map_err(io_error("use the temporary directory", &dir))
}

/// Removes what killed processes left: directories of ours that are not new and whose lock nobody holds.
fn sweep(parent: &Path) {
    /// A directory is made a moment before it is locked.
    const NEW: Duration = Duration::from_secs(60);
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().as_bytes().starts_with(PREFIX.as_bytes()) {
            continue;
        }
        let dir = entry.path();
        let Ok(found) = entry.metadata() else { continue };
        let age = found
            .modified()
            .ok()
            .and_then(|then| SystemTime::now().duration_since(then).ok());
        if found.is_dir()
            && found.uid() == Uid::effective().as_raw()
            && age.is_some_and(|age| age > NEW)
            && let Ok(_lock) = lock(&dir)
            && end_orphan(&dir.join("postgres")).is_ok()
        {
            // Another start may sweep the same directory at the same moment; either is fine.
            let _ = fs::remove_dir_all(&dir);
        }
    }
}
