//! The methods beside the weekday mean, and that mean once more for what is tested on the past.
//!
//! Each takes the days `from..until` of a history and gives what a day costs,
//! by weekday. Settled days only, so that nothing is missing among them.

use std::array;

use super::{ABSURD, History, to_decimal};
use crate::calendar::two_months_before;
use crate::forecast::{HALF_YEAR_DAYS, Method, RECENT_DAYS};
use crate::money::Amount;

/// Cost of one day, by weekday, Monday first.
pub(crate) type Profile = [f64; 7];

/// The most weeks that are smoothed, and the first ones that smoothing starts from.
const MOST_WEEKS: usize = 52;
const FIRST_WEEKS: usize = 4;
/// Degrees of smoothing that are tried: 0.05 to 0.95.
const DEGREES: usize = 19;

impl History {
    /// Estimates the cost of one day with `method`, for `left` future days. `None` without a day, and if the
    /// estimate would be no sensible cost.
    pub fn profile(&self, method: Method, left: u32) -> Option<[Amount; 7]> {
        if self.is_empty() {
            return None;
        }
        let profile = self.estimate(method, 0, self.len(), left);
        let largest = self
            .values
            .iter()
            .fold(0.0, |most: f64, v| most.max(v.abs()));
        // Corrections may leave next to nothing to divide by.
        if !profile.iter().all(|cost| cost.abs() <= ABSURD * largest) {
            return None;
        }
        let mut means: [Amount; 7] = array::from_fn(|_| Amount::zero());
        for (mean, cost) in means.iter_mut().zip(profile) {
            *mean = to_decimal(cost)?;
        }
        Some(means)
    }

    /// Estimates the cost of one day with `method` from the days `from..until`, for `left` future days.
    pub fn estimate(&self, method: Method, from: usize, until: usize, left: u32) -> Profile {
        match method {
            Method::Weekday => self.two_months(from, until),
            Method::Recent => self.recent(from, until, left),
            Method::Weeks => self.weeks(from, until, &self.two_months(from, until)),
            Method::HalfYear => self.half_year(from, until),
            Method::Blend => {
                let parts = self.parts(from, until, left);
                array::from_fn(|n| parts.iter().map(|profile| profile[n]).sum::<f64>() / 4.0)
            }
        }
    }

    /// The four that [`Method::Blend`] is made of, in the order of [`Method::ALL`].
    pub(super) fn parts(&self, from: usize, until: usize, left: u32) -> [Profile; 4] {
        let two_months = self.two_months(from, until);
        [
            two_months,
            self.recent(from, until, left),
            self.weeks(from, until, &two_months),
            self.half_year(from, until),
        ]
    }

    /// Returns the cost of `left` days from the `until`th on, by `profile`.
    pub fn total(&self, profile: &Profile, until: usize, left: u32) -> f64 {
        let first = self.weekday_of(until);
        let weeks = left / 7;
        let rest = (0..(left % 7) as usize).map(|n| profile[(first + n) % 7]);
        f64::from(weeks) * profile.iter().sum::<f64>() + rest.sum::<f64>()
    }

    /// Returns the cost of the days `from..until`.
    pub fn sum(&self, from: usize, until: usize) -> f64 {
        self.values[from..until].iter().sum()
    }

    /// Means by weekday; a weekday that is not there takes the mean of all.
    fn means(&self, from: usize, until: usize) -> Profile {
        let days = &self.values[from..until];
        let (weeks, rest) = days.as_chunks::<7>();
        let mut sums = [0.0; 7];
        for week in weeks {
            add(&mut sums, 1.0, week);
        }
        add(&mut sums, 1.0, rest);
        let overall = sums.iter().sum::<f64>() / days.len() as f64;
        let first = self.weekday_of(from);
        array::from_fn(|n| {
            // The sums begin with the first day's weekday.
            let place = (n + 7 - first) % 7;
            match weeks.len() + usize::from(place < rest.len()) {
                0 => overall,
                count => sums[place] / count as f64,
            }
        })
    }

    fn two_months(&self, from: usize, until: usize) -> Profile {
        let start = two_months_before(self.day(until));
        let start = usize::try_from((start - self.first).num_days()).unwrap_or(0);
        self.means(start.max(from), until)
    }

    fn half_year(&self, from: usize, until: usize) -> Profile {
        self.means(days_before(until, HALF_YEAR_DAYS).max(from), until)
    }

    fn recent(&self, from: usize, until: usize, left: u32) -> Profile {
        // The further ahead, the less the last days tell.
        let half_life = match left {
            0..=45 => 14.0,
            46..=120 => 28.0,
            _ => 42.0,
        };
        let profile = self.means(days_before(until, RECENT_DAYS).max(from), until);
        let start = days_before(until, HALF_YEAR_DAYS).max(from);
        let (rest, weeks) = self.values[start..until].as_rchunks::<7>();
        // A day of a week weighs so much against its last, and a week against the one after it.
        let fading = |days: usize| libm::exp2(-(days as f64) / half_life);
        let of_day: [f64; 7] = array::from_fn(|n| fading(6 - n));
        let (week_before, mut of_week) = (fading(7), 1.0);
        let (mut sums, mut weights) = ([0.0; 7], [0.0; 7]);
        for week in weeks.iter().rev() {
            add(&mut sums, of_week, week);
            add(&mut weights, of_week, &[1.0; 7]);
            of_week *= week_before;
        }
        let missing = 7 - rest.len();
        add(&mut sums[missing..], of_week, rest);
        add(&mut weights[missing..], of_week, &[1.0; 7][missing..]);
        let first = self.weekday_of(until);
        let (mut seen, mut usual) = (0.0, 0.0);
        for (n, of_day) in of_day.into_iter().enumerate() {
            seen += of_day * sums[n];
            usual += of_day * weights[n] * profile[(first + n) % 7];
        }
        let level = if usual > 0.0 { seen / usual } else { 0.0 };
        profile.map(|cost| level * cost)
    }

    /// Smoothed weeks, spread as in `profile`.
    fn weeks(&self, from: usize, until: usize, profile: &Profile) -> Profile {
        let (_, weeks) = self.values[from..until].as_rchunks::<7>();
        let weeks = &weeks[weeks.len().saturating_sub(MOST_WEEKS)..];
        if weeks.is_empty() {
            return *profile;
        }
        let totals: Vec<f64> = weeks.iter().map(|week| week.iter().sum()).collect();
        let first = &totals[..FIRST_WEEKS.min(totals.len())];
        let start = first.iter().sum::<f64>() / first.len() as f64;
        let degrees: [f64; DEGREES] = array::from_fn(|n| (n + 1) as f64 * 0.05);
        // All degrees side by side, week after week.
        let (mut levels, mut errors) = ([start; DEGREES], [0.0; DEGREES]);
        for (week, total) in totals.iter().enumerate() {
            let counts = if week == 0 { 0.0 } else { 1.0 };
            for ((level, error), degree) in levels.iter_mut().zip(&mut errors).zip(degrees) {
                let miss = total - *level;
                *error += counts * miss * miss;
                *level += degree * miss;
            }
        }
        let (mut best, mut least) = (levels[0], errors[0]);
        for (level, error) in levels.into_iter().zip(errors) {
            if error < least {
                (best, least) = (level, error);
            }
        }
        let week: f64 = profile.iter().sum();
        if week > 0.0 {
            profile.map(|cost| best * cost / week)
        } else {
            [0.0; 7]
        }
    }
}

/// Adds `weight` times each value to the sum in its place.
fn add(sums: &mut [f64], weight: f64, values: &[f64]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += weight * value;
    }
}

/// The place `days` before `until`, or the first.
fn days_before(until: usize, days: i64) -> usize {
    until.saturating_sub(usize::try_from(days).unwrap_or(usize::MAX))
}
