//! The weekdays of the last 56 days, times a level on which recent days weigh more.

use super::{Definition, HALF_YEAR_DAYS, Profile, ProfileWindow, RECENT_DAYS};
use crate::forecast::estimate::past::Past;

pub(super) static DEFINITION: Definition = Definition {
    word: "recent",
    meaning: [
        "dias da semana, no nível dos últimos dias",
        "weekdays, at the level of the last days",
    ],
    is_mean: false,
    window: ProfileWindow::Days(RECENT_DAYS),
    parts: &[],
    reach: Some(HALF_YEAR_DAYS),
    exact: None,
    estimate,
};

/// Days after which a day counts half.
pub(in crate::forecast::estimate) const HALF_LIVES: [f64; 3] = [14.0, 28.0, 42.0];

fn estimate(past: &Past<'_>) -> Profile {
    // The further ahead, the less the last days tell.
    let half_life = match past.left {
        0..=45 => 0,
        46..=120 => 1,
        _ => 2,
    };
    let usual = past.means_of_last(RECENT_DAYS);
    let [costs, known] = past.faded(half_life, HALF_YEAR_DAYS);
    let seen: f64 = costs.iter().sum();
    let expected: f64 = known
        .iter()
        .zip(&usual)
        .map(|(days, cost)| days * cost)
        .sum();
    let level = if expected > 0.0 { seen / expected } else { 0.0 };
    usual.map(|cost| level * cost)
}
