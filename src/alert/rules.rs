//! The rules: what opens and closes each, and at which level.

use serde::{Deserialize, Serialize};

use super::facts::Facts;
use crate::alerting::Thresholds;
use crate::money::Amount;
use crate::report::statement::Situation;

/// A rule of the alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// The credit runs out before the contract ends.
    #[serde(rename = "esgota")]
    RunsOut,
    /// Credit will be left over.
    #[serde(rename = "sobra")]
    LeftOver,
    /// The contract comes to its end.
    #[serde(rename = "contrato")]
    Term,
    /// The client's data are missing.
    #[serde(rename = "sem_dados_do_cliente")]
    NoData,
    /// The last two weeks cost much more or less than the two months before.
    #[serde(rename = "ritmo")]
    Pace,
}

/// The people that a rule is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The operator, and the customer who asked to be told.
    Both,
    /// The operator; the customer hears of the first level alone.
    CustomerOnce,
    /// The operator alone.
    Operator,
    /// The operator, in the digest alone: no message of its own.
    Digest,
}

impl Rule {
    /// Every rule, the most urgent first.
    pub const ALL: [Self; 5] = [
        Self::RunsOut,
        Self::LeftOver,
        Self::Term,
        Self::NoData,
        Self::Pace,
    ];

    /// The fixed word of the store and of machine forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::RunsOut => "esgota",
            Self::LeftOver => "sobra",
            Self::Term => "contrato",
            Self::NoData => "sem_dados_do_cliente",
            Self::Pace => "ritmo",
        }
    }

    /// Returns the rule of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// Returns the people that the rule is for.
    pub fn audience(self) -> Audience {
        match self {
            Self::RunsOut | Self::LeftOver => Audience::Both,
            Self::Term => Audience::CustomerOnce,
            Self::NoData => Audience::Operator,
            Self::Pace => Audience::Digest,
        }
    }
}

/// The rules, by their thresholds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Thresholds of the settings.
    pub thresholds: Thresholds,
    /// Per cent of the credit left over above which [`Rule::LeftOver`] opens.
    pub surplus_percent: Amount,
}

/// Per cent of the credit that the projected total has to pass where there is no band.
const OVER_WITHOUT_BAND: u32 = 102;
/// Per cent of the credit that it has to fall below.
const UNDER_WITHOUT_BAND: u32 = 98;
/// Days of a contract from which a forecast without a band opens a rule: four of each weekday.
const LEAST_DAYS: u32 = 28;
/// Per cent of the surplus that opens a rule below which the rule closes.
const SURPLUS_LEFT: u32 = 80;
/// Per cent of chance up to which a surplus opens a rule.
const SURPLUS_OPENS: u32 = 20;
/// Per cent of chance from which the rule closes.
const SURPLUS_CLOSES: u32 = 50;
/// Days to the turning day up to which a level is 2, and 3.
const NEAR: [i64; 2] = [90, 30];
/// The level of a contract that has ended.
pub(super) const ENDED: u8 = 4;
/// The level of a credit that is spent.
pub(super) const SPENT: u8 = 4;
/// Two days without data open [`Rule::NoData`]; a day with data closes it.
const DAYS_WITHOUT_DATA: u32 = 2;

/// The judgement of one data-day's figures by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// A fact, which needs no confirmation, at a level.
    Fact(u8),
    /// The condition of opening holds, at a level.
    Opens(u8),
    /// The condition of opening holds, at a level, and another rule that is open has to close first.
    Waits(u8),
    /// Neither condition holds, or nobody can say. An open rule has this level at least.
    Between(u8),
    /// The condition of closing holds.
    Closes,
    /// A fact, which needs no confirmation, says that the rule is over.
    Over,
}

impl Rules {
    /// Returns the days in a row that the rule needs to open, and to close.
    pub(super) fn days(&self, rule: Rule) -> (u32, u32) {
        match rule {
            Rule::RunsOut | Rule::LeftOver => {
                let thresholds = &self.thresholds;
                (thresholds.days_to_open, thresholds.days_to_close)
            }
            Rule::NoData => (DAYS_WITHOUT_DATA, 1),
            Rule::Term | Rule::Pace => (1, 1),
        }
    }

    /// Judges the figures of a day by `rule`. [`Rule::NoData`] is over wherever there are figures.
    pub(super) fn judge(&self, rule: Rule, facts: &Facts) -> Judgement {
        match rule {
            Rule::RunsOut => self.runs_out(facts),
            Rule::LeftOver => self.left_over(facts),
            Rule::Term => self.term(facts),
            Rule::NoData => Judgement::Over,
            Rule::Pace if facts.pace_changed => Judgement::Fact(1),
            Rule::Pace => Judgement::Over,
        }
    }

    fn runs_out(&self, facts: &Facts) -> Judgement {
        let days = facts.runs_out.map(|day| (day - facts.as_of).num_days());
        let level = days.map_or(1, near);
        match facts.situation {
            Situation::Spent => return Judgement::Fact(SPENT),
            // The end of a contract is told by its own rule.
            Situation::Ended | Situation::NoCredit | Situation::NotStarted => {
                return Judgement::Over;
            }
            _ => {}
        }
        // Without a band a forecast of few days counts for nothing.
        let is_young = facts.chance.is_none() && facts.elapsed < LEAST_DAYS;
        let (opens, closes) = match (facts.chance, &facts.projected_percent) {
            _ if is_young => (false, false),
            (Some(chance), _) => {
                let thresholds = &self.thresholds;
                (chance >= thresholds.opens, chance <= thresholds.closes)
            }
            (None, Some(percent)) => (
                *percent > Amount::from(OVER_WITHOUT_BAND),
                *percent < Amount::from(UNDER_WITHOUT_BAND),
            ),
            (None, None) => (false, false),
        };
        match (opens, closes) {
            (true, _) => Judgement::Opens(level),
            (_, true) => Judgement::Closes,
            _ => Judgement::Between(level),
        }
    }

    fn left_over(&self, facts: &Facts) -> Judgement {
        let level = near(i64::from(facts.left));
        if matches!(
            facts.situation,
            Situation::Ended | Situation::NoCredit | Situation::NotStarted | Situation::Spent
        ) {
            return Judgement::Over;
        }
        let Some(surplus) = &facts.surplus_percent else {
            return Judgement::Between(level);
        };
        let least = self.surplus_percent.multiplied(&Amount::from(SURPLUS_LEFT));
        let sure = match facts.chance {
            Some(chance) => chance <= SURPLUS_OPENS,
            None => facts.elapsed >= LEAST_DAYS,
        };
        let doubtful = facts.chance.is_some_and(|chance| chance >= SURPLUS_CLOSES);
        if doubtful || surplus.times(100) < least {
            Judgement::Closes
        } else if sure && *surplus > self.surplus_percent {
            Judgement::Opens(level)
        } else {
            Judgement::Between(level)
        }
    }

    fn term(&self, facts: &Facts) -> Judgement {
        if facts.situation == Situation::NotStarted {
            return Judgement::Over;
        }
        let term = &self.thresholds.term;
        let passed = term.iter().filter(|days| facts.left <= **days).count();
        let level = u8::try_from(passed).unwrap_or(u8::MAX);
        match (facts.left, level) {
            (0, level) => Judgement::Fact(level.saturating_add(1)),
            (_, 0) => Judgement::Over,
            (_, level) => Judgement::Fact(level),
        }
    }
}

/// Returns the level of a forecast whose turning day is `days` away.
fn near(days: i64) -> u8 {
    let passed = NEAR.iter().filter(|limit| days <= **limit).count();
    u8::try_from(passed).unwrap_or(0).saturating_add(1)
}
