//! A row of the service's answer, checked.

use crate::calendar::Day;
use crate::money::{Amount, Currency};

/// Cost with money on one day; several rows of a day add up (rule 13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRow {
    /// The UTC day.
    pub day: Day,
    /// The cost, below zero for a correction.
    pub amount: Amount,
    /// Its currency; `None` where the service leaves it blank.
    pub currency: Option<Currency>,
}
