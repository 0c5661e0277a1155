//! The methods beside the weekday mean, and that mean once more for what is tested on the past.
//!
//! Each takes the days `from..until` of a history and gives what a day costs,
//! by weekday. Settled days only, so that nothing is missing among them.

use std::array;

use super::{ABSURD, History, to_decimal};
use crate::calendar::{two_months_before, weekday};
use crate::forecast::{HALF_YEAR_DAYS, Method, RECENT_DAYS};
use crate::money::Amount;

/// What a day costs, by weekday, Monday first.
pub type Profile = [f64; 7];

/// The most weeks that are smoothed, and the first ones that smoothing starts from.
const MOST_WEEKS: usize = 52;
const FIRST_WEEKS: usize = 4;
/// Degrees of smoothing that are tried: 0.05 to 0.95.
const DEGREES: usize = 19;

impl History {
    /// What a day costs by `method`, for `left` days to come; `None` without a day, and where it
    /// would be no sensible cost.
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

    /// What a day costs by `method` and the days `from..until`, for `left` days to come.
    pub fn estimate(&self, method: Method, from: usize, until: usize, left: u32) -> Profile {
        match method {
            Method::Weekday => self.weekday(from, until),
            Method::Recent => self.recent(from, until, left),
            Method::Weeks => self.weeks(from, until),
            Method::HalfYear => self.means(days_before(until, HALF_YEAR_DAYS).max(from), until),
            Method::Blend => {
                let [rest @ .., _blend] = Method::ALL;
                let profiles = rest.map(|method| self.estimate(method, from, until, left));
                array::from_fn(|n| profiles.iter().map(|profile| profile[n]).sum::<f64>() / 4.0)
            }
        }
    }

    /// What `left` days from the `until`th on cost by `profile`.
    pub fn total(&self, profile: &Profile, until: usize, left: u32) -> f64 {
        let first = weekday(self.day(until));
        let weeks = left / 7;
        let rest = (0..(left % 7) as usize).map(|n| profile[(first + n) % 7]);
        f64::from(weeks) * profile.iter().sum::<f64>() + rest.sum::<f64>()
    }

    /// What the days `from..until` did cost.
    pub fn sum(&self, from: usize, until: usize) -> f64 {
        self.values[from..until].iter().sum()
    }

    /// Means by weekday; a weekday that is not there takes the mean of all.
    fn means(&self, from: usize, until: usize) -> Profile {
        let (mut sums, mut counts) = ([0.0; 7], [0.0; 7]);
        let mut n = weekday(self.day(from));
        for value in &self.values[from..until] {
            sums[n] += value;
            counts[n] += 1.0;
            n = (n + 1) % 7;
        }
        let overall = sums.iter().sum::<f64>() / counts.iter().sum::<f64>();
        array::from_fn(|n| {
            if counts[n] > 0.0 {
                sums[n] / counts[n]
            } else {
                overall
            }
        })
    }

    fn weekday(&self, from: usize, until: usize) -> Profile {
        let start = two_months_before(self.day(until));
        let start = usize::try_from((start - self.first).num_days()).unwrap_or(0);
        self.means(start.max(from), until)
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
        let fading = libm::exp2(-1.0 / half_life);
        let mut n = weekday(self.day(until)) + 7;
        let (mut weight, mut seen, mut usual) = (1.0, 0.0, 0.0);
        for value in self.values[start..until].iter().rev() {
            n = (n + 6) % 7;
            seen += weight * value;
            usual += weight * profile[n];
            weight *= fading;
        }
        let level = if usual > 0.0 { seen / usual } else { 0.0 };
        profile.map(|cost| level * cost)
    }

    fn weeks(&self, from: usize, until: usize) -> Profile {
        let profile = self.weekday(from, until);
        let count = ((until - from) / 7).min(MOST_WEEKS);
        if count == 0 {
            return profile;
        }
        let weeks = &self.values[until - 7 * count..until];
        let totals: Vec<f64> = weeks.chunks(7).map(|week| week.iter().sum()).collect();
        let first = &totals[..FIRST_WEEKS.min(count)];
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

/// The place `days` before `until`, or the first.
fn days_before(until: usize, days: i64) -> usize {
    until.saturating_sub(usize::try_from(days).unwrap_or(usize::MAX))
}
