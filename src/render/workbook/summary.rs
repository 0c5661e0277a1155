//! The portfolio's sheet: every client in a row, totals, what is in none, failures and warnings.

use anyhow::Result;
use console::measure_text_width;
use rust_xlsxwriter::{
    ColNum, Color, ConditionalFormatDataBar, ConditionalFormatType, RowNum, Sparkline,
    SparklineType, Worksheet,
};

use super::sheet::Sheet;
use crate::lang::say;
use crate::render::Context;
use crate::render::layout::client::months_title;
use crate::render::layout::portfolio::{self as layout, Remark};
use crate::render::layout::{CHANGE_TO_ZERO, Cell, Column, Table, Tone};
use crate::render::words::{self, pick};
use crate::report::figures::FigureKind;
use crate::report::portfolio::Portfolio;

/// Column of the figure beside a word, and of a sentence about a client.
const BESIDE: ColNum = 2;
/// Least and most characters of the column of names.
const NAME: (usize, usize) = (20, 80);
/// Months of a sparkline.
const SPARK_MONTHS: usize = 24;

/// Columns with a bar in each cell: the key, the ends of the scale, and the colour.
const BARS: [(&str, i32, Color); 4] = [
    ("consumo_pct", 0, Color::RGB(0x009D_C3E6)),
    ("prazo_pct", 0, Color::RGB(0x00C9_C9C9)),
    ("probabilidade_esgotar", 0, Color::RGB(0x00F4_B183)),
    (CHANGE_TO_ZERO, -1, Color::RGB(0x00A9_D18E)),
];

/// The sheet of `portfolio`; the first clients, worst first, have the sheets called `own`.
pub(super) fn sheet(
    name: &str,
    portfolio: &Portfolio,
    context: &Context<'_>,
    own: &[String],
) -> Result<Worksheet> {
    let lang = context.lang();
    let clients = portfolio.worst_first();
    let overview = layout::overview(lang, &clients);
    let details = layout::details(lang, portfolio, &clients);
    let months = layout::months_of_clients(lang, &clients, SPARK_MONTHS);
    let mut summary = SummarySheet {
        sheet: Sheet::new(name, lang)?,
        // The page ends with the sparklines.
        last: ColNum::try_from(overview.columns.len())?,
        widths: Vec::new(),
    };
    summary.fit(&overview, [&details, &months])?;
    let title = pick(lang, "Resumo da carteira", "Portfolio summary");
    summary.sheet.title(title)?;
    for (tone, sentence) in layout::opening(portfolio, context) {
        summary.sheet.line(tone, &sentence)?;
    }
    if let left_out @ 1.. = clients.len().saturating_sub(own.len()) {
        let shown = own.len();
        let note = say! { lang, "Têm planilha própria os {shown} primeiros clientes; os outros {left_out} estão nesta e na de dias.",
        "The first {shown} clients have a sheet of their own; the other {left_out} are in this one and in that of days." };
        summary.sheet.line(Tone::Doubtful, &note)?;
    }
    summary.clients(name, &overview, [&details, &months], own)?;
    for totals in &portfolio.totals {
        let table = layout::totals(lang, totals, portfolio.clients.len());
        summary.pairs(&table, Tone::Strong)?;
    }
    for groups in layout::groups(lang, portfolio) {
        summary.sheet.table(&groups)?;
    }
    if let Some(outside) = layout::outside(lang, portfolio) {
        summary.pairs(&outside, Tone::Plain)?;
    }
    let tones = [Tone::Bad, Tone::Doubtful];
    for ((title, remarks), tone) in layout::unreported(lang, portfolio).into_iter().zip(tones) {
        summary.remarks(title, tone, &remarks)?;
    }
    let warnings = layout::warnings(lang, portfolio);
    let title = pick(lang, "Avisos", "Warnings");
    summary.remarks(title, Tone::Plain, &warnings)?;
    summary.sheet.skip();
    summary.paragraph(0, words::closing(lang))?;
    let mut inner = summary.sheet.inner;
    inner.set_print_area(0, 0, summary.sheet.row, summary.last)?;
    Ok(inner)
}

/// The sheet, the last column of its page, and the widths of the page's columns.
struct SummarySheet {
    sheet: Sheet,
    last: ColNum,
    widths: Vec<u32>,
}

impl SummarySheet {
    /// Sets the columns' widths: by the longest name, and by the kind of figure.
    fn fit(&mut self, overview: &Table<'_>, beyond: [&Table<'_>; 2]) -> Result<()> {
        let names = overview.rows.iter().filter_map(|row| row.first());
        let longest = names.map(|name| measure_text_width(&name.shown(self.sheet.lang)));
        let longest = longest.max().unwrap_or(0) + 2;
        let name = u32::try_from(longest.clamp(NAME.0, NAME.1))?;
        let sparkline = Column::words(months_title(self.sheet.lang));
        let beyond = beyond.into_iter().flat_map(|table| &table.columns);
        let columns = overview.columns.iter().chain([&sparkline]).chain(beyond);
        let mut widths: Vec<u32> = columns.map(width).collect();
        if let Some(first) = widths.first_mut() {
            *first = name;
        }
        self.sheet.widths(&widths)?;
        widths.truncate(overview.columns.len() + 1);
        self.widths = widths;
        Ok(())
    }

    /// Writes a text from the column `first` to the page's edge.
    fn paragraph(&mut self, first: ColNum, text: &str) -> Result<()> {
        let widths = self.widths.iter().skip(first.into()).sum::<u32>();
        let width = usize::try_from(widths)?;
        self.sheet.paragraph((first, self.last, width), text)
    }

    /// Writes the clients to the sheet `name`, with what their page has no room for beyond its edge. The months that a
    /// sparkline shows are in the client's own row, so that whoever sorts the rows moves both.
    fn clients(
        &mut self,
        name: &str,
        overview: &Table<'_>,
        [details, months]: [&Table<'_>; 2],
        own: &[String],
    ) -> Result<()> {
        let (sheet, sparkline) = (&mut self.sheet, self.last);
        sheet.skip();
        let head = sheet.row;
        let title = [Column::words(months_title(sheet.lang))];
        let beyond = sparkline + 1;
        let beyond_details = beyond + ColNum::try_from(details.columns.len())?;
        sheet.heads(head, 0, &overview.columns)?;
        sheet.heads(head, sparkline, &title)?;
        sheet.heads(head, beyond, &details.columns)?;
        sheet.heads(head, beyond_details, &months.columns)?;
        sheet.height(head, 3)?;
        sheet
            .inner
            .set_freeze_panes(head + 1, 1)?
            .set_repeat_rows(head, head)?;
        let rows = details.rows.iter().zip(&months.rows);
        for (n, (cells, (more, by_month))) in overview.rows.iter().zip(rows).enumerate() {
            sheet.skip();
            sheet.cells(sheet.row, 0, &overview.columns, cells)?;
            sheet.cells(sheet.row, beyond, &details.columns, more)?;
            sheet.cells(sheet.row, beyond_details, &months.columns, by_month)?;
            if let (Some(name), Some(target)) = (cells.first(), own.get(n)) {
                sheet.link(sheet.row, 0, &name.shown(sheet.lang), target)?;
            }
        }
        let last = sheet.row;
        let edge = beyond_details + ColNum::try_from(months.columns.len())?;
        sheet.inner.autofilter(head, 0, last, edge - 1)?;
        if edge > beyond_details {
            for row in head + 1..=last {
                let range = (name, row, beyond_details, row, edge - 1);
                let columns = Sparkline::new()
                    .set_range(range)
                    .set_type(SparklineType::Column)
                    .set_sparkline_color(Color::RGB(0x001F_4E79))
                    // From another number than zero a small change would look like a large one.
                    .set_custom_min(0);
                sheet.inner.add_sparkline(row, sparkline, &columns)?;
            }
        }
        if last > head {
            self.bars(&overview.columns, head + 1, last)?;
        }
        self.sheet.skip();
        Ok(())
    }

    /// Draws bars in the cells from row `first` to `last`.
    fn bars(&mut self, columns: &[Column], first: RowNum, last: RowNum) -> Result<()> {
        for (column, head) in (0..).zip(columns) {
            let Some((_, least, colour)) = BARS.into_iter().find(|(key, ..)| *key == head.key)
            else {
                continue;
            };
            let bar = ConditionalFormatDataBar::new()
                .set_minimum(ConditionalFormatType::Number, least)
                .set_maximum(ConditionalFormatType::Number, 1)
                .set_fill_color(colour)
                .set_negative_fill_color(Color::RGB(0x00F4_B183))
                .set_border_off(true)
                .set_solid_fill(true);
            self.sheet
                .inner
                .add_conditional_format(first, column, last, column, &bar)?;
        }
        Ok(())
    }

    /// Writes a table of two columns, words and a figure, with a column between them.
    fn pairs(&mut self, table: &Table<'_>, tone: Tone) -> Result<()> {
        self.sheet.heading(&table.title)?;
        for cells in &table.rows {
            if let [words, figure] = &cells[..] {
                let row = self.sheet.row;
                self.sheet.put(row, 0, false, Tone::Plain, words)?;
                let right = table.columns.last().is_some_and(|column| column.right);
                self.sheet.put(row, BESIDE, right, tone, figure)?;
            }
            self.sheet.skip();
        }
        Ok(())
    }

    /// Writes sentences about clients below `title`, if there are any.
    fn remarks(&mut self, title: &str, tone: Tone, remarks: &[Remark]) -> Result<()> {
        if remarks.is_empty() {
            return Ok(());
        }
        self.sheet.heading(title)?;
        for remark in remarks {
            let row = self.sheet.row;
            let about = Cell::label(remark.about.as_str());
            self.sheet.put(row, 0, false, tone, &about)?;
            for sentence in &remark.sentences {
                self.paragraph(BESIDE, sentence)?;
            }
        }
        Ok(())
    }
}

/// Returns the width of a column in characters.
fn width(column: &Column) -> u32 {
    match column.kind {
        Some(FigureKind::Text | FigureKind::Situation) => 24,
        // Below the days stand the groups' sums.
        Some(FigureKind::Money | FigureKind::Date | FigureKind::Instant) => 17,
        Some(FigureKind::Currency) => 9,
        _ => 12,
    }
}
