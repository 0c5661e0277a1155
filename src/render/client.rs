//! The part of the text about one client.

use chrono::{DateTime, Utc};
use console::{Style, measure_text_width};

use super::layout::client as layout;
use super::number::{self, NONE, Numbers};
use super::text::Page;
use super::words::{self, pick};
use super::{Context, explain};
use crate::failure::Failure;
use crate::forecast::LEAST_HISTORY;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::report::band::{Band, LEVEL};
use crate::report::portfolio::Client;
use crate::report::statement::Statement;

/// Cells of a bar.
const BAR: u32 = 40;

impl Page<'_> {
    pub(super) fn statement(&mut self, client: &Client, statement: &Statement) {
        self.title(&client.name);
        self.terms(client, statement);
        let lang = self.lang();
        let months = layout::months(lang, statement);
        let weekdays = layout::weekdays(lang, statement, false);
        for table in [months, weekdays].iter().flatten() {
            self.lay_out(table);
        }
        self.statistics(statement);
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

    fn statistics(&mut self, statement: &Statement) {
        let lang = self.lang();
        let table = layout::statistics(lang, statement);
        self.heading(&table.title);
        let figures: Vec<(String, String)> = table
            .rows
            .iter()
            .filter_map(|row| Some((row.first()?.shown(lang), row.last()?.shown(lang))))
            .collect();
        let width = figures
            .iter()
            .map(|(_, value)| measure_text_width(value))
            .max()
            .unwrap_or(0);
        let facts: Vec<(&str, String)> = figures
            .iter()
            .map(|(label, value)| {
                let gap = width - measure_text_width(value);
                (label.as_str(), format!("{:gap$}{value}", ""))
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
