//! The cost of a tenancy: `RequestSummarizedUsages` of the Usage API, version
//! 20200107, in windows, page by page, each row checked.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use futures_util::future::try_join_all;
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::json::Object;
use super::transport::Session;
use crate::calendar::{Day, Days};
use crate::cost::CostRow;
use crate::failure::{DataProblem, Failure};
use crate::money::{Amount, Currency};
use crate::text::printable;

/// The most days that a DAILY request is reported to be answered for.
const LONGEST_WINDOW: u32 = 90;
/// Rows asked for on a page: what public clients of the service use; a window is then one page.
const ROWS_PER_PAGE: &str = "1000";
/// More rows than a window of 90 days ever has: one a day, or a few.
const MOST_ROWS: usize = 5_000;
/// More pages than such a window ever has.
const MOST_PAGES: usize = 200;
/// The longest page token that is sent back.
const LONGEST_TOKEN: usize = 4096;

/// How long a row's time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Granularity {
    /// A day.
    Daily,
    /// A calendar month, or what the asked range has of it.
    Monthly,
}

impl Granularity {
    /// What the service calls it.
    fn word(self) -> &'static str {
        match self {
            Self::Daily => "DAILY",
            Self::Monthly => "MONTHLY",
        }
    }

    fn longest_row(self) -> TimeDelta {
        TimeDelta::days(match self {
            Self::Daily => 1,
            Self::Monthly => 31,
        })
    }
}

/// What the tenancy cost on each of `days`, as rows with money in order of their windows, by the Usage API at `base`.
///
/// # Errors
/// The first [`Failure`] of any window: part of the days would be a wrong sum.
pub async fn daily_costs(
    session: &Session<'_>,
    base: &Url,
    days: Days,
) -> Result<Vec<CostRow>, Failure> {
    let windows = days.windows(LONGEST_WINDOW);
    let windows = windows
        .into_iter()
        .map(|window| fetch(session, base, window, Granularity::Daily));
    let fetched = try_join_all(windows).await?;
    Ok(fetched.into_iter().flatten().collect())
}

/// What it cost in each month of `days`, at most a year of them, in one request; a row's day is the
/// first of its month, or of `days`.
///
/// # Errors
/// A [`Failure`] of service or data.
pub async fn monthly_costs(
    session: &Session<'_>,
    base: &Url,
    days: Days,
) -> Result<Vec<CostRow>, Failure> {
    fetch(session, base, days, Granularity::Monthly).await
}

/// All pages of one window.
async fn fetch(
    session: &Session<'_>,
    base: &Url,
    window: Days,
    granularity: Granularity,
) -> Result<Vec<CostRow>, Failure> {
    let body = json!({
        "tenantId": session.tenancy(),
        "timeUsageStarted": midnight(window.start),
        "timeUsageEnded": midnight(window.end),
        "granularity": granularity.word(),
        "queryType": "COST",
        "isAggregateByTime": false,
    })
    .to_string();
    let mut rows = Vec::new();
    let mut tokens = HashSet::new();
    let mut pages = HashSet::new();
    let mut url = address(base, None);
    loop {
        let reply = session.post(&url, body.as_bytes()).await?;
        let failed = |problem| Failure {
            request_id: reply.request_id.clone(),
            ..Failure::new(problem)
        };
        // The usual only page repeats none, and its digest is not free where the processor has no SHA.
        let only = pages.is_empty() && reply.next_page.is_none();
        if !only && !pages.insert(Sha256::digest(&reply.body)) {
            return Err(failed(DataProblem::PageRepeated));
        }
        let page = decode_rows(&reply.body, session.tenancy(), window, granularity);
        rows.extend(page.map_err(failed)?);
        if rows.len() > MOST_ROWS {
            return Err(failed(DataProblem::TooManyRows(MOST_ROWS)));
        }
        let Some(token) = &reply.next_page else {
            return Ok(rows);
        };
        let token = str::from_utf8(token)
            .ok()
            .filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN)
            .ok_or_else(|| failed(DataProblem::BadPageToken))?;
        if pages.len() == MOST_PAGES {
            return Err(failed(DataProblem::TooManyPages(MOST_PAGES)));
        }
        url = address(base, Some(token));
        if !tokens.insert(token.to_owned()) {
            return Err(failed(DataProblem::PageLoop));
        }
    }
}

/// The operation's address below `base`, for a page.
fn address(base: &Url, page: Option<&str>) -> Url {
    let mut url = base.clone();
    let path = format!("{}/20200107/usage", base.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut query = url.query_pairs_mut();
    query.append_pair("limit", ROWS_PER_PAGE);
    if let Some(page) = page {
        query.append_pair("page", page);
    }
    drop(query);
    // The service's rule is RFC 3986, where a blank is %20; a plus sign of the token is %2B here already.
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref());
    url
}

fn midnight(day: Day) -> String {
    day.and_time(NaiveTime::MIN)
        .and_utc()
        .to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[derive(Deserialize)]
struct Aggregation<'a> {
    #[serde(borrow)]
    items: Vec<Object<Summary<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    #[serde(borrow)]
    time_usage_started: Cow<'a, str>,
    #[serde(borrow)]
    time_usage_ended: Cow<'a, str>,
    #[serde(borrow, default)]
    computed_amount: Option<&'a RawValue>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    is_forecast: Option<bool>,
    #[serde(default)]
    tenant_id: Option<String>,
}

/// The rows with money of one page by day (rule 13), each on a day of `window`.
///
/// # Errors
/// A [`DataProblem`] when the page is not the documented JSON or holds a row that no sum may contain.
pub fn decode(body: &[u8], tenancy: &str, window: Days) -> Result<Vec<CostRow>, DataProblem> {
    decode_rows(body, tenancy, window, Granularity::Daily)
}

fn decode_rows(
    body: &[u8],
    tenancy: &str,
    window: Days,
    granularity: Granularity,
) -> Result<Vec<CostRow>, DataProblem> {
    let Object(Aggregation { items }) =
        serde_json::from_slice(body).map_err(|error| DataProblem::not_the_document(&error))?;
    let mut rows = Vec::with_capacity(items.len());
    for Object(item) in items {
        if let Some(owner) = item
            .tenant_id
            .as_deref()
            .map(str::trim)
            .filter(|owner| !owner.is_empty())
            && !owner.eq_ignore_ascii_case(tenancy)
        {
            return Err(DataProblem::OtherTenancy {
                tenancy: printable(owner, 100),
            });
        }
        if item.is_forecast == Some(true) {
            continue;
        }
        let Some(amount) = amount(item.computed_amount)? else {
            continue;
        };
        let currency = currency(item.currency.as_deref())?;
        if currency.is_none() && amount.is_zero() {
            continue;
        }
        let day = day(
            &item.time_usage_started,
            &item.time_usage_ended,
            granularity.longest_row(),
        )?;
        if !window.contains(day) {
            return Err(DataProblem::OutsideRange { day });
        }
        rows.push(CostRow {
            day,
            amount,
            currency,
        });
    }
    Ok(rows)
}

/// The amount, from a number or a string, digit by digit; `None` where there is none.
fn amount(raw: Option<&RawValue>) -> Result<Option<Amount>, DataProblem> {
    let Some(raw) = raw.map(RawValue::get) else {
        return Ok(None);
    };
    let refuse = || DataProblem::NotAnAmount {
        value: printable(raw, 60),
    };
    let text: Cow<'_, str> = if raw.starts_with('"') {
        Cow::Owned(serde_json::from_str(raw).map_err(|_| refuse())?)
    } else {
        Cow::Borrowed(raw)
    };
    match text.trim() {
        "" => Ok(None),
        digits => Amount::parse(digits).map(Some).map_err(|_| refuse()),
    }
}

/// The currency; `None` where it is blank.
fn currency(text: Option<&str>) -> Result<Option<Currency>, DataProblem> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(code) => Currency::parse(code)
            .map(Some)
            .ok_or_else(|| DataProblem::NotACurrency {
                value: printable(code, 60),
            }),
    }
}

/// The UTC day that a row from `start` to `end` begins with: it starts at midnight and lasts no longer
/// than `longest`, or the answer is by another granularity.
fn day(start: &str, end: &str, longest: TimeDelta) -> Result<Day, DataProblem> {
    let refuse = |value: &str| DataProblem::NotADay {
        value: printable(value, 60),
    };
    let instant = |text: &str| {
        DateTime::parse_from_rfc3339(text)
            .map(|t| t.with_timezone(&Utc))
            .map_err(|_| refuse(text))
    };
    let (from, to) = (instant(start)?, instant(end)?);
    if from.time() != NaiveTime::MIN {
        return Err(refuse(start));
    }
    if to <= from || to - from > longest {
        return Err(refuse(end));
    }
    Ok(from.date_naive())
}
