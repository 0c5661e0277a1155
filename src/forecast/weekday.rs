//! The mean of each weekday over the last two months (rule: averages).

use std::array;

use super::{WeekdayProfile, averaged_weekdays};
use crate::calendar::{Days, two_months_before, weekday};
use crate::days::series::DailySeries;
use crate::money::Amount;

/// Returns the settled days of the two calendar months before the first unsettled day.
pub(crate) fn window(series: &DailySeries) -> Days {
    let start = two_months_before(series.unsettled);
    Days::new(start, series.unsettled).within(series.settled())
}

/// Returns the mean of each weekday over the days of the [`window`] that estimates may be made from; `None` where
/// there is none. An idle day counts as no cost.
pub(crate) fn means(series: &DailySeries) -> Option<WeekdayProfile> {
    let window = window(series);
    let mut sums: [Amount; 7] = array::from_fn(|_| Amount::zero());
    for (day, amount) in series.averaged_rows(window) {
        sums[weekday(day)] += amount;
    }
    let counts = averaged_weekdays(series, window);
    let overall = sums.iter().sum::<Amount>().mean(counts.iter().sum())?;
    // A weekday that the window does not have costs what a day costs on the whole.
    let means = array::from_fn(|n| sums[n].mean(counts[n]).unwrap_or_else(|| overall.clone()));
    Some(WeekdayProfile { window, means })
}
