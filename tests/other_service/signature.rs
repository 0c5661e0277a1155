//! Request signatures, version 1: taken apart and verified by hand, apart from the hash and the big numbers.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use hyper::{HeaderMap, Method};
use num_bigint::BigUint;
use sha2::{Digest as _, Sha256};

/// An RSA key to verify with.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    modulus: BigUint,
    exponent: BigUint,
    length: usize,
}

/// The front of a `DigestInfo` for SHA-256, RFC 8017 section 9.2.
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// `rsaEncryption` as its bytes.
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

impl PublicKey {
    /// Reads a `PUBLIC KEY` block.
    pub(crate) fn from_pem(pem: &str) -> Option<Self> {
        let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
        let (text, _) = rest.split_once("-----END PUBLIC KEY-----")?;
        let text: String = text.split_whitespace().collect();
        let der = STANDARD.decode(text).ok()?;

        let (whole, _) = element(&der, 0x30)?;
        let (algorithm, rest) = element(whole, 0x30)?;
        let (object, _) = element(algorithm, 0x06)?;
        let (bits, _) = element(rest, 0x03)?;
        let (&unused, key) = bits.split_first()?;
        if object != RSA || unused != 0 {
            return None;
        }
        let (key, _) = element(key, 0x30)?;
        let (modulus, rest) = element(key, 0x02)?;
        let (exponent, _) = element(rest, 0x02)?;
        let modulus = BigUint::from_bytes_be(modulus);
        Some(Self {
            length: modulus.to_bytes_be().len(),
            modulus,
            exponent: BigUint::from_bytes_be(exponent),
        })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let number = BigUint::from_bytes_be(signature);
        if signature.len() != self.length || number >= self.modulus {
            return false;
        }
        let opened = number.modpow(&self.exponent, &self.modulus).to_bytes_be();

        // to_bytes_be drops the leading 00.
        let tail = DIGEST_INFO.len() + 32;
        let Some(padding) = self.length.checked_sub(tail + 3).filter(|n| *n >= 8) else {
            return false;
        };
        let mut expected = vec![0x01];
        expected.extend(std::iter::repeat_n(0xff, padding));
        expected.push(0x00);
        expected.extend(DIGEST_INFO);
        expected.extend(sha256(message));
        opened == expected
    }
}

/// One DER element of that tag: its content, and what follows.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let mut length = usize::from(first);
    if first >= 0x80 {
        let (octets, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        length = octets.iter().try_fold(0_usize, |sum, octet| {
            sum.checked_mul(256)?.checked_add(usize::from(*octet))
        })?;
        rest = after;
    }
    rest.split_at_checked(length)
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// What the `Authorization` header says.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) key_id: String,
    names: Vec<String>,
    signature: Vec<u8>,
}

const INCOMPLETE: &str =
    "The required information to complete authentication was not provided or was incorrect.";

/// Checks all but the signature itself: presence, shape, the body's hash, and the date.
pub(crate) fn claim(
    method: &Method,
    headers: &HeaderMap,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<Claim, String> {
    let claim = shape(headers).ok_or(INCOMPLETE)?;
    let has = |name: &str| claim.names.iter().any(|listed| listed == name);
    let mut needed = vec!["(request-target)", "host"];
    if method == Method::POST {
        needed.extend(["content-length", "content-type", "x-content-sha256"]);
    }
    if !needed.into_iter().all(has) || !(has("date") || has("x-date")) {
        return Err(INCOMPLETE.to_owned());
    }
    if method == Method::POST {
        let said = only(headers, "x-content-sha256").ok_or(INCOMPLETE)?;
        let length = only(headers, "content-length").ok_or(INCOMPLETE)?;
        if said != STANDARD.encode(sha256(body)) || length != body.len().to_string() {
            return Err(INCOMPLETE.to_owned());
        }
    }
    // With both, the service goes by x-date.
    let name = if headers.contains_key("x-date") {
        "x-date"
    } else {
        "date"
    };
    let text = only(headers, name).ok_or(INCOMPLETE)?;
    let date = NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT")
        .map_err(|_| INCOMPLETE)?
        .and_utc();
    let earliest = now - TimeDelta::seconds(300);
    let latest = now + TimeDelta::seconds(301);
    if date < earliest || date > latest {
        let form = |at: DateTime<Utc>| at.format("%a, %d %b %Y %H:%M:%S UTC").to_string();
        return Err(format!(
            "Date '{}' is not within allowed clock skew. Current '{}', valid datetime range: ['{}', '{}']",
            form(date),
            form(now),
            form(earliest),
            form(latest)
        ));
    }
    Ok(claim)
}

/// Verifies the signature over the lines it lists.
pub(crate) fn verify(
    claim: &Claim,
    key: &PublicKey,
    method: &Method,
    target: &str,
    headers: &HeaderMap,
) -> Result<(), String> {
    let mut lines = Vec::new();
    for name in &claim.names {
        let value = if name == "(request-target)" {
            format!("{} {target}", method.as_str().to_ascii_lowercase())
        } else {
            only(headers, name).ok_or(INCOMPLETE)?.to_owned()
        };
        lines.push(format!("{name}: {value}"));
    }
    if key.verifies(lines.join("\n").as_bytes(), &claim.signature) {
        Ok(())
    } else {
        Err("Failed to verify the HTTP(S) Signature".to_owned())
    }
}

fn shape(headers: &HeaderMap) -> Option<Claim> {
    let text = only(headers, "authorization")?;
    let (scheme, mut rest) = text.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("signature") {
        return None;
    }
    let mut key_id = None;
    let mut algorithm = None;
    let mut names = None;
    let mut signature = None;
    let mut version = None;
    loop {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        let place = match name.trim() {
            "keyId" => &mut key_id,
            "algorithm" => &mut algorithm,
            "headers" => &mut names,
            "signature" => &mut signature,
            "version" => &mut version,
            _ => return None,
        };
        if place.replace(value).is_some() {
            return None;
        }
        match after.trim_start().strip_prefix(',') {
            Some(more) => rest = more,
            None if after.trim().is_empty() => break,
            None => return None,
        }
    }
    // Without a version the current one is meant.
    if version.unwrap_or("1") != "1" || algorithm != Some("rsa-sha256") {
        return None;
    }
    let names: Vec<String> = names?.split(' ').map(str::to_owned).collect();
    let lower = names.iter().all(|name| *name == name.to_ascii_lowercase());
    lower.then_some(Claim {
        key_id: key_id?.to_owned(),
        names,
        signature: STANDARD.decode(signature?).ok()?,
    })
}

/// The header's value if it is there exactly once.
pub(crate) fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    let one = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(one)
}
