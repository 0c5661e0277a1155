//! The channels of alerts.

pub use super::chat::{Chat, ChatKind};
pub use super::command::Command;
pub use super::meta::Meta;
pub use super::oci_mail::OciMail;
use super::parcel::{Accepted, Parcel, Refusal};
pub use super::sendmail::Sendmail;
pub use super::smtp::{Login, Mechanism, Smtp};
pub use super::topic::Topic;
pub use super::twilio::{Twilio, TwilioAccount, TwilioSender, TwilioWhatsApp};
pub use super::webhook::Webhook;
pub use super::zenvia::Zenvia;
use crate::failure::UnsendableMessage;
use crate::oci::transport::Web;

/// A channel. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub enum Channel {
    /// Mail by SMTP.
    Smtp(Smtp),
    /// Mail by the local `sendmail`.
    Sendmail(Sendmail),
    /// Mail by OCI Email Delivery.
    OciMail(OciMail),
    /// Text messages by Twilio.
    Twilio(Twilio),
    /// Text messages by Zenvia.
    Zenvia(Zenvia),
    /// WhatsApp by Meta.
    Meta(Meta),
    /// WhatsApp by Twilio.
    TwilioWhatsApp(TwilioWhatsApp),
    /// A topic of OCI Notifications.
    Topic(Topic),
    /// A webhook.
    Webhook(Webhook),
    /// A chat.
    Chat(Chat),
    /// A program on this machine.
    Command(Command),
}

impl Channel {
    /// Sends `parcel` once.
    ///
    /// # Errors
    /// A [`Refusal`] where the channel did not take it, or may not have taken it.
    pub async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let _ = (web, parcel);
        Err(Refusal::unsendable(UnsendableMessage::Form))
    }

    /// Logs in without sending anything, where the channel has such a thing.
    ///
    /// # Errors
    /// A [`Refusal`] where the channel does not let the program in.
    pub async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let _ = web;
        Ok(())
    }

    /// Returns whether everything that is sent stays on this machine. A program, `sendmail` among them, may send it on.
    pub fn is_loopback(&self) -> bool {
        false
    }
}
