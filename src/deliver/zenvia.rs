//! Text messages by Zenvia.

use reqwest::Url;

use crate::text::AsTyped;

/// Text messages by Zenvia.
#[derive(Clone, Debug)]
pub struct Zenvia {
    /// The account's token.
    pub token: AsTyped,
    /// The sender.
    pub from: String,
    /// Address in place of the provider's.
    pub endpoint: Option<Url>,
}
