//! Events, which alerts tell of: the figures of one contract, and the news about it.

use serde::{Deserialize, Serialize};

use super::rules::Rule;
use super::saved;
use super::telling::News;
use super::watch::ContractKey;
use crate::calendar::Day;
use crate::money::{Amount, Currency};
use crate::report::statement::{Situation, Statement};

/// The figures of one contract as a message tells them. They are made of one statement, so that no figure of another
/// client can be among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Name of the client.
    pub client: String,
    /// The day the figures are seen from.
    pub as_of: Day,
    /// The last day with data.
    pub data_through: Option<Day>,
    /// Days before the as-of day that may still change.
    pub provisional_days: u32,
    /// Situation of the contract.
    #[serde(with = "saved::text")]
    pub situation: Situation,
    /// First day of the contract.
    pub start: Day,
    /// Last day of the contract.
    pub end: Day,
    /// Contract days before the as-of day.
    pub elapsed: u32,
    /// Contract days from the as-of day on.
    pub left: u32,
    /// Currency of the amounts.
    #[serde(with = "saved::maybe")]
    pub currency: Option<Currency>,
    /// Credit of the contract.
    #[serde(with = "saved::text")]
    pub credit: Amount,
    /// Consumption.
    #[serde(with = "saved::maybe")]
    pub consumption: Option<Amount>,
    /// Credit less consumption.
    #[serde(with = "saved::maybe")]
    pub balance: Option<Amount>,
    /// Consumption and forecast.
    #[serde(with = "saved::maybe")]
    pub projected: Option<Amount>,
    /// Credit that will be left.
    #[serde(with = "saved::maybe")]
    pub surplus: Option<Amount>,
    /// Credit that will lack.
    #[serde(with = "saved::maybe")]
    pub shortfall: Option<Amount>,
    /// The first day on which the credit is exceeded.
    pub runs_out: Option<Day>,
    /// The likely range of that day: the earliest day, and the latest; `None` for not before the end.
    pub runs_out_range: Option<(Option<Day>, Option<Day>)>,
    /// Per cent of cases in which the credit is spent before the end.
    pub chance: Option<u32>,
    /// Mean cost of a day over the window.
    #[serde(with = "saved::maybe")]
    pub pace: Option<Amount>,
    /// Cost of a day that would use the balance up on the last day.
    #[serde(with = "saved::maybe")]
    pub target_pace: Option<Amount>,
    /// The averages are taken over less than two months, since no more is known.
    #[serde(default)]
    pub is_young: bool,
    /// The forecast is not that of the averages alone: another method's, or with an expected change of usage.
    #[serde(default)]
    pub is_adjusted: bool,
}

impl Figures {
    /// Makes the figures of the statement of a client named `client`.
    pub fn of(client: &str, statement: &Statement) -> Self {
        let contract = &statement.contract;
        let band = statement.band.as_ref();
        let unsettled = statement
            .data_through
            .zip(statement.settled_through)
            .map_or(0, |(data, settled)| (data - settled).num_days());
        Self {
            client: client.to_owned(),
            as_of: statement.as_of,
            data_through: statement.data_through,
            provisional_days: u32::try_from(unsettled).unwrap_or(0),
            situation: statement.situation,
            start: contract.start,
            end: contract.end,
            elapsed: statement.elapsed,
            left: statement.left,
            currency: statement.currency,
            credit: contract.credit.clone(),
            consumption: statement.consumption.clone(),
            balance: statement.balance.clone(),
            projected: statement.projected.clone(),
            surplus: statement.surplus.clone(),
            shortfall: statement.shortfall.clone(),
            runs_out: statement.runs_out,
            // The lower cost is the later day.
            runs_out_range: band.map(|band| (band.runs_out.high, band.runs_out.low)),
            chance: band.and_then(|band| band.chance),
            pace: statement.pace.clone(),
            target_pace: statement.target_pace.clone(),
            is_young: statement.is_young(),
            is_adjusted: !statement.is_of_averages_alone(),
        }
    }
}

/// The news about one rule of one contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractEvent {
    /// The contract.
    pub contract: ContractKey,
    /// File name of its config.
    pub file: String,
    /// Name of the client.
    pub client: String,
    /// The rule.
    #[serde(with = "saved::text")]
    pub rule: Rule,
    /// The change.
    pub news: News,
    /// The level now; of a rule that has closed, the level that was told last.
    pub level: u8,
    /// The as-of day on which the rule opened.
    pub since: Day,
    /// The as-of day of the decision.
    pub on: Day,
    /// The figures of that day; `None` of a client that had none.
    pub figures: Option<Box<Figures>>,
    /// Reason for there being none: the code of a failure or the word of a situation.
    pub reason: Option<String>,
}

/// The news that the operator is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// Something about one contract.
    #[serde(rename = "contrato")]
    Contract(Box<ContractEvent>),
    /// Most clients fail for one reason, or no longer do.
    #[serde(rename = "falha_geral")]
    General {
        /// Code of the failure.
        code: String,
        /// The as-of day since which it holds.
        since: Day,
        /// The as-of day of the decision.
        on: Day,
        /// `true` where it began; else it is over.
        began: bool,
        /// Number of clients that fail for it.
        clients: usize,
    },
    /// A digest is due although nothing is new.
    #[serde(rename = "resumo")]
    Due {
        /// The as-of day of the decision.
        on: Day,
    },
}

/// A message to one customer about its own contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The news; never empty, and all of one contract.
    pub news: Vec<ContractEvent>,
    /// The contact whom the customer answers.
    pub contact: Option<String>,
}

/// A rule that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRule {
    /// Name of the client.
    pub client: String,
    /// The rule.
    pub rule: Rule,
    /// Level of the rule.
    pub level: u8,
    /// The as-of day on which it opened.
    pub since: Day,
    /// The last day on which the customer is not told.
    pub silent_until: Option<Day>,
}

/// A message that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Name of the client that it was about; `None` of a digest.
    pub client: Option<String>,
    /// Word of the channel.
    pub channel: String,
    /// The address, masked.
    pub to: String,
    /// Word of what became of it: `falhou`, `vencido`, `incerto` or `pendente`.
    pub state: String,
    /// Code of the problem.
    pub problem: Option<String>,
}

/// A message to the operator about all clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// The as-of day of the run that sends it.
    pub as_of: Day,
    /// The news, the most urgent first.
    pub events: Vec<Event>,
    /// The messages of earlier runs that have not got there.
    pub undelivered: Vec<Undelivered>,
    /// The rules that are open, the most urgent first.
    pub open: Vec<OpenRule>,
    /// Clients of the run.
    pub clients: usize,
    /// Names of the clients that have no figures today, with the code of the reason.
    pub without_figures: Vec<(String, String)>,
    /// The last day on which the next digest is due.
    pub next_due: Option<Day>,
    /// Days without a run before this one.
    pub days_without_run: u32,
    /// Whether there is no memory of earlier runs, so that nobody knows what is new.
    pub without_memory: bool,
    /// Whether it is a test.
    pub is_test: bool,
}

impl Event {
    /// Returns the event of a contract.
    pub fn contract(&self) -> Option<&ContractEvent> {
        match self {
            Self::Contract(event) => Some(event),
            Self::General { .. } | Self::Due { .. } => None,
        }
    }

    /// Returns the as-of day of the decision.
    pub fn on(&self) -> Day {
        match self {
            Self::Contract(event) => event.on,
            Self::General { on, .. } | Self::Due { on } => *on,
        }
    }
}
