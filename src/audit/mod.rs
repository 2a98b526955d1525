//! Who changed what, when: for whatever is no live entity, whose log tells it already. Written in the transaction of the change
//! itself, and never changed afterwards.

mod store;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use store::{record, target_list};

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Change {
    pub(crate) field: String,
    /// What it was; null where there was nothing.
    pub(crate) from: Value,
    pub(crate) to: Value,
}

/// Whoever did it, as of then.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct By {
    id: Uuid,
    name: String,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activity {
    id: Uuid,
    /// `company.updated` and the like.
    action: String,
    by: By,
    changes: Vec<Change>,
    at: DateTime<Utc>,
}

/// What differs between two states of one thing, field by field; all that is there, where there was nothing before.
pub(crate) fn changes<T: Serialize>(before: Option<&T>, after: Option<&T>) -> serde_json::Result<Vec<Change>> {
    let fields = |state: Option<&T>| state.map_or(Ok(Value::Null), serde_json::to_value);
    let (before, after) = (fields(before)?, fields(after)?);
    let names = before
        .as_object()
        .or(after.as_object())
        .into_iter()
        .flat_map(|fields| fields.keys());
    let changes = names.filter(|name| before[*name] != after[*name]).map(|name| Change {
        field: name.clone(),
        from: before[name].clone(),
        to: after[name].clone(),
    });
    Ok(changes.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    struct Shop {
        name: &'static str,
        phone: Option<&'static str>,
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let (old, new) = (
            Shop {
                name: "Aurora",
                phone: None,
            },
            Shop {
                name: "Aurora",
                phone: Some("11"),
            },
        );
        let phone = |from, to| Change {
            field: "phone".to_owned(),
            from,
            to,
        };
        assert_eq!(changes(Some(&old), Some(&old)).unwrap(), []);
        assert_eq!(
            changes(Some(&old), Some(&new)).unwrap(),
            [phone(Value::Null, json!("11"))]
        );
        assert_eq!(changes(None, Some(&old)).unwrap().len(), 1);
        assert_eq!(changes(Some(&new), None).unwrap().len(), 2);
    }
}
