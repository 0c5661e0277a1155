//! The portfolio's part of the text.

use console::Style;

use super::client::chance;
use super::layout::client::runs_out;
use super::layout::{Column, in_currency, portfolio as layout};
use super::number::{self, Numbers};
use super::table;
use super::text::{Page, shows};
use super::words::{self, pick};
use crate::lang::Lang;
use crate::money::Currency;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;

impl Page<'_> {
    pub(super) fn portfolio(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        self.title(pick(lang, "Carteira", "Portfolio"));
        self.sentence(0, &headline(lang, portfolio));
        let rows = portfolio.worst_first();
        let mut currencies: Vec<Option<Currency>> = rows
            .iter()
            .map(|(_, statement)| statement.currency)
            .collect();
        currencies.sort_by_key(|currency| (currency.is_none(), *currency));
        currencies.dedup();
        for currency in currencies {
            let rows: Vec<_> = rows
                .iter()
                .filter(|(_, statement)| statement.currency == currency)
                .copied()
                .collect();
            self.clients(currency, &rows);
        }
        for totals in &portfolio.totals {
            self.lay_out(&layout::totals(lang, totals, portfolio.clients.len()));
            self.lay_out(&layout::months_of_totals(lang, totals));
            self.lay_out(&layout::weekdays_of_totals(lang, totals, portfolio.method));
        }
        if self.context.view.detail.by_group {
            self.groups(portfolio);
        }
        if let Some(outside) = layout::outside(lang, portfolio) {
            self.lay_out(&outside);
        }
        self.hidden_warnings(portfolio);
        if portfolio.failed().next().is_some() {
            self.heading(pick(lang, "Falharam", "Failed"));
            for (client, failure) in portfolio.failed() {
                let name = self.styled(&Style::new().bold(), &client.name);
                self.line(&format!("  {name}"));
                self.failure(4, &client.file, failure);
            }
        }
        self.closing();
    }

    /// Writes the subtotals by group.
    fn groups(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let tables = layout::groups(lang, portfolio);
        if tables.is_empty() {
            self.blank();
            let none = pick(
                lang,
                "Nenhum cliente dos totais tem grupo: escreva grupo = … nos configs.",
                "No client in the totals has a group: write grupo = … in the configs.",
            );
            self.sentence(0, none);
        }
        for table in &tables {
            self.lay_out(table);
        }
    }

    fn clients(&mut self, currency: Option<Currency>, rows: &[(&Client, &Statement)]) {
        let lang = self.lang();
        let numbers = Numbers::new(lang, currency);
        self.heading(&in_currency(pick(lang, "Clientes", "Clients"), currency));
        let columns = [
            Column::words(pick(lang, "Cliente", "Client")),
            Column::figures(pick(lang, "Fim", "End")),
            Column::figures(pick(lang, "% créd.", "% credit")),
            Column::figures(pick(lang, "% prazo", "% term")),
            Column::figures(pick(lang, "Crédito", "Credit")).leaves(5),
            Column::figures(pick(lang, "Consumo", "Consumption")).leaves(3),
            Column::figures(pick(lang, "Previsto", "Forecast")).leaves(1),
            Column::figures(pick(lang, "Total no fim", "Projected total")).leaves(2),
            Column::figures(pick(lang, "Sobra/débito", "Surplus/shortfall")),
            Column::figures("Prob."),
            Column::figures(pick(lang, "Esgota em", "Runs out on")),
            Column::words(pick(lang, "Situação", "Situation")),
        ];
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|(client, statement)| {
                let remainder = statement.surplus.as_ref().zip(statement.shortfall.as_ref());
                let remainder = remainder.map(|(surplus, shortfall)| surplus - shortfall);
                vec![
                    client.name.clone(),
                    number::day(lang, statement.contract.end),
                    numbers.percent_or_none(statement.credit_percent.as_ref()),
                    numbers.percent_or_none(statement.term_percent.as_ref()),
                    numbers.money(&statement.contract.credit),
                    numbers.money_or_none(statement.consumption.as_ref()),
                    numbers.money_or_none(statement.forecast.as_ref()),
                    numbers.money_or_none(statement.projected.as_ref()),
                    numbers.money_or_none(remainder.as_ref()),
                    chance(statement),
                    runs_out(lang, statement).1,
                    words::situation(lang, statement.situation).to_owned(),
                ]
            })
            .collect();
        let mut lines = table::fitted(
            &columns,
            &cells,
            self.context.canvas.width.saturating_sub(2),
        );
        // The situation ends a line of its row; there it takes its colour, which has no width.
        for (lines, (_, statement)) in lines.rows.iter_mut().zip(rows) {
            let word = words::situation(lang, statement.situation);
            let painted = self.situation(statement.situation);
            for line in lines {
                if let Some(start) = line.strip_suffix(word) {
                    *line = format!("{start}{painted}");
                }
            }
        }
        self.table(lines);
    }

    /// Warnings of clients that have no part of their own: a doubt must not vanish with the details.
    fn hidden_warnings(&mut self, portfolio: &Portfolio) {
        let hidden: Vec<_> = portfolio
            .worst_first()
            .into_iter()
            .filter(|(_, statement)| {
                !statement.warnings.is_empty() && !shows(self.context, statement.situation)
            })
            .collect();
        if hidden.is_empty() {
            return;
        }
        self.heading(pick(self.lang(), "Avisos", "Warnings"));
        for (client, statement) in hidden {
            self.line(&format!("  {}", client.name));
            self.warnings(4, statement);
        }
    }

    fn closing(&mut self) {
        self.blank();
        self.sentence(0, words::closing(self.lang()));
    }
}

/// `80 contratos: 2 esgotados, …`.
pub(super) fn headline(lang: Lang, portfolio: &Portfolio) -> String {
    let mut situations = portfolio.situations();
    // What is known first, then what is not.
    situations.sort_by_key(|(situation, _)| situation.lacks_data());
    let mut parts: Vec<String> = situations
        .into_iter()
        .map(|(situation, count)| words::counted(lang, situation, count))
        .collect();
    let failed = portfolio.failed().count();
    if failed > 0 {
        parts.push(words::failed(lang, failed));
    }
    let contracts = words::contracts(lang, portfolio.clients.len());
    if parts.is_empty() {
        contracts
    } else {
        format!("{contracts}: {}", parts.join(", "))
    }
}
