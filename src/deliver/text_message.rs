//! The form of text messages, and of the values that a template takes.

use super::parcel::Refusal;
use crate::failure::UnsendableMessage;

/// The most characters of one text message in the 7-bit alphabet of GSM 03.38.
const LONGEST: usize = 160;
/// Blanks in a row that no value of a template may hold.
const BLANKS: &str = "     ";

/// Checks that `text` is one text message of ASCII characters in the basic table of GSM 03.38.
pub(super) fn check(text: &str) -> Result<(), Refusal> {
    // The other ASCII characters take two places, or have none in the alphabet.
    let basic = |c: char| matches!(c, ' '..='~') && !"[\\]^{|}~`".contains(c);
    if text.is_empty() || !text.chars().all(basic) {
        return Err(Refusal::unsendable(UnsendableMessage::NotBasic));
    }
    if text.len() > LONGEST {
        return Err(Refusal::unsendable(UnsendableMessage::TooLong {
            limit: LONGEST,
        }));
    }
    Ok(())
}

/// Checks that `number` is a telephone number in the form E.164, and returns its digits.
pub(super) fn digits(number: &str) -> Result<&str, Refusal> {
    let digits = number.strip_prefix('+').filter(|digits| {
        (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    digits.ok_or_else(|| Refusal::unsendable(UnsendableMessage::Recipient))
}

/// Checks the values of a template: Meta refuses line breaks, tabs, five blanks in a row (132018) and nothing at all.
pub(super) fn check_values(values: &[String], longest: usize) -> Result<(), Refusal> {
    let fits = |value: &String| {
        !value.trim().is_empty() && !value.contains(char::is_control) && !value.contains(BLANKS)
    };
    if !values.iter().all(fits) {
        return Err(Refusal::unsendable(UnsendableMessage::Parameter));
    }
    if values.iter().any(|value| value.chars().count() > longest) {
        return Err(Refusal::unsendable(UnsendableMessage::TooLong {
            limit: longest,
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_of_basic_characters_passes() {
        for text in [
            "a",
            "OCI 26/11: R$ 1.234,56 (95%), 'x' @_",
            &"a".repeat(160),
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
        for text in ["", "ã", "[a]", "a\nb", "a`b", "€", "{x}", &"a".repeat(161)] {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_e164() {
        assert_eq!(digits("+5511912345678").unwrap(), "5511912345678");
        for number in [
            "",
            "+",
            "5511912345678",
            "+55 11",
            "+1234567",
            "+1234567890123456",
            "+55a11912345",
        ] {
            assert!(digits(number).is_err(), "{number}");
        }
    }

    #[test]
    fn values_of_a_template_are_one_line() {
        let check = |value: &str| check_values(&[value.to_owned()], 10);
        assert!(check("a    b").is_ok());
        for value in ["", " ", "a\nb", "a\tb", "a     b", "12345678901"] {
            assert!(check(value).is_err(), "{value:?}");
        }
    }
}
