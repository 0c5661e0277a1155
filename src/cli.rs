//! The command line as it is typed.

mod add;
mod alert;
mod complete;
mod errors;
mod options;
mod pages;
mod publish;
mod values;
mod words;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process;

use chrono::{DateTime, Utc};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum as _};
use clap_complete::Shell;

use crate::lang::Lang;
use crate::profile::defaults;
use crate::text::{AsTyped, without_credentials, without_keys};

pub use add::{AddAnswers, AddArgs};
pub use alert::{AlertArgs, AlertPlaceArgs, AlertVerb, AlertsFileArgs};
pub use options::{
    BacktestArgs, BoundArgs, ChangeArgs, CheckArgs, ChoiceArgs, CommonArgs, DemoArgs, FigureArgs,
    ForecastArgs, LangArgs, ManualArgs, PrintArgs, PublisherArgs, ReportArgs, ServiceArgs,
    ShownArgs, StoreArgs, WrittenArgs,
};
pub use pages::{PageArgs, PagesArgs, PagesPlaceArgs, PagesVerb};
pub use publish::{PublishArgs, PublishPlaceArgs, PublishVerb};
pub use values::{OutputFile, TypedPlace};

pub(crate) use complete::place as place_of_completions;
pub(crate) use values::{contact, group, jobs, output, pages, percent, settle_days};

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
  oci-consumo ./clientes --pages /srv/pages  a page for each customer
  oci-consumo ./clientes -q --fail-on runs-out || echo look

Exit status:
  0    every client reported or tested, or checked without a failure
  3    some clients failed or lack data
  4    no client worked, or no config_* in DIR
  2    wrong usage, or no such DIR
  10   --fail-on met, and none of the others
  5    alert: a message was not delivered; 1, 2 and 4 go before it
  1    anything else
  130  interrupted";

/// Command line of the program.
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
    /// Command in place of the report.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The report's arguments.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Commands besides the report.
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
    /// Report a folder, and tell whoever must act: by e-mail, SMS, WhatsApp, chat or webhook
    Alert(Box<AlertArgs>),
    /// Change, clear or show the pages that --pages writes for customers
    Pages(Box<PagesArgs>),
    /// Make or end links to the customers' pages in a bucket
    Publish(Box<PublishArgs>),
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
        let typed = words.clone();
        Self::of_words(words).unwrap_or_else(|error| leave(&error, &typed))
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
                command =
                    unset(command).mut_subcommands(|command| unset(command).mut_subcommands(unset));
            }
        }
        let words = words::command_first(words, &command);
        let mut matches = command.try_get_matches_from(words)?;
        let cli = Self::from_arg_matches_mut(&mut matches)?;
        match &cli.command {
            // `add` works on the client that `--client` names.
            Some(Command::Add(args)) if !args.common.choice.only.is_empty() => {
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
            Some(Command::Alert(args)) => args.service().now,
            Some(Command::Pages(args)) => args.verb.place().service.now,
            Some(Command::Publish(args)) => args.verb.place().pages.service.now,
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
            _ => self.common().print.lang.lang,
        }
    }

    /// Options of every run, of whichever command was given.
    pub fn common(&self) -> &CommonArgs {
        match &self.command {
            Some(Command::Demo(args)) => &args.common,
            Some(Command::Check(args)) => &args.common,
            Some(Command::Add(args)) => &args.common,
            Some(Command::Backtest(args)) => &args.common,
            Some(Command::Alert(args)) => args.common(),
            Some(Command::Pages(args)) => &args.verb.place().common,
            Some(Command::Publish(args)) => &args.verb.place().pages.common,
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
            Some(Command::Alert(args)) => Some(args.dir()),
            Some(Command::Pages(args)) => Some(args.dir()),
            Some(Command::Publish(args)) => Some(args.dir()),
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

/// Returns the language of a command line that is refused: the one that `words` or the environment ask for, else that of
/// the clients' folder.
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
    let named = |value: &str| Lang::from_str(value, true).ok();
    let typed = typed.as_deref().and_then(named);
    let of_folder = || {
        let settings = defaults::read(words::folder(words, &Cli::command())?).ok()?;
        let mut settings = settings.iter();
        named(
            &settings
                .find(|set| set.key == defaults::DefaultKey::Lang)?
                .value,
        )
    };
    typed.or_else(of_folder).unwrap_or(Lang::PtBr)
}

/// Prints the help, the version or the error that clap gives for `typed`, and ends the process.
fn leave(error: &clap::Error, typed: &[OsString]) -> ! {
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
    let root = Cli::command();
    let text = errors::text(error, language(typed), words::misspelt(typed, &root));
    let _ = io::stderr().write_all(untold(&text).as_bytes());
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
