//! The figures of a run: a row for each reported contract.

use std::collections::{BTreeSet, HashSet};

use super::super::db::{Cells, StoreTransaction};
use super::{ClientRecord, Values, insert, of_tenancies, timeline};
use crate::contract::Contract;
use crate::failure::StoreProblem;
use crate::report::figures::{self, FigureKind};
use crate::report::statement::Statement;

/// Records the figures of the clients' contracts; of two of one tenancy that begin on one day, the first.
pub(super) async fn record(
    transaction: &mut StoreTransaction,
    run: RunRecord,
    clients: &[(i64, &ClientRecord<'_>)],
) -> Result<(), StoreProblem> {
    let mut said: Vec<(StoredTerms, &ClientRecord<'_>, &Statement)> = Vec::new();
    let mut begun = HashSet::new();
    for (tenancy, client) in clients {
        if let (Some(Ok(statement)), Some(contract)) = (client.outcome, client.contract)
            && begun.insert((*tenancy, contract.start))
        {
            said.push((
                StoredTerms::new(*tenancy, client, contract),
                client,
                statement,
            ));
        }
    }
    let numbers: BTreeSet<i64> = said.iter().map(|(terms, ..)| terms.tenancy).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let mut known = contracts(transaction, &numbers).await?;
    let new: Vec<Values> = said
        .iter()
        .filter(|(terms, ..)| terms.find(&known).is_none())
        .map(|(terms, ..)| terms.values.clone())
        .collect();
    if !new.is_empty() {
        insert(transaction, "contrato", &TERM_COLUMNS, &new, "").await?;
        known = contracts(transaction, &numbers).await?;
    }
    let reported: Vec<ReportedContract<'_>> = said
        .into_iter()
        .filter_map(|(terms, client, statement)| {
            Some(ReportedContract {
                tenancy: terms.tenancy,
                contract: terms.find(&known)?,
                client,
                statement,
            })
        })
        .collect();
    let rows: Vec<Values> = reported
        .iter()
        .map(|reported| figures(run.number, reported))
        .collect();
    insert(transaction, "demonstrativo", &figure_columns(), &rows, "").await?;
    if run.shown {
        timeline::record(transaction, run.number, &reported).await?;
    }
    Ok(())
}

/// A run while it is recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunRecord {
    /// Number in the table `execucao`.
    pub(super) number: i64,
    /// BI shows the run.
    pub(super) shown: bool,
}

/// A reported contract.
pub(super) struct ReportedContract<'a> {
    /// Number of the tenancy.
    pub(super) tenancy: i64,
    /// Number of the contract's terms.
    pub(super) contract: i64,
    /// The client.
    client: &'a ClientRecord<'a>,
    /// The figures.
    pub(super) statement: &'a Statement,
}

/// A contract's terms as the store has them.
struct StoredTerms {
    tenancy: i64,
    /// Values in the order of [`TERM_COLUMNS`].
    values: Values,
}

impl StoredTerms {
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
async fn contracts(
    transaction: &mut StoreTransaction,
    tenancies: &[i64],
) -> Result<Vec<Cells>, StoreProblem> {
    let mut found = of_tenancies(transaction, TERMS, tenancies).await?;
    let number = |row: &Cells| row.first().cloned().flatten()?.parse::<i64>().ok();
    found.sort_by_key(number);
    Ok(found)
}

/// Returns the figures of a contract in the run numbered `run`, in the order of [`figure_columns`].
fn figures(run: i64, reported: &ReportedContract<'_>) -> Values {
    let first = [Some(run.to_string()), Some(reported.contract.to_string())];
    let of_client = [
        (figures::REGION.key, reported.client.region),
        (figures::GROUP.key, reported.client.group),
    ];
    let figures = figures::stored().map(|figure| {
        match of_client.iter().find(|(key, _)| *key == figure.key) {
            Some((_, text)) => text.map(str::to_owned),
            None => {
                let value = figure.value_in(reported.statement);
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
        FigureKind::Money | FigureKind::Percent => "{amount}",
        FigureKind::Date => "{day}",
        FigureKind::Instant => "{instant}",
        FigureKind::Chance | FigureKind::Count | FigureKind::Flag => "{number}",
        FigureKind::Situation | FigureKind::Method | FigureKind::Currency | FigureKind::Text => {
            "TEXT"
        }
    };
    let first = [("execucao", "{number}"), ("contrato", "{number}")];
    let figures = figures::stored().map(|figure| (figure.key, kind(figure.kind())));
    first.into_iter().chain(figures).collect()
}

const TERMS: &str = "\
    SELECT CAST(id AS TEXT), CAST(tenancia AS TEXT), arquivo, cliente, CAST(inicio AS TEXT), CAST(fim AS TEXT), \
        CAST(credito AS TEXT), moeda, CAST(consumo_anterior AS TEXT), CAST(consumo_anterior_ate AS TEXT) \
    FROM contrato WHERE tenancia IN";

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
