//! The decision of a run: what it saw of each client, put to the memory inside of the transaction that records the run.

use std::sync::{Arc, Mutex, PoisonError};

use super::people::{Person, customers, find, operators};
use crate::alert::{
    Addressed, ContractAnswer, ContractSight, Memory, Recipient, Reminders, RuleOutcome, Rules,
    Scope, coalesce,
};
use crate::calendar::Day;
use crate::money::Amount;
use crate::profile::alerts::{AlertSettings, ClientAlerts, DigestOccasion};
use crate::store::{AlertStep, DecidedAlerts, HeldAlerts, OutboxDraft};
use crate::text::hex;

/// Bytes of the key that makes the words for addresses.
const KEY_BYTES: usize = 32;
/// Days from one weekly digest to the next.
const WEEK: u32 = 7;

/// The sight that a run had of a client, as far as alerts go.
#[derive(Clone, Debug)]
pub(in crate::app) struct Seen {
    /// File name of the config.
    pub(in crate::app) file: String,
    /// Name of the client.
    pub(in crate::app) client: String,
    /// Recipients that the config names.
    pub(in crate::app) alerts: ClientAlerts,
    /// Sight of the contract.
    pub(in crate::app) sight: Seeing,
}

/// The sight that a run had of a contract.
#[derive(Clone, Debug)]
pub(in crate::app) enum Seeing {
    /// Figures, or a failure of a client whose contract is known.
    Contract(Box<ContractSight>),
    /// A failure of a client whose contract cannot be read, by its code.
    Unread(String),
    /// No figures to judge, as of a client that waits for its key: what is open stays open.
    Held,
    /// No sight: the run did not ask for the client.
    Nothing,
}

/// The result of a decision.
#[derive(Clone, Debug, Default)]
pub(super) struct Decided {
    /// The memory after the decision.
    pub(super) memory: Memory,
    /// A line for each contract, rule and recipient.
    pub(super) lines: Vec<RuleOutcome>,
    /// The new events, each with its recipient.
    pub(super) events: Vec<Addressed>,
    /// The rows of the outbox that the new events take the place of.
    pub(super) superseded: Vec<i64>,
    /// Everybody who may be told.
    pub(super) people: Vec<Person>,
    /// Days without a run before this one.
    pub(super) days_without_run: u32,
    /// Whether the run is as of a past day.
    pub(super) in_past: bool,
    /// Whether the decision is only shown: nothing of it is kept.
    pub(super) only_shown: bool,
}

/// The desk of a run: it takes what the run saw, and decides.
#[derive(Debug)]
pub(in crate::app) struct Desk {
    pub(super) settings: Arc<AlertSettings>,
    pub(super) as_of: Day,
    /// Share of the credit that counts as unused, of the report's settings.
    pub(super) surplus_percent: Amount,
    pub(super) scope: Scope,
    /// `true` where nothing of the decision is kept.
    pub(super) only_shown: bool,
    /// `true` where nothing of a decision is kept if the store says that the run is as of a past day.
    pub(super) past_only_shown: bool,
    seen: Mutex<Vec<Seen>>,
    decided: Mutex<Option<Decided>>,
}

impl Desk {
    pub(super) fn new(
        settings: Arc<AlertSettings>,
        as_of: Day,
        surplus_percent: Amount,
        scope: Scope,
    ) -> Self {
        Self {
            settings,
            as_of,
            surplus_percent,
            scope,
            only_shown: false,
            past_only_shown: false,
            seen: Mutex::default(),
            decided: Mutex::default(),
        }
    }

    /// Takes what the run saw.
    pub(in crate::app) fn see(&self, seen: Vec<Seen>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    /// Returns what the run saw.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Returns the files of the configs that could not be read.
    pub(super) fn unread(&self) -> Vec<String> {
        let seen = self.seen().into_iter();
        let unread = seen.filter(|seen| matches!(seen.sight, Seeing::Unread(_) | Seeing::Held));
        unread.map(|seen| seen.file).collect()
    }

    /// Returns the step that decides in the transaction of the run.
    pub(in crate::app) fn step(self: &Arc<Self>) -> AlertStep<'static> {
        let desk = Arc::clone(self);
        AlertStep {
            new_key: new_key(),
            decide: Box::new(move |held| desk.decide(held)),
        }
    }

    /// Returns the decision, once there is one.
    pub(super) fn decided(&self) -> Option<Decided> {
        self.decided
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Forgets the decision: the store could not keep it, so that nobody knows what was told.
    pub(in crate::app) fn lose(&self) {
        *self.decided.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Everybody who may be told, by the words that `key` makes.
    pub(super) fn people(&self, key: &str) -> Vec<Person> {
        let mut people = operators(&self.settings, key);
        for seen in self.seen() {
            people.extend(customers(&seen.file, &seen.alerts, key));
        }
        people
    }

    /// Decides on what the run saw, and keeps the decision for who sends it.
    pub(super) fn decide(&self, held: HeldAlerts) -> Option<DecidedAlerts> {
        let seen = self.seen();
        let people = self.people(&held.key);
        let only_shown = self.only_shown || held.in_past && self.past_only_shown;
        let mut memory = held.memory;
        let sights: Vec<ContractSight> = seen
            .iter()
            .filter_map(|seen| match &seen.sight {
                Seeing::Contract(sight) => Some((**sight).clone()),
                Seeing::Unread(code) => {
                    Some(memory.sight_of_unread(&seen.file, &seen.client, code))
                }
                Seeing::Held => Some(ContractSight {
                    answer: ContractAnswer::Stored,
                    ..memory.sight_of_unread(&seen.file, &seen.client, "")
                }),
                Seeing::Nothing => None,
            })
            .collect();
        let recipients = |is_one: &dyn Fn(&&Person) -> bool| -> Vec<Recipient> {
            let people = people.iter().filter(is_one);
            people.map(Person::recipient).collect()
        };
        let operators = recipients(&|person| person.file.is_none());
        let of_file = |sight: &ContractSight| {
            recipients(&|person| person.file.as_deref() == Some(&sight.file))
        };
        let rules = self.rules();
        let every = self.settings.rules.every_days;
        let days_without_run = memory.days_without_run(self.as_of, every);
        let decision = memory.decide(self.as_of, self.scope, &sights, of_file, &operators, &rules);
        let mut events = decision.events(self.as_of, &sights, &operators);
        if self.scope == Scope::Folder {
            // The operator hears of a lost message even where nothing else is new, once a day.
            let lost = held.lost && memory.folder.digest_on.is_none_or(|on| on < self.as_of);
            let due = lost || memory.digest_is_due(self.as_of, self.reminders());
            let readers = recipients(&|person| person.file.is_none() && person.reads_digests());
            memory.close_run(self.as_of, due, &readers, &mut events);
        }
        let coalesced = coalesce(&held.waiting, events, &memory);
        let drafts = coalesced.new.iter().filter_map(|addressed| {
            let person = find(&people, &addressed.recipient, addressed.file())?;
            Some(OutboxDraft {
                channel: person.channel.to_string(),
                recipient: addressed.recipient.clone(),
                masked: person.masked.clone(),
                side: addressed.side,
                file: person.file.clone(),
                event: addressed.event.clone(),
            })
        });
        let written = DecidedAlerts {
            memory: memory.clone(),
            superseded: coalesced.superseded.clone(),
            rows: drafts.collect(),
        };
        let decided = Decided {
            memory,
            lines: decision.lines,
            events: coalesced.new,
            superseded: coalesced.superseded,
            people,
            days_without_run,
            in_past: held.in_past,
            only_shown,
        };
        *self.decided.lock().unwrap_or_else(PoisonError::into_inner) = Some(decided);
        (!only_shown).then_some(written)
    }

    /// The rules of the settings.
    pub(super) fn rules(&self) -> Rules {
        Rules {
            thresholds: self.settings.rules.thresholds.clone(),
            surplus_percent: self.surplus_percent.clone(),
        }
    }

    fn reminders(&self) -> Reminders {
        let operator = &self.settings.operator;
        Reminders {
            every_days: match operator.summary {
                DigestOccasion::Changes => None,
                DigestOccasion::Daily => Some(1),
                DigestOccasion::Weekly => Some(WEEK),
            },
            open_after_days: operator.remind_days,
        }
    }

    /// The last day on which the next digest is due.
    pub(super) fn next_due(&self) -> Option<Day> {
        let every = i64::from(self.settings.rules.every_days.max(1));
        let days = match self.settings.operator.summary {
            DigestOccasion::Changes => return None,
            DigestOccasion::Daily => every,
            DigestOccasion::Weekly => every.max(WEEK.into()),
        };
        Some(crate::calendar::plus_days(self.as_of, days))
    }
}

/// Makes a key for the words that stand for addresses.
fn new_key() -> String {
    let mut key = [0; KEY_BYTES];
    // Without the system's random numbers the words are still those of this store alone.
    let _ = aws_lc_rs::rand::fill(&mut key);
    hex(&key)
}
