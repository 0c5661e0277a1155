//! Lines of a statement: adjustments, months, averaging window, weekdays and days.

use std::array;

use crate::adjustment::Adjustment;
use crate::calendar::{Day, Days, Month};
use crate::contract::Contract;
use crate::days::series::{Cost, DailySeries};
use crate::forecast::{Forecast, WeekdayProfile, count_weekdays};
use crate::money::Amount;

/// The amount that an adjustment adds to the forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentLine {
    /// The adjustment.
    pub adjustment: Adjustment,
    /// The adjustment is `--what-if`, of this run alone.
    pub what_if: bool,
    /// Amount that it adds; negative if it reduces the forecast.
    pub amount: Option<Amount>,
}

/// A month of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthLine {
    /// The month.
    pub month: Month,
    /// Consumption booked on the month's days; `None` if all of them are unknown.
    pub consumption: Option<Amount>,
    /// Days of the month before the as-of day that were asked for.
    pub days: u32,
    /// Number of unknown days among them.
    pub unknown: u32,
    /// Consumption by those days.
    pub mean: Option<Amount>,
    /// Daily mean of its settled days against that of the month before, in per cent.
    pub change: Option<Amount>,
    /// Contract days of the month, if the as-of day is among them.
    pub running: Option<u32>,
}

/// The days that averages are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Range from the first day that the averages use to the last.
    pub days: Days,
    /// Number of days that the averages use: known, and not ignored by the config.
    pub known: u32,
    /// Number of those days without a row.
    pub missing: u32,
}

/// A weekday's average and forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekdayLine {
    /// Mean cost of one such day.
    pub mean: Option<Amount>,
    /// Number of such days from the as-of day to the contract's end.
    pub days: u32,
    /// Expected cost of those days.
    pub forecast: Option<Amount>,
}

/// A day that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLine {
    /// The day.
    pub day: Day,
    /// Booked cost; `None` on an unknown day, and while nothing is booked and more may come.
    pub cost: Option<Amount>,
    /// The day is final.
    pub settled: bool,
}

/// Returns the amount that each adjustment adds to the forecast; the config's comes first.
pub(super) fn adjustment_lines(
    adjustments: &[Adjustment],
    contract: &Contract,
    forecast: Option<&Forecast>,
) -> Vec<AdjustmentLine> {
    let from_config = usize::from(contract.adjustment.is_some());
    let line = |(n, adjustment): (usize, &Adjustment)| AdjustmentLine {
        adjustment: adjustment.clone(),
        what_if: n >= from_config,
        // Where nothing is to come, nothing is added.
        amount: forecast.map(|forecast| forecast.added.get(n).cloned().unwrap_or_default()),
    };
    adjustments.iter().enumerate().map(line).collect()
}

/// Returns the months of the days asked for.
pub(super) fn months(contract: &Contract, series: &DailySeries) -> Vec<MonthLine> {
    let mut lines: Vec<MonthLine> = Vec::new();
    let mut settled_before: Option<Amount> = None;
    let not_opening = Days::new(contract.first_asked(), contract.days().end);
    let running = contract
        .days()
        .contains(series.as_of)
        .then(|| Month::of(series.as_of));
    let mut rest = series.asked;
    while !rest.is_empty() {
        let month = Month::of(rest.start);
        let days = rest.within(month.days());
        let settled = days.within(series.settled());
        let sum = series.sum(days);
        // A month with unknown days has no mean.
        let whole = sum.unknown == 0;
        let settled_mean = series.mean(settled).filter(|_| whole);
        let change = settled_mean
            .as_ref()
            .zip(
                settled_before
                    .as_ref()
                    .filter(|before| before.is_positive()),
            )
            .and_then(|(mean, before)| (mean - before).percent_of(before));
        let consumption = Some(sum.amount).filter(|_| sum.unknown < days.len());
        lines.push(MonthLine {
            month,
            mean: consumption
                .as_ref()
                .filter(|_| whole)
                .and_then(|sum| sum.mean(days.len())),
            consumption,
            days: days.len(),
            unknown: sum.unknown,
            change,
            running: (running == Some(month)).then(|| month.days().within(not_opening).len()),
        });
        settled_before = settled_mean;
        rest = Days::new(days.end, series.asked.end);
    }
    lines
}

pub(super) fn window(series: &DailySeries, profile: &WeekdayProfile) -> Window {
    let with_rows = series.averaged_rows(profile.window).count();
    let with_rows = u32::try_from(with_rows).unwrap_or(u32::MAX);
    let ranges = series.averaged(profile.window);
    let known = ranges.iter().map(Days::len).sum();
    let ends = ranges.first().zip(ranges.last());
    Window {
        days: ends.map_or(profile.window, |(first, last)| {
            Days::new(first.start, last.end)
        }),
        known,
        missing: u32::saturating_sub(known, with_rows),
    }
}

pub(super) fn weekday_lines(
    profile: Option<&WeekdayProfile>,
    forecast: Option<&Forecast>,
    future: Days,
) -> [WeekdayLine; 7] {
    let counts = count_weekdays(future);
    array::from_fn(|n| WeekdayLine {
        mean: profile.map(|profile| profile.means[n].clone()),
        days: counts[n],
        forecast: profile
            .and(forecast)
            .map(|forecast| forecast.by_weekday[n].clone()),
    })
}

/// Returns the days asked for. Of a client without any data, idle and unknown days cannot be told apart.
pub(super) fn daily(series: &DailySeries, has_data: bool) -> Vec<DayLine> {
    let line = |day| DayLine {
        day,
        cost: match series.cost(day) {
            Cost::Booked(amount) => Some(amount.clone()),
            Cost::Idle => has_data.then(Amount::zero),
            Cost::Open(booked) => booked.cloned(),
            Cost::Unknown => None,
        },
        settled: series.settled().contains(day),
    };
    series.asked.iter().map(line).collect()
}
