//! Bytes and slips that no file should have.

use proptest::prelude::*;

use super::super::keys::KeySpec;
use super::*;

/// Texts that are nearly files.
fn files() -> impl Strategy<Value = String> {
    let words: Vec<&str> = SECTIONS
        .iter()
        .flat_map(|section| section.keys)
        .flat_map(KeySpec::words)
        .collect();
    let headers: Vec<String> = SECTIONS
        .iter()
        .map(|section| format!("[{}]", section.header()))
        .collect();
    let values = prop_oneof![
        "\\PC{0,20}",
        Just("twilio".to_owned()),
        Just("credencial:x".to_owned()),
        Just("a@b.br, +55 11 91234-5678".to_owned()),
        Just("https://a.br/x?y=1".to_owned()),
        Just("-03:00".to_owned()),
    ];
    let line = prop_oneof![
        proptest::sample::select(headers),
        (proptest::sample::select(words), values)
            .prop_map(|(key, value)| format!("{key} = {value}")),
        "\\PC{0,20}",
    ];
    proptest::collection::vec(line, 0..20).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, Path::new("alertas.ini"), None);
    }

    #[test]
    fn no_file_is_a_panic(text in files()) {
        let _ = parse(text.as_bytes(), Path::new("alertas.ini"), None);
    }

    /// A line that is cut off, or a letter that is changed, is a refusal or another value, and never shows a secret.
    #[test]
    fn no_slip_is_a_panic_or_shows_a_secret(at in 0usize..2000, len in 0usize..9, slip in "\\PC{0,3}") {
        const SECRETS: [&str; 3] = ["hunter2", "whsec_c2VncmVkbw", "tok-9f8e7d"];
        let text = format!(
            "{LEAST}usuario = u\nsenha = hunter2\n[sms]\npor = zenvia\ntoken = tok-9f8e7d\nde = x\n\
             [webhook w]\nsegredo = whsec_c2VncmVkbw\nendereco = https://a.br/whsec_c2VncmVkbw\n\
             [chat c]\npor = telegram\ntoken = tok-9f8e7d\ndestino = 1\n[batimento]\nendereco = https://a.br/hunter2\n"
        );
        let from = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let to = (from + len).min(text.len());
        prop_assume!(text.is_char_boundary(to));
        let slipped = format!("{}{slip}{}", &text[..from], &text[to..]);
        let shown = match parse(slipped.as_bytes(), Path::new("alertas.ini"), None) {
            Ok(settings) => format!("{settings:?} {settings:#?}"),
            Err(refused) => format!("{refused:?}"),
        };
        for secret in SECRETS {
            prop_assert!(!shown.contains(secret), "{}", shown);
        }
    }
}
