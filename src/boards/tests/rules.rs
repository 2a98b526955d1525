//! Each rule: what is given, what somebody does, what then is or why not.

mod boards;
mod leads;

use uuid::Uuid;

use super::Played;

fn field(name: &str, code: &str) -> (&'static str, Vec<(String, String)>) {
    ("invalid", vec![(name.to_owned(), code.to_owned())])
}

fn code(code: &'static str) -> (&'static str, Vec<(String, String)>) {
    (code, Vec::new())
}

fn nowhere() -> String {
    Uuid::from_u128(0xDEAD).to_string()
}

/// Two stages; leads A, B, C in the first and X in the second.
fn board() -> (Played, [String; 4]) {
    let mut played = Played::with_stages(&["Novo", "Ganho"]);
    let leads = [
        played.lead("A", "Novo"),
        played.lead("B", "Novo"),
        played.lead("C", "Novo"),
        played.lead("X", "Ganho"),
    ];
    (played, leads)
}
