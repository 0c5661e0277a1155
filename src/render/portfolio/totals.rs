//! The accumulated report: sums of all clients by currency, month, weekday and group.

use console::{measure_text_width, truncate_str};

use crate::lang::Lang;
use crate::render::layout::{Cell, Table, portfolio as layout};
use crate::render::text::{TextPage, flow};
use crate::render::words::{self, pick};
use crate::report::portfolio::Portfolio;

impl TextPage<'_> {
    /// The sums of all clients: by currency, and by month and weekday.
    pub(in crate::render) fn totals(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let width = self.context.canvas.width;
        let detail = &self.context.view.detail;
        let whole = !detail.summary || detail.details;
        if portfolio.totals.is_empty() {
            return;
        }
        self.title(pick(lang, "Totais", "Totals"));
        let of = portfolio.clients.len();
        let block = |page: &Self, table| page.block(&table, true);
        let sums: Vec<_> = portfolio
            .totals
            .iter()
            .map(|totals| block(self, layout::totals(lang, totals, of)))
            .collect();
        self.lines(&flow(sums, width));
        if whole {
            for totals in &portfolio.totals {
                let months = block(self, layout::months_of_totals(lang, totals));
                let weekdays = layout::weekdays_of_totals(lang, totals, portfolio.method);
                let weekdays = block(self, weekdays);
                self.blank();
                self.lines(&flow(vec![months, weekdays], width));
            }
            if let Some(mut outside) = layout::outside(lang, portfolio) {
                if self.context.canvas.terminal && !detail.all {
                    cut_names(lang, &mut outside, width);
                }
                let outside = block(self, outside);
                self.blank();
                self.lines(&outside);
            }
        }
        if self.context.view.detail.by_group {
            self.groups(portfolio);
        }
        self.blank();
        self.paragraph(words::closing(lang));
    }

    /// The subtotals by group.
    pub(in crate::render) fn groups(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let tables = layout::groups(lang, portfolio);
        self.blank();
        if tables.is_empty() {
            self.paragraph(layout::no_groups(lang));
        }
        let tables = tables.iter().map(|table| self.block(table, true)).collect();
        let lines = flow(tables, self.context.canvas.width);
        self.lines(&lines);
    }
}

/// Cuts the names in the first of two columns, so that the second has room in `width`.
fn cut_names(lang: Lang, table: &mut Table<'_>, width: usize) {
    let second = table.rows.iter().filter_map(|row| row.last());
    let second = second.map(|cell| measure_text_width(&cell.shown(lang)));
    let room = width.saturating_sub(second.max().unwrap_or_default() + 2);
    for row in &mut table.rows {
        if let Some(name) = row.first_mut() {
            let shown = name.shown(lang);
            *name = Cell::label(truncate_str(&shown, room, "…").into_owned());
        }
    }
}
