//! What the settings would have told over stored history, as data: for `alert replay`.

use super::rules::Rule;
use super::telling::News;
use crate::calendar::Day;
use crate::money::Amount;

/// What the settings would have told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplaySummary {
    /// The first morning that was replayed.
    pub from: Day,
    /// The last one.
    pub through: Day,
    /// Contracts.
    pub contracts: usize,
    /// Their replayed time, in years.
    pub contract_years: Amount,
    /// Messages about one rule and of one kind; those that there were.
    pub counts: Vec<ReplayCount>,
    /// Contracts whose credit ran out before the end.
    pub ran_out: usize,
    /// Those of them that were told at least 30 days before.
    pub told_in_time: usize,
    /// Those of them that were told later, but before.
    pub told_late: usize,
    /// Contracts that were told to run out.
    pub warned: usize,
    /// Those of them whose credit lasted until the end.
    pub in_vain: usize,
    /// The contracts, the most messages first.
    pub clients: Vec<ReplayClient>,
}

/// The number of messages about one rule, of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayCount {
    /// The rule.
    pub rule: Rule,
    /// The change.
    pub news: News,
    /// Messages.
    pub messages: usize,
}

/// What would have been told of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayClient {
    /// Name of the client.
    pub client: String,
    /// Messages.
    pub messages: usize,
    /// The day on which the credit ran out.
    pub ran_out: Option<Day>,
    /// The first morning on which that was told ahead.
    pub told: Option<Day>,
}
