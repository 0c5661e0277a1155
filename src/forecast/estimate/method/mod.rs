//! The methods of the forecast, each a file of this folder and a line of [`Method::ALL`].
//!
//! A method takes the days of a history before some day and gives the cost of one day by weekday. Days that are left
//! out, unknown or ignored by the config, are neither in its sums nor in its counts.

mod blend;
mod half_year;
mod middle;
pub(super) mod recent;
mod weekday;
pub(super) mod weeks;

use std::fmt;
use std::ptr;

pub(super) use middle::FORTNIGHT;

use super::past::Past;
use crate::days::series::DailySeries;
use crate::forecast::WeekdayProfile;

/// Cost of one day, by weekday, Monday first.
pub(crate) type Profile = [f64; 7];

/// Days of the profile of `recent`, and of that of `half-year`.
const RECENT_DAYS: usize = 56;
const HALF_YEAR_DAYS: usize = 182;

/// A method that makes a profile of settled days.
#[derive(Clone, Copy)]
pub struct Method(&'static Definition);

/// The words of a method, and its function.
struct Definition {
    /// Fixed word of machine forms and of the command line.
    word: &'static str,
    /// Meaning for people, in Portuguese and in English.
    meaning: [&'static str; 2],
    /// Whether its profile is each weekday's plain mean over the window.
    is_mean: bool,
    window: ProfileWindow,
    /// Methods that it is made of; it has no forecast without theirs.
    parts: &'static [Method],
    /// Days before which nothing matters to it; `None` if they are more than a band looks back.
    reach: Option<usize>,
    /// The profile of a client's settled days, where it can be exact.
    exact: Option<fn(&DailySeries) -> Option<WeekdayProfile>>,
    /// The profile by binary fractions.
    estimate: fn(&Past<'_>) -> Profile,
}

/// The days that a method takes its profile from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProfileWindow {
    /// The two calendar months before the first unsettled day.
    TwoMonths,
    /// The last days, so many.
    Days(usize),
}

/// Number of methods.
pub(super) const METHODS: usize = Method::ALL.len();

impl Method {
    /// The mean of each weekday over two calendar months (rule: averages).
    pub const WEEKDAY: Self = Self(&weekday::DEFINITION);
    /// The weekdays of the last 56 days, at a level on which recent days weigh more.
    pub const RECENT: Self = Self(&recent::DEFINITION);
    /// Smoothed totals of weeks, spread over the weekdays.
    pub const WEEKS: Self = Self(&weeks::DEFINITION);
    /// The mean of each weekday over 182 days.
    pub const HALF_YEAR: Self = Self(&half_year::DEFINITION);
    /// The mean of the four above.
    pub const BLEND: Self = Self(&blend::DEFINITION);
    /// The middle one of five forecasts.
    pub const MIDDLE: Self = Self(&middle::DEFINITION);

    /// Every method, the default first.
    pub const ALL: &'static [Self] = &[
        Self::WEEKDAY,
        Self::RECENT,
        Self::WEEKS,
        Self::HALF_YEAR,
        Self::BLEND,
        Self::MIDDLE,
    ];

    /// The fixed word of machine forms and of the command line.
    pub fn word(self) -> &'static str {
        self.0.word
    }

    /// Its meaning for people, in Portuguese and in English.
    pub fn meaning(self) -> [&'static str; 2] {
        self.0.meaning
    }

    /// Whether its profile is each weekday's plain mean over the window.
    pub fn is_mean(self) -> bool {
        self.0.is_mean
    }

    /// The days that its profile is taken from.
    pub(crate) fn window(self) -> ProfileWindow {
        self.0.window
    }

    /// Whether it is the same from any longer history than so many `days`.
    pub(super) fn is_settled_by(self, days: usize) -> bool {
        self.0.reach.is_some_and(|reach| reach <= days)
    }

    /// The methods that it is made of.
    pub(crate) fn parts(self) -> &'static [Self] {
        self.0.parts
    }

    /// The function that makes its exact profile, if it has one.
    pub(crate) fn exact(self) -> Option<fn(&DailySeries) -> Option<WeekdayProfile>> {
        self.0.exact
    }

    /// Estimates the cost of one day; [`Past::profile`] keeps the result.
    pub(super) fn estimate(self, past: &Past<'_>) -> Profile {
        (self.0.estimate)(past)
    }

    /// Returns its index in [`Self::ALL`].
    pub(super) fn place(self) -> Option<usize> {
        Self::ALL.iter().position(|method| *method == self)
    }
}

impl Default for Method {
    fn default() -> Self {
        Self::WEEKDAY
    }
}

impl PartialEq for Method {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for Method {}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.word)
    }
}
