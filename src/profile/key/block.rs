//! The blocks of a PEM text (RFC 7468), as editors and consoles leave it: anything around a
//! block, blanks around lines and empty ones between them, lines of any length, and the headers
//! of OpenSSL's old encryption (RFC 1421).
//!
//! The base64 of a private key is the private key. It is decoded here, by `base64`, because no
//! crate that reads such texts wipes its copies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::failure::KeyProblem;

/// A block of a PEM text.
pub(super) struct Block {
    /// Label after `BEGIN`.
    pub(super) label: String,
    /// `DEK-Info`, where `Proc-Type` says that the content is encrypted (RFC 1421, 4.6.1).
    pub(super) encryption: Option<String>,
    pub(super) content: Zeroizing<Vec<u8>>,
}

/// The first private key's block, or else the first of all.
pub(super) fn key_block(text: &[u8]) -> Result<Block, KeyProblem> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((frame, after)) = next_frame(rest) {
        blocks.push(frame.decoded()?);
        rest = after;
    }
    if blocks.is_empty() {
        return Err(no_block(text));
    }
    let first_key = blocks
        .iter()
        .position(|block: &Block| block.label.ends_with("PRIVATE KEY"));
    Ok(blocks.swap_remove(first_key.unwrap_or(0)))
}

/// A text that begins a block and does not end it has lost its end.
fn no_block(text: &[u8]) -> KeyProblem {
    match split_at_mark(text, b"-----BEGIN ") {
        Some(_) => KeyProblem::Damaged,
        None => KeyProblem::NotPem,
    }
}

/// A block, not decoded.
struct Frame<'t> {
    begin: &'t [u8],
    body: &'t [u8],
    end: &'t [u8],
}

/// The first block that ends, and what comes after it.
fn next_frame(text: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let (_, text) = split_at_mark(text, b"-----BEGIN ")?;
    let (begin, text) = split_at_mark(text, b"-----")?;
    let (body, text) = split_at_mark(text, b"-----END ")?;
    let (end, text) = split_at_mark(text, b"-----")?;
    Some((Frame { begin, body, end }, text))
}

fn split_at_mark<'t>(text: &'t [u8], mark: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = text.windows(mark.len()).position(|found| found == mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

impl Frame<'_> {
    fn decoded(&self) -> Result<Block, KeyProblem> {
        let damaged = |_| KeyProblem::Damaged;
        let label = str::from_utf8(self.begin).map_err(damaged)?;
        if label.is_empty() || self.begin != self.end {
            return Err(KeyProblem::Damaged);
        }
        let body = str::from_utf8(self.body).map_err(damaged)?;

        let mut headers: Vec<(&str, &str)> = Vec::new();
        // Room for all of it, so that it never moves and leaves a copy behind.
        let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
        for line in body.split(['\n', '\r']) {
            match line.split_once(':') {
                Some((name, value)) if digits.is_empty() => {
                    headers.push((name.trim(), value.trim()));
                }
                _ => line
                    .split_whitespace()
                    .for_each(|part| digits.extend_from_slice(part.as_bytes())),
            }
        }
        let room = base64::decoded_len_estimate(digits.len());
        let mut content = Zeroizing::new(Vec::with_capacity(room));
        STANDARD
            .decode_vec(&*digits, &mut content)
            .map_err(|_| KeyProblem::Damaged)?;

        let header = |name| {
            let found = headers.iter().rev().find(|(found, _)| *found == name);
            found.map_or("", |(_, value)| value)
        };
        let encrypted = header("Proc-Type").contains("ENCRYPTED");
        Ok(Block {
            encryption: encrypted.then(|| header("DEK-Info").to_owned()),
            label: label.to_owned(),
            content,
        })
    }
}
