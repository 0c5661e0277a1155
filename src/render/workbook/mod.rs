//! The report as a workbook for a spreadsheet: the portfolio, a sheet for each client, and the days
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
use crate::report::portfolio::{Client, Portfolio};

/// Clients up to which each has a sheet of its own.
const MOST_SHEETS: usize = 30;

/// The workbook of `portfolio`.
pub(super) fn workbook(portfolio: &Portfolio, context: &Context<'_>) -> Result<Vec<u8>> {
    let lang = context.lang();
    let reported: Vec<_> = portfolio
        .clients
        .iter()
        .filter_map(|client: &Client| Some((client, client.statement()?)))
        .collect();
    let own = if reported.len() <= MOST_SHEETS {
        &reported[..]
    } else {
        &[]
    };
    let (first, last) = (
        pick(lang, "Resumo", "Summary"),
        pick(lang, "Diário", "Daily"),
    );
    let clients = own.iter().map(|(client, _)| client.name.as_str());
    let names = name::sheet_names(lang, [first, last].into_iter().chain(clients));

    let mut book = Workbook::new();
    book.set_properties(&properties(context));
    let left_out = (own.len() < reported.len()).then_some(MOST_SHEETS);
    book.push_worksheet(summary::sheet(first, portfolio, context, left_out)?);
    for ((client, statement), name) in own.iter().zip(names.iter().skip(2)) {
        book.push_worksheet(client::sheet(name, client, statement, context)?);
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
        .set_title(say!(
            context.lang(),
            "Carteira em {as_of}",
            "Portfolio as of {as_of}"
        ))
        .set_comment(concat!("oci-consumo ", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(Made(context.made_at.into()))
}

/// Time of the report.
struct Made(DateTime<Utc>);

impl IntoCustomDateTime for Made {
    fn utc_datetime(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
