//! A client's private key file: from the PEM text that people's tools leave to an RSA key that
//! signs, or to the reason why it is none.
//!
//! It takes what the vendor's Python SDK takes, whose loader (`cryptography`) reads PEM with the
//! crate `pem`, but for RC2 and RC4, and more forms than that; it refuses keys that the service refuses, and does so
//! before any costly step with a hostile one. Signing itself is the work of `oci::signer`.
//!
//! Text, content and key are wiped when they are dropped. Intermediate values belong to the libraries: `rsa`
//! leaves numbers of its checks in freed memory, and the hashes leave the state that a passphrase went through
//! (see `encryption`).

mod block;
mod der;
mod encryption;
mod form;
mod pbes1;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::thread;
use std::time::Duration;

use md5::{Digest, Md5};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::Decode;
use rsa::pkcs1::{self, RsaPrivateKeyRef};
use rsa::pkcs8::EncodePublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{PrivateKey, PublicKey};

use self::block::{PemBlock, broken_fence, frames};
use self::form::KeyContent;
use crate::failure::{Failure, FileProblem, KeyForm, KeyProblem};
use crate::oci::signer::SigningKey;
use crate::profile::config::KeyFile;
use crate::profile::file::read_bounded;
use crate::text::{pairs, printable};

/// Ten times a key of `MAX_BITS`.
pub(crate) const MAX_FILE_BYTES: usize = 64 * 1024;

/// Tries to open a file while too many are open, and the pause between two: five seconds in all.
const MOST_TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Smallest key that the service accepts: <https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm>.
const MIN_BITS: usize = 2048;

/// Beyond what anyone uses; a signature's time grows with the cube of it.
const MAX_BITS: usize = 8192;

/// Keys of a file that a wrong passphrase is tried on.
const MOST_WRONG: usize = 2;

/// Longest part of the label that is shown of a PEM that is no key.
const LONGEST_LABEL: usize = 40;

/// A key that was read and checked: its public half, and the private one as it signs.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The public half.
    pub public: PublicKey,
    /// The private half.
    pub signing: SigningKey,
}

impl KeyPair {
    /// The two halves of `key`.
    ///
    /// # Errors
    ///
    /// [`KeyProblem::Damaged`] where the library that signs does not take a key that `rsa` has checked.
    pub fn new(key: &PrivateKey) -> Result<Self, KeyProblem> {
        Ok(Self {
            public: key.to_public_key(),
            signing: SigningKey::new(key).map_err(|_| KeyProblem::Damaged)?,
        })
    }

    /// The key in the content of a file, as [`parse`] reads it.
    ///
    /// # Errors
    ///
    /// As those of [`parse`] and [`Self::new`].
    pub(crate) fn parse(bytes: &[u8], pass_phrase: Option<&str>) -> Result<Self, KeyProblem> {
        Self::new(&parse(bytes, pass_phrase)?)
    }

    /// The key's size in bits.
    pub(crate) fn bits(&self) -> usize {
        self.public.n().bit_width() as usize
    }
}

/// The key in the file at `path`.
///
/// # Errors
///
/// Where the file cannot be read, or holds no key that signs.
pub(crate) fn load(path: &Path, pass_phrase: Option<&str>) -> Result<KeyPair, KeyProblem> {
    let mut tries = 0;
    let text = loop {
        tries += 1;
        match read_bounded(path, MAX_FILE_BYTES) {
            // Requests of other clients close their connections.
            Err(FileProblem::Other(error)) if error.is_want_of_files() && tries < MOST_TRIES => {
                thread::sleep(PAUSE);
            }
            read => break read.map_err(KeyProblem::File)?,
        }
    };
    KeyPair::parse(&text, pass_phrase)
}

/// The key that a config names.
///
/// # Errors
///
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn load_file(file: &KeyFile) -> Result<KeyPair, Failure> {
    let pass_phrase = file.pass_phrase.as_ref().map(|phrase| phrase.reveal());
    let loaded = match &file.content {
        Some(content) => KeyPair::parse(content.reveal(), pass_phrase),
        None => load(&file.path, pass_phrase),
    };
    loaded.map_err(|problem| file.failure(problem))
}

/// Whether `key` is the one that `fingerprint` names.
///
/// # Errors
///
/// [`KeyProblem::FingerprintDiffers`] with both.
pub(crate) fn confirm(key: &PublicKey, fingerprint: &str) -> Result<(), KeyProblem> {
    let own = self::fingerprint(key)?;
    if own.eq_ignore_ascii_case(fingerprint) {
        return Ok(());
    }
    Err(KeyProblem::FingerprintDiffers {
        config: fingerprint.to_owned(),
        key: own,
    })
}

/// The RSA key in the content of a file: its first private key that opens, ready to sign.
///
/// An empty passphrase is none, and one for a key that is not encrypted is passed over, as by
/// the vendor's SDK: it may stand in a config for another key.
///
/// # Errors
///
/// Where there is no such key, it cannot be opened, or the service would not take it.
pub fn parse(bytes: &[u8], pass_phrase: Option<&str>) -> Result<PrivateKey, KeyProblem> {
    let pass_phrase = pass_phrase.filter(|phrase| !phrase.is_empty());
    let content = form::content(bytes)?;
    match &content {
        KeyContent::Pem(text) => from_pem(text, pass_phrase),
        KeyContent::Der(der) => from_der(der, pass_phrase),
    }
}

/// The first private key of a PEM text that opens. A block that does not, or is none, does no harm to another; the first
/// problem that says more than damage counts.
fn from_pem(text: &[u8], pass_phrase: Option<&str>) -> Result<PrivateKey, KeyProblem> {
    let frames = frames(text);
    let mut problems = Vec::new();
    for frame in frames.iter().filter(|frame| frame.is_private()) {
        // A passphrase takes seconds to try, and a file holds dozens of keys.
        let tries = problems
            .iter()
            .filter(|problem| **problem == KeyProblem::PassphraseWrong);
        let pass_phrase = pass_phrase.filter(|_| tries.count() < MOST_WRONG);
        let block = frame.decoded();
        match block.and_then(|block| from_block(block, pass_phrase)) {
            Ok(key) => return Ok(key),
            Err(problem) => problems.push(problem),
        }
    }
    let telling = problems
        .iter()
        .find(|problem| **problem != KeyProblem::Damaged);
    let unusable = || frames.first().map(|frame| not_a_private_key(frame.label()));
    let problem = telling
        .cloned()
        .or_else(|| broken_fence(text).filter(|_| !problems.is_empty()))
        .or_else(|| problems.pop())
        .or_else(|| broken_fence(text))
        .or_else(unusable)
        .unwrap_or(KeyProblem::NotPem);
    Err(problem)
}

fn from_block(block: PemBlock, pass_phrase: Option<&str>) -> Result<PrivateKey, KeyProblem> {
    match (block.label.as_str(), &block.encryption) {
        ("RSA PRIVATE KEY", Some(dek_info)) => {
            let opened = encryption::open_legacy(block.content, dek_info, pass_phrase)?;
            checked(from_pkcs1(&opened).map_err(after_decryption)?)
        }
        // People write the labels by hand, and the content says which kind it is.
        ("PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" | "RSA PRIVATE KEY", _) => {
            from_der(&block.content, pass_phrase).map_err(|problem| match problem {
                KeyProblem::Form(KeyForm::Binary) => KeyProblem::Damaged,
                problem => problem,
            })
        }
        ("OPENSSH PRIVATE KEY", _) => Err(match is_openssh_rsa(&block.content) {
            true => KeyProblem::OpenSsh,
            false => KeyProblem::NotRsa,
        }),
        (label, _) => Err(not_a_private_key(label)),
    }
}

/// The key in a DER sequence that no label names.
fn from_der(der: &[u8], pass_phrase: Option<&str>) -> Result<PrivateKey, KeyProblem> {
    match der::kind(der)? {
        (der::DerKind::Pkcs1, der) => checked(from_pkcs1(der)?),
        (der::DerKind::Pkcs8, der) => checked(from_pkcs8(der)?),
        (der::DerKind::EncryptedPkcs8, der) => from_encrypted_pkcs8(der, pass_phrase),
    }
}

fn from_encrypted_pkcs8(der: &[u8], pass_phrase: Option<&str>) -> Result<PrivateKey, KeyProblem> {
    let opened = encryption::open_pkcs8(der, pass_phrase)?;
    checked(from_pkcs8(&opened).map_err(after_decryption)?)
}

/// Whether a key in OpenSSH's format is an RSA key, or damaged: the public key that comes first, in the clear, begins
/// with its kind (<https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key>).
fn is_openssh_rsa(content: &[u8]) -> bool {
    const RSA: &[u8] = b"\0\0\0\x07ssh-rsa";
    const OTHERS: [&[u8]; 5] = [
        b"ssh-ed25519",
        b"ecdsa-sha2-",
        b"ssh-dss",
        b"sk-ssh-",
        b"sk-ecdsa-",
    ];
    let start = &content[..content.len().min(1024)];
    let has = |mark: &[u8]| start.windows(mark.len()).any(|found| found == mark);
    has(RSA) || !OTHERS.iter().any(|mark| has(mark))
}

/// Returns the fingerprint as the console shows it: the MD5 of the key's DER `SubjectPublicKeyInfo` as sixteen
/// lower-case hexadecimal pairs with colons.
///
/// # Errors
///
/// Where the key cannot be written as DER, which no key from `parse` is too large for.
pub fn fingerprint(key: &PublicKey) -> Result<String, KeyProblem> {
    let der = key.to_public_key_der().map_err(|_| KeyProblem::Damaged)?;
    Ok(pairs(&Md5::digest(der.as_bytes())))
}

fn not_a_private_key(label: &str) -> KeyProblem {
    match label {
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => KeyProblem::Form(KeyForm::Request),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => KeyProblem::Certificate,
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => KeyProblem::NotRsa,
        "SSH2 ENCRYPTED PRIVATE KEY" => KeyProblem::Form(KeyForm::Ssh2),
        label if label.starts_with("PGP ") => KeyProblem::Form(KeyForm::Pgp),
        label if label.ends_with("PUBLIC KEY") => KeyProblem::PublicKey,
        _ => KeyProblem::OtherPem {
            label: printable(label, LONGEST_LABEL),
        },
    }
}

/// The numbers in a PKCS#8 `PrivateKeyInfo`. The parameters, which are NULL for RSA, say nothing.
fn from_pkcs8(der: &[u8]) -> Result<RsaPrivateKeyRef<'_>, KeyProblem> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| KeyProblem::Damaged)?;
    if info.algorithm.oid != pkcs1::ALGORITHM_OID {
        return Err(KeyProblem::NotRsa);
    }
    from_pkcs1(info.private_key.as_bytes())
}

/// The numbers in a PKCS#1 `RSAPrivateKey`.
fn from_pkcs1(der: &[u8]) -> Result<RsaPrivateKeyRef<'_>, KeyProblem> {
    RsaPrivateKeyRef::from_der(der).map_err(|_| KeyProblem::Damaged)
}

/// Decrypted with another passphrase, one text in 256 still ends as padding does: it is garbage.
fn after_decryption(problem: KeyProblem) -> KeyProblem {
    match problem {
        KeyProblem::Damaged => KeyProblem::PassphraseWrong,
        other => other,
    }
}

/// The key, with its size checked before its numbers are computed with, and its numbers fitting together.
fn checked(key: RsaPrivateKeyRef<'_>) -> Result<PrivateKey, KeyProblem> {
    match bits(key.modulus.as_bytes()) {
        bits if bits < MIN_BITS => return Err(KeyProblem::TooShort { bits }),
        bits if bits > MAX_BITS => return Err(KeyProblem::TooLong { bits }),
        _ => {}
    }
    PrivateKey::try_from(key).map_err(|_| KeyProblem::Damaged)
}

/// The bits of a number that is written without leading zeros.
fn bits(digits: &[u8]) -> usize {
    let unused = digits.first().map_or(0, |first| first.leading_zeros());
    digits.len() * 8 - unused as usize
}
