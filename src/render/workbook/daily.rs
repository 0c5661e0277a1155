//! The days of all clients as one table, to filter, add up and pivot.

use anyhow::Result;
use rust_xlsxwriter::{ColNum, RowNum, Table, TableColumn, TableStyle, Worksheet};

use super::sheet::{Sheet, UNROUNDED, header_format};
use crate::form::TableKind;
use crate::lang::say;
use crate::render::Context;
use crate::render::layout::Tone;
use crate::render::layout::listing::{count_days, listing};
use crate::render::words::pick;
use crate::report::portfolio::Portfolio;

/// Characters of each column; the listing's last column, the endpoint, is left out.
const WIDTHS: [u32; 7] = [34, 48, 12, 20, 8, 12, 16];
/// Last column.
const LAST: ColNum = 6;
/// Rows of a sheet, without the head.
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
    sheet.places = UNROUNDED;
    sheet.widths(&WIDTHS)?;
    // A workbook that is printed whole leaves its hundreds of pages of days out, but for the head.
    sheet.inner.set_print_area(0, 0, 0, LAST)?;
    let rows = count_days(portfolio);
    if rows > MOST_ROWS {
        // A part of them would pass for the whole.
        let note = say! { lang, "{rows} linhas não cabem numa planilha, que só comporta {MOST_ROWS}: use --table days -o dias.csv, ou --only para escolher alguns clientes.",
        "{rows} rows do not fit in a sheet, which holds {MOST_ROWS}: use --table days -o days.csv, or --only to choose some clients." };
        sheet.line(Tone::Doubtful, &note)?;
        return Ok(sheet.inner);
    }
    let listing = listing(portfolio, context, TableKind::Days);
    let columns = &listing.columns[..WIDTHS.len()];
    sheet.heads(0, 0, columns)?;
    if rows > 0 {
        let heads = (0..).zip(columns).map(|(column, head)| {
            TableColumn::new()
                .set_header(&head.name)
                .set_header_format(header_format(column, head.right))
        });
        let table = Table::new()
            .set_name(pick(lang, "Dias", "Days"))
            .set_style(TableStyle::Light1)
            .set_columns(&heads.collect::<Vec<_>>());
        let rows = RowNum::try_from(rows)?;
        sheet.inner.add_table(0, 0, rows, LAST, &table)?;
    }
    sheet.inner.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    for (row, cells) in (1..).zip(listing.rows) {
        sheet.cells(row, 0, columns, &cells)?;
    }
    Ok(sheet.inner)
}
