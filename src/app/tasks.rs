//! Clients' work side by side, each in a task of its own, so that one that
//! fails, waits or even panics holds up no other.

use std::collections::HashMap;
use std::future::Future;

use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, timeout_at};

use super::interrupt::{self, Awaiting};
use crate::failure::{Failure, Problem};

/// Returns the output of `future`, or `None` if `until` comes first.
pub(super) async fn by<F: Future>(until: Option<Instant>, future: F) -> Option<F::Output> {
    match until {
        Some(until) => timeout_at(until, future).await.ok(),
        None => Some(future.await),
    }
}

/// Returns one outcome per client, in their order. A client fails if its config did, if its task panics, or if it
/// is not finished by `until` or before a Ctrl-C.
pub(super) async fn all<T, F>(
    work: impl Iterator<Item = Result<F, Failure>>,
    until: Option<Instant>,
) -> Vec<Result<T, Failure>>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut places: HashMap<Id, usize> = HashMap::new();
    let mut outcomes: Vec<Result<T, Failure>> = (0..)
        .zip(work)
        .map(|(place, work)| {
            places.insert(running.spawn(work?).id(), place);
            Err(Failure::new(Problem::Deadline))
        })
        .collect();
    let _awaiting = Awaiting::begin();
    loop {
        let joined = tokio::select! {
            biased;
            () = interrupt::ended() => {
                for place in places.into_values() {
                    outcomes[place] = Err(Failure::new(Problem::Interrupted));
                }
                return outcomes;
            }
            joined = by(until, running.join_next_with_id()) => joined.flatten(),
        };
        let (id, outcome) = match joined {
            Some(Ok((id, outcome))) => (id, outcome),
            Some(Err(panicked)) => (panicked.id(), Err(Failure::new(Problem::Internal))),
            // All are done, or there is no time left for the others, which end with the set.
            None => return outcomes,
        };
        if let Some(place) = places.remove(&id) {
            outcomes[place] = outcome;
        }
    }
}
