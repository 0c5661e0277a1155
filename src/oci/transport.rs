//! Signed requests, tried until they are answered.
//!
//! `http` connects, reads, and tells failures apart, `proxy` says through which proxy, and `trust` whose certificates
//! are believed; `lanes` holds the connections of each tenancy; `retry` says which failures are tried again, and when;
//! `session` dates, signs and sends one client's requests; `web` sends the messages of alerts, and `near` asks the machine
//! itself.
//!
//! Each tenancy has connections of its own. Its requests share them, which saves a TLS handshake a request; no
//! request of another tenancy ever goes over one of them, so that an answer that comes late on a connection is
//! never taken for the answer of another client's request. Bytes that come on an idle connection close it.

mod budget;
mod http;
mod lanes;
mod near;
mod open_files;
mod proxy;
mod retry;
mod session;
mod trust;
mod web;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::Url;
use tokio::sync::{Semaphore, SemaphorePermit};

use self::http::Http;
use self::lanes::Lanes;
pub(crate) use self::near::{NearAnswer, NearClient};
use self::proxy::{Route, bare};
pub(crate) use self::session::{Manner, Session};
pub use self::web::Web;
pub(crate) use self::web::{WebAnswer, WebFault, WebRequest};
use super::credential::Credential;
use crate::failure::{EnvironmentProblem, ServiceProblem};

/// Bounds on what a run asks of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests in flight.
    pub jobs: usize,
    /// Time limit of one request, from connecting to the last byte.
    pub timeout: Duration,
    /// Time limit of connecting.
    pub connect_timeout: Duration,
    /// Time limit of a client's retries, pauses included.
    pub retry_budget: Duration,
}

impl Limits {
    /// Requests in flight, as far as the system has connections for them.
    pub(crate) fn places(&self) -> usize {
        self.jobs.min(open_files::connections())
    }
}

/// A step of a request, for the operator who wants to see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestStep {
    /// A request goes out.
    Sent,
    /// An answer came.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The service's name for the request.
        request_id: String,
        /// Time from sending to the last byte.
        elapsed: Duration,
    },
    /// No whole answer came.
    Broken {
        /// Reason of the failure.
        problem: ServiceProblem,
        /// Time from sending to the end.
        elapsed: Duration,
    },
    /// The next try comes after a pause.
    Pause {
        /// Length of the pause.
        pause: Duration,
        /// Number of tries so far.
        tries: u32,
        /// Number of tries that the request may have in all.
        allowed: u32,
    },
}

/// Callback that is told of each try.
pub(crate) type Observer = Arc<dyn Fn(RequestStep) + Send + Sync>;

/// A whole answer with status 200, or 204 to a DELETE.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// The header `opc-next-page`, as it came.
    pub next_page: Option<Vec<u8>>,
    /// The service's name for the request.
    pub request_id: Option<String>,
}

/// The way to the service: one run's bounds, and the connections of each tenancy.
#[derive(Debug)]
pub(crate) struct Transport {
    limits: Limits,
    /// The places of the requests in flight.
    jobs: Semaphore,
    lanes: Lanes,
}

impl Transport {
    /// A way to the service, or to `endpoint` in its place: an endpoint on this machine is reached without a
    /// proxy, one without TLS needs no certificates.
    ///
    /// # Errors
    /// [`ServiceProblem::NoClient`] when TLS cannot be set up, for want of the system's certificates for one.
    pub(crate) fn new(limits: Limits, endpoint: Option<&Url>) -> Result<Self, ServiceProblem> {
        let limits = Limits {
            jobs: limits.places(),
            ..limits
        };
        Ok(Self {
            limits,
            jobs: Semaphore::new(limits.jobs),
            lanes: Lanes::new(Http::new(limits, endpoint)?, limits.jobs),
        })
    }

    /// A place among the requests in flight, of which there are as many as the run may have. Nobody closes the semaphore, so
    /// that it is always had.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.jobs.acquire().await.ok()
    }

    /// The requests of one client, signed by `credential`. All clients of a tenancy share its connections and places.
    pub(crate) fn session<'a>(
        &'a self,
        credential: &'a Credential,
        observer: Observer,
    ) -> Session<'a> {
        Session::new(self, credential, observer)
    }
}

/// Checks the environment's proxy for the requests of a run, to the service or to `endpoint` in its place.
///
/// # Errors
/// [`EnvironmentProblem`] where a variable that the requests depend on is not understood.
pub(crate) fn check_environment(endpoint: Option<&Url>) -> Result<(), EnvironmentProblem> {
    Route::from_environment(endpoint).map(drop)
}

/// Returns whether `url` is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    is_loopback_host(url.host_str().unwrap_or_default())
}

/// Returns whether `host`, a name or an address, is this machine.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    host == "localhost" || ip(host).is_some_and(|address| address.is_loopback())
}

/// The IP address that `host` is, one of IPv6 with or without brackets.
pub(crate) fn ip(host: &str) -> Option<IpAddr> {
    bare(host).parse().ok()
}

/// Returns the present time by a clock that is `offset_seconds` ahead of this machine's.
pub(crate) fn shifted_now(offset_seconds: i64) -> SystemTime {
    let offset = Duration::from_secs(offset_seconds.unsigned_abs());
    let now = SystemTime::now();
    let shifted = if offset_seconds < 0 {
        now.checked_sub(offset)
    } else {
        now.checked_add(offset)
    };
    shifted.unwrap_or(now)
}
