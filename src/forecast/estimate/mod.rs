//! Estimates computed in binary fractions: methods of smoothing,
//! the band around a forecast, and the test of both on the past.
//!
//! Nowhere else in the program: money is decimal. What leaves here is decimal
//! again, and where it would be no sensible number, nothing leaves.
//! `libm` does what the standard library leaves to the machine, so that a
//! report is the same everywhere.
#![allow(
    clippy::float_arithmetic,
    reason = "an estimate has no exact value, and logarithms have no decimal one"
)]

pub(crate) mod backtest;
pub(crate) mod method;
pub(crate) mod past;
pub(crate) mod spread;
mod sums;

use std::array;
use std::ops::Range;

use crate::calendar::{Day, Days, plus_days, weekday};
use crate::days::series::DailySeries;
use crate::money::{Amount, DIVISION_PLACES};

use super::recurring::RecurringCharge;
use method::{Method, Profile};
use past::Estimator;

/// Decimal places of a factor, so that a product has all digits of the other operand.
const FACTOR_PLACES: usize = 15;
/// Limit of a sensible forecast day: this many times the largest day that ever was.
const ABSURD: f64 = 10.0;
/// Days on which a charge must have come before it counts as recurring.
const LEAST_CHARGES: usize = 3;

/// The cost of each settled day, in order. An idle day costs nothing; a day that no estimate is made from (unknown,
/// or ignored by the config) is left out: neither in sums nor in counts.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The day of the first of them.
    first: Day,
    first_weekday: usize,
    /// Cost of each day; 0 of a day left out.
    values: Vec<f64>,
    /// Number of days left out before each day, and before the day after the last.
    gaps: Vec<u32>,
    /// Indices of the days on which each recurring charge came, the oldest first.
    charges: Vec<Vec<usize>>,
}

impl History {
    /// Makes the history of the settled days of `series`.
    pub fn new(series: &DailySeries) -> Self {
        let days = series.settled();
        let mut values = vec![None; days.len() as usize];
        for day in series.averaged(days).iter().flat_map(Days::iter) {
            if let Some(value) = place(days, day).and_then(|place| values.get_mut(place)) {
                *value = Some(0.0);
            }
        }
        for (day, amount) in series.averaged_rows(days) {
            if let Some(value) = place(days, day).and_then(|place| values.get_mut(place)) {
                *value = Some(from_decimal(amount));
            }
        }
        Self::of(days.start, values)
    }

    /// A history that begins on `first`; `None` is a day left out.
    pub fn of(first: Day, values: Vec<Option<f64>>) -> Self {
        let mut left_out = 0;
        let before = values.iter().map(|value| {
            left_out += u32::from(value.is_none());
            left_out
        });
        Self {
            first,
            first_weekday: weekday(first),
            gaps: [0].into_iter().chain(before).collect(),
            values: values.into_iter().map(Option::unwrap_or_default).collect(),
            charges: Vec::new(),
        }
    }

    /// The history with its recurring `charges`, which are no change of pace.
    pub(super) fn with_charges(mut self, charges: &[RecurringCharge]) -> Self {
        let days = Days::new(self.first, self.day(self.len()));
        let places = charges.iter().map(|charge| {
            let places = charge.days.iter().filter_map(|day| place(days, *day));
            let mut places: Vec<usize> = places.collect();
            places.sort_unstable();
            places
        });
        self.charges = places.collect();
        self
    }

    /// Returns the number of days, known or not.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no day in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the number of known days in `days`.
    pub fn known(&self, days: Range<usize>) -> usize {
        let gaps = |n: usize| self.gaps.get(n).copied().unwrap_or_default();
        let left_out = gaps(days.end).saturating_sub(gaps(days.start));
        days.len().saturating_sub(left_out as usize)
    }

    /// Whether the `n`th day is known.
    fn is_known(&self, n: usize) -> bool {
        self.known(n..n + 1) == 1
    }

    /// Returns the days before the `until`th on which a charge came that is recurring by then.
    fn charges_before(&self, until: usize) -> Vec<usize> {
        let before = self.charges.iter().map(|days| {
            let count = days.partition_point(|day| *day < until);
            &days[..count]
        });
        let recurring = before.filter(|days| days.len() >= LEAST_CHARGES);
        recurring.flatten().copied().collect()
    }

    /// Estimates the cost of one day with `method`, for `left` future days. `None` without a known day, and if the
    /// estimate would be no sensible cost.
    pub fn profile(&self, method: Method, left: u32) -> Option<[Amount; 7]> {
        if self.known(0..self.len()) == 0 {
            return None;
        }
        let profile = self.estimate(method, 0, self.len(), left);
        let largest = self
            .values
            .iter()
            .fold(0.0, |most: f64, v| most.max(v.abs()));
        // Corrections may leave next to nothing to divide by.
        if !profile.iter().all(|cost| cost.abs() <= ABSURD * largest) {
            return None;
        }
        let mut means: [Amount; 7] = array::from_fn(|_| Amount::zero());
        for (mean, cost) in means.iter_mut().zip(profile) {
            *mean = to_decimal(cost)?;
        }
        Some(means)
    }

    /// Estimates the cost of one day with `method` from the days `from..until`, for `left` future days.
    pub fn estimate(&self, method: Method, from: usize, until: usize, left: u32) -> Profile {
        Estimator::new(self).past(from, until, left).profile(method)
    }

    /// Returns the cost of `left` days from the `until`th on, by `profile`.
    pub fn total(&self, profile: &Profile, until: usize, left: u32) -> f64 {
        let first = self.weekday_of(until);
        let weeks = left / 7;
        let rest = (0..(left % 7) as usize).map(|n| profile[(first + n) % 7]);
        f64::from(weeks) * profile.iter().sum::<f64>() + rest.sum::<f64>()
    }

    /// Returns the cost of the known days of `from..until`.
    pub fn sum(&self, from: usize, until: usize) -> f64 {
        self.values[from..until].iter().sum()
    }

    /// The day of the `n`th value, from 0.
    fn day(&self, n: usize) -> Day {
        plus_days(self.first, i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// Returns the weekday of the `n`th day, 0 for Monday.
    fn weekday_of(&self, n: usize) -> usize {
        (self.first_weekday + n % 7) % 7
    }
}

/// Returns the index of `day` in `days`.
fn place(days: Days, day: Day) -> Option<usize> {
    usize::try_from((day - days.start).num_days()).ok()
}

/// The nearest binary fraction, or one beside it.
fn from_decimal(amount: &Amount) -> f64 {
    match amount.digits() {
        // These powers of ten are exact.
        Some((digits, places @ 0..=22)) => digits as f64 / libm::exp10(f64::from(places)),
        _ => amount.to_string().parse().unwrap_or(f64::NAN),
    }
}

/// The decimal nearest to `value`, with the places of a division; `None` where it is no amount.
fn to_decimal(value: f64) -> Option<Amount> {
    let places = usize::try_from(DIVISION_PLACES).ok()?;
    to_places(value, places)
}

fn to_places(value: f64, places: usize) -> Option<Amount> {
    // What is no number, or not one of money, is refused there.
    Amount::parse(&format!("{value:.places$}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_amount_does_not_leave() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e15, -1e300] {
            assert_eq!(to_decimal(value), None, "{value}");
        }
        for (value, text) in [
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (-0.0, "0"),
            (1e-11, "0"),
            (999_999_999_999_999.0, "999999999999999"),
        ] {
            assert_eq!(to_decimal(value), Amount::parse(text).ok(), "{value}");
        }
    }

    #[test]
    fn decimals_are_read_to_the_nearest_fraction() {
        for text in [
            "0",
            "0.1",
            "-12.345678901234567",
            "100000000000000.01",
            "1e-40",
            "123456789012345.123456789012345678901234",
        ] {
            let (read, nearest) = (
                from_decimal(&Amount::parse(text).unwrap()),
                text.parse::<f64>().unwrap(),
            );
            assert!((read - nearest).abs() <= nearest.abs() * 1e-15, "{text}");
        }
    }
}
