//! One client's figures (rules 3 to 10 and 14).

use std::array;

use crate::calendar::{Day, Days, Month, plus_days, weekday};
use crate::contract::Contract;
use crate::failure::Warning;
use crate::forecast::{
    ComingDay, Forecast, WeekdayProfile, coming, count_weekdays, weekday as weekday_mean,
};
use crate::money::{Amount, Currency};
use crate::series::DailySeries;

/// Days that may pass from the contract's start to its first data before history counts as lost.
const LONGEST_SILENT_START: i64 = 35;
/// Age of a contract, in days, from which the service may have forgotten its first days.
const SERVICE_MEMORY: i64 = 365;
/// Per cent of the credit within which the projected total counts as equal to it.
const BORDERLINE_PERCENT: u32 = 2;
/// Days from which an averaging window counts as long enough.
const LONG_WINDOW: u32 = 28;

/// Where a contract stands; the first that fits (rule 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Situation {
    /// The contract has not begun.
    NotStarted,
    /// It has begun, and the service has nothing of it.
    NoData,
    /// The service no longer has its first days.
    IncompleteHistory,
    /// It is over.
    Ended,
    /// It has no credit: pay as you go.
    NoCredit,
    /// More is consumed than was bought.
    Spent,
    /// There is nothing to average yet.
    NoForecast,
    /// The projected total is the credit, or nearly.
    Borderline,
    /// The credit will not last.
    RunsOut,
    /// Credit will be left over.
    LeftOver,
    /// The credit will last, and little be left.
    Within,
}

impl Situation {
    /// All of them, worst first, as the portfolio is sorted.
    pub const BY_SEVERITY: [Self; 11] = [
        Self::Spent,
        Self::RunsOut,
        Self::NoData,
        Self::IncompleteHistory,
        Self::Borderline,
        Self::LeftOver,
        Self::Within,
        Self::NoForecast,
        Self::NoCredit,
        Self::NotStarted,
        Self::Ended,
    ];

    /// The fixed word of machine forms and of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotStarted => "nao_iniciado",
            Self::NoData => "sem_dados",
            Self::IncompleteHistory => "historico_incompleto",
            Self::Ended => "encerrado",
            Self::NoCredit => "sem_credito",
            Self::Spent => "esgotado",
            Self::NoForecast => "sem_previsao",
            Self::Borderline => "no_limite",
            Self::RunsOut => "vai_esgotar",
            Self::LeftOver => "vai_sobrar",
            Self::Within => "dentro",
        }
    }

    /// Whether what is known is too little for a balance (rule 9).
    pub fn lacks_data(self) -> bool {
        matches!(self, Self::NoData | Self::IncompleteHistory)
    }

    /// Its place in [`Self::BY_SEVERITY`]; after the six bad ones all are equal.
    pub fn severity(self) -> usize {
        Self::BY_SEVERITY
            .iter()
            .position(|other| *other == self)
            .unwrap_or_default()
            .min(6)
    }
}

/// One client's figures as of a day, all in one currency.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What was bought.
    pub contract: Contract,
    /// The currency of every amount, if anything says it.
    pub currency: Option<Currency>,
    /// The day it is seen from.
    pub as_of: Day,
    /// Where the contract stands.
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
    /// What is still to come.
    pub forecast: Option<Amount>,
    /// The part of it that provisional days lack.
    pub top_up: Option<Amount>,
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
    /// What the running month will have cost.
    pub month_estimate: Option<Amount>,
    /// The months with days before the as-of day.
    pub months: Vec<MonthLine>,
    /// The days that the averages are taken from.
    pub window: Option<Window>,
    /// Each weekday, Monday first.
    pub weekdays: [WeekdayLine; 7],
    /// Each day asked for.
    pub daily: Vec<DayLine>,
    /// Each day that is still to cost something: those not settled, and those to come.
    pub coming: Vec<ComingDay>,
    /// What the reader must know.
    pub warnings: Vec<Warning>,
}

/// A month of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthLine {
    /// Which.
    pub month: Month,
    /// What is booked on its days; `None` where the service has forgotten the whole month.
    pub consumption: Option<Amount>,
    /// Its days before the as-of day that were asked for.
    pub days: u32,
    /// Consumption by those days.
    pub mean: Option<Amount>,
    /// Daily mean of its settled days against that of the month before, in per cent.
    pub change: Option<Amount>,
    /// Its contract days in all, where the as-of day is among them.
    pub running: Option<u32>,
}

/// The days that averages are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Which.
    pub days: Days,
    /// How many of them have no row.
    pub missing: u32,
}

/// A weekday's average and forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeekdayLine {
    /// What such a day costs.
    pub mean: Option<Amount>,
    /// Such days from the as-of day to the contract's end.
    pub days: u32,
    /// What they will cost.
    pub forecast: Option<Amount>,
}

/// A day that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayLine {
    /// Which.
    pub day: Day,
    /// What is booked; `None` where nothing is and more may come.
    pub cost: Option<Amount>,
    /// Whether it is complete.
    pub settled: bool,
}

impl Statement {
    /// The figures of `contract` over its `series`, where `settle` days before the as-of day are not
    /// settled and over `surplus_percent` of the credit left is [`Situation::LeftOver`].
    pub fn new(
        contract: &Contract,
        series: &DailySeries,
        settle: u32,
        surplus_percent: &Amount,
    ) -> Self {
        let term = contract.days();
        let future = Days::new(series.as_of, term.end).within(term);
        let standing = standing(contract, series, settle);

        let has_data = standing != Some(Situation::NoData);
        let known_from = match standing {
            Some(Situation::NoData) => Day::MAX,
            Some(Situation::IncompleteHistory) => series.first().unwrap_or(Day::MAX),
            _ => Day::MIN,
        };
        let consumption = has_data.then(|| &series.sum(series.asked) + &opening(contract));
        let profile = weekday_mean::means(series, known_from, None);
        let foreseeable = !matches!(
            standing,
            Some(Situation::NotStarted | Situation::NoData | Situation::IncompleteHistory)
        );
        let coming = coming(series, profile.as_ref().filter(|_| foreseeable), future);
        let forecast = Forecast::of(&coming, series.as_of).filter(|_| foreseeable);
        let total = forecast.as_ref().map(Forecast::total);
        let projected = consumption
            .as_ref()
            .zip(total.as_ref())
            .map(|(spent, rest)| spent + rest);

        let credit = Some(&contract.credit).filter(|credit| !credit.is_zero());
        let answerable = credit.filter(|_| !standing.is_some_and(Situation::lacks_data));
        let left_after =
            |spent: Option<&Amount>| answerable.zip(spent).map(|(credit, spent)| credit - spent);
        let balance = left_after(consumption.as_ref());
        let remainder = left_after(projected.as_ref());

        let mut statement = Self {
            contract: contract.clone(),
            currency: series.currency,
            as_of: series.as_of,
            situation: standing.unwrap_or_else(|| {
                outlook(
                    &contract.credit,
                    balance.as_ref(),
                    remainder.as_ref(),
                    surplus_percent,
                )
            }),
            data_through: series.last(),
            settled_through: series.settled().last().filter(|_| has_data),
            provisional: has_data.then(|| series.sum(series.provisional())),
            credit_percent: answerable
                .zip(consumption.as_ref())
                .and_then(|(credit, spent)| spent.percent_of(credit)),
            runs_out: None,
            elapsed: term.len() - future.len(),
            left: future.len(),
            term_percent: credit.and_then(|_| {
                Amount::from(term.len() - future.len()).percent_of(&Amount::from(term.len()))
            }),
            pace: profile.as_ref().map(|profile| profile.overall.clone()),
            target_pace: balance
                .as_ref()
                .filter(|balance| balance.is_positive())
                .and_then(|balance| balance.mean(future.len())),
            month_estimate: None,
            months: if has_data {
                months(contract, series, known_from)
            } else {
                Vec::new()
            },
            window: profile.as_ref().map(|profile| window(series, profile)),
            weekdays: weekday_lines(profile.as_ref(), forecast.as_ref(), future),
            daily: daily(series, known_from),
            coming,
            warnings: Vec::new(),
            balance,
            top_up: forecast.as_ref().map(|forecast| forecast.top_up.clone()),
            surplus: remainder.clone().map(Amount::or_zero),
            shortfall: remainder.map(|remainder| (-remainder).or_zero()),
            projected,
            forecast: total,
            consumption,
        };
        statement.runs_out = statement.runs_out(series);
        statement.month_estimate = statement.month_estimate(series);
        statement.warnings = statement.warnings(series, settle, future);
        statement
    }

    /// Whether every figure that totals are made of is known (rule 11).
    pub fn in_totals(&self) -> bool {
        use Situation::{Borderline, LeftOver, RunsOut, Spent, Within};
        matches!(
            self.situation,
            Spent | Borderline | RunsOut | LeftOver | Within
        ) && self.forecast.is_some()
    }

    /// The first day on which the running sum exceeds the credit (rule 6).
    fn runs_out(&self, series: &DailySeries) -> Option<Day> {
        let (consumption, credit) = (self.consumption.as_ref()?, &self.contract.credit);
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
                    (sum > *credit).then_some(day)
                });
        }
        self.forecast.as_ref()?;
        let (mut sum, mut exceeded) = (consumption.clone(), false);
        self.coming.iter().find_map(|coming| {
            sum += coming.cost.as_ref()?;
            exceeded |= sum > *credit;
            // What provisional days lack is seen on the as-of day at the earliest.
            (exceeded && coming.day >= self.as_of).then_some(coming.day)
        })
    }

    /// What the month of the as-of day will have cost by its end, or the contract's.
    fn month_estimate(&self, series: &DailySeries) -> Option<Amount> {
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
        let coming = self
            .coming
            .iter()
            .filter(|coming| month.contains(coming.day))
            .filter_map(|coming| coming.cost.as_ref());
        Some(&booked + &coming.sum::<Amount>())
    }

    fn warnings(&self, series: &DailySeries, settle: u32, future: Days) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Some(currency) = self.currency.filter(|_| series.currency_assumed) {
            warnings.push(Warning::CurrencyAssumed(currency));
        }
        if let Some(start) = SilentStart::of(&self.contract, series)
            && (start.long || (start.old && start.first > self.contract.start))
        {
            warnings.push(Warning::SilentStart { first: start.first });
        }
        if series.blank_days > 0 {
            warnings.push(Warning::BlankCurrency {
                days: series.blank_days,
            });
        }
        let provisional = series.provisional();
        let overdue = provisional.start < plus_days(self.as_of, -i64::from(settle));
        if self.consumption.is_some() && !provisional.is_empty() && overdue {
            warnings.push(Warning::NoRecentData {
                last: self.data_through,
            });
        }
        let to_come = !future.is_empty() || !provisional.is_empty();
        if let Some(window) = self.window.filter(|_| self.forecast.is_some() && to_come) {
            warnings.extend(window_warnings(series, window, future));
        }
        warnings
    }
}

/// What was consumed before the days that are asked for.
fn opening(contract: &Contract) -> Amount {
    contract
        .opening
        .as_ref()
        .map(|opening| opening.amount.clone())
        .unwrap_or_default()
}

/// How a contract's data begin, where no opening balance stands for the days before them.
struct SilentStart {
    /// The first day with data.
    first: Day,
    /// Whether it comes later than a customer takes to begin.
    long: bool,
    /// Whether the service may have forgotten the contract's first days.
    old: bool,
}

impl SilentStart {
    fn of(contract: &Contract, series: &DailySeries) -> Option<Self> {
        let first = series.first().filter(|_| contract.opening.is_none())?;
        Some(Self {
            first,
            long: (first - contract.start).num_days() > LONGEST_SILENT_START,
            old: (series.as_of - contract.start).num_days() > SERVICE_MEMORY,
        })
    }
}

/// The situations that the terms and the data decide, before any forecast.
fn standing(contract: &Contract, series: &DailySeries, settle: u32) -> Option<Situation> {
    let as_of = series.as_of;
    if as_of < contract.start {
        return Some(Situation::NotStarted);
    }
    let begun_for = (series.known_until - contract.first_asked()).num_days();
    if series.first().is_none() && !series.asked.is_empty() && begun_for > i64::from(settle) {
        return Some(Situation::NoData);
    }
    if SilentStart::of(contract, series).is_some_and(|start| start.long && start.old) {
        return Some(Situation::IncompleteHistory);
    }
    if as_of > contract.end {
        return Some(Situation::Ended);
    }
    contract.credit.is_zero().then_some(Situation::NoCredit)
}

/// The situations that balance and projected remainder decide.
fn outlook(
    credit: &Amount,
    balance: Option<&Amount>,
    remainder: Option<&Amount>,
    surplus_percent: &Amount,
) -> Situation {
    if balance.is_some_and(Amount::is_negative) {
        return Situation::Spent;
    }
    let Some(remainder) = remainder else {
        return Situation::NoForecast;
    };
    // Compared a hundredfold, so that no division rounds.
    let hundredfold = remainder.times(100);
    if hundredfold.abs() <= credit.times(BORDERLINE_PERCENT.into()) {
        Situation::Borderline
    } else if remainder.is_negative() {
        Situation::RunsOut
    } else if hundredfold > credit.multiplied(surplus_percent) {
        Situation::LeftOver
    } else {
        Situation::Within
    }
}

/// The months that the days asked for are in; nothing is known of days before `known_from`.
fn months(contract: &Contract, series: &DailySeries, known_from: Day) -> Vec<MonthLine> {
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
        // A month of which a part is forgotten has no mean.
        let whole = days.start >= known_from;
        let settled_mean = series.sum(settled).mean(settled.len()).filter(|_| whole);
        let change = settled_mean
            .as_ref()
            .zip(
                settled_before
                    .as_ref()
                    .filter(|before| before.is_positive()),
            )
            .and_then(|(mean, before)| (mean - before).percent_of(before));
        let consumption = (days.end > known_from).then(|| series.sum(days));
        lines.push(MonthLine {
            month,
            mean: consumption
                .as_ref()
                .filter(|_| whole)
                .and_then(|sum| sum.mean(days.len())),
            consumption,
            days: days.len(),
            change,
            running: (running == Some(month)).then(|| month.days().within(not_opening).len()),
        });
        settled_before = settled_mean;
        rest = Days::new(days.end, series.asked.end);
    }
    lines
}

fn window(series: &DailySeries, profile: &WeekdayProfile) -> Window {
    let with_rows = u32::try_from(series.rows(profile.window).count()).unwrap_or(u32::MAX);
    Window {
        days: profile.window,
        missing: profile.window.len().saturating_sub(with_rows),
    }
}

fn weekday_lines(
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

/// The days asked for; a settled one without a row cost nothing, unless it lies before `known_from`.
fn daily(series: &DailySeries, known_from: Day) -> Vec<DayLine> {
    let line = |day| {
        let settled = series.settled().contains(day);
        let nothing = || (settled && day >= known_from).then(Amount::zero);
        DayLine {
            day,
            cost: series.booked(day).cloned().or_else(nothing),
            settled,
        }
    };
    series.asked.iter().map(line).collect()
}

/// What makes a forecast from this window doubtful (rule 14).
fn window_warnings(series: &DailySeries, window: Window, future: Days) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let length = window.days.len();
    if length < LONG_WINDOW {
        warnings.push(Warning::ShortWindow { days: length });
    } else {
        let sum = series.sum(window.days).abs();
        let largest = series
            .rows(window.days)
            .max_by(|(_, a), (_, b)| a.abs().cmp(&b.abs()));
        if let Some((day, amount)) = largest
            && amount.abs().times(5) > sum
            && let Some(profile) = weekday_mean::means(series, Day::MIN, Some(day))
            && let Some(without) =
                Forecast::of(&coming(series, Some(&profile), future), series.as_of)
        {
            let forecast_without = without.total();
            warnings.push(Warning::SpikeInWindow {
                day,
                amount: amount.clone(),
                forecast_without,
            });
        }
    }
    let mut with_rows = [0; 7];
    series
        .rows(window.days)
        .for_each(|(day, _)| with_rows[weekday(day)] += 1);
    let (mut of, mut missing) = (0, 0);
    for (days, with_rows) in count_weekdays(window.days).into_iter().zip(with_rows) {
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
