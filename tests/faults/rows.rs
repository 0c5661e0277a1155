//! Rows of an answer: of other days, other tenancies and other currencies, without money, out of order.

use serde_json::{Value, json};

use super::{Group, Meets, Row, answer, failing, item, items, page, ten_a_day, well};
use crate::common::assert_words;
use crate::common::habits::Habits;
use crate::common::stand_in::{self as sim, WorldRow as Sent};

const RERUN: &[&str] = &["execute de novo", "opc-request-id"];
const OUTSIDE: &str = "linha_fora_do_periodo";

pub(super) fn groups() -> Vec<Group> {
    vec![
        Group {
            name: "rows of other days or tenancies",
            rows: strangers(),
        },
        Group {
            name: "currencies",
            rows: currencies(),
        },
        Group {
            name: "rows that change no figure",
            rows: harmless(),
        },
    ]
}

/// An answer of one row, with `changes` in it.
fn odd(changes: &Value) -> sim::Fault {
    page(&[item(changes)])
}

fn strangers() -> Vec<Row> {
    let no_day = |id, words: &'static [&'static str], changes: &Value| {
        failing(id, odd(changes), 1, "resposta_invalida", words, RERUN)
    };
    let span = |start: &str, end: &str| json!({"timeUsageStarted": start, "timeUsageEnded": end});
    let day: &[&str] = &["não é de um dia UTC"];
    let outside = |id, words, start: &str, end: &str| {
        failing(id, odd(&span(start, end)), 1, OUTSIDE, words, RERUN)
    };
    let of_another = |id, tenancy: &str, words| {
        let rows = page(&[item(&json!({})), item(&json!({ "tenantId": tenancy }))]);
        let code = "linha_de_outra_tenancy";
        failing(id, rows, 1, code, words, &["mãe", "filhas"])
    };
    vec![
        no_day(
            "fora-da-meia-noite",
            day,
            &json!({"timeUsageStarted": "2026-05-04T01:00:00Z"}),
        ),
        no_day(
            "brasilia",
            day,
            &span("2026-05-04T00:00:00-03:00", "2026-05-05T00:00:00-03:00"),
        ),
        no_day(
            "mes",
            day,
            &span("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"),
        ),
        no_day(
            "ao-contrario",
            day,
            &json!({"timeUsageEnded": "2026-05-03T00:00:00Z"}),
        ),
        no_day(
            "dia-palavra",
            &["não é de um dia UTC: ontem\u{fffd}[2J"],
            &json!({"timeUsageStarted": "ontem\u{1b}[2J"}),
        ),
        outside(
            "fora-antes",
            &["31/03/2026", "não foi pedido"],
            "2026-03-31T00:00:00Z",
            "2026-04-01T00:00:00Z",
        ),
        outside(
            "fora-depois",
            &["17/06/2026", "não foi pedido"],
            "2026-06-17T00:00:00Z",
            "2026-06-18T00:00:00Z",
        ),
        of_another(
            "de-uma-filha",
            "ocid1.tenancy.oc1..filha",
            &["ocid1.tenancy.oc1..filha"],
        ),
        of_another(
            "de-outro-cliente",
            "ocid1.tenancy.oc1..a-saudavel",
            &["ocid1.tenancy.oc1..a-saudavel"],
        ),
        of_another("de-ninguem", "\u{1b}[2J\u{202e}", &["\u{fffd}[2J\u{fffd}"]),
    ]
}

fn currencies() -> Vec<Row> {
    let diverging = "moeda_divergente";
    let both = || page(&[item(&json!({})), item(&json!({"currency": "USD"}))]);
    let blank = |amounts: usize, currency: &str| {
        let mut rows = ten_a_day();
        for row in rows.iter_mut().take(amounts) {
            currency.clone_into(&mut row.currency);
        }
        rows
    };
    vec![
        failing(
            "moeda-palavra",
            odd(&json!({"currency": "Real"})),
            1,
            "resposta_invalida",
            &["moeda desconhecida: Real"],
            RERUN,
        ),
        // The currency is of all the rows: no one request is to blame.
        failing(
            "outra-moeda",
            odd(&json!({"currency": "USD"})),
            2,
            diverging,
            &["BRL", "USD"],
            &["corrija moeda"],
        )
        .unnamed(),
        failing(
            "duas-moedas",
            both(),
            2,
            diverging,
            &["BRL", "USD"],
            &["corrija moeda"],
        )
        .unnamed(),
        failing(
            "duas-moedas-sem-nome",
            both(),
            2,
            diverging,
            &["BRL", "USD"],
            &["moeda"],
        )
        .unnamed()
        .configured(|config| config.without("moeda")),
        failing(
            "nenhuma-moeda",
            odd(&json!({"currency": " "})),
            2,
            "moeda_desconhecida",
            &["moeda"],
            &["moeda"],
        )
        .unnamed()
        .configured(|config| config.without("moeda")),
        well("moeda-assumida", Meets::Nothing, 1)
            .configured(|config| config.without("moeda"))
            .also(|client| assert_eq!(client["moeda"], "BRL")),
        well("moeda-em-branco", Meets::Nothing, 1)
            .having(blank(3, "\" \""))
            .warned(&["moeda_em_branco"])
            .also(|client| {
                let words = "custo sem moeda, contado na do contrato: 3 dias";
                assert_words(&client["avisos"].to_string(), &[words]);
            }),
        well("moeda-nula", Meets::Nothing, 1)
            .having(blank(1, "null"))
            .warned(&["moeda_em_branco"]),
        // Blank where there is no money is nothing to tell.
        well("sem-dinheiro-nem-moeda", Meets::Nothing, 2).having(and(|row| Sent {
            amount: "0".to_owned(),
            currency: "\" \"".to_owned(),
            ..row
        })),
    ]
}

/// Ten a day, each row with another one made of it.
fn and(extra: fn(Sent) -> Sent) -> Vec<Sent> {
    ten_a_day()
        .into_iter()
        .flat_map(|row| [row.clone(), extra(row)])
        .collect()
}

/// Ten a day, each row in these amounts.
fn split(amounts: &[&str]) -> Vec<Sent> {
    let part = |row: &Sent, amount: &str| Sent {
        amount: amount.to_owned(),
        ..row.clone()
    };
    ten_a_day()
        .iter()
        .flat_map(|row| amounts.iter().map(move |amount| part(row, amount)))
        .collect()
}

fn harmless() -> Vec<Row> {
    let having = |id, requests, rows| well(id, Meets::Nothing, requests).having(rows);
    let answered = |id, items: &[Value]| well(id, page(items), 1);
    let reversed: Vec<Value> = items().into_iter().rev().collect();
    // Every second day first.
    let (even, odd): (Vec<_>, Vec<_>) = items()
        .into_iter()
        .enumerate()
        .partition(|(n, _)| n % 2 == 0);
    let shuffled: Vec<Value> = even.into_iter().chain(odd).map(|(_, item)| item).collect();
    // Outside of what is asked, but without money.
    let stray = Habits {
        extra: |_| {
            vec![item(&json!({
                "timeUsageStarted": "2020-01-01T00:00:00Z",
                "timeUsageEnded": "2020-01-02T00:00:00Z",
                "computedAmount": null,
            }))]
        },
        ..Habits::default()
    };
    vec![
        answered("de-tras-para-a-frente", &reversed),
        answered("fora-de-ordem", &shuffled),
        well(
            "campos-novos",
            answer(
                200,
                &[],
                json!({ "items": items(), "novo": {"items": [1e300, "x", null]} }).to_string(),
            ),
            1,
        ),
        having("varias-por-dia", 3, split(&["3.3", "3.3", "3.4"])),
        having("estorno", 2, split(&["12.5", "-2.5"])),
        having(
            "previsao-do-servico",
            2,
            and(|row| Sent {
                amount: "999".to_owned(),
                is_forecast: true,
                ..row
            }),
        ),
        having(
            "valor-nulo",
            2,
            and(|row| Sent {
                amount: "null".to_owned(),
                currency: "null".to_owned(),
                ..row
            }),
        ),
        failing(
            "valor-em-branco",
            self::odd(&json!({"computedAmount": " "})),
            1,
            "resposta_invalida",
            &["valor"],
            RERUN,
        ),
        well("fora-sem-dinheiro", Meets::Habits(stray), 1),
        having(
            "moeda-com-brancos",
            1,
            ten_a_day()
                .into_iter()
                .map(|row| Sent {
                    currency: "\"BRL \"".to_owned(),
                    ..row
                })
                .collect(),
        ),
        having(
            "da-propria-tenancy",
            1,
            ten_a_day()
                .into_iter()
                .map(|row| Sent {
                    tenant_id: Some("ocid1.tenancy.oc1..da-propria-tenancy".to_owned()),
                    ..row
                })
                .collect(),
        ),
    ]
}
