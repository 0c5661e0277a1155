//! The portfolio's part of the text.

use console::Style;

use super::client::{chance, runs_out};
use super::number::{self, NONE, Numbers};
use super::table::{self, Column};
use super::text::{Page, in_currency, shows};
use super::words::{self, pick};
use crate::forecast::Method;
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::report::figures::{SUMS, Value};
use crate::report::portfolio::{Client, Portfolio, Totals};
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
            self.totals(totals, portfolio.method, portfolio.clients.len());
        }
        self.outside(portfolio);
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

    fn totals(&mut self, totals: &Totals, method: Method, of: usize) {
        let lang = self.lang();
        let numbers = Numbers::new(lang, Some(totals.currency));
        let (count, of, currency) = (
            totals.clients,
            words::clients(lang, of),
            Some(totals.currency),
        );
        let title = say!(
            lang,
            "Totais de {count} de {of}",
            "Totals of {count} of {of}"
        );
        self.heading(&in_currency(&title, currency));
        let columns = [Column::words(""), Column::figures(totals.currency.code())];
        let parts = [(false, &totals.adjusted), (true, &totals.supposed)];
        let parts =
            parts.map(|(what_if, sum)| Some((words::adjusted(lang, what_if), sum.as_ref()?)));
        let sums: Vec<(String, &Amount)> = [(words::top_up(lang), &totals.top_up)]
            .into_iter()
            .chain(parts.into_iter().flatten())
            .chain([(words::forecast_to_end(lang), &totals.forecast)])
            .map(|(label, sum)| (label.to_owned(), sum))
            .collect();
        let rows: Vec<_> = total_rows(lang, totals)
            .map(|(label, amount)| vec![label.to_owned(), numbers.money(amount)])
            .collect();
        self.table(table::full(&columns, &rows));

        self.totals_by_month(totals);

        let title = pick(
            lang,
            "Previsão por dia da semana, dos clientes nos totais",
            "Forecast by weekday, of the clients in the totals",
        );
        let weekdays = totals
            .weekdays
            .iter()
            .map(|line| (Some(&line.mean), line.days, Some(&line.forecast)));
        // Over several clients a mean times the days is no forecast: each has its own days left.
        let days = pick(lang, "Dias-cliente", "Client-days");
        self.forecast(
            title,
            [words::per_day(lang, method), days],
            currency,
            weekdays,
            &sums,
        );
    }

    fn totals_by_month(&mut self, totals: &Totals) {
        let lang = self.lang();
        let currency = Some(totals.currency);
        let numbers = Numbers::new(lang, currency);
        self.heading(&in_currency(
            pick(
                lang,
                "Consumo por mês, dos clientes nos totais",
                "Consumption by month, of the clients in the totals",
            ),
            currency,
        ));
        let columns = [
            Column::words(pick(lang, "Mês", "Month")),
            Column::figures(pick(lang, "Consumo", "Consumption")),
            Column::figures(pick(lang, "Clientes", "Clients")),
        ];
        let mut rows = Vec::new();
        if !totals.opening.is_zero() {
            rows.push(vec![
                pick(lang, "Anterior", "Before").to_owned(),
                numbers.money(&totals.opening),
                NONE.to_owned(),
            ]);
        }
        rows.extend(totals.months.iter().map(|(month, line)| {
            vec![
                number::month(lang, *month),
                numbers.money_or_none(line.consumption.as_ref()),
                line.clients.to_string(),
            ]
        }));
        self.table(table::full(&columns, &rows));
    }

    /// The clients with figures that no total holds, and why.
    fn outside(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let rows: Vec<Vec<String>> = portfolio
            .worst_first()
            .into_iter()
            .filter(|(_, statement)| !statement.in_totals())
            .map(|(client, statement)| {
                let reason = words::outside(lang, statement.situation);
                vec![client.name.clone(), reason.to_owned()]
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        self.heading(pick(lang, "Fora do total", "Outside the totals"));
        let columns = [
            Column::words(pick(lang, "Cliente", "Client")),
            Column::words(pick(lang, "Motivo", "Reason")),
        ];
        self.table(table::full(&columns, &rows));
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

/// The amounts of `totals`, labelled, in the order of the dictionary.
pub(super) fn total_rows(
    lang: Lang,
    totals: &Totals,
) -> impl Iterator<Item = (&'static str, &Amount)> {
    SUMS.iter().filter_map(move |sum| match sum.value(totals)? {
        Value::Money(amount) => Some((words::name(lang, sum.names), amount)),
        _ => None,
    })
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
