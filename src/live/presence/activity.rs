//! What someone does on an entity, and how clients say it. Pure.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::error::{Code, Refusal};

/// The longest name of a field that somebody edits, and of a signal.
const NAME_LIMIT: usize = 64;
/// The most that a signal may carry, in bytes of JSON.
const DATA_LIMIT: usize = 4 * 1024;

/// What someone does; the liveliest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doing {
    Viewing,
    Editing,
    Typing,
    Dragging,
}

impl Doing {
    /// How long it goes on without being said again; nothing: until it is ended, or its lease is.
    pub(super) fn lasts(self) -> Option<TimeDelta> {
        match self {
            Doing::Viewing | Doing::Editing => None,
            Doing::Typing => Some(TimeDelta::seconds(6)),
            Doing::Dragging => Some(TimeDelta::seconds(30)),
        }
    }
}

/// What of the entity it is done to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct On {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lead_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// What someone does, and to what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Activity {
    pub(super) doing: Doing,
    pub(super) on: On,
}

/// What a client's signal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Something about the client itself.
    Doing(Activity),
    /// Something that only those who hear it understand.
    Else,
}

#[derive(Deserialize)]
struct Dragging {
    // Not merely optional: `null` ends it, nothing at all is a mistake.
    #[serde(deserialize_with = "Option::deserialize")]
    lead_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Editing {
    #[serde(deserialize_with = "Option::deserialize")]
    field: Option<String>,
    #[serde(default)]
    lead_id: Option<Uuid>,
}

impl Activity {
    pub(super) fn viewing() -> Self {
        Self::new(Doing::Viewing, On::default())
    }

    fn new(doing: Doing, on: On) -> Self {
        Self { doing, on }
    }
}

/// Reads a signal.
///
/// # Errors
/// `malformed_frame` for wrong types and names, `invalid` for what is too long, `too_large` for too much data.
pub(super) fn read(name: &str, data: &Value) -> Result<Said, Refusal> {
    let activity = match name {
        "viewing" => Activity::viewing(),
        "typing" => Activity::new(Doing::Typing, On::default()),
        "dragging" => match typed::<Dragging>(data)?.lead_id {
            Some(lead) => Activity::new(
                Doing::Dragging,
                On {
                    lead_id: Some(lead),
                    field: None,
                },
            ),
            None => Activity::viewing(),
        },
        "editing" => match typed::<Editing>(data)? {
            Editing { field: None, .. } => Activity::viewing(),
            Editing {
                field: Some(field),
                lead_id,
            } => {
                if field.is_empty() || field.len() > NAME_LIMIT {
                    let message = format!("The name of a field has 1 to {NAME_LIMIT} bytes");
                    return Err(Refusal::field("field", "invalid", message));
                }
                Activity::new(
                    Doing::Editing,
                    On {
                        lead_id,
                        field: Some(field),
                    },
                )
            }
        },
        "presence" => {
            let detail = "`presence` is what the server tells of others";
            return Err(Refusal::new(Code::MalformedFrame, detail));
        }
        _ if name.is_empty() || name.len() > NAME_LIMIT => {
            let detail = format!("the name of a signal has 1 to {NAME_LIMIT} bytes");
            return Err(Refusal::new(Code::MalformedFrame, detail));
        }
        _ => {
            check_size(data)?;
            return Ok(Said::Else);
        }
    };
    if !matches!(data, Value::Object(_) | Value::Null) {
        return Err(Refusal::new(
            Code::MalformedFrame,
            "the data of this signal is an object",
        ));
    }
    check_size(data)?;
    Ok(Said::Doing(activity))
}

fn typed<'a, T: Deserialize<'a>>(data: &'a Value) -> Result<T, Refusal> {
    T::deserialize(data).map_err(|error| Refusal::new(Code::MalformedFrame, error.to_string()))
}

fn check_size(data: &Value) -> Result<(), Refusal> {
    if data.to_string().len() > DATA_LIMIT {
        let detail = format!("A signal carries at most {DATA_LIMIT} bytes");
        return Err(Refusal::new(Code::TooLarge, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(name: &str, data: Value) -> Code {
        read(name, &data).unwrap_err().code
    }

    #[test]
    fn what_someone_does_is_read_and_null_ends_it() {
        let id = Uuid::from_u128(7);
        for (name, data, told) in [
            ("viewing", json!(null), json!({ "doing": "viewing", "on": {} })),
            ("typing", json!({}), json!({ "doing": "typing", "on": {} })),
            (
                "dragging",
                json!({ "lead_id": id }),
                json!({ "doing": "dragging", "on": { "lead_id": id } }),
            ),
            (
                "dragging",
                json!({ "lead_id": null }),
                json!({ "doing": "viewing", "on": {} }),
            ),
            (
                "editing",
                json!({ "field": "title", "lead_id": id }),
                json!({ "doing": "editing", "on": { "field": "title", "lead_id": id } }),
            ),
            (
                "editing",
                json!({ "field": "name" }),
                json!({ "doing": "editing", "on": { "field": "name" } }),
            ),
            (
                "editing",
                json!({ "field": null, "lead_id": id }),
                json!({ "doing": "viewing", "on": {} }),
            ),
        ] {
            let Said::Doing(activity) = read(name, &data).unwrap() else {
                panic!("{name} is something that someone does");
            };
            assert_eq!(serde_json::to_value(activity).unwrap(), told);
        }
        assert_eq!(read("waving", &json!({ "hand": "left" })), Ok(Said::Else));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (name, data) in [
            ("dragging", json!({})),
            ("dragging", json!({ "lead_id": "seven" })),
            ("dragging", json!(7)),
            ("editing", json!({ "lead_id": null })),
            ("editing", json!({ "field": 7 })),
            ("typing", json!([1])),
            ("viewing", json!("x")),
            ("presence", json!({ "doing": null })),
            ("", json!({})),
            (&"x".repeat(65), json!({})),
        ] {
            assert_eq!(refused(name, data.clone()), Code::MalformedFrame, "{name} {data}");
        }
        assert_eq!(refused("editing", json!({ "field": "x".repeat(65) })), Code::Invalid);
        assert_eq!(refused("editing", json!({ "field": "" })), Code::Invalid);
        for name in ["typing", "waving"] {
            assert_eq!(refused(name, json!({ "text": "x".repeat(5_000) })), Code::TooLarge);
        }
    }
}
