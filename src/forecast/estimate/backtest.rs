//! The methods and the band, tried on a history that is known: each forecasts what came after an
//! earlier day from the days before it.

use super::past::Estimator;
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
    /// Days from the first forecast day to the last, the longest of all clients'.
    pub span: u32,
    /// Number of totals that share no day.
    pub blocks: u32,
    /// Scores of the methods, in the order of [`Method::ALL`].
    pub scores: Vec<Score>,
    /// Blocks whose total was inside the band of 80 %.
    pub held: u32,
    /// Blocks that had a band.
    pub banded: u32,
}

/// Result of one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// The method.
    pub method: Method,
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
    /// Tests the methods on `history` over `horizon` days; the band is that of `banded`. `None` if history is too
    /// short. A test needs 56 known days before it, and compares the days that are known, of which it needs 21.
    pub fn of(history: &History, horizon: u32, banded: Method) -> Option<Self> {
        let ahead = horizon as usize;
        let last = history.len().checked_sub(ahead)?;
        let estimator = Estimator::new(history);
        let past = Pasts {
            estimator: &estimator,
            horizon,
        };

        // Oldest first, as estimates continue each other; the last one is of the newest day.
        let first = LEAST_BEFORE + last.checked_sub(LEAST_BEFORE)? % STEP;
        let rolling: Vec<Option<Vec<f64>>> = (first..=last)
            .step_by(STEP)
            .map(|origin| past.errors(origin))
            .collect();
        let tested = || rolling.iter().flatten();
        let (origins, oldest) = (tested().count(), rolling.iter().position(Option::is_some)?);
        let mut scores = Vec::with_capacity(Method::ALL.len());
        for (n, method) in Method::ALL.iter().enumerate() {
            let sum: f64 = tested().filter_map(|errors| errors.get(n)).sum();
            scores.push(Score {
                method: *method,
                error: to_decimal(100.0 * sum / origins as f64)?,
                half_wins: 0,
            });
        }
        let (mut blocks, mut with_band, mut held) = (0, 0, 0);
        for origin in (LEAST_BEFORE..=last).rev().step_by(ahead.max(1)) {
            let known = (last - origin) % STEP == 0;
            let known = known.then(|| rolling.get((origin - first) / STEP).cloned());
            let Some(errors) = known.flatten().unwrap_or_else(|| past.errors(origin)) else {
                continue;
            };
            blocks += 1;
            let usual = errors.first().copied().unwrap_or_default();
            for (score, error) in scores.iter_mut().zip(errors) {
                // What rounding alone tells apart is equal.
                score.half_wins += match usual - error {
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
        let span = (rolling.len() - 1 - oldest) * STEP + ahead;
        Some(Self {
            horizon,
            clients: 1,
            origins: u32::try_from(origins).unwrap_or(u32::MAX),
            span: u32::try_from(span).unwrap_or(u32::MAX),
            blocks,
            scores,
            held,
            banded: with_band,
        })
    }

    /// Returns the score of `method`.
    pub fn score(&self, method: Method) -> Option<&Score> {
        self.scores.iter().find(|score| score.method == method)
    }
}

/// A history and how far ahead it is forecast.
struct Pasts<'e> {
    estimator: &'e Estimator<'e>,
    horizon: u32,
}

impl Pasts<'_> {
    /// Returns the error of each method on the day `origin`, in the order of [`Method::ALL`]; `None` if too few days
    /// are known.
    fn errors(&self, origin: usize) -> Option<Vec<f64>> {
        if self.estimator.history.known(0..origin) < LEAST_BEFORE {
            return None;
        }
        let past = self.estimator.past(0, origin, self.horizon);
        let methods = Method::ALL.iter();
        let errors = methods.map(|method| {
            let [forecast, actual] = past.outcome(&past.profile(*method))?;
            Some(error(actual, forecast))
        });
        errors.collect()
    }

    /// Whether what came was inside the band; `None` without a band.
    fn inside(&self, origin: usize, method: Method) -> Option<bool> {
        let past = self.estimator.past(0, origin, self.horizon);
        let [forecast, actual] = past.outcome(&past.profile(method))?;
        let width = half(self.estimator, method, origin, self.horizon);
        let (low, high) = (forecast * libm::exp(-width), forecast * libm::exp(width));
        (forecast > 0.0).then_some(low <= actual && actual <= high)
    }
}
