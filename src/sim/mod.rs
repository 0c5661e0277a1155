//! A stand-in for the Usage API, and what is asked of the Identity API, on loopback, for the demo and the tests.
//!
//! It checks every request as strictly as the service is known to, signature
//! included, and plays scripted faults. It knows nothing of the rooms that
//! call the service; of this crate it uses calendar and money only.

mod answer;
mod identity;
mod refusal;
#[cfg(test)]
mod sample;
mod traffic;
mod usage;
mod verify;
mod world;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use rsa::pkcs1v15::VerifyingKey;
use sha2::Sha256;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use self::answer::{Body, Head};
use self::identity::Regions;
use self::refusal::Refusal;
use self::traffic::{Traffic, locked};
use self::usage::{Ledger, Page, Paging};
use self::verify::{Authorization, Doubt, Received};

pub use self::traffic::Seen;
pub use self::world::{Fault, Row, Tenant, World};

/// The most bytes of a request's body.
const MAX_BODY: usize = 64 * 1024;
/// The most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;

/// A running stand-in. Dropped, it stops and closes every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    service: Arc<Service>,
    listening: JoinHandle<()>,
}

impl Server {
    /// Listens on 127.0.0.1, any free port, and serves until dropped.
    ///
    /// # Errors
    /// When it cannot listen, or two tenants have the same tenancy, user and key.
    pub async fn start(world: World) -> io::Result<Self> {
        let service = Arc::new(Service::new(world)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            listening: tokio::spawn(listen(listener, Arc::clone(&service))),
            service,
        })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, in the order of arrival; none unless [`World::record`] is set.
    pub fn seen(&self) -> Vec<Seen> {
        self.service.traffic.seen()
    }

    /// From now on `tenancy` has `rows`, as a service that forgets or restates days.
    pub fn restate(&self, tenancy: &str, rows: Vec<Row>) {
        for desk in self.service.tenants.values() {
            let mut ledger = locked(&desk.ledger);
            if ledger.is_of(tenancy) {
                *ledger = Ledger::new(tenancy.to_owned(), rows.clone());
            }
        }
    }

    /// How many requests came so far.
    pub fn requests(&self) -> usize {
        self.service.traffic.requests()
    }

    /// The most requests that were being answered at one moment: from the
    /// head's arrival until the answer is handed over, latency included.
    pub fn most_in_flight(&self) -> usize {
        self.service.traffic.most()
    }

    /// The same of one tenancy's requests.
    pub fn most_in_flight_of(&self, tenancy: &str) -> usize {
        self.service.traffic.most_of(tenancy)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The task owns the connections, which end with it.
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, service: Arc<Service>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, Arc::clone(&service)));
                }
                // Out of file descriptors, most likely: some will come free.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers a connection's requests until either side closes it.
async fn converse(stream: TcpStream, service: Arc<Service>) {
    // Only slower without it.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { service.answer(request).await }
    });
    // What breaks a connection here is the caller hanging up, or a fault that is meant to.
    let _ = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// What all connections share.
#[derive(Debug)]
struct Service {
    /// By `keyId`.
    tenants: HashMap<String, Desk>,
    page_rows: usize,
    latency: Duration,
    traffic: Traffic,
    next_request: AtomicU64,
}

/// What serves one tenant.
#[derive(Debug)]
struct Desk {
    key: VerifyingKey<Sha256>,
    ledger: Mutex<Ledger>,
    regions: Regions,
    script: Mutex<VecDeque<Fault>>,
    always: Option<Fault>,
}

impl Desk {
    fn next_fault(&self) -> Fault {
        locked(&self.script)
            .pop_front()
            .or_else(|| self.always.clone())
            .unwrap_or(Fault::None)
    }
}

impl Service {
    fn new(world: World) -> io::Result<Self> {
        let traffic = Traffic::new(
            world.tenants.iter().map(|tenant| tenant.tenancy.clone()),
            world.record,
        );
        let mut tenants = HashMap::with_capacity(world.tenants.len());
        for tenant in world.tenants {
            let key_id = tenant.key_id();
            let desk = Desk {
                key: VerifyingKey::new(tenant.public_key),
                regions: Regions::new(&tenant.tenancy, tenant.home),
                ledger: Mutex::new(Ledger::new(tenant.tenancy, tenant.rows)),
                script: Mutex::new(tenant.script),
                always: tenant.always,
            };
            if tenants.insert(key_id.clone(), desk).is_some() {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    format!("two tenants for {key_id}"),
                ));
            }
        }
        Ok(Self {
            tenants,
            page_rows: world.page_rows,
            latency: world.latency,
            traffic,
            next_request: AtomicU64::new(1),
        })
    }

    /// Answers a request, or fails to, which closes the connection.
    async fn answer(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let authorization = Authorization::of(&head.headers);
        let tenancy = authorization.as_ref().map_or("", Authorization::tenancy);
        let visit = self.traffic.arrive(tenancy, &head);
        let desk = authorization
            .as_ref()
            .ok()
            .and_then(|authorization| self.tenants.get(authorization.key_id));
        let fault = desk.map_or(Fault::None, Desk::next_fault);

        // None when it is over the bound.
        let body = match Limited::new(body, MAX_BODY).collect().await {
            Ok(body) => Some(body.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => None,
            Err(error) => return Err(io::Error::other(error)),
        };
        if let Some(body) = &body {
            visit.has_body(body);
        }
        if !self.latency.is_zero() {
            sleep(self.latency).await;
        }

        let mut offset = 0;
        let mut paging = Paging::Honest;
        match &fault {
            Fault::None | Fault::Answer { .. } | Fault::Truncated | Fault::Endless => {}
            Fault::ClockOffset(seconds) => offset = *seconds,
            Fault::Reset => return Err(io::ErrorKind::ConnectionReset.into()),
            Fault::Silent(wait) => {
                sleep(*wait).await;
                return Err(io::ErrorKind::TimedOut.into());
            }
            Fault::Slow(wait) => sleep(*wait).await,
            Fault::PageLoop => paging = Paging::Loop,
            Fault::PageRepeat => paging = Paging::Repeat,
            Fault::PagesWithoutEnd => paging = Paging::WithoutEnd,
        }
        let response_head = Head {
            now: answer::shifted(SystemTime::now(), offset),
            request: self.next_request.fetch_add(1, Ordering::Relaxed),
        };
        let response = match fault {
            Fault::Answer {
                status,
                headers,
                body,
            } => response_head.scripted(status, &headers, body),
            Fault::Truncated => response_head.truncated(),
            Fault::Endless => response_head.endless(),
            _ => response_head.usual(self.page(
                &head,
                body,
                authorization,
                desk,
                response_head.now,
                paging,
            )),
        };
        visit.answered(response.status().as_u16());
        Ok(response)
    }

    /// The answer to a request on which no fault is played.
    fn page(
        &self,
        head: &Parts,
        body: Option<Bytes>,
        authorization: Result<Authorization<'_>, Doubt>,
        desk: Option<&Desk>,
        now: SystemTime,
        paging: Paging,
    ) -> Result<Page, Refusal> {
        let about_usage = head.method == Method::POST && head.uri.path() == usage::PATH;
        if !about_usage && head.method != Method::GET {
            return Err(Refusal::not_found());
        }
        let body = body.ok_or_else(Refusal::too_large)?;
        let authorization = authorization?;
        let desk = desk.ok_or(Doubt::UnknownKey)?;
        Received {
            method: &head.method,
            target: target(&head.uri),
            headers: &head.headers,
            body: &body,
        }
        .verify(&authorization, &desk.key, now)?;
        if !about_usage {
            return desk.regions.answer(head.uri.path());
        }
        if !is_json(head) {
            return Err(Refusal::media_type());
        }
        locked(&desk.ledger).answer(head.uri.query(), &body, self.page_rows, paging)
    }
}

/// Path and query as they came: hyper checks them and changes nothing.
fn target(uri: &Uri) -> &str {
    uri.path_and_query().map_or("", |target| target.as_str())
}

fn is_json(head: &Parts) -> bool {
    head.headers
        .get("content-type")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests;
