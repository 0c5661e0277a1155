//! Ruler of a contract: its term from end to end, with today and the day on which the credit runs out.

use crate::calendar::{Day, Days};
use crate::lang::{Lang, say};
use crate::render::number;
use crate::render::words::pick;
use crate::report::statement::Statement;

/// Marks of a contract's term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) struct Ruler {
    /// Days of the contract.
    pub(in crate::render) term: Days,
    /// The as-of day.
    pub(in crate::render) as_of: Day,
    /// End of the credit within the term.
    pub(in crate::render) runs_out: Option<RunsOut>,
}

/// End of the credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum RunsOut {
    /// On a day: it is over, or there is no band.
    On(Day),
    /// Likely from a day to another.
    Between(Day, Day),
    /// Likely from a day on, or not before the contract's end.
    From(Day),
}

impl Ruler {
    /// Returns the ruler of `statement`.
    pub(in crate::render) fn of(statement: &Statement) -> Self {
        let likely = statement.likely_end();
        let runs_out = match likely.and_then(|end| Some((end.high?, end.low))) {
            Some((first, Some(last))) if first == last => Some(RunsOut::On(first)),
            Some((first, Some(last))) => Some(RunsOut::Between(first, last)),
            Some((first, None)) => Some(RunsOut::From(first)),
            None => statement.runs_out.map(RunsOut::On),
        };
        Self {
            term: statement.contract.days(),
            as_of: statement.as_of,
            runs_out,
        }
    }

    /// Returns the as-of day, if it is a day of the term.
    pub(in crate::render) fn today(&self) -> Option<Day> {
        Some(self.as_of).filter(|day| self.term.contains(*day))
    }

    /// Returns the words for [`Self::today`].
    pub(in crate::render) fn today_words(lang: Lang) -> &'static str {
        pick(lang, "hoje", "today")
    }

    /// Returns the words for [`Self::runs_out`].
    pub(in crate::render) fn runs_out_words(&self, lang: Lang) -> Option<String> {
        let short = |day| number::day_within(lang, self.term, day);
        Some(match self.runs_out? {
            RunsOut::On(day) => {
                let over = day < self.as_of;
                let day = short(day);
                match over {
                    true => say!(lang, "esgotou em {day}", "ran out on {day}"),
                    false => say!(lang, "esgota em {day}", "runs out on {day}"),
                }
            }
            RunsOut::Between(first, last) => {
                let (first, last) = (short(first), short(last));
                say! { lang, "esgota de {first} a {last}",
                "runs out from {first} to {last}" }
            }
            RunsOut::From(first) => {
                let first = short(first);
                say! { lang, "pode esgotar a partir de {first}",
                "may run out from {first} on" }
            }
        })
    }
}

/// Returns the part of `days` that is before `day`, in so many `cells` for all of them.
pub(in crate::render) fn cells_before(days: Days, day: Day, cells: u32) -> u32 {
    let before = Days::new(days.start, day.min(days.end)).len();
    let share = u64::from(before) * u64::from(cells) / u64::from(days.len().max(1));
    u32::try_from(share).unwrap_or(cells).min(cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::plus_days;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_day_of_a_term_has_a_cell_and_none_comes_before_another(
            length in 1u32..4_000, cells in 1u32..80,
        ) {
            let start = Day::from_ymd_opt(2026, 5, 7).unwrap();
            let term = Days::new(start, plus_days(start, length.into()));
            let of: Vec<u32> = term.iter().map(|day| cells_before(term, day, cells)).collect();
            prop_assert_eq!(of[0], 0);
            prop_assert!(of.is_sorted() && of.iter().all(|cell| *cell < cells));
            prop_assert_eq!(cells_before(term, term.end, cells), cells);
            prop_assert_eq!(cells_before(term, plus_days(start, -9), cells), 0);
        }
    }
}
