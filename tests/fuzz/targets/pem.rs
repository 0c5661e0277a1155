//! A key file, any bytes, with a passphrase at hand.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::profile::key;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = key::parse(bytes, Some("senha")) {
        assert_eq!(key::fingerprint(key.as_ref()).unwrap().len(), 47);
    }
});
