//! A row of the service's answer, checked.

use crate::calendar::Day;
use crate::money::{Amount, Currency};

/// Money booked on one day. Several rows of a day add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostRow {
    /// The UTC day.
    pub day: Day,
    /// The cost, never zero; negative for a correction.
    pub amount: Amount,
    /// The currency; `None` where the service leaves it blank.
    pub currency: Option<Currency>,
}
