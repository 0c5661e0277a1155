//! Folding: as many rows of each table as a screen has room for, and a line for the others.

use console::Style;

use super::tables::{AMOUNT, Section, SectionRow};
use crate::lang::say;
use crate::render::rows::{Widths, shares};
use crate::render::text::Page;
use crate::render::words;
use crate::report::class::stakes;
use crate::report::statement::Statement;

/// Lines of a screen that are left for the prompt.
const PROMPT: usize = 2;
/// Rows of a table for which blank lines between the tables give way.
const FEWEST: usize = 3;

/// The rows that each table shows, and whether a blank line stands before each table.
pub(super) struct Folding {
    pub(super) counts: Vec<usize>,
    pub(super) blanks: bool,
}

impl Folding {
    /// Folds `sections` into a screen of `height` lines, of which `others` are taken; without a height nothing is
    /// folded.
    pub(super) fn new(sections: &[Section<'_>], others: usize, height: Option<usize>) -> Self {
        let sizes: Vec<(usize, usize)> = sections.iter().map(Section::size).collect();
        let all: Vec<usize> = sizes.iter().map(|(rows, _)| *rows).collect();
        let Some(height) = height else {
            return Self {
                counts: all,
                blanks: true,
            };
        };
        // Blank line, title and folded rows of each table.
        let fixed = 3 * sections.len() + others + PROMPT;
        let counts = shares(&sizes, height.saturating_sub(fixed));
        let few = counts
            .iter()
            .zip(all)
            .any(|(count, all)| *count < FEWEST.min(all));
        match few {
            false => Self {
                counts,
                blanks: true,
            },
            true => Self {
                counts: shares(&sizes, (height + sections.len()).saturating_sub(fixed)),
                blanks: false,
            },
        }
    }
}

impl Section<'_> {
    /// Returns the number of rows, and of the lines of the longest.
    fn size(&self) -> (usize, usize) {
        let lines = self.rows.iter().map(|row| match row {
            SectionRow::Client(..) => 1,
            SectionRow::Lines(lines) => lines.len(),
        });
        (self.rows.len(), lines.max().unwrap_or(1))
    }
}

impl Page<'_> {
    /// Draws the first `count` rows of `section`, and a line for the others.
    pub(super) fn section(&mut self, section: &Section<'_>, widths: &Widths, count: usize) {
        let lang = self.lang();
        let bold = section.style.clone().bold();
        let dim = Style::new().dim();
        let head = widths.draw_heading(&section.head, |column, text| {
            self.styled(if column.is_none() { &bold } else { &dim }, &text)
        });
        self.line(&head);
        // A line that says that one row is left out would take the row's place.
        let count = match (section.rows.len() - count, section.rows.last()) {
            (1, Some(SectionRow::Lines(lines))) if lines.len() > 1 => count,
            (1, _) => section.rows.len(),
            _ => count,
        };
        for row in &section.rows[..count] {
            match row {
                SectionRow::Client(_, row) => {
                    let line = widths.draw(row, |column, text| match column {
                        Some(AMOUNT) => self.styled(&section.style, &text),
                        _ => text,
                    });
                    self.line(&line);
                }
                SectionRow::Lines(lines) => self.lines(lines),
            }
        }
        let folded = &section.rows[count..];
        if folded.is_empty() {
            return;
        }
        let statements = folded.iter().filter_map(|row| match row {
            SectionRow::Client(statement, _) => Some(*statement),
            SectionRow::Lines(_) => None,
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
        self.line(&say!(
            lang,
            "… mais {count}{sums} (--all mostra)",
            "… {count} more{sums} (--all shows them)"
        ));
    }
}
