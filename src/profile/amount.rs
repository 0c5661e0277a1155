//! Amounts of money as people write them in a config: `R$ 150.000,00`.

use crate::failure::ConfigProblem;
use crate::money::{Amount, Currency};
use crate::text::printable;

/// Signs that stand for one currency each.
const SIGNS: [(&str, &str); 3] = [("R$", "BRL"), ("US$", "USD"), ("€", "EUR")];
/// Signs that stand for several.
const AMBIGUOUS_SIGNS: [&str; 3] = ["$", "£", "¥"];

/// An amount, and its currency where a sign or code says it.
///
/// With both separators the last is the decimal one; one kind repeated groups
/// in threes; a single one is decimal, unless it stands after one to three
/// digits and before exactly three, which can be read two ways.
///
/// # Errors
/// A [`ConfigProblem`] when it is no amount, has two readings, or is below zero.
pub fn parse(text: &str) -> Result<(Amount, Option<Currency>), ConfigProblem> {
    let (number, currency) = number_of(text)?;
    let plain = plain_digits(number, Doubt::Refused).map_err(|ambiguous| match ambiguous {
        Unreadable::No => not_an_amount(text),
        Unreadable::TwoWays {
            thousands,
            decimals,
        } => ConfigProblem::AmbiguousAmount {
            value: printable(text, 60),
            thousands,
            decimals,
        },
    })?;
    let amount = Amount::parse(&plain).map_err(|_| not_an_amount(text))?;
    Ok((amount, currency))
}

/// A percentage: a number, whose single separator is always the decimal one.
///
/// # Errors
/// A [`ConfigProblem`] when it is none, or is below zero.
pub(super) fn percent(text: &str) -> Result<Amount, ConfigProblem> {
    let (number, currency) = number_of(text)?;
    let plain = plain_digits(number, Doubt::Decimal);
    match (plain, currency) {
        (Ok(plain), None) => Amount::parse(&plain).map_err(|_| not_an_amount(text)),
        _ => Err(not_an_amount(text)),
    }
}

/// Returns the amount in `text` with its only separator for thousands, if [`parse`] reads it as the decimal one, and
/// over three digits stand before it and three behind it: thousands that somebody forgot to group.
pub(crate) fn thousands(text: &str) -> Option<Amount> {
    let (number, _) = number_of(text).ok()?;
    let (whole, fraction) = number.split_once(['.', ','])?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let doubtful = whole.len() > 3 && fraction.len() == 3 && !whole.starts_with('0');
    match doubtful && digits(whole) && digits(fraction) {
        true => Amount::parse(&format!("{whole}{fraction}")).ok(),
        false => None,
    }
}

/// Splits the currency's sign or code off `text`.
fn number_of(text: &str) -> Result<(&str, Option<Currency>), ConfigProblem> {
    let blank = |c: char| c.is_whitespace();
    let (text_without, before) = leading_sign(text.trim_matches(blank))?;
    let (number, after) = trailing_sign(text_without.trim_matches(blank))?;
    let number = number.trim_matches(blank);
    let currency = match (before, after) {
        (Some(_), Some(_)) => return Err(not_an_amount(text)),
        (one, other) => one.or(other),
    };
    if number.starts_with(['-', '−']) || text.trim_start().starts_with(['-', '−', '(']) {
        return Err(ConfigProblem::NegativeAmount);
    }
    Ok((number, currency))
}

fn not_an_amount(text: &str) -> ConfigProblem {
    ConfigProblem::NotAnAmount {
        value: printable(text, 60),
    }
}

enum Unreadable {
    No,
    TwoWays { thousands: Amount, decimals: Amount },
}

/// The treatment of a single separator between one to three digits and exactly three.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// It can be read two ways.
    Refused,
    /// It is the decimal one.
    Decimal,
}

/// The digits with a point for the decimal separator and none for thousands.
fn plain_digits(number: &str, doubt: Doubt) -> Result<String, Unreadable> {
    if !number
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
    {
        return Err(Unreadable::No);
    }
    let count = |separator| number.matches(separator).count();
    let decimal = match (count('.'), count(',')) {
        (0, 0) => return Ok(number.to_owned()),
        (1, 0) => Some('.'),
        (0, 1) => Some(','),
        (_, 0) | (0, _) => None,
        // Both: the last one is decimal.
        _ => number.chars().rev().find(|c| !c.is_ascii_digit()),
    };
    let (whole, fraction) = match decimal {
        Some(separator) => number.rsplit_once(separator).ok_or(Unreadable::No)?,
        None => (number, "0"),
    };
    if whole.is_empty() || fraction.is_empty() {
        return Err(Unreadable::No);
    }
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    if let [whole] = groups[..] {
        let doubtful = whole.len() <= 3 && !whole.starts_with('0') && fraction.len() == 3;
        if doubtful && doubt == Doubt::Refused {
            let read = |text: String| Amount::parse(&text).map_err(|_| Unreadable::No);
            return Err(Unreadable::TwoWays {
                thousands: read(format!("{whole}{fraction}"))?,
                decimals: read(format!("{whole}.{fraction}"))?,
            });
        }
    } else {
        let mixed = decimal.is_some_and(|decimal| whole.contains(decimal));
        let threes = groups[1..].iter().all(|group| group.len() == 3);
        if mixed || !threes || !(1..=3).contains(&groups[0].len()) || groups[0].starts_with('0') {
            return Err(Unreadable::No);
        }
    }
    Ok(format!("{}.{fraction}", groups.concat()))
}

fn leading_sign(text: &str) -> Result<(&str, Option<Currency>), ConfigProblem> {
    for (sign, code) in SIGNS {
        if let Some(rest) = strip_prefix_folded(text, sign) {
            return Ok((rest, Currency::parse(code)));
        }
    }
    ambiguous(
        AMBIGUOUS_SIGNS
            .into_iter()
            .find(|sign| text.starts_with(sign)),
    )?;
    match text.get(..3).and_then(Currency::listed) {
        Some(currency) => Ok((&text[3..], Some(currency))),
        None => Ok((text, None)),
    }
}

fn trailing_sign(text: &str) -> Result<(&str, Option<Currency>), ConfigProblem> {
    for (sign, code) in SIGNS {
        if let Some(rest) = text.strip_suffix(sign) {
            return Ok((rest, Currency::parse(code)));
        }
    }
    ambiguous(
        AMBIGUOUS_SIGNS
            .into_iter()
            .find(|sign| text.ends_with(sign)),
    )?;
    let start = text.len().saturating_sub(3);
    match text.get(start..).and_then(Currency::listed) {
        Some(currency) => Ok((&text[..start], Some(currency))),
        None => Ok((text, None)),
    }
}

fn ambiguous(sign: Option<&str>) -> Result<(), ConfigProblem> {
    match sign {
        Some(sign) => Err(ConfigProblem::AmbiguousCurrency {
            sign: sign.to_owned(),
        }),
        None => Ok(()),
    }
}

fn strip_prefix_folded<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (String, Option<String>) {
        let (amount, currency) =
            parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
        (amount.to_string(), currency.map(|c| c.to_string()))
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, amount, currency) in [
            ("150000", "150000", None),
            ("150000.00", "150000", None),
            ("150000,00", "150000", None),
            ("150.000,00", "150000", None),
            ("R$ 150.000,00", "150000", Some("BRL")),
            ("R$\u{a0}150.000,00", "150000", Some("BRL")),
            ("r$150000", "150000", Some("BRL")),
            ("US$ 1,234,567.89", "1234567.89", Some("USD")),
            ("1.234.567", "1234567", None),
            ("1,234,567", "1234567", None),
            ("1234.567", "1234.567", None),
            ("0,500", "0.5", None),
            ("0.125", "0.125", None),
            ("12,3456", "12.3456", None),
            ("1.234,5", "1234.5", None),
            ("0", "0", None),
            ("R$ 0,00", "0", Some("BRL")),
            ("EUR 99", "99", Some("EUR")),
            ("99 eur", "99", Some("EUR")),
            ("1.000,00 €", "1000", Some("EUR")),
            ("5000000 JPY", "5000000", Some("JPY")),
        ] {
            assert_eq!(
                read(text),
                (amount.to_owned(), currency.map(str::to_owned)),
                "{text}"
            );
        }
    }

    #[test]
    fn thousands_without_groups_are_in_doubt() {
        for (text, other) in [
            ("1500.000", Some("1500000")),
            ("R$ 1234,567", Some("1234567")),
            ("15000.000 USD", Some("15000000")),
            ("1500.00", None),
            ("1.500.000", None),
            ("150.000,000", None),
            ("0150.000", None),
            ("0.125", None),
            ("1500.0000", None),
            ("1500", None),
        ] {
            let found = thousands(text).map(|amount| amount.to_string());
            assert_eq!(found.as_deref(), other, "{text}");
        }
    }

    #[test]
    fn two_readings_are_both_named() {
        for (text, thousands, decimals) in [
            ("150.000", "150000", "150"),
            ("1,234", "1234", "1.234"),
            ("R$ 10.500", "10500", "10.5"),
        ] {
            let Err(ConfigProblem::AmbiguousAmount {
                thousands: a,
                decimals: b,
                ..
            }) = parse(text)
            else {
                panic!("{text}")
            };
            assert_eq!(
                (a.to_string(), b.to_string()),
                (thousands.to_owned(), decimals.to_owned())
            );
        }
    }

    #[test]
    fn what_is_below_zero_is_refused() {
        for text in [
            "-1",
            "-150.000,00",
            "R$ -5",
            "-R$ 5",
            "−5",
            "(5)",
            "(R$ 5,00)",
        ] {
            assert_eq!(parse(text), Err(ConfigProblem::NegativeAmount), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "R$",
            "abc",
            "1.2.3",
            "1,23,456",
            "1.234,567,89",
            "1,234.56.78",
            "1.",
            ",5",
            "12 345",
            "1e5",
            "0.123.456",
            "1234.567.890",
            "R$ 5 USD",
            "30000 mil",
            "1000000000000000",
            "٣",
        ] {
            assert!(
                matches!(parse(text), Err(ConfigProblem::NotAnAmount { .. })),
                "{text}: {:?}",
                parse(text)
            );
        }
        assert!(matches!(
            parse("$ 100"),
            Err(ConfigProblem::AmbiguousCurrency { .. })
        ));
        assert!(matches!(
            parse("100 ¥"),
            Err(ConfigProblem::AmbiguousCurrency { .. })
        ));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn both_customs_read_the_same(cents in 0u64..10_000_000_000_000) {
            let (whole, fraction) = (cents / 100, cents % 100);
            let digits = whole.to_string();
            let grouped = |separator: &str| {
                let head = (digits.len() - 1) % 3 + 1;
                let mut groups = vec![&digits[..head]];
                groups.extend((head..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
                groups.join(separator)
            };
            let expected = Amount::parse(&format!("{whole}.{fraction:02}")).unwrap();
            for text in [
                format!("{},{fraction:02}", grouped(".")),
                format!("{}.{fraction:02}", grouped(",")),
                format!("R$ {whole},{fraction:02}"),
                format!("{whole}.{fraction:02}"),
            ] {
                prop_assert_eq!(&parse(&text).unwrap().0, &expected);
            }
        }
    }
}
