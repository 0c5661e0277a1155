//! DER sequences without a label: which kind of key, or of something else, one is, by the tags of its first fields.

use crate::failure::{KeyForm, KeyProblem};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// A DER sequence that may be an RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DerKind {
    /// `RSAPrivateKey` (PKCS#1).
    Pkcs1,
    /// `PrivateKeyInfo` (PKCS#8).
    Pkcs8,
    /// `EncryptedPrivateKeyInfo` (PKCS#8).
    EncryptedPkcs8,
}

/// A field of a sequence.
#[derive(Clone, Copy, Debug)]
struct Field<'d> {
    tag: u8,
    content: &'d [u8],
}

/// Whether `bytes` begin as a sequence, which no text does.
pub(super) fn begins(bytes: &[u8]) -> bool {
    match bytes {
        [SEQUENCE, 0x80..=0x84, ..] => true,
        // A sequence of fewer than 128 bytes begins as a text may.
        [SEQUENCE, length, rest @ ..] => {
            let control = |byte: &u8| *byte < 9;
            rest.len() == usize::from(*length) && rest.iter().any(control)
        }
        _ => false,
    }
}

/// Returns the kind of the sequence at the start of `bytes`, and its bytes without those that follow.
///
/// # Errors
/// [`KeyProblem`] where it is no key that may sign, or is not whole.
pub(super) fn kind(bytes: &[u8]) -> Result<(DerKind, &[u8]), KeyProblem> {
    // Of no stated length, as some programs write PKCS#12.
    if bytes.starts_with(&[SEQUENCE, 0x80, INTEGER, 1, 3]) {
        return Err(KeyProblem::Form(KeyForm::Pkcs12));
    }
    let (whole, rest) = field(bytes).ok_or(KeyProblem::Damaged)?;
    let sequence = &bytes[..bytes.len() - rest.len()];
    let fields = fields(whole.content).ok_or(KeyProblem::Damaged)?;
    let tags: Vec<u8> = fields.iter().map(|field| field.tag).collect();
    let form = |form| Err(KeyProblem::Form(form));
    match tags[..] {
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => Ok((DerKind::Pkcs8, sequence)),
        [SEQUENCE, OCTET_STRING] => Ok((DerKind::EncryptedPkcs8, sequence)),
        [INTEGER, SEQUENCE, ..] if fields[0].content == [3] => form(KeyForm::Pkcs12),
        [INTEGER, OCTET_STRING, ..] => Err(KeyProblem::NotRsa),
        [INTEGER, INTEGER] | [SEQUENCE, BIT_STRING] => Err(KeyProblem::PublicKey),
        [SEQUENCE, SEQUENCE, BIT_STRING] => {
            let signed = self::fields(fields[0].content).ok_or(KeyProblem::Damaged)?;
            // A request has a version, a name and a key; a certificate has a serial number and dates, too.
            match signed.len() {
                0..=4 => form(KeyForm::Request),
                _ => Err(KeyProblem::Certificate),
            }
        }
        [OID, ..] => form(KeyForm::Binary),
        _ if !tags.is_empty() && tags.iter().all(|tag| *tag == INTEGER) => match tags.len() {
            // The version and five numbers are a DSA key.
            6 => Err(KeyProblem::NotRsa),
            _ => Ok((DerKind::Pkcs1, sequence)),
        },
        _ => form(KeyForm::Binary),
    }
}

/// The fields of a sequence's content.
fn fields(mut content: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !content.is_empty() {
        let (field, rest) = field(content)?;
        fields.push(field);
        content = rest;
    }
    Some(fields)
}

/// The first field of `bytes`, and the bytes after it.
fn field(bytes: &[u8]) -> Option<(Field<'_>, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            let length = digits
                .iter()
                .fold(0, |length: usize, digit| length << 8 | usize::from(*digit));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Field { tag: *tag, content }, rest))
}
