//! Amounts, per cents, days and months as each language writes them: by CLDR
//! for pt-BR, with ISO days for English; built in, never from the host.

use chrono::{DateTime, Datelike, Utc};

use super::words;
use crate::calendar::{Day, Days, Month};
use crate::lang::Lang;
use crate::money::{Amount, Currency};

/// Sign in place of a missing figure.
pub(crate) const NONE: &str = "—";

/// The format of figures: a language's separators and a currency's places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    /// The language.
    pub lang: Lang,
    /// Decimals of an amount of money.
    pub places: u8,
}

impl Numbers {
    /// Figures in `lang`, amounts with the places of `currency`.
    pub(crate) fn new(lang: Lang, currency: Option<Currency>) -> Self {
        Self {
            lang,
            places: currency.map_or(2, |currency| currency.places()),
        }
    }

    /// `-1.234,50`, without a currency.
    pub(crate) fn money(&self, amount: &Amount) -> String {
        self.fixed(amount, self.places)
    }

    /// `-1.235`, rounded to whole units.
    pub(crate) fn whole(&self, amount: &Amount) -> String {
        self.fixed(amount, 0)
    }

    /// `-64%`, rounded; a change with its sign, and no digits beyond a thousand per cent.
    pub(crate) fn whole_change(&self, percent: &Amount) -> String {
        if *percent >= Amount::from(1000) {
            return ">999%".to_owned();
        }
        plus(percent.rounded(0), format!("{}%", self.whole(percent)))
    }

    /// Formats an amount as [`Self::money`] does, or returns a dash.
    pub(crate) fn money_or_none(&self, amount: Option<&Amount>) -> String {
        amount.map_or_else(|| NONE.to_owned(), |amount| self.money(amount))
    }

    /// `12,3%`.
    pub(crate) fn percent(&self, percent: &Amount) -> String {
        format!("{}%", self.fixed(percent, 1))
    }

    /// `+12,3%`: a change, with its sign.
    pub(crate) fn change(&self, percent: &Amount) -> String {
        plus(percent.rounded(1), self.percent(percent))
    }

    /// `+1.234,50`: as [`Self::money`], with its sign.
    pub(crate) fn signed(&self, amount: &Amount) -> String {
        plus(amount.rounded(self.places), self.money(amount))
    }

    /// Rounded half away from zero to `places`, with separators.
    fn fixed(&self, amount: &Amount, places: u8) -> String {
        let (group, decimal) = match self.lang {
            Lang::PtBr => ('.', ','),
            Lang::En => (',', '.'),
        };
        let rounded = amount.rounded(places);
        let plain = rounded.abs().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = String::new();
        if rounded.is_negative() {
            text.push('-');
        }
        for (n, digit) in whole.chars().enumerate() {
            if n > 0 && (whole.len() - n) % 3 == 0 {
                text.push(group);
            }
            text.push(digit);
        }
        if places > 0 {
            text.push(decimal);
            text.push_str(fraction);
            text.extend(std::iter::repeat_n(
                '0',
                usize::from(places) - fraction.len(),
            ));
        }
        text
    }
}

/// Returns the number of `cells`, of which `whole` fills all, that `part` fills; none where there is no whole.
pub(crate) fn filled(part: &Amount, whole: &Amount, cells: u32) -> u32 {
    if !whole.is_positive() {
        return 0;
    }
    let filled = part.times(cells.into()).over(whole);
    let filled = filled.map(|filled| filled.or_zero().rounded(0).to_string());
    filled
        .and_then(|filled| filled.parse::<u32>().ok())
        .unwrap_or(cells)
        .min(cells)
}

/// `text` with the sign of what it shows.
fn plus(shown: Amount, text: String) -> String {
    if shown.is_positive() {
        format!("+{text}")
    } else {
        text
    }
}

/// `23/11/2026` or `2026-11-23`.
pub(crate) fn day(lang: Lang, day: Day) -> String {
    match lang {
        Lang::PtBr => day.format("%d/%m/%Y").to_string(),
        Lang::En => day.format("%Y-%m-%d").to_string(),
    }
}

/// `23/11/2026 08:41 UTC` or `2026-11-23 08:41 UTC`.
pub(crate) fn instant(lang: Lang, at: DateTime<Utc>) -> String {
    let (day, time) = (self::day(lang, at.date_naive()), at.format("%H:%M"));
    format!("{day} {time} UTC")
}

/// `23 de novembro de 2026` or `23 November 2026`: a day in a sentence for customers.
pub(crate) fn long_day(lang: Lang, day: Day) -> String {
    let (n, month, year) = (day.day(), month_name(lang, Month::of(day)), day.year());
    match lang {
        Lang::PtBr => {
            let first = if n == 1 { "º" } else { "" };
            format!("{n}{first} de {month} de {year}")
        }
        Lang::En => format!("{n} {month} {year}"),
    }
}

/// Names of the months, in Portuguese and in English.
const MONTHS: [[&str; 2]; 12] = [
    ["janeiro", "January"],
    ["fevereiro", "February"],
    ["março", "March"],
    ["abril", "April"],
    ["maio", "May"],
    ["junho", "June"],
    ["julho", "July"],
    ["agosto", "August"],
    ["setembro", "September"],
    ["outubro", "October"],
    ["novembro", "November"],
    ["dezembro", "December"],
];

/// `novembro` or `November`.
fn month_name(lang: Lang, month: Month) -> &'static str {
    words::name(lang, MONTHS[month.month.clamp(1, 12) as usize - 1])
}

/// `nov` or `Nov`.
pub(crate) fn short_month(lang: Lang, month: Month) -> String {
    month_name(lang, month).chars().take(3).collect()
}

/// Days of the longest term in which a day and a month name one day.
const YEAR: u32 = 366;

/// `23/11` or `23 Nov`: a day of `term`; in a term longer than a year, a [`short_day`].
pub(crate) fn day_within(lang: Lang, term: Days, day: Day) -> String {
    match lang {
        _ if term.len() > YEAR => short_day(lang, day),
        Lang::PtBr => day.format("%d/%m").to_string(),
        Lang::En => format!("{} {}", day.day(), short_month(lang, Month::of(day))),
    }
}

/// `23/11/26`, where a line has to be short; English has no short form that is not ambiguous.
pub(crate) fn short_day(lang: Lang, day: Day) -> String {
    match lang {
        Lang::PtBr => day.format("%d/%m/%y").to_string(),
        Lang::En => self::day(lang, day),
    }
}

/// Formats a date as [`day`] does, or returns a dash.
pub(crate) fn day_or_none(lang: Lang, date: Option<Day>) -> String {
    date.map_or_else(|| NONE.to_owned(), |date| day(lang, date))
}

/// The first and the last of `days`.
pub(crate) fn days(lang: Lang, days: Days) -> String {
    let last = days.last().unwrap_or(days.start);
    match lang {
        Lang::PtBr => format!("{} a {}", day(lang, days.start), day(lang, last)),
        Lang::En => format!("{} to {}", day(lang, days.start), day(lang, last)),
    }
}

/// `11/2026` or `2026-11`.
pub(crate) fn month(lang: Lang, month: Month) -> String {
    match lang {
        Lang::PtBr => format!("{:02}/{}", month.month, month.year),
        Lang::En => format!("{}-{:02}", month.year, month.month),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_cldr_writes_them() {
        let real = Numbers::new(Lang::PtBr, Currency::parse("BRL"));
        let yen = Numbers::new(Lang::PtBr, Currency::parse("JPY"));
        let dollar = Numbers::new(Lang::En, Currency::parse("USD"));
        let amount = |text| Amount::parse(text).unwrap();
        for (numbers, value, written) in [
            (real, "1234567.89", "1.234.567,89"),
            (real, "-1234.5", "-1.234,50"),
            (real, "0", "0,00"),
            (real, "-0.004", "0,00"),
            (real, "0.005", "0,01"),
            (real, "-0.005", "-0,01"),
            (real, "999.995", "1.000,00"),
            (real, "100", "100,00"),
            (yen, "1234567.5", "1.234.568"),
            (yen, "999", "999"),
            (dollar, "1234567.89", "1,234,567.89"),
        ] {
            assert_eq!(numbers.money(&amount(value)), written);
        }
        assert_eq!(real.percent(&amount("12.34")), "12,3%");
        assert_eq!(real.change(&amount("12.34")), "+12,3%");
        assert_eq!(real.change(&amount("-5")), "-5,0%");
        assert_eq!(real.change(&amount("0.01")), "0,0%");
        assert_eq!(day(Lang::PtBr, "2026-11-23".parse().unwrap()), "23/11/2026");
        assert_eq!(day(Lang::En, "2026-11-23".parse().unwrap()), "2026-11-23");
        for (text, pt, en) in [
            ("2026-11-23", "23 de novembro de 2026", "23 November 2026"),
            ("2027-03-01", "1º de março de 2027", "1 March 2027"),
        ] {
            let day = text.parse().unwrap();
            assert_eq!(
                [long_day(Lang::PtBr, day), long_day(Lang::En, day)],
                [pt, en]
            );
        }
    }
}
