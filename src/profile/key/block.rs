//! The blocks of a PEM text (RFC 7468), as editors and consoles leave it: anything around a
//! block, blanks around lines and empty ones between them, lines of any length, quotes and commas around them, and the
//! headers of OpenSSL's old encryption (RFC 1421).
//!
//! The base64 of a private key is the private key. It is decoded here, by `base64`, because no
//! crate that reads such texts wipes its copies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::failure::KeyProblem;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// The end of the label of a private key.
const PRIVATE: &str = "PRIVATE KEY";
/// The kind of processing that `Proc-Type` has of an encrypted content.
const ENCRYPTED: &str = "ENCRYPTED";
/// The longest label of a block: OpenSSL's longest has 26 characters, and what is longer is a block without its end.
const LONGEST_LABEL: usize = 200;

/// A block of a PEM text.
pub(super) struct PemBlock {
    /// Label after `BEGIN`.
    pub(super) label: String,
    /// `DEK-Info`, where `Proc-Type` says that the content is encrypted (RFC 1421, 4.6.1).
    pub(super) encryption: Option<String>,
    pub(super) content: Zeroizing<Vec<u8>>,
}

/// A block, not decoded.
#[derive(Clone, Copy)]
pub(super) struct Frame<'t> {
    /// The part of the first line before `-----BEGIN`.
    before: &'t [u8],
    begin: &'t [u8],
    body: &'t [u8],
    end: &'t [u8],
}

/// The blocks of `text`, in their order. A block without an end ends no other: where the next begins, it is left out. The
/// last one may lack its end, which a selection left out or cut: its content says whether it is whole.
pub(super) fn frames(text: &[u8]) -> Vec<Frame<'_>> {
    let mut frames = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = split_at_mark(rest, BEGIN) {
        let line = before.rsplit(|byte| b"\r\n".contains(byte)).next();
        let before = line.unwrap_or_default();
        rest = after;
        let Some((begin, inner)) = split_at_mark(after, DASHES) else {
            break;
        };
        if begin.len() > LONGEST_LABEL || begin.contains(&b'\n') {
            continue;
        }
        let (body, tail) = split_at_mark(inner, END).unwrap_or((inner, b""));
        if split_at_mark(body, BEGIN).is_some() {
            continue;
        }
        let (end, tail) = split_at_mark(tail, DASHES).unwrap_or((begin, b""));
        frames.push(Frame {
            before,
            begin,
            body,
            end,
        });
        rest = tail;
    }
    frames
}

/// Whether `text` has a block.
pub(super) fn has_frame(text: &[u8]) -> bool {
    !frames(text).is_empty()
}

/// Returns the problem of a text in which a private key's block begins and does not end, or has a first or last line
/// that is nearly one of a block.
pub(super) fn broken_fence(text: &[u8]) -> Option<KeyProblem> {
    let text = String::from_utf8_lossy(text);
    let mut begun = false;
    for line in text.lines() {
        for word in ["BEGIN", "END"] {
            let Some((before, label)) = fence(line, word) else {
                continue;
            };
            let mut strange = before.chars().chain(label.chars());
            let found = strange.rfind(|c| is_dash(*c) && !c.is_ascii());
            // A last line that the end of the file cuts is not whole, and no more.
            let cut = word == "END" && before == "-----" && text.ends_with(line);
            if found.is_some() || !(cut || is_exact(before, label)) {
                return Some(KeyProblem::Fence { found });
            }
            begun |= word == "BEGIN";
        }
    }
    begun.then_some(KeyProblem::Damaged)
}

/// Whether the parts of a line around `BEGIN` or `END` are those of a block.
fn is_exact(before: &str, label: &str) -> bool {
    let named = label
        .strip_prefix(' ')
        .and_then(|rest| rest.split_once("-----"));
    let plain = |c: char| c.is_ascii_uppercase() || c == ' ';
    before.ends_with("-----")
        && named.is_some_and(|(name, _)| name.ends_with("KEY") && name.chars().all(plain))
}

/// Splits a line that is nearly a first or last one of a private key's block at `word`, in whatever case. The line may
/// hold the whole block.
fn fence<'l>(line: &'l str, word: &str) -> Option<(&'l str, &'l str)> {
    let line = line.trim();
    let folded = line.to_ascii_uppercase();
    let at = folded.find(word)?;
    let (before, label) = (&line[..at], &line[at + word.len()..]);
    let name: String = label.chars().take(LONGEST_LABEL).collect();
    let folded = name.to_ascii_uppercase();
    let key = folded
        .find("PRIVATE")
        .is_some_and(|at| folded[at..].contains("KEY"));
    // A block of OpenPGP is no key of this program, whatever its dashes.
    let key = key && !folded.contains("KEY BLOCK");
    let bare = |c: char| is_dash(c) || c.is_whitespace();
    let alone = before.chars().rev().take(3).all(bare);
    let end = name.len();
    (key && alone).then_some((before, label.get(..end).unwrap_or(label)))
}

/// Whether `c` is a dash of any kind.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{AD}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
                | '_'
                | '='
                | '~'
                | '\u{96}'
                | '\u{97}'
                | '\u{FFFD}'
    )
}

fn split_at_mark<'t>(text: &'t [u8], mark: &[u8]) -> Option<(&'t [u8], &'t [u8])> {
    let at = text.windows(mark.len()).position(|found| found == mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

impl Frame<'_> {
    /// The label after `BEGIN`; one that is no text is of no key.
    pub(super) fn label(&self) -> &str {
        str::from_utf8(self.begin).unwrap_or_default()
    }

    /// Whether the block says that it is a private key.
    pub(super) fn is_private(&self) -> bool {
        self.label().ends_with(PRIVATE)
    }

    /// The lines of the content, without what stands before each as before the first line: a number, a bullet, the sender
    /// of a message.
    fn lines<'t>(&self, body: &'t str) -> Vec<&'t str> {
        let lines: Vec<&str> = body.split(['\n', '\r']).collect();
        let mark = str::from_utf8(self.before).unwrap_or_default();
        // The first part of the body is the end of the line with the label.
        let own = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
        let bare: Option<Vec<&str>> = own.map(|line| after_mark(line, mark)).collect();
        match bare {
            // Quotes and their kin are taken away anyway, with what joins the strings.
            Some(bare) if !bare.is_empty() && !mark.chars().all(around) => bare,
            _ => lines,
        }
    }

    /// Decodes the block.
    ///
    /// # Errors
    /// [`KeyProblem::Damaged`]
    pub(super) fn decoded(&self) -> Result<PemBlock, KeyProblem> {
        let label = self.label();
        let end = str::from_utf8(self.end).unwrap_or_default();
        if label != end && !(label.ends_with(PRIVATE) && end.ends_with(PRIVATE)) {
            return Err(KeyProblem::Damaged);
        }
        let body = str::from_utf8(self.body).map_err(|_| KeyProblem::Damaged)?;
        // A sixth hyphen of the first or the last line.
        let body = body.trim_matches('-');

        let mut headers: Vec<(&str, &str)> = Vec::new();
        // Room for all of it, so that it never moves and leaves a copy behind.
        let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
        for line in self.lines(body) {
            let line = match joined_headers(line).filter(|_| digits.is_empty()) {
                Some((encryption, rest)) => {
                    headers.extend([("Proc-Type", ENCRYPTED), ("DEK-Info", encryption)]);
                    rest
                }
                None => line,
            };
            match without_operator(line).split_once(':') {
                Some((name, value)) if digits.is_empty() => {
                    headers.push((bare(name), bare(value)));
                }
                _ => without_operator(line)
                    .split(around)
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
        let encrypted = header("Proc-Type").contains(ENCRYPTED);
        Ok(PemBlock {
            encryption: encrypted.then(|| header("DEK-Info").to_owned()),
            label: label.to_owned(),
            content,
        })
    }
}

/// Returns `DEK-Info`, and what follows it, of a block whose lines are one.
fn joined_headers(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("Proc-Type:")?;
    let (kind, rest) = rest.split_once("DEK-Info:")?;
    let encrypted = kind.contains(ENCRYPTED);
    encrypted.then(|| rest.trim_start().split_once(char::is_whitespace))?
}

/// Returns `line` without what stands before it in the place of `mark`: the same characters, but for numbers and the
/// width of blanks.
fn after_mark<'l>(line: &'l str, mark: &str) -> Option<&'l str> {
    let mut line = line.trim_start();
    let mut mark = mark.trim_start();
    while let Some(first) = mark.chars().next() {
        let same: fn(char) -> bool = match first {
            c if c.is_ascii_digit() => |c| c.is_ascii_digit(),
            c if c.is_whitespace() => char::is_whitespace,
            _ => {
                (line, mark) = (line.strip_prefix(first)?, &mark[first.len_utf8()..]);
                continue;
            }
        };
        let rest = line.trim_start_matches(same);
        // The last line has nothing behind its number, and no blank either.
        if rest.len() == line.len() && !line.is_empty() {
            return None;
        }
        (line, mark) = (rest, mark.trim_start_matches(same));
    }
    Some(line)
}

/// A line without the sign that joins it, a string, to the next line's in a program's text.
fn without_operator(line: &str) -> &str {
    let line = line.trim_end();
    let joined = line.strip_suffix(['+', '.', '&']).map(str::trim_end);
    let joined = joined.filter(|line| line.ends_with(['"', '\'']));
    joined.unwrap_or(line)
}

/// A header's name or value without what stands around it. A comma is the list's where a quote is before it.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let listed = text.strip_suffix([',', ';']);
    let listed = listed.filter(|text| text.ends_with(['"', '\'']));
    let outer = |c: char| around(c) && !matches!(c, ',' | ';');
    listed.unwrap_or(text).trim_matches(outer)
}

/// Whether `c` is one of the characters that editors, mail and lists of strings put around the lines of a text.
fn around(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '`' | ',' | ';' | '>' | '|' | '#' | '\u{200B}'..='\u{200D}' | '\u{2018}'..='\u{201F}'
            | '\u{2060}' | '\u{FEFF}' | '\u{AB}' | '\u{AD}' | '\u{BB}')
}
