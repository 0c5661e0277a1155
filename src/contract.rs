//! The terms of a client's contract.

use crate::adjustment::Adjustment;
use crate::calendar::{Day, Days, plus_days};
use crate::money::{Amount, Currency};

/// The credit that a client bought, and its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The first day.
    pub start: Day,
    /// The last day, included.
    pub end: Day,
    /// The credit bought; zero for pay as you go.
    pub credit: Amount,
    /// The currency that the config names, if it does (rule: currency).
    pub currency: Option<Currency>,
    /// Consumption before the days that the service is asked for (rule: opening balance).
    pub opening: Option<Opening>,
    /// The adjustment of the forecast.
    pub adjustment: Option<Adjustment>,
    /// Days whose cost is no guide to other days, in order (rule: averages). They count as consumption.
    pub ignored: Vec<Day>,
}

/// Consumption up to a day, known from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Consumption from the contract's start through [`Self::through`].
    pub amount: Amount,
    /// The last day that the amount covers.
    pub through: Day,
}

impl Contract {
    /// Returns the days of the term.
    pub fn days(&self) -> Days {
        Days::inclusive(self.start, self.end)
    }

    /// The first day that the service is asked for: after the opening balance, else the start.
    pub fn first_asked(&self) -> Day {
        self.opening
            .as_ref()
            .map_or(self.start, |opening| plus_days(opening.through, 1))
    }

    /// The days that the service is asked for as of `as_of`: over, in the contract, after the opening balance.
    pub fn asked(&self, as_of: Day) -> Days {
        Days::new(self.first_asked(), self.days().end.min(as_of))
    }
}
