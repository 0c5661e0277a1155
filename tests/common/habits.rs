//! Habits of a service that are not the stand-in's: how it dates and cuts off rows, how long a range
//! and how large a page may be, how far back it answers.

use std::collections::BTreeMap;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use oci_consumo::internals::calendar::{Day, Days, Month, plus_days};
use oci_consumo::internals::money::Amount;
use oci_consumo::internals::sim::WorldRow;
use reqwest::Url;
use serde_json::{Value, json};

/// How a service answers; by default as the stand-in does.
#[derive(Clone, Debug)]
pub struct Habits {
    pub monthly: Monthly,
    /// The most days of a DAILY range; a longer one is refused.
    pub longest: u32,
    pub limit: Limit,
    /// The most rows on a page.
    pub page_rows: usize,
    /// Pages without rows before the first row.
    pub empty_pages: usize,
    /// Whether the last page has an `opc-next-page` without a value.
    pub empty_token: bool,
    pub order: Order,
    pub history: History,
    /// A day that no DAILY range may hold.
    pub refused: Option<Day>,
    /// Whether a request by month is never answered.
    pub months_hang: bool,
    /// Days that an answer by day leaves out, and one by month does not.
    pub left_out: Vec<Days>,
    /// In how many rows of alike amounts the money of a day comes.
    pub parts: u32,
    /// Changes a row.
    pub row: fn(&mut Value),
    /// Changes a page.
    pub page: fn(&mut Value),
    /// Further rows of an answer about these days.
    pub extra: fn(Days) -> Vec<Value>,
    pub paging: Paging,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            monthly: Monthly::Clipped,
            longest: 90,
            limit: Limit::Any,
            page_rows: 1000,
            empty_pages: 0,
            empty_token: false,
            order: Order::ByDay,
            history: History::Whole,
            refused: None,
            months_hang: false,
            left_out: Vec::new(),
            parts: 1,
            row: |_| {},
            page: |_| {},
            extra: |_| Vec::new(),
            paging: Paging::Honest,
        }
    }
}

/// How months are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monthly {
    /// A row begins and ends with what the range has of its month.
    Clipped,
    /// A row is dated to this day of its month, and lasts a day.
    On(u32),
    /// A row is dated to its whole month, with what the range has of its cost.
    DatedWhole,
    /// A row is dated to its whole month, with all of its cost, though a part was asked for.
    Whole,
    /// A range that does not begin on the first of a month is refused.
    FromTheFirst,
    /// A range that has a part of a month is refused.
    OnlyWhole,
    /// No row at all.
    Nothing,
    /// This status and code in place of every answer.
    Refused(u16, &'static str),
    /// A page for people.
    Garbage,
}

/// What becomes of the query's `limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Any,
    /// A larger one is refused.
    RefusedAbove(usize),
    /// A page has no more rows, whatever is asked.
    Capped(usize),
}

/// In which order rows come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    ByDay,
    Reverse,
    /// In an order of no meaning, the same each time.
    Shuffled,
}

/// How far back the service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    Whole,
    /// There are no rows before this day.
    Since(Day),
    /// A range that begins before this day is refused.
    RefusedBefore(Day),
}

/// How pages follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// Until there are no more rows.
    Honest,
    /// Always to the same next page.
    Loop,
    /// Always to a new page with the first one's rows.
    Repeat,
    /// Always to a new page with one more row.
    WithoutEnd,
}

/// The rows of a page where the question names no number.
const DEFAULT_LIMIT: usize = 100;

/// What is asked, once the stand-in has found nothing wrong with the signature.
struct Question {
    days: Days,
    monthly: bool,
    limit: usize,
    /// Which page, from 0.
    page: usize,
}

impl Question {
    fn of(head: &Parts, body: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(body).ok()?;
        let day = |key: &str| document[key].as_str()?.get(..10)?.parse::<Day>().ok();
        let url = Url::parse(&format!("http://service{}", head.uri)).ok()?;
        let pairs: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let page = pairs.get("page").map_or(Some(0), |token| {
            token.strip_prefix("+/")?.strip_suffix("==")?.parse().ok()
        });
        Some(Self {
            days: Days::new(day("timeUsageStarted")?, day("timeUsageEnded")?),
            monthly: document["granularity"] == "MONTHLY",
            limit: pairs
                .get("limit")
                .map_or(Some(DEFAULT_LIMIT), |limit| limit.parse().ok())?,
            page: page?,
        })
    }
}

/// Why there are no rows.
struct Refused(u16, &'static str, &'static str);

impl Habits {
    /// Whether a request with this body is never answered.
    pub fn hangs(&self, body: &[u8]) -> bool {
        let document = || serde_json::from_slice::<Value>(body).unwrap_or_default();
        self.months_hang && document()["granularity"] == "MONTHLY"
    }

    /// The answer in place of `usual`, unless that refuses who asks or is about something else.
    pub fn answer(
        &self,
        usual: Response<Full<Bytes>>,
        rows: &[WorldRow],
        page_rows: usize,
        head: &Parts,
        body: &[u8],
    ) -> Response<Full<Bytes>> {
        let believed = matches!(usual.status().as_u16(), 200 | 400);
        let Some(question) = Question::of(head, body).filter(|_| believed) else {
            return usual;
        };
        let (status, body, next) = match self.page(&question, rows, page_rows) {
            Ok((body, next)) => (200, body, next),
            Err(Refused(status, code, message)) => {
                let body = json!({ "code": code, "message": message }).to_string();
                (status, body, None)
            }
        };
        let mut answer = usual.map(|_| Full::new(Bytes::from(body)));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap();
        answer.headers_mut().remove("opc-next-page");
        if let Some(next) = next {
            let next = HeaderValue::from_str(&next).unwrap();
            answer.headers_mut().insert("opc-next-page", next);
        }
        answer
    }

    /// The body of a page and the next one's token.
    fn page(
        &self,
        question: &Question,
        rows: &[WorldRow],
        page_rows: usize,
    ) -> Result<(String, Option<String>), Refused> {
        let invalid = |message| Err(Refused(400, "InvalidParameter", message));
        let Days { start, end } = question.days;
        let limit = match self.limit {
            Limit::RefusedAbove(most) if question.limit > most => {
                return invalid("limit is too large");
            }
            Limit::Capped(most) => question.limit.min(most),
            _ => question.limit,
        };
        if matches!(self.history, History::RefusedBefore(first) if start < first) {
            return invalid("The date range begins too early");
        }
        if question.monthly {
            let begins = |day: Day| Month::of(day).days().start == day;
            match self.monthly {
                Monthly::FromTheFirst if !begins(start) => return invalid("Not a month's first"),
                Monthly::OnlyWhole if !begins(start) || !begins(end) => {
                    return invalid("Not whole months");
                }
                Monthly::Refused(status, code) => return Err(Refused(status, code, "No.")),
                Monthly::Garbage => return Ok(("<html>Login</html>".to_owned(), None)),
                _ => {}
            }
        } else if question.days.len() > self.longest {
            return invalid("The date range is too long");
        } else if self.refused.is_some_and(|day| question.days.contains(day)) {
            return invalid("Not now");
        }

        let token = |page: usize| Some(format!("+/{page}=="));
        if self.paging == Paging::WithoutEnd {
            let mut row = item(start, plus_days(start, 1), "0", "\" \"");
            row["service"] = Value::from(question.page);
            return Ok((self.document(vec![row]), token(question.page + 1)));
        }
        let mut items = if question.monthly {
            self.months(question.days, rows)
        } else {
            self.days(question.days, rows)
        };
        items.iter_mut().for_each(self.row);
        items.extend((self.extra)(question.days));
        match self.order {
            Order::ByDay => {}
            Order::Reverse => items.reverse(),
            Order::Shuffled => items.sort_by_key(|item| {
                let text = item.to_string();
                text.bytes()
                    .fold(7_u64, |sum, byte| (sum ^ u64::from(byte)) % 1_000_003 * 31)
            }),
        }
        let size = limit.min(self.page_rows).min(page_rows).max(1);
        let (page, repeat) = (question.page, self.paging == Paging::Repeat);
        let shown = if repeat {
            Some(0)
        } else {
            page.checked_sub(self.empty_pages)
        };
        let from = shown.map_or(0, |shown| (shown * size).min(items.len()));
        let to = shown.map_or(0, |_| (from + size).min(items.len()));
        let more = to < items.len() || shown.is_none();
        let next = match self.paging {
            Paging::Loop => token(1),
            Paging::Repeat => token(page + 1),
            _ if more => token(page + 1),
            _ => self.empty_token.then(String::new),
        };
        Ok((self.document(items[from..to].to_vec()), next))
    }

    /// The rows of an answer by day.
    fn days(&self, asked: Days, rows: &[WorldRow]) -> Vec<Value> {
        let left_out = |row: &&WorldRow| self.left_out.iter().any(|days| days.contains(row.day));
        let known = rows
            .iter()
            .filter(|row| self.has(row, asked) && !left_out(row));
        let mut known: Vec<&WorldRow> = known.collect();
        known.sort_by_key(|row| row.day);
        let parts = |row: &&WorldRow| {
            let (whole, amount) = (&row.amount, Amount::parse(&row.amount));
            // A cent in each but the last, which has the rest.
            let cent = Amount::parse("0.01").unwrap();
            let rest = (1..self.parts).fold(amount.ok(), |rest, _| Some(&rest? - &cent));
            let amounts = (1..self.parts).map(|_| "0.01".to_owned());
            let last = rest.map_or_else(|| whole.clone(), |rest| rest.to_string());
            amounts
                .chain([last])
                .map(|amount| item(row.day, plus_days(row.day, 1), &amount, &row.currency))
                .collect::<Vec<_>>()
        };
        known.iter().flat_map(parts).collect()
    }

    /// The rows of an answer by month.
    fn months(&self, asked: Days, rows: &[WorldRow]) -> Vec<Value> {
        let mut sums: BTreeMap<(Day, &str), Amount> = BTreeMap::new();
        if self.monthly == Monthly::Nothing {
            return Vec::new();
        }
        let first = Month::of(asked.start).days().start;
        let last = Month::of(plus_days(asked.end, -1)).days().end;
        let counted = match self.monthly {
            Monthly::Whole => Days::new(first, last),
            _ => asked,
        };
        for row in rows.iter().filter(|row| self.has(row, counted)) {
            let month = Month::of(row.day).days().start;
            let sum = sums.entry((month, &row.currency)).or_default();
            *sum += &Amount::parse(&row.amount).unwrap_or_default();
        }
        let row = |((first, currency), sum): ((Day, &str), Amount)| {
            let month = Month::of(first).days();
            let days = match self.monthly {
                Monthly::On(n) => {
                    let day = plus_days(first, i64::from(n) - 1);
                    Days::new(day, plus_days(day, 1))
                }
                Monthly::DatedWhole | Monthly::Whole => month,
                _ => month.within(asked),
            };
            item(days.start, days.end, &sum.to_string(), currency)
        };
        sums.into_iter().map(row).collect()
    }

    /// Whether the service has this row among `days`.
    fn has(&self, row: &WorldRow, days: Days) -> bool {
        let forgotten = matches!(self.history, History::Since(first) if row.day < first);
        days.contains(row.day) && !forgotten
    }

    fn document(&self, items: Vec<Value>) -> String {
        let mut document = json!({ "groupBy": null, "items": items });
        (self.page)(&mut document);
        document.to_string()
    }
}

/// A row from `start` to `end`; amount and currency in raw JSON.
fn item(start: Day, end: Day, amount: &str, currency: &str) -> Value {
    let raw = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    json!({
        "tenantId": null, "tenantName": null, "compartmentId": null, "service": null,
        "timeUsageStarted": format!("{start}T00:00:00.000Z"),
        "timeUsageEnded": format!("{end}T00:00:00.000Z"),
        "computedAmount": raw(amount), "computedQuantity": 24.0,
        "attributedCost": "0", "attributedUsage": "0", "currency": raw(currency),
        "overagesFlag": "N", "isForecast": false,
        "tags": [{"namespace": null, "key": null, "value": null}],
    })
}
