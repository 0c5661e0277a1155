//! The days of each contract's newest report that BI shows, and the forecast by month of each such report.
//!
//! Each list is a JSON array in one row. With a row for each day, 300 contracts of a year would be 110,000 rows every
//! morning, more than a far server takes in the time that a recording has.

use std::collections::BTreeMap;

use super::super::db::StoreTransaction;
use super::figures::ReportedContract;
use super::{Values, insert};
use crate::calendar::{Day, Days, Month};
use crate::failure::StoreProblem;
use crate::money::Amount;
use crate::report::figures::FigureValue;
use crate::report::statement::Statement;
use crate::report::timeline::EntryKind;

/// Decimals of a stored amount: those of the views.
const PLACES: u8 = 10;

/// Records the days and the months of the `reported` contracts of the run numbered `run`. The days take the place of
/// those of the contract's earlier reports.
pub(super) async fn record(
    transaction: &mut StoreTransaction,
    run: i64,
    reported: &[ReportedContract<'_>],
) -> Result<(), StoreProblem> {
    let run = run.to_string();
    let all_days: Vec<Values> = reported
        .iter()
        .filter_map(|reported| {
            let (first, days) = days(reported.statement)?;
            let values = [
                reported.tenancy.to_string(),
                reported.statement.contract.start.to_string(),
                run.clone(),
                first.to_string(),
                days,
            ];
            Some(values.map(Some).to_vec())
        })
        .collect();
    insert(
        transaction,
        "contrato_dias",
        &DAY_COLUMNS,
        &all_days,
        REPLACE,
    )
    .await?;
    let all_months: Vec<Values> = reported
        .iter()
        .filter_map(|reported| {
            let months = months(reported.statement)?;
            let values = [run.clone(), reported.contract.to_string(), months];
            Some(values.map(Some).to_vec())
        })
        .collect();
    insert(transaction, "previsao_mes", &MONTH_COLUMNS, &all_months, "").await?;
    Ok(())
}

/// The parts of a day.
struct DayParts<'a> {
    /// Letter of the state, which the view `v_dias` names.
    state: &'static str,
    booked: Option<&'a Amount>,
    forecast: Option<&'a Amount>,
}

/// Returns the first day of the timeline of `statement`, and each day from it on as `["c",booked,forecast]`. A day
/// between others that the timeline lacks has no state.
fn days(statement: &Statement) -> Option<(Day, String)> {
    let mut days: BTreeMap<Day, DayParts<'_>> = BTreeMap::new();
    for entry in statement.timeline() {
        let parts = days.entry(entry.day).or_insert(DayParts {
            state: letter(entry.kind),
            booked: None,
            forecast: None,
        });
        match entry.kind.is_forecast() {
            true => parts.forecast = entry.cost,
            false => parts.booked = entry.cost,
        }
    }
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let element = |day| match days.get(&day) {
        Some(parts) => {
            let [booked, forecast] = [parts.booked, parts.forecast].map(number);
            format!("[\"{}\",{booked},{forecast}]", parts.state)
        }
        None => "[\"\",null,null]".to_owned(),
    };
    let elements: Vec<String> = Days::inclusive(first, last).iter().map(element).collect();
    Some((first, array(&elements)))
}

/// Returns the letter of a day's state.
fn letter(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Before => "a",
        EntryKind::Settled => "c",
        EntryKind::Unknown => "s",
        EntryKind::Provisional | EntryKind::TopUp => "p",
        EntryKind::Future => "f",
    }
}

/// Returns the months of `statement` that have days to come, each as `["2026-06",booked,forecast]`: the cost of the
/// month's days booked by then, and the forecast of the rest. `None` without a forecast.
fn months(statement: &Statement) -> Option<String> {
    statement.forecast.as_ref()?;
    let first = Month::of(statement.coming.first()?.day);
    let mut months: BTreeMap<Month, [Option<Amount>; 2]> = BTreeMap::new();
    for entry in statement.timeline() {
        let month = Month::of(entry.day);
        // The opening balance is no month's.
        if month < first || entry.kind == EntryKind::Before {
            continue;
        }
        let none_yet = || [Some(Amount::zero()), Some(Amount::zero())];
        let [booked, forecast] = months.entry(month).or_insert_with(none_yet);
        let sum = match entry.kind.is_forecast() {
            true => forecast,
            false => booked,
        };
        let nothing_yet = entry.cost.is_none() && entry.kind == EntryKind::Provisional;
        if !nothing_yet {
            *sum = sum.as_ref().zip(entry.cost).map(|(sum, cost)| sum + cost);
        }
    }
    let elements = months.into_iter().map(|(month, sums)| {
        let [booked, forecast] = sums.each_ref().map(|sum| number(sum.as_ref()));
        let month = FigureValue::Month(month);
        format!("[\"{}\",{booked},{forecast}]", month.machine())
    });
    Some(array(&elements.collect::<Vec<_>>()))
}

/// Returns `amount` as a number of JSON, or `null`.
fn number(amount: Option<&Amount>) -> String {
    amount.map_or("null".to_owned(), |amount| {
        amount.rounded(PLACES).to_string()
    })
}

fn array(elements: &[String]) -> String {
    format!("[{}]", elements.join(","))
}

const REPLACE: &str = "\
    ON CONFLICT (tenancia, inicio) DO UPDATE \
    SET execucao = excluded.execucao, primeiro_dia = excluded.primeiro_dia, dias = excluded.dias";

const DAY_COLUMNS: [(&str, &str); 5] = [
    ("tenancia", "{number}"),
    ("inicio", "{day}"),
    ("execucao", "{number}"),
    ("primeiro_dia", "{day}"),
    ("dias", "TEXT"),
];

const MONTH_COLUMNS: [(&str, &str); 3] = [
    ("execucao", "{number}"),
    ("contrato", "{number}"),
    ("meses", "TEXT"),
];
