//! Days that the service was asked for, and the times of the requests. A
//! covered day without a row is known to be idle.

use chrono::{DateTime, TimeDelta, Utc};

use crate::calendar::{Day, Days, plus_days, two_months_before};

/// Age in days up to which the cost of a day may still come in; a later change is a restatement.
pub(crate) const LATE_FOR: i64 = 7;

/// Days before the averaging window that are asked for anew with it, since the service may restate them.
const BEFORE_WINDOW: i64 = 7;

/// Age in days from which the service, reported to answer about twelve months back, may have forgotten a day.
pub(crate) const FORGOTTEN_FROM: i64 = 330;

/// Age in days after which the service is not expected to answer for a day at all.
pub(crate) const FORGOTTEN_AFTER: i64 = 400;

/// Age, against the newest span, from which final spans of different times are joined.
const JOINED_AFTER: TimeDelta = TimeDelta::days(7);

/// Returns the first day that is asked for anew on the morning of `today`: the averaging window of a run
/// with `settle` unsettled days, and [`BEFORE_WINDOW`] days more.
pub(crate) fn anew_from(today: Day, settle: u32) -> Day {
    let earliest_unsettled = plus_days(today, -i64::from(settle).max(LATE_FOR));
    plus_days(two_months_before(earliest_unsettled), -BEFORE_WINDOW)
}

/// The validity of an answer for a range of days on later mornings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The service may restate the days: they are asked for again.
    Fresh,
    /// The days were older than the service restates when they were asked for.
    Final,
    /// The service said nothing of the days, and their age does not let that mean idle.
    Unavailable,
}

impl State {
    const ALL: [Self; 3] = [Self::Fresh, Self::Final, Self::Unavailable];

    /// Returns the word for it in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "recente",
            Self::Final => "definitivo",
            Self::Unavailable => "em_vao",
        }
    }

    /// Returns the state of `word`.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Days in a row of one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The days.
    pub days: Days,
    /// The state of each of them.
    pub state: State,
    /// Time of the request, by the service's clock. A final span that was joined from several has the latest of
    /// their times.
    pub fetched_at: DateTime<Utc>,
}

/// All the days of a tenancy that were ever asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage(Vec<Span>);

impl Coverage {
    /// Makes coverage of `spans`, which share no day.
    pub fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_by_key(|span| span.days.start);
        Self(spans)
    }

    /// Returns the spans in order; no two share a day.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Adds `days` as known by an answer of `fetched_at`. Days that a later answer covers stay as they are.
    pub fn add(&mut self, days: Days, fetched_at: DateTime<Utc>) {
        let (newer, older): (Vec<Span>, Vec<Span>) = self
            .0
            .drain(..)
            .partition(|span| span.fetched_at > fetched_at && span.state != State::Unavailable);
        let added = days.outside(newer.iter().map(|span| span.days));
        let kept = older.into_iter().flat_map(|span| {
            let rest = span.days.outside([days]).into_iter();
            rest.map(move |days| Span {
                days,
                ..span.clone()
            })
        });
        let fresh_from = anew_from(fetched_at.date_naive(), 0);
        let split = |days: &Days| {
            let older = Days::new(days.start, days.end.min(fresh_from));
            let rest = Days::new(days.start.max(fresh_from), days.end);
            [(older, State::Final), (rest, State::Fresh)]
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

    /// Adds `days` as unavailable to an answer of `fetched_at`. Days that are known stay known; a fresh one
    /// that the service is too old to answer for again becomes final.
    pub fn add_unavailable(&mut self, days: Days, fetched_at: DateTime<Utc>) {
        let never_again = plus_days(fetched_at.date_naive(), -FORGOTTEN_AFTER);
        let mut spans: Vec<Span> = Vec::new();
        for span in self.0.drain(..) {
            let apart = span.days.outside([days]).into_iter();
            spans.extend(apart.map(|days| Span {
                days,
                ..span.clone()
            }));
            let common = span.days.within(days);
            let old = Days::new(common.start, common.end.min(never_again));
            let rest = Days::new(common.start.max(never_again), common.end);
            let state = match span.state {
                State::Fresh => State::Final,
                state => state,
            };
            spans.push(Span {
                days: old,
                state,
                ..span
            });
            spans.push(Span { days: rest, ..span });
        }
        spans.retain(|span| !span.days.is_empty());
        let unknown = days.outside(spans.iter().map(|span| span.days));
        spans.extend(unknown.into_iter().map(|days| Span {
            days,
            state: State::Unavailable,
            fetched_at,
        }));
        *self = Self::new(spans);
        self.join();
    }

    /// Joins neighbouring spans of one state that is not fresh, so that a run a day does not leave a span a day.
    /// Final ones of different times are joined a week later: until then their times tell which of two runs,
    /// ending in any order, asked for a day last.
    fn join(&mut self) {
        let newest = self.0.iter().map(|span| span.fetched_at).max();
        let apart = newest.map(|newest| newest - JOINED_AFTER);
        self.0.dedup_by(|later, earlier| {
            let times = [later.fetched_at, earlier.fetched_at];
            let joined = earlier.state != State::Fresh
                && earlier.state == later.state
                && earlier.days.end == later.days.start
                && (earlier.state == State::Unavailable
                    || times[0] == times[1]
                    || times.into_iter().max() <= apart);
            if joined {
                earlier.days.end = later.days.end;
                earlier.fetched_at = earlier.fetched_at.max(later.fetched_at);
            }
            joined
        });
    }

    /// Returns the known days, in ranges.
    pub fn known(&self) -> impl Iterator<Item = Days> {
        self.known_spans().map(|span| span.days)
    }

    fn known_spans(&self) -> impl Iterator<Item = &Span> {
        self.0
            .iter()
            .filter(|span| span.state != State::Unavailable)
    }

    /// Returns the days of `wanted` that a run of `today` has to ask for: never asked for, fresh, from
    /// `anew_from` on, or unavailable and young enough for the service to remember after all.
    pub fn missing(&self, wanted: Days, today: Day, anew_from: Day) -> Vec<Days> {
        let remembered = plus_days(today, -FORGOTTEN_AFTER);
        let settled = self.0.iter().filter_map(|span| {
            let end = match span.state {
                State::Fresh => return None,
                State::Final => anew_from,
                State::Unavailable => anew_from.min(remembered),
            };
            Some(Days::new(span.days.start, span.days.end.min(end)))
        });
        wanted.outside(settled)
    }

    /// Returns the days of `wanted` that were never asked for.
    pub fn never_asked(&self, wanted: Days) -> Vec<Days> {
        wanted.outside(self.0.iter().map(|span| span.days))
    }

    /// Returns the end of the part of `wanted` whose days are known as of one time, and that time; `None`
    /// where none of its days was asked for. Fresh days that were not asked for again when later ones were
    /// end it: the service may have restated them since. Where all that was asked for is unavailable, it is
    /// the end of that.
    pub fn through(&self, wanted: Days) -> Option<(Day, DateTime<Utc>)> {
        let mut reached: Option<(Day, &Span)> = None;
        for span in self.known_spans() {
            let days = span.days.within(wanted);
            if days.is_empty() {
                continue;
            }
            if let Some((end, last)) = reached
                && last.state == State::Fresh
                && (last.fetched_at.date_naive() - end).num_days() < LATE_FOR
                && span.fetched_at != last.fetched_at
            {
                break;
            }
            reached = Some((days.end, span));
        }
        let asked = || {
            let within = |span: &Span| (span.days.within(wanted), span.fetched_at);
            let mut asked = self.0.iter().rev().map(within);
            asked.find(|(days, _)| !days.is_empty())
        };
        match reached {
            Some((end, last)) => Some((end, last.fetched_at)),
            None => asked().map(|(days, at)| (days.end, at)),
        }
    }

    /// Returns when `day` was asked for last; `None` where it is not known.
    pub fn fetched_at(&self, day: Day) -> Option<DateTime<Utc>> {
        let span = self.known_spans().find(|span| span.days.contains(day))?;
        Some(span.fetched_at)
    }

    /// Returns whether an answer later than `at` covers `day`. Of spans that were joined this may be said of days that
    /// were asked for earlier, so that the time of a row, where the day has one, goes before it.
    pub fn later_than(&self, day: Day, at: DateTime<Utc>) -> bool {
        self.fetched_at(day).is_some_and(|known| known > at)
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

    /// The days to ask for on morning `n` by the usual settings.
    fn missing(coverage: &Coverage, wanted: Days, n: i64) -> Vec<Days> {
        coverage.missing(wanted, day(n), anew_from(day(n), 2))
    }

    #[test]
    fn two_months_and_a_week_before_the_unsettled_days_are_asked_for_anew() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(anew_from(day("2026-11-26"), 2), day("2026-09-12"));
        assert_eq!(anew_from(day("2026-11-26"), 30), day("2026-08-20"));
        // The last of February stands for its later days.
        assert_eq!(anew_from(day("2026-05-07"), 2), day("2026-02-21"));
    }

    #[test]
    fn a_day_is_final_once_it_was_fetched_when_older_than_what_is_asked_for_anew() {
        let mut coverage = Coverage::default();
        assert_eq!(missing(&coverage, days(0, 100), 100), [days(0, 100)]);

        coverage.add(days(0, 200), morning(200));

        let anew = anew_from(day(200), 2);
        assert_eq!(
            coverage.missing(days(0, 201), day(201), anew),
            [Days::new(anew, day(201))]
        );
        assert_eq!(missing(&coverage, Days::new(day(10), anew), 200), []);
        assert_eq!(
            coverage.through(days(0, 300)),
            Some((day(200), morning(200)))
        );
        assert_eq!(coverage.through(days(200, 300)), None);

        // With more unsettled days final ones are asked for, too.
        let more = anew_from(day(201), 30);
        assert_eq!(
            coverage.missing(days(0, 201), day(201), more),
            [Days::new(more, day(201))]
        );

        // A morning's new final day is joined to the older ones a week later.
        for n in 201..240 {
            coverage.add(Days::new(anew_from(day(n - 1), 2), day(n)), morning(n));
        }
        assert!(coverage.spans().len() <= 10, "{coverage:?}");
    }

    #[test]
    fn fresh_days_that_were_not_asked_for_again_end_what_is_known() {
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

        coverage.add(days(20, 100), morning(180));

        assert_eq!(
            coverage.through(days(0, 100)),
            Some((day(100), morning(180)))
        );
    }

    #[test]
    fn an_unavailable_day_is_asked_for_until_it_is_400_days_old_and_takes_no_knowledge_away() {
        let mut coverage = Coverage::default();
        coverage.add(days(100, 200), morning(300));

        coverage.add_unavailable(days(0, 160), morning(500));

        assert_eq!(coverage.known().collect::<Vec<_>>(), [days(100, 200)]);
        assert_eq!(coverage.never_asked(days(0, 210)), [days(200, 210)]);
        assert_eq!(coverage.fetched_at(day(99)), None);
        assert_eq!(missing(&coverage, days(0, 200), 450), [days(50, 100)]);
        assert_eq!(missing(&coverage, days(0, 200), 500), []);
    }

    #[test]
    fn a_later_answer_is_not_set_back() {
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
            let is_final = |day: &Day| calendar.get(day).is_some_and(|at| *day < anew_from(at.date_naive(), 0));
            let missing: Vec<Day> = coverage.missing(days(0, 400), day(900), day(900)).iter().flat_map(Days::iter).collect();
            let expected: Vec<Day> = days(0, 400).iter().filter(|day| !is_final(day)).collect();
            prop_assert_eq!(missing, expected);
            for n in 0..400 {
                prop_assert_eq!(coverage.fetched_at(day(n)).is_some(), calendar.contains_key(&day(n)));
            }
            prop_assert!(coverage.spans().windows(2).all(|two| two[0].days.end <= two[1].days.start));
        }
    }
}
