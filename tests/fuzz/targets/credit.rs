//! An amount as people write it: not below zero, of the digits that stand there, and its plain form means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::failure::ConfigProblem;
use oci_consumo::internals::money::Amount;
use oci_consumo::internals::profile::amount;

fn significant(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

fuzz_target!(|text: &str| {
    let Ok((amount, _)) = amount::parse(text) else {
        return;
    };
    let plain = amount.to_string();
    assert!(!amount.is_negative());
    assert_eq!(significant(text), significant(&plain));
    assert_eq!(Amount::parse(&plain).as_ref(), Ok(&amount));
    match amount::parse(&plain) {
        Ok((again, None)) => assert_eq!(again, amount),
        // `12,3450` is clear; `12.345` is not any more.
        Err(ConfigProblem::AmbiguousAmount { decimals, .. }) => assert_eq!(decimals, amount),
        other => panic!("{plain}: {other:?}"),
    }
});
