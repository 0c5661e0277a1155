//! Folding: as many rows of each table as a screen has room for, and a line for the others.

use console::Style;

use super::tables::{AMOUNT, FoldableRow, FoldableTable};
use crate::lang::say;
use crate::render::rows::Widths;
use crate::render::text::TextPage;
use crate::render::words;
use crate::report::class::stakes;
use crate::report::statement::Statement;

/// Lines of a screen that are left for the prompt.
const PROMPT: usize = 2;
/// Rows of a table that does not lead, under which blank lines between the tables give way.
const FEWEST: usize = 2;
/// Rows that a table keeps if all have room for as many: one that leads, and any other.
const LEAST: [(usize, usize); 9] = [
    (12, 4),
    (9, 3),
    (7, 2),
    (5, 2),
    (5, 1),
    (4, 1),
    (3, 1),
    (2, 1),
    (1, 1),
];

/// Size of a table.
#[derive(Clone, Copy, Debug)]
struct TableSize {
    rows: usize,
    /// Lines of its longest row.
    lines: usize,
    /// The screen is for the rows of this table: they are folded last.
    leads: bool,
}

/// The rows that each table shows, and whether a blank line stands before each table.
pub(super) struct Folding {
    pub(super) counts: Vec<usize>,
    pub(super) blanks: bool,
}

impl Folding {
    /// Folds `sections` into a screen of `height` lines, of which `others` are taken; without a height nothing is
    /// folded.
    pub(super) fn new(
        sections: &[FoldableTable<'_>],
        others: usize,
        height: Option<usize>,
    ) -> Self {
        let sizes: Vec<TableSize> = sections.iter().map(FoldableTable::size).collect();
        let Some(height) = height else {
            return Self {
                counts: sizes.iter().map(|size| size.rows).collect(),
                blanks: true,
            };
        };
        let counts_with = |blanks: usize| {
            let titles = sections.len();
            let taken = titles + blanks + others + PROMPT;
            shares_with_folds(&sizes, height.saturating_sub(taken))
        };
        let counts = counts_with(sections.len());
        let enough = |(count, size): (&usize, &TableSize)| match size.leads {
            true => *count == size.rows,
            false => *count >= FEWEST.min(size.rows),
        };
        match counts.iter().zip(&sizes).all(enough) {
            true => Self {
                counts,
                blanks: true,
            },
            false => Self {
                counts: counts_with(0),
                blanks: false,
            },
        }
    }
}

/// Returns the number of rows that each table shows in `room` lines, of which each table with rows left out takes one
/// for saying so.
fn shares_with_folds(sizes: &[TableSize], room: usize) -> Vec<usize> {
    let folded = |counts: &[usize]| {
        let tables = counts.iter().zip(sizes);
        tables.filter(|(count, size)| **count < size.rows).count()
    };
    let tries = (0..sizes.len()).map(|folds| (folds, shares(sizes, room.saturating_sub(folds))));
    let mut fitting = tries.filter(|(folds, counts)| folded(counts) <= *folds);
    match fitting.next() {
        Some((_, counts)) => counts,
        None => shares(sizes, room.saturating_sub(sizes.len())),
    }
}

/// Returns the number of rows that each table shows in `room` lines. Every table keeps its first rows, and the first
/// tables get what is left.
fn shares(sizes: &[TableSize], room: usize) -> Vec<usize> {
    let lines = |counts: &[usize]| -> usize {
        let tables = counts.iter().zip(sizes);
        tables.map(|(count, size)| count * size.lines).sum()
    };
    let least = |(leading, other): (usize, usize)| -> Vec<usize> {
        let least = |size: &TableSize| if size.leads { leading } else { other };
        sizes
            .iter()
            .map(|size| least(size).min(size.rows))
            .collect()
    };
    let mut tries = LEAST.into_iter().map(least);
    let mut counts = tries
        .find(|counts| lines(counts) <= room)
        .unwrap_or_else(|| least((1, 1)));
    for (n, size) in sizes.iter().enumerate() {
        let spare = room.saturating_sub(lines(&counts)) / size.lines.max(1);
        counts[n] = (counts[n] + spare).min(size.rows);
    }
    counts
}

impl FoldableTable<'_> {
    fn size(&self) -> TableSize {
        let lines = self.rows.iter().map(|row| match row {
            FoldableRow::Client(..) => 1,
            FoldableRow::Lines(lines) => lines.len(),
        });
        TableSize {
            rows: self.rows.len(),
            lines: lines.max().unwrap_or(1),
            leads: self.leads,
        }
    }
}

impl TextPage<'_> {
    /// Draws the first `count` rows of `section`, and a line for the others.
    pub(super) fn section(&mut self, section: &FoldableTable<'_>, widths: &Widths, count: usize) {
        let lang = self.lang();
        let bold = section.style.clone().bold();
        let dim = Style::new().dim();
        let head = widths.draw_heading(&section.head, |column, text| {
            self.styled(if column.is_none() { &bold } else { &dim }, &text)
        });
        self.line(&head);
        // A line that says that one row is left out would take the row's place.
        let count = match (section.rows.len() - count, section.rows.last()) {
            (1, Some(FoldableRow::Lines(lines))) if lines.len() > 1 => count,
            (1, _) => section.rows.len(),
            _ => count,
        };
        for row in &section.rows[..count] {
            match row {
                FoldableRow::Client(_, row) => {
                    let line = widths.draw(row, |column, text| match column {
                        Some(AMOUNT) => self.styled(&section.style, &text),
                        _ => text,
                    });
                    self.line(&line);
                }
                FoldableRow::Lines(lines) => self.lines(lines),
            }
        }
        let folded = &section.rows[count..];
        if folded.is_empty() {
            return;
        }
        let statements = folded.iter().filter_map(|row| match row {
            FoldableRow::Client(statement, _) => Some(*statement),
            FoldableRow::Lines(_) => None,
        });
        let sums: Vec<String> = stakes(statements, Statement::stake)
            .into_iter()
            .filter_map(|(currency, stake)| {
                Some(words::priced_whole(lang, currency, &stake.amount?))
            })
            .collect();
        let sums = match sums.is_empty() {
            true => String::new(),
            false => format!(": {}", sums.join(" · ")),
        };
        let count = folded.len();
        self.line(&say! { lang, "… mais {count}{sums} (--all mostra)",
        "… {count} more{sums} (--all shows them)" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(tables: &[(usize, usize)], leading: usize) -> Vec<TableSize> {
        let tables = tables.iter().enumerate();
        let sizes = tables.map(|(n, &(rows, lines))| TableSize {
            rows,
            lines,
            leads: n < leading,
        });
        sizes.collect()
    }

    #[test]
    fn every_table_keeps_some_rows_and_the_first_get_the_rest() {
        let small = sizes(&[(12, 1), (16, 1), (2, 2)], 1);
        assert_eq!(shares(&small, 40), [12, 16, 2]);
        let large = sizes(&[(7, 1), (146, 1), (5, 1), (92, 1), (4, 2)], 2);
        assert_eq!(shares(&large, 40), [7, 17, 4, 4, 4]);
        assert_eq!(shares(&large, 20), [7, 5, 2, 2, 2]);
        assert_eq!(shares(&large, 0), [1, 1, 1, 1, 1]);
        assert_eq!(shares(&[], 9), [0; 0]);
    }

    #[test]
    fn the_lines_for_what_is_left_out_have_room() {
        for room in 12..200 {
            let sizes = sizes(&[(7, 1), (30, 1), (5, 1), (20, 1), (4, 2), (2, 3)], 2);
            let counts = shares_with_folds(&sizes, room);
            let tables = counts.iter().zip(&sizes);
            let lines =
                tables.map(|(count, size)| count * size.lines + usize::from(*count < size.rows));
            let lines: usize = lines.sum();
            assert!(lines <= room.max(15), "{room}: {counts:?}");
        }
    }
}
