//! Requests that cannot be carried out.

use crate::calendar::Day;
use crate::failure::{
    AddProblem, AlertsRefused, DefaultsProblem, EndpointProblem, EnvironmentProblem, FileProblem,
    OutputProblem, PagesProblem, PlaceProblem, PublishProblem, StoreProblem,
};

/// A request that cannot be carried out, whatever the clients are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// The as-of day is later than today: days to come would read as days without usage (rule: as-of).
    AsOfAhead {
        /// The as-of day.
        as_of: Day,
        /// The UTC day.
        today: Day,
    },
    /// The clients' folder cannot be read.
    Folder {
        /// Path of the folder, fit for a terminal.
        dir: String,
        /// Reason of the failure.
        problem: FileProblem,
    },
    /// The value of `--store` is no place for a store.
    NotAStore {
        /// Reason of the refusal.
        problem: PlaceProblem,
    },
    /// The value of `--endpoint` is no address for signed requests.
    Endpoint {
        /// Reason of the refusal.
        problem: EndpointProblem,
    },
    /// A variable of the environment that says the way to the service is not understood.
    Environment(EnvironmentProblem),
    /// The folder's own defaults cannot be used.
    Defaults {
        /// The file's path, fit for a terminal.
        file: String,
        /// The line, from 1.
        line: Option<usize>,
        /// Reason of the refusal.
        problem: DefaultsProblem,
    },
    /// The store, from which `--offline` reports, cannot be used.
    NoStore {
        /// Location of the store, fit for a terminal.
        place: String,
        /// Reason of the failure.
        problem: StoreProblem,
    },
    /// The run can publish nothing.
    Publish(PublishProblem),
    /// No settings of alerts are there.
    NoAlerts {
        /// Path of the file, fit for a terminal.
        file: String,
    },
    /// The settings of alerts cannot be used.
    Alerts {
        /// Path of the file, fit for a terminal.
        file: String,
        /// Reason of the refusal.
        refused: Box<AlertsRefused>,
    },
    /// A file that the report is to be written to cannot be.
    Output {
        /// Path of the output, fit for a terminal.
        path: String,
        /// Reason of the failure.
        problem: OutputProblem,
    },
    /// The run may not write the customers' pages that it is asked for, or cannot.
    Pages(PagesProblem),
    /// `--format` is a form that only a report has.
    OnlyOfAReport,
    /// `--table` or `--csv-style` is given, and the run writes no table.
    NoTable,
    /// `add` writes nothing.
    Add(AddProblem),
    /// A word is neither a command nor a folder.
    NotACommand {
        /// The word, fit for a terminal.
        word: String,
        /// The commands that are nearly the word.
        near: Vec<String>,
        /// All commands.
        commands: Vec<String>,
    },
    /// The manual has no such word.
    NotInManual {
        /// The word, fit for a terminal.
        word: String,
        /// Words that the manual has in its place.
        near: Vec<&'static str>,
    },
    /// `--only` matches no client.
    NoMatch {
        /// The folder's path, fit for a terminal.
        dir: String,
        /// The clients' names that are nearly what was asked for.
        near: Vec<String>,
    },
}
