//! Fields of a change: absent, cleared or given.

use serde::{Deserialize, Deserializer};

/// Reads a field that stands there: `null` is `Some(None)`. With `#[serde(default)]` an absent one is `None`.
///
/// # Errors
/// When the value has another type.
pub(crate) fn present<'de, D, T>(field: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(field).map(Some)
}
