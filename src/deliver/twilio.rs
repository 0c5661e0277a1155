//! Text messages and WhatsApp by Twilio: `POST /2010-04-01/Accounts/{SID}/Messages.json`.
//!
//! Sources: Twilio's OpenAPI definition (twilio-oai d50069b), and its pages of error codes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::exchange::{Answered, Exchange, address, by_code};
use super::parcel::{Accepted, Content, Parcel, Receipt, Refusal, RefusalKind};
use super::text_message;
use crate::failure::{RefusalReason as Why, UnsendableMessage};
use crate::oci::transport::{Web, is_loopback};
use crate::text::AsTyped;

/// The host of the API.
const HOST: &str = "https://api.twilio.com/";
/// Seconds after which a message that was not delivered is dropped, so that none arrives at night.
const VALIDITY: &str = "14400";
/// The most characters of a value of a template.
const LONGEST_VALUE: usize = 255;

/// The codes of refusals that other messages may not have.
const CODES: &[(&[i64], Why, RefusalKind)] = &[
    // No number, no mobile number, opted out, not reachable, not on WhatsApp.
    (
        &[
            21211, 21214, 21217, 21408, 21610, 21612, 21614, 21617, 63003, 63013, 63024,
        ],
        Why::Recipient,
        RefusalKind::Permanent,
    ),
    // Credentials, a sender that is not the account's, an account that may not send.
    (
        &[
            20003, 20404, 21212, 21603, 21606, 21659, 21660, 63007, 63010, 63020,
        ],
        Why::Login,
        RefusalKind::Permanent,
    ),
    // Outside the window of a conversation; template or its values.
    (
        &[21655, 21656, 63016, 63027, 63028, 63040, 63041],
        Why::Template,
        RefusalKind::Permanent,
    ),
    (
        &[14107, 20429, 21611, 63017, 63018, 63022],
        Why::TooMany,
        RefusalKind::Passing,
    ),
    (
        &[30001, 63005, 63012, 63021],
        Why::Unavailable,
        RefusalKind::Passing,
    ),
];

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

/// A message, or a refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
struct TwilioMessage {
    sid: Option<String>,
    status: Value,
    #[serde(alias = "code")]
    error_code: Option<i64>,
    #[serde(alias = "message")]
    error_message: Option<String>,
}

impl Twilio {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Text(text) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        text_message::check(text)?;
        text_message::digits(&parcel.to)?;
        let fields = [
            ("To", parcel.to.clone()),
            ("Body", text.clone()),
            ("ValidityPeriod", VALIDITY.to_owned()),
        ];
        self.0.send(web, &parcel.to, fields, "").await
    }
}

impl TwilioWhatsApp {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Template {
            name, parameters, ..
        } = &parcel.content
        else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        text_message::check_values(parameters, LONGEST_VALUE)?;
        text_message::digits(&parcel.to)?;
        let values = (1..).zip(parameters);
        let values: Map<String, Value> = values
            .map(|(place, value): (usize, _)| (place.to_string(), Value::from(value.as_str())))
            .collect();
        let fields = [
            ("To", format!("whatsapp:{}", parcel.to)),
            ("ContentSid", name.clone()),
            ("ContentVariables", Value::from(values).to_string()),
        ];
        self.0.send(web, &parcel.to, fields, "whatsapp:").await
    }
}

impl TwilioAccount {
    /// Posts a message of `fields` to `to`; `prefix` stands before the sender's number.
    async fn send(
        &self,
        web: &Web,
        to: &str,
        fields: [(&str, String); 3],
        prefix: &str,
    ) -> Result<Accepted, Refusal> {
        let sender = match &self.sender {
            TwilioSender::From(number) => ("From", format!("{prefix}{number}")),
            TwilioSender::Service(sid) => ("MessagingServiceSid", sid.clone()),
        };
        let fields = fields.into_iter().chain([sender]);
        let fields: Vec<String> = fields
            .map(|(name, value)| {
                let value = utf8_percent_encode(&value, NON_ALPHANUMERIC);
                format!("{name}={value}")
            })
            .collect();
        let mut headers = self.headers();
        headers.push((
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        ));
        let exchange = Exchange {
            web,
            url: self.address(&["2010-04-01", "Accounts", &self.account, "Messages.json"])?,
            hidden: vec![self.token.reveal(), to, to.trim_start_matches('+')],
        };
        let answer = exchange
            .post(headers, fields.join("&").into_bytes())
            .await?;
        let message: Option<TwilioMessage> = answer.json();
        match message {
            // A message may be made and have failed in the same breath.
            Some(TwilioMessage {
                sid: Some(sid),
                error_code: None,
                status,
                ..
            }) if answer.is_taken() && status != "failed" && status != "undelivered" => {
                Ok(Accepted {
                    id: answer.id(Some(sid)),
                })
            }
            Some(message) => Err(refusal(&answer, &message)),
            None if answer.is_taken() => Err(answer.unintelligible()),
            None => Err(answer.refused("", &answer.text())),
        }
    }

    /// Gets the account, which sends nothing.
    pub(super) async fn probe(&self, web: &Web) -> Result<(), Refusal> {
        let exchange = Exchange {
            web,
            url: self.address(&["2010-04-01", "Accounts", &format!("{}.json", self.account)])?,
            hidden: vec![self.token.reveal()],
        };
        let answer = exchange.get(self.headers()).await?;
        match answer.json::<TwilioMessage>() {
            _ if !answer.is_taken() => {
                let message = answer.json().unwrap_or_default();
                Err(refusal(&answer, &message))
            }
            Some(TwilioMessage { status, .. }) if status == "active" => Ok(()),
            Some(_) => {
                Err(answer.refused_as(Why::Login, RefusalKind::Permanent, "", &answer.text()))
            }
            None => Err(answer.unintelligible()),
        }
    }

    /// Asks what has become of the message `sid`.
    pub(super) async fn receipt(&self, web: &Web, sid: &str) -> Result<Receipt, Refusal> {
        let message = format!("{sid}.json");
        let exchange = Exchange {
            web,
            url: self.address(&[
                "2010-04-01",
                "Accounts",
                &self.account,
                "Messages",
                &message,
            ])?,
            hidden: vec![self.token.reveal()],
        };
        let answer = exchange.get(self.headers()).await?;
        let message: Option<TwilioMessage> = answer.json();
        match message {
            Some(message) if !answer.is_taken() => Err(refusal(&answer, &message)),
            Some(message) => Ok(match message.status.as_str() {
                Some("delivered" | "read") => Receipt::Delivered,
                Some("failed" | "undelivered" | "canceled") => {
                    Receipt::Lost(refusal(&answer, &message).problem)
                }
                _ => Receipt::Open,
            }),
            None if answer.is_taken() => Err(answer.unintelligible()),
            None => Err(answer.refused("", &answer.text())),
        }
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.endpoint.as_ref().is_some_and(is_loopback)
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let login = format!("{}:{}", self.account, self.token.reveal());
        vec![("authorization", format!("Basic {}", STANDARD.encode(login)))]
    }

    fn address(&self, segments: &[&str]) -> Result<Url, Refusal> {
        address(self.endpoint.as_ref(), HOST, segments)
    }
}

fn refusal(answer: &Answered<'_>, message: &TwilioMessage) -> Refusal {
    let code = message
        .error_code
        .map_or(String::new(), |code| code.to_string());
    let text = message.error_message.as_deref().unwrap_or_default();
    match message.error_code.and_then(|code| by_code(CODES, code)) {
        Some((reason, kind)) => answer.refused_as(reason, kind, &code, text),
        // The message was made, and Twilio says of itself that it failed.
        None if answer.is_taken() => {
            answer.refused_as(Why::Other, RefusalKind::Permanent, &code, text)
        }
        None => answer.refused(&code, text),
    }
}
