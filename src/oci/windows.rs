//! Long ranges of days in windows that the service answers for.
//!
//! How long a DAILY range may be and how far back the service answers is
//! documented nowhere. The newest window tells the length: refused with 400,
//! it is tried again without a number of rows, then with half as many days.
//! A 400 on an older window of a length that works means days so old that the
//! service refuses them; a search finds the first day that it answers for.
//!
//! A client may cost the service a dozen refusals. Answered requests are no
//! waste, since their days are wanted, so the search asks for old days only as
//! far as refusals are left: see `boundary`.

mod boundary;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use reqwest::Url;
use tokio::sync::Semaphore;

use self::boundary::next_question;
use super::transport::Session;
use super::usage::{DailyCosts, PageSize, daily_costs};
use crate::calendar::{Day, Days, plus_days};
use crate::days::reconcile::RangeAnswer;
use crate::failure::{Failure, Problem, ServiceProblem};

/// The lengths of a DAILY range that are tried, in days.
const LENGTHS: [u32; 6] = [LONGEST_WINDOW, 45, 22, 11, 5, 1];
/// The most days that a DAILY range is reported to be answered for.
pub(crate) const LONGEST_WINDOW: u32 = 90;
/// The length from which on an answered window is as good as one of 90 days.
const LONG_ENOUGH: u32 = 60;
/// DAILY requests of one client that may be refused before the rest counts as unanswered. With the two MONTHLY
/// requests of a run they are a dozen.
const MOST_REFUSED: u32 = 10;
/// Windows that are asked for at once before it is known whether the oldest of them is answered.
const AT_ONCE: usize = 4;
/// Refusals left up to which the search does without a first look at the oldest days.
const SCARCE: u32 = 5;

/// The answers of a service for windows of days.
pub(crate) trait DailyService: Sync {
    /// Fetches the cost of each day of `window`.
    fn daily(
        &self,
        window: Days,
        page_size: PageSize,
    ) -> impl Future<Output = Result<DailyCosts, Failure>> + Send;
}

/// The Usage API, asked by one client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsageApi<'s> {
    session: &'s Session<'s>,
    base: &'s Url,
}

impl DailyService for UsageApi<'_> {
    async fn daily(&self, window: Days, page_size: PageSize) -> Result<DailyCosts, Failure> {
        daily_costs(self.session, self.base, window, page_size).await
    }
}

/// The windows of one client's run.
#[derive(Debug)]
pub(crate) struct Windows<S> {
    service: S,
    /// The place in [`LENGTHS`] of the longest length that was not refused.
    length: AtomicU32,
    /// The longest window that was answered, in days.
    proven: AtomicU32,
    /// Set once the service has refused a request that named a number of rows.
    unnamed: AtomicBool,
    /// The refusals so far.
    refused: AtomicU32,
    /// A permit for each refusal that is left and for no request in flight; closed once none is left.
    permits: Semaphore,
    /// The newest day that a search found to be too old for a window to begin on.
    too_old: Mutex<Option<Day>>,
}

/// The outcome of a request.
enum Asked {
    Answered(DailyCosts),
    /// The service refused the window.
    Refused(Box<Failure>),
    /// The service has refused so many windows that no other is asked for.
    Spared,
}

/// The outcome of the trial of lengths over a range.
enum LengthTrial {
    /// The newest days of the range were answered.
    Answered(Days, DailyCosts),
    /// A length that has worked is refused: the window that begins on this day is too old.
    TooOld(Day),
}

impl<'s> Windows<UsageApi<'s>> {
    /// Makes the windows of the requests of `session` to the Usage API at `base`.
    pub(crate) fn new(session: &'s Session<'s>, base: &'s Url) -> Self {
        Self::of(UsageApi { session, base })
    }
}

impl<S: DailyService> Windows<S> {
    fn of(service: S) -> Self {
        Self {
            service,
            length: AtomicU32::new(0),
            proven: AtomicU32::new(0),
            unnamed: AtomicBool::new(false),
            refused: AtomicU32::new(0),
            permits: Semaphore::new(MOST_REFUSED as usize),
            too_old: Mutex::default(),
        }
    }

    /// Returns whether requests name the number of rows of a page.
    pub(crate) fn page_size(&self) -> PageSize {
        match self.unnamed.load(Ordering::Relaxed) {
            false => PageSize::Named,
            true => PageSize::Unnamed,
        }
    }

    /// Returns the newest day that the service is known to refuse as too old.
    pub(crate) fn too_old(&self) -> Option<Day> {
        *self.too_old.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches `ranges`, which are in order and share no day.
    ///
    /// # Errors
    /// The [`Failure`] of the newest window, or of any window that was refused for another reason than its
    /// range: part of the days would be a wrong sum.
    pub(crate) async fn fetch(&self, ranges: &[Days]) -> Result<RangeAnswer, Failure> {
        let mut answer = RangeAnswer::default();
        let mut rest: Vec<Days> = ranges.to_vec();
        while let Some(unproven) = self.unproven(&rest) {
            match self.try_lengths(unproven).await? {
                LengthTrial::Answered(days, costs) => {
                    answer.add(days, &costs.ledger, costs.oldest_row);
                    rest = without(&rest, days);
                }
                LengthTrial::TooOld(day) => {
                    self.fetch_from_boundary(rest, Some(day), &mut answer)
                        .await?;
                    return Ok(answer);
                }
            }
        }
        let windows = self.cut(&rest);
        let (Some(newest), Some(oldest)) = (windows.first(), windows.last()) else {
            return Ok(answer);
        };
        let too_old = self.too_old();
        let is_too_old = |day: Day| too_old.is_some_and(|too_old| day <= too_old);
        let left = self.left();
        let few = windows.len() <= AT_ONCE && windows.len() < left as usize;
        if few && !is_too_old(oldest.start) {
            let (rest, refused) = self.all(&windows, rest, &mut answer).await?;
            let Some(first) = refused.first().copied() else {
                return Ok(answer);
            };
            if answer.days.iter().any(|days| days.end <= first.start) {
                // The service remembers older days, so these are refused for now.
                answer.refused.extend(refused);
            } else {
                self.fetch_from_boundary(rest, Some(first.start), &mut answer)
                    .await?;
            }
            return Ok(answer);
        }
        // The answer for the oldest days may spare the search; so may their refusal where the rest is known to be
        // too old. Of few refusals that are left the search needs each.
        let all_too_old = newest.last().is_some_and(is_too_old);
        if left > if all_too_old { 1 } else { SCARCE } {
            let oldest = *oldest;
            match self.ask(oldest).await? {
                Some(costs) => {
                    answer.add(oldest, &costs.ledger, costs.oldest_row);
                    let rest = without(&rest, oldest);
                    let open = &windows[..windows.len() - 1];
                    let (_, refused) = self.all(open, rest, &mut answer).await?;
                    answer.refused.extend(refused);
                }
                None => {
                    let refused = too_old.into_iter().chain([oldest.start]).max();
                    self.fetch_from_boundary(rest, refused, &mut answer).await?;
                }
            }
            return Ok(answer);
        }
        self.fetch_from_boundary(rest, too_old, &mut answer).await?;
        Ok(answer)
    }

    /// Fetches `ranges` once more, of a length that works. A window that is not answered is left out.
    pub(crate) async fn again(&self, ranges: &[Days]) -> RangeAnswer {
        let windows = self.cut(ranges);
        let answers = join_all(windows.iter().map(|days| self.ask(*days))).await;
        let mut answer = RangeAnswer::default();
        for (days, costs) in windows.into_iter().zip(answers) {
            if let Ok(Some(costs)) = costs {
                answer.add(days, &costs.ledger, costs.oldest_row);
            }
        }
        answer
    }

    /// Returns the number of requests that may still be refused.
    fn left(&self) -> u32 {
        MOST_REFUSED.saturating_sub(self.refused.load(Ordering::Relaxed))
    }

    fn longest(&self) -> u32 {
        let place = self.length.load(Ordering::Relaxed) as usize;
        LENGTHS.get(place).copied().unwrap_or(1)
    }

    fn proven(&self) -> u32 {
        self.proven.load(Ordering::Relaxed)
    }

    /// Returns the length of a window, in days.
    fn window(&self) -> u32 {
        // A length that works and is long enough needs no trial of a longer one.
        match self.proven() {
            proven if proven >= LONG_ENOUGH => proven.min(self.longest()),
            _ => self.longest(),
        }
    }

    /// Returns the newest window of `ranges` that is longer than any that was answered.
    fn unproven(&self, ranges: &[Days]) -> Option<Days> {
        let proven = self.proven();
        self.cut(ranges)
            .into_iter()
            .find(|days| days.len() > proven)
    }

    /// Cuts `ranges` into windows, the newest first.
    fn cut(&self, ranges: &[Days]) -> Vec<Days> {
        let longest = self.window();
        let mut windows = Vec::new();
        for range in ranges.iter().rev() {
            let mut rest = *range;
            while !rest.is_empty() {
                let window = last_days(rest, longest);
                windows.push(window);
                rest = Days::new(rest.start, window.start);
            }
        }
        windows
    }

    /// Asks for the newest days of `range`, and for fewer of them while they are refused.
    ///
    /// # Errors
    /// The refusal of one day, if no window was ever answered; any other [`Failure`].
    async fn try_lengths(&self, range: Days) -> Result<LengthTrial, Failure> {
        loop {
            let window = last_days(range, self.longest());
            let failure = match self.try_ask(window).await? {
                Asked::Answered(costs) => return Ok(LengthTrial::Answered(window, costs)),
                Asked::Spared => return Ok(LengthTrial::TooOld(window.start)),
                Asked::Refused(failure) => failure,
            };
            if window.len() <= self.proven() {
                return Ok(LengthTrial::TooOld(window.start));
            }
            // Length and number of rows may both be refused. Without the number of rows a refusal speaks of the
            // length alone, so each of the two is found with the fewest refusals.
            if self.page_size() == PageSize::Named {
                self.unnamed.store(true, Ordering::Relaxed);
                continue;
            }
            match LENGTHS.iter().position(|length| *length < window.len()) {
                Some(place) => {
                    let place = u32::try_from(place).unwrap_or_default();
                    self.length.store(place, Ordering::Relaxed);
                }
                None => return Err(*failure),
            }
        }
    }

    /// Fetches `windows`, which cut `rest`, side by side. Returns what is left of `rest`, and the refused windows.
    async fn all(
        &self,
        windows: &[Days],
        rest: Vec<Days>,
        answer: &mut RangeAnswer,
    ) -> Result<(Vec<Days>, Vec<Days>), Failure> {
        let answers = join_all(windows.iter().map(|days| self.ask(*days))).await;
        let (mut rest, mut refused) = (rest, Vec::new());
        for (days, costs) in windows.iter().zip(answers) {
            match costs? {
                Some(costs) => {
                    answer.add(*days, &costs.ledger, costs.oldest_row);
                    rest = without(&rest, *days);
                }
                None => refused.push(*days),
            }
        }
        Ok((rest, refused))
    }

    /// Finds the first day of `ranges` that a window may begin on, and fetches the days from it on; the days
    /// before it are refused. No window may begin on `refused`, if that is known of a day.
    async fn fetch_from_boundary(
        &self,
        ranges: Vec<Days>,
        refused: Option<Day>,
        answer: &mut RangeAnswer,
    ) -> Result<(), Failure> {
        let mut days: Vec<Day> = ranges.iter().flat_map(Days::iter).collect();
        days.reverse();
        let mut rest = ranges;
        // Windows may begin on all days before the place `good`, and on none from `bad` on.
        let (mut good, mut bad) = (0, days.len());
        if let Some(refused) = refused {
            bad = days.partition_point(|day| *day > refused);
        }
        while let Some(place) = next_question(good..bad, self.left(), self.window()) {
            let Some(window) = days
                .get(place)
                .and_then(|day| self.beginning_on(*day, &rest))
            else {
                break;
            };
            match self.try_ask(window).await? {
                Asked::Answered(costs) => {
                    answer.add(window, &costs.ledger, costs.oldest_row);
                    rest = without(&rest, window);
                    good = place + 1;
                }
                Asked::Refused(_) => bad = place,
                Asked::Spared => break,
            }
        }
        if let Some(day) = days.get(bad) {
            let mut too_old = self.too_old.lock().unwrap_or_else(PoisonError::into_inner);
            *too_old = too_old.max(Some(*day));
        }
        let first_old = days.get(good).copied();
        let old = Days::new(
            Day::MIN,
            first_old.map_or(Day::MIN, |day| plus_days(day, 1)),
        );
        let parts = |part: &dyn Fn(Days) -> Days| -> Vec<Days> {
            let parts = rest.iter().map(|days| part(*days));
            parts.filter(|days| !days.is_empty()).collect()
        };
        answer.refused.extend(parts(&|days| days.within(old)));
        let young = parts(&|days| Days::new(days.start.max(old.end), days.end));
        let windows = self.cut(&young);
        let (_, refused) = self.all(&windows, young, answer).await?;
        answer.refused.extend(refused);
        Ok(())
    }

    /// Returns the window that begins on `day`, as far as its days are in `ranges`.
    fn beginning_on(&self, day: Day, ranges: &[Days]) -> Option<Days> {
        let range = ranges.iter().find(|days| days.contains(day))?;
        let end = plus_days(day, i64::from(self.window()));
        Some(Days::new(day, end.min(range.end)))
    }

    /// Asks for `window`; `None` where the service refuses it, or has refused too much.
    async fn ask(&self, window: Days) -> Result<Option<DailyCosts>, Failure> {
        Ok(match self.try_ask(window).await? {
            Asked::Answered(costs) => Some(costs),
            Asked::Refused(_) | Asked::Spared => None,
        })
    }

    async fn try_ask(&self, window: Days) -> Result<Asked, Failure> {
        // A request in flight holds a permit, so that no more are refused than may be.
        let Ok(permit) = self.permits.acquire().await else {
            return Ok(Asked::Spared);
        };
        match self.service.daily(window, self.page_size()).await {
            Ok(costs) => {
                self.proven.fetch_max(window.len(), Ordering::Relaxed);
                Ok(Asked::Answered(costs))
            }
            Err(failure) if is_refusal(&failure) => {
                permit.forget();
                if self.refused.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_REFUSED {
                    self.permits.close();
                }
                Ok(Asked::Refused(Box::new(failure)))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Returns the last `longest` days of `range`, or all of it.
pub(crate) fn last_days(range: Days, longest: u32) -> Days {
    Days::new(
        range.start.max(plus_days(range.end, -i64::from(longest))),
        range.end,
    )
}

/// Returns `ranges` without `days`.
fn without(ranges: &[Days], days: Days) -> Vec<Days> {
    ranges
        .iter()
        .flat_map(|range| range.outside([days]))
        .collect()
}

/// Returns whether `failure` is the service's refusal of the request as such: a 400, whatever its words.
pub(crate) fn is_refusal(failure: &Failure) -> bool {
    matches!(&failure.problem, Problem::Service(ServiceProblem::Rejected(answer)) if answer.status == 400)
}
