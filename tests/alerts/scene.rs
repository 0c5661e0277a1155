//! A folder with alerts: its service, its mail server, and mornings over it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fmt, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use oci_consumo::internals::calendar::Day;

use super::mail_server::{MailServer, Manner};
use crate::common::stand_in::WorldRow;
use crate::common::{Config, Folder, Ran, Served, command, private, ran_now};
use crate::store::query;
use crate::store::views::Cells;

/// The address of the operator.
pub(super) const OPERATOR: &str = "noc@parceiro.example";

/// A folder whose service and mail server run.
pub(super) struct Scene {
    pub(super) served: Served,
    pub(super) mail: MailServer,
    /// Value of `--store`.
    pub(super) store: String,
    read: AtomicUsize,
}

impl Scene {
    /// Makes a scene with the usual settings, and a store in the folder.
    pub(super) fn new(folder: Folder) -> Self {
        let mail = MailServer::start(Manner::default());
        let served = folder.serve();
        let store = served.dir.path().join("consumo.db");
        let scene = Self {
            store: store.to_str().unwrap().to_owned(),
            served,
            mail,
            read: AtomicUsize::new(0),
        };
        scene.settings(&usual(scene.mail.address()));
        scene
    }

    /// Makes a scene with a store elsewhere.
    pub(super) fn stored_in(folder: Folder, store: String) -> Self {
        Self {
            store,
            ..Self::new(folder)
        }
    }

    pub(super) fn dir(&self) -> &Path {
        self.served.dir.path()
    }

    /// Writes `text` as `alertas.ini`.
    pub(super) fn settings(&self, text: &str) {
        private(&self.dir().join("alertas.ini"), text);
    }

    /// The usual settings, and `more`.
    pub(super) fn settings_with(&self, more: &str) {
        self.settings(&(usual(self.mail.address()) + more));
    }

    /// Another text for the config of a client.
    pub(super) fn rewrite(&self, config: &Config) {
        fs::write(self.dir().join(&config.file), config.text()).unwrap();
    }

    /// `alert` over the folder, begun at `now`, as cron would.
    pub(super) fn command(&self, now: &str, args: &[&str]) -> Command {
        let mut command = command();
        command.arg("alert").arg(self.dir());
        command.args(["--endpoint", &self.served.server.endpoint(), "--now", now]);
        if !args.contains(&"--no-store") {
            command.args(["--store", &self.store]);
        }
        command.args(args);
        command
    }

    /// Runs `alert` at `now`.
    pub(super) fn alert(&self, now: &str, args: &[&str]) -> Ran {
        ran_now(&mut self.command(now, args))
    }

    /// Runs `alert` on the morning of `day`.
    pub(super) fn morning(&self, day: impl ToString) -> Ran {
        self.alert(&at(day), &["-q"])
    }

    /// Runs a verb of `alert` on the morning of `day`.
    pub(super) fn verb(&self, day: &str, words: &[&str]) -> Ran {
        let mut command = command();
        command.arg("alert").args(words).arg(self.dir());
        let (endpoint, now) = (self.served.server.endpoint(), at(day));
        command.args([
            "--endpoint",
            &endpoint,
            "--now",
            &now,
            "--store",
            &self.store,
        ]);
        ran_now(&mut command)
    }

    /// The letters since the last call.
    pub(super) fn letters(&self) -> Vec<Letter> {
        let all = self.mail.seen().letters;
        let new = all
            .iter()
            .skip(self.read.swap(all.len(), Ordering::Relaxed));
        new.map(|letter| Letter::read(letter)).collect()
    }

    pub(super) fn query(&self, sql: &str) -> Cells {
        query(&self.store, sql)
    }

    /// Returns all that alerts keep, as text, but for when a run had its rows.
    pub(super) fn kept(&self) -> Cells {
        let tables = [
            "SELECT endereco, pasta, espaco, chave, memoria, CAST(pausa_ate AS TEXT) FROM alerta_pasta ORDER BY 1, 2, 3",
            "SELECT endereco, pasta, espaco, tenancy, CAST(inicio AS TEXT), memoria FROM alerta_estado ORDER BY 1, 2, 3, 4, 5",
            "SELECT CAST(id AS TEXT), endereco, pasta, espaco, canal, destinatario, mascara, lado, arquivo, conteudo, \
             CAST(data_base AS TEXT), CAST(decidida_em AS TEXT), estado, CAST(tentativas AS TEXT), \
             CAST(proxima_em AS TEXT), arrendatario, CAST(arrendada_ate AS TEXT), CAST(terminada_em AS TEXT), \
             mensagem, provedor, problema FROM alerta_saida ORDER BY id",
        ];
        tables.iter().flat_map(|sql| self.query(sql)).collect()
    }

    /// The states of the outbox's rows, in the order of the rows.
    pub(super) fn states(&self) -> Vec<String> {
        let rows = self.query("SELECT estado FROM alerta_saida ORDER BY id");
        rows.into_iter()
            .map(|mut row| row.remove(0).unwrap())
            .collect()
    }
}

/// Nine o'clock in São Paulo on that day.
pub(super) fn at(day: impl ToString) -> String {
    format!("{}T12:00:00Z", day.to_string())
}

/// The operator's address, and mail by a server at `address`.
pub(super) fn usual(address: SocketAddr) -> String {
    format!(
        "[operador]\nemail = {OPERATOR}\n\n\
         [email]\nde = Consumo OCI <alertas@parceiro.example>\npor = smtp://{address}\n\n"
    )
}

/// Rows of a year: about `before` cents a day, and from `first` on about `after`.
pub(super) fn stepped(before: u32, first: &str, after: u32) -> Vec<WorldRow> {
    let (mut rng, first) = (Rng::with_seed(1), first.parse::<Day>().unwrap());
    let rows = days("2026-01-01", "2026-12-31").map(|day| {
        let mean = if day < first { before } else { after };
        let cents = mean * rng.u32(85..=115) / 100;
        WorldRow::new(day, format!("{}.{:02}", cents / 100, cents % 100), "BRL")
    });
    rows.collect()
}

/// Every day from `first` to `last`.
pub(super) fn days(first: &str, last: &str) -> impl Iterator<Item = Day> + use<> {
    let (first, last): (Day, Day) = (first.parse().unwrap(), last.parse().unwrap());
    first.iter_days().take_while(move |day| *day <= last)
}

/// A letter, decoded.
#[derive(Clone)]
pub(super) struct Letter {
    pub(super) raw: String,
    /// Each header on one line.
    pub(super) headers: Vec<String>,
    /// The parts, each with its kind.
    pub(super) parts: Vec<(String, Vec<u8>)>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}: {}", self.id(), self.to(), self.subject())
    }
}

impl Letter {
    pub(super) fn read(raw: &str) -> Self {
        let (headers, _) = head(raw);
        let mut parts = Vec::new();
        collect(raw, &mut parts);
        Self {
            raw: raw.to_owned(),
            headers,
            parts,
        }
    }

    /// The value of a header; empty where there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        value(&self.headers, name)
    }

    pub(super) fn to(&self) -> &str {
        self.header("To")
    }

    pub(super) fn id(&self) -> &str {
        self.header("Message-ID")
    }

    pub(super) fn subject(&self) -> String {
        words(self.header("Subject"))
    }

    /// The part of that kind.
    fn part(&self, kind: &str) -> String {
        let part = self.parts.iter().find(|(own, _)| own.starts_with(kind));
        let part = part.unwrap_or_else(|| panic!("no {kind} in {}", self.raw));
        String::from_utf8(part.1.clone()).unwrap()
    }

    pub(super) fn text(&self) -> String {
        self.part("text/plain")
    }

    pub(super) fn html(&self) -> String {
        self.part("text/html")
    }
}

fn head(raw: &str) -> (Vec<String>, &str) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    (head.split("\r\n").map(str::to_owned).collect(), body)
}

fn value<'h>(headers: &'h [String], name: &str) -> &'h str {
    let mut found = headers.iter().filter_map(|header| {
        let (own, value) = header.split_once(':')?;
        own.eq_ignore_ascii_case(name).then(|| value.trim())
    });
    found.next().unwrap_or_default()
}

fn collect(raw: &str, parts: &mut Vec<(String, Vec<u8>)>) {
    let (headers, body) = head(raw);
    let kind = value(&headers, "Content-Type");
    let boundary = kind
        .split("boundary=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    if let Some(boundary) = boundary {
        let boundary = format!("--{boundary}");
        let mut pieces = body.split(&boundary);
        pieces.next();
        for piece in pieces.filter(|piece| !piece.starts_with("--")) {
            let piece = piece.strip_prefix("\r\n").unwrap_or(piece);
            collect(piece.strip_suffix("\r\n").unwrap_or(piece), parts);
        }
        return;
    }
    let bytes = match value(&headers, "Content-Transfer-Encoding")
        .to_lowercase()
        .as_str()
    {
        "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        "quoted-printable" => printable(body),
        _ => body.as_bytes().to_vec(),
    };
    parts.push((kind.to_owned(), bytes));
}

/// The bytes of a text in quoted-printable.
fn printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'=' {
            let (hex, after) = rest.split_at(2);
            bytes.push(u8::from_str_radix(str::from_utf8(hex).unwrap(), 16).unwrap());
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

/// A header's text, decoded.
fn words(header: &str) -> String {
    let mut bytes = Vec::new();
    let mut coded_before = false;
    for word in header.split(' ') {
        let coded = word
            .strip_prefix("=?utf-8?b?")
            .and_then(|rest| rest.strip_suffix("?="));
        let goes_on = coded_before && coded.is_some();
        if !(bytes.is_empty() || goes_on) {
            bytes.push(b' ');
        }
        match coded {
            Some(coded) => bytes.extend(STANDARD.decode(coded).unwrap()),
            None => bytes.extend(word.bytes()),
        }
        coded_before = coded.is_some();
    }
    String::from_utf8(bytes).unwrap()
}
