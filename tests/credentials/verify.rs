//! Signatures as the service verifies them: those of the services, and that of the federation request, which no SDK of
//! the vendor signs the host of.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};
use rsa::PublicKey;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::signature::Verifier as _;
use sha2::{Digest as _, Sha256};

use crate::other_service::signature::only;

/// The `Authorization` header.
pub(super) struct Claim {
    pub(super) key_id: String,
    names: Vec<String>,
    signature: Vec<u8>,
}

/// The headers that a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needed {
    /// Those of every service.
    Service,
    /// Those of the federation request, and no other.
    Federation,
}

impl Claim {
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = only(headers, "authorization")?;
        let text = text.strip_prefix("Signature ")?;
        let value = |name: &str| {
            let at = text.find(&format!("{name}=\""))? + name.len() + 2;
            text[at..].split('"').next()
        };
        let is_known = value("version") == Some("1") && value("algorithm") == Some("rsa-sha256");
        is_known.then_some(())?;
        Some(Self {
            key_id: value("keyId")?.to_owned(),
            names: value("headers")?.split(' ').map(str::to_owned).collect(),
            signature: STANDARD.decode(value("signature")?).ok()?,
        })
    }

    /// Refuses a request that is not signed by `key`, or not as it must be at `now`.
    pub(super) fn check(
        &self,
        head: &Parts,
        body: &[u8],
        key: &PublicKey,
        needed: Needed,
        now: SystemTime,
    ) -> Result<(), String> {
        let posts = head.method == Method::POST;
        let mut names = vec!["date", "(request-target)"];
        if needed == Needed::Service {
            names.push("host");
        }
        if posts {
            names.extend(["content-length", "content-type", "x-content-sha256"]);
        }
        let mut own: Vec<&str> = self.names.iter().map(String::as_str).collect();
        own.sort_unstable();
        names.sort_unstable();
        if own != names {
            return Err(format!("headers {own:?}"));
        }
        let header = |name: &str| only(&head.headers, name).ok_or_else(|| format!("no {name}"));
        if posts {
            let digest = STANDARD.encode(Sha256::digest(body));
            let length = body.len().to_string();
            if header("x-content-sha256")? != digest || header("content-length")? != length {
                return Err("Failed to verify the HTTP(S) Signature".to_owned());
            }
        }
        let date = httpdate::parse_http_date(header("date")?).map_err(|_| "date")?;
        let tolerance = Duration::from_secs(300);
        if date + tolerance < now || date > now + tolerance {
            return Err("Date is not within allowed clock skew".to_owned());
        }
        let target = head
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let mut lines = Vec::new();
        for name in &self.names {
            let method = head.method.as_str().to_lowercase();
            lines.push(match name.as_str() {
                "(request-target)" => format!("{name}: {method} {target}"),
                name => format!("{name}: {}", header(name)?),
            });
        }
        let signature = Signature::try_from(self.signature.as_slice()).map_err(|_| "signature")?;
        VerifyingKey::<Sha256>::new(key.clone())
            .verify(lines.join("\n").as_bytes(), &signature)
            .map_err(|_| "Failed to verify the HTTP(S) Signature".to_owned())
    }
}
