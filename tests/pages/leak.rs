//! Forty customers with hostile names: no page tells of another, and no secret is anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::folder::Site;
use crate::common::{Config, Folder, assert_clean, assert_untold, client, daily, grouped};

const CLIENTS: u32 = 40;

/// Names as nobody should have them; `#` stands for the client's own word.
const NAMES: [&str; 10] = [
    "# <script onload=alert(1) x",
    "# \"' onload=alert(1) x=\"",
    "# </title <!-- </style",
    "#\" </table &lt;b &amp;",
    "\u{202e}# ao contrário\u{200b}",
    "=HYPERLINK(\"#\";\"https://mal.example\")",
    "# {{ page.client }} {% raw %} $(id) `id`",
    "#, João & Irmãos \"Ltda\" 🦜",
    "# ....................................................................................................................................................................................................",
    "../../#/..\\..",
];

/// The word that only this client's data have.
fn word(n: u32) -> String {
    format!("Zx{n:02}qW")
}

fn config(n: u32) -> Config {
    let names = u32::try_from(NAMES.len()).unwrap();
    let name = NAMES[usize::try_from(n % names).unwrap()].replace('#', &word(n));
    Config::new(&format!("pr{n:02}"))
        .with("cliente", &name)
        .with("credito", &(1_000_003 + 40_007 * n).to_string())
        .with("grupo", &format!("Grupo{}", word(n)))
}

/// Digits of the name of a page's folder.
const KEY_DIGITS: usize = 32;

/// Length of the longest run of hexadecimal digits in `text`.
fn longest_hex(text: &str) -> usize {
    let runs = text.as_bytes().split(|byte| !byte.is_ascii_hexdigit());
    runs.map(<[u8]>::len).max().unwrap_or_default()
}

/// Money of a client as the page may have it, of five digits or more: what is small may be anybody's.
fn money(client: &Value) -> Vec<String> {
    let keys = ["credito", "consumo", "saldo", "total_estimado", "previsto"];
    let amounts = keys.iter().filter_map(|key| client[*key].as_str());
    let amounts = amounts.filter_map(|amount| {
        let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
        let cents = &format!("{cents}00")[..2];
        (whole.len() >= 5).then(|| format!("{},{cents}", grouped(whole)))
    });
    amounts.collect()
}

#[test]
#[ignore = "long"]
fn no_page_tells_of_another_customer_and_no_secret_is_anywhere() {
    let mut folder = Folder::new();
    for n in 0..CLIENTS {
        let cents = 200_000 + 33_101 * n;
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        folder = folder.client(&config(n), daily("2026-04-01", "2026-06-16", &amount));
    }
    let site = Site::new(folder);
    let url = ["--pages-url", "https://paginas.example.com/"];
    // A document on stdout would be held against its schema, which takes a second.
    let file = site.web.path().join("a.json");
    let args = ["--format", "none", "-v", "-o", file.to_str().unwrap()];
    let ran = site.run(&[&url[..], &args].concat()).exited(0);
    let document: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let money: BTreeMap<u32, Vec<String>> = (0..CLIENTS)
        .map(|n| (n, money(client(&document, &config(n).file))))
        .collect();
    // The service's names of requests are as long as the names of pages.
    assert!(longest_hex(&ran.stderr) >= KEY_DIGITS, "{}", ran.stderr);

    let fingerprint = config(0).value("fingerprint").to_owned();
    let texts = site.texts();
    assert_eq!(texts.len(), CLIENTS as usize);
    let mut owners = Vec::new();
    for (key, text) in &texts {
        let manifest = site.pages().join(key).join("app.webmanifest");
        let manifest = fs::read_to_string(manifest).unwrap();
        let whole = format!("{text}{manifest}");
        let words: BTreeSet<&str> = whole
            .match_indices("Zx")
            .filter_map(|(at, _)| whole.get(at..at + 6))
            .filter(|word| word.ends_with("qW"))
            .collect();
        let own = (0..CLIENTS)
            .find(|n| words.contains(word(*n).as_str()))
            .unwrap();
        assert_eq!(words, BTreeSet::from([word(own).as_str()]), "{key}");
        owners.push(own);
        let is_part = |c: char| c.is_ascii_digit() || ".,".contains(c);
        let amounts = whole
            .split(|c| !is_part(c))
            .map(|text| text.trim_matches(['.', ',']));
        let amounts: BTreeSet<&str> = amounts.collect();
        let has = |amount: &String| amounts.contains(amount.as_str());
        assert!(money[&own].iter().any(has), "no figure of {own}");
        for other in (0..CLIENTS).filter(|other| *other != own) {
            let mut foreign = money[&other]
                .iter()
                .filter(|amount| !money[&own].contains(amount));
            assert_eq!(
                foreign.find(|amount| has(amount)),
                None,
                "of {other} in the page of {own}"
            );
        }
        // Neither an address of a page nor the name of a request.
        assert!(longest_hex(&whole) < KEY_DIGITS, "in the page of {own}");
        for word in [
            "ocid1.",
            "config_",
            "Grupo",
            &fingerprint,
            "key.pem",
            "PRIVATE",
            "<script on",
        ] {
            assert!(!whole.contains(word), "{word} in the page of {own}");
        }
        assert!(!whole.contains(['\u{202e}', '\u{200b}']));
        // What a name may not open: its text is text.
        let body = text.replace("&#34;", "").replace("&#39;", "");
        assert!(!body.contains("onload=alert(1) x=\""));
    }
    owners.sort_unstable();
    assert_eq!(owners, (0..CLIENTS).collect::<Vec<_>>());

    // The list is the operator's, and runs nothing.
    assert!(!site.pages().join("links.csv").exists());
    let links = site.links();
    assert_eq!(links.len(), CLIENTS as usize);
    assert!(links.iter().all(|link| !link[0].starts_with('=')));
    let secret = site.secret();
    assert_eq!(secret.len(), 64);
    // Of the text a part is enough, which one client has.
    let text = site.run(&["-v", "--only", "config_pr07"]).exited(0);
    let rotated = site.verb(&["rotate", "config_pr07"], &[]).exited(0);
    for ran in [&ran, &text, &rotated] {
        assert_untold(ran, [&*secret, &secret[..24]]);
    }
    for ran in [&ran, &text] {
        assert_clean(ran);
        assert_untold(ran, texts.keys().map(String::as_str));
    }
}
