//! What the store and the service say together: which days have to be asked
//! for, which rows count, and which months do not add up.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::Coverage;
use crate::calendar::{Day, Days, Month, plus_days};
use crate::cost::CostRow;
use crate::money::{Amount, Currency};

/// Age in days from which the service, reported to answer about twelve months back, may have forgotten a day.
const FORGOTTEN_FROM: i64 = 330;
/// Months that one MONTHLY request answers for, this one included.
const MONTHS_CHECKED: u32 = 12;
/// Age in days that a day had when it was fetched for a later change of it to be a restatement, not late data.
const LATE_FOR: i64 = 7;

/// The sums by day and currency; `None` where the service leaves the currency blank.
pub type Ledger = BTreeMap<(Day, Option<Currency>), Amount>;

/// What the store has of a tenancy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The cost.
    pub ledger: Ledger,
    /// The days that the service was asked for.
    pub coverage: Coverage,
}

/// The service's answer for a range of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The range.
    pub days: Days,
    /// The rows with money.
    pub rows: Vec<CostRow>,
}

/// A month whose days the service has changed since they were fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restatement {
    /// The month.
    pub month: Month,
    /// What those of its days cost that are compared.
    pub before: Amount,
    /// What they cost now.
    pub after: Amount,
}

impl Answered {
    /// From which day on the answer counts. Where the service may have forgotten, that it says nothing of
    /// the first days does not mean that they cost nothing.
    pub fn counts_from(&self, today: Day) -> Day {
        let first = self.rows.iter().map(|row| row.day).min();
        let forgotten = plus_days(today, -FORGOTTEN_FROM).min(self.days.end);
        first
            .unwrap_or(self.days.end)
            .min(forgotten)
            .max(self.days.start)
    }
}

impl Stored {
    /// What the store has of `wanted` and the service's answers together, later ones over earlier ones.
    pub fn with(&self, answers: &[Answered], wanted: Days, today: Day) -> Ledger {
        let mut ledger: Ledger = self
            .ledger
            .range((wanted.start, None)..(wanted.end, None))
            .map(|(key, amount)| (*key, amount.clone()))
            .collect();
        for answer in answers {
            let counts = Days::new(answer.counts_from(today), answer.days.end);
            ledger.retain(|(day, _), _| !counts.contains(*day));
            add(&mut ledger, &answer.rows);
        }
        ledger
    }

    /// The days of `wanted` that the service has said nothing of and the store has cost on.
    pub fn forgotten(&self, answers: &[Answered], today: Day) -> Option<Days> {
        let mut days: BTreeSet<Day> = BTreeSet::new();
        for answer in answers {
            let silent = (answer.days.start, None)..(answer.counts_from(today), None);
            days.extend(self.ledger.range(silent).map(|((day, _), _)| *day));
        }
        Some(Days::inclusive(*days.first()?, *days.last()?))
    }

    /// The days of `wanted` to check by the month, at most a year of them: from the first month that the
    /// service remembers to the end of the last one that has days from the store alone, not being `asked`
    /// for; empty where there are none.
    pub fn to_check(&self, asked: &[Days], wanted: Days, today: Day) -> Days {
        let from_store = wanted.outside(asked.iter().copied());
        let first = Month::of(today).earlier(MONTHS_CHECKED - 1).days().start;
        let remembered = Days::new(first.max(wanted.start), wanted.end);
        let kept: Vec<Days> = from_store
            .iter()
            .map(|days| days.within(remembered))
            .filter(|days| !days.is_empty())
            .collect();
        let Some((start, end)) = kept.first().zip(kept.last()) else {
            return Days::new(wanted.start, wanted.start);
        };
        let (first, last) = (
            Month::of(start.start).days(),
            Month::of(plus_days(end.end, -1)).days(),
        );
        Days::new(first.start, last.end).within(remembered)
    }

    /// The months of `after`'s settled days that the service has moved by over one per cent since the store
    /// got them.
    pub fn restated(&self, after: &Ledger, wanted: Days) -> Vec<Restatement> {
        let mut months: BTreeMap<(Month, Option<Currency>), (Amount, Amount)> = BTreeMap::new();
        let settled = |day: Day| {
            let fetched_at = self.coverage.fetched_at(day);
            wanted.contains(day)
                && fetched_at.is_some_and(|at| (at.date_naive() - day).num_days() >= LATE_FOR)
        };
        let mut sum = |ledger: &Ledger, pick: fn(&mut (Amount, Amount)) -> &mut Amount| {
            for ((day, currency), amount) in ledger {
                if settled(*day) {
                    *pick(months.entry((Month::of(*day), *currency)).or_default()) += amount;
                }
            }
        };
        sum(&self.ledger, |(before, _)| before);
        sum(after, |(_, after)| after);
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
}

/// The days of `months` that `ledger` and the service's monthly `sums` differ by more than a cent on, of
/// those in `checked`.
pub fn differing(ledger: &Ledger, sums: &[CostRow], checked: Days) -> Vec<(Month, Amount, Amount)> {
    let mut months: BTreeMap<(Month, Option<Currency>), (Amount, Amount)> = BTreeMap::new();
    for ((day, currency), amount) in ledger {
        if checked.contains(*day) {
            months.entry((Month::of(*day), *currency)).or_default().0 += amount;
        }
    }
    for row in sums {
        months
            .entry((Month::of(row.day), row.currency))
            .or_default()
            .1 += &row.amount;
    }
    let cents = |difference: &Amount| difference.abs().times(100) > Amount::from(1);
    months
        .into_iter()
        .filter(|(_, (ours, theirs))| cents(&(ours - theirs)))
        .map(|((month, _), (ours, theirs))| (month, ours, theirs))
        .collect()
}

/// Adds `rows` up in `ledger`.
pub fn add(ledger: &mut Ledger, rows: &[CostRow]) {
    for row in rows {
        *ledger.entry((row.day, row.currency)).or_default() += &row.amount;
    }
}

/// A ledger as rows, one for each day and currency.
pub fn rows(ledger: Ledger) -> Vec<CostRow> {
    let row = |((day, currency), amount)| CostRow {
        day,
        amount,
        currency,
    };
    ledger.into_iter().map(row).collect()
}
