//! The tests' service: the stand-in of the program behind a server that keeps a log of its traffic,
//! plays faults, and has habits other than the stand-in's.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt as _, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
pub use oci_consumo::internals::sim::{Scripted, WorldRow};
use oci_consumo::internals::sim::{Service, Tenant as Known, World as Served};
use rsa::PublicKey;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use super::habits::{Habits, Paging};

/// Everything that one server knows.
#[derive(Clone, Debug)]
pub struct World {
    /// Who may call, each with its own key.
    pub tenants: Vec<Tenant>,
    /// The most rows on a page, whatever `limit` asks.
    pub page_rows: usize,
    /// Waited before each answer.
    pub latency: Duration,
    /// Whether requests are kept for [`Server::seen`]; a long run would fill the memory.
    pub record: bool,
}

impl World {
    /// A world that answers at once, with up to 1,000 rows a page, and keeps its requests.
    pub fn new(tenants: Vec<Tenant>) -> Self {
        Self {
            tenants,
            page_rows: 1000,
            latency: Duration::ZERO,
            record: true,
        }
    }
}

/// A tenancy, with the one user and key that call for it.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub tenancy: String,
    pub user: String,
    pub fingerprint: String,
    /// The half of the key that the service holds.
    pub public_key: PublicKey,
    /// The home region, as the Identity API tells it; none where no policy lets the user ask.
    pub home: Option<String>,
    /// What the service has of it, in any order.
    pub rows: Vec<WorldRow>,
    /// Played one per request of this tenant, in order, before anything else.
    pub script: VecDeque<Fault>,
    /// Played for each request once the script is over.
    pub always: Option<Fault>,
    /// How the service answers, where it is not as the stand-in does.
    pub habits: Option<Habits>,
}

impl Tenant {
    fn key_id(&self) -> String {
        format!("{}/{}/{}", self.tenancy, self.user, self.fingerprint)
    }

    /// The same as the program's stand-in has it, without a script.
    pub fn known(&self) -> Known {
        Known {
            tenancy: self.tenancy.clone(),
            user: self.user.clone(),
            fingerprint: self.fingerprint.clone(),
            public_key: self.public_key.clone(),
            home: self.home.clone(),
            rows: self.rows.clone(),
            always: None,
        }
    }
}

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An answer in place of the real one.
    Answer(Scripted),
    /// The service's clock is off by so many seconds: its `Date` and its check of the request's
    /// date follow it, all else is as usual.
    ClockOffset(i64),
    /// Headers, then a body that ends before its `Content-Length`.
    Truncated,
    /// The connection is closed without a byte.
    Reset,
    /// No answer at all for that long, then the connection is closed.
    Silent(Duration),
    /// A body without end.
    Endless,
    /// The real answer, that much later.
    Slow(Duration),
    /// The same `opc-next-page` for ever.
    PageLoop,
    /// Every page the same bytes, with a new token.
    PageRepeat,
    /// New pages for ever, each different.
    PagesWithoutEnd,
    /// Nothing: a gap in a script.
    None,
}

/// A request as it arrived, and what became of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The first part of its `keyId`; empty where it has none.
    pub tenancy: String,
    pub method: String,
    /// Path and query, byte for byte.
    pub target: String,
    /// The `date` header; empty where it has none.
    pub date: String,
    /// The `authorization` header; empty where it has none.
    pub authorization: String,
    pub body: Vec<u8>,
    /// All its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The status answered; 0 where there was no answer.
    pub status: u16,
}

/// A running service. Dropped, it stops and closes every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

impl Server {
    /// Listens on 127.0.0.1, any free port, and serves until dropped.
    pub async fn start(world: World) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(world)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            listening: tokio::spawn(listen(listener, Arc::clone(&shared))),
            shared,
        })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in the order of arrival; none unless [`World::record`] is set.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.log.lock().unwrap().clone()
    }

    /// From now on `tenancy` has `rows`, as a service that forgets or restates days.
    pub fn restate(&self, tenancy: &str, rows: Vec<WorldRow>) {
        self.change(tenancy, |tenant| tenant.rows = rows);
    }

    /// Changes what the service has of `tenancy`, and how it answers, from now on.
    pub fn change(&self, tenancy: &str, change: impl FnOnce(&mut Tenant)) {
        let mut state = self.shared.state.lock().unwrap();
        let tenants = state.tenants.values().map(|tenant| (**tenant).clone());
        let mut tenants: Vec<Tenant> = tenants.collect();
        let changed = tenants.iter_mut().find(|tenant| tenant.tenancy == tenancy);
        change(changed.unwrap());
        *state = State::new(tenants, self.shared.page_rows).unwrap();
    }

    /// How many requests came so far.
    pub fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Relaxed)
    }

    /// The most requests that were being answered at one moment: from the
    /// head's arrival until the answer is handed over, latency included.
    pub fn most_in_flight(&self) -> usize {
        self.shared.all.most.load(Ordering::Relaxed)
    }

    /// The same of one tenancy's requests.
    pub fn most_in_flight_of(&self, tenancy: &str) -> usize {
        let gauge = self.shared.gauges.get(tenancy);
        gauge.map_or(0, |gauge| gauge.most.load(Ordering::Relaxed))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The task owns the connections, which end with it.
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, Arc::clone(&shared)));
                }
                // Out of file descriptors, most likely: some will come free.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers a connection's requests until either side closes it.
async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    // Only slower without it.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { shared.answer(request).await }
    });
    // What breaks a connection here is the caller hanging up, or a fault that is meant to.
    let _ = http1::Builder::new()
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// What hyper sends as the body.
type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What all connections share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// What remains of each tenant's script, by `keyId`.
    scripts: Mutex<HashMap<String, VecDeque<Fault>>>,
    page_rows: usize,
    latency: Duration,
    requests: AtomicUsize,
    all: Gauge,
    /// Known tenancies only, so that strangers cannot make it grow.
    gauges: HashMap<String, Gauge>,
    record: bool,
    log: Mutex<Vec<Seen>>,
}

/// What a test may change while the service runs.
#[derive(Debug)]
struct State {
    /// By `keyId`.
    tenants: HashMap<String, Arc<Tenant>>,
    service: Arc<Service>,
}

impl State {
    fn new(tenants: Vec<Tenant>, page_rows: usize) -> io::Result<Self> {
        let service = Service::new(Served {
            tenants: tenants.iter().map(Tenant::known).collect(),
            page_rows,
        })?;
        let tenants = tenants.into_iter().map(Arc::new);
        let keyed = tenants.map(|tenant| (tenant.key_id(), tenant));
        Ok(Self {
            tenants: keyed.collect(),
            service: Arc::new(service),
        })
    }
}

impl Shared {
    fn new(world: World) -> io::Result<Self> {
        let tenants = world.tenants.iter();
        Ok(Self {
            scripts: Mutex::new(
                tenants
                    .clone()
                    .map(|tenant| (tenant.key_id(), tenant.script.clone()))
                    .collect(),
            ),
            gauges: tenants
                .map(|tenant| (tenant.tenancy.clone(), Gauge::default()))
                .collect(),
            state: Mutex::new(State::new(world.tenants, world.page_rows)?),
            page_rows: world.page_rows,
            latency: world.latency,
            requests: AtomicUsize::new(0),
            all: Gauge::default(),
            record: world.record,
            log: Mutex::default(),
        })
    }

    /// What the next request of a tenant meets.
    fn next_fault(&self, tenant: &Tenant) -> Fault {
        let mut scripts = self.scripts.lock().unwrap();
        let script = scripts.get_mut(&tenant.key_id());
        script
            .and_then(VecDeque::pop_front)
            .or_else(|| tenant.always.clone())
            .unwrap_or(Fault::None)
    }

    /// Answers a request, or fails to, which closes the connection.
    async fn answer(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let key_id = key_id(&head);
        let tenancy = key_id.split('/').next().unwrap_or_default();
        let visit = self.arrive(tenancy, &head);
        let (tenant, service) = {
            let state = self.state.lock().unwrap();
            let tenant = state.tenants.get(&key_id).cloned();
            (tenant, Arc::clone(&state.service))
        };
        let fault = tenant
            .as_ref()
            .map_or(Fault::None, |tenant: &Arc<Tenant>| self.next_fault(tenant));
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        visit.note(|seen| seen.body = body.to_vec());
        if !self.latency.is_zero() {
            sleep(self.latency).await;
        }

        let habits = tenant.as_ref().and_then(|tenant| tenant.habits.clone());
        if habits.as_ref().is_some_and(|habits| habits.hangs(&body)) {
            std::future::pending::<()>().await;
        }
        let usual = |offset| service.answer(&head, Some(&body), shifted(SystemTime::now(), offset));
        let paged = |paging| {
            let habits = habits.clone().unwrap_or_default();
            Some(Habits { paging, ..habits })
        };
        let as_usual_at = |offset, habits: Option<Habits>| {
            let answer = usual(offset);
            let (Some(habits), Some(tenant)) = (habits, &tenant) else {
                return whole(answer);
            };
            whole(habits.answer(answer, &tenant.rows, self.page_rows, &head, &body))
        };
        let as_usual = |habits| as_usual_at(0, habits);
        let response = match fault {
            Fault::None => as_usual(habits.clone()),
            Fault::Answer(scripted) => whole(play(&scripted, &head, tenant.as_deref(), &body)),
            Fault::ClockOffset(seconds) => as_usual_at(seconds, habits.clone()),
            Fault::Truncated => truncated(usual(0)),
            Fault::Endless => endless(usual(0)),
            Fault::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
            Fault::Silent(wait) => {
                sleep(wait).await;
                return Err(io::ErrorKind::TimedOut.into());
            }
            Fault::Slow(wait) => {
                sleep(wait).await;
                as_usual(habits.clone())
            }
            Fault::PageLoop => as_usual(paged(Paging::Loop)),
            Fault::PageRepeat => as_usual(paged(Paging::Repeat)),
            Fault::PagesWithoutEnd => as_usual(paged(Paging::WithoutEnd)),
        };
        visit.note(|seen| seen.status = response.status().as_u16());
        Ok(response)
    }

    /// Counts a request in, until the [`Visit`] ends.
    fn arrive(&self, tenancy: &str, head: &Parts) -> Visit<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let gauge = self.gauges.get(tenancy);
        self.all.enter();
        if let Some(gauge) = gauge {
            gauge.enter();
        }
        let entry = self.record.then(|| {
            let mut log = self.log.lock().unwrap();
            log.push(Seen {
                tenancy: tenancy.to_owned(),
                method: head.method.to_string(),
                target: head
                    .uri
                    .path_and_query()
                    .map_or_else(String::new, ToString::to_string),
                date: text(head, "date"),
                authorization: text(head, "authorization"),
                body: Vec::new(),
                headers: head
                    .headers
                    .iter()
                    .map(|(name, value)| (name.to_string(), lossy(value.as_bytes())))
                    .collect(),
                status: 0,
            });
            (log.len() - 1, &self.log)
        });
        Visit {
            all: &self.all,
            gauge,
            entry,
        }
    }
}

/// The `keyId` that a request carries; empty where it has none.
fn key_id(head: &Parts) -> String {
    let authorization = text(head, "authorization");
    let key_id = authorization.split("keyId=\"").nth(1).unwrap_or_default();
    key_id.split('"').next().unwrap_or_default().to_owned()
}

/// A scripted answer, as the stand-in plays one.
fn play(
    scripted: &Scripted,
    head: &Parts,
    tenant: Option<&Tenant>,
    body: &[u8],
) -> Response<Full<Bytes>> {
    let tenants = tenant.map(|tenant| Known {
        rows: Vec::new(),
        always: Some(scripted.clone()),
        ..tenant.known()
    });
    let service = Service::new(Served {
        tenants: tenants.into_iter().collect(),
        page_rows: 1,
    });
    service.unwrap().answer(head, Some(body), SystemTime::now())
}

/// `now` on a clock that is so many seconds ahead, or below zero, behind.
fn shifted(now: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { now - by } else { now + by }
}

fn whole(response: Response<Full<Bytes>>) -> Response<Body> {
    response.map(|body| {
        let body = body.map_err(|never: Infallible| match never {});
        body.boxed_unsync()
    })
}

/// How every body of rows begins: what broken ones show before they break.
const OPENING: &[u8] = br#"{"groupBy":null,"items":["#;

/// The head of `response`, and a body of fewer bytes than it promises.
fn truncated(response: Response<Full<Bytes>>) -> Response<Body> {
    let start = stream::once(async { Ok(Frame::data(Bytes::from_static(OPENING))) });
    // Head and first bytes go out while the stream lets others run.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::ErrorKind::UnexpectedEof.into())
    });
    let body = StreamBody::new(start.chain(end)).boxed_unsync();
    let mut response = response.map(|_| body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("4096"));
    response
}

/// The head of `response`, and a body that goes on for as long as it is read.
fn endless(response: Response<Full<Bytes>>) -> Response<Body> {
    let chunk = Bytes::from_static(&[b' '; 16 * 1024]);
    let chunks = stream::iter([Bytes::from_static(OPENING)]).chain(stream::repeat(chunk));
    response.map(|_| StreamBody::new(chunks.map(|chunk| Ok(Frame::data(chunk)))).boxed_unsync())
}

/// A request that is being answered.
#[derive(Debug)]
struct Visit<'a> {
    all: &'a Gauge,
    gauge: Option<&'a Gauge>,
    entry: Option<(usize, &'a Mutex<Vec<Seen>>)>,
}

impl Visit<'_> {
    fn note(&self, change: impl FnOnce(&mut Seen)) {
        if let Some((index, log)) = self.entry {
            change(&mut log.lock().unwrap()[index]);
        }
    }
}

/// Ends however the request ends: hyper drops it when the caller hangs up.
impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.all.leave();
        if let Some(gauge) = self.gauge {
            gauge.leave();
        }
    }
}

/// How many there are, and the most there ever were.
#[derive(Debug, Default)]
struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Gauge {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::Relaxed);
    }
}

fn text(head: &Parts, name: &str) -> String {
    let value = head.headers.get(name);
    value.map_or_else(String::new, |value| lossy(value.as_bytes()))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
