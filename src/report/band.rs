//! Uncertainty of a forecast: the ends of its band, and their meaning for the credit.

use crate::calendar::Day;
use crate::forecast::estimate::spread::{Spread, in_quadrature};
use crate::money::Amount;

/// Per cent of cases that a band is meant to hold.
pub(crate) const LEVEL: u32 = 80;

/// The lower and the upper end of a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds<T> {
    /// Value at the lower cost.
    pub low: T,
    /// Value at the higher cost.
    pub high: T,
}

/// The band around a forecast; what is spent already is not in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// Forecast of the remaining cost.
    pub forecast: Bounds<Amount>,
    /// Total: consumption and forecast.
    pub projected: Bounds<Amount>,
    /// Credit that will be left, or below zero, that will lack; `None` without credit.
    pub remainder: Option<Bounds<Amount>>,
    /// The day on which the credit is exceeded, `None` for not before the end.
    pub runs_out: Bounds<Option<Day>>,
    /// Per cent of cases in which the credit is spent before the end, from 5 to 95 in steps of 5. `None` if it is
    /// spent already, without credit, and if no day is left.
    pub chance: Option<u32>,
    /// Tests on the client's own past that it rests on.
    pub origins: u32,
    /// Number of tests that share no day.
    pub blocks: u32,
}

/// The days to come, each with what is spent from the as-of day through it.
#[derive(Clone, Debug)]
pub(super) struct CumulativeForecast {
    /// Top-up of provisional days, spent before the first of the days.
    pub(super) top_up: Amount,
    /// The days and the sums, top-up included.
    pub(super) running: Vec<(Day, Amount)>,
}

impl CumulativeForecast {
    /// The first day on which more than `left` is spent.
    pub(super) fn first_beyond(&self, left: &Amount) -> Option<Day> {
        let beyond = |(_, sum): &&(Day, Amount)| self.top_up > *left || sum > left;
        self.running.iter().find(beyond).map(|(day, _)| *day)
    }
}

impl Band {
    /// The band of `forecast` by `spread`, on top of `consumption`; `balance` is what is left of the
    /// credit, where there is any credit. `None` where nothing is to come.
    pub(super) fn new(
        spread: &Spread,
        forecast: &Amount,
        consumption: &Amount,
        balance: Option<&Amount>,
        ahead: &CumulativeForecast,
    ) -> Option<Self> {
        if !forecast.is_positive() {
            return None;
        }
        let forecast_ends = Bounds {
            low: spread.low(forecast),
            high: spread.high(forecast),
        };
        let unspent = balance.filter(|balance| !balance.is_negative());
        // Days that cost more go as far as if less were left.
        let runs_out = |left: fn(&Spread, &Amount) -> Amount| {
            unspent.and_then(|balance| ahead.first_beyond(&left(spread, balance)))
        };
        Some(Self {
            projected: Bounds {
                low: consumption + &forecast_ends.low,
                high: consumption + &forecast_ends.high,
            },
            remainder: balance.map(|balance| Bounds {
                low: balance - &forecast_ends.low,
                high: balance - &forecast_ends.high,
            }),
            runs_out: Bounds {
                low: runs_out(Spread::high),
                high: runs_out(Spread::low),
            },
            chance: unspent
                .filter(|_| !ahead.running.is_empty())
                .and_then(|left| spread.chance_of_exceeding(left, forecast)),
            forecast: forecast_ends,
            origins: spread.origins,
            blocks: spread.blocks,
        })
    }
}

/// Distances from each forecast of a sum to the ends of its band; `None` if one is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BandWidths(Option<Vec<Bounds<Amount>>>);

impl BandWidths {
    pub(super) fn none() -> Self {
        Self(Some(Vec::new()))
    }

    /// Adds a forecast's band. An unknown band makes the sum's unknown; a forecast of zero needs none.
    pub(super) fn add(&mut self, forecast: &Amount, band: Option<&Band>) {
        match (&mut self.0, band) {
            (Some(widths), Some(band)) => widths.push(Bounds {
                low: forecast - &band.forecast.low,
                high: &band.forecast.high - forecast,
            }),
            (_, None) if forecast.is_zero() => {}
            _ => self.0 = None,
        }
    }

    /// The ends of `sum` where all are off alike.
    pub(super) fn dependent(&self, sum: &Amount) -> Option<Bounds<Amount>> {
        let widths = self.0.as_ref()?;
        let (low, high): (Amount, Amount) = (
            widths.iter().map(|width| &width.low).sum(),
            widths.iter().map(|width| &width.high).sum(),
        );
        Some(around(sum, &low, &high))
    }

    /// The ends of `sum` where each is off for reasons of its own.
    pub(super) fn independent(&self, sum: &Amount) -> Option<Bounds<Amount>> {
        let widths = self.0.as_ref()?;
        let low = in_quadrature(widths.iter().map(|width| &width.low))?;
        let high = in_quadrature(widths.iter().map(|width| &width.high))?;
        Some(around(sum, &low, &high))
    }
}

fn around(sum: &Amount, low: &Amount, high: &Amount) -> Bounds<Amount> {
    Bounds {
        low: sum - low,
        high: sum + high,
    }
}
