//! Access of a new client: from the console's preview, from the vendor's own config, or by single answers.

use std::env;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Dialogue, read_as, shown, value};
use crate::add::Question;
use crate::add::preview::{self, DEFAULT, Preview};
use crate::app::add::Stop;
use crate::app::add::terminal::Terminal;
use crate::failure::AddProblem;
use crate::plan::Misuse;
use crate::profile::config::{self, LARGEST, TENANCY, USER};
use crate::profile::file::read_bounded;
use crate::render::explain::add as words;
use crate::text::holds_key;

/// The word for standard input.
const STDIN: &str = "-";

impl Dialogue<'_> {
    /// Reads the access that the options give, if any does.
    pub(super) fn given_access(&self) -> Result<Option<Preview>, Stop> {
        if let Some(file) = &self.answers.preview {
            if file == Path::new(STDIN)
                && let Some(terminal) = &self.terminal
            {
                return Ok(Some(pasted(terminal)?));
            }
            let text = given_text(file)?;
            return Ok(Some(preview::parse(&text)?));
        }
        let profile = self.answers.from_oci.as_deref();
        profile.map(from_oci).transpose()
    }

    /// Asks how the access comes, and for it; `None` where a key is to be made.
    pub(super) fn chosen_access(&self) -> Result<Option<Preview>, Stop> {
        let Some(terminal) = &self.terminal else {
            return Ok(Some(Preview::default()));
        };
        let has_config = oci_config().is_some_and(|path| path.is_file());
        let items = words::sources(self.lang(), has_config);
        match terminal.choose(Question::Source, &items)? {
            0 => Ok(Some(pasted(terminal)?)),
            1 => Ok(None),
            _ => loop {
                let line = terminal.line(Question::Profile, Some(DEFAULT))?;
                let Some(profile) = line else { continue };
                match from_oci(&profile) {
                    Err(Stop::Misuse(Misuse::Add(problem))) => terminal.explain(&problem)?,
                    access => return access.map(Some),
                }
            },
        }
    }

    pub(super) fn tenancy(&mut self, known: Option<String>) -> Result<Option<String>, Stop> {
        let given = self.answers.tenancy.clone().or(known);
        let option = "--tenancy";
        self.answer(given.as_deref(), option, Question::Tenancy, None, |text| {
            config::ocid(text, TENANCY).map_err(|problem| value(option, problem))
        })
    }

    pub(super) fn region(
        &mut self,
        known: Option<String>,
        tenancy: Option<&str>,
    ) -> Result<Option<String>, Stop> {
        let given = self.answers.region.clone().or(known);
        let option = "--region";
        self.answer(given.as_deref(), option, Question::Region, None, |text| {
            let region = config::region(text, tenancy);
            let region = region.map_err(|problem| value(option, problem))?;
            Ok(region.map_or_else(|| text.to_owned(), |region| region.name))
        })
    }

    /// The user's OCID; where `question` asks for one that may not exist, an empty line is none.
    pub(super) fn user(
        &mut self,
        known: Option<String>,
        question: Question,
    ) -> Result<Option<String>, Stop> {
        let given = self.answers.user.clone().or(known);
        let option = "--user";
        let may_lack = question == Question::UserIfAny;
        if may_lack && given.is_none() && self.terminal.is_none() {
            return Ok(None);
        }
        let user = self.answer(given.as_deref(), option, question, None, |text| {
            if may_lack && text.is_empty() {
                return Ok(None);
            }
            let user = config::ocid(text, USER);
            user.map(Some).map_err(|problem| value(option, problem))
        })?;
        Ok(user.flatten())
    }

    pub(super) fn given_fingerprint(&self, known: Option<String>) -> Result<Option<String>, Stop> {
        let given = self.answers.fingerprint.clone().or(known);
        let checked = given.map(|given| read_as("--fingerprint", &given, fingerprint));
        Ok(checked.transpose()?)
    }

    /// The fingerprint of the key to look for; a key that is named needs none.
    pub(super) fn fingerprint(&mut self, known: Option<String>) -> Result<Option<String>, Stop> {
        let given = self.given_fingerprint(known)?;
        if given.is_some() || self.answers.key.is_some() {
            return Ok(given);
        }
        let question = Question::Fingerprint;
        self.answer(None, "--fingerprint", question, None, fingerprint)
    }
}

/// Asks for a preview until one can be read.
pub(super) fn pasted(terminal: &Terminal) -> Result<Preview, Stop> {
    loop {
        let Some(text) = terminal.paste()? else {
            continue;
        };
        match preview::parse(text.as_bytes()) {
            Ok(preview) => return Ok(preview),
            Err(problem) => terminal.explain(&problem)?,
        }
    }
}

/// The text of the file that an option names.
fn given_text(file: &Path) -> Result<Zeroizing<Vec<u8>>, AddProblem> {
    let source = |problem| AddProblem::Source {
        file: shown(file.display()),
        problem,
    };
    if file != Path::new(STDIN) {
        return read_bounded(file, LARGEST).map_err(source);
    }
    let mut text = Zeroizing::new(Vec::with_capacity(LARGEST + 2));
    let limit = LARGEST as u64 + 1;
    let read = io::stdin().lock().take(limit).read_to_end(&mut text);
    read.map_err(|error| source(error.into()))?;
    Ok(text)
}

/// The vendor's own folder.
pub(super) fn oci_folder() -> Option<PathBuf> {
    Some(env::home_dir()?.join(".oci"))
}

/// The vendor's own config.
fn oci_config() -> Option<PathBuf> {
    Some(oci_folder()?.join("config"))
}

/// Reads a profile of the vendor's own config.
fn from_oci(profile: &str) -> Result<Preview, Stop> {
    if holds_key(profile) {
        return Err(AddProblem::KeyPasted.into());
    }
    let path = oci_config().unwrap_or_default();
    let file = shown(path.display());
    let text = read_bounded(&path, LARGEST).map_err(|problem| AddProblem::Source {
        file: file.clone(),
        problem,
    })?;
    Ok(preview::profile(&text, profile.trim(), &file)?)
}

fn fingerprint(text: &str) -> Result<String, AddProblem> {
    config::fingerprint(text).map_err(|problem| value("--fingerprint", problem))
}
