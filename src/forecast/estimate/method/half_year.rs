//! The mean of each weekday over half a year.

use super::{Definition, HALF_YEAR_DAYS, Profile, ProfileWindow};
use crate::forecast::estimate::past::Past;

pub(super) static DEFINITION: Definition = Definition {
    word: "half-year",
    meaning: [
        "média de cada dia da semana em 182 dias",
        "mean of each weekday over 182 days",
    ],
    is_mean: true,
    window: ProfileWindow::Days(HALF_YEAR_DAYS),
    parts: &[],
    reach: Some(HALF_YEAR_DAYS),
    exact: None,
    estimate,
};

fn estimate(past: &Past<'_>) -> Profile {
    past.means_of_last(HALF_YEAR_DAYS)
}
