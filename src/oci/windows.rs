//! Long ranges of days in windows that the service answers for.
//!
//! How long a DAILY range may be and how far back the service answers is
//! documented nowhere. The newest window tells the length: refused with 400,
//! it is tried again without a number of rows, then with half as many days.
//! A 400 on an older window of a length that works means days so old that the
//! service refuses them; a binary search finds the first day that it answers
//! for.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use futures_util::future::join_all;
use reqwest::Url;

use super::transport::Session;
use super::usage::{DailyCosts, PageSize, daily_costs};
use crate::calendar::{Day, Days, plus_days};
use crate::days::reconcile::Answer;
use crate::failure::{Failure, Problem, ServiceProblem};

/// The lengths of a DAILY range that are tried, in days.
const LENGTHS: [u32; 6] = [LONGEST_WINDOW, 45, 22, 11, 5, 1];
/// The most days that a DAILY range is reported to be answered for.
pub(crate) const LONGEST_WINDOW: u32 = 90;
/// The length from which on an answered window is as good as one of 90 days.
const LONG_ENOUGH: u32 = 60;
/// Requests of one client that may be refused before the rest counts as unanswered.
const MOST_REFUSED: u32 = 12;
/// Windows that are asked for at once before it is known whether the oldest of them is answered.
const AT_ONCE: usize = 4;

/// The windows of one client's run.
#[derive(Debug)]
pub(crate) struct Windows<'s> {
    session: &'s Session<'s>,
    base: &'s Url,
    /// The place in [`LENGTHS`] of the longest length that was not refused.
    length: AtomicU32,
    /// The longest window that was answered, in days.
    proven: AtomicU32,
    /// Whether the service refused a request that named a number of rows.
    unnamed: AtomicBool,
    refused: AtomicU32,
}

impl<'s> Windows<'s> {
    /// Makes the windows of the requests of `session` to the Usage API at `base`.
    pub(crate) fn new(session: &'s Session<'s>, base: &'s Url) -> Self {
        Self {
            session,
            base,
            length: AtomicU32::new(0),
            proven: AtomicU32::new(0),
            unnamed: AtomicBool::new(false),
            refused: AtomicU32::new(0),
        }
    }

    /// Returns whether requests name the number of rows of a page.
    pub(crate) fn page_size(&self) -> PageSize {
        match self.unnamed.load(Ordering::Relaxed) {
            false => PageSize::Named,
            true => PageSize::Unnamed,
        }
    }

    /// Fetches `ranges`, which are in order and share no day.
    ///
    /// # Errors
    /// The [`Failure`] of the newest window, or of any window that was refused for another reason than its
    /// range: part of the days would be a wrong sum.
    pub(crate) async fn fetch(&self, ranges: &[Days]) -> Result<Answer, Failure> {
        let mut answer = Answer::default();
        let mut rest: Vec<Days> = ranges.to_vec();
        while let Some(unproven) = self.unproven(&rest) {
            let Some((days, costs)) = self.newest(unproven).await? else {
                // The length works; the days are too old.
                self.boundary(self.cut(&rest), &mut answer).await?;
                return Ok(answer);
            };
            answer.add(days, &costs.ledger, costs.oldest_row);
            rest = without(&rest, days);
        }
        let windows = self.cut(&rest);
        let Some(oldest) = windows.last().copied() else {
            return Ok(answer);
        };
        let mut open = windows.as_slice();
        if windows.len() > AT_ONCE {
            match self.ask(oldest).await? {
                Some(costs) => answer.add(oldest, &costs.ledger, costs.oldest_row),
                None => {
                    self.boundary(windows, &mut answer).await?;
                    return Ok(answer);
                }
            }
            open = &windows[..windows.len() - 1];
        }
        let answers = join_all(open.iter().map(|days| self.ask(*days))).await;
        let mut refused = Vec::new();
        for (days, costs) in open.iter().zip(answers) {
            match costs? {
                Some(costs) => answer.add(*days, &costs.ledger, costs.oldest_row),
                None => refused.push(*days),
            }
        }
        let Some(first) = refused.first().copied() else {
            return Ok(answer);
        };
        let older_answered = answer.days.iter().any(|days| days.end <= first.start);
        if older_answered {
            // The service remembers older days, so these are refused for now.
            answer.refused.append(&mut refused);
            return Ok(answer);
        }
        let found = self.within(first, &mut answer).await?;
        let too_old = refused
            .iter()
            .map(|days| Days::new(days.start, days.end.min(found)));
        answer
            .refused
            .extend(too_old.filter(|days| !days.is_empty()));
        Ok(answer)
    }

    /// Fetches `ranges` once more, of a length that works. A window that is not answered is left out.
    pub(crate) async fn again(&self, ranges: &[Days]) -> Answer {
        let windows = self.cut(ranges);
        let answers = join_all(windows.iter().map(|days| self.ask(*days))).await;
        let mut answer = Answer::default();
        for (days, costs) in windows.into_iter().zip(answers) {
            if let Ok(Some(costs)) = costs {
                answer.add(days, &costs.ledger, costs.oldest_row);
            }
        }
        answer
    }

    fn longest(&self) -> u32 {
        let place = self.length.load(Ordering::Relaxed) as usize;
        LENGTHS.get(place).copied().unwrap_or(1)
    }

    fn proven(&self) -> u32 {
        self.proven.load(Ordering::Relaxed)
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
        // A length that works and is long enough needs no trial of a longer one.
        let longest = match self.proven() {
            proven if proven >= LONG_ENOUGH => proven.min(self.longest()),
            _ => self.longest(),
        };
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

    /// Asks for the newest days of `range`, fewer of them while they are refused; `None` where a length that
    /// has worked is refused.
    async fn newest(&self, range: Days) -> Result<Option<(Days, DailyCosts)>, Failure> {
        loop {
            let window = last_days(range, self.longest());
            let failure = match self.try_ask(window).await {
                Ok(costs) => return Ok(Some((window, costs))),
                Err(failure) => failure,
            };
            if !is_refusal(&failure) {
                return Err(failure);
            }
            if window.len() <= self.proven() {
                return Ok(None);
            }
            if self.refused.load(Ordering::Relaxed) >= MOST_REFUSED {
                return Err(failure);
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
                None => return Err(failure),
            }
        }
    }

    /// Fetches those of `windows`, the newest first and the oldest refused, that the service answers for.
    async fn boundary(&self, windows: Vec<Days>, answer: &mut Answer) -> Result<(), Failure> {
        // All before `good` are answered, all from `bad` on are refused.
        let (mut good, mut bad) = (0, windows.len().saturating_sub(1));
        let mut asked: Vec<usize> = Vec::new();
        while good < bad {
            let middle = good + (bad - good) / 2;
            match self.ask(windows[middle]).await? {
                Some(costs) => {
                    answer.add(windows[middle], &costs.ledger, costs.oldest_row);
                    asked.push(middle);
                    good = middle + 1;
                }
                None => bad = middle,
            }
        }
        let open: Vec<Days> = windows[..bad]
            .iter()
            .enumerate()
            .filter(|(place, _)| !asked.contains(place))
            .map(|(_, days)| *days)
            .collect();
        let answers = join_all(open.iter().map(|days| self.ask(*days))).await;
        for (days, costs) in open.into_iter().zip(answers) {
            match costs? {
                Some(costs) => answer.add(days, &costs.ledger, costs.oldest_row),
                None => answer.refused.push(days),
            }
        }
        let mut found = Day::MAX;
        if let Some(first) = windows.get(bad) {
            found = self.within(*first, answer).await?;
        }
        let too_old = windows[bad.min(windows.len())..].iter();
        let too_old = too_old.map(|days| Days::new(days.start, days.end.min(found)));
        answer
            .refused
            .extend(too_old.filter(|days| !days.is_empty()));
        Ok(())
    }

    /// Fetches the newest days of the refused `window` that the service answers for, and returns the first of
    /// them.
    async fn within(&self, window: Days, answer: &mut Answer) -> Result<Day, Failure> {
        let (mut refused, mut answered) = (window.start, window.end);
        while (answered - refused).num_days() > 1 {
            let middle = plus_days(refused, (answered - refused).num_days() / 2);
            let days = Days::new(middle, answered);
            match self.ask(days).await? {
                Some(costs) => {
                    answer.add(days, &costs.ledger, costs.oldest_row);
                    answered = middle;
                }
                None => refused = middle,
            }
        }
        Ok(answered)
    }

    /// Asks for `window`; `None` where the service refuses it, or has refused too much.
    async fn ask(&self, window: Days) -> Result<Option<DailyCosts>, Failure> {
        if self.refused.load(Ordering::Relaxed) >= MOST_REFUSED {
            return Ok(None);
        }
        match self.try_ask(window).await {
            Ok(costs) => Ok(Some(costs)),
            Err(failure) if is_refusal(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn try_ask(&self, window: Days) -> Result<DailyCosts, Failure> {
        let costs = daily_costs(self.session, self.base, window, self.page_size()).await;
        match &costs {
            Ok(_) => {
                self.proven.fetch_max(window.len(), Ordering::Relaxed);
            }
            Err(failure) if is_refusal(failure) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => {}
        }
        costs
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

/// Whether the service refused a request as such: a 400, whatever its words.
pub(crate) fn is_refusal(failure: &Failure) -> bool {
    matches!(&failure.problem, Problem::Service(ServiceProblem::Rejected(answer)) if answer.status == 400)
}
