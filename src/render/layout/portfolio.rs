//! Tables and sentences of the portfolio: clients, totals of a currency with their months and weekdays, clients outside
//! the totals, failures, warnings.

use std::collections::BTreeSet;

use super::client::{WeekdayCells, figure_in, months_title, weekday_table};
use super::{CHANGE_TO_ZERO, Cell, Column, RowCells, Table, Tone, head, in_currency};
use crate::adjustment::Adjustment;
use crate::calendar::Month;
use crate::failure::Failure;
use crate::forecast::Method;
use crate::lang::{Lang, say};
use crate::render::words::{self, pick};
use crate::render::{Context, explain, number, text};
use crate::report::figures::{FIGURES, Figure, FigureKind, FigureValue, GROUP, SUMS, TotalFigure};
use crate::report::portfolio::{Client, Group, Portfolio, Totals};
use crate::report::statement::Statement;

/// Keys of the figures that say how a client stands: as many as a page or a mail has room for.
const OVERVIEW: [&str; 10] = [
    "cliente",
    "moeda",
    "situacao",
    "esgota_em",
    "fim_contrato",
    "sobra",
    "debito",
    "consumo_pct",
    "prazo_pct",
    "probabilidade_esgotar",
];

/// Sentences about a client, or about several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) struct Remark {
    /// Name of the client, or how many there are.
    pub(in crate::render) about: String,
    /// The sentences.
    pub(in crate::render) sentences: Vec<String>,
}

/// Returns the sentences that come before any table: the preamble, and the counts of situations.
pub(in crate::render) fn opening(
    portfolio: &Portfolio,
    context: &Context<'_>,
) -> Vec<(Tone, String)> {
    let headline = headline(context.lang(), portfolio);
    preamble(portfolio, context)
        .chain([(Tone::Strong, headline)])
        .collect()
}

/// Returns the sentences that come before any figure: premises, origin and notices.
pub(in crate::render) fn preamble(
    portfolio: &Portfolio,
    context: &Context<'_>,
) -> impl Iterator<Item = (Tone, String)> {
    let lang = context.lang();
    let notices = portfolio.notices.iter();
    premises(context, portfolio.what_if.as_ref(), portfolio.method)
        .chain([(Tone::Plain, text::origin(context))])
        .chain(notices.map(move |notice| (Tone::Doubtful, explain::notice(lang, notice))))
}

/// Returns the sentences about the origin of all figures, where it is not the usual one.
pub(in crate::render) fn premises(
    context: &Context<'_>,
    what_if: Option<&Adjustment>,
    method: Method,
) -> impl Iterator<Item = (Tone, String)> + use<> {
    let lang = context.lang();
    let simulated = context.simulated.then(|| words::simulated(lang).to_owned());
    let [what_if, method] = words::premises(lang, what_if, method);
    let premises = [
        (Tone::Bad, simulated),
        (Tone::Bad, what_if),
        (Tone::Plain, method),
    ];
    let premises = premises.into_iter();
    premises.filter_map(|(tone, premise)| Some((tone, premise?)))
}

/// Returns each of the clients without figures, with cause, remedy and request.
fn explained<'a>(
    lang: Lang,
    failures: impl Iterator<Item = (&'a Client, &'a Failure)>,
) -> Vec<Remark> {
    let remarks = failures.map(|(client, failure)| {
        let explanation = explain::failure(lang, &client.file, failure);
        let remedy = words::to_do(lang, &explanation.remedy);
        let request_id = failure.request_id.as_ref();
        let request_id = request_id.map(|id| format!("opc-request-id: {id}"));
        let sentences = [explanation.message, remedy].into_iter().chain(request_id);
        Remark {
            about: client.name.clone(),
            sentences: sentences.collect(),
        }
    });
    remarks.collect()
}

/// Returns the titles and remarks of the clients without figures: those that failed, and those that wait for their key.
pub(in crate::render) fn unreported(
    lang: Lang,
    portfolio: &Portfolio,
) -> [(&'static str, Vec<Remark>); 2] {
    [
        (
            pick(lang, "Falharam", "Failed"),
            explained(lang, portfolio.in_error()),
        ),
        (
            pick(lang, "Aguardam a chave", "Wait for their key"),
            explained(lang, portfolio.awaiting_key()),
        ),
    ]
}

/// `2 falharam`, `1 aguarda a chave`: the clients without figures, as far as there are any.
pub(in crate::render) fn without_figures(lang: Lang, portfolio: &Portfolio) -> Vec<String> {
    let unreported = head::unreported(lang, portfolio).into_iter();
    let some = unreported.filter(|(count, _)| *count > 0);
    some.map(|(count, label)| format!("{count} {label}"))
        .collect()
}

/// Returns the warnings, worst client first; those that several clients share, once and first.
pub(in crate::render) fn warnings(lang: Lang, portfolio: &Portfolio) -> Vec<Remark> {
    let clients = portfolio.worst_first().into_iter();
    let said: Vec<(&str, Vec<String>)> = clients
        .map(|(client, statement)| {
            let warnings = statement.warnings.iter();
            let texts = warnings.map(|warning| explain::warning(lang, statement.currency, warning));
            (client.name.as_str(), texts.collect())
        })
        .collect();
    let mut shared: Vec<Remark> = Vec::new();
    let mut own: Vec<Remark> = Vec::new();
    for (name, texts) in &said {
        let mut sentences = Vec::new();
        for text in texts {
            let having = said.iter().filter(|(_, texts)| texts.contains(text));
            let count = having.count();
            if count == 1 {
                sentences.push(text.clone());
            } else if shared
                .iter()
                .all(|remark| remark.sentences != [text.as_str()])
            {
                shared.push(Remark {
                    about: words::clients(lang, count),
                    sentences: vec![text.clone()],
                });
            }
        }
        if !sentences.is_empty() {
            own.push(Remark {
                about: (*name).to_owned(),
                sentences,
            });
        }
    }
    shared.into_iter().chain(own).collect()
}

/// Returns the table of how each of `clients` stands, and of the change in daily spend that ends its contract at zero.
pub(in crate::render) fn overview<'a>(
    lang: Lang,
    clients: &[(&'a Client, &'a Statement)],
) -> Table<'a> {
    let figures = OVERVIEW
        .iter()
        .filter_map(|key| FIGURES.iter().find(|figure| figure.key == *key));
    let mut table = self::clients(lang, &figures.collect::<Vec<_>>(), clients);
    let name = pick(lang, "Ajuste para fechar em zero", "Change to end at zero");
    table
        .columns
        .push(Column::figures(name).key(CHANGE_TO_ZERO));
    for (row, (_, statement)) in table.rows.iter_mut().zip(clients) {
        row.push(Cell::change(statement.change_to_zero.as_ref()));
    }
    table
}

/// Returns the table of the summary's figures that [`overview`] has no room for.
pub(in crate::render) fn details<'a>(
    lang: Lang,
    portfolio: &Portfolio,
    clients: &[(&'a Client, &'a Statement)],
) -> Table<'a> {
    let grouped = !portfolio.groups.is_empty();
    let figures = FIGURES.iter().filter(|figure| {
        let shown = figure.in_summary && !OVERVIEW.contains(&figure.key);
        shown && (grouped || figure.key != GROUP.key)
    });
    self::clients(lang, &figures.collect::<Vec<_>>(), clients)
}

/// Returns a table of `clients` with a column for each of `figures`.
pub(in crate::render) fn clients<'a>(
    lang: Lang,
    figures: &[&'static Figure],
    clients: &[(&'a Client, &'a Statement)],
) -> Table<'a> {
    let columns = figures.iter().map(|figure| Column::of(lang, figure));
    let row = |(client, statement): &(&'a Client, &'a Statement)| -> RowCells<'a> {
        let cells = figures.iter().map(|figure| match figure.value(client) {
            None => figure_in(lang, statement, figure),
            value => Cell::of(value, statement.currency),
        });
        cells.collect()
    };
    let title = pick(lang, "Clientes", "Clients");
    Table::new(title, columns.collect::<Vec<_>>(), clients.iter().map(row))
}

/// Returns the consumption of each of `clients` in the last `most` months that any of them has.
pub(in crate::render) fn months_of_clients<'a>(
    lang: Lang,
    clients: &[(&'a Client, &'a Statement)],
    most: usize,
) -> Table<'a> {
    let lines = clients.iter().flat_map(|(_, statement)| &statement.months);
    let months: BTreeSet<Month> = lines.map(|line| line.month).collect();
    let months: Vec<Month> = months.into_iter().rev().take(most).collect();
    let months: Vec<Month> = months.into_iter().rev().collect();
    let columns = months.iter().map(|month| Column {
        kind: Some(FigureKind::Money),
        ..Column::figures(&number::month(lang, *month))
    });
    let columns: Vec<Column> = columns.collect();
    let rows = clients.iter().map(|(_, statement)| {
        let cell = |month: &Month| {
            let mut lines = statement.months.iter();
            let line = lines.find(|line| line.month == *month);
            let consumption = line.and_then(|line| line.consumption.as_ref());
            Cell::money(consumption, statement.currency)
        };
        months.iter().map(cell).collect()
    });
    Table::new(months_title(lang), columns, rows)
}

/// Returns the sums of a currency's clients, out of `of` clients in all.
pub(in crate::render) fn totals(lang: Lang, totals: &Totals, of: usize) -> Table<'_> {
    let currency = Some(totals.currency);
    let rows = SUMS.iter().filter_map(|sum| match sum.value(totals)? {
        value @ FigureValue::Money(_) => Some(vec![
            Cell::label(words::name(lang, sum.names)),
            Cell::of(Some(value), currency),
        ]),
        _ => None,
    });
    let (count, of) = (totals.clients, words::clients(lang, of));
    let title = say! { lang, "Totais de {count} de {of}",
    "Totals of {count} of {of}" };
    let value = Column::figures(pick(lang, "Valor", "Value"));
    Table::new(
        in_currency(&title, currency),
        [Column::words(""), value],
        rows,
    )
}

/// Returns the months of the clients in `totals`; before them the opening balances, which are in no month.
pub(in crate::render) fn months_of_totals(lang: Lang, totals: &Totals) -> Table<'_> {
    let currency = Some(totals.currency);
    let opening = Some(&totals.opening).filter(|opening| !opening.is_zero());
    let opening = opening.map(|opening| {
        vec![
            Cell::label(pick(lang, "Anterior", "Before")),
            Cell::money(Some(opening), currency),
            Cell::Unknown,
        ]
    });
    let months = totals.months.iter().map(|(month, line)| {
        vec![
            Cell::month(*month),
            Cell::money(line.consumption.as_ref(), currency),
            Cell::count(line.clients),
        ]
    });
    let title = pick(
        lang,
        "Consumo por mês, dos clientes nos totais",
        "Consumption by month, of the clients in the totals",
    );
    let columns = [
        Column::words(pick(lang, "Mês", "Month")),
        Column::figures(pick(lang, "Consumo", "Consumption")),
        Column::figures(pick(lang, "Clientes", "Clients")),
    ];
    let rows = opening.into_iter().chain(months);
    Table::new(in_currency(title, currency), columns, rows)
}

/// Returns the weekdays of the clients in `totals`, with the forecast's sums below. An average times the days is no
/// forecast here: each client has its own days left.
pub(in crate::render) fn weekdays_of_totals(
    lang: Lang,
    totals: &Totals,
    method: Method,
) -> Table<'_> {
    let currency = Some(totals.currency);
    let lines = totals.weekdays.iter().map(|line| WeekdayCells {
        mean: Some(&line.mean),
        days: line.days,
        forecast: Some(&line.forecast),
    });
    let days = pick(lang, "Dias-cliente", "Client-days");
    let adjusted = [(false, &totals.adjusted), (true, &totals.supposed)];
    let adjusted =
        adjusted.map(|(what_if, sum)| Some((words::adjusted(lang, what_if), sum.as_ref()?)));
    let sums = [(words::top_up(lang), &totals.top_up)]
        .into_iter()
        .chain(adjusted.into_iter().flatten())
        .chain([(words::forecast_to_end(lang), &totals.forecast)])
        .map(|(label, sum)| (label.to_owned(), Cell::money(Some(sum), currency)));
    let title = pick(
        lang,
        "Previsão por dia da semana, dos clientes nos totais",
        "Forecast by weekday, of the clients in the totals",
    );
    Table {
        title: in_currency(title, currency),
        sums: sums.collect(),
        ..weekday_table(lang, method, days, currency, lines)
    }
}

/// Sums of a group's row, by key.
const GROUP_SUMS: [&str; 6] = [
    "clientes", "credito", "consumo", "previsto", "sobras", "debitos",
];

/// Returns the subtotals by group, a table for each currency; none where no config names a group.
pub(in crate::render) fn groups<'p>(lang: Lang, portfolio: &'p Portfolio) -> Vec<Table<'p>> {
    let sums: Vec<&'static TotalFigure> = GROUP_SUMS
        .iter()
        .filter_map(|key| SUMS.iter().find(|sum| sum.key == *key))
        .collect();
    let columns = sums
        .iter()
        .map(|sum| Column::figures(words::name(lang, sum.names)));
    let columns: Vec<Column> = [Column::words(words::name(lang, GROUP.names))]
        .into_iter()
        .chain(columns)
        .collect();
    let row = |group: &'p Group| {
        let name = group.name.as_deref();
        let name = name.map_or_else(
            || Cell::label(pick(lang, "Sem grupo", "Without a group")),
            Cell::text,
        );
        let sums = sums.iter().map(|sum| {
            let value = sum.value(&group.totals);
            Cell::of(value, Some(group.totals.currency))
        });
        [name].into_iter().chain(sums).collect()
    };
    let title = pick(lang, "Totais por grupo", "Totals by group");
    let table = |totals: &Totals| {
        let groups = portfolio.groups.iter();
        let groups = groups.filter(|group| group.totals.currency == totals.currency);
        let title = in_currency(title, Some(totals.currency));
        Table::new(title, columns.clone(), groups.map(row))
    };
    let tables = portfolio.totals.iter().map(table);
    tables.filter(|table| !table.rows.is_empty()).collect()
}

/// Returns the sentence in place of the subtotals where there is none.
pub(in crate::render) fn no_groups(lang: Lang) -> &'static str {
    pick(
        lang,
        "Nenhum cliente dos totais tem grupo: escreva grupo = … nos arquivos dos clientes.",
        "No client in the totals has a group: write grupo = … in the clients' files.",
    )
}

/// Returns the clients with figures that no total holds, and the reason; `None` without any.
pub(in crate::render) fn outside(lang: Lang, portfolio: &Portfolio) -> Option<Table<'_>> {
    let clients = portfolio.worst_first().into_iter();
    let outside = clients.filter(|(_, statement)| !statement.in_totals());
    let rows = outside.map(|(client, statement)| {
        let reason = words::outside(lang, statement.situation);
        vec![Cell::text(&client.name), Cell::label(reason)]
    });
    let columns = [
        Column::words(pick(lang, "Cliente", "Client")),
        Column::words(pick(lang, "Motivo", "Reason")),
    ];
    let title = pick(lang, "Fora do total", "Outside the totals");
    let table = Table::new(title, columns, rows);
    Some(table).filter(|table| !table.rows.is_empty())
}

/// `80 contratos: 2 esgotados, …`.
fn headline(lang: Lang, portfolio: &Portfolio) -> String {
    let mut situations = portfolio.situations();
    // The known come first, then the unknown.
    situations.sort_by_key(|(situation, _)| situation.lacks_data());
    let mut parts: Vec<String> = situations
        .into_iter()
        .map(|(situation, count)| words::counted(lang, situation, count))
        .collect();
    parts.extend(without_figures(lang, portfolio));
    let contracts = words::contracts(lang, portfolio.clients.len());
    if parts.is_empty() {
        contracts
    } else {
        format!("{contracts}: {}", parts.join(", "))
    }
}
