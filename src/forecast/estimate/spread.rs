//! Uncertainty of a forecast: the method's error on the client's own past, four weeks at a time, mixed with the
//! error that is usual elsewhere.
//!
//! In the study the band held the total in some 8 of 10 tests, on average over many series and not
//! for each; what grows steadily goes above it.

use super::{FACTOR_PLACES, History, from_decimal, to_decimal, to_places};
use crate::forecast::{LEAST_HISTORY, Method};
use crate::money::{Amount, DIVISION_PLACES};

/// Number of last days of the past that count.
const LONGEST_PAST: usize = 300;
/// Days of a test, and days from one test to the next.
const TEST_DAYS: u32 = 28;
const STEP: usize = 7;
/// Days that a test must have before it.
pub(crate) const LEAST_BEFORE: usize = 56;
/// The largest error of a test that counts: threefold, or a third.
const LARGEST_ERROR: f64 = 1.1;
/// The mean error of other series, and how many blocks of one's own it weighs.
const USUAL_ERROR: f64 = 0.18;
const USUAL_WEIGHT: f64 = 4.0;
/// Factor from a mean error to the band of 80 %, and the growth of the error with the days ahead.
const WIDTH: f64 = 1.35;
const GROWTH: f64 = 0.15;
/// The normal deviation that 80 % are within.
const DEVIATION: f64 = 1.2816;

/// Uncertainty of a total.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Tests on the client's own past; they overlap.
    pub origins: u32,
    /// Number of tests that share no day.
    pub blocks: u32,
    /// Mean error of the tests, a logarithm; `None` without a test.
    pub own: Option<f64>,
    /// Half the band, a logarithm.
    pub half: f64,
    low: Amount,
    high: Amount,
}

impl Spread {
    /// Returns the uncertainty of the total of `left` days after `history` by `method`; `None` under 14 days.
    pub fn of(history: &History, method: Method, left: u32) -> Option<Self> {
        if history.len() < LEAST_HISTORY as usize {
            return None;
        }
        let Half {
            origins,
            blocks,
            own,
            width,
        } = half(history, method, history.len(), left);
        Some(Self {
            origins,
            blocks,
            own,
            half: width,
            low: to_places(libm::exp(-width), FACTOR_PLACES)?,
            high: to_places(libm::exp(width), FACTOR_PLACES)?,
        })
    }

    /// The band's lower end for `amount`.
    pub fn low(&self, amount: &Amount) -> Amount {
        scaled(amount, &self.low)
    }

    /// The band's upper end for `amount`.
    pub fn high(&self, amount: &Amount) -> Amount {
        scaled(amount, &self.high)
    }

    /// Returns the per cent of cases in which `forecast` exceeds `left`, the rest of the credit, rounded to 5 and
    /// limited to 5 to 95: nearer to never and always nobody can tell. `None` where the question has no meaning.
    pub fn chance_of_exceeding(&self, left: &Amount, forecast: &Amount) -> Option<u32> {
        if left.is_negative() || !forecast.is_positive() {
            return None;
        }
        let chance = self.exceeding(from_decimal(left), from_decimal(forecast));
        chance.is_finite().then(|| {
            let below = |n: &u32| chance * 20.0 < f64::from(*n) + 0.5;
            5 * (1..19).find(below).unwrap_or(19)
        })
    }

    /// Returns the probability, between 0 and 1, that the forecast's total exceeds `left`.
    pub fn exceeding(&self, left: f64, forecast: f64) -> f64 {
        let deviations = libm::log(left / forecast) / (self.half / DEVIATION);
        libm::erfc(deviations / std::f64::consts::SQRT_2) / 2.0
    }
}

fn scaled(amount: &Amount, factor: &Amount) -> Amount {
    let places = u8::try_from(DIVISION_PLACES).unwrap_or(u8::MAX);
    amount.multiplied(factor).rounded(places)
}

/// Half a band, and what it is made of.
pub(super) struct Half {
    origins: u32,
    blocks: u32,
    own: Option<f64>,
    pub(super) width: f64,
}

/// Half the band of the total of `left` days from the `until`th on.
pub(super) fn half(history: &History, method: Method, until: usize, left: u32) -> Half {
    let days = until.min(LONGEST_PAST);
    let from = until - days;
    let test = TEST_DAYS as usize;
    let (mut origins, mut sum) = (0, 0.0);
    let mut origin = until.checked_sub(test);
    while let Some(at) = origin.filter(|at| *at >= from + LEAST_BEFORE) {
        let profile = history.estimate(method, from, at, TEST_DAYS);
        let forecast = history.total(&profile, at, TEST_DAYS);
        sum += error(history.sum(at, at + test), forecast);
        origins += 1;
        origin = at.checked_sub(STEP);
    }
    let own = (origins > 0).then(|| sum / f64::from(origins));
    let blocks = match own {
        Some(_) => u32::try_from(days.saturating_sub(LEAST_BEFORE) / test).unwrap_or(u32::MAX),
        None => 0,
    };
    let weight = f64::from(blocks);
    let mixed =
        (weight * own.unwrap_or(0.0) + USUAL_WEIGHT * USUAL_ERROR) / (weight + USUAL_WEIGHT);
    let ahead = f64::from(left.max(TEST_DAYS)) / f64::from(TEST_DAYS);
    Half {
        origins,
        blocks,
        own,
        width: WIDTH * mixed * libm::pow(ahead, GROWTH),
    }
}

/// Returns the error of a forecast: the logarithm of the ratio of `actual` and `forecast`, without its sign.
pub(super) fn error(actual: f64, forecast: f64) -> f64 {
    if actual > 0.0 && forecast > 0.0 {
        libm::fabs(libm::log(actual / forecast)).min(LARGEST_ERROR)
    } else if actual == forecast {
        0.0
    } else {
        LARGEST_ERROR
    }
}

/// The root of the sum of the squares: how far a sum is off whose parts are off by `widths`, each for
/// reasons of its own.
pub(crate) fn in_quadrature<'a>(widths: impl Iterator<Item = &'a Amount>) -> Option<Amount> {
    let squares: f64 = widths.map(from_decimal).map(|width| width * width).sum();
    to_decimal(libm::sqrt(squares))
}
