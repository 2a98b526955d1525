//! What stands behind the `?` of an address.

use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// Reads a filter; an empty one filters nothing.
///
/// # Errors
/// When the text is none of what the filter takes.
pub(crate) fn filter<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: std::fmt::Display>,
{
    let text = Option::<String>::deserialize(deserializer)?;
    let given = text.filter(|text| !text.is_empty());
    given
        .map(|text| text.parse())
        .transpose()
        .map_err(serde::de::Error::custom)
}
