//! The kinds of values of `alertas.ini`.

use clap::ValueEnum as _;

use super::super::amount;
use crate::failure::AlertsProblem;
use crate::lang::Lang;
use crate::money::Amount;

/// The most per cent that a shortfall may have to grow by.
const MOST_PERCENT: u32 = 1000;
/// Minutes of the easternmost and of the westernmost offset from UTC.
const EASTERNMOST: i32 = 14 * 60;
const WESTERNMOST: i32 = -12 * 60;

/// Parses one of `words`, without regard to case, each with the value that it stands for. `all` are those of them
/// that a refusal names.
pub(super) fn word<T: Copy>(
    text: &str,
    all: &'static [&'static str],
    words: &[(&str, T)],
) -> Result<T, AlertsProblem> {
    let mut words = words.iter();
    let found = words.find(|(word, _)| word.eq_ignore_ascii_case(text));
    let (_, value) = found.ok_or(AlertsProblem::NotAWord { words: all })?;
    Ok(*value)
}

/// Parses a language.
pub(super) fn lang(text: &str) -> Result<Lang, AlertsProblem> {
    let words = &["pt-BR", "en"];
    Lang::from_str(text, true).map_err(|_| AlertsProblem::NotAWord { words })
}

/// Parses a whole number from `least` to `most`.
pub(super) fn number(text: &str, least: u32, most: u32) -> Result<u32, AlertsProblem> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or(AlertsProblem::OutOfRange {
            least: least.into(),
            most: most.into(),
        })
}

/// Parses a chance in per cent, with or without its sign.
pub(super) fn chance(text: &str) -> Result<u32, AlertsProblem> {
    number(text.strip_suffix('%').unwrap_or(text).trim_end(), 1, 99)
}

/// Parses a number of days from 1 to `most`, with or without the word for them.
pub(super) fn days(text: &str, most: u32) -> Result<u32, AlertsProblem> {
    let lower = text.to_lowercase();
    let endings = ["dias", "dia", "days", "day", "d"];
    let bare = endings.iter().find_map(|ending| lower.strip_suffix(ending));
    number(bare.unwrap_or(&lower).trim_end(), 1, most)
}

/// Parses a growth in per cent.
pub(super) fn percent(text: &str) -> Result<Amount, AlertsProblem> {
    let bare = text.strip_suffix('%').unwrap_or(text).trim_end();
    let percent = amount::percent(bare).ok();
    let most = Amount::from(MOST_PERCENT);
    percent
        .filter(|percent| percent.is_positive() && *percent <= most)
        .ok_or(AlertsProblem::OutOfRange {
            least: 1,
            most: MOST_PERCENT.into(),
        })
}

/// Parses three numbers of days in falling order.
pub(super) fn three_days(text: &str) -> Result<[u32; 3], AlertsProblem> {
    let numbers: Vec<u32> = text
        .split([',', ';', ' '])
        .filter(|part| !part.is_empty())
        .filter_map(|part| days(part, 365).ok())
        .collect();
    match numbers[..] {
        [first, second, third] if first > second && second > third => Ok([first, second, third]),
        _ => Err(AlertsProblem::NotOfForm {
            example: "60, 30, 7",
        }),
    }
}

/// Parses an offset from UTC, in minutes.
pub(super) fn offset(text: &str) -> Result<i32, AlertsProblem> {
    let none = || AlertsProblem::NotOfForm { example: "-03:00" };
    if ["z", "utc", "gmt"].contains(&text.to_lowercase().as_str()) {
        return Ok(0);
    }
    let bare = ["UTC", "GMT"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let bare = bare.unwrap_or(text).trim_start();
    let (sign, rest) = match bare.chars().next() {
        Some('+') => (1, &bare[1..]),
        Some(minus @ ('-' | '−')) => (-1, &bare[minus.len_utf8()..]),
        _ => return Err(none()),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "0"),
    };
    let number = |text: &str, most: i32| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse::<i32>().ok().filter(|_| digits);
        number.filter(|number| *number <= most)
    };
    let minutes = number(hours, 14).zip(number(minutes, 59));
    let minutes = minutes.map(|(hours, minutes)| sign * (60 * hours + minutes));
    minutes
        .filter(|minutes| (WESTERNMOST..=EASTERNMOST).contains(minutes))
        .ok_or_else(none)
}

/// Parses two hours of a day, of which the second, up to 24, is the later one.
pub(super) fn hours(text: &str) -> Result<(u32, u32), AlertsProblem> {
    let hour = |text: &str| {
        let text = text.trim();
        let bare = text.strip_suffix(":00").or(text.strip_suffix('h'));
        number(bare.unwrap_or(text), 0, 24).ok()
    };
    let both = text.split_once(['-', '–', '—']);
    both.and_then(|(from, until)| hour(from).zip(hour(until)))
        .filter(|(from, until)| from < until)
        .ok_or(AlertsProblem::NotOfForm { example: "08-20" })
}

/// Takes `text` if it has 1 to `longest` characters, all of them `allowed`; else the refusal shows `example`.
pub(super) fn of_form(
    text: &str,
    longest: usize,
    allowed: impl Fn(char) -> bool,
    example: &'static str,
) -> Result<String, AlertsProblem> {
    let whole = (1..=longest).contains(&text.chars().count()) && text.chars().all(allowed);
    whole
        .then(|| text.to_owned())
        .ok_or(AlertsProblem::NotOfForm { example })
}

/// Letters and digits of ASCII, and `more`.
pub(super) fn ascii(more: &'static str) -> impl Fn(char) -> bool {
    move |c| c.is_ascii_alphanumeric() || more.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, read) in [
            ("80", Some(80)),
            ("80%", Some(80)),
            ("80 %", Some(80)),
            ("1", Some(1)),
            ("99", Some(99)),
            ("0", None),
            ("100", None),
            ("+80", None),
            ("80,5", None),
            ("", None),
            ("99999999999", None),
        ] {
            assert_eq!(chance(text).ok(), read, "{text}");
        }
        for (text, read) in [
            ("7d", Some(7)),
            ("7 dias", Some(7)),
            ("1 dia", Some(1)),
            ("7", Some(7)),
            ("1 day", Some(1)),
            ("0d", None),
            ("32d", None),
            ("7h", None),
            ("d", None),
            ("-1d", None),
        ] {
            assert_eq!(days(text, 31).ok(), read, "{text}");
        }
        for (text, read) in [
            ("25%", Some("25")),
            ("25", Some("25")),
            ("12,5 %", Some("12.5")),
            ("1000%", Some("1000")),
            ("1000,1%", None),
            ("0%", None),
            ("-5%", None),
            ("R$ 5", None),
            ("x", None),
        ] {
            let read = read.map(|read| Amount::parse(read).unwrap());
            assert_eq!(percent(text).ok(), read, "{text}");
        }
        assert_eq!(three_days("60, 30, 7"), Ok([60, 30, 7]));
        assert_eq!(three_days("90 60;30d"), Ok([90, 60, 30]));
        for text in [
            "60, 30",
            "60, 30, 7, 1",
            "7, 30, 60",
            "60, 60, 7",
            "a, 30, 7",
            "",
        ] {
            assert!(three_days(text).is_err(), "{text}");
        }
    }

    #[test]
    fn hours_and_offsets_are_read_as_people_write_them() {
        for (text, read) in [
            ("-03:00", Some(-180)),
            ("−03:00", Some(-180)),
            ("-3", Some(-180)),
            ("-0330", Some(-210)),
            ("+05:45", Some(345)),
            ("UTC-3", Some(-180)),
            ("UTC", Some(0)),
            ("z", Some(0)),
            ("+14:00", Some(840)),
            ("-12:00", Some(-720)),
            ("+14:01", None),
            ("-13:00", None),
            ("03:00", None),
            ("-03:60", None),
            ("-3:", None),
            ("-", None),
            ("America/Sao_Paulo", None),
        ] {
            assert_eq!(offset(text).ok(), read, "{text}");
        }
        for (text, read) in [
            ("08-20", Some((8, 20))),
            ("8h – 20h", Some((8, 20))),
            ("08:00-20:00", Some((8, 20))),
            ("0-24", Some((0, 24))),
            ("20-08", None),
            ("08-08", None),
            ("08:30-20:00", None),
            ("08-25", None),
            ("08", None),
            ("", None),
        ] {
            assert_eq!(hours(text).ok(), read, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_read_without_a_panic(text in any::<String>(), near in "[-+−]?[0-9:%dh ,–-]{0,12}") {
            for text in [text, near] {
                let _ = (chance(&text), days(&text, 31), percent(&text), three_days(&text));
                let _ = (offset(&text), hours(&text), lang(&text));
                let _ = of_form(&text, 10, ascii("_"), "x");
            }
        }
    }
}
