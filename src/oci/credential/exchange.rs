//! Requests that a credential itself needs: signed, and tried three times, as the vendor's SDKs try them.

use std::time::Duration;

use reqwest::Url;
use tokio::time::sleep;

use crate::failure::{Failure, ServiceProblem};
use crate::oci::signer::Signer;
use crate::oci::transport::{Web, WebAnswer, WebFault};

/// Pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// Sends a request signed by `signer`, a POST of the JSON document `content` or else a GET, and returns the answer,
/// whatever its status. An answer that may be another one a little later is asked for again.
///
/// # Errors
/// A [`Failure`] of the service when no answer came.
pub(crate) async fn exchange(
    web: &Web,
    signer: &Signer,
    url: &Url,
    content: Option<&[u8]>,
) -> Result<WebAnswer, Failure> {
    let content = content.map(|content| ("application/json", content));
    let mut pauses = PAUSES.into_iter();
    loop {
        let problem = match web.send_signed(signer, url, content, &[]).await {
            Ok(answer) if !answer.may_pass() => return Ok(answer),
            Ok(answer) => Err(answer),
            Err(WebFault::Broken { problem, .. }) => Ok(problem),
            Err(WebFault::Insecure | WebFault::Header) => {
                return Err(Failure::new(ServiceProblem::SigningFailed));
            }
        };
        match (pauses.next(), problem) {
            (Some(pause), Err(_)) => sleep(pause).await,
            (
                Some(pause),
                Ok(ServiceProblem::ConnectionBroken { .. } | ServiceProblem::Timeout { .. }),
            ) => sleep(pause).await,
            (None, Err(answer)) => return Ok(answer),
            (_, Ok(problem)) => return Err(Failure::new(problem)),
        }
    }
}
