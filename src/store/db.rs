//! A database of either engine, text in and text out: amounts, days and
//! instants are text on the way, so that none is ever a binary fraction.

use std::borrow::Cow;
use std::io::{self, ErrorKind::TimedOut};
use std::path::Path;
use std::time::Duration;

use encoding_rs::Encoding;
use futures_util::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, Error, Executor, Postgres, Row, Sqlite};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout, timeout_at};

use super::schema::Engine;
use crate::failure::{StoreProblem, SystemError};
use crate::text::printable;

/// Time limit of closing the connection; nobody needs a later answer.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
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
    /// Places in the pool. A read that waits here waits for others of this run, and not for the store.
    places: Semaphore,
    /// Time limit of one read, or of a whole transaction that writes.
    wait: Duration,
    charset: Charset,
}

#[derive(Debug)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction; it is undone unless it is committed.
///
/// Every statement runs inside one: a pooler between this program and the server may give each transaction
/// another connection, and a statement is sent in two steps.
pub(super) struct StoreTransaction {
    transaction: EngineTransaction,
    until: Instant,
    charset: Charset,
}

enum EngineTransaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Returns the query of `$sql` with its values. It is unnamed: a pooler may send a later statement to another
/// connection, which knows other names.
macro_rules! bound {
    ($sql:expr, $args:expr, $charset:expr) => {{
        let mut query = sqlx::query($sql).persistent(false);
        for arg in $args {
            query = match arg {
                Arg::Text(text) => query.bind(text.map(|text| $charset.fitted(text))),
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
    /// The SQLite file at `path`, which must be there. It is opened for writing where this user may write:
    /// only then is what a killed run left half done undone.
    pub(super) fn file(path: &Path, wait: Duration) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(wait)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(wait);
        Self {
            pool: Pool::Sqlite(pool.connect_lazy_with(options)),
            places: Semaphore::new(CONNECTIONS as usize),
            wait,
            charset: Charset::Any,
        }
    }

    /// The database of a PostgreSQL server, which has let this program in once.
    ///
    /// # Errors
    /// A [`StoreProblem`] if the server does not do so within `wait`, or if `url` is not one.
    pub(super) async fn server(url: &str, wait: Duration) -> Result<Self, StoreProblem> {
        let options: PgConnectOptions = url.parse().map_err(problem)?;
        let options = options
            .application_name("oci-consumo")
            // A pooler refuses the parameter, and knows no other connection's statements.
            .extra_float_digits(None)
            .statement_cache_capacity(0)
            .disable_statement_logging();
        // A pool tries until its time is over, and does not say why in the end.
        let asked = timeout(wait, async {
            let mut connection = options.connect().await?;
            let charset = connection.fetch_one("SHOW server_encoding").await?;
            let charset = charset.try_get::<String, _>(0)?;
            connection.close().await?;
            Ok(charset)
        });
        let charset = asked
            .await
            .unwrap_or_else(|_| Err(io::Error::from(TimedOut).into()));
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            .acquire_timeout(wait);
        Ok(Self {
            charset: Charset::of(&charset.map_err(problem)?),
            pool: Pool::Postgres(pool.connect_lazy_with(options)),
            places: Semaphore::new(CONNECTIONS as usize),
            wait,
        })
    }

    /// Returns the rows of `sql`, which only reads.
    pub(super) async fn rows(
        &self,
        sql: &str,
        args: &[Arg<'_>],
    ) -> Result<Vec<Cells>, StoreProblem> {
        // Nobody closes the semaphore, so that the place is always had.
        let _place = self.places.acquire().await;
        let mut transaction = self.read().await?;
        let rows = transaction.run(sql, args).await?;
        transaction.commit().await?;
        Ok(rows)
    }

    /// Runs `sql`, which returns the rows that it changes; returns whether it changed one.
    pub(super) async fn change(&self, sql: &str, args: &[Arg<'_>]) -> Result<bool, StoreProblem> {
        let mut transaction = self.write(self.wait).await?;
        let changed = transaction.run(sql, args).await?;
        transaction.commit().await?;
        Ok(!changed.is_empty())
    }

    /// Begins a transaction that only reads.
    pub(super) async fn read(&self) -> Result<StoreTransaction, StoreProblem> {
        self.begin("BEGIN", "BEGIN READ ONLY", self.wait).await
    }

    /// Begins a transaction that writes, for which another run's is waited for where the engine has one
    /// writer at a time. All of it has to be done in `wait`.
    pub(super) async fn write(&self, wait: Duration) -> Result<StoreTransaction, StoreProblem> {
        // From the first statement on: one that reads first may find that another has written since. A row
        // that is waited for must be read as the other run left it, whatever the server's default is.
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
        self.begin("BEGIN IMMEDIATE", begin, wait).await
    }

    async fn begin(
        &self,
        sqlite: &'static str,
        postgres: &'static str,
        wait: Duration,
    ) -> Result<StoreTransaction, StoreProblem> {
        let until = Instant::now() + wait;
        let transaction = match &self.pool {
            Pool::Sqlite(pool) => {
                EngineTransaction::Sqlite(patient(until, pool.begin_with(sqlite)).await?)
            }
            Pool::Postgres(pool) => {
                // The server gives up, too, and lets others pass who wait behind this transaction.
                let limit = wait.as_millis();
                let begin = format!(
                    "{postgres}; SET LOCAL statement_timeout = {limit}; SET LOCAL lock_timeout = {limit}"
                );
                EngineTransaction::Postgres(patient(until, pool.begin_with(begin)).await?)
            }
        };
        Ok(StoreTransaction {
            transaction,
            until,
            charset: self.charset,
        })
    }

    /// Waits for the statements that run, and closes the connections.
    pub(super) async fn close(&self) {
        let closed = async {
            match &self.pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        };
        // A server that has gone says no goodbye.
        let _ = timeout(CLOSE_TIMEOUT.min(self.wait), closed).await;
    }
}

/// Returns the result of `work`, unless it is not done at `until`.
async fn patient<T>(
    until: Instant,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, StoreProblem> {
    let done = timeout_at(until, work).await;
    done.map_err(|_| StoreProblem::Busy)?.map_err(problem)
}

impl StoreTransaction {
    pub(super) fn engine(&self) -> Engine {
        match self.transaction {
            EngineTransaction::Sqlite(_) => Engine::Sqlite,
            EngineTransaction::Postgres(_) => Engine::Postgres,
        }
    }

    /// Returns the places of `count` values in a statement, from the `first` on. SQLite looks a name up by going
    /// through all names, so that its places have none.
    pub(super) fn places(&self, first: usize, count: usize) -> String {
        let place = |n: usize| match self.engine() {
            Engine::Sqlite => "?".to_owned(),
            Engine::Postgres => format!("${n}"),
        };
        let places: Vec<String> = (first..first + count).map(place).collect();
        places.join(", ")
    }

    /// Runs `sql` and returns its rows. Boxed: the compiler cannot tell of the engine's own future that it may
    /// move between threads, unless its lifetimes have names.
    pub(super) fn run<'s>(
        &'s mut self,
        sql: &'s str,
        args: &'s [Arg<'s>],
    ) -> BoxFuture<'s, Result<Vec<Cells>, StoreProblem>> {
        Box::pin(async move {
            let sql = &self.engine().sql(sql);
            let (until, charset) = (self.until, self.charset);
            match &mut self.transaction {
                EngineTransaction::Sqlite(open) => {
                    let query = bound!(sql, args, charset);
                    cells!(patient(until, query.fetch_all(&mut **open)).await?)
                }
                EngineTransaction::Postgres(open) => {
                    let query = bound!(sql, args, charset);
                    cells!(patient(until, query.fetch_all(&mut **open)).await?)
                }
            }
        })
    }

    /// Runs the statements of `sql`, which take no values.
    pub(super) fn run_all<'s>(
        &'s mut self,
        sql: &'s str,
    ) -> BoxFuture<'s, Result<(), StoreProblem>> {
        Box::pin(async move {
            let sql = self.engine().sql(sql);
            let sql = self.charset.fitted(&sql);
            match &mut self.transaction {
                EngineTransaction::Sqlite(open) => {
                    patient(self.until, open.execute(&*sql)).await.map(drop)
                }
                EngineTransaction::Postgres(open) => {
                    patient(self.until, open.execute(&*sql)).await.map(drop)
                }
            }
        })
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreProblem> {
        if let EngineTransaction::Sqlite(_) = self.transaction {
            // A reader is waited for no longer than the transaction may take.
            let left = self.until.saturating_duration_since(Instant::now());
            let left = format!("PRAGMA busy_timeout = {}", left.as_millis());
            self.run_all(&left).await?;
        }
        // The engine keeps the time, so that what is said of the outcome is true.
        let until = self.until + CLOSE_TIMEOUT;
        match self.transaction {
            EngineTransaction::Sqlite(open) => patient(until, open.commit()).await,
            EngineTransaction::Postgres(open) => patient(until, open.commit()).await,
        }
    }
}

/// The letters that a server can hold.
#[derive(Clone, Copy, Debug)]
enum Charset {
    Any,
    Latin1,
    Ansi(&'static Encoding),
    Ascii,
}

impl Charset {
    /// Returns the charset that PostgreSQL calls `name`. Of one that is not listed only ASCII is sure.
    fn of(name: &str) -> Self {
        match name {
            "UTF8" | "SQL_ASCII" => Self::Any,
            "LATIN1" => Self::Latin1,
            "LATIN9" => Self::Ansi(encoding_rs::ISO_8859_15),
            "WIN1250" => Self::Ansi(encoding_rs::WINDOWS_1250),
            "WIN1252" => Self::Ansi(encoding_rs::WINDOWS_1252),
            _ => Self::Ascii,
        }
    }

    fn holds(self, c: char) -> bool {
        c.is_ascii()
            || match self {
                Self::Any => true,
                Self::Latin1 => u32::from(c) <= 0xff,
                Self::Ansi(encoding) => !encoding.encode(c.encode_utf8(&mut [0; 4])).2,
                Self::Ascii => false,
            }
    }

    /// Returns `text` with a question mark for each character that the server cannot hold: one customer's
    /// name must not keep the whole run out.
    fn fitted(self, text: &str) -> Cow<'_, str> {
        if matches!(self, Self::Any) || text.chars().all(|c| self.holds(c)) {
            return Cow::Borrowed(text);
        }
        let fit = |c| if self.holds(c) { c } else { '?' };
        Cow::Owned(text.chars().map(fit).collect())
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
            None => SystemError::from(&error).to_string(),
        }),
        Error::Tls(error) => unreachable(&error.to_string()),
        Error::PoolTimedOut => StoreProblem::Busy,
        // Something else than text: the file was changed by hand, or is damaged.
        Error::ColumnDecode { .. } => StoreProblem::Corrupt,
        error => other(&error.to_string()),
    }
}

/// Classifies an error by SQLite's result code, of which the low byte is the kind.
fn sqlite(code: i32, message: &str) -> StoreProblem {
    match code & 0xff {
        // Also where locks are not to be had: a network folder may know none.
        5 | 6 | 15 => StoreProblem::Busy,
        10 if matches!(code >> 8, 8 | 9 | 14 | 15) => StoreProblem::Busy,
        3 | 8 | 14 => StoreProblem::ReadOnly,
        13 => StoreProblem::Full,
        11 | 26 => StoreProblem::Corrupt,
        _ => other(message),
    }
}

/// Classifies an error by PostgreSQL's SQLSTATE.
fn postgres(code: &str, message: &str) -> StoreProblem {
    match code {
        "53100" => StoreProblem::Full,
        "25006" | "42501" => StoreProblem::Denied {
            detail: printable(message, 200),
            grant: None,
        },
        // Deadlocks, conflicts of isolation, time that is over, connections that are all taken.
        "40P01" | "40001" | "55P03" | "57014" | "53300" => StoreProblem::Busy,
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
