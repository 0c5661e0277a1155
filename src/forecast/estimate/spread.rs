//! Uncertainty of a forecast: the method's error on the client's own past, four weeks at a time, mixed with the
//! error that is usual elsewhere, and how much the pace has changed of late.
//!
//! In the study the band held the total in some 8 of 10 tests, on average over many series and not
//! for each; what grows steadily goes above it.

use super::method::FORTNIGHT;
use super::past::{Estimator, Past};
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
/// The largest error of a test, and the largest change of pace, that count: threefold, or a third.
const LARGEST_ERROR: f64 = 1.1;
/// The mean error of other series, and how many blocks of one's own it weighs.
const USUAL_ERROR: f64 = 0.22;
const USUAL_WEIGHT: f64 = 4.0;
/// Weight of the change of pace beside the mean error.
const PACE_WEIGHT: f64 = 0.4;
/// Days below which the last two weeks are nearly all of history, and the change of pace that stands in for theirs.
const YOUNG_DAYS: usize = 28;
const YOUNG_PACE: f64 = 0.1;
/// Factor from a mean error to the band of 80 %, and the growth of the error with the days ahead.
const WIDTH: f64 = 1.1;
const GROWTH: f64 = 0.15;
/// The normal deviation that 80 % are within.
const DEVIATION: f64 = 1.2816;

/// Uncertainty of a forecast, for its total and for each day ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Tests on the client's own past; they overlap.
    pub origins: u32,
    /// Number of tests that share no day.
    pub blocks: u32,
    /// Mean error of the tests, a logarithm; `None` without a test.
    pub own: Option<f64>,
    /// Change of pace, a logarithm without its sign: the forecast by the last two weeks against that by two months.
    pub pace: f64,
    /// The same as a decimal.
    pub pace_change: Amount,
    /// Half the band of the total, a logarithm.
    pub half: f64,
    /// Half the band 28 days ahead, a logarithm.
    base: f64,
    low: Amount,
    high: Amount,
}

impl Spread {
    /// Returns the uncertainty of the total of `left` days after `history` by `method`; `None` under 14 known days.
    pub fn of(history: &History, method: Method, left: u32) -> Option<Self> {
        let until = history.len();
        if history.known(0..until) < LEAST_HISTORY as usize {
            return None;
        }
        let SpreadParts {
            origins,
            blocks,
            own,
            pace,
            base,
        } = SpreadParts::of(&Estimator::new(history), method, until, left);
        let half = grown(base, left);
        Some(Self {
            origins,
            blocks,
            own,
            pace,
            pace_change: to_decimal(pace)?,
            half,
            base,
            low: to_places(libm::exp(-half), FACTOR_PLACES)?,
            high: to_places(libm::exp(half), FACTOR_PLACES)?,
        })
    }

    /// Half the band of the forecast through the day that is `ahead` days ahead, a logarithm; 1 is the as-of day.
    pub fn ahead(&self, ahead: u32) -> f64 {
        grown(self.base, ahead)
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

    /// Returns the lower and the upper edge of the forecast through each day, whose sums are `through`. Each edge is
    /// its own running maximum: what is spent stays spent. The `top_up` is spent before the first day.
    pub fn edges<'a>(
        &self,
        top_up: &Amount,
        through: impl Iterator<Item = &'a Amount>,
    ) -> impl Iterator<Item = Edges> {
        let around = |sum: &Amount, ahead| {
            let (sum, half) = (from_decimal(sum), self.ahead(ahead));
            [sum * libm::exp(-half), sum * libm::exp(half)]
        };
        let mut most = around(top_up, 1).map(|edge| edge.max(0.0));
        (1..).zip(through).map(move |(ahead, sum)| {
            for (most, edge) in most.iter_mut().zip(around(sum, ahead)) {
                *most = most.max(edge);
            }
            let [low, high] = most;
            Edges { low, high }
        })
    }
}

/// Ends of the forecast through one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edges {
    low: f64,
    high: f64,
}

impl Edges {
    /// The lower edge as a decimal.
    pub fn low(&self) -> Option<Amount> {
        to_decimal(self.low)
    }

    /// The upper edge as a decimal.
    pub fn high(&self) -> Option<Amount> {
        to_decimal(self.high)
    }

    /// Whether the lower edge is beyond `balance`.
    pub fn low_exceeds(&self, balance: &Amount) -> bool {
        self.low > from_decimal(balance)
    }

    /// Whether the upper edge is beyond `balance`.
    pub fn high_exceeds(&self, balance: &Amount) -> bool {
        self.high > from_decimal(balance)
    }
}

fn scaled(amount: &Amount, factor: &Amount) -> Amount {
    let places = u8::try_from(DIVISION_PLACES).unwrap_or(u8::MAX);
    amount.multiplied(factor).rounded(places)
}

/// Half a band of `base` after 28 days, so many days `ahead`.
fn grown(base: f64, ahead: u32) -> f64 {
    let fourweeks = f64::from(ahead.max(TEST_DAYS)) / f64::from(TEST_DAYS);
    base * libm::pow(fourweeks, GROWTH)
}

/// Half the band of the total of `left` days from the `until`th on, a logarithm.
pub(super) fn half(estimator: &Estimator<'_>, method: Method, until: usize, left: u32) -> f64 {
    grown(SpreadParts::of(estimator, method, until, left).base, left)
}

/// What a band is made of.
struct SpreadParts {
    origins: u32,
    blocks: u32,
    own: Option<f64>,
    pace: f64,
    base: f64,
}

impl SpreadParts {
    /// The band of a forecast by `method` of the `left` days from the `until`th on.
    fn of(estimator: &Estimator<'_>, method: Method, until: usize, left: u32) -> Self {
        let days = until.min(LONGEST_PAST);
        let (from, test) = (until - days, TEST_DAYS as usize);
        let weeks = days.checked_sub(test + LEAST_BEFORE);
        let (mut origins, mut sum) = (0, 0.0);
        // Oldest first, as estimates continue each other.
        for back in (0..weeks.map_or(0, |days| days / STEP + 1)).rev() {
            let at = until - test - back * STEP;
            if let Some(error) = test_error(estimator, method, from, at) {
                sum += error;
                origins += 1;
            }
        }
        let own = (origins > 0).then(|| sum / f64::from(origins));
        let blocks = match own {
            Some(_) => u32::try_from(days.saturating_sub(LEAST_BEFORE) / test).unwrap_or(u32::MAX),
            None => 0,
        };
        let weight = f64::from(blocks);
        let mixed =
            (weight * own.unwrap_or(0.0) + USUAL_WEIGHT * USUAL_ERROR) / (weight + USUAL_WEIGHT);
        let pace = pace_change(&estimator.past(0, until, left));
        Self {
            origins,
            blocks,
            own,
            pace,
            base: WIDTH * (mixed + PACE_WEIGHT * pace),
        }
    }
}

/// Returns the error of the forecast by `method` of four weeks from the `at`th day on, from the days `from..at`; `None`
/// if too few days are known. The bands of a history have most tests in common.
fn test_error(estimator: &Estimator<'_>, method: Method, from: usize, at: usize) -> Option<f64> {
    let tested = || {
        let past = estimator.past(from, at, TEST_DAYS);
        let [forecast, actual] = past.outcome(&past.profile(method))?;
        Some(error(actual, forecast))
    };
    let place = method.place();
    match place.filter(|_| method.is_settled_by(at - from)) {
        Some(place) => {
            let mut tests = estimator.tests.borrow_mut();
            *tests.entry((place, at)).or_insert_with(tested)
        }
        None => tested(),
    }
}

/// Returns the logarithm of the forecast by the last two weeks against that by two months, without its sign.
fn pace_change(past: &Past<'_>) -> f64 {
    if past.until < YOUNG_DAYS {
        return YOUNG_PACE;
    }
    if past.left == 0 {
        // A contract that is over has no day on which another pace would tell.
        return 0.0;
    }
    let [last, usual] = past.usual_totals(FORTNIGHT);
    if last > 0.0 && usual > 0.0 {
        libm::fabs(libm::log(last / usual)).min(LARGEST_ERROR)
    } else {
        LARGEST_ERROR
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
