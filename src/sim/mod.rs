//! A stand-in for the Usage API, and what is asked of the Identity API, on loopback, for the demo and the tests.
//!
//! It checks every request as strictly as the service is known to, signature
//! included. It knows nothing of the rooms that call the service; of this
//! crate it uses calendar and money only. What else a test wants to go wrong it
//! plays with a server of its own around a [`Service`].

mod answer;
mod identity;
mod refusal;
#[cfg(test)]
mod sample;
mod usage;
mod verify;
mod world;

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
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

use self::answer::Head;
use self::identity::Regions;
use self::refusal::RefusedAnswer;
use self::usage::{RowsPage, TenantRows};
use self::verify::{Authorization, Received, Rejection};

pub use self::world::{Scripted, Tenant, World, WorldRow};

/// The most bytes of a request's body.
const MAX_BODY: usize = 64 * 1024;
/// The most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;

/// A running stand-in. Dropped, it stops and closes every connection.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Server {
    /// Listens on 127.0.0.1, any free port, and serves until dropped.
    ///
    /// # Errors
    /// When it cannot listen, or two tenants have the same tenancy, user and key.
    pub(crate) async fn start(world: World) -> io::Result<Self> {
        let service = Arc::new(Service::new(world)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            listening: tokio::spawn(listen(listener, service)),
        })
    }

    /// Returns the address: `http://127.0.0.1:PORT`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
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
        async move { reply(&service, request).await }
    });
    // What breaks a connection here is the caller hanging up.
    let _ = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// Reads a request whole and answers it.
async fn reply(service: &Service, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Some(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => None,
        Err(error) => return Err(io::Error::other(error)),
    };
    Ok(service.answer(&head, body.as_deref(), SystemTime::now()))
}

/// The stand-in's answers to requests, however a request came.
#[derive(Debug)]
pub struct Service {
    /// Tenants by `keyId`.
    tenants: HashMap<String, TenantState>,
    page_rows: usize,
    next_request: AtomicU64,
}

/// The state that serves one tenant.
#[derive(Debug)]
struct TenantState {
    key: VerifyingKey<Sha256>,
    rows: TenantRows,
    regions: Regions,
    always: Option<Scripted>,
}

impl Service {
    /// A service for the tenants of `world`.
    ///
    /// # Errors
    /// When two tenants have the same tenancy, user and key.
    pub fn new(world: World) -> io::Result<Self> {
        let mut tenants = HashMap::with_capacity(world.tenants.len());
        for tenant in world.tenants {
            let key_id = tenant.key_id();
            let desk = TenantState {
                key: VerifyingKey::new(tenant.public_key),
                regions: Regions::new(&tenant.tenancy, tenant.home),
                rows: TenantRows::new(tenant.tenancy, tenant.rows),
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
            next_request: AtomicU64::new(1),
        })
    }

    /// Answers a request at the time `now` of its clock; `body` is `None` where it is too large to be read.
    pub fn answer(
        &self,
        head: &Parts,
        body: Option<&[u8]>,
        now: SystemTime,
    ) -> Response<Full<Bytes>> {
        let authorization = Authorization::of(&head.headers);
        let desk = authorization
            .as_ref()
            .ok()
            .and_then(|authorization| self.tenants.get(authorization.key_id));
        let answer = Head {
            now,
            request: self.next_request.fetch_add(1, Ordering::Relaxed),
        };
        match desk.and_then(|desk| desk.always.as_ref()) {
            Some(scripted) => answer.scripted(scripted),
            None => answer.usual(page(head, body, authorization, desk, now, self.page_rows)),
        }
    }
}

/// The page that a request asks for.
fn page(
    head: &Parts,
    body: Option<&[u8]>,
    authorization: Result<Authorization<'_>, Rejection>,
    desk: Option<&TenantState>,
    now: SystemTime,
    page_rows: usize,
) -> Result<RowsPage, RefusedAnswer> {
    let about_usage = head.method == Method::POST && head.uri.path() == usage::PATH;
    if !about_usage && head.method != Method::GET {
        return Err(RefusedAnswer::not_found());
    }
    let body = body.ok_or_else(RefusedAnswer::too_large)?;
    let authorization = authorization?;
    let desk = desk.ok_or(Rejection::UnknownKey)?;
    Received {
        method: &head.method,
        target: target(&head.uri),
        headers: &head.headers,
        body,
    }
    .verify(&authorization, &desk.key, now)?;
    if !about_usage {
        return desk.regions.answer(head.uri.path());
    }
    if !is_json(head) {
        return Err(RefusedAnswer::media_type());
    }
    desk.rows.answer(head.uri.query(), body, page_rows)
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
