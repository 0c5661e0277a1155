//! What the rest of a contract will cost, from its daily series.
//!
//! A method turns settled days into a [`WeekdayProfile`]; the forecast follows
//! from the profile, whatever the method (rules 4 and 5).

pub mod weekday;

use std::array;

use crate::calendar::{Day, Days, weekday};
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

/// What a day is still to cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComingDay {
    /// Which.
    pub day: Day,
    /// On a provisional day what it lacks; `None` where nothing says it.
    pub cost: Option<Amount>,
}

/// The days of `series` that are still to cost something: the provisional ones, by what they lack to
/// their weekdays' means, where one above its mean lacks nothing; then the `future` ones (rule 5). All
/// that is said of the future is added up from these.
pub fn coming(
    series: &DailySeries,
    profile: Option<&WeekdayProfile>,
    future: Days,
) -> Vec<ComingDay> {
    let zero = Amount::zero();
    let mean = |day: Day| profile.map(|profile| &profile.means[weekday(day)]);
    let lacking = series.provisional().iter().map(|day| ComingDay {
        day,
        cost: mean(day).map(|mean| (mean - series.booked(day).unwrap_or(&zero)).or_zero()),
    });
    let future = future.iter().map(|day| ComingDay {
        day,
        cost: mean(day).cloned(),
    });
    lacking.chain(future).collect()
}

impl Forecast {
    /// What `coming` days come to, seen from `as_of`; `None` where the cost of one is not known.
    pub fn of(coming: &[ComingDay], as_of: Day) -> Option<Self> {
        let mut forecast = Self::default();
        for coming in coming {
            let cost = coming.cost.as_ref()?;
            if coming.day < as_of {
                forecast.top_up += cost;
            } else {
                forecast.by_weekday[weekday(coming.day)] += cost;
            }
        }
        Some(forecast)
    }

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
