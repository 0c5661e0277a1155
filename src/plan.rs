//! The command line resolved: all that one run is to do, before it does any of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::Url;

use crate::calendar::Day;
use crate::cli::{CommonArgs, Ending, FigureArgs, OutputFile, StoreArgs};
use crate::failure::{FileProblem, OutputProblem, StoreProblem};
use crate::form::{Color, FileForm, Format};
use crate::lang::Lang;
use crate::oci::transport::Limits;
use crate::report::statement::{Reckoning, Situation};
use crate::store::place::{FILE_NAME, Place};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// One run over a folder of clients.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The clients' folder.
    pub dir: PathBuf,
    /// The day it is seen from.
    pub as_of: Day,
    /// When it begins.
    pub now: DateTime<Utc>,
    /// Where history is kept.
    pub history: History,
    /// Parts of names of the clients to work on; all when empty.
    pub only: Vec<String>,
    /// Where requests go instead of to the service.
    pub endpoint: Option<Url>,
    /// Whether the clients are made up.
    pub simulated: bool,
    /// Bounds on requests.
    pub limits: Limits,
    /// How long the whole run may take.
    pub deadline: Option<Duration>,
    /// What is shown, and how.
    pub view: View,
}

/// What a run has to do with a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// Nothing.
    None,
    /// It takes from the store there what lasts, asks the service for the rest, and keeps what it got.
    Kept {
        /// Where.
        place: Place,
        /// Whether nothing is taken from it.
        refetch: bool,
    },
    /// It takes all from the store there, and asks nobody.
    Alone {
        /// Where.
        place: Place,
    },
}

/// How a report's figures are made, and what the exit status tells of them.
#[derive(Clone, Debug)]
pub struct Figures {
    /// How they are made and judged.
    pub reckoning: Reckoning,
    /// Situations that the exit status tells of.
    pub fail_on: Vec<Situation>,
}

/// What is shown, and how.
#[derive(Clone, Debug)]
pub struct View {
    /// Form of the output.
    pub format: Format,
    /// Language of the output.
    pub lang: Lang,
    /// When to use colours.
    pub color: Color,
    /// Nothing but errors on stderr.
    pub quiet: bool,
    /// Every request on stderr.
    pub verbose: bool,
    /// How much of a report.
    pub detail: Detail,
}

/// How much of a report is shown.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// Whether clients have no part of their own.
    pub summary: bool,
    /// Situations of the clients that have a part of their own; all when empty.
    pub situations: Vec<Situation>,
    /// Whether JSON holds each day.
    pub daily: bool,
}

/// A file that the report is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where.
    pub path: PathBuf,
    /// In which form.
    pub form: FileForm,
}

/// What was asked for cannot be done, whatever the clients are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// The as-of day is to come: days to come would read as days without usage (rule 1).
    AsOfAhead {
        /// The as-of day.
        as_of: Day,
        /// The UTC day.
        today: Day,
    },
    /// The clients' folder cannot be read.
    Folder {
        /// Its path, fit for a terminal.
        dir: String,
        /// Why.
        problem: FileProblem,
    },
    /// What `--store` says is no place for a store.
    NotAStore {
        /// Why.
        why: String,
    },
    /// There is nothing to report from without asking the service.
    NoStore {
        /// Where it would be, fit for a terminal.
        place: String,
        /// Why.
        problem: StoreProblem,
    },
    /// A file that the report is to be written to cannot be.
    Output {
        /// Its path, fit for a terminal.
        path: String,
        /// Why.
        problem: OutputProblem,
    },
    /// `--only` matches no client.
    NoMatch {
        /// The folder's path, fit for a terminal.
        dir: String,
    },
}

impl Plan {
    /// The run that `args` ask for over `dir`, beginning `now`; without a store.
    ///
    /// # Errors
    /// [`Misuse::AsOfAhead`].
    pub fn new(
        args: CommonArgs,
        detail: Detail,
        dir: PathBuf,
        endpoint: Option<Url>,
        now: DateTime<Utc>,
    ) -> Result<Self, Misuse> {
        let today = now.date_naive();
        let as_of = args.as_of.unwrap_or(today);
        if as_of > today {
            return Err(Misuse::AsOfAhead { as_of, today });
        }
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        Ok(Self {
            dir,
            as_of,
            now,
            history: History::None,
            only: args.only,
            endpoint,
            simulated: false,
            limits: Limits {
                jobs: args.jobs.into(),
                timeout: seconds(args.timeout.get()),
                connect_timeout: CONNECT_TIMEOUT,
                retry_budget: seconds(args.retry_budget),
            },
            deadline: args.deadline.map(|deadline| seconds(deadline.get())),
            view: View {
                format: args.format,
                lang: args.lang,
                color: args.color,
                quiet: args.quiet,
                verbose: args.verbose,
                detail,
            },
        })
    }
}

/// Where `args` say that the history of the clients in `dir` is kept.
///
/// # Errors
/// [`Misuse::NotAStore`].
pub fn history(args: StoreArgs, dir: &Path) -> Result<History, Misuse> {
    if args.no_store {
        return Ok(History::None);
    }
    let place = match args.store {
        Some(typed) => typed.place(),
        None => Place::file(&dir.join(FILE_NAME)),
    };
    let place = place.map_err(|why| Misuse::NotAStore { why })?;
    Ok(if args.offline {
        History::Alone { place }
    } else {
        History::Kept {
            place,
            refetch: args.refetch,
        }
    })
}

/// What `args` ask of a report's figures, and of how much of it is shown.
pub fn figures(args: FigureArgs) -> (Figures, Detail) {
    let figures = Figures {
        reckoning: Reckoning {
            settle_days: args.forecast.settle_days,
            surplus_percent: args.surplus_percent,
            method: args.forecast.method,
            what_if: args.what_if,
        },
        fail_on: args.fail_on,
    };
    let detail = Detail {
        summary: args.summary,
        situations: args.situation,
        daily: args.daily,
    };
    (figures, detail)
}

/// The files that `args` ask for, as of `as_of`.
pub fn outputs(args: &FigureArgs, as_of: Day) -> Vec<Output> {
    let output = |file: &OutputFile| Output {
        path: file.path.replace("{data}", &as_of.to_string()).into(),
        form: match file.ending {
            Ending::Json => FileForm::Json,
            Ending::Csv => FileForm::Csv(args.csv, args.csv_dialeto),
            Ending::Xlsx => FileForm::Workbook,
        },
    };
    args.output.iter().map(output).collect()
}
