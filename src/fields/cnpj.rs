//! The number of a Brazilian company (CNPJ), by the rule of July 2026: twelve digits or letters and two check digits.

/// Reads a number with or without its punctuation; answers its fourteen characters, letters in upper case.
pub(crate) fn parse(text: &str) -> Option<String> {
    let number: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | '/' | '-' | ' '))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let (base, check) = number.split_at_checked(12)?;
    let all_alike = base.bytes().all(|byte| Some(byte) == base.bytes().next());
    (check_digits(base)? == check && !all_alike).then_some(number)
}

/// The two digits that follow the first twelve characters; nothing, where these are not twelve digits or capital letters.
pub(crate) fn check_digits(base: &str) -> Option<String> {
    if base.len() != 12
        || !base
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    {
        return None;
    }
    // A character counts as its distance from '0'.
    let mut values: Vec<u32> = base.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let mut digits = String::with_capacity(2);
    for _ in 0..2 {
        // The weights run 2, 3, … 9 and again from 2, from the right.
        let sum: u32 = values
            .iter()
            .rev()
            .zip((2..=9).cycle())
            .map(|(value, weight)| value * weight)
            .sum();
        let rest = sum % 11;
        let digit = if rest < 2 { 0 } else { 11 - rest };
        values.push(digit);
        digits.push_str(&digit.to_string());
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_letters_and_old_ones_are_read() {
        for (text, read) in [
            ("12.ABC.345/01DE-35", Some("12ABC34501DE35")),
            ("12abc34501de35", Some("12ABC34501DE35")),
            ("11.222.333/0001-81", Some("11222333000181")),
            ("00000000000191", Some("00000000000191")),
            ("11222333000182", None),
            ("12ABC34501DE36", None),
            ("11222333000", None),
            ("112223330001811", None),
            ("00000000000000", None),
            ("12ABC34501D€35", None),
            ("", None),
        ] {
            assert_eq!(parse(text).as_deref(), read, "{text}");
        }
    }
}
