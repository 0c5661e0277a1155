//! Figures of one client (rules: statistics, situation, runs out, missing history).

mod lines;
mod situation;

pub(crate) use lines::{AdjustmentLine, DayLine, MonthLine, WeekdayLine, Window};
use lines::{adjustment_lines, daily, months, weekday_lines, window};
pub(super) use situation::Premises;
pub use situation::Situation;
use situation::outlook;

use super::band::{Band, Bounds, CumulativeForecast, FanDay};
use crate::adjustment::Adjustment;
use crate::calendar::{Day, Days, Month, plus_days, weekday};
use crate::contract::Contract;
use crate::days::series::DailySeries;
use crate::failure::Warning;
use crate::forecast::recurring::RecurringCharge;
use crate::forecast::{
    Basis, ComingDay, Forecast, LEAST_HISTORY, Method, WeekdayProfile, averaged_weekdays, coming,
};
use crate::money::{Amount, Currency};

/// Days before the first data from which a warning is given.
const LATE_START: i64 = 60;
/// Method of the second opinion: the nearest to what came on series that no choice was made on.
pub(crate) const SECOND_OPINION: Method = Method::MIDDLE;
/// Days of two months, which averages are taken over.
const TWO_MONTHS: usize = 61;
/// Days from which an averaging window counts as long enough.
const LONG_WINDOW: u32 = 28;

/// Settings that figures are computed and judged with.
#[derive(Clone, Debug)]
pub struct FigureSettings {
    /// Days before the as-of day that are not settled.
    pub settle_days: u32,
    /// Per cent of the credit left over that is [`Situation::LeftOver`].
    pub surplus_percent: Amount,
    /// Method of the forecast.
    pub method: Method,
    /// Adjustment of this run alone, besides the config's own.
    pub what_if: Option<Adjustment>,
}

/// The figures of one client as of a day, all in one currency.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Terms of the contract.
    pub contract: Contract,
    /// The currency of every amount, if anything says it.
    pub currency: Option<Currency>,
    /// The day it is seen from.
    pub as_of: Day,
    /// Situation of the contract.
    pub situation: Situation,
    /// The last day with data.
    pub data_through: Option<Day>,
    /// The last day whose cost is complete.
    pub settled_through: Option<Day>,
    /// Settled and provisional, with the opening balance.
    pub consumption: Option<Amount>,
    /// The provisional part of it.
    pub provisional: Option<Amount>,
    /// Consumption in per cent of the credit.
    pub credit_percent: Option<Amount>,
    /// Credit less consumption.
    pub balance: Option<Amount>,
    /// Method of the forecast.
    pub method: Method,
    /// Forecast of the remaining cost.
    pub forecast: Option<Amount>,
    /// The part of it that provisional days lack.
    pub top_up: Option<Amount>,
    /// The part of it that adjustments add, the config's first.
    pub adjustments: Vec<AdjustmentLine>,
    /// Uncertainty of the forecast; `None` if no cost is to come or history is too short.
    pub band: Option<Band>,
    /// The history is too short for a band.
    pub short_history: bool,
    /// Result of [`SECOND_OPINION`], if the forecast is another method's.
    pub second: Option<SecondOpinion>,
    /// Consumption and forecast.
    pub projected: Option<Amount>,
    /// Credit that will be left.
    pub surplus: Option<Amount>,
    /// Credit that will lack.
    pub shortfall: Option<Amount>,
    /// The first day on which the credit is exceeded.
    pub runs_out: Option<Day>,
    /// Contract days before the as-of day.
    pub elapsed: u32,
    /// Contract days from the as-of day on.
    pub left: u32,
    /// Elapsed days in per cent of the term.
    pub term_percent: Option<Amount>,
    /// Mean cost of a day over the window.
    pub pace: Option<Amount>,
    /// Cost of a day that would use the balance up on the last day.
    pub target_pace: Option<Amount>,
    /// Change in daily spend, in per cent, that would use the balance up on the last day.
    pub change_to_zero: Option<Amount>,
    /// Estimated cost of the running month.
    pub month_estimate: Option<Amount>,
    /// The months with days before the as-of day.
    pub months: Vec<MonthLine>,
    /// The days that the averages are taken from.
    pub window: Option<Window>,
    /// Lines of the weekdays, Monday first.
    pub weekdays: [WeekdayLine; 7],
    /// Lines of all days asked for.
    pub daily: Vec<DayLine>,
    /// The settled days that nobody could say anything of, in ranges.
    pub unknown: Vec<Days>,
    /// Days with a remaining cost: those not settled, and future ones.
    pub coming: Vec<ComingDay>,
    /// Charges that come every month (rule: recurring charge); none without a forecast.
    pub recurring: Vec<RecurringCharge>,
    /// Warnings about the figures.
    pub warnings: Vec<Warning>,
}

/// The result of another method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondOpinion {
    /// The method.
    pub method: Method,
    /// Forecast of the remaining cost.
    pub forecast: Amount,
    /// Consumption and forecast.
    pub projected: Amount,
    /// Situation of the contract by that forecast.
    pub situation: Situation,
}

impl Statement {
    /// Computes the figures of `contract` over its `series` with `settings`.
    pub fn new(contract: &Contract, series: &DailySeries, settings: &FigureSettings) -> Self {
        let term = contract.days();
        let Premises {
            situation: decided,
            future,
        } = Premises::of(contract, series, settings.settle_days);
        let has_data = decided != Some(Situation::NoData);
        let foreseen = !decided
            .is_some_and(|situation| situation == Situation::NotStarted || situation.lacks_data());
        let consumption = has_data.then(|| &series.sum(series.asked).amount + &opening(contract));

        let basis = Basis::new(series);
        let method = settings.method;
        let config_and_run = [&contract.adjustment, &settings.what_if];
        let adjustments: Vec<Adjustment> = config_and_run.into_iter().flatten().cloned().collect();
        let coming_by = |profile: Option<&WeekdayProfile>| {
            let profile = profile.filter(|_| foreseen);
            coming(series, profile, &[], future, &adjustments)
        };
        let forecast_of =
            |coming: &[ComingDay]| Forecast::of(coming, series.as_of).filter(|_| foreseen);
        let profile = basis.profile(method, future.len()).filter(|_| has_data);
        let coming = coming_by(profile.as_ref());
        let forecast = forecast_of(&coming);
        let total = forecast.as_ref().map(Forecast::total);
        let projected = consumption
            .as_ref()
            .zip(total.as_ref())
            .map(|(spent, rest)| spent + rest);

        let credit = Some(&contract.credit).filter(|credit| !credit.is_zero());
        let answerable = credit.filter(|_| !decided.is_some_and(Situation::lacks_data));
        let left_after =
            |spent: Option<&Amount>| answerable.zip(spent).map(|(credit, spent)| credit - spent);
        let balance = left_after(consumption.as_ref());
        let remainder = left_after(projected.as_ref());
        let situation = |remainder: Option<&Amount>| {
            decided.unwrap_or_else(|| {
                let surplus_percent = &settings.surplus_percent;
                outlook(
                    &contract.credit,
                    balance.as_ref(),
                    remainder,
                    surplus_percent,
                )
            })
        };

        let ahead = forecast
            .as_ref()
            .map(|forecast| cumulative(&forecast.top_up, &coming, series.as_of));
        let band = ahead.as_ref().and_then(|ahead| {
            let spread = basis.spread(method, future.len())?;
            let consumption = consumption.as_ref()?;
            Band::new(
                spread,
                total.as_ref()?,
                consumption,
                balance.as_ref(),
                ahead,
            )
        });
        let second = forecast.as_ref().and_then(|_| {
            let method = Some(SECOND_OPINION).filter(|other| *other != method)?;
            let profile = basis.profile(method, future.len())?;
            let forecast = forecast_of(&coming_by(Some(&profile)))?.total();
            let projected = consumption.as_ref()? + &forecast;
            Some(SecondOpinion {
                method,
                situation: situation(left_after(Some(&projected)).as_ref()),
                forecast,
                projected,
            })
        });

        let mut statement = Self {
            contract: contract.clone(),
            currency: series.currency,
            as_of: series.as_of,
            situation: situation(remainder.as_ref()),
            data_through: series.last(),
            settled_through: series.settled().last().filter(|_| has_data),
            provisional: has_data.then(|| series.sum(series.provisional()).amount),
            credit_percent: answerable
                .zip(consumption.as_ref())
                .and_then(|(credit, spent)| spent.percent_of(credit)),
            runs_out: None,
            elapsed: term.len() - future.len(),
            left: future.len(),
            term_percent: credit.and_then(|_| {
                Amount::from(term.len() - future.len()).percent_of(&Amount::from(term.len()))
            }),
            pace: basis.pace().filter(|_| has_data),
            target_pace: balance
                .as_ref()
                .filter(|balance| balance.is_positive())
                .and_then(|balance| balance.mean(future.len())),
            change_to_zero: None,
            month_estimate: None,
            months: if has_data {
                months(contract, series)
            } else {
                Vec::new()
            },
            window: profile.as_ref().map(|profile| window(series, profile)),
            weekdays: weekday_lines(profile.as_ref(), forecast.as_ref(), future),
            daily: daily(series, has_data),
            unknown: match has_data {
                true => series.unknown().to_vec(),
                // Idle and unknown days cannot be told apart.
                false => Some(series.settled())
                    .into_iter()
                    .filter(|days| !days.is_empty())
                    .collect(),
            },
            coming,
            recurring: match &forecast {
                Some(_) => basis.charges().to_vec(),
                None => Vec::new(),
            },
            warnings: Vec::new(),
            method,
            short_history: total.as_ref().is_some_and(Amount::is_positive)
                && basis.known() < LEAST_HISTORY,
            adjustments: adjustment_lines(&adjustments, contract, forecast.as_ref()),
            band,
            second,
            balance,
            top_up: forecast.as_ref().map(|forecast| forecast.top_up.clone()),
            surplus: remainder.clone().map(Amount::or_zero),
            shortfall: remainder.map(|remainder| (-remainder).or_zero()),
            projected,
            forecast: total,
            consumption,
        };
        statement.runs_out = statement.runs_out(series, ahead.as_ref());
        let usual = Usual::of(&statement, &basis, series, future, &adjustments);
        statement.month_estimate = statement.month_estimate(series, usual.coming.as_deref());
        statement.change_to_zero = statement.change_to_zero();
        let change_of_pace = usual.change_of_pace;
        statement.warnings =
            statement.warnings(change_of_pace, series, settings, future, &adjustments);
        statement
    }

    /// Returns whether the run's `--what-if` changes the forecast.
    pub fn is_hypothetical(&self) -> bool {
        self.adjustments.iter().any(|line| line.what_if)
    }

    /// Returns whether an adjustment changes the forecast.
    pub fn is_adjusted(&self) -> bool {
        let mut amounts = self
            .adjustments
            .iter()
            .filter_map(|line| line.amount.as_ref());
        amounts.any(|amount| !amount.is_zero())
    }

    /// Returns whether the forecast is that of the usual averages alone: of no other method, and not adjusted.
    pub fn is_of_averages_alone(&self) -> bool {
        self.method == Method::default() && !self.is_adjusted()
    }

    /// Returns whether the averages are of less than two months, since the service was asked for no more.
    pub fn is_young(&self) -> bool {
        self.daily.len() < TWO_MONTHS
    }

    /// Returns the day that decides how urgent the contract is: the credit runs out, or else the contract ends.
    pub fn turning_day(&self) -> Day {
        self.runs_out.unwrap_or(self.contract.end)
    }

    /// Returns whether every figure that totals are made of is known (rule: totals).
    pub fn in_totals(&self) -> bool {
        use Situation::{Borderline, LeftOver, RunsOut, Spent, Within};
        matches!(
            self.situation,
            Spent | Borderline | RunsOut | LeftOver | Within
        ) && self.forecast.is_some()
    }

    /// Returns the future days, each with the forecast through it and its band; empty without a band.
    pub fn fan(&self) -> Vec<FanDay> {
        let fan = self.band.as_ref().zip(self.ahead());
        let fan = fan.and_then(|(band, ahead)| ahead.fan(&band.spread));
        fan.unwrap_or_default()
    }

    /// Returns the band of the day on which the credit is exceeded, where it is about to run out: of a contract that
    /// should last, it would be an alarm.
    pub(crate) fn likely_end(&self) -> Option<&Bounds<Option<Day>>> {
        let undecided = matches!(self.situation, Situation::RunsOut | Situation::Borderline);
        let band = self.band.as_ref().filter(|_| undecided)?;
        Some(&band.runs_out)
    }

    /// Returns the future days, each with the forecast through it; `None` without a forecast.
    pub(super) fn ahead(&self) -> Option<CumulativeForecast> {
        let top_up = self.top_up.as_ref()?;
        Some(cumulative(top_up, &self.coming, self.as_of))
    }

    /// Whether the last two weeks' pace is far from that of the last two months.
    pub fn pace_changed(&self) -> bool {
        let mut warnings = self.warnings.iter();
        warnings.any(|warning| matches!(warning, Warning::PaceChanged { .. }))
    }

    /// Returns the amount that the config's adjustment, or with `what_if` the run's, adds to the forecast.
    pub fn added(&self, what_if: bool) -> Option<&Amount> {
        let mut lines = self.adjustments.iter();
        lines.find(|line| line.what_if == what_if)?.amount.as_ref()
    }

    /// The first day on which the running sum exceeds the credit (rule: runs out).
    fn runs_out(&self, series: &DailySeries, ahead: Option<&CumulativeForecast>) -> Option<Day> {
        let balance = self.balance.as_ref()?;
        if balance.is_negative() {
            let opening = self
                .contract
                .opening
                .as_ref()
                .map(|opening| (opening.through, &opening.amount));
            let mut sum = Amount::zero();
            return opening
                .into_iter()
                .chain(series.rows(series.asked))
                .find_map(|(day, amount)| {
                    sum += amount;
                    (sum > self.contract.credit).then_some(day)
                });
        }
        ahead?.first_beyond(balance)
    }

    /// Returns the target pace against the pace, in per cent (rule: statistics).
    fn change_to_zero(&self) -> Option<Amount> {
        let pace = self.pace.as_ref().filter(|pace| pace.is_positive())?;
        let percent = self.target_pace.as_ref()?.percent_of(pace)?;
        Some(&percent - &Amount::from(100))
    }

    /// Estimates the cost of the as-of day's month by its end, or by the contract's. `coming` is [`Self::coming`] with
    /// each recurring charge on its own day, where there is one (rule: recurring charge).
    fn month_estimate(&self, series: &DailySeries, coming: Option<&[ComingDay]>) -> Option<Amount> {
        self.forecast.as_ref().filter(|_| self.left > 0)?;
        let month = Month::of(self.as_of).days();
        if self
            .contract
            .opening
            .as_ref()
            .is_some_and(|opening| month.contains(opening.through))
        {
            // A part of it is in the opening balance, and how much is not known.
            return None;
        }
        let booked = series.sum(series.asked.within(month));
        if booked.unknown > 0 {
            return None;
        }
        let coming = coming
            .unwrap_or(&self.coming)
            .iter()
            .filter(|coming| month.contains(coming.day))
            .filter_map(|coming| coming.cost.as_ref());
        Some(&booked.amount + &coming.sum::<Amount>())
    }

    fn warnings(
        &self,
        change_of_pace: Option<Amount>,
        series: &DailySeries,
        settings: &FigureSettings,
        future: Days,
        adjustments: &[Adjustment],
    ) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Some(currency) = self.currency.filter(|_| series.currency_assumed) {
            warnings.push(Warning::CurrencyAssumed(currency));
        }
        let first = series.first();
        if let Some(first) =
            first.filter(|first| (*first - series.asked.start).num_days() > LATE_START)
        {
            warnings.push(Warning::SilentStart { first });
        }
        if self.consumption.is_some() && !self.unknown.is_empty() {
            warnings.push(Warning::UnknownDays {
                days: self.unknown.clone(),
            });
        }
        if series.blank_days > 0 {
            warnings.push(Warning::BlankCurrency {
                days: series.blank_days,
            });
        }
        let provisional = series.provisional();
        let settle = i64::from(settings.settle_days);
        let overdue = provisional.start < plus_days(self.as_of, -settle);
        if self.consumption.is_some() && !provisional.is_empty() && overdue {
            warnings.push(Warning::NoRecentData {
                last: self.data_through,
            });
        }
        let to_come = !future.is_empty() || !provisional.is_empty();
        if let Some(window) = self.window.filter(|_| self.forecast.is_some() && to_come) {
            let without = |day| {
                let series = series.leaving_out([day]);
                let profile = Basis::new(&series).profile(self.method, future.len())?;
                let coming = coming(&series, Some(&profile), &[], future, adjustments);
                Some(Forecast::of(&coming, series.as_of)?.total())
            };
            warnings.extend(window_warnings(series, window, &self.recurring, without));
            warnings.extend(change_of_pace.map(|change| Warning::PaceChanged {
                change,
                forecast: self.forecast.clone().unwrap_or_default(),
                second: self.second.as_ref().map(|second| second.forecast.clone()),
            }));
            let settled = series.settled();
            warnings.extend(adjustments.iter().filter_map(|adjustment| {
                let since = adjustment.since?;
                let days = Days::new(since, settled.end).within(window.days).len();
                (days > 0).then_some(Warning::AdjustmentInWindow { since, days })
            }));
        }
        warnings
    }
}

/// Figures of a client as if its recurring charges were none of its usual cost (rule: recurring charge).
struct Usual {
    /// The days to come, with each charge on its own day; `None` without a charge.
    coming: Option<Vec<ComingDay>>,
    /// The change of pace.
    change_of_pace: Option<Amount>,
}

impl Usual {
    fn of(
        statement: &Statement,
        basis: &Basis<'_>,
        series: &DailySeries,
        future: Days,
        adjustments: &[Adjustment],
    ) -> Self {
        let charges = &statement.recurring;
        if charges.is_empty() {
            return Self {
                coming: None,
                change_of_pace: basis.change_of_pace(),
            };
        }
        let days = charges
            .iter()
            .flat_map(|charge| charge.days.iter().copied());
        let usual = series.leaving_out(days);
        let basis = Basis::new(&usual);
        let profile = basis.profile(statement.method, future.len());
        Self {
            coming: profile
                .map(|profile| coming(series, Some(&profile), charges, future, adjustments)),
            change_of_pace: basis.change_of_pace(),
        }
    }
}

/// Returns the consumption before the days that are asked for.
fn opening(contract: &Contract) -> Amount {
    contract
        .opening
        .as_ref()
        .map(|opening| opening.amount.clone())
        .unwrap_or_default()
}

/// Returns the running sum through each future day of `coming`; it begins with the `top_up` of the days before
/// `as_of`.
fn cumulative(top_up: &Amount, coming: &[ComingDay], as_of: Day) -> CumulativeForecast {
    let mut sum = top_up.clone();
    let through = |coming: &ComingDay| {
        sum += coming.cost.as_ref()?;
        Some((coming.day, sum.clone()))
    };
    let future = coming.iter().filter(|coming| coming.day >= as_of);
    CumulativeForecast {
        top_up: top_up.clone(),
        running: future.filter_map(through).collect(),
    }
}

/// Returns the warnings about a forecast from this window (rule: warnings); `without` computes the forecast
/// without a day. No recurring charge is a spike.
fn window_warnings(
    series: &DailySeries,
    window: Window,
    recurring: &[RecurringCharge],
    without: impl Fn(Day) -> Option<Amount>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let length = window.known;
    if length < LONG_WINDOW {
        warnings.push(Warning::ShortWindow { days: length });
    } else {
        let rows = || series.averaged_rows(window.days);
        let sum = rows().map(|(_, amount)| amount).sum::<Amount>().abs();
        let recurs = |day: Day| recurring.iter().any(|charge| charge.days.contains(&day));
        let largest = rows()
            .filter(|(day, _)| !recurs(*day))
            .max_by(|(_, a), (_, b)| a.abs().cmp(&b.abs()));
        if let Some((day, amount)) = largest
            && amount.abs().times(5) > sum
            && let Some(forecast_without) = without(day)
        {
            warnings.push(Warning::SpikeInWindow {
                day,
                amount: amount.clone(),
                forecast_without,
            });
        }
    }
    let mut with_rows = [0; 7];
    series
        .averaged_rows(window.days)
        .for_each(|(day, _)| with_rows[weekday(day)] += 1);
    let (mut of, mut missing) = (0, 0);
    let known = averaged_weekdays(series, window.days);
    for (days, with_rows) in known.into_iter().zip(with_rows) {
        if with_rows > 0 {
            of += days;
            missing += days - with_rows;
        }
    }
    if missing * 10 > of {
        warnings.push(Warning::DaysWithoutRows { missing, of });
    }
    warnings
}
