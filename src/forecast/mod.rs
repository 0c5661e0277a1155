//! Cost of the rest of a contract, forecast from its daily series.
//!
//! A method turns settled days into a [`WeekdayProfile`]; the forecast follows
//! from the profile, whatever the method (rules: averages, forecast). The weekday mean is
//! exact; the other methods and the band are estimates, and `estimate` computes
//! them in binary fractions.
//!
//! No crate does this: two were built and measured on the study's series,
//! were no better over 30 days and worse beyond, and would have brought some
//! 70 crates each.

pub(crate) mod estimate;
pub(crate) mod recurring;
pub(crate) mod weekday;

use std::array;

use crate::adjustment::Adjustment;
use crate::calendar::{Day, Days, plus_days, weekday};
use crate::days::series::DailySeries;
use crate::money::Amount;
use estimate::History;
pub use estimate::method::Method;
use estimate::method::ProfileWindow;
use estimate::spread::Spread;
use recurring::RecurringCharge;

/// Days whose pace is compared, the last ones and the usual ones.
const LAST_DAYS: u32 = 14;
const USUAL_DAYS: u32 = 61;
/// Known settled days below which a forecast's error is anybody's guess.
pub(crate) const LEAST_HISTORY: u32 = 14;

/// Cost of one day, by weekday, Monday first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekdayProfile {
    /// The days that it was taken from; at least one.
    pub window: Days,
    /// Mean cost of one day, by weekday.
    pub means: [Amount; 7],
}

/// The cost that is still to come; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Expected cost of the future days, by weekday, by the method alone.
    pub by_weekday: [Amount; 7],
    /// Top-up of the provisional days.
    pub top_up: Amount,
    /// Sum that each adjustment adds to the future days.
    pub added: Vec<Amount>,
}

/// The settled days that forecasts are made of.
#[derive(Debug)]
pub struct Basis<'s> {
    series: &'s DailySeries,
    history: History,
    charges: Vec<RecurringCharge>,
}

impl<'s> Basis<'s> {
    /// Makes the basis of the settled days of `series`.
    pub fn new(series: &'s DailySeries) -> Self {
        let charges = RecurringCharge::all(series);
        Self {
            series,
            history: History::new(series).with_charges(&charges),
            charges,
        }
    }

    /// Returns the range from the first settled day that estimates may be made from to the last; empty without one.
    pub fn days(&self) -> Days {
        let ranges = self.series.averaged(self.series.settled());
        let end = self.series.settled().end;
        let ends = ranges.first().zip(ranges.last());
        ends.map_or(Days::new(end, end), |(first, last)| {
            Days::new(first.start, last.end)
        })
    }

    /// Returns the number of settled days that estimates may be made from.
    pub fn known(&self) -> u32 {
        let ranges = self.series.averaged(self.series.settled());
        ranges.iter().map(Days::len).sum()
    }

    /// The settled days as binary fractions.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The charges that come every month, the latest day of the month first.
    pub fn charges(&self) -> &[RecurringCharge] {
        &self.charges
    }

    /// Returns the profile by `method`, for `left` days to come. `None` where no estimate may be made from any day of
    /// its window or of a part's, or the estimate is no sensible cost.
    pub fn profile(&self, method: Method, left: u32) -> Option<WeekdayProfile> {
        if let Some(exact) = method.exact() {
            return exact(self.series);
        }
        let window = self.window(method);
        let windows = method.parts().iter().map(|part| self.window(*part));
        let is_empty = |window: Days| self.series.averaged(window).is_empty();
        if windows.chain([window]).any(is_empty) {
            return None;
        }
        let means = self.history.profile(method, left)?;
        Some(WeekdayProfile { window, means })
    }

    /// Returns the uncertainty of the forecast of `left` future days; `None` if history is too short.
    pub fn spread(&self, method: Method, left: u32) -> Option<Spread> {
        Spread::of(&self.history, method, left)
    }

    /// Mean cost of a day over the last two months, whatever the method.
    pub fn pace(&self) -> Option<Amount> {
        self.series.average(self.window(Method::WEEKDAY))
    }

    /// Returns the change, in per cent, of the last two weeks' pace against that of the last two months, if both
    /// are known and the change is over 20.
    pub fn change_of_pace(&self) -> Option<Amount> {
        let settled = self.series.settled();
        // The last days are the last ones that estimates may be made from.
        let mean = |count: u32| {
            let mut short = i64::from(count);
            for days in self.series.averaged(settled).iter().rev() {
                let length = i64::from(days.len());
                if length >= short {
                    let start = plus_days(days.end, -short);
                    return self.series.average(Days::new(start, settled.end));
                }
                short -= length;
            }
            None
        };
        let (last, usual) = (mean(LAST_DAYS)?, mean(USUAL_DAYS)?);
        let change = (&last - &usual).percent_of(&usual)?;
        (usual.is_positive() && change.abs() > Amount::from(20)).then_some(change)
    }

    /// The days that `method` takes its profile from.
    fn window(&self, method: Method) -> Days {
        let ProfileWindow::Days(days) = method.window() else {
            return weekday::window(self.series);
        };
        let (settled, days) = (self.series.settled(), i64::try_from(days));
        let start = plus_days(settled.end, -days.unwrap_or(i64::MAX));
        Days::new(start, settled.end).within(settled)
    }
}

/// Expected remaining cost of a day that is not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComingDay {
    /// The day.
    pub day: Day,
    /// Expected cost, or on a provisional day its top-up; `None` if it is unknown.
    pub cost: Option<Amount>,
    /// The part of it that each adjustment adds; of future days only.
    pub added: Vec<Amount>,
}

/// The days of `series` that are still to cost something: the provisional ones, by what they lack to
/// their weekdays' means, where one above its mean lacks nothing; then the `future` ones, with what
/// `adjustments` add (rule: forecast). All that is said of the future is added up from these. A day of one of
/// `charges` costs that much more; the rule forecast knows of none.
pub fn coming(
    series: &DailySeries,
    profile: Option<&WeekdayProfile>,
    charges: &[RecurringCharge],
    future: Days,
    adjustments: &[Adjustment],
) -> Vec<ComingDay> {
    let zero = Amount::zero();
    let expected = |day: Day| profile.map(|profile| recurring::expected(profile, charges, day));
    let lacking = series.provisional().iter().map(|day| ComingDay {
        day,
        cost: expected(day).map(|cost| (&cost - series.booked(day).unwrap_or(&zero)).or_zero()),
        added: Vec::new(),
    });
    let future = future.iter().map(|day| {
        let cost = expected(day);
        let added: Vec<Amount> = cost
            .as_ref()
            .map(|cost| added_to(cost, day, adjustments).collect())
            .unwrap_or_default();
        ComingDay {
            day,
            cost: cost.map(|cost| &cost + &added.iter().sum()),
            added,
        }
    });
    lacking.chain(future).collect()
}

/// Returns the amount that each of `adjustments` adds to a future `day` of that `expected` cost, one after the other;
/// none takes it below zero.
fn added_to<'a>(
    expected: &'a Amount,
    day: Day,
    adjustments: &'a [Adjustment],
) -> impl Iterator<Item = Amount> + 'a {
    let least = expected.clone().min(Amount::zero());
    let mut cost = expected.clone();
    adjustments.iter().map(move |adjustment| {
        let after = (&cost + &adjustment.of(day, expected)).max(least.clone());
        let added = &after - &cost;
        cost = after;
        added
    })
}

impl Forecast {
    /// Sums up `coming`, seen from `as_of`; `None` if the cost of one day is unknown.
    pub fn of(coming: &[ComingDay], as_of: Day) -> Option<Self> {
        let mut forecast = Self::default();
        for coming in coming {
            let cost = coming.cost.as_ref()?;
            if coming.day < as_of {
                forecast.top_up += cost;
                continue;
            }
            let by_method = cost - &coming.added.iter().sum();
            forecast.by_weekday[weekday(coming.day)] += &by_method;
            forecast.added.resize(coming.added.len(), Amount::zero());
            for (sum, added) in forecast.added.iter_mut().zip(&coming.added) {
                *sum += added;
            }
        }
        Some(forecast)
    }

    /// Returns the sum of all parts.
    pub fn total(&self) -> Amount {
        let parts = self.by_weekday.iter().chain(&self.added);
        &parts.sum::<Amount>() + &self.top_up
    }
}

/// Returns the number of `days` on each weekday, Monday first.
pub(crate) fn count_weekdays(days: Days) -> [u32; 7] {
    let (whole_weeks, rest) = (days.len() / 7, days.len() % 7);
    let first = weekday(days.start);
    array::from_fn(|n| whole_weeks + u32::from((n + 7 - first) % 7 < rest as usize))
}

/// Returns how many days of `days` that estimates may be made from fall on each weekday, Monday first.
pub(crate) fn averaged_weekdays(series: &DailySeries, days: Days) -> [u32; 7] {
    let mut counts = [0; 7];
    for averaged in series.averaged(days) {
        for (count, more) in counts.iter_mut().zip(count_weekdays(averaged)) {
            *count += more;
        }
    }
    counts
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
