//! The booked cost of a tenancy by day and currency: the one container that
//! answers, store and figures share.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included, Unbounded};

use super::row::CostRow;
use crate::calendar::{Day, Days};
use crate::money::{Amount, Currency};

/// A day and the currency of a sum on it; `None` where the service leaves the currency blank.
pub(crate) type LedgerKey = (Day, Option<Currency>);

/// Sums by day and currency. A day without an entry has no money on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    sums: BTreeMap<LedgerKey, Amount>,
}

impl Ledger {
    /// Adds `row` to the sum of its day and currency.
    pub fn book(&mut self, row: CostRow) {
        self.add((row.day, row.currency), &row.amount);
    }

    /// Adds `amount` to the sum of `key`.
    pub fn add(&mut self, key: LedgerKey, amount: &Amount) {
        *self.sums.entry(key).or_default() += amount;
    }

    /// Adds every sum of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (key, amount) in &other.sums {
            self.add(*key, amount);
        }
    }

    /// The sums in order of day and currency.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&LedgerKey, &Amount)> {
        self.sums.iter()
    }

    /// The sums on `days`, in order.
    pub fn within(&self, days: Days) -> impl DoubleEndedIterator<Item = (&LedgerKey, &Amount)> {
        let end = Excluded((days.end, None));
        let start = Included((days.start.min(days.end), None));
        self.sums.range((start, end))
    }

    /// Returns whether `day` has a sum in any currency.
    pub fn has(&self, day: Day) -> bool {
        let from = (Included((day, None)), Unbounded);
        let next = self.sums.range(from).next();
        next.is_some_and(|((found, _), _)| *found == day)
    }

    /// The first day with a sum.
    pub fn first(&self) -> Option<Day> {
        self.sums.first_key_value().map(|((day, _), _)| *day)
    }

    /// The last day with a sum.
    pub fn last(&self) -> Option<Day> {
        self.sums.last_key_value().map(|((day, _), _)| *day)
    }

    /// Returns whether the ledger has no sum.
    pub fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Returns the number of sums.
    pub fn len(&self) -> usize {
        self.sums.len()
    }

    /// Replaces the sums of `day` by those of `other`, which may have none.
    pub fn replace(&mut self, day: Day, other: &Self) {
        let days = Days::inclusive(day, day);
        let stale: Vec<LedgerKey> = self.within(days).map(|(key, _)| *key).collect();
        for key in stale {
            self.sums.remove(&key);
        }
        for (key, amount) in other.within(days) {
            self.sums.insert(*key, amount.clone());
        }
    }

    /// The part of it on `days`.
    pub fn only(&self, days: Days) -> Self {
        let within = self.within(days);
        Self {
            sums: within.map(|(key, amount)| (*key, amount.clone())).collect(),
        }
    }
}

impl FromIterator<(LedgerKey, Amount)> for Ledger {
    fn from_iter<T: IntoIterator<Item = (LedgerKey, Amount)>>(sums: T) -> Self {
        let mut ledger = Self::default();
        for (key, amount) in sums {
            ledger.add(key, &amount);
        }
        ledger
    }
}

impl FromIterator<CostRow> for Ledger {
    fn from_iter<T: IntoIterator<Item = CostRow>>(rows: T) -> Self {
        let mut ledger = Self::default();
        rows.into_iter().for_each(|row| ledger.book(row));
        ledger
    }
}
