//! The mean of four methods.

use std::array;

use super::{Definition, HALF_YEAR_DAYS, Method, Profile, ProfileWindow};
use crate::forecast::estimate::past::Past;

pub(super) static DEFINITION: Definition = Definition {
    word: "blend",
    meaning: [
        "média dos métodos weekday, recent, weeks e half-year",
        "mean of the methods weekday, recent, weeks and half-year",
    ],
    is_mean: false,
    window: ProfileWindow::Days(HALF_YEAR_DAYS),
    parts: &PARTS,
    reach: None,
    exact: None,
    estimate,
};

/// The methods of which this is the mean.
pub(super) const PARTS: [Method; 4] = [
    Method::WEEKDAY,
    Method::RECENT,
    Method::WEEKS,
    Method::HALF_YEAR,
];

fn estimate(past: &Past<'_>) -> Profile {
    let parts = PARTS.map(|method| past.profile(method));
    let mean = |n| parts.iter().map(|profile| profile[n]).sum::<f64>() / parts.len() as f64;
    array::from_fn(mean)
}
