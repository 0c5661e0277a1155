//! The rows of the table.

use std::time::{Duration, SystemTime};

use oci_consumo::internals::calendar::{Day, Days, plus_days};
use serde_json::{Value, json};

use super::Expect::{Fails, Same, Stands, Tells, Warns};
use super::{Expect, Row};
use crate::common::habits::{Habits, History, Limit, Monthly, Order, Paging};
use crate::common::stand_in::{Fault, Tenant};
use crate::common::{answer, day, refusal};

const UNCHECKED: &str = "mes_nao_conferido";
const BLANK: &str = "moeda_em_branco";
const REFUSED: &str = "requisicao_recusada";
const PAGING: &str = "paginacao";
const TOO_LATE: &str = "limite_de_requisicoes";

fn row(
    assumption: &'static str,
    mode: &'static str,
    expect: Expect,
    set: impl Fn(&mut Tenant) + 'static,
) -> Row {
    Row {
        assumption,
        mode,
        set: Box::new(set),
        expect,
    }
}

/// A row whose service has other habits.
fn habit(
    assumption: &'static str,
    mode: &'static str,
    expect: Expect,
    change: impl Fn(&mut Habits),
) -> Row {
    let mut habits = Habits::default();
    change(&mut habits);
    row(assumption, mode, expect, move |tenant| {
        tenant.habits = Some(habits.clone());
    })
}

/// A row whose service writes each row of its answers in another way.
fn written(
    assumption: &'static str,
    mode: &'static str,
    expect: Expect,
    change: fn(&mut Value),
) -> Row {
    habit(assumption, mode, expect, |habits| habits.row = change)
}

/// A row whose first request meets this.
fn once(assumption: &'static str, mode: &'static str, expect: Expect, fault: Fault) -> Row {
    row(assumption, mode, expect, move |tenant| {
        tenant.script = [fault.clone()].into();
    })
}

/// A row whose requests all meet this.
fn always(assumption: &'static str, mode: &'static str, expect: Expect, fault: Fault) -> Row {
    row(assumption, mode, expect, move |tenant| {
        tenant.always = Some(fault.clone());
    })
}

pub(super) fn rows() -> Vec<Row> {
    [
        months(),
        ranges(),
        pages(),
        times(),
        fields(),
        money(),
        clocks(),
        history(),
        regions(),
        refusals(),
        waits(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn months() -> Vec<Row> {
    let dated = "monthly-rows";
    let monthly =
        |mode, expect, monthly| habit(dated, mode, expect, |habits| habits.monthly = monthly);
    vec![
        monthly("clipped", Same, Monthly::Clipped),
        monthly("first-of-month", Same, Monthly::On(1)),
        monthly("middle-of-month", Same, Monthly::On(15)),
        monthly("dated-to-whole-month", Same, Monthly::DatedWhole),
        monthly("whole-month-though-part-asked", Same, Monthly::Whole),
        monthly("only-from-the-first", Same, Monthly::FromTheFirst),
        monthly("only-whole-months", Same, Monthly::OnlyWhole),
        monthly(
            "refused",
            Warns(UNCHECKED),
            Monthly::Refused(400, "InvalidParameter"),
        ),
        monthly(
            "forbidden",
            Warns(UNCHECKED),
            Monthly::Refused(404, "NotAuthorizedOrNotFound"),
        ),
        monthly(
            "not-there",
            Warns(UNCHECKED),
            Monthly::Refused(501, "NotImplemented"),
        ),
        monthly("garbage", Warns(UNCHECKED), Monthly::Garbage),
        habit(
            "monthly-range",
            "refused-as-too-long",
            Warns(UNCHECKED),
            |habits| habits.monthly = Monthly::Refused(400, "LimitExceeded"),
        ),
    ]
}

fn ranges() -> Vec<Row> {
    let longest = |mode, days| habit("daily-range", mode, Same, |habits| habits.longest = days);
    vec![
        longest("90-days", 90),
        longest("60-days", 60),
        longest("31-days", 31),
        longest("7-days", 7),
        once(
            "refused-window",
            "once",
            Same,
            refusal(400, "InvalidParameter"),
        ),
        habit(
            "refused-window",
            "a-day-of-it-always",
            Stands("historico_incompleto"),
            |habits| {
                habits.refused = Some(day("2026-02-10"));
            },
        ),
        habit("page-limit", "refused-above-500", Same, |habits| {
            habits.limit = Limit::RefusedAbove(500)
        }),
        habit("page-limit", "capped-at-500", Same, |habits| {
            habits.limit = Limit::Capped(500);
        }),
        habit("page-limit", "capped-at-25", Same, |habits| {
            habits.limit = Limit::Capped(25);
        }),
    ]
}

fn pages() -> Vec<Row> {
    vec![
        habit("empty-pages", "one", Same, |habits| habits.empty_pages = 1),
        habit("empty-pages", "two", Same, |habits| habits.empty_pages = 2),
        habit("empty-pages", "five", Same, |habits| habits.empty_pages = 5),
        habit("next-page", "present-and-empty", Same, |habits| {
            habits.empty_token = true;
        }),
        habit("next-page", "empty-after-many-pages", Same, |habits| {
            (habits.empty_token, habits.page_rows) = (true, 30);
        }),
        habit("pages-end", "one-token-for-ever", Fails(PAGING), |habits| {
            habits.paging = Paging::Loop;
        }),
        habit("pages-end", "one-page-for-ever", Fails(PAGING), |habits| {
            habits.paging = Paging::Repeat;
        }),
        habit("row-order", "reverse", Same, |habits| {
            habits.order = Order::Reverse;
        }),
        habit("row-order", "shuffled", Same, |habits| {
            habits.order = Order::Shuffled;
        }),
        habit("row-order", "shuffled-over-pages", Same, |habits| {
            (habits.order, habits.page_rows) = (Order::Shuffled, 20);
        }),
        habit("day-on-one-page", "two-rows", Same, |habits| {
            habits.parts = 2;
        }),
        habit("day-on-one-page", "over-two-pages", Same, |habits| {
            (habits.parts, habits.page_rows) = (2, 7);
        }),
    ]
}

/// Each time of `row` with another ending than `.000Z`.
fn ending(row: &mut Value, end: &str) {
    for key in ["timeUsageStarted", "timeUsageEnded"] {
        let text = row[key].as_str().unwrap().replace(".000Z", end);
        row[key] = text.into();
    }
}

fn times() -> Vec<Row> {
    let time = |mode, change| written("times", mode, Same, change);
    vec![
        time("without-milliseconds", |row| ending(row, "Z")),
        time("offset", |row| ending(row, "+00:00")),
        time("milliseconds-and-offset", |row| ending(row, ".000+00:00")),
        time("negative-zero-offset", |row| ending(row, "-00:00")),
        time("nanoseconds", |row| ending(row, ".000000000Z")),
        time("lower-case", |row| {
            ending(row, ".000z");
            for key in ["timeUsageStarted", "timeUsageEnded"] {
                row[key] = row[key].as_str().unwrap().to_lowercase().into();
            }
        }),
    ]
}

fn without(row: &mut Value, key: &str) {
    row.as_object_mut().unwrap().remove(key);
}

fn fields() -> Vec<Row> {
    let tenant = |mode, change| written("tenant-id", mode, Same, change);
    let unknown = |mode, change| written("known-fields", mode, Same, change);
    vec![
        tenant("null", |row| row["tenantId"] = Value::Null),
        tenant("absent", |row| without(row, "tenantId")),
        tenant("empty", |row| row["tenantId"] = "".into()),
        tenant("blank", |row| row["tenantId"] = " ".into()),
        written(
            "tenant-id",
            "another",
            Fails("linha_de_outra_tenancy"),
            |row| row["tenantId"] = "ocid1.tenancy.oc1..outra".into(),
        ),
        unknown("one-more", |row| row["novo"] = json!({"a": [1, null, "x"]})),
        unknown("one-named-like-another", |row| {
            row["Currency"] = "USD".into()
        }),
        unknown("only-those-needed", |row| {
            for key in [
                "tenantName",
                "tags",
                "service",
                "isForecast",
                "overagesFlag",
            ] {
                without(row, key);
            }
        }),
        habit("known-fields", "more-beside-the-rows", Same, |habits| {
            habits.page = |page| page["total"] = 7.into();
        }),
        habit("known-fields", "no-groupBy", Same, |habits| {
            habits.page = |page| without(page, "groupBy");
        }),
    ]
}

fn money() -> Vec<Row> {
    let currency = |mode, expect, change| written("currency", mode, expect, change);
    let zero = |mode, extra| habit("foreign-zero", mode, Same, |habits| habits.extra = extra);
    vec![
        currency("null", Warns(BLANK), |row| row["currency"] = Value::Null),
        currency("absent", Warns(BLANK), |row| without(row, "currency")),
        currency("blank", Warns(BLANK), |row| row["currency"] = " ".into()),
        currency("empty", Warns(BLANK), |row| row["currency"] = "".into()),
        currency("lower-case", Same, |row| row["currency"] = "brl".into()),
        currency("with-blanks", Same, |row| row["currency"] = " BRL ".into()),
        zero("number", |days| foreign(days, &json!(0))),
        zero("string", |days| foreign(days, &json!("0.00"))),
        zero("null", |days| foreign(days, &Value::Null)),
        habit("idle-days", "rows-of-zero", Same, |habits| {
            habits.extra = |days| vec![extra_row(days.start, &json!({"computedAmount": 0}))];
        }),
        habit("one-currency", "two", Fails("moeda_divergente"), |habits| {
            habits.extra = |days| foreign(days, &json!(10))
        }),
        written("amounts", "strings", Same, |row| {
            row["computedAmount"] = row["computedAmount"].to_string().into();
        }),
        written("amounts", "strings-with-blanks", Same, |row| {
            row["computedAmount"] = format!(" {} ", row["computedAmount"]).into();
        }),
        habit("amounts", "rows-without-any", Same, |habits| {
            habits.extra = |days| vec![extra_row(days.start, &json!({"computedAmount": null}))];
        }),
        habit("days-to-come", "forecast", Same, |habits| {
            habits.extra = |days| vec![extra_row(days.end, &json!({"isForecast": true}))];
        }),
        habit("days-to-come", "without-money", Same, |habits| {
            habits.extra = |days| vec![extra_row(days.end, &json!({"computedAmount": null}))];
        }),
        habit(
            "days-to-come",
            "money",
            Fails("linha_fora_do_periodo"),
            |habits| {
                habits.extra = |days| vec![extra_row(days.end, &json!({}))];
            },
        ),
    ]
}

/// A row of ten more for `day`, with `changes` in it.
fn extra_row(day: Day, changes: &Value) -> Value {
    let mut row = json!({
        "timeUsageStarted": format!("{day}T00:00:00.000Z"),
        "timeUsageEnded": format!("{}T00:00:00.000Z", plus_days(day, 1)),
        "computedAmount": 10, "currency": "BRL", "isForecast": false,
    });
    for (key, value) in changes.as_object().unwrap() {
        row[key] = value.clone();
    }
    row
}

/// A row of another currency, on the first of these days.
fn foreign(days: Days, amount: &Value) -> Vec<Value> {
    let changes = json!({"currency": "USD", "computedAmount": amount});
    vec![extra_row(days.start, &changes)]
}

fn clocks() -> Vec<Row> {
    let body = r#"{"code":"NotAuthenticated","message":"x"}"#;
    vec![
        always(
            "clock",
            "ten-minutes-ahead",
            Warns("fuso_do_servico"),
            Fault::ClockOffset(600),
        ),
        always(
            "clock",
            "refused-without-a-date",
            Fails("nao_autenticado"),
            answer(401, &[("date", "soon")], body),
        ),
    ]
}

fn history() -> Vec<Row> {
    let back =
        |mode, expect, history| habit("history", mode, expect, |habits| habits.history = history);
    // Eleven weeks of the contract, and two.
    let (long, short) = (day("2026-02-20"), day("2025-12-20"));
    let some = &[
        "inicio_sem_dados",
        "lacuna_no_historico",
        "dias_desconhecidos",
    ];
    vec![
        back("no-older-rows", Tells(&some[..1]), History::Since(long)),
        back(
            "older-ranges-refused",
            Stands("historico_incompleto"),
            History::RefusedBefore(long),
        ),
        back(
            "oldest-range-refused",
            Tells(some),
            History::RefusedBefore(short),
        ),
        habit(
            "history",
            "short-ranges-and-oldest-refused",
            Tells(some),
            |habits| {
                habits.history = History::RefusedBefore(short);
                habits.longest = 31;
            },
        ),
        habit(
            "history",
            "short-ranges-rows-named-and-oldest-refused",
            Tells(some),
            |habits| {
                habits.history = History::RefusedBefore(short);
                habits.longest = 7;
                habits.limit = Limit::RefusedAbove(500);
            },
        ),
    ]
}

fn regions() -> Vec<Row> {
    let home = Some("sa-vinhedo-1".to_owned());
    let elsewhere = home.clone();
    vec![
        row("home-region", "any-region-answers", Same, move |tenant| {
            tenant.home.clone_from(&elsewhere);
        }),
        row("home-region", "not-told", Same, |tenant| tenant.home = None),
        row(
            "home-region",
            "only-home-answers",
            Warns("regiao_nao_e_home"),
            move |tenant| {
                tenant.home.clone_from(&home);
                tenant.script = [refusal(403, "NotAllowed")].into();
            },
        ),
        always(
            "home-region",
            "forbidden-at-home",
            Fails("nao_permitido"),
            refusal(403, "NotAllowed"),
        ),
    ]
}

fn refusals() -> Vec<Row> {
    let nameless = |mode, body: &str| {
        let fault = answer(404, &[], body);
        always("refusal-code", mode, Fails("sem_permissao"), fault)
    };
    vec![
        nameless("empty-body", ""),
        nameless("page-for-people", "<html>Not Found</html>"),
        nameless("json-without-code", r#"{"message":"no"}"#),
        nameless("null-code", r#"{"code":null,"message":null}"#),
        always(
            "refusal-code",
            "400-without-code",
            Fails(REFUSED),
            answer(400, &[], ""),
        ),
    ]
}

fn waits() -> Vec<Row> {
    let busy = |headers: &[(&str, &str)]| {
        answer(429, headers, r#"{"code":"TooManyRequests","message":"x"}"#)
    };
    let wait = |mode, value: &str| once("retry-after", mode, Same, busy(&[("retry-after", value)]));
    let date = |seconds| {
        let then = SystemTime::now() + Duration::from_secs(seconds);
        httpdate::fmt_http_date(then)
    };
    let late = |mode, value: &str| {
        let fault = busy(&[("retry-after", value)]);
        always("retry-after", mode, Fails(TOO_LATE), fault)
    };
    vec![
        once("retry-after", "absent", Same, busy(&[])),
        wait("zero", "0"),
        wait("a-second", "1"),
        wait("with-blanks", " 1 "),
        wait("negative", "-1"),
        wait("fraction", "0.5"),
        wait("words", "soon"),
        wait("empty", ""),
        wait("date", &date(2)),
        wait("date-gone-by", "Mon, 01 Jan 2024 00:00:00 GMT"),
        wait("date-of-rfc-850", "Monday, 01-Jan-24 00:00:00 GMT"),
        wait("date-of-asctime", "Mon Jan  1 00:00:00 2024"),
        once(
            "retry-after",
            "twice",
            Same,
            busy(&[("retry-after", "0"), ("retry-after", "1")]),
        ),
        late("beyond-numbers", "99999999999999999999999"),
        late("a-day", "86400"),
        late("date-of-tomorrow", &date(86_400)),
    ]
}
