//! History that outlives the service, in a file and on a server.

mod bi;
mod dashboard;
mod days;
mod hardship;
mod offline;
mod older;
mod outbox;
mod postgres;
mod record;
pub(crate) mod views;

pub(crate) use postgres::{as_role, database};
pub(crate) use views::query;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use clap::Parser as _;
use oci_consumo::app;
use oci_consumo::cli::Cli;
use oci_consumo::internals::progress::Progress;
use oci_consumo::internals::render::{self, Canvas, Context};
use oci_consumo::plan::{Defaults, Plan};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::common::{Config, Folder, Served, client};

/// Where a store is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Runs `test` on each engine that is there, side by side: it waits more than it works.
pub(crate) fn on_each_engine(test: impl Fn(&dyn Fn() -> String) + Sync) {
    thread::scope(|scope| {
        scope.spawn(|| test(&|| Engine::Sqlite.store().unwrap()));
        if Engine::Postgres.store().is_some() {
            test(&|| Engine::Postgres.store().unwrap());
        }
    });
}

impl Engine {
    /// What `--store` says of a new one; `None` where the engine is not installed.
    fn store(self) -> Option<String> {
        match self {
            Self::Sqlite => {
                static NUMBER: AtomicU32 = AtomicU32::new(0);
                let (process, n) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
                let name = format!("loja à parte {process} {n}.db");
                let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
                // Of an earlier process of that number.
                let _ = fs::remove_file(&path);
                Some(path.to_str().unwrap().to_owned())
            }
            Self::Postgres => postgres::database(),
        }
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
});

/// Whether this process may do anything.
#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// What `future` gives.
fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// The document of a run over `served` that begins at `now`.
pub(crate) fn document(served: &Served, now: DateTime<Utc>, args: &[&str]) -> Value {
    document_of(served.dir.path(), &served.server.endpoint(), now, args)
}

/// The document of a run over the clients of `dir` that begins at `now` and asks at `endpoint`.
pub(crate) fn document_of(dir: &Path, endpoint: &str, now: DateTime<Utc>, args: &[&str]) -> Value {
    let dir = dir.to_str().unwrap();
    let command = [
        "oci-consumo",
        dir,
        "--endpoint",
        endpoint,
        "--format",
        "json",
        "--daily",
        "-q",
    ];
    let cli = Cli::parse_from(command.iter().chain(args));
    let plan = Plan::new(cli, Defaults::default(), now).unwrap();
    let progress = Progress::new(&plan.view, false);
    let portfolio = wait(app::report(&plan, &plan.figures, &progress)).unwrap();
    let context = Context {
        view: &plan.view,
        as_of: plan.as_of,
        made_at: SystemTime::from(now),
        simulated: false,
        offline: false,
        endpoint: None,
        fail_on: &[],
        status: 0,
        alerts: None,
        canvas: Canvas {
            width: 120,
            height: None,
            terminal: false,
            colored: false,
        },
    };
    crate::common::document(&render::report(&portfolio, &context).unwrap())
}

/// The client of `config` in a run with the store and in one without: the same, but for warnings that only
/// a store can give, which are returned.
#[track_caller]
fn with_and_without(
    served: &Served,
    now: DateTime<Utc>,
    config: &Config,
    store: &str,
) -> Vec<Value> {
    let with = document(served, now, &["--store", store]);
    let without = document(served, now, &["--no-store"]);
    assert_eq!(with["avisos"], Value::Array(Vec::new()));
    let (mut with, mut without) = (
        client(&with, &config.file).clone(),
        client(&without, &config.file).clone(),
    );
    let mut warnings = with["avisos"].take().as_array().unwrap().clone();
    let usual = without["avisos"].take();
    assert_eq!(with, without);
    warnings.retain(|warning| !usual.as_array().unwrap().contains(warning));
    warnings
}

/// A hold on the file of a store, as long as it lives: it may be read, and not written.
pub(crate) fn locked(store: &str) -> sqlx::SqliteConnection {
    use sqlx::{ConnectOptions as _, Executor as _};
    wait(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(store);
        let mut holder = options.connect().await.unwrap();
        holder.execute("BEGIN IMMEDIATE").await.unwrap();
        holder
    })
}

/// How many requests `run` makes for the tenancy of `config`.
fn requests<T>(served: &Served, config: &Config, run: impl FnOnce() -> T) -> (usize, T) {
    let before = served.requests_of(config);
    let outcome = run();
    (served.requests_of(config) - before, outcome)
}

/// A contract of two years and a half from 2024-07-01.
fn long_contract() -> Config {
    Config::new("abc")
        .with("inicio_contrato", "2024-07-01")
        .with("fim_contrato", "2026-12-31")
}

fn served(config: &Config, rows: Vec<crate::common::stand_in::WorldRow>) -> Served {
    Folder::new().client(config, rows).serve()
}
