//! The sections of `alertas.ini` with their lines, each key in the section that it belongs to; and the reading of
//! values with their places.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::super::config::{bare_key, is_placeholder, key_and_value, lines_of};
use super::super::file::FilePermissions;
use super::super::lines::begins_key;
use super::super::value::{self, Cleaned, without_quotes};
use super::access::is_private;
use super::command;
use super::keys::{KeySpec, SecretKey, SectionSpec, near_key, near_section, sections_with};
use super::refused::KeyPosition;
use super::secret::{Origin, SecretSource, plain};
use super::values::{ascii, of_form};
use crate::failure::{
    AlertsProblem, AlertsRefused, ConfigProblem, LineFault, Reading, Warning, Written,
};
use crate::path;
use crate::text::{folded, printable};

/// Characters of the longest name of a section.
const LONGEST_NAME: usize = 40;
/// Characters of an unknown key that are shown.
const LONGEST_KEY: usize = 40;
/// The key of a command.
pub(super) const EXECUTAR: &str = "executar";
/// The word before the name of a credential of systemd.
const CREDENTIAL: &str = "credencial:";

/// A section of the file.
pub(super) struct Block {
    pub(super) section: &'static SectionSpec,
    /// The header without its brackets, fit for a terminal.
    pub(super) header: Arc<str>,
    /// The name in the header, of a section that has one.
    pub(super) name: String,
    /// The header's line, from 1.
    pub(super) line: usize,
    entries: Vec<BlockLine>,
}

/// A line with a key.
struct BlockLine {
    key: &'static KeySpec,
    place: KeyPosition,
    raw: Zeroizing<String>,
    value: Zeroizing<String>,
}

/// The file that the sections come from.
#[derive(Clone, Copy)]
pub(super) struct SettingsFile<'f> {
    /// The file's folder.
    pub(super) folder: &'f Path,
    /// Path of the file.
    pub(super) path: &'f Path,
    /// Permissions of the file, on a system that has any of unix's kind.
    pub(super) access: Option<FilePermissions>,
}

/// Reads the sections in `text`, and warns of the values that have one reading only.
pub(super) fn blocks(text: &str, warnings: &mut Vec<Warning>) -> Result<Vec<Block>, AlertsRefused> {
    let mut blocks: Vec<Block> = Vec::new();
    for (number, line) in lines_of(text) {
        let line = line.trim_start_matches('\u{FEFF}');
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let current = blocks.last().map(|block| block.header.clone());
        let refuse = |key: Option<&str>, problem: AlertsProblem| AlertsRefused {
            line: Some(number),
            section: current.clone(),
            key: key.map(Arc::from),
            ..AlertsRefused::new(problem)
        };
        let syntax = |fault| refuse(None, ConfigProblem::Syntax(fault).into());
        if begins_key(line) {
            return Err(refuse(None, ConfigProblem::KeyInside.into()));
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (header, rest) = rest.split_once(']').ok_or_else(|| syntax(None))?;
            let rest = rest.trim_start();
            if !rest.is_empty() && !rest.starts_with(['#', ';']) {
                return Err(syntax(None));
            }
            let block = block(header, number)?;
            let same = |other: &&Block| {
                other.section.word == block.section.word
                    && folded(&other.name) == folded(&block.name)
            };
            if let Some(first) = blocks.iter().find(same) {
                let first_line = first.line;
                return Err(block.refuse(AlertsProblem::RepeatedSection { first_line }));
            }
            blocks.push(block);
            continue;
        }
        let (key, raw) = key_and_value(line).ok_or_else(|| syntax(None))?;
        let word = bare_key(&key);
        let Some(block) = blocks.last_mut() else {
            let sections = sections_with(&word);
            let word = (!sections.is_empty()).then_some(word.as_str());
            return Err(refuse(word, AlertsProblem::OutsideSections { sections }));
        };
        let Some((key, word)) = block.section.key(&word) else {
            return Err(refuse(
                shown_key(&word).as_deref(),
                unknown(block.section, &word),
            ));
        };
        let place = KeyPosition {
            line: number,
            section: block.header.clone(),
            key: word,
        };
        if joins(block.section, key, &raw) {
            return Err(place.refuse(ConfigProblem::Syntax(Some(LineFault::Joined)).into()));
        }
        let first = block.entries.iter().find(|entry| entry.place.key == word);
        if let Some(first) = first {
            let name = word.to_owned();
            let first_line = first.place.line;
            let problem = ConfigProblem::RepeatedKey { name, first_line };
            return Err(place.refuse(problem.into()));
        }
        // A secret counts as it is written, and the quotes of a command are its own.
        let forms = key.secret;
        let as_written = key.word == EXECUTAR
            || forms.is_some_and(|forms| [forms.plain, forms.command].contains(&word));
        let Cleaned { value, readings } = match as_written {
            true => Cleaned {
                value: raw.clone(),
                readings: Vec::new(),
            },
            false => value::cleaned(word, &raw),
        };
        warnings.extend(
            readings
                .into_iter()
                .map(|reading: Reading| Warning::ReadAs {
                    keys: vec![(word, number)],
                    reading,
                }),
        );
        block.entries.push(BlockLine {
            key,
            place,
            raw,
            value,
        });
    }
    Ok(blocks)
}

/// Reads the header of a section.
fn block(header: &str, number: usize) -> Result<Block, AlertsRefused> {
    let written = printable(header, LONGEST_NAME);
    let refuse = |problem| AlertsRefused {
        line: Some(number),
        section: Some(written.as_str().into()),
        ..AlertsRefused::new(problem)
    };
    let header = header.trim();
    let (word, name) = header.split_once([' ', '\t', ':']).unwrap_or((header, ""));
    let name = without_quotes(name);
    let section = SectionSpec::find(word)
        .or_else(|| SectionSpec::find(&folded(word)))
        .ok_or_else(|| {
            let near = near_section(header).or_else(|| near_section(word));
            refuse(AlertsProblem::UnknownSection { near })
        })?;
    match (section.name, name) {
        (Some(_), "") => return Err(refuse(AlertsProblem::Nameless)),
        (None, name) if !name.is_empty() => return Err(refuse(AlertsProblem::Named)),
        _ => {}
    }
    let allowed = |c: char| c.is_alphanumeric() || [' ', '-', '_', '.'].contains(&c);
    if !name.chars().all(allowed) || name.chars().count() > LONGEST_NAME {
        return Err(refuse(AlertsProblem::NotAName));
    }
    let header = match name {
        "" => section.word.to_owned(),
        name => format!("{} {name}", section.word),
    };
    Ok(Block {
        section,
        header: header.into(),
        name: name.to_owned(),
        line: number,
        entries: Vec::new(),
    })
}

/// The problem of a key that `section` does not have.
fn unknown(section: &SectionSpec, word: &str) -> AlertsProblem {
    let sections = sections_with(word);
    if sections.is_empty() {
        let near = near_key(section, word);
        return AlertsProblem::UnknownKey { near };
    }
    AlertsProblem::OfOtherSection { sections }
}

/// An unknown key as far as it may be shown: a part of a secret that goes over two lines looks like a key.
fn shown_key(word: &str) -> Option<String> {
    let letters = |c: char| c.is_alphabetic() || ['_', '-', ' '].contains(&c);
    let plain = word.chars().all(letters) && word.chars().count() <= LONGEST_KEY;
    plain.then(|| printable(word, LONGEST_KEY))
}

/// Whether another key of `section` stands in the value `raw` of `key`, as where a line end was lost. Commands and
/// secrets may have any words.
fn joins(section: &SectionSpec, key: &KeySpec, raw: &str) -> bool {
    if key.hidden && key.secret.is_some() || key.word == EXECUTAR {
        return false;
    }
    let mut words = section.keys.iter().flat_map(KeySpec::words);
    words.any(|word| {
        let mut places = raw.match_indices(word);
        places.any(|(at, _)| {
            let after = raw[at + word.len()..].trim_start();
            raw[..at].ends_with(char::is_whitespace) && after.starts_with('=')
        })
    })
}

impl Block {
    /// The refusal of the section.
    pub(super) fn refuse(&self, problem: AlertsProblem) -> AlertsRefused {
        AlertsRefused {
            line: Some(self.line),
            section: Some(self.header.clone()),
            ..AlertsRefused::new(problem)
        }
    }

    /// The refusal of a section without the keys `words`, one of which is enough where `any` is set.
    pub(super) fn lacks(&self, words: &[&str], any: bool) -> AlertsRefused {
        let keys = words.iter().filter_map(|word| self.section.key(word));
        let lines = keys.map(|(key, _)| key.line()).collect();
        self.refuse(AlertsProblem::Missing { lines, any })
    }

    /// The line of `key`; `None` where there is none, or its value is empty.
    fn entry(&self, key: &str) -> Option<&BlockLine> {
        let entry = self.entries.iter().find(|entry| entry.place.key == key)?;
        (!entry.value.is_empty()).then_some(entry)
    }

    /// Whether `key` has a value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// The refusal of the value of `key`, or of the section where it has none.
    pub(super) fn refuse_key(&self, key: &str, problem: AlertsProblem) -> AlertsRefused {
        match self.entry(key) {
            Some(entry) => entry.refuse(problem),
            None => self.refuse(problem),
        }
    }

    /// The value of `key` as `read` takes it; a key that is not there is none.
    pub(super) fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, AlertsProblem>,
    ) -> Result<Option<T>, AlertsRefused> {
        let Some(entry) = self.entry(key) else {
            return Ok(None);
        };
        let value = entry.checked()?;
        read(value)
            .map(Some)
            .map_err(|problem| entry.refuse(problem))
    }

    /// The value of `key` as `read` takes it.
    pub(super) fn need<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, AlertsProblem>,
    ) -> Result<T, AlertsRefused> {
        self.read(key, read)?
            .ok_or_else(|| self.lacks(&[key], false))
    }

    /// Each part of a list of addresses as `read` takes it, without repetitions. A part that is refused is shown
    /// `as_shown`.
    pub(super) fn list<T: PartialEq>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<T, AlertsProblem>,
        as_shown: fn(&str) -> Option<String>,
    ) -> Result<Vec<T>, AlertsRefused> {
        let Some(entry) = self.entry(key) else {
            return Ok(Vec::new());
        };
        let value = entry.checked()?;
        let mut found = Vec::new();
        for part in super::address::split(value) {
            let value = read(part).map_err(|problem| AlertsRefused {
                written: as_shown(part).map(|value| {
                    Box::new(Written {
                        value: Some(value),
                        odd: None,
                    })
                }),
                ..entry.place.refuse(problem)
            })?;
            if !found.contains(&value) {
                found.push(value);
            }
        }
        Ok(found)
    }

    /// The file of the partner's own user.
    pub(super) fn user(&self, source: SettingsFile<'_>) -> Result<PathBuf, AlertsRefused> {
        let user = self.optional_user(source)?;
        user.ok_or_else(|| self.lacks(&["oci"], false))
    }

    /// The file of the partner's own user, where the section has it.
    pub(super) fn optional_user(
        &self,
        source: SettingsFile<'_>,
    ) -> Result<Option<PathBuf>, AlertsRefused> {
        self.read("oci", |value| {
            let path = path::resolve(value, source.folder);
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().to_lowercase());
            match name {
                Some(name) if name.starts_with("config_") => Err(AlertsProblem::NameOfAClient),
                _ => Ok(path),
            }
        })
    }

    /// The secret that one of `forms` gives; `None` where none of them has a value.
    ///
    /// # Errors
    /// Where two of them have one; where the secret stands in the file, which `open` does not allow, and others can
    /// read it; where others can change the command.
    pub(super) fn secret(
        &self,
        forms: &'static SecretKey,
        source: SettingsFile<'_>,
        open: bool,
    ) -> Result<Option<SecretSource>, AlertsRefused> {
        let mut given = forms
            .words()
            .into_iter()
            .filter_map(|word| self.entry(word));
        let Some(entry) = given.next() else {
            return Ok(None);
        };
        if let Some(second) = given.next() {
            return Err(entry.beside(second));
        }
        let origin = entry.origin(forms, source, open);
        let origin = origin.map_err(|problem| entry.refuse(problem))?;
        Ok(Some(SecretSource::new(entry.place.clone(), origin)))
    }

    /// The secret that one of `forms` gives.
    pub(super) fn need_secret(
        &self,
        forms: &'static SecretKey,
        source: SettingsFile<'_>,
    ) -> Result<SecretSource, AlertsRefused> {
        let secret = self.secret(forms, source, false)?;
        secret.ok_or_else(|| self.lacks(&[forms.plain], false))
    }

    /// Refuses two keys of which only one may have a value.
    pub(super) fn not_both(&self, one: &str, other: &str) -> Result<(), AlertsRefused> {
        match self.entry(one).zip(self.entry(other)) {
            Some((one, other)) => Err(one.beside(other)),
            None => Ok(()),
        }
    }

    /// The first of `keys` that has a value and means nothing with `por = kind`.
    pub(super) fn refuse_others(
        &self,
        kind: &'static str,
        keys: &[&str],
    ) -> Result<(), AlertsRefused> {
        let words = keys.iter().filter_map(|key| self.section.key(key));
        let mut words = words.flat_map(|(key, _)| key.words());
        match words.find_map(|word| self.entry(word)) {
            Some(entry) => Err(entry.refuse(AlertsProblem::NotFor { kind })),
            None => Ok(()),
        }
    }
}

impl BlockLine {
    /// The refusal of the value, which is shown unless it may be a secret.
    fn refuse(&self, problem: AlertsProblem) -> AlertsRefused {
        match self.key.hidden {
            true => self.place.refuse(problem),
            false => self.place.refuse_value(&self.raw, problem),
        }
    }

    /// The refusal of two keys that say the same, at the later one.
    fn beside(&self, other: &Self) -> AlertsRefused {
        let (first, last) = match self.place.line < other.place.line {
            true => (self, other),
            false => (other, self),
        };
        last.refuse(AlertsProblem::TwoForms {
            other: first.place.key,
            other_line: first.place.line,
        })
    }

    /// The value, unless it is none of any key: a placeholder, or a private key.
    fn checked(&self) -> Result<&str, AlertsRefused> {
        let value = self.value.as_str();
        // An address stands between angle brackets.
        let placeholder = is_placeholder(value) && !value.contains('@');
        match value {
            value if value::is_secret(value) => {
                Err(self.place.refuse(ConfigProblem::KeyInside.into()))
            }
            _ if placeholder => Err(self.refuse(ConfigProblem::Placeholder.into())),
            value => Ok(value),
        }
    }

    /// The source of the secret that the line gives in one of `forms`.
    fn origin(
        &self,
        forms: &SecretKey,
        source: SettingsFile<'_>,
        open: bool,
    ) -> Result<Origin, AlertsProblem> {
        let word = self.place.key;
        let value = self.value.as_str();
        if word == forms.file {
            return Ok(Origin::File(path::resolve(value, source.folder)));
        }
        if word == forms.command {
            return Ok(Origin::Command {
                argv: argv(value, source)?,
                folder: source.folder.to_owned(),
            });
        }
        if word == forms.variable {
            let name = value.strip_prefix('$').unwrap_or(value);
            let digit = name.starts_with(|c: char| c.is_ascii_digit());
            let name = of_form(name, 100, ascii("_"), "SMTP_SENHA")?;
            return match digit {
                true => Err(AlertsProblem::NotOfForm {
                    example: "SMTP_SENHA",
                }),
                false => Ok(Origin::Variable(name)),
            };
        }
        if let Some(name) = value.strip_prefix(CREDENTIAL) {
            // As systemd has it: a name of a file, without a folder.
            let example = "credencial:smtp";
            let name = of_form(name.trim(), 255, ascii("._-@"), example)?;
            return match name.starts_with('.') {
                true => Err(AlertsProblem::NotOfForm { example }),
                false => Ok(Origin::Credential(name)),
            };
        }
        let secret = plain(value)?;
        match source.access.filter(|access| !is_private(*access) && !open) {
            Some(access) => Err(AlertsProblem::PlainSecret {
                mode: access.mode & 0o777,
            }),
            None => Ok(Origin::Plain(secret)),
        }
    }
}

/// The words of a command. Others must not be able to write the file that names it, the program, or a folder above
/// them. A program that is not there is no error: the channel may wait for it, and sending tells.
pub(super) fn argv(value: &str, source: SettingsFile<'_>) -> Result<Vec<String>, AlertsProblem> {
    let mut argv = command::words(value)?;
    if source.access.is_some() {
        command::unshared(source.path)?;
    }
    let Some(name) = argv.first_mut().filter(|name| !name.is_empty()) else {
        return Err(AlertsProblem::NoProgram {
            program: String::new(),
        });
    };
    match command::program(name, source.folder) {
        // A name in another encoding than UTF-8 is looked for again.
        Ok(path) => {
            *name = path
                .into_os_string()
                .into_string()
                .unwrap_or(mem::take(name))
        }
        Err(AlertsProblem::NoProgram { .. }) => {}
        Err(problem) => return Err(problem),
    }
    Ok(argv)
}
