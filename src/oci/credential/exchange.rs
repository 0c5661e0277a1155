//! Requests that a credential itself needs: signed, and tried three times, as the vendor's SDKs try them.

use std::time::Duration;

use reqwest::Url;
use tokio::time::sleep;

use crate::failure::{Failure, ServiceProblem};
use crate::oci::signer::Signer;
use crate::oci::transport::{Transport, Web, WebAnswer, WebFault};

/// Pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// Sends a request signed by `signer`, a POST of the JSON document `content` or else a GET, and returns the answer,
/// whatever its status. An answer that may be another one a little later is asked for again. Each try has one of the places
/// of the requests of `run`, if the request is among those.
///
/// # Errors
/// A [`Failure`] of the service when no answer came.
pub(crate) async fn exchange(
    web: &Web,
    signer: &Signer,
    url: &Url,
    content: Option<&[u8]>,
    run: Option<&Transport>,
) -> Result<WebAnswer, Failure> {
    let content = content.map(|content| ("application/json", content));
    let mut pauses = PAUSES.into_iter();
    loop {
        let place = match run {
            Some(run) => run.place().await,
            None => None,
        };
        let result = match web.send_signed(signer, url, content, &[]).await {
            Ok(answer) => Ok(answer),
            Err(WebFault::Broken { problem, .. }) => Err(problem),
            Err(WebFault::Insecure | WebFault::Header) => Err(ServiceProblem::SigningFailed),
        };
        // A pause holds no place.
        drop(place);
        let passes = match &result {
            Ok(answer) => answer.may_pass(),
            Err(problem) => matches!(
                problem,
                ServiceProblem::ConnectionBroken { .. } | ServiceProblem::Timeout { .. }
            ),
        };
        match pauses.next().filter(|_| passes) {
            Some(pause) => sleep(pause).await,
            None => return result.map_err(Failure::new),
        }
    }
}
