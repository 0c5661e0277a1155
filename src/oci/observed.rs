//! Evidence for the assumptions in the answers of one client: counts and largest numbers, under fixed words.
//!
//! An answer is looked at a second time for it, apart from the reading that figures come from, and only where a
//! run asks for the service report. No text of an answer is kept for the report.

mod query;
mod sight;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, RETRY_AFTER};

pub(super) use self::query::ObservedQuery;
pub(crate) use self::sight::Sight;
use crate::calendar::{Day, Days, Month};
use crate::failure::Answer;
use crate::money::Amount;

/// Months and days that are compared are equal up to one in so many.
const TOLERANCE: i64 = 100;

/// The numbers of each sight that was seen.
pub(crate) type SightNumbers = BTreeMap<Sight, u64>;

/// The observations of one client's requests.
#[derive(Debug)]
pub(crate) struct Observed {
    as_of: Day,
    state: Mutex<Observations>,
}

#[derive(Debug, Default)]
struct Observations {
    numbers: SightNumbers,
    /// The recent DAILY ranges, with whether they were answered.
    ranges: Vec<(Days, bool)>,
    /// The days that were answered, and what each of them cost in all currencies.
    days: BTreeMap<Day, Amount>,
    /// The MONTHLY ranges that were answered, and what each of their months cost.
    months: Vec<(Days, BTreeMap<Month, Amount>)>,
    unknown: BTreeSet<String>,
}

impl Observations {
    fn see(&mut self, sight: Sight, number: u64) {
        let known = self.numbers.entry(sight);
        known
            .and_modify(|known| *known = sight.measure().joined(*known, number))
            .or_insert(number);
    }
}

impl Observed {
    /// Observes a client that is seen from `as_of`.
    pub(crate) fn new(as_of: Day) -> Self {
        Self {
            as_of,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, Observations> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes `sight` once more.
    pub(crate) fn see(&self, sight: Sight) {
        self.state().see(sight, 1);
    }

    /// Notes an answer with 200; `clock` is the difference of the clocks in seconds, if the answer had a date.
    pub(super) fn answered(&self, clock: Option<i64>) {
        let mut state = self.state();
        state.see(Sight::Accepted, 1);
        match clock {
            Some(seconds) => state.see(Sight::ClockAccepted, seconds.unsigned_abs()),
            None => state.see(Sight::DateMissing, 1),
        }
    }

    /// Notes an answer other than 200.
    pub(super) fn refused(&self, answer: &Answer, headers: &HeaderMap) {
        let mut state = self.state();
        let status = match answer.status {
            400 => Sight::Status400,
            401 => Sight::Status401,
            403 => Sight::Status403,
            404 => Sight::Status404,
            429 => Sight::Status429,
            500..=599 => Sight::Status5xx,
            _ => Sight::OtherStatus,
        };
        state.see(status, 1);
        match (answer.code.is_empty(), answer.status) {
            (false, _) => state.see(Sight::CodeThere, 1),
            (true, status) => {
                state.see(Sight::CodeMissing, 1);
                if status == 404 {
                    state.see(Sight::CodeMissing404, 1);
                }
            }
        }
        let mut waits = headers.get_all(RETRY_AFTER).iter();
        let wait = match waits.next().map(|wait| wait.to_str().map(str::trim)) {
            None if matches!(answer.status, 429 | 503) => Sight::WaitAbsent,
            None => return,
            Some(Ok(text)) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                Sight::WaitSeconds
            }
            Some(Ok(text)) if httpdate::parse_http_date(text).is_ok() => Sight::WaitDate,
            Some(_) => Sight::WaitOther,
        };
        state.see(wait, 1);
        if waits.next().is_some() {
            state.see(Sight::WaitTwice, 1);
        }
    }

    /// Begins to observe the pages of one request for `window`.
    pub(super) fn query(
        &self,
        window: Days,
        monthly: bool,
        limit: Option<usize>,
    ) -> ObservedQuery<'_> {
        ObservedQuery::new(self, window, monthly, limit)
    }

    /// Returns all that was seen.
    pub(crate) fn numbers(&self) -> SightNumbers {
        let state = self.state();
        let mut all = Observations {
            numbers: state.numbers.clone(),
            ..Observations::default()
        };
        let answered = state.ranges.iter().filter(|(_, answered)| *answered);
        let longest = answered
            .map(|(days, _)| days.len())
            .max()
            .unwrap_or_default();
        for (days, _) in state.ranges.iter().filter(|(_, answered)| !answered) {
            match days.len() {
                length if length > longest => {
                    all.see(Sight::DailyShortestRefused, u64::from(length));
                }
                _ => all.see(Sight::WindowRefused, 1),
            }
        }
        let mut whole = BTreeMap::new();
        for (range, sums) in &state.months {
            let is_whole = |month: &Month| month.days().within(*range) == month.days();
            whole.extend(sums.iter().filter(|(month, _)| is_whole(month)));
        }
        for (month, sum) in &whole {
            compare_days(&mut all, &state.days, month.days(), sum);
        }
        for (part, sums) in &state.months {
            let month = Month::of(part.start);
            if part.start > month.days().start
                && let (Some(sum), Some(of_part)) = (whole.get(&month), sums.get(&month))
            {
                compare_part(&mut all, &state.days, (*part, of_part), sum);
            }
        }
        if !state.unknown.is_empty() {
            let names = u64::try_from(state.unknown.len()).unwrap_or(u64::MAX);
            all.see(Sight::UnknownNames, names);
        }
        all.numbers
    }
}

/// Returns the cost of `wanted`, where every day of it was answered.
fn cost(days: &BTreeMap<Day, Amount>, wanted: Days) -> Option<Amount> {
    let mut sum = Amount::zero();
    for day in wanted.iter() {
        sum += days.get(&day)?;
    }
    Some(sum)
}

fn about_equal(a: &Amount, b: &Amount) -> bool {
    (a - b).abs().times(TOLERANCE) <= a.abs()
}

/// Compares a whole month's `sum` with its days.
fn compare_days(seen: &mut Observations, days: &BTreeMap<Day, Amount>, month: Days, sum: &Amount) {
    if let Some(cost) = cost(days, month) {
        seen.see(
            match about_equal(sum, &cost) {
                true => Sight::MonthAsDays,
                false => Sight::MonthNotAsDays,
            },
            1,
        );
    }
}

/// Compares the answer for a month that was asked for from its middle with the month's whole `sum`, if the days
/// before the middle cost something.
fn compare_part(
    seen: &mut Observations,
    days: &BTreeMap<Day, Amount>,
    (part, of_part): (Days, &Amount),
    sum: &Amount,
) {
    let month = Month::of(part.start).days();
    let before = cost(days, Days::new(month.start, part.start));
    let Some(before) = before.filter(|before| !about_equal(sum, &(sum - before))) else {
        return;
    };
    let sight = if about_equal(of_part, sum) {
        Sight::WholeCost
    } else if about_equal(&(of_part + &before), sum) {
        Sight::PartOfCost
    } else {
        Sight::OtherCost
    };
    seen.see(sight, 1);
}
