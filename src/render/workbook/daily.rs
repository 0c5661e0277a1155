//! The days of all clients as one table, to filter, add up and pivot.

use anyhow::Result;
use rust_xlsxwriter::{Format, FormatAlign, RowNum, Table, TableColumn, TableStyle, Worksheet};

use super::sheet::{CENT, Look, Sheet, UNROUNDED, header_format, number_format};
use crate::form::TableKind;
use crate::lang::say;
use crate::render::Context;
use crate::render::layout::Cell;
use crate::render::layout::listing::{count_days, listing};
use crate::render::words::pick;
use crate::report::figures::Value;
use crate::report::portfolio::Portfolio;

/// Characters of each column; the listing's last column, the endpoint, is left out.
const WIDTHS: [u8; 7] = [34, 48, 12, 20, 8, 12, 14];
/// The rows that Excel has, but the head.
const MOST_ROWS: usize = 1_048_575;

/// The sheet of the days of `portfolio`, on `inner`, which may forget a row once the next has begun.
pub(super) fn sheet(
    inner: Worksheet,
    name: &str,
    portfolio: &Portfolio,
    context: &Context<'_>,
) -> Result<Worksheet> {
    let lang = context.lang();
    let mut sheet = Sheet::on(inner, name, lang)?;
    sheet.widths(&WIDTHS)?;
    let rows = count_days(portfolio);
    if rows > MOST_ROWS {
        // A part of them would pass for the whole.
        let note = say!(
            lang,
            "{rows} linhas não cabem numa planilha, que só comporta {MOST_ROWS}: use --table days -o dias.csv, ou --only para escolher alguns clientes.",
            "{rows} rows do not fit in a sheet, which holds {MOST_ROWS}: use --table days -o days.csv, or --only to choose some clients."
        );
        sheet.cell(0, 0, Look::Doubtful, &Cell::label(note))?;
        return Ok(sheet.inner);
    }
    let listing = listing(portfolio, context, TableKind::Days);
    let columns = &listing.columns[..WIDTHS.len()];
    let heads = columns.iter().map(|column| {
        let side = match column.right {
            true => FormatAlign::Right,
            false => FormatAlign::Left,
        };
        (column.name.as_str(), header_format().set_align(side))
    });
    for (column, (name, format)) in (0..).zip(heads.clone()) {
        sheet
            .inner
            .write_string_with_format(0, column, name, &format)?;
    }
    if rows > 0 {
        let columns: Vec<TableColumn> = heads
            .map(|(name, format)| {
                TableColumn::new()
                    .set_header(name)
                    .set_header_format(format)
            })
            .collect();
        let table = Table::new()
            .set_name(pick(lang, "Dias", "Days"))
            .set_style(TableStyle::Light1)
            .set_columns(&columns);
        sheet
            .inner
            .add_table(0, 0, RowNum::try_from(rows)?, 6, &table)?;
    }
    sheet.inner.set_freeze_panes(1, 0)?;
    sheet.inner.set_repeat_rows(0, 0)?;
    // A format for each kind of cell: one for every cell would take a minute and a gigabyte.
    let mut formats: Vec<(String, Format)> = Vec::new();
    for (row, cells) in (1..).zip(listing.rows) {
        for (column, cell) in (0..).zip(&cells[..WIDTHS.len()]) {
            let pattern = number_format(lang, cell);
            let known = formats.iter().position(|(known, _)| *known == pattern);
            let known = known.unwrap_or_else(|| {
                let format = Look::Plain.format(&pattern);
                let date = matches!(cell, Cell::Figure(Value::Date(_), _));
                let format = match date {
                    true => format.set_align(FormatAlign::Left),
                    false => format,
                };
                formats.push((pattern, format));
                formats.len() - 1
            });
            let places = match cell {
                Cell::Figure(Value::Money(_), _) => UNROUNDED,
                _ => CENT,
            };
            let format = &formats[known].1;
            sheet.formatted(row, column, cell, places, format)?;
        }
    }
    Ok(sheet.inner)
}
