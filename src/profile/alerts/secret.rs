//! Secrets and their sources: a file, a command, a variable, a credential of systemd, or the line itself.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Url;
use zeroize::Zeroizing;

use super::super::file::read_with_access;
use super::access::Process;
use super::command;
use super::refused::{AlertsRefused, Place, shown};
use super::values::endpoint;
use crate::failure::{AlertsProblem, SecretFault};

/// Bytes of the longest secret: a token of OAuth with its claims.
const LONGEST: usize = 16 * 1024;
/// The variable with the folder of systemd's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A secret, wiped after use and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// An address that is a secret: whoever has it can send. It is https, or http to this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(Url);

impl SecretUrl {
    /// The address itself.
    pub fn reveal(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretUrl({}/…)", self.0.host_str().unwrap_or_default())
    }
}

/// Where a secret of `alertas.ini` comes from, with the place in the file that says so.
#[derive(Clone)]
pub struct SecretSource {
    place: Place,
    origin: Origin,
}

/// The forms of a source.
#[derive(Clone)]
pub(super) enum Origin {
    /// The line itself.
    Plain(Secret),
    /// A file.
    File(PathBuf),
    /// The output of a command, which is run in the folder.
    Command { argv: Vec<String>, folder: PathBuf },
    /// A variable of the environment.
    Variable(String),
    /// A file in the folder of systemd's credentials.
    Credential(String),
}

/// Debug shows no argument of a command: people put secrets there.
impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { key, line, .. } = &self.place;
        write!(f, "SecretSource({key}, line {line})")
    }
}

impl SecretSource {
    pub(super) fn new(place: Place, origin: Origin) -> Self {
        Self { place, origin }
    }

    /// Whether the secret stands in the file itself.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.origin, Origin::Plain(_))
    }

    /// Returns the secret. Reads a file or runs a command, which blocks for seconds.
    ///
    /// # Errors
    /// [`AlertsRefused`] where the source gives no secret, or others can read or change it.
    pub fn resolve(&self) -> Result<Secret, AlertsRefused> {
        let content = match &self.origin {
            Origin::Plain(secret) => return Ok(secret.clone()),
            Origin::File(path) => self.read(path, Process::has_alone),
            Origin::Credential(name) => {
                let folder = env::var_os(CREDENTIALS).filter(|folder| !folder.is_empty());
                let folder = folder.ok_or_else(|| self.refuse(AlertsProblem::NoCredentials))?;
                // The folder is the service's own, and an access list of systemd stands in the bits of the group.
                let owned = |_: &Process, access: super::Access| access.mode & 0o007 == 0;
                self.read(&Path::new(&folder).join(name), owned)
            }
            Origin::Command { argv, folder } => {
                command::output(argv, folder, LONGEST).map_err(|problem| self.refuse(problem))
            }
            Origin::Variable(name) => match env::var_os(name) {
                Some(value) => Ok(Zeroizing::new(value.into_encoded_bytes())),
                None => Err(self.refuse(AlertsProblem::NoVariable)),
            },
        }?;
        let secret = secret(&content);
        secret.map_err(|fault| self.refuse(AlertsProblem::NotASecret(fault)))
    }

    /// Returns the secret as an address.
    ///
    /// # Errors
    /// As those of [`SecretSource::resolve`], and where the secret is no address that is allowed.
    pub fn resolve_url(&self) -> Result<SecretUrl, AlertsRefused> {
        let secret = self.resolve()?;
        let url = endpoint(secret.reveal(), true);
        url.map(SecretUrl).map_err(|problem| {
            self.refuse(AlertsProblem::NotASecret(SecretFault::NotAnEndpoint(
                problem,
            )))
        })
    }

    /// Checks the source as far as no command has to be run for it: its program is there, and nobody else's to change.
    ///
    /// # Errors
    /// As those of [`SecretSource::resolve`].
    pub fn verify(&self) -> Result<(), AlertsRefused> {
        match &self.origin {
            Origin::Command { argv, folder } => {
                let name = argv.first().map(String::as_str).unwrap_or_default();
                let program = command::program(name, folder);
                program.map(drop).map_err(|problem| self.refuse(problem))
            }
            _ => self.resolve().map(drop),
        }
    }

    /// Reads the file at `path`, if `alone` says that nobody else can read or write it.
    fn read(
        &self,
        path: &Path,
        alone: impl Fn(&Process, super::Access) -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, AlertsRefused> {
        let file = || shown(&path.to_string_lossy());
        let (content, access) = read_with_access(path, LONGEST).map_err(|problem| {
            let file = file();
            self.refuse(AlertsProblem::SecretFile { file, problem })
        })?;
        match access.filter(|access| !alone(&Process::own(), *access)) {
            Some(access) => Err(self.refuse(AlertsProblem::SecretExposed {
                file: file(),
                mode: access.mode & 0o777,
            })),
            None => Ok(content),
        }
    }

    fn refuse(&self, problem: AlertsProblem) -> AlertsRefused {
        self.place.refuse(problem)
    }
}

/// The secret in the content of a source: one line, whose end is not part of it.
fn secret(content: &[u8]) -> Result<Secret, SecretFault> {
    if content.len() > LONGEST {
        return Err(SecretFault::TooLong);
    }
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    let text = str::from_utf8(content).map_err(|_| SecretFault::NotText)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(SecretFault::Empty);
    }
    if text.chars().any(char::is_control) {
        return Err(SecretFault::SeveralLines);
    }
    Ok(Secret(Zeroizing::new(text.to_owned())))
}

/// The secret that stands in the file itself, as it is written. Nothing says whether quotes around it, or characters
/// that nobody sees, belong to it.
pub(super) fn plain(text: &str) -> Result<Secret, AlertsProblem> {
    if super::super::value::bare("", text).as_str() != text {
        return Err(AlertsProblem::DoubtfulSecret);
    }
    secret(text.as_bytes()).map_err(AlertsProblem::NotASecret)
}
