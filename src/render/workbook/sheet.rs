//! A sheet that is filled from top to bottom: tables, sentences, number formats, and the one place where amounts
//! become the binary fractions that a spreadsheet computes with.

use std::borrow::Cow;

use anyhow::Result;
use chrono::Datelike as _;
use rust_xlsxwriter::utility::quote_sheet_name;
use rust_xlsxwriter::{
    ColNum, Color, ExcelDateTime, Format, FormatAlign, FormatBorder, RowNum, Url, Worksheet,
};

use crate::calendar::Day;
use crate::lang::Lang;
use crate::money::{Amount, Currency};
use crate::render::layout::{Cell, Column, Table, Tone};
use crate::render::words::pick;
use crate::render::wrap;
use crate::report::figures::FigureValue;

/// Decimals of a statement's amounts: the cent.
const CENT: u8 = 2;
/// Decimals of a day's cost, so that the days add up to the statement.
pub(super) const UNROUNDED: u8 = 10;
/// Decimals of the part of one that a percentage is: Excel keeps 15 digits.
const PART: u8 = 10;
/// Height of a line of text, in points.
const LINE: u32 = 15;
/// Longest text of a cell, in units of UTF-16.
const LONGEST: usize = 32_767;
/// Paper size A4, by Excel's number.
const A4: u8 = 9;

/// Appearance of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Style {
    tone: Tone,
    pattern: Cow<'static, str>,
    side: Alignment,
    linked: bool,
}

/// Alignment of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alignment {
    Left,
    /// Left, apart from the figures of the column before.
    Indented,
    Right,
}

/// A sheet, its language, and the row that comes next.
pub(super) struct Sheet {
    pub(super) inner: Worksheet,
    pub(super) lang: Lang,
    pub(super) row: RowNum,
    /// Decimals of amounts.
    pub(super) places: u8,
    /// Formats in use: one for each cell would take a minute and a gigabyte.
    formats: Vec<(Style, Format)>,
}

impl Sheet {
    /// Returns an empty sheet that prints on A4, one page wide.
    pub(super) fn new(name: &str, lang: Lang) -> Result<Self> {
        Self::on(Worksheet::new(), name, lang)
    }

    /// Wraps an existing worksheet as [`Self::new`] wraps a new one.
    pub(super) fn on(mut inner: Worksheet, name: &str, lang: Lang) -> Result<Self> {
        inner
            .set_name(name)?
            .set_landscape()
            .set_paper_size(A4)
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.4, 0.4, 0.4, 0.6, 0.3, 0.3)
            .set_footer("&L&A&R&P / &N");
        Ok(Self {
            inner,
            lang,
            row: 0,
            places: CENT,
            formats: Vec::new(),
        })
    }

    /// Sets the columns' widths in characters, from the first.
    pub(super) fn widths(&mut self, widths: &[u32]) -> Result<()> {
        for (column, width) in (0..).zip(widths) {
            self.inner.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// Leaves a row empty.
    pub(super) fn skip(&mut self) {
        self.row += 1;
    }

    /// Writes the title of the sheet.
    pub(super) fn title(&mut self, title: &str) -> Result<()> {
        let format = Format::new().set_bold().set_font_size(14);
        self.inner
            .write_string_with_format(self.row, 0, clean(title), &format)?
            .set_row_height(self.row, 22)?;
        self.skip();
        Ok(())
    }

    /// Makes a row as high as so many `lines`.
    pub(super) fn height(&mut self, row: RowNum, lines: u32) -> Result<()> {
        self.inner.set_row_height(row, LINE * lines)?;
        Ok(())
    }

    /// Writes the heading of a table or a list, below an empty row.
    pub(super) fn heading(&mut self, heading: &str) -> Result<()> {
        let format = Format::new().set_bold().set_font_size(12);
        self.skip();
        self.inner
            .write_string_with_format(self.row, 0, clean(heading), &format)?;
        self.skip();
        Ok(())
    }

    /// Writes a line of words.
    pub(super) fn line(&mut self, tone: Tone, words: &str) -> Result<()> {
        self.put(self.row, 0, false, tone, &Cell::label(words))?;
        self.skip();
        Ok(())
    }

    /// Writes the heads of `columns`, from `first` on, at `row`.
    pub(super) fn heads(&mut self, row: RowNum, first: ColNum, columns: &[Column]) -> Result<()> {
        for (column, head) in (first..).zip(columns) {
            let format = header_format(column, head.right);
            self.inner
                .write_string_with_format(row, column, &head.name, &format)?;
        }
        self.inner.set_row_height(row, LINE + 3)?;
        Ok(())
    }

    /// Writes the cells of `columns`, from `first` on, at `row`.
    pub(super) fn cells(
        &mut self,
        row: RowNum,
        first: ColNum,
        columns: &[Column],
        cells: &[Cell<'_>],
    ) -> Result<()> {
        for ((column, head), cell) in (first..).zip(columns).zip(cells) {
            let tone = match cell {
                Cell::Figure(FigureValue::Situation(situation), _) => Tone::of(*situation),
                _ => Tone::Plain,
            };
            self.put(row, column, head.right, tone, cell)?;
        }
        Ok(())
    }

    /// Writes `table` with its title, sums and notes.
    pub(super) fn table(&mut self, table: &Table<'_>) -> Result<()> {
        self.heading(&table.title)?;
        self.heads(self.row, 0, &table.columns)?;
        self.skip();
        for cells in &table.rows {
            self.cells(self.row, 0, &table.columns, cells)?;
            self.skip();
        }
        let last = ColNum::try_from(table.columns.len().saturating_sub(1))?;
        for (label, sum) in &table.sums {
            let label = Cell::label(label.as_str());
            self.put(self.row, 0, false, Tone::Strong, &label)?;
            self.put(self.row, last, true, Tone::Strong, sum)?;
            self.skip();
        }
        for note in &table.notes {
            self.line(Tone::Plain, note)?;
        }
        Ok(())
    }

    /// Writes `cell`, aligned `right` or left.
    pub(super) fn put(
        &mut self,
        row: RowNum,
        column: ColNum,
        right: bool,
        tone: Tone,
        cell: &Cell<'_>,
    ) -> Result<()> {
        let format = self.format(Style {
            tone,
            pattern: pattern(self.lang, cell),
            side: side(column, right),
            linked: false,
        });
        let (sheet, format) = (&mut self.inner, &self.formats[format].1);
        let part = |percent: &Amount| {
            let part = percent.over(&Amount::from(100));
            part.and_then(|part| number(&part, PART))
        };
        let day = match cell {
            Cell::Figure(FigureValue::Date(day), _) => Some(*day),
            Cell::Figure(FigureValue::Instant(instant), _) => Some(instant.date_naive()),
            Cell::Figure(FigureValue::Month(month), _) => Some(month.days().start),
            _ => None,
        };
        if let Some(day) = day {
            sheet.write_datetime_with_format(row, column, date(day)?, format)?;
            return Ok(());
        }
        let found = match cell {
            Cell::Empty | Cell::Unknown => None,
            Cell::Figure(FigureValue::Money(amount), _) => number(amount, self.places),
            Cell::Figure(FigureValue::Percent(percent), _) | Cell::Change(percent) => part(percent),
            Cell::Figure(FigureValue::Chance(chance), _) => part(&Amount::from(*chance)),
            Cell::Figure(FigureValue::Count(count), _) | Cell::DaysOf(count, _) => {
                Some((*count).into())
            }
            words => {
                let words = words.shown(self.lang);
                sheet.write_string_with_format(row, column, clean(&words), format)?;
                None
            }
        };
        if let Some(found) = found {
            sheet.write_number_with_format(row, column, found, format)?;
        }
        Ok(())
    }

    /// Writes words that lead to the sheet called `target`.
    pub(super) fn link(
        &mut self,
        row: RowNum,
        column: ColNum,
        words: &str,
        target: &str,
    ) -> Result<()> {
        let format = self.format(Style {
            tone: Tone::Plain,
            pattern: Cow::Borrowed("General"),
            side: side(column, false),
            linked: true,
        });
        let url = format!("internal:{}!A1", quote_sheet_name(target));
        let url = Url::new(url).set_text(clean(words));
        self.inner
            .write_url_with_format(row, column, url, &self.formats[format].1)?;
        Ok(())
    }

    /// Writes a text over the columns from `first` to `last`, `width` characters wide, as high as it needs.
    pub(super) fn paragraph(
        &mut self,
        (first, last, width): (ColNum, ColNum, usize),
        text: &str,
    ) -> Result<()> {
        let format = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Left)
            .set_align(FormatAlign::Top);
        self.inner
            .merge_range(self.row, first, self.row, last, &clean(text), &format)?;
        let lines = u32::try_from(wrap::wrap(text, width).len()).unwrap_or(1);
        self.inner.set_row_height(self.row, LINE * lines)?;
        self.skip();
        Ok(())
    }

    /// Returns the index of the format of `style`.
    fn format(&mut self, style: Style) -> usize {
        let known = self.formats.iter().position(|(known, _)| *known == style);
        known.unwrap_or_else(|| {
            let format = style.format();
            self.formats.push((style, format));
            self.formats.len() - 1
        })
    }
}

impl Style {
    fn format(&self) -> Format {
        let format = aligned(Format::new(), self.side)
            .set_align(FormatAlign::Top)
            .set_num_format(&*self.pattern);
        let format = match self.tone {
            Tone::Plain => format,
            Tone::Strong => format.set_bold(),
            Tone::Bad => format.set_font_color(Color::RGB(0x00C0_0000)),
            Tone::Doubtful => format.set_font_color(Color::RGB(0x009C_5700)),
            Tone::Good => format.set_font_color(Color::RGB(0x0000_6100)),
        };
        match self.linked {
            true => format.set_hyperlink(),
            false => format,
        }
    }
}

fn side(column: ColNum, right: bool) -> Alignment {
    match (right, column) {
        (true, _) => Alignment::Right,
        (false, 0) => Alignment::Left,
        (false, _) => Alignment::Indented,
    }
}

fn aligned(format: Format, side: Alignment) -> Format {
    match side {
        Alignment::Left => format.set_align(FormatAlign::Left),
        Alignment::Indented => format.set_align(FormatAlign::Left).set_indent(1),
        Alignment::Right => format.set_align(FormatAlign::Right),
    }
}

/// Returns the format of the head of a column, aligned `right` or left.
pub(super) fn header_format(column: ColNum, right: bool) -> Format {
    aligned(Format::new(), side(column, right))
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00DD_E6F0))
        .set_border_bottom(FormatBorder::Thin)
}

/// Returns the number format of `cell`.
fn pattern(lang: Lang, cell: &Cell<'_>) -> Cow<'static, str> {
    Cow::Borrowed(match cell {
        Cell::Figure(FigureValue::Money(_), currency) => return money_format(*currency),
        Cell::Figure(FigureValue::Percent(_), _) => "0.0%",
        Cell::Change(_) => "+0.0%;-0.0%;0.0%",
        Cell::Figure(FigureValue::Chance(_), _) => "0%",
        Cell::Figure(FigureValue::Date(_) | FigureValue::Instant(_), _) => {
            pick(lang, "dd/mm/yyyy", "yyyy-mm-dd")
        }
        Cell::Figure(FigureValue::Month(_), _) => month_format(lang),
        Cell::Figure(FigureValue::Count(_), _) | Cell::DaysOf(..) => "0",
        _ => "General",
    })
}

/// Returns the number format of a month.
pub(super) fn month_format(lang: Lang) -> &'static str {
    pick(lang, "mm/yyyy", "yyyy-mm")
}

/// An amount as its currency's people write it: `R$ 1.234,56`, with the reader's own separators.
fn money_format(currency: Option<Currency>) -> Cow<'static, str> {
    let Some(currency) = currency else {
        return Cow::Borrowed("#,##0.00");
    };
    let symbol = match currency.code() {
        "BRL" => "R$-416",
        "USD" => "US$-409",
        "EUR" => "€-2",
        code => code,
    };
    let decimals = if currency.places() > 0 { ".00" } else { "" };
    format!("[${symbol}] #,##0{decimals}").into()
}

/// The nearest binary fraction, of the exact decimal rounded first: what Excel stores. With cents it
/// is the amount itself, as shown and read back, below ninety trillion (2^53 cents).
fn number(amount: &Amount, places: u8) -> Option<f64> {
    amount.rounded(places).to_string().parse().ok()
}

fn date(day: Day) -> Result<ExcelDateTime> {
    let year = u16::try_from(day.year())?;
    Ok(ExcelDateTime::from_ymd(
        year,
        u8::try_from(day.month())?,
        u8::try_from(day.day())?,
    )?)
}

/// `text` as a cell holds it: no longer than Excel takes, a character having two units at most, and without characters
/// that XML 1.0 forbids, even escaped.
pub(super) fn clean(text: &str) -> String {
    let legal = |c| match c {
        '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'.. => c,
        _ => '\u{FFFD}',
    };
    text.chars().take(LONGEST / 2).map(legal).collect()
}
