//! Nothing that a file or an answer can hold makes the program panic: it is
//! read, or refused as data.

use std::path::Path;

use oci_consumo::calendar::Days;
use oci_consumo::oci::usage;
use oci_consumo::profile::{config, key};
use oci_consumo::render::explain;
use oci_consumo::sim::Row;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::common::{AS_OF, Config, KEY_PEM, day};
use oci_consumo::cli::Lang;

const TENANCY: &str = "ocid1.tenancy.oc1..aaaa";

/// What configs are made of, so that chance gets past the first checks.
const PIECES: [&str; 26] = [
    "[DEFAULT]\n",
    "[",
    "]",
    "=",
    " = ",
    "\n",
    "\r\n",
    "\r",
    "\\",
    "\"",
    "#",
    " # TODO",
    ";",
    "<path>",
    "user=ocid1.user.oc1..a\n",
    "tenancy=ocid1.tenancy.oc1..a\n",
    "credito=150.000\n",
    "credíto=R$ 1,00\n",
    "inicio_contrato=01/01/2026\n",
    "fim_contrato=2026-12-31\n",
    "consumo_anterior=",
    "consumo_anterior_ate=29/02/2025\n",
    "region=gru\n",
    "key_file=~\n",
    "\u{feff}",
    "\0",
];

/// `text` with some of its bytes changed, dropped or doubled.
fn mutated(text: Vec<u8>, edits: &[(Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = text;
    for (at, kind, byte) in edits {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match kind % 4 {
            0 => bytes[at] = *byte,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, *byte),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Reads `bytes` as a config, and puts what is wrong with it into words.
fn read_config(bytes: &[u8]) {
    match config::parse(bytes, Path::new("/nonexistent"), day(AS_OF)) {
        Ok(config) => {
            for lang in [Lang::PtBr, Lang::En] {
                for warning in &config.warnings {
                    explain::warning(lang, config.contract.currency, warning);
                }
            }
        }
        Err(unusable) => {
            for lang in [Lang::PtBr, Lang::En] {
                let words = explain::failure(lang, "config_x", &unusable.failure);
                assert!(!words.message.contains('\x1b') && !words.remedy.is_empty());
            }
        }
    }
}

fn edits() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    proptest::collection::vec(any::<(Index, u8, u8)>(), 1..6)
}

fn window() -> Days {
    Days::inclusive(day("2026-04-01"), day("2026-06-16"))
}

fn answer(row: &Row) -> String {
    format!(
        concat!(
            r#"{{"items":[{{"timeUsageStarted":"{}T00:00:00.000Z","timeUsageEnded":"{}T00:00:00Z","#,
            r#""computedAmount":{},"currency":{},"isForecast":false,"tenantId":null}}]}}"#
        ),
        row.day,
        row.day.succ_opt().unwrap(),
        row.amount,
        row.currency,
    )
}

#[test]
fn the_answer_that_is_mutated_is_one_that_decodes() {
    let row = Row::new(day("2026-05-01"), "12.50", "BRL");
    let rows = usage::decode(answer(&row).as_bytes(), TENANCY, window()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].amount.to_string(), "12.5");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_as_config(bytes in any::<Vec<u8>>()) {
        read_config(&bytes);
    }

    #[test]
    fn any_pieces_as_config(pieces in proptest::collection::vec(any::<Index>(), 0..40)) {
        let text: String = pieces.iter().map(|piece| PIECES[piece.index(PIECES.len())]).collect();
        read_config(text.as_bytes());
    }

    #[test]
    fn a_config_with_slips(edits in edits()) {
        read_config(&mutated(Config::new("x").text().into_bytes(), &edits));
    }

    #[test]
    fn any_value_of_any_key(at in any::<Index>(), value in "\\PC{0,40}") {
        let config = Config::new("x").with("consumo_anterior", "1").with("consumo_anterior_ate", "2026-02-01");
        let key = config.lines[at.index(config.lines.len())].0;
        read_config(config.with(key, &value).text().as_bytes());
    }

    #[test]
    fn any_bytes_as_answer(bytes in any::<Vec<u8>>()) {
        let _ = usage::decode(&bytes, TENANCY, window());
    }

    #[test]
    fn an_answer_with_slips(edits in edits()) {
        let text = answer(&Row::new(day("2026-05-01"), "12.50", "BRL"));
        let _ = usage::decode(&mutated(text.into_bytes(), &edits), TENANCY, window());
    }

    #[test]
    fn any_value_in_an_answer(amount in "[-+0-9.eE\"a-zA-Z]{0,30}", currency in "\"\\PC{0,6}\"") {
        let mut row = Row::new(day("2026-05-01"), amount, "BRL");
        row.currency = currency;
        let _ = usage::decode(answer(&row).as_bytes(), TENANCY, window());
    }

    #[test]
    fn any_times_in_an_answer(start in "[-+0-9TZ:.]{0,30}", end in "\\PC{0,30}") {
        let text = serde_json::json!({"items": [{
            "timeUsageStarted": start, "timeUsageEnded": end, "computedAmount": 1, "currency": "BRL",
        }]});
        prop_assert!(usage::decode(text.to_string().as_bytes(), TENANCY, window()).is_err());
    }

    #[test]
    fn any_bytes_as_key(bytes in any::<Vec<u8>>(), phrase in proptest::option::of(any::<String>())) {
        prop_assert!(key::parse(&bytes, phrase.as_deref()).is_err());
    }
}

proptest! {
    // Each one that still decodes has its numbers checked, which takes time.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_key_with_slips(edits in edits()) {
        let _ = key::parse(&mutated(KEY_PEM.as_bytes().to_vec(), &edits), None);
    }
}
