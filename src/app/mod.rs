//! One run over a folder of clients: their report, their check, or the test of
//! its forecasts. The only room that knows all others.
//!
//! Clients are worked on side by side; what they share are the bounds on
//! requests. All before and after that is in order, in one hand.

mod add;
mod alert;
mod backtest;
mod check;
mod clients;
mod fetch;
mod folder;
mod history;
mod interrupt;
mod kinds;
mod manual;
mod outputs;
mod pages;
mod prepare;
mod publish;
mod report;
mod run;
mod screen;
mod service;
mod tasks;

use crate::check::{ChannelCheck, Checkup, StepState};
use crate::failure::Notice;
use crate::plan::FigureOptions;
use crate::report::backtest::Backtest;
use crate::report::portfolio::{Client, Portfolio};

pub use backtest::backtest;
pub use check::check;
pub use manual::options;
pub use prepare::prepare;
pub use report::report;
pub use run::run;
pub use screen::not_started;

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every client was reported or tested, or checked without a failure.
    Complete,
    /// Any other failure.
    Unexpected,
    /// The command line, or the folder it names, cannot be used.
    Usage,
    /// Some clients failed, or lack data.
    Partial,
    /// No client worked, or there is none.
    Nothing,
    /// A client is in a situation that `--fail-on` names.
    FailOn,
    /// The report is right, and a message about it was not delivered.
    Undelivered,
    /// Ctrl-C or SIGTERM.
    Interrupted,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 8] = [
        Self::Complete,
        Self::Unexpected,
        Self::Usage,
        Self::Partial,
        Self::Nothing,
        Self::FailOn,
        Self::Undelivered,
        Self::Interrupted,
    ];

    /// Returns the exit status.
    pub fn status(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Nothing => 4,
            Self::FailOn => 10,
            Self::Undelivered => 5,
            Self::Interrupted => 130,
        }
    }

    /// Returns the outcome where messages were `undelivered`: a failed customer is an ordinary morning, and a lost message
    /// is not.
    pub fn with_undelivered(self, undelivered: bool) -> Self {
        match self {
            Self::Complete | Self::Partial | Self::FailOn if undelivered => Self::Undelivered,
            outcome => outcome,
        }
    }

    /// Returns the outcome of a report.
    pub fn of_report(portfolio: &Portfolio, figures: &FigureOptions) -> Self {
        let statements = || portfolio.clients.iter().filter_map(Client::statement);
        if statements().next().is_none() {
            Self::Nothing
        } else if portfolio.failed().next().is_some()
            || statements().any(|s| s.situation.lacks_data())
            || portfolio.notices.iter().any(Notice::misses_client)
        {
            Self::Partial
        } else if portfolio.in_situations(&figures.fail_on).next().is_some() {
            Self::FailOn
        } else {
            Self::Complete
        }
    }

    /// Returns the outcome of a test of the methods: that of a report on the same clients, without `--fail-on`.
    pub fn of_backtest(backtest: &Backtest) -> Self {
        let tested = || {
            let outcomes = backtest.clients.iter().map(|client| &client.outcome);
            outcomes.filter_map(|outcome| outcome.as_ref().ok())
        };
        if tested().next().is_none() {
            Self::Nothing
        } else if backtest.failed().next().is_some()
            || tested().any(|tested| tested.lacks_data)
            || backtest.notices.iter().any(Notice::misses_client)
        {
            Self::Partial
        } else {
            Self::Complete
        }
    }

    /// Returns the outcome of a check that looked at `channels` too.
    pub fn with_channels(self, channels: &[ChannelCheck]) -> Self {
        let failed = channels.iter().any(|channel| channel.problem.is_some());
        match self {
            Self::Complete if failed => Self::Partial,
            outcome => outcome,
        }
    }

    /// Returns the outcome of a check with `notices` about its folder.
    pub fn of_check(checkups: &[Checkup], notices: &[Notice]) -> Self {
        let failed = |checkup: &Checkup| checkup.state() == StepState::Failed;
        if checkups.iter().all(failed) {
            Self::Nothing
        } else if checkups.iter().any(failed) || notices.iter().any(Notice::misses_client) {
            Self::Partial
        } else {
            Self::Complete
        }
    }
}
