//! The rules of the layout that a compiler cannot see inside one crate.

use std::path::{Path, PathBuf};

fn sources(directory: &str) -> Vec<(PathBuf, String)> {
    fn walk(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut found = Vec::new();
    walk(&root, &mut found);
    assert!(!found.is_empty(), "{directory} holds no sources");
    found
}

/// Lines of code: what stands in comments binds nobody.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

#[track_caller]
fn refuse(path: &Path, text: &str, words: &[&str], why: &str) {
    for line in code(text) {
        for word in words {
            assert!(
                !line.contains(word),
                "{} names `{word}`: {why}\n    {line}",
                path.display()
            );
        }
    }
}

#[test]
fn the_rules_of_the_entities_and_of_the_deal_are_pure() {
    let pure = [
        "state.rs",
        "undo.rs",
        "decide.rs",
        "command.rs",
        "event.rs",
        "rank.rs",
        "mentions.rs",
        "deal.rs",
        "settings.rs",
        "bot.rs",
        "machine.rs",
        "check.rs",
        "answer.rs",
        "text.rs",
        "hours.rs",
        "flow.rs",
    ];
    let rules = [
        "src/boards",
        "src/rooms",
        "src/sellers",
        "src/floor",
        "src/conversations",
        "src/bot",
    ]
    .into_iter()
    .flat_map(sources)
    .filter(|(path, _)| pure.iter().any(|name| path.ends_with(name)));
    for (path, text) in rules.chain(sources("src/fields")) {
        refuse(
            &path,
            &text,
            &["diesel::", "diesel_async", "actix", "clock::", "Utc::now", "rand::"],
            "no I/O, no clock",
        );
    }
}

#[test]
fn handlers_leave_sql_to_their_store() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| path.ends_with("routes.rs"))
    {
        refuse(
            &path,
            &text,
            &["schema::", "sql_query", "statement("],
            "queries stand in store.rs",
        );
    }
}

#[test]
fn the_engine_knows_no_business() {
    for (path, text) in sources("src/live") {
        refuse(
            &path,
            &text,
            &[
                "crate::boards",
                "crate::rooms",
                "crate::conversations",
                "crate::channels",
                "crate::bot",
                "crate::webchat",
                "crate::attachments",
                "crate::sellers",
                "crate::floor",
                "crate::contacts",
                "crate::users",
                "crate::demo",
            ],
            "the engine imports no domain",
        );
    }
}

#[test]
fn only_the_socket_speaks_websocket_and_only_sockets_do() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("live/socket.rs"))
    {
        refuse(
            &path,
            &text,
            &["actix_web_actors", "actix_http::ws"],
            "the protocol is socket.rs's business",
        );
    }
}

#[test]
fn time_and_ids_come_from_the_clock() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("clock.rs"))
    {
        refuse(
            &path,
            &text,
            &["Utc::now", "now_v7()", "new_v4()"],
            "src/clock.rs is the one place",
        );
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| !path.ends_with("tests.rs"))
    {
        assert!(
            text.starts_with("//!"),
            "{} has no module documentation",
            path.display()
        );
    }
}
