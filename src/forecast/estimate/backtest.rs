//! The methods and the band, tried on a history that is known: each forecasts what came after an
//! earlier day from the days before it.

use std::array;

use super::methods::Profile;
use super::spread::{LEAST_BEFORE, error, half};
use super::{History, to_decimal};
use crate::forecast::Method;
use crate::money::Amount;

/// Days from one forecast to the next; they overlap.
const STEP: usize = 7;
/// Difference between two errors that is none.
const NOISE: f64 = 1e-12;

/// Results of the methods over one horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Days of each total.
    pub horizon: u32,
    /// Number of clients' histories; 1 for a client's own.
    pub clients: u32,
    /// Number of forecasts, a week apart.
    pub origins: u32,
    /// Number of totals that share no day.
    pub blocks: u32,
    /// Scores of the methods, in the order of [`Method::ALL`].
    pub scores: [Score; 5],
    /// Blocks whose total was inside the band of 80 %.
    pub held: u32,
    /// Blocks that had a band.
    pub banded: u32,
}

/// Result of one method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Mean error of the total, its logarithm in hundredths: about per cent.
    pub error: Amount,
    /// Number of half blocks in which the method was nearer than the weekday mean: two for a win, one for a tie.
    pub half_wins: u32,
}

impl Score {
    /// Returns the number of blocks in which the method was nearer than the weekday mean; a tie counts half.
    pub fn wins(&self) -> Amount {
        Amount::from(self.half_wins).mean(2).unwrap_or_default()
    }
}

impl Trial {
    /// Returns the number of days from the first forecast day of a client's own trial to the last.
    pub fn span(&self) -> u32 {
        let weeks = self.origins.saturating_sub(1);
        let apart = u32::try_from(STEP).unwrap_or(u32::MAX);
        weeks.saturating_mul(apart).saturating_add(self.horizon)
    }

    /// Tests the methods on `history` over `horizon` days; the band is that of `banded`. `None` if history is too
    /// short.
    pub fn of(history: &History, horizon: u32, banded: Method) -> Option<Self> {
        let ahead = horizon as usize;
        let last = history.len().checked_sub(ahead)?;
        let after = last.checked_sub(LEAST_BEFORE)?;
        let past = Past { history, horizon };

        let rolling: Vec<[f64; 5]> = (LEAST_BEFORE..=last)
            .rev()
            .step_by(STEP)
            .map(|origin| past.errors(origin))
            .collect();
        let mut scores: [Score; 5] = array::from_fn(|_| Score::default());
        for (n, score) in scores.iter_mut().enumerate() {
            let sum: f64 = rolling.iter().map(|errors| errors[n]).sum();
            score.error = to_decimal(100.0 * sum / rolling.len() as f64)?;
        }
        let (mut blocks, mut with_band, mut held) = (0, 0, 0);
        for back in (0..=after).step_by(ahead.max(1)) {
            let origin = last - back;
            blocks += 1;
            let known = rolling.get(back / STEP).filter(|_| back % STEP == 0);
            let errors = known.copied().unwrap_or_else(|| past.errors(origin));
            for (score, error) in scores.iter_mut().zip(errors) {
                // What rounding alone tells apart is equal.
                score.half_wins += match errors[0] - error {
                    nearer if nearer > NOISE => 2,
                    nearer if nearer < -NOISE => 0,
                    _ => 1,
                };
            }
            if let Some(inside) = past.inside(origin, banded) {
                with_band += 1;
                held += u32::from(inside);
            }
        }
        Some(Self {
            horizon,
            clients: 1,
            origins: u32::try_from(rolling.len()).unwrap_or(u32::MAX),
            blocks,
            scores,
            held,
            banded: with_band,
        })
    }
}

/// A history and how far ahead it is forecast.
struct Past<'h> {
    history: &'h History,
    horizon: u32,
}

impl Past<'_> {
    /// Returns the error of each method on the day `origin`.
    fn errors(&self, origin: usize) -> [f64; 5] {
        let parts = self.history.parts(0, origin, self.horizon);
        let totals = parts.map(|profile| self.total(&profile, origin));
        let blend = totals.iter().sum::<f64>() / totals.len() as f64;
        let actual = self.actual(origin);
        let [a, b, c, d] = totals.map(|total| error(actual, total));
        [a, b, c, d, error(actual, blend)]
    }

    /// Whether what came was inside the band; `None` without a band.
    fn inside(&self, origin: usize, method: Method) -> Option<bool> {
        let profile = self.history.estimate(method, 0, origin, self.horizon);
        let forecast = self.total(&profile, origin);
        let width = half(self.history, method, origin, self.horizon).width;
        let actual = self.actual(origin);
        let (low, high) = (forecast * libm::exp(-width), forecast * libm::exp(width));
        (forecast > 0.0).then_some(low <= actual && actual <= high)
    }

    fn total(&self, profile: &Profile, origin: usize) -> f64 {
        self.history.total(profile, origin, self.horizon)
    }

    fn actual(&self, origin: usize) -> f64 {
        let until = origin + self.horizon as usize;
        self.history.sum(origin, until)
    }
}
