//! A client's sheet: its terms, the three tables of the report, and a chart of what has been and will
//! have been spent against the credit, with the days that the chart is drawn from.

use anyhow::Result;
use rust_xlsxwriter::{
    Chart, ChartAxisDateUnitType, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartLineDashType, ChartMarker, ChartType, ColNum, Color, RowNum, Worksheet,
};

use super::sheet::{Sheet, month_format};
use crate::render::client::terms;
use crate::render::layout::portfolio::premises;
use crate::render::layout::sentences::{exceptions, sureness};
use crate::render::layout::{Cell, Column, Tone, client as layout, in_currency};
use crate::render::words::pick;
use crate::render::{Context, explain};
use crate::report::portfolio::Client;
use crate::report::statement::Statement;

/// Characters of the columns that the tables are in, and of the gap before the chart.
const WIDTHS: [u32; 6] = [34, 18, 15, 17, 18, 3];
/// Column of the chart.
const CHART: ColNum = 6;
/// Rows that the chart covers.
const CHART_ROWS: RowNum = 26;
/// The last column below it, and of the page.
const LAST: ColNum = 16;
/// Column of the days that the chart is drawn from: beyond the page.
const DAYS: ColNum = 18;
/// The row of their heads.
const DAYS_HEAD: RowNum = 1;
/// A sentence over all the tables' columns, and how many characters these hold.
const BELOW: (ColNum, ColNum, usize) = (0, 4, 95);

/// The sheet of `client`, with a link back to the sheet called `summary`.
pub(super) fn sheet(
    name: &str,
    client: &Client,
    statement: &Statement,
    context: &Context<'_>,
    summary: &str,
) -> Result<Worksheet> {
    let lang = context.lang();
    let mut page = ClientSheet {
        sheet: Sheet::new(name, lang)?,
        statement,
    };
    let sheet = &mut page.sheet;
    sheet.widths(&WIDTHS)?;
    sheet.inner.set_freeze_panes(1, 0)?;
    sheet.title(&client.name)?;
    sheet.link(sheet.row, 0, &format!("← {summary}"), summary)?;
    sheet.skip();
    let what_if = statement.adjustments.iter().find(|line| line.what_if);
    let what_if = what_if.map(|line| &line.adjustment);
    for (tone, premise) in premises(context, what_if, statement.method) {
        sheet.line(tone, &premise)?;
    }
    page.terms(context, client)?;
    let top = page.sheet.row + 1;
    let tables = [
        layout::months(lang, statement),
        layout::weekdays(lang, statement, true),
        Some(layout::statistics(lang, statement)),
    ];
    for table in tables.iter().flatten() {
        page.sheet.table(table)?;
    }
    for sentence in sureness(lang, statement)
        .into_iter()
        .chain(exceptions(lang, statement))
    {
        page.sheet.paragraph(BELOW, &sentence)?;
    }
    page.warnings()?;
    let (row, column) = if page.chart(name, top)? {
        (page.sheet.row.max(top + CHART_ROWS), LAST)
    } else {
        (page.sheet.row, BELOW.1)
    };
    page.sheet
        .inner
        .set_print_area(0, 0, row, column)?
        .set_print_fit_to_pages(1, 1);
    Ok(page.sheet.inner)
}

/// The sheet, and whose it is.
struct ClientSheet<'a> {
    sheet: Sheet,
    statement: &'a Statement,
}

impl ClientSheet<'_> {
    fn terms(&mut self, context: &Context<'_>, client: &Client) -> Result<()> {
        let situation = Tone::of(self.statement.situation);
        let mut tones = std::iter::once(situation).chain(std::iter::repeat(Tone::Plain));
        for (label, fact) in terms(context, client, self.statement) {
            let row = self.sheet.row;
            let label = Cell::label(label);
            self.sheet.put(row, 0, false, Tone::Strong, &label)?;
            let tone = tones.next().unwrap_or(Tone::Plain);
            self.sheet.put(row, 1, false, tone, &Cell::label(fact))?;
            self.sheet.skip();
        }
        Ok(())
    }

    fn warnings(&mut self) -> Result<()> {
        let (lang, statement) = (self.sheet.lang, self.statement);
        if statement.warnings.is_empty() {
            return Ok(());
        }
        self.sheet.heading(pick(lang, "Avisos", "Warnings"))?;
        for warning in &statement.warnings {
            let text = explain::warning(lang, statement.currency, warning);
            self.sheet.paragraph(BELOW, &text)?;
        }
        Ok(())
    }

    /// The chart at `top`, and its days, and whether they are there: not where nothing could be spent yet.
    fn chart(&mut self, name: &str, top: RowNum) -> Result<bool> {
        let (lang, statement) = (self.sheet.lang, self.statement);
        let currency = statement.currency;
        let running = statement.running();
        if !running.iter().any(|day| day.spent.is_some()) {
            return Ok(false);
        }
        let credit = Some(&statement.contract.credit).filter(|credit| !credit.is_zero());
        let columns = [
            Column::words(pick(lang, "Dia", "Day")),
            Column::figures(pick(lang, "Consumo acumulado", "Consumption so far")),
            Column::figures(pick(lang, "Com a previsão", "With the forecast")),
            Column::figures(pick(lang, "Crédito", "Credit")),
        ];
        self.sheet.heads(DAYS_HEAD, DAYS, &columns)?;
        self.sheet
            .inner
            .set_column_range_width(DAYS, DAYS + 3, 18)?;
        let mut last = DAYS_HEAD;
        for day in &running {
            last += 1;
            let cells = [
                Cell::date(Some(day.day)),
                Cell::money(day.spent.as_ref(), currency),
                Cell::money(day.projected.as_ref(), currency),
                Cell::money(credit, currency),
            ];
            self.sheet.cells(last, DAYS, &columns, &cells)?;
        }

        let forecast = statement.coming.iter().any(|day| day.cost.is_some());
        let lines = [
            (1, 0x001F_4E79, ChartLineDashType::Solid, true),
            (2, 0x00C5_5A11, ChartLineDashType::Dash, forecast),
            (3, 0x0054_8235, ChartLineDashType::Solid, credit.is_some()),
        ];
        let mut chart = Chart::new(ChartType::Line);
        for (column, colour, dash, _) in lines.into_iter().filter(|(.., drawn)| *drawn) {
            let column = DAYS + column;
            let mut line = ChartLine::new();
            line.set_color(Color::RGB(colour))
                .set_width(2)
                .set_dash_type(dash);
            chart
                .add_series()
                .set_name((name, DAYS_HEAD, column))
                .set_categories((name, DAYS_HEAD + 1, DAYS, last, DAYS))
                .set_values((name, DAYS_HEAD + 1, column, last, column))
                .set_marker(ChartMarker::new().set_none())
                .set_format(ChartFormat::new().set_line(&line));
        }
        let title = in_currency(
            pick(
                lang,
                "Consumo acumulado e previsão contra o crédito",
                "Consumption and forecast against the credit",
            ),
            currency,
        );
        chart
            .title()
            .set_name(&title)
            .set_font(ChartFont::new().set_size(12).set_bold());
        chart
            .x_axis()
            .set_date_axis(true)
            .set_num_format(month_format(lang))
            .set_major_unit(if running.len() > 550 { 3 } else { 1 })
            .set_major_unit_date_type(ChartAxisDateUnitType::Months)
            .set_font(ChartFont::new().set_rotation(-45));
        let mut faint = ChartLine::new();
        faint.set_color(Color::RGB(0x00D9_D9D9));
        chart
            .y_axis()
            .set_num_format("#,##0")
            .set_major_gridlines_line(&faint);
        chart.legend().set_position(ChartLegendPosition::Bottom);
        chart.set_width(640).set_height(480).set_alt_text(&title);
        self.sheet.inner.insert_chart(top, CHART, &chart)?;
        Ok(true)
    }
}
