//! The report as text: a part per client, then the portfolio.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use console::{Style, measure_text_width};

use super::number::{self, NONE, Numbers};
use super::table::{self, Column};
use super::words::{self, pick};
use super::{Context, explain, say};
use crate::cli::Lang;
use crate::failure::Failure;
use crate::forecast::count_weekdays;
use crate::money::{Amount, Currency};
use crate::report::portfolio::{Client, Portfolio, Totals};
use crate::report::statement::{Situation, Statement};

/// Cells of a bar.
const BAR: u32 = 40;

/// The whole report.
pub(super) fn report(portfolio: &Portfolio, context: &Context<'_>) -> String {
    let mut page = Page {
        text: String::new(),
        context,
    };
    page.opening();
    for client in &portfolio.clients {
        match &client.outcome {
            Ok(statement) if shows(context, statement.situation) => {
                page.statement(client, statement)
            }
            Err(failure) if !context.view.summary && context.view.situations.is_empty() => {
                page.title(&client.name);
                page.failure(2, client, failure);
            }
            _ => {}
        }
    }
    page.portfolio(portfolio);
    page.text
}

/// Whether a client in `situation` has a part of its own.
fn shows(context: &Context<'_>, situation: Situation) -> bool {
    let chosen = &context.view.situations;
    !context.view.summary && (chosen.is_empty() || chosen.contains(&situation))
}

/// A text that grows line by line.
struct Page<'a> {
    text: String,
    context: &'a Context<'a>,
}

impl Page<'_> {
    fn lang(&self) -> Lang {
        self.context.lang()
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A sentence, wrapped where it is read in a terminal; a log keeps it on one line.
    fn sentence(&mut self, indent: usize, text: &str) {
        if !self.context.canvas.terminal {
            return self.line(&format!("{:indent$}{text}", ""));
        }
        for line in table::wrap(text, self.context.canvas.width.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    fn styled(&self, style: &Style, text: &str) -> String {
        style
            .clone()
            .force_styling(self.context.canvas.colored)
            .apply_to(text)
            .to_string()
    }

    /// What a part is about, under a rule of its own.
    fn title(&mut self, title: &str) {
        let width = self.context.canvas.width;
        let rule = "━".repeat(width.saturating_sub(measure_text_width(title) + 4).max(3));
        let title = self.styled(&Style::new().bold(), title);
        self.blank();
        self.line(&format!("━━ {title} {rule}"));
    }

    fn heading(&mut self, heading: &str) {
        let heading = self.styled(&Style::new().bold(), heading);
        self.blank();
        self.line(&heading);
    }

    fn table(&mut self, lines: table::Lines) {
        lines
            .into_lines()
            .iter()
            .for_each(|line| self.line(&format!("  {line}")));
    }

    /// Labels and what they say, one under the other.
    fn facts(&mut self, facts: &[(&str, String)]) {
        let width = facts
            .iter()
            .map(|(label, _)| measure_text_width(label))
            .max()
            .unwrap_or(0);
        for (label, value) in facts {
            let gap = width - measure_text_width(label) + 2;
            self.line(&format!("  {label}{:gap$}{value}", ""));
        }
    }

    fn opening(&mut self) {
        let lang = self.lang();
        if self.context.simulated {
            let text = say!(
                lang,
                "DADOS SIMULADOS: clientes e valores inventados por oci-consumo demo",
                "SIMULATED DATA: clients and amounts made up by oci-consumo demo"
            );
            let text = self.styled(&Style::new().bold().reverse(), &text);
            self.line(&text);
        }
        let as_of = number::day(lang, self.context.as_of);
        let made_at = DateTime::<Utc>::from(self.context.made_at).format("%Y-%m-%d %H:%M:%S");
        let version = env!("CARGO_PKG_VERSION");
        let mut line = say!(
            lang,
            "oci-consumo {version} · data-base {as_of} (UTC) · executado em {made_at} UTC",
            "oci-consumo {version} · as of {as_of} (UTC) · run at {made_at} UTC"
        );
        if let Some(endpoint) = self.context.endpoint {
            let _ = write!(line, " · {endpoint}");
        }
        self.line(&line);
    }

    fn statement(&mut self, client: &Client, statement: &Statement) {
        self.title(&client.name);
        self.terms(client, statement);
        let numbers = Numbers::new(self.lang(), statement.currency);
        self.months(statement, numbers);
        self.weekday_means(statement, numbers);
        self.weekday_forecast(statement, numbers);
        self.statistics(statement, numbers);
        if !statement.warnings.is_empty() {
            self.heading(pick(self.lang(), "Avisos", "Warnings"));
            self.warnings(statement);
        }
    }

    fn warnings(&mut self, statement: &Statement) {
        for warning in &statement.warnings {
            let text = explain::warning(self.lang(), statement.currency, warning);
            self.sentence(2, &format!("! {text}"));
        }
    }

    fn terms(&mut self, client: &Client, statement: &Statement) {
        let lang = self.lang();
        let term = statement.contract.days();
        let (days, length) = (number::days(lang, term), term.len());
        let as_of = number::day(lang, statement.as_of);
        let situation = self.situation(statement.situation);
        let mut facts = vec![
            (pick(lang, "Situação", "Situation"), situation),
            (pick(lang, "Arquivo", "File"), client.file.clone()),
            ("Tenancy", client.tenancy.clone().unwrap_or_default()),
            (
                pick(lang, "Contrato", "Contract"),
                say!(lang, "{days} ({length} dias)", "{days} ({length} days)"),
            ),
            (pick(lang, "Data-base", "As of"), format!("{as_of} (UTC)")),
            (
                pick(lang, "Dados até", "Data through"),
                number::day_or_none(lang, statement.data_through),
            ),
            (
                pick(lang, "Consolidado até", "Settled through"),
                number::day_or_none(lang, statement.settled_through),
            ),
        ];
        if self.context.canvas.terminal
            && let (Some(credit), Some(term)) = (&statement.credit_percent, &statement.term_percent)
        {
            let numbers = Numbers::new(lang, None);
            let bar = |percent: &Amount| format!("{} {}", bar(percent), numbers.percent(percent));
            facts.push((pick(lang, "Crédito", "Credit"), bar(credit)));
            facts.push((pick(lang, "Prazo", "Term"), bar(term)));
        }
        self.facts(&facts);
    }

    /// A situation in its words, and in a colour that says no more than they do.
    fn situation(&self, situation: Situation) -> String {
        self.styled(&colour(situation), words::situation(self.lang(), situation))
    }

    fn months(&mut self, statement: &Statement, numbers: Numbers) {
        let lang = self.lang();
        if statement.months.is_empty() && statement.contract.opening.is_none() {
            return;
        }
        let title = pick(lang, "Consumo por mês", "Consumption by month");
        self.heading(&in_currency(title, statement.currency));
        let columns = [
            Column::words(pick(lang, "Mês", "Month")),
            Column::figures(pick(lang, "Consumo", "Consumption")),
            Column::figures(pick(lang, "Dias", "Days")),
            Column::figures(pick(lang, "Média diária", "Daily average")),
            Column::figures(pick(lang, "Variação da média", "Change of average")),
        ];
        let mut rows = Vec::new();
        if let Some(opening) = &statement.contract.opening {
            let through = number::day(lang, opening.through);
            rows.push(vec![
                say!(lang, "Anterior, até {through}", "Before, through {through}"),
                numbers.money(&opening.amount),
                NONE.to_owned(),
                NONE.to_owned(),
                NONE.to_owned(),
            ]);
        }
        for line in &statement.months {
            let days = line.days;
            let (mark, days) = match line.running {
                Some(of) => (
                    " *",
                    say!(lang, "{days} de {of} dias", "{days} of {of} days"),
                ),
                None => ("", days.to_string()),
            };
            rows.push(vec![
                number::month(lang, line.month) + mark,
                numbers.money_or_none(line.consumption.as_ref()),
                days,
                numbers.money_or_none(line.mean.as_ref()),
                line.change
                    .as_ref()
                    .map_or_else(|| NONE.to_owned(), |change| numbers.change(change)),
            ]);
        }
        self.table(table::full(&columns, &rows));
        if statement.months.iter().any(|line| line.running.is_some()) {
            let estimate = numbers.money_or_none(statement.month_estimate.as_ref());
            self.sentence(
                2,
                &say!(
                    lang,
                    "* mês em curso; estimado no mês: {estimate}. A variação compara dias consolidados.",
                    "* running month; month estimate: {estimate}. The change compares settled days."
                ),
            );
        }
    }

    fn weekday_means(&mut self, statement: &Statement, numbers: Numbers) {
        let lang = self.lang();
        let Some(window) = statement.window else {
            return;
        };
        let title = pick(
            lang,
            "Média diária por dia da semana",
            "Daily average by weekday",
        );
        self.heading(&in_currency(title, statement.currency));
        let (days, length) = (number::days(lang, window.days), window.days.len());
        self.sentence(
            2,
            &say!(
                lang,
                "Janela da média: {days} ({length} dias)",
                "Averaging window: {days} ({length} days)"
            ),
        );
        let columns = [
            Column::words(pick(lang, "Dia", "Day")),
            Column::figures(pick(lang, "Média diária", "Daily average")),
            Column::figures(pick(lang, "Dias na janela", "Days in window")),
        ];
        let counts = count_weekdays(window.days);
        let mut rows = Vec::new();
        for ((name, line), count) in words::weekdays(lang)
            .iter()
            .zip(&statement.weekdays)
            .zip(counts)
        {
            rows.push(vec![
                (*name).to_owned(),
                numbers.money_or_none(line.mean.as_ref()),
                count.to_string(),
            ]);
        }
        self.table(table::full(&columns, &rows));
    }

    fn weekday_forecast(&mut self, statement: &Statement, numbers: Numbers) {
        let lang = self.lang();
        let (Some(_), Some(forecast), Some(top_up)) =
            (statement.window, &statement.forecast, &statement.top_up)
        else {
            return;
        };
        let title = pick(lang, "Previsão por dia da semana", "Forecast by weekday");
        self.heading(&in_currency(title, statement.currency));
        let lines = statement
            .weekdays
            .iter()
            .map(|line| (line.mean.as_ref(), line.days, line.forecast.as_ref()));
        let mut rows = weekday_rows(lang, numbers, lines);
        rows.push(summed(
            pick(
                lang,
                "Complemento dos dias provisórios",
                "Top-up of provisional days",
            ),
            numbers.money(top_up),
        ));
        rows.push(summed(
            pick(lang, "Previsto até o fim", "Forecast to end"),
            numbers.money(forecast),
        ));
        self.table(table::full(&weekday_columns(lang), &rows));
    }

    fn statistics(&mut self, statement: &Statement, numbers: Numbers) {
        let lang = self.lang();
        self.heading(&in_currency(
            pick(lang, "Estatísticas", "Statistics"),
            statement.currency,
        ));
        let ended = statement.situation == Situation::Ended;
        let money = |amount: Option<&Amount>| numbers.money_or_none(amount);
        let (surplus, shortfall) = if ended {
            (
                pick(lang, "Sobra expirada", "Lapsed credit"),
                pick(lang, "Excedente", "Overage"),
            )
        } else {
            (
                pick(lang, "Sobra estimada", "Projected surplus"),
                pick(lang, "Débito estimado", "Projected shortfall"),
            )
        };
        let (runs_out_label, runs_out) = runs_out(lang, statement);
        let figures = [
            (
                pick(lang, "Crédito", "Credit"),
                numbers.money(&statement.contract.credit),
            ),
            (
                pick(lang, "Consumo", "Consumption"),
                money(statement.consumption.as_ref()),
            ),
            (
                pick(lang, "Provisório (últimos dias)", "Provisional"),
                money(statement.provisional.as_ref()),
            ),
            (
                pick(lang, "Saldo hoje", "Balance today"),
                money(statement.balance.as_ref()),
            ),
            (
                pick(lang, "Previsto até o fim", "Forecast to end"),
                money(statement.forecast.as_ref()),
            ),
            (
                pick(lang, "Total no fim", "Projected total"),
                money(statement.projected.as_ref()),
            ),
            (surplus, money(statement.surplus.as_ref())),
            (shortfall, money(statement.shortfall.as_ref())),
            (runs_out_label, runs_out),
            (
                pick(lang, "Dias decorridos", "Days elapsed"),
                statement.elapsed.to_string(),
            ),
            (
                pick(lang, "Dias restantes", "Days left"),
                statement.left.to_string(),
            ),
            (
                pick(lang, "% do crédito", "% of credit"),
                numbers.percent_or_none(statement.credit_percent.as_ref()),
            ),
            (
                pick(lang, "% do prazo", "% of term"),
                numbers.percent_or_none(statement.term_percent.as_ref()),
            ),
            (
                pick(
                    lang,
                    "Média por dia (últimos 2 meses)",
                    "Daily pace (last 2 months)",
                ),
                money(statement.pace.as_ref()),
            ),
            (
                pick(lang, "Ritmo-alvo por dia", "Target daily pace"),
                money(statement.target_pace.as_ref()),
            ),
            (
                pick(lang, "Estimado no mês", "Month estimate"),
                money(statement.month_estimate.as_ref()),
            ),
        ];
        let width = figures
            .iter()
            .map(|(_, value)| measure_text_width(value))
            .max()
            .unwrap_or(0);
        let facts: Vec<(&str, String)> = figures
            .into_iter()
            .map(|(label, value)| {
                let gap = width - measure_text_width(&value);
                (label, format!("{:gap$}{value}", ""))
            })
            .collect();
        self.facts(&facts);
    }

    fn failure(&mut self, indent: usize, client: &Client, failure: &Failure) {
        let lang = self.lang();
        let explanation = explain::failure(lang, &client.file, failure);
        let failed = self.styled(&Style::new().red().bold(), pick(lang, "FALHOU", "FAILED"));
        self.sentence(indent, &format!("{failed} {}", explanation.message));
        let remedy = explanation.remedy;
        self.sentence(
            indent + 2,
            &say!(lang, "O que fazer: {remedy}", "What to do: {remedy}"),
        );
        if let Some(request_id) = &failure.request_id {
            self.sentence(indent + 2, &format!("opc-request-id: {request_id}"));
        }
    }

    fn portfolio(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        self.title(pick(lang, "Carteira", "Portfolio"));
        let headline = self.headline(portfolio);
        self.sentence(0, &headline);
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
            self.totals(totals, portfolio.clients.len());
        }
        self.outside(portfolio);
        self.hidden_warnings(portfolio);
        if portfolio.failed().next().is_some() {
            self.heading(pick(lang, "Falharam", "Failed"));
            for (client, failure) in portfolio.failed() {
                let name = self.styled(&Style::new().bold(), &client.name);
                self.line(&format!("  {name}"));
                self.failure(4, client, failure);
            }
        }
        self.closing();
    }

    /// `80 contratos: 2 esgotados, …`.
    fn headline(&self, portfolio: &Portfolio) -> String {
        let lang = self.lang();
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

    fn clients(&mut self, currency: Option<Currency>, rows: &[(&Client, &Statement)]) {
        let lang = self.lang();
        let numbers = Numbers::new(lang, currency);
        self.heading(&in_currency(pick(lang, "Clientes", "Clients"), currency));
        let columns = vec![
            Column::words(pick(lang, "Cliente", "Client")),
            Column::figures(pick(lang, "Fim", "End")),
            Column::figures(pick(lang, "% créd.", "% credit")),
            Column::figures(pick(lang, "% prazo", "% term")),
            Column::figures(pick(lang, "Crédito", "Credit")).leaves(4),
            Column::figures(pick(lang, "Consumo", "Consumed")).leaves(3),
            Column::figures(pick(lang, "Previsto", "Forecast")).leaves(1),
            Column::figures(pick(lang, "Total no fim", "Total")).leaves(2),
            Column::figures(pick(lang, "Sobra/débito", "Surplus/short")),
            Column::figures(pick(lang, "Esgota em", "Runs out")),
            Column::words(pick(lang, "Situação", "Situation")),
        ];
        let cells = rows
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
                    runs_out(lang, statement).1,
                    words::situation(lang, statement.situation).to_owned(),
                ]
            })
            .collect();
        let mut lines = table::fitted(columns, cells, self.context.canvas.width.saturating_sub(2));
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

    fn totals(&mut self, totals: &Totals, of: usize) {
        let lang = self.lang();
        let numbers = Numbers::new(lang, Some(totals.currency));
        let (count, currency) = (totals.clients, Some(totals.currency));
        let title = say!(
            lang,
            "Totais de {count} de {of} clientes",
            "Totals of {count} of {of} clients"
        );
        self.heading(&in_currency(&title, currency));
        let columns = [Column::words(""), Column::figures(totals.currency.code())];
        let figures = [
            (pick(lang, "Crédito", "Credit"), &totals.credit),
            (pick(lang, "Consumo", "Consumption"), &totals.consumption),
            (pick(lang, "Saldo hoje", "Balance today"), &totals.balance),
            (
                pick(lang, "Previsto até o fim", "Forecast to end"),
                &totals.forecast,
            ),
            (
                pick(
                    lang,
                    "Complemento dos dias provisórios",
                    "Top-up of provisional days",
                ),
                &totals.top_up,
            ),
            (
                pick(lang, "Total no fim", "Projected total"),
                &totals.projected,
            ),
            (
                pick(lang, "Soma das sobras", "Total surplus"),
                &totals.surplus,
            ),
            (
                pick(lang, "Soma dos débitos", "Total shortfall"),
                &totals.shortfall,
            ),
        ];
        let rows: Vec<_> = figures
            .into_iter()
            .map(|(label, amount)| vec![label.to_owned(), numbers.money(amount)])
            .collect();
        self.table(table::full(&columns, &rows));

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
                say!(lang, "Anterior", "Before"),
                numbers.money(&totals.opening),
                NONE.to_owned(),
            ]);
        }
        rows.extend(totals.months.iter().map(|(month, line)| {
            vec![
                number::month(lang, *month),
                numbers.money(&line.consumption),
                line.clients.to_string(),
            ]
        }));
        self.table(table::full(&columns, &rows));

        self.heading(&in_currency(
            pick(
                lang,
                "Previsão por dia da semana, dos clientes nos totais",
                "Forecast by weekday, of the clients in the totals",
            ),
            currency,
        ));
        let lines = totals
            .weekdays
            .iter()
            .map(|line| (Some(&line.mean), line.days, Some(&line.forecast)));
        let mut rows = weekday_rows(lang, numbers, lines);
        rows.push(summed(
            pick(
                lang,
                "Complemento dos dias provisórios",
                "Top-up of provisional days",
            ),
            numbers.money(&totals.top_up),
        ));
        rows.push(summed(
            pick(lang, "Previsto até o fim", "Forecast to end"),
            numbers.money(&totals.forecast),
        ));
        self.table(table::full(&weekday_columns(lang), &rows));
    }

    /// The clients with figures that no total holds, and why.
    fn outside(&mut self, portfolio: &Portfolio) {
        let lang = self.lang();
        let rows: Vec<Vec<String>> = portfolio
            .worst_first()
            .into_iter()
            .filter(|(_, statement)| !statement.in_totals())
            .map(|(client, statement)| {
                let reason = if statement.situation == Situation::Spent {
                    say!(
                        lang,
                        "Crédito esgotado e sem previsão",
                        "Credit spent, and no forecast"
                    )
                } else {
                    words::situation(lang, statement.situation).to_owned()
                };
                vec![client.name.clone(), reason]
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
            self.warnings(statement);
        }
    }

    fn closing(&mut self) {
        let lang = self.lang();
        self.blank();
        self.sentence(
            0,
            &say!(
                lang,
                "Valores antes de impostos. O uso além do crédito pode ter outro preço. A resposta de uma tenancy mãe pode conter as filhas: configurar mãe e filha conta duas vezes.",
                "Amounts before tax. Usage beyond the credit may be priced differently. A parent tenancy's answer may hold its children's: configuring both counts twice."
            ),
        );
    }
}

/// `Consumo por mês (BRL)`.
fn in_currency(title: &str, currency: Option<Currency>) -> String {
    currency.map_or_else(
        || title.to_owned(),
        |currency| format!("{title} ({currency})"),
    )
}

fn weekday_columns(lang: Lang) -> [Column; 4] {
    [
        Column::words(pick(lang, "Dia", "Day")),
        Column::figures(pick(lang, "Média diária", "Daily average")),
        Column::figures(pick(lang, "Dias restantes", "Days left")),
        Column::figures(pick(lang, "Previsto", "Forecast")),
    ]
}

fn weekday_rows<'a>(
    lang: Lang,
    numbers: Numbers,
    lines: impl Iterator<Item = (Option<&'a Amount>, u32, Option<&'a Amount>)>,
) -> Vec<Vec<String>> {
    let row = |(name, (mean, days, forecast)): (&str, (_, u32, _))| {
        vec![
            name.to_owned(),
            numbers.money_or_none(mean),
            days.to_string(),
            numbers.money_or_none(forecast),
        ]
    };
    words::weekdays(lang)
        .into_iter()
        .zip(lines)
        .map(row)
        .collect()
}

/// A row under the weekdays that has only a sum.
fn summed(label: &str, amount: String) -> Vec<String> {
    vec![label.to_owned(), String::new(), String::new(), amount]
}

/// When the credit runs out, or ran out, with the label that fits.
fn runs_out(lang: Lang, statement: &Statement) -> (&'static str, String) {
    let label = match statement.runs_out {
        Some(day) if day < statement.as_of => pick(lang, "Esgotou em", "Ran out on"),
        _ => pick(lang, "Esgota em", "Runs out on"),
    };
    let lasts = statement.shortfall.as_ref().is_some_and(Amount::is_zero);
    let text = match statement.runs_out {
        Some(day) => number::day(lang, day),
        None if lasts => pick(lang, "não esgota", "does not run out").to_owned(),
        None => NONE.to_owned(),
    };
    (label, text)
}

/// So much of a hundred per cent, filled.
fn bar(percent: &Amount) -> String {
    let filled = percent
        .times(BAR.into())
        .over(&Amount::from(100))
        .map(|cells| cells.rounded(0).to_string());
    let filled = filled
        .and_then(|cells| cells.parse::<u32>().ok())
        .unwrap_or(0)
        .min(BAR);
    let (full, empty) = (filled as usize, (BAR - filled) as usize);
    format!("{}{}", "█".repeat(full), "░".repeat(empty))
}

fn colour(situation: Situation) -> Style {
    match situation {
        Situation::Spent | Situation::RunsOut => Style::new().red(),
        Situation::NoData
        | Situation::IncompleteHistory
        | Situation::Borderline
        | Situation::LeftOver => Style::new().yellow(),
        Situation::Within => Style::new().green(),
        _ => Style::new(),
    }
}
