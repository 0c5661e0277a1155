//! Puts an answer into HTTP, with the headers that every answer has.

use std::time::SystemTime;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};

use super::refusal::RefusedAnswer;
use super::usage::RowsPage;
use super::world::Scripted;

/// Headers of every answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// The service's clock.
    pub(super) now: SystemTime,
    /// The request's number, which no other has.
    pub(super) request: u64,
}

impl Head {
    /// A page, or why there is none.
    pub(super) fn usual(&self, answer: Result<RowsPage, RefusedAnswer>) -> Response<Full<Bytes>> {
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
        response(status, headers, body.into())
    }

    /// An answer as a script has it.
    pub(super) fn scripted(&self, answer: &Scripted) -> Response<Full<Bytes>> {
        let Some((status, headers)) = self.scripted_head(answer.status, &answer.headers) else {
            return self.usual(Err(RefusedAnswer::bad_script()));
        };
        response(status, headers, answer.body.clone().into())
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

fn response(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
