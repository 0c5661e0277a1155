//! Events to a webhook, signed by Standard Webhooks.

use crate::text::AsTyped;

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The address, which may be a secret.
    pub url: AsTyped,
    /// The key of the signature, `whsec_` and base64; without one, events are not signed.
    pub secret: Option<AsTyped>,
}
