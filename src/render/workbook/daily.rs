//! The days of all clients as one table, to filter, add up and pivot.

use anyhow::Result;
use rust_xlsxwriter::{Format, FormatAlign, RowNum, Table, TableColumn, TableStyle, Worksheet};

use super::sheet::{Cell, Look, Sheet, header_format};
use crate::lang::{Lang, say};
use crate::render::Context;
use crate::render::words::pick;
use crate::report::portfolio::Client;
use crate::report::statement::Statement;
use crate::report::timeline::{Entry, EntryKind};

/// Characters of each column.
const WIDTHS: [u8; 7] = [34, 48, 12, 20, 8, 12, 14];
/// The side that each column is set to.
const SIDES: [FormatAlign; 7] = {
    use FormatAlign::{Left, Right};
    [Left, Left, Left, Right, Left, Left, Left]
};
/// The rows that Excel has, but the head.
const MOST_ROWS: usize = 1_048_575;

/// The sheet of the days of `clients`, on `inner`, which may forget a row once the next has begun.
pub(super) fn sheet(
    inner: Worksheet,
    name: &str,
    clients: &[(&Client, &Statement)],
    context: &Context<'_>,
) -> Result<Worksheet> {
    let lang = context.lang();
    let mut sheet = Sheet::on(inner, name, lang)?;
    sheet.widths(&WIDTHS)?;
    let timelines: Vec<_> = clients
        .iter()
        .map(|(client, statement)| (*client, *statement, statement.timeline()))
        .collect();
    let rows: usize = timelines.iter().map(|(.., timeline)| timeline.len()).sum();
    if rows > MOST_ROWS {
        // A part of them would pass for the whole.
        let note = say!(
            lang,
            "{rows} linhas não cabem numa planilha, que só comporta {MOST_ROWS}: use -o dias.csv, ou --only para escolher alguns clientes.",
            "{rows} rows do not fit in a sheet, which holds {MOST_ROWS}: use -o days.csv, or --only to choose some clients."
        );
        sheet.cell(0, 0, Look::Doubtful, Cell::Text(&note))?;
        return Ok(sheet.inner);
    }
    let names = [
        pick(lang, "Cliente", "Client"),
        "Tenancy",
        pick(lang, "Data", "Date"),
        pick(lang, "Custo", "Cost"),
        pick(lang, "Moeda", "Currency"),
        pick(lang, "Tipo", "Kind"),
        pick(lang, "Estado", "EntryKind"),
    ];
    sheet.header(0, 0, names.len(), &names)?;
    if rows > 0 {
        let columns: Vec<TableColumn> = names
            .iter()
            .zip(SIDES)
            .map(|(name, side)| {
                TableColumn::new()
                    .set_header(*name)
                    .set_header_format(header_format().set_align(side))
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
    let mut row: RowNum = 1;
    for (client, statement, timeline) in &timelines {
        let formats = Formats::new(lang, statement);
        for entry in timeline {
            line(&mut sheet, row, client, statement, entry, &formats)?;
            row += 1;
        }
    }
    Ok(sheet.inner)
}

/// The formats of a client's rows.
struct Formats {
    text: Format,
    currency: Format,
    date: Format,
    cost: Format,
}

impl Formats {
    fn new(lang: Lang, statement: &Statement) -> Self {
        let format = |cell: Cell<'_>| Look::Plain.format(&cell.number_format(lang));
        Self {
            text: format(Cell::Empty),
            currency: format(Cell::Empty).set_indent(1),
            date: format(Cell::Date(None)).set_align(FormatAlign::Left),
            cost: format(Cell::Cost(None, statement.currency)),
        }
    }
}

fn line(
    sheet: &mut Sheet,
    row: RowNum,
    client: &Client,
    statement: &Statement,
    entry: &Entry<'_>,
    formats: &Formats,
) -> Result<()> {
    let currency = statement.currency;
    let cells = [
        (Cell::Text(&client.name), &formats.text),
        (
            client
                .tenancy
                .as_ref()
                .map_or(Cell::Empty, |t| Cell::Text(t)),
            &formats.text,
        ),
        (Cell::Date(Some(entry.day)), &formats.date),
        (Cell::Cost(entry.cost, currency), &formats.cost),
        (
            currency
                .as_ref()
                .map_or(Cell::Empty, |currency| Cell::Text(currency.code())),
            &formats.currency,
        ),
        (
            Cell::Text(kind(sheet.lang, statement, entry.kind)),
            &formats.text,
        ),
        (Cell::Text(state(sheet.lang, entry.kind)), &formats.text),
    ];
    for (column, (cell, format)) in (0..).zip(cells) {
        sheet.formatted(row, column, cell, format)?;
    }
    Ok(())
}

fn kind(lang: Lang, statement: &Statement, entry: EntryKind) -> &'static str {
    match entry.is_forecast() {
        false => pick(lang, "realizado", "booked"),
        true if statement.is_hypothetical() => pick(lang, "hipótese", "what if"),
        true => pick(lang, "previsto", "forecast"),
    }
}

fn state(lang: Lang, entry: EntryKind) -> &'static str {
    match entry {
        EntryKind::Before => pick(lang, "anterior", "before"),
        EntryKind::Settled => pick(lang, "consolidado", "settled"),
        EntryKind::Unknown => pick(lang, "sem informação", "no information"),
        EntryKind::Provisional | EntryKind::TopUp => pick(lang, "provisório", "provisional"),
        EntryKind::Future => pick(lang, "futuro", "future"),
    }
}
