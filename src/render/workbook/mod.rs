//! The workbook: the portfolio, a sheet for each client with the chart of its consumption, and the days
//! as a table. Its cells are values, never formulas; what came from outside is written as text.

mod client;
mod daily;
mod name;
mod sheet;
mod summary;

use anyhow::Result;
use chrono::{DateTime, SecondsFormat, Utc};
use rust_xlsxwriter::{DocProperties, IntoCustomDateTime, Workbook, Worksheet};

use super::words::pick;
use super::{Context, number};
use crate::lang::say;
use crate::report::portfolio::Portfolio;

/// Clients that have a sheet of their own: the first, worst first.
const MOST_SHEETS: usize = 200;

/// The workbook of `portfolio`.
pub(super) fn workbook(portfolio: &Portfolio, context: &Context<'_>) -> Result<Vec<u8>> {
    let lang = context.lang();
    let mut clients = portfolio.worst_first();
    clients.truncate(MOST_SHEETS);
    let (first, last) = (
        pick(lang, "Resumo", "Summary"),
        pick(lang, "Diário", "Daily"),
    );
    let names = clients.iter().map(|(client, _)| client.name.as_str());
    let names = name::sheet_names(lang, [first, last].into_iter().chain(names));
    let own = names.get(2..).unwrap_or_default();

    let mut book = Workbook::new();
    book.set_properties(&properties(context));
    book.push_worksheet(summary::sheet(first, portfolio, context, own)?);
    for ((client, statement), name) in clients.iter().zip(own) {
        book.push_worksheet(client::sheet(name, client, statement, context, first)?);
    }
    // A million days take a fifth of the memory if they wait on disk, in a file without a name.
    let many = book.new_worksheet_with_low_memory();
    let many = many.unwrap_or_else(|_| Worksheet::new());
    book.push_worksheet(daily::sheet(many, last, portfolio, context)?);
    Ok(book.save_to_buffer()?)
}

/// Returns the properties of the file: nothing of the machine, and its time is the report's.
fn properties(context: &Context<'_>) -> DocProperties {
    let as_of = number::day(context.lang(), context.as_of);
    DocProperties::new()
        .set_title(say! { context.lang(), "Carteira em {as_of}",
        "Portfolio as of {as_of}" })
        .set_comment(concat!("oci-consumo ", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(MadeAt(context.made_at.into()))
}

/// Time of the report.
struct MadeAt(DateTime<Utc>);

impl IntoCustomDateTime for MadeAt {
    fn utc_datetime(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
