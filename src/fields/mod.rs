//! Reads the fields of a command or of a request's body, and collects everything that is wrong with them, so that a person hears it
//! all at once. [`cnpj`], [`cpf`], [`money`] and [`phone`] are values that need more than a line.

pub(crate) mod cnpj;
pub(crate) mod cpf;
pub(crate) mod money;
pub(crate) mod phone;

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use email_address::{EmailAddress, Options};
use serde_json::{Map, Value};
use uuid::Uuid;

use self::money::Money;
use crate::error::{Code, FieldError, Refusal};

/// The fields of one command.
pub(crate) struct Fields {
    values: Map<String, Value>,
    errors: Vec<FieldError>,
}

/// A field's value: absent is `None`, and `Some(None)` is null, which clears.
pub(crate) type Given<T> = Option<Option<T>>;

/// What a value is not; the code and the sentence of its [`FieldError`].
type Wrong = (&'static str, String);

impl Fields {
    /// # Errors
    /// `malformed_frame`, when the data is no object.
    pub(crate) fn of(data: Value) -> Result<Self, Refusal> {
        match data {
            Value::Object(values) => Ok(Self {
                values,
                errors: Vec::new(),
            }),
            Value::Null => Ok(Self {
                values: Map::new(),
                errors: Vec::new(),
            }),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Refusal::new(Code::MalformedFrame, "The data of a command is an object"))
            }
        }
    }

    /// Ends the reading: `read`, unless something was wrong.
    ///
    /// # Errors
    /// `invalid`, with every field that is.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Refusal> {
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            Some(_) | None => Err(Refusal::invalid(self.errors)),
        }
    }

    /// Notes what is wrong with a field; of several things, the first.
    pub(crate) fn wrong(&mut self, field: &str, code: &str, message: impl Into<String>) {
        if !self.errors.iter().any(|error| error.field == field) {
            self.errors.push(FieldError::new(field, code, message));
        }
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// A field read by `parse`.
    fn read<T>(&mut self, field: &str, parse: impl FnOnce(&Value) -> Result<T, Wrong>) -> Given<T> {
        match self.values.get(field)? {
            Value::Null => Some(None),
            value => match parse(value) {
                Ok(read) => Some(Some(read)),
                Err((code, message)) => {
                    self.wrong(field, code, message);
                    None
                }
            },
        }
    }

    /// What must be there: notes its absence.
    pub(crate) fn required<T>(&mut self, field: &str, given: Given<T>) -> Option<T> {
        let value = given.flatten();
        if value.is_none() {
            self.wrong(field, "required", "is required");
        }
        value
    }

    /// What may be left as it is, but not be taken away.
    pub(crate) fn lasting<T>(&mut self, field: &str, given: Given<T>) -> Option<T> {
        if matches!(given, Some(None)) {
            self.wrong(field, "required", "cannot be cleared");
        }
        given.flatten()
    }

    /// One line of text, trimmed; an empty one is null.
    pub(crate) fn line(&mut self, field: &str, max: usize) -> Given<String> {
        self.read(field, |value| line(value, max)).map(non_empty)
    }

    /// Text of several lines; an empty one is null.
    pub(crate) fn text(&mut self, field: &str, max: usize) -> Given<String> {
        self.read(field, |value| {
            let text = string(value)?.trim();
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                return Err(control_characters());
            }
            no_longer_than(max, text)
        })
        .map(non_empty)
    }

    pub(crate) fn id(&mut self, field: &str) -> Given<Uuid> {
        self.read(field, id)
    }

    pub(crate) fn ids(&mut self, field: &str) -> Given<Vec<Uuid>> {
        self.read(field, |value| array(value)?.iter().map(id).collect())
    }

    /// A value of any kind, as it is.
    pub(crate) fn take(&mut self, field: &str) -> Option<Value> {
        self.values.remove(field)
    }

    pub(crate) fn flag(&mut self, field: &str) -> Given<bool> {
        self.read(field, |value| {
            value.as_bool().ok_or_else(|| wrong_type("must be true or false"))
        })
    }

    pub(crate) fn whole(&mut self, field: &str, range: std::ops::RangeInclusive<i32>) -> Given<i32> {
        self.read(field, |value| {
            if !value.is_i64() && !value.is_u64() {
                return Err(wrong_type("must be a whole number"));
            }
            let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
            number.filter(|number| range.contains(number)).ok_or_else(|| {
                (
                    "out_of_range",
                    format!("must be from {} to {}", range.start(), range.end()),
                )
            })
        })
    }

    /// Whole numbers, in the order given.
    pub(crate) fn numbers(&mut self, field: &str, range: std::ops::RangeInclusive<i32>) -> Given<Vec<i32>> {
        self.read(field, |value| {
            let numbers = array(value)?.iter().map(|value| {
                let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
                number.filter(|number| range.contains(number)).ok_or_else(|| {
                    let message = format!("must be whole numbers from {} to {}", range.start(), range.end());
                    ("out_of_range", message)
                })
            });
            numbers.collect()
        })
    }

    /// The number of an event.
    pub(crate) fn number(&mut self, field: &str) -> Given<i64> {
        self.read(field, |value| {
            value.as_i64().ok_or_else(|| wrong_type("must be a whole number"))
        })
    }

    /// An index from 0.
    pub(crate) fn index(&mut self, field: &str) -> Given<usize> {
        self.read(field, |value| {
            if !value.is_i64() && !value.is_u64() {
                return Err(wrong_type("must be a whole number"));
            }
            let index = value.as_u64().and_then(|index| usize::try_from(index).ok());
            index.ok_or_else(|| ("out_of_range", "must be 0 or more".to_owned()))
        })
    }

    pub(crate) fn choice<T: FromStr<Err = String>>(&mut self, field: &str) -> Given<T> {
        self.read(field, |value| {
            string(value)?.parse().map_err(|message| ("invalid", message))
        })
    }

    pub(crate) fn money(&mut self, field: &str) -> Given<Money> {
        self.read(field, |value| {
            Money::parse(value).map_err(|message| ("invalid", message.to_owned()))
        })
    }

    pub(crate) fn date(&mut self, field: &str) -> Given<NaiveDate> {
        self.read(field, |value| {
            let text = string(value)?;
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            date.filter(|date| text.len() == 10 && (1900..=2999).contains(&date.year()))
                .ok_or_else(|| invalid("must be a date like 2026-11-30"))
        })
    }

    pub(crate) fn email(&mut self, field: &str) -> Given<String> {
        self.line(field, 254).and_then(|email| match email {
            Some(email) if !is_email(&email) => {
                self.wrong(field, "invalid", "must be an e-mail address");
                None
            }
            Some(email) => Some(Some(email.to_lowercase())),
            None => Some(None),
        })
    }

    pub(crate) fn phone(&mut self, field: &str) -> Given<String> {
        self.line(field, 40).and_then(|phone| match phone {
            Some(phone) if !is_phone(&phone) => {
                self.wrong(field, "invalid", "must be a phone number of 8 to 15 digits");
                None
            }
            phone => Some(phone),
        })
    }

    /// A phone number without its punctuation: digits, and a `+` before them where it was written.
    pub(crate) fn phone_number(&mut self, field: &str) -> Given<String> {
        let bare = |phone: String| phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        self.phone(field).map(|phone| phone.map(bare))
    }

    /// A phone number that can be called from anywhere, as [`phone`] has it.
    pub(crate) fn international_phone(&mut self, field: &str) -> Given<String> {
        self.line(field, 40)
            .and_then(|number| match number.as_deref().map(phone::parse) {
                None => Some(None),
                Some(Some(number)) => Some(Some(number)),
                Some(None) => {
                    self.wrong(field, "invalid", "must be a phone number with its area code");
                    None
                }
            })
    }

    /// A moment, to the microsecond; or a day, as [`noon`] has it.
    pub(crate) fn moment(&mut self, field: &str) -> Given<DateTime<Utc>> {
        self.read(field, |value| {
            let text = string(value)?;
            let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc()).ok();
            let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(noon);
            moment
                .or_else(day)
                .filter(|moment| (1900..=2999).contains(&moment.year()))
                .map(|moment| moment.trunc_subsecs(6))
                .ok_or_else(|| invalid("must be a time like 2026-11-30T14:00:00Z, or a day"))
        })
    }

    /// The address of a web site; without a scheme it gets `https://`.
    pub(crate) fn url(&mut self, field: &str, max: usize) -> Given<String> {
        self.line(field, max)
            .and_then(|url| match url.as_deref().map(web_address) {
                None => Some(None),
                Some(Some(url)) => Some(Some(url)),
                Some(None) => {
                    self.wrong(field, "invalid", "must be the address of a web site");
                    None
                }
            })
    }

    pub(crate) fn cnpj(&mut self, field: &str) -> Given<String> {
        self.line(field, 40)
            .and_then(|number| match number.as_deref().map(cnpj::parse) {
                None => Some(None),
                Some(Some(number)) => Some(Some(number)),
                Some(None) => {
                    self.wrong(field, "invalid", "must be a CNPJ with right check digits");
                    None
                }
            })
    }

    /// `#RRGGBB`, in upper case.
    pub(crate) fn color(&mut self, field: &str) -> Given<String> {
        self.read(field, |value| {
            let text = string(value)?;
            let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
            digits
                .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .map(|_| text.to_ascii_uppercase())
                .ok_or_else(|| invalid("must be a colour like #2F6FED"))
        })
    }

    /// Short texts, each once, in the order given.
    pub(crate) fn tags(&mut self, field: &str, max: usize, max_length: usize) -> Given<Vec<String>> {
        self.read(field, |value| {
            let mut tags: Vec<String> = Vec::new();
            for value in array(value)? {
                let tag = line(value, max_length)?;
                if tag.is_empty() {
                    return Err(("required", "a tag must not be empty".to_owned()));
                }
                if !tags.contains(&tag) {
                    tags.push(tag);
                }
            }
            if tags.len() > max {
                return Err(("too_many", format!("at most {max} tags")));
            }
            Ok(tags)
        })
    }

    /// A list of things with fields of their own; what is wrong with one is named `<field>[<index>].<its field>`.
    pub(crate) fn nested<T>(
        &mut self,
        field: &str,
        max: usize,
        parse: impl Fn(Value) -> Result<T, Refusal>,
    ) -> Given<Vec<T>> {
        let values = self.read(field, |value| Ok(array(value)?.to_vec()))?;
        let Some(values) = values else { return Some(None) };
        if values.len() > max {
            self.wrong(field, "too_many", format!("at most {max}"));
            return None;
        }
        let mut read = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            match parse(value) {
                Ok(item) => read.push(item),
                Err(refusal) if refusal.fields.is_empty() => {
                    self.wrong(&format!("{field}[{index}]"), "wrong_type", "must be an object");
                }
                Err(refusal) => {
                    for error in refusal.fields {
                        self.wrong(&format!("{field}[{index}].{}", error.field), &error.code, error.message);
                    }
                }
            }
        }
        Some(Some(read))
    }

    /// An object of anything.
    pub(crate) fn object(&mut self, field: &str, max_bytes: usize) -> Given<Map<String, Value>> {
        self.read(field, |value| {
            let Value::Object(object) = value else {
                return Err(wrong_type("must be an object"));
            };
            if value.to_string().len() > max_bytes {
                return Err(("too_long", format!("at most {max_bytes} bytes of JSON")));
            }
            // PostgreSQL's text, and so its jsonb, cannot hold it.
            if has_nul(value) {
                return Err(control_characters());
            }
            Ok(object.clone())
        })
    }
}

/// A moment of a day that is that day on nearly every clock of the world.
pub(crate) fn noon(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) + TimeDelta::hours(12)).and_utc()
}

fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn wrong_type(message: &str) -> Wrong {
    ("wrong_type", message.to_owned())
}

fn invalid(message: &str) -> Wrong {
    ("invalid", message.to_owned())
}

fn control_characters() -> Wrong {
    invalid("must not hold control characters")
}

fn string(value: &Value) -> Result<&str, Wrong> {
    value.as_str().ok_or_else(|| wrong_type("must be a text"))
}

fn array(value: &Value) -> Result<&[Value], Wrong> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| wrong_type("must be a list"))
}

fn id(value: &Value) -> Result<Uuid, Wrong> {
    string(value)?.parse().map_err(|_| invalid("must be a UUID"))
}

fn line(value: &Value, max: usize) -> Result<String, Wrong> {
    let text = string(value)?.trim();
    if text.chars().any(char::is_control) {
        return Err(control_characters());
    }
    no_longer_than(max, text)
}

fn no_longer_than(max: usize, text: &str) -> Result<String, Wrong> {
    if text.chars().count() > max {
        Err(("too_long", format!("at most {max} characters")))
    } else {
        Ok(text.to_owned())
    }
}

pub(crate) fn is_email(text: &str) -> bool {
    let options = Options::default()
        .with_required_tld()
        .without_display_text()
        .without_domain_literal();
    EmailAddress::parse_with_options(text, options).is_ok()
}

/// Digits with what people write between them.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (8..=15).contains(&digits)
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' '))
        && text.rfind('+').is_none_or(|at| at == 0)
}

/// An address of the web with a public-looking host. It is kept as it was written, so that a name with accents stays readable.
fn web_address(text: &str) -> Option<String> {
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = url::Url::parse(&text).ok()?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url
            .domain()
            .is_some_and(|host| host.trim_end_matches('.').contains('.'))
        && url.username().is_empty()
        && url.password().is_none()
        && !text.contains(char::is_whitespace);
    fits.then_some(text)
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(object) => object.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T>(value: Value, read: impl FnOnce(&mut Fields) -> Given<T>) -> Result<Option<T>, String> {
        let mut fields = Fields::of(json!({ "it": value })).unwrap();
        let given = read(&mut fields);
        let read = fields
            .finish(Some(given))
            .map_err(|refusal| refusal.fields[0].code.clone())?;
        Ok(read.flatten())
    }

    #[test]
    fn a_web_address_has_a_host_that_could_be_on_the_web() {
        let url = |text: &str| read(json!(text), |fields| fields.url("it", 100));
        for (written, kept) in [
            ("padaria.com.br", "https://padaria.com.br"),
            ("http://padaria.com.br/loja?x=1", "http://padaria.com.br/loja?x=1"),
            (" HTTPS://Padaria.com.br ", "HTTPS://Padaria.com.br"),
            ("pão.com.br", "https://pão.com.br"),
        ] {
            assert_eq!(url(written), Ok(Some(kept.to_owned())), "{written}");
        }
        for written in [
            "padaria",
            "localhost:80",
            "ftp://padaria.com.br",
            "javascript:alert(1)",
            "https://ana:senha@padaria.com.br",
            "https://127.0.0.1/",
            "padaria .com.br",
            "https://",
        ] {
            assert_eq!(url(written), Err("invalid".to_owned()), "{written}");
        }
        assert_eq!(url(""), Ok(None));
    }

    #[test]
    fn a_phone_number_is_kept_without_punctuation() {
        let phone = |text: &str| read(json!(text), |fields| fields.phone_number("it"));
        assert_eq!(phone("+55 (11) 98765-4321"), Ok(Some("+5511987654321".to_owned())));
        assert_eq!(phone("11 3456.7890"), Ok(Some("1134567890".to_owned())));
        assert_eq!(phone("1234"), Err("invalid".to_owned()));
    }
}
