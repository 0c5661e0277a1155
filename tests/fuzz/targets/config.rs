//! A client's config, any bytes: what is shown of it is clean, and its passphrase never shown.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::calendar::Day;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::profile::access::Access;
use oci_consumo::internals::profile::config;
use oci_consumo::internals::render::explain;
use oci_consumo::internals::text::printable;

static AS_OF: LazyLock<Day> = LazyLock::new(|| "2026-06-17".parse().unwrap());

/// Nothing else has it.
const SECRET: &str = "Zq9!senha";

fn assert_clean(shown: &str) {
    assert_eq!(printable(shown, usize::MAX), shown.trim());
}

fuzz_target!(|bytes: &[u8]| {
    if bytes
        .windows(SECRET.len())
        .any(|part| part == SECRET.as_bytes())
    {
        return;
    }
    let planted = [bytes, b"\npass_phrase=", SECRET.as_bytes()].concat();
    let read = config::parse(&planted, Path::new("/nonexistent"), *AS_OF);
    assert!(!format!("{read:?}").contains(SECRET));
    match read {
        Ok(config) => {
            assert_clean(&config.client);
            // Beside a machine's identity a passphrase is refused.
            let (user, key) = match config.access {
                Access::ApiKey { user, key, .. } => (user, key),
                Access::SecurityToken { key, .. } => (String::new(), key),
                access => panic!("{access:?}"),
            };
            assert_eq!(key.pass_phrase.unwrap().reveal(), SECRET);
            assert!(config.contract.start <= config.contract.end);
            assert!(!config.contract.credit.is_negative());
            assert!(config.tenancy.is_ascii() && user.is_ascii());
            for lang in [Lang::PtBr, Lang::En] {
                for warning in &config.warnings {
                    assert_clean(&explain::warning(lang, config.contract.currency, warning));
                }
            }
        }
        Err(unusable) => {
            for text in unusable.client.iter().chain(&unusable.tenancy) {
                assert_clean(text);
            }
            for lang in [Lang::PtBr, Lang::En] {
                let words = explain::failure(lang, "config_x", &unusable.failure);
                assert_clean(&words.message);
                assert_clean(&words.remedy);
                assert!(!words.message.contains(SECRET) && !words.remedy.contains(SECRET));
            }
        }
    }
});
