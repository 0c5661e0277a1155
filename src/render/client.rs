//! The part of the text about one client: what will happen and what to do, then the figures.

mod ruler;

use chrono::{DateTime, Utc};
use console::Style;

use super::layout::client as layout;
use super::layout::{Cell, Table, sentences};
use super::number::{self, Numbers};
use super::portfolio::CommonWarnings;
use super::text::{TextPage, flow};
use super::words::{self, pick};
use super::{Context, explain};
use crate::calendar::plus_days;
use crate::failure::Failure;
use crate::lang::{Lang, say};
use crate::money::Amount;
use crate::report::portfolio::Client;
use crate::report::statement::{Situation, Statement};

/// Months that have a line each; older ones share a line a year, but for `--details`.
const MONTHS: usize = 13;
/// Columns of the widest bar.
const LONGEST_BAR: usize = 50;

impl TextPage<'_> {
    /// The part of a client with figures, without the warnings of `common` that several clients have.
    pub(super) fn statement(
        &mut self,
        client: &Client,
        statement: &Statement,
        common: &CommonWarnings<'_>,
    ) {
        let lang = self.lang();
        let details = self.context.view.detail.details;
        self.title_with(&client.name, Some(statement.situation));
        for sentence in sentences::outlook(lang, statement) {
            self.paragraph(&sentence);
        }
        self.bars(statement);
        self.pictures(statement);
        self.tables(statement, details);
        self.blank();
        self.parts(&sums(lang, statement));
        self.parts(&origin(self.context, client, statement));
        if details {
            self.details(client, statement);
        }
        for warning in &statement.warnings {
            let text = explain::warning(lang, statement.currency, warning);
            if !common.is_equal(&text) {
                self.remark(0, &format!("! {text}"), &[]);
            }
        }
    }

    /// The part of a client that failed.
    pub(super) fn failed(&mut self, client: &Client, failure: &Failure) {
        self.title(&client.name);
        self.failure(0, &client.file, failure);
    }

    /// The used parts of credit and term; a terminal gets a bar of each.
    fn bars(&mut self, statement: &Statement) {
        let Some(shares) = layout::shares(self.lang(), statement) else {
            return;
        };
        let widest = |texts: [&str; 2]| {
            let widths = texts.into_iter().map(|text| text.chars().count());
            widths.max().unwrap_or_default()
        };
        let label_width = widest(shares.each_ref().map(|share| share.label));
        let percent_width = widest(shares.each_ref().map(|share| share.shown.as_str()));
        let text_width = widest(shares.each_ref().map(|share| share.text.as_str()));
        let used = label_width + percent_width + text_width + 6;
        let room = self.context.canvas.width.saturating_sub(used);
        let cells = u32::try_from(room.min(LONGEST_BAR)).unwrap_or_default();
        let cells = Some(cells).filter(|cells| self.context.canvas.terminal && *cells >= 5);
        for layout::Share {
            label,
            percent,
            shown,
            text,
        } in &shares
        {
            let bar = cells.map_or_else(String::new, |cells| bar(percent, cells) + "  ");
            self.line(&format!(
                "{label:label_width$}  {bar}{shown:>percent_width$}  {text}"
            ));
        }
    }

    /// Months beside weekdays where both fit.
    fn tables(&mut self, statement: &Statement, details: bool) {
        let lang = self.lang();
        let months = layout::months(lang, statement).map(|mut months| {
            if !details {
                fold_years(lang, &mut months, statement);
            }
            months
        });
        let to_come =
            statement.left > 0 || statement.top_up.as_ref().is_some_and(Amount::is_positive);
        let weekdays = layout::weekdays(lang, statement, details).filter(|_| to_come || details);
        let weekdays = weekdays.map(|mut weekdays| {
            if !details {
                weekdays.notes.clear();
            }
            weekdays
        });
        let tables: Vec<Table<'_>> = months.into_iter().chain(weekdays).collect();
        if tables.is_empty() {
            return;
        }
        self.blank();
        let blocks = tables.iter().map(|table| self.block(table, false));
        let lines = flow(blocks.collect(), self.context.canvas.width);
        self.lines(&lines);
        for note in tables.iter().flat_map(|table| &table.notes) {
            self.paragraph(note);
        }
    }

    /// The rest of what is known: file, tenancy, statistics, the likely range and another method's result.
    fn details(&mut self, client: &Client, statement: &Statement) {
        let lang = self.lang();
        self.blank();
        let mut facts = terms(self.context, client, statement);
        facts.remove(0);
        self.facts(&facts);
        let statistics = layout::statistics(lang, statement);
        self.blank();
        let lines = self.block(&statistics, true);
        self.lines(&lines);
        self.blank();
        for sentence in sentences::sureness(lang, statement)
            .into_iter()
            .chain(sentences::exceptions(lang, statement))
        {
            self.remark(0, &sentence, &[]);
        }
    }

    pub(super) fn failure(&mut self, indent: usize, file: &str, failure: &Failure) {
        let lang = self.lang();
        let explanation = explain::failure(lang, file, failure);
        let (style, word) = match failure.awaits_key() {
            true => (Style::new().yellow(), pick(lang, "AGUARDA", "WAITS")),
            false => (Style::new().red(), pick(lang, "FALHOU", "FAILED")),
        };
        let word = self.styled(&style.bold(), word);
        let whole = whole(file, failure);
        self.remark(indent, &format!("{word} {}", explanation.message), &whole);
        self.remark(indent + 2, &words::to_do(lang, &explanation.remedy), &whole);
        if let Some(request_id) = &failure.request_id {
            self.remark(indent + 2, &format!("opc-request-id: {request_id}"), &[]);
        }
    }
}

/// Returns the names of files in the words for a failure; no line ends in one, whatever blanks it has.
pub(super) fn whole<'a>(file: &'a str, failure: &'a Failure) -> Vec<&'a str> {
    std::iter::once(file)
        .chain(failure.file.as_deref())
        .collect()
}

/// Puts the months before the last [`MONTHS`] into a line a year.
fn fold_years(lang: Lang, table: &mut Table<'_>, statement: &Statement) {
    let older = statement.months.len().saturating_sub(MONTHS);
    if older == 0 {
        return;
    }
    // The opening balance has a row before the months.
    let first = table.rows.len() - statement.months.len();
    let mut years: Vec<Vec<Cell<'_>>> = Vec::new();
    for line in statement.months[..older].chunk_by(|a, b| a.month.year == b.month.year) {
        let months = line.len();
        let year = line.first().map(|line| line.month.year).unwrap_or_default();
        let label = match months {
            1 => say!(lang, "{year} (1 mês)", "{year} (1 month)"),
            _ => say!(lang, "{year} ({months} meses)", "{year} ({months} months)"),
        };
        let days: u32 = line.iter().map(|line| line.days).sum();
        let known = line.iter().filter_map(|line| line.consumption.as_ref());
        let sum: Amount = known.sum();
        let whole = line.iter().all(|line| line.unknown == 0);
        let mean = sum.mean(days).filter(|_| whole);
        let numbers = Numbers::new(lang, statement.currency);
        let consumption = match line.iter().any(|line| line.consumption.is_some()) {
            true => numbers.money(&sum),
            false => number::NONE.to_owned(),
        };
        years.push(vec![
            Cell::label(label),
            Cell::label(consumption),
            Cell::count(days),
            Cell::label(numbers.money_or_none(mean.as_ref())),
            Cell::Unknown,
        ]);
    }
    table.rows.splice(first..first + older, years);
}

/// `Consumo 1.670,00 + previsto 1.980,00 = total projetado 3.650,00`, `crédito …`, as far as it is known.
fn sums(lang: Lang, statement: &Statement) -> Vec<String> {
    let numbers = Numbers::new(lang, statement.currency);
    let money = |amount: &Amount| numbers.money(amount);
    let mut parts = Vec::new();
    if let Some(consumption) = &statement.consumption {
        let consumption = money(consumption);
        let mut text = say!(lang, "Consumo {consumption}", "Consumption {consumption}");
        if let (Some(forecast), Some(projected)) = (&statement.forecast, &statement.projected)
            && !(forecast.is_zero() && statement.left == 0)
        {
            let (forecast, projected) = (money(forecast), money(projected));
            text += &say! { lang, " + previsto {forecast} = total projetado {projected}",
            " + forecast {forecast} = projected total {projected}" };
        }
        parts.push(text);
    }
    let credit = money(&statement.contract.credit);
    parts.push(match parts.is_empty() {
        true => say!(lang, "Crédito {credit}", "Credit {credit}"),
        false => say!(lang, "crédito {credit}", "credit {credit}"),
    });
    if let Some(remainder) = statement.remainder() {
        let shown = money(&remainder.abs());
        let over = statement.situation == Situation::Ended;
        parts.push(match (remainder.is_negative(), over) {
            (false, false) => say!(lang, "sobra {shown}", "surplus {shown}"),
            (true, false) => say!(lang, "débito {shown}", "shortfall {shown}"),
            (false, true) => say!(lang, "crédito expirado {shown}", "lapsed credit {shown}"),
            (true, true) => say!(lang, "excedente {shown}", "overage {shown}"),
        });
    }
    parts
}

/// Last days with data, and the client's file.
fn origin(context: &Context<'_>, client: &Client, statement: &Statement) -> Vec<String> {
    let lang = context.lang();
    let numbers = Numbers::new(lang, statement.currency);
    let mut parts = Vec::new();
    if let Some(through) = statement.data_through {
        let through = number::day(lang, through);
        parts.push(say!(lang, "Dados até {through}", "Data through {through}"));
    }
    let provisional = statement.provisional.as_ref();
    if let (Some(settled), Some(sum)) = (
        statement.settled_through,
        provisional.filter(|sum| !sum.is_zero()),
    ) {
        let since = number::day(lang, plus_days(settled, 1));
        let sum = numbers.money(sum);
        parts.push(say! { lang, "parcial desde {since}: {sum}",
        "partial since {since}: {sum}" });
    }
    if let Some(at) = client.fetched_at {
        let at = how_old(context, at);
        parts.push(say!(lang, "buscado em {at}", "fetched on {at}"));
    }
    parts.push(client.file.clone());
    parts
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
        (pick(lang, "Posição em", "As of"), format!("{as_of} (UTC)")),
        (
            pick(lang, "Dados até", "Data through"),
            number::day_or_none(lang, statement.data_through),
        ),
        (
            pick(lang, "Fechado até", "Final through"),
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
    let at_utc = number::instant(lang, at);
    let made_on = DateTime::<Utc>::from(context.made_at).date_naive();
    let age = match (made_on - at.date_naive()).num_days() {
        ..=0 => say!(lang, "hoje", "today"),
        days => {
            let days = words::days(lang, days.unsigned_abs());
            say!(lang, "há {days}", "{days} ago")
        }
    };
    format!("{at_utc} ({age})")
}

/// Returns a bar of so many `cells` that is filled to `percent`.
pub(super) fn bar(percent: &Amount, cells: u32) -> String {
    let filled = number::filled(percent, &Amount::from(100), cells);
    let (full, empty) = (filled as usize, (cells - filled) as usize);
    format!("{}{}", "█".repeat(full), "░".repeat(empty))
}
