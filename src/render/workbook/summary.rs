//! The portfolio's sheet: every client in a row, totals, what is in none, failures and warnings.

use anyhow::Result;
use rust_xlsxwriter::{ColNum, RowNum, Worksheet};

use super::sheet::{Cell, Look, Sheet, TWO_LINES};
use crate::lang::say;
use crate::render::client::runs_out;
use crate::render::number::NONE;
use crate::render::words::{self, pick};
use crate::render::{Context, explain, portfolio as words_of, text};
use crate::report::portfolio::{Client, Portfolio, Totals};
use crate::report::statement::Statement;

/// Characters of each column.
const WIDTHS: [u8; 14] = [30, 10, 23, 11, 8, 16, 16, 8, 16, 16, 16, 16, 16, 16];
/// The last column.
const LAST: ColNum = 13;
/// From where a sentence about a client runs, to where, and how many characters that holds.
const BESIDE: (ColNum, ColNum, usize) = (2, LAST, 205);
/// The same of a sentence about all.
const WHOLE: (ColNum, ColNum, usize) = (0, LAST, 240);

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
    summary.sheet.widths(&WIDTHS)?;
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
        let names = [
            pick(lang, "Cliente", "Client"),
            pick(lang, "Moeda", "Currency"),
            pick(lang, "Situação", "Situation"),
            pick(lang, "Fim", "End"),
            pick(lang, "% do prazo", "% of term"),
            pick(lang, "Crédito", "Credit"),
            pick(lang, "Consumo", "Consumption"),
            pick(lang, "% do crédito", "% of credit"),
            pick(lang, "Saldo hoje", "Balance today"),
            words::forecast_to_end(lang),
            pick(lang, "Total no fim", "Projected total"),
            pick(lang, "Sobra", "Surplus"),
            pick(lang, "Débito", "Shortfall"),
            pick(lang, "Esgota em", "Runs out on"),
        ];
        self.sheet.header(self.row, 0, 3, &names)?;
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
            self.client(client, statement)?;
        }
        Ok(())
    }

    fn client(&mut self, client: &Client, statement: &Statement) -> Result<()> {
        let (lang, currency) = (self.sheet.lang, statement.currency);
        let code = currency.as_ref().map_or("", |currency| currency.code());
        let lasts = runs_out(lang, statement).1;
        let runs_out = match statement.runs_out {
            Some(day) => Cell::Date(Some(day)),
            None if lasts == NONE => Cell::Empty,
            None => Cell::Answer(&lasts),
        };
        let row = self.row;
        self.row(
            Look::Plain,
            &[
                Cell::Text(&client.name),
                Cell::Text(code),
                Cell::Empty,
                Cell::Date(Some(statement.contract.end)),
                Cell::Percent(statement.term_percent.as_ref()),
                Cell::Money(Some(&statement.contract.credit), currency),
                Cell::Money(statement.consumption.as_ref(), currency),
                Cell::Percent(statement.credit_percent.as_ref()),
                Cell::Money(statement.balance.as_ref(), currency),
                Cell::Money(statement.forecast.as_ref(), currency),
                Cell::Money(statement.projected.as_ref(), currency),
                Cell::Money(statement.surplus.as_ref(), currency),
                Cell::Money(statement.shortfall.as_ref(), currency),
                runs_out,
            ],
        )?;
        let situation = words::situation(lang, statement.situation);
        self.sheet
            .cell(row, 2, Look::of(statement.situation), Cell::Text(situation))
    }

    fn totals(&mut self, portfolio: &Portfolio) -> Result<()> {
        if portfolio.totals.is_empty() {
            return Ok(());
        }
        let lang = self.sheet.lang;
        self.heading(pick(lang, "Totais", "Totals"))?;
        let names = [
            pick(lang, "Clientes", "Clients"),
            pick(lang, "Moeda", "Currency"),
            "",
            "",
            "",
            pick(lang, "Crédito", "Credit"),
            pick(lang, "Consumo", "Consumption"),
            "",
            pick(lang, "Saldo hoje", "Balance today"),
            words::forecast_to_end(lang),
            pick(lang, "Total no fim", "Projected total"),
            pick(lang, "Soma das sobras", "Total surplus"),
            pick(lang, "Soma dos débitos", "Total shortfall"),
            "",
        ];
        self.sheet.header(self.row, 0, 3, &names)?;
        self.skip();
        for totals in &portfolio.totals {
            self.total(totals, portfolio.clients.len())?;
        }
        Ok(())
    }

    fn total(&mut self, totals: &Totals, of: usize) -> Result<()> {
        let (count, of) = (totals.clients, words::clients(self.sheet.lang, of));
        let clients = say!(self.sheet.lang, "{count} de {of}", "{count} of {of}");
        let money = |amount| Cell::Money(Some(amount), Some(totals.currency));
        self.row(
            Look::Strong,
            &[
                Cell::Text(&clients),
                Cell::Text(totals.currency.code()),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                money(&totals.credit),
                money(&totals.consumption),
                Cell::Empty,
                money(&totals.balance),
                money(&totals.forecast),
                money(&totals.projected),
                money(&totals.surplus),
                money(&totals.shortfall),
            ],
        )
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
