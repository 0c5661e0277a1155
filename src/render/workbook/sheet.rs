//! A sheet that is filled cell by cell: number formats, looks, and the one place where amounts
//! become the binary fractions that a spreadsheet reckons with.

use anyhow::Result;
use chrono::Datelike as _;
use rust_xlsxwriter::{
    ColNum, Color, ExcelDateTime, Format, FormatAlign, FormatBorder, RowNum, Worksheet,
};

use crate::calendar::{Day, Month};
use crate::lang::Lang;
use crate::money::{Amount, Currency};
use crate::render::{table, words};
use crate::report::figures::Value;
use crate::report::statement::Situation;

/// Decimals of a statement's amounts: the cent.
const CENT: u8 = 2;
/// Decimals of a day's cost, so that the days add up to the statement.
const UNROUNDED: u8 = 10;
/// The height of a line of text.
const LINE: u32 = 15;
/// The most that a cell holds, in the units of UTF-16.
const LONGEST: usize = 32_767;
/// The paper, of those that Excel numbers: A4.
const A4: u8 = 9;

/// The content of a cell; empty if there is no figure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    Empty,
    Text(&'a str),
    /// Text in place of a figure.
    Answer(&'a str),
    /// Amount in its currency, shown to the cent.
    Money(Option<&'a Amount>, Option<Currency>),
    /// Amount in its currency, shown to ten places.
    Cost(Option<&'a Amount>, Option<Currency>),
    /// Percentage with decimals.
    Percent(Option<&'a Amount>),
    /// Percentage without decimals.
    Chance(u32),
    Date(Option<Day>),
    Month(Month),
    Count(u32),
}

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

    /// Cells side by side.
    pub(super) fn row(
        &mut self,
        row: RowNum,
        column: ColNum,
        look: Look,
        cells: &[Cell<'_>],
    ) -> Result<()> {
        for (column, cell) in (column..).zip(cells) {
            self.cell(row, column, look, *cell)?;
        }
        Ok(())
    }

    /// Writes one cell.
    pub(super) fn cell(
        &mut self,
        row: RowNum,
        column: ColNum,
        look: Look,
        cell: Cell<'_>,
    ) -> Result<()> {
        let mut format = look.format(&cell.number_format(self.lang));
        match cell {
            Cell::Month(_) => format = format.set_align(FormatAlign::Left),
            Cell::Answer(_) => format = format.set_align(FormatAlign::Right),
            _ => {}
        }
        self.formatted(row, column, cell, &format)
    }

    /// Writes one cell in an existing format: for sheets of many cells.
    pub(super) fn formatted(
        &mut self,
        row: RowNum,
        column: ColNum,
        cell: Cell<'_>,
        format: &Format,
    ) -> Result<()> {
        let sheet = &mut self.inner;
        match cell {
            Cell::Text(text) | Cell::Answer(text) => {
                sheet.write_string_with_format(row, column, within(text), format)?;
            }
            Cell::Money(Some(amount), _) => {
                if let Some(number) = number(amount, CENT) {
                    sheet.write_number_with_format(row, column, number, format)?;
                }
            }
            Cell::Cost(Some(amount), _) => {
                if let Some(number) = number(amount, UNROUNDED) {
                    sheet.write_number_with_format(row, column, number, format)?;
                }
            }
            Cell::Percent(Some(percent)) => {
                let part = percent.over(&Amount::from(100));
                if let Some(number) = part.and_then(|part| number(&part, UNROUNDED)) {
                    sheet.write_number_with_format(row, column, number, format)?;
                }
            }
            Cell::Chance(chance) => {
                let part = Amount::from(chance).over(&Amount::from(100));
                if let Some(number) = part.and_then(|part| number(&part, UNROUNDED)) {
                    sheet.write_number_with_format(row, column, number, format)?;
                }
            }
            Cell::Date(Some(day)) => {
                sheet.write_datetime_with_format(row, column, date(day)?, format)?;
            }
            Cell::Month(month) => {
                let first = date(month.days().start)?;
                sheet.write_datetime_with_format(row, column, first, format)?;
            }
            Cell::Count(count) => {
                sheet.write_number_with_format(row, column, count, format)?;
            }
            Cell::Empty
            | Cell::Money(None, _)
            | Cell::Cost(None, _)
            | Cell::Percent(None)
            | Cell::Date(None) => {}
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

impl<'a> Cell<'a> {
    /// Cell of a figure's `value`, with `instead` in its place where it is absent.
    pub(super) fn of(
        lang: Lang,
        currency: Option<Currency>,
        value: Option<&'a Value<'a>>,
        instead: Option<&'a str>,
    ) -> Self {
        match value {
            None => instead.map_or(Self::Empty, Self::Answer),
            Some(Value::Money(amount)) => Self::Money(Some(amount), currency),
            Some(Value::Percent(percent)) => Self::Percent(Some(percent)),
            Some(Value::Chance(chance)) => Self::Chance(*chance),
            Some(Value::Date(day)) => Self::Date(Some(*day)),
            Some(Value::Month(month)) => Self::Month(*month),
            Some(Value::Instant(instant)) => Self::Date(Some(instant.date_naive())),
            Some(Value::Count(count)) => Self::Count(*count),
            Some(Value::Flag(flag)) => Self::Text(words::yes_or_no(lang, *flag)),
            Some(Value::Situation(situation)) => Self::Text(words::situation(lang, *situation)),
            Some(Value::Method(method)) => Self::Text(method.word()),
            Some(Value::Currency(currency)) => Self::Text(currency.code()),
            Some(Value::Word(word)) => Self::Text(word),
            Some(Value::Text(text)) => Self::Text(text),
        }
    }

    /// Returns the number format for a spreadsheet.
    pub(super) fn number_format(&self, lang: Lang) -> String {
        match self {
            Self::Empty | Self::Text(_) | Self::Answer(_) => "General".to_owned(),
            Self::Money(_, currency) | Self::Cost(_, currency) => money_format(*currency),
            Self::Percent(_) => "0.0%".to_owned(),
            Self::Chance(_) => "0%".to_owned(),
            Self::Date(_) => pattern(lang, "dd/mm/yyyy", "yyyy-mm-dd"),
            Self::Month(_) => pattern(lang, "mm/yyyy", "yyyy-mm"),
            Self::Count(_) => "0".to_owned(),
        }
    }
}

impl Look {
    /// Returns the appearance of a situation, in the report's colours.
    pub(super) fn of(situation: Situation) -> Self {
        match situation {
            Situation::Spent | Situation::RunsOut => Self::Bad,
            Situation::NoData
            | Situation::IncompleteHistory
            | Situation::Borderline
            | Situation::LeftOver => Self::Doubtful,
            Situation::Within => Self::Good,
            _ => Self::Plain,
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

fn pattern(lang: Lang, pt: &str, en: &str) -> String {
    match lang {
        Lang::PtBr => pt,
        Lang::En => en,
    }
    .to_owned()
}

/// Cuts a text to the length that a cell holds, whatever its characters: one has two units at most.
fn within(text: &str) -> &str {
    match text.char_indices().nth(LONGEST / 2) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
