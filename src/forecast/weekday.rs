//! The mean of each weekday over the last two months (rule: averages).

use std::array;

use super::{WeekdayProfile, known_weekdays};
use crate::calendar::{Day, Days, two_months_before, weekday};
use crate::days::series::DailySeries;
use crate::money::Amount;

/// Returns the settled days of the two calendar months before the first unsettled day.
pub(crate) fn window(series: &DailySeries) -> Days {
    let start = two_months_before(series.unsettled);
    Days::new(start, series.unsettled).within(series.settled())
}

/// Returns the mean of each weekday over the known days of the [`window`]; `None` where there is none. An
/// idle day counts as no cost; `without` is left out as an unknown day is.
pub(crate) fn means(series: &DailySeries, without: Option<Day>) -> Option<WeekdayProfile> {
    let window = window(series);
    let mut sums: [Amount; 7] = array::from_fn(|_| Amount::zero());
    let mut counts = known_weekdays(series, window);
    for (day, amount) in series.rows(window) {
        if without != Some(day) {
            sums[weekday(day)] += amount;
        }
    }
    let known = |day: &Day| window.contains(*day) && !series.is_unknown(*day);
    if let Some(day) = without.filter(known) {
        counts[weekday(day)] -= 1;
    }
    let overall = sums.iter().sum::<Amount>().mean(counts.iter().sum())?;
    // A weekday that the window does not have costs what a day costs on the whole.
    let means = array::from_fn(|n| sums[n].mean(counts[n]).unwrap_or_else(|| overall.clone()));
    Some(WeekdayProfile { window, means })
}
