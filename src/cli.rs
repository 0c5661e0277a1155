//! The command line as it is typed.

mod add;
mod complete;
mod errors;
mod words;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use clap::builder::{StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use clap_complete::engine::ArgValueCompleter;

use crate::adjustment::Adjustment;
use crate::calendar::{Day, parse_day};
use crate::failure::ConfigProblem;
use crate::forecast::Method;
use crate::form::{Color, CsvStyle, FileForm, Format, Order, TableKind};
use crate::lang::Lang;
use crate::manual::Subject;
use crate::money::Amount;
use crate::profile::adjustment;
use crate::report::statement::Situation;
use crate::text::{AsTyped, printable, without_credentials, without_keys};

use errors::ValueProblem;

pub use add::{AddAnswers, AddArgs};

pub(crate) use complete::place as place_of_completions;

/// The words that stand for the as-of day in the name of a file.
pub(crate) const DAY_IN_NAMES: [&str; 2] = ["{date}", "{data}"];
/// The environment variable for `--lang`.
pub const LANG: &str = "OCI_CONSUMO_LANG";
/// The environment variable for `--endpoint`.
pub const ENDPOINT: &str = "OCI_CONSUMO_ENDPOINT";
/// The environment variable for `--store`.
pub const STORE: &str = "OCI_CONSUMO_STORE";

const AFTER_HELP: &str = "\
DIR is a folder with one config_* file per client. A date is YYYY-MM-DD or DD/MM/YYYY.
All options and the exit statuses: oci-consumo --help";

const AFTER_LONG_HELP: &str = "\
Options may stand before or behind the command and DIR. `oci-consumo report DIR` is
`oci-consumo DIR`. A folder that is named like a command is ./NAME. A date is YYYY-MM-DD or
DD/MM/YYYY.

Situations, for --situation and --fail-on:
  spent               the consumption is over the credit
  runs-out            the credit runs out before the contract ends
  no-data             the service has no data of the contract
  incomplete-history  too many days are unknown
  borderline          the projected total is within 2% of the credit
  unused              more than --surplus-percent of the credit is left over
  within              none of the others
  no-forecast, pay-as-you-go, not-started, ended

Examples:
  oci-consumo demo                           the whole report over simulated clients
  oci-consumo check ./clientes               what keeps each client from working, and the remedy
  oci-consumo ./clientes                     every client of the folder, then the portfolio
  oci-consumo ./clientes --only padaria      one client
  oci-consumo ./clientes --summary           the portfolio alone
  oci-consumo ./clientes --what-if +20%      the report if every future day cost 20% more
  oci-consumo backtest ./clientes            how far off each forecast method was in the past
  oci-consumo ./clientes --situation spent,runs-out
  oci-consumo ./clientes --format json | jq '.totais'
  oci-consumo ./clientes -o carteira-{date}.xlsx -o clientes.csv
  oci-consumo ./clientes -q --fail-on runs-out || echo look

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
#[command(
    version,
    about,
    after_help = AFTER_HELP,
    after_long_help = AFTER_LONG_HELP,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    args_override_self = true
)]
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
    /// Show the report over simulated clients: no account, no network
    Demo(DemoArgs),
    /// Check each client's config, key, connection, clock and policy
    Check(CheckArgs),
    /// Add a client to a folder: its config, its key, and a check of both
    Add(AddArgs),
    /// Test the forecast methods on each client's own past
    Backtest(BacktestArgs),
    /// Read the manual: a topic, or the list of topics
    Manual(ManualArgs),
    /// Print the completion script of a shell, and where it goes
    Completions {
        /// The shell
        shell: Shell,
        /// The language.
        #[command(flatten)]
        lang: LangArgs,
    },
    /// Print the page for `man`, or that of a command
    Man {
        /// The command
        command: Option<String>,
        /// The language.
        #[command(flatten)]
        lang: LangArgs,
    },
}

/// The language of a command that reports nothing.
#[derive(Clone, Copy, Debug, Args)]
pub struct LangArgs {
    /// Language of messages, pt-BR or en [default: pt-BR]
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        env = LANG,
        hide_env = true,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub lang: Option<Lang>,
}

/// The report over a folder. The help shows the groups of options in the order of these fields.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder with one config_* file per client [default: .]
    #[arg(hide_short_help = true)]
    pub dir: Option<PathBuf>,
    /// What every report takes besides.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Where history is kept.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Show this run in BI although it differs from the usual one
    ///
    /// A run differs with --only, with an earlier --as-of, or with another --method, --settle-days or --surplus-percent
    /// than the folder's oci-consumo.ini has.
    #[arg(long, conflicts_with_all = ["no_store", "offline"], hide_short_help = true, help_heading = "History")]
    pub record: bool,
    /// Arguments of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

impl ReportArgs {
    /// The folder: the current one where none is typed.
    fn dir(&self) -> &Path {
        self.dir.as_deref().unwrap_or(Path::new("."))
    }
}

/// Address of the service.
#[derive(Clone, Debug, Default, Args)]
pub struct ServiceArgs {
    /// Use URL in place of every host of the service: https, or http on loopback
    #[arg(
        long,
        value_name = "URL",
        env = ENDPOINT,
        hide_env_values = true,
        hide_short_help = true,
        value_parser = typed(),
        help_heading = "Network"
    )]
    pub endpoint: Option<AsTyped>,
    /// The moment that the run begins, of a run against another address than the service's
    #[arg(
        long,
        value_name = "RFC3339",
        hide = true,
        requires = "endpoint",
        help_heading = "Network"
    )]
    pub now: Option<DateTime<Utc>>,
}

/// Where history is kept.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// Keep history in this SQLite file or PostgreSQL database [default: consumo.db in DIR]
    #[arg(long, value_name = "URL", env = STORE, hide_env_values = true, value_parser = typed(), hide_short_help = true, help_heading = "History")]
    pub store: Option<AsTyped>,
    /// Neither read nor keep history
    #[arg(long, help_heading = "History")]
    pub no_store: bool,
    /// Fetch all days again, stored or not
    #[arg(long, hide_short_help = true, help_heading = "History")]
    pub refetch: bool,
    /// Report from the history alone, without asking the service
    #[arg(long, conflicts_with_all = ["no_store", "refetch"], help_heading = "History")]
    pub offline: bool,
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
    /// Arguments of every run.
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
    /// Arguments of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Arguments of every forecast.
    #[command(flatten)]
    pub forecast: ForecastArgs,
    /// Where history is kept.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Address of the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// The report over simulated clients.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Arguments of every run.
    #[command(flatten)]
    pub common: CommonArgs,
    /// What every report takes besides.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// Seed of the made-up days
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number::<u64>, help_heading = "Demo")]
    pub seed: u64,
    /// Add clients that fail, to see what failure looks like
    #[arg(long, help_heading = "Demo")]
    pub faults: bool,
    /// Keep the simulated service running and print its endpoint and the clients' folder
    #[arg(long, conflicts_with = "output", help_heading = "Demo")]
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

/// What every run takes.
#[derive(Clone, Debug, Args)]
pub struct CommonArgs {
    /// Report as of this UTC day [default: today]
    #[arg(long, value_name = "DATE", display_order = 1, value_parser = day, help_heading = "Filter")]
    pub as_of: Option<Day>,
    /// Only clients with TEXT in their name or file name; repeatable
    ///
    /// Case and accents do not matter.
    #[arg(long, value_name = "TEXT", display_order = 1, value_parser = only, add = ArgValueCompleter::new(complete::clients), help_heading = "Filter")]
    pub only: Vec<String>,

    /// Form: text, json, csv, markdown or none
    ///
    /// csv is the table of --table, for spreadsheets; none prints nothing and only writes the files of -o.
    #[arg(long, value_enum, default_value_t = Format::Text, hide_possible_values = true, help_heading = "Output")]
    pub format: Format,
    /// Language, pt-BR or en [default: pt-BR]
    ///
    /// The environment variable OCI_CONSUMO_LANG sets it, too.
    #[arg(long, value_enum, ignore_case = true, env = LANG, hide_env = true, hide_possible_values = true, help_heading = "Output")]
    pub lang: Option<Lang>,
    /// When to colour; auto is only in a terminal, and not if NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Color::Auto, hide_short_help = true, help_heading = "Output")]
    pub color: Color,
    /// Print no progress and no warnings on stderr
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Print request ids, retries and timings on stderr
    #[arg(short, long, hide_short_help = true, help_heading = "Output")]
    pub verbose: bool,

    /// Requests at the same time, at most 4 per tenancy [default: 32]
    #[arg(long, value_name = "N", value_parser = jobs, hide_short_help = true, help_heading = "Network")]
    pub jobs: Option<u16>,
    /// Give up one request after this many seconds, connecting included
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "60",
        value_parser = number::<NonZeroU32>,
        hide_short_help = true, help_heading = "Network"
    )]
    pub timeout: NonZeroU32,
    /// Stop retrying a client after this many seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 120,
        value_parser = number::<u32>,
        hide_short_help = true, help_heading = "Network"
    )]
    pub retry_budget: u32,
    /// End the run after this many seconds; clients that are not done by then fail [default: none]
    #[arg(long, value_name = "SECONDS", value_parser = number::<NonZeroU32>, hide_short_help = true, help_heading = "Network")]
    pub deadline: Option<NonZeroU32>,
}

/// What every forecast takes.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ForecastArgs {
    /// Days before the as-of day that the service may still change [default: 2]
    #[arg(long, value_name = "N", value_parser = settle_days, hide_short_help = true, help_heading = "Forecast")]
    pub settle_days: Option<u32>,
    /// Method: weekday, recent, weeks, half-year or blend [default: weekday]
    ///
    /// weekday: mean of each weekday over two months. recent: the same, with more weight on recent days. weeks: smoothed
    /// totals of weeks. half-year: mean of each weekday over 182 days. blend: mean of the four others.
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        help_heading = "Forecast"
    )]
    pub method: Option<Method>,
}

/// What every report takes besides.
#[derive(Clone, Debug, Args)]
pub struct FigureArgs {
    /// Show only the totals and the portfolio, without each client's part
    #[arg(long, help_heading = "Filter")]
    pub summary: bool,
    /// Add subtotals by the configs' grupo to the portfolio, in text
    #[arg(long, hide_short_help = true, help_heading = "Filter")]
    pub by_group: bool,
    /// Add what the text leaves out, such as averages and older months
    ///
    /// Statistics, averaging window, partial days, likely range, second opinion, months of earlier years.
    #[arg(long, help_heading = "Filter")]
    pub details: bool,
    /// Show every row and every name in full, in a terminal too
    #[arg(long, help_heading = "Filter")]
    pub all: bool,
    /// Show only the first N clients, in the order of --sort; totals, files and exit status stay whole
    #[arg(
        long,
        value_name = "N",
        hide_short_help = true,
        help_heading = "Filter"
    )]
    pub top: Option<NonZeroU32>,
    /// Order of the clients in the text
    #[arg(
        long,
        value_name = "ORDER",
        value_enum,
        hide_short_help = true,
        help_heading = "Filter"
    )]
    pub sort: Option<Order>,
    /// Show only clients in these situations, in text
    ///
    /// Totals, files and exit status stay whole.
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true,
        help_heading = "Filter"
    )]
    pub situation: Vec<Situation>,
    /// Arguments of every forecast.
    #[command(flatten)]
    pub forecast: ForecastArgs,
    /// Change every forecast: +10%, -25% or +5000 (a month)
    ///
    /// A first day may follow, as in "+10% from 01/03/2027".
    #[arg(long, value_name = "ADJUSTMENT", value_parser = what_if, allow_hyphen_values = true, help_heading = "Forecast")]
    pub what_if: Option<Adjustment>,
    /// Share of the credit, in per cent, that counts as unused if it is left over [default: 10]
    #[arg(long, value_name = "N", value_parser = percent, hide_short_help = true, help_heading = "Forecast")]
    pub surplus_percent: Option<Amount>,
    /// Exit with 10 if a client is in one of these situations
    #[arg(
        long,
        value_name = "WORD",
        value_delimiter = ',',
        value_enum,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub fail_on: Vec<Situation>,
    /// Add each client's days to the JSON
    #[arg(long, hide_short_help = true, help_heading = "Output")]
    pub daily: bool,
    /// Write to FILE too: .json, .csv, .xlsx or .md; repeatable
    ///
    /// {date} in its name is the as-of day.
    #[arg(short, long, value_name = "FILE", value_parser = output, help_heading = "Output")]
    pub output: Vec<OutputFile>,
    /// Table of CSV and Markdown: clients, months or days [default: clients]
    #[arg(
        long,
        alias = "csv",
        value_name = "TABLE",
        value_enum,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub table: Option<TableKind>,
    /// How CSV is written [default: standard]
    #[arg(
        long,
        alias = "csv-dialeto",
        value_name = "STYLE",
        value_enum,
        hide_short_help = true,
        help_heading = "Output"
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
        let word = match self {
            Self::Spent => "spent",
            Self::RunsOut => "runs-out",
            Self::NoData => "no-data",
            Self::IncompleteHistory => "incomplete-history",
            Self::Borderline => "borderline",
            Self::LeftOver => "unused",
            Self::Within => "within",
            Self::NoForecast => "no-forecast",
            Self::NoCredit => "pay-as-you-go",
            Self::NotStarted => "not-started",
            Self::Ended => "ended",
        };
        Some(clap::builder::PossibleValue::new(word).alias(self.word()))
    }
}

fn day(text: &str) -> Result<Day, ValueProblem> {
    parse_day(text).ok_or(ValueProblem::NotADay)
}

/// Part of a client's name: an empty one is in every name, which nobody means.
fn only(text: &str) -> Result<String, ValueProblem> {
    match text.trim() {
        "" => Err(ValueProblem::Empty),
        _ => Ok(text.to_owned()),
    }
}

fn number<N: FromStr>(text: &str) -> Result<N, ValueProblem> {
    let zeros = !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    text.parse().map_err(|_| match zeros {
        true => ValueProblem::Zero,
        false => ValueProblem::NotWhole,
    })
}

pub(crate) fn percent(text: &str) -> Result<Amount, ValueProblem> {
    let percent = Amount::parse(text)
        .ok()
        .filter(|percent| !percent.is_negative() && *percent <= Amount::from(100));
    percent.ok_or(ValueProblem::OutOfRange(0, 100))
}

/// An adjustment without a currency: it holds for clients of any.
fn what_if(text: &str) -> Result<Adjustment, ValueProblem> {
    if text.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        return Err(ValueProblem::Unsigned(printable(text, 40)));
    }
    match adjustment::parse(text) {
        Ok((adjustment, None)) => Ok(adjustment),
        Ok((_, Some(_))) => Err(ValueProblem::HasCurrency),
        Err(ConfigProblem::AmbiguousAmount {
            thousands,
            decimals,
            ..
        }) => Err(ValueProblem::Ambiguous(
            thousands.to_string(),
            decimals.to_string(),
        )),
        Err(ConfigProblem::AdjustedBelowNothing) => Err(ValueProblem::BelowNothing),
        Err(ConfigProblem::NotADate { .. }) => Err(ValueProblem::NotADay),
        Err(_) => Err(ValueProblem::NotAnAdjustment),
    }
}

/// A file by its ending, in any case.
pub(crate) fn output(text: &str) -> Result<OutputFile, ValueProblem> {
    if text.contains("://") {
        return Err(ValueProblem::Url);
    }
    let form = FileForm::of(text).ok_or(ValueProblem::Ending)?;
    for (at, _) in text.match_indices('{') {
        let word = text[at..].split_inclusive('}').next();
        let word = word.filter(|word| word.ends_with('}'));
        if let Some(word) = word.filter(|word| !DAY_IN_NAMES.contains(word)) {
            return Err(ValueProblem::Placeholder(printable(word, 60)));
        }
    }
    Ok(OutputFile {
        path: text.to_owned(),
        form,
    })
}

/// A value that no error message repeats: clap accepts any, and the plan reads it.
fn typed() -> impl TypedValueParser<Value = AsTyped> {
    StringValueParser::new().map(AsTyped::from)
}

pub(crate) fn jobs(text: &str) -> Result<u16, ValueProblem> {
    let jobs = text.parse().ok().filter(|jobs| (1..=1024).contains(jobs));
    jobs.ok_or(ValueProblem::OutOfRange(1, 1024))
}

pub(crate) fn settle_days(text: &str) -> Result<u32, ValueProblem> {
    let days = text.parse().ok().filter(|days| (0..=60).contains(days));
    days.ok_or(ValueProblem::OutOfRange(0, 60))
}

impl Cli {
    /// The command line of this process. A variable that is set to nothing is not set.
    ///
    /// Ends the process after `--help`, `--version` or an error. What is printed then repeats no
    /// credentials of a URL.
    pub fn of_process() -> Self {
        if complete::answered() {
            process::exit(0);
        }
        let words: Vec<OsString> = env::args_os().collect();
        let lang = language(&words);
        Self::of_words(words).unwrap_or_else(|error| leave(&error, lang))
    }

    /// Reads the command line `words`, whose first is the program's name.
    ///
    /// # Errors
    /// Message of clap, that of `--help` included.
    pub fn of_words(words: Vec<OsString>) -> Result<Self, clap::Error> {
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
        let words = words::command_first(words, &command);
        let mut matches = command.try_get_matches_from(words)?;
        let cli = Self::from_arg_matches_mut(&mut matches)?;
        match &cli.command {
            // `add` works on the client that `--client` names.
            Some(Command::Add(args)) if !args.common.only.is_empty() => {
                let mut error = clap::Error::new(ErrorKind::UnknownArgument);
                error.insert(
                    ContextKind::InvalidArg,
                    ContextValue::String("--only".to_owned()),
                );
                Err(error)
            }
            _ => Ok(cli),
        }
    }

    /// The moment that the run is said to begin, if it is another than this one.
    pub fn now(&self) -> Option<DateTime<Utc>> {
        match &self.command {
            Some(Command::Check(args)) => args.service.now,
            Some(Command::Add(args)) => args.service.now,
            Some(Command::Backtest(args)) => args.service.now,
            Some(
                Command::Demo(_)
                | Command::Completions { .. }
                | Command::Man { .. }
                | Command::Manual(_),
            ) => None,
            None => self.report.service.now,
        }
    }

    /// The language, if the command line or the environment says it.
    pub fn lang(&self) -> Option<Lang> {
        match &self.command {
            Some(Command::Completions { lang, .. } | Command::Man { lang, .. }) => lang.lang,
            Some(Command::Manual(args)) => args.lang.lang,
            _ => self.common().lang,
        }
    }

    /// What every run takes, of whichever subcommand was given.
    pub fn common(&self) -> &CommonArgs {
        match &self.command {
            Some(Command::Demo(args)) => &args.common,
            Some(Command::Check(args)) => &args.common,
            Some(Command::Add(args)) => &args.common,
            Some(Command::Backtest(args)) => &args.common,
            Some(Command::Completions { .. } | Command::Man { .. } | Command::Manual(_)) | None => {
                &self.report.common
            }
        }
    }

    /// The clients' folder; `None` of a subcommand without one.
    pub fn dir(&self) -> Option<&Path> {
        match &self.command {
            Some(Command::Check(args)) => Some(&args.dir),
            Some(Command::Add(args)) => Some(&args.dir),
            Some(Command::Backtest(args)) => Some(&args.dir),
            Some(
                Command::Demo(_)
                | Command::Completions { .. }
                | Command::Man { .. }
                | Command::Manual(_),
            ) => None,
            None => Some(self.report.dir()),
        }
    }
}

/// Returns the language that `words` or the environment ask for, before they are known to be right.
fn language(words: &[OsString]) -> Lang {
    let (mut typed, mut follows) = (env::var(LANG).ok(), false);
    for word in words.iter().map(|word| word.to_string_lossy()) {
        if follows {
            typed = Some(word.clone().into_owned());
        } else if let Some(value) = word.strip_prefix("--lang=") {
            typed = Some(value.to_owned());
        }
        follows = word == "--lang";
    }
    let lang = typed.and_then(|typed| Lang::from_str(&typed, true).ok());
    lang.unwrap_or(Lang::PtBr)
}

/// Prints the help, the version or the error that clap gives, and ends the process.
fn leave(error: &clap::Error, lang: Lang) -> ! {
    if !error.use_stderr() {
        let text = error.to_string();
        let shown = untold(&text);
        if shown == text {
            error.exit();
        }
        // There is nobody left to tell if that fails.
        let _ = io::stdout().write_all(shown.as_bytes());
        process::exit(error.exit_code());
    }
    let _ = io::stderr().write_all(untold(&errors::text(error, lang)).as_bytes());
    process::exit(error.exit_code());
}

/// `text` without the credentials of any URL, and without any key, of this process's arguments and environment.
pub fn untold(text: &str) -> String {
    let arguments = env::args_os().skip(1);
    let variables = env::vars_os().map(|(_, value)| value);
    let given: Vec<AsTyped> = arguments
        .chain(variables)
        .map(|value| AsTyped::from(value.to_string_lossy().into_owned()))
        .collect();
    without_keys(&without_credentials(text, &given), &given)
}

/// The completion script of `shell`.
pub fn completions(shell: Shell) -> Vec<u8> {
    complete::script(shell)
}

/// The manual page, in roff; that of `command` where one is named, if there is such a command.
pub(crate) fn man(command: Option<&str>) -> Option<Vec<u8>> {
    let mut root = Cli::command();
    root.build();
    let shown = match command {
        None => &root,
        Some(name) => root.find_subcommand(name)?,
    };
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(shown.clone()).render(&mut page);
    Some(page)
}

/// The commands, by name.
pub(crate) fn commands() -> Vec<String> {
    let root = Cli::command();
    words::names(&root).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }
}
