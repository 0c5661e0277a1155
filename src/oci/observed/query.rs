//! One request, observed page by page and row by row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{Observations, Observed, Sight};
use crate::calendar::{Day, Days, Month, plus_days};
use crate::days::coverage::FORGOTTEN_FROM;
use crate::failure::Failure;
use crate::money::Amount;
use crate::oci::windows::is_refusal;

/// Most names of unknown fields that are counted apart.
const MOST_NAMES: usize = 1_000;

/// The fields of a row by the vendor's SDK.
const FIELDS: [&str; 31] = [
    "ad",
    "attributedCost",
    "attributedUsage",
    "compartmentId",
    "compartmentName",
    "compartmentPath",
    "computedAmount",
    "computedQuantity",
    "currency",
    "discount",
    "isForecast",
    "listRate",
    "overage",
    "overagesFlag",
    "platform",
    "region",
    "resourceId",
    "resourceName",
    "service",
    "shape",
    "skuName",
    "skuPartNumber",
    "subscriptionId",
    "tags",
    "tenantId",
    "tenantName",
    "timeUsageEnded",
    "timeUsageStarted",
    "unit",
    "unitPrice",
    "weight",
];
/// The fields of a page.
const PAGE_FIELDS: [&str; 2] = ["groupBy", "items"];

/// The observation of one request and its further pages.
#[derive(Debug)]
pub(in crate::oci) struct ObservedQuery<'o> {
    observed: &'o Observed,
    window: Days,
    monthly: bool,
    /// The number of rows of a page that was asked for.
    limit: Option<usize>,
    pages: u64,
    /// Marks a last page without rows.
    empty: bool,
    tokens: BTreeSet<Vec<u8>>,
    /// The rows of each day, and the pages that they are on.
    days: BTreeMap<Day, (u64, BTreeSet<u64>)>,
    sums: BTreeMap<Day, Amount>,
    months: BTreeMap<Month, Amount>,
    /// The currencies of rows with money, and of each row of zero.
    money: BTreeSet<String>,
    zeros: Vec<String>,
}

impl<'o> ObservedQuery<'o> {
    /// Begins to observe the pages of one request for `window`.
    pub(super) fn new(
        observed: &'o Observed,
        window: Days,
        monthly: bool,
        limit: Option<usize>,
    ) -> Self {
        Self {
            observed,
            window,
            monthly,
            limit,
            pages: 0,
            empty: false,
            tokens: BTreeSet::new(),
            days: BTreeMap::new(),
            sums: BTreeMap::new(),
            months: BTreeMap::new(),
            money: BTreeSet::new(),
            zeros: Vec::new(),
        }
    }

    /// Observes one page.
    pub(in crate::oci) fn page(&mut self, body: &[u8], token: Option<&[u8]>, tenancy: &str) {
        let mut state = self.observed.state();
        self.pages += 1;
        let token = match token {
            None => None,
            Some([]) => {
                state.see(Sight::TokenEmpty, 1);
                None
            }
            Some(token) => Some(token),
        };
        if let Some(token) = token {
            state.see(Sight::TokenThere, 1);
            if !self.tokens.insert(token.to_owned()) {
                state.see(Sight::TokenAgain, 1);
            }
        }
        let Ok(Value::Object(page)) = serde_json::from_slice(body) else {
            return;
        };
        if page.keys().any(|key| !PAGE_FIELDS.contains(&key.as_str())) {
            state.see(Sight::PageUnknown, 1);
        }
        let Some(Value::Array(rows)) = page.get("items") else {
            return;
        };
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        state.see(Sight::MostRows, count);
        if token.is_none() {
            state.see(Sight::TokenAbsent, 1);
        }
        match (rows.is_empty(), token) {
            (true, Some(_)) => state.see(Sight::EmptyThenMore, 1),
            (false, Some(_)) if self.limit.is_some_and(|limit| rows.len() < limit) => {
                state.see(Sight::ShortPage, 1);
            }
            _ => {}
        }
        if self.empty && !rows.is_empty() {
            state.see(Sight::RowsAfterEmpty, 1);
        }
        self.empty = rows.is_empty();
        let mut starts = Vec::new();
        for row in rows.iter().filter_map(Value::as_object) {
            starts.extend(self.row(&mut state, row, tenancy));
        }
        if starts.len() > 1 {
            let sight = match starts.is_sorted() {
                true => Sight::InOrder,
                false => Sight::OutOfOrder,
            };
            state.see(sight, 1);
        }
    }

    /// Observes one row and returns its first day.
    fn row(
        &mut self,
        state: &mut Observations,
        row: &Map<String, Value>,
        tenancy: &str,
    ) -> Option<Day> {
        let mut unknown = false;
        for name in row.keys().filter(|key| !FIELDS.contains(&key.as_str())) {
            unknown = true;
            if state.unknown.len() < MOST_NAMES {
                state.unknown.insert(name.clone());
            }
        }
        let sight = match unknown {
            true => Sight::RowUnknown,
            false => Sight::RowKnown,
        };
        state.see(sight, 1);
        state.see(tenant(row.get("tenantId"), tenancy), 1);
        let start = time(state, row.get("timeUsageStarted"));
        let end = time(state, row.get("timeUsageEnded"));
        let day = start.map(|start| start.date_naive());
        if row.get("isForecast") == Some(&Value::Bool(true)) {
            state.see(Sight::ForecastRow, 1);
            return day;
        }
        let amount = amount(state, row.get("computedAmount"));
        let code = match row.get("currency") {
            Some(Value::String(code)) => code.trim().to_uppercase(),
            _ => String::new(),
        };
        match &amount {
            Some(amount) if amount.is_zero() => {
                state.see(Sight::ZeroRow, 1);
                self.zeros.push(code);
            }
            Some(_) => {
                state.see(currency(row.get("currency")), 1);
                if !code.is_empty() {
                    self.money.insert(code);
                }
            }
            None => {}
        }
        let amount = amount.filter(|amount| !amount.is_zero());
        let (Some(day), Some(start)) = (day, start) else {
            return day;
        };
        if amount.is_some() && !self.monthly {
            let sight = if day < self.window.start {
                Sight::RowBefore
            } else if day >= self.window.end {
                Sight::RowAfter
            } else {
                Sight::RowInside
            };
            state.see(sight, 1);
        }
        if self.monthly {
            self.month(state, day, end.map(|end| end.date_naive()));
            if let Some(amount) = &amount {
                *self.months.entry(Month::of(day)).or_default() += amount;
            }
            return Some(day);
        }
        let whole = start.time() == NaiveTime::MIN
            && end.is_some_and(|end| end - start == TimeDelta::days(1));
        let sight = match whole {
            true => Sight::DayAtMidnight,
            false => Sight::DayOtherwise,
        };
        state.see(sight, 1);
        let of_day = self.days.entry(day).or_default();
        of_day.0 += 1;
        of_day.1.insert(self.pages);
        if let Some(amount) = &amount {
            *self.sums.entry(day).or_default() += amount;
            let age = u64::try_from((self.observed.as_of - day).num_days());
            if let Ok(age) = age {
                state.see(Sight::OldestAge, age);
                state.see(Sight::NewestAge, age);
            }
        }
        Some(day)
    }

    /// Observes how a MONTHLY row is dated.
    fn month(&self, state: &mut Observations, start: Day, end: Option<Day>) {
        let (month, asked) = (Month::of(start).days(), self.window);
        let dated = if asked.start > month.start {
            match start {
                start if start == asked.start => Sight::PartClipped,
                start if start == month.start => Sight::PartFirst,
                _ => Sight::PartElsewhere,
            }
        } else if start == month.start {
            Sight::MonthFirst
        } else {
            Sight::MonthElsewhere
        };
        state.see(dated, 1);
        let Some(end) = end else {
            return;
        };
        let ends = match end {
            end if end == month.end && month.end <= asked.end => Sight::EndsWithMonth,
            end if end == month.end => Sight::EndsBeyondRange,
            end if end == asked.end => Sight::EndsWithRange,
            _ => Sight::EndsElsewhere,
        };
        state.see(ends, 1);
    }

    /// Notes how the request ended.
    pub(in crate::oci) fn end(self, outcome: Result<(), &Failure>) {
        let mut state = self.observed.state();
        let refused = outcome.is_err_and(is_refusal);
        if self.pages > 0 {
            state.see(Sight::MostPages, self.pages);
        }
        if outcome.is_ok() {
            state.see(Sight::PolicyAccepted, 1);
            if self.limit.is_none() {
                state.see(Sight::LimitLeftOut, 1);
            }
        }
        for zero in &self.zeros {
            let own = self.money.is_empty() || zero.is_empty() || self.money.contains(zero);
            let sight = match own {
                true => Sight::OwnZero,
                false => Sight::ForeignZero,
            };
            state.see(sight, 1);
        }
        if !self.money.is_empty() {
            let currencies = u64::try_from(self.money.len()).unwrap_or(u64::MAX);
            state.see(Sight::Currencies, currencies);
        }
        match self.monthly {
            true => self.end_monthly(&mut state, outcome.is_ok(), refused),
            false => self.end_daily(&mut state, outcome.is_ok(), refused),
        }
    }

    fn end_monthly(self, state: &mut Observations, answered: bool, refused: bool) {
        let begun = self.window.start > Month::of(self.window.start).days().start;
        let months = u64::try_from(self.window.months().len()).unwrap_or(u64::MAX);
        if answered {
            state.see(Sight::MonthlyLongest, months);
        } else if refused {
            let sight = match begun {
                true => Sight::PartRefused,
                false => Sight::WholeRefused,
            };
            state.see(sight, 1);
            if !begun {
                state.see(Sight::MonthlyRefused, months);
            }
        }
        // An answer that figures refuse still shows how months are dated and summed.
        state.months.push((self.window, self.months));
    }

    fn end_daily(self, state: &mut Observations, answered: bool, refused: bool) {
        for (rows, pages) in self.days.values() {
            let sight = match (rows, pages.len()) {
                (_, 2..) => Sight::DayOverPages,
                (1, _) => Sight::DayOneRow,
                _ => Sight::DaySeveralRows,
            };
            state.see(sight, 1);
        }
        let (first, last) = (self.days.keys().next(), self.days.keys().last());
        if let (true, Some(first), Some(last)) = (answered, first, last) {
            let between = Days::inclusive(*first, *last).len();
            let without = u64::from(between)
                .saturating_sub(u64::try_from(self.days.len()).unwrap_or(u64::MAX));
            if without > 0 {
                state.see(Sight::NoRow, without);
            }
        }
        let old = self.window.end <= plus_days(self.observed.as_of, -FORGOTTEN_FROM);
        if answered {
            state.see(Sight::DailyLongest, u64::from(self.window.len()));
        }
        if old {
            let sight = match (answered, refused) {
                (true, _) if self.days.is_empty() => Sight::OldEmpty,
                (true, _) => Sight::OldAnswered,
                (false, true) => Sight::OldRefused,
                (false, false) => Sight::OldFailed,
            };
            state.see(sight, 1);
        } else if answered || refused {
            state.ranges.push((self.window, answered));
        }
        if answered {
            let days = self.window.iter();
            let mut sums = self.sums;
            let costs = days.map(|day| (day, sums.remove(&day).unwrap_or_default()));
            state.days.extend(costs);
        }
    }
}

fn tenant(value: Option<&Value>, tenancy: &str) -> Sight {
    match value {
        None => Sight::TenantAbsent,
        Some(Value::Null) => Sight::TenantNull,
        Some(Value::String(id)) if id.trim().is_empty() => Sight::TenantBlank,
        Some(Value::String(id)) if id.trim().eq_ignore_ascii_case(tenancy) => Sight::TenantOwn,
        Some(_) => Sight::TenantOther,
    }
}

/// Observes how an instant is written, and reads it.
fn time(state: &mut Observations, value: Option<&Value>) -> Option<DateTime<Utc>> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    let Ok(instant) = DateTime::parse_from_rfc3339(text) else {
        state.see(Sight::NoTime, 1);
        return None;
    };
    let form = match text.get(19..) {
        Some("Z") => Sight::Seconds,
        Some(end) if end.len() == 5 && end.starts_with('.') && end.ends_with('Z') => {
            Sight::Milliseconds
        }
        Some(end) if end.len() >= 6 && !end.ends_with(['Z', 'z']) => Sight::Offset,
        _ => Sight::OtherTime,
    };
    state.see(form, 1);
    Some(instant.with_timezone(&Utc))
}

/// Observes how an amount is written, and reads it.
fn amount(state: &mut Observations, value: Option<&Value>) -> Option<Amount> {
    let (sight, text) = match value {
        None | Some(Value::Null) => {
            state.see(Sight::NullRow, 1);
            return None;
        }
        Some(Value::Number(number)) => (Sight::AmountNumber, number.to_string()),
        Some(Value::String(text)) => (Sight::AmountText, text.trim().to_owned()),
        Some(_) => (Sight::AmountUnreadable, String::new()),
    };
    let amount = Amount::parse(&text).ok();
    state.see(
        match amount {
            Some(_) => sight,
            None => Sight::AmountUnreadable,
        },
        1,
    );
    if amount.as_ref().is_some_and(Amount::is_negative) {
        state.see(Sight::AmountNegative, 1);
    }
    amount
}

/// Returns the sight of a row's currency.
fn currency(value: Option<&Value>) -> Sight {
    let text = match value {
        None | Some(Value::Null) => return Sight::CurrencyNull,
        Some(Value::String(text)) => text,
        Some(_) => return Sight::CurrencyOther,
    };
    let code = text.trim();
    let letters = code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic());
    if code.is_empty() {
        Sight::CurrencyBlank
    } else if !letters {
        Sight::CurrencyOther
    } else if code.len() < text.len() {
        Sight::CurrencySpaced
    } else if code.bytes().any(|b| b.is_ascii_lowercase()) {
        Sight::CurrencyLower
    } else {
        Sight::CurrencyCode
    }
}
