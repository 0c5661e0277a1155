//! UTC days, ranges of them and months.

use std::time::SystemTime;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

/// A UTC calendar day: what the service adds usage up by.
pub type Day = NaiveDate;

/// The UTC day of an instant.
pub fn day_of(instant: SystemTime) -> Day {
    DateTime::<Utc>::from(instant).date_naive()
}

/// `2026-11-23T00:00:00Z`: the instant at which a UTC day begins, for programs.
pub(crate) fn midnight(day: Day) -> String {
    format!("{day}T00:00:00Z")
}

/// A day, `YYYY-MM-DD` or `DD/MM/YYYY`, of this century.
pub fn parse_day(text: &str) -> Option<Day> {
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| {
        let fits = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (year, month, day) = if text.contains('/') {
        let [day, month, year] = text.split('/').collect::<Vec<_>>()[..] else {
            return None;
        };
        (
            number(year, 4..=4)?,
            number(month, 1..=2)?,
            number(day, 1..=2)?,
        )
    } else {
        let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else {
            return None;
        };
        (
            number(year, 4..=4)?,
            number(month, 2..=2)?,
            number(day, 2..=2)?,
        )
    };
    let day = Day::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (2000..2100).contains(&year).then_some(day)
}

/// `n` days after (or, below zero, before) `day`; the calendar's own end where it ends.
pub fn plus_days(day: Day, n: i64) -> Day {
    let end = if n < 0 { Day::MIN } else { Day::MAX };
    TimeDelta::try_days(n)
        .and_then(|delta| day.checked_add_signed(delta))
        .unwrap_or(end)
}

/// Returns the same day of the month two months before, or the last day of that month.
pub fn two_months_before(day: Day) -> Day {
    day.checked_sub_months(Months::new(2)).unwrap_or(Day::MIN)
}

/// A range of days, half-open: `end` is the first day after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub start: Day,
    /// The day after the last.
    pub end: Day,
}

impl Days {
    /// Returns the days from `start` to the day before `end`; empty if `end` is not after `start`.
    pub fn new(start: Day, end: Day) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Returns the days from `first` to `last`, both included.
    pub fn inclusive(first: Day, last: Day) -> Self {
        Self::new(first, plus_days(last, 1))
    }

    /// Returns the number of days.
    pub fn len(&self) -> u32 {
        u32::try_from((self.end - self.start).num_days()).unwrap_or(0)
    }

    /// Returns whether the range has no day.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether `day` is in the range.
    pub fn contains(&self, day: Day) -> bool {
        self.start <= day && day < self.end
    }

    /// The last day, if there is any.
    pub fn last(&self) -> Option<Day> {
        if self.is_empty() {
            None
        } else {
            self.end.pred_opt()
        }
    }

    /// The days that both have.
    pub fn within(&self, other: Self) -> Self {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The days that none of `others` has, in ranges that are not empty.
    pub fn outside(&self, others: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut rest = vec![*self];
        for other in others {
            let apart = |days: Self| match days.within(other) {
                common if common.is_empty() => [days, Self::new(days.end, days.end)],
                common => [
                    Self::new(days.start, common.start),
                    Self::new(common.end, days.end),
                ],
            };
            rest = rest.into_iter().flat_map(apart).collect();
            rest.retain(|days| !days.is_empty());
        }
        rest.retain(|days| !days.is_empty());
        rest
    }

    /// The calendar months that have any of the days, in order.
    pub fn months(&self) -> Vec<Month> {
        let mut months = Vec::new();
        let mut rest = *self;
        while !rest.is_empty() {
            let month = Month::of(rest.start);
            months.push(month);
            rest = Self::new(month.days().end, self.end);
        }
        months
    }

    /// The days in order.
    pub fn iter(&self) -> impl Iterator<Item = Day> + use<> {
        self.start.iter_days().take(self.len() as usize)
    }

    /// Cut into ranges of at most `longest` days, in order.
    pub fn windows(&self, longest: u32) -> Vec<Self> {
        let mut windows = Vec::new();
        let mut start = self.start;
        while start < self.end {
            let end = plus_days(start, i64::from(longest.max(1))).min(self.end);
            windows.push(Self { start, end });
            start = end;
        }
        windows
    }
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The year.
    pub year: i32,
    /// 1 for January to 12.
    pub month: u32,
}

impl Month {
    /// The month that `day` is in.
    pub fn of(day: Day) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    /// `n` months before.
    pub fn earlier(&self, n: u32) -> Self {
        let first = self.days().start;
        Self::of(first.checked_sub_months(Months::new(n)).unwrap_or(Day::MIN))
    }

    /// Returns the `n`th day, from 1; the last day if the month is shorter.
    pub fn day(&self, n: u32) -> Day {
        let days = self.days();
        plus_days(days.start, i64::from(n.clamp(1, days.len().max(1))) - 1)
    }

    /// Returns the days of the month.
    pub fn days(&self) -> Days {
        let first = Day::from_ymd_opt(self.year, self.month, 1).unwrap_or(Day::MIN);
        Days::new(
            first,
            first.checked_add_months(Months::new(1)).unwrap_or(Day::MAX),
        )
    }
}

/// 0 for Monday to 6 for Sunday.
pub fn weekday(day: Day) -> usize {
    day.weekday().num_days_from_monday() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn two_months_before_keeps_to_the_month() {
        for (from, to) in [
            ("2026-11-23", "2026-09-23"),
            ("2026-04-30", "2026-02-28"),
            ("2024-04-30", "2024-02-29"),
            ("2026-01-31", "2025-11-30"),
            ("2026-02-28", "2025-12-28"),
        ] {
            assert_eq!(two_months_before(day(from)), day(to), "{from}");
        }
    }

    #[test]
    fn the_calendar_ends_without_a_panic() {
        assert_eq!(plus_days(Day::MAX, 1), Day::MAX);
        assert_eq!(plus_days(Day::MIN, -1), Day::MIN);
        assert_eq!(two_months_before(Day::MIN), Day::MIN);
        assert!(
            Month::of(Day::MAX)
                .days()
                .contains(Day::MAX.pred_opt().unwrap())
        );
    }

    #[test]
    fn a_leap_february_has_29_days() {
        assert_eq!(
            Month {
                year: 2024,
                month: 2
            }
            .days()
            .len(),
            29
        );
        assert_eq!(
            Month {
                year: 2026,
                month: 2
            }
            .days()
            .len(),
            28
        );
    }

    proptest! {
        #[test]
        fn windows_cover_each_day_once(start in 0i64..20_000, len in 0i64..2_000, longest in 1u32..120) {
            let start = plus_days(day("1990-01-01"), start);
            let days = Days::new(start, plus_days(start, len));
            let windows = days.windows(longest);
            prop_assert!(windows.iter().all(|w| !w.is_empty() && w.len() <= longest));
            prop_assert_eq!(windows.iter().flat_map(Days::iter).collect::<Vec<_>>(), days.iter().collect::<Vec<_>>());
            prop_assert_eq!(windows.len(), (days.len() as usize).div_ceil(longest as usize));
        }
    }
}
