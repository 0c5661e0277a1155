//! Request signature version 1 (draft-cavage-http-signatures-08 with the
//! service's choice of headers): a pure function of request, credential and date.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Url};
use rsa::rand_core::OsRng;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use sha2::{Digest, Sha256};

use super::credential::Credential;

/// The type of every body that is sent.
const CONTENT_TYPE: &str = "application/json";

/// What is signed, exactly as it goes on the wire.
#[derive(Clone, Debug)]
pub struct Unsigned<'a> {
    /// The method.
    pub method: Method,
    /// The address; path and query are signed as they stand here.
    pub url: &'a Url,
    /// The body, for a method that has one.
    pub body: Option<&'a [u8]>,
}

/// A header's name, in lower case, and its value.
pub type Header = (&'static str, String);

/// The headers of the signed request, `authorization` last.
///
/// # Errors
/// When the operating system gives no random numbers: the signature is
/// deterministic, but its computation is blinded against timing (RUSTSEC-2023-0071).
pub fn sign(
    credential: &Credential,
    request: &Unsigned<'_>,
    date: SystemTime,
) -> Result<Vec<Header>, rsa::signature::Error> {
    let mut headers = vec![
        ("date", httpdate::fmt_http_date(date)),
        ("host", authority(request.url)),
    ];
    if let Some(body) = request.body {
        headers.push(("content-length", body.len().to_string()));
        headers.push(("content-type", CONTENT_TYPE.to_owned()));
        headers.push(("x-content-sha256", STANDARD.encode(Sha256::digest(body))));
    }
    let text = signing_string(request, &headers);
    let signature = credential
        .key
        .try_sign_with_rng(&mut OsRng, text.as_bytes())?;
    let mut names = vec!["date", "(request-target)"];
    names.extend(headers.iter().skip(1).map(|(name, _)| *name));
    let authorization = format!(
        r#"Signature version="1",keyId="{}",algorithm="rsa-sha256",headers="{}",signature="{}""#,
        credential.key_id(),
        names.join(" "),
        STANDARD.encode(signature.to_bytes()),
    );
    headers.push(("authorization", authorization));
    Ok(headers)
}

/// `name: value` a line, `(request-target)` after the date, as the vendor's SDKs order them.
fn signing_string(request: &Unsigned<'_>, headers: &[Header]) -> String {
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
