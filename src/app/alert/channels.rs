//! The channels that the settings name, with their secrets.

use crate::deliver::channel::{
    Channel, Chat, Login, MessageProgram, Meta, NotificationTopic, OciMail, Sendmail, Smtp, Twilio,
    TwilioAccount, TwilioSender, TwilioWhatsApp, Webhook, Zenvia,
};
use crate::failure::AlertsRefused;
use crate::profile::alerts::{
    AlertSettings, ChannelName, MailRoute, Partner, Secret, SecretSource, SmsRoute, SmsSender,
    WhatsAppRoute, partner,
};
use crate::text::AsTyped;

/// Makes the channel `name`, with its secrets; `None` where the settings have none of that name. Files are read and
/// programs run, which blocks.
///
/// # Errors
/// [`AlertsRefused`] where a secret cannot be had.
pub(super) fn channel(
    settings: &AlertSettings,
    name: &ChannelName,
) -> Result<Option<Channel>, AlertsRefused> {
    if let Some(command) = settings.replacement(name) {
        return Ok(Some(Channel::Command(MessageProgram {
            argv: command.argv.clone(),
        })));
    }
    Ok(match name {
        ChannelName::Email => match &settings.mail {
            Some(mail) => Some(self::mail(&mail.by)?),
            None => None,
        },
        ChannelName::Sms => match &settings.sms {
            Some(sms) => Some(match &sms.by {
                SmsRoute::Twilio {
                    account,
                    token,
                    sender,
                } => Channel::Twilio(Twilio(TwilioAccount {
                    account: account.clone(),
                    token: secret(token)?,
                    sender: match sender {
                        SmsSender::From(number) => TwilioSender::From(number.clone()),
                        SmsSender::Service(service) => TwilioSender::Service(service.clone()),
                    },
                    endpoint: sms.endpoint.clone(),
                })),
                SmsRoute::Zenvia { token, from } => Channel::Zenvia(Zenvia {
                    token: secret(token)?,
                    from: from.clone(),
                    endpoint: sms.endpoint.clone(),
                }),
            }),
            None => None,
        },
        ChannelName::WhatsApp => match &settings.whatsapp {
            Some(whatsapp) => Some(match &whatsapp.by {
                WhatsAppRoute::Meta {
                    number_id,
                    version,
                    token,
                    ..
                } => Channel::Meta(Meta {
                    number_id: number_id.clone(),
                    version: version.clone(),
                    token: secret(token)?,
                    endpoint: whatsapp.endpoint.clone(),
                }),
                WhatsAppRoute::Twilio {
                    account,
                    token,
                    from,
                    ..
                } => Channel::TwilioWhatsApp(TwilioWhatsApp(TwilioAccount {
                    account: account.clone(),
                    token: secret(token)?,
                    sender: TwilioSender::From(from.reveal().to_owned()),
                    endpoint: whatsapp.endpoint.clone(),
                })),
            }),
            None => None,
        },
        ChannelName::Topic => match &settings.topic {
            Some(topic) => {
                let Partner { region, signer } = partner(&topic.user)?;
                Some(Channel::Topic(NotificationTopic {
                    signer,
                    region,
                    topic: topic.topic.clone(),
                    endpoint: topic.endpoint.clone(),
                }))
            }
            None => None,
        },
        ChannelName::Webhook(name) => {
            match settings
                .webhooks
                .iter()
                .find(|webhook| webhook.name == *name)
            {
                Some(webhook) => Some(Channel::Webhook(Webhook {
                    url: url(&webhook.url)?,
                    secret: webhook.secret.as_ref().map(secret).transpose()?,
                })),
                None => None,
            }
        }
        ChannelName::Chat(name) => match settings.chats.iter().find(|chat| chat.name == *name) {
            Some(chat) => Some(Channel::Chat(Chat {
                kind: chat.kind,
                url: chat.url.as_ref().map(url).transpose()?,
                token: chat.token.as_ref().map(secret).transpose()?,
                destination: chat.destination.clone(),
            })),
            None => None,
        },
        ChannelName::Command(name) => {
            let command = settings
                .commands
                .iter()
                .find(|command| command.name == *name);
            command.map(|command| {
                Channel::Command(MessageProgram {
                    argv: command.argv.clone(),
                })
            })
        }
    })
}

fn mail(route: &MailRoute) -> Result<Channel, AlertsRefused> {
    Ok(match route {
        MailRoute::Smtp {
            host,
            port,
            implicit_tls,
            login,
            ..
        } => Channel::Smtp(Smtp {
            host: host.clone(),
            port: *port,
            implicit_tls: *implicit_tls,
            login: match login {
                Some(login) => Some(Login {
                    user: login.user.clone(),
                    secret: secret(&login.secret)?,
                    mechanism: login.mechanism,
                }),
                None => None,
            },
        }),
        MailRoute::Sendmail { path } => Channel::Sendmail(Sendmail {
            program: path.clone(),
        }),
        MailRoute::Oci {
            user,
            compartment,
            endpoint,
        } => {
            let Partner { region, signer } = partner(user)?;
            Channel::OciMail(OciMail {
                signer,
                region,
                compartment: compartment.clone(),
                endpoint: endpoint.clone(),
            })
        }
    })
}

/// Returns the secret of `source`, hidden from any `Debug`.
pub(super) fn secret(source: &SecretSource) -> Result<AsTyped, AlertsRefused> {
    Ok(hidden(&source.resolve()?))
}

/// Returns the address of `source`, which is a secret.
pub(super) fn url(source: &SecretSource) -> Result<AsTyped, AlertsRefused> {
    Ok(AsTyped::from(source.resolve_url()?.reveal().to_string()))
}

fn hidden(secret: &Secret) -> AsTyped {
    AsTyped::from(secret.reveal().to_owned())
}
