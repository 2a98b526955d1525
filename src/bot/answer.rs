//! The kinds of answers that a question takes, each brought into one form.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::flow::Validate;
use crate::fields::{cnpj, cpf, is_email, is_phone};

/// An answer as it is kept; nothing, where it is not of this kind.
pub(super) fn read(kind: Validate, words: &str) -> Option<String> {
    let words = words.trim();
    match kind {
        Validate::Text => (!words.is_empty()).then(|| words.to_owned()),
        Validate::Email => is_email(words).then(|| words.to_lowercase()),
        Validate::Phone => is_phone(words).then(|| words.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()),
        Validate::Cpf => cpf::parse(words),
        Validate::Cnpj => cnpj::parse(words),
        Validate::Number => number(words).map(|number| number.to_string()),
        Validate::Date => date(words).map(|date| date.to_string()),
    }
}

/// A number as people write it: `1.234,5`, `1234,5` or `1234.5`.
pub(super) fn number(words: &str) -> Option<Decimal> {
    let plain = if words.contains(',') {
        words.replace('.', "").replacen(',', ".", 1)
    } else {
        words.to_owned()
    };
    plain.parse().ok().map(|number: Decimal| number.normalize())
}

/// `30/11/2026`, or as computers write it.
fn date(words: &str) -> Option<NaiveDate> {
    let read = NaiveDate::parse_from_str(words, "%d/%m/%Y").or_else(|_| NaiveDate::parse_from_str(words, "%Y-%m-%d"));
    read.ok().filter(|date| (1900..=2999).contains(&date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_of_its_kind_or_none() {
        for (kind, words, kept) in [
            (Validate::Text, "  oi ", Some("oi")),
            (Validate::Text, "   ", None),
            (Validate::Email, "Ana@Padaria.com.br", Some("ana@padaria.com.br")),
            (Validate::Email, "ana@padaria", None),
            (Validate::Phone, "(11) 98765-4321", Some("11987654321")),
            (Validate::Phone, "não tenho", None),
            (Validate::Cpf, "529.982.247-25", Some("52998224725")),
            (Validate::Cpf, "529.982.247-26", None),
            (Validate::Cnpj, "12.abc.345/01de-35", Some("12ABC34501DE35")),
            (Validate::Cnpj, "12.abc.345/01de-36", None),
            (Validate::Number, "1.234,50", Some("1234.5")),
            (Validate::Number, "-7", Some("-7")),
            (Validate::Number, "sete", None),
            (Validate::Date, "30/11/2026", Some("2026-11-30")),
            (Validate::Date, "2026-11-30", Some("2026-11-30")),
            (Validate::Date, "31/02/2026", None),
            (Validate::Date, "1/1/26", None),
        ] {
            assert_eq!(read(kind, words).as_deref(), kept, "{kind} {words}");
        }
    }
}
