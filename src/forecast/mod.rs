//! What the rest of a contract will cost, from its daily series.
//!
//! A method turns settled days into a [`WeekdayProfile`]; the forecast follows
//! from the profile, whatever the method (rules 4 and 5).

pub mod weekday;

use std::array;

use crate::calendar::{Days, weekday};
use crate::money::Amount;
use crate::series::DailySeries;

/// What a day costs, by weekday, Monday first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekdayProfile {
    /// The days that it was taken from; at least one.
    pub window: Days,
    /// What a day costs, whatever weekday it is.
    pub overall: Amount,
    /// What a day costs, by weekday.
    pub means: [Amount; 7],
}

/// The cost that is still to come; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Of the future days, by weekday.
    pub by_weekday: [Amount; 7],
    /// What the provisional days still lack.
    pub top_up: Amount,
}

impl WeekdayProfile {
    /// What is still to come on `future` days, and on the provisional days of `series` (rule 5).
    pub fn forecast(&self, series: &DailySeries, future: Days) -> Forecast {
        let counts = count_weekdays(future);
        Forecast {
            by_weekday: array::from_fn(|n| self.means[n].times(i64::from(counts[n]))),
            top_up: self.top_up(series, series.provisional()),
        }
    }

    /// What provisional `days` lack to their weekdays' means; a day above its mean lacks nothing.
    pub fn top_up(&self, series: &DailySeries, days: Days) -> Amount {
        let zero = Amount::zero();
        days.iter()
            .map(|day| (&self.means[weekday(day)] - series.booked(day).unwrap_or(&zero)).or_zero())
            .sum()
    }

    /// What `days` cost by their weekdays.
    pub fn cost(&self, days: Days) -> Amount {
        let counts = count_weekdays(days);
        self.means
            .iter()
            .zip(counts)
            .map(|(mean, count)| mean.times(i64::from(count)))
            .sum()
    }
}

impl Forecast {
    /// All that is to come.
    pub fn total(&self) -> Amount {
        &self.by_weekday.iter().sum::<Amount>() + &self.top_up
    }
}

/// How many of `days` fall on each weekday, Monday first.
pub fn count_weekdays(days: Days) -> [u32; 7] {
    let (whole_weeks, rest) = (days.len() / 7, days.len() % 7);
    let first = weekday(days.start);
    array::from_fn(|n| whole_weeks + u32::from((n + 7 - first) % 7 < rest as usize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weekdays_are_counted_one_by_one(start in 0i64..10_000, len in 0i64..400) {
            let start = crate::calendar::plus_days("2020-01-01".parse().unwrap(), start);
            let days = Days::new(start, crate::calendar::plus_days(start, len));
            let mut counts = [0; 7];
            days.iter().for_each(|day| counts[weekday(day)] += 1);
            prop_assert_eq!(count_weekdays(days), counts);
        }
    }
}
