//! What people type about themselves, read once into types that cannot be wrong.

use email_address::{EmailAddress, Options};

use crate::error::FieldError;

/// Puts what is wrong with a field to the others; the value, when nothing is.
pub(crate) fn checked<T>(wrong: &mut Vec<FieldError>, value: Result<T, FieldError>) -> Option<T> {
    value.map_err(|error| wrong.push(error)).ok()
}

/// Trims a line of text.
///
/// # Errors
/// `required` when nothing is left, `too_long` beyond `max` characters, `invalid` with control characters: no name has any,
/// and PostgreSQL takes no NUL.
pub(crate) fn line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(field, "required", "must not be empty"));
    }
    if text.chars().count() > max {
        return Err(FieldError::new(
            field,
            "too_long",
            format!("must have at most {max} characters"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(field, "invalid", "must not contain control characters"));
    }
    Ok(text.to_owned())
}

/// An e-mail address, trimmed and in lower case: two spellings of one address are one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// # Errors
    /// When this is no address that mail could reach. Only ASCII is taken, so that there is one lower case.
    pub(crate) fn parse(text: &str) -> Result<Self, FieldError> {
        let text = line("email", text, 254)?;
        let options = Options::default().without_display_text().without_domain_literal();
        let valid = text.is_ascii() && !text.contains('"') && EmailAddress::parse_with_options(&text, options).is_ok();
        if valid {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(FieldError::new("email", "invalid", "must be an e-mail address"))
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that may be set. Shown to nobody: it has no `Debug` and no `Serialize`.
pub(crate) struct Password(String);

impl Password {
    /// The most that bcrypt reads; what came after it would not count.
    pub(crate) const MAX_BYTES: usize = 72;
    const MIN_BYTES: usize = 8;

    /// # Errors
    /// Unless it has 8 to 72 bytes.
    pub(crate) fn parse(field: &str, text: String) -> Result<Self, FieldError> {
        match text.len() {
            0..Self::MIN_BYTES => Err(FieldError::new(field, "too_short", "must have at least 8 characters")),
            Self::MIN_BYTES..=Self::MAX_BYTES => Ok(Self(text)),
            _ => Err(FieldError::new(field, "too_long", "must have at most 72 bytes")),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// A person's name.
///
/// # Errors
/// As [`line`].
pub(crate) fn full_name(text: &str) -> Result<String, FieldError> {
    line("full_name", text, 200)
}

/// A phone number without its punctuation: digits, and a `+` before them where it was written.
///
/// # Errors
/// `invalid`, when there is anything but digits and punctuation, or fewer than 3 or more than 20 digits.
pub(crate) fn phone(text: &str) -> Result<String, FieldError> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let punctuation = |c: char| c.is_ascii_digit() || " -().".contains(c);
    let plus = text.trim_start().starts_with('+');
    let rest = text.trim_start().strip_prefix('+').unwrap_or(text);
    if (3..=20).contains(&digits.len()) && rest.chars().all(punctuation) {
        Ok(if plus { format!("+{digits}") } else { digits })
    } else {
        Err(FieldError::new("phone", "invalid", "must be a phone number"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_trimmed_and_in_lower_case() {
        assert_eq!(Email::parse("  Ana@Example.COM ").unwrap().as_str(), "ana@example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            " ",
            "ana",
            "ana@",
            "@example.com",
            "a b@example.com",
            "Ana <ana@example.com>",
            "ana@exa\0mple.com",
            "anã@example.com",
            "\"a b\"@example.com",
            "ana@[127.0.0.1]",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_password_has_8_to_72_bytes() {
        let parse = |length: usize| Password::parse("password", "ã".repeat(length / 2) + &"a".repeat(length % 2));
        assert_eq!(parse(7).err().map(|e| e.code), Some("too_short".to_owned()));
        assert!(parse(8).is_ok());
        assert!(parse(72).is_ok());
        assert_eq!(parse(73).err().map(|e| e.code), Some("too_long".to_owned()));
    }

    #[test]
    fn a_phone_number_loses_its_punctuation() {
        assert_eq!(phone("+55 (11) 98765-4321").unwrap(), "+5511987654321");
        assert_eq!(phone("11 98765.4321").unwrap(), "11987654321");
        for text in ["", "call me", "+", "12", "1+1234", "123456789012345678901"] {
            assert!(phone(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "\\PC{0,40}") {
            if let Ok(name) = full_name(&text) {
                prop_assert_eq!(full_name(&name).unwrap(), name);
            }
            if let Ok(number) = phone(&text) {
                prop_assert_eq!(phone(&number).unwrap(), number);
            }
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email);
            }
        }
    }
}
