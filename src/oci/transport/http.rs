//! The HTTP client: TLS and name resolution, set up once a run, a connection pool for each tenancy, the reading of
//! answers, and the kinds of failure below HTTP.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode, Url};
use rustls::ClientConfig;
use serde::Deserialize;

use super::proxy::Route;
use super::{Limits, Reply, trust};
use crate::failure::{
    Answer, DataProblem, ProxyAbsence, ProxyRefusal, ServiceProblem, SystemError,
};
use crate::oci::credential::token::without_tokens;
use crate::text::printable;

/// The largest answer that is read: a window of 90 days is about 100 kB, a page of 1,000 rows about
/// 1 MB, and so many may come at a time as there are requests in flight.
const LARGEST_BODY: usize = 2 << 20;
/// The largest refusal that is read for its message.
const LARGEST_REFUSAL: usize = 64 << 10;
/// The longest that a connection waits for its next request: shorter than servers are known to wait.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

/// The settings that the HTTP clients of a run have in common.
#[derive(Debug)]
pub(super) struct Http {
    limits: Limits,
    /// The trusted certificates, which take milliseconds to load; a copy shares them.
    tls: ClientConfig,
    /// The way through a proxy; all hosts are reached directly without one.
    route: Option<Route>,
}

impl Http {
    pub(super) fn new(limits: Limits, endpoint: Option<&Url>) -> Result<Self, ServiceProblem> {
        let plain = endpoint.is_some_and(|endpoint| endpoint.scheme() == "http");
        let route = Route::from_environment(endpoint);
        Ok(Self {
            limits,
            tls: trust::settings(plain)?,
            route: route.map_err(ServiceProblem::Environment)?,
        })
    }

    /// Settings for hosts that are not known yet: without certificates where every address is `plain` HTTP, and through
    /// the environment's proxy where they are not on this machine (`far`).
    pub(super) fn by_route(limits: Limits, plain: bool, far: bool) -> Result<Self, ServiceProblem> {
        let route = match far {
            true => Route::from_environment(None).map_err(ServiceProblem::Environment)?,
            false => None,
        };
        Ok(Self {
            limits,
            tls: trust::settings(plain)?,
            route,
        })
    }

    /// The TLS settings.
    pub(super) fn tls(&self) -> &ClientConfig {
        &self.tls
    }

    /// The way through the proxy, if there is one.
    pub(super) fn route(&self) -> Option<&Route> {
        self.route.as_ref()
    }

    /// A client with a pool of its own, of at most `connections` idle ones to a host.
    pub(super) fn client(&self, connections: usize) -> Result<reqwest::Client, ServiceProblem> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("oci-consumo/", env!("CARGO_PKG_VERSION")))
            .tls_backend_preconfigured(self.tls.clone())
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .tcp_nodelay(true)
            .pool_max_idle_per_host(connections)
            .pool_idle_timeout(LONGEST_IDLE)
            .timeout(self.limits.timeout)
            .connect_timeout(self.limits.connect_timeout)
            .dns_resolver(Resolver)
            // Reqwest itself asks directly where it does not understand the environment's proxy.
            .no_proxy();
        if let Some(route) = &self.route {
            builder = builder.proxy(route.proxy.clone());
        }
        builder.build().map_err(|error| ServiceProblem::NoClient {
            detail: printable(&innermost(&error), 200),
        })
    }
}

/// A try that gave no [`Reply`].
pub(super) enum FailedTry {
    /// No whole answer.
    Broken(ServiceProblem),
    /// An answer other than 200.
    Refused { answer: Answer, headers: HeaderMap },
    /// An answer that is too large to read.
    Data(DataProblem, Option<String>),
}

/// The header `opc-request-id`, fit for a terminal.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get("opc-request-id")?.as_bytes());
    Some(printable(&text, 100))
}

/// Reads the answer, at most as much of it as is ever right.
pub(super) async fn receive(
    mut response: Response,
    method: &Method,
    url: &Url,
    tries: u32,
) -> Result<Reply, FailedTry> {
    let headers = response.headers().clone();
    let deleted = *method == Method::DELETE && response.status() == StatusCode::NO_CONTENT;
    let status = response.status().as_u16();
    if response.status() != StatusCode::OK && !deleted {
        let (body, _) = read(&mut response, LARGEST_REFUSAL).await;
        return Err(FailedTry::Refused {
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
                status,
                body,
                next_page,
                request_id,
            })
        }
        (_, Ok(false)) => Err(FailedTry::Data(
            DataProblem::BodyTooLarge(LARGEST_BODY),
            request_id,
        )),
        (_, Err(error)) => Err(FailedTry::Broken(classify(&error, url, tries, None))),
    }
}

/// The body's first `most` bytes, and whether that was all of it.
pub(super) async fn read(
    response: &mut Response,
    most: usize,
) -> (Vec<u8>, Result<bool, reqwest::Error>) {
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
pub(super) fn answer(status: u16, body: &[u8]) -> Answer {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct RefusalBody {
        code: String,
        message: String,
    }
    let RefusalBody { code, message } = serde_json::from_slice(body).unwrap_or_default();
    Answer {
        status,
        code: printable(&code, 60),
        message: printable(&without_tokens(&message), 300),
    }
}

/// Classifies a failed exchange after `tries` tries, by the types of the causes of its error. `route` is the way through
/// the proxy, if there is one.
pub(super) fn classify(
    error: &reqwest::Error,
    url: &Url,
    tries: u32,
    route: Option<&Route>,
) -> ServiceProblem {
    let host = url.host_str().unwrap_or_default().to_owned();
    if error.is_timeout() {
        return ServiceProblem::Timeout { host, tries };
    }
    // The proxy, once a cause says that the causes after it are of the connection to the proxy.
    let proxy = route.map(|route| route.place.as_str());
    let mut at_proxy = None;
    let absent = |proxy: &str, reason| ServiceProblem::NoProxy {
        proxy: proxy.to_owned(),
        reason,
    };
    let mut system = None;
    for cause in causes(error) {
        if let Some(proxy) = proxy {
            match about_proxy(&cause.to_string()) {
                Some(AboutProxy::NotReached) => at_proxy = Some(proxy),
                Some(AboutProxy::Refusal(refusal)) => {
                    return ServiceProblem::Proxy {
                        host,
                        proxy: proxy.to_owned(),
                        refusal,
                    };
                }
                None => {}
            }
        }
        if cause.is::<UnknownHost>() {
            return match at_proxy {
                Some(proxy) => absent(proxy, ProxyAbsence::NoAddress),
                None => match route.filter(|route| route.own_lookup) {
                    Some(route) => ServiceProblem::Proxy {
                        host,
                        proxy: route.place.clone(),
                        refusal: ProxyRefusal::OwnLookup,
                    },
                    None => ServiceProblem::UnknownHost { host },
                },
            };
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return ServiceProblem::Tls {
                host: at_proxy.map_or(host, str::to_owned),
                detail: printable(&tls.to_string(), 200),
            };
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            match (error.kind(), at_proxy) {
                (io::ErrorKind::ConnectionRefused, Some(proxy)) => {
                    return absent(proxy, ProxyAbsence::Refused);
                }
                (io::ErrorKind::ConnectionRefused, None) => {
                    return ServiceProblem::ConnectionRefused { host };
                }
                (io::ErrorKind::TimedOut, _) => return ServiceProblem::Timeout { host, tries },
                _ if error.raw_os_error().is_some() => system = Some(SystemError::from(error)),
                _ => {}
            }
        }
    }
    match at_proxy {
        Some(proxy) => absent(proxy, ProxyAbsence::Other(system)),
        None => ServiceProblem::ConnectionBroken {
            host,
            tries,
            cause: system,
        },
    }
}

/// The meaning of an error of a connection through a proxy.
enum AboutProxy {
    /// There is no connection to the proxy. Of an HTTP proxy the error's source says why.
    NotReached,
    /// The proxy's own answer.
    Refusal(ProxyRefusal),
}

/// Reads the text of an error of hyper-util's `connect::proxy` module, which reqwest goes through proxies with. Its types
/// are not public, so that its words are all there is to know them by; they say of no HTTP status but 407 which it was.
fn about_proxy(text: &str) -> Option<AboutProxy> {
    let refusal = match text.split_once(" error: ")? {
        ("tunnel" | "SOCKS", "failed to create underlying connection") => {
            return Some(AboutProxy::NotReached);
        }
        ("tunnel", "proxy authorization required") => ProxyRefusal::Credentials,
        ("tunnel", "unsuccessful") => ProxyRefusal::OtherStatus,
        (
            "SOCKS",
            "server does not support user/pass authentication"
            | "server implements authentication incorrectly"
            | "credentials not accepted",
        ) => ProxyRefusal::SocksCredentials,
        ("SOCKS", "connection not allowed") => ProxyRefusal::SocksForbidden,
        ("SOCKS", "failed parsing server response") => ProxyRefusal::OtherProtocol,
        (
            "SOCKS",
            "general server failure"
            | "network unreachable"
            | "host unreachable"
            | "connection refused"
            | "ttl expired"
            | "command not supported"
            | "address type not supported"
            | "server failed to execute command"
            | "server ident service failed"
            | "server ident service did not recognise client identifier",
        ) => ProxyRefusal::SocksUnreached,
        _ => return None,
    };
    Some(AboutProxy::Refusal(refusal))
}

/// Returns the causes of an error, outermost first. An I/O error that wraps another error does not name it as its
/// source, but that error's; and the TLS library's is wrapped in two of them.
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
