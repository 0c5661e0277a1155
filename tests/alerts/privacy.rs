//! Clients with hostile names and shared addresses: no customer reads of another, and no secret is anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use serde_json::Value;

use super::scene::{Letter, OPERATOR, Scene, at, stepped, usual};
use super::stand_in::{KEY, PATH, PHONE, Provider, TOKEN, answer};
use crate::common::{Config, Folder, grouped, private, samples};

/// The step, and a morning on which every credit is spent.
const STEP: &str = "2026-07-01";
const MORNING: &str = "2026-08-09";

/// Names of clients as nobody should have them; `#` stands for the client's own word.
const NAMES: [&str; 10] = [
    "# <script onload=alert(1) x",
    "#\" </table &lt;b &amp;",
    "Bcc: #, todos@mal.example",
    "#%0d%0aBcc: todos@mal.example",
    "=?utf-8?q?#_Bcc=3Ax@mal.example?=",
    "=HYPERLINK(\"#\";\"https://mal.example\")",
    "# {{1}} {destino} $(id) `id`",
    "\u{202e}# ao contrário\u{200b}",
    "#, João & Irmãos \"Ltda\" 🦜",
    ". # ...........................................................................................",
];

/// The number of clients.
fn clients() -> u32 {
    samples(12, 40)
}

/// The word that only this client's data have.
fn word(n: u32) -> String {
    format!("Zx{:02}qW", n)
}

fn credit(n: u32) -> u32 {
    1_000_003 + 10_007 * n
}

/// The configs of all clients.
static CONFIGS: LazyLock<Vec<Config>> = LazyLock::new(|| (0..clients()).map(made).collect());

fn config(n: u32) -> &'static Config {
    &CONFIGS[usize::try_from(n).unwrap()]
}

fn made(n: u32) -> Config {
    let name = NAMES[usize::try_from(n).unwrap() % NAMES.len()].replace('#', &word(n));
    let config = Config::new(&format!("pr{n:02}"))
        .with("cliente", &name)
        .with("credito", &credit(n).to_string())
        // Ten clients have one address.
        .with("alerta_email", &address(n));
    match n % 4 {
        0 => config.with("alerta_sms", &phone(n)),
        1 => config.with("alerta_whatsapp", &phone(n)),
        _ => config,
    }
}

fn address(n: u32) -> String {
    format!("pessoa{}.secreta@compras.example", n % 4)
}

fn phone(n: u32) -> String {
    format!("+55 11 9{:08}", 71_000_000 + n)
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// The money of a document's client, as Portuguese writes it.
fn money(client: &Value) -> Vec<String> {
    let keys = [
        "credito",
        "consumo",
        "saldo",
        "total_estimado",
        "debito",
        "previsto",
    ];
    let amounts = keys.iter().filter_map(|key| client[*key].as_str());
    let amounts = amounts.filter_map(|amount| {
        let (whole, cents) = amount
            .trim_start_matches('-')
            .split_once('.')
            .unwrap_or((amount, ""));
        // What is small may be anybody's.
        (whole.len() >= 5).then(|| {
            let grouped = grouped(whole);
            match cents.len() {
                0 => format!("{grouped},00"),
                1 | 2 => format!("{grouped},{cents:0<2}"),
                _ => grouped + ",",
            }
        })
    });
    amounts.collect()
}

#[test]
fn no_customer_reads_of_another_and_no_secret_is_told() {
    let mut folder = Folder::new();
    for n in 0..clients() {
        folder = folder.client(
            config(n),
            stepped(200_000 + 331 * n, STEP, 2_500_000 + 7_919 * n),
        );
    }
    let scene = Scene::new(folder);
    let hook = Provider::start([answer(204, "")]);
    let sms = Provider::start([answer(
        201,
        r#"{"sid":"SM123","status":"queued","error_code":null}"#,
    )]);
    let meta = Provider::start([answer(
        200,
        r#"{"contacts":[{"wa_id":"551171000001"}],"messages":[{"id":"wamid.HBgN","message_status":"accepted"}]}"#,
    )]);
    for (name, secret) in [
        ("sms.token", TOKEN),
        ("meta.token", "meta-3nSecret-Zz90"),
        ("gancho.segredo", KEY),
    ] {
        private(&scene.dir().join(name), secret);
    }
    private(
        &scene.dir().join("gancho.url"),
        &format!("{}{PATH}", hook.url()),
    );
    let text = usual(scene.mail.address())
        .replace(
            OPERATOR,
            &format!("{OPERATOR}\nsms = {PHONE}\nwhatsapp = {PHONE}"),
        )
        .replace("por = smtp", "anexo = xlsx\npor = smtp")
        + &format!(
            "[sms]\npor = twilio\nconta = AC0123456789abcdef0123456789abcdef\ntoken_arquivo = sms.token\n\
             de = +15005550006\nendereco = {}\n\n\
             [whatsapp]\npor = meta\nnumero_id = 1234567890\nversao = v26.0\ntoken_arquivo = meta.token\n\
             modelo_cliente = oci_credito_alerta_v1\nmodelo_operador = oci_carteira_resumo_v1\nendereco = {}\n\n\
             [webhook painel]\nendereco_arquivo = gancho.url\nsegredo_arquivo = gancho.segredo\n",
            sms.url(),
            meta.url()
        );
    scene.settings(&text);
    scene.morning("2026-06-17").exited(0);
    let before = scene.letters();
    assert!(before.iter().all(|letter| letter.to() == OPERATOR));
    let (sms_before, meta_before) = (sms.seen().len(), meta.seen().len());

    let rehearsed = scene.alert(&at(MORNING), &["--dry-run", "-v"]).exited(0);
    let ran = scene
        .alert(&at(MORNING), &["--format", "json", "-v"])
        .exited(0);

    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let money: BTreeMap<u32, Vec<String>> = (0..clients())
        .map(|n| (n, money(crate::common::client(&document, &config(n).file))))
        .collect();
    let letters = scene.letters();
    let (to_operator, to_customers): (Vec<Letter>, Vec<Letter>) = letters
        .into_iter()
        .partition(|letter| letter.to() == OPERATOR);
    assert_eq!(to_operator.len(), 1);
    assert!(to_operator[0].parts.len() > 2, "the workbook is attached");
    assert_eq!(to_customers.len(), usize::try_from(clients()).unwrap());

    /// Checks whose it is, and that nobody else's is in it.
    #[track_caller]
    fn assert_one(what: &str, texts: &[String], money: &BTreeMap<u32, Vec<String>>) -> u32 {
        let whole = texts.concat();
        let whose: Vec<u32> = (0..clients())
            .filter(|n| whole.contains(&word(*n)))
            .collect();
        assert_eq!(whose.len(), 1, "{what}: {whose:?} in {whole}");
        let own = whose[0];
        for other in (0..clients()).filter(|other| *other != own) {
            let config = config(other);
            for secret in [
                config.value("tenancy"),
                config.value("user"),
                config.file.as_str(),
            ] {
                assert!(!whole.contains(secret), "{what}: {secret} in {whole}");
            }
            for amount in money[&other]
                .iter()
                .filter(|amount| !money[&own].contains(amount))
            {
                assert!(
                    !whole.contains(amount.as_str()),
                    "{what}: {amount} of {other} in {whole}"
                );
            }
            assert!(
                !whole.contains(&digits(&phone(other))),
                "{what}: a telephone in {whole}"
            );
        }
        own
    }
    let mut reached = Vec::new();
    for letter in &to_customers {
        assert!(letter.raw.is_ascii());
        let kinds: Vec<&str> = letter
            .parts
            .iter()
            .map(|(kind, _)| kind.split(';').next().unwrap())
            .collect();
        assert_eq!(kinds, ["text/plain", "text/html"]);
        let texts = [
            letter.raw.clone(),
            letter.subject(),
            letter.text(),
            letter.html(),
        ];
        let own = assert_one("letter", &texts, &money);
        assert_eq!(letter.to(), address(own));
        for other in 0..4 {
            assert!(other == own % 4 || !texts.concat().contains(&address(other)));
        }
        // Its own figures are there, and no name is more than text.
        assert!(
            money[&own]
                .iter()
                .any(|amount| letter.text().contains(amount.as_str())),
            "{}",
            letter.text()
        );
        assert!(!letter.html().contains("<script") && !letter.html().contains("\" </table"));
        for header in &letter.headers {
            let name = header.split(':').next().unwrap();
            assert!(
                !name.eq_ignore_ascii_case("bcc") && !name.eq_ignore_ascii_case("cc"),
                "{header}"
            );
        }
        assert!(!letter.text().contains(['\u{202e}', '\u{200b}']));
        reached.push(own);
    }
    reached.sort_unstable();
    assert_eq!(reached, (0..clients()).collect::<Vec<_>>());
    let ids: std::collections::BTreeSet<&str> = to_customers.iter().map(Letter::id).collect();
    assert_eq!(ids.len(), to_customers.len());

    // Text messages and WhatsApp: each to its own client's number, or to the operator's.
    for (what, seen, quarter) in [
        ("sms", &sms.seen()[sms_before..], 0),
        ("whatsapp", &meta.seen()[meta_before..], 1),
    ] {
        let mut customers = 0;
        for request in seen {
            let body = String::from_utf8(request.body.clone()).unwrap();
            let form: BTreeMap<String, String> = match what {
                "sms" => form(&body),
                _ => [
                    ("Body".to_owned(), body.clone()),
                    (
                        "To".to_owned(),
                        request.json()["to"].as_str().unwrap().to_owned(),
                    ),
                ]
                .into(),
            };
            if digits(&form["To"]) == digits(PHONE) {
                continue;
            }
            let own = (0..clients())
                .find(|n| digits(&phone(*n)) == digits(&form["To"]))
                .unwrap();
            assert_eq!(own % 4, quarter);
            assert_eq!(assert_one(what, &[form["Body"].clone()], &money), own);
            customers += 1;
        }
        assert_eq!(customers, clients() / 4, "{what}");
    }
    assert!(!hook.seen().is_empty());

    // No secret in any output or table.
    let mut secrets = vec![
        TOKEN.to_owned(),
        "meta-3nSecret-Zz90".to_owned(),
        KEY.to_owned(),
        KEY[6..].to_owned(),
        PATH.to_owned(),
        "XyZsEcReTpAtH".to_owned(),
        PHONE.to_owned(),
        digits(PHONE),
        OPERATOR.to_owned(),
        "secreta@".to_owned(),
    ];
    secrets.extend((0..clients()).map(|n| digits(&phone(n))));
    secrets.extend((0..clients()).map(phone));
    let status = scene.verb(MORNING, &["status"]).exited(0);
    for ran in [&rehearsed, &ran, &status] {
        for text in [&ran.stdout, &ran.stderr] {
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{secret} in {text}");
            }
        }
    }
    crate::common::assert_clean(&status);
    let mut stored = fs::read(&scene.store).unwrap();
    stored.extend(fs::read(format!("{}-wal", scene.store)).unwrap_or_default());
    let stored = String::from_utf8_lossy(&stored);
    for secret in &secrets {
        let found = stored.contains(secret.as_str());
        assert!(!found, "{secret} in the store");
    }
    let rows = scene.query("SELECT destinatario, mascara FROM alerta_saida");
    assert!(rows.len() > 60);
    // No view for BI has any of it.
    for view in scene.query("SELECT sql FROM sqlite_master WHERE type = 'view'") {
        assert!(!view[0].as_deref().unwrap().contains("alerta_"));
    }
}

/// The fields of a form.
fn form(body: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        let (mut bytes, text) = (Vec::new(), text.replace('+', " "));
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if *first == b'%' {
                let (hex, after) = rest.split_at(2);
                bytes.push(u8::from_str_radix(str::from_utf8(hex).unwrap(), 16).unwrap());
                rest = after;
            } else {
                bytes.push(*first);
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let fields = body.split('&').filter_map(|field| field.split_once('='));
    fields
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}
