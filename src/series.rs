//! A client's daily cost: what is booked on each day, and which days are settled.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Day, Days, plus_days};
use crate::contract::Contract;
use crate::cost::CostRow;
use crate::failure::DataProblem;
use crate::money::{Amount, Currency};

/// How far back, in days, an outage of data holds days unsettled (rule 3).
const LONGEST_OUTAGE: i64 = 7;

/// What is known of days, other than by their rows: a day without a row cost nothing, if it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The day from which on nothing is: the as-of day, or an earlier one where the service was not asked since.
    pub until: Day,
    /// Earlier days that nothing is known of, in order.
    pub unknown: Vec<Days>,
}

impl Known {
    /// All days before `as_of` are known.
    pub fn all(as_of: Day) -> Self {
        Self {
            until: as_of,
            unknown: Vec::new(),
        }
    }
}

/// The daily cost of a contract as of a day.
#[derive(Clone, Debug)]
pub struct DailySeries {
    /// The day it is seen from; not over, so not in it.
    pub as_of: Day,
    /// What is known of the days that were asked for.
    pub known: Known,
    /// The days that the service was asked for.
    pub asked: Days,
    /// The first day that is not settled (U of rule 3).
    pub unsettled: Day,
    /// The currency of all the amounts; `None` where there is no money and nothing says it.
    pub currency: Option<Currency>,
    /// Whether the currency is known from the data alone.
    pub currency_assumed: bool,
    /// Days with money without a currency, counted in this one.
    pub blank_days: u32,
    booked: BTreeMap<Day, Amount>,
}

impl DailySeries {
    /// The sums of `rows` by day, in the contract's currency (rules 3, 7 and 13). What was asked for last on a
    /// day is as settled as it was then.
    ///
    /// # Errors
    /// A [`DataProblem`] when the rows' currencies are not the contract's, or several, or none.
    pub fn new(
        rows: &[CostRow],
        contract: &Contract,
        as_of: Day,
        known: Known,
        settle: u32,
    ) -> Result<Self, DataProblem> {
        let currency = currency(rows, contract.currency)?;
        let mut booked: BTreeMap<Day, Amount> = BTreeMap::new();
        for row in rows {
            match booked.entry(row.day) {
                Entry::Vacant(day) => {
                    day.insert(row.amount.clone());
                }
                Entry::Occupied(mut day) => *day.get_mut() += &row.amount,
            }
        }
        let settle = i64::from(settle);
        let blank = rows.iter().filter(|row| row.currency.is_none());
        let blank: BTreeSet<Day> = blank.map(|row| row.day).collect();
        let until = known.until.min(as_of);
        let earliest = plus_days(until, -settle.max(LONGEST_OUTAGE));
        let after_data = booked
            .last_key_value()
            .map_or(earliest, |(last, _)| plus_days(*last, 1));
        Ok(Self {
            as_of,
            known: Known { until, ..known },
            asked: contract.asked(as_of),
            unsettled: plus_days(until, -settle).min(after_data).max(earliest),
            currency,
            currency_assumed: contract.currency.is_none() && currency.is_some(),
            blank_days: u32::try_from(blank.len()).unwrap_or(u32::MAX),
            booked,
        })
    }

    /// What is booked on `day`, if there is any data.
    pub fn booked(&self, day: Day) -> Option<&Amount> {
        self.booked.get(&day)
    }

    /// The days of `days` with data, in order, and what is booked on them.
    pub fn rows(&self, days: Days) -> impl Iterator<Item = (Day, &Amount)> {
        self.booked
            .range(days.start..days.end)
            .map(|(day, amount)| (*day, amount))
    }

    /// What is booked on `days` in all.
    pub fn sum(&self, days: Days) -> Amount {
        self.rows(days).map(|(_, amount)| amount).sum()
    }

    /// The first day with data.
    pub fn first(&self) -> Option<Day> {
        self.booked.first_key_value().map(|(day, _)| *day)
    }

    /// The last day with data.
    pub fn last(&self) -> Option<Day> {
        self.booked.last_key_value().map(|(day, _)| *day)
    }

    /// The longest range of days after the first data that nothing is known of; the last of several.
    pub fn gap(&self) -> Option<Days> {
        let first = self.first()?;
        let unknown = self.known.unknown.iter().copied();
        unknown
            .filter(|days| first < days.start)
            .max_by_key(Days::len)
    }

    /// The days whose cost is complete; one without a row cost nothing.
    pub fn settled(&self) -> Days {
        Days::new(self.asked.start, self.asked.end.min(self.unsettled))
    }

    /// The days whose cost may still grow.
    pub fn provisional(&self) -> Days {
        Days::new(self.asked.start.max(self.unsettled), self.asked.end)
    }
}

/// The one currency of the rows, which is the contract's where it says one (rule 7).
///
/// # Errors
/// A [`DataProblem`] when the rows' currencies are not the contract's, or several, or none.
pub fn currency(
    rows: &[CostRow],
    stated: Option<Currency>,
) -> Result<Option<Currency>, DataProblem> {
    let mut found = stated;
    for row_currency in rows.iter().filter_map(|row| row.currency) {
        match found {
            None => found = Some(row_currency),
            Some(one) if one == row_currency => {}
            Some(one) => {
                return Err(match stated {
                    Some(expected) => DataProblem::OtherCurrency {
                        expected,
                        found: row_currency,
                    },
                    None => DataProblem::SeveralCurrencies {
                        one,
                        other: row_currency,
                    },
                });
            }
        }
    }
    if found.is_none() && !rows.is_empty() {
        Err(DataProblem::NoCurrency)
    } else {
        Ok(found)
    }
}
