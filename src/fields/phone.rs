//! Phone numbers as the world dials them: E.164. A number without a country is Brazilian.

/// The country of numbers that name none.
const COUNTRY: &str = "55";

/// Reads a number into `+` and up to fifteen digits; nothing, where it cannot be called from elsewhere.
///
/// Brazilian mobile numbers have had a ninth digit since 2016, but old lists and some services still leave it out: it is put in, so
/// that two spellings of one number are one contact.
pub(crate) fn parse(written: &str) -> Option<String> {
    let written = written.trim();
    let is_written_so = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' ');
    if !written.chars().all(is_written_so) || written.rfind('+').is_some_and(|at| at > 0) {
        return None;
    }
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let international = if written.starts_with('+') {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else {
        let national = digits.trim_start_matches('0');
        match national.len() {
            10 | 11 => format!("{COUNTRY}{national}"),
            12 | 13 if national.starts_with(COUNTRY) => national.to_owned(),
            _ => return None,
        }
    };
    let number = match international.strip_prefix(COUNTRY) {
        Some(national) => format!("{COUNTRY}{}", brazilian(national)?),
        None => international,
    };
    ((8..=15).contains(&number.len()) && !number.starts_with('0')).then(|| format!("+{number}"))
}

/// Two digits of the area and eight or nine of the line.
fn brazilian(national: &str) -> Option<String> {
    let (area, line) = national.split_at_checked(2)?;
    if area.contains('0') {
        return None;
    }
    match (line.len(), line.as_bytes().first()?) {
        (8, b'6'..=b'9') => Some(format!("{area}9{line}")),
        (8, b'2'..=b'5') | (9, b'9') => Some(national.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        for written in [
            "+55 11 98888-7777",
            "(11) 98888-7777",
            "011 98888 7777",
            "5511988887777",
            "0055 11 98888.7777",
            "11 8888-7777",
            "+551188887777",
        ] {
            assert_eq!(parse(written).as_deref(), Some("+5511988887777"), "{written}");
        }
        assert_eq!(parse("11 3456-7890").as_deref(), Some("+551134567890"));
        assert_eq!(parse("+49 30 901820").as_deref(), Some("+4930901820"));
    }

    #[test]
    fn what_cannot_be_called_is_no_number() {
        for written in [
            "",
            "8888-7777",
            "98888-7777",
            "ramal 12",
            "11+988887777",
            "+55 11 1234",
            "+1",
            "10 98888-7777",
            "+0123456789",
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }

    proptest! {
        #[test]
        fn a_number_that_was_read_is_read_the_same_again(written in "[+]?[0-9 ()-]{0,18}") {
            if let Some(number) = parse(&written) {
                prop_assert_eq!(parse(&number), Some(number.clone()));
                prop_assert!(number.len() <= 16);
            }
        }
    }
}
