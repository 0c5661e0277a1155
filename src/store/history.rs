//! What the store and the service say together: which days have to be asked
//! for, which rows count, and which months do not add up.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage::{Coverage, LATE_FOR};
use crate::calendar::{Day, Days, Month, plus_days};
use crate::cost::CostRow;
use crate::money::{Amount, Currency};

/// Age in days from which the service, reported to answer about twelve months back, may have forgotten a day.
const FORGOTTEN_FROM: i64 = 330;
/// Months that one MONTHLY request answers for, this one included.
const MONTHS_CHECKED: u32 = 12;

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
    /// The part of it that the answer counts for: all but first days that it is silent about and that the
    /// service may have forgotten, which does not mean that they cost nothing.
    pub counted: Days,
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
    /// What the service answered on `today` for `days`.
    pub fn new(days: Days, rows: Vec<CostRow>, today: Day) -> Self {
        let first = rows.iter().map(|row| row.day).min().unwrap_or(days.end);
        let start = first.min(remembered_from(today)).max(days.start);
        Self {
            days,
            counted: Days::new(start, days.end),
            rows,
        }
    }
}

/// The first day that the service cannot have forgotten on `today`.
pub fn remembered_from(today: Day) -> Day {
    plus_days(today, -FORGOTTEN_FROM)
}

impl Stored {
    /// What the store has of `wanted` and the service's answers together, later ones over earlier ones.
    pub fn with(&self, answers: &[Answered], wanted: Days) -> Ledger {
        let mut ledger: Ledger = self
            .ledger
            .range((wanted.start, None)..(wanted.end, None))
            .map(|(key, amount)| (*key, amount.clone()))
            .collect();
        for answer in answers {
            ledger.retain(|(day, _), _| !answer.counted.contains(*day));
            add(&mut ledger, &answer.rows);
        }
        ledger
    }

    /// What it has of `wanted`, as rows.
    pub fn into_rows(self, wanted: Days) -> Vec<CostRow> {
        let mut ledger = self.ledger;
        ledger.retain(|(day, _), _| wanted.contains(*day));
        rows(ledger)
    }

    /// The days that the service was silent about and the store has cost on.
    pub fn forgotten(&self, answers: &[Answered]) -> Option<Days> {
        let mut days: BTreeSet<Day> = BTreeSet::new();
        for answer in answers {
            let silent = (answer.days.start, None)..(answer.counted.start, None);
            days.extend(self.ledger.range(silent).map(|((day, _), _)| *day));
        }
        Some(Days::inclusive(*days.first()?, *days.last()?))
    }

    /// The days of `wanted` of which neither the store nor the answers say anything, not even that they cost
    /// nothing.
    pub fn unknown(&self, answers: &[Answered], wanted: Days) -> Vec<Days> {
        let answered = answers.iter().map(|answer| answer.counted);
        wanted.outside(self.coverage.known().chain(answered))
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
