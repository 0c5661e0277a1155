//! The portfolio as bytes: text, Markdown and pages for people, JSON, CSV and workbooks for programs and spreadsheets,
//! in either language.

pub(crate) mod alert;
mod backtest;
mod check;
mod client;
mod csv;
mod customer;
pub(crate) mod explain;
mod json;
mod layout;
pub(crate) mod links;
pub(crate) mod manual;
mod markdown;
pub(crate) mod number;
pub(crate) mod page;
mod portfolio;
mod rows;
pub(crate) mod schema;
mod table;
mod text;
mod words;
mod workbook;
mod wrap;

use std::time::SystemTime;

use anyhow::Result;

use crate::alert::AlertRun;
use crate::calendar::Day;
use crate::check::{ChannelCheck, Checkup};
use crate::failure::Notice;
use crate::form::{FileForm, Format};
use crate::lang::Lang;
use crate::plan::View;
use crate::report::backtest::Backtest;
use crate::report::portfolio::Portfolio;
use crate::report::statement::Situation;

/// Inputs of a rendering besides the portfolio.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Form and extent of the output.
    pub view: &'a View,
    /// The day the report is seen from.
    pub as_of: Day,
    /// Time of the report.
    pub made_at: SystemTime,
    /// The clients are made up.
    pub simulated: bool,
    /// The days are from the store alone.
    pub offline: bool,
    /// Address that replaced the service.
    pub endpoint: Option<&'a str>,
    /// Situations that `--fail-on` names.
    pub fail_on: &'a [Situation],
    /// Exit status of the run, as far as the figures decide it.
    pub status: u8,
    /// Result of the alerts, of a run that tells them.
    pub alerts: Option<&'a AlertRun>,
    /// Canvas of the text.
    pub canvas: Canvas,
}

/// Properties of the device that the text is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Columns that a table may use.
    pub width: usize,
    /// Lines of a screen; `None` of a device that is no terminal.
    pub height: Option<usize>,
    /// The device is a terminal: lines are wrapped, and bars are drawn.
    pub terminal: bool,
    /// The device takes colours.
    pub colored: bool,
}

impl Context<'_> {
    fn lang(&self) -> Lang {
        self.view.lang
    }
}

/// The whole report.
///
/// # Errors
/// JSON that cannot be written, which no portfolio causes.
pub fn report(portfolio: &Portfolio, context: &Context<'_>) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(text::report(portfolio, context)),
        Format::Json => json::document(portfolio, context),
        Format::Csv => Ok(csv::table(portfolio, context)?),
        Format::Markdown => Ok(markdown::report(portfolio, context)),
        Format::None => Ok(String::new()),
    }
}

/// The whole report as a file holds it.
///
/// # Errors
/// A form that cannot be written, which no portfolio causes.
pub fn file(portfolio: &Portfolio, context: &Context<'_>, form: FileForm) -> Result<Vec<u8>> {
    match form {
        FileForm::Json => Ok(json::document(portfolio, context)?.into_bytes()),
        FileForm::Csv => Ok(csv::table(portfolio, context)?.into_bytes()),
        FileForm::Workbook => workbook::workbook(portfolio, context),
        FileForm::Markdown => Ok(markdown::report(portfolio, context).into_bytes()),
        FileForm::Panel => page::panel(portfolio, context),
    }
}

/// The whole test of the forecasts.
///
/// # Errors
/// JSON that cannot be written, which no test causes.
pub fn backtest(backtest: &Backtest, context: &Context<'_>) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(backtest::text(backtest, context)),
        Format::Json => backtest::document(backtest, context),
        Format::Csv | Format::Markdown | Format::None => Ok(String::new()),
    }
}

/// The whole check, with the notices about its folder.
///
/// # Errors
/// JSON that cannot be written, which no check causes.
pub fn check(
    checkups: &[Checkup],
    channels: &[ChannelCheck],
    notices: &[Notice],
    context: &Context<'_>,
) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(check::check(checkups, channels, notices, context)),
        Format::Json => check::document(checkups, channels, notices, context),
        Format::Csv | Format::Markdown | Format::None => Ok(String::new()),
    }
}

/// The service report of a check.
///
/// # Errors
/// JSON that cannot be written, which no check causes.
pub(crate) fn service_report(checkups: &[Checkup], context: &Context<'_>) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(check::service_text(checkups, context)),
        Format::Json => check::service_document(checkups, context),
        Format::Csv | Format::Markdown | Format::None => Ok(String::new()),
    }
}
