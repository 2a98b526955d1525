//! What is said when a body, a query or a path cannot be read.

use actix_web::HttpRequest;
use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError};
use actix_web::web::{JsonConfig, PathConfig, PayloadConfig, QueryConfig, ServiceConfig};
use serde_json::{Map, Value};

use crate::error::{Code, Error, FieldError, Refusal};

/// The largest body of a plain request, in bytes.
const LARGEST_BODY: usize = 256 * 1024;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .app_data(PayloadConfig::new(LARGEST_BODY))
        .app_data(JsonConfig::default().limit(LARGEST_BODY).error_handler(body))
        .app_data(QueryConfig::default().error_handler(query))
        .app_data(PathConfig::default().error_handler(path));
}

/// The fields of a body.
///
/// # Errors
/// `malformed_request`, when it is no object.
pub(crate) fn object(body: Value) -> Result<Map<String, Value>, Error> {
    match body {
        Value::Object(fields) => Ok(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Error::new(Code::Malformed, "The body must be an object"))
        }
    }
}

fn body(error: JsonPayloadError, _: &HttpRequest) -> actix_web::Error {
    let error = match error {
        JsonPayloadError::OverflowKnownLength { .. } | JsonPayloadError::Overflow { .. } => Code::TooLarge.into(),
        JsonPayloadError::ContentType => Error::new(Code::Malformed, "The body must be application/json"),
        JsonPayloadError::Deserialize(error) if error.is_data() => values("body", &error.to_string()),
        JsonPayloadError::Deserialize(_) => Error::new(Code::Malformed, "The body is not JSON"),
        _ => Code::Malformed.into(),
    };
    error.into()
}

fn query(error: QueryPayloadError, _: &HttpRequest) -> actix_web::Error {
    match error {
        QueryPayloadError::Deserialize(error) => values("query", &error.to_string()).into(),
        _ => Error::from(Code::Malformed).into(),
    }
}

/// An id that is none names nothing.
fn path(_: PathError, _: &HttpRequest) -> actix_web::Error {
    Error::from(Code::NotFound).into()
}

/// It could be read, but does not say what it should. `message` is serde's, and names a missing field.
fn values(whole: &str, message: &str) -> Error {
    let missing = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'));
    let (field, code) = missing.map_or((whole, "invalid"), |(field, _)| (field, "required"));
    Refusal::invalid(vec![FieldError::new(field, code, message)]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_field_is_named() {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only read into")]
        struct Body {
            email: String,
        }
        let error = serde_json::from_str::<Body>("{}").unwrap_err();
        let error = values("body", &error.to_string());
        assert_eq!(error.code, Code::Invalid);
        assert_eq!(
            (error.fields[0].field.as_str(), error.fields[0].code.as_str()),
            ("email", "required")
        );

        let error = serde_json::from_str::<Body>(r#"{"email": 7}"#).unwrap_err();
        let error = values("body", &error.to_string());
        assert_eq!(
            (error.fields[0].field.as_str(), error.fields[0].code.as_str()),
            ("body", "invalid")
        );
    }
}
