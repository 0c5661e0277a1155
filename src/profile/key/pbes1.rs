//! The first ways of encrypting a PKCS#8 key: PBES1 (RFC 8018, 6.1) and the schemes of PKCS#12 (RFC 7292, appendix C),
//! with DES and triple DES. OpenSSL writes them by `-v1`, and old tools know no other.
//!
//! RC2, RC4 and MD2 are refused: no crate that comes with the program has them, and OpenSSL converts such keys.

use des::{Des, TdesEde2, TdesEde3};
use md5::Md5;
use md5::digest::Digest;
use pkcs8::der::Decode;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::encryption::{MAX_ITERATIONS, MAX_SALT_BYTES, decrypt_cbc};
use crate::failure::KeyProblem;

/// Size of a block of DES, and of its initialization vector.
const BLOCK: usize = 8;
/// Size of a block of SHA-1, which PKCS#12 fills with salt and passphrase.
const SHA1_BLOCK: usize = 64;
const SHA1_BYTES: usize = 20;

/// A scheme: how the key is derived, and the cipher.
#[derive(Clone, Copy, Debug)]
struct Scheme {
    derivation: Derivation,
    cipher: Cipher,
}

#[derive(Clone, Copy, Debug)]
enum Derivation {
    /// PBKDF1 with MD5.
    Md5,
    /// PBKDF1 with SHA-1.
    Sha1,
    /// The derivation of PKCS#12 with SHA-1.
    Pkcs12,
}

#[derive(Clone, Copy, Debug)]
enum Cipher {
    Des,
    Des2,
    Des3,
}

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const fn scheme(derivation: Derivation, cipher: Cipher) -> Scheme {
    Scheme { derivation, cipher }
}

const SCHEMES: [(ObjectIdentifier, Scheme); 4] = [
    (
        oid("1.2.840.113549.1.5.3"),
        scheme(Derivation::Md5, Cipher::Des),
    ),
    (
        oid("1.2.840.113549.1.5.10"),
        scheme(Derivation::Sha1, Cipher::Des),
    ),
    (
        oid("1.2.840.113549.1.12.1.3"),
        scheme(Derivation::Pkcs12, Cipher::Des3),
    ),
    (
        oid("1.2.840.113549.1.12.1.4"),
        scheme(Derivation::Pkcs12, Cipher::Des2),
    ),
];

/// Opens `data`, which a scheme of that name has encrypted.
///
/// # Errors
/// [`KeyProblem::UnsupportedEncryption`] for any other scheme.
pub(super) fn open(
    name: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    data: &[u8],
    pass_phrase: Option<&str>,
) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let scheme = SCHEMES.iter().find(|(own, _)| *own == name);
    let (_, scheme) = scheme.ok_or(KeyProblem::UnsupportedEncryption)?;
    let (salt, iterations) = parameters
        .and_then(|parameters| {
            let read = parameters.sequence(|fields| {
                let salt = <&OctetStringRef>::decode(fields)?.as_bytes();
                Ok::<_, pkcs8::der::Error>((salt, u64::decode(fields)?))
            });
            read.ok()
        })
        .ok_or(KeyProblem::Damaged)?;
    if salt.len() > MAX_SALT_BYTES {
        return Err(KeyProblem::UnsupportedEncryption);
    }
    if iterations > u64::from(MAX_ITERATIONS) {
        return Err(KeyProblem::DerivationTooCostly);
    }
    let pass_phrase = pass_phrase.ok_or(KeyProblem::PassphraseMissing)?;
    scheme.decrypted(pass_phrase, salt, iterations, data)
}

impl Scheme {
    fn decrypted(
        self,
        pass_phrase: &str,
        salt: &[u8],
        iterations: u64,
        data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
        let length = match self.cipher {
            Cipher::Des => 8,
            Cipher::Des2 => 16,
            Cipher::Des3 => 24,
        };
        let (key, iv) = match self.derivation {
            Derivation::Md5 => pbkdf1::<Md5>(pass_phrase, salt, iterations),
            Derivation::Sha1 => pbkdf1::<Sha1>(pass_phrase, salt, iterations),
            Derivation::Pkcs12 => {
                let secret = wide(pass_phrase);
                let derive = |purpose, bytes| pkcs12(purpose, &secret, salt, iterations, bytes);
                (derive(1, length), derive(2, BLOCK))
            }
        };
        let mut content = Zeroizing::new(data.to_vec());
        let length = match self.cipher {
            Cipher::Des => decrypt_cbc::<Des>(&key, &iv, &mut content),
            Cipher::Des2 => decrypt_cbc::<TdesEde2>(&key, &iv, &mut content),
            Cipher::Des3 => decrypt_cbc::<TdesEde3>(&key, &iv, &mut content),
        }?;
        content.truncate(length);
        Ok(content)
    }
}

type Bytes = Zeroizing<Vec<u8>>;

/// The key of DES and the initialization vector, by PBKDF1 (RFC 8018, 5.1).
fn pbkdf1<D: Digest>(pass_phrase: &str, salt: &[u8], iterations: u64) -> (Bytes, Bytes) {
    let first = D::new()
        .chain_update(pass_phrase)
        .chain_update(salt)
        .finalize();
    let mut derived = Zeroizing::new(first.to_vec());
    for _ in 1..iterations {
        let next = D::digest(&*derived);
        derived.copy_from_slice(&next);
    }
    let part = |from: usize| Zeroizing::new(derived[from..from + BLOCK].to_vec());
    (part(0), part(BLOCK))
}

/// A passphrase as PKCS#12 has it: UTF-16, highest byte first, and a zero at the end.
fn wide(pass_phrase: &str) -> Bytes {
    let units = pass_phrase.encode_utf16().chain([0]);
    Zeroizing::new(units.flat_map(u16::to_be_bytes).collect())
}

/// Derives `length` bytes for `purpose` (RFC 7292, B.2).
fn pkcs12(purpose: u8, secret: &[u8], salt: &[u8], iterations: u64, length: usize) -> Bytes {
    let filled = |part: &[u8]| -> Vec<u8> {
        let length = part.len().div_ceil(SHA1_BLOCK) * SHA1_BLOCK;
        part.iter().copied().cycle().take(length).collect()
    };
    let mut input = Zeroizing::new([filled(salt), filled(secret)].concat());
    let mut derived = Zeroizing::new(Vec::with_capacity(length + SHA1_BYTES));
    while derived.len() < length {
        let mut digest = Sha1::new()
            .chain_update([purpose; SHA1_BLOCK])
            .chain_update(&*input)
            .finalize();
        for _ in 1..iterations {
            digest = Sha1::digest(digest);
        }
        derived.extend_from_slice(&digest);
        // Each block of the input grows by the digest and one.
        for block in input.chunks_exact_mut(SHA1_BLOCK) {
            let digits = digest.iter().cycle().take(SHA1_BLOCK);
            let added: Vec<u8> = digits.copied().collect();
            let mut carry = 1_u16;
            for (byte, more) in block.iter_mut().zip(added).rev() {
                let sum = u16::from(*byte) + u16::from(more) + carry;
                [_, *byte] = sum.to_be_bytes();
                carry = sum >> 8;
            }
        }
    }
    derived.truncate(length);
    derived
}
