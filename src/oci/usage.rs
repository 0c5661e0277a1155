//! The cost of a tenancy: `RequestSummarizedUsages` of the Usage API, version
//! 20200107, one window at a time, page by page, each row checked.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::json::Object;
use super::observed::ObservedQuery;
use super::transport::Session;
use crate::calendar::{Day, Days, Month, midnight};
use crate::days::reconcile::MonthlySums;
use crate::days::{CostRow, Ledger};
use crate::failure::{DataProblem, Failure};
use crate::money::{Amount, Currency};
use crate::text::printable;

/// Rows asked for on a page: what public clients of the service use; a window is then one page.
const ROWS_PER_PAGE: usize = 1_000;
/// Most rows of a window; 90 days have one row a day, or a few.
const MOST_ROWS: usize = 5_000;
/// Most pages of a window; a real one has fewer.
const MOST_PAGES: usize = 200;
/// Copies of one page with rows from which an answer is no answer.
const COPIES: u32 = 3;
/// The longest page token that is sent back.
const LONGEST_TOKEN: usize = 4096;

/// Length of a row's period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Granularity {
    /// A day.
    Daily,
    /// A calendar month, or the part of it that was asked for.
    Monthly,
}

impl Granularity {
    /// Returns the service's word.
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

/// The part of a request that names the number of rows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageSize {
    /// The request asks for [`ROWS_PER_PAGE`].
    Named,
    /// The service chooses the size.
    Unnamed,
}

/// The answer for a window of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DailyCosts {
    /// The booked cost.
    pub ledger: Ledger,
    /// The day of the oldest row, with money or without: the service remembers that day.
    pub oldest_row: Option<Day>,
}

/// Fetches the cost of each day of `window`, in one DAILY request and its further pages, from the Usage API at
/// `base`.
///
/// # Errors
/// A [`Failure`] of service or data: a part of the window would be a wrong sum.
pub(crate) async fn daily_costs(
    session: &Session<'_>,
    base: &Url,
    window: Days,
    page_size: PageSize,
) -> Result<DailyCosts, Failure> {
    let found = fetch(session, base, window, Granularity::Daily, page_size).await?;
    Ok(DailyCosts {
        oldest_row: found.oldest,
        ledger: found.rows.into_iter().collect(),
    })
}

/// Fetches the cost of each month of `months`, at most a year of them, in one MONTHLY request. A row may be
/// dated on any day of its month.
///
/// # Errors
/// A [`Failure`] of service or data.
pub(crate) async fn monthly_costs(
    session: &Session<'_>,
    base: &Url,
    months: Days,
    page_size: PageSize,
) -> Result<MonthlySums, Failure> {
    let found = fetch(session, base, months, Granularity::Monthly, page_size).await?;
    let mut sums = MonthlySums {
        months: months.months(),
        ..MonthlySums::default()
    };
    for row in found.rows {
        let key = (Month::of(row.day), row.currency);
        *sums.sums.entry(key).or_default() += &row.amount;
    }
    Ok(sums)
}

/// Fetches all pages of one window, and notes what they show where the session observes the service.
async fn fetch(
    session: &Session<'_>,
    base: &Url,
    window: Days,
    granularity: Granularity,
    page_size: PageSize,
) -> Result<AnswerPage, Failure> {
    let limit = (page_size == PageSize::Named).then_some(ROWS_PER_PAGE);
    let mut query = session
        .observed()
        .map(|observed| observed.query(window, granularity == Granularity::Monthly, limit));
    let found = fetch_pages(session, base, window, (granularity, page_size), &mut query).await;
    if let Some(query) = query {
        query.end(found.as_ref().map(|_| ()));
    }
    found
}

async fn fetch_pages(
    session: &Session<'_>,
    base: &Url,
    window: Days,
    (granularity, page_size): (Granularity, PageSize),
    query: &mut Option<ObservedQuery<'_>>,
) -> Result<AnswerPage, Failure> {
    let body = json!({
        "tenantId": session.tenancy(),
        "timeUsageStarted": midnight(window.start),
        "timeUsageEnded": midnight(window.end),
        "granularity": granularity.word(),
        "queryType": "COST",
        "isAggregateByTime": false,
    })
    .to_string();
    let mut found = AnswerPage::default();
    let mut tokens = HashSet::new();
    let mut copies: HashMap<_, u32> = HashMap::new();
    let mut url = address(base, page_size, None);
    for page_number in 1.. {
        let reply = session.post(&url, body.as_bytes()).await?;
        if let Some(query) = query {
            query.page(&reply.body, reply.next_page.as_deref(), session.tenancy());
        }
        let failed = |problem| Failure {
            request_id: reply.request_id.clone(),
            ..Failure::new(problem)
        };
        let page = decode_rows(&reply.body, session.tenancy(), window, granularity);
        let page = page.map_err(failed)?;
        // An empty token ends the list as no token does: the vendor's SDK would ask for ever.
        let token = reply.next_page.as_deref().filter(|token| !token.is_empty());
        let token_seen = token.is_some_and(|token| tokens.contains(token));
        // The usual only page repeats none, and its digest is not free where the processor has no SHA.
        // Several empty pages may come before more rows.
        if page.items > 0 && (page_number > 1 || token.is_some()) {
            let copies = copies.entry(Sha256::digest(&reply.body)).or_default();
            *copies += 1;
            if (*copies > 1 && token_seen) || *copies >= COPIES {
                return Err(failed(DataProblem::PageRepeated));
            }
        }
        found.rows.extend(page.rows);
        found.oldest = found.oldest.into_iter().chain(page.oldest).min();
        if found.rows.len() > MOST_ROWS {
            return Err(failed(DataProblem::TooManyRows(MOST_ROWS)));
        }
        let Some(token) = token else {
            return Ok(found);
        };
        if token_seen {
            return Err(failed(DataProblem::PageLoop));
        }
        if page_number >= MOST_PAGES {
            return Err(failed(DataProblem::TooManyPages(MOST_PAGES)));
        }
        let text = str::from_utf8(token)
            .ok()
            .filter(|token| token.len() <= LONGEST_TOKEN)
            .ok_or_else(|| failed(DataProblem::BadPageToken))?;
        url = address(base, page_size, Some(text));
        tokens.insert(token.to_owned());
    }
    Ok(found)
}

/// Returns the operation's address below `base`, for a page.
fn address(base: &Url, page_size: PageSize, page: Option<&str>) -> Url {
    let mut url = base.clone();
    let path = format!("{}/20200107/usage", base.path().trim_end_matches('/'));
    url.set_path(&path);
    let mut query = url.query_pairs_mut();
    if page_size == PageSize::Named {
        query.append_pair("limit", &ROWS_PER_PAGE.to_string());
    }
    if let Some(page) = page {
        query.append_pair("page", page);
    }
    drop(query);
    // The service's rule is RFC 3986, where a blank is %20; a plus sign of the token is %2B here already.
    let query = url.query().map(|query| query.replace('+', "%20"));
    url.set_query(query.as_deref().filter(|query| !query.is_empty()));
    url
}

#[derive(Deserialize)]
struct Aggregation<'a> {
    #[serde(borrow)]
    items: Vec<Object<UsageSummary<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageSummary<'a> {
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

/// The rows with money of one page, or of all pages of a window.
#[derive(Default)]
struct AnswerPage {
    /// Number of rows on the page, with money or without.
    items: usize,
    rows: Vec<CostRow>,
    /// The day of the oldest row, with money or without.
    oldest: Option<Day>,
}

/// Reads the rows with money of one page (rule: rows), each on a day of `window`.
///
/// # Errors
/// A [`DataProblem`] when the page is not the documented JSON or holds a row that no sum may contain.
pub fn decode(body: &[u8], tenancy: &str, window: Days) -> Result<Vec<CostRow>, DataProblem> {
    Ok(decode_rows(body, tenancy, window, Granularity::Daily)?.rows)
}

fn decode_rows(
    body: &[u8],
    tenancy: &str,
    window: Days,
    granularity: Granularity,
) -> Result<AnswerPage, DataProblem> {
    let Object(Aggregation { items }) =
        serde_json::from_slice(body).map_err(|error| DataProblem::not_the_document(&error))?;
    let mut page = AnswerPage {
        items: items.len(),
        rows: Vec::with_capacity(items.len()),
        oldest: None,
    };
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
        let day = day(
            &item.time_usage_started,
            &item.time_usage_ended,
            granularity.longest_row(),
        );
        let told = day.as_ref().ok().copied();
        let told = told.filter(|day| window.contains(*day));
        page.oldest = page.oldest.into_iter().chain(told).min();
        // A row without money is no data, in whatever currency.
        let amount = amount(item.computed_amount)?.filter(|amount| !amount.is_zero());
        let Some(amount) = amount else {
            continue;
        };
        let currency = currency(item.currency.as_deref())?;
        let day = day?;
        if granularity == Granularity::Monthly && !window.contains(day) {
            // Another month is not compared.
            continue;
        }
        if !window.contains(day) {
            return Err(DataProblem::OutsideRange { day });
        }
        page.rows.push(CostRow {
            day,
            amount,
            currency,
        });
    }
    Ok(page)
}

/// The amount, from a number or a string, digit by digit; `None` where it is null or absent.
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
    // An empty text is no way of saying nothing that the service is known to have.
    Amount::parse(text.trim()).map(Some).map_err(|_| refuse())
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
