//! The program's mails through mail servers that others wrote: aiosmtpd, and postfix with its `sendmail`. What arrives is
//! read by Python's `email`.

mod servers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use self::servers::{Aiosmtpd, PASSWORD, POSTFIX, USER};
use crate::common::stand_in::WorldRow;
use crate::common::{Config, Folder, Ran, Served, assert_untold, daily, private, ran};

const OPERATOR: &str = "noc@parceiro.example";
const CUSTOMER: &str = "ana@cliente.example";
/// An address of the sender that only mail by `sendmail` goes to.
const OTHER: &str = "plantao@parceiro.example";

/// A mail as Python's `email` reads it.
#[derive(Clone, Debug, Deserialize)]
struct Letter {
    defects: Vec<String>,
    headers: Vec<(String, String)>,
    from: Vec<(String, String)>,
    to: Vec<String>,
    date: String,
    kinds: Vec<String>,
    charsets: Vec<String>,
    texts: Vec<String>,
}

impl Letter {
    /// The only header of that name; empty where there is none.
    #[track_caller]
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().filter(|(key, _)| key == name);
        let found: Vec<&str> = found.map(|(_, value)| value.as_str()).collect();
        assert!(found.len() < 2, "{name}: {found:?}");
        found.first().copied().unwrap_or_default()
    }
}

/// Reads the mails of `paths`, in the order of their dates.
fn read(paths: &[PathBuf]) -> Vec<Letter> {
    let output = Command::new("python3")
        .args(["-c", include_str!("read.py")])
        .args(paths)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let mut letters: Vec<Letter> = serde_json::from_slice(&output.stdout).unwrap();
    letters.sort_by(|one, other| one.date.cmp(&other.date));
    letters
}

/// A client whose use of its credit grows twice.
fn growing() -> Served {
    let config = Config::new("ana")
        .with("cliente", "Pães São João \"Açaí\"")
        .with("alerta_email", CUSTOMER);
    let rows: Vec<WorldRow> = [
        daily("2026-01-01", "2026-05-31", "20"),
        daily("2026-06-01", "2026-06-30", "70"),
        daily("2026-07-01", "2026-07-31", "250"),
    ]
    .concat();
    Folder::new().client(&config, rows).serve()
}

/// Writes the settings of alerts, with `lines` in `[email]`.
fn set_alerts(served: &Served, operators: &str, lines: &str) {
    let path = served.dir.path().join("alertas.ini");
    let text = format!(
        "[operador]\nemail = {operators}\n[email]\nde = Alertas do Parceiro, créditos <{USER}>\n\
         responder = suporte@parceiro.example\n{lines}\n"
    );
    private(&path, &text);
}

/// Runs `alert` with `args` over `served`, trusting the authority of `pem`.
fn alert(served: &Served, pem: &Path, args: &[&str]) -> Ran {
    let mut command = crate::common::command();
    command.arg("alert").args(args).arg(served.dir.path());
    command.args(["--endpoint", &served.server.endpoint()]);
    let ran = ran(command.env("SSL_CERT_FILE", pem));
    assert_untold(&ran, [PASSWORD, CUSTOMER, OPERATOR]);
    ran
}

/// The morning of `day`, with what became of its messages by masked address.
fn morning(served: &Served, pem: &Path, day: &str) -> (Ran, BTreeMap<String, String>) {
    let ran = alert(served, pem, &["--as-of", day, "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let messages = document["alertas"]["mensagens"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let states = messages
        .iter()
        .map(|message| (text(&message["destino"]), text(&message["estado"])));
    (ran, states.collect())
}

/// The mornings on which the client of [`growing`] is told of: the surplus of the first, that the credit runs out once
/// three days say so, and that it is spent.
const MORNINGS: [&str; 5] = [
    "2026-05-30",
    "2026-07-12",
    "2026-07-14",
    OPENING,
    "2026-07-24",
];
const OPENING: &str = "2026-07-16";

/// Checks what every letter has, whoever it is for.
#[track_caller]
fn assert_whole(letter: &Letter, to: &str) {
    assert_eq!(letter.defects, Vec::<String>::new());
    assert_eq!(
        letter.from,
        [("Alertas do Parceiro, créditos".to_owned(), USER.to_owned())]
    );
    assert_eq!(letter.to, [to]);
    for (name, value) in [
        ("Reply-To", "suporte@parceiro.example"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
        ("Cc", ""),
        ("Bcc", ""),
    ] {
        assert_eq!(letter.header(name), value, "{name}");
    }
    let list = match to {
        CUSTOMER => "<cliente.oci-consumo.parceiro.example>",
        _ => "<carteira.oci-consumo.parceiro.example>",
    };
    assert_eq!(letter.header("List-Id"), list);
    let id = letter.header("Message-ID");
    assert!(
        id.starts_with("<alerta-") && id.ends_with("@parceiro.example>"),
        "{id}"
    );
    assert_eq!(
        letter.kinds,
        ["multipart/alternative", "text/plain", "text/html"]
    );
    assert_eq!(letter.charsets, ["utf-8", "utf-8"]);
    assert!(
        letter.texts[1]
            .to_lowercase()
            .starts_with("<!doctype html>"),
        "{}",
        letter.texts[1]
    );
    // Nobody learns who else is told.
    let whole = format!("{letter:?}");
    for other in [OPERATOR, CUSTOMER, OTHER]
        .into_iter()
        .filter(|other| *other != to)
    {
        assert!(!whole.contains(other), "{other} in {whole}");
    }
}

/// The mails of all mornings, by recipient: each is whole, the customer's later ones refer to the opening, and all say
/// what the snapshot says.
#[track_caller]
fn assert_told(operator: &[Letter], customer: &[Letter]) {
    for (letters, to) in [(operator, OPERATOR), (customer, CUSTOMER)] {
        for letter in letters {
            assert_whole(letter, to);
        }
    }
    let shown = |letter: &Letter| {
        format!(
            "##### {} · {}\n{}\n\n{}",
            letter.to[0],
            letter.date,
            letter.header("Subject"),
            letter.texts[0]
        )
    };
    let all: Vec<String> = operator.iter().chain(customer).map(shown).collect();
    insta::assert_snapshot!("mails", all.join("\n"));
    for (letters, to) in [(operator, OPERATOR), (customer, CUSTOMER)] {
        let opened = |letter: &&Letter| letter.date.starts_with(OPENING);
        let opening = letters.iter().find(opened).unwrap().header("Message-ID");
        let later = letters.last().unwrap();
        let references: Vec<&str> = later.header("References").split(' ').collect();
        assert!(references.contains(&opening), "{to}: {references:?}");
        // The operator's tells of more than the one contract and rule.
        assert!(to == OPERATOR || references.len() == 1, "{references:?}");
        assert_eq!(later.header("In-Reply-To"), *references.last().unwrap());
        assert_ne!(later.header("Message-ID"), opening);
        assert_eq!(letters[0].header("References"), "");
    }
}

#[test]
#[ignore = "long"]
fn aiosmtpd_takes_the_mails_behind_starttls_and_a_login() {
    let Some(server) = Aiosmtpd::start() else {
        return;
    };
    let served = growing();
    let login = format!("usuario = {USER}\nsenha = {PASSWORD}");
    let by = format!("por = smtp://localhost:{}", server.port);
    set_alerts(&served, OPERATOR, &format!("{by}\n{login}"));
    for day in MORNINGS {
        let (ran, states) = morning(&served, &server.pem, day);
        ran.exited(0);
        assert!(states.values().all(|state| state == "aceito"), "{states:?}");
    }
    let kept = server.kept();
    for (about, _) in &kept {
        assert_eq!(about["from"], USER);
        assert_eq!(about["to"].as_array().unwrap().len(), 1);
        assert_eq!(about["tls"], true);
        assert_eq!(about["authenticated"], true);
    }
    let of = |to: &str| {
        let own = kept.iter().filter(|(about, _)| about["to"][0] == to);
        let paths: Vec<PathBuf> = own.map(|(_, path)| path.clone()).collect();
        read(&paths)
    };
    assert_told(&of(OPERATOR), &of(CUSTOMER));

    // The other way to log in, a test message, and a password that is wrong.
    set_alerts(&served, OTHER, &format!("{by}\n{login}\nauth = login"));
    alert(&served, &server.pem, &["test", "email"]).exited(0);
    set_alerts(&served, OTHER, &format!("{by}\n{login}x"));
    let refused = alert(&served, &server.pem, &["test", "email"]).exited(5);
    assert!(
        refused.stdout.contains("respondeu 535"),
        "{}",
        refused.stdout
    );
    let kept = server.kept();
    let (about, path) = kept.last().unwrap();
    assert_eq!(about["to"][0], OTHER);
    let letters = read(std::slice::from_ref(path));
    assert_whole(&letters[0], OTHER);
    assert!(
        letters[0].header("Subject").starts_with("TESTE: "),
        "{letters:?}"
    );
}

#[test]
#[ignore = "long"]
fn the_answers_of_aiosmtpd_decide_what_becomes_of_a_mail() {
    let Some(server) = Aiosmtpd::start() else {
        return;
    };
    let served = growing();
    let operators = ["suprimido", "ninguem", "apressado", "reinicio"]
        .map(|name| format!("{name}@parceiro.example"));
    let lines = format!(
        "por = smtp://localhost:{}\nusuario = {USER}\nsenha = {PASSWORD}",
        server.port
    );
    set_alerts(&served, &operators.join(", "), &lines);
    let masked = |first: char| format!("{first}…@parceiro.example");
    let of = |states: &[(char, &str)]| -> BTreeMap<String, String> {
        let states = states.iter();
        states
            .map(|(first, state)| (masked(*first), (*state).to_owned()))
            .collect()
    };
    let (first, states) = morning(&served, &server.pem, "2026-05-30");
    let expected = [
        ('s', "falhou"),
        ('n', "falhou"),
        ('a', "pendente"),
        ('r', "aceito"),
    ];
    assert_eq!(states, of(&expected));
    let first = first.exited(5);
    for words in [
        "s…@parceiro.example: localhost respondeu 254 2.1.5: recipient is suppressed; ",
        "n…@parceiro.example: localhost respondeu 550 5.1.1: no such user; ",
        "a…@parceiro.example: localhost respondeu 455 4.2.1: too many messages; ",
    ] {
        assert!(first.stderr.contains(words), "{}", first.stderr);
    }
    // The next morning's digest tells of what was not delivered, and takes along what waits.
    let (second, states) = morning(&served, &server.pem, "2026-05-31");
    let expected = [
        ('s', "falhou"),
        ('n', "falhou"),
        ('a', "aceito"),
        ('r', "aceito"),
    ];
    assert_eq!(states, of(&expected));
    second.exited(5);
    let taken = server.kept();
    let taken = taken
        .iter()
        .map(|(about, _)| about["to"][0].as_str().unwrap());
    let mut taken: Vec<&str> = taken.collect();
    taken.sort_unstable();
    let [hasty, restarted] = ["apressado@parceiro.example", "reinicio@parceiro.example"];
    assert_eq!(taken, [hasty, restarted, restarted]);
}

#[test]
#[ignore = "long"]
fn postfix_takes_the_mails() {
    let Some(server) = POSTFIX.as_ref() else {
        return;
    };
    let served = growing();
    let by = format!("por = smtp://localhost:{}", server.port);
    set_alerts(&served, OPERATOR, &by);
    let mut mails = 0;
    for day in MORNINGS {
        let (ran, states) = morning(&served, &server.pem, day);
        ran.exited(0);
        assert!(states.values().all(|state| state == "aceito"), "{states:?}");
        mails += states.len();
    }
    // What is taken is delivered a moment later.
    let (operator, customer) = (server.delivered(OPERATOR, 1), server.delivered(CUSTOMER, 1));
    assert_eq!(operator.len() + customer.len(), mails);
    assert_told(&read(&operator), &read(&customer));

    set_alerts(&served, "ninguem@parceiro.example", &by);
    let refused = alert(&served, &server.pem, &["test", "email"]).exited(5);
    assert!(
        refused
            .stdout
            .contains("respondeu 550 5.1.1: <…>: Recipient address rejected"),
        "{}",
        refused.stdout
    );
}

#[test]
#[ignore = "long"]
fn the_sendmail_of_postfix_takes_a_mail() {
    let Some(server) = POSTFIX.as_ref() else {
        return;
    };
    let served = growing();
    let program = server.sendmail();
    set_alerts(
        &served,
        OTHER,
        &format!("por = sendmail:{}", program.display()),
    );
    let ran = alert(&served, &server.pem, &["test", "email"]).exited(0);
    assert!(!ran.stdout.contains(OTHER), "{}", ran.stdout);
    let letters = read(&server.delivered(OTHER, 1));
    assert_eq!(letters.len(), 1);
    assert_whole(&letters[0], OTHER);
    assert_eq!(letters[0].header("Return-Path"), format!("<{USER}>"));
}
