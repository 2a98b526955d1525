//! Starting and stopping, as whoever operates the server sees it.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::support::PATIENCE;

#[test]
fn each_failure_to_start_is_one_sentence_and_a_non_zero_exit() {
    let dir = working_dir();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let old = dir.path().join("old");
    fake_postgres(&old, "13");
    fs::write(dir.path().join("file"), "").unwrap();

    let nowhere = "postgres://ana:hunter2@127.0.0.1:1/balcao";
    let failures: &[(&str, &str, &str)] = &[
        ("BIND", &taken, "in use"),
        ("DATABASE_URL", nowhere, "Connection refused"),
        ("DATABASE_URL", "host=127.0.0.1 password=hunter2", "postgres://"),
        ("BALCAO_ENV", "production", "JWT_SECRET must be set"),
        ("BALCAO_DATA_DIR", "file", "cannot make the directory file"),
        ("BALCAO_POSTGRES_BIN", "/nonexistent", "/nonexistent"),
        ("BALCAO_POSTGRES_BIN", old.to_str().unwrap(), "15 or newer"),
    ];
    for (name, value, told) in failures {
        let ended = end_of(balcao(&dir).arg("serve").env(name, value));
        assert_one_sentence(&ended, told);
    }

    fs::write(dir.path().join(".env"), "JWT_SECRET hunter2\n").unwrap();
    assert_one_sentence(&end_of(balcao(&dir).arg("serve")), ".env");
}

#[test]
fn a_killed_server_starts_again_on_the_same_data_and_a_stopped_one_leaves_no_process() {
    let dir = working_dir();
    let bind = free_address();
    let mut first = serve(&dir, bind);
    let second = end_of(balcao(&dir).args(["serve", "--bind", "127.0.0.1:0"]));
    assert_one_sentence(&second, "in use by another running server");
    first.kill().unwrap();
    first.wait().unwrap();

    for request_to_end in [Signal::SIGTERM, Signal::SIGINT] {
        let mut server = serve(&dir, bind);
        signal(&server, request_to_end);
        assert!(server.wait().unwrap().success(), "{request_to_end} is not a failure");
        assert_eq!(
            processes_in(&dir.path().join("data/postgres")),
            0,
            "PostgreSQL outlives the server"
        );
    }
}

#[test]
fn a_command_beside_the_private_database_decides_the_exit_status() {
    let dir = working_dir();
    let run = |script: &str| end_of(balcao(&dir).args(["postgres", "--throwaway", "--", "sh", "-c", script]));
    let ended = run("echo $DATABASE_URL; exit 7");
    assert_eq!(ended.status.code(), Some(7));
    assert!(String::from_utf8_lossy(&ended.stdout).starts_with("postgres://"));
    assert_eq!(run("kill -9 $$").status.code(), Some(128 + 9));
}

#[test]
fn a_request_to_end_reaches_the_command_beside_the_private_database() {
    let dir = working_dir();
    let started = dir.path().join("started");
    let script = format!(
        "trap 'exit 5' TERM; touch {}; while :; do sleep 0.1; done",
        started.display()
    );
    let mut beside = balcao(&dir)
        .args(["postgres", "--throwaway", "--", "sh", "-c", &script])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the command runs", || started.exists());
    signal(&beside, Signal::SIGTERM);
    assert_eq!(beside.wait().unwrap().code(), Some(5));
}

/// The program in a directory of its own, deaf to the settings around the tests.
fn balcao(dir: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balcao"));
    command
        .current_dir(dir.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("RUST_LOG", "warn")
        .env("BIND", "127.0.0.1:0")
        .env("BCRYPT_ROUNDS", "4");
    command
}

/// What a command that must end by itself said.
fn end_of(command: &mut Command) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() && started.elapsed() < PATIENCE {
        pause();
    }
    // Has no effect on one that has ended.
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}

fn serve(dir: &TempDir, bind: SocketAddr) -> Child {
    let server = balcao(dir)
        .arg("serve")
        .env("BIND", bind.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the server answers", || TcpStream::connect(bind).is_ok());
    server
}

fn working_dir() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("static")).unwrap();
    dir
}

/// Programs of another version, which only tell what they are.
fn fake_postgres(dir: &Path, version: &str) {
    fs::create_dir(dir).unwrap();
    for program in ["postgres", "initdb"] {
        let path = dir.join(program);
        fs::write(&path, format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}.1'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
}

fn assert_one_sentence(ended: &Output, told: &str) {
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    let sentence = said.trim_end();
    assert!(
        sentence.starts_with("balcao: ") && !sentence.contains('\n'),
        "not one sentence: {said}"
    );
    assert!(sentence.contains(told), "{told:?} is not in: {said}");
    assert!(!sentence.contains("hunter2"), "a secret shows: {said}");
}

fn processes_in(cluster: &Path) -> usize {
    let cwd_of = |entry: fs::DirEntry| fs::read_link(entry.path().join("cwd"));
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(cwd_of)
        .filter(|cwd| cwd.as_deref().is_ok_and(|cwd| cwd == cluster))
        .count()
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        pause();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "these tests have no runtime, and wait for a condition"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}
