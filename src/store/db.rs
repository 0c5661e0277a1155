//! A database of either engine, text in and text out: amounts, days and
//! instants are text on the way, so that none is ever a binary fraction.

use std::io::{self, ErrorKind::TimedOut};
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, Error, Postgres, Row, Sqlite, Transaction};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::schema::Engine;
use crate::failure::StoreProblem;
use crate::text::printable;

/// How long one statement may take, waiting for other runs included.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long closing may take; what a server does not say by then, nobody needs.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long another run may hold the store before it is left alone.
const BUSY_FOR: Duration = Duration::from_secs(30);
/// How long a server may take to let this program in.
const LOGIN: Duration = Duration::from_secs(15);
/// Connections to a store: reads of clients side by side.
const CONNECTIONS: u32 = 4;

/// A value of a statement.
#[derive(Debug)]
pub(super) enum Arg<'a> {
    Text(Option<&'a str>),
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<&'a Option<String>> for Arg<'a> {
    fn from(text: &'a Option<String>) -> Self {
        Self::Text(text.as_deref())
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A row of an answer, all of whose columns are text.
pub(super) type Cells = Vec<Option<String>>;

/// The connections to a store.
#[derive(Debug)]
pub(super) struct Db {
    pool: Pool,
    /// Places in the pool: who waits here waits for others of this run, and not for the store.
    places: Semaphore,
}

#[derive(Debug)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction that writes; it is undone unless it is committed.
pub(super) enum Writing {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// `query` with its values, whichever engine it is for.
macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query($sql);
        for arg in $args {
            query = match arg {
                Arg::Text(text) => query.bind(*text),
                Arg::Number(number) => query.bind(*number),
            };
        }
        query
    }};
}

macro_rules! cells {
    ($rows:expr) => {
        $rows
            .iter()
            .map(|row| (0..row.len()).map(|column| row.try_get(column)).collect())
            .collect::<Result<Vec<Cells>, Error>>()
            .map_err(problem)
    };
}

impl Db {
    fn new(pool: Pool) -> Self {
        Self {
            pool,
            places: Semaphore::new(CONNECTIONS as usize),
        }
    }

    /// The SQLite file at `path`, which must be there.
    pub(super) fn file(path: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_FOR)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS);
        Self::new(Pool::Sqlite(pool.connect_lazy_with(options)))
    }

    /// The database of a PostgreSQL server, which has let this program in once.
    ///
    /// # Errors
    /// When it does not, or `url` is none.
    pub(super) async fn server(url: &str) -> Result<Self, StoreProblem> {
        let options: PgConnectOptions = url.parse().map_err(problem)?;
        let options = options
            .application_name("oci-consumo")
            .disable_statement_logging();
        // A pool tries until its time is over, and does not say why in the end.
        let connection = timeout(LOGIN, options.connect()).await;
        let connection = connection.unwrap_or_else(|_| Err(io::Error::from(TimedOut).into()));
        connection
            .map_err(problem)?
            .close()
            .await
            .map_err(problem)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(LOGIN);
        Ok(Self::new(Pool::Postgres(pool.connect_lazy_with(options))))
    }

    pub(super) fn engine(&self) -> Engine {
        match &self.pool {
            Pool::Sqlite(_) => Engine::Sqlite,
            Pool::Postgres(_) => Engine::Postgres,
        }
    }

    /// What `sql` finds.
    pub(super) async fn rows(
        &self,
        sql: &str,
        args: &[Arg<'_>],
    ) -> Result<Vec<Cells>, StoreProblem> {
        let sql = &self.engine().sql(sql);
        // Nobody closes the semaphore, so that the place is always had.
        let _place = self.places.acquire().await;
        match &self.pool {
            Pool::Sqlite(pool) => cells!(patient(bound!(sql, args).fetch_all(pool)).await?),
            Pool::Postgres(pool) => cells!(patient(bound!(sql, args).fetch_all(pool)).await?),
        }
    }

    /// A transaction, for which another run's is waited for where the engine has one writer at a time.
    pub(super) async fn write(&self) -> Result<Writing, StoreProblem> {
        match &self.pool {
            // From the first statement on: one that reads first may find that another has written since.
            Pool::Sqlite(pool) => {
                let begun = pool.begin_with("BEGIN IMMEDIATE");
                patient(begun).await.map(Writing::Sqlite)
            }
            Pool::Postgres(pool) => patient(pool.begin()).await.map(Writing::Postgres),
        }
    }

    /// Brings the schema to the newest version, one run at a time.
    pub(super) async fn migrate(&self) -> Result<(), StoreProblem> {
        let migrator = self.engine().migrator();
        match &self.pool {
            Pool::Sqlite(pool) => {
                // The engine's migrator has no lock of its own.
                let mut writing = patient(pool.begin_with("BEGIN IMMEDIATE")).await?;
                migrator
                    .run_direct(&mut *writing)
                    .await
                    .map_err(migration)?;
                patient(writing.commit()).await
            }
            Pool::Postgres(pool) => {
                let migrated = timeout(PATIENCE, migrator.run(pool)).await;
                migrated.map_err(|_| StoreProblem::Busy)?.map_err(migration)
            }
        }
    }

    /// Waits until what runs in it is done, and closes it.
    pub(super) async fn close(&self) {
        let closed = async {
            match &self.pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        };
        // A server that has gone says no goodbye.
        let _ = timeout(FAREWELL, closed).await;
    }
}

/// What `work` gives, unless it takes too long.
async fn patient<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, StoreProblem> {
    let done = timeout(PATIENCE, work).await;
    done.map_err(|_| StoreProblem::Busy)?.map_err(problem)
}

impl Writing {
    fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// The places of so many values in a statement that names all of its values in order, from the `first`
    /// on. SQLite looks a name up by going through all of them, so that thousands have none there.
    pub(super) fn places(&self, first: usize, count: usize) -> String {
        let place = |n: usize| match self.engine() {
            Engine::Sqlite => "?".to_owned(),
            Engine::Postgres => format!("${n}"),
        };
        let places: Vec<String> = (first..first + count).map(place).collect();
        places.join(", ")
    }

    /// Runs `sql` and gives what it returns.
    pub(super) async fn run(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
    ) -> Result<Vec<Cells>, StoreProblem> {
        let sql = &self.engine().sql(sql);
        match self {
            Self::Sqlite(writing) => {
                cells!(patient(bound!(sql, args).fetch_all(&mut **writing)).await?)
            }
            Self::Postgres(writing) => {
                cells!(patient(bound!(sql, args).fetch_all(&mut **writing)).await?)
            }
        }
    }

    pub(super) async fn commit(self) -> Result<(), StoreProblem> {
        match self {
            Self::Sqlite(writing) => patient(writing.commit()).await,
            Self::Postgres(writing) => patient(writing.commit()).await,
        }
    }
}

fn migration(error: MigrateError) -> StoreProblem {
    match error {
        MigrateError::VersionMissing(version) => StoreProblem::Newer { version },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => problem(error),
        error => other(&error.to_string()),
    }
}

fn problem(error: Error) -> StoreProblem {
    match error {
        Error::Database(refused) => {
            let code = refused.code().unwrap_or_default();
            // An SQLSTATE has five characters, and no code of SQLite as many.
            match code.parse() {
                Ok(number) if code.len() < 5 => sqlite(number, refused.message()),
                _ => postgres(&code, refused.message()),
            }
        }
        // What TLS says of a certificate is inside.
        Error::Io(error) => unreachable(&match error.get_ref() {
            Some(inner) => inner.to_string(),
            None => error.kind().to_string(),
        }),
        Error::Tls(error) => unreachable(&error.to_string()),
        Error::PoolTimedOut => StoreProblem::Busy,
        // Something else than text: the file was changed by hand, or is damaged.
        Error::ColumnDecode { .. } => StoreProblem::Corrupt,
        error => other(&error.to_string()),
    }
}

/// By SQLite's result code, of which the low byte is the kind.
fn sqlite(code: i32, message: &str) -> StoreProblem {
    match code & 0xff {
        5 | 6 => StoreProblem::Busy,
        3 | 8 | 14 => StoreProblem::ReadOnly,
        13 => StoreProblem::Full,
        11 | 26 => StoreProblem::Corrupt,
        _ => other(message),
    }
}

/// By PostgreSQL's SQLSTATE.
fn postgres(code: &str, message: &str) -> StoreProblem {
    match code {
        "53100" => StoreProblem::Full,
        "25006" | "42501" => StoreProblem::ReadOnly,
        "40P01" | "55P03" | "53300" => StoreProblem::Busy,
        "XX001" | "XX002" => StoreProblem::Corrupt,
        // It lets nobody of that name in, or has no such database.
        code if code.starts_with("28") || code.starts_with("3D") => unreachable(message),
        _ => other(message),
    }
}

fn unreachable(detail: &str) -> StoreProblem {
    StoreProblem::Unreachable {
        detail: printable(detail, 200),
    }
}

fn other(detail: &str) -> StoreProblem {
    StoreProblem::Other {
        detail: printable(detail, 200),
    }
}
