//! Rows within a width: a name, and columns that leave where there is too little room. The portfolio's tables share
//! their columns; the table of `backtest` has its own.

use console::{measure_text_width, truncate_str};

use super::wrap;

/// Blanks between two columns.
const GAP: usize = 2;
/// Columns that a name keeps, however little room there is.
const LEAST_NAME: usize = 4;

/// Column beside the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableColumn {
    /// Columns that the name must keep for this one to stay; `None` of a column that always stays.
    pub(super) room: Option<usize>,
    /// Columns of the narrowest line that has this one.
    pub(super) from: usize,
}

/// Heading or row of a table: a name, and a cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableRow {
    /// Name of the row, or title of the table.
    pub(super) name: String,
    /// Cells of the columns; aligned right.
    pub(super) cells: Vec<String>,
    /// Text after the last cell, aligned left.
    pub(super) text: String,
}

/// Widths that tables share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Widths {
    /// Columns of a line.
    width: usize,
    /// A name or text that is too long is cut; else its line is longer.
    cut: bool,
    name: usize,
    /// Width of each column; `None` of one that is left out.
    columns: Vec<Option<usize>>,
}

impl Widths {
    /// Fits `rows`, headings included, into `width`.
    pub(super) fn new<'a>(
        columns: &[TableColumn],
        rows: impl Iterator<Item = &'a TableRow> + Clone,
        width: usize,
        cut: bool,
    ) -> Self {
        let longest = rows.clone().map(|row| measure_text_width(&row.name)).max();
        let longest = longest.unwrap_or_default();
        let needed: Vec<usize> = (0..columns.len())
            .map(|n| {
                let cells = rows.clone().filter_map(|row| row.cells.get(n));
                cells
                    .map(|cell| measure_text_width(cell))
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let mut chosen: Vec<Option<usize>> = columns.iter().map(|_| None).collect();
        let mut left = width;
        let mut take = |n: usize, room: usize| {
            let wide = needed[n] + GAP;
            if needed[n] > 0 && (left >= wide + room.min(longest) || room == 0) {
                left = left.saturating_sub(wide);
                chosen[n] = Some(needed[n]);
            }
        };
        (0..columns.len())
            .filter(|n| columns[*n].room.is_none())
            .for_each(|n| take(n, 0));
        let mut others: Vec<(usize, usize)> = (0..columns.len())
            .filter(|n| width >= columns[*n].from)
            .filter_map(|n| Some((columns[n].room?, n)))
            .collect();
        others.sort_unstable();
        for (room, n) in others {
            take(n, room);
        }
        Self {
            width,
            cut,
            name: longest.min(left.max(LEAST_NAME)),
            columns: chosen,
        }
    }

    /// Draws the heading of a table, whose title is never cut; `painted` colours as in [`Self::draw`].
    pub(super) fn draw_heading(
        &self,
        row: &TableRow,
        painted: impl Fn(Option<usize>, String) -> String,
    ) -> String {
        self.line(row, row.name.clone(), painted)
    }

    /// Draws `row`; `painted` colours the name (`None`) and the cell of each column.
    pub(super) fn draw(
        &self,
        row: &TableRow,
        painted: impl Fn(Option<usize>, String) -> String,
    ) -> String {
        let name = match self.cut {
            true => truncate_str(&row.name, self.name, "…").into_owned(),
            false => row.name.clone(),
        };
        self.line(row, name, painted)
    }

    /// A name that is too long for its column takes the blanks before the cells, as far as there are any.
    fn line(
        &self,
        row: &TableRow,
        name: String,
        painted: impl Fn(Option<usize>, String) -> String,
    ) -> String {
        let mut used = measure_text_width(&name);
        let mut end = self.name;
        let mut line = painted(None, name);
        for (n, width) in self.columns.iter().enumerate() {
            let (Some(width), Some(cell)) = (width, row.cells.get(n)) else {
                continue;
            };
            end += GAP + width;
            let wide = measure_text_width(cell);
            let gap = end.saturating_sub(used + wide).max(GAP);
            line += &" ".repeat(gap);
            line += &painted(Some(n), cell.clone());
            used += gap + wide;
        }
        if !row.text.is_empty() {
            let text = match self.cut {
                true => wrap::cut(&row.text, self.width.saturating_sub(used + GAP), &[]),
                false => row.text.clone(),
            };
            line += &" ".repeat(GAP);
            line += &text;
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_leave_before_a_name_is_cut_and_the_last_to_stay_is_the_one_that_needs_least_room() {
        let row = |name: &str, cells: [&str; 3]| TableRow {
            name: name.to_owned(),
            cells: cells.map(str::to_owned).to_vec(),
            text: String::new(),
        };
        let rows = [
            row("Método", ["Erro", "Melhor", "Erro"]),
            row("Blocos independentes", ["33", "", "8"]),
        ];
        let rooms = [None, Some(usize::MAX), Some(usize::MAX - 1)];
        let columns = rooms.map(|room| TableColumn { room, from: 0 });
        let drawn = |width| {
            let widths = Widths::new(&columns, rows.iter(), width, true);
            rows.each_ref()
                .map(|row| widths.draw(row, |_, cell| cell).trim_end().to_owned())
        };
        assert_eq!(
            drawn(40),
            [
                "Método                Erro  Melhor  Erro",
                "Blocos independentes    33             8"
            ]
        );
        assert_eq!(
            drawn(39),
            [
                "Método                Erro  Erro",
                "Blocos independentes    33     8"
            ]
        );
        assert_eq!(
            drawn(31),
            ["Método                Erro", "Blocos independentes    33"]
        );
    }

    proptest! {
        #[test]
        fn a_cut_line_is_never_wider_and_no_figure_is_cut(
            rows in prop::collection::vec(("[a-zà-ü 日]{1,70}", prop::collection::vec("[0-9.,]{1,12}", 5)), 1..6),
            width in 80usize..200,
        ) {
            let rows: Vec<TableRow> = rows
                .into_iter()
                .map(|(name, cells)| TableRow { name, cells, text: String::new() })
                .collect();
            let columns = [None, None, Some(20), Some(14), Some(40)].map(|room| TableColumn { room, from: 0 });
            let widths = Widths::new(&columns, rows.iter(), width, true);
            let whole = Widths::new(&columns, rows.iter(), width, false);
            for row in &rows {
                let line = widths.draw(row, |_, cell| cell);
                prop_assert!(measure_text_width(&line) <= width, "{}", line);
                prop_assert!(row.cells[..2].iter().all(|cell| line.contains(cell.as_str())));
                let line = whole.draw(row, |_, cell| cell);
                prop_assert!(line.starts_with(&row.name));
            }
        }
    }
}
