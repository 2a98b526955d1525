//! Whom a text names: `@Ana Souza`, `@Ana` where there is one of that name, `@todos` for everybody.

use super::state::Participant;
use crate::db::UserId;

/// What names everybody in the room.
const EVERYBODY: [&str; 4] = ["todos", "todas", "all", "everyone"];

/// The people whom `text` names, in the order of their ids; never its author.
pub(crate) fn mentioned<'a>(
    text: &str,
    participants: impl Iterator<Item = &'a Participant> + Clone,
    author: UserId,
) -> Vec<UserId> {
    if !text.contains('@') {
        return Vec::new();
    }
    let folded = text.to_lowercase();
    let people: Vec<Name> = participants.clone().map(Name::of).collect();
    let mut named = Vec::new();
    for (at, _) in folded.match_indices('@') {
        // An address is no mention.
        if folded[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let after = &folded[at + 1..];
        if EVERYBODY.iter().any(|word| begins_with_word(after, word)) {
            named.extend(people.iter().map(|person| person.id));
            continue;
        }
        let in_full = people.iter().filter(|person| begins_with_word(after, &person.full));
        if let Some(person) = in_full.max_by_key(|person| person.full.len()) {
            let longest = person.full.len();
            named.extend(
                people
                    .iter()
                    .filter(|other| other.full.len() == longest && begins_with_word(after, &other.full))
                    .map(|other| other.id),
            );
            continue;
        }
        let mut by_first = people.iter().filter(|person| begins_with_word(after, &person.first));
        if let (Some(person), None) = (by_first.next(), by_first.next()) {
            named.push(person.id);
        }
    }
    named.retain(|id| *id != author);
    named.sort_unstable();
    named.dedup();
    named
}

struct Name {
    id: UserId,
    full: String,
    first: String,
}

impl Name {
    fn of(participant: &Participant) -> Self {
        let full = participant.name.to_lowercase();
        Self {
            id: participant.user_id,
            first: full.split_whitespace().next().unwrap_or_default().to_owned(),
            full,
        }
    }
}

/// Whether a text begins with a word or name, which then ends.
fn begins_with_word(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text
            .strip_prefix(word)
            .is_some_and(|rest| !rest.chars().next().is_some_and(char::is_alphanumeric))
}
