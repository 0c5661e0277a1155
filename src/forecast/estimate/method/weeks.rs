//! Exponential smoothing of weekly totals, spread by the weekdays of two months.

use super::{Definition, Method, Profile, ProfileWindow};
use crate::forecast::estimate::History;
use crate::forecast::estimate::past::Past;

pub(super) static DEFINITION: Definition = Definition {
    word: "weeks",
    meaning: [
        "totais semanais suavizados, pelos dias da semana",
        "smoothed weekly totals, over the weekdays",
    ],
    is_mean: false,
    window: ProfileWindow::TwoMonths,
    parts: &[],
    reach: None,
    exact: None,
    estimate,
};

const WEEK: usize = 7;
/// The most weeks that are smoothed, and the first ones whose mean smoothing starts from.
const MOST_WEEKS: usize = 52;
const FIRST_WEEKS: usize = 4;

/// Degrees of smoothing that are tried: 0.05 to 0.95.
const DEGREES: [f64; 19] = {
    let mut degrees = [0.0; 19];
    let mut n = 0;
    while n < degrees.len() {
        degrees[n] = (n + 1) as f64 * 0.05;
        n += 1;
    }
    degrees
};

fn estimate(past: &Past<'_>) -> Profile {
    let profile = past.profile(Method::WEEKDAY);
    let Some(level) = level(past, &profile) else {
        return profile;
    };
    let week: f64 = profile.iter().sum();
    if week > 0.0 {
        profile.map(|cost| level * cost / week)
    } else {
        [0.0; 7]
    }
}

/// Returns the smoothed weekly total, by the degree that would have been nearest from week to week; `None` without a
/// week that can be used.
fn level(past: &Past<'_>, profile: &Profile) -> Option<f64> {
    let (history, until) = (past.estimator.history, past.until);
    let weeks = ((until - past.from) / WEEK).min(MOST_WEEKS);
    let start = until - weeks * WEEK;
    if history.known(start..until) < until - start {
        let totals = (start..until).step_by(WEEK);
        let totals = totals.filter_map(|week| scaled(history, week, profile));
        let totals: Vec<f64> = totals.collect();
        let mut smoother = Smoother::new(start, &totals)?;
        totals.iter().for_each(|total| smoother.add(*total));
        return Some(smoother.best());
    }
    let mut kept = past.estimator.smoother.borrow_mut();
    // Tests on the past go from week to week, and each continues where the one before ended.
    let mut smoother = match kept.take().filter(|kept| kept.leads_to(start, until)) {
        Some(kept) => kept,
        None => {
            let first = (start..until).step_by(WEEK).take(FIRST_WEEKS);
            let first = first.map(|week| past.estimator.week(week));
            let first: Vec<f64> = first.collect();
            Smoother::new(start, &first)?
        }
    };
    while smoother.until < until {
        smoother.add(past.estimator.week(smoother.until));
    }
    let best = smoother.best();
    *kept = Some(smoother);
    Some(best)
}

/// Returns the total of the week from the `week`th day on. Of days left out, `profile` says their share of a week;
/// `None` if it says that the known days have none.
fn scaled(history: &History, week: usize, profile: &Profile) -> Option<f64> {
    let days = week..week + WEEK;
    let total = history.sum(days.start, days.end);
    if history.known(days.clone()) == WEEK {
        return Some(total);
    }
    let known = days.filter(|n| history.is_known(*n));
    let known: f64 = known.map(|n| profile[history.weekday_of(n)]).sum();
    (known > 0.0).then(|| total * profile.iter().sum::<f64>() / known)
}

/// Exponential smoothing of weekly totals, with all degrees side by side.
#[derive(Clone, Debug)]
pub(in crate::forecast::estimate) struct Smoother {
    /// First day of the first week, and the day after the last week.
    start: usize,
    until: usize,
    levels: [f64; DEGREES.len()],
    /// Sum of the squared differences between each total and the level before it.
    errors: [f64; DEGREES.len()],
}

impl Smoother {
    /// Makes a smoother for weeks from the `start`th day on, whose `totals` begin so; `None` without a total.
    fn new(start: usize, totals: &[f64]) -> Option<Self> {
        let first = &totals[..FIRST_WEEKS.min(totals.len())];
        let mean = first.iter().sum::<f64>() / first.len() as f64;
        (!first.is_empty()).then_some(Self {
            start,
            until: start,
            levels: [mean; DEGREES.len()],
            errors: [0.0; DEGREES.len()],
        })
    }

    /// Whether more weeks lead from here to what smoothing the weeks of `start..until` gives.
    fn leads_to(&self, start: usize, until: usize) -> bool {
        let from_all = self.until >= start + FIRST_WEEKS * WEEK;
        self.start == start && self.until <= until && from_all
    }

    /// Adds the total of the next week.
    fn add(&mut self, total: f64) {
        // The levels start from the first week, which is no test of them.
        let counts = if self.until == self.start { 0.0 } else { 1.0 };
        let states = self.levels.iter_mut().zip(&mut self.errors);
        for ((level, error), degree) in states.zip(DEGREES) {
            let miss = total - *level;
            *error += counts * miss * miss;
            *level += degree * miss;
        }
        self.until += WEEK;
    }

    /// Returns the level of the degree with the smallest error, the first of equal ones.
    fn best(&self) -> f64 {
        let (mut best, mut least) = (self.levels[0], self.errors[0]);
        for (level, error) in self.levels.into_iter().zip(self.errors) {
            if error < least {
                (best, least) = (level, error);
            }
        }
        best
    }
}
