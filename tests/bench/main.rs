//! What a run costs: time, CPU and memory of the release program, against the
//! stand-in for the service in a process of its own. `cargo bench` runs it;
//! `cargo bench -- PROGRAM` measures another build, to compare two.
//!
//! Every case is run several times, each run below a process of its own, since
//! the kernel counts ended children together. Of a case's runs the table shows
//!
//! - wall: the median of the time from starting the program to its end, the
//!   start of a process included;
//! - CPU: the median of its user and system time, all threads, and the least;
//! - memory: the most it ever had resident, in any of the runs;
//! - in flight: the most requests that the stand-in saw at once, and the same of
//!   one tenancy;
//!
//! and, after a slash, the target. The clients differ by tenancy and user and
//! share one 2048-bit RSA key; each has a row a day for the 365 days of its
//! contract, hence five windows, one request by the month and six signatures, with amounts as the
//! service sends them, of up to 17 digits, the same in every run. The report is
//! the whole text with the program's defaults, written to nowhere.
//!
//! Two cases have a store, which a run before them has filled: in one of them each
//! client makes the two requests of a usual morning, the other asks nobody, and
//! has 36 months of each client. What the file takes stands at their end.
//!
//! In another a fifth of the clients is in trouble of eight kinds, among
//! them no answer at all and errors without end, `--timeout` is 5 seconds, and
//! after the slash stands `--retry-budget`: a client may be over it by its first
//! and its last try and by its waits for a place, which the silent ones hold.
//!
//! Nearly all CPU goes to signatures, so the first line tells what one takes
//! here and now, on one thread: a figure above its target on a machine where it
//! is beyond 2.5 ms says more of the machine than of the program.
//!
//! It fails when a run ends otherwise than it should, asks for more or less than
//! its windows, or has more requests in flight than it may; never for being
//! slow, since machines differ and are shared.
#![allow(
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark talks to its reader, and stops at once on what cannot be"
)]

#[allow(
    dead_code,
    reason = "shared with the tests, which use the rest of it too"
)]
#[path = "../common/mod.rs"]
mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{env, io};

use fastrand::Rng;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;
use oci_consumo::internals::calendar::{Day, Days, day_of, plus_days};
use oci_consumo::internals::contract::Contract;
use oci_consumo::internals::days::series::{DailySeries, Knowledge};
use oci_consumo::internals::days::{CostRow, Ledger};
use oci_consumo::internals::forecast::{Basis, Forecast, Method as Way, coming};
use oci_consumo::internals::lang::Lang;
use oci_consumo::internals::money::{Amount, Currency};
use oci_consumo::internals::oci::signer::{ApiKey, Body, Request, Signer, SigningKey};
use oci_consumo::internals::profile::key;
use oci_consumo::internals::render::page::{self, PageContext};
use oci_consumo::internals::report::backtest::Tested;
use oci_consumo::internals::report::statement::{FigureSettings, Statement};
use reqwest::{Method, Url};

use common::crowd::{self, Trouble};
use common::stand_in::WorldRow;
use common::{AS_OF, Config, Folder, KEY_PEM, day};

/// Days of a contract before the as-of day, in most cases and in the last.
const DAYS: i64 = 365;
const YEARS: i64 = 1096;
/// Days that one request is answered for.
const WINDOW: i64 = 90;
/// Requests in flight: the program's default for `--jobs`, and its bound of one tenancy's.
const JOBS: usize = 32;
const TENANCY_JOBS: usize = 4;
/// Seconds, where clients are in trouble: `--timeout` and `--retry-budget`.
const TIMEOUT: u64 = 5;
const RETRY_BUDGET: u64 = 10;

/// One line of the table.
struct Case {
    name: &'static str,
    /// None for `--version`.
    clients: usize,
    /// Days of each contract before today.
    days: i64,
    kind: Kind,
    latency_ms: u64,
    runs: usize,
    wall: Option<Duration>,
    cpu: Option<Duration>,
    megabytes: Option<f64>,
}

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The service alone.
    Service,
    /// The service alone, and a fifth of the clients in trouble.
    Troubled,
    /// A store that has all but what the service restates.
    Morning,
    /// A store alone.
    Offline,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Troubled => "troubled",
            _ => "well",
        }
    }
}

const CASES: [Case; 9] = [
    Case {
        name: "--version",
        clients: 0,
        days: DAYS,
        kind: Kind::Service,
        latency_ms: 0,
        runs: 21,
        wall: Some(Duration::from_millis(10)),
        cpu: None,
        megabytes: None,
    },
    Case {
        name: "20 clients",
        clients: 20,
        days: DAYS,
        kind: Kind::Service,
        latency_ms: 0,
        runs: 9,
        wall: None,
        cpu: Some(Duration::from_millis(300)),
        megabytes: Some(30.0),
    },
    Case {
        name: "100 clients, 100 ms an answer",
        clients: 100,
        days: DAYS,
        kind: Kind::Service,
        latency_ms: 100,
        runs: 5,
        wall: Some(Duration::from_millis(2500)),
        cpu: None,
        megabytes: None,
    },
    Case {
        name: "250 clients, 20 ms an answer",
        clients: 250,
        days: DAYS,
        kind: Kind::Service,
        latency_ms: 20,
        runs: 3,
        wall: None,
        cpu: None,
        megabytes: None,
    },
    Case {
        name: "500 clients, 20 ms an answer",
        clients: 500,
        days: DAYS,
        kind: Kind::Service,
        latency_ms: 20,
        runs: 3,
        wall: None,
        cpu: None,
        megabytes: None,
    },
    Case {
        name: "1,000 clients, 20 ms an answer",
        clients: 1000,
        days: DAYS,
        kind: Kind::Service,
        latency_ms: 20,
        runs: 3,
        wall: None,
        cpu: None,
        megabytes: Some(150.0),
    },
    Case {
        name: "500 clients, 100 in trouble",
        clients: crowd::SIZE,
        days: DAYS,
        kind: Kind::Troubled,
        latency_ms: 20,
        runs: 3,
        wall: Some(Duration::from_secs(RETRY_BUDGET)),
        cpu: None,
        megabytes: Some(150.0),
    },
    Case {
        name: "100 clients, 100 ms, a morning",
        clients: 100,
        days: DAYS,
        kind: Kind::Morning,
        latency_ms: 100,
        runs: 5,
        wall: None,
        cpu: None,
        megabytes: None,
    },
    Case {
        name: "200 clients, 36 months, offline",
        clients: 200,
        days: YEARS,
        kind: Kind::Offline,
        latency_ms: 0,
        runs: 9,
        wall: Some(Duration::from_millis(500)),
        cpu: None,
        megabytes: None,
    },
];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", clients, days, latency_ms, kind] => serve(
            clients.parse().unwrap(),
            days.parse().unwrap(),
            latency_ms.parse().unwrap(),
            *kind == Kind::Troubled.word(),
        ),
        ["estimates"] => estimates(),
        ["pages"] => pages(),
        ["measure", status, program, arguments @ ..] => {
            measure(status.parse().unwrap(), program, arguments)
        }
        others => {
            // Cargo adds flags of its own.
            let other = others.iter().find(|word| !word.starts_with('-'));
            bench(other.unwrap_or(&env!("CARGO_BIN_EXE_oci-consumo")));
        }
    }
}

/// Runs every case and prints its line.
fn bench(program: &str) {
    let (middle, least) = signature();
    println!(
        "a signature: {:.2} ms, at least {:.2} ms\n",
        middle.as_secs_f64() * 1e3,
        least.as_secs_f64() * 1e3
    );
    println!(
        "{:<31}{:>4}{:>17}{:>17}{:>9}{:>10}{:>14}{:>15}",
        "each client: 365 days",
        "runs",
        "wall ms",
        "CPU ms",
        "least",
        "a client",
        "memory MB",
        "in flight"
    );
    for case in &CASES {
        let line = case.run(program);
        println!("{line}");
    }
    println!();
    estimates();
    pages();
}

/// What it takes to forecast clients of so many days, with a band, the dates on which it meets the credit and a second
/// opinion, and to test the methods on their past.
fn estimates() {
    const CLIENTS: usize = 1000;
    const PAST: i64 = 1096;
    let mut random = Rng::with_seed(36);
    let as_of = day(AS_OF);
    let start = plus_days(as_of, -PAST);
    let contract = Contract {
        start,
        end: plus_days(as_of, 180),
        credit: Amount::from(1_000_000),
        currency: Currency::parse("BRL"),
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    let series: Vec<DailySeries> = (0..CLIENTS)
        .map(|_| {
            let rows = (0..PAST).map(|n| CostRow {
                day: plus_days(start, n),
                amount: Amount::parse(&(random.f64() * 40.0).to_string()).unwrap(),
                currency: contract.currency,
            });
            let ledger: Ledger = rows.collect();
            DailySeries::new(&ledger, &contract, as_of, Knowledge::whole(as_of), 2).unwrap()
        })
        .collect();
    let timed = |name: &str, work: &dyn Fn(&DailySeries)| {
        let before = own_cpu();
        series.iter().for_each(work);
        let taken = own_cpu() - before;
        println!("{name:<52}{:>9.2} s", taken.as_secs_f64());
        taken
    };
    println!("{CLIENTS} clients, {PAST} days each");
    for method in Way::ALL.iter().copied() {
        let word = method.word();
        let forecast = timed(
            &format!("forecast, band, dates, second opinion: {word}"),
            &|series| {
                let basis = Basis::new(series);
                let future = Days::new(as_of, contract.days().end);
                let [first, second] = [method, Way::MIDDLE].map(|method| {
                    let profile = basis.profile(method, future.len()).unwrap();
                    coming(series, Some(&profile), &[], future, &[])
                });
                let forecast = Forecast::of(&first, as_of).unwrap();
                assert!(Forecast::of(&second, as_of).is_some());
                let spread = basis.spread(method, future.len()).unwrap();
                assert!(spread.low(&forecast.total()) < spread.high(&forecast.total()));
                let mut sum = forecast.top_up.clone();
                let days = first.iter().filter(|coming| coming.day >= as_of);
                let through: Vec<Amount> = days
                    .map(|coming| {
                        sum += coming.cost.as_ref().unwrap();
                        sum.clone()
                    })
                    .collect();
                let balance = forecast.total();
                let mut edges = spread.edges(&forecast.top_up, through.iter());
                assert!(!edges.any(|edges| edges.low_exceeds(&balance)));
            },
        );
        let tested = timed(&format!("test on the past, band of {word}"), &|series| {
            let tested = Tested::new(&contract, series, 2, method);
            assert_eq!(tested.trials.len(), 2);
        });
        let both = (forecast + tested).as_secs_f64();
        println!("{:<52}{:>9} s", "both", beside(both, Some(2.0)));
    }
    let reckoning = FigureSettings {
        settle_days: 2,
        surplus_percent: Amount::from(10),
        method: Way::default(),
        what_if: None,
    };
    timed("all figures of a report", &|series| {
        assert!(Statement::new(&contract, series, &reckoning).band.is_some());
    });
    timed("all figures of a report, and its fan", &|series| {
        let statement = Statement::new(&contract, series, &reckoning);
        assert_eq!(statement.fan().len(), 181);
    });
}

/// What the pages of so many customers take, each of a contract of a year.
fn pages() {
    const CUSTOMERS: usize = 300;
    const PAST: i64 = 230;
    let mut random = Rng::with_seed(12);
    let as_of = day(AS_OF);
    let start = plus_days(as_of, -PAST);
    let contract = Contract {
        start,
        end: plus_days(start, DAYS - 1),
        credit: Amount::from(5_000),
        currency: Currency::parse("BRL"),
        opening: None,
        adjustment: None,
        ignored: Vec::new(),
    };
    let settings = FigureSettings {
        settle_days: 2,
        surplus_percent: Amount::from(10),
        method: Way::default(),
        what_if: None,
    };
    let statement = |_| {
        let rows = (0..PAST).map(|n| CostRow {
            day: plus_days(start, n),
            amount: Amount::parse(&(random.f64() * 40.0).to_string()).unwrap(),
            currency: contract.currency,
        });
        let ledger: Ledger = rows.collect();
        let series = DailySeries::new(&ledger, &contract, as_of, Knowledge::whole(as_of), 2);
        Statement::new(&contract, &series.unwrap(), &settings)
    };
    let statements: Vec<Statement> = (0..CUSTOMERS).map(statement).collect();
    let context = PageContext {
        lang: Lang::PtBr,
        made_at: SystemTime::UNIX_EPOCH,
        simulated: false,
        offline: false,
        endpoint: None,
        contact: None,
    };
    let before = own_cpu();
    let sizes = statements.iter().map(|statement| {
        let page = page::customer("Transportadora", statement, &context).unwrap();
        page.len()
    });
    let largest = sizes.max().unwrap();
    let taken = (own_cpu() - before).as_secs_f64();
    println!("{CUSTOMERS} customers' pages, of at most {largest} bytes");
    println!("{:<52}{:>9} s", "pages", beside(taken, Some(1.0)));
}

/// What this process has used of CPU.
fn own_cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let microseconds = (usage.user_time() + usage.system_time()).num_microseconds();
    Duration::from_micros(microseconds.try_into().unwrap())
}

impl Case {
    /// Runs the case, checks what has to hold, and gives its line of the table.
    fn run(&self, program: &str) -> String {
        let stand_in = (self.clients > 0).then(|| StandIn::start(self));
        let mut arguments = match &stand_in {
            Some(stand_in) => stand_in.arguments(),
            None => vec!["--version".to_owned()],
        };
        // Some clients fail, and the others do not.
        let status = if self.kind == Kind::Troubled { 3 } else { 0 };
        let kept = matches!(self.kind, Kind::Morning | Kind::Offline);
        if kept {
            // The run that fills the store is not measured.
            Cost::of(status, program, &arguments);
        } else if self.clients > 0 {
            arguments.push("--no-store".to_owned());
        }
        if self.kind == Kind::Offline {
            arguments.push("--offline".to_owned());
        }
        if self.kind == Kind::Troubled {
            let bounds = [("--timeout", TIMEOUT), ("--retry-budget", RETRY_BUDGET)];
            arguments.extend(bounds.map(|(name, seconds)| format!("{name}={seconds}")));
        }
        let costs: Vec<Cost> = (0..self.runs)
            .map(|_| Cost::of(status, program, &arguments))
            .collect();
        let size = stand_in
            .as_ref()
            .filter(|_| kept)
            .map(|stand_in| stand_in.megabytes_stored());
        let traffic = stand_in.map(StandIn::stop);
        if let Some(traffic) = &traffic {
            self.check(traffic);
        }
        let wall = median(costs.iter().map(|cost| cost.wall));
        let cpu = median(costs.iter().map(|cost| cost.cpu));
        let least = costs.iter().map(|cost| cost.cpu).min().unwrap();
        let memory = costs
            .iter()
            .map(|cost| cost.megabytes)
            .max_by(f64::total_cmp);
        let in_milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        format!(
            "{:<31}{:>4}{:>17}{:>17}{:>9}{:>10}{:>14}{:>15}",
            self.name,
            self.runs,
            beside(in_milliseconds(wall), self.wall.map(in_milliseconds)),
            beside(in_milliseconds(cpu), self.cpu.map(in_milliseconds)),
            format!("{:.1}", in_milliseconds(least)),
            match u32::try_from(self.clients) {
                Ok(clients @ 1..) => format!("{:.1}", in_milliseconds(cpu / clients)),
                _ => String::new(),
            },
            beside(memory.unwrap(), self.megabytes),
            traffic.filter(|_| self.kind != Kind::Troubled).map_or_else(
                String::new,
                |traffic| format!(
                    "{}/{JOBS}, {}/{TENANCY_JOBS}",
                    traffic.most, traffic.most_of_tenancy
                )
            ),
        ) + &size.map_or_else(String::new, |size| {
            format!("  store {} MB", beside(size, Some(40.0)))
        })
    }

    /// Stops where the stand-in was asked for more or less than it should have been, or for too much
    /// at once.
    fn check(&self, traffic: &Traffic) {
        let windows = usize::try_from((self.days + WINDOW - 1) / WINDOW).unwrap();
        // One by the month, beside those by the day.
        let whole = windows + 1;
        let each = match self.kind {
            Kind::Service | Kind::Troubled => self.runs * whole,
            Kind::Morning => whole + self.runs * 2,
            Kind::Offline => whole,
        };
        if self.kind == Kind::Troubled {
            // A request that was given up counts as in flight until the stand-in notices.
            let well = (0..self.clients).filter(|n| Trouble::of(*n).is_none());
            let least = each * well.count();
            assert!(traffic.requests >= least, "{} requests", traffic.requests);
            return;
        }
        assert_eq!(traffic.requests, each * self.clients, "requests");
        assert!(traffic.most <= JOBS, "{} requests in flight", traffic.most);
        assert!(
            traffic.most_of_tenancy <= TENANCY_JOBS,
            "{} requests of one tenancy in flight",
            traffic.most_of_tenancy
        );
    }
}

/// A figure and its target.
fn beside(value: f64, target: Option<f64>) -> String {
    match target {
        Some(target) => format!("{value:.1} / {target:.0}"),
        None => format!("{value:.1}"),
    }
}

fn median(values: impl Iterator<Item = Duration>) -> Duration {
    let mut values: Vec<Duration> = values.collect();
    values.sort();
    values[values.len() / 2]
}

/// The median and the least time of a signature, the program's own.
fn signature() -> (Duration, Duration) {
    let signer = Signer::ApiKey(ApiKey {
        tenancy: "ocid1.tenancy.oc1..a".to_owned(),
        user: "ocid1.user.oc1..a".to_owned(),
        fingerprint: "00".to_owned(),
        key: SigningKey::new(&key::parse(KEY_PEM.as_bytes(), None).unwrap()).unwrap(),
    });
    let url = Url::parse("http://127.0.0.1/20200107/usage").unwrap();
    let request = Request {
        method: Method::POST,
        url: &url,
        body: Body::Signed {
            content_type: "application/json",
            bytes: b"{}",
        },
    };
    let times: Vec<Duration> = (0..200)
        .map(|_| {
            let started = Instant::now();
            signer.sign(&request, SystemTime::now()).unwrap();
            started.elapsed()
        })
        .collect();
    (
        median(times.iter().copied()),
        times.into_iter().min().unwrap(),
    )
}

/// What one run cost.
struct Cost {
    wall: Duration,
    cpu: Duration,
    megabytes: f64,
}

impl Cost {
    /// Has a process of its own run and measure `program`, which exits with `status`.
    fn of(status: i32, program: &str, arguments: &[String]) -> Self {
        let output = Command::new(env::current_exe().unwrap())
            .args(["measure", &status.to_string(), program])
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "{program} {arguments:?} failed");
        let [wall, cpu, kibibytes] = numbers(str::from_utf8(&output.stdout).unwrap());
        Self {
            wall: Duration::from_micros(wall),
            cpu: Duration::from_micros(cpu),
            megabytes: f64::from(u32::try_from(kibibytes).unwrap()) * 1024.0 / 1e6,
        }
    }
}

/// Runs `program` once and prints microseconds of time and of CPU, and kibibytes.
fn measure(status: i32, program: &str, arguments: &[&str]) {
    let started = Instant::now();
    let exited = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    let wall = started.elapsed().as_micros();
    assert_eq!(
        exited.code(),
        Some(status),
        "{program} {arguments:?}: {exited}"
    );
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let cpu = (usage.user_time() + usage.system_time()).num_microseconds();
    // Apple counts bytes.
    let unit = if cfg!(target_vendor = "apple") {
        1024
    } else {
        1
    };
    println!("{wall} {cpu} {}", usage.max_rss() / unit);
}

/// The stand-in, in a process of its own.
struct StandIn {
    process: Child,
    says: BufReader<ChildStdout>,
    endpoint: String,
    folder: String,
}

/// What a stand-in saw.
struct Traffic {
    requests: usize,
    most: usize,
    most_of_tenancy: usize,
}

impl StandIn {
    fn start(case: &Case) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .arg("serve")
            .args([case.clients.to_string(), case.days.to_string()])
            .args([&case.latency_ms.to_string(), case.kind.word()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            lines.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        Self {
            endpoint: line(),
            folder: line(),
            says: lines,
            process,
        }
    }

    /// What the program is called with.
    fn arguments(&self) -> Vec<String> {
        let as_of = today().to_string();
        [
            &self.folder,
            "--endpoint",
            &self.endpoint,
            "--as-of",
            &as_of,
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// The size of the store in the clients' folder.
    fn megabytes_stored(&self) -> f64 {
        let path = Path::new(&self.folder).join("consumo.db");
        let bytes = path.metadata().unwrap().len();
        f64::from(u32::try_from(bytes).unwrap()) / 1e6
    }

    /// Ends it, and hears what it saw.
    fn stop(mut self) -> Traffic {
        drop(self.process.stdin.take());
        let mut text = String::new();
        self.says.read_to_string(&mut text).unwrap();
        assert!(
            self.process.wait().unwrap().success(),
            "the stand-in failed"
        );
        let [requests, most, most_of_tenancy] =
            numbers(&text).map(|number| usize::try_from(number).unwrap());
        Traffic {
            requests,
            most,
            most_of_tenancy,
        }
    }
}

/// Serves so many clients: prints endpoint and folder, and once its input ends, what it saw.
fn serve(clients: usize, days: i64, latency_ms: u64, troubled: bool) {
    let start = plus_days(today(), -days);
    let mut random = Rng::with_seed(365);
    let mut client = |id: &str| {
        let config = Config::new(id)
            .with("inicio_contrato", &start.to_string())
            .with("fim_contrato", &plus_days(start, 2 * days).to_string());
        (config, rows(start, days, &mut random))
    };
    let mut folder = if troubled {
        crowd::folder(crowd::SIZE, client)
    } else {
        (0..clients).fold(Folder::new(), |folder, n| {
            let (config, rows) = client(&format!("{n:04}"));
            folder.client(&config, rows)
        })
    };
    folder.world.latency = Duration::from_millis(latency_ms);
    // Thousands of requests would fill the memory, and nobody looks at them.
    folder.world.record = false;
    let tenancies: Vec<String> = folder
        .world
        .tenants
        .iter()
        .map(|tenant| tenant.tenancy.clone())
        .collect();
    let served = folder.serve();
    let mut stdout = io::stdout();
    println!(
        "{}\n{}",
        served.server.endpoint(),
        served.dir.path().display()
    );
    stdout.flush().unwrap();
    io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
    let most_of_tenancy = tenancies
        .iter()
        .map(|tenancy| served.server.most_in_flight_of(tenancy))
        .max();
    println!(
        "{} {} {}",
        served.server.requests(),
        served.server.most_in_flight(),
        most_of_tenancy.unwrap_or_default()
    );
}

/// A row for each day up to the as-of day, its amount as a float prints.
fn rows(start: Day, days: i64, random: &mut Rng) -> Vec<WorldRow> {
    (0..days)
        .map(|n| {
            let amount = random.f64() * 40.0;
            WorldRow::new(plus_days(start, n), amount.to_string(), "BRL")
        })
        .collect()
}

/// What is restated, and so what a morning asks for, goes by the clock.
fn today() -> Day {
    day_of(SystemTime::now())
}

/// The numbers of a line.
fn numbers<const N: usize>(line: &str) -> [u64; N] {
    let numbers: Vec<u64> = line
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}
