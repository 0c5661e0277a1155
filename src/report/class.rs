//! Classes of situations: each has its place in the portfolio, with a count, its money and its nearest day.

use std::collections::BTreeMap;

use super::portfolio::{Client, Portfolio};
use super::statement::{Situation, Statement};
use crate::calendar::Day;
use crate::money::{Amount, Currency};

/// A class of situations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// The credit is spent.
    Spent,
    /// The credit will not last.
    RunsOut,
    /// Too little is known for a balance.
    Unclear,
    /// The projected total is the credit, or nearly.
    Borderline,
    /// Credit will be left over.
    LeftOver,
    /// The credit will last, and little be left.
    Within,
    /// No forecast says anything of the credit: ended, not started, without credit or forecast.
    Rest,
}

impl Class {
    /// Every class, worst first.
    pub(crate) const ALL: [Self; 7] = [
        Self::Spent,
        Self::RunsOut,
        Self::Unclear,
        Self::Borderline,
        Self::LeftOver,
        Self::Within,
        Self::Rest,
    ];

    /// Returns the class of a situation.
    pub(crate) fn of(situation: Situation) -> Self {
        match situation {
            Situation::Spent => Self::Spent,
            Situation::RunsOut => Self::RunsOut,
            Situation::NoData | Situation::IncompleteHistory => Self::Unclear,
            Situation::Borderline => Self::Borderline,
            Situation::LeftOver => Self::LeftOver,
            Situation::Within => Self::Within,
            Situation::NoForecast
            | Situation::NoCredit
            | Situation::NotStarted
            | Situation::Ended => Self::Rest,
        }
    }

    /// Returns whether somebody must look at the contracts of the class.
    pub(crate) fn is_trouble(self) -> bool {
        self < Self::Within
    }
}

impl Statement {
    /// Returns the amount that a contract of its class is about: the shortfall, the surplus, or of a contract without
    /// credit the consumption. `None` where it is not known, and of a class without an amount.
    pub(crate) fn stake(&self) -> Option<Amount> {
        match self.situation {
            Situation::Spent => {
                let beyond = self.balance.as_ref().map(|balance| -balance.clone());
                self.shortfall.clone().or(beyond)
            }
            Situation::RunsOut => self.shortfall.clone(),
            Situation::LeftOver | Situation::Within => self.surplus.clone(),
            Situation::NoCredit => self.consumption.clone(),
            _ => None,
        }
    }

    /// Returns the surplus less the shortfall; `None` where they are not known.
    pub(crate) fn remainder(&self) -> Option<Amount> {
        let parts = self.surplus.as_ref().zip(self.shortfall.as_ref());
        parts.map(|(surplus, shortfall)| surplus - shortfall)
    }
}

/// The clients of a class, or a part of them, in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stake {
    /// Number of clients.
    pub(crate) clients: usize,
    /// Sum of their amounts; `None` if none has any.
    pub(crate) amount: Option<Amount>,
    /// The nearest of the days that the credit runs out or the contract ends.
    pub(crate) nearest: Option<Day>,
}

/// Sums `amount` over `statements`, by currency.
pub(crate) fn stakes<'a>(
    statements: impl IntoIterator<Item = &'a Statement>,
    amount: impl Fn(&Statement) -> Option<Amount>,
) -> BTreeMap<Option<Currency>, Stake> {
    let mut stakes: BTreeMap<Option<Currency>, Stake> = BTreeMap::new();
    for statement in statements {
        let stake = stakes.entry(statement.currency).or_default();
        stake.clients += 1;
        if let Some(amount) = amount(statement) {
            *stake.amount.get_or_insert_default() += &amount;
        }
        let day = statement.turning_day();
        stake.nearest = Some(stake.nearest.map_or(day, |nearest| nearest.min(day)));
    }
    stakes
}

impl Portfolio {
    /// Clients of a class, worst first.
    pub(crate) fn in_class(&self, class: Class) -> Vec<(&Client, &Statement)> {
        let mut clients = self.worst_first();
        clients.retain(|(_, statement)| Class::of(statement.situation) == class);
        clients
    }
}
