//! The choice of whom to tell of a contract, and the reasons for telling somebody nothing.

use super::rules::{Audience, ENDED, Rule, Rules};
use super::saved;
use super::watch::Phase;
use crate::alert::Facts;
use crate::calendar::Day;
use crate::money::Amount;
use crate::report::statement::Situation;
use serde::{Deserialize, Serialize};

/// Days within which a recipient is told at most once that a rule is worse at the same level.
const DAYS_BETWEEN_WORSE: i64 = 7;
/// Per cent of what was told: the whole.
const WHOLE: u32 = 100;

/// A recipient who may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Name of the channel and keyed hash of the address: never the address itself.
    pub id: String,
    /// The side that the recipient is on.
    pub side: Side,
    /// The least level that the recipient is told.
    pub from_level: u8,
    /// The last day of a silence.
    pub silent_until: Option<Day>,
}

/// The side that a recipient is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The operator, who hears of every contract.
    #[serde(rename = "operador")]
    Operator,
    /// The customer of one contract.
    #[serde(rename = "cliente")]
    Customer,
}

/// The news that a recipient has heard of a rule of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The as-of day on which the rule had opened.
    pub since: Day,
    /// The level that was told.
    pub level: u8,
    /// The as-of day of that message.
    pub on: Day,
    /// The runs-out day that was told.
    pub runs_out: Option<Day>,
    /// The shortfall that was told.
    #[serde(with = "saved::maybe")]
    pub shortfall: Option<Amount>,
    /// Way in which it was told.
    pub heard: Heard,
}

/// The way in which a recipient heard of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Heard {
    /// A message of its own, which a provider took or will take.
    Message,
    /// A message that may have been lost: it is not repeated, and its end is not told.
    Uncertain,
    /// No message: the rule was open when the recipient was added, and counts as known until it rises.
    Assumed,
}

/// A change that a recipient is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum News {
    /// The rule was open when the contract or the recipient was added: a line of the baseline.
    #[serde(rename = "linha_de_base")]
    Baseline,
    /// The rule has opened.
    #[serde(rename = "abriu")]
    Opened,
    /// An open rule is worse.
    #[serde(rename = "piorou")]
    Worse,
    /// The rule has closed.
    #[serde(rename = "melhorou")]
    Well,
    /// Another contract of the client has taken the place of this one.
    #[serde(rename = "renovou")]
    Renewed,
    /// The contract is no longer in the folder.
    #[serde(rename = "saiu")]
    Gone,
}

/// A message to one recipient about one rule of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The change.
    pub news: News,
    /// The level now; of a rule that has closed, the level that was told last.
    pub level: u8,
    /// The as-of day on which the rule opened.
    pub since: Day,
}

/// The reason for which a recipient is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The rule is not open.
    NothingOpen,
    /// Fewer days than it takes say that it opens.
    Pending {
        /// Days until now.
        days: u32,
        /// Days that it takes.
        of: u32,
    },
    /// The rule is open, and no worse than what was told on this day.
    NoWorse {
        /// The as-of day of the last message.
        told: Day,
    },
    /// The rule is worse, but was told to be so within the last week.
    TooSoon {
        /// The as-of day of the last message.
        told: Day,
    },
    /// The level is below the least one that the customer is told.
    BelowLevel {
        /// The least level.
        least: u8,
    },
    /// The customer is not told until this day has passed.
    SilentUntil(Day),
    /// The rule was open when the recipient was added; it is told when its level rises.
    OpenBefore,
    /// The rule is not for this recipient.
    NotForThem,
    /// The message that it was open may have been lost, so that its end is not told.
    MayNotHaveHeard,
    /// Many clients fail for one reason, which is told once.
    PartOfGeneralFailure,
}

/// The verdict on one recipient and rule: the news or the reason for silence, and what has been heard after that.
pub(super) struct Ruling {
    pub(super) result: Result<Message, Silence>,
    pub(super) told: Option<Told>,
}

/// The case that is decided: one rule of one contract, and one recipient.
pub(super) struct Case<'a> {
    pub(super) rule: Rule,
    pub(super) phase: Phase,
    pub(super) facts: Option<&'a Facts>,
    pub(super) recipient: &'a Recipient,
    /// Whether the recipient, or the contract, is new in this run.
    pub(super) is_new: bool,
    /// Whether an alert that says the opposite is open.
    pub(super) replaced: bool,
    pub(super) told: Option<&'a Told>,
    pub(super) as_of: Day,
}

impl Case<'_> {
    /// Decides what is told.
    pub(super) fn decide(&self, rules: &Rules) -> Ruling {
        match self.phase {
            Phase::Open { level, since, .. } => self.open(level, since, rules),
            phase => self.not_open(phase, rules),
        }
    }

    fn open(&self, level: u8, since: Day, rules: &Rules) -> Ruling {
        if let Err(silence) = self.may_hear(level) {
            // What is open when a recipient is added is nothing new to it later on either.
            let assumed = self.is_new && matches!(silence, Silence::BelowLevel { .. });
            let told = match (self.told, assumed) {
                (None, true) => Some(self.mark(level, since, Heard::Assumed)),
                (told, _) => told.cloned(),
            };
            return silent(silence, told);
        }
        let Some(told) = self.told else {
            return match (self.is_new, self.recipient.side) {
                (true, Side::Customer) => silent(
                    Silence::OpenBefore,
                    Some(self.mark(level, since, Heard::Assumed)),
                ),
                (true, Side::Operator) => self.tell(News::Baseline, level, since),
                (false, _) => self.tell(News::Opened, level, since),
            };
        };
        if level > told.level {
            let news = match told.heard {
                Heard::Assumed => News::Opened,
                Heard::Message | Heard::Uncertain => News::Worse,
            };
            return self.tell(news, level, since);
        }
        if told.heard == Heard::Assumed {
            return silent(Silence::OpenBefore, Some(told.clone()));
        }
        if !self.is_worse(told, rules) {
            return silent(Silence::NoWorse { told: told.on }, Some(told.clone()));
        }
        if (self.as_of - told.on).num_days() < DAYS_BETWEEN_WORSE {
            return silent(Silence::TooSoon { told: told.on }, Some(told.clone()));
        }
        self.tell(News::Worse, level, since)
    }

    fn not_open(&self, phase: Phase, rules: &Rules) -> Ruling {
        let waiting = match phase {
            Phase::Pending(days) => Silence::Pending {
                days,
                of: rules.days(self.rule).0,
            },
            _ => Silence::NothingOpen,
        };
        let Some(told) = self.told else {
            return silent(waiting, None);
        };
        match told.heard {
            Heard::Assumed => silent(waiting, None),
            Heard::Uncertain => silent(Silence::MayNotHaveHeard, None),
            Heard::Message => match self.may_hear(told.level) {
                // Told when the silence is over, if the rule is still closed by then.
                Err(silence @ Silence::SilentUntil(_)) => silent(silence, Some(told.clone())),
                Err(silence @ Silence::NotForThem) => silent(silence, None),
                // A contract's end does not get well: its dates have changed, which whoever changed them knows. Nor does
                // the end make anything well: it is told by its own rule.
                // Nor is a surplus well because the credit runs out, which that rule tells.
                _ if self.rule == Rule::Term || self.has_ended() || self.replaced => {
                    silent(waiting, None)
                }
                // Whoever was told that it is bad hears the end, at whatever level.
                _ => Ruling {
                    result: Ok(Message {
                        news: News::Well,
                        level: told.level,
                        since: told.since,
                    }),
                    told: None,
                },
            },
        }
    }

    /// Whether the rule is about what comes before the contract's end, and that has come.
    fn has_ended(&self) -> bool {
        let ended = |facts: &Facts| facts.situation == Situation::Ended;
        matches!(self.rule, Rule::RunsOut | Rule::LeftOver) && self.facts.is_some_and(ended)
    }

    /// Whether the recipient hears of the rule at `level` at all.
    fn may_hear(&self, level: u8) -> Result<(), Silence> {
        let Recipient {
            side,
            from_level,
            silent_until,
            ..
        } = self.recipient;
        let is_customer = *side == Side::Customer;
        match self.rule.audience() {
            Audience::Operator | Audience::Digest if is_customer => {
                return Err(Silence::NotForThem);
            }
            Audience::CustomerOnce if is_customer && (self.told.is_some() || level >= ENDED) => {
                return Err(Silence::NotForThem);
            }
            // The level of a term says how near the end is, and no other.
            Audience::CustomerOnce if is_customer => {}
            _ if level < *from_level => {
                return Err(Silence::BelowLevel { least: *from_level });
            }
            _ => {}
        }
        match silent_until {
            Some(until) if self.as_of <= *until => Err(Silence::SilentUntil(*until)),
            _ => Ok(()),
        }
    }

    /// Whether the figures are clearly worse than those that were told.
    fn is_worse(&self, told: &Told, rules: &Rules) -> bool {
        let Some(facts) = self.facts.filter(|_| self.rule == Rule::RunsOut) else {
            return false;
        };
        let earlier = facts
            .runs_out
            .zip(told.runs_out)
            .is_some_and(|(now, then)| (then - now).num_days() >= rules.thresholds.worse_days);
        let larger = facts.shortfall.as_ref().zip(told.shortfall.as_ref());
        let larger = larger.is_some_and(|(now, then)| {
            let grown = &Amount::from(WHOLE) + &rules.thresholds.worse_percent;
            then.is_positive() && now.times(i64::from(WHOLE)) >= then.multiplied(&grown)
        });
        earlier || larger
    }

    fn tell(&self, news: News, level: u8, since: Day) -> Ruling {
        Ruling {
            result: Ok(Message { news, level, since }),
            told: Some(self.mark(level, since, Heard::Message)),
        }
    }

    fn mark(&self, level: u8, since: Day, heard: Heard) -> Told {
        Told {
            since,
            level,
            on: self.as_of,
            runs_out: self.facts.and_then(|facts| facts.runs_out),
            shortfall: self.facts.and_then(|facts| facts.shortfall.clone()),
            heard,
        }
    }
}

fn silent(silence: Silence, told: Option<Told>) -> Ruling {
    Ruling {
        result: Err(silence),
        told,
    }
}
