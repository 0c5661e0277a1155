//! The one operation that the stand-in has: RequestSummarizedUsages. It reads
//! query and body as strictly as the service is known to, and answers a page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;
use sha2::{Digest as _, Sha256};

use super::refusal::RefusedAnswer;
use super::world::WorldRow;
use crate::calendar::{Day, Days, Month};
use crate::money::Amount;

/// Path of the operation.
pub(super) const PATH: &str = "/20200107/usage";

/// The most days of a question by day, and by month.
const DAILY_DAYS: u32 = 90;
const MONTHLY_DAYS: u32 = 366;

/// A tenant's rows, sorted once for all questions.
#[derive(Debug)]
pub(super) struct TenantRows {
    tenancy: String,
    rows: Vec<WorldRow>,
}

/// A page of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowsPage {
    /// The JSON document.
    pub(super) body: String,
    /// The `opc-next-page` header, when there is more.
    pub(super) next: Option<String>,
}

impl TenantRows {
    pub(super) fn new(tenancy: String, mut rows: Vec<WorldRow>) -> Self {
        rows.sort_by_key(|row| row.day);
        Self { tenancy, rows }
    }

    /// Answers a request with this query and body.
    pub(super) fn answer(
        &self,
        query: Option<&str>,
        body: &[u8],
        page_rows: usize,
    ) -> Result<RowsPage, RefusedAnswer> {
        let query = PageQuery::parse(query.unwrap_or_default())?;
        let question = UsageQuestion::parse(body)?;
        if question.tenancy != self.tenancy {
            return Err(RefusedAnswer::not_found());
        }
        let digest = Sha256::digest(body);
        let from = match &query.page {
            Some(token) => position(token, &digest)
                .ok_or_else(|| RefusedAnswer::invalid("Invalid page token provided."))?,
            None => 0,
        };
        let size = query.limit.unwrap_or(usize::MAX).min(page_rows).max(1);

        let items = self.items(&question);
        let end = from.saturating_add(size).min(items.len());
        Ok(RowsPage {
            body: document(items.get(from..end).unwrap_or_default()),
            next: (end < items.len()).then(|| token(end, &digest)),
        })
    }

    fn items(&self, question: &UsageQuestion) -> Vec<AnswerItem<'_>> {
        let Days { start, end } = question.days;
        let first = self.rows.partition_point(|row| row.day < start);
        let last = self.rows.partition_point(|row| row.day < end);
        let rows = self.rows[first..last].iter();
        match question.granularity {
            PeriodLength::Daily => rows
                .map(|row| AnswerItem {
                    days: Days::inclusive(row.day, row.day),
                    row: Cow::Borrowed(row),
                })
                .collect(),
            PeriodLength::Monthly => by_month(rows, question.days),
        }
    }
}

/// An object of `items`: a row and the days of its period.
#[derive(Debug)]
struct AnswerItem<'a> {
    days: Days,
    row: Cow<'a, WorldRow>,
}

/// Sums the rows of a month that differ in nothing else; an amount that is no number stays apart.
fn by_month<'a>(rows: impl Iterator<Item = &'a WorldRow>, asked: Days) -> Vec<AnswerItem<'a>> {
    let mut sums: BTreeMap<_, Amount> = BTreeMap::new();
    let mut items = Vec::new();
    for row in rows {
        // The service cuts the month off where the question ends.
        let days = Month::of(row.day).days().within(asked);
        if let Ok(amount) = Amount::parse(&row.amount) {
            let alike = (
                days.start,
                days.end,
                &row.currency,
                row.is_forecast,
                &row.tenant_id,
            );
            *sums.entry(alike).or_default() += &amount;
        } else {
            items.push(AnswerItem {
                days,
                row: Cow::Borrowed(row),
            });
        }
    }
    items.extend(sums.into_iter().map(
        |((start, end, currency, is_forecast, tenant_id), amount)| AnswerItem {
            days: Days::new(start, end),
            row: Cow::Owned(WorldRow {
                day: start,
                amount: amount.to_string(),
                currency: currency.clone(),
                is_forecast,
                tenant_id: tenant_id.clone(),
            }),
        },
    ));
    items.sort_by_key(|item| item.days.start);
    items
}

/// The answer's JSON, with every field that a real one has. Quantity and
/// attributed cost differ from the amount on purpose: who reads the wrong
/// field gets the wrong sum.
fn document(items: &[AnswerItem<'_>]) -> String {
    let mut json = String::with_capacity(32 + items.len() * 800);
    json.push_str(r#"{"groupBy":null,"items":["#);
    for (index, AnswerItem { days, row }) in items.iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        json.push_str(r#"{"tenantId":"#);
        match &row.tenant_id {
            // `Value` prints a string with JSON's escapes.
            Some(tenant_id) => {
                let _ = write!(json, "{}", Value::from(tenant_id.as_str()));
            }
            None => json.push_str("null"),
        }
        json.push_str(concat!(
            r#","tenantName":null,"compartmentId":null,"compartmentPath":null,"compartmentName":null"#,
            r#","service":null,"resourceName":null,"resourceId":null,"region":null,"ad":null"#,
            r#","weight":null,"shape":null,"skuPartNumber":null,"skuName":null,"unit":null"#,
            r#","discount":null,"listRate":null,"platform":null"#,
        ));
        // Writing to a string does not fail.
        let _ = write!(
            json,
            concat!(
                r#","timeUsageStarted":"{}T00:00:00.000Z","timeUsageEnded":"{}T00:00:00.000Z""#,
                r#","computedAmount":{},"computedQuantity":24.0"#,
                r#","attributedCost":"0","attributedUsage":"0""#,
                r#","overagesFlag":"N","unitPrice":null,"currency":{},"subscriptionId":null"#,
                r#","overage":null,"isForecast":{}"#,
                r#","tags":[{{"namespace":null,"key":null,"value":null}}]}}"#,
            ),
            days.start, days.end, row.amount, row.currency, row.is_forecast,
        );
    }
    json.push_str("]}");
    json
}

/// The query, of which there are two parameters.
#[derive(Debug, Default, PartialEq, Eq)]
struct PageQuery {
    limit: Option<usize>,
    page: Option<String>,
}

impl PageQuery {
    fn parse(text: &str) -> Result<Self, RefusedAnswer> {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = form_decoded(value)
                .ok_or_else(|| RefusedAnswer::invalid(format!("{name} is not percent-encoded")))?;
            let repeated = match name {
                "limit" => {
                    let limit = Some(value)
                        .filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()))
                        .and_then(|value| value.parse().ok())
                        .filter(|limit| *limit > 0)
                        .ok_or_else(|| {
                            RefusedAnswer::invalid("limit must be a positive integer")
                        })?;
                    query.limit.replace(limit).is_some()
                }
                "page" => query.page.replace(value).is_some(),
                _ => return Err(RefusedAnswer::invalid(format!("{name} is not a parameter"))),
            };
            if repeated {
                return Err(RefusedAnswer::invalid(format!("{name} comes twice")));
            }
        }
        Ok(query)
    }
}

/// A query value without its percent signs; a `+` is a space, as the vendor's own clients write it.
fn form_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    let digit = |rest: &mut std::str::Bytes<'_>| char::from(rest.next()?).to_digit(16);
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(&mut rest)?, digit(&mut rest)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Opens every token: with it, base64 begins `+/`, which a URL must escape.
const TOKEN_HEAD: [u8; 3] = [0xfb, 0xf0, 0x00];

/// The token of the page that starts at row `position` of the answer to the body of this digest.
///
/// It holds the position and a check over position and body, so that a token
/// sent with another body, or made up, is told apart without keeping any. Its
/// 19 bytes end in `==`.
fn token(position: usize, digest: &[u8]) -> String {
    let position = u32::try_from(position).unwrap_or(u32::MAX).to_be_bytes();
    let check = Sha256::new()
        .chain_update(b"page")
        .chain_update(digest)
        .chain_update(position)
        .finalize();
    let mut bytes = TOKEN_HEAD.to_vec();
    bytes.extend(position);
    bytes.extend(&check[..12]);
    STANDARD.encode(bytes)
}

/// The position that a token names, if it is one of [`token`]'s for that body.
fn position(text: &str, digest: &[u8]) -> Option<usize> {
    let bytes = STANDARD.decode(text).ok()?;
    let position = bytes.get(3..7)?.try_into().ok()?;
    let position = usize::try_from(u32::from_be_bytes(position)).ok()?;
    (token(position, digest) == text).then_some(position)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PeriodLength {
    Daily,
    Monthly,
}

/// The body, understood.
#[derive(Debug)]
struct UsageQuestion {
    tenancy: String,
    days: Days,
    granularity: PeriodLength,
}

/// The body as the service documents it, of which everything may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QuestionBody {
    tenant_id: Option<String>,
    time_usage_started: Option<String>,
    time_usage_ended: Option<String>,
    granularity: Option<String>,
    query_type: Option<String>,
    is_aggregate_by_time: Option<bool>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

impl UsageQuestion {
    fn parse(body: &[u8]) -> Result<Self, RefusedAnswer> {
        let details: QuestionBody =
            serde_json::from_slice(body).map_err(|error| match error.classify() {
                Category::Data => unprocessable(),
                _ => RefusedAnswer::unparsable(),
            })?;
        let tenancy = required("tenantId", details.tenant_id)?;
        let start = required("timeUsageStarted", details.time_usage_started)?;
        let end = required("timeUsageEnded", details.time_usage_ended)?;
        let granularity = match required("granularity", details.granularity)?.as_str() {
            "DAILY" => PeriodLength::Daily,
            "MONTHLY" => PeriodLength::Monthly,
            other => return Err(not_served("granularity", other)),
        };
        if let Some(other) = details.query_type.filter(|kind| kind != "COST") {
            return Err(not_served("queryType", &other));
        }
        if details.is_aggregate_by_time == Some(true) {
            return Err(not_served("isAggregateByTime", "true"));
        }
        // Filters and groupings would change the rows: better refused than passed over.
        if let Some((name, value)) = details.others.iter().find(|(_, value)| !value.is_null()) {
            return Err(not_served(name, &value.to_string()));
        }

        let (start, end) = (midnight(&start)?, midnight(&end)?);
        if end <= start {
            return Err(RefusedAnswer::invalid(
                "timeUsageEnded must be after timeUsageStarted",
            ));
        }
        let days = Days::new(start, end);
        let most = match granularity {
            PeriodLength::Daily => DAILY_DAYS,
            PeriodLength::Monthly => MONTHLY_DAYS,
        };
        if days.len() > most {
            return Err(RefusedAnswer::invalid(format!(
                "The date range must not be longer than {most} days for this granularity"
            )));
        }
        Ok(Self {
            tenancy,
            days,
            granularity,
        })
    }
}

fn required(name: &str, value: Option<String>) -> Result<String, RefusedAnswer> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| RefusedAnswer::missing(name))
}

fn not_served(name: &str, value: &str) -> RefusedAnswer {
    RefusedAnswer::invalid(format!("{name} must not be {value}"))
}

/// Returns the refusal of a body that is JSON, but lacks the fields that the service knows.
fn unprocessable() -> RefusedAnswer {
    RefusedAnswer::invalid("Unable to process JSON input")
}

/// The day that an RFC 3339 time begins, which must be a UTC midnight.
fn midnight(text: &str) -> Result<Day, RefusedAnswer> {
    // chrono takes a space for the `T`, too.
    let time = DateTime::parse_from_rfc3339(text)
        .ok()
        .filter(|_| text.as_bytes().get(10) == Some(&b'T'))
        .ok_or_else(unprocessable)?
        .with_timezone(&Utc);
    if time.time() == NaiveTime::MIN {
        Ok(time.date_naive())
    } else {
        Err(RefusedAnswer::invalid(
            "Passed UTC date does not have the right precision: \
             hours, minutes, seconds, and second fractions must be 0",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::plus_days;
    use crate::sim::sample;

    const TENANCY: &str = "ocid1.tenancy.oc1..a";

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// A row for each of the first `count` days of 2026, last day first, of as many cents as its number.
    fn ledger(count: u32) -> TenantRows {
        let rows = (1..=count)
            .rev()
            .map(|n| {
                WorldRow::new(
                    plus_days(day("2025-12-31"), n.into()),
                    format!("{n}e-2"),
                    "BRL",
                )
            })
            .collect();
        TenantRows::new(TENANCY.to_owned(), rows)
    }

    fn body(start: &str, end: &str) -> String {
        sample::body(TENANCY, start, end)
    }

    fn percent_encoded(token: &str) -> String {
        token
            .replace('+', "%2B")
            .replace('/', "%2f")
            .replace('=', "%3D")
    }

    fn items(page: &RowsPage) -> Vec<Value> {
        let document: Value = serde_json::from_str(&page.body).unwrap();
        document["items"].as_array().unwrap().clone()
    }

    fn days_of(items: &[Value]) -> Vec<&str> {
        items
            .iter()
            .map(|item| &item["timeUsageStarted"].as_str().unwrap()[..10])
            .collect()
    }

    /// Follows pages, at most `most` of them.
    fn pages(ledger: &TenantRows, limit: &str, page_rows: usize, most: usize) -> Vec<RowsPage> {
        let body = body("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let mut pages = Vec::<RowsPage>::new();
        while pages.len() < most {
            let query = match pages.last().map(|page| page.next.as_deref()) {
                None => limit.to_owned(),
                Some(None) => break,
                Some(Some(token)) => format!("{limit}&page={}", percent_encoded(token)),
            };
            pages.push(
                ledger
                    .answer(Some(&query), body.as_bytes(), page_rows)
                    .unwrap(),
            );
        }
        pages
    }

    fn refusal(query: Option<&str>, body: &str) -> RefusedAnswer {
        ledger(40).answer(query, body.as_bytes(), 10).unwrap_err()
    }

    #[test]
    fn a_row_looks_like_a_real_one() {
        let mut row = WorldRow::new(day("2026-01-31"), "1.25e-7", "BRL");
        row.tenant_id = Some("a\"b".to_owned());
        let ledger = TenantRows::new(TENANCY.to_owned(), vec![row]);
        let body = body("2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z");
        let page = ledger.answer(None, body.as_bytes(), 10).unwrap();
        assert!(page.body.contains(r#""computedAmount":1.25e-7,"#));
        let item = &items(&page)[0];
        assert_eq!(item["tenantId"], "a\"b");
        assert_eq!(item["timeUsageStarted"], "2026-01-31T00:00:00.000Z");
        assert_eq!(item["timeUsageEnded"], "2026-02-01T00:00:00.000Z");
        assert_eq!(item["currency"], "BRL");
        assert_eq!(item["isForecast"], false);
        assert!(item["attributedCost"].is_string());
        assert_eq!(item["tags"][0]["namespace"], Value::Null);
        assert_eq!(item.as_object().unwrap().len(), 31);
    }

    #[test]
    fn the_range_is_half_open_and_in_order() {
        let body = body("2026-01-03T00:00:00Z", "2026-01-06T00:00:00+00:00");
        let page = ledger(40).answer(None, body.as_bytes(), 10).unwrap();
        assert_eq!(
            days_of(&items(&page)),
            ["2026-01-03", "2026-01-04", "2026-01-05"]
        );
        assert_eq!(page.next, None);
    }

    #[test]
    fn pages_hold_every_row_once() {
        for (limit, page_rows, sizes) in [
            ("", 31, vec![31]),
            ("limit=1000", 10, vec![10, 10, 10, 1]),
            ("limit=16", 1000, vec![16, 15]),
            ("limit=30", 0, vec![1; 31]),
        ] {
            let pages = pages(&ledger(40), limit, page_rows, 100);
            let all: Vec<Vec<Value>> = pages.iter().map(items).collect();
            assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            let all = all.concat();
            assert_eq!(days_of(&all).first(), Some(&"2026-01-01"));
            assert!(days_of(&all).is_sorted());
        }
    }

    #[test]
    fn a_page_token_needs_escapes_and_holds_for_its_body_only() {
        let first = body("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let page = ledger(40).answer(None, first.as_bytes(), 10).unwrap();
        let token = page.next.unwrap();
        assert!(token.starts_with("+/") && token.ends_with("=="));
        let escaped = format!("page={}", percent_encoded(&token));
        let ledger = ledger(40);
        assert!(ledger.answer(Some(&escaped), first.as_bytes(), 10).is_ok());

        let other = body("2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z");
        for (query, body) in [
            (&escaped, &other),
            (&format!("page={token}"), &first),
            (&"page=".to_owned(), &first),
            (&"page=%ZZ".to_owned(), &first),
            (&"page=abc%3D".to_owned(), &first),
            (
                &format!(
                    "page={}",
                    percent_encoded(&token.replacen("AAAA", "AAAB", 1))
                ),
                &first,
            ),
        ] {
            let refusal = refusal(Some(query), body);
            assert_eq!(
                (refusal.status.as_u16(), refusal.code),
                (400, "InvalidParameter")
            );
        }
    }

    #[test]
    fn months_are_sums() {
        let mut rows = ledger(40).rows;
        rows.push(WorldRow::new(day("2026-01-05"), "null", " "));
        rows.push(WorldRow::new(day("2026-01-05"), "7", "USD"));
        let ledger = TenantRows::new(TENANCY.to_owned(), rows);
        let body = body("2026-01-01T00:00:00Z", "2026-02-05T00:00:00Z").replace("DAILY", "MONTHLY");
        let page = ledger.answer(None, body.as_bytes(), 10).unwrap();
        let found: Vec<String> = items(&page)
            .iter()
            .map(|item| {
                format!(
                    "{} {} {} {}",
                    item["timeUsageStarted"],
                    item["timeUsageEnded"],
                    item["currency"],
                    item["computedAmount"]
                )
                .replace("T00:00:00.000Z", "")
                .replace('"', "")
            })
            .collect();
        assert_eq!(
            found,
            [
                "2026-01-01 2026-02-01   null",
                "2026-01-01 2026-02-01 BRL 4.96",
                "2026-01-01 2026-02-01 USD 7",
                "2026-02-01 2026-02-05 BRL 1.34",
            ]
        );
    }

    #[test]
    fn a_query_is_limit_and_page() {
        let body = body("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        for query in [
            "limit=0",
            "limit=",
            "limit",
            "limit=-1",
            "limit=+1",
            "limit=%2B1",
            "limit=1.5",
            "limit=99999999999999999999999",
            "limit=1&limit=1",
            "page=a&page=a",
            "opc=1",
        ] {
            let refusal = refusal(Some(query), &body);
            assert_eq!(
                (refusal.status.as_u16(), refusal.code),
                (400, "InvalidParameter"),
                "{query}"
            );
        }
    }

    #[test]
    fn a_body_is_what_is_documented() {
        let good = body("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let swapped = |from: &str, to: &str| {
            let changed = good.replace(from, to);
            assert_ne!(changed, good, "{from}");
            changed
        };
        for (body, status, code) in [
            (String::new(), 400, "CannotParseRequest"),
            ("{".to_owned(), 400, "CannotParseRequest"),
            ("[]".to_owned(), 400, "InvalidParameter"),
            ("{}".to_owned(), 400, "MissingParameter"),
            (swapped("tenantId", "x"), 400, "MissingParameter"),
            (swapped("timeUsageStarted", "x"), 400, "MissingParameter"),
            (swapped("timeUsageEnded", "x"), 400, "MissingParameter"),
            (swapped("granularity", "x"), 400, "MissingParameter"),
            (swapped("DAILY", "WEEKLY"), 400, "InvalidParameter"),
            (swapped("DAILY", "daily"), 400, "InvalidParameter"),
            (swapped("COST", "COSTS"), 400, "InvalidParameter"),
            (swapped("queryType", "querytype"), 400, "InvalidParameter"),
            (
                swapped("{", r#"{"groupBy":["service"],"#),
                400,
                "InvalidParameter",
            ),
            (
                swapped("{", r#"{"isAggregateByTime":true,"#),
                400,
                "InvalidParameter",
            ),
            (
                swapped("2026-01-01T00:00:00Z", "2026-01-01"),
                400,
                "InvalidParameter",
            ),
            (swapped("01T00", "01 00"), 400, "InvalidParameter"),
            (swapped("2026-02-01", "2026-01-01"), 400, "InvalidParameter"),
            (swapped("2026-02-01", "2025-01-01"), 400, "InvalidParameter"),
            (
                swapped(TENANCY, "ocid1.tenancy.oc1..b"),
                404,
                "NotAuthorizedOrNotFound",
            ),
        ] {
            let refusal = refusal(None, &body);
            assert_eq!(
                (refusal.status.as_u16(), refusal.code),
                (status, code),
                "{body}"
            );
        }
    }

    #[test]
    fn times_are_utc_midnights() {
        for time in [
            "2026-01-01T00:00:00.001Z",
            "2026-01-01T00:00:01Z",
            "2026-01-01T03:00:00Z",
            "2026-01-01T00:00:00-03:00",
        ] {
            let refusal = refusal(None, &body(time, "2026-02-01T00:00:00Z"));
            assert_eq!(refusal.code, "InvalidParameter");
            assert!(
                refusal
                    .message
                    .contains("UTC date does not have the right precision"),
                "{time}"
            );
        }
    }

    #[test]
    fn a_range_has_its_longest() {
        let answer = |start: &str, end: &str, granularity: &str| {
            let body = body(&format!("{start}T00:00:00Z"), &format!("{end}T00:00:00Z"))
                .replace("DAILY", granularity);
            ledger(40)
                .answer(None, body.as_bytes(), 10)
                .map_err(|refusal| refusal.code)
                .map(|_| ())
        };
        assert_eq!(answer("2026-01-01", "2026-04-01", "DAILY"), Ok(()));
        assert_eq!(
            answer("2026-01-01", "2026-04-02", "DAILY"),
            Err("InvalidParameter")
        );
        assert_eq!(answer("2026-01-01", "2027-01-02", "MONTHLY"), Ok(()));
        assert_eq!(
            answer("2026-01-01", "2027-01-03", "MONTHLY"),
            Err("InvalidParameter")
        );
    }
}
