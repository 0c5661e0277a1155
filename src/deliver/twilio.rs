//! Text messages and WhatsApp by Twilio.

use reqwest::Url;

use crate::text::AsTyped;

/// Text messages by Twilio.
#[derive(Clone, Debug)]
pub struct Twilio(pub TwilioAccount);

/// WhatsApp by Twilio.
#[derive(Clone, Debug)]
pub struct TwilioWhatsApp(pub TwilioAccount);

/// An account and its sender.
#[derive(Clone, Debug)]
pub struct TwilioAccount {
    /// The account's SID.
    pub account: String,
    /// The account's token.
    pub token: AsTyped,
    /// The sender.
    pub sender: TwilioSender,
    /// Address in place of the provider's.
    pub endpoint: Option<Url>,
}

/// A sender of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TwilioSender {
    /// A telephone number (E.164).
    From(String),
    /// The SID of a messaging service.
    Service(String),
}
