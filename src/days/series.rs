//! A client's daily cost: the state of each asked day, and the sums over days.

use super::ledger::Ledger;
use super::row::CostRow;
use crate::calendar::{Day, Days, plus_days};
use crate::contract::Contract;
use crate::failure::{CurrencySum, DataProblem};
use crate::money::{Amount, Currency};
use std::collections::BTreeMap;

/// Limit, in days, to which an outage of data holds days unsettled (rule: settled, provisional, future).
const LONGEST_OUTAGE: i64 = 7;

/// Boundaries and unknown days of the asked days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// The first day that is not over as of the newest answer: the as-of day, or an earlier one where the
    /// service was not asked since.
    pub until: Day,
    /// The days before it that nobody could say anything of, in order.
    pub unknown: Vec<Days>,
}

impl Knowledge {
    /// Returns the knowledge of all days before `as_of`.
    pub fn whole(as_of: Day) -> Self {
        Self {
            until: as_of,
            unknown: Vec::new(),
        }
    }
}

/// The known cost of an asked day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost<'a> {
    /// The day is settled and has money.
    Booked(&'a Amount),
    /// The day is settled, was asked for, and has none.
    Idle,
    /// The day is provisional, with what is booked so far.
    Open(Option<&'a Amount>),
    /// Nobody could say. Never zero.
    Unknown,
}

/// A sum over days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The money of the known days.
    pub amount: Amount,
    /// Number of unknown days.
    pub unknown: u32,
}

/// The daily cost of a contract as of a day.
#[derive(Clone, Debug)]
pub struct DailySeries {
    /// The as-of day; not over, so not in the series.
    pub as_of: Day,
    /// The days that were asked for.
    pub asked: Days,
    /// The first unsettled day (rule: settled, provisional, future).
    pub unsettled: Day,
    /// The currency of all amounts; `None` where there is no money and nothing says it.
    pub currency: Option<Currency>,
    /// The currency is known from the data alone.
    pub currency_assumed: bool,
    /// Days with money in a blank currency, counted in [`Self::currency`].
    pub blank_days: u32,
    /// The first day that was not over at the newest answer.
    until: Day,
    unknown: Vec<Days>,
    /// Settled days that no estimate is made from: those unknown and those that the config ignores, in ranges apart.
    left_out: Vec<Days>,
    booked: BTreeMap<Day, Amount>,
}

impl DailySeries {
    /// Makes the series of `ledger` in the contract's currency (rules: currency; settled, provisional, future),
    /// with `settle` unsettled days.
    ///
    /// # Errors
    /// A [`DataProblem`] when the ledger's currencies are not the contract's, or several, or none.
    pub fn new(
        ledger: &Ledger,
        contract: &Contract,
        as_of: Day,
        knowledge: Knowledge,
        settle: u32,
    ) -> Result<Self, DataProblem> {
        let currency = currency(ledger, contract.currency)?;
        let mut booked: BTreeMap<Day, Amount> = BTreeMap::new();
        let mut blank_days = 0;
        for ((day, currency), amount) in ledger.iter() {
            // A blank currency sorts first, so each day's is counted once.
            blank_days += u32::from(currency.is_none());
            *booked.entry(*day).or_default() += amount;
        }
        let settle = i64::from(settle);
        let until = knowledge.until.min(as_of);
        let earliest = plus_days(until, -settle.max(LONGEST_OUTAGE));
        let after_data = booked
            .last_key_value()
            .map_or(earliest, |(last, _)| plus_days(*last, 1));
        let asked = contract.asked(as_of);
        let unsettled = plus_days(until, -settle).min(after_data).max(earliest);
        let over = Days::new(asked.start, asked.end.min(unsettled));
        let unknown = knowledge.unknown.iter().map(|days| days.within(over));
        let unknown: Vec<Days> = unknown.filter(|days| !days.is_empty()).collect();
        let ignored = contract.ignored.iter().copied();
        let left_out = joined(over, &unknown, ignored);
        Ok(Self {
            as_of,
            asked,
            unsettled,
            currency,
            currency_assumed: contract.currency.is_none() && currency.is_some(),
            blank_days,
            until,
            unknown,
            left_out,
            booked,
        })
    }

    /// Returns the series as it would have been on `day`, if all that is known today of the days before had been known.
    ///
    /// # Errors
    /// As those of [`Self::new`].
    pub fn seen_on(&self, contract: &Contract, day: Day, settle: u32) -> Result<Self, DataProblem> {
        let before = self.booked.iter().filter(|(booked, _)| **booked < day);
        let ledger: Ledger = before
            .map(|(day, amount)| CostRow {
                day: *day,
                amount: amount.clone(),
                currency: self.currency,
            })
            .collect();
        let knowledge = Knowledge {
            until: day,
            unknown: self.unknown.clone(),
        };
        Self::new(&ledger, contract, day, knowledge, settle)
    }

    /// Returns what is known of the cost of `day`, which is one of the asked days.
    pub fn cost(&self, day: Day) -> Cost<'_> {
        if self.is_unknown(day) {
            return Cost::Unknown;
        }
        match self.booked.get(&day) {
            booked if day >= self.unsettled => Cost::Open(booked),
            Some(amount) => Cost::Booked(amount),
            None => Cost::Idle,
        }
    }

    /// Returns whether the cost of `day` is unknown.
    pub fn is_unknown(&self, day: Day) -> bool {
        self.unknown.iter().any(|days| days.contains(day))
    }

    /// Returns the unknown days, in ranges; all of them are settled by their age.
    pub fn unknown(&self) -> &[Days] {
        &self.unknown
    }

    /// Returns the series whose estimates are not made from `days` either; consumption stays.
    pub fn leaving_out(&self, days: impl IntoIterator<Item = Day>) -> Self {
        Self {
            left_out: joined(self.settled(), &self.left_out, days),
            ..self.clone()
        }
    }

    /// Returns the settled days that no estimate is made from, in ranges apart and in order: those unknown, and
    /// those that the config ignores (rule: averages).
    pub fn left_out(&self) -> &[Days] {
        &self.left_out
    }

    /// Returns whether estimates may be made from `day`, a settled one.
    pub fn is_averaged(&self, day: Day) -> bool {
        let next = self.left_out.partition_point(|days| days.end <= day);
        let left_out = self
            .left_out
            .get(next)
            .is_some_and(|days| days.contains(day));
        self.settled().contains(day) && !left_out
    }

    /// Returns those of the settled days `days` that estimates may be made from, in ranges.
    pub fn averaged(&self, days: Days) -> Vec<Days> {
        let mut ranges = Vec::new();
        let mut start = days.start;
        for left_out in &self.left_out {
            let left_out = left_out.within(days);
            if !left_out.is_empty() {
                ranges.push(Days::new(start, left_out.start));
                start = left_out.end;
            }
        }
        ranges.push(Days::new(start, days.end));
        ranges.retain(|days| !days.is_empty());
        ranges
    }

    /// Returns those of the settled days `days` with money that estimates may be made from, and their cost.
    pub fn averaged_rows(&self, days: Days) -> impl Iterator<Item = (Day, &Amount)> {
        let ranges = self.averaged(days).into_iter();
        ranges.flat_map(|days| self.rows(days))
    }

    /// Returns the mean cost of those of the settled days `days` that estimates may be made from; `None` without
    /// any.
    pub fn average(&self, days: Days) -> Option<Amount> {
        let count = self.averaged(days).iter().map(Days::len).sum();
        let rows = self.averaged_rows(days).map(|(_, amount)| amount);
        rows.sum::<Amount>().mean(count)
    }

    /// Returns the first day that was not over at the newest answer.
    pub fn until(&self) -> Day {
        self.until
    }

    /// Returns the days of `days` with money, in order, and their cost.
    pub fn rows(&self, days: Days) -> impl Iterator<Item = (Day, &Amount)> {
        self.booked
            .range(days.start..days.end)
            .map(|(day, amount)| (*day, amount))
    }

    /// Returns what is booked on `day`.
    pub fn booked(&self, day: Day) -> Option<&Amount> {
        self.booked.get(&day)
    }

    /// Returns the sum over `days`.
    pub fn sum(&self, days: Days) -> Sum {
        let unknown = self.unknown.iter();
        Sum {
            amount: self.rows(days).map(|(_, amount)| amount).sum(),
            unknown: unknown.map(|unknown| unknown.within(days).len()).sum(),
        }
    }

    /// Returns the mean cost of a known day of `days`; `None` where none is known.
    pub fn mean(&self, days: Days) -> Option<Amount> {
        let Sum { amount, unknown } = self.sum(days);
        amount.mean(days.len() - unknown)
    }

    /// Returns the first day with money.
    pub fn first(&self) -> Option<Day> {
        self.booked.first_key_value().map(|(day, _)| *day)
    }

    /// Returns the last day with money.
    pub fn last(&self) -> Option<Day> {
        self.booked.last_key_value().map(|(day, _)| *day)
    }

    /// Returns the days whose cost is complete; a known one without a row is idle.
    pub fn settled(&self) -> Days {
        Days::new(self.asked.start, self.asked.end.min(self.unsettled))
    }

    /// Returns the days whose cost may still grow.
    pub fn provisional(&self) -> Days {
        Days::new(self.asked.start.max(self.unsettled), self.asked.end)
    }
}

/// Joins `ranges` and `days`, as far as they are in `within`, to ranges apart and in order.
fn joined(within: Days, ranges: &[Days], days: impl IntoIterator<Item = Day>) -> Vec<Days> {
    let days = days.into_iter().map(|day| Days::inclusive(day, day));
    let all = ranges.iter().copied().chain(days);
    let mut all: Vec<Days> = all
        .map(|days| days.within(within))
        .filter(|days| !days.is_empty())
        .collect();
    all.sort_by_key(|days| days.start);
    let mut joined: Vec<Days> = Vec::new();
    for days in all {
        match joined.last_mut() {
            Some(last) if days.start <= last.end => last.end = last.end.max(days.end),
            _ => joined.push(days),
        }
    }
    joined
}

/// Returns the one currency of `ledger`, which is `stated` where the contract states one (rule: currency).
///
/// # Errors
/// A [`DataProblem`] when there is money in another currency than the stated one, in several, or only in a
/// blank one that nothing names.
pub(crate) fn currency(
    ledger: &Ledger,
    stated: Option<Currency>,
) -> Result<Option<Currency>, DataProblem> {
    let mut sums: BTreeMap<Currency, CurrencySum> = BTreeMap::new();
    for ((day, currency), amount) in ledger.iter() {
        if let Some(currency) = *currency {
            let sum = sums.entry(currency).or_insert_with(|| CurrencySum {
                currency,
                amount: Amount::zero(),
                first: *day,
            });
            sum.amount += amount;
        }
    }
    let found = stated.or(sums.keys().next().copied());
    if sums.keys().any(|currency| Some(*currency) != found) {
        let sums = sums.into_values().collect();
        return Err(match stated {
            Some(expected) => DataProblem::OtherCurrency { expected, sums },
            None => DataProblem::SeveralCurrencies { sums },
        });
    }
    if found.is_none() && !ledger.is_empty() {
        Err(DataProblem::NoCurrency)
    } else {
        Ok(found)
    }
}
