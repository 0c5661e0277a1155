//! The connections of each tenancy, a lane each, and the bound on how many stay open between requests.
//!
//! A lane's connections are closed with its last session, or when too many are open over all lanes: then the lane
//! that was used the longest ago goes first, and connects anew for its next request.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::http::Http;
use crate::failure::ServiceProblem;

/// Requests of one tenancy in flight.
const TENANCY_JOBS: usize = 4;
/// Connections that stay open between requests, over all tenancies: some systems allow a process 256 files.
const MOST_OPEN: usize = 128;

/// The lanes of a run.
#[derive(Debug)]
pub(super) struct Lanes {
    http: Http,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// The lanes in use, by the tenancy's OCID in lower case.
    lanes: HashMap<String, Lane>,
    /// Requests begun so far.
    begun: u64,
}

/// The state of a tenancy's lane.
#[derive(Debug)]
struct Lane {
    jobs: Arc<Semaphore>,
    /// Sessions of this tenancy.
    sessions: usize,
    /// The client with the lane's pool, once a request has been sent.
    client: Option<reqwest::Client>,
    /// Requests in flight.
    in_flight: usize,
    /// The most connections that the pool can have: requests that were in flight at a time.
    connections: usize,
    /// The number of the request that was begun last.
    used: u64,
}

/// A session's right to use its tenancy's lane.
#[derive(Debug)]
pub(super) struct Member<'a> {
    lanes: &'a Lanes,
    tenancy: String,
    jobs: Arc<Semaphore>,
}

/// A request in flight on a lane.
#[derive(Debug)]
pub(super) struct Ride<'a> {
    member: &'a Member<'a>,
    pub(super) client: reqwest::Client,
}

impl Lanes {
    pub(super) fn new(http: Http) -> Self {
        Self {
            http,
            open: Mutex::default(),
        }
    }

    /// A session of `tenancy`.
    pub(super) fn join(&self, tenancy: &str) -> Member<'_> {
        let tenancy = tenancy.to_lowercase();
        let mut open = self.lock();
        let lane = open.lanes.entry(tenancy.clone()).or_insert_with(|| Lane {
            jobs: Arc::new(Semaphore::new(TENANCY_JOBS)),
            sessions: 0,
            client: None,
            in_flight: 0,
            connections: 0,
            used: 0,
        });
        lane.sessions += 1;
        Member {
            lanes: self,
            tenancy,
            jobs: Arc::clone(&lane.jobs),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member<'_> {
    /// A place among the tenancy's requests in flight. Nobody closes the semaphore, so that it is always had.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.jobs.acquire().await.ok()
    }

    /// The client that the tenancy's requests are sent by.
    ///
    /// # Errors
    /// [`ServiceProblem::NoClient`] when it could not be made.
    pub(super) fn ride(&self) -> Result<Ride<'_>, ServiceProblem> {
        let mut open = self.lanes.lock();
        open.begun += 1;
        let begun = open.begun;
        let lane = open.lanes.get_mut(&self.tenancy);
        let made = match lane.as_ref().and_then(|lane| lane.client.clone()) {
            Some(client) => client,
            None => self.lanes.http.client(TENANCY_JOBS)?,
        };
        if let Some(lane) = lane {
            lane.client = Some(made.clone());
            lane.used = begun;
            lane.in_flight += 1;
            lane.connections = lane.connections.max(lane.in_flight);
        }
        Ok(Ride {
            member: self,
            client: made,
        })
    }
}

impl Drop for Ride<'_> {
    fn drop(&mut self) {
        let mut open = self.member.lanes.lock();
        if let Some(lane) = open.lanes.get_mut(&self.member.tenancy) {
            lane.in_flight -= 1;
        }
        open.close_oldest();
    }
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        let mut open = self.lanes.lock();
        if let Some(lane) = open.lanes.get_mut(&self.tenancy) {
            lane.sessions -= 1;
            if lane.sessions == 0 {
                open.lanes.remove(&self.tenancy);
            }
        }
    }
}

impl Open {
    /// Closes idle lanes until no more than [`MOST_OPEN`] connections can be open, or none is idle.
    fn close_oldest(&mut self) {
        let mut connections: usize = self.lanes.values().map(|lane| lane.connections).sum();
        while connections > MOST_OPEN {
            let idle = self
                .lanes
                .values_mut()
                .filter(|lane| lane.in_flight == 0 && lane.client.is_some());
            let Some(oldest) = idle.min_by_key(|lane| lane.used) else {
                return;
            };
            oldest.client = None;
            connections -= std::mem::take(&mut oldest.connections);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::Url;

    use super::*;
    use crate::oci::transport::Limits;

    fn lanes() -> Lanes {
        let limits = Limits {
            jobs: 1,
            timeout: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(1),
            retry_budget: Duration::ZERO,
        };
        let endpoint = Url::parse("http://127.0.0.1:1").unwrap();
        Lanes::new(Http::new(limits, Some(&endpoint)).unwrap())
    }

    /// Returns the tenancies that have connections.
    fn open(lanes: &Lanes) -> Vec<String> {
        let open = lanes.lock();
        let with_client = open.lanes.iter().filter(|(_, lane)| lane.client.is_some());
        let mut names: Vec<String> = with_client.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_lane_is_closed_with_its_last_session() {
        let lanes = lanes();
        let (one, other) = (lanes.join("Tenancy"), lanes.join("tenancy"));
        drop(one.ride().unwrap());
        assert_eq!(open(&lanes), ["tenancy"]);
        drop(one);
        assert_eq!(open(&lanes), ["tenancy"]);
        drop(other);
        assert!(lanes.lock().lanes.is_empty());
    }

    #[test]
    fn the_lane_that_was_used_the_longest_ago_is_closed_first() {
        let lanes = lanes();
        let members: Vec<Member<'_>> = (0..MOST_OPEN + 2)
            .map(|n| lanes.join(&format!("{n:03}")))
            .collect();
        let (last, others) = members.split_last().unwrap();
        let held = others[0].ride().unwrap();
        for member in &others[1..] {
            drop(member.ride().unwrap());
        }
        // One too many: the first is in flight, so the second is closed.
        assert_eq!(open(&lanes).len(), MOST_OPEN);
        assert!(!open(&lanes).contains(&"001".to_owned()));
        // Four at a time count as four connections.
        let four: Vec<Ride<'_>> = (0..4).map(|_| last.ride().unwrap()).collect();
        drop(four);
        assert_eq!(open(&lanes).len(), MOST_OPEN - 3);
        assert!(open(&lanes).contains(&"000".to_owned()));
        drop(held);
        assert_eq!(open(&lanes).len(), MOST_OPEN - 3);
    }
}
