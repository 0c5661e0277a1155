//! Keys and values as people paste them: read with a warning where there is one reading, and else refused with the value
//! and the remedy. No form ever gives another figure.

use std::path::Path;

use oci_consumo::internals::calendar::Day;
use oci_consumo::internals::profile::access::Access;
use oci_consumo::internals::profile::config;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::said;
use crate::common::stand_in::WorldRow;
use crate::common::{
    AS_OF, Config, Folder, KEY_PEM, assert_words, client, daily, failure, figures, morning, ran,
    samples, warnings,
};
use crate::store::{document, query};

pub fn rows() -> Vec<WorldRow> {
    daily("2026-01-01", "2026-06-16", "10.00")
}

/// Pairs of quotes of keyboards and word processors.
pub const QUOTES: [(&str, &str); 12] = [
    ("\"", "\""),
    ("'", "'"),
    ("“", "”"),
    ("”", "”"),
    ("„", "“"),
    ("‘", "’"),
    ("’", "’"),
    ("«", "»"),
    ("`", "`"),
    ("´", "´"),
    ("＂", "＂"),
    ("'\"", "\"'"),
];
/// Characters that nobody sees.
pub const UNSEEN: [char; 13] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{feff}', '\u{2060}', '\u{ad}',
    '\u{202a}', '\u{202c}', '\u{2066}', '\u{2069}', '\u{1a}',
];
/// What `openssl` and `md5` write before a fingerprint.
const LABELS: [&str; 8] = [
    "MD5(stdin)= ",
    "(stdin)= ",
    "MD5(-)= ",
    "MD5 (stdin) = ",
    "MD5 (chave publica.der) = ",
    "md5(stdin)=",
    "(-) = ",
    "MD5(/tmp/a.pem)= ",
];
/// The keys whose values are pasted.
const KEYS: [&str; 10] = [
    "tenancy",
    "user",
    "fingerprint",
    "region",
    "key_file",
    "cliente",
    "credito",
    "inicio_contrato",
    "fim_contrato",
    "moeda",
];

/// The facts of a config that the figures depend on.
pub fn read(text: &str) -> Option<(String, String, String, String, String)> {
    read_bytes(text.as_bytes())
}

/// The facts of a config in any encoding.
pub fn read_bytes(bytes: &[u8]) -> Option<(String, String, String, String, String)> {
    let as_of: Day = AS_OF.parse().unwrap();
    let config = config::parse(bytes, Path::new("/nonexistent"), as_of).ok()?;
    let contract = &config.contract;
    let Access::ApiKey {
        user,
        fingerprint,
        key,
    } = &config.access
    else {
        return None;
    };
    Some((
        format!("{} {user} {fingerprint}", config.tenancy),
        config.region.name.clone(),
        key.path.display().to_string(),
        config.client.clone(),
        format!(
            "{} {} {} {:?}",
            contract.credit, contract.start, contract.end, contract.currency
        ),
    ))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(samples(120, 600)))]

    #[test]
    fn a_value_in_any_transport_is_the_same_value(
        key in select(KEYS.to_vec()),
        (open, close) in select(QUOTES.to_vec()),
        before in proptest::option::of(select(UNSEEN.to_vec())),
        behind in proptest::option::of(select(UNSEEN.to_vec())),
        label in proptest::option::of(select(LABELS.to_vec())),
        inside in any::<bool>(),
        blank in select(vec!["", " ", "\u{a0}", "\t"]),
    ) {
        let plain = Config::new("a").with("credito", "R$ 150.000,00");
        let expected = read(&plain.text()).unwrap();
        let unseen = |c: Option<char>| c.map(String::from).unwrap_or_default();
        let label = label.filter(|_| key == "fingerprint").unwrap_or_default();
        let (before, behind) = (unseen(before), unseen(behind));
        let value = plain.value(key);
        let value = match inside {
            true => format!("{open}{before}{label}{value}{blank}{behind}{close}"),
            false => format!("{before}{label}{open}{blank}{value}{close}{behind}"),
        };
        let pasted = plain.with(key, &value).text();
        prop_assert_eq!(read(&pasted), Some(expected), "{:?}", value);
    }

    #[test]
    fn a_slip_in_a_value_never_gives_another_figure(
        key in select(vec!["credito", "inicio_contrato", "fim_contrato", "tenancy", "fingerprint", "region"]),
        at in any::<proptest::sample::Index>(),
        odd in select(vec!['\u{200b}', '\u{2014}', '\u{ff11}', '"', '\u{a0}', ',', '\u{661}', '\u{301}', ' ']),
    ) {
        let plain = Config::new("a").with("credito", "150000,50");
        let expected = read(&plain.text()).unwrap();
        let mut value: Vec<char> = plain.value(key).chars().collect();
        let place = at.index(value.len());
        value.insert(place, odd);
        let value: String = value.into_iter().collect();
        let pasted = plain.with(key, &value).text();
        if let Some(found) = read(&pasted) {
            prop_assert_eq!(found, expected, "{:?}", value);
        }
    }

    #[test]
    fn an_amount_in_any_custom_is_one_amount_or_refused(
        units in 0u64..2_000_000_000,
        separator in select(vec![".", ","]),
        fraction in "[0-9]{3}",
    ) {
        let text = format!("{units}{separator}{fraction}");
        let pasted = Config::new("a").with("credito", &text).text();
        let decimals = format!("{units}.{fraction}");
        let plain = read(&Config::new("a").with("credito", &format!("{decimals}0")).text()).unwrap();
        let doubtful = (1..=999).contains(&units);
        prop_assert_eq!(read(&pasted), (!doubtful).then_some(plain), "{}", text);
    }
}

/// The codes and the messages of a client's warnings.
pub fn told(client: &Value) -> Vec<(&str, &str)> {
    let warnings = client["avisos"].as_array().unwrap().iter();
    warnings
        .map(|warning| {
            (
                warning["codigo"].as_str().unwrap(),
                warning["mensagem"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
#[ignore = "long"]
fn what_has_one_reading_is_read_and_said_once() {
    let plain = Config::new("normal");
    let mut folder = Folder::new().client(&plain, rows());
    for (n, (open, close)) in QUOTES.iter().enumerate() {
        let config = Config::new(&format!("q{n}"));
        let text = config
            .lines
            .iter()
            .map(|(key, value)| format!("{key}={open}{value}{close}\n"));
        let text: String = text.collect();
        folder = folder.written(&config, text.as_bytes(), rows());
    }
    for (n, c) in UNSEEN.iter().enumerate() {
        let config = Config::new(&format!("u{n}"));
        let text = config
            .lines
            .iter()
            .map(|(key, value)| format!("{key}={value}{c}\n"));
        let text: String = text.collect();
        folder = folder.written(&config, text.as_bytes(), rows());
    }
    for (n, label) in LABELS.iter().enumerate() {
        let config = Config::new(&format!("l{n}"));
        let pasted = config.clone().with(
            "fingerprint",
            &format!("{label}{}", config.value("fingerprint")),
        );
        folder = folder.written(&config, pasted.text().as_bytes(), rows());
    }
    let document = folder.serve().json(0, &[]);
    let expected = figures(client(&document, "config_normal"));
    for n in 0..QUOTES.len() {
        let client = client(&document, &format!("config_q{n}"));
        assert_eq!(figures(client), expected);
        assert_eq!(client["cliente"], format!("Cliente q{n}"));
        let told = told(client);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "valor_interpretado");
        assert_words(
            told[0].1,
            &["sem as aspas", "tenancy (linha 3)", "credito (linha 8)"],
        );
    }
    for (n, c) in UNSEEN.iter().enumerate() {
        let client = client(&document, &format!("config_u{n}"));
        assert_eq!(figures(client), expected);
        let told = told(client);
        assert_eq!(told.len(), 1, "{told:?}");
        let code = format!("U+{:04X}", u32::from(*c));
        assert_words(told[0].1, &["invisível", &code, "key_file (linha 5)"]);
    }
    for (n, label) in LABELS.iter().enumerate() {
        let client = client(&document, &format!("config_l{n}"));
        assert_eq!(figures(client), expected);
        let told = told(client);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_words(told[0].1, &[label.trim(), "fingerprint (linha 3)"]);
    }
}

#[test]
fn a_region_by_its_name_in_the_console_is_read() {
    let names = [
        ("Brazil East (Sao Paulo)", "sa-saopaulo-1"),
        ("Brazil East (São Paulo)", "sa-saopaulo-1"),
        ("brazil southeast (VINHEDO)", "sa-vinhedo-1"),
        ("Leste do Brasil (São Paulo)", "sa-saopaulo-1"),
        ("Colombia Central (Bogotá)", "sa-bogota-1"),
        ("Mexico Central (Querétaro)", "mx-queretaro-1"),
        ("Switzerland North (Zürich)", "eu-zurich-1"),
        ("US East (Ashburn)", "us-ashburn-1"),
        ("US West (San Jose)", "us-sanjose-1"),
        ("UAE Central (Abu Dhabi)", "me-abudhabi-1"),
        ("UK West (Newport)", "uk-cardiff-1"),
        ("Brazil East (Sao Paulo) - GRU", "sa-saopaulo-1"),
    ];
    let mut folder = Folder::new();
    for (n, (name, _)) in names.iter().enumerate() {
        let config = Config::new(&format!("c{n}")).with("region", name);
        folder = folder.client(&config, rows());
    }
    let document = folder.serve().json(0, &[]);
    for (n, (name, region)) in names.iter().enumerate() {
        let client = client(&document, &format!("config_c{n}"));
        assert_eq!(client["regiao"], *region);
        assert_eq!(client["consumo"], "1670");
        let told = told(client);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_words(told[0].1, &[name, region, "linha 5"]);
    }
}

/// Forms of a fingerprint in the output of tools.
const PRINTS: [fn(&str) -> String; 9] = [
    |print| print.replace(':', ""),
    |print| print.replace(':', "").to_uppercase(),
    |print| print.replace(':', " "),
    |print| print.replace(':', "-").to_uppercase(),
    |print| format!("MD5:{print}"),
    |print| format!("2048 MD5:{print} eu@aqui (RSA)"),
    |print| format!("{}  -", print.replace(':', "")),
    |print| format!("MD5(stdin)= {}", print.replace(':', "")),
    |print| format!("\"{}  chave.pem\"", print.replace(':', "")),
];

#[test]
fn a_fingerprint_as_tools_print_it_is_read_and_said_once() {
    let mut folder = Folder::new();
    for (n, form) in PRINTS.iter().enumerate() {
        let config = Config::new(&format!("c{n}"));
        let written = form(config.value("fingerprint"));
        let pasted = config.clone().with("fingerprint", &written).text();
        folder = folder.written(&config, pasted.as_bytes(), rows());
    }
    let other = [
        "SHA1:KEY",
        "SHA256 Fingerprint=KEY",
        "KEY:00",
        "KEY KEY",
        "sha1(stdin)= KEY",
    ];
    for (n, text) in other.iter().enumerate() {
        let config = Config::new(&format!("o{n}"));
        let written = text.replace("KEY", config.value("fingerprint"));
        folder = folder.config(&config.with("fingerprint", &written));
    }
    let document = folder.serve().json(3, &[]);
    for n in 0..PRINTS.len() {
        let client = client(&document, &format!("config_c{n}"));
        assert_eq!(client["consumo"], "1670");
        let told: Vec<_> = told(client)
            .into_iter()
            .filter(|(_, text)| !text.contains("aspas"))
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
        let print = Config::new("x").value("fingerprint").to_owned();
        let words = [
            "fingerprint (linha 3)",
            &format!("escreva fingerprint={print}"),
        ];
        assert_words(told[0].1, &words);
    }
    for n in 0..other.len() {
        let failure = failure(&document, &format!("config_o{n}"));
        assert_words(
            failure["mensagem"].as_str().unwrap(),
            &["linha 3", "não é uma impressão digital"],
        );
    }
}

#[test]
fn a_config_in_utf_16_is_read_with_a_warning() {
    let encoded = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(order).collect()
    };
    let mut folder = Folder::new();
    let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_le_bytes, u16::to_be_bytes];
    for (n, order) in orders.into_iter().enumerate() {
        let config = Config::new(&format!("c{n}")).with("cliente", "Pão & Cia 東京 🥖");
        let text = config.text().replace('\n', "\r\n");
        folder = folder.written(&config, &encoded(&text, order), rows());
        // A file that is cut in the middle of a digit, or that holds a zero, is none.
        let cut = encoded(&Config::new("x").text(), order);
        folder.write(&format!("config_cortado{n}"), &cut[..cut.len() - 1]);
        folder.write(&format!("config_zero{n}"), &encoded("user=x\0y\n", order));
    }
    let document = folder.serve().json(3, &[]);
    for n in 0..2 {
        let client = client(&document, &format!("config_c{n}"));
        assert_eq!(client["cliente"], "Pão & Cia 東京 🥖");
        assert_eq!(client["consumo"], "1670");
        assert_eq!(warnings(client), ["codificacao"]);
        assert_words(told(client)[0].1, &["UTF-16"]);
        for id in ["cortado", "zero"] {
            let failure = failure(&document, &format!("config_{id}{n}"));
            assert_eq!(failure["codigo"], "config_ilegivel");
            assert_words(
                failure["acao"].as_str().unwrap(),
                &["salve o arquivo como UTF-8"],
            );
        }
    }
}

#[test]
fn a_refused_value_is_shown_with_its_odd_character() {
    let rows: [(&str, &str, &[&str]); 17] = [
        (
            "region",
            "ca\u{2014}toronto-1",
            &["\"ca\u{2014}toronto-1\"", "U+2014", "ca-toronto-1"],
        ),
        (
            "region",
            "sa\u{2013}saopaulo\u{2013}1",
            &["U+2013", "sa-saopaulo-1"],
        ),
        ("region", "sa\u{2011}saopaulo-1", &["U+2011"]),
        ("region", "sa-s\u{e3}opaulo-1", &["U+00E3", "sa-saopaulo-1"]),
        (
            "region",
            "sa-sao\u{200b}paulo-1",
            &["caractere invisível no meio (U+200B)"],
        ),
        (
            "region",
            "sa_saopaulo_1",
            &["\"sa_saopaulo_1\"", "sa-saopaulo-1"],
        ),
        (
            "tenancy",
            "ocid1.tenancy.oc1..a\u{200b}b",
            &["caractere invisível no meio (U+200B)"],
        ),
        (
            "tenancy",
            "ocid1.user.oc1..aaaa\u{200b}",
            &[
                "caractere invisível no fim (U+200B)",
                "ocid1.user.oc1..aaaa",
            ],
        ),
        (
            "user",
            "\u{feff}ocid1.tenancy.oc1..a",
            &["caractere invisível no início (U+FEFF)"],
        ),
        ("user", "<user>", &["\"<user>\""]),
        ("fingerprint", "SHA256:abc", &["\"SHA256:abc\""]),
        ("fingerprint", "aa:bb\u{2236}cc", &["U+2236"]),
        (
            "credito",
            "\u{ff11}\u{ff15}\u{ff10}",
            &["\"\u{ff11}\u{ff15}\u{ff10}\"", "U+FF11"],
        ),
        (
            "credito",
            "150\u{a0}000,00",
            &["invisível no meio (U+00A0)"],
        ),
        ("credito", "-5", &["negativo", "\"-5\""]),
        ("inicio_contrato", "2026\u{2013}01\u{2013}01", &["U+2013"]),
        ("moeda", "re\u{e1}is", &["\"re\u{e1}is\"", "U+00E1"]),
    ];
    let mut folder = Folder::new();
    for (n, (key, value, _)) in rows.iter().enumerate() {
        let config = Config::new(&format!("c{n}"));
        let key = config
            .lines
            .iter()
            .find(|(known, _)| known == key)
            .unwrap()
            .0;
        folder = folder.config(&config.with(key, value));
    }
    folder = folder.config(&Config::new("arquivo").with("key_file", "cha\u{200b}ve.pem"));
    let served = folder.serve();
    let document = served.json(4, &[]);
    for (n, (key, value, words)) in rows.iter().enumerate() {
        let failure = failure(&document, &format!("config_c{n}"));
        let whole = format!(
            "{} {}",
            failure["mensagem"].as_str().unwrap(),
            failure["acao"].as_str().unwrap()
        );
        assert_words(&whole, words);
        assert_words(&whole, &[key]);
        let shown = value.trim_matches(|c: char| !c.is_ascii());
        let message = failure["mensagem"].as_str().unwrap();
        assert!(
            shown.is_empty() || message.matches(&format!("\"{shown}\"")).count() <= 1,
            "{message}"
        );
    }
    let file = failure(&document, "config_arquivo");
    assert_words(
        file["mensagem"].as_str().unwrap(),
        &["não existe", "invisível no meio (U+200B)"],
    );
    let english = served.json(4, &["--lang", "en"]);
    let end = failure(&english, "config_c7");
    assert_words(
        end["mensagem"].as_str().unwrap(),
        &["an invisible character at the end (U+200B)"],
    );
    let shown = failure(&english, "config_c0");
    assert_words(
        shown["mensagem"].as_str().unwrap(),
        &[
            "digits and hyphens: \"ca\u{2014}toronto-1\"",
            "with the character U+2014",
        ],
    );
}

#[test]
fn a_key_pasted_as_a_value_is_never_shown() {
    let body: String = KEY_PEM
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let encoded = format!("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t{body}");
    let pasted = [format!("-----BEGIN PRIVATE KEY----- {body}"), body, encoded];
    let mut folder = Folder::new();
    for key in [
        "user",
        "tenancy",
        "fingerprint",
        "region",
        "key_file",
        "credito",
        "inicio_contrato",
        "moeda",
        "cliente",
    ] {
        for (n, value) in pasted.iter().enumerate() {
            let config = Config::new(&format!("{key}{n}")).with(key, value);
            folder = folder.config(&config);
        }
    }
    let served = folder.serve();
    let mut all = said(&served.run(&["-v"]).exited(4));
    all += &said(&served.run(&["-v", "--format", "json"]).exited(4));
    all += &said(&served.check(&["--offline"]).exited(4));
    for piece in crate::common::pieces(KEY_PEM) {
        assert!(!all.contains(piece), "{piece}");
    }
}

#[test]
fn amounts_in_doubt_are_warned_of_and_percentages_are_not() {
    let of = |id: &str, key: &'static str, value: &str| Config::new(id).with(key, value);
    let doubtful = [
        (
            of("a", "credito", "15000.000"),
            "15000",
            ["\"15000.000\"", "15.000,000", "15.000.000,00"],
        ),
        (
            of("b", "credito", "R$ 12345,678"),
            "12345.678",
            ["R$ 12345,678", "12.345,678", "12.345.678,00"],
        ),
        (
            of("c", "ajuste_previsto", "+1500.000"),
            "10000",
            ["\"+1500.000\"", "1.500,000", "1.500.000,00"],
        ),
        (
            of("d", "consumo_anterior", "1500.000").with("consumo_anterior_ate", "2026-01-31"),
            "10000",
            ["\"1500.000\"", "1.500,000", "1.500.000,00"],
        ),
    ];
    let sure = [
        of("e", "ajuste_previsto", "+1,234%"),
        of("f", "ajuste_previsto", "-12.500 %"),
        of("g", "ajuste_previsto", "+1500.000%"),
        of("h", "consumo_anterior", "0.125").with("consumo_anterior_ate", "2026-01-31"),
        of("i", "credito", "15000.0000"),
        of("j", "credito", "15.000,000"),
    ];
    let refused = [
        of("k", "credito", "150.000"),
        of("l", "ajuste_previsto", "+1.500"),
        of("m", "credito", "JPY 1.500"),
    ];
    let mut folder = Folder::new();
    for config in doubtful.iter().map(|(config, ..)| config).chain(&sure) {
        folder = folder.client(config, rows());
    }
    for config in &refused {
        folder = folder.config(config);
    }
    let document = folder.serve().json(3, &[]);
    for (config, credit, words) in &doubtful {
        let client = client(&document, &config.file);
        assert_eq!(client["credito"], *credit);
        let told = told(client);
        let own: Vec<&(&str, &str)> = told
            .iter()
            .filter(|(code, _)| *code == "valor_em_duvida")
            .collect();
        assert_eq!(own.len(), 1, "{told:?}");
        assert_words(own[0].1, words);
    }
    for config in &sure {
        assert!(
            !warnings(client(&document, &config.file)).contains(&"valor_em_duvida"),
            "{}",
            config.file
        );
    }
    for config in &refused {
        assert_words(
            failure(&document, &config.file)["mensagem"]
                .as_str()
                .unwrap(),
            &["pode ser"],
        );
    }
}

#[test]
fn an_unknown_region_without_an_address_is_a_misspelt_one() {
    let regions = [
        ("sa-sao-paulo-1", Some("sa-saopaulo-1")),
        ("SA-SAOPAULO-1-AD-1", Some("sa-saopaulo-1")),
        ("us-asburn-1", Some("us-ashburn-1")),
        ("zz-nenhures-77", None),
    ];
    let mut folder = Folder::new();
    for (n, (region, _)) in regions.iter().enumerate() {
        folder = folder.config(&Config::new(&format!("c{n}")).with("region", region));
    }
    let served = folder.serve();
    let dir = served.dir.path();
    let mut command = crate::common::command_over(dir);
    // No resolver knows the names.
    let report = ran(command.args([
        "--format",
        "json",
        "--retry-budget",
        "0",
        "--no-store",
        "--timeout",
        "5",
    ]));
    let document = report.exited(4).json();
    let check = ran(crate::common::check_command(dir).args([
        "--format",
        "json",
        "--retry-budget",
        "0",
        "--timeout",
        "5",
    ]));
    let check: Value = serde_json::from_str(&check.exited(4).stdout).unwrap();
    for (n, (region, near)) in regions.iter().enumerate() {
        let failure = failure(&document, &format!("config_c{n}"));
        let whole = format!(
            "{} {}",
            failure["mensagem"].as_str().unwrap(),
            failure["acao"].as_str().unwrap()
        );
        let region = region.to_lowercase();
        assert_words(
            &whole,
            &["linha 5, region", &region, "parece escrita errada"],
        );
        assert_eq!(failure["codigo"], "sem_conexao");
        if let Some(near) = near {
            assert_words(&whole, &[&format!("region={near}")]);
        }
        let steps = check["clientes"][n]["passos"].as_array().unwrap();
        let said = steps
            .iter()
            .filter(|step| step["codigo"] == "regiao_desconhecida")
            .count();
        assert_eq!(said, 0, "{steps:#?}");
        let connection = steps
            .iter()
            .find(|step| step["passo"] == "conexao")
            .unwrap();
        assert_words(
            connection["mensagem"].as_str().unwrap(),
            &["parece escrita errada"],
        );
    }
}

#[test]
fn a_changed_client_does_not_split_a_contract_s_history() {
    let config = Config::new("a").with("cliente", "\"Padaria  São João\"");
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("loja.db").display().to_string();
    let served = Folder::new().client(&config, rows()).serve();
    let names = [
        "\"Padaria  São João\"",
        "Padaria São João",
        "“Padaria São João”",
        "Padaria S. João\u{200b}",
    ];
    let mut last = Value::Null;
    for (n, name) in names.iter().enumerate() {
        let renamed = config.clone().with("cliente", name);
        std::fs::write(served.dir.path().join(&config.file), renamed.text()).unwrap();
        let day = format!("2026-06-{}", 14 + n);
        last = document(
            &served,
            morning(&day),
            &["--store", &store, "--as-of", &day],
        );
    }
    let of = |sql: &str| -> Vec<String> {
        let rows = query(&store, sql).into_iter();
        rows.map(|row| row[0].clone().unwrap_or_default()).collect()
    };
    let days = "SELECT DISTINCT cliente FROM v_custo_diario";
    assert_eq!(of(days), ["Padaria S. João"]);
    assert_eq!(of("SELECT CAST(COUNT(*) AS TEXT) FROM v_contratos"), ["1"]);
    let forecasts = "SELECT CAST(COUNT(*) AS TEXT) || ' ' || CAST(COUNT(DISTINCT cliente) AS TEXT) FROM v_previsao_por_execucao";
    assert_eq!(of(forecasts), ["4 1"]);
    // Only the first one has nothing to be compared with.
    let compared = "SELECT CAST(COUNT(total_variacao) AS TEXT) FROM v_previsao_por_execucao";
    assert_eq!(of(compared), ["3"]);
    assert_eq!(client(&last, "config_a")["cliente"], "Padaria S. João");
    assert_eq!(client(&last, "config_a")["consumo"], "1670");
}

/// A line that swallowed the next one, or a word too many, never shows the passphrase that stands in it, and never
/// drops it either.
#[test]
fn a_passphrase_on_another_key_s_line_is_never_shown() {
    const SECRET: &str = "segredo99";
    let joined = [
        "pass_phrase=",
        "pass_phrase: ",
        "senha ",
        "password: ",
        "; pass_phrase = ",
    ];
    let keys = [
        "fingerprint",
        "user",
        "tenancy",
        "region",
        "credito",
        "inicio_contrato",
        "moeda",
    ];
    let mut folder = Folder::new();
    let mut files = Vec::new();
    for (k, key) in keys.iter().enumerate() {
        for (n, word) in joined.iter().enumerate() {
            let config = Config::new(&format!("j{k}{n}")).with("moeda", "BRL");
            let value = format!("{} {word}{SECRET}", config.value(key));
            let config = config.with(key, &value);
            files.push(config.file.clone());
            folder = folder.client(&config, rows());
        }
    }
    // Beside a name another key is one only by its equals sign: a name may have any word.
    for (n, name) in ["Padaria", "Loja (moeda: reais)", "Senha Forte"]
        .into_iter()
        .enumerate()
    {
        let config = Config::new(&format!("n{n}")).with("cliente", name);
        folder = folder.client(&config, rows());
    }
    let named = Config::new("nx").with("cliente", &format!("Padaria pass_phrase={SECRET}"));
    files.push(named.file.clone());
    folder = folder.client(&named, rows());
    let served = folder.serve();
    for lang in ["pt-BR", "en"] {
        let ran =
            ran(served
                .command()
                .args(["--format", "json", "--no-store", "-v", "--lang", lang]));
        let document = ran.json();
        for file in &files {
            assert_eq!(
                failure(&document, file)["codigo"],
                "config_invalida",
                "{file}"
            );
        }
        let shown = said(&ran);
        let lines = shown.lines().filter(|line| line.contains(SECRET));
        assert_eq!(lines.collect::<Vec<_>>(), Vec::<&str>::new(), "{lang}");
        let checked = served.check(&["--offline", "--lang", lang]);
        assert!(!said(&checked).contains(SECRET), "{lang}");
    }
}
