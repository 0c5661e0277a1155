//! The settings of `alertas.ini`, checked.

use std::fmt;
use std::path::PathBuf;

use reqwest::Url;

use super::address::{MailAddress, Phone};
use super::secret::SecretSource;
use crate::alerting::{ChatKind, Mechanism, Thresholds};
use crate::failure::Warning;
use crate::lang::Lang;

/// The settings of a folder's alerts.
#[derive(Clone, Debug)]
pub struct AlertSettings {
    /// Recipients of the operator's messages.
    pub operator: OperatorSettings,
    /// Thresholds of alerts, and times of messages.
    pub rules: RuleSettings,
    /// `[email]`
    pub mail: Option<MailSettings>,
    /// `[sms]`
    pub sms: Option<SmsSettings>,
    /// `[whatsapp]`
    pub whatsapp: Option<WhatsAppSettings>,
    /// `[topico]`
    pub topic: Option<TopicSettings>,
    /// `[metricas]`
    pub metrics: Option<MetricsSettings>,
    /// `[webhook NAME]`, in the file's order.
    pub webhooks: Vec<WebhookSettings>,
    /// `[chat NAME]`, in the file's order.
    pub chats: Vec<ChatSettings>,
    /// `[comando NAME]`, in the file's order.
    pub commands: Vec<CommandSettings>,
    /// `[batimento]`: the address of the heartbeat, which is a secret.
    pub heartbeat: Option<SecretSource>,
    /// `[publicar]`
    pub publish: Option<PublishSettings>,
    /// Values that have one reading only and were read by it, and the file's encoding.
    pub warnings: Vec<Warning>,
}

/// `[operador]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Addresses of e-mail.
    pub email: Vec<MailAddress>,
    /// Numbers that SMS go to.
    pub sms: Vec<Phone>,
    /// Numbers that WhatsApp messages go to.
    pub whatsapp: Vec<Phone>,
    /// The channels of `canais`; `None` where the key is not there, see [`AlertSettings::operator_channels`].
    pub channels: Option<Vec<ChannelName>>,
    /// Occasions of a digest.
    pub summary: DigestOccasion,
    /// Language of the operator's messages; `None` for that of the run.
    pub lang: Option<Lang>,
    /// Days after which the digest repeats an open alert; `None` for never.
    pub remind_days: Option<u32>,
}

/// The occasions of the operator's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestOccasion {
    /// A change alone.
    Changes,
    /// Every day.
    Daily,
    /// Every week, and on a change.
    Weekly,
}

/// `[regras]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSettings {
    /// Thresholds at which an alert opens and closes, and is told again.
    pub thresholds: Thresholds,
    /// Days between two runs.
    pub every_days: u32,
    /// Offset from UTC of printed times and of the hours of SMS, in minutes.
    pub offset_minutes: i32,
    /// First hour of the day in which SMS are sent.
    pub sms_from: u32,
    /// Hour of the day from which on no SMS is sent; up to 24.
    pub sms_until: u32,
}

impl Default for RuleSettings {
    fn default() -> Self {
        Self {
            thresholds: Thresholds::default(),
            every_days: 1,
            offset_minutes: -3 * 60,
            sms_from: 8,
            sms_until: 20,
        }
    }
}

/// `[email]`
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The sender, with its displayed name.
    pub from: MailAddress,
    /// The address of replies.
    pub reply_to: Option<MailAddress>,
    /// The way out.
    pub by: MailRoute,
    /// The workbook is attached to the operator's messages.
    pub attach_workbook: bool,
}

/// The way of mail out of this machine.
#[derive(Clone, Debug)]
pub enum MailRoute {
    /// A server of SMTP.
    Smtp {
        /// Name or address of the host.
        host: String,
        /// The port.
        port: u16,
        /// TLS begins with the connection; else by STARTTLS.
        implicit_tls: bool,
        /// The connection stays in the clear: to this machine only, and without a login.
        clear: bool,
        /// User and password.
        login: Option<LoginSettings>,
    },
    /// The machine's own program.
    Sendmail {
        /// Path of the program; `None` for the usual one.
        path: Option<PathBuf>,
    },
    /// OCI Email Delivery by HTTPS.
    Oci {
        /// File of the partner's own user.
        user: PathBuf,
        /// OCID of the compartment with the approved sender.
        compartment: String,
        /// Address in place of the service's host.
        endpoint: Option<Url>,
    },
}

/// A login to a server of SMTP.
#[derive(Clone, Debug)]
pub struct LoginSettings {
    /// Name of the user.
    pub user: String,
    /// Password, or token.
    pub secret: SecretSource,
    /// The mechanism.
    pub mechanism: Mechanism,
}

/// `[sms]`
#[derive(Clone, Debug)]
pub struct SmsSettings {
    /// The provider.
    pub by: SmsRoute,
    /// Address in place of the provider's host.
    pub endpoint: Option<Url>,
}

/// A provider of SMS.
#[derive(Clone, Debug)]
pub enum SmsRoute {
    /// Twilio.
    Twilio {
        /// SID of the account.
        account: String,
        /// Token of the account.
        token: SecretSource,
        /// The sender.
        sender: SmsSender,
    },
    /// Zenvia.
    Zenvia {
        /// Token of the API.
        token: SecretSource,
        /// The sender.
        from: String,
    },
}

/// The sender of an SMS by Twilio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsSender {
    /// A number, or a short code.
    From(String),
    /// SID of a messaging service.
    Service(String),
}

/// `[whatsapp]`
#[derive(Clone, Debug)]
pub struct WhatsAppSettings {
    /// The provider.
    pub by: WhatsAppRoute,
    /// Address in place of the provider's host.
    pub endpoint: Option<Url>,
}

/// A provider of WhatsApp.
#[derive(Clone, Debug)]
pub enum WhatsAppRoute {
    /// Meta's Cloud API.
    Meta {
        /// Id of the sender's number.
        number_id: String,
        /// Version of the API, `v26.0` for one.
        version: String,
        /// Token of a system user.
        token: SecretSource,
        /// Name of the template of customers' messages.
        customer_template: String,
        /// Name of the template of the operator's messages.
        operator_template: String,
        /// Language of the templates.
        template_lang: String,
    },
    /// Twilio.
    Twilio {
        /// SID of the account.
        account: String,
        /// Token of the account.
        token: SecretSource,
        /// The sender's number.
        from: Phone,
        /// SID of the content of customers' messages.
        customer_template: String,
        /// SID of the content of the operator's messages.
        operator_template: String,
    },
}

/// `[topico]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSettings {
    /// File of the partner's own user.
    pub user: PathBuf,
    /// OCID of the topic.
    pub topic: String,
    /// Address in place of the service's host.
    pub endpoint: Option<Url>,
}

/// `[metricas]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsSettings {
    /// File of the partner's own user.
    pub user: PathBuf,
    /// OCID of the compartment.
    pub compartment: String,
    /// Namespace of the metrics.
    pub namespace: String,
    /// Address in place of the service's host.
    pub endpoint: Option<Url>,
}

/// `[webhook NAME]`
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// Name in the header.
    pub name: String,
    /// The address.
    pub url: SecretSource,
    /// Key of the signature.
    pub secret: Option<SecretSource>,
}

/// `[chat NAME]`
#[derive(Clone, Debug)]
pub struct ChatSettings {
    /// Name in the header.
    pub name: String,
    /// The service.
    pub kind: ChatKind,
    /// The address, which is a secret; every kind but Telegram has it.
    pub url: Option<SecretSource>,
    /// The token; Telegram has it, and ntfy may.
    pub token: Option<SecretSource>,
    /// The chat's id; Telegram has it.
    pub destination: Option<String>,
}

/// `[comando NAME]`
#[derive(Clone, PartialEq, Eq)]
pub struct CommandSettings {
    /// Name in the header.
    pub name: String,
    /// Path of the program, and its arguments; `{destino}` stands for the recipient.
    pub argv: Vec<String>,
    /// The channel whose place the command takes.
    pub replaces: Option<ChannelName>,
}

/// Debug shows no argument: people put secrets there.
impl fmt::Debug for CommandSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandSettings({})", self.name)
    }
}

/// `[publicar]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishSettings {
    /// File of the partner's own user.
    pub user: PathBuf,
}

/// `[publicar]`, read without the other sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublishSection {
    /// The settings of the section.
    pub(crate) settings: PublishSettings,
    /// The file has no other section, and tells nobody.
    pub(crate) alone: bool,
}

/// The name of a channel, as `canais` has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelName {
    /// `email`
    Email,
    /// `sms`
    Sms,
    /// `whatsapp`
    WhatsApp,
    /// `topico`
    Topic,
    /// `webhook:NAME`
    Webhook(String),
    /// `chat:NAME`
    Chat(String),
    /// `comando:NAME`
    Command(String),
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email => f.write_str("email"),
            Self::Sms => f.write_str("sms"),
            Self::WhatsApp => f.write_str("whatsapp"),
            Self::Topic => f.write_str("topico"),
            Self::Webhook(name) => write!(f, "webhook:{name}"),
            Self::Chat(name) => write!(f, "chat:{name}"),
            Self::Command(name) => write!(f, "comando:{name}"),
        }
    }
}

impl AlertSettings {
    /// The channels that the operator hears by: those of `canais`, else all that have an address of the operator, the
    /// topic, all chats and webhooks, and the commands that take no other channel's place.
    pub fn operator_channels(&self) -> Vec<ChannelName> {
        let OperatorSettings {
            email,
            sms,
            whatsapp,
            channels,
            ..
        } = &self.operator;
        if let Some(channels) = channels {
            return channels.clone();
        }
        let addressed = [
            (!email.is_empty(), ChannelName::Email),
            (!sms.is_empty(), ChannelName::Sms),
            (!whatsapp.is_empty(), ChannelName::WhatsApp),
            (self.topic.is_some(), ChannelName::Topic),
        ];
        let addressed = addressed.into_iter();
        let mut all: Vec<ChannelName> = addressed
            .filter_map(|(has, channel)| has.then_some(channel))
            .collect();
        let webhooks = self.webhooks.iter().map(|webhook| &webhook.name);
        all.extend(webhooks.cloned().map(ChannelName::Webhook));
        let chats = self.chats.iter().map(|chat| &chat.name);
        all.extend(chats.cloned().map(ChannelName::Chat));
        let commands = self.commands.iter();
        let own = commands.filter(|command| command.replaces.is_none());
        all.extend(own.map(|command| ChannelName::Command(command.name.clone())));
        all
    }

    /// The command that takes the place of `channel`.
    pub fn replacement(&self, channel: &ChannelName) -> Option<&CommandSettings> {
        let mut commands = self.commands.iter();
        commands.find(|command| command.replaces.as_ref() == Some(channel))
    }
}
