//! Puts what is known into what is said: `{{name}}` stands for a value, `{{order.status}}` for one inside it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// A text with its values in place; what is not known is left empty.
pub(super) fn filled(text: &str, known: impl Fn(&str) -> Option<Value>) -> String {
    filled_by(text, |name| known(name).map(|value| plain(&value)))
}

/// An address with its values in place, each encoded, so that none can change where the address leads.
pub(super) fn filled_url(url: &str, known: impl Fn(&str) -> Option<Value>) -> String {
    filled_by(url, |name| {
        let value = plain(&known(name)?);
        Some(utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string())
    })
}

/// A JSON value with the values in place in each of its texts.
pub(super) fn filled_value(value: &Value, known: &impl Fn(&str) -> Option<Value>) -> Value {
    match value {
        Value::String(text) => Value::String(filled(text, known)),
        Value::Array(values) => values.iter().map(|value| filled_value(value, known)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), filled_value(value, known)))
                    .collect(),
            )
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A value as people read it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn filled_by(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            break;
        };
        filled.push_str(&value(name.trim()).unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(name: &str) -> Option<Value> {
        match name {
            "name" => Some(json!("Ana {{x}}")),
            "path" => Some(json!("../admin?a=b#c@evil")),
            "count" => Some(json!(3)),
            _ => None,
        }
    }

    #[test]
    fn values_are_put_in_once_and_what_is_unknown_is_empty() {
        assert_eq!(
            filled("Oi, {{ name }}! {{count}}{{nothing}}.", known),
            "Oi, Ana {{x}}! 3."
        );
        assert_eq!(filled("{{name", known), "{{name");
        assert_eq!(filled("", known), "");
        assert_eq!(
            filled_value(&json!({ "a": ["{{count}}", 1] }), &known),
            json!({ "a": ["3", 1] })
        );
    }

    #[test]
    fn a_value_cannot_change_where_an_address_leads() {
        let url = url::Url::parse(&filled_url("https://erp.test/orders/{{path}}/x", known)).unwrap();
        assert_eq!(url.host_str(), Some("erp.test"));
        assert_eq!((url.query(), url.fragment()), (None, None));
        assert_eq!(url.path_segments().unwrap().count(), 3);
    }
}
