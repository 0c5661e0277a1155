//! Which days the service was asked for, and when: a day that was asked for
//! and has no row is known to have cost nothing.

use chrono::{DateTime, Utc};

use crate::calendar::{Day, Days, plus_days};

/// Age in days up to which the service restates a day, by the clock when it is fetched.
pub const RESTATED_FOR: i64 = 46;

/// Age in days up to which the cost of a day may still come in, and a change of it is no restatement.
pub const LATE_FOR: i64 = 7;

/// What an answer for days is worth later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The service may restate them: they are asked for again.
    Young,
    /// They were all over [`RESTATED_FOR`] days old when they were asked for, or will not be told again:
    /// what the store has of them lasts.
    Lasting,
    /// The service no longer knew them, and nobody had asked before: they are unknown.
    Silent,
}

impl State {
    const ALL: [Self; 3] = [Self::Young, Self::Lasting, Self::Silent];

    /// The word that is kept for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Young => "recente",
            Self::Lasting => "definitivo",
            Self::Silent => "em_vao",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Days that were asked for together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which.
    pub days: Days,
    /// What the answer is worth.
    pub state: State,
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
            [(lasting, State::Lasting), (rest, State::Young)]
        };
        let added = added
            .iter()
            .flat_map(split)
            .filter(|(days, _)| !days.is_empty())
            .map(|(days, state)| Span {
                days,
                state,
                fetched_at,
            });
        *self = Self::new(newer.into_iter().chain(kept).chain(added).collect());
        self.join();
    }

    /// With `days`, that the service was silent about at `fetched_at`: what was known of them is the last
    /// word, and the rest is not asked for again.
    pub fn add_silent(&mut self, days: Days, fetched_at: DateTime<Utc>) {
        let mut spans: Vec<Span> = Vec::new();
        for span in self.0.drain(..) {
            let apart = span.days.outside([days]).into_iter();
            spans.extend(apart.map(|days| Span {
                days,
                ..span.clone()
            }));
            let state = match span.state {
                State::Young => State::Lasting,
                state => state,
            };
            spans.push(Span {
                days: span.days.within(days),
                state,
                ..span
            });
        }
        spans.retain(|span| !span.days.is_empty());
        let unknown = days.outside(spans.iter().map(|span| span.days));
        spans.extend(unknown.into_iter().map(|days| Span {
            days,
            state: State::Silent,
            fetched_at,
        }));
        *self = Self::new(spans);
        self.join();
    }

    /// Lasting or silent spans side by side become one, so that a run a day does not leave a span a day.
    fn join(&mut self) {
        self.0.dedup_by(|later, earlier| {
            let joined = earlier.state != State::Young
                && earlier.state == later.state
                && earlier.days.end == later.days.start;
            if joined {
                earlier.days.end = later.days.end;
                earlier.fetched_at = earlier.fetched_at.max(later.fetched_at);
            }
            joined
        });
    }

    /// The days that are known, in ranges.
    pub fn known(&self) -> impl Iterator<Item = Days> {
        self.told().map(|span| span.days)
    }

    fn told(&self) -> impl Iterator<Item = &Span> {
        self.0.iter().filter(|span| span.state != State::Silent)
    }

    /// The days of `wanted` that have to be asked for: never asked for, or too young when they were.
    pub fn missing(&self, wanted: Days) -> Vec<Days> {
        let settled = self.0.iter().filter(|span| span.state != State::Young);
        wanted.outside(settled.map(|span| span.days))
    }

    /// The day up to which `wanted` is known as well as it was when its last known day was asked for, and
    /// when that was; `None` where nothing of it was. Days that were young then, and were not asked for
    /// again when later ones were, end it: the service may have changed them since.
    pub fn through(&self, wanted: Days) -> Option<(Day, DateTime<Utc>)> {
        let mut reached: Option<(Day, &Span)> = None;
        for span in self.told() {
            let days = span.days.within(wanted);
            if days.is_empty() {
                continue;
            }
            if let Some((end, last)) = reached
                && last.state == State::Young
                && (last.fetched_at.date_naive() - end).num_days() < LATE_FOR
                && span.fetched_at != last.fetched_at
            {
                break;
            }
            reached = Some((days.end, span));
        }
        reached.map(|(end, last)| (end, last.fetched_at))
    }

    /// When `day` was asked for last.
    pub fn fetched_at(&self, day: Day) -> Option<DateTime<Utc>> {
        let span = self.told().find(|span| span.days.contains(day))?;
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
        assert_eq!(
            coverage.through(days(0, 300)),
            Some((day(100), morning(100)))
        );
        assert_eq!(coverage.through(days(100, 300)), None);

        coverage.add(days(54, 101), morning(101));

        assert_eq!(coverage.missing(days(0, 102)), [days(55, 102)]);
        assert_eq!(coverage.spans().len(), 2, "{coverage:?}");
    }

    #[test]
    fn young_days_that_were_not_asked_for_again_end_what_is_known() {
        let mut coverage = Coverage::default();
        coverage.add(days(0, 100), morning(100));
        // A later contract's days, and later still those after an opening balance.
        coverage.add(days(100, 160), morning(160));

        assert_eq!(
            coverage.through(days(0, 100)),
            Some((day(100), morning(100)))
        );
        assert_eq!(
            coverage.through(days(0, 200)),
            Some((day(100), morning(100)))
        );
        assert_eq!(
            coverage.through(days(100, 200)),
            Some((day(160), morning(160)))
        );

        coverage.add(days(54, 100), morning(170));

        assert_eq!(
            coverage.through(days(0, 100)),
            Some((day(100), morning(170)))
        );
        assert_eq!(
            coverage.through(days(0, 200)),
            Some((day(160), morning(160)))
        );
    }

    #[test]
    fn silence_is_no_knowledge_and_ends_no_knowledge() {
        let mut coverage = Coverage::default();
        coverage.add(days(100, 200), morning(200));

        coverage.add_silent(days(0, 160), morning(900));

        assert_eq!(
            coverage.known().collect::<Vec<_>>(),
            [days(100, 160), days(160, 200)]
        );
        // 153 was the last day that lasted; those up to 160 will not be told again.
        assert_eq!(coverage.missing(days(0, 200)), [days(160, 200)]);
        assert_eq!(coverage.fetched_at(day(99)), None);
        assert_eq!(coverage.fetched_at(day(159)), Some(morning(200)));
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
