//! The judgement of every asked day: what the service's answers, the stored
//! days and the service's monthly sums say together.
//!
//! The age of a day counts at the moment of asking, by the service's clock. A
//! day from the oldest row of the run's answers on is young whatever its age:
//! the service evidently remembers so far back.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{Coverage, FORGOTTEN_AFTER, FORGOTTEN_FROM, LATE_FOR};
use super::ledger::Ledger;
use crate::calendar::{Day, Days, Month, plus_days};
use crate::money::{Amount, Currency};

/// Days without a row in a row from which a larger monthly sum means that the answer has a hole.
const HOLE: u32 = 7;
/// Whole months that one MONTHLY request asks for: at most 366 days.
const MONTHS_CHECKED: u32 = 12;

/// The days of a tenancy that a store has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredDays {
    /// The booked cost.
    pub ledger: Ledger,
    /// Days asked for, and the times of the requests.
    pub coverage: Coverage,
}

/// The service's answer for a range of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RangeAnswer {
    /// The days that were asked for and answered.
    pub days: Vec<Days>,
    /// The days that the service refused as too old.
    pub refused: Vec<Days>,
    /// The booked cost.
    pub ledger: Ledger,
    /// The day of the oldest row, with money or without: the service remembers that day.
    pub oldest_row: Option<Day>,
}

impl RangeAnswer {
    /// Adds the answer for `days`.
    pub(crate) fn add(&mut self, days: Days, ledger: &Ledger, oldest_row: Option<Day>) {
        self.days.push(days);
        self.ledger.merge(ledger);
        self.oldest_row = self.oldest_row.into_iter().chain(oldest_row).min();
    }
}

/// The service's own sums of whole months.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MonthlySums {
    /// The months that were asked for; empty where none were, or where the answer is of no use.
    pub months: Vec<Month>,
    /// The sum of each month that has money, by currency.
    pub sums: BTreeMap<(Month, Option<Currency>), Amount>,
}

/// A month whose days do not add up to the service's own sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The month.
    pub month: Month,
    /// The sum of its days.
    pub days: Amount,
    /// The service's sum.
    pub sum: Amount,
}

impl Difference {
    /// Returns whether the service's sum is over one per cent larger.
    fn is_hole(&self) -> bool {
        let excess = &self.sum - &self.days;
        excess.is_positive() && excess.times(100) > self.days.abs()
    }
}

/// A month whose settled days the service has changed since they were stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restatement {
    /// The month.
    pub month: Month,
    /// The stored sum of the compared days.
    pub before: Amount,
    /// The sum of the same days now.
    pub after: Amount,
}

/// The judgement of the days of one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Judged {
    /// The booked cost of the wanted days.
    pub ledger: Ledger,
    /// The asked days that this run's answers settle: booked or idle.
    pub answered: Vec<Days>,
    /// The asked days that neither answers nor store know.
    pub unanswered: Vec<Days>,
    /// All wanted days that are unknown.
    pub unknown: Vec<Days>,
    /// The first and last day whose stored cost stays although the service says nothing of it.
    pub kept: Option<Days>,
    /// Months that do not add up.
    pub differences: Vec<Difference>,
}

/// Returns the whole months of `wanted` whose sums can be compared on `today`, at most a year of them.
pub(crate) fn months_to_check(wanted: Days, today: Day) -> Vec<Month> {
    let this = Month::of(today);
    let past = Days::new(this.earlier(MONTHS_CHECKED).days().start, this.days().start);
    let months = wanted.within(past).months().into_iter();
    months
        .filter(|month| month.days().within(wanted) == month.days())
        .collect()
}

/// The evidence of one client and one run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    /// The contract days that figures need.
    pub wanted: Days,
    /// The service's day at the moment of asking.
    pub today: Day,
    /// The stored days.
    pub stored: &'a StoredDays,
    /// The answers, later ones over earlier ones.
    pub answers: &'a [RangeAnswer],
    /// The monthly sums.
    pub monthly: &'a MonthlySums,
}

impl Evidence<'_> {
    /// Returns the days to ask for once more in this run: those of the months that do not add up in `judged`, the
    /// judgement of this evidence, unless an answer of this run gave them whole.
    pub(crate) fn doubtful(&self, judged: &Judged) -> Vec<Days> {
        let asked: Vec<Days> = self.asked().collect();
        let mut doubtful = Vec::new();
        for difference in &judged.differences {
            let month = difference.month.days().within(self.wanted);
            doubtful.extend(month.outside(asked.iter().copied()));
            if difference.is_hole() {
                let holes = self.holes(&judged.ledger);
                let asked = asked.iter();
                doubtful.extend(asked.flat_map(|asked| {
                    let in_month = holes.iter().map(|hole| hole.within(month).within(*asked));
                    in_month.filter(|days| !days.is_empty()).collect::<Vec<_>>()
                }));
            }
        }
        joined(doubtful)
    }

    /// Judges every wanted day.
    pub(crate) fn judge(&self) -> Judged {
        let mut found = Ledger::default();
        for answer in self.answers {
            for days in &answer.days {
                for day in days.within(self.wanted).iter() {
                    found.replace(day, &answer.ledger);
                }
            }
        }
        let oldest = self.answers.iter().filter_map(|answer| answer.oldest_row);
        let oldest = oldest.min().unwrap_or(Day::MAX);
        // Holes are looked for as if every day without a row were idle, and the stored cost of no day counted
        // that an answer does not repeat.
        let supposed = self.merged(&found, |_| true);
        let differences = self.differences(&supposed);
        let holes = self.holes(&supposed);
        let in_hole = |day: Day| {
            let month = Month::of(day);
            let mut wrong = differences.iter().filter(|difference| difference.is_hole());
            wrong.any(|difference| difference.month == month)
                && holes.iter().any(|hole| hole.contains(day))
        };
        let empty = |day: Day| {
            let mut answers = self.answers.iter().rev();
            let of_it = |days: &&Days| days.contains(day);
            answers
                .find_map(|answer| Some((answer, answer.days.iter().find(of_it)?)))
                .is_some_and(|(answer, days)| answer.ledger.within(*days).next().is_none())
        };
        let young_from = plus_days(self.today, 1 - FORGOTTEN_FROM).min(oldest);
        let old_before = plus_days(self.today, -FORGOTTEN_AFTER);
        let idle = |day: Day| {
            if in_hole(day) {
                false
            } else if day >= young_from {
                // An answer without any row takes no stored cost away.
                !(self.stored.ledger.has(day) && empty(day))
            } else {
                day >= old_before && self.confirmed(Month::of(day), &differences)
            }
        };

        let mut answered = BTreeSet::new();
        let mut silent = BTreeSet::new();
        for days in self.asked() {
            for day in days.iter() {
                if found.has(day) || idle(day) {
                    answered.insert(day);
                } else {
                    silent.insert(day);
                }
            }
        }
        for days in self.answers.iter().flat_map(|answer| &answer.refused) {
            let refused = days.within(self.wanted);
            silent.extend(refused.iter().filter(|day| !answered.contains(day)));
        }
        let ledger = self.merged(&found, |day| answered.contains(&day));
        let (answered, unanswered) = (ranges(&answered), ranges(&silent));
        let known = self.stored.coverage.known().chain(answered.iter().copied());
        let unknown = self.wanted.outside(known);
        let kept: BTreeSet<Day> = unanswered
            .iter()
            .flat_map(|days| self.stored.ledger.within(*days))
            .map(|((day, _), _)| *day)
            .collect();
        Judged {
            differences: self.differences(&ledger),
            kept: kept
                .first()
                .zip(kept.last())
                .map(|(first, last)| Days::inclusive(*first, *last)),
            ledger,
            answered,
            unanswered,
            unknown,
        }
    }

    /// Returns the months whose settled days the answers have moved by over one per cent since the store got
    /// them.
    pub(crate) fn restatements(&self, after: &Ledger) -> Vec<Restatement> {
        let mut months: BTreeMap<(Month, Option<Currency>), (Amount, Amount)> = BTreeMap::new();
        let settled = |day: Day| {
            let fetched_at = self.stored.coverage.fetched_at(day);
            fetched_at.is_some_and(|at| (at.date_naive() - day).num_days() >= LATE_FOR)
        };
        for ((day, currency), amount) in self.stored.ledger.within(self.wanted) {
            if settled(*day) {
                months.entry((Month::of(*day), *currency)).or_default().0 += amount;
            }
        }
        for ((day, currency), amount) in after.iter() {
            if settled(*day) {
                months.entry((Month::of(*day), *currency)).or_default().1 += amount;
            }
        }
        months
            .into_iter()
            .filter(|(_, (before, after))| (after - before).abs().times(100) > before.abs())
            .map(|((month, _), (before, after))| Restatement {
                month,
                before,
                after,
            })
            .collect()
    }

    /// Returns the wanted days that were asked for and answered.
    fn asked(&self) -> impl Iterator<Item = Days> {
        let days = self.answers.iter().flat_map(|answer| &answer.days);
        let wanted = self.wanted;
        days.map(move |days| days.within(wanted))
            .filter(|days| !days.is_empty())
    }

    /// Returns the stored cost with that of `found` over it, on the asked days that are `settled`.
    fn merged(&self, found: &Ledger, settled: impl Fn(Day) -> bool) -> Ledger {
        let mut ledger = self.stored.ledger.only(self.wanted);
        for days in self.asked() {
            for day in days.iter().filter(|day| settled(*day)) {
                ledger.replace(day, found);
            }
        }
        ledger
    }

    /// Returns the ranges of at least [`HOLE`] days of `wanted` without an entry in `ledger`.
    fn holes(&self, ledger: &Ledger) -> Vec<Days> {
        let mut holes = Vec::new();
        let mut start = self.wanted.start;
        for ((day, _), _) in ledger.within(self.wanted) {
            holes.push(Days::new(start, *day));
            start = plus_days(*day, 1);
        }
        holes.push(Days::new(start, self.wanted.end));
        holes.retain(|days| days.len() >= HOLE);
        holes
    }

    /// Returns the checked months that `ledger` and the service's sums differ on by more than a cent. Of a
    /// month that the service may have forgotten in part, only a larger sum of the service tells anything.
    fn differences(&self, ledger: &Ledger) -> Vec<Difference> {
        let mut months: BTreeMap<(Month, Option<Currency>), (Amount, Amount)> = BTreeMap::new();
        let checked: BTreeSet<Month> = self.monthly.months.iter().copied().collect();
        let one = self.currency(ledger);
        for ((day, currency), amount) in ledger.iter() {
            let month = Month::of(*day);
            if checked.contains(&month) {
                let key = (month, currency.or(one));
                months.entry(key).or_default().0 += amount;
            }
        }
        for ((month, currency), sum) in &self.monthly.sums {
            let key = (*month, currency.or(one));
            months.entry(key).or_default().1 += sum;
        }
        let remembered = plus_days(self.today, -FORGOTTEN_FROM);
        let differs = |difference: &Difference| {
            let cents = &difference.sum - &difference.days;
            cents.abs().times(100) > Amount::from(1)
                && (cents.is_positive() || difference.month.days().start >= remembered)
        };
        months
            .into_iter()
            .map(|((month, _), (days, sum))| Difference { month, days, sum })
            .filter(differs)
            .collect()
    }

    /// Returns the only currency of the ledger and the monthly sums, to which blank currencies belong.
    fn currency(&self, ledger: &Ledger) -> Option<Currency> {
        let days = ledger.iter().filter_map(|((_, currency), _)| *currency);
        let months = self
            .monthly
            .sums
            .keys()
            .filter_map(|(_, currency)| *currency);
        let found: BTreeSet<Currency> = days.chain(months).collect();
        found.first().copied().filter(|_| found.len() == 1)
    }

    /// Returns whether the service's sum of `month` confirms days without a row: where the sum agrees, and
    /// where an earlier month has a sum: the oldest month may be forgotten in part, by days and sum alike.
    fn confirmed(&self, month: Month, differences: &[Difference]) -> bool {
        let has_sum = |wanted: &dyn Fn(Month) -> bool| {
            let mut months = self.monthly.sums.keys().map(|(month, _)| *month);
            months.any(wanted)
        };
        has_sum(&|other| other == month)
            && has_sum(&|other| other < month)
            && !differences
                .iter()
                .any(|difference| difference.month == month && difference.is_hole())
    }
}

/// Returns `days` in order, as ranges.
fn ranges(days: &BTreeSet<Day>) -> Vec<Days> {
    joined(days.iter().map(|day| Days::inclusive(*day, *day)).collect())
}

/// Returns the days of all `ranges`, each once, in ranges that do not touch.
pub(crate) fn joined(mut ranges: Vec<Days>) -> Vec<Days> {
    ranges.sort_by_key(|days| days.start);
    let mut joined: Vec<Days> = Vec::new();
    for days in ranges {
        match joined.last_mut() {
            Some(last) if days.start <= last.end => last.end = last.end.max(days.end),
            _ => joined.push(days),
        }
    }
    joined
}
