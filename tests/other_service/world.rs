//! What the service knows: for each tenancy and day the cost, and from which morning on it says so.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{manner::Beyond, money::Money};

/// Which call a tenancy's user may not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// The cost.
    Usage,
    /// The list of regions.
    Regions,
}

/// Whether MONTHLY lacks the days that DAILY lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// MONTHLY counts them all the same.
    DailyOnly,
    /// MONTHLY lacks them as well.
    MonthlyToo,
}

/// A region a tenancy is subscribed to.
#[derive(Clone, Debug)]
pub(super) struct Region {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) home: bool,
}

/// One amount of a day, and how it changes from morning to morning.
#[derive(Clone, Debug)]
struct Line {
    currency: String,
    /// From which morning on; None is always.
    versions: Vec<(Option<NaiveDate>, Money)>,
}

impl Line {
    fn on(&self, morning: NaiveDate) -> Option<&Money> {
        self.versions
            .iter()
            .filter(|(from, _)| from.is_none_or(|from| from <= morning))
            .max_by_key(|(from, _)| *from)
            .map(|(_, amount)| amount)
    }
}

/// From one day to another, both included.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: NaiveDate,
    last: NaiveDate,
}

impl Span {
    fn holds(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Tenancy {
    days: BTreeMap<NaiveDate, Vec<Line>>,
    late_days: Option<u64>,
    gaps: Vec<(Span, NaiveDate, Gap)>,
    away: Vec<Span>,
    refused: Vec<(NaiveDate, Span)>,
    pub(super) regions: Vec<Region>,
    pub(super) denied: Vec<Denied>,
    pub(super) broken: bool,
}

/// An amount as it is shown.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) amount: Money,
    pub(super) currency: String,
    pub(super) forecast: bool,
}

impl Tenancy {
    pub(super) fn is_away(&self, morning: NaiveDate) -> bool {
        self.away.iter().any(|span| span.holds(morning))
    }

    /// Whether a window from `first` to before `end` is one of those refused this morning.
    pub(super) fn is_refused(&self, first: NaiveDate, end: NaiveDate, morning: NaiveDate) -> bool {
        self.refused
            .iter()
            .any(|(day, mornings)| first <= *day && *day < end && mornings.holds(morning))
    }

    /// Whether the service has left this day out on this morning.
    pub(super) fn is_left_out(&self, day: NaiveDate, morning: NaiveDate, monthly: bool) -> bool {
        self.gaps.iter().any(|(span, on, gap)| {
            *on == morning && span.holds(day) && (!monthly || *gap == Gap::MonthlyToo)
        })
    }

    /// What the service says of a day on a morning.
    pub(super) fn shown(&self, day: NaiveDate, morning: NaiveDate, beyond: Beyond) -> Vec<Shown> {
        let late = self.late_days.unwrap_or(1);
        if day < morning {
            let seen = day
                .checked_add_days(Days::new(late))
                .is_some_and(|from| from <= morning);
            return if seen {
                self.lines(day, morning)
            } else {
                Vec::new()
            };
        }
        if day == morning {
            let own = self.lines(day, morning);
            return match beyond {
                Beyond::Nothing if late > 0 => Vec::new(),
                Beyond::Nothing => own,
                _ if own.is_empty() => vec![self.made_up("0.37", false)],
                _ => own,
            };
        }
        match beyond {
            Beyond::Nothing | Beyond::Today => Vec::new(),
            Beyond::FutureZero => vec![self.made_up("0", false)],
            Beyond::FutureMoney => vec![self.made_up("4.56", false)],
            Beyond::FutureForecast => vec![self.made_up("7.89", true)],
        }
    }

    fn lines(&self, day: NaiveDate, morning: NaiveDate) -> Vec<Shown> {
        let lines = self.days.get(&day).map_or(&[][..], Vec::as_slice);
        lines
            .iter()
            .filter_map(|line| {
                Some(Shown {
                    amount: line.on(morning)?.clone(),
                    currency: line.currency.clone(),
                    forecast: false,
                })
            })
            .collect()
    }

    fn made_up(&self, amount: &str, forecast: bool) -> Shown {
        let known = self.days.values().flatten().next();
        Shown {
            amount: Money::parse(amount).unwrap_or_else(Money::zero),
            currency: known.map_or_else(|| "USD".to_owned(), |line| line.currency.clone()),
            forecast,
        }
    }
}

/// All tenancies of the service.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    tenancies: BTreeMap<String, Tenancy>,
    /// The service's date; its clock's if None.
    pub(super) today: Option<NaiveDate>,
    /// How many seconds its clock is ahead.
    pub(super) clock_offset: i64,
    /// The region a path without a region stands for.
    pub(super) bare_region: Option<String>,
}

impl World {
    /// Sets what a day costs in a currency, from the beginning on; replaces what was set before.
    ///
    /// # Panics
    /// If the amount is not a decimal number.
    pub(crate) fn set(&mut self, tenancy: &str, day: NaiveDate, amount: &str, currency: &str) {
        let line = self.line(tenancy, day, currency);
        line.versions = vec![(None, money(amount))];
    }

    /// Adds one more amount to a day, as a row of its own.
    ///
    /// # Panics
    /// If the amount is not a decimal number.
    pub(crate) fn add(&mut self, tenancy: &str, day: NaiveDate, amount: &str, currency: &str) {
        let line = Line {
            currency: currency.to_owned(),
            versions: vec![(None, money(amount))],
        };
        let days = &mut self.tenancy(tenancy).days;
        days.entry(day).or_default().push(line);
    }

    /// From a morning on, the service gives another amount for a day; a day unknown before appears with it.
    ///
    /// # Panics
    /// If the amount is not a decimal number.
    pub(crate) fn restate(
        &mut self,
        tenancy: &str,
        day: NaiveDate,
        from_morning: NaiveDate,
        amount: &str,
        currency: &str,
    ) {
        let line = self.line(tenancy, day, currency);
        line.versions
            .retain(|(from, _)| *from != Some(from_morning));
        line.versions.push((Some(from_morning), money(amount)));
    }

    /// A day's cost shows this many days after it; 1, the next morning, if never set.
    pub(crate) fn late_days(&mut self, tenancy: &str, days: u64) {
        self.tenancy(tenancy).late_days = Some(days);
    }

    /// On one morning only, the rows from `first` to `last` are missing.
    pub(crate) fn leave_out(
        &mut self,
        tenancy: &str,
        first: NaiveDate,
        last: NaiveDate,
        morning: NaiveDate,
        gap: Gap,
    ) {
        let gaps = &mut self.tenancy(tenancy).gaps;
        gaps.push((Span { first, last }, morning, gap));
    }

    /// From one morning to another, both included, the tenancy gets 503.
    pub(crate) fn away(&mut self, tenancy: &str, first: NaiveDate, last: NaiveDate) {
        self.tenancy(tenancy).away.push(Span { first, last });
    }

    /// From one morning to another, both included, each window that holds this day gets 400.
    pub(crate) fn refuse(
        &mut self,
        tenancy: &str,
        day: NaiveDate,
        first: NaiveDate,
        last: NaiveDate,
    ) {
        let refused = &mut self.tenancy(tenancy).refused;
        refused.push((day, Span { first, last }));
    }

    /// The tenancy's user lacks the policy for a call: 404 `NotAuthorizedOrNotFound`, as observed.
    pub(crate) fn deny(&mut self, tenancy: &str, denied: Denied) {
        self.tenancy(tenancy).denied.push(denied);
    }

    /// The tenancy gets 500 until told otherwise, as observed.
    pub(crate) fn set_broken(&mut self, tenancy: &str, broken: bool) {
        self.tenancy(tenancy).broken = broken;
    }

    /// Subscribes the tenancy to a region, as `("FRA", "eu-frankfurt-1", true)`.
    ///
    /// With no region set, the tenancy is at home wherever it asks.
    pub(crate) fn region(&mut self, tenancy: &str, key: &str, name: &str, home: bool) {
        self.tenancy(tenancy).regions.push(Region {
            key: key.to_owned(),
            name: name.to_owned(),
            home,
        });
    }

    /// What the service would add up for a window on a morning, by its own exact sums: for a test to compare.
    ///
    /// Counts what is shown of the days before that morning, left-out days as well, and no memory.
    pub(crate) fn total(
        &self,
        tenancy: &str,
        first: NaiveDate,
        end: NaiveDate,
        morning: NaiveDate,
        currency: &str,
    ) -> String {
        let mut sum = Money::zero();
        if let Some(tenancy) = self.tenancies.get(tenancy) {
            for (day, _) in tenancy.days.range(first..end.max(first)) {
                for shown in tenancy.shown(*day, morning, Beyond::Nothing) {
                    if shown.currency == currency && *day < morning {
                        sum = sum.plus(&shown.amount);
                    }
                }
            }
        }
        sum.plain()
    }

    pub(super) fn known(&self, tenancy: &str) -> Tenancy {
        self.tenancies.get(tenancy).cloned().unwrap_or_default()
    }

    fn tenancy(&mut self, tenancy: &str) -> &mut Tenancy {
        self.tenancies.entry(tenancy.to_owned()).or_default()
    }

    fn line(&mut self, tenancy: &str, day: NaiveDate, currency: &str) -> &mut Line {
        let lines = self.tenancy(tenancy).days.entry(day).or_default();
        let at = lines.iter().position(|line| line.currency == currency);
        let at = at.unwrap_or_else(|| {
            lines.push(Line {
                currency: currency.to_owned(),
                versions: Vec::new(),
            });
            lines.len() - 1
        });
        &mut lines[at]
    }
}

fn money(text: &str) -> Money {
    Money::parse(text).unwrap_or_else(|| panic!("no decimal number: {text}"))
}
