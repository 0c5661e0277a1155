//! The lines of a config: its encoding, its keys, and their values as they stand.
//!
//! The ini reader is given one line at a time. It reports no line of a key,
//! reads on past a line without `=`, and joins a value that ends in a
//! backslash with the next line; line by line none of that can happen.

use std::borrow::Cow;
use std::collections::HashMap;

use ini::{Ini, ParseOption};
use zeroize::Zeroizing;

use super::config::{CLIENTE, GRUPO, IGNORAR, PASS_PHRASE, keys};
use super::similar;
use super::value::{self, Cleaned};
use crate::failure::{
    Claim, ConfigProblem, Failure, ForeignContent, KeyLike, LineFault, Reading, Warning,
};
use crate::text::{folded, printable};

/// Bytes at the beginning of a private key in DER: a sequence, and the version 0 in it.
const DER: ([u8; 2], [u8; 3]) = ([0x30, 0x82], [0x02, 0x01, 0x00]);
/// First bytes of the files of word processors and of archives.
const DOCUMENTS: [&[u8]; 4] = [b"PK\x03\x04", b"%PDF", b"\xD0\xCF\x11\xE0", b"\x1F\x8B"];
/// The marks of UTF-16: the lower byte first, and the higher one.
const UTF16_MARKS: [&[u8]; 2] = [&[0xFF, 0xFE], &[0xFE, 0xFF]];
/// Beginning of the base64 of a PEM text.
const ENCODED_PEM: &str = "LS0tLS1CRUdJTi";

/// The lines with their numbers, from 1, however they are broken.
pub(crate) fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(
        text.split("\r\n")
            .flat_map(|line| line.split(['\n', '\r']))
            .map(str::trim),
    )
}

/// UTF-8, with or without its mark, UTF-16 with its mark, else Windows-1252, which holds any bytes.
pub(crate) fn decode<'b>(
    bytes: &'b [u8],
    warnings: &mut Vec<Warning>,
) -> Result<Zeroizing<String>, ConfigProblem> {
    if let Some(text) = marked_utf16(bytes) {
        warnings.push(Warning::OtherEncoding("UTF-16"));
        return Ok(text);
    }
    if UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) || bytes.contains(&0) {
        return Err(match content_of(&self::utf16(bytes)) {
            _ if DOCUMENTS.iter().any(|begin| bytes.starts_with(begin)) => {
                ConfigProblem::NotAConfig(ForeignContent::Document)
            }
            _ if is_der_key(bytes) => ConfigProblem::NotAConfig(ForeignContent::PrivateKey),
            Some(content) => ConfigProblem::NotAConfig(content),
            None => ConfigProblem::Utf16,
        });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text: Cow<'b, str> = match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            warnings.push(Warning::OtherEncoding("Windows-1252"));
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    };
    Ok(Zeroizing::new(text.into_owned()))
}

/// The text of UTF-16 in `bytes` with a mark; `None` where a part of it is missing or it holds a zero, as binary files
/// do, since a figure may be cut there.
pub(crate) fn marked_utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let marked = UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark));
    let whole = marked && bytes.len().is_multiple_of(2);
    let units = Zeroizing::new(whole.then(|| units_of(&bytes[2..], bytes[0] == 0xFE))?);
    let text = Zeroizing::new(String::from_utf16(&units).ok()?);
    (!text.contains('\0')).then_some(text)
}

/// A key as keys are compared: in lower case, without characters that nobody sees around it.
pub(crate) fn bare_key(key: &str) -> String {
    without_ends(key).to_lowercase()
}

/// `text` without blanks and characters that nobody sees around it.
fn without_ends(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || value::is_strippable(c))
}

/// The keys of a config with their values and lines.
pub(super) struct ConfigLines(Vec<ConfigLine>);

/// A line with a key.
pub(super) struct ConfigLine {
    /// Number of the line, from 1.
    pub(super) number: usize,
    /// The key in lower case.
    pub(super) key: String,
    /// The key as written.
    written: String,
    /// The value as written.
    pub(super) raw: Zeroizing<String>,
    /// The value as it is read.
    value: Zeroizing<String>,
    /// The readings that `value` needs.
    readings: Vec<Reading>,
}

impl ConfigLine {
    fn new(number: usize, written: String, raw: Zeroizing<String>) -> Self {
        let bare = without_ends(&written);
        let key = bare.to_lowercase();
        // A passphrase counts as it is written.
        let Cleaned {
            value,
            mut readings,
        } = match keys().find(|known| *known == key) {
            Some(known) if known != PASS_PHRASE => value::cleaned(known, &raw),
            _ => Cleaned {
                value: raw.clone(),
                readings: Vec::new(),
            },
        };
        let removed = written.chars().find(|c| value::is_strippable(*c));
        readings.extend(
            removed
                .filter(|_| bare.len() < written.len())
                .map(Reading::WithoutInvisible),
        );
        Self {
            number,
            key,
            written: bare.to_owned(),
            raw,
            value,
            readings,
        }
    }

    /// Whether the value goes on with another key, which would be dropped, and a passphrase shown.
    fn holds_another_key(&self) -> bool {
        let is_known = keys().any(|known| known == self.key);
        is_known && self.key != PASS_PHRASE && goes_on(&self.key, &self.raw)
    }
}

/// Whether another key stands in the value `raw` of `key`. In a name only an equals sign tells, since a name may have
/// any word.
fn goes_on(key: &str, raw: &str) -> bool {
    let is_name = [CLIENTE, GRUPO].contains(&key);
    let signs: &[char] = if is_name { &['='] } else { &['=', ':'] };
    let named = value::names_secret(raw) && !value::is_free_text(key);
    named || keys_with(raw, signs).next().is_some()
}

impl ConfigLines {
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let at = |number, problem: ConfigProblem| Failure {
            line: Some(number),
            ..Failure::new(problem)
        };
        let mut lines: Vec<ConfigLine> = Vec::new();
        let mut first_lines: HashMap<String, usize> = HashMap::new();
        let mut sections = 0;
        for (number, line) in lines_of(text) {
            let seen = without_ends(line);
            if seen.is_empty() || seen.starts_with(['#', ';']) {
                continue;
            }
            if let Some(section) = seen.strip_prefix('[') {
                let rest = section.split_once(']').map(|(_, rest)| rest.trim_start());
                let comment = |rest: &str| {
                    rest.is_empty() || rest.starts_with(['#', ';']) && !joins_keys(rest)
                };
                if !rest.is_some_and(comment) {
                    return Err(unreadable(text, number, line));
                }
                sections += 1;
                if sections > 1 {
                    return Err(at(number, ConfigProblem::SeveralSections));
                }
                continue;
            }
            let (key, value) = key_and_value(line).ok_or_else(|| unreadable(text, number, line))?;
            let found = ConfigLine::new(number, key, value);
            if found.holds_another_key() {
                return Err(refused(text, number, Some(LineFault::Joined)));
            }
            // A list of days may go over several lines.
            if found.key != IGNORAR
                && let Some(first_line) = first_lines.insert(found.key.clone(), number)
            {
                // The reader splits variables of PowerShell in the middle of their names, which then look alike.
                let like = similar::like(&found.written, &found.raw, number);
                let of_form = like.is_some_and(|like| like.form.is_some());
                if of_form || found.written.starts_with('<') || similar::is_chat(line) {
                    return Err(unreadable(text, number, line));
                }
                let name = printable(&found.key, 60);
                let problem = ConfigProblem::RepeatedKey { name, first_line };
                return Err(at(number, problem));
            }
            lines.push(found);
        }
        let lines = Self(lines);
        let known = |line: &ConfigLine| keys().any(|known| known == line.key);
        let none = !lines.0.iter().any(known) && lines.similar().is_empty();
        match similar::form_of(text).filter(|_| none) {
            Some((form, None)) => Err(at(
                1,
                ConfigProblem::OtherForm {
                    form,
                    example: None,
                },
            )),
            _ => Ok(lines),
        }
    }

    /// The line of `key`; `None` where there is none, or its value is empty.
    pub(super) fn line(&self, key: &str) -> Option<&ConfigLine> {
        let line = self.0.iter().find(|line| line.key == key)?;
        (!line.value.is_empty()).then_some(line)
    }

    /// The value of `key` and its line; `None` where there is none, or an empty one.
    pub(super) fn value(&self, key: &str) -> Option<(&str, usize)> {
        let line = self.line(key)?;
        Some((line.value.as_str(), line.number))
    }

    /// Returns each value of `key`, which may be on several lines, with its line.
    pub(super) fn values<'l>(
        &'l self,
        key: &'l str,
    ) -> impl Iterator<Item = (&'l str, &'l ConfigLine)> {
        let lines = self.0.iter();
        let lines = lines.filter(move |line| line.key == key && !line.value.is_empty());
        lines.map(|line| (line.value.as_str(), line))
    }

    /// Keys that are ignored but look like one that is known.
    pub(super) fn similar(&self) -> Vec<KeyLike> {
        let lines = self.0.iter();
        let like = |line: &ConfigLine| similar::like(&line.written, &line.raw, line.number);
        lines.filter_map(like).collect()
    }

    /// Warns of the values that have one reading only; equal readings are said once.
    pub(super) fn readings(&self) -> Vec<Warning> {
        let mut said: Vec<(Vec<(&'static str, usize)>, Reading)> = Vec::new();
        for line in &self.0 {
            let Some(key) = keys().find(|known| *known == line.key) else {
                continue;
            };
            for reading in &line.readings {
                let place = (key, line.number);
                match said.iter_mut().find(|(_, known)| known == reading) {
                    Some((keys, _)) if keys.contains(&place) => {}
                    Some((keys, _)) => keys.push(place),
                    None => said.push((vec![place], reading.clone())),
                }
            }
        }
        let warning = |(keys, reading)| Warning::ReadAs { keys, reading };
        said.into_iter().map(warning).collect()
    }
}

/// Returns the failure of a text whose `line` is none of a config.
fn unreadable(text: &str, number: usize, line: &str) -> Failure {
    refused(text, number, fault(text, number, line))
}

/// Returns the failure of a `text` that is no config as a whole, or of its line `number` for this `fault`.
fn refused(text: &str, number: usize, fault: Option<LineFault>) -> Failure {
    if let Some((number, _)) = lines_of(text).find(|(_, line)| begins_key(line)) {
        return Failure {
            line: Some(number),
            ..Failure::new(ConfigProblem::KeyInside)
        };
    }
    if let Some((form, example)) = similar::form_of(text) {
        return Failure {
            line: Some(example.as_ref().map_or(number, |example| example.line)),
            ..Failure::new(ConfigProblem::OtherForm {
                form,
                example: example.map(Box::new),
            })
        };
    }
    Failure {
        line: Some(number),
        ..Failure::new(ConfigProblem::Syntax(fault))
    }
}

/// Tells why `line` is none of a config.
fn fault(text: &str, number: usize, line: &str) -> Option<LineFault> {
    const CONFLICT: [&str; 4] = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];
    if CONFLICT.iter().any(|mark| line.starts_with(mark)) {
        return Some(LineFault::Conflict);
    }
    if joins_keys(line) {
        return Some(LineFault::Joined);
    }
    // A sign of another script, which looks the same.
    let alike = line
        .chars()
        .find(|c| !c.is_ascii() && ["=", ":"].contains(&folded(&c.to_string()).as_str()));
    if let Some(sign) = alike.or_else(|| sign_after_key(line)) {
        return Some(LineFault::Sign(sign));
    }
    let before = lines_of(text).filter(|(n, line)| *n < number && !line.is_empty());
    let (last, above) = before.last()?;
    let valued =
        key_and_value(above).is_some_and(|(key, _)| keys().any(|known| known == bare_key(&key)));
    let word = !line.contains(char::is_whitespace) && !line.contains(['[', ']', '{', '}']);
    (valued && word && last + 1 == number).then_some(LineFault::Continues(last))
}

/// Returns what stands after a known key at the beginning of `line`: a comma, a blank, the line of a table.
fn sign_after_key(line: &str) -> Option<char> {
    let line = line.trim_start_matches(['|', ' ', '"']);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (key, rest) = line.split_at(end);
    let own = key.to_lowercase();
    keys().find(|known| *known == own)?;
    let sign = |c: &char| c.is_ascii_punctuation() && *c != '"';
    let first = rest.chars().next()?;
    let visible = rest.trim_start_matches(['"', ' ', '\t']).chars().next();
    // A value that begins with a sign of its own, as an amount may, has a blank before it.
    let visible = visible.filter(|c| sign(c) && !['+', '-', '(', '.', '~', '/', '$'].contains(c));
    visible.or(Some(first).filter(|c| [' ', '\t'].contains(c)))
}

/// Whether several keys with their values stand on `line`, as where line ends were lost or written out.
fn joins_keys(line: &str) -> bool {
    keys_with(line, &['=', ':']).take(2).count() == 2
}

/// Returns the keys that stand in `line` with one of `signs` after them.
fn keys_with(line: &str, signs: &[char]) -> impl Iterator<Item = &'static str> {
    let begins = move |key: &&'static str| {
        let key = *key;
        let mut places = line.match_indices(key);
        places.any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let written_out = line[..at].ends_with("\\n");
            let free = before.is_none_or(|c| !(c.is_alphanumeric() || c == '_')) || written_out;
            let rest = line[at + key.len()..].trim_start();
            free && rest.starts_with(signs)
        })
    };
    keys().filter(begins)
}

/// Whether a private key begins on `line`.
pub(super) fn begins_key(line: &str) -> bool {
    line.contains("BEGIN") && line.contains("PRIVATE KEY")
}

/// Returns the kind of a `text` that is of another kind than a config.
pub(super) fn content_of(text: &str) -> Option<ForeignContent> {
    let begin = without_ends(text);
    let lower: String = begin.chars().take(40).collect::<String>().to_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some(ForeignContent::WebPage);
    }
    if begin.starts_with(ENCODED_PEM) || begin.starts_with("PuTTY-User-Key-File") {
        return Some(ForeignContent::PrivateKey);
    }
    if begin.starts_with("{\\rtf") || begin.starts_with("%PDF") {
        return Some(ForeignContent::Document);
    }
    let own = |line: &str| {
        key_and_value(line).is_some_and(|(key, _)| keys().any(|known| known == bare_key(&key)))
    };
    if lines_of(text).any(|(_, line)| own(line)) {
        return None;
    }
    if lines_of(text).any(|(_, line)| begins_key(line)) {
        return Some(ForeignContent::PrivateKey);
    }
    let has =
        |word: &str| lines_of(text).any(|(_, line)| line.contains("BEGIN") && line.contains(word));
    if begin.starts_with("ssh-rsa ") || has("PUBLIC KEY") {
        return Some(ForeignContent::PublicKey);
    }
    has("CERTIFICATE").then_some(ForeignContent::Certificate)
}

/// Returns the content of a file that may have been meant as a config, from its first bytes, and the client's name.
pub(crate) fn claim(bytes: &[u8]) -> (Claim, Option<String>) {
    let decoded = decode(bytes, &mut Vec::new());
    let text = decoded.unwrap_or_else(|_| utf16(bytes));
    let mut pairs = lines_of(&text).filter_map(|(_, line)| key_and_value(line));
    let own = pairs.find_map(|(key, _)| {
        let key = bare_key(&key);
        value::ACCESS.into_iter().find(|known| *known == key)
    });
    // In whatever form it is written.
    let named = value::ACCESS.into_iter().find(|kind| {
        let ocid = format!("ocid1.{kind}.");
        lines_of(&text).any(|(_, line)| !line.starts_with(['#', ';']) && line.contains(&ocid))
    });
    let claim = match own.or(named) {
        Some(key) => Claim::Key(key),
        None if content_of(&text) == Some(ForeignContent::PrivateKey) || is_der_key(bytes) => {
            Claim::PrivateKey
        }
        None => Claim::NoKey,
    };
    (claim, stands(&text, super::config::CLIENTE))
}

/// The first value of `key` in a text that may make no sense as a whole: whose it is, the operator must know.
pub(super) fn stands(text: &str, key: &'static str) -> Option<String> {
    let mut pairs = lines_of(text).filter_map(|(_, line)| key_and_value(line));
    pairs.find_map(|(found, raw)| {
        let own = bare_key(&found) == key;
        let value = value::cleaned(key, &raw).value;
        let secret = value::is_secret(&value) || value::is_token(&value);
        (own && !value.is_empty() && !secret && !goes_on(key, &value))
            .then(|| printable(&value, super::config::LONGEST_NAME))
    })
}

/// Whether `bytes` are a private key in DER.
fn is_der_key(bytes: &[u8]) -> bool {
    bytes.starts_with(&DER.0) && bytes.get(4..7) == Some(&DER.1)
}

/// The text in `bytes` of UTF-16, in the order of its mark, else of its first zero.
fn utf16(bytes: &[u8]) -> Zeroizing<String> {
    let big = bytes.starts_with(UTF16_MARKS[1]) || bytes.first() == Some(&0);
    let units = Zeroizing::new(units_of(bytes, big));
    Zeroizing::new(String::from_utf16_lossy(&units))
}

/// The units of UTF-16 in `bytes`, of which `big` says the order.
fn units_of(bytes: &[u8], big: bool) -> Vec<u16> {
    let unit = |pair: &[u8]| match big {
        true => u16::from_be_bytes([pair[0], pair[1]]),
        false => u16::from_le_bytes([pair[0], pair[1]]),
    };
    bytes.chunks_exact(2).map(unit).collect()
}

/// Splits one line into key and value with the ini reader; backslashes and quotes stay as they stand. A possible
/// passphrase is split without it, since the reader leaves copies that are not wiped.
pub(crate) fn key_and_value(line: &str) -> Option<(String, Zeroizing<String>)> {
    let (key, value) = line.split_once(['=', ':'])?;
    if folded(key).contains("pass") {
        let value = Zeroizing::new(value.trim().to_owned());
        return Some((key.trim().to_owned(), value));
    }
    let options = ParseOption {
        enabled_quote: false,
        enabled_escape: false,
        ..ParseOption::default()
    };
    let ini = Ini::load_from_str_opt(line, options).ok()?;
    let mut pairs = ini.iter().flat_map(|(_, pairs)| pairs.iter());
    match (pairs.next(), pairs.next()) {
        (Some((key, value)), None) => Some((key.to_owned(), Zeroizing::new(value.to_owned()))),
        _ => None,
    }
}
