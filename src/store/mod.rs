//! History that outlives the service: the cost of each day, the days that were
//! asked for, and the outcome of each run, in an SQLite file or on a PostgreSQL
//! server.
//!
//! Reading and recording are apart. [`Store`] reads: it makes nothing, changes
//! nothing and needs no right to. [`Store::record`] is the only writer, once a
//! run, in one transaction.

mod alerts;
mod db;
mod links;
mod outbox;
pub(crate) mod place;
mod record;
mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

use crate::calendar::{Day, Days};
use crate::days::Ledger;
use crate::days::coverage::{Coverage, Span, State};
use crate::days::reconcile::StoredDays;
use crate::failure::{FileProblem, StoreProblem, StoredFigures};
use crate::money::{Amount, Currency};
use crate::report::changes::EarlierRun;
use crate::report::statement::Situation;
use db::{Arg, Db};
use place::Place;

pub(crate) use alerts::NEWS_HOURS;
pub use alerts::{AlertStep, DecidedAlerts, HeldAlerts, OutboxDraft};
pub(crate) use links::{LinkBook, LinkRow};
pub use outbox::{Ending, LastSent, Outbox, OutboxRow, RowState, Taken};
pub use record::{ClientRecord, Recorded, RecordedDays, Run, Settings, Showing};

/// The endpoint of days from the service itself.
const SERVICE: &str = "oci";

/// The first version of the schema with checksums, bindings and a table of failures.
const WITH_BINDINGS: i64 = 3;

/// The first bytes of an SQLite file.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// A store that is open for reading.
#[derive(Debug)]
pub struct Store {
    db: Db,
    /// Endpoint that the days come from.
    endpoint: String,
    /// The version of the schema.
    version: i64,
}

/// The config that asks for stored days.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The clients' folder, canonical.
    pub folder: &'a str,
    /// The config's file name.
    pub file: &'a str,
    /// The fingerprint of its key, where the config says one.
    pub fingerprint: Option<&'a str>,
}

/// The stored days of a tenancy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The days.
    pub days: StoredDays,
    /// Marks an owner, by its file or its key, that the service has answered for this tenancy before.
    pub bound: bool,
}

/// The outcome of a config in the newest recorded run that named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastOutcome {
    /// The failure's code; `None` where the client was reported.
    pub failure: Option<String>,
}

impl Store {
    /// Opens the store at `place` for reading days from `endpoint`, the service itself where there is none.
    /// Returns `None` where no run was recorded yet. `wait` bounds the opening, and each read later on.
    ///
    /// # Errors
    /// A [`StoreProblem`] when it cannot be read, is damaged, or belongs to a newer program.
    pub async fn open(
        place: &Place,
        endpoint: Option<&str>,
        wait: Duration,
    ) -> Result<Option<Self>, StoreProblem> {
        let opened = existing(place, wait).await?;
        Ok(opened.map(|(db, version)| Self {
            db,
            endpoint: endpoint.unwrap_or(SERVICE).to_owned(),
            version,
        }))
    }

    /// Reads the days of a tenancy, and whether `owner` may be shown them without asking the service.
    ///
    /// # Errors
    /// A [`StoreProblem`]; [`StoreProblem::Corrupt`] where the rows of a range are not those that were written.
    pub async fn read(&self, tenancy: &str, owner: &Owner<'_>) -> Result<Held, StoreProblem> {
        let tenancy = tenancy.to_lowercase();
        let fingerprint = owner.fingerprint.map(str::to_lowercase);
        let args = [
            Arg::from(&self.endpoint),
            Arg::from(&tenancy),
            Arg::from(owner.folder),
            Arg::from(owner.file),
            Arg::from(&fingerprint),
        ];
        let (checks, bound) = if self.version < WITH_BINDINGS {
            ("'- -'", BOUND_BEFORE)
        } else {
            (CHECKS, BOUND)
        };
        // One statement reads all of one moment.
        let sql = HELD.replace("{checks}", checks).replace("{bound}", bound);
        let rows = self.db.rows(&sql, &args).await?;
        let Some([spans, days, bound]) = rows.first().map(|row| &row[..]) else {
            return Err(StoreProblem::Corrupt);
        };
        let spans: Vec<(Span, Option<Check>)> =
            listed(spans).map(checked_span).collect::<Result<_, _>>()?;
        let ledger: Ledger = listed(days).map(cost).collect::<Result<_, _>>()?;
        for (span, check) in &spans {
            let rows = ledger.within(span.days).map(|(_, amount)| amount);
            if check
                .as_ref()
                .is_some_and(|check| *check != Check::of(rows))
            {
                return Err(StoreProblem::Corrupt);
            }
        }
        Ok(Held {
            days: StoredDays {
                ledger,
                coverage: Coverage::new(spans.into_iter().map(|(span, _)| span).collect()),
            },
            bound: bound.as_deref() != Some("0"),
        })
    }

    /// Reads the newest kept figures of the tenancy's contract from `start` on; `None` too where the service
    /// has not answered `owner` for the tenancy: they are somebody else's.
    ///
    /// # Errors
    /// A [`StoreProblem`].
    pub async fn last_figures(
        &self,
        tenancy: &str,
        start: Day,
        owner: &Owner<'_>,
    ) -> Result<Option<StoredFigures>, StoreProblem> {
        let (tenancy, start) = (tenancy.to_lowercase(), start.to_string());
        let fingerprint = owner.fingerprint.map(str::to_lowercase);
        let args = [
            Arg::from(&self.endpoint),
            Arg::from(&tenancy),
            Arg::from(owner.folder),
            Arg::from(owner.file),
            Arg::from(&fingerprint),
            Arg::from(&start),
        ];
        let bound = if self.version < WITH_BINDINGS {
            BOUND_BEFORE
        } else {
            BOUND
        };
        let rows = self
            .db
            .rows(&FIGURES.replace("{bound}", bound), &args)
            .await?;
        let Some([as_of, data_through, currency, consumption, projected]) =
            rows.first().map(|row| &row[..])
        else {
            return Ok(None);
        };
        Ok(Some(StoredFigures {
            as_of: parsed(as_of.as_deref().unwrap_or_default())?,
            data_through: data_through.as_deref().map(parsed).transpose()?,
            currency: currency.as_deref().and_then(Currency::parse),
            consumption: consumption.as_deref().map(amount).transpose()?,
            projected: projected.as_deref().map(amount).transpose()?,
        }))
    }

    /// Reads the outcome of the config `file` of `folder`, for the tenancy, in the newest kept run that named
    /// it; `None` where none did.
    ///
    /// # Errors
    /// A [`StoreProblem`].
    pub async fn last_outcome(
        &self,
        tenancy: &str,
        folder: &str,
        file: &str,
    ) -> Result<Option<LastOutcome>, StoreProblem> {
        let tenancy = tenancy.to_lowercase();
        let args = [
            Arg::from(&self.endpoint),
            Arg::from(&tenancy),
            Arg::from(folder),
            Arg::from(file),
        ];
        let sql = if self.version < WITH_BINDINGS {
            format!("{REPORTED} ORDER BY 1 DESC LIMIT 1")
        } else {
            format!("{REPORTED} UNION ALL {FAILED} ORDER BY 1 DESC LIMIT 1")
        };
        let sql = format!("SELECT codigo FROM ({sql}) AS r");
        let rows = self.db.rows(&sql, &args).await?;
        let code = rows.first().and_then(|row| row.first());
        Ok(code.map(|code| LastOutcome {
            failure: code.clone(),
        }))
    }

    /// Reads the newest complete run of `folder` that is shown, with the outcome of each config; `None` without one.
    ///
    /// # Errors
    /// A [`StoreProblem`].
    pub async fn earlier_run(&self, folder: &str) -> Result<Option<EarlierRun>, StoreProblem> {
        if self.version < WITH_BINDINGS {
            return Ok(None);
        }
        let args = [Arg::from(&self.endpoint), Arg::from(folder)];
        let rows = self.db.rows(EARLIER, &args).await?;
        let mut earlier: Option<EarlierRun> = None;
        for row in &rows {
            let [Some(as_of), Some(file), situation] = &row[..] else {
                return Err(StoreProblem::Corrupt);
            };
            let as_of = parsed(as_of)?;
            let situation = match situation.as_deref() {
                None => None,
                Some(word) => {
                    let mut known = Situation::BY_SEVERITY.into_iter();
                    let known = known.find(|situation| situation.word() == word);
                    Some(known.ok_or(StoreProblem::Corrupt)?)
                }
            };
            let run = earlier.get_or_insert_with(|| EarlierRun {
                as_of,
                outcomes: BTreeMap::new(),
            });
            run.outcomes.insert(file.clone(), situation);
        }
        Ok(earlier)
    }

    /// Waits for the reads that are under way, and closes the store.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// A tenancy's ranges, its days and whether the owner is bound, each in one cell: a thousand rows from either
/// engine cost ten times as much.
const HELD: &str = "\
    SELECT (SELECT string_agg(CAST(i.inicio AS TEXT) || ' ' || CAST(i.fim AS TEXT) || ' ' || i.estado || ' ' \
                || {checks} || ' ' || CAST(i.buscado_em AS TEXT), ';') \
            FROM intervalo i JOIN tenancia t ON t.id = i.tenancia WHERE t.endereco = $1 AND t.ocid = $2), \
           (SELECT string_agg(CAST(d.data AS TEXT) || ' ' || d.moeda || ' ' || CAST(d.custo AS TEXT), ';') \
            FROM custo_diario d JOIN tenancia t ON t.id = d.tenancia WHERE t.endereco = $1 AND t.ocid = $2), \
           (SELECT CAST({bound} AS TEXT))";

const CHECKS: &str =
    "COALESCE(CAST(i.linhas AS TEXT), '-') || ' ' || COALESCE(CAST(i.soma AS TEXT), '-')";

const BOUND: &str = "\
    (SELECT COUNT(*) FROM vinculo v JOIN tenancia t ON t.id = v.tenancia \
     WHERE t.endereco = $1 AND t.ocid = $2 \
       AND ((v.pasta = $3 AND v.arquivo = $4) OR v.impressao = $5))";

/// Condition for a store of 0.1: a config that was reported was answered, unless its contract had not begun.
const BOUND_BEFORE: &str = "\
    (SELECT COUNT(*) FROM demonstrativo d \
     JOIN contrato c ON c.id = d.contrato \
     JOIN tenancia t ON t.id = c.tenancia \
     JOIN execucao e ON e.id = d.execucao \
     WHERE t.endereco = $1 AND t.ocid = $2 AND e.pasta = $3 AND c.arquivo = $4 AND COALESCE($5, '') = COALESCE($5, '') \
       AND d.falha IS NULL AND d.situacao <> 'nao_iniciado' AND e.terminada_em IS NOT NULL)";

const FIGURES: &str = "\
    SELECT CAST(e.data_base AS TEXT), CAST(d.dados_ate AS TEXT), d.moeda, \
           CAST(d.consumo AS TEXT), CAST(d.total_estimado AS TEXT) \
    FROM demonstrativo d \
    JOIN contrato c ON c.id = d.contrato \
    JOIN tenancia t ON t.id = c.tenancia \
    JOIN execucao e ON e.id = d.execucao \
    WHERE t.endereco = $1 AND t.ocid = $2 AND c.inicio = CAST($6 AS {day}) AND d.falha IS NULL \
      AND {bound} > 0 \
    ORDER BY e.data_base DESC, d.execucao DESC LIMIT 1";

const REPORTED: &str = "\
    SELECT d.execucao AS execucao, d.falha AS codigo \
    FROM demonstrativo d \
    JOIN contrato c ON c.id = d.contrato \
    JOIN tenancia t ON t.id = c.tenancia \
    JOIN execucao e ON e.id = d.execucao \
    WHERE t.endereco = $1 AND t.ocid = $2 AND e.pasta = $3 AND c.arquivo = $4";

const FAILED: &str = "\
    SELECT f.execucao, f.codigo \
    FROM falha f \
    JOIN execucao e ON e.id = f.execucao \
    WHERE e.endereco = $1 AND LOWER(f.tenancy) = $2 AND e.pasta = $3 AND f.arquivo = $4";

const EARLIER: &str = "\
    WITH ultima AS ( \
        SELECT MAX(id) AS id FROM execucao \
        WHERE endereco = $1 AND pasta = $2 AND mostrada = 1 AND completa = 1 \
    ) \
    SELECT CAST(e.data_base AS TEXT), c.arquivo, d.situacao \
    FROM ultima u \
    JOIN execucao e ON e.id = u.id \
    JOIN demonstrativo d ON d.execucao = e.id \
    JOIN contrato c ON c.id = d.contrato \
    UNION ALL \
    SELECT CAST(e.data_base AS TEXT), f.arquivo, NULL \
    FROM ultima u \
    JOIN execucao e ON e.id = u.id \
    JOIN falha f ON f.execucao = e.id";

/// Opens the database at `place` within `wait`, and returns it with the version of its schema; `None` where no run was
/// recorded yet.
async fn existing(place: &Place, wait: Duration) -> Result<Option<(Db, i64)>, StoreProblem> {
    let opening = async {
        let db = match place {
            Place::File(path) => match database_in(path)? {
                PathKind::Database => Db::file(path, wait),
                PathKind::Nothing => return Ok(None),
            },
            Place::Server(url) => Db::server(url, wait).await?,
        };
        let mut transaction = db.read().await?;
        let version = schema::version(&mut transaction).await?;
        transaction.commit().await?;
        Ok(version.map(|version| (db, version)))
    };
    let opened = tokio::time::timeout(wait, opening).await;
    opened.unwrap_or(Err(StoreProblem::Busy))
}

/// The kinds of file at a store's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathKind {
    /// No file, or an empty one.
    Nothing,
    /// An SQLite database.
    Database,
}

/// Looks into the file at `path` without opening it as a database: SQLite takes a file of one byte for an
/// empty database, and writes over it.
fn database_in(path: &Path) -> Result<PathKind, StoreProblem> {
    let problem = |error: io::Error| StoreProblem::File(error.into());
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A folder that is not there is a mistake of the path, and no new store.
            let folder = path.parent().map_or(Ok(true), Path::try_exists);
            return match folder.map_err(problem)? {
                true => Ok(PathKind::Nothing),
                false => Err(StoreProblem::File(FileProblem::Missing)),
            };
        }
        metadata => metadata.map_err(problem)?,
    };
    if !metadata.is_file() {
        return Err(StoreProblem::File(FileProblem::NotAFile));
    }
    if metadata.len() == 0 {
        return Ok(PathKind::Nothing);
    }
    let mut head = Vec::new();
    let file = fs::File::open(path).map_err(problem)?;
    let length = SQLITE.len() as u64;
    file.take(length).read_to_end(&mut head).map_err(problem)?;
    if head == SQLITE {
        Ok(PathKind::Database)
    } else {
        Err(StoreProblem::Corrupt)
    }
}

/// Number of rows of a range, and their sum over all currencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Check {
    rows: i64,
    sum: Amount,
}

impl Check {
    /// Returns the check of rows of these amounts.
    fn of<'a>(amounts: impl Iterator<Item = &'a Amount>) -> Self {
        let mut check = Self::default();
        for amount in amounts {
            check.rows += 1;
            check.sum += amount;
        }
        check
    }

    /// Returns the check of rows that cannot be read: that of no rows at all.
    fn damaged() -> Self {
        Self {
            rows: i64::from(i32::MIN),
            sum: Amount::zero(),
        }
    }

    /// Adds the check of further rows.
    fn add(&mut self, other: &Self) {
        self.rows = self.rows.saturating_add(other.rows);
        self.sum += &other.sum;
    }

    /// Returns the difference to `found`.
    fn beyond(&self, found: &Self) -> Option<Self> {
        Some(Self {
            rows: self.rows.checked_sub(found.rows)?,
            sum: &self.sum - &found.sum,
        })
    }
}

/// The only cell of an answer.
fn cell(rows: &[db::Cells]) -> Option<String> {
    rows.first()?.first()?.clone()
}

/// The parts of a cell that [`HELD`] makes of rows.
fn listed(cell: &Option<String>) -> impl Iterator<Item = &str> {
    let parts = cell.as_deref().unwrap_or_default().split(';');
    parts.filter(|part| !part.is_empty())
}

/// Reads `2026-11-01 2026-12-01 recente 30 310.5 2026-12-01T06:00:00Z`: a range, how many rows it has and
/// their sum, and when it was fetched.
fn checked_span(text: &str) -> Result<(Span, Option<Check>), StoreProblem> {
    let [start, end, state, rows, sum, fetched_at] = text.splitn(6, ' ').collect::<Vec<_>>()[..]
    else {
        return Err(StoreProblem::Corrupt);
    };
    let span = Span {
        days: Days::new(parsed(start)?, parsed(end)?),
        state: State::parse(state).ok_or(StoreProblem::Corrupt)?,
        fetched_at: read_instant(fetched_at)?,
    };
    let check = match (rows, sum) {
        ("-", _) | (_, "-") => None,
        (rows, sum) => Some(Check {
            rows: parsed(rows)?,
            sum: amount(sum)?,
        }),
    };
    Ok((span, check))
}

/// Reads `2026-11-23 BRL 12.5`; the currency may be blank.
fn cost(row: &str) -> Result<((Day, Option<Currency>), Amount), StoreProblem> {
    let mut parts = row.splitn(3, ' ');
    let mut part = || parts.next().ok_or(StoreProblem::Corrupt);
    let (day, currency, cost) = (part()?, part()?, part()?);
    let currency = match currency {
        "" => None,
        code => Some(Currency::parse(code).ok_or(StoreProblem::Corrupt)?),
    };
    Ok(((parsed(day)?, currency), amount(cost)?))
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, StoreProblem> {
    text.parse().map_err(|_| StoreProblem::Corrupt)
}

fn amount(text: &str) -> Result<Amount, StoreProblem> {
    Amount::parse_sum(text).map_err(|_| StoreProblem::Corrupt)
}

/// Formats an instant for the store, to the second.
fn instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Parses an instant from SQLite's text, or from PostgreSQL's in UTC.
fn read_instant(text: &str) -> Result<DateTime<Utc>, StoreProblem> {
    let plain = text
        .trim_end_matches("+00")
        .trim_end_matches('Z')
        .replace('T', " ");
    let read = NaiveDateTime::parse_from_str(&plain, "%Y-%m-%d %H:%M:%S");
    read.map(|instant| instant.and_utc())
        .map_err(|_| StoreProblem::Corrupt)
}
