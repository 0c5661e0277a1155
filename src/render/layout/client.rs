//! Tables of one client: months, weekdays, statistics.

use super::{Cell, Column, Table, in_currency};
use crate::forecast::{Method, count_weekdays};
use crate::lang::{Lang, say};
use crate::money::{Amount, Currency};
use crate::render::number::{self, NONE, Numbers};
use crate::render::words::{self, pick};
use crate::report::figures::{FIGURES, Figure, RUNS_OUT, SHORTFALL, SURPLUS};
use crate::report::statement::{Situation, Statement};

/// Returns the columns of months: month, consumption, days, daily average, change, state.
pub(super) fn month_columns(lang: Lang) -> [Column; 6] {
    [
        Column::words(pick(lang, "Mês", "Month")).key("mes"),
        Column::figures(pick(lang, "Consumo", "Consumption")).key("consumo"),
        Column::figures(pick(lang, "Dias", "Days")).key("dias"),
        Column::figures(pick(lang, "Média diária", "Daily average")).key("media_diaria"),
        Column::figures(pick(lang, "Variação", "Change")).key("variacao_pct"),
        Column::words(pick(lang, "Estado", "State")).key("estado"),
    ]
}

/// Returns the cells of each month, as [`month_columns`] names them; before them those of the opening balance, which
/// is in no month.
pub(super) fn month_rows(lang: Lang, statement: &Statement) -> impl Iterator<Item = [Cell<'_>; 6]> {
    let currency = statement.currency;
    let opening = statement.contract.opening.as_ref().map(|opening| {
        [
            Cell::Through(opening.through),
            Cell::money(Some(&opening.amount), currency),
            Cell::Unknown,
            Cell::Unknown,
            Cell::Unknown,
            Cell::word("anterior", pick(lang, "anterior", "before")),
        ]
    });
    let months = statement.months.iter().map(move |line| {
        let (days, state) = match line.running {
            Some(of) => (
                Cell::DaysOf(line.days, of),
                Cell::word("em_curso", pick(lang, "em curso", "running")),
            ),
            None => (
                Cell::count(line.days),
                Cell::word("passado", pick(lang, "passado", "past")),
            ),
        };
        [
            Cell::month(line.month),
            Cell::money(line.consumption.as_ref(), currency),
            days,
            Cell::money(line.mean.as_ref(), currency),
            Cell::change(line.change.as_ref()),
            state,
        ]
    });
    opening.into_iter().chain(months)
}

/// Returns the title of a table of months.
pub(in crate::render) fn months_title(lang: Lang) -> &'static str {
    pick(lang, "Consumo por mês", "Consumption by month")
}

/// Returns the table of months; `None` without any.
pub(in crate::render) fn months(lang: Lang, statement: &Statement) -> Option<Table<'_>> {
    let rows = month_rows(lang, statement).map(|[month, consumption, days, mean, change, _]| {
        vec![month, consumption, days, mean, change]
    });
    let running = statement.months.iter().find(|line| line.running.is_some());
    let note = running.map(|line| {
        let numbers = Numbers::new(lang, statement.currency);
        let month = number::month(lang, line.month);
        let estimate = numbers.money_or_none(statement.month_estimate.as_ref());
        say! { lang, "{month} em curso; projeção do mês: {estimate}. Variação: só dias fechados.",
        "{month} is running; month estimate: {estimate}. Change: final days only." }
    });
    let [month, consumption, days, mean, change, _] = month_columns(lang);
    let title = in_currency(months_title(lang), statement.currency);
    let table = Table {
        notes: note.into_iter().collect(),
        ..Table::new(title, [month, consumption, days, mean, change], rows)
    };
    Some(table).filter(|table| !table.rows.is_empty())
}

/// Used part of the credit, or of the term.
pub(in crate::render) struct Share<'a> {
    /// Name of the part.
    pub(in crate::render) label: &'static str,
    /// The part in per cent.
    pub(in crate::render) percent: &'a Amount,
    /// The per cent in figures.
    pub(in crate::render) shown: String,
    /// The part and the whole in words.
    pub(in crate::render) text: String,
}

/// Returns the used parts of credit and term; `None` before the contract begins and where one is not known.
pub(in crate::render) fn shares(lang: Lang, statement: &Statement) -> Option<[Share<'_>; 2]> {
    let (credit, term) = (
        statement.credit_percent.as_ref()?,
        statement.term_percent.as_ref()?,
    );
    if statement.situation == Situation::NotStarted {
        return None;
    }
    let numbers = Numbers::new(lang, statement.currency);
    let spent = numbers.money_or_none(statement.consumption.as_ref());
    let of = numbers.money(&statement.contract.credit);
    let days = statement.contract.days();
    let (elapsed, length) = (statement.elapsed, words::days(lang, days.len().into()));
    let end = number::day(lang, statement.contract.end);
    let left = statement.left;
    let used_days = match left {
        0 => say! { lang, "{elapsed} de {length}, até {end}",
        "{elapsed} of {length}, until {end}" },
        _ => say! { lang, "{elapsed} de {length}; faltam {left}, até {end}",
        "{elapsed} of {length}; {left} left, until {end}" },
    };
    let share = |label, percent, text| Share {
        label,
        percent,
        shown: numbers.percent(percent),
        text,
    };
    Some([
        share(
            pick(lang, "Crédito usado", "Credit used"),
            credit,
            say!(lang, "{spent} de {of}", "{spent} of {of}"),
        ),
        share(
            pick(lang, "Prazo decorrido", "Term elapsed"),
            term,
            used_days,
        ),
    ])
}

/// Returns the table of weekdays: average, days left and forecast, with the forecast's sums below; `None` without an
/// average. `detailed` adds the days that each average is taken from.
pub(in crate::render) fn weekdays(
    lang: Lang,
    statement: &Statement,
    detailed: bool,
) -> Option<Table<'_>> {
    let window = statement.window?;
    let currency = statement.currency;
    let counts = count_weekdays(window.days);
    let lines = statement.weekdays.iter().map(|line| WeekdayCells {
        mean: line.mean.as_ref(),
        days: line.days,
        forecast: line.forecast.as_ref(),
    });
    let days = pick(lang, "Dias restantes", "Days left");
    let mut table = weekday_table(lang, statement.method, days, currency, lines);
    table.title = in_currency(
        pick(
            lang,
            "Média e previsão por dia da semana",
            "Average and forecast by weekday",
        ),
        currency,
    );
    if detailed {
        let name = pick(lang, "Dias no período", "Days in window");
        table.columns.insert(2, Column::figures(name));
        for (row, count) in table.rows.iter_mut().zip(counts) {
            row.insert(2, Cell::count(count));
        }
    }
    table.sums = forecast_sums(lang, statement);
    let (days, length) = (
        number::days(lang, window.days),
        words::days(lang, window.known.into()),
    );
    table
        .notes
        .push(say! { lang, "Período da média: {days} ({length})",
        "Averaging window: {days} ({length})" });
    if statement.method != Method::default() {
        let method = words::method(lang, statement.method);
        table
            .notes
            .push(say!(lang, "Método: {method}", "Method: {method}"));
    }
    Some(table)
}

/// Figures of a weekday, of a client or of a total.
pub(super) struct WeekdayCells<'a> {
    /// Expected cost of one day.
    pub(super) mean: Option<&'a Amount>,
    /// Number of days left.
    pub(super) days: u32,
    /// Expected cost of those days.
    pub(super) forecast: Option<&'a Amount>,
}

/// Returns a table of weekdays without title, sums and notes; `days` is the heading of the days left.
pub(super) fn weekday_table<'a>(
    lang: Lang,
    method: Method,
    days: &str,
    currency: Option<Currency>,
    lines: impl Iterator<Item = WeekdayCells<'a>>,
) -> Table<'a> {
    let rows = words::weekdays(lang).into_iter().zip(lines);
    let rows = rows.map(|(name, line)| {
        vec![
            Cell::label(name),
            Cell::money(line.mean, currency),
            Cell::count(line.days),
            Cell::money(line.forecast, currency),
        ]
    });
    let columns = [
        Column::words(pick(lang, "Dia", "Day")),
        Column::figures(words::per_day(lang, method)),
        Column::figures(days),
        Column::figures(pick(lang, "Previsto", "Forecast")),
    ];
    Table::new("", columns, rows)
}

/// Returns the parts of the forecast that no weekday has, and the forecast.
fn forecast_sums(lang: Lang, statement: &Statement) -> Vec<(String, Cell<'_>)> {
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
    let cell = |amount| Cell::money(Some(amount), statement.currency);
    let sums = sums.into_iter().map(|(label, sum)| (label, cell(sum)));
    sums.collect()
}

/// Returns the table of statistics, in the order of the dictionary.
pub(in crate::render) fn statistics(lang: Lang, statement: &Statement) -> Table<'_> {
    let figures = FIGURES.iter().filter(|figure| figure.in_statistics);
    let rows = figures.map(|figure| {
        let label = Cell::label(label(lang, statement, figure));
        vec![label, figure_in(lang, statement, figure)]
    });
    let title = pick(lang, "Estatísticas", "Statistics");
    let columns = [
        Column::words(""),
        Column::figures(pick(lang, "Valor", "Value")),
    ];
    Table::new(in_currency(title, statement.currency), columns, rows)
}

/// Returns the cell of a figure of `statement`.
pub(super) fn figure_in<'a>(
    lang: Lang,
    statement: &'a Statement,
    figure: &'static Figure,
) -> Cell<'a> {
    match figure.value_in(statement) {
        None => instead(lang, statement, figure).map_or(Cell::Unknown, Cell::Instead),
        value => Cell::of(value, statement.currency),
    }
}

/// Name of `figure`, in the words that fit a contract that is over.
fn label(lang: Lang, statement: &Statement, figure: &Figure) -> &'static str {
    let over = statement.situation == Situation::Ended;
    match figure.key {
        key if key == RUNS_OUT.key => runs_out(lang, statement).0,
        key if key == SURPLUS.key && over => pick(lang, "Crédito expirado", "Lapsed credit"),
        key if key == SHORTFALL.key && over => pick(lang, "Excedente", "Overage"),
        _ => words::name(lang, figure.names),
    }
}

/// Text in place of an absent value of `figure`, where the absence says something.
fn instead(lang: Lang, statement: &Statement, figure: &Figure) -> Option<String> {
    let lasts = figure.key == RUNS_OUT.key && statement.runs_out.is_none();
    lasts
        .then(|| runs_out(lang, statement).1)
        .filter(|text| text != NONE)
}

/// Returns the day on which the credit runs out, or ran out, with the fitting label.
pub(in crate::render) fn runs_out(lang: Lang, statement: &Statement) -> (&'static str, String) {
    let over = statement.situation == Situation::Ended;
    let label = match statement.runs_out {
        Some(day) if day >= statement.as_of => words::name(lang, RUNS_OUT.names),
        None if !over => words::name(lang, RUNS_OUT.names),
        _ => pick(lang, "Crédito acabou em", "Ran out on"),
    };
    let lasts = statement.shortfall.as_ref().is_some_and(Amount::is_zero);
    let text = match statement.runs_out {
        Some(day) => number::day(lang, day),
        None if lasts && over => pick(lang, "não acabou", "lasted").to_owned(),
        None if lasts => pick(lang, "não acaba", "lasts").to_owned(),
        None => NONE.to_owned(),
    };
    (label, text)
}
