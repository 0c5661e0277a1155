//! Listings as CSV, for spreadsheets and programs.
//!
//! UTF-8, a header line, lines that end in LF, and quotation marks as RFC 4180 has them. A text with the separator of
//! either style is quoted, so that none falls apart, and into a formula, in a spreadsheet that expects the other. The
//! crate `csv` quotes whole tables by one rule, which would quote decimal commas, too: texts are quoted here.

use std::borrow::Cow;

use anyhow::Result;
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::Context;
use super::layout::listing::listing;
use super::layout::{Cell, Column};
use crate::form::CsvStyle;
use crate::lang::Lang;
use crate::money::Amount;
use crate::report::figures::FigureValue;
use crate::report::portfolio::Portfolio;

/// Mark by which Excel knows that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
/// Most decimals of an exact amount: those of a division.
const PLACES: u8 = 10;
/// Decimals of a percentage, and of an amount without a currency, for readers.
const ROUNDED: u8 = 2;

/// Returns the table of `portfolio` that `context` asks for.
///
/// # Errors
/// No error is possible: the table is written to memory.
pub(super) fn table(portfolio: &Portfolio, context: &Context<'_>) -> Result<String> {
    let listing = listing(portfolio, context, context.view.table);
    let mut sheet = CsvTable::new(context.view.csv_style, context.lang());
    sheet.head(&listing.columns)?;
    for row in listing.rows {
        sheet.row(&row)?;
    }
    sheet.into_text()
}

/// A table that grows row by row.
struct CsvTable {
    writer: Writer<Vec<u8>>,
    style: CsvStyle,
    lang: Lang,
}

impl CsvTable {
    fn new(style: CsvStyle, lang: Lang) -> Self {
        let (mark, separator) = match style {
            CsvStyle::Standard => ("", b','),
            CsvStyle::ExcelBr | CsvStyle::Br => (BYTE_ORDER_MARK, b';'),
        };
        let writer = WriterBuilder::new()
            .delimiter(separator)
            .quote_style(QuoteStyle::Never)
            .terminator(Terminator::Any(b'\n'))
            .from_writer(mark.as_bytes().to_vec());
        Self {
            writer,
            style,
            lang,
        }
    }

    fn head(&mut self, columns: &[Column]) -> Result<()> {
        let names = columns.iter().map(|column| match self.style {
            CsvStyle::Standard | CsvStyle::Br => column.key,
            CsvStyle::ExcelBr => &column.name,
        });
        let names = names.map(|name| written(name).into_owned());
        Ok(self.writer.write_record(names)?)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let texts = cells.iter().map(|cell| match self.style {
            CsvStyle::Standard => exact(cell),
            CsvStyle::Br => with_comma(cell, exact(cell)),
            CsvStyle::ExcelBr => with_comma(cell, rounded(cell, self.lang)),
        });
        let texts: Vec<String> = texts.collect();
        Ok(self.writer.write_record(texts)?)
    }

    fn into_text(self) -> Result<String> {
        Ok(String::from_utf8(self.writer.into_inner()?)?)
    }
}

/// Text of `cell` for programs: exact amounts, codes, nothing where a figure is not known.
fn exact(cell: &Cell<'_>) -> String {
    match cell.machine() {
        None => String::new(),
        Some(FigureValue::Money(amount) | FigureValue::Percent(amount)) => {
            amount.rounded(PLACES).to_string()
        }
        Some(FigureValue::Text(text)) => written(&text).into_owned(),
        Some(value) => value.machine().into_owned(),
    }
}

/// Text of `cell` for readers: rounded amounts, labels, nothing where a figure is not known.
fn rounded(cell: &Cell<'_>, lang: Lang) -> String {
    match cell {
        Cell::Figure(FigureValue::Money(amount), currency) => fixed(
            amount,
            currency.map_or(ROUNDED, |currency| currency.places()),
        ),
        Cell::Figure(FigureValue::Percent(percent), _) | Cell::Change(percent) => {
            fixed(percent, ROUNDED)
        }
        Cell::Empty | Cell::Unknown | Cell::Instead(_) | Cell::DaysOf(..) => exact(cell),
        cell => written(&cell.shown(lang)).into_owned(),
    }
}

/// `amount` with exactly `places` decimals.
fn fixed(amount: &Amount, places: u8) -> String {
    let text = amount.rounded(places).to_string();
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    let point = if decimals == 0 && places > 0 { "." } else { "" };
    let zeros = "0".repeat(usize::from(places) - decimals);
    format!("{text}{point}{zeros}")
}

/// `text` of `cell` with a decimal comma, if it is an amount or a percentage.
fn with_comma(cell: &Cell<'_>, text: String) -> String {
    match cell.machine() {
        Some(FigureValue::Money(_) | FigureValue::Percent(_)) => text.replace('.', ","),
        _ => text,
    }
}

/// `text` as a cell: no spreadsheet runs it for a formula, and none takes a sign of it for a separator. The wide forms
/// of a formula's first sign count as the narrow ones in some spreadsheets.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let apostrophe = if runs { "'" } else { "" };
    if text.contains(['"', ',', ';', '\t', '\r', '\n']) {
        let doubled = text.replace('"', "\"\"");
        format!("\"{apostrophe}{doubled}\"").into()
    } else if runs {
        format!("{apostrophe}{text}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn table_of(style: CsvStyle, cell: Cell<'_>) -> String {
        let mut sheet = CsvTable::new(style, Lang::PtBr);
        sheet.row(&[cell, Cell::Empty]).unwrap();
        sheet.into_text().unwrap()
    }

    #[test]
    fn texts_neither_run_nor_fall_apart() {
        for (text, found) in [
            ("Padaria", "Padaria"),
            ("Pão & Cia", "Pão & Cia"),
            ("=1+1", "'=1+1"),
            ("+55 11", "'+55 11"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\t=1", "\"'\t=1\""),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("a;=1", "\"a;=1\""),
            ("a,=1", "\"a,=1\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
        ] {
            for (style, mark, separator) in [
                (CsvStyle::Standard, "", ','),
                (CsvStyle::Br, BYTE_ORDER_MARK, ';'),
                (CsvStyle::ExcelBr, BYTE_ORDER_MARK, ';'),
            ] {
                let expected = format!("{mark}{found}{separator}\n");
                assert_eq!(table_of(style, Cell::text(text)), expected, "{text}");
            }
        }
    }

    #[test]
    fn each_style_has_its_decimals_and_every_amount_its_sign() {
        for (amount, standard, brazilian, excel) in [
            ("1234.5", "1234.5", "1234,5", "1234,50"),
            ("-0.00000000005", "-0.0000000001", "-0,0000000001", "0,00"),
            ("1e3", "1000", "1000", "1000,00"),
            ("0.00000000004", "0", "0", "0,00"),
            ("-0.125", "-0.125", "-0,125", "-0,13"),
        ] {
            let amount = Amount::parse(amount).unwrap();
            let cell = |code| Cell::money(Some(&amount), Currency::parse(code));
            let standard = format!("{standard},\n");
            assert_eq!(table_of(CsvStyle::Standard, cell("BRL")), standard);
            for (style, found) in [(CsvStyle::Br, brazilian), (CsvStyle::ExcelBr, excel)] {
                let expected = format!("{BYTE_ORDER_MARK}{found};\n");
                assert_eq!(table_of(style, cell("BRL")), expected);
            }
        }
        let amount = Amount::parse("1234.5").unwrap();
        let yen = Cell::money(Some(&amount), Currency::parse("JPY"));
        assert_eq!(table_of(CsvStyle::ExcelBr, yen), "\u{FEFF}1235;\n");
    }
}
