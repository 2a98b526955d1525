//! The number of a Brazilian person (CPF): nine digits and two check digits.

/// Reads a number with or without its punctuation; answers its eleven digits.
pub(crate) fn parse(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| !matches!(c, '.' | '-' | ' ')).collect();
    let (base, check) = number.split_at_checked(9)?;
    let all_alike = number.bytes().all(|byte| Some(byte) == number.bytes().next());
    (check_digits(base)? == check && !all_alike).then_some(number)
}

/// The two digits that follow the first nine; nothing, where these are not nine digits.
fn check_digits(base: &str) -> Option<String> {
    if base.len() != 9 || !base.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut values: Vec<u32> = base.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let mut digits = String::with_capacity(2);
    for _ in 0..2 {
        // The weights run 2, 3, … from the right.
        let sum: u32 = values.iter().rev().zip(2..).map(|(value, weight)| value * weight).sum();
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
    fn a_number_has_the_right_check_digits() {
        for (text, read) in [
            ("529.982.247-25", Some("52998224725")),
            ("11144477735", Some("11144477735")),
            ("529.982.247-26", None),
            ("11111111111", None),
            ("5299822472", None),
            ("529982247255", None),
            ("52998224€25", None),
            ("", None),
        ] {
            assert_eq!(parse(text).as_deref(), read, "{text}");
        }
    }
}
