//! What each kind of run may do: every cell of the table, and every pair of kinds, through the program.
//!
//! The service is reached as always, by its own hosts, through a proxy that ends TLS; another address is one
//! of loopback. Both have been asked by a usual run of an earlier day, and tell of other costs since.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use chrono::Utc;
use oci_consumo::internals::calendar::{Day, plus_days};
use serde_json::Value;

use crate::alerts::mail_server::{MailServer, Manner};
use crate::alerts::stand_in::{Provider, answer};
use crate::common::proxy::Proxy;
use crate::common::{
    Config, Folder, Ran, Served, closed_port, command, daily, private, ran_now, samples,
};
use crate::store::views::{Cells, queries, query};

/// A kind of run: its name, its arguments, and its cells as the table has them.
struct Kind {
    name: &'static str,
    args: &'static [&'static str],
    asks: &'static str,
    keeps: &'static str,
    shown: &'static str,
    /// Space whose states of alerts move, of a run of `alert`.
    states: &'static str,
    /// The messages that such a run sends.
    sends: &'static str,
    heartbeat: &'static str,
    /// The customers' pages that a report writes.
    pages: &'static str,
}

const fn kind(
    name: &'static str,
    args: &'static [&'static str],
    [asks, keeps, shown]: [&'static str; 3],
    [states, sends, heartbeat]: [&'static str; 3],
    pages: &'static str,
) -> Kind {
    Kind {
        name,
        args,
        asks,
        keeps,
        shown,
        states,
        sends,
        heartbeat,
        pages,
    }
}

const UNLESS: &str = "no, unless --record";

/// The table. In place of `DIR`, `URL`, `PAST` and `TEXT` stands what they are in the test.
const TABLE: [Kind; 11] = [
    kind(
        "usual",
        &["DIR"],
        ["yes", "yes", "yes"],
        ["yes", "yes", "yes"],
        "yes",
    ),
    kind(
        "--only",
        &["--only", "TEXT"],
        ["the chosen", "the chosen's", UNLESS],
        ["the chosen's", "no digest", "no"],
        "the chosen's",
    ),
    kind(
        "look: method",
        &["--method", "recent"],
        ["yes", "yes", UNLESS],
        ["no", "no", "no"],
        "yes",
    ),
    kind(
        "look: settle days",
        &["--settle-days", "5"],
        ["yes", "yes", UNLESS],
        ["no", "no", "no"],
        "yes",
    ),
    kind(
        "look: surplus",
        &["--surplus-percent", "3"],
        ["yes", "yes", UNLESS],
        ["no", "no", "no"],
        "yes",
    ),
    kind(
        "--what-if",
        &["--what-if", "+10%"],
        ["yes", "yes", "no"],
        ["no", "no", "no"],
        "refused",
    ),
    kind(
        "past as-of",
        &["--as-of", "PAST"],
        ["yes", "yes", UNLESS],
        ["of its own", "loopback", "no"],
        "yes",
    ),
    kind(
        "--offline",
        &["--offline"],
        ["no", "no", "no"],
        ["held", "what is waiting", "yes"],
        "with their age",
    ),
    kind(
        "--endpoint",
        &["--endpoint", "URL"],
        ["that address", "of its own", "of its own"],
        ["of its own", "loopback", "no"],
        "marked",
    ),
    kind(
        "--no-store",
        &["--no-store"],
        ["yes", "no", "no"],
        ["none", "marked digest", "yes"],
        "yes",
    ),
    kind(
        "demo",
        &["demo"],
        ["its own", "no", "no"],
        ["none", "no", "no"],
        "marked as made up",
    ),
];

/// Kinds that no run is both of, and those that have nothing to be recorded.
const REFUSED: [(&str, &str); 7] = [
    ("--offline", "--no-store"),
    ("--offline", "--record"),
    ("--no-store", "--record"),
    ("demo", "--offline"),
    ("demo", "--endpoint"),
    ("demo", "--no-store"),
    ("demo", "--record"),
];

/// Marks of the pages, by their cells.
const MARKS: [(&str, &str); 3] = [
    ("marked as made up", "DADOS SIMULADOS"),
    ("marked", "TESTE: os dados não vêm da Oracle"),
    (
        "with their age",
        "Dados guardados, sem nova consulta à Oracle",
    ),
];

/// Clients of the demo.
const SAMPLES: [&str; 6] = [
    "Clínica Boa Vista",
    "Escola Horizonte",
    "Loja Nova Era",
    "Padaria Pão Quente",
    "Transportes Andorinha",
    "Tropical Exports Ltd",
];

/// A run to be tried.
struct Case {
    kinds: Vec<&'static Kind>,
    record: bool,
}

/// A place where costs come from, and whose clients' days are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    Service,
    Other,
}

const ADDRESSES: [Address; 2] = [Address::Service, Address::Other];

impl Address {
    /// How `endereco` is compared with the service's own for it.
    fn is(self) -> &'static str {
        match self {
            Self::Service => "=",
            Self::Other => "<>",
        }
    }
}

/// The queries of each view for BI.
const VIEWS: [&str; 3] = [
    "SELECT arquivo, data_base, CAST(consumo AS TEXT), CAST(na_carteira AS TEXT), metodo, \
     CAST(total_estimado AS TEXT) FROM v_contratos WHERE endereco {is} 'oci' ORDER BY arquivo",
    "SELECT moeda, CAST(clientes AS TEXT), CAST(consumo AS TEXT), CAST(total_estimado AS TEXT) \
     FROM v_carteira WHERE endereco {is} 'oci' ORDER BY moeda",
    "SELECT CAST(execucao AS TEXT), data_base FROM v_execucoes \
     WHERE endereco {is} 'oci' AND mostrada = 1 ORDER BY execucao",
];

/// What is seen of a run, or expected of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Deeds {
    /// The addresses and clients that were asked for.
    asked: Vec<(String, &'static str)>,
    /// The addresses and clients whose days were kept.
    kept: Vec<(String, &'static str)>,
    /// The addresses whose figures in BI are others than before.
    shown: Vec<String>,
    /// Whether the report says that BI does not show the run, and whether it says that `--record` would.
    told: Option<bool>,
    /// The customers whose pages were written, with the marks of the pages.
    pages: Vec<(String, Vec<&'static str>)>,
    status: i32,
}

impl Case {
    fn is(&self, name: &str) -> bool {
        self.kinds.iter().any(|kind| kind.name == name) || (self.record && name == "--record")
    }

    fn is_refused(&self) -> bool {
        REFUSED
            .iter()
            .any(|(one, other)| self.is(one) && self.is(other))
    }

    fn name(&self) -> String {
        let names: Vec<&str> = self.kinds.iter().map(|kind| kind.name).collect();
        names.join(" with ") + if self.record { ", recorded" } else { "" }
    }

    /// The stricter cell of each column, in deeds.
    fn expected(&self) -> Deeds {
        if self.is_refused() {
            return Deeds {
                status: 2,
                ..Deeds::default()
            };
        }
        let any =
            |cell: fn(&Kind) -> &str, text: &str| self.kinds.iter().any(|kind| cell(kind) == text);
        let clients = |chosen: bool| if chosen { &["a"][..] } else { &["a", "b"] };
        let at = |address: Address, clients: &[&'static str]| -> Vec<(String, &'static str)> {
            let clients = clients.iter();
            clients
                .map(|client| (format!("{address:?}"), *client))
                .collect()
        };
        let asks: fn(&Kind) -> &str = |kind| kind.asks;
        let asked = match any(asks, "that address") {
            true => Address::Other,
            false => Address::Service,
        };
        let asked = match any(asks, "no") || any(asks, "its own") {
            true => Vec::new(),
            false => at(asked, clients(any(asks, "the chosen"))),
        };
        let keeps: fn(&Kind) -> &str = |kind| kind.keeps;
        let own = match any(keeps, "of its own") {
            true => Address::Other,
            false => Address::Service,
        };
        let kept = match any(keeps, "no") {
            true => Vec::new(),
            false => at(own, clients(any(keeps, "the chosen's"))),
        };
        let shown: fn(&Kind) -> &str = |kind| kind.shown;
        let never = any(shown, "no");
        let is_shown = !never && (self.record || !any(shown, UNLESS));
        let told = (!kept.is_empty() && !is_shown).then_some(!never);
        let pages: fn(&Kind) -> &str = |kind| kind.pages;
        let made_up = any(pages, "marked as made up");
        let customers = match (made_up, any(pages, "the chosen's")) {
            (true, true) => &["Padaria Pão Quente"][..],
            (true, false) => &SAMPLES,
            (false, true) => &["Cliente a"],
            (false, false) => &["Cliente a", "Cliente b"],
        };
        let marks = MARKS.iter().filter(|(cell, _)| any(pages, cell));
        let marks: Vec<&'static str> = marks.map(|(_, mark)| *mark).collect();
        let customers = customers.iter().filter(|_| !any(pages, "refused"));
        let pages = customers.map(|customer| ((*customer).to_owned(), marks.clone()));
        Deeds {
            pages: pages.collect(),
            asked,
            kept,
            shown: is_shown.then(|| format!("{own:?}")).into_iter().collect(),
            told,
            status: 0,
        }
    }
}

/// The days of the test.
#[derive(Clone, Copy)]
struct Calendar {
    today: Day,
    /// The as-of day of the runs before.
    before: Day,
    past: Day,
    /// A day whose cost has changed since the runs before.
    changed: Day,
}

/// What each view for BI has.
type Bi = Vec<Cells>;

/// A folder with a store, the service and another address.
struct Stage {
    days: Calendar,
    configs: [Config; 2],
    service: Served,
    other: Served,
    proxy: Proxy,
    /// The store after the runs before.
    kept: Vec<u8>,
    /// What BI has of each address after them.
    bi: Vec<Bi>,
}

impl Stage {
    fn new(days: Calendar) -> Self {
        let term = |id| {
            Config::new(id)
                .with("inicio_contrato", &plus_days(days.today, -100).to_string())
                .with("fim_contrato", &plus_days(days.today, 264).to_string())
        };
        let configs = [term("a"), term("b")];
        let rows = |amount: &str| {
            let (first, last) = (plus_days(days.today, -100), plus_days(days.today, -1));
            daily(&first.to_string(), &last.to_string(), amount)
        };
        let serve = || {
            let folder = Folder::new().client(&configs[0], rows("10"));
            folder.client(&configs[1], rows("10")).serve()
        };
        let (service, other) = (serve(), serve());
        let mut stage = Self {
            days,
            proxy: Proxy::start(&service.server, []),
            kept: Vec::new(),
            bi: Vec::new(),
            service,
            other,
            configs,
        };
        let before = days.before.to_string();
        let url = stage.other.server.endpoint();
        stage.run(&["DIR", "--as-of", &before]).exited(0);
        stage
            .run(&["DIR", "--as-of", &before, "--endpoint", &url])
            .exited(0);
        stage.kept = fs::read(stage.store()).unwrap();
        stage.bi = ADDRESSES.map(|address| stage.bi(address)).to_vec();
        for served in [&stage.service, &stage.other] {
            for config in &stage.configs {
                served.server.restate(config.value("tenancy"), rows("11"));
            }
        }
        stage
    }

    fn store(&self) -> PathBuf {
        self.service.dir.path().join("consumo.db")
    }

    /// Puts the store back to what it was after the runs before.
    fn restore(&self) {
        for ending in ["-wal", "-shm", "-journal"] {
            let _ = fs::remove_file(format!("{}{ending}", self.store().display()));
        }
        fs::write(self.store(), &self.kept).unwrap();
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = command();
        self.proxy.lead(&mut command);
        let dir = self.service.dir.path();
        for arg in args {
            match *arg {
                "DIR" => command.arg(dir),
                arg => command.arg(arg),
            };
        }
        ran_now(&mut command)
    }

    /// Runs `case` in that form.
    fn run_case(&self, case: &Case, format: &[&str]) -> Ran {
        self.run_case_of("", case, format)
    }

    /// Runs `case` of `command`, the report's if it is empty, in that form.
    fn run_case_of(&self, command: &str, case: &Case, format: &[&str]) -> Ran {
        let (past, today) = (self.days.past.to_string(), self.days.today.to_string());
        let url = self.other.server.endpoint();
        let demo = case.is("demo");
        let mut args = vec![if demo { "demo" } else { "DIR" }];
        if !command.is_empty() {
            args.insert(0, command);
        }
        for arg in case.kinds.iter().flat_map(|kind| kind.args) {
            match *arg {
                "DIR" | "demo" => {}
                "PAST" => args.push(&past),
                "URL" => args.push(&url),
                "TEXT" if demo => args.push("padaria"),
                "TEXT" => args.push("Cliente a"),
                arg => args.push(arg),
            }
        }
        if !case.is("past as-of") {
            args.extend(["--as-of", &today]);
        }
        if case.record {
            args.push("--record");
        }
        args.extend(format);
        self.run(&args)
    }

    fn served(&self, address: Address) -> &Served {
        match address {
            Address::Service => &self.service,
            Address::Other => &self.other,
        }
    }

    /// The queries of the days that are kept of each client, at an address.
    fn days(&self, address: Address) -> Vec<String> {
        let sql = |config: &Config| {
            format!(
                "SELECT d.custo FROM custo_diario d JOIN tenancia t ON t.id = d.tenancia \
                 WHERE t.ocid = '{}' AND t.endereco {} 'oci' AND d.data = '{}'",
                config.value("tenancy"),
                address.is(),
                self.days.changed,
            )
        };
        self.configs.iter().map(sql).collect()
    }

    /// What the store has of that address now: whose days are kept, and what BI has.
    fn stored(&self, address: Address) -> (Vec<bool>, Bi) {
        let views = VIEWS.map(|sql| sql.replace("{is}", address.is()));
        let statements: Vec<String> = self.days(address).into_iter().chain(views).collect();
        let mut found = queries(self.store().to_str().unwrap(), &statements);
        let views = found.split_off(self.configs.len());
        let is_kept = |days: &Cells| match days[0][0].as_deref() {
            Some("11") => true,
            Some("10") => false,
            other => panic!("{other:?}"),
        };
        (found.iter().map(is_kept).collect(), views)
    }

    /// What BI has of that address.
    fn bi(&self, address: Address) -> Bi {
        self.stored(address).1
    }

    fn runs(&self) -> usize {
        query(
            self.store().to_str().unwrap(),
            "SELECT data_base FROM v_execucoes",
        )
        .len()
    }

    /// Runs `case` and sees what it does; the run's row is in the store where days were kept.
    fn deeds(&self, case: &Case) -> Deeds {
        self.restore();
        let asked = |address| {
            self.configs
                .each_ref()
                .map(|c| self.served(address).requests_of(c))
        };
        let asked_before = ADDRESSES.map(asked);

        let web = tempfile::tempdir().unwrap();
        let place = web.path().join("paginas");
        let with_pages = ["--format", "json", "--pages", place.to_str().unwrap()];
        // A run that pages refuse is seen without them.
        let refuses = case.kinds.iter().any(|kind| kind.pages == "refused");
        if refuses && !case.is_refused() {
            let ran = self.run_case(case, &with_pages).exited(2);
            assert!(
                ran.stderr.contains("--what-if não escreve páginas"),
                "{ran:?}"
            );
            assert!(!place.exists());
        }
        let args = &with_pages[..if refuses { 2 } else { 4 }];
        let ran = self.run_case(case, args);

        let mut deeds = Deeds {
            status: ran.status.unwrap(),
            pages: pages(&place),
            ..Deeds::default()
        };
        for (n, address) in ADDRESSES.into_iter().enumerate() {
            let asked = asked(address);
            let (kept, bi) = self.stored(address);
            for (client, name) in ["a", "b"].into_iter().enumerate() {
                let place = (format!("{address:?}"), name);
                if asked[client] > asked_before[n][client] {
                    deeds.asked.push(place.clone());
                }
                if kept[client] {
                    deeds.kept.push(place);
                }
            }
            let before = &self.bi[n];
            let changed: Vec<bool> = bi
                .iter()
                .zip(before)
                .map(|(now, then)| now != then)
                .collect();
            assert!(
                changed.windows(2).all(|two| two[0] == two[1]),
                "views differ: {changed:?}"
            );
            if changed[0] {
                deeds.shown.push(format!("{address:?}"));
            }
        }
        assert_eq!(self.runs() - 2, usize::from(!deeds.kept.is_empty()));
        if deeds.status != 2 {
            deeds.told = told(&ran.json());
            let said = ran.stderr.contains("as visões do BI não");
            assert_eq!(said, deeds.told.is_some(), "{}", ran.stderr);
        }
        deeds
    }
}

/// The pages in the folder at `place`: whose each is, and its marks.
fn pages(place: &Path) -> Vec<(String, Vec<&'static str>)> {
    let entries = fs::read_dir(place).into_iter().flatten();
    let folders = entries.map(|entry| entry.unwrap().path());
    let pages = folders.filter(|folder| folder.is_dir()).map(|folder| {
        let page = fs::read_to_string(folder.join("index.html")).unwrap();
        let (_, who) = page.split_once("class=\"who\">").unwrap();
        let (who, _) = who.split_once('<').unwrap();
        let marks = MARKS.iter().map(|(_, mark)| *mark);
        let marks = marks.filter(|mark| page.contains(mark)).collect();
        (who.to_owned(), marks)
    });
    let mut pages: Vec<_> = pages.collect();
    pages.sort();
    pages
}

/// Whether a document says that BI does not show the run, and whether `--record` would make it.
fn told(document: &Value) -> Option<bool> {
    let notices = document["avisos"].as_array().unwrap();
    let mut found = notices
        .iter()
        .filter(|notice| notice["codigo"] == "fora_do_bi");
    let message = found.next()?["mensagem"].as_str().unwrap().to_owned();
    assert!(found.next().is_none() && notices.len() == 1, "{notices:?}");
    assert_eq!(message.lines().count(), 1);
    let never = message.contains("nem com --record");
    assert!(
        message.contains(if never {
            "--what-if"
        } else {
            "oci-consumo.ini"
        }),
        "{message}"
    );
    Some(!never)
}

/// Every kind, with `--record` and without, and every pair of kinds that there is; in a whole run of the tests
/// each pair with `--record`, too.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |kinds: Vec<&'static Kind>| {
        let recorded = kinds.len() == 1 || samples(false, true);
        for record in [false, true]
            .into_iter()
            .filter(|record| recorded || !record)
        {
            cases.push(Case {
                kinds: kinds.clone(),
                record,
            });
        }
    };
    for (n, one) in TABLE.iter().enumerate() {
        add(vec![one]);
        // One option of a look stands for the three, and every run is a usual one besides.
        let pairs =
            |kind: &Kind| !matches!(kind.name, "usual" | "look: settle days" | "look: surplus");
        if pairs(one) {
            TABLE[n + 1..]
                .iter()
                .filter(|kind| pairs(kind))
                .for_each(|other| add(vec![one, other]));
        }
    }
    cases
}

fn calendar() -> Calendar {
    let today = Utc::now().date_naive();
    Calendar {
        today,
        before: plus_days(today, -5),
        past: plus_days(today, -8),
        changed: plus_days(today, -15),
    }
}

#[cfg_attr(
    not(target_os = "linux"),
    ignore = "the system's certificates are no files"
)]
#[test]
fn every_kind_of_run_and_every_pair_does_what_the_table_says() {
    let (cases, days) = (Mutex::new(cases()), calendar());
    let wrong = Mutex::new(Vec::new());
    let tried = Mutex::new((0, 0, 0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let stage = Stage::new(days);
                loop {
                    let Some(case) = cases.lock().unwrap().pop() else {
                        return;
                    };
                    let (seen, expected) = (stage.deeds(&case), case.expected());
                    if seen != expected {
                        let text = format!("{}\n  seen {seen:?}\n  not  {expected:?}", case.name());
                        wrong.lock().unwrap().push(text);
                    }
                    let mut tried = tried.lock().unwrap();
                    match (case.is_refused(), case.kinds.len()) {
                        (true, _) => tried.2 += 1,
                        (false, 1) => tried.0 += 4,
                        (false, _) => tried.1 += 1,
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let (cells, pairs, refused) = tried.into_inner().unwrap();
    let line = format!("kinds of run: {cells} cells, {pairs} pairs, {refused} refused\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
    let (with_record, refused_with_record) = samples((0, 0), (10, 28 - 10));
    assert_eq!(
        (cells, pairs, refused),
        (4 * (11 + 8), 24 + with_record, 3 + 4 + refused_with_record)
    );
}

/// In a store where nothing is shown yet, the first run of all clients is, unless it supposes something.
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "the system's certificates are no files"
)]
#[test]
#[ignore = "long"]
fn the_first_run_of_a_folder_is_shown_even_where_it_is_a_look() {
    let stage = Stage::new(calendar());
    for (name, shown) in [
        ("usual", true),
        ("--only", false),
        ("look: method", true),
        ("look: settle days", true),
        ("look: surplus", true),
        ("--what-if", false),
        ("past as-of", true),
        ("--endpoint", true),
    ] {
        fs::remove_file(stage.store()).unwrap();
        let kinds = TABLE.iter().filter(|kind| kind.name == name).collect();
        let case = Case {
            kinds,
            record: false,
        };
        let ran = stage.run_case(&case, &["--format", "json"]).exited(0);
        let rows = query(
            stage.store().to_str().unwrap(),
            "SELECT arquivo FROM v_contratos",
        );
        assert_eq!(rows.len(), if shown { 2 } else { 0 }, "{name}");
        assert_eq!(told(&ran.json()).is_none(), shown, "{name}");
    }
}

#[cfg_attr(
    not(target_os = "linux"),
    ignore = "the system's certificates are no files"
)]
#[test]
#[ignore = "long"]
fn a_run_that_bi_does_not_show_says_so_in_every_form_and_a_backtest_does_not() {
    let stage = Stage::new(calendar());
    let today = stage.days.today.to_string();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.json").to_str().unwrap().to_owned();
    let look = ["DIR", "--as-of", &today, "--method", "recent", "-o", &file];
    let line = "as visões do BI não a mostram; --record";
    for (form, on_stdout, on_stderr) in [
        (&["--format", "text"][..], true, false),
        (&["--format", "json"], true, true),
        (&["--format", "none"], false, true),
        (&["-q"], true, false),
        (&["-q", "--format", "none"], false, false),
    ] {
        let ran = stage.run(&[&look[..], form].concat()).exited(0);
        let flat = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(flat.contains(line), on_stdout, "{form:?}: {flat}");
        assert_eq!(
            ran.stderr.contains(line),
            on_stderr,
            "{form:?}: {}",
            ran.stderr
        );
        let written: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(told(&written), Some(true));
    }
    stage.restore();
    for form in ["text", "json"] {
        let args = ["backtest", "DIR", "--as-of", &today, "--format", form];
        let ran = stage.run(&args).exited(0);
        assert!(
            !ran.stdout.contains("BI") && !ran.stderr.contains("BI"),
            "{ran:?}"
        );
    }
    assert!(stage.stored(Address::Service).0[0]);
    assert_eq!(
        ADDRESSES.map(|address| stage.bi(address)).to_vec(),
        stage.bi
    );
}

#[test]
fn the_quiet_are_told_that_there_is_no_history() {
    let config = Config::new("a");
    let served = Folder::new()
        .client(&config, daily("2026-01-01", "2026-06-16", "10"))
        .serve();
    let dir: &Path = served.dir.path();
    let csv = dir.join("dias.csv");
    let args = ["--format", "none", "-q", "-o", csv.to_str().unwrap()];
    let kept = served.run(&args).exited(0);
    assert_eq!((&*kept.stdout, &*kept.stderr), ("", ""));

    fs::write(dir.join("consumo.db"), "no database").unwrap();
    let lost = served.run(&args).exited(0);
    assert_eq!(lost.stdout, "");
    let told = lost.stderr.matches("sem o histórico de").count();
    assert_eq!(
        (told, lost.stderr.lines().count()),
        (1, 1),
        "{}",
        lost.stderr
    );
    let text = served.run(&["-q"]).exited(0);
    assert_eq!(text.stderr, "");
    let flat = text.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("sem o histórico de"), "{flat}");
}

/// The states of alerts: service or other address, space, tenancy, memory.
type States = Vec<Vec<Option<String>>>;

/// The marks of a run of `alert`, seen or expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct AlertDeeds {
    /// The states that moved: address, space and client.
    moved: Vec<(String, String, &'static str)>,
    /// The operator's mails.
    mails: usize,
    /// Marks a mail that says that nothing is remembered.
    marked: bool,
    /// The pings of the watchdog.
    pings: Vec<String>,
    /// The run says that it decides and sends nothing.
    only_a_look: bool,
}

impl Case {
    /// The stricter cell of each column, in deeds.
    fn alerts(&self) -> AlertDeeds {
        let any =
            |cell: fn(&Kind) -> &str, text: &str| self.kinds.iter().any(|kind| cell(kind) == text);
        let states: fn(&Kind) -> &str = |kind| kind.states;
        let held = ["no", "held", "none"].iter().any(|word| any(states, word));
        let address = match self.is("--endpoint") {
            true => Address::Other,
            false => Address::Service,
        };
        let space = match self.is("past as-of") {
            true => "passado",
            false => "usual",
        };
        let clients = match any(states, "the chosen's") {
            true => &["a"][..],
            false => &["a", "b"],
        };
        let moved = clients.iter().filter(|_| !held);
        let moved = moved.map(|client| (format!("{address:?}"), space.to_owned(), *client));
        let sends: fn(&Kind) -> &str = |kind| kind.sends;
        let silent = any(sends, "no") || any(sends, "no digest");
        let beats = !any(|kind| kind.heartbeat, "no");
        AlertDeeds {
            moved: moved.collect(),
            mails: usize::from(!silent),
            marked: !silent && any(sends, "marked digest"),
            pings: match beats {
                true => vec!["/start".to_owned(), String::new()],
                false => Vec::new(),
            },
            only_a_look: any(sends, "no"),
        }
    }
}

impl Stage {
    /// Writes the settings of alerts: mail to `port`, and a watchdog at `watchdog`.
    fn set_alerts(&self, port: u16, watchdog: &str) {
        let text = format!(
            "[operador]\nemail = noc@p.example\n[email]\nde = a@p.example\n\
             por = smtp://127.0.0.1:{port}\n[batimento]\nendereco = {watchdog}\n"
        );
        let path = self.service.dir.path().join("alertas.ini");
        private(&path, &text);
    }

    fn states(&self) -> States {
        let sql = "SELECT endereco, espaco, tenancy, memoria FROM alerta_estado ORDER BY 1, 2, 3";
        query(self.store().to_str().unwrap(), sql)
    }
}

#[test]
#[ignore = "long"]
fn every_kind_of_alert_run_and_every_pair_does_what_the_table_says() {
    let mut stage = Stage::new(calendar());
    let (before, url) = (stage.days.before.to_string(), stage.other.server.endpoint());
    let closed = closed_port();
    let watchdog = Provider::start(std::iter::repeat_with(|| answer(200, "OK")).take(500));
    let base = format!("{}ping", watchdog.url());
    // Something waits at both addresses.
    stage.set_alerts(closed.port(), &base);
    for at in [&[][..], &["--endpoint", &url]] {
        let args = [&["alert", "DIR", "--as-of", &before, "-q"], at].concat();
        stage.run(&args).exited(5);
    }
    stage.kept = fs::read(stage.store()).unwrap();
    let states = stage.states();
    assert_eq!(states.len(), 4, "{states:?}");
    let mail = MailServer::start(Manner::default());
    stage.set_alerts(mail.address().port(), &base);
    let mut wrong = Vec::new();
    for case in cases() {
        if case.record || case.is_refused() || case.is("demo") {
            continue;
        }
        stage.restore();
        let (letters, pings) = (mail.seen().letters.len(), watchdog.seen().len());
        let ran = stage
            .run_case_of("alert", &case, &["--format", "json"])
            .exited(0);
        let client = |tenancy: &str| {
            let known = stage.configs.iter().zip(["a", "b"]);
            let mut known =
                known.filter(|(config, _)| config.value("tenancy").eq_ignore_ascii_case(tenancy));
            known.next().unwrap().1
        };
        let moved = stage
            .states()
            .into_iter()
            .filter(|row| !states.contains(row));
        let moved = moved.map(|row| {
            let cell = |n: usize| row[n].clone().unwrap();
            let address = match cell(0).as_str() {
                "oci" => Address::Service,
                _ => Address::Other,
            };
            (format!("{address:?}"), cell(1), client(&cell(2)))
        });
        let mut moved: Vec<_> = moved.collect();
        moved.sort_by_key(|(_, _, client)| *client);
        let letters = mail.seen().letters.split_off(letters);
        let pings = watchdog.seen().split_off(pings);
        let pings = pings.iter().map(|ping| ping.target.replace("/ping", ""));
        let seen = AlertDeeds {
            moved,
            mails: letters.len(),
            marked: letters
                .iter()
                .any(|letter| letter.contains("hist=C3=B3rico")),
            pings: pings.collect(),
            only_a_look: ran.stderr.contains("não decide nem envia alertas"),
        };
        let expected = case.alerts();
        if seen != expected {
            wrong.push(format!(
                "{}\n  seen {seen:?}\n  not  {expected:?}",
                case.name()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
