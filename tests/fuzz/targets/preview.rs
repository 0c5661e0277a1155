//! What is pasted into `add`, any bytes, as a preview and as the vendor's config: what is said of it is clean, and its
//! passphrase is never shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oci_consumo::internals::add::preview;
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::render::explain;
use oci_consumo::internals::text::printable;

/// Nothing else has it.
const SECRET: &str = "Zq9!senha";

fuzz_target!(|bytes: &[u8]| {
    if bytes
        .windows(SECRET.len())
        .any(|part| part == SECRET.as_bytes())
    {
        return;
    }
    let planted = [bytes, b"\npass_phrase=", SECRET.as_bytes()].concat();
    for read in [
        preview::parse(&planted),
        preview::profile(&planted, "DEFAULT", "config"),
    ] {
        assert!(!format!("{read:?}").contains(SECRET));
        match read {
            Ok(preview) => {
                let parts = [&preview.user, &preview.fingerprint, &preview.tenancy];
                for text in parts.into_iter().chain([&preview.region]).flatten() {
                    assert!(text.is_ascii() && !text.contains(char::is_control));
                }
            }
            Err(problem) => {
                for lang in [Lang::PtBr, Lang::En] {
                    let words = explain::add_problem(lang, &problem);
                    assert_eq!(printable(&words, usize::MAX), words.trim());
                    assert!(!words.contains(SECRET));
                }
            }
        }
    }
});
