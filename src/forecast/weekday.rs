//! The mean of each weekday over the last two months (rule 4).

use std::array;

use super::{WeekdayProfile, count_weekdays};
use crate::calendar::{Day, Days, two_months_before, weekday};
use crate::money::Amount;
use crate::series::DailySeries;

/// The settled days of the two calendar months before the first unsettled day, from `known_from` on.
pub fn window(series: &DailySeries, known_from: Day) -> Days {
    let start = two_months_before(series.unsettled).max(known_from);
    Days::new(start, series.unsettled).within(series.settled())
}

/// The mean of each weekday over the [`window`]; a day without a row counts as no cost. `None` where
/// there is no such day. `without` is left out, as if the day had not been.
pub fn means(
    series: &DailySeries,
    known_from: Day,
    without: Option<Day>,
) -> Option<WeekdayProfile> {
    let window = window(series, known_from);
    let mut sums: [Amount; 7] = array::from_fn(|_| Amount::zero());
    let mut counts = count_weekdays(window);
    for (day, amount) in series.rows(window) {
        if without != Some(day) {
            sums[weekday(day)] += amount;
        }
    }
    if let Some(day) = without.filter(|day| window.contains(*day)) {
        counts[weekday(day)] -= 1;
    }
    let overall = sums.iter().sum::<Amount>().mean(counts.iter().sum())?;
    // A weekday that the window does not have costs what a day costs on the whole.
    let means = array::from_fn(|n| sums[n].mean(counts[n]).unwrap_or_else(|| overall.clone()));
    Some(WeekdayProfile { window, means })
}
