//! WhatsApp by Meta's Cloud API.

use reqwest::Url;

use crate::text::AsTyped;

/// WhatsApp by Meta's Cloud API.
#[derive(Clone, Debug)]
pub struct Meta {
    /// Identifier of the sender's number.
    pub number_id: String,
    /// Version of the API, such as `v26.0`.
    pub version: String,
    /// Token of a system user.
    pub token: AsTyped,
    /// Address in place of the provider's.
    pub endpoint: Option<Url>,
}
