//! Requests to an address that the machine alone answers on: without TLS, through no proxy, and with no signature.

use std::time::Duration;

use reqwest::Url;
use zeroize::Zeroizing;

use super::Limits;
use super::http::{Http, classify, read};
use crate::failure::ServiceProblem;

/// The largest answer that is read: certificates and keys have some thousand bytes.
const LARGEST: usize = 64 << 10;

/// The client of addresses of this machine.
#[derive(Debug)]
pub(crate) struct NearClient(reqwest::Client);

/// An answer.
pub(crate) struct NearAnswer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body; `None` where it is larger than any that is right.
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
}

impl NearClient {
    /// A client whose requests take at most `patience`.
    ///
    /// # Errors
    /// A [`ServiceProblem`] when the client could not be made.
    pub(crate) fn new(patience: Duration) -> Result<Self, ServiceProblem> {
        let limits = Limits {
            jobs: 1,
            timeout: patience,
            connect_timeout: patience,
            retry_budget: Duration::ZERO,
        };
        Ok(Self(Http::by_route(limits, true, false)?.client(1)?))
    }

    /// Gets the document at `url` with the header `authorization`.
    ///
    /// # Errors
    /// A [`ServiceProblem`] when no whole answer came.
    pub(crate) async fn get(
        &self,
        url: &Url,
        authorization: &str,
    ) -> Result<NearAnswer, ServiceProblem> {
        let broken = |error: &reqwest::Error| classify(error, url, 1, None);
        let request = self.0.get(url.clone());
        let request = request.header("authorization", authorization);
        let mut response = request.send().await.map_err(|error| broken(&error))?;
        let status = response.status().as_u16();
        let (body, end) = read(&mut response, LARGEST).await;
        let body = Zeroizing::new(body);
        let whole = end.map_err(|error| broken(&error))?;
        Ok(NearAnswer {
            status,
            body: whole.then_some(body),
        })
    }
}
