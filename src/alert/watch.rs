//! The truth about one contract: what is open, since when, and how many days say so.

use std::collections::BTreeMap;

use super::facts::{ContractAnswer, ContractSight, Facts};
use super::rules::{Judgement, Rule, Rules};
use super::saved;
use crate::calendar::Day;
use crate::contract::Contract;
use crate::money::Amount;
use crate::report::statement::Situation;
use serde::{Deserialize, Serialize};

/// Days of silence after which silence counts as data.
const LONGEST_SILENCE: i64 = 21;

/// A contract, as alerts know it: a renewed one is another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContractKey {
    /// OCID of the tenancy, in lower case.
    pub tenancy: String,
    /// First day of the contract.
    pub start: Day,
}

impl ContractKey {
    /// Returns the key of a contract of `tenancy`.
    pub fn new(tenancy: &str, contract: &Contract) -> Self {
        Self {
            tenancy: tenancy.to_lowercase(),
            start: contract.start,
        }
    }
}

/// Beginning of what stands for the tenancy of a config that could never be read.
const UNREAD: &str = "arquivo:";

impl ContractKey {
    /// Returns the key of whatever contract the config `file` may have.
    pub(super) fn unknown(file: &str) -> Self {
        Self {
            tenancy: format!("{UNREAD}{file}"),
            start: Day::default(),
        }
    }

    /// Returns whether the contract is known.
    pub fn is_known(&self) -> bool {
        !self.tenancy.starts_with(UNREAD)
    }
}

impl From<&Contract> for WatchedTerms {
    fn from(contract: &Contract) -> Self {
        Self {
            end: contract.end,
            credit: contract.credit.clone(),
        }
    }
}

/// The terms that a figure is judged by. Where they change, what was counted is void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedTerms {
    /// Last day of the contract.
    pub end: Day,
    /// Credit of the contract.
    #[serde(with = "saved::text")]
    pub credit: Amount,
}

/// The phase that a rule is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// No day says that something is the matter.
    #[default]
    Normal,
    /// Days in a row that say that something is.
    Pending(u32),
    /// Something is the matter.
    Open {
        /// Level, from 1 up as it gets worse. A level never falls while the rule is open.
        level: u8,
        /// The as-of day on which the rule opened.
        since: Day,
        /// Days in a row that say that all is well again.
        closing: u32,
    },
}

/// The truth about a contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// File name of the contract's config.
    pub file: String,
    /// Name of the client.
    pub client: String,
    /// The newest terms.
    pub terms: Option<WatchedTerms>,
    /// The phase of each rule; a rule that is not there is [`Phase::Normal`].
    pub phases: BTreeMap<Rule, Phase>,
    /// The newest data-day, and the day through which cost was complete then.
    pub data_day: Option<(Day, Option<Day>)>,
    /// The as-of day since which no recent data came.
    pub silent_since: Option<Day>,
    /// The newest as-of day without figures.
    pub unknown_on: Option<Day>,
    /// The as-of day since which there are no figures.
    pub unknown_since: Option<Day>,
    /// The newest figures.
    pub facts: Option<Facts>,
    /// The as-of day since which the folder does not have the contract.
    #[serde(default)]
    pub missing_since: Option<Day>,
}

impl Watch {
    /// Returns the phase of a rule.
    pub fn phase(&self, rule: Rule) -> Phase {
        self.phases.get(&rule).copied().unwrap_or_default()
    }

    /// Makes the watch of a contract that is seen for the first time on `as_of`: what holds is open at once.
    pub(super) fn first(sight: &ContractSight, as_of: Day, rules: &Rules) -> Self {
        let mut watch = Self::default();
        watch.see(sight, as_of, rules);
        if let ContractAnswer::Fresh(facts) = &sight.answer {
            for rule in Rule::ALL {
                let judgement = rules.judge(rule, facts);
                if let Judgement::Opens(level) | Judgement::Fact(level) = judgement {
                    watch.open(rule, level, as_of);
                }
            }
        }
        watch
    }

    /// Takes what a run of `as_of` saw of the contract.
    pub(super) fn see(&mut self, sight: &ContractSight, as_of: Day, rules: &Rules) {
        self.file.clone_from(&sight.file);
        self.client.clone_from(&sight.client);
        self.missing_since = None;
        let new_terms = sight.terms.is_some() && self.terms.is_some() && self.terms != sight.terms;
        if sight.terms.is_some() {
            self.terms.clone_from(&sight.terms);
        }
        match &sight.answer {
            // Stored figures say nothing new, and unknown is never well: the states are held.
            ContractAnswer::Stored => {}
            ContractAnswer::Unknown(_) => self.see_nothing(as_of, rules),
            ContractAnswer::Fresh(facts) => self.see_facts(facts, new_terms, rules),
        }
    }

    fn see_nothing(&mut self, as_of: Day, rules: &Rules) {
        if self.unknown_on.is_some_and(|day| day >= as_of) {
            return;
        }
        self.unknown_on = Some(as_of);
        self.unknown_since.get_or_insert(as_of);
        self.advance(Rule::NoData, Judgement::Opens(1), as_of, rules);
        let since = self.unknown_since.unwrap_or(as_of);
        if let Some(Phase::Open { since: opened, .. }) = self.phases.get_mut(&Rule::NoData) {
            // It opens on the second day, and holds since the first.
            *opened = since;
        }
    }

    fn see_facts(&mut self, facts: &Facts, new_terms: bool, rules: &Rules) {
        let as_of = facts.as_of;
        if self.facts.as_ref().is_some_and(|seen| seen.as_of > as_of) {
            // A run of an earlier day, as after a clock was set back, knows less.
            return;
        }
        self.unknown_on = None;
        self.unknown_since = None;
        let counts = self.is_data_day(facts);
        for rule in Rule::ALL {
            let judgement = match rules.judge(rule, facts) {
                // Of two alerts that say the opposite, the worse is open.
                _ if rule == Rule::LeftOver
                    && self.is_open(rule)
                    && self.is_open(Rule::RunsOut) =>
                {
                    Judgement::Over
                }
                Judgement::Opens(level)
                    if rule == Rule::LeftOver && self.is_open(Rule::RunsOut) =>
                {
                    Judgement::Waits(level)
                }
                judgement => judgement,
            };
            // The pace is an estimate of recent days, and no fact.
            let is_fact =
                matches!(judgement, Judgement::Fact(_) | Judgement::Over) && rule != Rule::Pace;
            if new_terms {
                // The operator changed the terms: what was counted under the old ones is void, and what closes
                // under the new ones is no noise.
                self.judge_anew(rule, judgement, as_of);
            } else if is_fact || counts {
                self.advance(rule, judgement, as_of, rules);
            }
        }
        if counts {
            self.data_day = Some((as_of, facts.settled_through));
        }
        self.facts = Some(facts.clone());
    }

    /// Whether the figures are of a day that counts: another as-of day than those before, on which one more day of
    /// the contract became complete. While no recent data come there is none, until silence itself counts.
    fn is_data_day(&mut self, facts: &Facts) -> bool {
        let as_of = facts.as_of;
        if self.data_day.is_some_and(|(day, _)| as_of <= day) {
            return false;
        }
        if facts.silent {
            let since = *self.silent_since.get_or_insert(as_of);
            return (as_of - since).num_days() >= LONGEST_SILENCE;
        }
        self.silent_since = None;
        self.data_day
            .is_none_or(|(_, settled)| facts.settled_through > settled)
    }

    /// Returns the open rules that somebody may still act on, each with its level and the day on which it opened: that a
    /// contract has ended is told once.
    pub fn open_rules(&self) -> impl Iterator<Item = (Rule, u8, Day)> {
        let ended = |facts: &Facts| facts.situation == Situation::Ended;
        let ended = self.facts.as_ref().is_some_and(ended);
        self.phases
            .iter()
            .filter_map(move |(rule, phase)| match phase {
                Phase::Open { level, since, .. } if !(ended && *rule == Rule::Term) => {
                    Some((*rule, *level, *since))
                }
                _ => None,
            })
    }

    /// Returns whether a rule is open.
    pub fn is_open(&self, rule: Rule) -> bool {
        matches!(self.phase(rule), Phase::Open { .. })
    }

    fn open(&mut self, rule: Rule, level: u8, since: Day) {
        let phase = Phase::Open {
            level,
            since,
            closing: 0,
        };
        self.phases.insert(rule, phase);
    }

    fn judge_anew(&mut self, rule: Rule, judgement: Judgement, as_of: Day) {
        match (self.phase(rule), judgement) {
            (Phase::Open { level, since, .. }, Judgement::Opens(now) | Judgement::Fact(now)) => {
                self.open(rule, level.max(now), since);
            }
            (_, Judgement::Fact(level)) => self.open(rule, level, as_of),
            (Phase::Open { level, since, .. }, Judgement::Waits(now)) => {
                self.open(rule, level.max(now), since);
            }
            (_, Judgement::Opens(_) | Judgement::Waits(_)) => {
                self.phases.insert(rule, Phase::Pending(1));
            }
            (Phase::Open { level, since, .. }, Judgement::Between(_)) => {
                self.open(rule, level, since);
            }
            (_, Judgement::Between(_) | Judgement::Closes | Judgement::Over) => {
                self.phases.remove(&rule);
            }
        }
    }

    /// Takes one more day's judgement of a rule.
    fn advance(&mut self, rule: Rule, judgement: Judgement, as_of: Day, rules: &Rules) {
        let (to_open, to_close) = rules.days(rule);
        let next = match (self.phase(rule), judgement) {
            (_, Judgement::Over) => Phase::Normal,
            (
                Phase::Open { level, since, .. },
                Judgement::Fact(now) | Judgement::Opens(now) | Judgement::Waits(now),
            ) => Phase::Open {
                level: level.max(now),
                since,
                closing: 0,
            },
            (Phase::Open { level, since, .. }, Judgement::Between(now)) => Phase::Open {
                level: level.max(now),
                since,
                closing: 0,
            },
            (
                Phase::Open {
                    level,
                    since,
                    closing,
                },
                Judgement::Closes,
            ) => match closing.saturating_add(1) {
                closing if closing >= to_close => Phase::Normal,
                closing => Phase::Open {
                    level,
                    since,
                    closing,
                },
            },
            (Phase::Normal | Phase::Pending(_), Judgement::Fact(level)) => Phase::Open {
                level,
                since: as_of,
                closing: 0,
            },
            (Phase::Normal, Judgement::Waits(_)) => Phase::Pending(1),
            (Phase::Pending(days), Judgement::Waits(_)) => Phase::Pending(days.saturating_add(1)),
            (Phase::Normal, Judgement::Opens(level)) => pending(1, to_open, level, as_of),
            (Phase::Pending(days), Judgement::Opens(level)) => {
                pending(days.saturating_add(1), to_open, level, as_of)
            }
            (Phase::Normal | Phase::Pending(_), Judgement::Between(_) | Judgement::Closes) => {
                Phase::Normal
            }
        };
        match next {
            Phase::Normal => self.phases.remove(&rule),
            next => self.phases.insert(rule, next),
        };
    }
}

/// Returns the phase after so many days in a row that open a rule.
fn pending(days: u32, to_open: u32, level: u8, as_of: Day) -> Phase {
    if days < to_open {
        return Phase::Pending(days);
    }
    Phase::Open {
        level,
        since: as_of,
        closing: 0,
    }
}
