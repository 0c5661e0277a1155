//! The portfolio's sheet: every client in a row, totals, what is in none, failures and warnings.

use anyhow::Result;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet};

use super::sheet::{Cell, Look, Sheet, TWO_LINES};
use crate::lang::say;
use crate::render::client::instead;
use crate::render::words::{self, pick};
use crate::render::{Context, explain, portfolio as words_of, text};
use crate::report::figures::{FIGURES, Figure, Kind, Value};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;

/// Columns that a sentence about a client runs over: beside its name, over those that fill a screen.
const BESIDE: (ColNum, ColNum, usize) = (2, 13, 205);
/// First column, last column and longest length of a sentence about all clients.
const WHOLE: (ColNum, ColNum, usize) = (0, 13, 240);
/// Column of the amounts of a total.
const TOTAL: ColNum = 2;

/// Figures of a client's row, each with the width of its column in characters.
fn columns() -> Vec<(&'static Figure, u8)> {
    let figures = FIGURES.iter().filter(|figure| figure.in_summary);
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
    let widths: Vec<u8> = columns().iter().map(|(_, width)| *width).collect();
    summary.sheet.widths(&widths)?;
    summary.opening(portfolio, context, left_out)?;
    summary.clients(portfolio)?;
    summary.totals(portfolio)?;
    summary.outside(portfolio)?;
    summary.failures(portfolio)?;
    summary.warnings(portfolio)?;
    summary.skip();
    let closing = words::closing(lang);
    summary.sheet.paragraph(summary.row, WHOLE, closing)?;
    Ok(summary.sheet.inner)
}

/// Whether values of `kind` are texts, which are set to the left.
fn is_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Text | Kind::Situation | Kind::Currency | Kind::Method | Kind::Flag
    )
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

    fn row(&mut self, look: Look, cells: &[Cell<'_>]) -> Result<()> {
        self.sheet.row(self.row, 0, look, cells)?;
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
            self.row(Look::Bad, &[Cell::Text(words::simulated(lang))])?;
        }
        let what_if = portfolio.what_if.as_ref();
        let [what_if, method] = words::premises(lang, what_if, portfolio.method);
        for (look, premise) in [(Look::Bad, what_if), (Look::Plain, method)] {
            if let Some(premise) = premise {
                self.row(look, &[Cell::Text(&premise)])?;
            }
        }
        self.row(Look::Plain, &[Cell::Text(&text::origin(context))])?;
        for notice in &portfolio.notices {
            let notice = explain::notice(lang, notice);
            self.row(Look::Doubtful, &[Cell::Text(&notice)])?;
        }
        let headline = words_of::headline(lang, portfolio);
        self.row(Look::Strong, &[Cell::Text(&headline)])?;
        if let Some(most) = left_out {
            let note = say!(
                lang,
                "Mais de {most} clientes: nenhum tem planilha própria. Use --only para escolher alguns.",
                "More than {most} clients: none has a sheet of its own. Use --only to choose some."
            );
            self.row(Look::Doubtful, &[Cell::Text(&note)])?;
        }
        Ok(())
    }

    fn clients(&mut self, portfolio: &Portfolio) -> Result<()> {
        let lang = self.sheet.lang;
        let columns = columns();
        for (column, (figure, _)) in (0..).zip(&columns) {
            let words = usize::from(is_text(figure.kind()));
            let name = words::name(lang, figure.names);
            self.sheet.header(self.row, column, words, &[name])?;
        }
        self.sheet.inner.set_row_height(self.row, TWO_LINES)?;
        self.skip();
        self.sheet.inner.set_freeze_panes(self.row, 1)?;
        self.sheet
            .inner
            .set_repeat_rows(self.row - 1, self.row - 1)?;
        let mut rows = portfolio.worst_first();
        // Stable: worst first within a currency; last what has none.
        rows.sort_by_key(|(_, statement)| (statement.currency.is_none(), statement.currency));
        for (client, statement) in rows {
            self.client(&columns, client, statement)?;
        }
        Ok(())
    }

    fn client(
        &mut self,
        columns: &[(&Figure, u8)],
        client: &Client,
        statement: &Statement,
    ) -> Result<()> {
        let (lang, currency) = (self.sheet.lang, statement.currency);
        for (column, (figure, _)) in (0..).zip(columns) {
            let value = figure.value(client);
            let instead = instead(lang, statement, figure);
            let look = match value {
                Some(Value::Situation(situation)) => Look::of(situation),
                _ => Look::Plain,
            };
            let cell = Cell::of(lang, currency, value.as_ref(), instead.as_deref());
            self.sheet.cell(self.row, column, look, cell)?;
        }
        self.skip();
        Ok(())
    }

    fn totals(&mut self, portfolio: &Portfolio) -> Result<()> {
        let lang = self.sheet.lang;
        for totals in &portfolio.totals {
            let (count, of) = (
                totals.clients,
                words::clients(lang, portfolio.clients.len()),
            );
            let title = say!(
                lang,
                "Totais de {count} de {of}",
                "Totals of {count} of {of}"
            );
            let currency = Some(totals.currency);
            self.heading(&text::in_currency(&title, currency))?;
            for (label, amount) in words_of::total_rows(lang, totals) {
                let label = Cell::Text(label);
                self.sheet.cell(self.row, 0, Look::Plain, label)?;
                let amount = Cell::Money(Some(amount), currency);
                self.sheet.cell(self.row, TOTAL, Look::Strong, amount)?;
                self.skip();
            }
        }
        Ok(())
    }

    /// The clients with figures that no total holds, and why.
    fn outside(&mut self, portfolio: &Portfolio) -> Result<()> {
        let lang = self.sheet.lang;
        let mut rows = portfolio.worst_first();
        rows.retain(|(_, statement)| !statement.in_totals());
        if rows.is_empty() {
            return Ok(());
        }
        self.heading(pick(lang, "Fora do total", "Outside the totals"))?;
        for (client, statement) in rows {
            let reason = words::outside(lang, statement.situation);
            self.row(
                Look::Plain,
                &[Cell::Text(&client.name), Cell::Empty, Cell::Text(reason)],
            )?;
        }
        Ok(())
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
            self.sheet
                .cell(self.row, 0, Look::Bad, Cell::Text(&client.name))?;
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
            self.sheet
                .cell(self.row, 0, Look::Plain, Cell::Text(&client.name))?;
            for warning in &statement.warnings {
                let text = explain::warning(lang, statement.currency, warning);
                self.sheet.paragraph(self.row, BESIDE, &text)?;
                self.skip();
            }
        }
        Ok(())
    }
}
