//! The form of a key's file, by its bytes: which ones are a key in another wrapping, and are unwrapped, and which are
//! something else, and are named.
//!
//! Unwrapped are UTF-16 and UTF-32, escapes of JSON, shells, addresses and HTML, base64 and hexadecimal digits of a
//! whole file, and DER. Each has one reading. All copies of the content are wiped.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::block;
use super::der;
use crate::failure::{KeyForm, KeyProblem};
use crate::text::hex_byte;

/// Wrappings within wrappings that are opened: base64 of base64 of UTF-16 of an escaped text is four.
const DEEPEST: usize = 8;
/// The fewest characters that are taken for base64 or hexadecimal digits: a word of a text is shorter.
const SHORTEST_DIGITS: usize = 64;
/// Base64 of `-----BEGIN `, as it stands in a text of another form.
const WRAPPED_FENCE: &[u8] = b"LS0tLS1CRUdJTi";

const BASE64: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, BASE64);

/// An unwrapped content.
pub(super) enum KeyContent {
    /// A text with the blocks of PEM.
    Pem(Zeroizing<Vec<u8>>),
    /// A DER sequence.
    Der(Zeroizing<Vec<u8>>),
}

/// Unwraps the content of a file.
///
/// # Errors
/// [`KeyProblem`] with the name of the form, where the file is no key or is in a form that is not read.
pub(super) fn content(bytes: &[u8]) -> Result<KeyContent, KeyProblem> {
    unwrapped(bytes, DEEPEST)
}

fn unwrapped(bytes: &[u8], depth: usize) -> Result<KeyContent, KeyProblem> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(KeyProblem::NotPem);
    };
    if let Some(text) = wide_text(bytes) {
        return unwrapped(&text, depth);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(KeyProblem::Form(KeyForm::Empty));
    }
    if der::begins(bytes) {
        return Ok(KeyContent::Der(Zeroizing::new(bytes.to_vec())));
    }
    if let Some(form) = by_magic(bytes) {
        return Err(KeyProblem::Form(form));
    }
    let text = unescaped(bytes);
    if block::has_frame(&text) {
        return Ok(KeyContent::Pem(text));
    }
    if let Some(problem) = named_text(bytes) {
        return Err(problem);
    }
    if let Some(problem) = block::broken_fence(&text) {
        return Err(problem);
    }
    if let Some(inner) = wrapped_digits(&text) {
        // Digits of anything else are a text like any other.
        return match unwrapped(&inner, depth) {
            Err(KeyProblem::NotPem | KeyProblem::Form(KeyForm::Binary)) => Err(KeyProblem::NotPem),
            other => other,
        };
    }
    if let Some(form) = loosely_named_text(bytes) {
        return Err(KeyProblem::Form(form));
    }
    let control = |byte: &u8| *byte < 0x20 && !b"\t\n\r\x0C\x1B".contains(byte);
    Err(match bytes.iter().any(control) {
        true => KeyProblem::Form(KeyForm::Binary),
        false => KeyProblem::NotPem,
    })
}

/// Decodes UTF-16 or UTF-32, with a byte order mark or without one where the text is of Latin letters.
fn wide_text(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (width, little, start) = wide_encoding(bytes)?;
    let units = bytes[start..].chunks_exact(width).map(|unit| {
        let fold = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        match little {
            true => unit.iter().rev().fold(0, fold),
            false => unit.iter().fold(0, fold),
        }
    });
    // Room for all of it, so that it never moves and leaves a copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len() * 2));
    for unit in units {
        // Base64 and labels have no surrogates.
        let character = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(text)
}

/// Returns the bytes of a unit, whether the lowest comes first, and the bytes of the mark.
fn wide_encoding(bytes: &[u8]) -> Option<(usize, bool, usize)> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] => return Some((4, true, 4)),
        [0, 0, 0xFE, 0xFF, ..] => return Some((4, false, 4)),
        [0xFF, 0xFE, ..] => return Some((2, true, 2)),
        [0xFE, 0xFF, ..] => return Some((2, false, 2)),
        _ => {}
    }
    let all_latin = |width: usize, place: usize| {
        let mut units = bytes.chunks_exact(width).take(32);
        bytes.len() >= 4 * width
            && units.all(|unit| {
                let mut places = unit.iter().enumerate();
                places.all(|(at, byte)| (at == place) == (*byte != 0))
            })
    };
    [(2, 0), (2, 1), (4, 0), (4, 3)]
        .into_iter()
        .find(|(width, place)| all_latin(*width, *place))
        .map(|(width, place)| (width, place == 0, 0))
}

/// Names a file by the bytes that every file of its form begins with.
fn by_magic(bytes: &[u8]) -> Option<KeyForm> {
    const MAGIC: &[(&[u8], KeyForm)] = &[
        (b"\xFE\xED\xFE\xED", KeyForm::JavaStore),
        (b"\xCE\xCE\xCE\xCE", KeyForm::JavaStore),
        (b"\x1E\xF1\xB5\xB0", KeyForm::Pvk),
        (b"\x07\x02\x00\x00", KeyForm::MsBlob),
        (b"PK\x03\x04", KeyForm::Archive),
        (b"PK\x05\x06", KeyForm::Archive),
        (b"\x1F\x8B", KeyForm::Archive),
        (b"7z\xBC\xAF\x27\x1C", KeyForm::Archive),
        (b"Rar!", KeyForm::Archive),
        (b"\xFD7zXZ", KeyForm::Archive),
        (b"BZh", KeyForm::Archive),
        (b"\x28\xB5\x2F\xFD", KeyForm::Archive),
        (b"%PDF", KeyForm::Document),
        (b"{\\rtf", KeyForm::Document),
        (b"\xD0\xCF\x11\xE0", KeyForm::Document),
        (b"\x89PNG", KeyForm::Document),
        (b"\xFF\xD8\xFF", KeyForm::Document),
        (b"GIF8", KeyForm::Document),
    ];
    let found = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(KeyForm::Archive);
    }
    found.map(|(_, form)| *form)
}

/// Undoes the escapes of JSON, C, shells, addresses, mail and HTML, and takes the tags of HTML away. Neither base64 nor a
/// label has a `\`, `%`, `&` or `<`, so that no text without escapes changes.
fn unescaped(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let contains = |mark: &[u8]| text.windows(mark.len()).any(|found| found == mark);
    let form_encoded = contains(b"BEGIN+");
    let printable_quoted = contains(b"=3D");
    let marked_up = contains(b"</") || contains(b"<br") || contains(b"<BR");
    // No escape is shorter than its character.
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'\\' => {
                let escaped = rest.iter().position(|byte| *byte != b'\\');
                rest = &rest[escaped.unwrap_or(rest.len())..];
                match rest {
                    [b'n' | b'r', tail @ ..] => {
                        plain.push(b'\n');
                        rest = tail;
                    }
                    [b't', tail @ ..] => {
                        plain.push(b' ');
                        rest = tail;
                    }
                    [b'u', b'0', b'0', high, low, tail @ ..] | [b'x', high, low, tail @ ..] => {
                        if let Some(byte) = hex_byte(*high, *low) {
                            plain.push(byte);
                            rest = tail;
                        }
                    }
                    _ => {}
                }
            }
            b'%' => match rest {
                [high, low, tail @ ..] if hex_byte(*high, *low).is_some() => {
                    plain.extend(hex_byte(*high, *low));
                    rest = tail;
                }
                _ => plain.push(b'%'),
            },
            b'<' if marked_up => {
                let end = rest.iter().position(|byte| *byte == b'>');
                rest = end.map_or(&[][..], |end| &rest[end + 1..]);
                plain.push(b' ');
            }
            b'&' => {
                let (character, length) = entity(rest).unwrap_or(('&', 0));
                plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[length..];
            }
            b'=' if printable_quoted && rest.starts_with(b"3D") => {
                plain.push(b'=');
                rest = &rest[2..];
            }
            b'+' if form_encoded => plain.push(b' '),
            byte => plain.push(*byte),
        }
    }
    plain
}

/// Returns the character of an entity of HTML, and the bytes of the entity, of which `text` lacks the `&`.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 6] = [
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("plus", '+'),
        ("ndash", '\u{2013}'),
        ("mdash", '\u{2014}'),
    ];
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = str::from_utf8(&text[..end]).ok()?;
    let number = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        },
        None => None,
    };
    let named = || {
        let mut all = NAMED.iter();
        all.find(|(own, _)| *own == name)
            .map(|(_, character)| *character)
    };
    let character = number.and_then(char::from_u32).or_else(named)?;
    Some((character, end + 1))
}

/// Decodes base64 or hexadecimal digits: those of a whole text, or those of a PEM text that stand in another.
fn wrapped_digits(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    let begins = text
        .windows(WRAPPED_FENCE.len())
        .position(|found| found == WRAPPED_FENCE);
    let from = match begins {
        Some(at) => &text[at..],
        None => text,
    };
    for byte in from {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'=' => digits.push(*byte),
            // The alphabet of addresses.
            b'-' => digits.push(b'+'),
            b'_' => digits.push(b'/'),
            byte if byte.is_ascii_whitespace() || b"\"',;:>".contains(byte) => {}
            _ if begins.is_some() => break,
            _ => return None,
        }
    }
    if digits.len() < SHORTEST_DIGITS {
        return None;
    }
    if digits.iter().all(u8::is_ascii_hexdigit) {
        let pairs = digits.chunks_exact(2);
        let bytes: Option<Vec<u8>> = pairs.map(|pair| hex_byte(pair[0], pair[1])).collect();
        return bytes.map(Zeroizing::new);
    }
    if let Some(end) = digits.iter().position(|byte| *byte == b'=') {
        digits.truncate(end);
    }
    // One digit alone is part of no byte.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    let room = base64::decoded_len_estimate(digits.len());
    let mut inner = Zeroizing::new(Vec::with_capacity(room));
    STANDARD.decode_vec(&*digits, &mut inner).ok()?;
    Some(inner)
}

/// Names a text by its first words.
fn named_text(text: &[u8]) -> Option<KeyProblem> {
    let form = |form| Some(KeyProblem::Form(form));
    let start = text.trim_ascii_start();
    const PUBLIC: [&[u8]; 6] = [
        b"ssh-rsa ",
        b"ssh-ed25519 ",
        b"ssh-dss ",
        b"ecdsa-sha2-",
        b"sk-ssh-",
        b"sk-ecdsa-",
    ];
    if PUBLIC.iter().any(|mark| start.starts_with(mark)) {
        return Some(KeyProblem::PublicKey);
    }
    if start.starts_with(b"PuTTY-User-Key-File-") {
        return form(KeyForm::Putty);
    }
    if contains_folded(text, b"BEGIN SSH2 PUBLIC KEY") {
        return Some(KeyProblem::PublicKey);
    }
    if contains_folded(text, b"BEGIN SSH2 ENCRYPTED PRIVATE KEY") {
        return form(KeyForm::Ssh2);
    }
    if start.starts_with(b"SSH PRIVATE KEY FILE") {
        return form(KeyForm::Ssh2);
    }
    if contains_folded(text, b"<rsakeyvalue") {
        return form(KeyForm::Xml);
    }
    if start.starts_with(b"{") && contains_folded(text, b"\"kty\"") {
        return form(KeyForm::Jwk);
    }
    None
}

/// Names a text by words that a text with a key in it could have, too.
fn loosely_named_text(text: &[u8]) -> Option<KeyForm> {
    let has = |mark| contains_folded(text, mark);
    if has(b"<html") || has(b"<!doctype") || has(b"<head") || has(b"<body") {
        return Some(KeyForm::WebPage);
    }
    if has(b"key_file") || has(b"fingerprint") || has(b"ocid1.tenancy.") {
        return Some(KeyForm::Config);
    }
    None
}

/// Whether `text` holds `mark`, in whatever case.
fn contains_folded(text: &[u8], mark: &[u8]) -> bool {
    text.windows(mark.len())
        .any(|found| found.eq_ignore_ascii_case(mark))
}
