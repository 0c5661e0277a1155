//! The days of a client: asked of the service, and judged together with the
//! stored ones.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Url;
use tokio::time::{Instant, timeout_at};

use crate::calendar::{Day, Days, Month, plus_days};
use crate::days::coverage::{FORGOTTEN_FROM, anew_from};
use crate::days::reconcile::{
    Evidence, Judged, MonthlySums, RangeAnswer, StoredDays, joined, months_to_check,
};
use crate::failure::{Failure, ServiceProblem, Warning};
use crate::oci::transport::Session;
use crate::oci::usage;
use crate::oci::windows::{LONGEST_WINDOW, UsageApi, Windows, is_refusal, last_days};

/// Seconds up to which the clocks of this machine and of the service count as equal: the service's date has
/// whole seconds, and its answer takes a while.
const CLOCK_TOLERANCE: i64 = 30;

/// Time before the run's deadline at which requests that only confirm end, for the report of the days that are known.
const CLOSING: Duration = Duration::from_millis(500);

/// The time limit of the requests that only confirm, once the days are there.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConfirmationLimit {
    pub(super) patience: Duration,
    /// The run's deadline.
    pub(super) until: Option<Instant>,
}

impl ConfirmationLimit {
    /// Returns the output of `request`; `None` if it is not there in time.
    async fn bound<F: Future>(self, request: F) -> Option<F::Output> {
        let patience = Instant::now() + self.patience;
        let closing = self.until.and_then(|until| until.checked_sub(CLOSING));
        let until = closing.map_or(patience, |closing| closing.min(patience));
        timeout_at(until, request).await.ok()
    }
}

/// The days of one client.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The judgement of each day.
    pub(super) judged: Judged,
    /// Time of the request, by the service's clock if this machine's clock is wrong.
    pub(super) at: DateTime<Utc>,
    /// The warnings that the figures need.
    pub(super) warnings: Vec<Warning>,
}

/// The question of one client.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientQuestion<'a> {
    pub(super) session: &'a Session<'a>,
    /// The address of the Usage API.
    pub(super) base: &'a Url,
    /// The contract days before the as-of day.
    pub(super) wanted: Days,
    pub(super) as_of: Day,
    pub(super) settle: u32,
    /// Stored days are asked for again. They still stand for days that the service has forgotten.
    pub(super) refetch: bool,
    pub(super) now: DateTime<Utc>,
    pub(super) limit: ConfirmationLimit,
}

impl ClientQuestion<'_> {
    /// Fetches the days that neither last in the store nor are too old, compares whole months with the service's
    /// own sums, and asks once more for the days of months that differ. Neither of the last two is waited for beyond
    /// [`Self::limit`]. The store is read by `stored` while the
    /// newest days are asked for; the rest follows once the service has let the client in.
    ///
    /// # Errors
    /// The first [`Failure`] of a request that figures need; a request that only confirms ends in a warning.
    pub(super) async fn ask(
        &self,
        stored: impl Future<Output = StoredDays>,
    ) -> Result<Fetched, Failure> {
        let today = self.now.date_naive();
        let anew = match self.refetch {
            true => self.wanted.start,
            false => anew_from(self.as_of, self.settle),
        };
        // The newest days are asked for anew each morning, as many as one window holds. Of a contract that
        // ended long ago no day need be: the newest days of today show that the service lets the client in, and
        // that a range of such a length works.
        let young_from = plus_days(today, 1 - FORGOTTEN_FROM);
        let young = Days::new(self.wanted.start.max(young_from), self.wanted.end);
        let newest = match self.wanted.end > anew && !young.is_empty() {
            true => last_days(young, LONGEST_WINDOW),
            false => last_days(Days::new(Day::MIN, today), LONGEST_WINDOW),
        };
        let months = months_to_check(self.wanted, today);
        let windows = Windows::new(self.session, self.base);
        let newest_asked = [newest];
        let (first, stored) = tokio::join!(windows.fetch(&newest_asked), stored);
        let mut answers = vec![first?];
        let mut missing = stored.coverage.missing(self.wanted, today, anew);
        missing = missing
            .iter()
            .flat_map(|days| days.outside([newest]))
            .collect();
        let missing = joined(missing);
        let rest = windows.fetch(&missing).await?;
        // Of a range that begins with days too old for it, a service may give nothing, young days and all.
        let silent = rest
            .days
            .iter()
            .filter(|days| days.start < young_from && rest.ledger.within(**days).next().is_none());
        let silent = silent.map(|days| Days::new(young_from, days.end));
        let silent = joined(silent.filter(|days| !days.is_empty()).collect());
        answers.push(rest);
        answers.push(windows.fetch(&silent).await?);
        // The months come after the days, which never wait for them.
        let monthly = self.monthly(&windows, &months).await;
        // The same holds of months; a service that refuses old days refuses a month that begins on one, too.
        let answered_from = windows
            .too_old()
            .map_or(young_from, |day| young_from.max(plus_days(day, 1)));
        let mut young = months.clone();
        young.retain(|month| month.days().start >= answered_from);
        let money = answers.iter().any(|answer| !answer.ledger.is_empty());
        let monthly = match monthly {
            Err(failure) if is_refusal(&failure) && young.len() < months.len() => {
                self.monthly(&windows, &young).await
            }
            Ok(monthly) if monthly.sums.is_empty() && money && young.len() < months.len() => {
                self.monthly(&windows, &young).await
            }
            monthly => monthly,
        };
        let mut warnings = Vec::new();
        let monthly = monthly.unwrap_or_else(|failure| {
            warnings.push(Warning::MonthsUnchecked {
                problem: Box::new(failure.problem),
            });
            MonthlySums::default()
        });

        let at = self.service_time();
        let judge = |answers: &[RangeAnswer]| {
            let evidence = Evidence {
                wanted: self.wanted,
                today: at.date_naive(),
                stored: &stored,
                answers,
                monthly: &monthly,
            };
            let judged = evidence.judge();
            (
                evidence.doubtful(&judged),
                evidence.restatements(&judged.ledger),
                judged,
            )
        };
        let (doubtful, mut restated, mut judged) = judge(&answers);
        if !doubtful.is_empty() {
            let again = self.limit.bound(windows.again(&doubtful)).await;
            answers.extend(again);
            (_, restated, judged) = judge(&answers);
        }
        if let Some(days) = judged.kept {
            warnings.push(Warning::Forgotten { days });
        }
        warnings.extend(
            judged
                .differences
                .iter()
                .map(|found| Warning::MonthDiffers {
                    month: found.month,
                    days: found.days.clone(),
                    sum: found.sum.clone(),
                }),
        );
        warnings.extend(restated.into_iter().map(|restated| Warning::Restated {
            month: restated.month,
            before: restated.before,
            after: restated.after,
        }));
        Ok(Fetched {
            judged,
            at,
            warnings,
        })
    }

    async fn monthly(
        &self,
        windows: &Windows<UsageApi<'_>>,
        months: &[Month],
    ) -> Result<MonthlySums, Failure> {
        let (Some(first), Some(last)) = (months.first(), months.last()) else {
            return Ok(MonthlySums::default());
        };
        let days = Days::new(first.days().start, last.days().end);
        let sums = usage::monthly_costs(self.session, self.base, days, windows.page_size());
        let late = || {
            let host = self.base.host_str().unwrap_or_default().to_owned();
            Failure::new(ServiceProblem::Timeout { host, tries: 1 })
        };
        self.limit.bound(sums).await.unwrap_or_else(|| Err(late()))
    }

    /// Returns the time of asking, by the service's clock where this machine's is off.
    fn service_time(&self) -> DateTime<Utc> {
        let offset = self.session.clock_seen().unwrap_or_default();
        let offset = match offset.abs() > CLOCK_TOLERANCE {
            true => TimeDelta::try_seconds(offset).unwrap_or_default(),
            false => TimeDelta::zero(),
        };
        self.now.checked_add_signed(offset).unwrap_or(self.now)
    }
}
