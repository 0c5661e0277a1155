//! The command line resolved: all that one run is to do, before it does any of it.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use crate::calendar::Day;
use crate::cli::{Color, CommonArgs, Format, Lang};
use crate::failure::FileProblem;
use crate::money::Amount;
use crate::oci::transport::Limits;
use crate::report::statement::Situation;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// One run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The clients' folder.
    pub dir: PathBuf,
    /// The day the report is seen from.
    pub as_of: Day,
    /// Days before it that are not settled.
    pub settle_days: u32,
    /// Per cent of the credit left over that counts as unused.
    pub surplus_percent: Amount,
    /// Parts of names of the clients to report; all when empty.
    pub only: Vec<String>,
    /// Where requests go instead of to the service.
    pub endpoint: Option<Url>,
    /// Whether the clients are made up.
    pub simulated: bool,
    /// Bounds on requests.
    pub limits: Limits,
    /// What is shown, and how.
    pub view: View,
    /// Situations that the exit status tells of.
    pub fail_on: Vec<Situation>,
}

/// What is shown, and how.
#[derive(Clone, Debug)]
pub struct View {
    /// Form of the output.
    pub format: Format,
    /// Language of the report.
    pub lang: Lang,
    /// When to use colours.
    pub color: Color,
    /// Whether clients have no part of their own.
    pub summary: bool,
    /// Situations of the clients that have a part of their own; all when empty.
    pub situations: Vec<Situation>,
    /// Whether JSON holds each day.
    pub daily: bool,
    /// Nothing but errors on stderr.
    pub quiet: bool,
    /// Every request on stderr.
    pub verbose: bool,
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
    /// `--only` matches no client.
    NoMatch {
        /// The folder's path, fit for a terminal.
        dir: String,
    },
}

impl Plan {
    /// The run that `args` ask for over `dir`; `today` is the UTC day.
    ///
    /// # Errors
    /// [`Misuse::AsOfAhead`].
    pub fn new(
        args: CommonArgs,
        dir: PathBuf,
        endpoint: Option<Url>,
        today: Day,
    ) -> Result<Self, Misuse> {
        let as_of = args.as_of.unwrap_or(today);
        if as_of > today {
            return Err(Misuse::AsOfAhead { as_of, today });
        }
        Ok(Self {
            dir,
            as_of,
            settle_days: args.settle_days,
            surplus_percent: args.surplus_percent,
            only: args.only,
            endpoint,
            simulated: false,
            limits: Limits {
                jobs: args.jobs.into(),
                timeout: Duration::from_secs(args.timeout.get().into()),
                connect_timeout: CONNECT_TIMEOUT,
                retry_budget: Duration::from_secs(args.retry_budget.into()),
            },
            view: View {
                format: args.format,
                lang: args.lang,
                color: args.color,
                summary: args.summary,
                situations: args.situation,
                daily: args.daily,
                quiet: args.quiet,
                verbose: args.verbose,
            },
            fail_on: args.fail_on,
        })
    }
}
