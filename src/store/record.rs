//! What a run leaves in the store, all of it or nothing; in few statements, since a server may be far.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::coverage::{Coverage, Span};
use super::db::{Arg, Cells, Writing};
use super::history::{Answered, Ledger, add};
use super::{SPANS, Store, cell, instant, parsed, span};
use crate::calendar::{Day, Days};
use crate::contract::Contract;
use crate::failure::StoreProblem;
use crate::report::figures::{self, Kind};
use crate::report::statement::Statement;

/// Values that one statement takes at most; SQLite has room for some 32,000, and a server for more.
const VALUES_AT_ONCE: usize = 4_000;

/// A run that begins.
#[derive(Clone, Debug)]
pub struct Run {
    /// The clients' folder.
    pub folder: String,
    /// Whether all its clients are asked for.
    pub complete: bool,
    /// The day it is seen from.
    pub as_of: Day,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

/// What a run has of a client.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// The tenancy's OCID.
    pub tenancy: &'a str,
    /// The client's name.
    pub name: &'a str,
    /// Its config's file name.
    pub file: &'a str,
    /// Its contract's terms; `None` where the config does not say them any more.
    pub contract: Option<&'a Contract>,
    /// The service's answers.
    pub answers: &'a [Answered],
    /// When they were got.
    pub fetched_at: Option<DateTime<Utc>>,
    /// The figures, or the code of the failure; `None` where the run is about no figures to be kept.
    pub outcome: Option<Result<&'a Statement, &'static str>>,
}

/// A row of values.
type Values = Vec<Option<String>>;

impl Store {
    /// Notes that a run begins, which shows that the store can be written, and gives its number.
    ///
    /// # Errors
    /// A [`StoreProblem`].
    pub async fn begin(&self, run: &Run) -> Result<i64, StoreProblem> {
        let (as_of, started_at) = (run.as_of.to_string(), instant(run.started_at));
        let args = [
            Arg::from(&self.endpoint),
            Arg::from(&run.folder),
            Arg::from(i64::from(run.complete)),
            Arg::from(&as_of),
            Arg::from(env!("CARGO_PKG_VERSION")),
            Arg::from(&started_at),
        ];
        let mut writing = self.db.write().await?;
        let id = writing.run(BEGIN, &args).await?;
        writing.commit().await?;
        parsed(&cell(&id).unwrap_or_default())
    }

    /// Keeps what run `number` had of its clients, of whom so many failed.
    ///
    /// # Errors
    /// A [`StoreProblem`]; then nothing of it is kept.
    pub async fn finish(
        &self,
        number: i64,
        records: &[Record<'_>],
        clients: usize,
        failed: usize,
        finished_at: DateTime<Utc>,
    ) -> Result<(), StoreProblem> {
        let mut writing = self.db.write().await?;
        let tenancies = self.tenancies(&mut writing, records).await?;
        let of = |record: &Record<'_>| tenancies.get(&record.tenancy.to_lowercase()).copied();
        let records: Vec<(i64, &Record<'_>)> = records
            .iter()
            .filter_map(|record| Some((of(record)?, record)))
            .collect();
        keep_days(&mut writing, &records).await?;
        keep_figures(&mut writing, number, &records).await?;
        let finished_at = instant(finished_at);
        let count = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
        let end = [
            number.into(),
            (&finished_at).into(),
            count(clients),
            count(failed),
        ];
        writing.run(END, &end).await?;
        writing.commit().await
    }

    /// The tenancies' numbers, by their OCIDs. New ones are added, and other runs are kept from the days of
    /// all until the transaction ends; in order, so that two runs never wait for each other in a ring.
    async fn tenancies(
        &self,
        writing: &mut Writing,
        records: &[Record<'_>],
    ) -> Result<HashMap<String, i64>, StoreProblem> {
        let mut ocids: Vec<String> = records
            .iter()
            .map(|record| record.tenancy.to_lowercase())
            .collect();
        ocids.sort();
        ocids.dedup();
        // One that only a broken config names is nobody's yet.
        let sound: Vec<Values> = ocids
            .iter()
            .filter(|ocid| {
                let named = |record: &&Record<'_>| record.tenancy.eq_ignore_ascii_case(ocid);
                let sound = |record: &Record<'_>| record.contract.is_some();
                records.iter().filter(named).any(sound)
            })
            .map(|ocid| vec![Some(self.endpoint.clone()), Some(ocid.clone())])
            .collect();
        let columns = [("endereco", "TEXT"), ("ocid", "TEXT")];
        let lock = "ON CONFLICT (endereco, ocid) DO UPDATE SET ocid = excluded.ocid";
        insert(writing, "tenancia", &columns, &sound, lock).await?;
        let mut found = HashMap::new();
        for ocids in ocids.chunks(VALUES_AT_ONCE) {
            let sql = format!(
                "SELECT ocid, CAST(id AS TEXT) FROM tenancia WHERE ocid IN ({}) AND endereco = {}",
                writing.places(1, ocids.len()),
                writing.places(1 + ocids.len(), 1)
            );
            let mut args: Vec<Arg<'_>> = ocids.iter().map(Arg::from).collect();
            args.push(Arg::from(&self.endpoint));
            for row in writing.run(&sql, &args).await? {
                let [Some(ocid), Some(id)] = &row[..] else {
                    return Err(StoreProblem::Corrupt);
                };
                found.insert(ocid.clone(), parsed(id)?);
            }
        }
        Ok(found)
    }
}

/// The days of the clients, unless another run has got them later.
async fn keep_days(
    writing: &mut Writing,
    records: &[(i64, &Record<'_>)],
) -> Result<(), StoreProblem> {
    let fetched: Vec<(i64, DateTime<Utc>, &[Answered])> = records
        .iter()
        .filter(|(_, record)| !record.answers.is_empty())
        .filter_map(|(tenancy, record)| Some((*tenancy, record.fetched_at?, record.answers)))
        .collect();
    let numbers: Vec<i64> = fetched.iter().map(|(tenancy, ..)| *tenancy).collect();
    let mut coverages: BTreeMap<i64, Vec<Span>> = BTreeMap::new();
    let spans = format!("{SPANS} WHERE i.tenancia IN");
    for row in of_tenancies(writing, &spans, &numbers).await? {
        let (tenancy, span) = span(&row)?;
        coverages.entry(tenancy).or_default().push(span);
    }
    let mut coverages: BTreeMap<i64, Coverage> = coverages
        .into_iter()
        .map(|(tenancy, spans)| (tenancy, Coverage::new(spans)))
        .collect();

    let mut days: Vec<Values> = Vec::new();
    for (tenancy, at, answers) in &fetched {
        let coverage = coverages.entry(*tenancy).or_default();
        let later = |day: Day| coverage.fetched_at(day).is_some_and(|known| known > *at);
        for answer in *answers {
            let (start, end) = (
                answer.counted.start.to_string(),
                answer.counted.end.to_string(),
            );
            let fetched_at = instant(*at);
            let args = [
                Arg::from(*tenancy),
                (&start).into(),
                (&end).into(),
                (&fetched_at).into(),
            ];
            writing.run(FORGET, &args).await?;
            let mut ledger = Ledger::new();
            add(&mut ledger, &answer.rows);
            days.extend(ledger.iter().filter(|((day, _), _)| !later(*day)).map(
                |((day, currency), amount)| {
                    let currency = currency.map(|currency| currency.code().to_owned());
                    [
                        tenancy.to_string(),
                        day.to_string(),
                        currency.unwrap_or_default(),
                        amount.to_string(),
                        fetched_at.clone(),
                    ]
                    .map(Some)
                    .to_vec()
                },
            ));
        }
        for answer in *answers {
            coverage.add(answer.counted, *at);
            coverage.add_silent(Days::new(answer.days.start, answer.counted.start), *at);
        }
    }
    insert(writing, "custo_diario", &DAY_COLUMNS, &days, UNLESS_LATER).await?;

    of_tenancies(writing, "DELETE FROM intervalo WHERE tenancia IN", &numbers).await?;
    let spans = coverages.iter().flat_map(|(tenancy, coverage)| {
        coverage.spans().iter().map(|span| {
            [
                tenancy.to_string(),
                span.days.start.to_string(),
                span.days.end.to_string(),
                span.state.word().to_owned(),
                instant(span.fetched_at),
            ]
            .map(Some)
            .to_vec()
        })
    });
    let spans: Vec<Values> = spans.collect();
    insert(writing, "intervalo", &SPAN_COLUMNS, &spans, "").await
}

/// What the run says of the clients' contracts.
async fn keep_figures(
    writing: &mut Writing,
    run: i64,
    records: &[(i64, &Record<'_>)],
) -> Result<(), StoreProblem> {
    let said: Vec<(Terms, Result<&Statement, &'static str>)> = records
        .iter()
        .filter_map(|(tenancy, record)| Some((Terms::new(*tenancy, record), record.outcome?)))
        .collect();
    let numbers: Vec<i64> = records.iter().map(|(tenancy, _)| *tenancy).collect();
    let mut known = contracts(writing, &numbers).await?;
    let new: Vec<Values> = said
        .iter()
        .filter(|(terms, _)| terms.stated && terms.find(&known).is_none())
        .map(|(terms, _)| terms.values.clone())
        .collect();
    if !new.is_empty() {
        insert(writing, "contrato", &TERM_COLUMNS, &new, "").await?;
        known = contracts(writing, &numbers).await?;
    }
    let rows: Vec<Values> = said
        .iter()
        .filter_map(|(terms, outcome)| {
            let contract = terms.find(&known)?;
            Some(figures(run, contract, *outcome))
        })
        .collect();
    insert(writing, "demonstrativo", &figure_columns(), &rows, "").await
}

/// A contract's terms as they are kept, in the order of [`TERM_COLUMNS`].
struct Terms {
    values: Values,
    /// Whether the config says them; else only tenancy and file are known.
    stated: bool,
}

impl Terms {
    fn new(tenancy: i64, record: &Record<'_>) -> Self {
        let contract = record.contract;
        let opening = contract.and_then(|contract| contract.opening.as_ref());
        let currency = contract.and_then(|contract| contract.currency);
        Self {
            values: vec![
                Some(tenancy.to_string()),
                Some(record.file.to_owned()),
                Some(record.name.to_owned()),
                contract.map(|contract| contract.start.to_string()),
                contract.map(|contract| contract.end.to_string()),
                contract.map(|contract| contract.credit.to_string()),
                currency.map(|currency| currency.code().to_owned()),
                opening.map(|opening| opening.amount.to_string()),
                opening.map(|opening| opening.through.to_string()),
            ],
            stated: contract.is_some(),
        }
    }

    /// The number of the newest of `known`, which are in order, with these terms; or of this file, where
    /// the config does not say the terms.
    fn find(&self, known: &[Cells]) -> Option<i64> {
        let compared = if self.stated { self.values.len() } else { 2 };
        let same = |row: &&Cells| row.get(1..=compared) == self.values.get(..compared);
        let row = known.iter().rev().find(same)?;
        row.first()?.as_ref()?.parse().ok()
    }
}

/// The contracts of the tenancies, each by its number and its terms, oldest first.
async fn contracts(writing: &mut Writing, tenancies: &[i64]) -> Result<Vec<Cells>, StoreProblem> {
    let mut found = of_tenancies(writing, TERMS, tenancies).await?;
    let number = |row: &Cells| row.first().cloned().flatten()?.parse::<i64>().ok();
    found.sort_by_key(number);
    Ok(found)
}

/// What a run says of a contract, in the order of [`figure_columns`].
fn figures(run: i64, contract: i64, outcome: Result<&Statement, &'static str>) -> Values {
    let statement = outcome.ok();
    let first = [
        Some(run.to_string()),
        Some(contract.to_string()),
        outcome.err().map(str::to_owned),
    ];
    let figures = figures::stored().map(|figure| {
        let value = statement.and_then(|statement| figure.value_in(statement));
        let value = value.map(|value| value.machine().into_owned());
        // A failed client is in no total.
        value.or_else(|| (figure.kind() == Kind::Flag).then(|| "0".to_owned()))
    });
    first.into_iter().chain(figures).collect()
}

/// Columns of the table `demonstrativo`, each with its type: the run, the contract, the failure, and the
/// figures that the dictionary marks as stored.
fn figure_columns() -> Vec<(&'static str, &'static str)> {
    let kind = |kind| match kind {
        Kind::Money | Kind::Percent => "{amount}",
        Kind::Date => "{day}",
        Kind::Instant => "{instant}",
        Kind::Chance | Kind::Count | Kind::Flag => "{number}",
        Kind::Situation | Kind::Method | Kind::Currency | Kind::Text => "TEXT",
    };
    let first = [
        ("execucao", "{number}"),
        ("contrato", "{number}"),
        ("falha", "TEXT"),
    ];
    let figures = figures::stored().map(|figure| (figure.key, kind(figure.kind())));
    first.into_iter().chain(figures).collect()
}

/// Inserts `rows` into `columns`, each a name and its type, of `table`; `rest` is what follows the values.
async fn insert(
    writing: &mut Writing,
    table: &str,
    columns: &[(&str, &str)],
    rows: &[Values],
    rest: &str,
) -> Result<(), StoreProblem> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let width = columns.len().max(1);
    for rows in rows.chunks(VALUES_AT_ONCE / width) {
        let tuples: Vec<String> = (0..rows.len())
            .map(|row| {
                let casts: Vec<String> = columns
                    .iter()
                    .zip(row * width + 1..)
                    .map(|((_, kind), n)| format!("CAST({} AS {kind})", writing.places(n, 1)))
                    .collect();
                format!("({})", casts.join(", "))
            })
            .collect();
        let tuples = tuples.join(", ");
        let sql = format!("INSERT INTO {table} ({names}) VALUES {tuples} {rest}");
        let args: Vec<Arg<'_>> = rows.iter().flatten().map(Arg::from).collect();
        writing.run(&sql, &args).await?;
    }
    Ok(())
}

/// Runs `sql`, which ends before a list, for so many tenancies at a time as a statement takes.
async fn of_tenancies(
    writing: &mut Writing,
    sql: &str,
    tenancies: &[i64],
) -> Result<Vec<Cells>, StoreProblem> {
    let mut found = Vec::new();
    for tenancies in tenancies.chunks(VALUES_AT_ONCE) {
        let args: Vec<Arg<'_>> = tenancies.iter().map(|tenancy| (*tenancy).into()).collect();
        let sql = format!("{sql} ({})", writing.places(1, tenancies.len()));
        found.extend(writing.run(&sql, &args).await?);
    }
    Ok(found)
}

const BEGIN: &str = "\
    INSERT INTO execucao (endereco, pasta, completa, data_base, versao, iniciada_em) \
    VALUES ($1, $2, $3, CAST($4 AS {day}), $5, CAST($6 AS {instant})) \
    RETURNING CAST(id AS TEXT)";

const END: &str = "\
    UPDATE execucao SET terminada_em = CAST($2 AS {instant}), clientes = $3, falhas = $4 WHERE id = $1";

/// Days that the service no longer has cost on.
const FORGET: &str = "\
    DELETE FROM custo_diario WHERE tenancia = $1 AND data >= CAST($2 AS {day}) AND data < CAST($3 AS {day}) \
    AND buscado_em <= CAST($4 AS {instant})";

const TERMS: &str = "\
    SELECT CAST(id AS TEXT), CAST(tenancia AS TEXT), arquivo, cliente, CAST(inicio AS TEXT), CAST(fim AS TEXT), \
        CAST(credito AS TEXT), moeda, CAST(consumo_anterior AS TEXT), CAST(consumo_anterior_ate AS TEXT) \
    FROM contrato WHERE tenancia IN";

/// The rest of an insertion of days: what was got later stays.
const UNLESS_LATER: &str = "\
    ON CONFLICT (tenancia, data, moeda) DO UPDATE SET custo = excluded.custo, buscado_em = excluded.buscado_em \
    WHERE excluded.buscado_em >= custo_diario.buscado_em";

const DAY_COLUMNS: [(&str, &str); 5] = [
    ("tenancia", "{number}"),
    ("data", "{day}"),
    ("moeda", "TEXT"),
    ("custo", "{amount}"),
    ("buscado_em", "{instant}"),
];

const SPAN_COLUMNS: [(&str, &str); 5] = [
    ("tenancia", "{number}"),
    ("inicio", "{day}"),
    ("fim", "{day}"),
    ("estado", "TEXT"),
    ("buscado_em", "{instant}"),
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
        assert_eq!(migrated.len(), 22, "{migrated:?}");
        written.sort();
        migrated.sort();
        assert_eq!(written, migrated);
    }
}
