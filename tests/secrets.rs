//! Keys and passphrases are shown by nothing: not by what is printed, nor by what a programmer prints.

use std::path::Path;

use oci_consumo::internals::oci::signer::{ApiKey, Signer, SigningKey};
use oci_consumo::internals::profile::{config, key};

use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, assert_untold, assert_words, daily, day, failure, key_fixture,
    pieces,
};

const SECRET: &str = "hunter2-segredo";

/// Configs with the passphrase where it belongs and where it does not.
fn configs() -> Vec<(&'static str, Vec<u8>)> {
    let with = |id, lines: &str| {
        let text = Config::new(id).with("key_file", "cifrada.pem").text();
        (id, (text + &lines.replace('?', SECRET)).into_bytes())
    };
    let mut windows = with("windows", "pass_phrase=?\n#");
    windows.1.push(0xE3);
    vec![
        with("errada", "pass_phrase=?\n"),
        with("repetida", "pass_phrase=?\nPASS_PHRASE: ?\n"),
        with("sem-igual", "pass_phrase ?\n"),
        with("sozinha", "pass_phrase=\n?\n"),
        with("secao", "pass_phrase=?\n[?\n"),
        with("parecida", "passphrase=?\n"),
        with("comentada", "#pass_phrase=?\n"),
        windows,
    ]
}

#[test]
fn nothing_that_is_printed_for_debugging_shows_a_secret() {
    let mut read = 0;
    for (id, text) in configs() {
        let result = config::parse(&text, Path::new("."), day(AS_OF));
        read += usize::from(result.is_ok());
        let shown = format!("{result:?} {result:#?}");
        assert_words(&shown, &["tenancy"]);
        assert!(!shown.contains(SECRET), "{id}: {shown}");
    }
    assert_eq!(read, 4);

    let key = key::parse(KEY_PEM.as_bytes(), None).unwrap();
    let signing = SigningKey::new(&key).unwrap();
    assert_eq!(format!("{signing:?}"), "SigningKey { .. }");
    let signer = Signer::ApiKey(ApiKey {
        tenancy: "t".to_owned(),
        user: "u".to_owned(),
        fingerprint: "f".to_owned(),
        key: signing,
    });
    assert_eq!(
        format!("{signer:?}"),
        r#"ApiKey(ApiKey { key_id: "t/u/f", .. })"#
    );
    let pair = key::KeyPair::new(&key).unwrap();
    let shown = format!("{pair:?}");
    assert!(shown.ends_with("signing: SigningKey { .. } }"), "{shown}");
}

#[test]
fn nothing_that_is_printed_shows_a_secret() {
    let healthy = Config::new("bom");
    let folder = Folder::new().client(&healthy, daily("2026-01-01", "2026-06-16", "10.00"));
    let encrypted = key_fixture("pkcs8-aes-256-sha256.pem");
    folder.write("cifrada.pem", encrypted.as_bytes());
    // Keys that come to nothing at every stage, and a file of neither kind.
    let broken = [
        ("cortada", KEY_PEM[..900].to_owned()),
        ("estranha", KEY_PEM.replacen("MII", "M!I", 1)),
        ("solta", KEY_PEM.lines().nth(1).unwrap().to_owned()),
    ];
    for (id, pem) in &broken {
        folder.write(&format!("{id}.pem"), pem.as_bytes());
        let config = Config::new(id).with("key_file", &format!("{id}.pem"));
        folder.write(&config.file, config.text().as_bytes());
    }
    for (id, text) in configs() {
        folder.write(&format!("config_{id}"), &text);
    }
    folder.write("config_pem", KEY_PEM.as_bytes());
    // The key itself where its path belongs.
    let inline = Config::new("embutida").with("key_file", &KEY_PEM.replace('\n', r"\n"));
    folder.write(&inline.file, inline.text().as_bytes());
    let served = folder.serve();

    for lang in ["pt-BR", "en"] {
        for form in ["text", "json"] {
            let ran = served.run(&["-v", "--lang", lang, "--format", form]);
            assert_untold(&ran.exited(3), pieces(KEY_PEM).into_iter().chain([SECRET]));
        }
    }
    let document = served.json(3, &[]);
    for (id, code) in [
        ("errada", "senha_da_chave"),
        ("comentada", "senha_da_chave"),
        ("repetida", "config_invalida"),
        ("cortada", "chave_invalida"),
        ("pem", "config_invalida"),
        ("embutida", "config_invalida"),
    ] {
        assert_eq!(failure(&document, &format!("config_{id}"))["codigo"], code);
    }
}
