//! The days of a client: from the store what lasts, from the service the rest.

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use reqwest::Url;

use crate::calendar::{Day, Days};
use crate::cost::CostRow;
use crate::failure::{Failure, Warning};
use crate::oci::transport::Session;
use crate::oci::usage;
use crate::store::history::{Answered, Stored, differing, rows};

/// What is known of a client's days.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The cost by day and currency.
    pub(super) rows: Vec<CostRow>,
    /// The days that nobody says anything of.
    pub(super) unknown: Vec<Days>,
    /// What the service answered.
    pub(super) answers: Vec<Answered>,
    /// When it did, by its own clock where this machine's is off.
    pub(super) at: DateTime<Utc>,
    /// What the reader of the figures must know.
    pub(super) warnings: Vec<Warning>,
}

/// The days of `wanted`, by the Usage API at `base` and what is `stored`. What the service restates is asked
/// for again; of the rest each month is compared with the service's own sum, and asked for where they differ.
///
/// # Errors
/// The first [`Failure`] of any request.
pub(super) async fn days(
    session: &Session<'_>,
    base: &Url,
    wanted: Days,
    stored: &Stored,
    now: DateTime<Utc>,
) -> Result<Fetched, Failure> {
    let today = now.date_naive();
    let missing = stored.coverage.missing(wanted);
    let checked = stored.to_check(&missing, wanted, today);
    let (mut answers, sums) = tokio::try_join!(
        daily(session, base, &missing, today),
        monthly(session, base, checked)
    )?;

    let mut ledger = stored.with(&answers, wanted);
    let mut differ = differing(&ledger, &sums, checked);
    let mut stale: Vec<Days> = differ
        .iter()
        .flat_map(|(month, ..)| {
            let days = month.days().within(checked);
            days.outside(answers.iter().map(|answer| answer.days))
        })
        .collect();
    // A month may differ in two currencies.
    stale.sort_by_key(|days| days.start);
    stale.dedup();
    if !stale.is_empty() {
        answers.extend(daily(session, base, &stale, today).await?);
        ledger = stored.with(&answers, wanted);
        differ = differing(&ledger, &sums, checked);
    }

    let mut warnings = Vec::new();
    if let Some(days) = stored.forgotten(&answers) {
        warnings.push(Warning::Forgotten { days });
    }
    warnings.extend(
        differ
            .into_iter()
            .map(|(month, days, sum)| Warning::MonthDiffers { month, days, sum }),
    );
    warnings.extend(
        stored
            .restated(&ledger, wanted)
            .into_iter()
            .map(|restated| Warning::Restated {
                month: restated.month,
                before: restated.before,
                after: restated.after,
            }),
    );
    Ok(Fetched {
        rows: rows(ledger),
        unknown: stored.unknown(&answers, wanted),
        answers,
        at: now,
        warnings,
    })
}

async fn daily(
    session: &Session<'_>,
    base: &Url,
    ranges: &[Days],
    today: Day,
) -> Result<Vec<Answered>, Failure> {
    try_join_all(ranges.iter().map(async |days| {
        let rows = usage::daily_costs(session, base, *days).await?;
        Ok(Answered::new(*days, rows, today))
    }))
    .await
}

async fn monthly(session: &Session<'_>, base: &Url, days: Days) -> Result<Vec<CostRow>, Failure> {
    if days.is_empty() {
        return Ok(Vec::new());
    }
    usage::monthly_costs(session, base, days).await
}
