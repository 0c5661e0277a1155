//! A question about cost, checked and answered row by row.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, Utc};
use fastrand::Rng;
use serde_json::{Map, Value};

use super::{
    manner::{AmountForm, CurrencyForm, Forgotten, Manner, MonthEnd, Monthly, Order, TenantField},
    manner::{OverLimit, TimeForm},
    money::Money,
    world::{Shown, Tenancy},
};

/// A refusal: status, code and message.
pub(super) type Refusal = (u16, &'static str, String);

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) tenancy: String,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    pub(super) monthly: bool,
}

/// The fields of the request that the vendor's SDK knows.
const KNOWN: [&str; 11] = [
    "tenantId",
    "timeUsageStarted",
    "timeUsageEnded",
    "granularity",
    "isAggregateByTime",
    "queryType",
    "groupBy",
    "groupByTag",
    "compartmentDepth",
    "filter",
    "forecast",
];

const UNREADABLE: &str = "Unable to process JSON input";
const NOT_MIDNIGHT: &str = "Passed UTC date does not have the right precision: hours, minutes, seconds, and second fractions must be 0";

fn invalid(message: impl Into<String>) -> Refusal {
    (400, "InvalidParameter", message.into())
}

/// Reads the body; what the stand-in does not serve is refused with a message that says so.
pub(super) fn read(body: &[u8]) -> Result<Ask, Refusal> {
    let fields: Map<String, Value> =
        serde_json::from_slice(body).map_err(|_| invalid(UNREADABLE))?;
    if fields.keys().any(|name| !KNOWN.contains(&name.as_str())) {
        return Err(invalid(UNREADABLE));
    }
    let given = |name: &str| fields.get(name).filter(|value| !value.is_null());
    let text = |name: &str| match given(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(invalid(UNREADABLE)),
    };
    let missing = |name: &str| (400, "MissingParameter", format!("{name} may not be null"));

    let tenancy = text("tenantId")?.ok_or_else(|| missing("tenantId"))?;
    let time = |name: &str| {
        let text = text(name)?.ok_or_else(|| missing(name))?;
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| invalid(UNREADABLE))?;
        let time = time.with_timezone(&Utc);
        if time.time() == NaiveTime::MIN {
            Ok(time.date_naive())
        } else {
            Err(invalid(NOT_MIDNIGHT))
        }
    };
    let start = time("timeUsageStarted")?;
    let end = time("timeUsageEnded")?;
    let monthly = match text("granularity")?.ok_or_else(|| missing("granularity"))? {
        "DAILY" => false,
        "MONTHLY" => true,
        "HOURLY" | "TOTAL" => return Err(invalid("granularity: not served by this stand-in")),
        _ => return Err(invalid(UNREADABLE)),
    };
    if start >= end {
        return Err(invalid("timeUsageStarted must be before timeUsageEnded"));
    }
    if text("queryType")?.unwrap_or("COST") != "COST" {
        return Err(invalid("queryType: not served by this stand-in"));
    }
    for name in ["groupBy", "groupByTag"] {
        if given(name).is_some_and(|list| list.as_array().is_none_or(|list| !list.is_empty())) {
            return Err(invalid(format!("{name}: not served by this stand-in")));
        }
    }
    if given("isAggregateByTime").is_some_and(|value| *value != Value::Bool(false))
        || given("filter").is_some()
        || given("forecast").is_some()
    {
        return Err(invalid(
            "isAggregateByTime, filter, forecast: not served by this stand-in",
        ));
    }
    Ok(Ask {
        tenancy: tenancy.to_owned(),
        start,
        end,
        monthly,
    })
}

/// The rows of a page for the `limit` given.
pub(super) fn page_length(manner: &Manner, limit: Option<&str>) -> Result<usize, Refusal> {
    let Some(limit) = limit else {
        return Ok(manner.default_limit.min(manner.largest_limit).max(1));
    };
    match limit.parse::<usize>() {
        Ok(limit) if limit > manner.largest_limit => match manner.over_limit {
            OverLimit::Capped => Ok(manner.largest_limit),
            OverLimit::Refused => Err(invalid(&manner.refusal_text)),
        },
        Ok(limit) if limit > 0 => Ok(limit),
        _ => Err(invalid("limit")),
    }
}

/// A row before it is written down.
struct Row {
    start: NaiveDate,
    end: NaiveDate,
    amount: Option<Money>,
    currency: String,
    forecast: bool,
    /// Written as it is, whatever the currency's form.
    exact: bool,
}

/// The pages of an answer, each row as its JSON text.
pub(super) fn pages(
    manner: &Manner,
    tenancy: &Tenancy,
    ask: &Ask,
    today: NaiveDate,
    length: usize,
    rng: &mut Rng,
) -> Result<Vec<Vec<String>>, Refusal> {
    let refused = || Err(invalid(&manner.refusal_text));
    let span = (ask.end - ask.start).num_days();
    let longest = if ask.monthly {
        manner.longest_monthly
    } else {
        manner.longest_daily
    };
    if span > longest {
        return refused();
    }
    if ask.monthly {
        match manner.monthly {
            Monthly::Refused => return refused(),
            Monthly::RefusedWithinMonth if ask.start.day() != 1 => return refused(),
            _ => {}
        }
    }
    let applies = !ask.monthly || manner.forgets_months;
    let first_known = manner
        .memory_days
        .filter(|_| applies)
        .and_then(|days| today.checked_sub_days(Days::new(days.unsigned_abs())));
    if first_known.is_some_and(|first| ask.start < first) {
        match manner.forgotten {
            Forgotten::RowsAbsent => {}
            Forgotten::NoItems => return Ok(vec![Vec::new()]),
            Forgotten::Refused => return refused(),
        }
    }

    let shown = |day: NaiveDate| {
        if first_known.is_some_and(|first| day < first)
            || tenancy.is_left_out(day, today, ask.monthly)
        {
            Vec::new()
        } else {
            tenancy.shown(day, today, manner.beyond)
        }
    };
    let plain = if ask.monthly {
        // A month holds what has come about, whatever DAILY says of days to come.
        months(
            manner,
            ask,
            &|day| if day > today { Vec::new() } else { shown(day) },
            rng,
        )
    } else {
        days(manner, ask, today, first_known, &shown, rng)
    };
    let mut rows = embroidered(manner, plain, rng);
    match manner.order {
        Order::Ascending => rows.sort_by_key(|row| row.start),
        Order::Descending => rows.sort_by_key(|row| std::cmp::Reverse(row.start)),
        Order::Shuffled => rng.shuffle(&mut rows),
    }
    Ok(paged(manner, ask, &rows, length, rng))
}

fn days(
    manner: &Manner,
    ask: &Ask,
    today: NaiveDate,
    first_known: Option<NaiveDate>,
    shown: &dyn Fn(NaiveDate) -> Vec<Shown>,
    rng: &mut Rng,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for start in ask.start.iter_days().take_while(|day| *day < ask.end) {
        let end = start.succ_opt().unwrap_or(start);
        for one in shown(start) {
            rows.push(Row {
                start,
                end,
                amount: Some(one.amount),
                currency: one.currency,
                forecast: one.forecast,
                exact: false,
            });
        }
        let known = start < today && first_known.is_none_or(|first| first <= start);
        if known && rng.u32(0..100) < manner.null_rows {
            rows.push(null_row(start, end));
        }
    }
    rows
}

fn months(
    manner: &Manner,
    ask: &Ask,
    shown: &dyn Fn(NaiveDate) -> Vec<Shown>,
    rng: &mut Rng,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut first = ask.start.with_day(1).unwrap_or(ask.start);
    while first < ask.end {
        let next = first
            .checked_add_months(Months::new(1))
            .unwrap_or(NaiveDate::MAX);
        let (from, to) = if manner.monthly == Monthly::Whole {
            (first, next)
        } else {
            (first.max(ask.start), next.min(ask.end))
        };
        let mut sums: BTreeMap<String, Money> = BTreeMap::new();
        for day in from.iter_days().take_while(|day| *day < to) {
            for one in shown(day) {
                let sum = sums.entry(one.currency).or_insert_with(Money::zero);
                *sum = sum.plus(&one.amount);
            }
        }
        let (start, end) = match (manner.monthly, manner.month_end) {
            (Monthly::Aligned, MonthEnd::Full) => (first, next),
            (Monthly::Aligned, MonthEnd::Clipped) => (first, to),
            _ => (from, to),
        };
        let some = !sums.is_empty();
        for (currency, amount) in sums {
            rows.push(Row {
                start,
                end,
                amount: Some(amount),
                currency,
                forecast: false,
                exact: false,
            });
        }
        if some && rng.u32(0..100) < manner.null_rows {
            rows.push(null_row(start, end));
        }
        first = next;
    }
    rows
}

fn null_row(start: NaiveDate, end: NaiveDate) -> Row {
    Row {
        start,
        end,
        amount: None,
        currency: " ".to_owned(),
        forecast: false,
        exact: true,
    }
}

/// Cuts rows into pieces and puts others beside them; the sums stay.
fn embroidered(manner: &Manner, plain: Vec<Row>, rng: &mut Rng) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut credit = Money::parse("5.00").filter(|_| manner.credit);
    for row in plain {
        let Some(amount) = &row.amount else {
            rows.push(row);
            continue;
        };
        let mut pieces = amount.pieces(manner.pieces, rng);
        if let Some(credit) = credit.take() {
            pieces.push(credit.negated());
            pieces.push(credit);
        }
        for piece in pieces {
            rows.push(Row {
                amount: Some(piece),
                currency: row.currency.clone(),
                ..row
            });
        }
        if let Some(other) = manner
            .zero_beside
            .as_ref()
            .filter(|it| **it != row.currency)
        {
            rows.push(Row {
                amount: Money::parse("0.0"),
                currency: other.clone(),
                exact: true,
                ..row
            });
        }
    }
    rows
}

fn paged(
    manner: &Manner,
    ask: &Ask,
    rows: &[Row],
    length: usize,
    rng: &mut Rng,
) -> Vec<Vec<String>> {
    let mut pages = vec![Vec::new()];
    let mut page_rows = 0;
    let mut splits = 0;
    let mut with_money = 0;
    for (at, row) in rows.iter().enumerate() {
        let same_day = at > 0 && rows[at - 1].start == row.start;
        let split = manner.split_days && same_day && splits < 4 && (splits == 0 || rng.bool());
        if page_rows == length || (split && page_rows > 0) {
            splits += usize::from(split);
            pages.push(Vec::new());
            page_rows = 0;
        }
        let formed = !row.exact && with_money % manner.currency_every.max(1) == 0;
        // Where not all rows take the form, the first does not.
        let formed = formed && (manner.currency_every <= 1 || with_money > 0);
        with_money += usize::from(!row.exact);
        if let Some(page) = pages.last_mut() {
            page.push(written(manner, ask, row, formed, rng));
        }
        page_rows += 1;
    }
    for _ in 0..manner.empty_pages {
        let at = rng.usize(0..pages.len());
        pages.insert(at, Vec::new());
    }
    if manner.empty_last_page {
        pages.push(Vec::new());
    }
    pages
}

fn written(manner: &Manner, ask: &Ask, row: &Row, formed: bool, rng: &mut Rng) -> String {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let null = || "null".to_owned();
    match manner.tenant_field {
        TenantField::Null => fields.push(("tenantId", null())),
        TenantField::Absent => {}
        TenantField::Present => fields.push(("tenantId", quoted(&ask.tenancy))),
    }
    for name in [
        "tenantName",
        "compartmentId",
        "compartmentPath",
        "compartmentName",
        "service",
        "resourceName",
        "resourceId",
        "region",
        "ad",
        "weight",
        "shape",
        "skuPartNumber",
        "skuName",
        "unit",
        "discount",
        "listRate",
        "platform",
    ] {
        fields.push((name, null()));
    }
    fields.push(("timeUsageStarted", time(manner, row.start)));
    fields.push(("timeUsageEnded", time(manner, row.end)));
    let amount = row.amount.as_ref().map_or_else(null, |amount| {
        let text = match manner.amount_form {
            AmountForm::Number | AmountForm::Text => amount.plain(),
            AmountForm::Exponent | AmountForm::TextExponent => amount.exponent(),
        };
        match manner.amount_form {
            AmountForm::Number | AmountForm::Exponent => text,
            AmountForm::Text | AmountForm::TextExponent => quoted(&text),
        }
    });
    fields.push(("computedAmount", amount));
    fields.push((
        "computedQuantity",
        ["25.92", "0.0", "null"][rng.usize(0..3)].to_owned(),
    ));
    fields.push((
        "attributedCost",
        ["null", "\"\"", "\"0\"", "\"0.0\""][rng.usize(0..4)].to_owned(),
    ));
    fields.push(("attributedUsage", null()));
    fields.push(("overagesFlag", null()));
    fields.push(("unitPrice", null()));
    let form = if formed {
        manner.currency_form
    } else {
        CurrencyForm::Plain
    };
    match form {
        CurrencyForm::Plain => fields.push(("currency", quoted(&row.currency))),
        CurrencyForm::Lower => fields.push(("currency", quoted(&row.currency.to_lowercase()))),
        CurrencyForm::Padded => fields.push(("currency", quoted(&format!(" {} ", row.currency)))),
        CurrencyForm::Blank => fields.push(("currency", quoted(" "))),
        CurrencyForm::Null => fields.push(("currency", null())),
        CurrencyForm::Absent => {}
    }
    fields.push(("subscriptionId", null()));
    fields.push(("overage", null()));
    fields.push(("isForecast", row.forecast.to_string()));
    fields.push((
        "tags",
        r#"[{"namespace":null,"key":null,"value":null}]"#.to_owned(),
    ));
    if manner.unknown_fields {
        fields.push(("costCategory", quoted("none")));
        fields.push(("amounts", r#"{"currency":"XXX","list":[1,2.5]}"#.to_owned()));
    }
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}:{value}", quoted(name)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn time(manner: &Manner, day: NaiveDate) -> String {
    let tail = match manner.time_form {
        TimeForm::Millis => "T00:00:00.000Z",
        TimeForm::Plain => "T00:00:00Z",
        TimeForm::Offset => "T00:00:00+00:00",
        TimeForm::MillisOffset => "T00:00:00.000+00:00",
    };
    quoted(&format!("{day}{tail}"))
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}
