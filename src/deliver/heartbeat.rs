//! Signs of life, by the protocol of healthchecks: `/start`, then nothing or `/fail` behind the address, with the
//! summary as the body.

use super::clean::cut;
use super::exchange::{Exchange, secret_address, secrets_of};
use super::parcel::{Refusal, RefusalKind};
use crate::failure::{DeliveryProblem, RefusalReason as Why};
use crate::oci::transport::Web;
use crate::text::AsTyped;

/// The bytes of a body that a server of one's own keeps.
const LONGEST_BODY: usize = 10_000;

/// The signs of life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ping {
    /// The run has begun.
    Start,
    /// The run is over, and everything that was due has gone out.
    Success,
    /// The run is over, and something is wrong.
    Fail,
}

/// Tells `url` the sign `ping`, with `body`.
///
/// # Errors
/// A [`Refusal`] where it was not taken.
pub async fn ping(web: &Web, url: &AsTyped, ping: Ping, body: &str) -> Result<(), Refusal> {
    let mut address = secret_address(url)?;
    let unusable = || Refusal::new(RefusalKind::Permanent, DeliveryProblem::NotAnAddress);
    let sign = match ping {
        Ping::Start => Some("start"),
        Ping::Success => None,
        Ping::Fail => Some("fail"),
    };
    if let Some(sign) = sign {
        let mut segments = address.path_segments_mut().map_err(|()| unusable())?;
        segments.pop_if_empty().push(sign);
    }
    let exchange = Exchange {
        web,
        url: address,
        hidden: secrets_of(url),
    };
    let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
    let body = cut(body, LONGEST_BODY, char::len_utf8);
    let answer = exchange.post(headers, body.into_bytes()).await?;
    let text = answer.text();
    if !answer.is_taken() {
        return Err(answer.refused("", &text));
    }
    // Healthchecks answers 200 to an address that it does not know, and to one that it has heard too often.
    match text.trim() {
        "OK (not found)" => Err(answer.refused_as(Why::Gone, RefusalKind::Permanent, "", &text)),
        "OK (rate limited)" => {
            Err(answer.refused_as(Why::TooMany, RefusalKind::Passing, "", &text))
        }
        _ => Ok(()),
    }
}
