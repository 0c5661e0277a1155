//! Requests to the channels of alerts: to any host, each sent once, with every answer returned as it came.
//!
//! Proxies, certificates, user agent and the refusal of redirects are the service's. Three things differ. A channel may
//! answer any status. No connection is used twice: a message that is lost on a connection which the server has just
//! closed might have been delivered, or not. And a failure says whether the request went out.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use http_body_util::Full;
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use rustls::ClientConfig;

use super::http::{Http, answer, classify, read, request_id};
use super::retry::{retry_after, service_time, signed_seconds, skew};
use super::{Limits, is_loopback, shifted_now};
use crate::failure::{Answer, Failure, Problem, ServiceProblem};
use crate::oci::signer::{Body, Request, Signer};

/// The largest answer that is read. A channel's answer is an identifier or a refusal.
const LARGEST_ANSWER: usize = 64 << 10;
/// Requests are answered once, so that no failure names a number of tries above this.
const TRIES: u32 = 1;

/// The client of all channels. Certificates are loaded when the first request needs them.
#[derive(Debug)]
pub struct Web {
    limits: Limits,
    /// The ways to hosts, by [`Reach`].
    ways: [OnceLock<Result<ReachClient, ServiceProblem>>; 3],
}

/// The kinds of address, by what their requests need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// HTTP on this machine: neither proxy nor certificates.
    Plain,
    /// HTTPS on this machine: certificates and no proxy.
    Near,
    /// HTTPS: both.
    Far,
}

#[derive(Debug)]
struct ReachClient {
    http: Http,
    client: reqwest::Client,
}

/// A request. It has no `Debug`: address and headers may be secrets.
pub(crate) struct WebRequest<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a Url,
    /// Headers. The values are kept out of every log.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer, with any status.
pub(crate) struct WebAnswer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body's first 64 KiB.
    pub(crate) body: Vec<u8>,
    /// Whether the body is whole.
    pub(crate) whole: bool,
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WebFault {
    /// The exchange failed. `sent` says whether the request had begun to go out.
    Broken { problem: ServiceProblem, sent: bool },
    /// The address is neither HTTPS nor on this machine.
    Insecure,
    /// The value of a header holds a character that no header may have.
    Header,
}

impl WebAnswer {
    /// The refusal, in the words of a service of OCI.
    pub(crate) fn refusal(&self) -> Answer {
        answer(self.status, &self.body)
    }

    /// The failure of the request by `problem`, with the name that a service of OCI gave it.
    pub(crate) fn failure(&self, problem: impl Into<Problem>) -> Failure {
        Failure {
            request_id: self.request_id(),
            ..Failure::new(problem)
        }
    }

    /// Returns whether a service of OCI may answer otherwise a little later.
    pub(crate) fn may_pass(&self) -> bool {
        self.status != 200 && self.refusal().may_pass()
    }

    /// The name that a service of OCI gave the request.
    pub(crate) fn request_id(&self) -> Option<String> {
        request_id(&self.headers)
    }

    /// The sender's time less this machine's, in seconds, by the header `Date`.
    pub(crate) fn clock(&self) -> Option<i64> {
        Some(signed_seconds(
            service_time(&self.headers)?,
            SystemTime::now(),
        ))
    }

    /// The pause that the header `Retry-After` asks for.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers)
    }
}

impl Web {
    /// A client that keeps to the time limits of `limits`; the others are for clients' requests.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ways: [const { OnceLock::new() }; 3],
        }
    }

    /// The time limits.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// The TLS settings of the service, for a protocol other than HTTP.
    ///
    /// # Errors
    /// A [`ServiceProblem`] when there are no certificates.
    pub(crate) fn tls(&self) -> Result<ClientConfig, ServiceProblem> {
        // The environment's proxy is HTTP's, so that the way is one without.
        let way = self.way(Reach::Near)?;
        let mut tls = way.http.tls().clone();
        tls.alpn_protocols.clear();
        Ok(tls)
    }

    /// Sends `request` once.
    ///
    /// # Errors
    /// A [`WebFault`] when no answer came.
    pub(crate) async fn send(&self, request: WebRequest<'_>) -> Result<WebAnswer, WebFault> {
        let url = request.url;
        let reach = Reach::of(url).ok_or(WebFault::Insecure)?;
        let unsent = |problem| WebFault::Broken {
            problem,
            sent: false,
        };
        let way = self.way(reach).map_err(unsent)?;
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers {
            let mut value = HeaderValue::try_from(value).map_err(|_| WebFault::Header)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        let sent = Arc::new(AtomicBool::new(false));
        let mut prepared = way.client.request(request.method, url.clone());
        prepared = prepared.headers(headers);
        if !request.body.is_empty() {
            prepared = prepared.body(reqwest::Body::wrap(Watched {
                content: Full::new(Bytes::from(request.body)),
                sent: Arc::clone(&sent),
            }));
        }
        let mut response = prepared.send().await.map_err(|error| WebFault::Broken {
            problem: classify(&error, url, TRIES, way.http.route()),
            sent: sent.load(Ordering::Relaxed),
        })?;
        let (body, end) = read(&mut response, LARGEST_ANSWER).await;
        Ok(WebAnswer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
            whole: matches!(end, Ok(true)),
        })
    }

    /// Sends a request signed by `signer`: a GET without a body, or a POST of `content` with the type that comes with it.
    /// `headers` are not signed. Where a 401 is owed to this machine's clock, the request is signed again by the
    /// service's, and sent a second time.
    ///
    /// # Errors
    /// A [`WebFault`] when no answer came.
    pub(crate) async fn send_signed(
        &self,
        signer: &Signer,
        url: &Url,
        content: Option<(&'static str, &[u8])>,
        headers: &[(&'static str, String)],
    ) -> Result<WebAnswer, WebFault> {
        let (method, body) = match content {
            None => (Method::GET, Body::None),
            Some((content_type, bytes)) => {
                let body = Body::Signed {
                    content_type,
                    bytes,
                };
                (Method::POST, body)
            }
        };
        let mut offset = 0;
        loop {
            let signable = Request {
                method: method.clone(),
                url,
                body,
            };
            let signed = signer.sign(&signable, shifted_now(offset));
            let mut all = signed.map_err(|_| WebFault::Broken {
                problem: ServiceProblem::SigningFailed,
                sent: false,
            })?;
            all.push(("accept", "application/json".to_owned()));
            all.extend(headers.iter().cloned());
            let request = WebRequest {
                method: method.clone(),
                url,
                headers: all,
                body: body.bytes().unwrap_or_default().to_vec(),
            };
            let answer = self.send(request).await?;
            match skew(answer.status, &answer.headers, offset, SystemTime::now()) {
                Some(seconds) if offset == 0 => offset = seconds,
                _ => return Ok(answer),
            }
        }
    }

    fn way(&self, reach: Reach) -> Result<&ReachClient, ServiceProblem> {
        let made = self.ways[reach as usize].get_or_init(|| {
            let http = Http::by_route(self.limits, reach == Reach::Plain, reach == Reach::Far)?;
            let client = http.client(0)?;
            Ok(ReachClient { http, client })
        });
        made.as_ref().map_err(ServiceProblem::clone)
    }
}

impl Reach {
    fn of(url: &Url) -> Option<Self> {
        match (url.scheme(), is_loopback(url)) {
            ("http", true) => Some(Self::Plain),
            ("https", true) => Some(Self::Near),
            ("https", false) => Some(Self::Far),
            _ => None,
        }
    }
}

/// A body that notes when its content is taken to be sent, which is once there is a connection.
struct Watched {
    content: Full<Bytes>,
    sent: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.sent.store(true, Ordering::Relaxed);
        Pin::new(&mut self.content).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}
