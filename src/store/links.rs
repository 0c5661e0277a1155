//! The pre-authenticated requests by which customers read their pages: without their addresses, which are secrets.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::db::{Arg, Cells, Db};
use super::place::Place;
use super::record::with_grant;
use super::{SERVICE, existing, instant, parsed, schema};
use crate::calendar::Day;
use crate::failure::StoreProblem;

/// A pre-authenticated request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkRow {
    /// Name of the request at the service.
    pub(crate) name: String,
    /// File name of the client's config.
    pub(crate) file: String,
    /// The tenancy's OCID, in lower case.
    pub(crate) tenancy: String,
    /// First day of the contract.
    pub(crate) start: Day,
    /// Place of the page's objects.
    pub(crate) object: String,
    /// The service's identifier; `None` where it is not known whether there is such a request.
    pub(crate) request: Option<String>,
    /// Last day on which the address is good.
    pub(crate) expires: Day,
}

/// The pre-authenticated requests of a folder, open for writing.
#[derive(Debug)]
pub(crate) struct LinkBook {
    db: Db,
    endpoint: String,
    folder: String,
}

impl LinkBook {
    /// Opens the requests of `folder` in the store at `place`, which is brought to the newest version. `None` where there is
    /// no store yet.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub(crate) async fn open(
        place: &Place,
        endpoint: Option<&str>,
        folder: &str,
        wait: Duration,
    ) -> Result<Option<Self>, StoreProblem> {
        let Some((db, _)) = existing(place, wait).await? else {
            return Ok(None);
        };
        if let Err(problem) = migrate(&db, wait).await {
            return Err(with_grant(&db, problem).await);
        }
        Ok(Some(Self {
            db,
            endpoint: endpoint.unwrap_or(SERVICE).to_owned(),
            folder: folder.to_owned(),
        }))
    }

    /// Returns the requests that are, or may be, by config and contract.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub(crate) async fn rows(&self) -> Result<Vec<LinkRow>, StoreProblem> {
        let args = [Arg::from(&self.endpoint), Arg::from(&self.folder)];
        match self.db.rows(ROWS, &args).await {
            Ok(rows) => rows.iter().map(row).collect(),
            Err(problem) => Err(with_grant(&self.db, problem).await),
        }
    }

    /// Keeps a request before the service is asked for it.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub(crate) async fn ask(&self, row: &LinkRow, now: DateTime<Utc>) -> Result<(), StoreProblem> {
        let tenancy = row.tenancy.to_lowercase();
        let (start, expires) = (row.start.to_string(), row.expires.to_string());
        let now = instant(now);
        let args = [
            Arg::from(&self.endpoint),
            Arg::from(&self.folder),
            Arg::from(&row.name),
            Arg::from(&row.file),
            Arg::from(&tenancy),
            Arg::from(&start),
            Arg::from(&row.object),
            Arg::from(&expires),
            Arg::from(&now),
        ];
        self.change(ASK, &args).await.map(drop)
    }

    /// Keeps the service's identifier `request` of the one called `name`. Returns whether it was still wanted.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub(crate) async fn hold(&self, name: &str, request: &str) -> Result<bool, StoreProblem> {
        let request = Arg::from(request);
        self.change(HOLD, &self.of(name, request)).await
    }

    /// Notes that the request called `name` is no more.
    ///
    /// # Errors
    /// A [`StoreProblem`]
    pub(crate) async fn end(&self, name: &str, now: DateTime<Utc>) -> Result<(), StoreProblem> {
        let now = instant(now);
        let now = Arg::from(&now);
        self.change(END, &self.of(name, now)).await.map(drop)
    }

    /// Closes the connections.
    pub(crate) async fn close(self) {
        self.db.close().await;
    }

    fn of<'a>(&'a self, name: &'a str, value: Arg<'a>) -> [Arg<'a>; 4] {
        [
            Arg::from(&self.endpoint),
            Arg::from(&self.folder),
            Arg::from(name),
            value,
        ]
    }

    /// Runs `sql`, which returns the rows that it changes; returns whether it changed one.
    async fn change(&self, sql: &str, args: &[Arg<'_>]) -> Result<bool, StoreProblem> {
        match self.db.change(sql, args).await {
            Ok(changed) => Ok(changed),
            Err(problem) => Err(with_grant(&self.db, problem).await),
        }
    }
}

async fn migrate(db: &Db, wait: Duration) -> Result<(), StoreProblem> {
    let mut transaction = db.write(wait).await?;
    schema::migrate(&mut transaction).await?;
    transaction.commit().await
}

fn row(cells: &Cells) -> Result<LinkRow, StoreProblem> {
    let [
        Some(name),
        Some(file),
        Some(tenancy),
        Some(start),
        Some(object),
        request,
        Some(expires),
    ] = &cells[..]
    else {
        return Err(StoreProblem::Corrupt);
    };
    Ok(LinkRow {
        name: name.clone(),
        file: file.clone(),
        tenancy: tenancy.clone(),
        start: parsed(start)?,
        object: object.clone(),
        request: request.clone(),
        expires: parsed(expires)?,
    })
}

const ROWS: &str = "\
    SELECT nome, arquivo, tenancy, CAST(inicio AS TEXT), objeto, requisicao, CAST(expira_em AS TEXT) \
    FROM enlace WHERE endereco = $1 AND pasta = $2 AND encerrado_em IS NULL ORDER BY arquivo, inicio, nome";

const ASK: &str = "\
    INSERT INTO enlace (endereco, pasta, nome, arquivo, tenancy, inicio, objeto, expira_em, pedido_em) \
    VALUES ($1, $2, $3, $4, $5, CAST($6 AS {day}), $7, CAST($8 AS {day}), CAST($9 AS {instant})) RETURNING nome";

const HOLD: &str = "\
    UPDATE enlace SET requisicao = $4 \
    WHERE endereco = $1 AND pasta = $2 AND nome = $3 AND encerrado_em IS NULL RETURNING nome";

const END: &str = "\
    UPDATE enlace SET encerrado_em = CAST($4 AS {instant}) \
    WHERE endereco = $1 AND pasta = $2 AND nome = $3 AND encerrado_em IS NULL RETURNING nome";
