//! The signer of requests: one seam between the credential that a client has and the requests that are sent.
//!
//! The signature is version 1 of the service's scheme (draft-cavage-http-signatures-08 with the service's choice of
//! headers), and a pure function of signer, request and date. A signer signs with one key and under one key id: tokens that
//! expire are renewed by `credential`, which makes another signer.
//!
//! The crate `rsa` reads, checks, makes and verifies keys, as the list of crates says. The signature itself is
//! made by `aws-lc-rs`, against the letter of that list, for two reasons. Signing was four fifths of the CPU
//! time of a run: a signature takes 1.8 ms in one thread, against 3.4 ms by `rsa` 0.9 and 4.5 ms by `rsa` 0.10.
//! And the private-key operation of `aws-lc-rs` takes constant time, so that RUSTSEC-2023-0071 does not apply to
//! it. Nothing new is linked: rustls uses the same library for TLS.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Url};
use rsa::PrivateKey;
use rsa::pkcs1::der::Decode as _;
use rsa::pkcs1::{EncodeRsaPrivateKey, RsaPublicKeyRef};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::credential::token::Token;
use crate::failure::{Answer, CredentialKind, CredentialProblem, Problem, ServiceProblem};

/// The signer of a client's requests.
#[derive(Clone, Debug)]
pub enum Signer {
    /// A user's API key.
    ApiKey(ApiKey),
    /// A token, and the session key that it is bound to.
    Token(TokenKey),
    /// An instance's certificate, which the federation request of the auth service is signed with.
    Certificate(CertificateKey),
}

/// An API signing key and its owner.
#[derive(Clone)]
pub struct ApiKey {
    /// The tenancy's OCID.
    pub tenancy: String,
    /// The user's OCID.
    pub user: String,
    /// The public key's fingerprint, in lower case.
    pub fingerprint: String,
    /// The private key.
    pub key: SigningKey,
}

/// A token and its session key.
#[derive(Clone)]
pub struct TokenKey {
    /// The kind of credential that the token belongs to.
    pub kind: CredentialKind,
    /// The token.
    pub token: Token,
    /// The session key's private half.
    pub key: SigningKey,
}

/// An instance's certificate, as far as a signature needs it.
#[derive(Clone)]
pub struct CertificateKey {
    /// The instance's tenancy.
    pub tenancy: String,
    /// The SHA-256 of the certificate, in lower-case pairs with colons.
    pub fingerprint: String,
    /// The certificate's private key.
    pub key: SigningKey,
}

/// A private key that makes signatures by RSASSA-PKCS1-v1_5 with SHA-256.
#[derive(Clone)]
pub struct SigningKey(Arc<KeyPair>);

/// The key has a size or form that no signature is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRefused;

/// The cryptographic library made no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningFailed;

/// A request, exactly as it goes on the wire.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The address; path and query are signed as they stand here.
    pub url: &'a Url,
    /// The body.
    pub body: Body<'a>,
}

/// The body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// No body, as in a GET.
    None,
    /// A body that the signature covers; a POST or PUT without content has an empty one.
    Signed {
        /// The header `content-type`.
        content_type: &'a str,
        /// The content.
        bytes: &'a [u8],
    },
    /// A body that the signature does not cover, as Object Storage takes it from `PutObject` and `UploadPart`.
    Unsigned {
        /// The header `content-type`.
        content_type: &'a str,
        /// The content.
        bytes: &'a [u8],
    },
}

/// A header's name, in lower case, and its value.
pub type Header = (&'static str, String);

impl Signer {
    /// The name of the key in a signature. That of a token holds the token.
    fn key_id(&self) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::ApiKey(key) => key.key_id(),
            Self::Token(TokenKey { token, .. }) => format!("ST${}", token.reveal()),
            Self::Certificate(key) => {
                format!("{}/fed-x509-sha256/{}", key.tenancy, key.fingerprint)
            }
        })
    }

    /// The token, where the signer has one.
    pub(crate) fn token(&self) -> Option<&Token> {
        match self {
            Self::Token(held) => Some(&held.token),
            Self::ApiKey(_) | Self::Certificate(_) => None,
        }
    }

    /// The problem that a 401 means for this kind of signer.
    pub fn not_authenticated(&self, answer: Answer) -> Problem {
        match self {
            Self::ApiKey(key) => Problem::Service(ServiceProblem::NotAuthenticated {
                user: key.user.clone(),
                fingerprint: key.fingerprint.clone(),
                answer,
            }),
            Self::Token(TokenKey { kind, .. }) => Problem::Service(ServiceProblem::TokenRefused {
                kind: *kind,
                answer,
            }),
            Self::Certificate(_) => Problem::Credential(CredentialProblem::Federation(answer)),
        }
    }

    /// The headers of the signed request, `authorization` last.
    ///
    /// # Errors
    /// [`SigningFailed`] when the cryptographic library makes no signature, for want of memory or random numbers.
    pub fn sign(
        &self,
        request: &Request<'_>,
        date: SystemTime,
    ) -> Result<Vec<Header>, SigningFailed> {
        let (Self::ApiKey(ApiKey { key, .. })
        | Self::Token(TokenKey { key, .. })
        | Self::Certificate(CertificateKey { key, .. })) = self;
        let mut headers = vec![("date", httpdate::fmt_http_date(date))];
        // The vendor's SDKs sign no host for the federation request.
        if !matches!(self, Self::Certificate(_)) {
            headers.push(("host", authority(request.url)));
        }
        if let Body::Signed {
            content_type,
            bytes,
        } = request.body
        {
            headers.push(("content-length", bytes.len().to_string()));
            headers.push(("content-type", content_type.to_owned()));
            headers.push(("x-content-sha256", STANDARD.encode(Sha256::digest(bytes))));
        }
        let signature = key.sign(signing_string(request, &headers).as_bytes())?;
        let mut names = vec!["date", "(request-target)"];
        names.extend(headers.iter().skip(1).map(|(name, _)| *name));
        let authorization = format!(
            r#"Signature version="1",keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{}""#,
            *self.key_id(),
            names.join(" "),
            STANDARD.encode(signature),
        );
        if let Body::Unsigned {
            content_type,
            bytes,
        } = request.body
        {
            headers.push(("content-length", bytes.len().to_string()));
            headers.push(("content-type", content_type.to_owned()));
        }
        headers.push(("authorization", authorization));
        Ok(headers)
    }
}

impl ApiKey {
    fn key_id(&self) -> String {
        format!("{}/{}/{}", self.tenancy, self.user, self.fingerprint)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("key_id", &self.key_id())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateKey")
            .field("tenancy", &self.tenancy)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Makes a key of 2048 bits, which takes up to a second.
    ///
    /// # Errors
    /// [`KeyRefused`] when the cryptographic library makes none, for want of memory or random numbers.
    pub(crate) fn generate() -> Result<Self, KeyRefused> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyRefused)?;
        Ok(Self(Arc::new(pair)))
    }

    /// The public half as DER of a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`KeyRefused`] when the cryptographic library does not write it.
    pub(crate) fn public_der(&self) -> Result<Vec<u8>, KeyRefused> {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().map_err(|_| KeyRefused)?;
        Ok(der.as_ref().to_vec())
    }

    /// The modulus, most significant byte first; empty where the cryptographic library does not write it.
    pub(crate) fn modulus(&self) -> Vec<u8> {
        // The library's own bytes of a public key are PKCS#1.
        let key = RsaPublicKeyRef::from_der(self.0.public_key().as_ref());
        key.map(|key| key.modulus.as_bytes().to_vec())
            .unwrap_or_default()
    }

    /// The signing half of `key`; the DER text that carries it is wiped.
    ///
    /// # Errors
    /// [`KeyRefused`] when `key` has fewer than 2048 or more than 8192 bits, or other than two primes.
    pub fn new(key: &PrivateKey) -> Result<Self, KeyRefused> {
        let der = key.to_pkcs1_der().map_err(|_| KeyRefused)?;
        let pair = KeyPair::from_der(der.as_bytes()).map_err(|_| KeyRefused)?;
        Ok(Self(Arc::new(pair)))
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, SigningFailed> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text,
                &mut signature,
            )
            .map_err(|_| SigningFailed)?;
        Ok(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").finish_non_exhaustive()
    }
}

impl<'a> Body<'a> {
    /// The content, where there is a body.
    pub fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::None => None,
            Self::Signed { bytes, .. } | Self::Unsigned { bytes, .. } => Some(bytes),
        }
    }
}

/// The text that is signed: `name: value` a line, `(request-target)` after the date, as the vendor's SDKs order them.
fn signing_string(request: &Request<'_>, headers: &[Header]) -> String {
    let target = match request.url.query() {
        Some(query) => format!("{}?{query}", request.url.path()),
        None => request.url.path().to_owned(),
    };
    let mut lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.insert(
        1,
        format!(
            "(request-target): {} {target}",
            request.method.as_str().to_ascii_lowercase()
        ),
    );
    lines.join("\n")
}

/// Host and, where it is not the scheme's own, port.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
