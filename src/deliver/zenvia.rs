//! Text messages by Zenvia: `POST /v2/channels/sms/messages`.
//!
//! Source: Zenvia's SDK for Node (zenvia-sdk-node ab41569).

use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::exchange::{Exchange, address};
use super::parcel::{Accepted, Content, Parcel, Refusal, RefusalKind};
use super::text_message;
use crate::failure::{RefusalReason as Why, UnsendableMessage};
use crate::oci::transport::{Web, is_loopback};
use crate::text::AsTyped;

/// The host of the API.
const HOST: &str = "https://api.zenvia.com/";

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

/// A message, or a refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ZenviaMessage {
    id: Option<String>,
    code: String,
    message: String,
    details: Vec<ZenviaFault>,
}

/// A fault in the request.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ZenviaFault {
    code: String,
    path: String,
    message: String,
}

impl Zenvia {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Text(text) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        text_message::check(text)?;
        let to = text_message::digits(&parcel.to)?;
        let exchange = Exchange {
            web,
            url: address(
                self.endpoint.as_ref(),
                HOST,
                &["v2", "channels", "sms", "messages"],
            )?,
            hidden: vec![self.token.reveal(), &parcel.to, to],
        };
        let headers = vec![("x-api-token", self.token.reveal().to_owned())];
        let body = json!({
            "from": self.from,
            "to": to,
            "contents": [{ "type": "text", "text": text }],
        });
        let answer = exchange.post_json(headers, &body).await?;
        let message: Option<ZenviaMessage> = answer.json();
        match message {
            Some(ZenviaMessage { id: Some(id), .. }) if answer.is_taken() => Ok(Accepted {
                id: answer.id(Some(id)),
            }),
            None if answer.is_taken() => Err(answer.unintelligible()),
            Some(message) => {
                let details = message
                    .details
                    .iter()
                    .map(|detail| format!("{} {} {}", detail.path, detail.code, detail.message));
                let details: Vec<String> = std::iter::once(message.message.clone())
                    .chain(details)
                    .collect();
                let text = details.join("; ");
                let recipient = message.details.iter().any(|detail| detail.path == "to");
                Err(if recipient {
                    answer.refused_as(Why::Recipient, RefusalKind::Permanent, &message.code, &text)
                } else if answer.is_taken() {
                    answer.refused_as(Why::Other, RefusalKind::Permanent, &message.code, &text)
                } else {
                    answer.refused(&message.code, &text)
                })
            }
            None => Err(answer.refused("", &answer.text())),
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(is_loopback)
    }
}
