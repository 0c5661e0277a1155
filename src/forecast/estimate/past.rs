//! A history seen from one of its days: what the methods estimate from.

use std::array;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use super::History;
use super::method::recent::HALF_LIVES;
use super::method::weeks::Smoother;
use super::method::{METHODS, Method, Profile};
use super::sums::{LISTS, WeeklySums};
use crate::calendar::two_months_before;

/// Known days without which a test on the past compares nothing.
const LEAST_KNOWN: usize = 21;

/// Costs and known days of a history, summed by weekday for any days of it.
#[derive(Debug)]
struct Sums {
    /// Weight of each day of a week, the last day first.
    of_day: [f64; 7],
    costs: WeeklySums,
    /// Sums of 1 for each known day; `None` if all are.
    known: Option<WeeklySums>,
    /// Weight of so many weeks of known days.
    whole: [f64; 1 << LISTS],
}

impl Sums {
    /// Makes the sums of `history`. A day counts half as much as the day `half_life` days after it; all days count the
    /// same without a half-life.
    fn new(history: &History, half_life: Option<f64>) -> Self {
        let fading =
            |days: usize| half_life.map_or(1.0, |half_life| libm::exp2(-(days as f64) / half_life));
        let fade = fading(7);
        let known = || {
            let known = history.gaps.windows(2);
            let known = known.map(|gaps| if gaps[0] == gaps[1] { 1.0 } else { 0.0 });
            WeeklySums::new(known.collect(), fade)
        };
        let (mut sum, mut weight) = (0.0, 1.0);
        let whole = array::from_fn(|_| {
            let before = sum;
            sum += weight;
            weight *= fade;
            before
        });
        let is_whole = history.known(0..history.len()) == history.len();
        Self {
            of_day: array::from_fn(fading),
            costs: WeeklySums::new(history.values.clone(), fade),
            known: (!is_whole).then(known),
            whole,
        }
    }

    /// Returns the weight of the known days of `count` weeks back from `last`.
    fn known(&self, last: usize, count: usize) -> f64 {
        let whole = || self.whole.get(count).copied().unwrap_or_default();
        let known = self.known.as_ref();
        known.map_or_else(whole, |known| known.sum(last, count))
    }

    /// Returns the sums of the days `from..until` by weekday: their costs, and the known ones among them.
    fn by_weekday(&self, history: &History, from: usize, until: usize) -> [Profile; 2] {
        let (mut costs, mut known) = ([0.0; 7], [0.0; 7]);
        let first = history.weekday_of(until) + 6;
        for (back, of_day) in self.of_day.into_iter().enumerate() {
            let Some(last) = until.checked_sub(1 + back).filter(|last| *last >= from) else {
                break;
            };
            let (weeks, weekday) = ((last - from) / 7 + 1, (first - back) % 7);
            costs[weekday] = of_day * self.costs.sum(last, weeks);
            known[weekday] = of_day * self.known(last, weeks);
        }
        [costs, known]
    }
}

/// Errors of tests by the method's index and the test's first day; `None` of a test with too few known days.
type Errors = HashMap<(usize, usize), Option<f64>>;

/// Maker of estimates from one history; it keeps the sums that they share.
#[derive(Debug)]
pub(super) struct Estimator<'h> {
    pub(super) history: &'h History,
    plain: Sums,
    /// Cost of the seven days from each day on.
    weeks: Vec<f64>,
    fading: [OnceCell<Sums>; HALF_LIVES.len()],
    /// Errors of the bands' tests that do not depend on where the past begins.
    pub(super) tests: RefCell<Errors>,
    /// State of the method `weeks` after its last estimate.
    pub(super) smoother: RefCell<Option<Smoother>>,
}

impl<'h> Estimator<'h> {
    /// Makes an estimator of `history`.
    pub(super) fn new(history: &'h History) -> Self {
        Self {
            history,
            plain: Sums::new(history, None),
            weeks: history.values.windows(7).map(week).collect(),
            fading: [const { OnceCell::new() }; HALF_LIVES.len()],
            tests: RefCell::new(HashMap::new()),
            smoother: RefCell::new(None),
        }
    }

    /// Returns the cost of the week from the `from`th day on.
    pub(super) fn week(&self, from: usize) -> f64 {
        self.weeks.get(from).copied().unwrap_or_default()
    }

    /// Returns the cost of the known days of `from..until`.
    fn sum(&self, from: usize, until: usize) -> f64 {
        let (mut sum, mut day) = (0.0, from);
        while day + 7 <= until {
            sum += self.week(day);
            day += 7;
        }
        sum + self.history.sum(day, until)
    }

    /// Returns the days `from..until`, for estimates of the `left` days from the `until`th on.
    pub(super) fn past(&self, from: usize, until: usize, left: u32) -> Past<'_> {
        Past {
            estimator: self,
            from,
            until,
            left,
            profiles: [const { OnceCell::new() }; METHODS],
            actual: OnceCell::new(),
        }
    }

    /// Returns the mean cost of a known day by weekday; a weekday without one takes the mean of all.
    fn means(&self, from: usize, until: usize) -> Profile {
        let [costs, known] = self.plain.by_weekday(self.history, from, until);
        means(costs, known)
    }

    /// Returns the means as [`Self::means`], without the days on which a recurring charge came.
    fn usual_means(&self, from: usize, until: usize) -> Profile {
        let charges = self.history.charges_before(until);
        if charges.is_empty() {
            return self.means(from, until);
        }
        let (mut costs, mut known) = ([0.0; 7], [0.0; 7]);
        for n in (from..until).filter(|n| self.history.is_known(*n) && !charges.contains(n)) {
            let weekday = self.history.weekday_of(n);
            costs[weekday] += self.history.values[n];
            known[weekday] += 1.0;
        }
        means(costs, known)
    }
}

/// Returns the sum of seven values.
fn week(days: &[f64]) -> f64 {
    let mut sum = 0.0;
    for cost in days {
        sum += cost;
    }
    sum
}

fn means(costs: [f64; 7], known: [f64; 7]) -> Profile {
    let days = week(&known);
    let overall = if days > 0.0 { week(&costs) / days } else { 0.0 };
    array::from_fn(|n| {
        if known[n] > 0.0 {
            costs[n] / known[n]
        } else {
            overall
        }
    })
}

/// The days of a history that an estimate is made from, and the days that it is for.
#[derive(Debug)]
pub(super) struct Past<'e> {
    pub(super) estimator: &'e Estimator<'e>,
    pub(super) from: usize,
    pub(super) until: usize,
    /// Number of days to estimate, from the `until`th on.
    pub(super) left: u32,
    profiles: [OnceCell<Profile>; METHODS],
    /// Cost of the known days to estimate.
    actual: OnceCell<f64>,
}

impl Past<'_> {
    /// Returns the cost of one day by `method`.
    pub(super) fn profile(&self, method: Method) -> Profile {
        let made = || method.estimate(self);
        let kept = method.place().and_then(|place| self.profiles.get(place));
        kept.map_or_else(made, |kept| *kept.get_or_init(made))
    }

    /// Returns the cost of the days to estimate, by `profile`.
    pub(super) fn total(&self, profile: &Profile) -> f64 {
        self.estimator.history.total(profile, self.until, self.left)
    }

    /// Returns the means of the last `days`.
    pub(super) fn means_of_last(&self, days: usize) -> Profile {
        self.estimator.means(self.start(days), self.until)
    }

    /// Returns the means of the last two calendar months.
    pub(super) fn means_of_two_months(&self) -> Profile {
        self.estimator.means(self.start_of_two_months(), self.until)
    }

    /// Returns the sums of the last `days` by weekday, with the `place`th half-life: costs, and known days.
    pub(super) fn faded(&self, place: usize, days: usize) -> [Profile; 2] {
        let history = self.estimator.history;
        let unkept = OnceCell::new();
        let sums = self.estimator.fading.get(place).unwrap_or(&unkept);
        sums.get_or_init(|| Sums::new(history, HALF_LIVES.get(place).copied()))
            .by_weekday(history, self.start(days), self.until)
    }

    /// Returns the costs of the days to estimate by the last `days` and by the last two months, without the days on
    /// which a recurring charge came.
    pub(super) fn usual_totals(&self, days: usize) -> [f64; 2] {
        [self.start(days), self.start_of_two_months()]
            .map(|from| self.total(&self.estimator.usual_means(from, self.until)))
    }

    /// Returns what the days to estimate cost by `profile`, and what they did cost. Only known days count, and `None`
    /// is returned if they are too few to compare.
    pub(super) fn outcome(&self, profile: &Profile) -> Option<[f64; 2]> {
        let history = self.estimator.history;
        let days = self.until..(self.until + self.left as usize).min(history.len());
        if history.known(days.clone()) < LEAST_KNOWN {
            return None;
        }
        let sum = || self.estimator.sum(days.start, days.end);
        let actual = *self.actual.get_or_init(sum);
        if history.known(days.clone()) == self.left as usize {
            return Some([self.total(profile), actual]);
        }
        let known = days.filter(|n| history.is_known(*n));
        let expected = known.map(|n| profile[history.weekday_of(n)]);
        Some([expected.sum(), actual])
    }

    fn start(&self, days: usize) -> usize {
        self.until.saturating_sub(days).max(self.from)
    }

    fn start_of_two_months(&self) -> usize {
        let history = self.estimator.history;
        let start = two_months_before(history.day(self.until)) - history.first;
        usize::try_from(start.num_days())
            .unwrap_or(0)
            .max(self.from)
    }
}
