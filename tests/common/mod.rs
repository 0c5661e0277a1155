//! What the tests share: clients' folders with real keys, the stand-in for the
//! service, what breaks the way to it, and the program in a clean environment.

pub mod companies;
pub mod crowd;
pub mod front;
pub mod habits;
pub mod listener;
pub mod proxy;
pub mod rendered;
pub mod schema;
pub mod stand_in;
pub mod yaml;

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

use chrono::{DateTime, Utc};
use oci_consumo::internals::alert::Rules;
use oci_consumo::internals::alerting::Thresholds;
use oci_consumo::internals::calendar::Day;
use oci_consumo::internals::money::Amount;
use oci_consumo::internals::profile::key;
use rsa::PrivateKey;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::stand_in::{Fault, Scripted, Seen, Server, Tenant, World, WorldRow};
pub use schema::document;

/// The as-of day of tests that do not care which.
pub const AS_OF: &str = "2026-06-17";

/// The one key of all clients; a folder's clients differ by tenancy and user.
static KEY: LazyLock<PrivateKey> = LazyLock::new(|| key::parse(KEY_PEM.as_bytes(), None).unwrap());

/// The one key of all clients, as a file has it.
pub const KEY_PEM: &str = include_str!("../../fixtures/keys/pkcs8.pem");

/// Where the stand-in runs while a test waits for the program.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
});

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Six o'clock in UTC on that day, when cron runs.
pub fn morning(text: &str) -> DateTime<Utc> {
    day(text).and_hms_opt(6, 0, 0).unwrap().and_utc()
}

/// A client's config, as a test would have it.
#[derive(Clone, Debug)]
pub struct Config {
    pub file: String,
    pub lines: Vec<(&'static str, String)>,
}

impl Config {
    /// A config that works: a year from 2026-01-01, credit 10000 BRL.
    pub fn new(id: &str) -> Self {
        let lines = vec![
            ("user", format!("ocid1.user.oc1..{id}")),
            ("fingerprint", key::fingerprint(KEY.as_ref()).unwrap()),
            ("tenancy", format!("ocid1.tenancy.oc1..{id}")),
            ("region", "sa-saopaulo-1".to_owned()),
            ("key_file", "key.pem".to_owned()),
            ("cliente", format!("Cliente {id}")),
            ("moeda", "BRL".to_owned()),
            ("credito", "10000".to_owned()),
            ("inicio_contrato", "2026-01-01".to_owned()),
            ("fim_contrato", "2026-12-31".to_owned()),
        ];
        Self {
            file: format!("config_{id}"),
            lines,
        }
    }

    /// With another value for `key`, or a further key.
    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        match self.lines.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => value.clone_into(old),
            None => self.lines.push((key, value.to_owned())),
        }
        self
    }

    /// Without `key`.
    pub fn without(mut self, key: &str) -> Self {
        self.lines.retain(|(name, _)| *name != key);
        self
    }

    /// Where `key` stands in [`Self::text`], from 1.
    #[track_caller]
    pub fn line(&self, key: &str) -> usize {
        let found = self.lines.iter().position(|(name, _)| *name == key);
        found.unwrap_or_else(|| panic!("no {key}")) + 2
    }

    pub fn value(&self, key: &str) -> &str {
        self.lines
            .iter()
            .find(|(name, _)| *name == key)
            .map_or("", |(_, value)| value)
    }

    /// The file's text: `[DEFAULT]`, then a line per key, the first on line 2.
    pub fn text(&self) -> String {
        let lines = self
            .lines
            .iter()
            .map(|(key, value)| format!("{key}={value}\n"));
        std::iter::once("[DEFAULT]\n".to_owned())
            .chain(lines)
            .collect()
    }

    /// What the service has of this client.
    pub fn tenant(&self, rows: Vec<WorldRow>) -> Tenant {
        Tenant {
            tenancy: self.value("tenancy").to_owned(),
            user: self.value("user").to_owned(),
            fingerprint: self.value("fingerprint").to_lowercase(),
            public_key: KEY.to_public_key(),
            home: Some(self.value("region").to_owned()),
            rows,
            script: VecDeque::new(),
            always: None,
            habits: None,
        }
    }
}

/// A row of `amount` BRL for each day from `first` to `last`.
pub fn daily(first: &str, last: &str, amount: &str) -> Vec<WorldRow> {
    day(first)
        .iter_days()
        .take_while(|d| *d <= day(last))
        .map(|d| WorldRow::new(d, amount, "BRL"))
        .collect()
}

/// `rows` with their amounts in dollars.
pub fn in_dollars(mut rows: Vec<WorldRow>) -> Vec<WorldRow> {
    for row in &mut rows {
        "\"USD\"".clone_into(&mut row.currency);
    }
    rows
}

/// A folder of clients and the service that answers for them.
pub struct Folder {
    pub dir: TempDir,
    pub world: World,
}

impl Folder {
    /// An empty folder with `key.pem`.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("key.pem"), KEY_PEM).unwrap();
        Self {
            dir,
            world: World::new(Vec::new()),
        }
    }

    /// With a client that the service has `rows` of.
    pub fn client(self, config: &Config, rows: Vec<WorldRow>) -> Self {
        self.faulty(config, rows, [], None)
    }

    /// With a client whose requests meet `script`, one each, and then `always`.
    pub fn faulty(
        mut self,
        config: &Config,
        rows: Vec<WorldRow>,
        script: impl IntoIterator<Item = Fault>,
        always: Option<Fault>,
    ) -> Self {
        self.write(&config.file, config.text().as_bytes());
        let tenant = Tenant {
            script: script.into_iter().collect(),
            always,
            ..config.tenant(rows)
        };
        self.world.tenants.push(tenant);
        self
    }

    /// With a client whose file holds `content`; the service knows it by `config`.
    pub fn written(mut self, config: &Config, content: &[u8], rows: Vec<WorldRow>) -> Self {
        self.world.tenants.push(config.tenant(rows));
        self.write(&config.file, content);
        self
    }

    /// With a config that the service knows nothing of.
    pub fn config(self, config: &Config) -> Self {
        self.write(&config.file, config.text().as_bytes());
        self
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The service for this folder, running.
    pub fn serve(self) -> Served {
        let server = RUNTIME.block_on(Server::start(self.world)).unwrap();
        Served {
            dir: self.dir,
            server,
        }
    }
}

/// A folder whose service runs.
pub struct Served {
    pub dir: TempDir,
    pub server: Server,
}

impl Served {
    /// Runs the report with `args` as of [`AS_OF`], unless they say another day.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.command_of_today();
        if !args.contains(&"--as-of") {
            command.args(["--as-of", AS_OF]);
        }
        ran(command.args(args))
    }

    /// Runs the check with `args` as of [`AS_OF`].
    pub fn check(&self, args: &[&str]) -> Ran {
        ran(self.check_command().args(args))
    }

    /// The check over this folder as of [`AS_OF`].
    pub fn check_command(&self) -> Command {
        let mut command = check_command(self.dir.path());
        command.args(["--endpoint", &self.server.endpoint()]);
        command
    }

    /// The program over this folder as of [`AS_OF`].
    pub fn command(&self) -> Command {
        let mut command = command_over(self.dir.path());
        command.args(["--endpoint", &self.server.endpoint()]);
        command
    }

    /// The program over this folder, as of whatever day it is.
    pub fn command_of_today(&self) -> Command {
        let mut command = command();
        command
            .arg(self.dir.path())
            .args(["--endpoint", &self.server.endpoint()]);
        command
    }

    /// How many requests of that client's tenancy came.
    pub fn requests_of(&self, config: &Config) -> usize {
        self.seen_of(config).len()
    }

    /// The requests of that client's tenancy.
    pub fn seen_of(&self, config: &Config) -> Vec<Seen> {
        let mut seen = self.server.seen();
        seen.retain(|seen| seen.tenancy == config.value("tenancy"));
        seen
    }

    /// The JSON document of a run that exits with `status`.
    pub fn json(&self, status: i32, args: &[&str]) -> Value {
        let mut all = vec!["--format", "json"];
        all.extend(args);
        self.run(&all).exited(status).json()
    }
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Itself, having exited with `status`.
    #[track_caller]
    pub fn exited(self, status: i32) -> Self {
        assert_eq!(
            self.status,
            Some(status),
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        document(&self.stdout)
    }

    /// Itself, with `text` on stdout.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert_words(&self.stdout, &[text]);
        self
    }
}

/// Set to `all`, sampled properties try as many samples as they have, and crowds are whole.
const EXTENT: &str = "OCI_CONSUMO_TESTS";

/// Returns `all` where the whole of the tests is run, and else `usual`.
pub fn samples<T>(usual: T, all: T) -> T {
    match std::env::var(EXTENT).as_deref() {
        Ok("all") => all,
        Ok(other) => panic!("{EXTENT} is {other}, and not all"),
        Err(_) => usual,
    }
}

/// The programs that a test must not be passed over for, by commas: `postgres`, `pgbouncer`, `aiosmtpd`, `postfix`,
/// `chromium`, `systemd-analyze`, `systemd-sysusers`.
const NEED: &str = "OCI_CONSUMO_TESTS_NEED";

/// Returns whether the environment says that the tests need `program`.
pub fn is_needed(program: &str) -> bool {
    let needed = std::env::var(NEED).unwrap_or_default();
    needed.split(',').any(|needed| needed == program)
}

/// Says that a test is passed over for want of `program`; past the harness, which keeps the words of a test that
/// passes. Fails where the environment says that the tests need it.
pub fn pass_over(program: &str) {
    assert!(
        !is_needed(program),
        "{program} cannot be run here, and {NEED} names it"
    );
    let _ = writeln!(io::stderr(), "SKIPPED: {program} cannot be run here");
}

/// Returns the installed program `name`, of those for root too.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    let mut programs = folders.into_iter().map(|folder| folder.join(name));
    programs.find(|program| program.is_file())
}

/// The program, in an environment of its own.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oci-consumo"));
    command
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    // Windows cannot open a socket without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}

/// The check over `dir` as of [`AS_OF`].
pub fn check_command(dir: &Path) -> Command {
    let mut command = command();
    command.arg("check").arg(dir).args(["--as-of", AS_OF]);
    command
}

/// The program over `dir` as of [`AS_OF`], whichever way its requests go.
pub fn command_over(dir: &Path) -> Command {
    let mut command = command();
    command.arg(dir).args(["--as-of", AS_OF]);
    command
}

/// Sets the clock of a run against a stand-in: to the morning of its as-of day, or of [`AS_OF`] where that is
/// later. The age of a day is judged by the clock, so that a test would change with the day it is run on.
fn with_clock(command: &mut Command) {
    let args: Vec<String> = command
        .get_args()
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let given = |name: &str| args.iter().any(|arg| arg == name);
    if !given("--endpoint") || !given("--as-of") {
        return;
    }
    if args.first().is_some_and(|first| first == "demo") || given("--now") {
        return;
    }
    let as_of = args.windows(2).filter(|two| two[0] == "--as-of");
    let as_of = as_of.filter_map(|two| two[1].parse::<Day>().ok());
    let today = as_of.chain([day(AS_OF)]).max().unwrap_or_default();
    if today <= Utc::now().date_naive() {
        command.args(["--now", &format!("{today}T06:00:00Z")]);
    }
}

/// Runs the program with `args`.
pub fn program(args: &[&str]) -> Ran {
    ran(command().args(args))
}

/// Runs `command` to its end; a document on stdout has to be valid by its schema.
#[track_caller]
pub fn ran(command: &mut Command) -> Ran {
    with_clock(command);
    ran_now(command)
}

/// The same by the machine's own clock.
pub fn ran_now(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let ran = Ran {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    // A schema that the manual prints is no document.
    if ran.stdout.starts_with('{') && !ran.stdout.contains("\"$schema\"") {
        document(&ran.stdout);
    }
    ran
}

/// The client of that file in a document.
#[track_caller]
pub fn client<'v>(document: &'v Value, file: &str) -> &'v Value {
    entry(document, "clientes", file).unwrap_or_else(|| {
        panic!(
            "{file} has no figures: {:#?}",
            entry(document, "falhas", file)
        )
    })
}

/// The failure of that file in a document.
#[track_caller]
pub fn failure<'v>(document: &'v Value, file: &str) -> &'v Value {
    entry(document, "falhas", file).unwrap_or_else(|| {
        panic!(
            "{file} has not failed: {:#?}",
            entry(document, "clientes", file)
        )
    })
}

/// What a list of a document has of that file.
fn entry<'v>(document: &'v Value, list: &str, file: &str) -> Option<&'v Value> {
    let mut entries = document[list].as_array()?.iter();
    entries.find(|entry| entry["arquivo"] == file)
}

/// Where the stand-in listens.
pub fn address(stand_in: &Server) -> SocketAddr {
    let endpoint = stand_in.endpoint();
    endpoint.trim_start_matches("http://").parse().unwrap()
}

/// Where nothing listens any more.
pub fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// What waits for the greeting of TLS and answers in the clear, as a portal does.
pub fn portal() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = stream.read(&mut [0; 16 * 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            // The rest is read, or the connection would break before the answer is seen.
            let _ = io::copy(&mut stream, &mut io::sink());
        }
    });
    address
}

/// An answer of a test's own.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Fault {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Fault::Answer(Scripted {
        status,
        headers: headers.collect(),
        body: body.into(),
    })
}

/// A refusal as the service writes it; without a code, a page that somebody else wrote.
pub fn refusal(status: u16, code: &str) -> Fault {
    let body = match code {
        "" => "<html>who knows</html>".to_owned(),
        code => format!(r#"{{"code":"{code}","message":"As it is."}}"#),
    };
    answer(status, &[("opc-request-id", &format!("ID-{status}"))], body)
}

/// The names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The permissions of a file or a folder.
#[cfg(unix)]
pub fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// A file of the repository.
#[track_caller]
pub fn repository_file(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    // Windows may have checked it out with its own ends of lines.
    text.replace("\r\n", "\n")
}

/// Writes a file that only its owner may read.
pub fn private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// The rules of alerts, where the settings say nothing of them.
pub fn usual_rules() -> Rules {
    Rules {
        thresholds: Thresholds::default(),
        surplus_percent: Amount::from(10),
    }
}

/// A file of `fixtures/keys`.
pub fn key_fixture(name: &str) -> String {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/keys"));
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The codes of a client's warnings.
pub fn warnings(client: &Value) -> Vec<&str> {
    let warnings = client["avisos"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| warning["codigo"].as_str().unwrap())
        .collect()
}

/// A client without what tells it from another with the same contract and rows.
pub fn figures(client: &Value) -> Value {
    let mut figures = client.clone();
    for key in ["cliente", "arquivo", "tenancy", "avisos"] {
        figures[key] = Value::Null;
    }
    figures
}

/// Each of `words` stands in `text`, wherever its lines end.
#[track_caller]
pub fn assert_words(text: &str, words: &[&str]) {
    let unwrapped = unwrapped(text);
    for word in words {
        let found = text.contains(word) || unwrapped.contains(&self::unwrapped(word));
        assert!(found, "no {word:?} in {text:?}");
    }
}

/// `1.234.567`: digits in groups of three.
pub fn grouped(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    let groups = digits.rchunks(3).rev().map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join(".")
}

/// `text` on one line, with a blank between two words.
pub fn unwrapped(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Nothing of what a terminal obeys, not even escaped, or a reader does not see.
#[track_caller]
pub fn assert_clean(ran: &Ran) {
    let foul = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
    };
    for text in [&ran.stdout, &ran.stderr] {
        assert_eq!(text.chars().find(|c| foul(*c)), None, "{text:?}");
    }
    assert!(!ran.stdout.contains("\\u00"), "{}", ran.stdout);
}

/// None of `secrets`.
#[track_caller]
pub fn assert_untold<'s>(ran: &Ran, secrets: impl IntoIterator<Item = &'s str>) {
    for secret in secrets {
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

/// A PEM text in pieces of 20 characters: a part of a line gives a key away, too.
pub fn pieces(pem: &str) -> Vec<&str> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    let pieces: Vec<&str> = lines
        .flat_map(|line| line.as_bytes().chunks_exact(20))
        .map(|piece| str::from_utf8(piece).unwrap())
        .collect();
    assert!(pieces.len() > 60, "{pem}");
    pieces
}
