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
pub(crate) mod methods;
pub(crate) mod spread;

use crate::calendar::{Day, Days, plus_days, weekday};
use crate::days::series::DailySeries;
use crate::money::{Amount, DIVISION_PLACES};

/// Decimal places of a factor, so that a product has all digits of the other operand.
const FACTOR_PLACES: usize = 15;
/// Limit of a sensible forecast day: this many times the largest day that ever was.
const ABSURD: f64 = 10.0;

/// Left out days in a row after which a history begins anew.
const LONG_GAP: u32 = 7;

/// The cost of each settled day, in order. An idle day costs nothing; a day that no estimate is made from (unknown,
/// or ignored by the config) costs what its weekday does on the others.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The day of the first of them.
    first: Day,
    first_weekday: usize,
    values: Vec<f64>,
}

impl History {
    /// Makes the history of the settled days of `series` after the last long gap of days left out; empty if all of
    /// them are.
    pub fn new(series: &DailySeries) -> Self {
        let settled = series.settled();
        let gaps = series.left_out().iter();
        let gap = gaps
            .filter(|days| days.len() >= LONG_GAP)
            .map(|days| days.end);
        let start = gap.max().unwrap_or(settled.start).max(settled.start);
        let days = Days::new(start, settled.end);
        let averaged = series.averaged(days);
        if averaged.is_empty() {
            return Self::of(settled.end, Vec::new());
        }
        let mut values = vec![0.0; days.len() as usize];
        let place = |day: Day| usize::try_from((day - days.start).num_days()).ok();
        for (day, amount) in series.averaged_rows(days) {
            if let Some(value) = place(day).and_then(|place| values.get_mut(place)) {
                *value = from_decimal(amount);
            }
        }
        let (mut sums, mut counts) = ([0.0; 7], [0.0; 7]);
        for day in averaged.iter().flat_map(Days::iter) {
            sums[weekday(day)] += place(day)
                .and_then(|place| values.get(place))
                .unwrap_or(&0.0);
            counts[weekday(day)] += 1.0;
        }
        let overall = sums.iter().sum::<f64>() / counts.iter().sum::<f64>().max(1.0);
        let left_out = series.left_out().iter();
        for day in left_out.flat_map(|left_out| left_out.within(days).iter()) {
            if let Some(value) = place(day).and_then(|place| values.get_mut(place)) {
                let n = weekday(day);
                *value = if counts[n] > 0.0 {
                    sums[n] / counts[n]
                } else {
                    overall
                };
            }
        }
        Self::of(days.start, values)
    }

    /// Returns its days.
    pub fn days(&self) -> Days {
        Days::new(self.first, self.day(self.values.len()))
    }

    /// A history that begins on `first`.
    pub fn of(first: Day, values: Vec<f64>) -> Self {
        Self {
            first,
            first_weekday: weekday(first),
            values,
        }
    }

    /// Returns the number of days.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no day in it.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
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
