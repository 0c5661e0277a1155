//! What a run leaves in the store, all of it or nothing.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::coverage::Coverage;
use super::db::{Arg, Cells, Writing};
use super::history::{Answered, Ledger, add};
use super::{Store, cell, instant, parsed, patient, span};
use crate::calendar::Day;
use crate::contract::Contract;
use crate::failure::StoreProblem;
use crate::money::Amount;
use crate::report::statement::Statement;

/// Rows of days that one statement takes.
const ROWS_AT_ONCE: usize = 250;

/// A run that begins.
#[derive(Clone, Debug)]
pub struct Run {
    /// The clients' folder.
    pub folder: String,
    /// Whether all its clients are asked for, and their figures kept.
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
    /// Its contract's terms.
    pub contract: &'a Contract,
    /// The service's answers.
    pub answers: &'a [Answered],
    /// When they were got.
    pub fetched_at: Option<DateTime<Utc>>,
    /// The figures, or the code of the failure; `None` where neither is kept.
    pub outcome: Option<Result<&'a Statement, &'static str>>,
}

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
        patient(async {
            let mut writing = self.db.write().await?;
            let id = writing.run(BEGIN, &args).await?;
            writing.commit().await?;
            parsed(&cell(&id).unwrap_or_default())
        })
        .await
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
        // Two runs that keep clients in one order never wait for each other in a ring.
        let mut records: Vec<(String, &Record<'_>)> = records
            .iter()
            .map(|record| (record.tenancy.to_lowercase(), record))
            .collect();
        records.sort_by(|a, b| (&a.0, a.1.file).cmp(&(&b.0, b.1.file)));
        let finished_at = instant(finished_at);
        let count = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
        let end = [
            number.into(),
            (&finished_at).into(),
            count(clients),
            count(failed),
        ];
        patient(async {
            let mut writing = self.db.write().await?;
            for (tenancy, record) in &records {
                let args = [Arg::from(&self.endpoint), Arg::from(tenancy)];
                let tenancy =
                    parsed(&cell(&writing.run(TENANCY, &args).await?).unwrap_or_default())?;
                keep_days(&mut writing, tenancy, record).await?;
                if let Some(outcome) = record.outcome {
                    keep_figures(&mut writing, number, tenancy, record, outcome).await?;
                }
            }
            writing.run(END, &end).await?;
            writing.commit().await
        })
        .await
    }
}

/// The days of a client, unless another run has got them later.
async fn keep_days(
    writing: &mut Writing,
    tenancy: i64,
    record: &Record<'_>,
) -> Result<(), StoreProblem> {
    let Some(at) = record.fetched_at.filter(|_| !record.answers.is_empty()) else {
        return Ok(());
    };
    let (fetched_at, today) = (instant(at), at.date_naive());
    let spans = writing.run(SPANS, &[tenancy.into()]).await?;
    let mut coverage = Coverage::new(
        spans
            .iter()
            .map(|row| span(row))
            .collect::<Result<_, _>>()?,
    );
    for answer in record.answers {
        coverage.add(answer.days, at);
        let (start, end) = (
            answer.counts_from(today).to_string(),
            answer.days.end.to_string(),
        );
        let args = [
            tenancy.into(),
            (&start).into(),
            (&end).into(),
            (&fetched_at).into(),
        ];
        writing.run(FORGET, &args).await?;
        let mut ledger = Ledger::new();
        add(&mut ledger, &answer.rows);
        let rows: Vec<[String; 3]> = ledger
            .iter()
            .map(|((day, currency), amount)| {
                let currency = currency.map(|currency| currency.code().to_owned());
                [
                    day.to_string(),
                    currency.unwrap_or_default(),
                    amount.to_string(),
                ]
            })
            .collect();
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let mut args = vec![tenancy.into(), (&fetched_at).into()];
            args.extend(rows.iter().flatten().map(Arg::from));
            writing.run(&insert_days(rows.len()), &args).await?;
        }
    }
    writing
        .run(
            "DELETE FROM intervalo WHERE tenancia = $1",
            &[tenancy.into()],
        )
        .await?;
    for span in coverage.spans() {
        let (start, end) = (span.days.start.to_string(), span.days.end.to_string());
        let fetched_at = instant(span.fetched_at);
        let lasting = i64::from(span.lasting);
        let args = [
            tenancy.into(),
            (&start).into(),
            (&end).into(),
            lasting.into(),
            (&fetched_at).into(),
        ];
        writing.run(ADD_SPAN, &args).await?;
    }
    Ok(())
}

/// The insertion of so many days of a tenancy, got at one time.
fn insert_days(rows: usize) -> String {
    let mut sql =
        "INSERT INTO custo_diario (tenancia, buscado_em, data, moeda, custo) VALUES ".to_owned();
    for n in 0..rows {
        let (comma, day) = (if n > 0 { ", " } else { "" }, 3 + 3 * n);
        let (currency, cost) = (day + 1, day + 2);
        // Writing to a text cannot fail.
        let _ = write!(
            sql,
            "{comma}($1, CAST($2 AS {{instant}}), CAST(${day} AS {{day}}), ${currency}, CAST(${cost} AS {{amount}}))"
        );
    }
    sql + " ON CONFLICT (tenancia, data, moeda) DO UPDATE \
        SET custo = excluded.custo, buscado_em = excluded.buscado_em \
        WHERE excluded.buscado_em >= custo_diario.buscado_em"
}

/// What the run says of a client's contract.
async fn keep_figures(
    writing: &mut Writing,
    run: i64,
    tenancy: i64,
    record: &Record<'_>,
    outcome: Result<&Statement, &'static str>,
) -> Result<(), StoreProblem> {
    let contract = contract(writing, tenancy, record).await?;
    let statement = outcome.ok();
    let band = statement.and_then(|statement| statement.band.as_ref());
    let least = band.map(|band| band.projected.low.clone());
    let most = band.map(|band| band.projected.high.clone());
    let chance = band.and_then(|band| band.chance.map(|chance| chance.to_string()));
    let amounts = statement.map(|statement| {
        [
            &statement.consumption,
            &statement.provisional,
            &statement.balance,
            &statement.forecast,
            &statement.top_up,
            &statement.projected,
            &least,
            &most,
            &statement.surplus,
            &statement.shortfall,
            &statement.pace,
        ]
        .map(|amount| amount.as_ref().map(Amount::to_string))
    });
    let days = statement.map(|statement| {
        [
            statement.data_through,
            statement.settled_through,
            statement.runs_out,
        ]
        .map(|day| day.map(|day| day.to_string()))
    });
    let (amounts, days) = (amounts.unwrap_or_default(), days.unwrap_or_default());
    let currency = statement.and_then(|statement| statement.currency);
    let [data_through, settled_through, runs_out] = &days;
    let [
        consumption,
        provisional,
        balance,
        forecast,
        top_up,
        projected,
        least,
        most,
        surplus,
        shortfall,
        pace,
    ] = &amounts;
    let args = [
        run.into(),
        contract.into(),
        Arg::Text(outcome.err()),
        Arg::Text(statement.map(|statement| statement.situation.word())),
        Arg::Number(i64::from(statement.is_some_and(Statement::in_totals))),
        Arg::Text(currency.as_ref().map(|currency| currency.code())),
        data_through.into(),
        settled_through.into(),
        consumption.into(),
        provisional.into(),
        balance.into(),
        Arg::Text(statement.map(|statement| statement.method.word())),
        forecast.into(),
        top_up.into(),
        projected.into(),
        least.into(),
        most.into(),
        (&chance).into(),
        surplus.into(),
        shortfall.into(),
        runs_out.into(),
        pace.into(),
    ];
    writing.run(ADD_FIGURES, &args).await?;
    Ok(())
}

/// The number of the contract's terms, which are kept where they are new.
async fn contract(
    writing: &mut Writing,
    tenancy: i64,
    record: &Record<'_>,
) -> Result<i64, StoreProblem> {
    let contract = record.contract;
    let (start, end, credit) = (
        contract.start.to_string(),
        contract.end.to_string(),
        contract.credit.to_string(),
    );
    let opening = contract.opening.as_ref();
    let (before, through) = (
        opening.map(|opening| opening.amount.to_string()),
        opening.map(|opening| opening.through.to_string()),
    );
    let args = [
        tenancy.into(),
        record.name.into(),
        record.file.into(),
        (&start).into(),
        (&end).into(),
        (&credit).into(),
        Arg::Text(contract.currency.as_ref().map(|currency| currency.code())),
        (&before).into(),
        (&through).into(),
    ];
    let known: Vec<Cells> = writing.run(FIND_TERMS, &args).await?;
    let id = match cell(&known) {
        Some(id) => Some(id),
        None => cell(&writing.run(ADD_TERMS, &args).await?),
    };
    parsed(&id.unwrap_or_default())
}

const BEGIN: &str = "\
    INSERT INTO execucao (endereco, pasta, completa, data_base, versao, iniciada_em) \
    VALUES ($1, $2, $3, CAST($4 AS {day}), $5, CAST($6 AS {instant})) \
    RETURNING CAST(id AS TEXT)";

const END: &str = "\
    UPDATE execucao SET terminada_em = CAST($2 AS {instant}), clientes = $3, falhas = $4 WHERE id = $1";

/// Finds or adds the tenancy, and keeps other runs from its days until the transaction ends.
const TENANCY: &str = "\
    INSERT INTO tenancia (endereco, ocid) VALUES ($1, $2) \
    ON CONFLICT (endereco, ocid) DO UPDATE SET ocid = excluded.ocid \
    RETURNING CAST(id AS TEXT)";

const SPANS: &str = "\
    SELECT CAST(inicio AS TEXT), CAST(fim AS TEXT), CAST(definitivo AS TEXT), CAST(buscado_em AS TEXT) \
    FROM intervalo WHERE tenancia = $1";

/// Days that the service no longer has cost on.
const FORGET: &str = "\
    DELETE FROM custo_diario WHERE tenancia = $1 AND data >= CAST($2 AS {day}) AND data < CAST($3 AS {day}) \
    AND buscado_em <= CAST($4 AS {instant})";

const ADD_SPAN: &str = "\
    INSERT INTO intervalo (tenancia, inicio, fim, definitivo, buscado_em) \
    VALUES ($1, CAST($2 AS {day}), CAST($3 AS {day}), $4, CAST($5 AS {instant}))";

const FIND_TERMS: &str = "\
    SELECT CAST(MAX(id) AS TEXT) FROM contrato \
    WHERE tenancia = $1 AND cliente = $2 AND arquivo = $3 \
    AND inicio = CAST($4 AS {day}) AND fim = CAST($5 AS {day}) AND credito = CAST($6 AS {amount}) \
    AND moeda IS NOT DISTINCT FROM $7 \
    AND consumo_anterior IS NOT DISTINCT FROM CAST($8 AS {amount}) \
    AND consumo_anterior_ate IS NOT DISTINCT FROM CAST($9 AS {day})";

const ADD_TERMS: &str = "\
    INSERT INTO contrato (tenancia, cliente, arquivo, inicio, fim, credito, moeda, consumo_anterior, consumo_anterior_ate) \
    VALUES ($1, $2, $3, CAST($4 AS {day}), CAST($5 AS {day}), CAST($6 AS {amount}), $7, CAST($8 AS {amount}), CAST($9 AS {day})) \
    RETURNING CAST(id AS TEXT)";

const ADD_FIGURES: &str = "\
    INSERT INTO demonstrativo (execucao, contrato, falha, situacao, nos_totais, moeda, dados_ate, consolidado_ate, \
        consumo, consumo_provisorio, saldo, metodo, previsto, complemento_provisorio, total_estimado, total_min, \
        total_max, probabilidade_esgotar, sobra, debito, esgota_em, ritmo_diario) \
    VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS {day}), CAST($8 AS {day}), CAST($9 AS {amount}), CAST($10 AS {amount}), \
        CAST($11 AS {amount}), $12, CAST($13 AS {amount}), CAST($14 AS {amount}), CAST($15 AS {amount}), \
        CAST($16 AS {amount}), CAST($17 AS {amount}), CAST($18 AS {number}), CAST($19 AS {amount}), \
        CAST($20 AS {amount}), CAST($21 AS {day}), CAST($22 AS {amount})) \
    ON CONFLICT (execucao, contrato) DO NOTHING";
