//! The channels of alerts.

pub use super::chat::Chat;
pub use super::command::MessageProgram;
pub use super::meta::Meta;
pub use super::oci_mail::OciMail;
use super::parcel::{Accepted, Parcel, Receipt, Refusal};
pub use super::sendmail::Sendmail;
pub use super::smtp::{Login, Smtp};
pub use super::topic::NotificationTopic;
pub use super::twilio::{Twilio, TwilioAccount, TwilioSender, TwilioWhatsApp};
pub use super::webhook::Webhook;
pub use super::zenvia::Zenvia;
use crate::alerting::ChatKind;
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
    Topic(NotificationTopic),
    /// A webhook.
    Webhook(Webhook),
    /// A chat.
    Chat(Chat),
    /// A program on this machine.
    Command(MessageProgram),
}

impl Channel {
    /// Sends `parcel` once.
    ///
    /// # Errors
    /// A [`Refusal`] where the channel did not take it, or may not have taken it.
    pub async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        match self {
            Self::Smtp(smtp) => smtp.send(web, parcel).await,
            Self::Sendmail(sendmail) => sendmail.send(web, parcel).await,
            Self::OciMail(mail) => mail.send(web, parcel).await,
            Self::Twilio(twilio) => twilio.send(web, parcel).await,
            Self::Zenvia(zenvia) => zenvia.send(web, parcel).await,
            Self::Meta(meta) => meta.send(web, parcel).await,
            Self::TwilioWhatsApp(twilio) => twilio.send(web, parcel).await,
            Self::Topic(topic) => topic.send(web, parcel).await,
            Self::Webhook(webhook) => webhook.send(web, parcel).await,
            Self::Chat(chat) => chat.send(web, parcel).await,
            Self::Command(command) => command.send(web, parcel).await,
        }
    }

    /// Returns whether the channel can be asked without sending anything.
    pub fn can_be_probed(&self) -> bool {
        match self {
            Self::Smtp(_)
            | Self::OciMail(_)
            | Self::Twilio(_)
            | Self::TwilioWhatsApp(_)
            | Self::Meta(_)
            | Self::Topic(_) => true,
            Self::Chat(chat) => chat.kind == ChatKind::Telegram,
            Self::Sendmail(_) | Self::Zenvia(_) | Self::Webhook(_) | Self::Command(_) => false,
        }
    }

    /// Logs in without sending anything, where the channel has such a thing.
    ///
    /// # Errors
    /// A [`Refusal`] where the channel does not let the program in.
    pub async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        match self {
            Self::Smtp(smtp) => smtp.probe(web).await,
            Self::OciMail(mail) => mail.probe(web).await,
            Self::Twilio(Twilio(account)) | Self::TwilioWhatsApp(TwilioWhatsApp(account)) => {
                account.probe(web).await
            }
            Self::Meta(meta) => meta.probe(web).await,
            Self::Topic(topic) => topic.probe(web).await,
            Self::Chat(chat) => chat.probe(web).await,
            Self::Sendmail(_) | Self::Zenvia(_) | Self::Webhook(_) | Self::Command(_) => Ok(()),
        }
    }

    /// Asks what has become of the message that the provider calls `id`; `None` of a channel that cannot be asked.
    ///
    /// # Errors
    /// A [`Refusal`] where the provider does not say.
    pub async fn receipt(&self, web: &Web, id: &str) -> Result<Option<Receipt>, Refusal> {
        match self {
            Self::Twilio(Twilio(account)) | Self::TwilioWhatsApp(TwilioWhatsApp(account)) => {
                account.receipt(web, id).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns whether everything that is sent stays on this machine. What a program, `sendmail` among them, does with it
    /// nobody knows.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Smtp(smtp) => smtp.is_loopback(),
            Self::OciMail(mail) => mail.is_loopback(),
            Self::Twilio(Twilio(account)) | Self::TwilioWhatsApp(TwilioWhatsApp(account)) => {
                account.is_loopback()
            }
            Self::Zenvia(zenvia) => zenvia.is_loopback(),
            Self::Meta(meta) => meta.is_loopback(),
            Self::Topic(topic) => topic.is_loopback(),
            Self::Webhook(webhook) => webhook.is_loopback(),
            Self::Chat(chat) => chat.is_loopback(),
            Self::Sendmail(_) | Self::Command(_) => false,
        }
    }
}
