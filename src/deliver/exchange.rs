//! One request to a channel and its answer: which statuses are refusals, of which kind, and what may be shown of them.

use std::time::Duration;

use reqwest::{Method, Url};
use serde::de::DeserializeOwned;

use super::clean::clean;
use super::parcel::{Refusal, RefusalKind};
use crate::failure::{ChannelAnswer, DeliveryProblem, RefusalReason, UnsendableMessage};
use crate::oci::endpoint::below;
use crate::oci::signer::Signer;
use crate::oci::transport::{Web, WebAnswer, WebFault, WebRequest, is_loopback};
use crate::text::{AsTyped, printable};

/// The most characters that are kept of a channel's message.
const LONGEST_MESSAGE: usize = 300;
/// The most characters that are kept of a channel's code or identifier.
const LONGEST_CODE: usize = 120;
/// The longest pause that is believed: longer ones are as good as this, and sums with them stay in range.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 24 * 3600);

/// A request to a channel. It has no `Debug`: the address may be a secret.
pub(super) struct Exchange<'a> {
    pub(super) web: &'a Web,
    pub(super) url: Url,
    /// Texts that no problem may repeat: secrets and the recipient.
    pub(super) hidden: Vec<&'a str>,
}

/// The answer of a channel, with any status.
pub(super) struct Answered<'a> {
    answer: WebAnswer,
    host: String,
    hidden: Vec<&'a str>,
}

impl<'a> Exchange<'a> {
    /// Posts `body` with `headers`; the type of the content is among them.
    pub(super) async fn post(
        self,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    ) -> Result<Answered<'a>, Refusal> {
        self.send(Method::POST, headers, body).await
    }

    /// Posts the JSON document `body` with `headers`.
    pub(super) async fn post_json(
        self,
        mut headers: Vec<(&'static str, String)>,
        body: &serde_json::Value,
    ) -> Result<Answered<'a>, Refusal> {
        headers.push(("content-type", "application/json".to_owned()));
        self.post(headers, body.to_string().into_bytes()).await
    }

    /// Gets the document with `headers`.
    pub(super) async fn get(
        self,
        headers: Vec<(&'static str, String)>,
    ) -> Result<Answered<'a>, Refusal> {
        self.send(Method::GET, headers, Vec::new()).await
    }

    /// Gets the document, or posts `content` with its type and the unsigned `headers`, signed by `signer`.
    pub(super) async fn signed(
        self,
        signer: &Signer,
        content: Option<(&'static str, &[u8])>,
        headers: &[(&'static str, String)],
    ) -> Result<Answered<'a>, Refusal> {
        let sent = self.web.send_signed(signer, &self.url, content, headers);
        let answer = sent.await;
        self.answered(answer)
    }

    async fn send(
        self,
        method: Method,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    ) -> Result<Answered<'a>, Refusal> {
        let request = WebRequest {
            method,
            url: &self.url,
            headers,
            body,
        };
        let answer = self.web.send(request).await;
        self.answered(answer)
    }

    fn answered(self, answer: Result<WebAnswer, WebFault>) -> Result<Answered<'a>, Refusal> {
        let host = self.url.host_str().unwrap_or_default().to_owned();
        let answer = answer.map_err(|fault| match fault {
            WebFault::Broken { sent: true, .. } => Refusal::new(
                RefusalKind::Unsure,
                DeliveryProblem::NoAnswer { host: host.clone() },
            ),
            WebFault::Broken { problem, .. } => {
                Refusal::new(RefusalKind::Passing, DeliveryProblem::Connection(problem))
            }
            WebFault::Insecure => {
                let host = host.clone();
                Refusal::new(
                    RefusalKind::Permanent,
                    DeliveryProblem::InsecureAddress { host },
                )
            }
            WebFault::Header => Refusal::unsendable(UnsendableMessage::Secret),
        })?;
        let broken = !answer.whole && (200..300).contains(&answer.status);
        if broken {
            return Err(Refusal::new(
                RefusalKind::Unsure,
                DeliveryProblem::NoAnswer { host },
            ));
        }
        Ok(Answered {
            answer,
            host,
            hidden: self.hidden,
        })
    }
}

impl Answered<'_> {
    /// Returns whether the status says that the message was taken.
    pub(super) fn is_taken(&self) -> bool {
        (200..300).contains(&self.answer.status)
    }

    pub(super) fn status(&self) -> u16 {
        self.answer.status
    }

    /// The body as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.answer.body).into_owned()
    }

    /// The body as a JSON object; `None` where it is none of this form. A list is none, though serde would take its
    /// items for the fields.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        let body = self.answer.body.trim_ascii_start();
        let object = body.first() == Some(&b'{');
        object.then(|| serde_json::from_slice(body).ok()).flatten()
    }

    /// An identifier of the channel's, fit for a terminal.
    pub(super) fn id(&self, id: Option<String>) -> Option<String> {
        let id = id.map(|id| clean_id(&id));
        id.filter(|id| !id.is_empty())
    }

    /// The refusal by the status, with the channel's own code and message.
    pub(super) fn refused(&self, code: &str, message: &str) -> Refusal {
        let (reason, kind) = by_status(self.answer.status);
        self.refused_as(reason, kind, code, message)
    }

    /// A refusal whose reason the channel's code tells.
    pub(super) fn refused_as(
        &self,
        reason: RefusalReason,
        kind: RefusalKind,
        code: &str,
        message: &str,
    ) -> Refusal {
        let answer = self.shown(code, message);
        self.with_pause(kind, DeliveryProblem::Refused { reason, answer })
    }

    /// A pause that the body asks for, where the header names none.
    pub(super) fn pausing(&self, mut refusal: Refusal, pause: Option<Duration>) -> Refusal {
        if refusal.retry_after.is_none() {
            refusal.retry_after = pause.map(|pause| pause.min(LONGEST_PAUSE));
        }
        refusal
    }

    /// An answer that is none of the channel's: nobody knows whether the message was taken.
    pub(super) fn unintelligible(&self) -> Refusal {
        let answer = self.shown("", &self.text());
        self.with_pause(
            RefusalKind::Unsure,
            DeliveryProblem::Unintelligible { answer },
        )
    }

    fn with_pause(&self, kind: RefusalKind, problem: DeliveryProblem) -> Refusal {
        let pause = self.answer.retry_after();
        Refusal {
            kind,
            problem,
            retry_after: pause.map(|pause| pause.min(LONGEST_PAUSE)),
        }
    }

    fn shown(&self, code: &str, message: &str) -> ChannelAnswer {
        ChannelAnswer {
            host: self.host.clone(),
            status: self.answer.status,
            code: clean(code, &self.hidden, LONGEST_CODE),
            message: clean(message, &self.hidden, LONGEST_MESSAGE),
        }
    }
}

/// An identifier as it may be shown and kept. Identifiers are long numbers at times, and none of a person.
pub(super) fn clean_id(id: &str) -> String {
    printable(id, LONGEST_CODE)
}

/// The meaning of a status that is no success. A gateway's 502 and 504 leave open whether the channel took the message.
fn by_status(status: u16) -> (RefusalReason, RefusalKind) {
    match status {
        300..=399 => (RefusalReason::Redirect, RefusalKind::Permanent),
        401 | 403 | 407 => (RefusalReason::Login, RefusalKind::Permanent),
        410 => (RefusalReason::Gone, RefusalKind::Permanent),
        413 => (RefusalReason::TooLarge, RefusalKind::Permanent),
        429 => (RefusalReason::TooMany, RefusalKind::Passing),
        502 | 504 => (RefusalReason::Unavailable, RefusalKind::Unsure),
        501 | 505 => (RefusalReason::Other, RefusalKind::Permanent),
        408 | 425 | 500..=599 => (RefusalReason::Unavailable, RefusalKind::Passing),
        _ => (RefusalReason::Other, RefusalKind::Permanent),
    }
}

/// The meaning of a channel's own code by the first entry of `table` that lists it.
pub(super) fn by_code(
    table: &[(&[i64], RefusalReason, RefusalKind)],
    code: i64,
) -> Option<(RefusalReason, RefusalKind)> {
    let entry = table.iter().find(|(codes, ..)| codes.contains(&code));
    entry.map(|(_, reason, kind)| (*reason, *kind))
}

/// The address of `segments` below `instead`, or below the provider's `host` where there is none.
pub(super) fn address(
    instead: Option<&Url>,
    host: &str,
    segments: &[&str],
) -> Result<Url, Refusal> {
    let url = below(instead, Url::parse(host).ok(), segments);
    url.ok_or_else(|| Refusal::new(RefusalKind::Permanent, DeliveryProblem::NotAnAddress))
}

/// Reads an address that may be a secret.
pub(super) fn secret_address(text: &AsTyped) -> Result<Url, Refusal> {
    let url = Url::parse(text.reveal()).ok().filter(Url::has_host);
    url.ok_or_else(|| Refusal::new(RefusalKind::Permanent, DeliveryProblem::NotAnAddress))
}

/// Returns whether an address that may be a secret is on this machine.
pub(super) fn is_near(text: &AsTyped) -> bool {
    secret_address(text).is_ok_and(|url| is_loopback(&url))
}

/// Parts of an address that no problem may repeat: user and password, path and query.
pub(super) fn secrets_of(text: &AsTyped) -> Vec<&str> {
    let whole = text.reveal();
    let (_, rest) = whole.split_once("://").unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let login = authority.rsplit_once('@').map(|(login, _)| login);
    let login = login.into_iter().flat_map(|login| login.splitn(2, ':'));
    let after_host = (!path.is_empty()).then_some(path);
    let parts = after_host
        .into_iter()
        .flat_map(|path| path.split(['/', '?', '&', '=']));
    let long = parts.filter(|part| part.len() >= LONGEST_WORD);
    let parts = login.chain(after_host).chain(long);
    std::iter::once(whole).chain(parts).collect()
}

/// Parts of an address below this length are words of its form.
const LONGEST_WORD: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_a_kind_of_refusal() {
        for (status, kind) in [
            (301, RefusalKind::Permanent),
            (400, RefusalKind::Permanent),
            (401, RefusalKind::Permanent),
            (404, RefusalKind::Permanent),
            (408, RefusalKind::Passing),
            (429, RefusalKind::Passing),
            (500, RefusalKind::Passing),
            (501, RefusalKind::Permanent),
            (502, RefusalKind::Unsure),
            (503, RefusalKind::Passing),
            (504, RefusalKind::Unsure),
        ] {
            assert_eq!(by_status(status).1, kind, "{status}");
        }
    }

    #[test]
    fn an_address_hides_what_is_behind_its_host() {
        let url =
            AsTyped::from("https://me:pass@h.example/a/T0-secret-0001?sig=abcdefghijkl".to_owned());
        let secrets = secrets_of(&url);
        for part in ["me", "pass", "T0-secret-0001", "abcdefghijkl"] {
            assert!(secrets.contains(&part), "{part}: {secrets:?}");
        }
        assert!(!secrets.contains(&"h.example") && !secrets.contains(&"a"));
    }

    #[test]
    fn segments_stay_one() {
        let base = Url::parse("http://127.0.0.1:1/a/").unwrap();
        let url = address(Some(&base), "", &["b/../c", "d?e"]).unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:1/a/b%2F..%2Fc/d%3Fe");
        assert!(address(None, "", &["a"]).is_err());
    }
}
