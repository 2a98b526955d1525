//! A Redis of the test's own, which can be killed.

use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::until;

pub(crate) struct Redis {
    directory: TempDir,
    child: Child,
}

impl Redis {
    /// Nothing, where there is no Redis on this machine: scripts/test installs one.
    pub(crate) async fn start() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let Ok(child) = spawn(&directory) else {
            eprintln!("SKIPPED: redis-server is not installed (scripts/test installs it)");
            return None;
        };
        let redis = Self { directory, child };
        redis.ready().await;
        Some(redis)
    }

    /// What joins a server to this Redis.
    pub(crate) fn flags(&self) -> [String; 2] {
        let socket = self.directory.path().join("redis");
        let prefix = self
            .directory
            .path()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        [
            format!("--redis-url=redis+unix://{}", socket.display()),
            format!("--redis-prefix={prefix}"),
        ]
    }

    /// As `kill -9`: no time to say anything.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Again, at the same address.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(&self.directory).unwrap();
        self.ready().await;
    }

    async fn ready(&self) {
        let socket = self.directory.path().join("redis");
        until("Redis answers", async || {
            std::os::unix::net::UnixStream::connect(&socket).is_ok()
        })
        .await;
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(directory: &TempDir) -> std::io::Result<Child> {
    Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "no"])
        .arg("--unixsocket")
        .arg(directory.path().join("redis"))
        .arg("--dir")
        .arg(directory.path())
        .stdout(Stdio::null())
        .spawn()
}
