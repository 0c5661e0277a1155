//! Nothing that a file or an answer can hold makes the program panic: it is
//! read, or refused as data.

use std::path::Path;

use oci_consumo::internals::calendar::{Days, parse_day, plus_days};
use oci_consumo::internals::failure::ConfigProblem;
use oci_consumo::internals::oci::region::Region;
use oci_consumo::internals::oci::usage;
use oci_consumo::internals::profile::{amount, config, key};
use oci_consumo::internals::render::explain;
use oci_consumo::internals::text::printable;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::common::stand_in::WorldRow;
use crate::common::{AS_OF, Config, KEY_PEM, day, samples};
use oci_consumo::internals::lang::Lang;

const TENANCY: &str = "ocid1.tenancy.oc1..aaaa";
/// Nothing else has it.
const PHRASE: &str = "Zq9!senha";

/// What configs are made of, so that chance gets past the first checks.
const PIECES: [&str; 27] = [
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
    "ajuste_previsto=+1.5% desde 31/12/2026\n",
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

/// Reads `bytes` and a passphrase below them as a config: what is said of it is fit for a terminal,
/// and the passphrase is not said.
fn read_config(bytes: &[u8]) {
    let text = [bytes, b"\npass_phrase=", PHRASE.as_bytes()].concat();
    let read = config::parse(&text, Path::new("/nonexistent"), day(AS_OF));
    assert!(!format!("{read:?}").contains(PHRASE));
    let mut said = Vec::new();
    for lang in [Lang::PtBr, Lang::En] {
        match &read {
            Ok(config) => {
                said.push(config.client.clone());
                let currency = config.contract.currency;
                let warnings = config.warnings.iter();
                said.extend(warnings.map(|warning| explain::warning(lang, currency, warning)));
            }
            Err(unusable) => {
                let words = explain::failure(lang, "config_x", &unusable.failure);
                assert!(!words.remedy.is_empty());
                said.extend([words.message, words.remedy]);
                said.extend(unusable.client.clone());
                said.extend(unusable.tenancy.clone());
            }
        }
    }
    for text in said {
        assert_eq!(printable(&text, usize::MAX), text.trim());
        assert!(!text.contains(PHRASE));
    }
}

/// Reads `body` as an answer: its rows are days that were asked for, and the same each time.
fn read_answer(body: &[u8]) {
    let read = usage::decode(body, TENANCY, window());
    assert_eq!(read, usage::decode(body, TENANCY, window()));
    let mut rows = read.iter().flatten();
    assert!(rows.all(|row| window().contains(row.day)));
}

/// The digits of an amount, without idle zeros.
fn significant(amount: &str) -> String {
    let digits: String = amount.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

fn edits() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    proptest::collection::vec(any::<(Index, u8, u8)>(), 1..6)
}

fn window() -> Days {
    Days::inclusive(day("2026-04-01"), day("2026-06-16"))
}

fn answer(row: &WorldRow) -> String {
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
    let row = WorldRow::new(day("2026-05-01"), "12.50", "BRL");
    let rows = usage::decode(answer(&row).as_bytes(), TENANCY, window()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].amount.to_string(), "12.5");
}

#[test]
fn a_list_is_no_object() {
    let object = answer(&WorldRow::new(day("2026-05-01"), "12.50", "BRL"));
    let items = object.strip_prefix(r#"{"items":"#).unwrap();
    let items = items.strip_suffix('}').unwrap();
    let row = r#""2026-05-01T00:00:00Z","2026-05-02T00:00:00Z",12.50,"BRL",false,null"#;
    for text in [
        "[[]]".to_owned(),
        format!("[{items}]"),
        format!(r#"{{"items":[[{row}]]}}"#),
    ] {
        assert!(
            usage::decode(text.as_bytes(), TENANCY, window()).is_err(),
            "{text}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(128, 512)))]

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
    fn any_value_as_credit(text in "(R\\$|US\\$|€|EUR)? ?[0-9]{1,4}([.,][0-9]{1,4}){0,3} ?(BRL|€)?|\\PC{0,20}") {
        if let Ok((read, _)) = amount::parse(&text) {
            let plain = read.to_string();
            prop_assert!(!read.is_negative());
            prop_assert_eq!(significant(&text), significant(&plain));
            match amount::parse(&plain) {
                // `12,3450` is clear; `12.345` is not any more.
                Err(ConfigProblem::AmbiguousAmount { decimals, .. }) => prop_assert_eq!(decimals, read),
                again => prop_assert_eq!(again, Ok((read, None))),
            }
        }
    }

    #[test]
    fn a_day_in_both_customs(n in 0..36_525_i64) {
        let day = plus_days(day("2000-01-01"), n);
        let text = day.to_string();
        let (year, month, of_month) = (&text[..4], &text[5..7], &text[8..]);
        let short = |part: &str| part.trim_start_matches('0').to_owned();
        for text in [
            text.clone(),
            format!("{of_month}/{month}/{year}"),
            format!("{}/{}/{year}", short(of_month), short(month)),
        ] {
            prop_assert_eq!(parse_day(&text), Some(day));
        }
    }

    #[test]
    fn any_value_as_day(text in "[12][09][0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]{1,2}/[01]?[0-9]/[12][09][0-9]{2}|\\PC{0,12}") {
        if let Some(read) = parse_day(&text) {
            let iso = read.to_string();
            prop_assert!(("2000-01-01".."2100-01-01").contains(&iso.as_str()));
            prop_assert_eq!(parse_day(&iso), Some(read));
        }
    }

    #[test]
    fn any_value_as_region(text in "[a-zA-Z0-9-]{1,66}|[xX][nN]--[a-z0-9-]{0,20}|\\PC{0,20}") {
        if let Ok(region) = Region::find(&text, TENANCY) {
            let url = region.usage_api().unwrap();
            let host = format!("usageapi.{}.oci.{}", region.name, region.domain);
            prop_assert_eq!(url.as_str(), format!("https://{host}/"));
            prop_assert!(region.known || region.name == text.to_ascii_lowercase());
        }
    }

    #[test]
    fn any_bytes_as_answer(bytes in any::<Vec<u8>>()) {
        read_answer(&bytes);
    }

    #[test]
    fn an_answer_with_slips(edits in edits()) {
        let text = answer(&WorldRow::new(day("2026-05-01"), "12.50", "BRL"));
        read_answer(&mutated(text.into_bytes(), &edits));
    }

    #[test]
    fn any_value_in_an_answer(amount in "[-+0-9.eE\"a-zA-Z]{0,30}", currency in "\"\\PC{0,6}\"") {
        let mut row = WorldRow::new(day("2026-05-01"), amount, "BRL");
        row.currency = currency;
        read_answer(answer(&row).as_bytes());
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
    #![proptest_config(ProptestConfig::with_cases(samples(32, 64)))]

    #[test]
    fn a_key_with_slips(edits in edits()) {
        let _ = key::parse(&mutated(KEY_PEM.as_bytes().to_vec(), &edits), None);
    }
}
