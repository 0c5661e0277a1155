//! Parser of forecast adjustments as people write them: `+10%`, `-25% desde 01/03/2027`, `+5000`.

use super::amount;
use crate::adjustment::{Adjustment, Change};
use crate::calendar::parse_day;
use crate::failure::ConfigProblem;
use crate::money::{Amount, Currency};
use crate::text::printable;

/// The words before the first day.
const SINCE: [&str; 2] = ["desde", "from"];
/// The signs before the number.
const SIGNS: [char; 3] = ['+', '-', '−'];

/// An adjustment, and its currency where a sign or code says it.
///
/// A sign, then per cent or money for each month, read as any other amount;
/// then, if not every day to come is meant, `desde` and the first that is.
///
/// # Errors
/// A [`ConfigProblem`] when it is none, has two readings, or takes more than all.
pub fn parse(text: &str) -> Result<(Adjustment, Option<Currency>), ConfigProblem> {
    let refused = || ConfigProblem::NotAnAdjustment {
        value: printable(text, 60),
    };
    let (number, since) = parts(text);
    let since = match since {
        Some(day) => {
            let day = parse_day(day).ok_or_else(|| ConfigProblem::NotADate {
                value: printable(day, 60),
            })?;
            Some(day)
        }
        None => None,
    };
    let unsigned = number.strip_prefix(SIGNS).ok_or_else(refused)?;
    let less = !number.starts_with('+');
    let signed = |amount: Amount| if less { -amount } else { amount };
    // A second sign is none of a number.
    let own = |problem| match problem {
        ConfigProblem::NegativeAmount | ConfigProblem::NotAnAmount { .. } => refused(),
        other => other,
    };
    let (change, currency) = match unsigned.strip_suffix('%') {
        Some(percent) => {
            let percent = amount::percent(percent).map_err(own)?;
            (Change::Percent(signed(percent)), None)
        }
        None => {
            let (sum, currency) = amount::parse(unsigned).map_err(own)?;
            (Change::Monthly(signed(sum)), currency)
        }
    };
    match &change {
        Change::Percent(percent) if *percent < -Amount::from(100) => {
            Err(ConfigProblem::AdjustedBelowNothing)
        }
        _ => Ok((Adjustment { change, since }, currency)),
    }
}

/// Returns the money in `text` with its only separator for thousands, as [`amount::thousands`] does.
pub(super) fn thousands(text: &str) -> Option<Amount> {
    let (number, _) = parts(text);
    let sum = amount::thousands(number.strip_prefix(SIGNS)?)?;
    Some(if number.starts_with('+') { sum } else { -sum })
}

/// Splits `text` into the number, with blanks between its words, and the first day.
fn parts(text: &str) -> (String, Option<&str>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    match &words[..] {
        [number @ .., word, day] if SINCE.contains(&word.to_lowercase().as_str()) => {
            (number.join(" "), Some(day))
        }
        number => (number.join(" "), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn adjustments_are_read_as_people_write_them() {
        for (text, read, currency) in [
            ("+10%", "+10%", None),
            ("-25 %", "-25%", None),
            ("−100%", "-100%", None),
            ("+ 12,5% desde 01/03/2027", "+12.5% desde 2027-03-01", None),
            ("+5% from 01/03/2027", "+5% desde 2027-03-01", None),
            ("+5000", "+5000", None),
            (
                "+R$ 5.000,00  DESDE 2027-03-01",
                "+5000 desde 2027-03-01",
                Some("BRL"),
            ),
            ("-1.234,5 USD", "-1234.5", Some("USD")),
            ("+0%", "+0%", None),
            // There are no thousands of per cent.
            ("-1,234%", "-1.234%", None),
            ("+12.500 %", "+12.5%", None),
        ] {
            let (adjustment, found) =
                parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
            assert_eq!(adjustment.to_string(), read, "{text}");
            assert_eq!(found, currency.and_then(Currency::parse), "{text}");
        }
    }

    #[test]
    fn what_is_no_adjustment_is_refused() {
        for text in [
            "",
            "+",
            "%",
            "+%",
            "10%",
            "5000",
            "+-5",
            "--5%",
            "+10% de",
            "+10% desde",
            "desde 01/01/2027",
            "+10%%",
            "+R$ 10%",
            "+(5)",
            "+1e5",
            "+5000 por mês",
            "10%+",
        ] {
            let problem = parse(text).unwrap_err();
            assert!(
                matches!(problem, ConfigProblem::NotAnAdjustment { .. }),
                "{text}: {problem:?}"
            );
        }
        for text in ["+1.234", "-1,234", "+R$ 10.500 desde 01/01/2027"] {
            let problem = parse(text).unwrap_err();
            assert!(
                matches!(problem, ConfigProblem::AmbiguousAmount { .. }),
                "{text}: {problem:?}"
            );
        }
        assert!(matches!(
            parse("+5% desde 31/02/2027"),
            Err(ConfigProblem::NotADate { .. })
        ));
        assert!(matches!(
            parse("+$ 5"),
            Err(ConfigProblem::AmbiguousCurrency { .. })
        ));
        assert_eq!(parse("-100,01%"), Err(ConfigProblem::AdjustedBelowNothing));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_shown_is_read_again(text in "[+-][0-9]{1,4}%?( desde 20[2-9][0-9]-0[1-9]-[12][0-9])?") {
            if let Ok((adjustment, _)) = parse(&text) {
                prop_assert_eq!(parse(&adjustment.to_string()).unwrap().0, adjustment);
            }
        }
    }
}
