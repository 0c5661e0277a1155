//! The HTTP client: TLS and name resolution, set up once a run, a connection pool for each tenancy, the reading of
//! answers, and the kinds of failure below HTTP.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode, Url};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use serde::Deserialize;

use super::{Limits, Reply, is_loopback};
use crate::failure::{Answer, DataProblem, ServiceProblem};
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
    /// Whether a proxy of the environment is passed over.
    direct: bool,
}

impl Http {
    pub(super) fn new(limits: Limits, endpoint: Option<&Url>) -> Result<Self, ServiceProblem> {
        let plain = endpoint.is_some_and(|endpoint| endpoint.scheme() == "http");
        Ok(Self {
            limits,
            tls: tls(plain).map_err(|error| no_client(&error))?,
            direct: endpoint.is_some_and(is_loopback),
        })
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
            .dns_resolver(Resolver);
        if self.direct {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| no_client(&error))
    }
}

/// The TLS settings; where every address is `plain` HTTP, no certificate is loaded and none would be trusted.
fn tls(plain: bool) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let mut tls = if plain {
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier::new(provider)?))
            .with_no_client_auth()
    };
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

fn no_client(error: &dyn std::error::Error) -> ServiceProblem {
    ServiceProblem::NoClient {
        detail: printable(&innermost(error), 200),
    }
}

/// A try that gave no [`Reply`].
pub(super) enum Fault {
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
pub(super) async fn receive(mut response: Response, url: &Url, tries: u32) -> Result<Reply, Fault> {
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

/// Classifies a failed exchange after `tries` tries, by the types of the causes of its error.
pub(super) fn classify(error: &reqwest::Error, url: &Url, tries: u32) -> ServiceProblem {
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
