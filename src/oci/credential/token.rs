//! Tokens: JSON Web Tokens that the service signed for a session key. Their claims are read and not trusted: the
//! service alone judges a token.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Number;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::failure::CredentialProblem;

/// The most bytes of a token: tokens of the service have one or two thousand.
pub(crate) const LARGEST: usize = 16 << 10;

/// A token, wiped after use and never shown.
#[derive(Clone)]
pub struct Token {
    text: Zeroizing<String>,
    claims: Claims,
}

/// The claims of a token that the program reads.
#[derive(Clone, Default)]
struct Claims {
    /// End of the token's life, in seconds since 1970.
    exp: i64,
    /// Beginning of the token's life.
    iat: Option<i64>,
    /// The tenancy of the token's owner.
    tenant: Option<String>,
    /// The tenancy of the resource that a resource's token is for.
    res_tenant: Option<String>,
    /// The modulus of the session key that the token is bound to.
    modulus: Option<Vec<u8>>,
}

/// The payload of a token. A claim of an unexpected type counts as none, except for the end of the token's life.
#[derive(Deserialize)]
struct Payload<'a> {
    exp: Number,
    #[serde(default, borrow)]
    iat: Option<&'a RawValue>,
    #[serde(default, borrow)]
    tenant: Option<&'a RawValue>,
    #[serde(default, rename = "opc-tenant", borrow)]
    opc_tenant: Option<&'a RawValue>,
    #[serde(default, borrow)]
    res_tenant: Option<&'a RawValue>,
    #[serde(default, borrow)]
    jwk: Option<&'a RawValue>,
}

/// A key in the form of RFC 7517.
#[derive(Deserialize)]
struct Jwk {
    n: String,
}

impl Token {
    /// Reads the token in `text`, without the blanks around it.
    ///
    /// # Errors
    /// [`CredentialProblem::NotAToken`] where it has no three parts of base64, or no end of its life.
    pub(crate) fn new(text: &str) -> Result<Self, CredentialProblem> {
        let text = text.trim();
        let claims = (text.len() <= LARGEST)
            .then(|| Claims::of(text))
            .flatten()
            .ok_or(CredentialProblem::NotAToken)?;
        let text = Zeroizing::new(text.to_owned());
        Ok(Self { text, claims })
    }

    /// The token itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }

    /// The end of the token's life, in seconds since 1970.
    pub(crate) fn expires(&self) -> i64 {
        self.claims.exp
    }

    /// The end of the token's life as a date; the last date there is for a later one.
    pub(crate) fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.claims.exp, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The length of the token's life, in seconds, where the token says it.
    pub(crate) fn lifetime(&self) -> Option<i64> {
        let iat = self.claims.iat?;
        Some(self.claims.exp.saturating_sub(iat)).filter(|life| *life > 0)
    }

    /// The tenancy of the person or instance that the token is for.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.claims.tenant.as_deref()
    }

    /// The tenancy of the resource that the token is for.
    pub(crate) fn resource_tenant(&self) -> Option<&str> {
        self.claims.res_tenant.as_deref()
    }

    /// Whether the token names another session key than the one with `modulus`.
    pub(crate) fn is_of_other_key(&self, modulus: &[u8]) -> bool {
        let own = self.claims.modulus.as_deref();
        own.is_some_and(|own| bare(own) != bare(modulus))
    }
}

/// `text` without the tokens in it, which a refusal might repeat.
pub(crate) fn without_tokens(text: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '=');
    let mut rest = text;
    let mut kept = String::new();
    while let Some(at) = rest.find("eyJ") {
        kept += &rest[..at];
        let end = rest[at..]
            .find(|c| !part(c))
            .map_or(rest.len(), |end| at + end);
        kept += "[…]";
        rest = &rest[end..];
    }
    kept + rest
}

/// A number's bytes without the zeros before it.
fn bare(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

impl Claims {
    /// Reads the claims of the token `text`.
    fn of(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return None;
        };
        let decoded = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
            (!bytes.is_empty()).then(|| Zeroizing::new(bytes))
        };
        decoded(header)?;
        decoded(signature)?;
        let payload = decoded(payload)?;
        let payload: Payload<'_> = serde_json::from_slice(&payload).ok()?;
        let word =
            |raw: Option<&RawValue>| -> Option<String> { serde_json::from_str(raw?.get()).ok() };
        // The service writes the key as a text that holds a JSON object, and RFC 7800 has the object itself.
        let jwk = word(payload.jwk).or_else(|| Some(payload.jwk?.get().to_owned()));
        let jwk: Option<Jwk> = jwk.and_then(|jwk| serde_json::from_str(&jwk).ok());
        Some(Self {
            exp: payload.exp.as_i64().filter(|exp| *exp > 0)?,
            iat: payload
                .iat
                .and_then(|iat| serde_json::from_str(iat.get()).ok()),
            tenant: word(payload.tenant).or_else(|| word(payload.opc_tenant)),
            res_tenant: word(payload.res_tenant),
            modulus: jwk.and_then(|jwk| URL_SAFE_NO_PAD.decode(jwk.n.trim_end_matches('=')).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(payload: &str) -> String {
        let [header, payload, signature] =
            [r#"{"alg":"RS256"}"#, payload, "signature"].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{header}.{payload}.{signature}")
    }

    #[test]
    fn claims_are_read_as_far_as_they_are_what_they_should_be() {
        let whole = r#"{"exp":1780000000,"iat":1779996400,"tenant":"t","res_tenant":"r",
            "jwk":"{\"kty\":\"RSA\",\"n\":\"AAEC\",\"e\":\"AQAB\"}"}"#;
        let read = Token::new(&format!(" {}\n", token(whole))).unwrap();
        assert_eq!(read.expires(), 1_780_000_000);
        assert_eq!(read.lifetime(), Some(3600));
        assert_eq!(
            (read.tenant(), read.resource_tenant()),
            (Some("t"), Some("r"))
        );
        assert!(!read.is_of_other_key(&[1, 2]));
        assert!(read.is_of_other_key(&[1, 3]));
        assert_eq!(format!("{read:?}"), "Token(hidden)");

        let odd = r#"{"exp":1,"iat":"x","tenant":[],"opc-tenant":"o","res_tenant":{},"jwk":7}"#;
        let read = Token::new(&token(odd)).unwrap();
        assert_eq!((read.tenant(), read.resource_tenant()), (Some("o"), None));
        assert_eq!(read.lifetime(), None);
        assert!(!read.is_of_other_key(&[1]));
        let object = token(r#"{"exp":1,"jwk":{"n":"AQ"}}"#);
        assert!(Token::new(&object).unwrap().is_of_other_key(&[2]));
    }

    #[test]
    fn a_refusal_repeats_no_token() {
        let token = token(r#"{"exp":1}"#);
        let text = format!("keyId ST${token} is bad, and {token}");
        assert_eq!(without_tokens(&text), "keyId ST$[…] is bad, and […]");
        assert_eq!(without_tokens("no token"), "no token");
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = "a".repeat(LARGEST);
        for text in [
            "",
            ".",
            "..",
            "a.b.c",
            "eyJ.eyJ",
            &token(""),
            &token("null"),
            &token("{}"),
            &token(r#"{"exp":"1780000000"}"#),
            &token(r#"{"exp":null}"#),
            &token(r#"{"exp":-1}"#),
            &token(r#"{"exp":1.5}"#),
            &token(r#"{"exp":1e400}"#),
            &token(r#"{"exp":99999999999999999999}"#),
            &(token(r#"{"exp":1}"#) + "."),
            &(token(r#"{"exp":1}"#) + "\r\nx: y"),
            &token(&format!(r#"{{"exp":1,"tenant":"{long}"}}"#)),
        ] {
            assert_eq!(Token::new(text).unwrap_err(), CredentialProblem::NotAToken);
        }
        let late = Token::new(&token(&format!(r#"{{"exp":{}}}"#, i64::MAX))).unwrap();
        assert_eq!(late.expires_at(), DateTime::<Utc>::MAX_UTC);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>(), payload in "[ -~]{0,60}") {
            let _ = Token::new(&text);
            let _ = Token::new(&token(&payload)).map(|token| (token.lifetime(), token.expires_at()));
        }
    }
}
