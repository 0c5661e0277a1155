//! Tables that fit: columns go before a figure is cut, and names take a line
//! of their own before that is not enough.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use console::measure_text_width;

/// Blanks between two columns.
const GAP: u16 = 2;
/// What figures below a name are set in by.
const INDENT: usize = 2;

/// A column's heading and how it behaves.
#[derive(Clone, Debug)]
pub(super) struct Column {
    heading: String,
    right: bool,
    /// Columns with a number go first to last where there is no room; others stay.
    leaves: Option<u8>,
}

impl Column {
    /// Of words, set to the left.
    pub(super) fn words(heading: &str) -> Self {
        Self {
            heading: heading.to_owned(),
            right: false,
            leaves: None,
        }
    }

    /// Of figures, set to the right.
    pub(super) fn figures(heading: &str) -> Self {
        Self {
            right: true,
            ..Self::words(heading)
        }
    }

    /// The `n`th to go where there is no room.
    pub(super) fn leaves(self, n: u8) -> Self {
        Self {
            leaves: Some(n),
            ..self
        }
    }
}

/// A table's lines, heading and rule first; as many lines for rows as [`RowLines`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// The heading and the rule under it.
    pub(super) head: Vec<String>,
    /// The lines of each row.
    pub(super) rows: Vec<Vec<String>>,
}

impl Lines {
    /// All of them in order.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.head
            .into_iter()
            .chain(self.rows.into_iter().flatten())
            .collect()
    }
}

/// The table in full.
pub(super) fn full(columns: &[Column], rows: &[Vec<String>]) -> Lines {
    let mut lines = draw(columns, rows);
    let head = lines.drain(..1).collect();
    ruled(head, lines.into_iter().map(|line| vec![line]).collect())
}

/// The table within `width`: columns that may leave do so in their order; if that is not enough, the
/// first and the last column share a line above the figures.
pub(super) fn fitted(mut columns: Vec<Column>, mut rows: Vec<Vec<String>>, width: usize) -> Lines {
    loop {
        let lines = full(&columns, &rows);
        if widest(&lines) <= width {
            return lines;
        }
        let leaving = columns
            .iter()
            .enumerate()
            .filter_map(|(n, column)| Some((column.leaves?, n)))
            .min();
        let Some((_, n)) = leaving else {
            return two_lines(&columns, &rows, width);
        };
        columns.remove(n);
        rows.iter_mut().for_each(|row| {
            row.remove(n);
        });
    }
}

/// Name and last column on one line, the figures on the next.
fn two_lines(columns: &[Column], rows: &[Vec<String>], width: usize) -> Lines {
    let last = columns.len() - 1;
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row[1..last].to_vec()).collect();
    let mut figures = draw(&columns[1..last], &cells)
        .into_iter()
        .map(|line| format!("{:INDENT$}{line}", ""));
    let name_line = |name: &str, end: &str| {
        let used = measure_text_width(name) + measure_text_width(end);
        let gap = width.saturating_sub(used).max(usize::from(GAP));
        format!("{name}{:gap$}{end}", "")
    };
    let mut head = vec![name_line(&columns[0].heading, &columns[last].heading)];
    head.extend(figures.next());
    let rows = rows
        .iter()
        .zip(figures)
        .map(|(row, figures)| vec![name_line(&row[0], &row[last]), figures]);
    let rows = rows.collect();
    ruled(head, rows)
}

/// One line for the heading and one for each row.
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
    table.set_header(columns.iter().map(|column| cell(column, &column.heading)));
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

fn ruled(mut head: Vec<String>, rows: Vec<Vec<String>>) -> Lines {
    let lines = Lines {
        head: head.clone(),
        rows,
    };
    head.push("─".repeat(widest(&lines)));
    Lines { head, ..lines }
}

fn widest(lines: &Lines) -> usize {
    let all = lines.head.iter().chain(lines.rows.iter().flatten());
    all.map(|line| measure_text_width(line)).max().unwrap_or(0)
}

/// `text` in lines of at most `width`, cut at blanks; a word that is longer stays whole.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if measure_text_width(line) + 1 + measure_text_width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
