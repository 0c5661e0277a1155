//! Uncertainty of a forecast: the ends of its band, and their meaning for the credit.

use crate::calendar::Day;
use crate::forecast::estimate::spread::{Edges, Spread, in_quadrature};
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
#[derive(Clone, Debug, PartialEq)]
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
    /// Uncertainty of the total, and of each day on the way.
    pub spread: Spread,
}

/// A future day, with the forecast through it and the band around that: a fan is drawn from these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FanDay {
    /// The day.
    pub day: Day,
    /// Forecast from the as-of day through the day, with the top-up of the provisional days.
    pub forecast: Amount,
    /// The lower and the upper edge of the band; neither falls from one day to the next.
    pub edges: Bounds<Amount>,
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

    /// Returns each day with the forecast through it and the edges of its band.
    fn edges<'a>(&'a self, spread: &'a Spread) -> impl Iterator<Item = (Day, &'a Amount, Edges)> {
        let through = self.running.iter().map(|(_, sum)| sum);
        let edges = spread.edges(&self.top_up, through);
        let days = self.running.iter().zip(edges);
        days.map(|((day, sum), edges)| (*day, sum, edges))
    }

    /// The first days on which more than `balance` is spent, at the lower edge and at the upper one.
    fn first_beyond_edges(&self, spread: &Spread, balance: &Amount) -> Bounds<Option<Day>> {
        let (mut low, mut high) = (None, None);
        for (day, _, edges) in self.edges(spread) {
            if edges.high_exceeds(balance) {
                high = high.or(Some(day));
            }
            if edges.low_exceeds(balance) {
                low = Some(day);
                break;
            }
        }
        Bounds { low, high }
    }

    /// The fan of `spread`; `None` if an edge is no amount.
    pub(super) fn fan(&self, spread: &Spread) -> Option<Vec<FanDay>> {
        let days = self.edges(spread).map(|(day, forecast, edges)| {
            Some(FanDay {
                day,
                forecast: forecast.clone(),
                edges: Bounds {
                    low: edges.low()?,
                    high: edges.high()?,
                },
            })
        });
        days.collect()
    }
}

impl Band {
    /// The band of `forecast` by `spread`, on top of `consumption`; `balance` is what is left of the
    /// credit, where there is any credit. `None` where nothing is to come.
    pub(super) fn new(
        spread: Spread,
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
        let never = Bounds {
            low: None,
            high: None,
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
            runs_out: unspent.map_or(never, |balance| ahead.first_beyond_edges(&spread, balance)),
            chance: unspent
                .filter(|_| !ahead.running.is_empty())
                .and_then(|left| spread.chance_of_exceeding(left, forecast)),
            forecast: forecast_ends,
            spread,
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
