//! The part of the text about one client.

use chrono::{DateTime, Utc};
use console::{Style, measure_text_width};

use super::number::{self, NONE, Numbers};
use super::table::{self, Column};
use super::text::{Page, in_currency};
use super::words::{self, pick};
use super::{Context, explain};
use crate::failure::Failure;
use crate::forecast::{LEAST_HISTORY, Method, count_weekdays};
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::report::band::{Band, LEVEL};
use crate::report::figures::{FIGURES, Figure, RUNS_OUT, SHORTFALL, SURPLUS, Value};
use crate::report::portfolio::Client;
use crate::report::statement::{Situation, Statement};

/// Cells of a bar.
const BAR: u32 = 40;

impl Page<'_> {
    pub(super) fn statement(&mut self, client: &Client, statement: &Statement) {
        self.title(&client.name);
        self.terms(client, statement);
        let numbers = Numbers::new(self.lang(), statement.currency);
        self.months(statement, numbers);
        self.weekday_means(statement, numbers);
        self.weekday_forecast(statement);
        self.statistics(statement, numbers);
        if !statement.warnings.is_empty() {
            self.heading(pick(self.lang(), "Avisos", "Warnings"));
            self.warnings(2, statement);
        }
    }

    pub(super) fn warnings(&mut self, indent: usize, statement: &Statement) {
        for warning in &statement.warnings {
            let text = explain::warning(self.lang(), statement.currency, warning);
            self.sentence(indent, &format!("! {text}"));
        }
    }

    fn terms(&mut self, client: &Client, statement: &Statement) {
        let lang = self.lang();
        let mut facts = terms(self.context, client, statement);
        if let Some((_, situation)) = facts.first_mut() {
            *situation = self.situation(statement.situation);
        }
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
            Column::figures(pick(lang, "Variação", "Change")),
        ];
        let mut rows = Vec::new();
        if let Some(opening) = &statement.contract.opening {
            let through = number::day(lang, opening.through);
            rows.push(vec![
                say!(lang, "Até {through}", "Through {through}"),
                numbers.money(&opening.amount),
                NONE.to_owned(),
                NONE.to_owned(),
                NONE.to_owned(),
            ]);
        }
        for line in &statement.months {
            let days = line.days;
            let (mark, days) = match line.running {
                Some(of) => {
                    let of = words::days(lang, of.into());
                    (" *", say!(lang, "{days} de {of}", "{days} of {of}"))
                }
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
                    "* mês em curso; estimado no mês: {estimate}. A variação compara médias de dias consolidados.",
                    "* running month; month estimate: {estimate}. The change compares averages of settled days."
                ),
            );
        }
    }

    fn weekday_means(&mut self, statement: &Statement, numbers: Numbers) {
        let lang = self.lang();
        let Some(window) = statement.window else {
            return;
        };
        let title = if statement.method.is_mean() {
            pick(
                lang,
                "Média diária por dia da semana",
                "Daily average by weekday",
            )
        } else {
            pick(
                lang,
                "Custo previsto por dia da semana",
                "Expected cost by weekday",
            )
        };
        self.heading(&in_currency(title, statement.currency));
        let (days, length) = (
            number::days(lang, window.days),
            words::days(lang, window.known.into()),
        );
        if statement.method != Method::default() {
            let method = words::method(lang, statement.method);
            self.sentence(2, &say!(lang, "Método: {method}", "Method: {method}"));
        }
        self.sentence(
            2,
            &say!(
                lang,
                "Janela da média: {days} ({length})",
                "Averaging window: {days} ({length})"
            ),
        );
        let columns = [
            Column::words(pick(lang, "Dia", "Day")),
            Column::figures(words::per_day(lang, statement.method)),
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

    /// Writes the forecast by weekday, if there is one.
    fn weekday_forecast(&mut self, statement: &Statement) {
        let (Some(_), Some(_), Some(top_up)) =
            (statement.window, &statement.forecast, &statement.top_up)
        else {
            return;
        };
        if statement.left == 0 && top_up.is_zero() {
            return;
        }
        let lang = self.lang();
        let title = pick(lang, "Previsão por dia da semana", "Forecast by weekday");
        let weekdays = statement
            .weekdays
            .iter()
            .map(|line| (line.mean.as_ref(), line.days, line.forecast.as_ref()));
        let headings = [
            words::per_day(lang, statement.method),
            pick(lang, "Dias restantes", "Days left"),
        ];
        let sums = forecast_sums(lang, statement);
        self.forecast(title, headings, statement.currency, weekdays, &sums);
    }

    fn statistics(&mut self, statement: &Statement, numbers: Numbers) {
        let lang = self.lang();
        self.heading(&in_currency(
            pick(lang, "Estatísticas", "Statistics"),
            statement.currency,
        ));
        let figures: Vec<(&str, String)> = statistics(lang, statement)
            .map(|statistic| {
                let written = statistic
                    .instead
                    .unwrap_or_else(|| words::value(numbers, statistic.value.as_ref()));
                (statistic.label, written)
            })
            .collect();
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
        for sentence in sureness(lang, statement) {
            self.sentence(2, &sentence);
        }
    }

    pub(super) fn failure(&mut self, indent: usize, file: &str, failure: &Failure) {
        let lang = self.lang();
        let explanation = explain::failure(lang, file, failure);
        let failed = self.styled(&Style::new().red().bold(), pick(lang, "FALHOU", "FAILED"));
        self.sentence(indent, &format!("{failed} {}", explanation.message));
        self.sentence(indent + 2, &words::to_do(lang, &explanation.remedy));
        if let Some(request_id) = &failure.request_id {
            self.sentence(indent + 2, &format!("opc-request-id: {request_id}"));
        }
    }
}

/// Returns the lines below the weekdays' forecasts, and their sum.
pub(super) fn forecast_sums(lang: Lang, statement: &Statement) -> Vec<(String, &Amount)> {
    let mut sums = Vec::new();
    let top_up = statement.top_up.as_ref();
    sums.extend(top_up.map(|top_up| (words::top_up(lang).to_owned(), top_up)));
    for line in &statement.adjustments {
        let label = words::adjusted(lang, line.what_if);
        let adjustment = words::adjustment(lang, statement.currency, &line.adjustment);
        let added = line.amount.as_ref();
        sums.extend(added.map(|added| (format!("{label} ({adjustment})"), added)));
    }
    let forecast = statement.forecast.as_ref();
    sums.extend(forecast.map(|forecast| (words::forecast_to_end(lang).to_owned(), forecast)));
    sums
}

/// Returns the sentences about the forecast's certainty, and about another method's result if it changes the
/// situation.
pub(super) fn sureness(lang: Lang, statement: &Statement) -> Vec<String> {
    let numbers = Numbers::new(lang, statement.currency);
    let mut sentences = Vec::new();
    if let Some(band) = &statement.band {
        sentences.push(in_band(lang, statement, band, numbers));
    } else if statement.short_history {
        sentences.push(say!(
            lang,
            "Faixa de {LEVEL}%: nenhuma, o histórico é curto demais ({LEAST_HISTORY} dias consolidados no mínimo)",
            "{LEVEL}% band: none, history is too short ({LEAST_HISTORY} settled days at the least)"
        ));
    }
    if let Some(second) = &statement.second
        && second.situation != statement.situation
    {
        let method = words::method(lang, second.method);
        let projected = numbers.money(&second.projected);
        let situation = words::situation(lang, second.situation);
        sentences.push(say!(
            lang,
            "Segunda opinião, {method}: total no fim {projected}, {situation}",
            "Second opinion, {method}: projected total {projected}, {situation}"
        ));
    }
    sentences
}

/// The chance that the credit is spent before the end, or a dash.
pub(super) fn chance(statement: &Statement) -> String {
    let chance = statement.band.as_ref().and_then(|band| band.chance);
    chance.map_or_else(|| NONE.to_owned(), |chance| format!("{chance}%"))
}

/// `Faixa de 80%: total no fim de … a …; …`.
fn in_band(lang: Lang, statement: &Statement, band: &Band, numbers: Numbers) -> String {
    let (low, high) = (
        numbers.money(&band.projected.low),
        numbers.money(&band.projected.high),
    );
    let mut parts = vec![say!(
        lang,
        "Faixa de {LEVEL}%: total no fim de {low} a {high}",
        "{LEVEL}% band: projected total {low} to {high}"
    )];
    if let Some(remainder) = &band.remainder {
        let end = |amount: &Amount| {
            let shown = numbers.money(&amount.abs());
            if amount.is_negative() {
                say!(lang, "débito {shown}", "shortfall {shown}")
            } else {
                say!(lang, "sobra {shown}", "surplus {shown}")
            }
        };
        let (low, high) = (end(&remainder.low), end(&remainder.high));
        parts.push(say!(lang, "{low} a {high}", "{low} to {high}"));
    }
    if let Some(chance) = band.chance {
        let day = |day| number::day(lang, day);
        if statement.left > 0 {
            parts.push(match (band.runs_out.high, band.runs_out.low) {
                (None, _) => say!(
                    lang,
                    "não esgota antes do fim",
                    "does not run out before the end"
                ),
                (Some(first), None) => {
                    let first = day(first);
                    say!(
                        lang,
                        "esgota em {first} ou depois, ou não antes do fim",
                        "runs out on {first} or later, or not before the end"
                    )
                }
                (Some(first), Some(last)) => {
                    let (first, last) = (day(first), day(last));
                    say!(
                        lang,
                        "esgota de {first} a {last}",
                        "runs out from {first} to {last}"
                    )
                }
            });
        }
        parts.push(say!(
            lang,
            "probabilidade de esgotar {chance}%",
            "probability of running out {chance}%"
        ));
    }
    parts.join("; ")
}

/// Returns the contract's labelled lines: terms, situation (first) and known days.
pub(super) fn terms(
    context: &Context<'_>,
    client: &Client,
    statement: &Statement,
) -> Vec<(&'static str, String)> {
    let lang = context.lang();
    let term = statement.contract.days();
    let (days, length) = (
        number::days(lang, term),
        words::days(lang, term.len().into()),
    );
    let as_of = number::day(lang, statement.as_of);
    let mut facts = vec![
        (
            pick(lang, "Situação", "Situation"),
            words::situation(lang, statement.situation).to_owned(),
        ),
        (pick(lang, "Arquivo", "File"), client.file.clone()),
        ("Tenancy", client.tenancy.clone().unwrap_or_default()),
        (
            pick(lang, "Contrato", "Contract"),
            format!("{days} ({length})"),
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
    if let Some(at) = client.fetched_at {
        facts.push((pick(lang, "Buscado em", "Fetched on"), how_old(context, at)));
    }
    facts
}

/// Returns the time at which stored days were fetched, and their age.
fn how_old(context: &Context<'_>, at: DateTime<Utc>) -> String {
    let lang = context.lang();
    let (day, time) = (number::day(lang, at.date_naive()), at.format("%H:%M"));
    let made_on = DateTime::<Utc>::from(context.made_at).date_naive();
    let age = match (made_on - at.date_naive()).num_days() {
        ..=0 => say!(lang, "hoje", "today"),
        days => {
            let days = words::days(lang, days.unsigned_abs());
            say!(lang, "há {days}", "{days} ago")
        }
    };
    format!("{day} {time} UTC ({age})")
}

/// Figure of the statistics.
#[derive(Debug)]
pub(super) struct Statistic<'a> {
    pub(super) label: &'static str,
    pub(super) value: Option<Value<'a>>,
    /// Text in place of a value that is absent.
    pub(super) instead: Option<String>,
}

/// The statistics, labelled, in the order of the dictionary.
pub(super) fn statistics<'a>(
    lang: Lang,
    statement: &'a Statement,
) -> impl Iterator<Item = Statistic<'a>> {
    let figures = FIGURES.iter().filter(|figure| figure.in_statistics);
    figures.map(move |figure| Statistic {
        label: label(lang, statement, figure),
        value: figure.value_in(statement),
        instead: instead(lang, statement, figure),
    })
}

/// Name of `figure`, in the words that fit a contract that is over.
fn label(lang: Lang, statement: &Statement, figure: &Figure) -> &'static str {
    let over = statement.situation == Situation::Ended;
    match figure.key {
        key if key == RUNS_OUT.key => runs_out(lang, statement).0,
        key if key == SURPLUS.key && over => pick(lang, "Sobra expirada", "Lapsed credit"),
        key if key == SHORTFALL.key && over => pick(lang, "Excedente", "Overage"),
        _ => words::name(lang, figure.names),
    }
}

/// Text in place of an absent value of `figure`, where the absence says something.
pub(super) fn instead(lang: Lang, statement: &Statement, figure: &Figure) -> Option<String> {
    let lasts = figure.key == RUNS_OUT.key && statement.runs_out.is_none();
    lasts
        .then(|| runs_out(lang, statement).1)
        .filter(|text| text != NONE)
}

/// Returns the day on which the credit runs out, or ran out, with the fitting label.
pub(super) fn runs_out(lang: Lang, statement: &Statement) -> (&'static str, String) {
    let over = statement.situation == Situation::Ended;
    let label = match statement.runs_out {
        Some(day) if day >= statement.as_of => words::name(lang, RUNS_OUT.names),
        None if !over => words::name(lang, RUNS_OUT.names),
        _ => pick(lang, "Esgotou em", "Ran out on"),
    };
    let lasts = statement.shortfall.as_ref().is_some_and(Amount::is_zero);
    let text = match statement.runs_out {
        Some(day) => number::day(lang, day),
        None if lasts && over => pick(lang, "não esgotou", "did not run out").to_owned(),
        None if lasts => pick(lang, "não esgota", "does not run out").to_owned(),
        None => NONE.to_owned(),
    };
    (label, text)
}

/// Returns a bar that is filled to `percent`.
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
