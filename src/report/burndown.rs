//! Burn-down of one contract: the credit left at the end of each day, past and expected, as a chart draws it.
//!
//! The values are exact, and no scale is known here. A line that falls below zero does so on the day that the
//! statement prints: the past and the forecast on [`Statement::runs_out`], the fan's edges on the band's days.

use super::band::Bounds;
use super::statement::{Situation, Statement};
use crate::calendar::{Day, Days, plus_days};
use crate::forecast::LEAST_HISTORY;
use crate::money::Amount;

/// Days of the longest contract of which each day is a point.
const DAILY: u32 = 400;

/// Credit left at the end of each day of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BurnDown {
    /// Credit bought, which is left before the first day.
    pub credit: Amount,
    /// First day of the contract.
    pub first: Day,
    /// Last day of the contract.
    pub last: Day,
    /// The as-of day; not over.
    pub today: Day,
    /// Days before the as-of day. `None` on an unknown day, and before the last day of an opening balance.
    pub past: Vec<(Day, Option<Amount>)>,
    /// Days from the as-of day on; none without a forecast.
    pub forecast: Vec<(Day, Amount)>,
    /// Band of the same days: `low` is left at the lower cost, `high` at the higher one. None without a band.
    pub fan: Vec<(Day, Bounds<Amount>)>,
    /// The first day on which the credit is exceeded.
    pub runs_out: Option<Day>,
    /// Band of that day, of a contract whose credit may or may not last; `high` is the earliest day.
    pub bracket: Option<Bounds<Option<Day>>>,
}

impl BurnDown {
    /// Makes the burn-down of a statement. Returns `None` if there is no credit, no consumption yet, too much of the
    /// history is missing, or fewer than 14 days are final and known, or good for a forecast.
    pub fn of(statement: &Statement) -> Option<Self> {
        let drawable = match statement.situation {
            Situation::NotStarted
            | Situation::NoData
            | Situation::IncompleteHistory
            | Situation::NoCredit => false,
            Situation::Ended
            | Situation::Spent
            | Situation::NoForecast
            | Situation::Borderline
            | Situation::RunsOut
            | Situation::LeftOver
            | Situation::Within => true,
        };
        let contract = &statement.contract;
        let balance = statement.balance.as_ref().filter(|_| drawable)?;
        let known = statement.daily.iter();
        let known = known
            .filter(|line| line.settled && line.cost.is_some())
            .count();
        if known < LEAST_HISTORY as usize || statement.short_history {
            return None;
        }
        let ahead = statement.ahead();
        let forecast = ahead.iter().flat_map(|ahead| &ahead.running);
        let forecast = forecast.map(|(day, spent)| (*day, balance - spent));
        let fan = statement.fan().into_iter().map(|day| {
            let edges = Bounds {
                low: balance - &day.edges.low,
                high: balance - &day.edges.high,
            };
            (day.day, edges)
        });
        Some(Self {
            credit: contract.credit.clone(),
            first: contract.start,
            last: contract.end,
            today: statement.as_of,
            past: past(statement),
            forecast: forecast.collect(),
            fan: fan.collect(),
            runs_out: statement.runs_out,
            bracket: statement.likely_end().cloned(),
        })
    }

    /// Days of the contract.
    pub fn days(&self) -> Days {
        Days::inclusive(self.first, self.last)
    }

    /// The credit left before the as-of day: the end of the past, where the forecast and the fan begin.
    pub fn balance(&self) -> Option<&Amount> {
        self.past.iter().rev().find_map(|(_, left)| left.as_ref())
    }

    /// Returns the burn-down as a large chart draws it: with a point a week if the contract is over 400 days long.
    pub fn drawn(&self) -> Self {
        match self.days().len() {
            days if days > DAILY => self.thinned(days.div_ceil(7)),
            _ => self.clone(),
        }
    }

    /// Returns the burn-down with about `points` days, spread over the contract. The days beside the as-of day, the
    /// last day, the ends of each gap and the days around each crossing of zero are kept.
    pub fn thinned(&self, points: u32) -> Self {
        let term = self.days();
        let step = i64::from(term.len().div_ceil(points.max(1)).max(1));
        if step == 1 {
            return self.clone();
        }
        let regular = |day: Day| {
            let elapsed = (day - self.first).num_days() + 1;
            elapsed % step == 0 || day == self.last || day == self.today
        };
        // A change of the answer from one day to the next keeps both.
        fn kept<T: Clone, S: PartialEq>(
            days: &[(Day, T)],
            regular: impl Fn(Day) -> bool,
            side: impl Fn(&T) -> S,
        ) -> Vec<(Day, T)> {
            let turns = |n: usize| match (days.get(n), days.get(n + 1)) {
                (Some((_, now)), Some((_, next))) => side(now) != side(next),
                _ => false,
            };
            let is_kept = |n: usize, day: Day| {
                let is_end = n == 0 || n + 1 == days.len();
                is_end || regular(day) || turns(n) || n.checked_sub(1).is_some_and(turns)
            };
            let numbered = days.iter().enumerate();
            let kept = numbered.filter(|(n, (day, _))| is_kept(*n, *day));
            kept.map(|(_, day)| day.clone()).collect()
        }
        Self {
            credit: self.credit.clone(),
            first: self.first,
            last: self.last,
            today: self.today,
            past: kept(&self.past, regular, |left| {
                left.as_ref().map(Amount::is_negative)
            }),
            forecast: kept(&self.forecast, regular, Amount::is_negative),
            fan: kept(&self.fan, regular, |edges| {
                (edges.low.is_negative(), edges.high.is_negative())
            }),
            runs_out: self.runs_out,
            bracket: self.bracket.clone(),
        }
    }
}

/// Returns the days before the as-of day with the credit left at the end of each.
fn past(statement: &Statement) -> Vec<(Day, Option<Amount>)> {
    let contract = &statement.contract;
    let mut left = contract.credit.clone();
    let mut past = Vec::new();
    if let Some(opening) = &contract.opening {
        let through = opening.through.min(plus_days(statement.as_of, -1));
        let before = Days::new(contract.start, through);
        past.extend(before.iter().map(|day| (day, None)));
        left = &left - &opening.amount;
        past.push((through, Some(left.clone())));
    }
    past.extend(statement.daily.iter().map(|line| {
        if let Some(cost) = &line.cost {
            left = &left - cost;
        }
        // Nothing booked on a provisional day is no gap.
        let is_known = line.cost.is_some() || !line.settled;
        (line.day, is_known.then(|| left.clone()))
    }));
    past
}
