//! Tables that fit: columns go before a figure is cut, and names take a line
//! of their own before that is not enough.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use console::measure_text_width;

use super::layout::{Column, Table as Layout};
use crate::lang::Lang;

/// Blanks between two columns.
const GAP: u16 = 2;
/// Indent of the figures below a name.
const INDENT: usize = 2;

/// A table's lines, heading and rule first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// The heading and the rule under it.
    pub(super) head: Vec<String>,
    /// The lines of each row.
    pub(super) rows: Vec<Vec<String>>,
}

impl Lines {
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
        for line in heading.chain(self.rows.iter_mut().flatten()) {
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
        self.head
            .into_iter()
            .chain(self.rows.into_iter().flatten())
            .collect()
    }
}

/// The lines of `table` in full, without its title and notes.
pub(super) fn laid_out(lang: Lang, table: &Layout<'_>) -> Lines {
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
pub(super) fn full(columns: &[Column], rows: &[Vec<String>]) -> Lines {
    let mut lines = draw(columns, rows);
    let head = lines.drain(..1).collect();
    ruled(head, lines.into_iter().map(|line| vec![line]).collect())
}

/// The table in full, with sums below it, set to the right like its last column.
pub(super) fn summed(columns: &[Column], rows: &[Vec<String>], sums: &[(&str, String)]) -> Lines {
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
        lines.rows.push(vec![format!("{label}{:gap$}{sum}", "")]);
    }
    lines
}

/// The table within `width`: columns that may leave do so in their order; if that is not enough, all
/// come back, and the first and the last column share a line above the figures.
pub(super) fn fitted(columns: &[Column], rows: &[Vec<String>], width: usize) -> Lines {
    shrunk(columns, rows, width, full)
        .or_else(|_| {
            shrunk(columns, rows, width, |columns, rows| {
                two_lines(columns, rows, width)
            })
        })
        .unwrap_or_else(|narrowest| narrowest)
}

/// The table as `draw` draws it, without as many columns as it takes to fit; an error holds what
/// is left when none may leave any more.
fn shrunk(
    columns: &[Column],
    rows: &[Vec<String>],
    width: usize,
    draw: impl Fn(&[Column], &[Vec<String>]) -> Lines,
) -> Result<Lines, Lines> {
    let (mut columns, mut rows) = (columns.to_vec(), rows.to_vec());
    loop {
        let lines = draw(&columns, &rows);
        if widest(&lines) <= width {
            return Ok(lines);
        }
        let leaving = columns
            .iter()
            .enumerate()
            .filter_map(|(n, column)| Some((column.leaves?, n)));
        let Some((_, n)) = leaving.min() else {
            return Err(lines);
        };
        columns.remove(n);
        rows.iter_mut().for_each(|row| drop(row.remove(n)));
    }
}

/// Name and last column on one line, or on one each where the name is that long; the figures on the next.
fn two_lines(columns: &[Column], rows: &[Vec<String>], width: usize) -> Lines {
    let last = columns.len() - 1;
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row[1..last].to_vec()).collect();
    let mut figures = draw(&columns[1..last], &cells)
        .into_iter()
        .map(|line| format!("{:INDENT$}{line}", ""));
    let apart = |name: &str, end: &str| {
        let used = measure_text_width(name) + measure_text_width(end);
        width
            .checked_sub(used)
            .filter(|gap| *gap >= usize::from(GAP))
            .map(|gap| format!("{name}{:gap$}{end}", ""))
    };
    let above = |name: &str, end: &str| match apart(name, end) {
        Some(line) => vec![line],
        None => wrap(name, width)
            .into_iter()
            .chain(apart("", end))
            .collect(),
    };
    let mut head = above(&columns[0].name, &columns[last].name);
    head.extend(figures.next());
    let rows = rows.iter().zip(figures).map(|(row, figures)| {
        let mut lines = above(&row[0], &row[last]);
        lines.push(figures);
        lines
    });
    ruled(head, rows.collect())
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
    let mut signs = String::new();
    for word in text.split(' ') {
        // A sign stays beside its amount.
        if word.ends_with('$') {
            signs = format!("{signs}{word} ");
            continue;
        }
        let word = &format!("{}{word}", std::mem::take(&mut signs));
        match lines.last_mut() {
            Some(line) if measure_text_width(line) + 1 + measure_text_width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if !signs.is_empty() {
        lines.push(signs.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn columns() -> Vec<Column> {
        vec![
            Column::words("Cliente"),
            Column::figures("Fim"),
            Column::figures("Crédito").leaves(2),
            Column::figures("Previsto").leaves(1),
            Column::words("Situação"),
        ]
    }

    fn row(name: &str) -> Vec<String> {
        [
            name,
            "31/12/2026",
            "1.234.567,89",
            "-9.876,00",
            "Vai esgotar",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn columns_leave_in_their_order_and_come_back_on_the_second_line() {
        let rows = [row("Padaria São João")];
        let text = |width| fitted(&columns(), &rows, width).into_lines().join("\n");
        assert_eq!(
            text(70),
            "Cliente                  Fim       Crédito   Previsto  Situação\n\
             ──────────────────────────────────────────────────────────────────\n\
             Padaria São João  31/12/2026  1.234.567,89  -9.876,00  Vai esgotar"
        );
        assert_eq!(
            text(60),
            "Cliente                  Fim       Crédito  Situação\n\
             ───────────────────────────────────────────────────────\n\
             Padaria São João  31/12/2026  1.234.567,89  Vai esgotar"
        );
        assert_eq!(
            text(37),
            "Cliente                      Situação\n         Fim       Crédito   Previsto\n\
             ─────────────────────────────────────\n\
             Padaria São João          Vai esgotar\n  31/12/2026  1.234.567,89  -9.876,00"
        );
    }

    proptest! {
        #[test]
        fn no_name_and_no_figure_that_stays_is_cut(names in prop::collection::vec("[a-zà-ü 日]{1,60}", 1..5), width in 40usize..130) {
            let rows: Vec<_> = names.iter().map(|name| row(name)).collect();
            let lines = fitted(&columns(), &rows, width);
            for (lines, row) in lines.rows.iter().zip(&rows) {
                let text = lines.join(" ");
                let words = row[0].split(' ').chain([row[1].as_str(), row[4].as_str()]);
                prop_assert!(words.into_iter().all(|word| text.contains(word)), "{}", text);
            }
            let longest = names.iter().flat_map(|name| name.split(' ')).map(measure_text_width).max().unwrap();
            prop_assert!(widest(&lines) <= width.max(longest));
        }

        #[test]
        fn wrapping_keeps_every_word(text in "[a-z]{1,9}( [a-z]{1,9}){0,30}", width in 10usize..60) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| measure_text_width(line) <= width));
            prop_assert_eq!(lines.join(" "), text);
        }
    }
}
