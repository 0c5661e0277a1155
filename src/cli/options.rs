//! Options of the report and of the commands that share them, by the group in which the help shows them.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::complete;
use super::pages::PageArgs;
use super::values::{
    OutputFile, day, jobs, number, only, output, percent, settle_days, typed, what_if,
};
use super::{ENDPOINT, LANG, STORE};
use crate::adjustment::Adjustment;
use crate::calendar::Day;
use crate::forecast::Method;
use crate::form::{Color, CsvStyle, Format, Order, TableKind};
use crate::lang::Lang;
use crate::manual::Subject;
use crate::money::Amount;
use crate::report::statement::Situation;
use crate::text::AsTyped;

/// The report over a folder. The help shows the groups of options in the order of these fields.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder with one config_* file per client [default: .]
    #[arg(hide_short_help = true)]
    pub dir: Option<PathBuf>,
    /// Figures, and how they are shown.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Place of the history.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Show this run in BI although it differs from the usual one
    ///
    /// A run differs with --only, with an earlier --as-of, or with another --method, --settle-days or --surplus-percent
    /// than the folder's oci-consumo.ini has.
    #[arg(long, conflicts_with_all = ["no_store", "offline"], hide_short_help = true, help_heading = "History")]
    pub record: bool,
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

impl ReportArgs {
    /// The folder: the current one where none is typed.
    pub(super) fn dir(&self) -> &Path {
        self.dir.as_deref().unwrap_or(Path::new("."))
    }
}

/// Options of every run.
#[derive(Clone, Debug, Args)]
pub struct CommonArgs {
    /// Day and clients.
    #[command(flatten)]
    pub choice: ChoiceArgs,
    /// Form of what is printed.
    #[command(flatten)]
    pub print: PrintArgs,
    /// Bounds on requests and on the run.
    #[command(flatten)]
    pub bounds: BoundArgs,
}

/// Day and clients of a run.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Filter")]
pub struct ChoiceArgs {
    /// Report as of this UTC day [default: today]
    #[arg(long, value_name = "DATE", display_order = 1, value_parser = day)]
    pub as_of: Option<Day>,
    /// Only clients with TEXT in their name or file name; repeatable
    ///
    /// Case and accents do not matter.
    #[arg(long, value_name = "TEXT", display_order = 1, value_parser = only, add = ArgValueCompleter::new(complete::clients))]
    pub only: Vec<String>,
}

/// Form of what a run prints.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct PrintArgs {
    /// Form: text, json, csv, markdown or none
    ///
    /// csv is the table of --table, for spreadsheets; none prints nothing and only writes the files of -o.
    #[arg(long, value_enum, default_value_t = Format::Text, hide_possible_values = true)]
    pub format: Format,
    /// Language.
    #[command(flatten)]
    pub lang: LangArgs,
    /// When to colour; auto is only in a terminal, and not if NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Color::Auto, hide_short_help = true)]
    pub color: Color,
    /// Print no progress and no warnings on stderr
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print request ids, retries and timings on stderr
    #[arg(short, long, hide_short_help = true)]
    pub verbose: bool,
}

/// Language of a run.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct LangArgs {
    /// Language, pt-BR or en [default: pt-BR]
    ///
    /// The environment variable OCI_CONSUMO_LANG sets it, too.
    #[arg(long, value_enum, ignore_case = true, env = LANG, hide_env = true, hide_possible_values = true)]
    pub lang: Option<Lang>,
}

/// Bounds on requests and on the run.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Network")]
pub struct BoundArgs {
    /// Requests at the same time, at most 4 per tenancy [default: 32]
    #[arg(long, value_name = "N", value_parser = jobs, hide_short_help = true)]
    pub jobs: Option<u16>,
    /// Give up one request after this many seconds, connecting included
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "60",
        value_parser = number::<NonZeroU32>,
        hide_short_help = true
    )]
    pub timeout: NonZeroU32,
    /// Stop retrying a client after this many seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 120,
        value_parser = number::<u32>,
        hide_short_help = true
    )]
    pub retry_budget: u32,
    /// End the run after this many seconds; clients that are not done by then fail [default: none]
    #[arg(long, value_name = "SECONDS", value_parser = number::<NonZeroU32>, hide_short_help = true)]
    pub deadline: Option<NonZeroU32>,
}

/// Address of the service.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Network")]
pub struct ServiceArgs {
    /// Use URL in place of every host of the service: https, or http on loopback
    #[arg(
        long,
        value_name = "URL",
        env = ENDPOINT,
        hide_env_values = true,
        hide_short_help = true,
        value_parser = typed()
    )]
    pub endpoint: Option<AsTyped>,
    /// The moment that the run begins, of a run against another address than the service's
    #[arg(long, value_name = "RFC3339", hide = true, requires = "endpoint")]
    pub now: Option<DateTime<Utc>>,
}

/// Place of the history, and its use.
#[derive(Debug, Args)]
#[command(next_help_heading = "History")]
pub struct StoreArgs {
    /// Keep history in this SQLite file or PostgreSQL database [default: consumo.db in DIR]
    #[arg(long, value_name = "URL", env = STORE, hide_env_values = true, value_parser = typed(), hide_short_help = true)]
    pub store: Option<AsTyped>,
    /// Neither read nor keep history
    #[arg(long)]
    pub no_store: bool,
    /// Fetch all days again, stored or not
    #[arg(long, hide_short_help = true)]
    pub refetch: bool,
    /// Report from the history alone, without asking the service
    #[arg(long, conflicts_with_all = ["no_store", "refetch"])]
    pub offline: bool,
}

/// Figures of a report, and how they are shown.
#[derive(Clone, Debug, Args)]
pub struct FigureArgs {
    /// Parts and rows that are shown.
    #[command(flatten)]
    pub shown: ShownArgs,
    /// Options of every forecast.
    #[command(flatten)]
    pub forecast: ForecastArgs,
    /// Changes of the figures and of their judgement.
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Exit status and files.
    #[command(flatten)]
    pub written: WrittenArgs,
    /// Pages for the customers.
    #[command(flatten)]
    pub pages: PageArgs,
}

/// Parts and rows of a report that are shown.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Filter")]
pub struct ShownArgs {
    /// Show only the totals and the portfolio, without each client's part
    #[arg(long)]
    pub summary: bool,
    /// Add subtotals by the configs' grupo to the portfolio, in text
    #[arg(long, hide_short_help = true)]
    pub by_group: bool,
    /// Add what the text leaves out, such as averages and older months
    ///
    /// Statistics, averaging window, partial days, likely range, second opinion, months of earlier years.
    #[arg(long)]
    pub details: bool,
    /// Show every row and every name in full, in a terminal too
    #[arg(long)]
    pub all: bool,
    /// Show only the first N clients, in the order of --sort; totals, files and exit status stay whole
    #[arg(long, value_name = "N", hide_short_help = true)]
    pub top: Option<NonZeroU32>,
    /// Order of the clients in the text
    #[arg(long, value_name = "ORDER", value_enum, hide_short_help = true)]
    pub sort: Option<Order>,
    /// Show only clients in these situations, in text
    ///
    /// Totals, files and exit status stay whole.
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    pub situation: Vec<Situation>,
}

/// Options of every forecast.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Forecast")]
pub struct ForecastArgs {
    /// Days before the as-of day that the service may still change [default: 2]
    #[arg(long, value_name = "N", value_parser = settle_days, hide_short_help = true)]
    pub settle_days: Option<u32>,
    /// Method of the forecast [default: weekday]
    #[arg(long, value_enum)]
    pub method: Option<Method>,
}

/// Changes of a report's figures and of their judgement.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Forecast")]
pub struct ChangeArgs {
    /// Change every forecast: +10%, -25% or +5000 (a month)
    ///
    /// A first day may follow, as in "+10% from 01/03/2027".
    #[arg(long, value_name = "ADJUSTMENT", value_parser = what_if, allow_hyphen_values = true)]
    pub what_if: Option<Adjustment>,
    /// Share of the credit, in per cent, that counts as unused if it is left over [default: 10]
    #[arg(long, value_name = "N", value_parser = percent, hide_short_help = true)]
    pub surplus_percent: Option<Amount>,
}

/// The partner's own user.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct PublisherArgs {
    /// Publish by the user in FILE: user, fingerprint, tenancy, region and key_file [default: [publicar] in alertas.ini]
    #[allow(
        rustdoc::broken_intra_doc_links,
        reason = "the help names a section of a file"
    )]
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub publish_as: Option<PathBuf>,
}

/// Exit status and files of a report.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct WrittenArgs {
    /// Exit with 10 if a client is in one of these situations
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true
    )]
    pub fail_on: Vec<Situation>,
    /// Add each client's days to the JSON
    #[arg(long, hide_short_help = true)]
    pub daily: bool,
    /// Write to FILE too: .json, .csv, .xlsx, .md or .html; repeatable
    ///
    /// {date} in its name is the as-of day. oci://BUCKET@NAMESPACE/PATH is an object of Object Storage, put by the
    /// partner's own user: [publicar] in alertas.ini, or --publish-as.
    #[allow(
        rustdoc::broken_intra_doc_links,
        reason = "the help names a section of a file"
    )]
    #[arg(short, long, value_name = "FILE", value_parser = output)]
    pub output: Vec<OutputFile>,
    /// The user that publishes.
    #[command(flatten)]
    pub publisher: PublisherArgs,
    /// Table of CSV and Markdown: clients, months, days or focus [default: clients]
    #[arg(
        long,
        alias = "csv",
        value_name = "TABLE",
        value_enum,
        hide_short_help = true,
        hide_possible_values = true
    )]
    pub table: Option<TableKind>,
    /// Style of CSV [default: standard]
    #[arg(
        long,
        alias = "csv-dialeto",
        value_name = "STYLE",
        value_enum,
        hide_short_help = true
    )]
    pub csv_style: Option<CsvStyle>,
}

/// The check of a folder.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folder with one config_* file per client
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Check only what needs no network
    #[arg(long, help_heading = "Filter")]
    pub offline: bool,
    /// Print instead facts about the service, without any name, OCID, amount or host
    #[arg(long, conflicts_with_all = ["offline", "details"], help_heading = "Filter")]
    pub service_report: bool,
    /// Show every step of every client, those that are ok too
    #[arg(long, help_heading = "Filter")]
    pub details: bool,
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// The test of the methods on a folder.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Folder with one config_* file per client
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Add the table of each method's errors
    #[arg(long, help_heading = "Filter")]
    pub details: bool,
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Options of every forecast.
    #[command(flatten)]
    pub forecast: ForecastArgs,
    /// Place of the history.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// The report over simulated clients.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Options of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Figures, and how they are shown.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Seed of the made-up days
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number::<u64>, help_heading = "Demo")]
    pub seed: u64,
    /// Add clients that fail, to see what failure looks like
    #[arg(long, help_heading = "Demo")]
    pub faults: bool,
    /// Keep the simulated service running and print its endpoint and the clients' folder
    #[arg(long, conflicts_with_all = ["output", "pages"], help_heading = "Demo")]
    pub serve: bool,
    /// Write the clients' folder here and keep it
    #[arg(long, value_name = "PATH", requires = "serve", help_heading = "Demo")]
    pub dir: Option<PathBuf>,
}

/// The manual.
#[derive(Debug, Args)]
pub struct ManualArgs {
    /// Topic, or `schema`
    #[arg(value_enum)]
    pub topic: Option<Subject>,
    /// With codes: one code. With schema: report, check or backtest
    pub word: Option<String>,
    /// Language of the output.
    #[command(flatten)]
    pub lang: LangArgs,
}
