//! A client's sheet: its terms, the three tables of the report, and a chart of what has been and will
//! have been spent against the credit, with the likely range and the days that the chart is drawn from.

use std::collections::BTreeMap;

use anyhow::Result;
use rust_xlsxwriter::{
    Chart, ChartAxisDateUnitType, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartLineDashType, ChartMarker, ChartSeries, ChartSolidFill, ChartType, ColNum, Color, RowNum,
    Worksheet,
};

use super::sheet::{Sheet, month_format};
use crate::calendar::Day;
use crate::money::Amount;
use crate::render::client::terms;
use crate::render::layout::portfolio::premises;
use crate::render::layout::sentences::{exceptions, sureness};
use crate::render::layout::{Cell, Column, Tone, client as layout, in_currency};
use crate::render::words::{self, pick};
use crate::render::{Context, explain};
use crate::report::band::Bounds;
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
/// Number of the chart's columns without a band.
const LINES: usize = 4;
/// Colours of the chart: consumption, forecast and its band, credit.
const SPENT: Color = Color::RGB(0x001F_4E79);
const FORECAST: Color = Color::RGB(0x00C5_5A11);
const CREDIT: Color = Color::RGB(0x0054_8235);
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

    /// Writes the chart at `top` and its days. Returns whether there is one: not before anything could be spent.
    fn chart(&mut self, name: &str, top: RowNum) -> Result<bool> {
        let (lang, statement) = (self.sheet.lang, self.statement);
        let currency = statement.currency;
        let days = days(statement);
        if !days.iter().any(|day| day.spent.is_some()) {
            return Ok(false);
        }
        let credit = Some(&statement.contract.credit).filter(|credit| !credit.is_zero());
        let columns = [
            Column::words(pick(lang, "Dia", "Day")),
            Column::figures(pick(lang, "Consumo acumulado", "Consumption so far")),
            Column::figures(pick(lang, "Com a previsão", "With the forecast")),
            Column::figures(pick(lang, "Crédito", "Credit")),
            Column::figures(pick(lang, "Menos provável", "Likely at least")),
            Column::figures(&words::likely_range(lang)),
        ];
        let has_band = days.iter().any(|day| day.width.is_some());
        let columns = &columns[..if has_band { columns.len() } else { LINES }];
        self.sheet.heads(DAYS_HEAD, DAYS, columns)?;
        let edge = DAYS + ColNum::try_from(columns.len())? - 1;
        self.sheet.inner.set_column_range_width(DAYS, edge, 18)?;
        let mut last = DAYS_HEAD;
        for day in &days {
            last += 1;
            let cells = [
                Cell::date(Some(day.day)),
                Cell::money(day.spent.as_ref(), currency),
                Cell::money(day.projected.as_ref(), currency),
                Cell::money(credit, currency),
                Cell::money(day.least.as_ref(), currency),
                Cell::money(day.width.as_ref(), currency),
            ];
            self.sheet.cells(last, DAYS, columns, &cells)?;
        }

        let series = |column: ColNum, format: &mut ChartFormat| {
            let column = DAYS + column;
            let mut series = ChartSeries::new();
            series
                .set_name((name, DAYS_HEAD, column))
                .set_categories((name, DAYS_HEAD + 1, DAYS, last, DAYS))
                .set_values((name, DAYS_HEAD + 1, column, last, column))
                .set_format(format);
            series
        };
        let forecast = statement.coming.iter().any(|day| day.cost.is_some());
        let lines = [
            (1, SPENT, ChartLineDashType::Solid, true),
            (2, FORECAST, ChartLineDashType::Dash, forecast),
            (3, CREDIT, ChartLineDashType::Solid, credit.is_some()),
        ];
        let mut chart = Chart::new(ChartType::Line);
        for (column, colour, dash, _) in lines.into_iter().filter(|(.., drawn)| *drawn) {
            let mut line = ChartLine::new();
            line.set_color(colour).set_width(2).set_dash_type(dash);
            let mut line = series(column, ChartFormat::new().set_line(&line));
            chart.push_series(line.set_marker(ChartMarker::new().set_none()));
        }
        if has_band {
            let mut fill = ChartSolidFill::new();
            fill.set_color(FORECAST).set_transparency(75);
            let mut area = Chart::new(ChartType::AreaStacked);
            area.push_series(&series(4, ChartFormat::new().set_no_fill()))
                .push_series(&series(5, ChartFormat::new().set_solid_fill(&fill)))
                .combine(&chart);
            // The area below the band is there to lift it.
            area.legend().delete_entries(&[0]);
            chart = area;
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
            .set_major_unit(if days.len() > 550 { 3 } else { 1 })
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

/// Day of the chart.
struct ChartDay {
    day: Day,
    /// Consumption by its end, if it is over.
    spent: Option<Amount>,
    /// Consumption and forecast by its end.
    projected: Option<Amount>,
    /// Lower edge of the band; on a day that is over, its consumption.
    least: Option<Amount>,
    /// Width of the band; zero on a day that is over.
    width: Option<Amount>,
}

/// Returns the days of the chart; none has a width without a band.
fn days(statement: &Statement) -> Vec<ChartDay> {
    let fan = statement.fan().into_iter();
    let fan: BTreeMap<Day, Bounds<Amount>> = fan.map(|of| (of.day, of.edges)).collect();
    let consumption = statement.consumption.clone().unwrap_or_default();
    let running = statement.running().into_iter();
    let days = running.map(|day| {
        let (least, width) = match fan.get(&day.day) {
            _ if fan.is_empty() => (None, None),
            Some(edges) => (
                Some(&consumption + &edges.low),
                Some(&edges.high - &edges.low),
            ),
            None => (
                day.spent.clone(),
                day.spent.as_ref().map(|_| Amount::zero()),
            ),
        };
        ChartDay {
            day: day.day,
            spent: day.spent,
            projected: day.projected,
            least,
            width,
        }
    });
    days.collect()
}
