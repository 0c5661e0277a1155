//! The days of the tenancies: the rows that answers replace, and the ranges of the days that were asked for.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, SubsecRound as _, Utc};

use super::super::db::{Arg, StoreTransaction};
use super::super::{Check, amount, checked_span, instant, listed, parsed, read_instant};
use super::{ClientRecord, RecordedDays, VALUES_AT_ONCE, Values, insert, of_tenancies, tuples};
use crate::calendar::{Day, Days};
use crate::days::coverage::{Coverage, Span};
use crate::failure::StoreProblem;
use crate::money::Amount;

/// A row of a day as the store has it.
#[derive(Clone, Debug)]
struct DayRow {
    currency: String,
    /// The amount; `None` if it cannot be read.
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
pub(super) async fn record(
    transaction: &mut StoreTransaction,
    clients: &[(i64, &ClientRecord<'_>)],
) -> Result<(), StoreProblem> {
    let mut answers: BTreeMap<i64, Vec<RecordedDays<'_>>> = BTreeMap::new();
    for (tenancy, client) in clients {
        answers.entry(*tenancy).or_default().extend(client.days);
    }
    answers.retain(|_, days| !days.is_empty());
    let numbers: Vec<i64> = answers.keys().copied().collect();
    let mut tenancies = read_tenancies(transaction, &numbers, &answers).await?;

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
        let rows = tuples(transaction, &DAY_COLUMNS[..3], gone.len());
        let sql =
            format!("DELETE FROM custo_diario WHERE (tenancia, data, moeda) IN (VALUES {rows})");
        let args: Vec<Arg<'_>> = gone.iter().flatten().map(Arg::from).collect();
        transaction.run(&sql, &args).await?;
    }
    insert(transaction, "custo_diario", &DAY_COLUMNS, &new, REPLACE).await?;
    of_tenancies(
        transaction,
        "DELETE FROM intervalo WHERE tenancia IN",
        &numbers,
    )
    .await?;
    insert(transaction, "intervalo", &SPAN_COLUMNS, &spans, "").await?;
    Ok(())
}

/// Reads the ranges of the tenancies, and the rows that the answers may touch.
async fn read_tenancies(
    transaction: &mut StoreTransaction,
    numbers: &[i64],
    answers: &BTreeMap<i64, Vec<RecordedDays<'_>>>,
) -> Result<BTreeMap<i64, Tenancy>, StoreProblem> {
    let mut tenancies: BTreeMap<i64, Tenancy> = BTreeMap::new();
    let rows = of_tenancies(transaction, SPANS, numbers).await?;
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
        let sql = ROWS.replace(
            "{since}",
            &tuples(transaction, &DAY_COLUMNS[..2], from.len()),
        );
        let args: Vec<Arg<'_>> = from.iter().flatten().map(Arg::from).collect();
        for row in transaction.run(&sql, &args).await? {
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

const DAY_COLUMNS: [(&str, &str); 5] = [
    ("tenancia", "{number}"),
    ("data", "{day}"),
    ("moeda", "TEXT"),
    ("custo", "{amount}"),
    ("buscado_em", "{instant}"),
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
