//! A day as people write it: of this century, of the digits that stand there, and its ISO form is the same day.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::calendar::parse_day;

fuzz_target!(|text: &str| {
    let Some(day) = parse_day(text) else {
        return;
    };
    let iso = day.to_string();
    assert!(("2000-01-01".."2100-01-01").contains(&iso.as_str()));
    assert_eq!(parse_day(&iso), Some(day));
    let mut parts: Vec<u32> = text
        .split(['-', '/'])
        .map(|part| part.parse().unwrap())
        .collect();
    if text.contains('/') {
        parts.reverse();
    }
    assert_eq!(
        iso,
        format!("{:04}-{:02}-{:02}", parts[0], parts[1], parts[2])
    );
});
