//! Forty customers with hostile names: no page tells of another, and no secret is anywhere.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::folder::Site;
use crate::common::{Config, Folder, assert_clean, assert_untold, client, daily};

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

/// Money of a client as the page may have it, of five digits or more: what is small may be anybody's.
fn money(client: &Value) -> Vec<String> {
    let keys = ["credito", "consumo", "saldo", "total_estimado", "previsto"];
    let amounts = keys.iter().filter_map(|key| client[*key].as_str());
    let grouped = amounts.filter_map(|amount| {
        let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
        let digits: Vec<char> = whole.chars().collect();
        (digits.len() >= 5).then(|| {
            let groups = digits.rchunks(3).rev().map(|group| group.iter().collect());
            let groups: Vec<String> = groups.collect();
            format!("{},{}", groups.join("."), &format!("{cents}00")[..2])
        })
    });
    grouped.collect()
}

#[test]
fn no_page_tells_of_another_customer_and_no_secret_is_anywhere() {
    let mut folder = Folder::new();
    for n in 0..CLIENTS {
        let cents = 200_000 + 33_101 * n;
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        folder = folder.client(&config(n), daily("2026-04-01", "2026-06-16", &amount));
    }
    let site = Site::new(folder);
    let url = ["--pages-url", "https://paginas.example.com/"];
    let args = [&url[..], &["--format", "json", "-v"]].concat();
    let ran = site.run(&args).exited(0);
    let document = ran.json();
    let money: BTreeMap<u32, Vec<String>> = (0..CLIENTS)
        .map(|n| (n, money(client(&document, &config(n).file))))
        .collect();
    let requests: Vec<&str> = ran
        .stderr
        .split(|c: char| c.is_whitespace() || "(),:;".contains(c))
        .filter(|word| word.len() >= 16 && word.bytes().any(|byte| byte.is_ascii_digit()))
        .collect();
    assert!(requests.len() >= 40, "{}", ran.stderr);

    let texts = site.texts();
    assert_eq!(texts.len(), 40);
    let mut owners = Vec::new();
    for (key, text) in &texts {
        let manifest = site.pages().join(key).join("app.webmanifest");
        let manifest = fs::read_to_string(manifest).unwrap();
        let whole = format!("{text}{manifest}");
        let of: Vec<u32> = (0..CLIENTS).filter(|n| whole.contains(&word(*n))).collect();
        let [own] = of[..] else {
            panic!("{of:?} in {key}")
        };
        owners.push(own);
        for n in 0..CLIENTS {
            let config = config(n);
            for secret in ["tenancy", "user", "fingerprint", "grupo"] {
                assert!(
                    !whole.contains(config.value(secret)),
                    "{secret} in the page of {own}"
                );
            }
            assert!(!whole.contains(&config.file) && !whole.contains("config_"));
            let foreign = money[&n]
                .iter()
                .filter(|amount| !money[&own].contains(amount));
            for amount in foreign.filter(|_| n != own) {
                assert!(
                    !whole.contains(amount.as_str()),
                    "{amount} of {n} in the page of {own}"
                );
            }
        }
        assert!(
            money[&own]
                .iter()
                .any(|amount| whole.contains(amount.as_str()))
        );
        let keys = texts.keys().filter(|key| whole.contains(key.as_str()));
        assert_eq!(keys.count(), 0, "no address");
        for word in [
            "ocid1.",
            "key.pem",
            "PRIVATE",
            "consumo.db",
            "opc-request-id",
            "<script>alert",
        ] {
            assert!(!whole.contains(word), "{word} in the page of {own}");
        }
        for request in &requests {
            assert!(!whole.contains(request), "{request} in the page of {own}");
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
    assert_eq!(links.len(), 40);
    assert!(links.iter().all(|link| !link[0].starts_with('=')));
    let secret = fs::read_to_string(site.dir().join("paginas.ini")).unwrap();
    let secret = secret
        .lines()
        .last()
        .unwrap()
        .trim_start_matches("segredo = ");
    assert_eq!(secret.len(), 64);
    let text = site.run(&["-v"]).exited(0);
    let rotated = site.verb(&["rotate", "config_pr07"], &[]).exited(0);
    for ran in [&ran, &text, &rotated] {
        assert_untold(ran, [secret, &secret[..24]]);
    }
    for ran in [&ran, &text] {
        assert_clean(ran);
        assert_untold(ran, texts.keys().map(String::as_str));
    }
}
