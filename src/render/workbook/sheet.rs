//! A sheet that is filled cell by cell: number formats, looks, and the one place where amounts
//! become the binary fractions that a spreadsheet reckons with.

use anyhow::Result;
use chrono::Datelike as _;
use rust_xlsxwriter::{
    ColNum, Color, ExcelDateTime, Format, FormatAlign, FormatBorder, RowNum, Worksheet,
};

use crate::calendar::Day;
use crate::lang::Lang;
use crate::money::{Amount, Currency};
use crate::render::layout::{Cell, Table, Tone};
use crate::render::{table, words};
use crate::report::figures::Value;

/// Decimals of a statement's amounts: the cent.
pub(super) const CENT: u8 = 2;
/// Decimals of a day's cost, so that the days add up to the statement.
pub(super) const UNROUNDED: u8 = 10;
/// The height of a line of text.
const LINE: u32 = 15;
/// The most that a cell holds, in the units of UTF-16.
const LONGEST: usize = 32_767;
/// The paper, of those that Excel numbers: A4.
const A4: u8 = 9;

/// The appearance of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    /// A total, a name.
    Strong,
    /// A trouble, in red.
    Bad,
    /// A doubt, in brown.
    Doubtful,
    /// A good situation, in green.
    Good,
}

/// A sheet and its language.
pub(super) struct Sheet {
    pub(super) inner: Worksheet,
    pub(super) lang: Lang,
}

impl Sheet {
    /// An empty sheet that prints on A4, as wide as the page.
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
        Ok(Self { inner, lang })
    }

    /// Columns by their widths in characters, from the first.
    pub(super) fn widths(&mut self, widths: &[u8]) -> Result<()> {
        for (column, width) in (0..).zip(widths) {
            self.inner.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// Writes the title of the sheet.
    pub(super) fn title(&mut self, row: RowNum, title: &str) -> Result<()> {
        let format = Format::new().set_bold().set_font_size(14);
        self.inner
            .write_string_with_format(row, 0, within(title), &format)?;
        self.inner.set_row_height(row, 22)?;
        Ok(())
    }

    /// Writes the heading of a table.
    pub(super) fn heading(&mut self, row: RowNum, column: ColNum, heading: &str) -> Result<()> {
        let format = Format::new().set_bold().set_font_size(12);
        self.inner
            .write_string_with_format(row, column, within(heading), &format)?;
        Ok(())
    }

    /// The names of columns; all but the first `words` are of figures and set to the right.
    pub(super) fn header(
        &mut self,
        row: RowNum,
        column: ColNum,
        words: usize,
        names: &[&str],
    ) -> Result<()> {
        self.inner.set_row_height(row, LINE + 3)?;
        for (n, (column, name)) in (column..).zip(names).enumerate() {
            let side = if n < words {
                FormatAlign::Left
            } else {
                FormatAlign::Right
            };
            let format = header_format().set_align(side);
            self.inner
                .write_string_with_format(row, column, *name, &format)?;
        }
        Ok(())
    }

    /// Writes a table at `row`, with its title, sums and notes, and returns the row after it.
    pub(super) fn table(&mut self, mut row: RowNum, table: &Table<'_>) -> Result<RowNum> {
        self.heading(row, 0, &table.title)?;
        row += 1;
        for (column, head) in (0..).zip(&table.columns) {
            self.header(row, column, usize::from(!head.right), &[&head.name])?;
        }
        row += 1;
        for cells in &table.rows {
            self.row(row, 0, Look::Plain, cells)?;
            row += 1;
        }
        let last = ColNum::try_from(table.columns.len().saturating_sub(1))?;
        for (label, sum) in &table.sums {
            self.cell(row, 0, Look::Strong, &Cell::label(label.as_str()))?;
            self.cell(row, last, Look::Strong, sum)?;
            row += 1;
        }
        for note in &table.notes {
            self.cell(row, 0, Look::Plain, &Cell::label(note.as_str()))?;
            row += 1;
        }
        Ok(row)
    }

    /// Cells side by side.
    pub(super) fn row(
        &mut self,
        row: RowNum,
        column: ColNum,
        look: Look,
        cells: &[Cell<'_>],
    ) -> Result<()> {
        for (column, cell) in (column..).zip(cells) {
            self.cell(row, column, look, cell)?;
        }
        Ok(())
    }

    /// Writes one cell.
    pub(super) fn cell(
        &mut self,
        row: RowNum,
        column: ColNum,
        look: Look,
        cell: &Cell<'_>,
    ) -> Result<()> {
        let mut format = look.format(&number_format(self.lang, cell));
        match cell {
            Cell::Figure(Value::Month(_), _) => format = format.set_align(FormatAlign::Left),
            Cell::Instead(_) => format = format.set_align(FormatAlign::Right),
            _ => {}
        }
        self.formatted(row, column, cell, CENT, &format)
    }

    /// Writes one cell in an existing format, for sheets of many cells; amounts are rounded to `places`.
    pub(super) fn formatted(
        &mut self,
        row: RowNum,
        column: ColNum,
        cell: &Cell<'_>,
        places: u8,
        format: &Format,
    ) -> Result<()> {
        let sheet = &mut self.inner;
        let hundredth = |percent: &Amount| {
            let part = percent.over(&Amount::from(100));
            part.and_then(|part| number(&part, UNROUNDED))
        };
        let found = match cell {
            Cell::Empty | Cell::Unknown => return Ok(()),
            Cell::Figure(Value::Money(amount), _) => number(amount, places),
            Cell::Figure(Value::Percent(percent), _) | Cell::Change(percent) => hundredth(percent),
            Cell::Figure(Value::Chance(chance), _) => hundredth(&Amount::from(*chance)),
            Cell::Figure(Value::Count(count), _) | Cell::DaysOf(count, _) => Some((*count).into()),
            Cell::Figure(Value::Date(day), _) => {
                sheet.write_datetime_with_format(row, column, date(*day)?, format)?;
                return Ok(());
            }
            Cell::Figure(Value::Instant(instant), _) => {
                let day = date(instant.date_naive())?;
                sheet.write_datetime_with_format(row, column, day, format)?;
                return Ok(());
            }
            Cell::Figure(Value::Month(month), _) => {
                let first = date(month.days().start)?;
                sheet.write_datetime_with_format(row, column, first, format)?;
                return Ok(());
            }
            words => {
                let words = words.shown(self.lang);
                sheet.write_string_with_format(row, column, within(&words), format)?;
                return Ok(());
            }
        };
        if let Some(found) = found {
            sheet.write_number_with_format(row, column, found, format)?;
        }
        Ok(())
    }

    /// A text over the columns from `first` to `last`, `width` characters wide, as high as it needs.
    pub(super) fn paragraph(
        &mut self,
        row: RowNum,
        (first, last, width): (ColNum, ColNum, usize),
        text: &str,
    ) -> Result<()> {
        let format = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Left)
            .set_align(FormatAlign::Top);
        self.inner
            .merge_range(row, first, row, last, within(text), &format)?;
        let lines = u32::try_from(table::wrap(text, width).len()).unwrap_or(1);
        self.inner.set_row_height(row, LINE * lines)?;
        Ok(())
    }
}

/// Returns the number format of `cell` for a spreadsheet.
pub(super) fn number_format(lang: Lang, cell: &Cell<'_>) -> String {
    match cell {
        Cell::Figure(Value::Money(_), currency) => money_format(*currency),
        Cell::Figure(Value::Percent(_), _) => "0.0%".to_owned(),
        Cell::Change(_) => "+0.0%;-0.0%;0.0%".to_owned(),
        Cell::Figure(Value::Chance(_), _) => "0%".to_owned(),
        Cell::Figure(Value::Date(_) | Value::Instant(_), _) => date_format(lang).to_owned(),
        Cell::Figure(Value::Month(_), _) => month_format(lang).to_owned(),
        Cell::Figure(Value::Count(_), _) | Cell::DaysOf(..) => "0".to_owned(),
        _ => "General".to_owned(),
    }
}

/// Returns the number format of a day.
pub(super) fn date_format(lang: Lang) -> &'static str {
    words::pick(lang, "dd/mm/yyyy", "yyyy-mm-dd")
}

/// Returns the number format of a month.
pub(super) fn month_format(lang: Lang) -> &'static str {
    words::pick(lang, "mm/yyyy", "yyyy-mm")
}

impl Look {
    /// Returns the appearance of a tone.
    pub(super) fn of(tone: Tone) -> Self {
        match tone {
            Tone::Plain => Self::Plain,
            Tone::Good => Self::Good,
            Tone::Doubtful => Self::Doubtful,
            Tone::Bad => Self::Bad,
        }
    }

    /// The format of a cell that looks so.
    pub(super) fn format(self, number_format: &str) -> Format {
        let format = Format::new().set_num_format(number_format);
        match self {
            Self::Plain => format,
            Self::Strong => format.set_bold(),
            Self::Bad => format.set_font_color(Color::RGB(0x00C0_0000)),
            Self::Doubtful => format.set_font_color(Color::RGB(0x009C_5700)),
            Self::Good => format.set_font_color(Color::RGB(0x0000_6100)),
        }
    }
}

/// Two lines high, for the longer names of columns.
pub(super) const TWO_LINES: u32 = 2 * LINE;

/// Returns the format of a table's head.
pub(super) fn header_format() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00DD_E6F0))
        .set_border_bottom(FormatBorder::Thin)
}

/// An amount as its currency's people write it: `R$ 1.234,56`, with the reader's own separators.
pub(super) fn money_format(currency: Option<Currency>) -> String {
    let Some(currency) = currency else {
        return "#,##0.00".to_owned();
    };
    let symbol = match currency.code() {
        "BRL" => "R$-416",
        "USD" => "US$-409",
        "EUR" => "€-2",
        code => code,
    };
    let decimals = if currency.places() > 0 { ".00" } else { "" };
    format!("[${symbol}] #,##0{decimals}")
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

/// Cuts a text to the length that a cell holds, whatever its characters: one has two units at most.
fn within(text: &str) -> &str {
    match text.char_indices().nth(LONGEST / 2) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
