//! Booked days under the column names of FOCUS 1.2, the FinOps Open Cost and Usage Specification. The table has only
//! the columns that the service's daily sums can fill; the manual's page `files` gives the reason for each other one.

use super::{client_cells, currency_cell, endpoint, reported};
use crate::calendar::{midnight, plus_days};
use crate::render::Context;
use crate::render::layout::{Cell, Column, Listing};
use crate::report::portfolio::Portfolio;
use crate::report::timeline::EntryKind;

/// Names of the columns. The specification wants `x_` before a name of one's own.
const COLUMNS: [&str; 11] = [
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "EffectiveCost",
    "BillingCurrency",
    "ProviderName",
    "SubAccountId",
    "SubAccountType",
    "x_ClientName",
    "x_State",
    "x_Endpoint",
];

/// Returns the columns, which have the same names in every language.
pub(super) fn columns() -> Vec<Column> {
    let column = |name| match name {
        "EffectiveCost" => Column::figures(name).key(name),
        name => Column::words(name).key(name),
    };
    COLUMNS.into_iter().map(column).collect()
}

/// Lists the days with a known cost. The specification allows no empty cost, so that an unknown day has no row; the
/// opening balance has none, since it is no day's charge.
pub(super) fn rows<'a>(portfolio: &'a Portfolio, context: &Context<'a>) -> Listing<'a> {
    let endpoint = endpoint(context);
    let rows = reported(portfolio).flat_map(move |(client, statement)| {
        let endpoint = endpoint.clone();
        let entries = statement.timeline().into_iter();
        entries.filter_map(move |entry| {
            let state = match entry.kind {
                EntryKind::Settled => "Final",
                EntryKind::Provisional => "Partial",
                _ => return None,
            };
            let (cost, currency) = (entry.cost?, statement.currency?);
            let [name, tenancy] = client_cells(client);
            Some(vec![
                Cell::label(midnight(entry.day)),
                Cell::label(midnight(plus_days(entry.day, 1))),
                Cell::label("Usage"),
                Cell::money(Some(cost), Some(currency)),
                currency_cell(statement),
                Cell::label("Oracle"),
                tenancy,
                Cell::label("Tenancy"),
                name,
                Cell::label(state),
                endpoint.clone(),
            ])
        })
    });
    Listing {
        columns: columns(),
        rows: Box::new(rows),
    }
}
