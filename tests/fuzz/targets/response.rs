//! An answer of the service, any bytes: rows are of the window and no more than its items, and the same each time.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::calendar::Days;
use oci_consumo::internals::oci::usage::decode;
use serde_json::Value;

static WINDOW: LazyLock<Days> =
    LazyLock::new(|| Days::inclusive("2026-04-01".parse().unwrap(), "2026-06-16".parse().unwrap()));

fuzz_target!(|body: &[u8]| {
    let read = decode(body, "ocid1.tenancy.oc1..aaaa", *WINDOW);
    assert_eq!(
        format!("{read:?}"),
        format!("{:?}", decode(body, "ocid1.tenancy.oc1..aaaa", *WINDOW))
    );
    let Ok(rows) = read else {
        return;
    };
    assert!(rows.iter().all(|row| WINDOW.contains(row.day)));
    // What is passed over may be what `Value` cannot hold.
    if let Ok(document) = serde_json::from_slice::<Value>(body) {
        let items = document["items"].as_array().unwrap();
        assert!(items.iter().all(Value::is_object) && rows.len() <= items.len());
    }
});
