//! A test that cannot fail shows nothing: each promise is broken on purpose, and its test has to notice.

use std::process::{Command, Stdio};

/// The switch that breaks a promise, and a test that notices.
const CAUGHT: [(&str, &str); 6] = [
    (
        "order",
        "order::p1_twenty_clients_firing_five_thousand_moves_end_with_the_same_board",
    ),
    (
        "durable",
        "durable::p2_while_its_commit_waits_a_command_is_neither_acknowledged_nor_shown",
    ),
    (
        "no_gap",
        "no_gap::p3_a_client_that_was_away_gets_exactly_the_missing_events",
    ),
    (
        "once",
        "once::p4_one_command_sent_five_times_takes_effect_once_with_one_answer",
    ),
    (
        "slow_readers",
        "slow_readers::p5_a_client_that_does_not_read_is_cut_off_and_resumes_while_the_others_get_everything",
    ),
    ("no_leak", "no_leak::p6_a_deactivated_user_stops_receiving_at_once"),
];

#[test]
fn each_promise_is_seen_to_be_broken_when_it_is() {
    let tests = std::env::current_exe().unwrap();
    let running: Vec<_> = CAUGHT
        .into_iter()
        .map(|(mutant, test)| {
            let child = Command::new(&tests)
                .args(["--exact", &format!("promises::{test}")])
                .env("BALCAO_MUTANT", mutant)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            (mutant, test, child)
        })
        .collect();
    for (mutant, test, child) in running {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("running 1 test"), "{test} is no test");
        assert!(
            !output.status.success(),
            "{test} does not notice that `{mutant}` is broken"
        );
    }
}
