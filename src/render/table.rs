//! Tables drawn in full, and lines wrapped at blanks.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use console::measure_text_width;

use super::layout::{Column, Table as Layout};
use crate::lang::Lang;

/// Blanks between two columns.
const GAP: u16 = 2;

/// A table's lines, heading and rule first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableLines {
    /// The heading and the rule under it.
    pub(super) head: Vec<String>,
    /// The line of each row.
    pub(super) rows: Vec<String>,
}

impl TableLines {
    /// Makes the first column, which is one of words, wider by `more`.
    fn widen(&mut self, columns: &[Column], rows: &[Vec<String>], more: usize) {
        let heading = columns.first().map(|column| column.name.as_str());
        let names = rows
            .iter()
            .filter_map(|row| row.first())
            .map(String::as_str);
        let first = names.chain(heading).map(measure_text_width).max();
        let first = first.unwrap_or_default();
        let heading = self.head.iter_mut().take(1);
        for line in heading.chain(&mut self.rows) {
            // By width, not by characters: a character may be two columns wide, or none.
            let ends = line.char_indices().map(|(at, c)| at + c.len_utf8());
            let mut ends = ends.filter(|end| measure_text_width(&line[..*end]) <= first);
            let (name, rest) = line.split_at(ends.next_back().unwrap_or_default());
            *line = format!("{name}{:more$}{rest}", "");
        }
        if let Some(rule) = self.head.get_mut(1) {
            *rule += &"─".repeat(more);
        }
    }

    /// All of them in order.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.head.into_iter().chain(self.rows).collect()
    }
}

/// The lines of `table` in full, without its title and notes.
pub(super) fn laid_out(lang: Lang, table: &Layout<'_>) -> TableLines {
    let rows = table.rows.iter();
    let rows: Vec<Vec<String>> = rows
        .map(|row| row.iter().map(|cell| cell.shown(lang)).collect())
        .collect();
    let sums = table.sums.iter();
    let sums: Vec<(&str, String)> = sums
        .map(|(label, sum)| (label.as_str(), sum.shown(lang)))
        .collect();
    summed(&table.columns, &rows, &sums)
}

/// The table in full.
fn full(columns: &[Column], rows: &[Vec<String>]) -> TableLines {
    let mut lines = draw(columns, rows);
    let mut lines = TableLines {
        head: lines.drain(..1).collect(),
        rows: lines,
    };
    lines.head.push("─".repeat(widest(&lines)));
    lines
}

/// The table in full, with sums below it, set to the right like its last column.
fn summed(columns: &[Column], rows: &[Vec<String>], sums: &[(&str, String)]) -> TableLines {
    let mut lines = full(columns, rows);
    let gap = usize::from(GAP);
    let needed = sums
        .iter()
        .map(|(label, sum)| measure_text_width(label) + gap + measure_text_width(sum));
    let needed = needed.max().unwrap_or_default();
    let width = widest(&lines);
    if needed > width {
        lines.widen(columns, rows, needed - width);
    }
    let width = width.max(needed);
    for (label, sum) in sums {
        let used = measure_text_width(label) + measure_text_width(sum);
        let gap = width.saturating_sub(used).max(usize::from(GAP));
        lines.rows.push(format!("{label}{:gap$}{sum}", ""));
    }
    lines
}

/// Draws one line for the heading and one for each row.
fn draw(columns: &[Column], rows: &[Vec<String>]) -> Vec<String> {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let cell = |column: &Column, text: &str| {
        let alignment = if column.right {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        };
        Cell::new(text).set_alignment(alignment)
    };
    table.set_header(columns.iter().map(|column| cell(column, &column.name)));
    for row in rows {
        table.add_row(
            columns
                .iter()
                .zip(row)
                .map(|(column, text)| cell(column, text)),
        );
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn widest(lines: &TableLines) -> usize {
    let all = lines.head.iter().chain(&lines.rows);
    all.map(|line| measure_text_width(line)).max().unwrap_or(0)
}
