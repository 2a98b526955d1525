//! Secrets: values that never show in a log, and those that a server makes for itself.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    str::FromStr,
};

use rand::{TryRngCore, rngs::OsRng};

use super::ConfigError;

/// A value that is shown to nobody: its `Debug` hides it and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the value looks like one that stands in documentation for everybody to read.
    pub(super) fn is_example(&self) -> bool {
        const MARKS: [&str; 6] = ["change", "secret", "example", "your-", "default", "password"];
        let value = self.0.to_lowercase();
        let mut bytes = value.bytes();
        let first = bytes.next();
        MARKS.iter().any(|mark| value.contains(mark)) || bytes.all(|byte| Some(byte) == first)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl FromStr for Secret {
    type Err = &'static str;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        if value.is_empty() {
            Err("it must not be empty")
        } else {
            Ok(Self(value.to_owned()))
        }
    }
}

/// Reads the secret of this name kept in the data directory, or makes it.
pub(super) fn kept(data_dir: &Path, name: &str) -> Result<Secret, ConfigError> {
    let path = data_dir.join(name);
    let failed = |source| ConfigError::KeepSecret {
        path: path.clone(),
        source,
    };
    match fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= super::SHORTEST_SECRET => Ok(Secret(text.trim().to_owned())),
        Ok(_) => Err(ConfigError::BrokenSecret(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(data_dir, &path).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn make(data_dir: &Path, path: &Path) -> io::Result<Secret> {
    let mut random = [0_u8; super::SHORTEST_SECRET];
    OsRng.try_fill_bytes(&mut random).map_err(io::Error::other)?;
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::DirBuilder::new().recursive(true).mode(0o711).create(data_dir)?;
    // Written whole under another name first: a crash in between leaves no half secret.
    let unfinished = path.with_extension("new");
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    Ok(Secret(text))
}
