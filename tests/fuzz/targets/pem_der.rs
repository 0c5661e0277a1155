//! A key file whose text is sound and whose content is any bytes; the first says which label.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::profile::key;
use pem::Pem;

const LABELS: [&str; 3] = ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];

/// Rounds of a key derivation; up to a million are allowed by design, which take half a second.
const CHEAP: u64 = 512;

/// Whether no integer in it, and no product of them, can ask for much work. Bytes that only look
/// like an integer count too: this shares nothing with the check that it stands in front of.
fn is_cheap(der: &[u8]) -> bool {
    let factors = der.windows(3).map(|part| match *part {
        [2, 1, value] => u64::from(value.max(1)),
        [2, 2..=9, _] => u64::MAX,
        _ => 1,
    });
    factors.fold(1, u64::saturating_mul) <= CHEAP
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, der)) = bytes.split_first() else {
        return;
    };
    let label = LABELS[usize::from(*first) % LABELS.len()];
    // Without a passphrase all but the decryption itself is done.
    let phrase = (!label.starts_with("ENCRYPTED") || is_cheap(der)).then_some("senha");
    let text = pem::encode(&Pem::new(label, der));
    if let Ok(key) = key::parse(text.as_bytes(), phrase) {
        assert_eq!(key::fingerprint(key.as_ref()).unwrap().len(), 47);
    }
});
