//! The job of `alert`.

use std::path::PathBuf;

use crate::calendar::{Day, parse_day};
use crate::cli::{AlertArgs, AlertPlaceArgs, AlertVerb};

/// A job of `alert`, with its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertJob {
    /// The task.
    pub task: AlertTask,
    /// The file of the settings, where the command line names one.
    pub settings: Option<PathBuf>,
}

/// The tasks of `alert`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertTask {
    /// Reports, decides and sends.
    Run {
        /// `true` where nothing is sent or changed, and the messages are shown.
        dry_run: bool,
    },
    /// Sends a test message by this channel, or by all.
    Test(String),
    /// Shows what is open and what waits.
    Status,
    /// Counts the messages over the stored history.
    Replay,
    /// Tells a client's customer its present state.
    Tell(String),
    /// Prints the WhatsApp templates.
    Templates,
    /// Writes the settings.
    Init {
        /// Address of the operator.
        email: Option<String>,
        /// The way of mail.
        by: Option<String>,
    },
    /// Sends nothing through this day.
    Pause(Day),
    /// Ends a pause.
    Resume,
    /// Forgets an address.
    Forget(String),
}

impl AlertJob {
    /// Returns whether the job makes a report.
    pub fn reports(&self) -> bool {
        matches!(self.task, AlertTask::Run { .. } | AlertTask::Tell(_))
    }

    /// Makes the job of `verb`, and gives back its folder and options. A word that is no day in place of the last day of
    /// a pause is the folder.
    pub(super) fn of_verb(verb: AlertVerb) -> (Self, AlertPlaceArgs) {
        let (task, place) = match verb {
            AlertVerb::Test { channel, place } => (AlertTask::Test(channel), place),
            AlertVerb::Status { place } => (AlertTask::Status, place),
            AlertVerb::Replay { place } => (AlertTask::Replay, place),
            AlertVerb::Tell { client, place } => (AlertTask::Tell(client), place),
            AlertVerb::Templates { place } => (AlertTask::Templates, place),
            AlertVerb::Init { email, by, place } => (AlertTask::Init { email, by }, place),
            AlertVerb::Pause { until, mut place } => {
                let day = until.as_deref().and_then(parse_day);
                if let (Some(word), None) = (until, day) {
                    place.dir = PathBuf::from(word);
                }
                (AlertTask::Pause(day.unwrap_or(Day::MAX)), place)
            }
            AlertVerb::Resume { place } => (AlertTask::Resume, place),
            AlertVerb::Forget { address, place } => (AlertTask::Forget(address), place),
        };
        let settings = place.settings.alerts.clone();
        (Self { task, settings }, place)
    }

    /// Makes the job of a run.
    pub(super) fn of_run(args: &AlertArgs) -> Self {
        Self {
            task: AlertTask::Run {
                dry_run: args.dry_run,
            },
            settings: args.settings.alerts.clone(),
        }
    }
}
