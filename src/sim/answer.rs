//! Puts an answer into HTTP: the headers that every one of them has, and the
//! bodies that are broken on purpose.

use std::convert::Infallible;
use std::io;
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt as _, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::refusal::Refusal;
use super::usage::Page;

/// What hyper sends as the body.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// How far a clock may be off: the dates around it stay ones that HTTP can write.
const MAX_OFFSET_SECONDS: u64 = 50 * 365 * 24 * 60 * 60;

/// How every body of rows begins: what broken ones show before they break.
const OPENING: &[u8] = br#"{"groupBy":null,"items":["#;

/// `now` on a clock that is so many seconds ahead, or below zero, behind.
pub(super) fn shifted(now: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs().min(MAX_OFFSET_SECONDS));
    if seconds < 0 {
        now.checked_sub(by)
    } else {
        now.checked_add(by)
    }
    .unwrap_or(now)
}

/// What every answer says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// The service's clock.
    pub(super) now: SystemTime,
    /// The request's number, which no other has.
    pub(super) request: u64,
}

impl Head {
    /// A page, or why there is none.
    pub(super) fn usual(&self, answer: Result<Page, Refusal>) -> Response<Body> {
        let mut headers = self.headers();
        let (status, body) = match answer {
            Ok(page) => {
                // A token is base64, so it is a header value.
                if let Some(next) = page.next.and_then(|next| next.try_into().ok()) {
                    headers.insert("opc-next-page", next);
                }
                (StatusCode::OK, page.body)
            }
            Err(refusal) => (refusal.status, refusal.body()),
        };
        response(status, headers, whole(body.into()))
    }

    /// An answer as a script has it.
    pub(super) fn scripted(
        &self,
        status: u16,
        headers: &[(String, String)],
        body: Vec<u8>,
    ) -> Response<Body> {
        let Some((status, headers)) = self.scripted_head(status, headers) else {
            return self.usual(Err(Refusal::bad_script()));
        };
        response(status, headers, whole(body.into()))
    }

    fn scripted_head(
        &self,
        status: u16,
        scripted: &[(String, String)],
    ) -> Option<(StatusCode, HeaderMap)> {
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| !status.is_informational())?;
        let mut headers = HeaderMap::new();
        for (name, value) in scripted {
            headers.append(
                HeaderName::try_from(name).ok()?,
                HeaderValue::try_from(value).ok()?,
            );
        }
        // hyper knows the length, and breaks the connection over another.
        headers.remove(CONTENT_LENGTH);
        for (name, value) in &self.headers() {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        Some((status, headers))
    }

    /// A body of fewer bytes than its head promises.
    pub(super) fn truncated(&self) -> Response<Body> {
        let mut headers = self.headers();
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("4096"));
        let start = stream::once(async { Ok(Frame::data(Bytes::from_static(OPENING))) });
        // Head and first bytes go out while the stream lets others run.
        let end = stream::once(async {
            tokio::task::yield_now().await;
            Err(io::ErrorKind::UnexpectedEof.into())
        });
        let body = StreamBody::new(start.chain(end)).boxed_unsync();
        response(StatusCode::OK, headers, body)
    }

    /// A body that goes on for as long as it is read.
    pub(super) fn endless(&self) -> Response<Body> {
        let chunk = Bytes::from_static(&[b' '; 16 * 1024]);
        let chunks = stream::iter([Bytes::from_static(OPENING)]).chain(stream::repeat(chunk));
        let body = StreamBody::new(chunks.map(|chunk| Ok(Frame::data(chunk)))).boxed_unsync();
        response(StatusCode::OK, self.headers(), body)
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Both are plain ASCII, so neither is ever left out.
        if let Ok(date) = httpdate::fmt_http_date(self.now).try_into() {
            headers.insert(DATE, date);
        }
        if let Ok(id) = format!("{:032X}", self.request).try_into() {
            headers.insert("opc-request-id", id);
        }
        headers
    }
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes)
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}
