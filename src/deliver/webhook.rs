//! Events to a webhook, signed by Standard Webhooks.
//!
//! Source: specification of Standard Webhooks (standard-webhooks b2fa7b8).

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::exchange::{Exchange, is_near, secret_address, secrets_of};
use super::parcel::{Accepted, Content, Parcel, Refusal};
use crate::failure::UnsendableMessage;
use crate::oci::transport::Web;
use crate::text::AsTyped;

/// The beginning of a key's text.
const PREFIX: &str = "whsec_";

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address, which may be a secret.
    pub url: AsTyped,
    /// The key of the signature, `whsec_` and base64; without one, events are not signed.
    pub secret: Option<AsTyped>,
}

impl Webhook {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Event(event) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let seconds = parcel.at.duration_since(UNIX_EPOCH);
        let seconds = seconds.map_or(0, |since| since.as_secs());
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", parcel.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
        ];
        let mut hidden = secrets_of(&self.url);
        if let Some(secret) = &self.secret {
            let signature = signature(secret, &parcel.id, parcel.at, event);
            let unusable = || Refusal::unsendable(UnsendableMessage::Secret);
            headers.push(("webhook-signature", signature.ok_or_else(unusable)?));
            hidden.push(secret.reveal());
        }
        let exchange = Exchange {
            web,
            url: secret_address(&self.url)?,
            hidden,
        };
        let answer = exchange.post(headers, event.clone()).await?;
        if answer.is_taken() {
            Ok(Accepted::default())
        } else {
            Err(answer.refused("", &answer.text()))
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_near(&self.url)
    }
}

/// The header `webhook-signature` of `body`; `None` where `secret` is no key of 24 to 64 bytes.
pub fn signature(secret: &AsTyped, id: &str, at: SystemTime, body: &[u8]) -> Option<String> {
    let text = secret.reveal();
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let key = Zeroizing::new(STANDARD.decode(text).ok()?);
    if !(24..=64).contains(&key.len()) {
        return None;
    }
    let seconds = at.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let mut signed = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    signed.update(format!("{id}.{seconds}.").as_bytes());
    signed.update(body);
    Some(format!("v1,{}", STANDARD.encode(signed.sign())))
}
