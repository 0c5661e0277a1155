//! The contract on one line, and its months as blocks. A terminal with colours has them; a log and a terminal without
//! colours keep the lines that scripts may know.

use console::{Style, measure_text_width};

use crate::calendar::Month;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::render::layout::ruler::{Ruler, RunsOut, cells_before};
use crate::render::number::{self, Numbers};
use crate::render::text::{TextPage, colour};
use crate::report::class::Class;
use crate::report::statement::{Situation, Statement};

/// Columns of the longest ruler.
const LONGEST: usize = 60;
/// Columns of the shortest ruler that has its words on the same line.
const SHORTEST: usize = 12;
/// Months that have a block each: the last of the contract.
const MOST_MONTHS: usize = 36;
/// Blocks from the lowest to a full cell.
const BLOCKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Sign of a month without cost, or with more credited than spent.
const NO_COST: &str = "_";
/// Sign of a month of which nothing is known.
const UNKNOWN: &str = "?";

/// Cell of a ruler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Over,
    Today,
    Ahead,
    MayRunOut,
    RunsOut,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Self::Over => "━",
            Self::Today => "●",
            Self::Ahead => "╌",
            Self::MayRunOut => "▒",
            Self::RunsOut => "×",
        }
    }
}

impl TextPage<'_> {
    /// Writes the ruler of the contract and the blocks of its months.
    pub(super) fn pictures(&mut self, statement: &Statement) {
        let canvas = self.context.canvas;
        if canvas.terminal && canvas.colored {
            self.ruler(statement);
            self.months_as_blocks(statement);
        }
    }

    fn ruler(&mut self, statement: &Statement) {
        let lang = self.lang();
        let ruler = Ruler::of(statement);
        let ends = ends(lang, statement);
        let style = |mark| match mark {
            Mark::Over => Style::new(),
            Mark::Today => Style::new().bold(),
            Mark::Ahead => Style::new().dim(),
            Mark::MayRunOut | Mark::RunsOut => colour(Class::of(statement.situation)),
        };
        let today = ruler.today().map(|_| {
            let words = Ruler::today_words(lang).to_owned();
            (Mark::Today, words)
        });
        let runs_out = ruler.runs_out_words(lang).map(|words| {
            let mark = match ruler.runs_out {
                Some(RunsOut::On(_)) => Mark::RunsOut,
                _ => Mark::MayRunOut,
            };
            (mark, words)
        });
        let mut legend: Vec<(Mark, String)> = today.into_iter().chain(runs_out).collect();
        let legend_width: usize = legend
            .iter()
            .map(|(_, words)| measure_text_width(words) + 3)
            .sum();
        let taken = ends.iter().map(|end| measure_text_width(end) + 1).sum();
        let room = self.context.canvas.width.saturating_sub(taken);
        let beside = room.saturating_sub(legend_width + 1);
        let beside = Some(beside).filter(|beside| *beside >= SHORTEST || legend.is_empty());
        let cells = beside.unwrap_or(room).min(LONGEST);
        let cells = u32::try_from(cells).unwrap_or(1);
        let marks = marks(&ruler, statement.situation, cells);
        legend.retain(|(mark, _)| *mark != Mark::Today || marks.contains(mark));
        let drawn: String = marks
            .into_iter()
            .map(|mark| self.styled(&style(mark), mark.sign()))
            .collect();
        let [start, end] = ends;
        let line = format!("{start} {drawn} {end}");
        match beside {
            Some(_) => {
                let legend = legend.iter().map(|(mark, words)| {
                    let sign = self.styled(&style(*mark), mark.sign());
                    format!(" {sign} {words}")
                });
                let legend: String = legend.collect();
                self.line(&format!("{line} {legend}"));
            }
            None => {
                self.line(&line);
                let legend = legend
                    .iter()
                    .map(|(mark, words)| format!("{} {words}", mark.sign()));
                self.parts(&legend.collect::<Vec<_>>());
            }
        }
    }

    /// Writes a block for each month, from zero; the running month has the height of its estimate.
    fn months_as_blocks(&mut self, statement: &Statement) {
        let lang = self.lang();
        let [start, end] = ends(lang, statement).map(|end| measure_text_width(&end));
        let room = self.context.canvas.width.saturating_sub(start + end + 2);
        let months =
            &statement.months[statement.months.len().saturating_sub(room.min(MOST_MONTHS))..];
        let estimated = |running: Option<u32>| {
            let estimate = statement.month_estimate.as_ref();
            estimate.filter(|_| running.is_some())
        };
        let costs = months.iter().map(|line| {
            let cost = estimated(line.running).or(line.consumption.as_ref());
            (line.month, line.running, cost)
        });
        let known = costs
            .clone()
            .filter_map(|(month, _, cost)| Some((cost?, month)));
        // Of equal months the first.
        let largest = known.rev().max_by(|(a, _), (b, _)| a.cmp(b));
        let Some((largest, at)) = largest.filter(|(cost, _)| cost.is_positive()) else {
            return;
        };
        let [first, .., last] = months else {
            return;
        };
        let drawn: String = costs
            .map(|(_, running, cost)| {
                let block = cost.map_or(UNKNOWN, |cost| block(cost, largest));
                match estimated(running) {
                    Some(_) => self.styled(&Style::new().dim(), block),
                    None => block.to_owned(),
                }
            })
            .collect();
        let month = |month: Month| number::month(lang, month);
        let (first, last) = (month(first.month), month(last.month));
        let numbers = Numbers::new(lang, statement.currency);
        let (amount, at) = (numbers.money(largest), month(at));
        let mut words = vec![say! { lang, "maior mês: {amount} ({at})",
        "largest month: {amount} ({at})" }];
        let running = months.iter().find(|line| estimated(line.running).is_some());
        words.extend(running.map(|line| {
            let running = month(line.month);
            say!(lang, "{running} projetado", "{running} estimated")
        }));
        let gap = start.saturating_sub(measure_text_width(&first));
        let line = format!("{first}{:gap$} {drawn} {last}", "");
        let words = words.join(" · ");
        let used = measure_text_width(&line) + 2 + measure_text_width(&words);
        if used <= self.context.canvas.width {
            self.line(&format!("{line}  {words}"));
        } else {
            self.line(&line);
            self.paragraph(&words);
        }
    }
}

/// Returns the first and the last day of the contract.
fn ends(lang: Lang, statement: &Statement) -> [String; 2] {
    let contract = &statement.contract;
    [contract.start, contract.end].map(|day| number::short_day(lang, day))
}

/// Returns the cells of `ruler`: at most `cells`, and no more than the contract has days.
fn marks(ruler: &Ruler, situation: Situation, cells: u32) -> Vec<Mark> {
    let term = ruler.term;
    let cells = cells.min(term.len()).max(1);
    let cell = |day| {
        let cell = cells_before(term, day, cells).min(cells - 1);
        usize::try_from(cell).unwrap_or_default()
    };
    let over = situation == Situation::Ended;
    let mut marks: Vec<Mark> = (0..cells)
        .map(|_| if over { Mark::Over } else { Mark::Ahead })
        .collect();
    let today = ruler.today().map(cell);
    // At an end of the ruler there may be no cell beside today's: the end of the credit takes it.
    let mut shared = false;
    if let Some(today) = today {
        marks[..today].fill(Mark::Over);
    }
    match ruler.runs_out {
        None => {}
        Some(RunsOut::On(day)) => {
            // Today's own sign stands in its cell: the other goes to the next, if there is any.
            let at = match (cell(day), today) {
                (at, Some(today)) if at == today && day < ruler.as_of => at.saturating_sub(1),
                (at, Some(today)) if at == today => (at + 1).min(marks.len() - 1),
                (at, _) => at,
            };
            marks[at] = Mark::RunsOut;
            shared = today == Some(at);
        }
        Some(RunsOut::Between(first, last)) => {
            marks[cell(first)..=cell(last)].fill(Mark::MayRunOut);
        }
        Some(RunsOut::From(first)) => marks[cell(first)..].fill(Mark::MayRunOut),
    }
    if let Some(today) = today.filter(|_| !shared) {
        marks[today] = Mark::Today;
        let hidden = matches!(
            ruler.runs_out,
            Some(RunsOut::Between(..) | RunsOut::From(_))
        ) && !marks.contains(&Mark::MayRunOut);
        if let Some(next) = marks.get_mut(today + 1).filter(|_| hidden) {
            *next = Mark::MayRunOut;
        }
    }
    marks
}

/// Returns the block of `cost` where `largest` fills a cell.
fn block(cost: &Amount, largest: &Amount) -> &'static str {
    if !cost.is_positive() {
        return NO_COST;
    }
    // A little is more than nothing.
    let eighths = number::filled(cost, largest, 8).max(1);
    let index = usize::try_from(eighths - 1).unwrap_or_default();
    BLOCKS.get(index).copied().unwrap_or(NO_COST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Day, Days, plus_days};
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        plus_days(Day::from_ymd_opt(2026, 5, 7).unwrap(), n)
    }

    fn drawn(days: i64, as_of: i64, runs_out: Option<RunsOut>, cells: u32) -> String {
        let ruler = Ruler {
            term: Days::new(day(0), day(days)),
            as_of: day(as_of),
            runs_out,
        };
        let situation = match as_of {
            _ if as_of >= days => Situation::Ended,
            ..0 => Situation::NotStarted,
            _ => Situation::RunsOut,
        };
        let marks = marks(&ruler, situation, cells);
        marks.into_iter().map(Mark::sign).collect()
    }

    #[test]
    fn a_ruler_says_where_today_is_and_when_the_credit_ends() {
        let on = |n| Some(RunsOut::On(day(n)));
        let between = |a, b| Some(RunsOut::Between(day(a), day(b)));
        let from = |n| Some(RunsOut::From(day(n)));
        for (days, as_of, runs_out, line) in [
            (365, 182, between(274, 310), "━━━━━━━━━●╌╌╌╌▒▒▒╌╌"),
            (365, 182, from(274), "━━━━━━━━━●╌╌╌╌▒▒▒▒▒"),
            (365, 182, None, "━━━━━━━━━●╌╌╌╌╌╌╌╌╌"),
            (365, 182, on(100), "━━━━━×━━━●╌╌╌╌╌╌╌╌╌"),
            (365, 182, on(300), "━━━━━━━━━●╌╌╌╌╌×╌╌╌"),
            // Yesterday, today and tomorrow share a cell with today's sign.
            (365, 182, on(181), "━━━━━━━━×●╌╌╌╌╌╌╌╌╌"),
            (365, 182, on(182), "━━━━━━━━━●×╌╌╌╌╌╌╌╌"),
            (365, 182, between(182, 183), "━━━━━━━━━●▒╌╌╌╌╌╌╌╌"),
            (365, -10, None, "╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌"),
            (365, 400, on(364), "━━━━━━━━━━━━━━━━━━×"),
            (365, 364, from(364), "━━━━━━━━━━━━━━━━━━●"),
            (3_653, 3_000, between(3_300, 3_653), "━━━━━━━━━━━━━━━●╌▒▒"),
            (1, 0, None, "●"),
            (1, 0, on(0), "×"),
            (365, 364, on(364), "━━━━━━━━━━━━━━━━━━×"),
            (365, 5, on(2), "×╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌"),
            (2, 1, on(0), "×●"),
        ] {
            assert_eq!(
                drawn(days, as_of, runs_out, 19),
                line,
                "{days} {as_of} {runs_out:?}"
            );
        }
    }

    #[test]
    fn a_block_counts_from_zero() {
        let of = |cost: &str| block(&Amount::parse(cost).unwrap(), &Amount::from(80));
        for (cost, sign) in [
            ("80", "█"),
            ("79", "█"),
            ("75", "█"),
            ("74", "▇"),
            ("40", "▄"),
            ("1", "▁"),
            ("0.01", "▁"),
            ("0", "_"),
            ("-5", "_"),
        ] {
            assert_eq!(of(cost), sign, "{cost}");
        }
    }

    proptest! {
        #[test]
        fn no_ruler_is_longer_than_its_room(
            days in 1i64..4_000, as_of in -10i64..4_000, first in 0i64..4_000, more in 0i64..400,
            kind in 0..4, cells in 1u32..60,
        ) {
            let (first, last) = (first.min(days - 1), (first + more).min(days - 1));
            let runs_out = match kind {
                0 => None,
                1 => Some(RunsOut::On(day(first))),
                2 => Some(RunsOut::Between(day(first), day(last))),
                _ => Some(RunsOut::From(day(first))),
            };
            let line = drawn(days, as_of, runs_out, cells);
            prop_assert!(line.chars().count() <= cells as usize);
            // Of two signs in one cell the end of the credit is the one to see.
            prop_assert!(line.contains('●') == (0..days).contains(&as_of) || line.contains('×'));
            if kind == 1 {
                prop_assert!(line.contains('×'));
            }
        }
    }
}
