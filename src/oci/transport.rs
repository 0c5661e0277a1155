//! One signed request, tried until it is answered: date, sign, send, classify.
//!
//! What is tried again is what the vendor's SDK tries again; the policy is our
//! own, since its operation for usage has none by default. Each try is signed
//! afresh, for a signature ages in five minutes.

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::budget::Budget;
use super::signer::{Body, Request, Signer};
use crate::failure::{Answer, DataProblem, Failure, Problem, ServiceProblem};
use crate::text::printable;

/// Tries of one request in all.
const TRIES: u32 = 8;
/// Tries where nothing listens or the host has no address: seldom better the third time.
const TRIES_UNREACHABLE: u32 = 2;
/// The longest pause that the policy itself makes.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The largest answer that is read: a window of 90 days is about 100 kB, a page of 1,000 rows about
/// 1 MB, and so many may come at a time as there are requests in flight.
const LARGEST_BODY: usize = 2 << 20;
/// The largest refusal that is read for its message.
const LARGEST_REFUSAL: usize = 64 << 10;
/// Requests of one tenancy in flight.
const TENANCY_JOBS: usize = 4;
/// A 401 with clocks this far apart, in seconds, is laid to them. The service's tolerance is 300; the
/// rest is for the way of the answer.
const SKEW: i64 = 240;
/// No answer has told its time yet; no clock is off by so much.
const NOT_SEEN: i64 = i64::MIN;

/// Bounds on what a run asks of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests in flight.
    pub jobs: usize,
    /// For one request, from connecting to the last byte.
    pub timeout: Duration,
    /// For connecting.
    pub connect_timeout: Duration,
    /// For a client's retries, while any of its requests pauses or is tried again.
    pub retry_budget: Duration,
}

/// What a try was about and how it ended, for the operator who wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request goes out.
    Sent,
    /// An answer came.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The service's name for the request.
        request_id: String,
        /// From sending to the last byte.
        elapsed: Duration,
    },
    /// No whole answer came.
    Broken {
        /// What happened.
        problem: ServiceProblem,
        /// From sending to the end.
        elapsed: Duration,
    },
    /// The next try comes after a pause.
    Pause {
        /// How long.
        pause: Duration,
        /// How often it was tried.
        tries: u32,
    },
}

/// Told of each try.
pub type Observer = Arc<dyn Fn(Event) + Send + Sync>;

/// The HTTP client of a run, and how much it may do at a time.
#[derive(Debug)]
pub struct Transport {
    http: reqwest::Client,
    limits: Limits,
    jobs: Semaphore,
}

impl Transport {
    /// A client for the service, or for `endpoint` in its place: one on this machine is reached
    /// without a proxy, one without TLS needs no certificates.
    ///
    /// # Errors
    /// [`ServiceProblem::NoClient`] when TLS cannot be set up, for want of the system's certificates for one.
    pub fn new(limits: Limits, endpoint: Option<&Url>) -> Result<Self, ServiceProblem> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("oci-consumo/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .tcp_nodelay(true)
            // A connection is for one request: what comes late on it answers nobody else's.
            .pool_max_idle_per_host(0)
            .timeout(limits.timeout)
            .connect_timeout(limits.connect_timeout)
            .dns_resolver(Resolver);
        if endpoint.is_some_and(is_loopback) {
            builder = builder.no_proxy();
        }
        if endpoint.is_some_and(|endpoint| endpoint.scheme() == "http") {
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| ServiceProblem::NoClient {
            detail: printable(&innermost(&error), 200),
        })?;
        Ok(Self {
            http,
            limits,
            jobs: Semaphore::new(limits.jobs),
        })
    }
}

/// Whether `url` is on this machine.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The requests of one client.
pub struct Session<'a> {
    transport: &'a Transport,
    signer: &'a Signer,
    tenancy_jobs: Arc<Semaphore>,
    observer: Observer,
    /// The service's time less this machine's, in seconds, once a request was refused for it.
    clock_offset: AtomicI64,
    /// The same by the last answer that told its time, refused or not; [`NOT_SEEN`] before that.
    clock_seen: AtomicI64,
    budget: Budget,
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}

/// What a tenancy's requests in flight are counted with; one for all the configs of a tenancy.
pub fn tenancy_jobs() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(TENANCY_JOBS))
}

/// A whole answer with status 200.
#[derive(Debug)]
pub struct Reply {
    /// The body.
    pub body: Vec<u8>,
    /// The header `opc-next-page`, as it came.
    pub next_page: Option<Vec<u8>>,
    /// The service's name for the request.
    pub request_id: Option<String>,
}

/// A try that gave no [`Reply`].
enum Fault {
    /// No whole answer.
    Broken(ServiceProblem),
    /// An answer other than 200.
    Refused { answer: Answer, headers: HeaderMap },
    /// An answer that is too large to read.
    Data(DataProblem, Option<String>),
}

impl<'a> Session<'a> {
    /// Requests signed by `signer`.
    pub fn new(
        transport: &'a Transport,
        signer: &'a Signer,
        tenancy_jobs: Arc<Semaphore>,
        observer: Observer,
    ) -> Self {
        Self {
            transport,
            signer,
            tenancy_jobs,
            observer,
            clock_offset: AtomicI64::new(0),
            clock_seen: AtomicI64::new(NOT_SEEN),
            budget: Budget::new(transport.limits.retry_budget),
        }
    }

    /// The tenancy that the requests are about.
    pub fn tenancy(&self) -> &str {
        self.signer.tenancy()
    }

    /// The service's time less this machine's, in seconds, if requests had to be signed with it.
    pub fn clock_offset(&self) -> Option<i64> {
        match self.clock_offset.load(Ordering::Relaxed) {
            0 => None,
            seconds => Some(seconds),
        }
    }

    /// The service's time less this machine's, in seconds, by the last answer that told its time.
    pub fn clock_seen(&self) -> Option<i64> {
        match self.clock_seen.load(Ordering::Relaxed) {
            NOT_SEEN => None,
            seconds => Some(seconds),
        }
    }

    /// Gets what is at `url`, whole, trying again where that is worth it.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200.
    pub async fn get(&self, url: &Url) -> Result<Reply, Failure> {
        self.send(&Request {
            method: Method::GET,
            url,
            body: Body::None,
        })
        .await
    }

    /// Posts `body`, a JSON document, to `url` and gives the whole answer, trying again where that is worth it.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200.
    pub async fn post(&self, url: &Url, body: &[u8]) -> Result<Reply, Failure> {
        self.send(&Request {
            method: Method::POST,
            url,
            body: Body::Signed {
                content_type: "application/json",
                bytes: body,
            },
        })
        .await
    }

    /// Sends `request` and gives the whole answer, trying again where that is worth it.
    ///
    /// # Errors
    /// A [`Failure`] of service or data, when no try was answered with status 200.
    pub async fn send(&self, request: &Request<'_>) -> Result<Reply, Failure> {
        let mut tries = 0;
        let mut signed_again = false;
        loop {
            tries += 1;
            let offset = self.clock_offset.load(Ordering::Relaxed);
            let fault = match self.one_try(request, offset, tries).await {
                Ok(reply) => return Ok(reply),
                Err(fault) => fault,
            };
            let skew = fault.skew(offset);
            if let Some(seconds) = skew
                && !signed_again
            {
                signed_again = true;
                self.clock_offset.store(seconds, Ordering::Relaxed);
                continue;
            }
            let left = self.budget.left();
            if tries >= fault.tries_allowed() || left.is_zero() {
                return Err(self.failure(fault, tries, skew, None));
            }
            let pause = match fault.retry_after() {
                Some(wait) if wait > left => {
                    return Err(self.failure(fault, tries, skew, Some(wait)));
                }
                Some(wait) => wait,
                None => backoff(tries).min(left),
            };
            (self.observer)(Event::Pause { pause, tries });
            let _spending = self.budget.spend();
            tokio::time::sleep(pause).await;
        }
    }

    /// One try, with a place among the tenancy's and the run's requests for as long as it lasts.
    async fn one_try(
        &self,
        signable: &Request<'_>,
        offset: i64,
        tries: u32,
    ) -> Result<Reply, Fault> {
        // Nobody closes the semaphores, so that both are always had; the tenancy's first, since
        // waiting for it must not hold a place of the run's.
        let _tenancy = self.tenancy_jobs.acquire().await;
        let _run = self.transport.jobs.acquire().await;
        let _spending = (tries > 1).then(|| self.budget.spend());
        let url = signable.url;
        let headers = self
            .signer
            .sign(signable, shifted_now(offset))
            .map_err(|_| Fault::Broken(ServiceProblem::SigningFailed))?;
        let mut request = self
            .transport
            .http
            .request(signable.method.clone(), url.clone())
            .header("accept", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(body) = signable.body.bytes() {
            request = request.body(body.to_vec());
        }
        let started = Instant::now();
        (self.observer)(Event::Sent);
        let outcome = match request.send().await {
            Ok(response) => {
                if let Some(time) = service_time(response.headers()) {
                    let seconds = signed_seconds(time, SystemTime::now());
                    self.clock_seen.store(seconds, Ordering::Relaxed);
                }
                receive(response, url, tries).await
            }
            Err(error) => Err(Fault::Broken(classify(&error, url, tries))),
        };
        (self.observer)(Event::of(&outcome, started.elapsed()));
        outcome
    }

    /// What a fault comes to after so many `tries`; `skew` where the clocks are to blame, `late` where
    /// the service asks for a longer pause than there is time for.
    fn failure(
        &self,
        fault: Fault,
        tries: u32,
        skew: Option<i64>,
        late: Option<Duration>,
    ) -> Failure {
        let request_id = fault.request_id();
        let problem: Problem = match (fault, late) {
            (Fault::Broken(problem), _) => problem.into(),
            (Fault::Refused { answer, .. }, Some(wait)) => {
                ServiceProblem::RetryTooLate { wait, answer }.into()
            }
            (Fault::Refused { answer, .. }, None) => self.refusal(answer, tries, skew).into(),
            (Fault::Data(problem, _), _) => problem.into(),
        };
        Failure {
            request_id,
            ..Failure::new(problem)
        }
    }

    /// The problem that an answer other than 200 tells of.
    fn refusal(&self, answer: Answer, tries: u32, skew: Option<i64>) -> ServiceProblem {
        match (answer.status, skew) {
            (401, Some(offset_seconds)) => ServiceProblem::ClockSkew {
                offset_seconds,
                answer,
            },
            (401, None) => self.signer.not_authenticated(answer),
            (403, _) => ServiceProblem::Forbidden(answer),
            (404, _) => ServiceProblem::NotAuthorized(answer),
            (429, _) => ServiceProblem::TooManyRequests { tries, answer },
            (300..=399, _) => ServiceProblem::Redirect(answer),
            _ if may_pass(&answer) => ServiceProblem::Unavailable { tries, answer },
            _ => ServiceProblem::Rejected(answer),
        }
    }
}

impl Fault {
    /// How often a request that ends so is tried in all.
    fn tries_allowed(&self) -> u32 {
        match self {
            Self::Broken(problem) => match problem {
                ServiceProblem::UnknownHost { .. } | ServiceProblem::ConnectionRefused { .. } => {
                    TRIES_UNREACHABLE
                }
                ServiceProblem::ConnectionBroken { .. } | ServiceProblem::Timeout { .. } => TRIES,
                _ => 1,
            },
            Self::Refused { answer, .. } if may_pass(answer) => TRIES,
            Self::Refused { .. } => 1,
            Self::Data(..) => 1,
        }
    }

    /// The service's time less this machine's, in seconds, where a 401 is owed to a date shifted by `offset`.
    fn skew(&self, offset: i64) -> Option<i64> {
        let Self::Refused {
            answer: Answer { status: 401, .. },
            headers,
        } = self
        else {
            return None;
        };
        let seconds = signed_seconds(service_time(headers)?, SystemTime::now());
        ((seconds - offset).abs() > SKEW).then_some(seconds)
    }

    /// What `Retry-After` asks for, in seconds or as a date.
    fn retry_after(&self) -> Option<Duration> {
        let Self::Refused { headers, .. } = self else {
            return None;
        };
        let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = httpdate::parse_http_date(text).ok()?;
        // A date is the service's, so it is held against the service's clock.
        let now = service_time(headers).unwrap_or_else(SystemTime::now);
        Some(until.duration_since(now).unwrap_or_default())
    }

    fn request_id(&self) -> Option<String> {
        match self {
            Self::Broken(_) => None,
            Self::Refused { headers, .. } => request_id(headers),
            Self::Data(_, request_id) => request_id.clone(),
        }
    }
}

/// Whether the service may answer otherwise a little later: the refusals that the vendor's SDK tries again.
fn may_pass(answer: &Answer) -> bool {
    match answer.status {
        501 => false,
        429 | 500..=599 => true,
        409 => answer.code == "IncorrectState",
        _ => false,
    }
}

impl Event {
    fn of(outcome: &Result<Reply, Fault>, elapsed: Duration) -> Self {
        let answered = |status, request_id: Option<String>| Self::Answered {
            status,
            request_id: request_id.unwrap_or_default(),
            elapsed,
        };
        match outcome {
            Ok(reply) => answered(200, reply.request_id.clone()),
            Err(Fault::Refused { answer, headers }) => answered(answer.status, request_id(headers)),
            Err(Fault::Data(_, request_id)) => answered(200, request_id.clone()),
            Err(Fault::Broken(problem)) => Self::Broken {
                problem: problem.clone(),
                elapsed,
            },
        }
    }
}

/// Exponential with full jitter: anything up to 1, 2, 4 … 30 seconds.
fn backoff(tries: u32) -> Duration {
    let ceiling = Duration::from_secs(1 << (tries - 1).min(5)).min(LONGEST_PAUSE);
    Duration::from_millis(fastrand::u64(
        0..=u64::try_from(ceiling.as_millis()).unwrap_or(u64::MAX),
    ))
}

/// Now, by a clock that is so many seconds ahead of this machine's.
pub fn shifted_now(offset_seconds: i64) -> SystemTime {
    let offset = Duration::from_secs(offset_seconds.unsigned_abs());
    let now = SystemTime::now();
    let shifted = if offset_seconds < 0 {
        now.checked_sub(offset)
    } else {
        now.checked_add(offset)
    };
    shifted.unwrap_or(now)
}

/// `a` less `b`.
fn signed_seconds(a: SystemTime, b: SystemTime) -> i64 {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    match a.duration_since(b) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

/// The header `Date`.
fn service_time(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()
}

/// The header `opc-request-id`, fit for a terminal.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get("opc-request-id")?.as_bytes());
    Some(printable(&text, 100))
}

/// Reads the answer, at most as much of it as is ever right.
async fn receive(mut response: Response, url: &Url, tries: u32) -> Result<Reply, Fault> {
    let headers = response.headers().clone();
    if response.status() != StatusCode::OK {
        let status = response.status().as_u16();
        let (body, _) = read(&mut response, LARGEST_REFUSAL).await;
        return Err(Fault::Refused {
            answer: answer(status, &body),
            headers,
        });
    }
    let request_id = request_id(&headers);
    match read(&mut response, LARGEST_BODY).await {
        (body, Ok(true)) => {
            let next_page = headers
                .get("opc-next-page")
                .map(|token| token.as_bytes().to_vec());
            Ok(Reply {
                body,
                next_page,
                request_id,
            })
        }
        (_, Ok(false)) => Err(Fault::Data(
            DataProblem::BodyTooLarge(LARGEST_BODY),
            request_id,
        )),
        (_, Err(error)) => Err(Fault::Broken(classify(&error, url, tries))),
    }
}

/// The body's first `most` bytes, and whether that was all of it.
async fn read(response: &mut Response, most: usize) -> (Vec<u8>, Result<bool, reqwest::Error>) {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > most => return (body, Ok(false)),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, Ok(true)),
            Err(error) => return (body, Err(error)),
        }
    }
}

/// The service's words in a refusal; a gateway's may have none.
fn answer(status: u16, body: &[u8]) -> Answer {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Refusal {
        code: String,
        message: String,
    }
    let Refusal { code, message } = serde_json::from_slice(body).unwrap_or_default();
    Answer {
        status,
        code: printable(&code, 60),
        message: printable(&message, 300),
    }
}

/// What a failed exchange was, by the types of its causes, after so many `tries`.
fn classify(error: &reqwest::Error, url: &Url, tries: u32) -> ServiceProblem {
    let host = url.host_str().unwrap_or_default().to_owned();
    if error.is_timeout() {
        return ServiceProblem::Timeout { host, tries };
    }
    for cause in causes(error) {
        if cause.is::<UnknownHost>() {
            return ServiceProblem::UnknownHost { host };
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return ServiceProblem::Tls {
                host,
                detail: printable(&tls.to_string(), 200),
            };
        }
        if cause
            .downcast_ref()
            .is_some_and(|io: &io::Error| io.kind() == io::ErrorKind::ConnectionRefused)
        {
            return ServiceProblem::ConnectionRefused { host };
        }
    }
    ServiceProblem::ConnectionBroken { host, tries }
}

/// What is behind an error, outermost first. An I/O error that wraps another error does not name it
/// as its source, but that error's; and the TLS library's is wrapped in two of them.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = match cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
        Some(cause)
    })
}

/// The last cause: what went wrong, without what was being done.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// The system's resolver, with a failure that [`classify`] knows from others.
struct Resolver;

#[derive(Debug)]
struct UnknownHost(io::Error);

impl std::fmt::Display for UnknownHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown host: {}", self.0)
    }
}

impl std::error::Error for UnknownHost {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(UnknownHost)?;
            let addresses: Vec<SocketAddr> = found.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
