//! Checks a request's signature, as the service documents it for version 1.
//!
//! The signing string is built again from what came over the wire. Nothing
//! here is shared with the code that signs, so that the two can disagree.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::{HeaderMap, Method};
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier as _;
use sha2::{Digest as _, Sha256};

use super::refusal::RefusedAnswer;

/// Longest time that a request's date may lie before the service's clock.
const PAST: Duration = Duration::from_secs(5 * 60);
/// Longest time that it may lie after: a second more, as the service's own message shows.
const FUTURE: Duration = Duration::from_secs(5 * 60 + 1);

/// Headers that every signature covers, besides the date.
const ALWAYS_SIGNED: [&str; 2] = ["(request-target)", "host"];
/// Headers that it covers, too, when the request carries a body.
const BODY_SIGNED: [&str; 3] = ["content-length", "content-type", "x-content-sha256"];

/// The reasons why a signature is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    /// No `Authorization`, or more than one.
    NoAuthorization,
    /// `Authorization` does not parse, or lacks a parameter.
    Malformed,
    /// A version other than 1.
    Version,
    /// An algorithm other than rsa-sha256.
    Algorithm,
    /// Nobody has that `keyId`.
    UnknownKey,
    /// A header that must be signed is not.
    Unsigned(&'static str),
    /// A header that is signed did not come.
    Absent(String),
    /// A header that is signed came twice, or is listed twice.
    Repeated(String),
    /// The date is no HTTP date.
    Date,
    /// The date is too far from the service's clock.
    Skew {
        /// The request's date.
        date: SystemTime,
        /// The service's clock.
        now: SystemTime,
    },
    /// `content-length` is not the body's.
    Length,
    /// `x-content-sha256` is not the body's.
    Digest,
    /// The signature is not this key's of this request.
    Signature,
}

impl From<Rejection> for RefusedAnswer {
    /// All of them are 401, in the three wordings known of the service.
    fn from(rejection: Rejection) -> Self {
        Self::not_authenticated(match rejection {
            Rejection::Skew { date, now } => format!(
                "Date '{}' is not within allowed clock skew. Current '{}', valid datetime range: ['{}', '{}']",
                utc(date),
                utc(now),
                utc(now - PAST),
                utc(now + FUTURE)
            ),
            Rejection::Length | Rejection::Digest | Rejection::Signature => {
                "Failed to verify the HTTP(S) Signature".to_owned()
            }
            _ => "The required information to complete authentication was not provided or was incorrect."
                .to_owned(),
        })
    }
}

/// The service's messages end dates in `UTC` where HTTP says `GMT`.
fn utc(time: SystemTime) -> String {
    httpdate::fmt_http_date(time).replace("GMT", "UTC")
}

/// The parameters of an `Authorization` header.
#[derive(Debug)]
pub(super) struct Authorization<'a> {
    /// Key id of the signer, as claimed.
    pub(super) key_id: &'a str,
    signed: Vec<&'a str>,
    signature: Vec<u8>,
}

impl<'a> Authorization<'a> {
    /// Reads it from a request's headers.
    pub(super) fn of(headers: &'a HeaderMap) -> Result<Self, Rejection> {
        let value = only(headers, "authorization").map_err(|_| Rejection::NoAuthorization)?;
        let (scheme, parameters) = value.split_once(' ').ok_or(Rejection::Malformed)?;
        if !scheme.eq_ignore_ascii_case("signature") {
            return Err(Rejection::Malformed);
        }
        let [version, key_id, algorithm, signed, signature] = read_parameters(parameters)?;
        if version.is_some_and(|version| version != "1") {
            return Err(Rejection::Version);
        }
        if algorithm.ok_or(Rejection::Malformed)? != "rsa-sha256" {
            return Err(Rejection::Algorithm);
        }
        let signed: Vec<&str> = signed.ok_or(Rejection::Malformed)?.split(' ').collect();
        // The list is lower case with single spaces (draft-cavage-http-signatures-08, 2.1.5).
        if signed
            .iter()
            .any(|name| name.is_empty() || name.bytes().any(|byte| byte.is_ascii_uppercase()))
        {
            return Err(Rejection::Malformed);
        }
        let signature = STANDARD
            .decode(signature.ok_or(Rejection::Malformed)?)
            .map_err(|_| Rejection::Malformed)?;
        Ok(Self {
            key_id: key_id.ok_or(Rejection::Malformed)?,
            signed,
            signature,
        })
    }
}

/// Reads `name="value"` between commas, in any order, each once; what is not known is passed over.
fn read_parameters(mut rest: &str) -> Result<[Option<&str>; 5], Rejection> {
    const NAMES: [&str; 5] = ["version", "keyId", "algorithm", "headers", "signature"];
    let mut values = [None; 5];
    loop {
        let (name, after) = rest.split_once("=\"").ok_or(Rejection::Malformed)?;
        let (value, after) = after.split_once('"').ok_or(Rejection::Malformed)?;
        let name = name.trim();
        if let Some(slot) = NAMES
            .iter()
            .zip(&mut values)
            .find_map(|(known, slot)| (*known == name).then_some(slot))
            && slot.replace(value).is_some()
        {
            return Err(Rejection::Malformed);
        }
        rest = after.trim_start();
        if rest.is_empty() {
            return Ok(values);
        }
        rest = rest.strip_prefix(',').ok_or(Rejection::Malformed)?;
    }
}

/// A request as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received<'a> {
    /// The method.
    pub(super) method: &'a Method,
    /// Path and query, byte for byte.
    pub(super) target: &'a str,
    /// The headers.
    pub(super) headers: &'a HeaderMap,
    /// The body, whole.
    pub(super) body: &'a [u8],
}

impl Received<'_> {
    /// Checks that the holder of `key` signed this very request, within the tolerance of `now`.
    pub(super) fn verify(
        &self,
        authorization: &Authorization<'_>,
        key: &VerifyingKey<Sha256>,
        now: SystemTime,
    ) -> Result<(), Rejection> {
        // Where both dates come, the service goes by `x-date`.
        let date = if self.headers.contains_key("x-date") {
            "x-date"
        } else {
            "date"
        };
        let has_body = matches!(*self.method, Method::POST | Method::PUT | Method::PATCH);
        let body_signed = if has_body { &BODY_SIGNED[..] } else { &[] };
        for name in [date].iter().chain(&ALWAYS_SIGNED).chain(body_signed) {
            if !authorization.signed.contains(name) {
                return Err(Rejection::Unsigned(name));
            }
        }
        let signing_string = self.signing_string(&authorization.signed)?;

        check_date(only(self.headers, date)?, now)?;
        if has_body {
            if only(self.headers, "content-length")? != self.body.len().to_string() {
                return Err(Rejection::Length);
            }
            let digest = STANDARD.encode(Sha256::digest(self.body));
            if only(self.headers, "x-content-sha256")? != digest {
                return Err(Rejection::Digest);
            }
        }
        let signature = Signature::try_from(authorization.signature.as_slice())
            .map_err(|_| Rejection::Signature)?;
        key.verify(signing_string.as_bytes(), &signature)
            .map_err(|_| Rejection::Signature)
    }

    /// The text that is signed: a line per name, in the order of the list.
    fn signing_string(&self, signed: &[&str]) -> Result<String, Rejection> {
        let mut lines = Vec::with_capacity(signed.len());
        for (index, name) in signed.iter().enumerate() {
            if signed[..index].contains(name) {
                return Err(Rejection::Repeated((*name).to_owned()));
            }
            lines.push(if *name == "(request-target)" {
                let method = self.method.as_str().to_ascii_lowercase();
                format!("(request-target): {method} {}", self.target)
            } else {
                format!("{name}: {}", only(self.headers, name)?)
            });
        }
        Ok(lines.join("\n"))
    }
}

/// The value of a header that must come exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Rejection> {
    let mut values = headers.get_all(name).iter();
    let value = values
        .next()
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| Rejection::Absent(name.to_owned()))?;
    match values.next() {
        Some(_) => Err(Rejection::Repeated(name.to_owned())),
        None => Ok(value),
    }
}

fn check_date(date: &str, now: SystemTime) -> Result<(), Rejection> {
    let date = httpdate::parse_http_date(date).map_err(|_| Rejection::Date)?;
    // The service's clock, like the header, counts whole seconds.
    let now = httpdate::HttpDate::from(now).into();
    if date < now - PAST || date > now + FUTURE {
        return Err(Rejection::Skew { date, now });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::sample::{self, SampleRequest};

    /// Fixed date of the vectors.
    const SIGNED_AT: &str = "Mon, 23 Nov 2026 00:00:00 GMT";

    fn at(date: &str) -> SystemTime {
        httpdate::parse_http_date(date).unwrap()
    }

    fn check(draft: &SampleRequest, now: SystemTime) -> Result<(), Rejection> {
        let headers = draft.header_map();
        let authorization = Authorization::of(&headers)?;
        Received {
            method: &draft.method,
            target: &draft.target,
            headers: &headers,
            body: &draft.body,
        }
        .verify(
            &authorization,
            &VerifyingKey::new(draft.key.to_public_key()),
            now,
        )
    }

    fn signed() -> SampleRequest {
        SampleRequest::usage(SIGNED_AT, "", sample::BODY).signed()
    }

    #[test]
    fn the_vendors_own_signatures_verify() {
        let vectors = sample::vectors();
        assert!(vectors.len() >= 6);
        for (id, draft) in vectors {
            assert_eq!(check(&draft, at(SIGNED_AT)), Ok(()), "{id}");
            let mut other = draft.clone();
            other.target.push('x');
            assert_eq!(
                check(&other, at(SIGNED_AT)),
                Err(Rejection::Signature),
                "{id} with another target"
            );
        }
    }

    #[test]
    fn any_order_of_headers_and_parameters_will_do() {
        let mut draft = signed();
        assert_eq!(check(&draft, at(SIGNED_AT)), Ok(()));
        draft.names.reverse();
        let draft = draft.signed();
        assert_eq!(check(&draft, at(SIGNED_AT)), Ok(()));
        let mut shuffled = draft;
        let value = shuffled.get("authorization").to_owned();
        let mut parts: Vec<&str> = value
            .strip_prefix("Signature ")
            .unwrap()
            .split(',')
            .collect();
        parts.reverse();
        parts.push("created=\"1\"");
        shuffled.set(
            "authorization",
            &format!("Signature {}", parts.join(" , ").replace("\" ,", "\",")),
        );
        assert_eq!(check(&shuffled, at(SIGNED_AT)), Ok(()));
        shuffled.replace("authorization", "version=\"1\",", "");
        assert_eq!(check(&shuffled, at(SIGNED_AT)), Ok(()));
    }

    #[test]
    fn x_date_goes_before_date() {
        let mut draft = signed();
        draft.set("x-date", "Mon, 23 Nov 2026 12:00:00 GMT");
        assert_eq!(
            check(&draft, at(SIGNED_AT)),
            Err(Rejection::Unsigned("x-date")),
            "a date that is used is signed"
        );
        draft.names[0] = "x-date".to_owned();
        let mut draft = draft.signed();
        assert_eq!(check(&draft, at("Mon, 23 Nov 2026 12:00:00 GMT")), Ok(()));
        assert!(matches!(
            check(&draft, at(SIGNED_AT)),
            Err(Rejection::Skew { .. })
        ));
        draft.remove("date");
        assert_eq!(check(&draft, at("Mon, 23 Nov 2026 12:00:00 GMT")), Ok(()));
    }

    #[test]
    fn each_part_of_authorization_counts() {
        let with = |from: &str, to: &str| {
            let mut draft = signed();
            draft.replace("authorization", from, to);
            check(&draft, at(SIGNED_AT))
        };
        assert_eq!(with("Signature ", "Basic "), Err(Rejection::Malformed));
        assert_eq!(with("Signature ", "Signature"), Err(Rejection::Malformed));
        assert_eq!(
            with("version=\"1\"", "version=\"2\""),
            Err(Rejection::Version)
        );
        assert_eq!(with("rsa-sha256", "hmac-sha256"), Err(Rejection::Algorithm));
        for name in ["keyId", "algorithm", "headers", "signature"] {
            assert_eq!(
                with(&format!("{name}="), "x="),
                Err(Rejection::Malformed),
                "{name}"
            );
        }
        assert_eq!(with("\",", "\" "), Err(Rejection::Malformed));
        assert_eq!(
            with("signature=\"", "signature=\"*"),
            Err(Rejection::Malformed)
        );
        assert_eq!(
            with("version=\"1\",", "version=\"1\",version=\"1\","),
            Err(Rejection::Malformed)
        );
        assert_eq!(with("host", "Host"), Err(Rejection::Malformed));
        assert_eq!(with(" host", "  host"), Err(Rejection::Malformed));

        let mut draft = signed();
        draft
            .headers
            .push(("authorization".to_owned(), "Signature ".to_owned()));
        assert_eq!(
            check(&draft, at(SIGNED_AT)),
            Err(Rejection::NoAuthorization)
        );
        draft.remove("authorization");
        assert_eq!(
            check(&draft, at(SIGNED_AT)),
            Err(Rejection::NoAuthorization)
        );
    }

    #[test]
    fn every_needed_header_is_signed_and_comes_once() {
        for name in [
            "date",
            "(request-target)",
            "host",
            "content-length",
            "content-type",
            "x-content-sha256",
        ] {
            let mut draft = signed();
            draft.names.retain(|signed| signed != name);
            assert_eq!(
                check(&draft.signed(), at(SIGNED_AT)),
                Err(Rejection::Unsigned(name)),
                "{name}"
            );
            let mut draft = signed();
            draft.names.push(name.to_owned());
            assert_eq!(
                check(&draft.signed(), at(SIGNED_AT)),
                Err(Rejection::Repeated(name.to_owned())),
                "{name} listed twice"
            );
            if name != "(request-target)" {
                let mut draft = signed();
                draft
                    .headers
                    .push((name.to_owned(), draft.get(name).to_owned()));
                assert_eq!(
                    check(&draft, at(SIGNED_AT)),
                    Err(Rejection::Repeated(name.to_owned())),
                    "{name} sent twice"
                );
                draft.remove(name);
                assert_eq!(
                    check(&draft, at(SIGNED_AT)),
                    Err(Rejection::Absent(name.to_owned())),
                    "{name} not sent"
                );
            }
        }
    }

    #[test]
    fn the_date_is_within_five_minutes() {
        let ahead = |date: &str| check(&signed(), at(date));
        assert_eq!(ahead("Sun, 22 Nov 2026 23:54:59 GMT"), Ok(()));
        assert_eq!(ahead("Mon, 23 Nov 2026 00:05:00 GMT"), Ok(()));
        let half = at("Mon, 23 Nov 2026 00:05:00 GMT") + Duration::from_millis(999);
        assert_eq!(check(&signed(), half), Ok(()));
        assert!(matches!(
            ahead("Sun, 22 Nov 2026 23:54:58 GMT"),
            Err(Rejection::Skew { .. })
        ));
        let late = ahead("Mon, 23 Nov 2026 00:05:01 GMT").unwrap_err();
        assert_eq!(
            RefusedAnswer::from(late).message,
            "Date 'Mon, 23 Nov 2026 00:00:00 UTC' is not within allowed clock skew. \
             Current 'Mon, 23 Nov 2026 00:05:01 UTC', \
             valid datetime range: ['Mon, 23 Nov 2026 00:00:01 UTC', 'Mon, 23 Nov 2026 00:10:02 UTC']"
        );
        for date in ["", "2026-11-23T00:00:00Z", "Mon, 23 Nov 2026 00:00:00 UTC"] {
            let draft = SampleRequest::usage(date, "", sample::BODY).signed();
            assert_eq!(check(&draft, at(SIGNED_AT)), Err(Rejection::Date), "{date}");
        }
    }

    #[test]
    fn the_body_is_the_one_signed() {
        let mut draft = signed();
        let last = draft.body.len() - 1;
        draft.body[last] = b' ';
        assert_eq!(check(&draft, at(SIGNED_AT)), Err(Rejection::Digest));
        draft.body.push(b' ');
        assert_eq!(check(&draft, at(SIGNED_AT)), Err(Rejection::Length));
    }

    #[test]
    fn one_byte_elsewhere_is_no_signature() {
        let tampered: [fn(&mut SampleRequest); 6] = [
            |draft| draft.target.push_str("?limit=1"),
            |draft| draft.method = Method::PUT,
            |draft| draft.set("host", "127.0.0.1:2"),
            |draft| draft.set("content-type", "application/json;"),
            |draft| draft.set("date", "Mon, 23 Nov 2026 00:00:01 GMT"),
            |draft| draft.replace("authorization", "signature=\"", "signature=\"AAAA"),
        ];
        for (index, tamper) in tampered.iter().enumerate() {
            let mut draft = signed();
            tamper(&mut draft);
            assert_eq!(
                check(&draft, at(SIGNED_AT)),
                Err(Rejection::Signature),
                "{index}"
            );
        }
        let mut draft = signed();
        draft.key = sample::other_key();
        assert_eq!(check(&draft, at(SIGNED_AT)), Err(Rejection::Signature));
    }

    #[test]
    fn every_doubt_is_a_401_in_the_services_words() {
        for (rejection, message) in [
            (
                Rejection::Malformed,
                "The required information to complete authentication was not provided or was incorrect.",
            ),
            (
                Rejection::UnknownKey,
                "The required information to complete authentication was not provided or was incorrect.",
            ),
            (
                Rejection::Signature,
                "Failed to verify the HTTP(S) Signature",
            ),
        ] {
            let refusal = RefusedAnswer::from(rejection);
            assert_eq!(refusal.status, 401);
            assert_eq!(refusal.code, "NotAuthenticated");
            assert_eq!(refusal.message, message);
        }
    }
}
