//! Alerts: which contract is in trouble, who is told of it, and why somebody is not (the manual's topic `alerts`).
//!
//! The room is pure. A run gives what it saw of each contract; the memory of earlier runs becomes the next memory,
//! and messages come out. Nothing here sends, reads a file or knows the time.
//!
//! Two things are kept apart. A [`Watch`] is the truth about a contract, the same for everybody: what is open, and at
//! which level. A [`Told`] is what one recipient has heard of it. Messages are the difference of the two, so that a
//! run that decides twice says nothing twice.

mod event;
mod facts;
mod memory;
mod outbox;
mod replay;
mod rules;
mod saved;
mod status;
mod telling;
mod watch;

pub use event::{ContractEvent, Digest, Event, Figures, Letter, OpenRule, Undelivered};
pub use facts::{ContractAnswer, ContractSight, Facts};
pub use memory::{Decision, FolderMemory, GeneralFailure, Memory, Reminders, RuleOutcome, Scope};
pub use outbox::{Addressed, Coalesced, EventSubject, Waiting, coalesce};
pub use replay::{ReplayClient, ReplayCount, ReplaySummary, Replayed, replay, summary};
pub use rules::{Audience, Rule, Rules};
pub use status::{
    AlertRun, AlertStatus, ChannelStatus, ContractStatus, HeardStatus, KeptMessage, OpenStatus,
    Pause, RunMessage,
};
pub use telling::{Heard, Message, News, Recipient, Side, Silence, Told};
pub use watch::{ContractKey, Phase, Watch, WatchedTerms};

#[cfg(test)]
mod tests;
