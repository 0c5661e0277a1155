//! The middle one of five forecasts: four methods, and the mean of each weekday over the last 14 days.
//!
//! In the study it was nearer than `weekday` on three of four series that no choice was made on. A mean of forecasts
//! takes the error of the worst one in full; the middle one does not.

use super::blend::PARTS;
use super::{Definition, HALF_YEAR_DAYS, Profile, ProfileWindow};
use crate::forecast::estimate::past::Past;

pub(super) static DEFINITION: Definition = Definition {
    word: "middle",
    meaning: [
        "a do meio de cinco previsões: weekday, recent, weeks, half-year e os últimos 14 dias",
        "the middle one of five forecasts: weekday, recent, weeks, half-year and the last 14 days",
    ],
    is_mean: false,
    window: ProfileWindow::Days(HALF_YEAR_DAYS),
    parts: &PARTS,
    reach: None,
    exact: None,
    estimate,
};

/// Days of the shortest of the five windows.
pub(in crate::forecast::estimate) const FORTNIGHT: usize = 14;

fn estimate(past: &Past<'_>) -> Profile {
    let [weekday, recent, weeks, half_year] = PARTS.map(|method| past.profile(method));
    let five = [
        weekday,
        recent,
        weeks,
        half_year,
        past.means_of_last(FORTNIGHT),
    ];
    let mut five = five.map(|profile| (past.total(&profile), profile));
    // Of equal totals the order above decides: the sort is stable.
    five.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let [_, _, (_, middle), _, _] = five;
    middle
}
