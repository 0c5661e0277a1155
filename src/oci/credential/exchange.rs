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
/// whatever its status. An answer that may be another one a little later is asked for again, and is no refusal in the end.
///
/// # Errors
/// A [`Failure`] of the service when no answer came, or none that lasts.
pub(crate) async fn exchange(
    web: &Web,
    signer: &Signer,
    url: &Url,
    content: Option<&[u8]>,
) -> Result<WebAnswer, Failure> {
    let content = content.map(|content| ("application/json", content));
    let mut pauses = PAUSES.into_iter();
    let mut tries = 0;
    loop {
        tries += 1;
        let (failure, passes) = match web.send_signed(signer, url, content, &[]).await {
            Ok(answer) => match answer.passing(tries) {
                None => return Ok(answer),
                Some(failure) => (failure, true),
            },
            Err(WebFault::Broken { problem, .. }) => {
                let passes = matches!(
                    problem,
                    ServiceProblem::ConnectionBroken { .. } | ServiceProblem::Timeout { .. }
                );
                (Failure::new(problem), passes)
            }
            Err(WebFault::Insecure | WebFault::Header) => {
                (Failure::new(ServiceProblem::SigningFailed), false)
            }
        };
        match pauses.next().filter(|_| passes) {
            Some(pause) => sleep(pause).await,
            None => return Err(failure),
        }
    }
}
