use std::{
    os::unix::fs::{MetadataExt, PermissionsExt},
    process::Child,
    thread,
    time::Instant,
};

use diesel::sql_types::Text;
use nix::{sys::signal::kill, unistd::Pid};
use tempfile::TempDir;

use super::{
    orphan::PidFile,
    postmaster::{Cluster, spawn},
    *,
};

#[test]
fn data_outlive_a_stop_and_durability_is_on() {
    let dir = data_dir_for_anyone();
    let first = start_in(&dir);
    execute(&first, "CREATE TABLE kept (value text)");
    execute(&first, "INSERT INTO kept VALUES ('still here')");
    assert_eq!(
        ask(
            &first,
            "SELECT current_setting('fsync') || current_setting('synchronous_commit')"
        ),
        "onon"
    );
    first.stop();

    let second = start_in(&dir);
    assert_eq!(ask(&second, "SELECT value FROM kept"), "still here");
}

#[test]
fn only_the_unix_socket_answers() {
    let dir = data_dir_for_anyone();
    let postgres = start_in(&dir);
    assert_eq!(ask(&postgres, "SELECT current_setting('listen_addresses')"), "");
    let mode = fs::metadata(&postgres.cluster.socket_dir).unwrap().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_second_start_on_the_same_data_is_refused_while_the_first_runs() {
    let dir = data_dir_for_anyone();
    let first = start_in(&dir);
    let refusal = Embedded::start(&options(dir.path())).unwrap_err();
    assert!(matches!(refusal, EmbeddedError::InUse(_)), "{refusal}");
    first.stop();
    start_in(&dir).stop();
}

#[test]
fn a_killed_postgres_starts_again_at_once_with_all_that_was_committed() {
    let dir = data_dir_for_anyone();
    let first = start_in(&dir);
    execute(&first, "CREATE TABLE kept (value text)");
    execute(&first, "INSERT INTO kept VALUES ('committed')");
    kill(first.postmaster.pid(), Signal::SIGKILL).unwrap();
    drop(first);

    let second = start_in(&dir);
    assert_eq!(ask(&second, "SELECT value FROM kept"), "committed");
}

#[test]
fn a_killed_postgres_that_nobody_has_collected_yet_does_no_harm() {
    let dir = data_dir_for_anyone();
    start_in(&dir).stop();
    let mut orphan = spawn_without_owner(dir.path());
    orphan.kill().unwrap();

    let postgres = start_in(&dir);
    assert_eq!(ask(&postgres, "SELECT 'served'"), "served");
    orphan.wait().unwrap();
}

#[test]
fn an_orphan_that_still_runs_is_replaced() {
    let dir = data_dir_for_anyone();
    start_in(&dir).stop();
    let mut orphan = spawn_without_owner(dir.path());

    let postgres = start_in(&dir);
    assert_eq!(ask(&postgres, "SELECT 'served'"), "served");
    assert!(orphan.try_wait().unwrap().is_some(), "two servers run on the same data");
}

#[test]
fn a_process_id_left_by_a_crash_and_given_to_another_process_does_no_harm() {
    let dir = data_dir_for_anyone();
    start_in(&dir).stop();
    let ours = std::process::id();
    fs::write(dir.path().join("postgres/postmaster.pid"), format!("{ours}\n")).unwrap();
    start_in(&dir).stop();
}

#[test]
fn it_ends_with_the_thread_that_started_it() {
    let dir = data_dir_for_anyone();
    start_in(&dir).stop();
    let path = dir.path().to_owned();
    let mut orphan = thread::spawn(move || spawn_without_owner(&path)).join().unwrap();
    wait_until(|| orphan.try_wait().unwrap().is_some());
}

#[test]
fn a_throwaway_leaves_nothing_behind() {
    let postgres = Embedded::start(&Options {
        throwaway: true,
        ..Options::default()
    })
    .unwrap();
    assert_eq!(ask(&postgres, "SELECT current_setting('fsync')"), "off");
    let dir = postgres.throwaway.clone().unwrap();
    assert!(dir.exists());
    postgres.stop();
    assert!(!dir.exists());
}

#[test]
fn a_path_that_is_long_and_needs_quoting_works() {
    let dir = data_dir_for_anyone();
    let long = dir.path().join("an, \"odd\" näme").join("x".repeat(100));
    let postgres = Embedded::start(&options(&long)).unwrap();
    assert_eq!(ask(&postgres, "SELECT 'served'"), "served");
    let socket_dir = postgres.cluster.socket_dir.clone();
    postgres.stop();
    fs::remove_dir_all(socket_dir).unwrap();
}

#[test]
fn data_that_nobody_else_can_reach_work_for_root_too() {
    let dir = tempfile::tempdir().unwrap();
    let shut = dir.path().join("shut");
    fs::create_dir(&shut).unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o700)).unwrap();
    let data_dir = shut.join("data");

    for expected in ["made", "found again"] {
        let postgres = Embedded::start(&options(&data_dir)).unwrap();
        assert_eq!(ask(&postgres, &format!("SELECT '{expected}'")), expected);
    }
}

#[test]
fn why_it_does_not_start_is_told_in_postgres_own_words() {
    let dir = data_dir_for_anyone();
    start_in(&dir).stop();
    let settings = dir.path().join("postgres/postgresql.auto.conf");
    fs::write(&settings, "max_connections = 'many'\n").unwrap();
    let told = Embedded::start(&options(dir.path())).unwrap_err().to_string();
    assert!(told.contains("contains errors") && !told.contains('\n'), "{told}");
}

#[test]
fn one_that_is_killed_while_it_is_busy_runs_again_by_itself_with_all_that_was_committed() {
    let dir = data_dir_for_anyone();
    let postgres = Supervised::start(options(dir.path())).unwrap();
    let mut conn = PgConnection::establish(postgres.url()).unwrap();
    conn.batch_execute("CREATE TABLE kept (value text); INSERT INTO kept VALUES ('committed')")
        .unwrap();
    let busy = thread::spawn(move || conn.batch_execute("SELECT count(*) FROM generate_series(1, 100000000000)"));
    for _ in 0..2 {
        let killed = PidFile::read(&dir.path().join("postgres")).unwrap().pid;
        kill(Pid::from_raw(killed), Signal::SIGKILL).unwrap();
        wait_until(|| PidFile::read(&dir.path().join("postgres")).is_some_and(|file| file.ready && file.pid != killed));
        let mut conn = PgConnection::establish(postgres.url()).unwrap();
        let kept: String = sql::<Text>("SELECT value FROM kept").get_result(&mut conn).unwrap();
        assert_eq!(kept, "committed");
    }
    assert!(busy.join().unwrap().is_err());
    postgres.stop();
    assert!(PidFile::read(&dir.path().join("postgres")).is_none(), "it has stopped");
}

#[test]
fn why_a_supervised_one_does_not_start_is_told_as_well() {
    let dir = data_dir_for_anyone();
    let first = start_in(&dir);
    let refusal = Supervised::start(options(dir.path())).unwrap_err();
    assert!(matches!(refusal, EmbeddedError::InUse(_)), "{refusal}");
    first.stop();
}

/// A temporary data directory that the database's user can reach where the tests run as root.
fn data_dir_for_anyone() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

fn options(data_dir: &Path) -> Options {
    Options {
        data_dir: data_dir.to_owned(),
        ..Options::default()
    }
}

fn start_in(dir: &TempDir) -> Embedded {
    Embedded::start(&options(dir.path())).unwrap()
}

/// PostgreSQL as a crashed server leaves it: running, and nobody holds the lock.
fn spawn_without_owner(data_dir: &Path) -> Child {
    let data = data_dir.join("postgres");
    let cluster = Cluster {
        binaries: Binaries::find(None, &data).unwrap(),
        identity: Identity::choose(&data).unwrap(),
        socket_dir: data_dir.join("postgres-run"),
        log: data_dir.join("postgres.log"),
        data,
        throwaway: false,
    };
    let child = spawn(&cluster).unwrap();
    wait_until(|| PidFile::read(&cluster.data).is_some_and(|file| file.ready));
    child
}

fn wait_until(mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain");
        pause();
    }
}

fn execute(postgres: &Embedded, statement: &str) {
    PgConnection::establish(&postgres.url())
        .unwrap()
        .batch_execute(statement)
        .unwrap();
}

fn ask(postgres: &Embedded, query: &str) -> String {
    sql::<Text>(query)
        .get_result(&mut PgConnection::establish(&postgres.url()).unwrap())
        .unwrap()
}
