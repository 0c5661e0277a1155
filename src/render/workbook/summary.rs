//! The portfolio's sheet: every client in a row, totals, what is in none, failures and warnings.

use anyhow::Result;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet};

use super::sheet::{Look, Sheet, TWO_LINES};
use crate::lang::say;
use crate::render::layout::{Cell, Table, Tone, portfolio as layout};
use crate::render::words::{self, pick};
use crate::render::{Context, explain, portfolio as words_of, text};
use crate::report::figures::{FIGURES, Figure, GROUP, Kind, Value};
use crate::report::portfolio::Portfolio;

/// Columns that a sentence about a client runs over: beside its name, over those that fill a screen.
const BESIDE: (ColNum, ColNum, usize) = (2, 13, 205);
/// First column, last column and longest length of a sentence about all clients.
const WHOLE: (ColNum, ColNum, usize) = (0, 13, 240);
/// Column of the figure beside a word.
const FIGURE: ColNum = 2;

/// Figures of a client's row, each with the width of its column in characters.
fn columns(portfolio: &Portfolio) -> Vec<(&'static Figure, u8)> {
    let without = portfolio.groups.is_empty();
    let empty = |figure: &Figure| figure.key == GROUP.key && without;
    let figures = FIGURES
        .iter()
        .filter(|figure| figure.in_summary && !empty(figure));
    let width = |kind| match kind {
        Kind::Text => 30,
        Kind::Situation => 23,
        Kind::Money => 16,
        Kind::Date | Kind::Instant | Kind::Chance => 13,
        Kind::Currency | Kind::Method | Kind::Percent | Kind::Count | Kind::Flag => 10,
    };
    figures
        .map(|figure| (figure, width(figure.kind())))
        .collect()
}

/// The sheet of `portfolio`; `left_out` is the number of clients over which none has a sheet of its own.
pub(super) fn sheet(
    name: &str,
    portfolio: &Portfolio,
    context: &Context<'_>,
    left_out: Option<usize>,
) -> Result<Worksheet> {
    let lang = context.lang();
    let mut summary = Summary {
        sheet: Sheet::new(name, lang)?,
        row: 0,
    };
    let widths: Vec<u8> = columns(portfolio).iter().map(|(_, width)| *width).collect();
    summary.sheet.widths(&widths)?;
    summary.opening(portfolio, context, left_out)?;
    summary.clients(portfolio)?;
    summary.totals(portfolio)?;
    summary.groups(portfolio)?;
    summary.outside(portfolio)?;
    summary.failures(portfolio)?;
    summary.warnings(portfolio)?;
    summary.skip();
    let closing = words::closing(lang);
    summary.sheet.paragraph(summary.row, WHOLE, closing)?;
    Ok(summary.sheet.inner)
}

/// The sheet and the row that comes next.
struct Summary {
    sheet: Sheet,
    row: RowNum,
}

impl Summary {
    fn skip(&mut self) {
        self.row += 1;
    }

    fn line(&mut self, look: Look, text: &str) -> Result<()> {
        self.sheet.cell(self.row, 0, look, &Cell::label(text))?;
        self.skip();
        Ok(())
    }

    fn heading(&mut self, heading: &str) -> Result<()> {
        self.skip();
        self.sheet.heading(self.row, 0, heading)?;
        self.skip();
        Ok(())
    }

    fn opening(
        &mut self,
        portfolio: &Portfolio,
        context: &Context<'_>,
        left_out: Option<usize>,
    ) -> Result<()> {
        let lang = context.lang();
        self.sheet.title(0, pick(lang, "Carteira", "Portfolio"))?;
        self.skip();
        if context.simulated {
            self.line(Look::Bad, words::simulated(lang))?;
        }
        let what_if = portfolio.what_if.as_ref();
        let [what_if, method] = words::premises(lang, what_if, portfolio.method);
        for (look, premise) in [(Look::Bad, what_if), (Look::Plain, method)] {
            if let Some(premise) = premise {
                self.line(look, &premise)?;
            }
        }
        self.line(Look::Plain, &text::origin(context))?;
        for notice in &portfolio.notices {
            let notice = explain::notice(lang, notice);
            self.line(Look::Doubtful, &notice)?;
        }
        let headline = words_of::headline(lang, portfolio);
        self.line(Look::Strong, &headline)?;
        if let Some(most) = left_out {
            let note = say!(
                lang,
                "Mais de {most} clientes: nenhum tem planilha própria. Use --only para escolher alguns.",
                "More than {most} clients: none has a sheet of its own. Use --only to choose some."
            );
            self.line(Look::Doubtful, &note)?;
        }
        Ok(())
    }

    fn clients(&mut self, portfolio: &Portfolio) -> Result<()> {
        let lang = self.sheet.lang;
        let mut clients = portfolio.worst_first();
        // Stable: worst first within a currency; last what has none.
        clients.sort_by_key(|(_, statement)| (statement.currency.is_none(), statement.currency));
        let figures: Vec<&Figure> = columns(portfolio)
            .into_iter()
            .map(|(figure, _)| figure)
            .collect();
        let table = layout::clients(lang, &figures, &clients);
        for (column, head) in (0..).zip(&table.columns) {
            let words = usize::from(!head.right);
            self.sheet.header(self.row, column, words, &[&head.name])?;
        }
        self.sheet.inner.set_row_height(self.row, TWO_LINES)?;
        self.skip();
        self.sheet.inner.set_freeze_panes(self.row, 1)?;
        self.sheet
            .inner
            .set_repeat_rows(self.row - 1, self.row - 1)?;
        for cells in &table.rows {
            for (column, cell) in (0..).zip(cells) {
                let look = match cell {
                    Cell::Figure(Value::Situation(situation), _) => Look::of(Tone::of(*situation)),
                    _ => Look::Plain,
                };
                self.sheet.cell(self.row, column, look, cell)?;
            }
            self.skip();
        }
        Ok(())
    }

    /// Writes a table of two columns, a word and a figure, with a column between them.
    fn pairs(&mut self, table: &Table<'_>, look: Look) -> Result<()> {
        self.heading(&table.title)?;
        for cells in &table.rows {
            if let [label, figure] = &cells[..] {
                self.sheet.cell(self.row, 0, Look::Plain, label)?;
                self.sheet.cell(self.row, FIGURE, look, figure)?;
            }
            self.skip();
        }
        Ok(())
    }

    fn totals(&mut self, portfolio: &Portfolio) -> Result<()> {
        let (lang, of) = (self.sheet.lang, portfolio.clients.len());
        for totals in &portfolio.totals {
            self.pairs(&layout::totals(lang, totals, of), Look::Strong)?;
        }
        Ok(())
    }

    /// The subtotals by group.
    fn groups(&mut self, portfolio: &Portfolio) -> Result<()> {
        for table in layout::groups(self.sheet.lang, portfolio) {
            self.heading(&table.title)?;
            for (column, head) in (0..).zip(&table.columns) {
                let words = usize::from(!head.right);
                self.sheet.header(self.row, column, words, &[&head.name])?;
            }
            self.sheet.inner.set_row_height(self.row, TWO_LINES)?;
            self.skip();
            for cells in &table.rows {
                for (column, cell) in (0..).zip(cells) {
                    self.sheet.cell(self.row, column, Look::Plain, cell)?;
                }
                self.skip();
            }
        }
        Ok(())
    }

    /// The clients with figures that no total holds, and why.
    fn outside(&mut self, portfolio: &Portfolio) -> Result<()> {
        match layout::outside(self.sheet.lang, portfolio) {
            Some(table) => self.pairs(&table, Look::Plain),
            None => Ok(()),
        }
    }

    fn failures(&mut self, portfolio: &Portfolio) -> Result<()> {
        if portfolio.failed().next().is_none() {
            return Ok(());
        }
        let lang = self.sheet.lang;
        self.heading(pick(lang, "Falharam", "Failed"))?;
        for (client, failure) in portfolio.failed() {
            let explanation = explain::failure(lang, &client.file, failure);
            let request_id = failure.request_id.as_ref();
            let request_id = request_id.map(|id| format!("opc-request-id: {id}"));
            let name = Cell::text(&client.name);
            self.sheet.cell(self.row, 0, Look::Bad, &name)?;
            let remedy = words::to_do(lang, &explanation.remedy);
            let lines = [Some(explanation.message), Some(remedy), request_id];
            for line in lines.iter().flatten() {
                self.sheet.paragraph(self.row, BESIDE, line)?;
                self.skip();
            }
        }
        Ok(())
    }

    fn warnings(&mut self, portfolio: &Portfolio) -> Result<()> {
        let lang = self.sheet.lang;
        let mut rows = portfolio.worst_first();
        rows.retain(|(_, statement)| !statement.warnings.is_empty());
        if rows.is_empty() {
            return Ok(());
        }
        self.heading(pick(lang, "Avisos", "Warnings"))?;
        for (client, statement) in rows {
            let name = Cell::text(&client.name);
            self.sheet.cell(self.row, 0, Look::Plain, &name)?;
            for warning in &statement.warnings {
                let text = explain::warning(lang, statement.currency, warning);
                self.sheet.paragraph(self.row, BESIDE, &text)?;
                self.skip();
            }
        }
        Ok(())
    }
}
