//! Opening of encrypted keys, PKCS#8's way (PBES2, RFC 8018) and OpenSSL's old one
//! (`Proc-Type: 4,ENCRYPTED`), with the work that a file can ask for bounded.
//!
//! PBES1 is in `pbes1`. Refused ciphers are broken or have no use here: RC2, RC4, single DES in PBES2, AES-GCM.
//!
//! Derived keys and decrypted content are wiped, and so are the ciphers' round keys. `pkcs5` 0.8 does not
//! wipe its derived key, nor do the hashes their state: both are on the stack.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use des::TdesEde3;
use md5::{Digest, Md5};
use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode, ErrorKind, Tag, Tagged};
use pkcs8::pkcs5::{self, pbes2};
use zeroize::Zeroizing;

use super::pbes1;
use crate::failure::KeyProblem;
use crate::text::hex_byte;

/// PBKDF2's iterations, which take a second at the most, with SHA-512. OpenSSL and the vendor's
/// CLI write 2048; OWASP asks for 600,000 with SHA-256:
/// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>.
pub(super) const MAX_ITERATIONS: u32 = 1_000_000;

/// scrypt's N r p. They take half a second at the most, and 128 r (N + p) bytes: 64 MiB.
/// OpenSSL writes 16,384 * 8 * 1, a quarter.
const MAX_SCRYPT_WORK: u64 = 1 << 19;

/// The longest salt that `pkcs5` has room for. OpenSSL writes 8 or 16 bytes.
pub(super) const MAX_SALT_BYTES: usize = pbes2::Salt::MAX_LEN;

/// The `PrivateKeyInfo` in an `EncryptedPrivateKeyInfo` (RFC 5958, 3).
pub(super) fn open_pkcs8(
    der: &[u8],
    pass_phrase: Option<&str>,
) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let (scheme, data) = envelope(der)?;
    if scheme.oid != pbes2::PBES2_OID {
        return pbes1::open(scheme.oid, scheme.parameters, data, pass_phrase);
    }
    let parameters = pbes2_parameters(scheme, data)?;
    check_work(&parameters.kdf)?;
    let pass_phrase = pass_phrase.ok_or(KeyProblem::PassphraseMissing)?;

    let mut content = Zeroizing::new(data.to_vec());
    let length = parameters
        .decrypt_in_place(pass_phrase, &mut content)
        .map_err(pkcs5_problem)?
        .len();
    content.truncate(length);
    Ok(content)
}

/// Returns the scheme and the encrypted bytes of an `EncryptedPrivateKeyInfo`.
fn envelope(der: &[u8]) -> Result<(AlgorithmIdentifierRef<'_>, &[u8]), KeyProblem> {
    AnyRef::from_der(der)
        .and_then(|any| {
            any.sequence(|fields| {
                let scheme = AlgorithmIdentifierRef::decode(fields)?;
                Ok((scheme, <&OctetStringRef>::decode(fields)?.as_bytes()))
            })
        })
        .map_err(der_problem)
}

/// Returns the parameters of PBES2, with which `data` was encrypted.
fn pbes2_parameters(
    scheme: AlgorithmIdentifierRef<'_>,
    data: &[u8],
) -> Result<pbes2::Parameters, KeyProblem> {
    let parameters = scheme.parameters.ok_or(KeyProblem::Damaged)?;
    check_blocks(data, block_size(parameters)?)?;
    check_salt(parameters)?;
    pbes2::Parameters::try_from(parameters).map_err(der_problem)
}

/// The block size of the cipher in `PBES2-params`, whose IV has to have it too: `pkcs5` 0.8
/// panics at a shorter one of 3DES.
fn block_size(parameters: AnyRef<'_>) -> Result<usize, KeyProblem> {
    let cipher = parameters
        .sequence(|fields| {
            AlgorithmIdentifierRef::decode(fields)?;
            AlgorithmIdentifierRef::decode(fields)
        })
        .map_err(der_problem)?;
    let block_size = match cipher.oid {
        pbes2::AES_128_CBC_OID | pbes2::AES_192_CBC_OID | pbes2::AES_256_CBC_OID => 16,
        pbes2::DES_EDE3_CBC_OID => 8,
        _ => return Err(KeyProblem::UnsupportedEncryption),
    };
    let iv: &OctetStringRef = cipher
        .parameters
        .ok_or(KeyProblem::Damaged)?
        .decode_as()
        .map_err(der_problem)?;
    if iv.as_bytes().len() == block_size {
        Ok(block_size)
    } else {
        Err(KeyProblem::Damaged)
    }
}

/// The salt of the key derivation in `PBES2-params`: one that is too long is no damage, and another way of
/// encrypting the same key has a shorter one.
fn check_salt(parameters: AnyRef<'_>) -> Result<(), KeyProblem> {
    let derivation = parameters
        .sequence(|fields| {
            let derivation = AlgorithmIdentifierRef::decode(fields)?;
            AlgorithmIdentifierRef::decode(fields)?;
            Ok(derivation)
        })
        .map_err(der_problem)?;
    let salt = derivation
        .parameters
        .and_then(|own| AnyRef::from_der_partial(own.value()).ok());
    match salt {
        Some((salt, _)) if salt.tag() == Tag::OctetString => {
            if salt.value().len() > MAX_SALT_BYTES {
                return Err(KeyProblem::UnsupportedEncryption);
            }
            Ok(())
        }
        _ => Err(KeyProblem::Damaged),
    }
}

/// Ciphertext in CBC mode is whole blocks, whatever the passphrase.
fn check_blocks(data: &[u8], block_size: usize) -> Result<(), KeyProblem> {
    if data.is_empty() || !data.len().is_multiple_of(block_size) {
        return Err(KeyProblem::Damaged);
    }
    Ok(())
}

fn check_work(kdf: &pbes2::Kdf) -> Result<(), KeyProblem> {
    let bounded = match kdf {
        pbes2::Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= MAX_ITERATIONS,
        // RFC 7914 wants N over 1, and `pkcs5` 0.8 panics at 0.
        pbes2::Kdf::Scrypt(scrypt) if scrypt.cost_parameter < 2 => return Err(KeyProblem::Damaged),
        pbes2::Kdf::Scrypt(scrypt) => scrypt_work(scrypt) <= MAX_SCRYPT_WORK,
        _ => return Err(KeyProblem::UnsupportedEncryption),
    };
    match bounded {
        true => Ok(()),
        false => Err(KeyProblem::DerivationTooCostly),
    }
}

fn scrypt_work(scrypt: &pbes2::ScryptParams) -> u64 {
    scrypt
        .cost_parameter
        .saturating_mul(scrypt.block_size.into())
        .saturating_mul(scrypt.parallelization.into())
}

fn der_problem(error: der::Error) -> KeyProblem {
    match error.kind() {
        ErrorKind::OidUnknown { .. } => KeyProblem::UnsupportedEncryption,
        _ => KeyProblem::Damaged,
    }
}

fn pkcs5_problem(error: pkcs5::Error) -> KeyProblem {
    match error {
        // Its word for wrong padding, in decryption too.
        pkcs5::Error::EncryptFailed | pkcs5::Error::DecryptFailed => KeyProblem::PassphraseWrong,
        _ => KeyProblem::Damaged,
    }
}

/// The content of a block that OpenSSL before 3 or `openssl rsa -traditional` has encrypted as its
/// `DEK-Info` says: a cipher's name, a comma and the IV.
pub(super) fn open_legacy(
    mut content: Zeroizing<Vec<u8>>,
    dek_info: &str,
    pass_phrase: Option<&str>,
) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let (cipher, iv) = dek_info.split_once(',').ok_or(KeyProblem::Damaged)?;
    let (decrypt, key_length): (Decrypt, usize) = match cipher.trim() {
        "AES-128-CBC" => (decrypt_cbc::<Aes128>, 16),
        "AES-192-CBC" => (decrypt_cbc::<Aes192>, 24),
        "AES-256-CBC" => (decrypt_cbc::<Aes256>, 32),
        "DES-EDE3-CBC" => (decrypt_cbc::<TdesEde3>, 24),
        _ => return Err(KeyProblem::UnsupportedEncryption),
    };
    let pass_phrase = pass_phrase.ok_or(KeyProblem::PassphraseMissing)?;

    let iv = hexadecimal(iv.trim()).ok_or(KeyProblem::Damaged)?;
    let salt = iv.first_chunk().ok_or(KeyProblem::Damaged)?;
    let key = bytes_to_key(pass_phrase.as_bytes(), salt);
    let length = decrypt(&key[..key_length], &iv, &mut content)?;
    content.truncate(length);
    Ok(content)
}

/// Decrypts in place, and returns the number of bytes.
type Decrypt = fn(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<usize, KeyProblem>;

pub(super) fn decrypt_cbc<C>(key: &[u8], iv: &[u8], data: &mut [u8]) -> Result<usize, KeyProblem>
where
    C: BlockCipherDecrypt + KeyInit,
{
    check_blocks(data, C::block_size())?;
    cbc::Decryptor::<C>::new_from_slices(key, iv)
        .map_err(|_| KeyProblem::Damaged)?
        .decrypt_padded::<Pkcs7>(data)
        .map(|plain| plain.len())
        .map_err(|_| KeyProblem::PassphraseWrong)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round, of which the longest key takes two:
/// <https://docs.openssl.org/3.0/man3/EVP_BytesToKey/>.
fn bytes_to_key(pass_phrase: &[u8], salt: &[u8; 8]) -> Zeroizing<[u8; 32]> {
    let digest = |previous: &[u8], to: &mut [u8; 16]| {
        Md5::new()
            .chain_update(previous)
            .chain_update(pass_phrase)
            .chain_update(salt)
            .finalize_into(to.into());
    };
    let mut key = Zeroizing::new([0; 32]);
    if let ([first, second], []) = key.as_chunks_mut() {
        digest(&[], first);
        digest(first, second);
    }
    key
}

/// Decodes pairs of hexadecimal digits.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| match *pair {
            [high, low] => hex_byte(high, low),
            _ => None,
        })
        .collect()
}
