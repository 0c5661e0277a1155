//! The time that one client may spend on trying again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A client's time for retries: it runs while at least one of its requests pauses or is tried
/// again, and not while they wait their turn among the other clients'.
#[derive(Debug)]
pub(super) struct Budget {
    limit: Duration,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    /// Requests that spend now, and since when any does.
    spending: usize,
    since: Option<Instant>,
    /// Time spent before the current period.
    before: Duration,
}

/// Guard of a spending period: the budget runs until it is dropped.
pub(super) struct Spending<'a>(&'a Budget);

impl Budget {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            limit,
            spent: Mutex::default(),
        }
    }

    /// Starts to spend.
    pub(super) fn spend(&self) -> Spending<'_> {
        let mut spent = self.lock();
        spent.spending += 1;
        spent.since.get_or_insert_with(Instant::now);
        Spending(self)
    }

    /// Returns the rest of the budget.
    pub(super) fn left(&self) -> Duration {
        let spent = self.lock();
        let running = spent.since.map_or(Duration::ZERO, |since| since.elapsed());
        self.limit.saturating_sub(spent.before + running)
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Spending<'_> {
    fn drop(&mut self) {
        let mut spent = self.0.lock();
        spent.spending -= 1;
        if spent.spending == 0
            && let Some(since) = spent.since.take()
        {
            spent.before += since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_only_while_something_spends() {
        let budget = Budget::new(Duration::from_secs(1_000_000));
        assert_eq!(budget.left(), budget.limit);
        let (one, other) = (budget.spend(), budget.spend());
        drop(one);
        assert!(budget.lock().since.is_some());
        drop(other);
        assert!(budget.lock().since.is_none());
        let left = budget.left();
        assert_eq!(budget.left(), left);
        assert!(left < budget.limit);
    }

    #[test]
    fn none_is_none() {
        assert!(Budget::new(Duration::ZERO).left().is_zero());
    }
}
