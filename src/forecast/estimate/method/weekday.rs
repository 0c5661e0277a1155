//! The mean of each weekday over two calendar months, once more for tests on the past: a report has it exactly.

use super::{Definition, Profile, ProfileWindow};
use crate::forecast::estimate::past::Past;
use crate::forecast::weekday;

pub(super) static DEFINITION: Definition = Definition {
    word: "weekday",
    meaning: [
        "média de cada dia da semana em 2 meses",
        "mean of each weekday over 2 months",
    ],
    is_mean: true,
    window: ProfileWindow::TwoMonths,
    parts: &[],
    reach: Some(62),
    exact: Some(weekday::means),
    estimate,
};

fn estimate(past: &Past<'_>) -> Profile {
    past.means_of_two_months()
}
