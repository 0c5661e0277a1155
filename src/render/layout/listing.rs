//! Listings over all clients: the clients, their months, their days.

mod focus;

use super::client::{month_columns, month_rows};
use super::{Cell, Column, Listing};
use crate::form::TableKind;
use crate::lang::Lang;
use crate::render::Context;
use crate::render::explain::{self, Explanation};
use crate::render::words::{self, pick};
use crate::report::figures::{FIGURES, FIRST_RELEASED, Figure, FigureValue};
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;
use crate::report::timeline::EntryKind;

/// Column of the listing of clients.
#[derive(Clone, Copy)]
enum ColumnSource {
    Figure(&'static Figure),
    /// A part of the warnings or of the failure, by the column's key.
    Message(&'static str, [&'static str; 2]),
    Endpoint,
}

/// Columns for what the lists of warnings and failures say.
const MESSAGES: [ColumnSource; 5] = [
    ColumnSource::Message("avisos", ["Avisos", "Warnings"]),
    ColumnSource::Message("codigo", ["Código", "Code"]),
    ColumnSource::Message("mensagem", ["Mensagem", "Message"]),
    ColumnSource::Message("acao", ["O que fazer", "What to do"]),
    ColumnSource::Message("request_id", ["opc-request-id", "opc-request-id"]),
];

/// Returns the listing of `portfolio` that has a row for each of `table`.
pub(in crate::render) fn listing<'a>(
    portfolio: &'a Portfolio,
    context: &Context<'a>,
    table: TableKind,
) -> Listing<'a> {
    match table {
        TableKind::Clients => clients(portfolio, context),
        TableKind::Months => months(portfolio, context),
        TableKind::Days => days(portfolio, context),
        TableKind::Focus => focus::rows(portfolio, context),
    }
}

/// Returns the columns of the listing that has a row for each of `table`.
pub(in crate::render) fn columns(lang: Lang, table: TableKind) -> Vec<Column> {
    match table {
        TableKind::Clients => clients_columns(lang, &sources()),
        TableKind::Months => months_columns(lang),
        TableKind::Days => days_columns(lang),
        TableKind::Focus => focus::columns(),
    }
}

/// Returns the sources of the columns of clients. New figures come last, so that no released column changes its place.
fn sources() -> Vec<ColumnSource> {
    let (first, added) = FIGURES.split_at(FIRST_RELEASED);
    first
        .iter()
        .map(ColumnSource::Figure)
        .chain(MESSAGES)
        .chain([ColumnSource::Endpoint])
        .chain(added.iter().map(ColumnSource::Figure))
        .collect()
}

fn clients_columns(lang: Lang, sources: &[ColumnSource]) -> Vec<Column> {
    let columns = sources.iter().map(|source| match source {
        ColumnSource::Figure(figure) => Column::of(lang, figure),
        ColumnSource::Message(key, names) => Column::words(words::name(lang, *names)).key(key),
        ColumnSource::Endpoint => endpoint_column(),
    });
    columns.collect()
}

fn months_columns(lang: Lang) -> Vec<Column> {
    beside_client(
        client_columns(lang),
        month_columns(lang),
        currency_column(lang),
        endpoint_column(),
    )
}

fn days_columns(lang: Lang) -> Vec<Column> {
    let own = [
        Column::words(pick(lang, "Data", "Date")).key("data"),
        Column::figures(pick(lang, "Custo", "Cost")).key("custo"),
        Column::words(pick(lang, "Tipo", "Kind")).key("tipo"),
        Column::words(pick(lang, "Estado", "State")).key("estado"),
    ];
    beside_client(
        client_columns(lang),
        own,
        currency_column(lang),
        endpoint_column(),
    )
}

/// Puts the columns of a listing, or the cells of a row, into their order: client, period, amount, currency, the rest
/// of `own`, address.
fn beside_client<T, const N: usize>(
    client: [T; 2],
    own: [T; N],
    currency: T,
    endpoint: T,
) -> Vec<T> {
    let mut all: Vec<T> = client.into_iter().chain(own).chain([endpoint]).collect();
    all.insert(4, currency);
    all
}

/// Lists the clients, those that failed too.
fn clients<'a>(portfolio: &'a Portfolio, context: &Context<'a>) -> Listing<'a> {
    let lang = context.lang();
    let sources = sources();
    let columns = clients_columns(lang, &sources);
    let endpoint = endpoint(context);
    let rows = portfolio.clients.iter().map(move |client| {
        let failure = client.outcome.as_ref().err();
        let explanation = failure.map(|failure| explain::failure(lang, &client.file, failure));
        let cells = sources.iter().map(|source| match source {
            ColumnSource::Figure(figure) if figure.key == "situacao" && client.outcome.is_err() => {
                Cell::word("falhou", pick(lang, "Falhou", "Failed"))
            }
            ColumnSource::Figure(figure) => {
                let currency = client.statement().and_then(|statement| statement.currency);
                Cell::of(figure.value(client), currency)
            }
            ColumnSource::Message(key, _) => message(lang, client, explanation.as_ref(), key),
            ColumnSource::Endpoint => endpoint.clone(),
        });
        cells.collect()
    });
    Listing {
        columns,
        rows: Box::new(rows),
    }
}

/// Returns what the warnings or the failure of `client` say in the column of `key`; `explanation` is that of the
/// failure.
fn message<'a>(
    lang: Lang,
    client: &'a Client,
    explanation: Option<&Explanation>,
    key: &str,
) -> Cell<'a> {
    let text = |part: fn(&Explanation) -> &String| {
        explanation.map_or(Cell::Empty, |explanation| {
            Cell::label(part(explanation).clone())
        })
    };
    match &client.outcome {
        Ok(statement) if key == "avisos" && !statement.warnings.is_empty() => {
            let warnings = &statement.warnings;
            let codes: Vec<&str> = warnings.iter().map(|warning| warning.code()).collect();
            let sentences: Vec<String> = warnings
                .iter()
                .map(|warning| explain::warning(lang, statement.currency, warning))
                .collect();
            Cell::Word(codes.join(" ").into(), sentences.join(" · ").into())
        }
        Ok(_) => Cell::Empty,
        Err(failure) => match key {
            "codigo" => Cell::label(failure.problem.code()),
            "mensagem" => text(|explanation| &explanation.message),
            "acao" => text(|explanation| &explanation.remedy),
            "request_id" => failure
                .request_id
                .as_deref()
                .map_or(Cell::Empty, Cell::text),
            _ => Cell::Empty,
        },
    }
}

/// Lists the months of the clients with figures.
fn months<'a>(portfolio: &'a Portfolio, context: &Context<'a>) -> Listing<'a> {
    let lang = context.lang();
    let columns = months_columns(lang);
    let endpoint = endpoint(context);
    let rows = reported(portfolio).flat_map(move |(client, statement)| {
        let endpoint = endpoint.clone();
        month_rows(lang, statement).map(move |cells| {
            let currency = currency_cell(statement);
            beside_client(client_cells(client), cells, currency, endpoint.clone())
        })
    });
    Listing {
        columns,
        rows: Box::new(rows),
    }
}

/// Lists the days of the clients with figures, over the whole contract.
fn days<'a>(portfolio: &'a Portfolio, context: &Context<'a>) -> Listing<'a> {
    let lang = context.lang();
    let columns = days_columns(lang);
    let endpoint = endpoint(context);
    let rows = reported(portfolio).flat_map(move |(client, statement)| {
        let endpoint = endpoint.clone();
        statement.timeline().into_iter().map(move |entry| {
            let own = [
                Cell::date(Some(entry.day)),
                Cell::money(entry.cost, statement.currency),
                kind(lang, statement, entry.kind),
                state(lang, entry.kind),
            ];
            let currency = currency_cell(statement);
            beside_client(client_cells(client), own, currency, endpoint.clone())
        })
    });
    Listing {
        columns,
        rows: Box::new(rows),
    }
}

/// Returns the number of rows of the listing of days.
pub(in crate::render) fn count_days(portfolio: &Portfolio) -> usize {
    reported(portfolio)
        .map(|(_, statement)| statement.timeline().len())
        .sum()
}

fn reported(portfolio: &Portfolio) -> impl Iterator<Item = (&Client, &Statement)> {
    portfolio
        .clients
        .iter()
        .filter_map(|client| Some((client, client.statement()?)))
}

fn client_columns(lang: Lang) -> [Column; 2] {
    [
        Column::words(pick(lang, "Cliente", "Client")).key("cliente"),
        Column::words("Tenancy").key("tenancy"),
    ]
}

fn client_cells(client: &Client) -> [Cell<'_>; 2] {
    let tenancy = client.tenancy.as_deref();
    [
        Cell::text(&client.name),
        tenancy.map_or(Cell::Empty, Cell::text),
    ]
}

fn currency_column(lang: Lang) -> Column {
    Column::words(pick(lang, "Moeda", "Currency")).key("moeda")
}

fn currency_cell(statement: &Statement) -> Cell<'_> {
    Cell::of(statement.currency.map(FigureValue::Currency), None)
}

fn endpoint_column() -> Column {
    Column::words("Endpoint").key("endpoint")
}

/// Returns the cell of the address that answered instead of the service.
fn endpoint<'a>(context: &Context<'a>) -> Cell<'a> {
    match context.simulated {
        true => Cell::label("demo"),
        false => context.endpoint.map_or(Cell::Empty, Cell::text),
    }
}

fn kind(lang: Lang, statement: &Statement, entry: EntryKind) -> Cell<'static> {
    match entry.is_forecast() {
        false => Cell::word("realizado", pick(lang, "realizado", "booked")),
        true if statement.is_hypothetical() => {
            Cell::word("hipotese", pick(lang, "hipótese", "what if"))
        }
        true => Cell::word("previsto", pick(lang, "previsto", "forecast")),
    }
}

fn state(lang: Lang, entry: EntryKind) -> Cell<'static> {
    match entry {
        EntryKind::Before => Cell::word("anterior", pick(lang, "anterior", "before")),
        EntryKind::Settled => Cell::word("consolidado", pick(lang, "fechado", "final")),
        EntryKind::Unknown => Cell::word(
            "sem_informacao",
            pick(lang, "sem informação", "no information"),
        ),
        EntryKind::Provisional | EntryKind::TopUp => {
            Cell::word("provisorio", pick(lang, "parcial", "partial"))
        }
        EntryKind::Future => Cell::word("futuro", pick(lang, "futuro", "future")),
    }
}
