//! Recording: a run leaves all of its results in the store, or none; in few statements, since a server may be far.

mod days;
mod figures;
mod timeline;

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use self::figures::RunRecord;
use super::alerts::{self, AlertStep, Space};
use super::db::{Arg, Cells, Db, StoreTransaction};
use super::place::Place;
use super::{PathKind, SERVICE, Store, cell, database_in, instant, parsed, schema};
use crate::calendar::{Day, Days};
use crate::contract::Contract;
use crate::days::Ledger;
use crate::failure::{FileProblem, StoreProblem};
use crate::report::statement::Statement;

/// Values that one statement takes at most; SQLite has room for some 32,000, and a server for more.
pub(super) const VALUES_AT_ONCE: usize = 4_000;

/// A run, as it is recorded.
#[derive(Clone, Debug)]
pub struct Run {
    /// The clients' folder, canonical.
    pub folder: String,
    /// Marks a run that asks for all clients of the folder.
    pub complete: bool,
    /// Marks a look: a run with other settings than the folder's own, or not of all clients.
    pub look: bool,
    /// The rule by which BI shows the run.
    pub shown: Showing,
    /// The same rule for a run as of an earlier day than the newest shown run of the folder.
    pub shown_in_past: Showing,
    /// Marks a run whose figures are recorded: not a backtest or a supposition.
    pub figures: bool,
    /// The as-of day.
    pub as_of: Day,
    /// Time at which the run began.
    pub started_at: DateTime<Utc>,
    /// Time at which the run ended.
    pub finished_at: DateTime<Utc>,
    /// Settings of its figures.
    pub settings: Settings,
    /// Number of clients.
    pub clients: usize,
    /// Number of failed clients.
    pub failed: usize,
    /// Returns the meaning of a failure's code, in Portuguese and in English.
    pub meaning: fn(&str) -> Option<[String; 2]>,
}

/// The rule by which BI shows a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// BI never shows it.
    Never,
    /// BI shows it while it shows nothing of the folder yet.
    First,
    /// BI always shows it.
    Always,
}

/// The settings of a run's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The word of the forecast's method.
    pub method: &'static str,
    /// Days before the as-of day that are not settled.
    pub settle_days: u32,
    /// Per cent of the credit from which a surplus counts, as a decimal number.
    pub surplus_percent: String,
}

/// A client of a run.
#[derive(Clone, Copy, Debug)]
pub struct ClientRecord<'a> {
    /// The tenancy's OCID, where the config says it.
    pub tenancy: Option<&'a str>,
    /// The client's name.
    pub name: &'a str,
    /// File name of the config.
    pub file: &'a str,
    /// Region, where the config could be read.
    pub region: Option<&'a str>,
    /// Group, where the config names one.
    pub group: Option<&'a str>,
    /// The fingerprint of its key, where the config says it.
    pub fingerprint: Option<&'a str>,
    /// Terms of the contract; `None` if the config cannot be used.
    pub contract: Option<&'a Contract>,
    /// The days that the service answered for.
    pub days: Option<RecordedDays<'a>>,
    /// The figures, or the code of the failure; `None` if the run's figures are not recorded.
    pub outcome: Option<Result<&'a Statement, &'static str>>,
}

/// The days of a client that the service was asked for.
#[derive(Clone, Copy, Debug)]
pub struct RecordedDays<'a> {
    /// The cost of the answered days.
    pub ledger: &'a Ledger,
    /// The days that the service answered for.
    pub answered: &'a [Days],
    /// The days that it had no answer for.
    pub unanswered: &'a [Days],
    /// Time of the request, by the service's clock.
    pub at: DateTime<Utc>,
}

/// The result of recording a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Marks the first run of a store.
    pub made: bool,
    /// Marks a run that BI shows.
    pub shown: bool,
    /// Marks a run as of an earlier day than the newest that BI shows.
    pub in_past: bool,
}

/// The place of a run among the shown ones.
struct ShownPlace {
    shown: bool,
    in_past: bool,
}

/// A row of values.
pub(super) type Values = Vec<Option<String>>;

impl Store {
    /// Records `run` and its `clients` at `place`, where days come from `endpoint`, and what `alerts` decides, all of it
    /// or nothing. The store is made, or brought to the newest version, where it has to be; not for a run without clients.
    ///
    /// # Errors
    /// A [`StoreProblem`], after `wait` at the latest; then nothing is recorded.
    pub async fn record(
        place: &Place,
        endpoint: Option<&str>,
        run: &Run,
        clients: &[ClientRecord<'_>],
        alerts: Option<AlertStep<'_>>,
        wait: Duration,
    ) -> Result<Recorded, StoreProblem> {
        if clients.is_empty() {
            return Ok(Recorded::default());
        }
        let until = Instant::now() + wait;
        let (db, made) = match place {
            Place::File(path) => {
                let made = match database_in(path)? {
                    PathKind::Database => false,
                    PathKind::Nothing => make(path)?,
                };
                (Db::file(path, wait), made)
            }
            Place::Server(url) => (Db::server(url, wait).await?, false),
        };
        let left = until.saturating_duration_since(Instant::now());
        let recorded = write(&db, endpoint.unwrap_or(SERVICE), run, clients, alerts, left).await;
        let recorded = match recorded {
            Err(problem) => Err(with_grant(&db, problem).await),
            recorded => recorded,
        };
        db.close().await;
        if let (Err(_), Place::File(path), true) = (&recorded, place, made) {
            // An empty file would look like a store; another run may have filled it since.
            if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
                let _ = fs::remove_file(path);
            }
        }
        recorded
    }
}

/// Makes an empty file that only this user may read, unless there is one.
fn make(path: &Path) -> Result<bool, StoreProblem> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(true),
        Err(error) => match error.kind() {
            io::ErrorKind::AlreadyExists => Ok(false),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Err(StoreProblem::ReadOnly)
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Err(StoreProblem::Full),
            _ => Err(StoreProblem::File(FileProblem::from(error))),
        },
    }
}

/// Returns `problem`, of a write, with the statement that an administrator has to run where a right is missing.
pub(super) async fn with_grant(db: &Db, problem: StoreProblem) -> StoreProblem {
    match problem {
        StoreProblem::Denied { detail, .. } => StoreProblem::Denied {
            grant: grant(db).await,
            detail,
        },
        problem => problem,
    }
}

/// Returns the statement that lets this role record here, which an administrator has to run.
async fn grant(db: &Db) -> Option<String> {
    let rows = db.rows(MAY, &[]).await.ok()?;
    let [
        Some(role),
        Some(schema),
        Some(may_make),
        Some(made),
        Some(owns),
    ] = rows.first().map(|row| &row[..])?
    else {
        return None;
    };
    let making = || format!("GRANT CREATE ON SCHEMA {schema} TO {role}");
    match (may_make.as_str(), made.as_str()) {
        ("false", "false") => Some(making()),
        // A new version takes the place of views, which no right but their owner's allows.
        (_, "true") if is_older(db).await => (owns == "true" && may_make == "false").then(making),
        (_, "true") => Some(format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"
        )),
        _ => None,
    }
}

/// Returns whether the store lacks tables or views that this version makes.
async fn is_older(db: &Db) -> bool {
    let version = async {
        let mut transaction = db.read().await?;
        schema::version(&mut transaction).await
    };
    matches!(version.await, Ok(Some(version)) if version < schema::NEWEST)
}

const MAY: &str = "\
    SELECT quote_ident(current_user), quote_ident(s.schema), \
           CAST(has_schema_privilege(s.schema, 'CREATE') AS TEXT), \
           CAST(to_regclass('execucao') IS NOT NULL AS TEXT), \
           CAST(COALESCE((SELECT pg_has_role(relowner, 'USAGE') FROM pg_class \
                          WHERE oid = to_regclass('execucao')), FALSE) AS TEXT) \
    FROM (SELECT COALESCE(CAST(current_schema() AS TEXT), 'public') AS schema) s";

async fn write(
    db: &Db,
    endpoint: &str,
    run: &Run,
    clients: &[ClientRecord<'_>],
    alerts: Option<AlertStep<'_>>,
    wait: Duration,
) -> Result<Recorded, StoreProblem> {
    let mut transaction = db.write(wait).await?;
    let made = schema::migrate(&mut transaction).await?;
    let ShownPlace { shown, in_past } = is_shown(&mut transaction, endpoint, run).await?;
    let number = record_run(&mut transaction, endpoint, run, shown).await?;
    let tenancies = tenancies(&mut transaction, endpoint, clients).await?;
    let of = |client: &ClientRecord<'_>| {
        let ocid = client.tenancy?.to_lowercase();
        tenancies.get(&ocid).copied()
    };
    let known: Vec<(i64, &ClientRecord<'_>)> = clients
        .iter()
        .filter_map(|client| Some((of(client)?, client)))
        .collect();
    days::record(&mut transaction, &known).await?;
    record_bindings(&mut transaction, &run.folder, &known).await?;
    let record = RunRecord { number, shown };
    figures::record(&mut transaction, record, &known).await?;
    record_failures(&mut transaction, endpoint, run, number, clients).await?;
    record_meanings(&mut transaction, run, clients).await?;
    if let Some(step) = alerts {
        let space = Space {
            endpoint,
            folder: &run.folder,
            past: in_past,
        };
        alerts::decide(&mut transaction, space, step, run.started_at).await?;
    }
    transaction.commit().await?;
    Ok(Recorded {
        made,
        shown,
        in_past,
    })
}

/// Returns whether BI shows `run`, and whether it is of the past. One of all clients that is shown takes the place of shown runs as of later
/// days.
async fn is_shown(
    transaction: &mut StoreTransaction,
    endpoint: &str,
    run: &Run,
) -> Result<ShownPlace, StoreProblem> {
    let as_of = run.as_of.to_string();
    let args = [
        Arg::from(endpoint),
        Arg::from(&run.folder),
        Arg::from(&as_of),
    ];
    let newest = transaction.run(NEWEST_SHOWN, &args[..2]).await?;
    let newest: Option<Day> = cell(&newest).map(|day| parsed(&day)).transpose()?;
    let in_past = newest.is_some_and(|newest| run.as_of < newest);
    let showing = match in_past {
        true => run.shown_in_past,
        false => run.shown,
    };
    let shown = match showing {
        Showing::Never => false,
        Showing::First => newest.is_none(),
        Showing::Always => true,
    };
    if shown && in_past && run.complete {
        transaction.run(HIDE_LATER, &args).await?;
    }
    Ok(ShownPlace { shown, in_past })
}

const NEWEST_SHOWN: &str = "\
    SELECT CAST(MAX(data_base) AS TEXT) FROM execucao WHERE endereco = $1 AND pasta = $2 AND mostrada = 1";

const HIDE_LATER: &str = "\
    UPDATE execucao SET mostrada = 0 \
    WHERE endereco = $1 AND pasta = $2 AND mostrada = 1 AND data_base > CAST($3 AS {day})";

async fn record_run(
    transaction: &mut StoreTransaction,
    endpoint: &str,
    run: &Run,
    shown: bool,
) -> Result<i64, StoreProblem> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let values = [
        endpoint.to_owned(),
        run.folder.clone(),
        i64::from(run.complete && run.figures).to_string(),
        i64::from(run.look || !run.complete).to_string(),
        i64::from(shown).to_string(),
        run.as_of.to_string(),
        env!("CARGO_PKG_VERSION").to_owned(),
        instant(run.started_at),
        instant(run.finished_at),
        run.settings.method.to_owned(),
        run.settings.settle_days.to_string(),
        run.settings.surplus_percent.clone(),
        count(run.clients).to_string(),
        count(run.failed).to_string(),
    ];
    let row = vec![values.map(Some).to_vec()];
    let id = insert(
        transaction,
        "execucao",
        &RUN_COLUMNS,
        &row,
        "RETURNING CAST(id AS TEXT)",
    )
    .await?;
    parsed(&cell(&id).unwrap_or_default())
}

/// The tenancies' numbers, by their OCIDs. New ones are added, where the service answered or there are figures,
/// and other runs are kept from the days of all until the transaction ends; in order, so that two runs never
/// wait for each other in a ring.
async fn tenancies(
    transaction: &mut StoreTransaction,
    endpoint: &str,
    clients: &[ClientRecord<'_>],
) -> Result<HashMap<String, i64>, StoreProblem> {
    let reported = clients
        .iter()
        .filter(|client| client.days.is_some() || matches!(client.outcome, Some(Ok(_))));
    let new: BTreeSet<String> = reported
        .filter_map(|client| Some(client.tenancy?.to_lowercase()))
        .collect();
    let new: Vec<Values> = new
        .into_iter()
        .map(|ocid| vec![Some(endpoint.to_owned()), Some(ocid)])
        .collect();
    let columns = [("endereco", "TEXT"), ("ocid", "TEXT")];
    let lock = "ON CONFLICT (endereco, ocid) DO UPDATE SET ocid = excluded.ocid";
    insert(transaction, "tenancia", &columns, &new, lock).await?;

    let ocids: BTreeSet<String> = clients
        .iter()
        .filter_map(|client| Some(client.tenancy?.to_lowercase()))
        .collect();
    let ocids: Vec<String> = ocids.into_iter().collect();
    let mut found = HashMap::new();
    for ocids in ocids.chunks(VALUES_AT_ONCE) {
        let sql = format!(
            "SELECT ocid, CAST(id AS TEXT) FROM tenancia WHERE ocid IN ({}) AND endereco = {}",
            transaction.places(1, ocids.len()),
            transaction.places(1 + ocids.len(), 1)
        );
        let mut args: Vec<Arg<'_>> = ocids.iter().map(Arg::from).collect();
        args.push(Arg::from(endpoint));
        for row in transaction.run(&sql, &args).await? {
            let [Some(ocid), Some(id)] = &row[..] else {
                return Err(StoreProblem::Corrupt);
            };
            found.insert(ocid.clone(), parsed(id)?);
        }
    }
    Ok(found)
}

/// Notes which configs and keys the service has answered.
async fn record_bindings(
    transaction: &mut StoreTransaction,
    folder: &str,
    clients: &[(i64, &ClientRecord<'_>)],
) -> Result<(), StoreProblem> {
    let rows: Vec<Values> = clients
        .iter()
        .filter_map(|(tenancy, client)| {
            let days = client.days.as_ref()?;
            let fingerprint = client.fingerprint.unwrap_or_default().to_lowercase();
            let values = [
                tenancy.to_string(),
                folder.to_owned(),
                client.file.to_owned(),
                fingerprint,
                instant(days.at),
            ];
            Some(values.map(Some).to_vec())
        })
        .collect();
    let known = "ON CONFLICT (tenancia, pasta, arquivo, impressao) DO NOTHING";
    insert(transaction, "vinculo", &BINDING_COLUMNS, &rows, known).await?;
    Ok(())
}

/// Records every failed config, with the contract that it had when it was reported last, if any.
async fn record_failures(
    transaction: &mut StoreTransaction,
    endpoint: &str,
    run: &Run,
    number: i64,
    clients: &[ClientRecord<'_>],
) -> Result<(), StoreProblem> {
    let failed: Vec<(&ClientRecord<'_>, &str)> = clients
        .iter()
        .filter_map(|client| Some((client, client.outcome?.err()?)))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let args = [Arg::from(endpoint), Arg::from(&run.folder)];
    let mut contracts: HashMap<String, (String, String)> = HashMap::new();
    for row in transaction.run(REPORTED_FILES, &args).await? {
        let [Some(file), Some(ocid), Some(contract)] = &row[..] else {
            return Err(StoreProblem::Corrupt);
        };
        contracts.insert(file.clone(), (ocid.clone(), contract.clone()));
    }
    let rows: Vec<Values> = failed
        .iter()
        .map(|(client, code)| {
            let reported = contracts.get(client.file).filter(|(ocid, _)| {
                let tenancy = client.tenancy;
                tenancy.is_none_or(|tenancy| tenancy.eq_ignore_ascii_case(ocid))
            });
            vec![
                Some(number.to_string()),
                reported.map(|(_, contract)| contract.clone()),
                Some(client.file.to_owned()),
                Some(client.name.to_owned()),
                client.tenancy.map(str::to_lowercase),
                Some((*code).to_owned()),
            ]
        })
        .collect();
    insert(transaction, "falha", &FAILURE_COLUMNS, &rows, "").await?;
    Ok(())
}

/// Records the meanings of the failures' codes, for BI. A later version of the program may word them anew.
async fn record_meanings(
    transaction: &mut StoreTransaction,
    run: &Run,
    clients: &[ClientRecord<'_>],
) -> Result<(), StoreProblem> {
    let codes = clients.iter().filter_map(|client| client.outcome?.err());
    // In order, so that two runs never wait for each other in a ring.
    let codes: BTreeSet<&str> = codes.collect();
    let rows: Vec<Values> = codes
        .into_iter()
        .filter_map(|code| {
            let [pt, en] = (run.meaning)(code)?;
            Some([code.to_owned(), pt, en].map(Some).to_vec())
        })
        .collect();
    let newest = "ON CONFLICT (codigo) DO UPDATE SET pt = excluded.pt, en = excluded.en";
    insert(transaction, "falha_rotulo", &MEANING_COLUMNS, &rows, newest).await?;
    Ok(())
}

/// Returns `count` tuples of places for values of `columns`, each a name and its type.
fn tuples(transaction: &StoreTransaction, columns: &[(&str, &str)], count: usize) -> String {
    let width = columns.len();
    let tuples: Vec<String> = (0..count)
        .map(|row| {
            let casts: Vec<String> = columns
                .iter()
                .zip(row * width + 1..)
                .map(|((_, kind), n)| format!("CAST({} AS {kind})", transaction.places(n, 1)))
                .collect();
            format!("({})", casts.join(", "))
        })
        .collect();
    tuples.join(", ")
}

/// Inserts `rows` into `columns` of `table`, and returns the rows that `rest`, the end of the statement, asks for.
pub(super) async fn insert(
    transaction: &mut StoreTransaction,
    table: &str,
    columns: &[(&str, &str)],
    rows: &[Values],
    rest: &str,
) -> Result<Vec<Cells>, StoreProblem> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let mut returned = Vec::new();
    for rows in rows.chunks(VALUES_AT_ONCE / columns.len().max(1)) {
        let tuples = tuples(transaction, columns, rows.len());
        let sql = format!("INSERT INTO {table} ({names}) VALUES {tuples} {rest}");
        let args: Vec<Arg<'_>> = rows.iter().flatten().map(Arg::from).collect();
        returned.extend(transaction.run(&sql, &args).await?);
    }
    Ok(returned)
}

/// Runs `sql`, which ends before a list, for so many tenancies at a time as a statement takes.
async fn of_tenancies(
    transaction: &mut StoreTransaction,
    sql: &str,
    tenancies: &[i64],
) -> Result<Vec<Cells>, StoreProblem> {
    let mut found = Vec::new();
    for tenancies in tenancies.chunks(VALUES_AT_ONCE) {
        let args: Vec<Arg<'_>> = tenancies.iter().map(|tenancy| (*tenancy).into()).collect();
        let sql = format!("{sql} ({})", transaction.places(1, tenancies.len()));
        found.extend(transaction.run(&sql, &args).await?);
    }
    Ok(found)
}

/// The contract that each config of a folder was reported with last.
const REPORTED_FILES: &str = "\
    SELECT r.arquivo, t.ocid, CAST(MAX(c.id) AS TEXT) \
    FROM (SELECT c.arquivo, MAX(d.execucao) AS execucao \
          FROM demonstrativo d \
          JOIN contrato c ON c.id = d.contrato \
          JOIN execucao e ON e.id = d.execucao \
          WHERE e.endereco = $1 AND e.pasta = $2 \
          GROUP BY c.arquivo) r \
    JOIN demonstrativo d ON d.execucao = r.execucao \
    JOIN contrato c ON c.id = d.contrato AND c.arquivo = r.arquivo \
    JOIN tenancia t ON t.id = c.tenancia \
    GROUP BY r.arquivo, t.ocid";

const RUN_COLUMNS: [(&str, &str); 14] = [
    ("endereco", "TEXT"),
    ("pasta", "TEXT"),
    ("completa", "{number}"),
    ("olhada", "{number}"),
    ("mostrada", "{number}"),
    ("data_base", "{day}"),
    ("versao", "TEXT"),
    ("iniciada_em", "{instant}"),
    ("terminada_em", "{instant}"),
    ("metodo", "TEXT"),
    ("dias_parciais", "{number}"),
    ("percentual_sobra", "{amount}"),
    ("clientes", "{number}"),
    ("falhas", "{number}"),
];

const BINDING_COLUMNS: [(&str, &str); 5] = [
    ("tenancia", "{number}"),
    ("pasta", "TEXT"),
    ("arquivo", "TEXT"),
    ("impressao", "TEXT"),
    ("desde", "{instant}"),
];

const FAILURE_COLUMNS: [(&str, &str); 6] = [
    ("execucao", "{number}"),
    ("contrato", "{number}"),
    ("arquivo", "TEXT"),
    ("cliente", "TEXT"),
    ("tenancy", "TEXT"),
    ("codigo", "TEXT"),
];

const MEANING_COLUMNS: [(&str, &str); 3] = [("codigo", "TEXT"), ("pt", "TEXT"), ("en", "TEXT")];
