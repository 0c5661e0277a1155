//! The connections of each tenancy, a lane each, and the bound on how many stay open between requests.
//!
//! A lane's connections are closed with its last session, or when too many are open over all lanes: then the lane
//! that was used the longest ago goes first, and connects anew for its next request.
//!
//! A handshake takes two round trips, a request one. So with many tenancies each sends its requests one after the other,
//! on one connection, and a tenancy whose turn has come is done before the next begins.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::http::Http;
use super::open_files;
use super::proxy::Route;
use crate::failure::ServiceProblem;

/// Requests of one tenancy in flight.
const TENANCY_JOBS: u32 = 4;
/// Tenancies under way at a time, for each request in flight: while one client's answer is read, another's is awaited.
const TURNS: usize = 2;
/// Connections that stay open between requests, over all tenancies: some systems allow a process 256 files.
const MOST_OPEN: usize = 128;

/// The lanes of a run.
#[derive(Debug)]
pub(super) struct Lanes {
    http: Http,
    /// Requests in flight, over all tenancies.
    jobs: usize,
    /// Connections that stay open between requests, over all tenancies.
    most_open: usize,
    /// Sessions under way at a time.
    turns: Arc<Semaphore>,
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
    turn: AsyncMutex<Turn>,
}

/// A session's turn to be under way.
#[derive(Debug)]
enum Turn {
    Awaited,
    Held(#[expect(dead_code, reason = "held until it is dropped")] Option<OwnedSemaphorePermit>),
    /// The session has given its turn up, and goes on without one.
    GivenUp,
}

/// A request in flight on a lane.
#[derive(Debug)]
pub(super) struct Ride<'a> {
    member: &'a Member<'a>,
    pub(super) client: reqwest::Client,
}

impl Lanes {
    /// The lanes of a run with at most `jobs` requests in flight.
    pub(super) fn new(http: Http, jobs: usize) -> Self {
        Self {
            http,
            jobs,
            most_open: MOST_OPEN.min(open_files::connections()),
            turns: Arc::new(Semaphore::new(
                jobs.saturating_mul(TURNS).clamp(1, Semaphore::MAX_PERMITS),
            )),
            open: Mutex::default(),
        }
    }

    /// A session of `tenancy`.
    pub(super) fn join(&self, tenancy: &str) -> Member<'_> {
        let tenancy = tenancy.to_lowercase();
        let mut open = self.lock();
        let lane = open.lanes.entry(tenancy.clone()).or_insert_with(|| Lane {
            jobs: Arc::new(Semaphore::new(TENANCY_JOBS as usize)),
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
            turn: AsyncMutex::new(Turn::Awaited),
        }
    }

    /// Returns the number of permits of a tenancy that one request takes: all, where there are as many tenancies as
    /// requests in flight.
    fn weight(&self) -> u32 {
        let tenancies = self.lock().lanes.len().max(1);
        let allowed = u32::try_from(self.jobs / tenancies).unwrap_or(TENANCY_JOBS);
        TENANCY_JOBS / allowed.clamp(1, TENANCY_JOBS)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Member<'_> {
    /// Waits for the session's turn and for a place among its tenancy's requests in flight. Nobody closes the
    /// semaphores, so that both are always had.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        {
            let mut turn = self.turn.lock().await;
            if matches!(*turn, Turn::Awaited) {
                *turn = Turn::Held(Arc::clone(&self.lanes.turns).acquire_owned().await.ok());
            }
        }
        self.jobs.acquire_many(self.lanes.weight()).await.ok()
    }

    /// Gives the session's turn to another for good. A session that waits before it tries again calls this.
    pub(super) async fn give_way(&self) {
        *self.turn.lock().await = Turn::GivenUp;
    }

    /// The way through the proxy, if there is one.
    pub(super) fn route(&self) -> Option<&Route> {
        self.lanes.http.route()
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
            None => self.lanes.http.client(TENANCY_JOBS as usize)?,
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
        open.close_oldest(self.member.lanes.most_open);
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
    /// Closes idle lanes until no more than `most` connections can be open, or none is idle.
    fn close_oldest(&mut self, most: usize) {
        let mut connections: usize = self.lanes.values().map(|lane| lane.connections).sum();
        while connections > most {
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

    use futures_util::FutureExt as _;
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
        Lanes::new(Http::new(limits, Some(&endpoint)).unwrap(), limits.jobs)
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
    fn requests_of_a_tenancy_queue_where_there_are_many_tenancies() {
        let mut lanes = lanes();
        lanes.jobs = 32;
        let mut members = Vec::new();
        for (tenancies, weight) in [
            (1, 1),
            (8, 1),
            (9, 1),
            (10, 1),
            (11, 2),
            (16, 2),
            (17, 4),
            (40, 4),
        ] {
            while members.len() < tenancies {
                members.push(lanes.join(&members.len().to_string()));
            }
            assert_eq!(lanes.weight(), weight, "{tenancies} tenancies");
        }
    }

    #[tokio::test]
    async fn a_session_that_gives_way_lets_the_next_one_begin() {
        let lanes = lanes();
        let members: Vec<Member<'_>> = (0..=TURNS).map(|n| lanes.join(&n.to_string())).collect();
        let (last, others) = members.split_last().unwrap();
        for member in others {
            drop(member.place().await);
        }
        assert_eq!(lanes.turns.available_permits(), 0);
        let mut next = Box::pin(last.place());
        assert!(next.as_mut().now_or_never().is_none());
        others[0].give_way().await;
        assert!(next.await.is_some());
        // The one that gave way goes on without a turn.
        assert!(others[0].place().await.is_some());
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
