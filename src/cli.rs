//! The command line as it is typed.

use std::env;
use std::io::{self, Write as _};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process;

use chrono::{DateTime, Utc};
use clap::builder::{StringValueParser, TypedValueParser};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::adjustment::Adjustment;
use crate::calendar::{Day, parse_day};
use crate::failure::ConfigProblem;
use crate::forecast::Method;
use crate::form::{Color, CsvStyle, FileForm, Format, TableKind};
use crate::lang::Lang;
use crate::money::Amount;
use crate::profile::adjustment;
use crate::report::statement::Situation;
use crate::text::{AsTyped, without_credentials};

/// The environment variable for `--lang`.
pub const LANG: &str = "OCI_CONSUMO_LANG";
/// The environment variable for `--endpoint`.
pub const ENDPOINT: &str = "OCI_CONSUMO_ENDPOINT";
/// The environment variable for `--store`.
pub const STORE: &str = "OCI_CONSUMO_STORE";

const AFTER_HELP: &str = "\
Examples:
  oci-consumo demo                           the whole report over simulated clients
  oci-consumo check ./clientes               what keeps each client from working, and the remedy
  oci-consumo ./clientes                     every client of the folder
  oci-consumo ./clientes --only padaria      one client
  oci-consumo ./clientes --summary           the portfolio alone
  oci-consumo ./clientes --what-if +20%      the report, were each day to come to cost a fifth more
  oci-consumo backtest ./clientes            how far off each method was on each client's own past
  oci-consumo ./clientes --situation esgotado,vai_esgotar
  oci-consumo ./clientes --format json | jq '.totais'
  oci-consumo ./clientes -o carteira-{data}.xlsx -o clientes.csv
  oci-consumo ./clientes -q --fail-on vai_esgotar || echo look

Exit status:
  0    every client reported or tested, or checked without a failure
  3    some clients failed or lack data
  4    no client worked, or no config_* in DIR
  2    wrong usage, or no such DIR
  10   --fail-on met, and none of the others
  1    anything else
  130  interrupted";

/// What each Oracle Cloud contract has consumed, and where it is heading.
#[derive(Debug, Parser)]
#[command(version, about, after_help = AFTER_HELP, args_conflicts_with_subcommands = true, args_override_self = true)]
pub struct Cli {
    /// What to do instead of the report.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The report's arguments.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// What can be done besides the report.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The same report over simulated clients; no account, no network
    Demo(DemoArgs),
    /// Check each client step by step, without a report: config, key, connection, clock, policy
    Check(CheckArgs),
    /// Test the methods of the forecast on each client's own past, without a report
    Backtest(BacktestArgs),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// The report over a folder.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder with one config_* file per client
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// What every run takes.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What every report takes besides.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Where history is kept.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Show this run in BI although it is only a look: one with --only, an earlier --as-of, or another
    /// --method, --settle-days or --surplus-percent than the folder's oci-consumo.ini
    #[arg(long, conflicts_with_all = ["no_store", "offline"], help_heading = "History")]
    pub record: bool,
    /// Use URL in place of every host of the service: https, or http on loopback
    #[arg(long, value_name = "URL", env = ENDPOINT, hide_env_values = true, value_parser = typed(), help_heading = "How")]
    pub endpoint: Option<AsTyped>,
    /// The moment that the run begins, of a run against another address than the service's
    #[arg(
        long,
        value_name = "RFC3339",
        hide = true,
        requires = "endpoint",
        help_heading = "How"
    )]
    pub now: Option<DateTime<Utc>>,
}

/// Where history is kept.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// Keep history in this SQLite file or PostgreSQL database [default: consumo.db in DIR]
    #[arg(long, value_name = "URL", env = STORE, hide_env_values = true, value_parser = typed(), help_heading = "History")]
    pub store: Option<AsTyped>,
    /// Keep no history and use none
    #[arg(long, help_heading = "History")]
    pub no_store: bool,
    /// Ask for all days again, whatever the store has
    #[arg(long, help_heading = "History")]
    pub refetch: bool,
    /// Report from the store alone, without asking the service
    #[arg(long, conflicts_with_all = ["no_store", "refetch"], help_heading = "History")]
    pub offline: bool,
}

/// The check of a folder.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folder with one config_* file per client
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// Only what can be seen without the network
    #[arg(long, help_heading = "What")]
    pub offline: bool,
    /// Print instead what answers showed of the service, fit to be sent: no name, OCID, amount or host
    #[arg(long, conflicts_with = "offline", help_heading = "What")]
    pub service_report: bool,
    /// What every run takes.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Use URL in place of every host of the service: https, or http on loopback
    #[arg(long, value_name = "URL", env = ENDPOINT, hide_env_values = true, value_parser = typed(), help_heading = "How")]
    pub endpoint: Option<AsTyped>,
    /// The moment that the run begins, of a run against another address than the service's
    #[arg(
        long,
        value_name = "RFC3339",
        hide = true,
        requires = "endpoint",
        help_heading = "How"
    )]
    pub now: Option<DateTime<Utc>>,
}

/// The test of the methods on a folder.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Folder with one config_* file per client
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// What every run takes.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What every forecast takes.
    #[command(flatten)]
    pub forecast: ForecastArgs,
    /// Where history is kept.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Use URL in place of every host of the service: https, or http on loopback
    #[arg(long, value_name = "URL", env = ENDPOINT, hide_env_values = true, value_parser = typed(), help_heading = "How")]
    pub endpoint: Option<AsTyped>,
    /// The moment that the run begins, of a run against another address than the service's
    #[arg(
        long,
        value_name = "RFC3339",
        hide = true,
        requires = "endpoint",
        help_heading = "How"
    )]
    pub now: Option<DateTime<Utc>>,
}

/// The report over simulated clients.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// What every run takes.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What every report takes besides.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Number that the made-up days follow from
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Demo")]
    pub seed: u64,
    /// Add clients that fail, to see what failure looks like
    #[arg(long, help_heading = "Demo")]
    pub faults: bool,
    /// Keep the simulated service running and print its endpoint and the clients' folder
    #[arg(long, conflicts_with = "output", help_heading = "Demo")]
    pub serve: bool,
    /// Write the clients' folder here, and leave it
    #[arg(long, value_name = "PATH", requires = "serve", help_heading = "Demo")]
    pub dir: Option<PathBuf>,
}

/// What every run takes.
#[derive(Clone, Debug, Args)]
pub struct CommonArgs {
    /// Seen from this UTC day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "What")]
    pub as_of: Option<Day>,
    /// Only clients with TEXT in their name or file name, case and accents aside; repeatable
    #[arg(long, value_name = "TEXT", help_heading = "What")]
    pub only: Vec<String>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Form")]
    pub format: Format,
    /// Language of the output [default: pt-BR]
    #[arg(long, value_enum, env = LANG, hide_env_values = true, help_heading = "Form")]
    pub lang: Option<Lang>,
    /// Colours; auto is never where stdout is no terminal or NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Color::Auto, help_heading = "Form")]
    pub color: Color,
    /// No progress and no warnings on stderr
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Form")]
    pub quiet: bool,
    /// Request ids, retries and timings on stderr
    #[arg(short, long, help_heading = "Form")]
    pub verbose: bool,

    /// Requests in flight, at most 4 of them per tenancy [default: 32]
    #[arg(long, value_name = "N", value_parser = jobs, help_heading = "How")]
    pub jobs: Option<u16>,
    /// Longest wait for one request, connecting included
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "60",
        help_heading = "How"
    )]
    pub timeout: NonZeroU32,
    /// Time that one client may spend on trying again
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 120,
        help_heading = "How"
    )]
    pub retry_budget: u32,
    /// Time for the whole run; clients that are not done by then have failed [default: none]
    #[arg(long, value_name = "SECONDS", help_heading = "How")]
    pub deadline: Option<NonZeroU32>,
}

/// What every forecast takes.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ForecastArgs {
    /// Days before the as-of day that may still change [default: 2]
    #[arg(long, value_name = "N", value_parser = settle_days, help_heading = "What")]
    pub settle_days: Option<u32>,
    /// How the forecast is made [default: weekday]
    #[arg(long, value_enum, help_heading = "What")]
    pub method: Option<Method>,
}

/// What every report takes besides.
#[derive(Clone, Debug, Args)]
pub struct FigureArgs {
    /// What every forecast takes.
    #[command(flatten)]
    pub forecast: ForecastArgs,
    /// Change every client's forecast: +10%, -25% or +5000 a month, each with "desde DD/MM/YYYY" if need be
    #[arg(long, value_name = "ADJUSTMENT", value_parser = what_if, allow_hyphen_values = true, help_heading = "What")]
    pub what_if: Option<Adjustment>,
    /// Per cent of the credit left over that counts as unused [default: 10]
    #[arg(long, value_name = "N", value_parser = percent, help_heading = "What")]
    pub surplus_percent: Option<Amount>,
    /// The portfolio alone, in text, but for the clients of --situation
    #[arg(long, help_heading = "What")]
    pub summary: bool,
    /// Add subtotals by the configs' grupo to the portfolio, in text
    #[arg(long, help_heading = "What")]
    pub by_group: bool,
    /// Details only of clients in these situations, in text
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true,
        help_heading = "What"
    )]
    pub situation: Vec<Situation>,
    /// Exit with 10 when a client is in one of these situations
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        value_enum,
        help_heading = "What"
    )]
    pub fail_on: Vec<Situation>,
    /// Add each client's days to the JSON
    #[arg(long, help_heading = "Form")]
    pub daily: bool,
    /// Write the report to FILE too, in the form of its ending: .json, .csv, .xlsx or .md; {data} in it
    /// becomes the as-of day; repeatable
    #[arg(short, long, value_name = "FILE", value_parser = output, help_heading = "Form")]
    pub output: Vec<OutputFile>,
    /// Table that CSV and Markdown hold [default: clients]
    #[arg(
        long,
        alias = "csv",
        value_name = "TABLE",
        value_enum,
        help_heading = "Form"
    )]
    pub table: Option<TableKind>,
    /// How CSV is written [default: standard]
    #[arg(
        long,
        alias = "csv-dialeto",
        value_name = "STYLE",
        value_enum,
        help_heading = "Form"
    )]
    pub csv_style: Option<CsvStyle>,
}

/// A file to write, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Its path, with `{data}` where the as-of day goes.
    pub path: String,
    /// Form that its name asks for.
    pub form: FileForm,
}

impl ValueEnum for Method {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(
            clap::builder::PossibleValue::new(self.word()).help(match self {
                Self::Weekday => "Mean of each weekday over two months",
                Self::Recent => "The same weekdays, at a level on which recent days weigh more",
                Self::Weeks => "Smoothed totals of weeks, spread over the weekdays",
                Self::HalfYear => "Mean of each weekday over 182 days",
                Self::Blend => "Mean of the four others",
            }),
        )
    }
}

impl ValueEnum for Situation {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::BY_SEVERITY
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

fn day(text: &str) -> Result<Day, String> {
    let day = parse_day(text).filter(|_| text.contains('-'));
    day.ok_or_else(|| "not a day of this century, YYYY-MM-DD".to_owned())
}

pub(crate) fn percent(text: &str) -> Result<Amount, String> {
    let percent = Amount::parse(text)
        .ok()
        .filter(|percent| !percent.is_negative() && *percent <= Amount::from(100));
    percent.ok_or_else(|| "not a number from 0 to 100".to_owned())
}

/// An adjustment without a currency: it holds for clients of any.
fn what_if(text: &str) -> Result<Adjustment, String> {
    match adjustment::parse(text) {
        Ok((adjustment, None)) => Ok(adjustment),
        Ok((_, Some(_))) => Err("no currency: it is in each client's own".to_owned()),
        Err(ConfigProblem::AmbiguousAmount {
            thousands,
            decimals,
            ..
        }) => Err(format!("can be read as {thousands} and as {decimals}")),
        Err(ConfigProblem::AdjustedBelowNothing) => Err("below -100%".to_owned()),
        Err(_) => Err(
            "neither +10%, -25% nor +5000, each with \"desde DD/MM/YYYY\" if need be".to_owned(),
        ),
    }
}

/// A file by its ending, in any case.
pub(crate) fn output(text: &str) -> Result<OutputFile, String> {
    if text.contains("://") {
        return Err("a path, not a URL".to_owned());
    }
    let form = FileForm::of(text)
        .ok_or_else(|| "it ends in none of .json, .csv, .xlsx and .md".to_owned())?;
    Ok(OutputFile {
        path: text.to_owned(),
        form,
    })
}

/// A value that no error message repeats: clap accepts any, and the plan reads it.
fn typed() -> impl TypedValueParser<Value = AsTyped> {
    StringValueParser::new().map(AsTyped::from)
}

pub(crate) fn jobs(text: &str) -> Result<u16, String> {
    let jobs = text.parse().ok().filter(|jobs| (1..=1024).contains(jobs));
    jobs.ok_or_else(|| "not a number from 1 to 1024".to_owned())
}

pub(crate) fn settle_days(text: &str) -> Result<u32, String> {
    let days = text.parse().ok().filter(|days| (0..=60).contains(days));
    days.ok_or_else(|| "not a number from 0 to 60".to_owned())
}

impl Cli {
    /// The command line of this process. A variable that is set to nothing is not set.
    ///
    /// Ends the process after `--help`, `--version` or an error. What is printed then repeats no
    /// credentials of a URL.
    pub fn of_process() -> Self {
        let mut command = Self::command();
        for (argument, variable) in [("lang", LANG), ("endpoint", ENDPOINT), ("store", STORE)] {
            if env::var_os(variable).is_some_and(|value| value.is_empty()) {
                let unset = |command: clap::Command| {
                    let has = command
                        .get_arguments()
                        .any(|known| known.get_id() == argument);
                    if has {
                        command.mut_arg(argument, |argument| argument.env(None::<&str>))
                    } else {
                        command
                    }
                };
                command = unset(command).mut_subcommands(unset);
            }
        }
        let matches = command.try_get_matches();
        let read = matches.and_then(|mut matches| Self::from_arg_matches_mut(&mut matches));
        read.unwrap_or_else(|error| leave(&error))
    }

    /// The moment that the run is said to begin, if it is another than this one.
    pub fn now(&self) -> Option<DateTime<Utc>> {
        match &self.command {
            Some(Command::Check(args)) => args.now,
            Some(Command::Backtest(args)) => args.now,
            Some(Command::Demo(_) | Command::Completions { .. }) => None,
            None => self.report.now,
        }
    }

    /// What every run takes, of whichever subcommand was given.
    pub fn common(&self) -> &CommonArgs {
        match &self.command {
            Some(Command::Demo(args)) => &args.common,
            Some(Command::Check(args)) => &args.common,
            Some(Command::Backtest(args)) => &args.common,
            Some(Command::Completions { .. }) | None => &self.report.common,
        }
    }

    /// The clients' folder; `None` of a subcommand without one.
    pub fn dir(&self) -> Option<&PathBuf> {
        match &self.command {
            Some(Command::Check(args)) => Some(&args.dir),
            Some(Command::Backtest(args)) => Some(&args.dir),
            Some(Command::Demo(_) | Command::Completions { .. }) => None,
            None => Some(&self.report.dir),
        }
    }
}

/// Prints what clap has to say and ends the process.
fn leave(error: &clap::Error) -> ! {
    let text = error.to_string();
    let shown = untold(&text);
    if shown == text {
        error.exit();
    }
    // There is nobody left to tell if that fails.
    let _ = match error.use_stderr() {
        true => io::stderr().write_all(shown.as_bytes()),
        false => io::stdout().write_all(shown.as_bytes()),
    };
    process::exit(error.exit_code());
}

/// `text` without the credentials of any URL of this process's arguments and environment.
pub fn untold(text: &str) -> String {
    let arguments = env::args_os().skip(1);
    let variables = env::vars_os().map(|(_, value)| value);
    let given: Vec<AsTyped> = arguments
        .chain(variables)
        .map(|value| AsTyped::from(value.to_string_lossy().into_owned()))
        .collect();
    without_credentials(text, &given)
}

/// The completion script of `shell`.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "oci-consumo", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }
}
