//! Private key of a new client: found by its fingerprint, named, or made.

use std::env;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Dialogue, shown};
use crate::add::Question;
use crate::add::keys::{self, PrivateKeyFile};
use crate::app::add::Stop;
use crate::failure::{AddProblem, KeyProblem};
use crate::path;
use crate::plan::Misuse;
use crate::profile::config::Passphrase;
use crate::profile::file::read_bounded;
use crate::profile::key::MAX_FILE_BYTES;
use crate::render::explain::add as words;

/// A private key that was found or made.
pub(super) struct Chosen {
    pub(super) key: PrivateKeyFile,
    /// The file, where it is in the folder already.
    pub(super) file: Option<String>,
    pub(super) pass_phrase: Option<Passphrase>,
}

impl Dialogue<'_> {
    /// The key that `--key` names, else the one with `fingerprint`; `named` is looked into first.
    pub(super) fn key(
        &mut self,
        fingerprint: Option<&str>,
        named: Option<PathBuf>,
        pass_phrase: Option<Passphrase>,
    ) -> Result<Option<Chosen>, Stop> {
        let mut pass_phrase = pass_phrase;
        if let Some(file) = &self.answers.pass_phrase_file {
            pass_phrase = Some(given_pass_phrase(file)?);
        }
        if let Some(file) = self.answers.key.clone() {
            let chosen = self.opened(&file, pass_phrase)?;
            if let Some(chosen) = &chosen {
                confirm(&chosen.key, fingerprint, &file)?;
            }
            return Ok(chosen);
        }
        // Whose fingerprint is missing has been named already.
        let Some(fingerprint) = fingerprint else {
            return Ok(None);
        };
        let secret = pass_phrase.as_ref().map(Passphrase::reveal);
        let home = env::home_dir();
        let folders = home.map(|home| ["Downloads", ".oci"].map(|folder| home.join(folder)));
        let mut searched = vec![self.plan.dir.clone()];
        searched.extend(folders.into_iter().flatten());
        let candidates = named.clone().into_iter().collect();
        if let Some((path, key)) = keys::find(candidates, &searched, fingerprint, secret) {
            if let Some(terminal) = &self.terminal {
                terminal.say(&words::found(self.lang(), &path))?;
            }
            // A passphrase that the key does not need is not kept.
            let needed = keys::read(&path, None).is_err();
            return Ok(Some(Chosen {
                key,
                file: self.in_folder(&path),
                pass_phrase: pass_phrase.filter(|_| needed),
            }));
        }
        if let Some(path) = named.filter(|path| path.is_file()) {
            let chosen = self.opened(&path, pass_phrase.clone())?;
            if let Some(chosen) = chosen.filter(|chosen| chosen.key.fingerprint == fingerprint) {
                return Ok(Some(chosen));
            }
        }
        let problem = AddProblem::NoKey {
            fingerprint: fingerprint.to_owned(),
        };
        let Some(terminal) = &self.terminal else {
            return Err(problem.into());
        };
        terminal.explain(&problem)?;
        loop {
            let Some(terminal) = &self.terminal else {
                return Ok(None);
            };
            let Some(line) = terminal.line(Question::KeyFile, None)? else {
                continue;
            };
            let path = path::resolve(&line, Path::new(""));
            let chosen = self.opened(&path, pass_phrase.clone());
            let confirmed = chosen.and_then(|chosen| {
                if let Some(chosen) = &chosen {
                    confirm(&chosen.key, Some(fingerprint), &path)?;
                }
                Ok(chosen)
            });
            match (confirmed, &self.terminal) {
                (Err(Stop::Misuse(Misuse::Add(problem))), Some(terminal)) => {
                    terminal.explain(&problem)?;
                }
                (chosen, _) => return chosen,
            }
        }
    }

    /// The key in the file at `path`; its passphrase is asked for where it needs one.
    pub(super) fn opened(
        &mut self,
        path: &Path,
        pass_phrase: Option<Passphrase>,
    ) -> Result<Option<Chosen>, Stop> {
        let mut pass_phrase = pass_phrase;
        loop {
            let problem = match opened_by(path, pass_phrase.take()) {
                Ok((key, pass_phrase)) => {
                    let needed = keys::read(path, None).is_err();
                    let file = self.in_folder(path);
                    let pass_phrase = pass_phrase.filter(|_| needed);
                    return Ok(Some(Chosen {
                        key,
                        file,
                        pass_phrase,
                    }));
                }
                Err(problem) => problem,
            };
            let missing = problem == KeyProblem::PassphraseMissing;
            let asked = missing || problem == KeyProblem::PassphraseWrong;
            match &self.terminal {
                Some(terminal) if asked => {
                    if !missing {
                        terminal.explain(&key_problem(path, problem))?;
                    }
                    let secret = terminal.secret(Question::PassPhrase)?;
                    match checked_pass_phrase(secret) {
                        Ok(secret) => pass_phrase = Some(secret),
                        Err(problem) => terminal.explain(&problem)?,
                    }
                }
                None if missing => {
                    self.missing.push("--pass-phrase-file");
                    return Ok(None);
                }
                _ => return Err(key_problem(path, problem).into()),
            }
        }
    }

    /// Makes a key pair.
    pub(super) fn made(&self) -> Result<Chosen, Stop> {
        if let Some(terminal) = &self.terminal {
            terminal.say(&words::making(self.lang()))?;
        }
        Ok(Chosen {
            key: keys::make()?,
            file: None,
            pass_phrase: None,
        })
    }

    /// The name of the file at `path`, where it is in the clients' folder and a config can hold it.
    pub(super) fn in_folder(&self, path: &Path) -> Option<String> {
        let folder = path.parent()?.canonicalize().ok()?;
        let own = self.plan.dir.canonicalize().ok()?;
        let file = path.file_name()?.to_str()?;
        let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        (folder == own && file.chars().all(plain)).then(|| file.to_owned())
    }
}

/// Opens the key in the file at `path` with `pass_phrase`, or with its other reading, and returns the one that opens it.
fn opened_by(
    path: &Path,
    pass_phrase: Option<Passphrase>,
) -> Result<(PrivateKeyFile, Option<Passphrase>), KeyProblem> {
    let written = match keys::read(path, pass_phrase.as_ref().map(Passphrase::reveal)) {
        Err(KeyProblem::PassphraseWrong) => KeyProblem::PassphraseWrong,
        read => return Ok((read?, pass_phrase)),
    };
    let cleaned = pass_phrase.as_ref().and_then(Passphrase::cleaned);
    let (bare, _) = cleaned.ok_or_else(|| written.clone())?;
    let key = keys::read(path, Some(bare.reveal())).map_err(|_| written)?;
    Ok((key, Some(bare)))
}

/// The first line of the file at `path`, as a passphrase.
fn given_pass_phrase(path: &Path) -> Result<Passphrase, AddProblem> {
    let text = read_bounded(path, MAX_FILE_BYTES).map_err(|problem| AddProblem::Source {
        file: shown(path.display()),
        problem,
    })?;
    let text = str::from_utf8(&text).map_err(|_| AddProblem::PassPhrase)?;
    let line = text.lines().next().unwrap_or_default();
    checked_pass_phrase(Zeroizing::new(line.to_owned()))
}

/// `secret`, if a config can hold it.
fn checked_pass_phrase(secret: Zeroizing<String>) -> Result<Passphrase, AddProblem> {
    let held = secret.trim() == secret.as_str() && !secret.chars().any(char::is_control);
    match held {
        true => Ok(Passphrase::new(secret)),
        false => Err(AddProblem::PassPhrase),
    }
}

/// Checks that `key` has `fingerprint`, where one is known.
pub(super) fn confirm(
    key: &PrivateKeyFile,
    fingerprint: Option<&str>,
    path: &Path,
) -> Result<(), Stop> {
    match fingerprint {
        Some(other) if other != key.fingerprint => {
            let problem = KeyProblem::FingerprintDiffers {
                config: other.to_owned(),
                key: key.fingerprint.clone(),
            };
            Err(key_problem(path, problem).into())
        }
        _ => Ok(()),
    }
}

pub(super) fn key_problem(path: &Path, problem: KeyProblem) -> AddProblem {
    AddProblem::Key {
        file: shown(path.display()),
        problem,
    }
}
