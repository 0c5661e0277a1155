//! Recording: all that a run leaves in the store, or nothing; in few statements, since a server may be far.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use tokio::time::Instant;

use super::db::{Arg, Cells, Db, Session};
use super::place::Place;
use super::{
    Check, Found, SERVICE, Store, amount, cell, checked_span, database_in, instant, listed, parsed,
    read_instant, schema,
};
use crate::calendar::{Day, Days};
use crate::contract::Contract;
use crate::days::Ledger;
use crate::days::coverage::{Coverage, Span};
use crate::failure::{FileProblem, StoreProblem};
use crate::money::Amount;
use crate::report::figures::{self, Kind};
use crate::report::statement::Statement;

/// Values that one statement takes at most; SQLite has room for some 32,000, and a server for more.
const VALUES_AT_ONCE: usize = 4_000;

/// A run, as it is recorded.
#[derive(Clone, Debug)]
pub struct Run {
    /// The clients' folder, canonical.
    pub folder: String,
    /// Whether all its clients are asked for.
    pub complete: bool,
    /// Whether it is a look: made with other settings than the folder's own, or not of all clients.
    pub look: bool,
    /// Whether BI shows it.
    pub shown: Showing,
    /// Whether BI shows it where it is as of an earlier day than the newest shown run of the folder.
    pub shown_in_past: Showing,
    /// Whether the run's figures are recorded: not those of a backtest or of a supposition.
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
}

/// Whether BI shows a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// Never.
    Never,
    /// Recorded runs are shown only while nothing of the folder is shown yet.
    First,
    /// Always.
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
    /// Whether there was no store before.
    pub made: bool,
    /// Whether BI shows the run.
    pub shown: bool,
}

/// A row of values.
type Values = Vec<Option<String>>;

impl Store {
    /// Records `run` and its `clients` at `place`, where days come from `endpoint`, all of it or nothing. The
    /// store is made, or brought to the newest version, where it has to be; not for a run without clients.
    ///
    /// # Errors
    /// A [`StoreProblem`], after `wait` at the latest; then nothing is recorded.
    pub async fn record(
        place: &Place,
        endpoint: Option<&str>,
        run: &Run,
        clients: &[ClientRecord<'_>],
        wait: Duration,
    ) -> Result<Recorded, StoreProblem> {
        if clients.is_empty() {
            return Ok(Recorded::default());
        }
        let until = Instant::now() + wait;
        let (db, made) = match place {
            Place::File(path) => {
                let made = match database_in(path)? {
                    Found::Database => false,
                    Found::Nothing => make(path)?,
                };
                (Db::file(path, wait), made)
            }
            Place::Server(url) => (Db::server(url, wait).await?, false),
        };
        let left = until.saturating_duration_since(Instant::now());
        let recorded = write(&db, endpoint.unwrap_or(SERVICE), run, clients, left).await;
        let recorded = match recorded {
            Err(StoreProblem::Denied { detail, .. }) => Err(StoreProblem::Denied {
                grant: grant(&db).await,
                detail,
            }),
            other => other,
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

/// Returns the statement that lets this role record here, which an administrator has to run.
async fn grant(db: &Db) -> Option<String> {
    let rows = db.rows(MAY, &[]).await.ok()?;
    let [Some(role), Some(schema), Some(may_make), Some(made)] =
        rows.first().map(|row| &row[..])?
    else {
        return None;
    };
    match (may_make.as_str(), made.as_str()) {
        ("false", "false") => Some(format!("GRANT CREATE ON SCHEMA {schema} TO {role}")),
        (_, "true") => Some(format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"
        )),
        _ => None,
    }
}

const MAY: &str = "\
    SELECT quote_ident(current_user), quote_ident(s.schema), \
           CAST(has_schema_privilege(s.schema, 'CREATE') AS TEXT), \
           CAST(to_regclass('execucao') IS NOT NULL AS TEXT) \
    FROM (SELECT COALESCE(CAST(current_schema() AS TEXT), 'public') AS schema) s";

async fn write(
    db: &Db,
    endpoint: &str,
    run: &Run,
    clients: &[ClientRecord<'_>],
    wait: Duration,
) -> Result<Recorded, StoreProblem> {
    let mut session = db.write(wait).await?;
    let made = schema::migrate(&mut session).await?;
    let shown = is_shown(&mut session, endpoint, run).await?;
    let number = record_run(&mut session, endpoint, run, shown).await?;
    let tenancies = tenancies(&mut session, endpoint, clients).await?;
    let of = |client: &ClientRecord<'_>| {
        let ocid = client.tenancy?.to_lowercase();
        tenancies.get(&ocid).copied()
    };
    let known: Vec<(i64, &ClientRecord<'_>)> = clients
        .iter()
        .filter_map(|client| Some((of(client)?, client)))
        .collect();
    record_days(&mut session, &known).await?;
    record_bindings(&mut session, &run.folder, &known).await?;
    record_figures(&mut session, number, &known).await?;
    record_failures(&mut session, endpoint, &run.folder, number, clients).await?;
    session.commit().await?;
    Ok(Recorded { made, shown })
}

/// Returns whether BI shows `run`. One of all clients that is shown takes the place of shown runs as of later
/// days.
async fn is_shown(session: &mut Session, endpoint: &str, run: &Run) -> Result<bool, StoreProblem> {
    let as_of = run.as_of.to_string();
    let args = [
        Arg::from(endpoint),
        Arg::from(&run.folder),
        Arg::from(&as_of),
    ];
    let newest = session.run(NEWEST_SHOWN, &args[..2]).await?;
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
        session.run(HIDE_LATER, &args).await?;
    }
    Ok(shown)
}

const NEWEST_SHOWN: &str = "\
    SELECT CAST(MAX(data_base) AS TEXT) FROM execucao WHERE endereco = $1 AND pasta = $2 AND mostrada = 1";

const HIDE_LATER: &str = "\
    UPDATE execucao SET mostrada = 0 \
    WHERE endereco = $1 AND pasta = $2 AND mostrada = 1 AND data_base > CAST($3 AS {day})";

async fn record_run(
    session: &mut Session,
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
        session,
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
    session: &mut Session,
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
    insert(session, "tenancia", &columns, &new, lock).await?;

    let ocids: BTreeSet<String> = clients
        .iter()
        .filter_map(|client| Some(client.tenancy?.to_lowercase()))
        .collect();
    let ocids: Vec<String> = ocids.into_iter().collect();
    let mut found = HashMap::new();
    for ocids in ocids.chunks(VALUES_AT_ONCE) {
        let sql = format!(
            "SELECT ocid, CAST(id AS TEXT) FROM tenancia WHERE ocid IN ({}) AND endereco = {}",
            session.places(1, ocids.len()),
            session.places(1 + ocids.len(), 1)
        );
        let mut args: Vec<Arg<'_>> = ocids.iter().map(Arg::from).collect();
        args.push(Arg::from(endpoint));
        for row in session.run(&sql, &args).await? {
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
    session: &mut Session,
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
    insert(session, "vinculo", &BINDING_COLUMNS, &rows, known).await?;
    Ok(())
}

/// A row of a day as the store has it.
#[derive(Clone, Debug)]
struct DayRow {
    currency: String,
    /// `None` where it cannot be read.
    amount: Option<Amount>,
    fetched_at: DateTime<Utc>,
}

/// New rows of a day: each a currency's code, which may be blank, and the amount.
type NewRows = Vec<(String, Amount)>;

/// The days of a tenancy while they are recorded.
#[derive(Debug, Default)]
struct Tenancy {
    /// The ranges as the store has them.
    before: Vec<(Span, Option<Check>)>,
    coverage: Coverage,
    /// The rows from [`Self::read_from`] on, as the store has them.
    rows: BTreeMap<Day, Vec<DayRow>>,
    read_from: Option<Day>,
    /// The days that this run replaces: when they were fetched, and their rows.
    replaced: BTreeMap<Day, (DateTime<Utc>, NewRows)>,
}

impl Tenancy {
    /// Returns the first day whose rows have to be read to record `clients`' days: that of an answer, of a
    /// range that changes, or of one that has no check yet.
    fn changes_from(&self, clients: &[RecordedDays<'_>]) -> Option<Day> {
        let mut after = self.coverage.clone();
        extend(&mut after, clients);
        let answered: Vec<Days> = clients
            .iter()
            .flat_map(|days| days.answered)
            .copied()
            .collect();
        let mut from: Vec<Day> = answered.iter().map(|days| days.start).collect();
        for span in after.spans() {
            if self.kept_check(span, &answered).is_none() {
                from.push(span.days.start);
                let touched = |(before, _): &&(Span, _)| !before.days.within(span.days).is_empty();
                from.extend(
                    self.before
                        .iter()
                        .filter(touched)
                        .map(|(before, _)| before.days.start),
                );
            }
        }
        from.into_iter().min()
    }

    /// Returns the check of `span` where it consists of whole ranges of before, none of whose days is in
    /// `changed`.
    fn kept_check(&self, span: &Span, changed: &[Days]) -> Option<Check> {
        if changed
            .iter()
            .any(|days| !days.within(span.days).is_empty())
        {
            return None;
        }
        let parts = self
            .before
            .iter()
            .filter(|(before, _)| !before.days.within(span.days).is_empty());
        let (mut next, mut sum) = (span.days.start, Check::default());
        for (before, check) in parts {
            let check = check.as_ref()?;
            if before.days.start != next {
                return None;
            }
            sum.add(check);
            next = before.days.end;
        }
        (next == span.days.end).then_some(sum)
    }

    /// Replaces the days of an answer; a day that a later answer covers stays as it is, in all currencies.
    fn replace(&mut self, days: &RecordedDays<'_>) {
        // As it is kept, to the second.
        let at = days.at.trunc_subsecs(0);
        for day in days.answered.iter().flat_map(Days::iter) {
            let rows = self.rows.get(&day).into_iter().flatten();
            let known = match self.replaced.get(&day) {
                Some((known, _)) => Some(*known),
                None => rows.map(|row| row.fetched_at).max(),
            };
            // A day without a row has only its range to tell when it was asked for.
            let later = known.map_or_else(|| self.coverage.later_than(day, at), |known| known > at);
            if !later {
                let rows = days.ledger.within(Days::inclusive(day, day));
                let rows = rows.map(|((_, currency), amount)| {
                    let currency = currency.map(|currency| currency.code().to_owned());
                    (currency.unwrap_or_default(), amount.clone())
                });
                self.replaced.insert(day, (at, rows.collect()));
            }
        }
        extend(&mut self.coverage, &[*days]);
    }

    /// Returns the check of the rows of `days`, with or without what this run replaces; `None` where a row
    /// cannot be read.
    fn check(&self, days: Days, replaced: bool) -> Option<Check> {
        let stays = |day: &Day| !(replaced && self.replaced.contains_key(day));
        let rows = self.rows.range(days.start..days.end);
        let rows = rows
            .filter(|(day, _)| stays(day))
            .flat_map(|(_, rows)| rows);
        let stayed: Vec<&Amount> = rows.map(|row| row.amount.as_ref()).collect::<Option<_>>()?;
        let new = self
            .replaced
            .range(days.start..days.end)
            .filter(|_| replaced);
        let new = new.flat_map(|(_, (_, rows))| rows.iter().map(|(_, amount)| amount));
        Some(Check::of(stayed.into_iter().chain(new)))
    }

    /// Returns the ranges with the checks of their rows. Where the rows of a range were found damaged, and the
    /// answers have not made up for it, its days keep the difference: a new check must not make them good.
    fn checked(&self, clients: &[RecordedDays<'_>]) -> Vec<(Span, Check)> {
        let answered: Vec<Days> = clients
            .iter()
            .flat_map(|days| days.answered)
            .copied()
            .collect();
        let read = |days: Days| self.read_from.is_some_and(|from| from <= days.start);
        let damaged: Vec<(Days, Option<Check>)> = self
            .before
            .iter()
            .filter(|(span, _)| read(span.days))
            .filter_map(|(span, check)| {
                let check = check.as_ref()?;
                let [found, after] = [false, true].map(|replaced| self.check(span.days, replaced));
                let sound = found.as_ref() == Some(check) || after.as_ref() == Some(check);
                (!sound).then(|| (span.days, found.and_then(|found| check.beyond(&found))))
            })
            .collect();
        let check = |span: &Span| {
            if let Some(kept) = self.kept_check(span, &answered) {
                return Some(kept);
            }
            let mut check = self.check(span.days, true)?;
            for (days, difference) in &damaged {
                let mut days = days.within(span.days).iter();
                if days.any(|day| !self.replaced.contains_key(&day)) {
                    check.add(difference.as_ref()?);
                }
            }
            Some(check)
        };
        let spans = self.coverage.spans().iter();
        spans
            .map(|span| (span.clone(), check(span).unwrap_or_else(Check::damaged)))
            .collect()
    }
}

/// Adds the asked days of `clients` to `coverage`.
fn extend(coverage: &mut Coverage, clients: &[RecordedDays<'_>]) {
    for days in clients {
        let at = days.at.trunc_subsecs(0);
        days.answered
            .iter()
            .for_each(|range| coverage.add(*range, at));
        days.unanswered
            .iter()
            .for_each(|range| coverage.add_unavailable(*range, at));
    }
}

/// Records the days of the clients. A day is replaced whole or stays whole: its rows are deleted and inserted
/// together, and their times decide, row by row.
async fn record_days(
    session: &mut Session,
    clients: &[(i64, &ClientRecord<'_>)],
) -> Result<(), StoreProblem> {
    let mut answers: BTreeMap<i64, Vec<RecordedDays<'_>>> = BTreeMap::new();
    for (tenancy, client) in clients {
        answers.entry(*tenancy).or_default().extend(client.days);
    }
    answers.retain(|_, days| !days.is_empty());
    let numbers: Vec<i64> = answers.keys().copied().collect();
    let mut tenancies = read_tenancies(session, &numbers, &answers).await?;

    let (mut gone, mut new, mut spans) = (Vec::new(), Vec::new(), Vec::new());
    for (number, days) in &answers {
        let tenancy = tenancies.entry(*number).or_default();
        days.iter().for_each(|days| tenancy.replace(days));
        for (day, (at, rows)) in &tenancy.replaced {
            let written: HashSet<&str> = rows.iter().map(|(currency, _)| &**currency).collect();
            let before = tenancy.rows.get(day).into_iter().flatten();
            let before = before
                .map(|row| &row.currency)
                .filter(|currency| !written.contains(&***currency));
            gone.extend(before.map(|currency| {
                [number.to_string(), day.to_string(), currency.clone()]
                    .map(Some)
                    .to_vec()
            }));
            new.extend(rows.iter().map(|(currency, amount)| {
                let values = [
                    number.to_string(),
                    day.to_string(),
                    currency.clone(),
                    amount.to_string(),
                    instant(*at),
                ];
                values.map(Some).to_vec()
            }));
        }
        spans.extend(tenancy.checked(days).into_iter().map(|(span, check)| {
            let values = [
                number.to_string(),
                span.days.start.to_string(),
                span.days.end.to_string(),
                span.state.word().to_owned(),
                instant(span.fetched_at),
                check.rows.to_string(),
                check.sum.to_string(),
            ];
            values.map(Some).to_vec()
        }));
    }
    for gone in gone.chunks(VALUES_AT_ONCE / 3) {
        let rows = tuples(session, &DAY_COLUMNS[..3], gone.len());
        let sql =
            format!("DELETE FROM custo_diario WHERE (tenancia, data, moeda) IN (VALUES {rows})");
        let args: Vec<Arg<'_>> = gone.iter().flatten().map(Arg::from).collect();
        session.run(&sql, &args).await?;
    }
    insert(session, "custo_diario", &DAY_COLUMNS, &new, REPLACE).await?;
    of_tenancies(session, "DELETE FROM intervalo WHERE tenancia IN", &numbers).await?;
    insert(session, "intervalo", &SPAN_COLUMNS, &spans, "").await?;
    Ok(())
}

/// Reads the ranges of the tenancies, and the rows that the answers may touch.
async fn read_tenancies(
    session: &mut Session,
    numbers: &[i64],
    answers: &BTreeMap<i64, Vec<RecordedDays<'_>>>,
) -> Result<BTreeMap<i64, Tenancy>, StoreProblem> {
    let mut tenancies: BTreeMap<i64, Tenancy> = BTreeMap::new();
    let rows = of_tenancies(session, SPANS, numbers).await?;
    for row in &rows {
        let [Some(number), Some(text)] = &row[..] else {
            return Err(StoreProblem::Corrupt);
        };
        let tenancy = tenancies.entry(parsed(number)?).or_default();
        tenancy.before.push(checked_span(text)?);
    }
    let mut from: Vec<Values> = Vec::new();
    for (number, days) in answers {
        let tenancy = tenancies.entry(*number).or_default();
        tenancy.before.sort_by_key(|(span, _)| span.days.start);
        tenancy.coverage = Coverage::new(
            tenancy
                .before
                .iter()
                .map(|(span, _)| span.clone())
                .collect(),
        );
        tenancy.read_from = tenancy.changes_from(days);
        let day = tenancy.read_from.map(|day| day.to_string());
        from.extend(day.map(|day| vec![Some(number.to_string()), Some(day)]));
    }
    for from in from.chunks(VALUES_AT_ONCE / 2) {
        let sql = ROWS.replace("{since}", &tuples(session, &DAY_COLUMNS[..2], from.len()));
        let args: Vec<Arg<'_>> = from.iter().flatten().map(Arg::from).collect();
        for row in session.run(&sql, &args).await? {
            let [Some(number), days] = &row[..] else {
                return Err(StoreProblem::Corrupt);
            };
            let tenancy = tenancies.entry(parsed(number)?).or_default();
            for row in listed(days) {
                let (day, row) = day_row(row)?;
                tenancy.rows.entry(day).or_default().push(row);
            }
        }
    }
    Ok(tenancies)
}

/// Reads `2026-11-23|BRL|12.5|2026-11-24T06:00:00Z`.
fn day_row(text: &str) -> Result<(Day, DayRow), StoreProblem> {
    let [day, currency, cost, fetched_at] = text.splitn(4, '|').collect::<Vec<_>>()[..] else {
        return Err(StoreProblem::Corrupt);
    };
    let row = DayRow {
        currency: currency.to_owned(),
        amount: amount(cost).ok(),
        fetched_at: read_instant(fetched_at)?,
    };
    Ok((parsed(day)?, row))
}

/// Records the figures of the clients' contracts; of two of one tenancy that begin on one day, the first.
async fn record_figures(
    session: &mut Session,
    run: i64,
    clients: &[(i64, &ClientRecord<'_>)],
) -> Result<(), StoreProblem> {
    let mut said: Vec<(Terms, &ClientRecord<'_>, &Statement)> = Vec::new();
    let mut begun = HashSet::new();
    for (tenancy, client) in clients {
        if let (Some(Ok(statement)), Some(contract)) = (client.outcome, client.contract)
            && begun.insert((*tenancy, contract.start))
        {
            said.push((Terms::new(*tenancy, client, contract), client, statement));
        }
    }
    let numbers: BTreeSet<i64> = said.iter().map(|(terms, ..)| terms.tenancy).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let mut known = contracts(session, &numbers).await?;
    let new: Vec<Values> = said
        .iter()
        .filter(|(terms, ..)| terms.find(&known).is_none())
        .map(|(terms, ..)| terms.values.clone())
        .collect();
    if !new.is_empty() {
        insert(session, "contrato", &TERM_COLUMNS, &new, "").await?;
        known = contracts(session, &numbers).await?;
    }
    let rows: Vec<Values> = said
        .iter()
        .filter_map(|(terms, client, statement)| {
            Some(figures(run, terms.find(&known)?, client, statement))
        })
        .collect();
    insert(session, "demonstrativo", &figure_columns(), &rows, "").await?;
    Ok(())
}

/// Records every failed config, with the contract that it had when it was reported last, if any.
async fn record_failures(
    session: &mut Session,
    endpoint: &str,
    folder: &str,
    run: i64,
    clients: &[ClientRecord<'_>],
) -> Result<(), StoreProblem> {
    let failed: Vec<(&ClientRecord<'_>, &str)> = clients
        .iter()
        .filter_map(|client| Some((client, client.outcome?.err()?)))
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let args = [Arg::from(endpoint), Arg::from(folder)];
    let mut contracts: HashMap<String, (String, String)> = HashMap::new();
    for row in session.run(REPORTED_FILES, &args).await? {
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
                Some(run.to_string()),
                reported.map(|(_, contract)| contract.clone()),
                Some(client.file.to_owned()),
                Some(client.name.to_owned()),
                client.tenancy.map(str::to_lowercase),
                Some((*code).to_owned()),
            ]
        })
        .collect();
    insert(session, "falha", &FAILURE_COLUMNS, &rows, "").await?;
    Ok(())
}

/// A contract's terms as the store has them.
struct Terms {
    tenancy: i64,
    /// Values in the order of [`TERM_COLUMNS`].
    values: Values,
}

impl Terms {
    fn new(tenancy: i64, client: &ClientRecord<'_>, contract: &Contract) -> Self {
        let opening = contract.opening.as_ref();
        Self {
            tenancy,
            values: vec![
                Some(tenancy.to_string()),
                Some(client.file.to_owned()),
                Some(client.name.to_owned()),
                Some(contract.start.to_string()),
                Some(contract.end.to_string()),
                Some(contract.credit.to_string()),
                contract.currency.map(|currency| currency.code().to_owned()),
                opening.map(|opening| opening.amount.to_string()),
                opening.map(|opening| opening.through.to_string()),
            ],
        }
    }

    /// Returns the number of the newest of `known`, which are in order, with these terms.
    fn find(&self, known: &[Cells]) -> Option<i64> {
        let same = |row: &&Cells| row.get(1..) == Some(&self.values[..]);
        let row = known.iter().rev().find(same)?;
        row.first()?.as_ref()?.parse().ok()
    }
}

/// The contracts of the tenancies, each by its number and its terms, oldest first.
async fn contracts(session: &mut Session, tenancies: &[i64]) -> Result<Vec<Cells>, StoreProblem> {
    let mut found = of_tenancies(session, TERMS, tenancies).await?;
    let number = |row: &Cells| row.first().cloned().flatten()?.parse::<i64>().ok();
    found.sort_by_key(number);
    Ok(found)
}

/// Returns a run's figures of a contract, in the order of [`figure_columns`].
fn figures(run: i64, contract: i64, client: &ClientRecord<'_>, statement: &Statement) -> Values {
    let first = [Some(run.to_string()), Some(contract.to_string())];
    let of_client = [
        (figures::REGION.key, client.region),
        (figures::GROUP.key, client.group),
    ];
    let figures = figures::stored().map(|figure| {
        match of_client.iter().find(|(key, _)| *key == figure.key) {
            Some((_, text)) => text.map(str::to_owned),
            None => {
                let value = figure.value_in(statement);
                value.map(|value| value.machine().into_owned())
            }
        }
    });
    first.into_iter().chain(figures).collect()
}

/// Columns of the table `demonstrativo`, each with its type: the run, the contract, and the figures that the
/// dictionary marks as stored.
fn figure_columns() -> Vec<(&'static str, &'static str)> {
    let kind = |kind| match kind {
        Kind::Money | Kind::Percent => "{amount}",
        Kind::Date => "{day}",
        Kind::Instant => "{instant}",
        Kind::Chance | Kind::Count | Kind::Flag => "{number}",
        Kind::Situation | Kind::Method | Kind::Currency | Kind::Text => "TEXT",
    };
    let first = [("execucao", "{number}"), ("contrato", "{number}")];
    let figures = figures::stored().map(|figure| (figure.key, kind(figure.kind())));
    first.into_iter().chain(figures).collect()
}

/// Returns `count` tuples of places for values of `columns`, each a name and its type.
fn tuples(session: &Session, columns: &[(&str, &str)], count: usize) -> String {
    let width = columns.len();
    let tuples: Vec<String> = (0..count)
        .map(|row| {
            let casts: Vec<String> = columns
                .iter()
                .zip(row * width + 1..)
                .map(|((_, kind), n)| format!("CAST({} AS {kind})", session.places(n, 1)))
                .collect();
            format!("({})", casts.join(", "))
        })
        .collect();
    tuples.join(", ")
}

/// Inserts `rows` into `columns` of `table`, and returns the rows that `rest`, the end of the statement, asks for.
async fn insert(
    session: &mut Session,
    table: &str,
    columns: &[(&str, &str)],
    rows: &[Values],
    rest: &str,
) -> Result<Vec<Cells>, StoreProblem> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let mut returned = Vec::new();
    for rows in rows.chunks(VALUES_AT_ONCE / columns.len().max(1)) {
        let tuples = tuples(session, columns, rows.len());
        let sql = format!("INSERT INTO {table} ({names}) VALUES {tuples} {rest}");
        let args: Vec<Arg<'_>> = rows.iter().flatten().map(Arg::from).collect();
        returned.extend(session.run(&sql, &args).await?);
    }
    Ok(returned)
}

/// Runs `sql`, which ends before a list, for so many tenancies at a time as a statement takes.
async fn of_tenancies(
    session: &mut Session,
    sql: &str,
    tenancies: &[i64],
) -> Result<Vec<Cells>, StoreProblem> {
    let mut found = Vec::new();
    for tenancies in tenancies.chunks(VALUES_AT_ONCE) {
        let args: Vec<Arg<'_>> = tenancies.iter().map(|tenancy| (*tenancy).into()).collect();
        let sql = format!("{sql} ({})", session.places(1, tenancies.len()));
        found.extend(session.run(&sql, &args).await?);
    }
    Ok(found)
}

/// Query of the spans, in the form that [`checked_span`] reads.
const SPANS: &str = "\
    SELECT CAST(i.tenancia AS TEXT), \
           CAST(i.inicio AS TEXT) || ' ' || CAST(i.fim AS TEXT) || ' ' || i.estado || ' ' \
               || COALESCE(CAST(i.linhas AS TEXT), '-') || ' ' || COALESCE(CAST(i.soma AS TEXT), '-') || ' ' \
               || CAST(i.buscado_em AS TEXT) \
    FROM intervalo i WHERE i.tenancia IN";

/// Query of the rows, in the form that [`day_row`] reads, of each tenancy from its own day on.
const ROWS: &str = "\
    WITH desde (tenancia, data) AS (VALUES {since}) \
    SELECT CAST(d.tenancia AS TEXT), \
           string_agg(CAST(d.data AS TEXT) || '|' || d.moeda || '|' || CAST(d.custo AS TEXT) || '|' \
               || CAST(d.buscado_em AS TEXT), ';') \
    FROM desde JOIN custo_diario d ON d.tenancia = desde.tenancia AND d.data >= desde.data \
    GROUP BY d.tenancia";

/// The rest of an insertion of days that replace others.
const REPLACE: &str = "\
    ON CONFLICT (tenancia, data, moeda) DO UPDATE SET custo = excluded.custo, buscado_em = excluded.buscado_em";

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

const TERMS: &str = "\
    SELECT CAST(id AS TEXT), CAST(tenancia AS TEXT), arquivo, cliente, CAST(inicio AS TEXT), CAST(fim AS TEXT), \
        CAST(credito AS TEXT), moeda, CAST(consumo_anterior AS TEXT), CAST(consumo_anterior_ate AS TEXT) \
    FROM contrato WHERE tenancia IN";

const DAY_COLUMNS: [(&str, &str); 5] = [
    ("tenancia", "{number}"),
    ("data", "{day}"),
    ("moeda", "TEXT"),
    ("custo", "{amount}"),
    ("buscado_em", "{instant}"),
];

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

const SPAN_COLUMNS: [(&str, &str); 7] = [
    ("tenancia", "{number}"),
    ("inicio", "{day}"),
    ("fim", "{day}"),
    ("estado", "TEXT"),
    ("buscado_em", "{instant}"),
    ("linhas", "{number}"),
    ("soma", "{amount}"),
];

const TERM_COLUMNS: [(&str, &str); 9] = [
    ("tenancia", "{number}"),
    ("arquivo", "TEXT"),
    ("cliente", "TEXT"),
    ("inicio", "{day}"),
    ("fim", "{day}"),
    ("credito", "{amount}"),
    ("moeda", "TEXT"),
    ("consumo_anterior", "{amount}"),
    ("consumo_anterior_ate", "{day}"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema::texts;

    /// Columns that the migrations give to a table: those it is created with, and those added later.
    fn columns_of(table: &str) -> Vec<(String, String)> {
        let create = format!("CREATE TABLE {table} (");
        let alter = format!("ALTER TABLE {table} ADD COLUMN ");
        let mut columns = Vec::new();
        for text in texts() {
            let body = text.split_once(&create).map_or("", |(_, rest)| rest);
            let body = body.split("\n)").next().unwrap_or_default();
            let added = text.split(&alter).skip(1);
            for line in body.lines().chain(added) {
                let mut words = line.split([' ', ',', ';']).filter(|word| !word.is_empty());
                if let (Some(name), Some(kind)) = (words.next(), words.next())
                    && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                {
                    columns.push((name.to_owned(), kind.to_owned()));
                }
            }
        }
        columns
    }

    #[test]
    fn the_table_of_figures_has_the_columns_of_the_dictionary() {
        let owned = |(name, kind): (&str, &str)| (name.to_owned(), kind.to_owned());
        let mut written: Vec<_> = figure_columns().into_iter().map(owned).collect();
        let mut migrated = columns_of("demonstrativo");
        // Failures moved to a table of their own; the column of 0.1 stays, and is empty.
        migrated.retain(|(name, _)| name != "falha");
        assert!(migrated.len() > 21, "{migrated:?}");
        written.sort();
        migrated.sort();
        assert_eq!(written, migrated);
    }
}
