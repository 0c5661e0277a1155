//! History that outlives the service: what each day cost, which days were
//! asked for, and what each run came to, in an SQLite file or on a PostgreSQL
//! server.

pub mod coverage;
mod db;
pub mod history;
pub mod place;
mod record;
mod schema;

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};

use crate::calendar::{Day, Days};
use crate::failure::{StoreProblem, StoredFigures};
use crate::money::{Amount, Currency};
use coverage::{Coverage, Span, State};
use db::{Arg, Db};
use history::Stored;
use place::Place;

pub use record::{Record, Run};

/// What the real service is called among the places that days come from.
const SERVICE: &str = "oci";

/// A store that is open for one run.
#[derive(Debug)]
pub struct Store {
    db: Db,
    /// Where the days come from.
    endpoint: String,
}

/// A store, and whether it was made just now.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Whether there was none before.
    pub made: bool,
}

impl Store {
    /// The store at `place` for days from `endpoint`, the service itself where there is none; made if it
    /// is not there, unless it is only `to_read`.
    ///
    /// # Errors
    /// A [`StoreProblem`] when it is not there, is damaged, or belongs to a newer program.
    pub async fn open(
        place: &Place,
        endpoint: Option<&str>,
        to_read: bool,
    ) -> Result<Opened, StoreProblem> {
        let mut made = false;
        let db = match place {
            Place::File(path) if to_read => {
                fs::metadata(path).map_err(|error| StoreProblem::File(error.into()))?;
                Db::file(path)
            }
            Place::File(path) => {
                made = make(path)?;
                Db::file(path)
            }
            Place::Server(url) => Db::server(url).await?,
        };
        let store = Self {
            db,
            endpoint: endpoint.unwrap_or(SERVICE).to_owned(),
        };
        let migrated = store.migrate().await;
        if let (Err(_), Place::File(path), true) = (&migrated, place, made) {
            // An empty file would look like a store; another run may have filled it since.
            if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
                let _ = fs::remove_file(path);
            }
        }
        Ok(Opened {
            store,
            made: migrated? || made,
        })
    }

    /// Brings the schema to the newest version, if it is another, and tells whether there was none. A store
    /// whose schema is current need not let this program change it, or write at all.
    async fn migrate(&self) -> Result<bool, StoreProblem> {
        let version = self.version().await?;
        if version != Some(schema::NEWEST) {
            self.db.migrate().await?;
        }
        Ok(version.is_none())
    }

    /// The version of its schema; `None` of an empty database. Nothing is written to find out.
    async fn version(&self) -> Result<Option<i64>, StoreProblem> {
        let tables = match self.db.engine() {
            schema::Engine::Sqlite => "SELECT name FROM sqlite_master WHERE name = $1",
            schema::Engine::Postgres => "SELECT CAST(to_regclass($1) AS TEXT)",
        };
        let tables = self.db.rows(tables, &["_sqlx_migrations".into()]).await?;
        if !tables.iter().flatten().any(Option::is_some) {
            return Ok(None);
        }
        let version = "SELECT CAST(MAX(version) AS TEXT) FROM _sqlx_migrations";
        let version = cell(&self.db.rows(version, &[]).await?);
        let version: Option<i64> = version.map(|text| parsed(&text)).transpose()?;
        match version {
            Some(version) if version > schema::NEWEST => Err(StoreProblem::Newer { version }),
            version => Ok(version),
        }
    }

    /// What it has of a tenancy.
    ///
    /// # Errors
    /// A [`StoreProblem`].
    pub async fn read(&self, tenancy: &str) -> Result<Stored, StoreProblem> {
        let tenancy = tenancy.to_lowercase();
        let args = [Arg::from(&self.endpoint), Arg::from(&tenancy)];
        // First what was asked for: a day that another run adds in between has then a row too many,
        // which is asked for again, and not one too few.
        let of_it = "JOIN tenancia t ON t.id = i.tenancia WHERE t.endereco = $1 AND t.ocid = $2";
        let spans = self.db.rows(&format!("{SPANS} {of_it}"), &args).await?;
        let spans = spans.iter().map(|row| Ok(span(row)?.1));
        let coverage = Coverage::new(spans.collect::<Result<_, StoreProblem>>()?);
        let days = cell(&self.db.rows(DAYS, &args).await?).unwrap_or_default();
        let rows = days.split(';').filter(|row| !row.is_empty());
        let ledger = rows.map(cost).collect::<Result<_, _>>()?;
        Ok(Stored { ledger, coverage })
    }

    /// What the newest run that had figures said of the tenancy's contract from `start` on.
    ///
    /// # Errors
    /// A [`StoreProblem`].
    pub async fn last_figures(
        &self,
        tenancy: &str,
        start: Day,
    ) -> Result<Option<StoredFigures>, StoreProblem> {
        let (tenancy, start) = (tenancy.to_lowercase(), start.to_string());
        let args = [(&self.endpoint).into(), (&tenancy).into(), (&start).into()];
        let rows = self.db.rows(FIGURES, &args).await?;
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

    /// Waits for what is under way, and closes it.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// The ranges that were asked for, as [`span`] reads them; which of them follows.
const SPANS: &str = "\
    SELECT CAST(i.tenancia AS TEXT), CAST(i.inicio AS TEXT), CAST(i.fim AS TEXT), i.estado, \
        CAST(i.buscado_em AS TEXT) \
    FROM intervalo i";

/// All the days in one cell: a thousand rows from either engine cost ten times as much.
const DAYS: &str = "\
    SELECT string_agg(CAST(d.data AS TEXT) || ' ' || d.moeda || ' ' || CAST(d.custo AS TEXT), ';') \
    FROM custo_diario d JOIN tenancia t ON t.id = d.tenancia \
    WHERE t.endereco = $1 AND t.ocid = $2";

const FIGURES: &str = "\
    SELECT CAST(e.data_base AS TEXT), CAST(d.dados_ate AS TEXT), d.moeda, \
           CAST(d.consumo AS TEXT), CAST(d.total_estimado AS TEXT) \
    FROM demonstrativo d \
    JOIN contrato c ON c.id = d.contrato \
    JOIN tenancia t ON t.id = c.tenancia \
    JOIN execucao e ON e.id = d.execucao \
    WHERE t.endereco = $1 AND t.ocid = $2 AND c.inicio = CAST($3 AS {day}) AND d.falha IS NULL \
    ORDER BY e.data_base DESC, d.execucao DESC LIMIT 1";

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
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(StoreProblem::File(error.into())),
    }
}

/// The only cell of an answer.
fn cell(rows: &[db::Cells]) -> Option<String> {
    rows.first()?.first()?.clone()
}

/// A row of [`SPANS`]: whose it is, and the range.
fn span(row: &[Option<String>]) -> Result<(i64, Span), StoreProblem> {
    let [
        Some(tenancy),
        Some(start),
        Some(end),
        Some(state),
        Some(fetched_at),
    ] = row
    else {
        return Err(StoreProblem::Corrupt);
    };
    let span = Span {
        days: Days::new(parsed(start)?, parsed(end)?),
        state: State::parse(state).ok_or(StoreProblem::Corrupt)?,
        fetched_at: read_instant(fetched_at)?,
    };
    Ok((parsed(tenancy)?, span))
}

/// `2026-11-23 BRL 12.5`; the currency may be blank.
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

/// An instant as it is kept, to the second.
fn instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An instant as SQLite keeps it, or as PostgreSQL writes it in UTC.
fn read_instant(text: &str) -> Result<DateTime<Utc>, StoreProblem> {
    let plain = text
        .trim_end_matches("+00")
        .trim_end_matches('Z')
        .replace('T', " ");
    let read = NaiveDateTime::parse_from_str(&plain, "%Y-%m-%d %H:%M:%S");
    read.map(|instant| instant.and_utc())
        .map_err(|_| StoreProblem::Corrupt)
}
