//! A client's private key file: from the PEM text that people's tools leave to an RSA key that
//! signs, or to the reason why it is none.
//!
//! It takes what the vendor's Python SDK takes, whose loader (`cryptography`) reads PEM with the
//! crate `pem`, and a few forms more; it refuses keys that the service refuses, and does so before
//! any costly step with a hostile one. Signing itself is `oci`'s.
//!
//! Text, content and key are wiped when they are dropped. What is computed between them is not
//! ours to wipe: `rsa` 0.9 leaves the numbers that it checks and signs with in freed memory, and
//! the hashes leave the state that a passphrase went through (see `encryption`).

mod block;
mod encryption;
#[cfg(test)]
mod tests;

use std::path::Path;

use md5::{Digest, Md5};
use pkcs8::PrivateKeyInfo;
use pkcs8::der::Decode;
use rsa::pkcs1::{self, UintRef};
use rsa::pkcs8::EncodePublicKey;
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};

use self::block::key_block;
use crate::failure::KeyProblem;
use crate::profile::file::read_bounded;
use crate::text::printable;

/// Ten times a key of `MAX_BITS`.
const MAX_FILE_BYTES: usize = 64 * 1024;

/// What the service takes at least:
/// <https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm>.
const MIN_BITS: usize = 2048;

/// Beyond what anyone uses; a signature's time grows with the cube of it.
const MAX_BITS: usize = 8192;

/// What is shown of the label of a PEM that is no key.
const LONGEST_LABEL: usize = 40;

/// The key in the file at `path`.
///
/// # Errors
///
/// Where the file cannot be read, or holds no key that signs.
pub fn load(path: &Path, pass_phrase: Option<&str>) -> Result<RsaPrivateKey, KeyProblem> {
    let text = read_bounded(path, MAX_FILE_BYTES).map_err(KeyProblem::File)?;
    parse(&text, pass_phrase)
}

/// Whether `key` is the one that `fingerprint` names.
///
/// # Errors
///
/// [`KeyProblem::FingerprintDiffers`] with both.
pub fn confirm(key: &RsaPublicKey, fingerprint: &str) -> Result<(), KeyProblem> {
    let own = self::fingerprint(key)?;
    if own.eq_ignore_ascii_case(fingerprint) {
        return Ok(());
    }
    Err(KeyProblem::FingerprintDiffers {
        config: fingerprint.to_owned(),
        key: own,
    })
}

/// The RSA key in a PEM text: its first private key, ready to sign.
///
/// An empty passphrase is none, and one for a key that is not encrypted is passed over, as by
/// the vendor's SDK: it may stand in a config for another key.
///
/// # Errors
///
/// Where there is no such key, it cannot be opened, or the service would not take it.
pub fn parse(pem: &[u8], pass_phrase: Option<&str>) -> Result<RsaPrivateKey, KeyProblem> {
    let block = key_block(pem)?;
    let pass_phrase = pass_phrase.filter(|phrase| !phrase.is_empty());
    match (block.label.as_str(), &block.encryption) {
        ("PRIVATE KEY", _) => checked(&from_pkcs8(&block.content)?),
        ("ENCRYPTED PRIVATE KEY", _) => {
            let opened = encryption::open_pkcs8(&block.content, pass_phrase)?;
            checked(&from_pkcs8(&opened).map_err(after_decryption)?)
        }
        ("RSA PRIVATE KEY", None) => checked(&from_pkcs1(&block.content)?),
        ("RSA PRIVATE KEY", Some(dek_info)) => {
            let opened = encryption::open_legacy(block.content, dek_info, pass_phrase)?;
            checked(&from_pkcs1(&opened).map_err(after_decryption)?)
        }
        (label, _) => Err(not_a_private_key(label)),
    }
}

/// What the console calls the key's fingerprint: the MD5 of its DER `SubjectPublicKeyInfo` as
/// sixteen lower-case hexadecimal pairs with colons.
///
/// # Errors
///
/// Where the key cannot be written as DER, which no key from `parse` is too large for.
pub fn fingerprint(key: &RsaPublicKey) -> Result<String, KeyProblem> {
    let der = key.to_public_key_der().map_err(|_| KeyProblem::Damaged)?;
    let pairs: Vec<String> = Md5::digest(der.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(pairs.join(":"))
}

fn not_a_private_key(label: &str) -> KeyProblem {
    match label {
        "PUBLIC KEY" | "RSA PUBLIC KEY" => KeyProblem::PublicKey,
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => KeyProblem::Certificate,
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => KeyProblem::NotRsa,
        "OPENSSH PRIVATE KEY" => KeyProblem::OpenSsh,
        _ => KeyProblem::OtherPem {
            label: printable(label, LONGEST_LABEL),
        },
    }
}

/// The numbers in a PKCS#8 `PrivateKeyInfo`. The parameters, which are NULL for RSA, say nothing.
fn from_pkcs8(der: &[u8]) -> Result<pkcs1::RsaPrivateKey<'_>, KeyProblem> {
    let info = PrivateKeyInfo::from_der(der).map_err(|_| KeyProblem::Damaged)?;
    if info.algorithm.oid != pkcs1::ALGORITHM_OID {
        return Err(KeyProblem::NotRsa);
    }
    from_pkcs1(info.private_key)
}

/// The numbers in a PKCS#1 `RSAPrivateKey`.
fn from_pkcs1(der: &[u8]) -> Result<pkcs1::RsaPrivateKey<'_>, KeyProblem> {
    pkcs1::RsaPrivateKey::from_der(der).map_err(|_| KeyProblem::Damaged)
}

/// Decrypted with another passphrase, one text in 256 still ends as padding does: it is garbage.
fn after_decryption(problem: KeyProblem) -> KeyProblem {
    match problem {
        KeyProblem::Damaged => KeyProblem::PassphraseWrong,
        other => other,
    }
}

/// The key, with its size checked, its numbers fitting together, and what speeds up signing
/// computed.
fn checked(key: &pkcs1::RsaPrivateKey<'_>) -> Result<RsaPrivateKey, KeyProblem> {
    let modulus = number(key.modulus);
    match modulus.bits() {
        bits if bits < MIN_BITS => return Err(KeyProblem::TooShort { bits }),
        bits if bits > MAX_BITS => return Err(KeyProblem::TooLong { bits }),
        _ => {}
    }
    let exponent = number(key.public_exponent);
    let primes = vec![number(key.prime1), number(key.prime2)];
    RsaPrivateKey::from_components(modulus, exponent, number(key.private_exponent), primes)
        .and_then(|mut key| {
            // `from_components` validates, but passes over a failure of this: two equal primes.
            key.precompute()?;
            Ok(key)
        })
        .map_err(|_| KeyProblem::Damaged)
}

fn number(digits: UintRef<'_>) -> BigUint {
    BigUint::from_bytes_be(digits.as_bytes())
}
