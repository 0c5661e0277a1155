//! Which days the service was asked for, and when: a day that was asked for
//! and has no row is known to have cost nothing.

use chrono::{DateTime, Utc};

use crate::calendar::{Day, Days, plus_days};

/// Age in days up to which the service restates a day, by the clock when it is fetched.
pub const RESTATED_FOR: i64 = 46;

/// Days that were asked for together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which.
    pub days: Days,
    /// Whether they were all over [`RESTATED_FOR`] days old then: what the store has of them lasts.
    pub lasting: bool,
    /// When.
    pub fetched_at: DateTime<Utc>,
}

/// All the days of a tenancy that were ever asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(Vec<Span>);

impl Coverage {
    /// Coverage by `spans`, which have no day in common.
    pub fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| span.days.start);
        Self(spans)
    }

    /// Its spans, in order; none has a day of another.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// With `days`, asked for at `fetched_at`; what was asked for later than that stays as it is.
    pub fn add(&mut self, days: Days, fetched_at: DateTime<Utc>) {
        let (newer, older): (Vec<Span>, Vec<Span>) = self
            .0
            .drain(..)
            .partition(|span| span.fetched_at > fetched_at);
        let added = days.outside(newer.iter().map(|span| span.days));
        let kept = older.into_iter().flat_map(|span| {
            let rest = span.days.outside([days]).into_iter();
            rest.map(move |days| Span {
                days,
                ..span.clone()
            })
        });
        let young = plus_days(fetched_at.date_naive(), -RESTATED_FOR);
        let split = |days: &Days| {
            let lasting = Days::new(days.start, days.end.min(young));
            let rest = Days::new(days.start.max(young), days.end);
            [(lasting, true), (rest, false)]
        };
        let added = added
            .iter()
            .flat_map(split)
            .filter(|(days, _)| !days.is_empty())
            .map(|(days, lasting)| Span {
                days,
                lasting,
                fetched_at,
            });
        *self = Self::new(newer.into_iter().chain(kept).chain(added).collect());
        self.join();
    }

    /// Lasting spans side by side become one, so that a run a day does not leave a span a day.
    fn join(&mut self) {
        self.0.dedup_by(|later, earlier| {
            let joined = earlier.lasting && later.lasting && earlier.days.end == later.days.start;
            if joined {
                earlier.days.end = later.days.end;
                earlier.fetched_at = earlier.fetched_at.max(later.fetched_at);
            }
            joined
        });
    }

    /// The days of `wanted` that have to be asked for: never asked for, or too young when they were.
    pub fn missing(&self, wanted: Days) -> Vec<Days> {
        let lasting = self.0.iter().filter(|span| span.lasting);
        wanted.outside(lasting.map(|span| span.days))
    }

    /// The day up to which every day from `start` on was asked for, and when the last of them were;
    /// `None` where `start` was not.
    pub fn through(&self, start: Day) -> Option<(Day, DateTime<Utc>)> {
        let mut reached = None;
        let mut end = start;
        for span in &self.0 {
            if span.days.contains(end) {
                end = span.days.end;
                reached = Some((end, span.fetched_at));
            }
        }
        reached
    }

    /// When `day` was asked for last.
    pub fn fetched_at(&self, day: Day) -> Option<DateTime<Utc>> {
        let span = self.0.iter().find(|span| span.days.contains(day))?;
        Some(span.fetched_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        plus_days("2026-01-01".parse().unwrap(), n)
    }

    fn days(start: i64, end: i64) -> Days {
        Days::new(day(start), day(end))
    }

    fn morning(n: i64) -> DateTime<Utc> {
        day(n)
            .and_time(NaiveTime::from_hms_opt(6, 0, 0).unwrap())
            .and_utc()
    }

    #[test]
    fn a_day_lasts_once_it_was_over_46_days_old_when_it_was_fetched() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.missing(days(0, 100)), [days(0, 100)]);

        coverage.add(days(0, 100), morning(100));

        // Day 53 was 47 days old, and day 54 was 46.
        assert_eq!(coverage.missing(days(0, 101)), [days(54, 101)]);
        assert_eq!(coverage.missing(days(10, 54)), []);
        assert_eq!(coverage.through(day(0)), Some((day(100), morning(100))));
        assert_eq!(coverage.through(day(100)), None);

        coverage.add(days(54, 101), morning(101));

        assert_eq!(coverage.missing(days(0, 102)), [days(55, 102)]);
        assert_eq!(coverage.spans().len(), 2, "{coverage:?}");
    }

    #[test]
    fn what_was_asked_for_later_is_not_set_back() {
        let mut coverage = Coverage::default();
        coverage.add(days(0, 200), morning(300));
        let before = coverage.clone();

        coverage.add(days(50, 200), morning(210));

        assert_eq!(coverage, before);
    }

    proptest! {
        #[test]
        fn spans_are_what_a_calendar_of_days_would_be(asked in prop::collection::vec((0i64..200, 1i64..120, 0i64..60), 0..12)) {
            let mut coverage = Coverage::default();
            let mut calendar = std::collections::BTreeMap::new();
            for (start, len, later) in asked {
                let (range, at) = (days(start, start + len), morning(start + len + later));
                coverage.add(range, at);
                for day in range.iter() {
                    let known: &mut DateTime<Utc> = calendar.entry(day).or_insert(at);
                    *known = at.max(*known);
                }
            }
            let lasting = |day: &Day| calendar.get(day).is_some_and(|at| (at.date_naive() - *day).num_days() > RESTATED_FOR);
            let missing: Vec<Day> = coverage.missing(days(0, 400)).iter().flat_map(Days::iter).collect();
            let expected: Vec<Day> = days(0, 400).iter().filter(|day| !lasting(day)).collect();
            prop_assert_eq!(missing, expected);
            for n in 0..400 {
                prop_assert_eq!(coverage.fetched_at(day(n)).is_some(), calendar.contains_key(&day(n)));
            }
            prop_assert!(coverage.spans().windows(2).all(|two| two[0].days.end <= two[1].days.start));
        }
    }
}
