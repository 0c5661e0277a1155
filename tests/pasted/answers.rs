//! Values pasted into `add`: they are read as a config's values are, whichever way they come.

use std::fs;
use std::path::Path;

use super::values::{QUOTES, UNSEEN};
use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, Ran, Served, assert_words, client, command, daily, ran,
};

const FILE: &str = "config_padaria";

fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10.00")
}

fn padaria() -> Config {
    Config::new("padaria")
}

fn served() -> Served {
    let mut folder = Folder::new();
    folder.world.tenants.push(padaria().tenant(rows()));
    folder.serve()
}

/// The options that give a whole client, with their values.
fn options() -> Vec<(&'static str, String)> {
    let config = padaria();
    let of = |key| config.value(key).to_owned();
    vec![
        ("--tenancy", of("tenancy")),
        ("--region", of("region")),
        ("--user", of("user")),
        ("--fingerprint", of("fingerprint")),
        ("--client", "Padaria".to_owned()),
        ("--credit", "150000.00".to_owned()),
        ("--currency", "BRL".to_owned()),
        ("--start", "2026-01-01".to_owned()),
        ("--end", "31/12/2026".to_owned()),
    ]
}

fn add<'a>(served: &Served, options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Ran {
    let mut command = command();
    command.arg("add").arg(served.dir.path());
    for (option, value) in options {
        command.arg(format!("{option}={value}"));
    }
    command.args(["--endpoint", &served.server.endpoint()]);
    command.args(["--as-of", AS_OF, "--now", "2026-06-17T06:00:00Z"]);
    ran(&mut command)
}

/// The config that `add` writes with `options`, which is taken away again.
fn written(served: &Served, options: &[(&str, String)]) -> String {
    let options = options.iter().map(|(name, value)| (*name, value.as_str()));
    add(served, options).exited(0);
    let path = served.dir.path().join(FILE);
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    text
}

#[test]
#[ignore = "long"]
fn an_answer_in_any_transport_is_the_same_answer() {
    let served = served();
    let plain = options();
    let expected = written(&served, &plain);
    let print = padaria().value("fingerprint").to_owned();
    let quoted = QUOTES.iter().map(|(open, close)| (*open, *close));
    let unseen: Vec<String> = UNSEEN.iter().map(char::to_string).collect();
    let unseen = unseen.iter().map(|c| ("", c.as_str()));
    let around: Vec<(String, String)> = quoted
        .chain(unseen)
        .map(|(before, after)| (before.to_owned(), after.to_owned()))
        .collect();
    // Each transport at three options, and each option in several of them.
    for (n, (before, after)) in around.iter().enumerate() {
        let mut pasted = plain.clone();
        for place in [n, n + 3, n + 5] {
            let (_, value) = &mut pasted[place % plain.len()];
            *value = format!("{before}{value}{after}");
        }
        assert_eq!(written(&served, &pasted), expected, "{pasted:?}");
    }
    for (option, value) in [
        ("--fingerprint", format!("MD5(stdin)= {print}")),
        (
            "--fingerprint",
            format!("\"MD5(stdin)= {}\"", print.replace(':', "")),
        ),
        ("--fingerprint", format!("2048 MD5:{print} eu@aqui (RSA)")),
        ("--region", "Brazil East (São Paulo)".to_owned()),
        ("--region", "“GRU”".to_owned()),
        ("--credit", "\u{200b}“R$ 150.000,00”".to_owned()),
        ("--currency", "R$".to_owned()),
    ] {
        let mut pasted = plain.clone();
        let known = pasted.iter_mut().find(|(name, _)| *name == option);
        known.unwrap().1.clone_from(&value);
        assert_eq!(written(&served, &pasted), expected, "{option} {value}");
    }
}

/// A text in UTF-16 with its mark.
fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(order).collect()
}

#[test]
fn a_preview_in_any_transport_is_the_same_access() {
    let served = served();
    let terms: Vec<(&str, String)> = options().into_iter().skip(4).collect();
    let config = padaria();
    let line = |form: &dyn Fn(&str, &str) -> String| -> String {
        ["user", "fingerprint", "tenancy", "region"]
            .iter()
            .map(|key| form(key, config.value(key)))
            .collect()
    };
    let plain = line(&|key, value| format!("{key}={value}\n"));
    let labelled = plain
        .replace("fingerprint=", "fingerprint=MD5(stdin)= ")
        .replace("sa-saopaulo-1", "Brazil East (Sao Paulo)");
    let file = served.dir.path().join("previa.txt");
    let of = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        let mut all = terms.clone();
        all.push(("--preview", file.display().to_string()));
        written(&served, &all)
    };
    let expected = of(plain.as_bytes());
    for bytes in [
        utf16(&plain, u16::to_le_bytes),
        utf16(&plain.replace('\n', "\r\n"), u16::to_be_bytes),
        line(&|key, value| format!("{key}=\"{value}\"\n")).into_bytes(),
        line(&|key, value| format!("\u{feff}{key} : “{value}”\u{200b}\n")).into_bytes(),
        line(&|key, value| format!("{key}\u{a0}=\u{a0}{value}\u{2060}\r\n")).into_bytes(),
        labelled.into_bytes(),
    ] {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(of(&bytes), expected, "{text:?}");
    }
}

#[test]
fn a_refused_answer_is_shown_with_its_odd_character() {
    let served = served();
    for (option, value, words) in [
        (
            "--tenancy",
            "ocid1.tenancy.oc1…a",
            ["\"ocid1.tenancy.oc1…a\"", "U+2026"],
        ),
        (
            "--user",
            "ocid1.us\u{200b}er.oc1..a",
            ["invisível no meio", "U+200B"],
        ),
        ("--region", "sa—saopaulo—1", ["\"sa—saopaulo—1\"", "U+2014"]),
        ("--fingerprint", "aa:bb\u{2236}cc", ["aa:bb", "U+2236"]),
        (
            "--credit",
            "150\u{a0}000,00",
            ["invisível no meio", "U+00A0"],
        ),
        ("--start", "2026\u{2013}01\u{2013}01", ["2026", "U+2013"]),
        ("--currency", "reáis", ["\"reáis\"", "U+00E1"]),
        // A new config has no doubtful amount.
        (
            "--credit",
            "1500.000",
            ["pode ser 1.500.000,00", "com centavos"],
        ),
    ] {
        let mut pasted = options();
        let known = pasted.iter_mut().find(|(name, _)| *name == option);
        known.unwrap().1 = value.to_owned();
        let pasted = pasted.iter().map(|(name, value)| (*name, value.as_str()));
        let ran = add(&served, pasted).exited(2);
        assert_words(&ran.stderr, &[&format!("{option}: "), words[0], words[1]]);
        assert!(!Path::new(&served.dir.path().join(FILE)).exists());
    }
    assert_eq!(served.server.requests(), 0);
}

#[test]
fn a_waiting_config_in_utf_16_is_completed_in_utf_8() {
    let served = served();
    let waiting = padaria().without("user").without("fingerprint");
    let waiting = waiting.with("cliente", "Padaria São João");
    let bytes = utf16(&waiting.text(), u16::to_le_bytes);
    fs::write(served.dir.path().join(FILE), bytes).unwrap();
    let config = padaria();
    add(
        &served,
        [
            ("--client", "padaria são joão"),
            ("--user", config.value("user")),
        ],
    )
    .exited(0);
    let text = fs::read_to_string(served.dir.path().join(FILE)).unwrap();
    assert_words(&text, &["cliente=Padaria São João", config.value("user")]);
    let document = served.json(0, &[]);
    assert_eq!(client(&document, FILE)["consumo"], "1670");
}
