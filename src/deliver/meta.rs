//! WhatsApp by Meta's Cloud API: `POST /{version}/{number_id}/messages`, by templates alone.
//!
//! Source: Meta's pages of the Cloud API and of its error codes.

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};

use super::exchange::{Answered, Exchange, address, by_code};
use super::parcel::{Accepted, Content, Parcel, Refusal, RefusalKind};
use super::text_message;
use crate::failure::{RefusalReason as Why, UnsendableMessage};
use crate::oci::transport::{Web, is_loopback};
use crate::text::AsTyped;

/// The host of the API.
const HOST: &str = "https://graph.facebook.com/";
/// The most characters of a message, its values included.
const LONGEST: usize = 1024;
/// The characters that are kept of a message's identifier: its beginning encodes the recipient's number.
const KEPT_OF_ID: usize = 16;

/// The codes of refusals.
const CODES: &[(&[i64], Why, RefusalKind)] = &[
    // Not on WhatsApp, not among the numbers of a test account, left out of an experiment, the sender itself.
    (
        &[130_472, 131_021, 131_026, 131_030, 131_050],
        Why::Recipient,
        RefusalKind::Permanent,
    ),
    // Token, permission, account, payment, registration.
    (
        &[
            0, 3, 10, 190, 200, 299, 368, 130_497, 131_005, 131_031, 131_042, 131_045, 133_010,
        ],
        Why::Login,
        RefusalKind::Permanent,
    ),
    (
        &[
            131_047, 132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 132_018,
            132_068, 132_069,
        ],
        Why::Template,
        RefusalKind::Permanent,
    ),
    (
        &[4, 80007, 130_429, 131_048, 131_049, 131_056],
        Why::TooMany,
        RefusalKind::Passing,
    ),
    (
        &[1, 2, 131_000, 131_016, 131_057, 133_004],
        Why::Unavailable,
        RefusalKind::Passing,
    ),
];

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

#[derive(Default, Deserialize)]
#[serde(default)]
struct MetaReply {
    id: Option<Value>,
    messages: Vec<MetaMessage>,
    error: Option<MetaFault>,
}

#[derive(Deserialize)]
struct MetaMessage {
    id: String,
    message_status: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MetaFault {
    code: i64,
    message: String,
    error_data: Option<MetaDetails>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MetaDetails {
    details: String,
}

impl Meta {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Template {
            name,
            lang,
            parameters,
        } = &parcel.content
        else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        text_message::check_values(parameters, LONGEST)?;
        let to = text_message::digits(&parcel.to)?;
        let values = parameters.iter();
        let values: Vec<Value> = values
            .map(|value| json!({ "type": "text", "text": value }))
            .collect();
        let body = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": to,
            "type": "template",
            "template": {
                "name": name,
                "language": { "code": lang },
                "components": [{ "type": "body", "parameters": values }],
            },
        });
        let exchange = Exchange {
            web,
            url: self.address(&[&self.version, &self.number_id, "messages"])?,
            hidden: vec![self.token.reveal(), &parcel.to, to],
        };
        let answer = exchange.post_json(self.headers(), &body).await?;
        let reply: Option<MetaReply> = answer.json();
        let Some(reply) = reply else {
            return Err(match answer.is_taken() {
                true => answer.unintelligible(),
                false => answer.refused("", &answer.text()),
            });
        };
        if let Some(fault) = &reply.error {
            return Err(refusal(&answer, fault));
        }
        match reply.messages.first() {
            Some(message) if answer.is_taken() => match message.message_status.as_deref() {
                // A paused template: the message is not sent.
                Some(status @ "paused") => {
                    Err(answer.refused_as(Why::Template, RefusalKind::Permanent, status, ""))
                }
                _ => Ok(Accepted {
                    id: answer.id(Some(end_of(&message.id))),
                }),
            },
            _ if answer.is_taken() => Err(answer.unintelligible()),
            _ => Err(answer.refused("", &answer.text())),
        }
    }

    /// Gets the sender's number, which sends nothing.
    pub(super) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let exchange = Exchange {
            web,
            url: self.address(&[&self.version, &self.number_id])?,
            hidden: vec![self.token.reveal()],
        };
        let answer = exchange.get(self.headers()).await?;
        match answer.json::<MetaReply>() {
            Some(MetaReply {
                error: Some(fault), ..
            }) => Err(refusal(&answer, &fault)),
            Some(MetaReply { id: Some(_), .. }) if answer.is_taken() => Ok(()),
            _ if answer.is_taken() => Err(answer.unintelligible()),
            _ => Err(answer.refused("", &answer.text())),
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(is_loopback)
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.token.reveal()))]
    }

    fn address(&self, segments: &[&str]) -> Result<Url, Refusal> {
        address(self.endpoint.as_ref(), HOST, segments)
    }
}

/// The end of an identifier.
fn end_of(id: &str) -> String {
    let length = id.chars().count();
    let end: String = id.chars().skip(length.saturating_sub(KEPT_OF_ID)).collect();
    if length > KEPT_OF_ID {
        format!("…{end}")
    } else {
        end
    }
}

fn refusal(answer: &Answered<'_>, fault: &MetaFault) -> Refusal {
    let details = fault.error_data.as_ref().map(|data| data.details.as_str());
    let details = details.filter(|details| !details.is_empty());
    let text = details.unwrap_or(&fault.message);
    let code = fault.code.to_string();
    match by_code(CODES, fault.code) {
        Some((reason, kind)) => answer.refused_as(reason, kind, &code, text),
        // An error in an answer of success, or one that no list has.
        None if answer.is_taken() => {
            answer.refused_as(Why::Other, RefusalKind::Permanent, &code, text)
        }
        None => answer.refused(&code, text),
    }
}
