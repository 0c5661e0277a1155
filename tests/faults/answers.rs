//! Answers with status 200 that are not the documented JSON, or hold what is no amount of money; and
//! amounts that look as if they were none.

use serde_json::{Value, json};

use super::{Group, Meets, Row, answer, failing, item, items, page, ten_a_day, well};
use crate::common::day;
use crate::common::stand_in::{self as sim, Fault};

const INVALID: &str = "resposta_invalida";
const RERUN: &[&str] = &["execute de novo", "opc-request-id"];
const DOCUMENT: &[&str] = &["não é o JSON documentado"];
const MONEY: &[&str] = &["não é um valor em dinheiro"];

pub(super) fn groups() -> Vec<Group> {
    vec![
        Group {
            name: "bodies that are not the document",
            rows: documents(),
        },
        Group {
            name: "amounts that are no money",
            rows: bad_amounts(),
        },
        Group {
            name: "amounts written in any way",
            rows: amounts(),
        },
    ]
}

fn documents() -> Vec<Row> {
    let row = |id, fault| failing(id, fault, 1, INVALID, DOCUMENT, RERUN);
    let body = |id, body: &str| row(id, answer(200, &[], body));
    let odd = |id, changes: &Value| row(id, page(&[item(changes)]));
    let twice = |id, key: &str| {
        let text = json!({ "items": [item(&json!({"@": 1}))] }).to_string();
        row(id, answer(200, &[], text.replace("\"@\":1", key)))
    };
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    vec![
        body("vazia", ""),
        body("html", "<html>Login</html>"),
        body("texto", "ok"),
        body("nulo", "null"),
        body("lista", "[]x"),
        body("sem-items", "{}"),
        body("items-nulo", r#"{"items":null}"#),
        body("linha-nula", r#"{"items":[null]}"#),
        body("cortada", r#"{"items":[{"timeUsa"#),
        body("sobra", r#"{"items":[]}{"items":[]}"#),
        body("funda", &format!(r#"{{"items":{}"#, "[".repeat(100_000))),
        body("funda-e-fechada", &format!(r#"{{"items":{deep}}}"#)),
        body(
            "funda-ao-lado",
            &format!(r#"{{"x":{}"#, "[".repeat(100_000)),
        ),
        body("por-lugar", "[[]]"),
        body(
            "linha-por-lugar",
            r#"{"items":[["2026-05-04T00:00:00Z","2026-05-05T00:00:00Z",1,"BRL"]]}"#,
        ),
        row("bytes", answer(200, &[], vec![0xff; 300])),
        body("items-repetido", r#"{"items":[],"items":[]}"#),
        twice("valor-repetido", r#""computedAmount":1"#),
        twice("moeda-repetida", r#""currency":"BRL""#),
        twice(
            "dia-repetido",
            r#""timeUsageStarted":"2026-05-04T00:00:00Z""#,
        ),
        row(
            "sem-tempo",
            page(&[json!({"computedAmount": 1, "currency": "BRL"})]),
        ),
        odd("moeda-numero", &json!({"currency": 986})),
        odd("dono-numero", &json!({"tenantId": 5})),
        odd("previsao-texto", &json!({"isForecast": "false"})),
        odd("tempo-numero", &json!({"timeUsageStarted": 20_260_504})),
        // What is passed over may be as deep as it likes.
        well(
            "funda-e-alheia",
            answer(
                200,
                &[],
                json!({ "x": "@", "items": items() })
                    .to_string()
                    .replace("\"@\"", &deep),
            ),
            1,
        ),
        failing(
            "corpo-sem-fim",
            Fault::Endless,
            1,
            INVALID,
            &["passa de 2097152 bytes"],
            RERUN,
        ),
    ]
}

/// An answer of one row whose amount is `raw`, which need be no JSON.
fn amount(raw: &str) -> Fault {
    let text = json!({ "items": [item(&json!({"computedAmount": "@"}))] }).to_string();
    answer(200, &[], text.replace("\"@\"", raw))
}

fn bad_amounts() -> Vec<Row> {
    let row = |id, raw: &str, words| failing(id, amount(raw), 1, INVALID, words, RERUN);
    vec![
        row("nan", "NaN", DOCUMENT),
        row("nan-texto", "\"NaN\"", MONEY),
        row("infinito-palavra", "-Infinity", DOCUMENT),
        row("infinito", "1e400", MONEY),
        row("infinito-texto", "\"-1e400\"", MONEY),
        row("infimo", "1e-400", MONEY),
        row("enorme", "1000000000000000", MONEY),
        row("enorme-em-expoente", "-1e15", MONEY),
        row(
            "quarenta-e-um-digitos",
            &format!("0.{}", "1".repeat(40)),
            MONEY,
        ),
        row(
            "muitos-digitos",
            &format!("0.{}", "1".repeat(100_000)),
            MONEY,
        ),
        row("palavra", "\"dez\"", MONEY),
        row("lista-de-valor", "[1]", MONEY),
        row("objeto-de-valor", "{\"v\":1}", MONEY),
        row("verdade-de-valor", "true", MONEY),
        row("virgula", "\"10,00\"", MONEY),
        row("milhar", "\"1.000,00\"", MONEY),
        row("cifrao", "\"R$ 10\"", MONEY),
        row("hexadecimal", "\"0x10\"", MONEY),
    ]
}

fn amounts() -> Vec<Row> {
    // Ten a day, in other letters.
    let ten = |id, raw: &str| {
        let rows = ten_a_day().into_iter().map(|row| sim::WorldRow {
            amount: raw.to_owned(),
            ..row
        });
        well(id, Meets::Nothing, 1).having(rows.collect())
    };
    // The service's digits, and their sum by hand.
    let exact = |id, raw: &[&str], sum: &str| {
        let row = |raw: &str| sim::WorldRow::new(day("2026-04-01"), raw, "BRL");
        well(id, Meets::Nothing, 1)
            .having(raw.iter().copied().map(row).collect())
            .like(vec![row(sum)], sum)
    };
    vec![
        ten("valor-texto", "\"10\""),
        ten("valor-texto-com-brancos", "\" 10.00 \""),
        ten("expoente", "1e1"),
        ten("expoente-com-sinal", "1.0E+1"),
        ten("expoente-em-texto", "\"1000e-2\""),
        ten("zeros", "10.0000000000000000000000"),
        exact(
            "trinta-digitos",
            &[
                "123456789012345.678901234567891",
                "111111111111111.111111111111111",
            ],
            "234567900123456.790012345679002",
        ),
        exact(
            "quarenta-digitos",
            &["99999999999999.99999999999999999999999999"],
            "99999999999999.99999999999999999999999999",
        ),
        exact(
            "quase-um-quatrilhao",
            &["\"999999999999999.9999999999999999999999999\""],
            "999999999999999.9999999999999999999999999",
        ),
        exact(
            "digitos-que-se-anulam",
            &[
                "0.1",
                "0.2",
                "1e-20",
                "123456789012.12345678901234567890",
                "-0.3",
            ],
            "123456789012.12345678901234567891",
        ),
    ]
}
