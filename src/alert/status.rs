//! The state of alerts and their messages after a run, as data: for `alert status` and for the document of a run.

use std::time::SystemTime;

use super::event::Event;
use super::rules::Rule;
use super::telling::{Side, Told};
use crate::calendar::Day;

/// A pause of all messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The last day of it; `None` until somebody ends it.
    pub until: Option<Day>,
}

/// The state of alerts: what stands open, what was told of it, and what has become of the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertStatus {
    /// The contracts with an open rule, the most urgent first.
    pub contracts: Vec<ContractStatus>,
    /// Messages that wait, or that did not arrive.
    pub messages: Vec<KeptMessage>,
    /// The channels of the settings.
    pub channels: Vec<ChannelStatus>,
    /// The pause, while there is one.
    pub pause: Option<Pause>,
    /// Offset from UTC of printed times, in minutes (`fuso`).
    pub offset_minutes: i32,
}

/// The open rules of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractStatus {
    /// Name of the client.
    pub client: String,
    /// File name of its config.
    pub file: String,
    /// The rules.
    pub rules: Vec<OpenStatus>,
}

/// An open rule, and who has heard of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStatus {
    /// The rule.
    pub rule: Rule,
    /// Level of the rule.
    pub level: u8,
    /// The as-of day on which it opened.
    pub since: Day,
    /// Recipients who are told of the contract.
    pub heard: Vec<HeardStatus>,
}

/// The news that one recipient has heard of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardStatus {
    /// Word of the channel.
    pub channel: String,
    /// The address, masked.
    pub to: String,
    /// The side of the recipient.
    pub side: Side,
    /// The last news told; `None` where nothing was.
    pub told: Option<Told>,
}

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMessage {
    /// Name of the client that it is about; `None` of a digest.
    pub client: Option<String>,
    /// Word of the channel.
    pub channel: String,
    /// The address, masked.
    pub to: String,
    /// Word of its state: `pendente`, `incerto`, `falhou` and the like.
    pub state: String,
    /// The as-of day on which it was decided.
    pub decided: Day,
    /// Tries until now.
    pub tries: u32,
    /// The earliest time of the next one.
    pub next_try: Option<SystemTime>,
    /// Code of the last problem.
    pub problem: Option<String>,
}

/// The state of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelStatus {
    /// Word of the channel.
    pub channel: String,
    /// The last time that it took a message.
    pub last_success: Option<SystemTime>,
}

/// Decisions and messages of a run, for its document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertRun {
    /// Whether the run only shows what it would send.
    pub dry_run: bool,
    /// The pause, while there is one.
    pub pause: Option<Pause>,
    /// The last day on which the next digest is due.
    pub next_due: Option<Day>,
    /// The decisions.
    pub events: Vec<Event>,
    /// The messages that were due.
    pub messages: Vec<RunMessage>,
}

/// A message that was due in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunMessage {
    /// Word of the channel.
    pub channel: String,
    /// The address, masked.
    pub to: String,
    /// Name of the client that it is about; `None` of a digest.
    pub client: Option<String>,
    /// Word of its state.
    pub state: String,
    /// The provider's id.
    pub id: Option<String>,
    /// Code of the problem.
    pub problem: Option<String>,
}
