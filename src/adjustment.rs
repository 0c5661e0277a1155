//! A change of the forecast that the operator knows of and the data do not.

use std::fmt;

use crate::calendar::{Day, Month};
use crate::money::Amount;

/// A change of the forecast, and the day it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The kind and the size of the change.
    pub change: Change,
    /// The first day that it changes; every day to come where there is none.
    pub since: Option<Day>,
}

/// The size of a change, relative or absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Per cent of what each day would cost without it; at least -100.
    Percent(Amount),
    /// Money for each calendar month, spread evenly over its days.
    Monthly(Amount),
}

impl Adjustment {
    /// Returns the amount that the adjustment adds to `day`, whose cost without it is `cost`.
    pub fn of(&self, day: Day, cost: &Amount) -> Amount {
        if self.since.is_some_and(|since| day < since) {
            return Amount::zero();
        }
        let (whole, parts) = match &self.change {
            Change::Percent(percent) => (cost.multiplied(percent), 100),
            Change::Monthly(sum) => (sum.clone(), Month::of(day).days().len()),
        };
        whole.mean(parts).unwrap_or_default()
    }
}

/// Writes the adjustment as a config has it, with a decimal point: `+10.5% desde 2027-01-01`.
impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, unit) = match &self.change {
            Change::Percent(percent) => (percent, "%"),
            Change::Monthly(sum) => (sum, ""),
        };
        let sign = if amount.is_negative() { "" } else { "+" };
        write!(f, "{sign}{amount}{unit}")?;
        match self.since {
            Some(since) => write!(f, " desde {since}"),
            None => Ok(()),
        }
    }
}
