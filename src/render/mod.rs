//! The portfolio as bytes: text and Markdown for people, JSON, CSV and workbooks for programs and spreadsheets, in
//! either language.

mod backtest;
mod check;
mod client;
mod csv;
pub(crate) mod explain;
mod json;
mod layout;
mod markdown;
pub(crate) mod number;
mod portfolio;
pub(crate) mod schema;
mod table;
mod text;
mod words;
mod workbook;

use std::time::SystemTime;

use anyhow::Result;

use crate::calendar::Day;
use crate::check::Checkup;
use crate::form::{FileForm, Format};
use crate::lang::Lang;
use crate::oci::assumptions::ASSUMPTIONS;
use crate::plan::View;
use crate::report::backtest::Backtest;
use crate::report::figures::FIGURES;
use crate::report::portfolio::Portfolio;

/// The inputs of a rendering besides the portfolio.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Form and extent of the output.
    pub view: &'a View,
    /// The day the report is seen from.
    pub as_of: Day,
    /// Time of the report.
    pub made_at: SystemTime,
    /// Whether the clients are made up.
    pub simulated: bool,
    /// Whether the days are from the store alone.
    pub offline: bool,
    /// Address that replaced the service.
    pub endpoint: Option<&'a str>,
    /// Canvas of the text.
    pub canvas: Canvas,
}

/// Properties of the device that the text is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Canvas {
    /// Columns that a table may use.
    pub width: usize,
    /// Whether it is a terminal: lines are wrapped, and bars are drawn.
    pub terminal: bool,
    /// Whether it takes colours.
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
/// When JSON cannot be written, which no portfolio brings about.
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
/// When the form cannot be written, which no portfolio brings about.
pub fn file(portfolio: &Portfolio, context: &Context<'_>, form: FileForm) -> Result<Vec<u8>> {
    match form {
        FileForm::Json => Ok(json::document(portfolio, context)?.into_bytes()),
        FileForm::Csv => Ok(csv::table(portfolio, context)?.into_bytes()),
        FileForm::Workbook => workbook::workbook(portfolio, context),
        FileForm::Markdown => Ok(markdown::report(portfolio, context).into_bytes()),
    }
}

/// Rows of the manual's table of a client's figures: key, name and type of each, in the language of
/// `lang` but for the key; a figure of the band with the object that JSON has it in.
pub fn figures(lang: Lang) -> Vec<[String; 3]> {
    let rows = FIGURES.iter().map(|figure| {
        let group = if figure.in_band { "faixa." } else { "" };
        [
            format!("{group}{}", figure.key),
            words::name(lang, figure.names).to_owned(),
            words::kind(lang, figure.kind()).to_owned(),
        ]
    });
    rows.collect()
}

/// Rows of the manual's table of the service: machine word, belief, proof and what happens otherwise, in the
/// language of `lang` but for the word.
pub fn assumptions(lang: Lang) -> Vec<[String; 4]> {
    let rows = ASSUMPTIONS.iter().map(|row| {
        [
            row.id,
            words::name(lang, row.belief),
            words::name(lang, row.proof.names()),
            words::name(lang, row.otherwise),
        ]
        .map(str::to_owned)
    });
    rows.collect()
}

/// The whole test of the forecasts.
///
/// # Errors
/// When JSON cannot be written, which no test brings about.
pub fn backtest(backtest: &Backtest, context: &Context<'_>) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(backtest::text(backtest, context)),
        Format::Json => backtest::document(backtest, context),
        Format::Csv | Format::Markdown | Format::None => Ok(String::new()),
    }
}

/// The whole check.
///
/// # Errors
/// When JSON cannot be written, which no check brings about.
pub fn check(checkups: &[Checkup], context: &Context<'_>) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(check::check(checkups, context)),
        Format::Json => check::document(checkups, context),
        Format::Csv | Format::Markdown | Format::None => Ok(String::new()),
    }
}

/// The service report of a check.
///
/// # Errors
/// When JSON cannot be written, which no check brings about.
pub(crate) fn service_report(checkups: &[Checkup], context: &Context<'_>) -> Result<String> {
    match context.view.format {
        Format::Text => Ok(check::service_text(checkups, context)),
        Format::Json => check::service_document(checkups, context),
        Format::Csv | Format::Markdown | Format::None => Ok(String::new()),
    }
}
