//! Finds the installed PostgreSQL: a complete one, new enough, and of the version that made the data.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{EmbeddedError, io_error};

/// What the migrations rely on (`ON DELETE SET NULL (column)` among others).
const OLDEST: u32 = 15;
/// Where Debian and Ubuntu put each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// One usable set of PostgreSQL's server programs.
#[derive(Debug)]
pub(super) struct Binaries {
    dir: PathBuf,
    version: u32,
}

impl Binaries {
    /// Takes the directory that the operator named, else the newest that is installed. Data made before decide which
    /// version it must be.
    pub(super) fn find(named: Option<&Path>, cluster: &Path) -> Result<Self, EmbeddedError> {
        let mut installed = match named {
            Some(dir) => vec![Self::in_dir(dir)?],
            None => Self::installed(Path::new(DEBIAN))?,
        };
        installed.sort_by_key(|binaries| binaries.version);
        let Some(newest) = installed.last() else {
            return Err(EmbeddedError::NoBinaries);
        };
        if newest.version < OLDEST {
            return Err(EmbeddedError::TooOld {
                dir: newest.dir.clone(),
                found: newest.version,
            });
        }

        let wanted = match fs::read_to_string(cluster.join("PG_VERSION")) {
            Ok(version) => version.trim().parse().unwrap_or(newest.version),
            Err(_) => newest.version,
        };
        let found = installed
            .iter()
            .map(|binaries| binaries.version.to_string())
            .collect::<Vec<_>>()
            .join(", ");
        let fitting = installed.into_iter().rev().find(|binaries| binaries.version == wanted);
        fitting.ok_or_else(|| EmbeddedError::OtherVersion {
            cluster: cluster.to_owned(),
            wanted,
            found,
        })
    }

    /// Every complete set of programs on this machine. A broken or partial one beside a good one does not matter, but
    /// alone it is the reason that is told.
    fn installed(debian: &Path) -> Result<Vec<Self>, EmbeddedError> {
        let packaged = fs::read_dir(debian)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"));
        let path = env::var_os("PATH").unwrap_or_default();
        let in_path = env::split_paths(&path)
            .map(|dir| dir.join("postgres"))
            .filter(|program| program.is_file())
            // A link in PATH leads to the directory where the other programs are.
            .filter_map(|program| Some(program.canonicalize().ok()?.parent()?.to_owned()));
        let (mut sets, mut refused) = (Vec::new(), None);
        for dir in packaged.chain(in_path).filter(|dir| dir.is_dir()) {
            match Self::in_dir(&dir) {
                Ok(set) => sets.push(set),
                Err(reason) => refused = Some(reason),
            }
        }
        match refused {
            Some(reason) if sets.is_empty() => Err(reason),
            _ => Ok(sets),
        }
    }

    fn in_dir(dir: &Path) -> Result<Self, EmbeddedError> {
        for program in ["postgres", "initdb"] {
            if !dir.join(program).is_file() {
                return Err(EmbeddedError::Incomplete {
                    dir: dir.to_owned(),
                    missing: program,
                });
            }
        }
        let postgres = dir.join("postgres");
        let output = Command::new(&postgres)
            .arg("--version")
            .output()
            .map_err(io_error("run", &postgres))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let version = major_version(&said).ok_or_else(|| EmbeddedError::Start {
            reason: format!("{} does not tell its version", postgres.display()),
            log: postgres.clone(),
        })?;
        Ok(Self {
            dir: dir.to_owned(),
            version,
        })
    }

    /// A command for one of the programs, in an environment that says nothing about other servers or languages.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.dir.join(program));
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C");
        command
    }
}

/// Reads `postgres (PostgreSQL) 15.4 (Debian 15.4-1)`, and `17beta1` alike.
fn major_version(said: &str) -> Option<u32> {
    let after = said.split_once("(PostgreSQL)")?.1.trim_start();
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A directory of programs that only tell their version.
    fn fake(parent: &Path, version: &str) -> PathBuf {
        let dir = parent.join(version).join("bin");
        fs::create_dir_all(&dir).unwrap();
        for program in ["postgres", "initdb"] {
            let path = dir.join(program);
            fs::write(
                &path,
                format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}.1 (Debian {version}.1-1)'\n"),
            )
            .unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        dir
    }

    #[test]
    fn the_version_is_read_as_postgres_tells_it() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.4 (Debian 15.4-1)\n"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_version("command not found"), None);
    }

    #[test]
    fn a_named_directory_without_initdb_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let bin = fake(dir.path(), "16");
        fs::remove_file(bin.join("initdb")).unwrap();
        let refusal = Binaries::find(Some(&bin), dir.path()).unwrap_err().to_string();
        assert!(refusal.contains("initdb is missing"), "{refusal}");
    }

    #[test]
    fn an_old_postgres_is_refused_with_its_version() {
        let dir = tempfile::tempdir().unwrap();
        let refusal = Binaries::find(Some(&fake(dir.path(), "13")), dir.path())
            .unwrap_err()
            .to_string();
        assert!(
            refusal.contains("15 or newer") && refusal.contains("version 13"),
            "{refusal}"
        );
    }

    #[test]
    fn data_are_opened_only_by_the_version_that_made_them() {
        let dir = tempfile::tempdir().unwrap();
        let bin = fake(dir.path(), "17");
        let cluster = dir.path().join("cluster");
        fs::create_dir(&cluster).unwrap();
        assert_eq!(Binaries::find(Some(&bin), &cluster).unwrap().version, 17);
        fs::write(cluster.join("PG_VERSION"), "16\n").unwrap();
        let refusal = Binaries::find(Some(&bin), &cluster).unwrap_err().to_string();
        assert!(
            refusal.contains("made by PostgreSQL 16") && refusal.contains("found: 17"),
            "{refusal}"
        );
    }

    #[test]
    fn all_packaged_versions_are_seen_and_partial_ones_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        fake(dir.path(), "15");
        fake(dir.path(), "18");
        fs::remove_file(fake(dir.path(), "19").join("initdb")).unwrap();
        let versions: Vec<u32> = Binaries::installed(dir.path())
            .unwrap()
            .iter()
            .map(|set| set.version)
            .collect();
        assert!(
            versions.contains(&15) && versions.contains(&18) && !versions.contains(&19),
            "{versions:?}"
        );
    }
}
