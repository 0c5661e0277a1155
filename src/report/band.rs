//! How sure a forecast is: the ends of its band, and what they mean for the credit.

use crate::calendar::Day;
use crate::forecast::binary::spread::{Spread, in_quadrature};
use crate::money::Amount;

/// Per cent of cases that a band is meant to hold.
pub(crate) const LEVEL: u32 = 80;

/// What is at the lower end of a band, and at its upper end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends<T> {
    /// Where little is to come.
    pub low: T,
    /// Where much is to come.
    pub high: T,
}

/// The band around a forecast; what is spent already is not in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    /// What is still to come.
    pub forecast: Ends<Amount>,
    /// Consumption and what is to come.
    pub projected: Ends<Amount>,
    /// Credit that will be left, or below zero, that will lack; `None` without credit.
    pub remainder: Option<Ends<Amount>>,
    /// The day on which the credit is exceeded, `None` for not before the end.
    pub runs_out: Ends<Option<Day>>,
    /// In how many per cent of cases the credit is spent before the end, from 5 to 95 in steps of 5;
    /// `None` where it is already, without credit, and where no day is left for it.
    pub chance: Option<u32>,
    /// Tests on the client's own past that it rests on.
    pub origins: u32,
    /// How many four weeks those are that share no day.
    pub blocks: u32,
}

/// The days to come, each with what is spent from the as-of day through it.
#[derive(Clone, Debug)]
pub(super) struct Ahead {
    /// What provisional days lack is spent before the first of them.
    pub(super) top_up: Amount,
    /// The days and the sums, top-up included.
    pub(super) running: Vec<(Day, Amount)>,
}

impl Ahead {
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
        ahead: &Ahead,
    ) -> Option<Self> {
        if !forecast.is_positive() {
            return None;
        }
        let forecast_ends = Ends {
            low: spread.low(forecast),
            high: spread.high(forecast),
        };
        let unspent = balance.filter(|balance| !balance.is_negative());
        // Days that cost more go as far as if less were left.
        let runs_out = |left: fn(&Spread, &Amount) -> Amount| {
            unspent.and_then(|balance| ahead.first_beyond(&left(spread, balance)))
        };
        Some(Self {
            projected: Ends {
                low: consumption + &forecast_ends.low,
                high: consumption + &forecast_ends.high,
            },
            remainder: balance.map(|balance| Ends {
                low: balance - &forecast_ends.low,
                high: balance - &forecast_ends.high,
            }),
            runs_out: Ends {
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

/// How far the forecasts that a sum is made of may be off, each below and above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Widths(Option<Vec<Ends<Amount>>>);

impl Widths {
    pub(super) fn none() -> Self {
        Self(Some(Vec::new()))
    }

    /// Adds those of `forecast`. One that is not known leaves the sum's unknown; what is nothing for
    /// sure has none.
    pub(super) fn add(&mut self, forecast: &Amount, band: Option<&Band>) {
        match (&mut self.0, band) {
            (Some(widths), Some(band)) => widths.push(Ends {
                low: forecast - &band.forecast.low,
                high: &band.forecast.high - forecast,
            }),
            (_, None) if forecast.is_zero() => {}
            _ => self.0 = None,
        }
    }

    /// The ends of `sum` where all are off alike.
    pub(super) fn dependent(&self, sum: &Amount) -> Option<Ends<Amount>> {
        let widths = self.0.as_ref()?;
        let (low, high): (Amount, Amount) = (
            widths.iter().map(|width| &width.low).sum(),
            widths.iter().map(|width| &width.high).sum(),
        );
        Some(around(sum, &low, &high))
    }

    /// The ends of `sum` where each is off for reasons of its own.
    pub(super) fn independent(&self, sum: &Amount) -> Option<Ends<Amount>> {
        let widths = self.0.as_ref()?;
        let low = in_quadrature(widths.iter().map(|width| &width.low))?;
        let high = in_quadrature(widths.iter().map(|width| &width.high))?;
        Some(around(sum, &low, &high))
    }
}

fn around(sum: &Amount, low: &Amount, high: &Amount) -> Ends<Amount> {
    Ends {
        low: sum - low,
        high: sum + high,
    }
}
