//! Secrets and their sources: a file, a command, a variable, a credential of systemd, or the line itself.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Url;
use zeroize::Zeroizing;

use super::super::file::read_with_access;
use super::access::Process;
use super::command;
use super::refused::{KeyPosition, shown};
use crate::failure::{AlertsProblem, AlertsRefused, SecretFault};
use crate::oci::endpoint::address;

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

/// The source of a secret of `alertas.ini`, with the place in the file that says so.
#[derive(Clone)]
pub struct SecretSource {
    place: KeyPosition,
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
        let KeyPosition { key, line, .. } = &self.place;
        write!(f, "SecretSource({key}, line {line})")
    }
}

impl SecretSource {
    pub(super) fn new(place: KeyPosition, origin: Origin) -> Self {
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
        self.resolve_with(|name| env::var_os(name))
    }

    /// Returns the secret, with the environment that `variable` gives.
    fn resolve_with(
        &self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Secret, AlertsRefused> {
        let content = match &self.origin {
            Origin::Plain(secret) => return Ok(secret.clone()),
            Origin::File(path) => self.read(path, Process::has_alone),
            Origin::Credential(name) => {
                let folder = variable(CREDENTIALS).filter(|folder| !folder.is_empty());
                let folder = folder.ok_or_else(|| self.refuse(AlertsProblem::NoCredentials))?;
                // The folder is the service's own, and an access list of systemd stands in the bits of the group.
                let owned = |_: &Process, access: super::FilePermissions| access.mode & 0o007 == 0;
                self.read(&Path::new(&folder).join(name), owned)
            }
            Origin::Command { argv, folder } => {
                command::output(argv, folder, LONGEST).map_err(|problem| self.refuse(problem))
            }
            Origin::Variable(name) => match variable(name) {
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
        let url = address(secret.reveal(), true);
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
        alone: impl Fn(&Process, super::FilePermissions) -> bool,
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::failure::{EndpointProblem, FileProblem};

    fn source(origin: Origin) -> SecretSource {
        let place = KeyPosition {
            line: 7,
            section: "email".into(),
            key: "senha_arquivo",
        };
        SecretSource::new(place, origin)
    }

    /// The secret of `source`, in an environment with these variables.
    fn found(source: &SecretSource, variables: &[(&str, &str)]) -> Result<String, AlertsProblem> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let secret = source.resolve_with(variable);
        secret
            .map(|secret| secret.reveal().to_owned())
            .map_err(|refused| {
                assert_eq!(refused.line, Some(7));
                assert_eq!(refused.section.as_deref(), Some("email"));
                assert_eq!(refused.key.as_deref(), Some("senha_arquivo"));
                assert_eq!(refused.written, None);
                refused.problem
            })
    }

    #[test]
    fn a_secret_is_one_line_of_text() {
        let read = |content: &[u8]| secret(content).map(|secret| secret.reveal().to_owned());
        for (content, expected) in [
            (&b"hunter2"[..], "hunter2"),
            (b" hunter 2\r\n", "hunter 2"),
            (b"\xEF\xBB\xBFhunter2\n\n", "hunter2"),
            ("sen\u{E7}a".as_bytes(), "sen\u{E7}a"),
        ] {
            assert_eq!(read(content).as_deref(), Ok(expected));
        }
        for (content, fault) in [
            (&b""[..], SecretFault::Empty),
            (b"\n \t", SecretFault::Empty),
            (b"a\nb", SecretFault::SeveralLines),
            (b"a\0b", SecretFault::SeveralLines),
            (b"a\x1Bb", SecretFault::SeveralLines),
            (b"a\xFF", SecretFault::NotText),
            (&[b'a'; LONGEST + 1], SecretFault::TooLong),
        ] {
            assert_eq!(read(content), Err(fault));
        }
    }

    #[test]
    fn a_variable_and_a_credential_are_looked_up_when_they_are_needed() {
        let variable = source(Origin::Variable("SENHA".to_owned()));
        assert_eq!(found(&variable, &[]), Err(AlertsProblem::NoVariable));
        assert_eq!(found(&variable, &[("SENHA", "x")]).as_deref(), Ok("x"));
        let empty = AlertsProblem::NotASecret(SecretFault::Empty);
        assert_eq!(found(&variable, &[("SENHA", "")]), Err(empty));

        let credential = source(Origin::Credential("smtp".to_owned()));
        for unset in [&[][..], &[(CREDENTIALS, "")]] {
            assert_eq!(found(&credential, unset), Err(AlertsProblem::NoCredentials));
        }
        let folder = tempfile::tempdir().unwrap();
        let environment = [(CREDENTIALS, folder.path().to_str().unwrap())];
        let missing = found(&credential, &environment).unwrap_err();
        let file = folder.path().join("smtp").display().to_string();
        let problem = FileProblem::Missing;
        assert_eq!(missing, AlertsProblem::SecretFile { file, problem });
    }

    #[test]
    fn no_secret_is_shown() {
        let plain = source(Origin::Plain(plain("https://example.com/hunter2").unwrap()));
        let secret = plain.resolve().unwrap();
        let url = plain.resolve_url().unwrap();
        assert_eq!(url.reveal().path(), "/hunter2");
        let argv = vec!["echo".to_owned(), "hunter2".to_owned()];
        let folder = PathBuf::new();
        let command = source(Origin::Command { argv, folder });
        let shown = format!("{plain:?} {secret:?} {url:?} {command:#?}");
        assert_eq!(
            shown,
            "SecretSource(senha_arquivo, line 7) Secret(hidden) SecretUrl(example.com/…) \
             SecretSource(senha_arquivo, line 7)"
        );
        let bad = source(Origin::Plain(
            super::plain("http://example.com/hunter2").unwrap(),
        ));
        let refused = bad.resolve_url().unwrap_err();
        let fault = SecretFault::NotAnEndpoint(EndpointProblem::InTheClear);
        assert_eq!(refused.problem, AlertsProblem::NotASecret(fault));
        assert!(!format!("{refused:?}").contains("hunter2"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_read_where_no_other_can() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("smtp");
        let by_file = source(Origin::File(path.clone()));
        let by_systemd = source(Origin::Credential("smtp".to_owned()));
        let environment = [(CREDENTIALS, folder.path().to_str().unwrap())];
        fs::write(&path, "hunter2\n").unwrap();
        // As Kubernetes does, a link leads to the file.
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let by_link = source(Origin::File(link));
        for (mode, open) in [
            (0o600, true),
            (0o400, true),
            (0o440, true),
            (0o644, false),
            (0o604, false),
            (0o602, false),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            for source in [&by_file, &by_systemd, &by_link] {
                match found(source, &environment) {
                    Ok(secret) => assert!(open && secret == "hunter2", "{mode:o}"),
                    Err(AlertsProblem::SecretExposed { mode: shown, .. }) => {
                        assert!(!open, "{mode:o}");
                        assert_eq!(shown, mode);
                    }
                    Err(problem) => panic!("{problem:?}"),
                }
            }
            assert_eq!(by_file.verify().is_ok(), open);
        }
        let none = source(Origin::File(folder.path().to_owned()));
        let not_a_file = none.verify().unwrap_err().problem;
        assert!(matches!(
            not_a_file,
            AlertsProblem::SecretFile {
                problem: FileProblem::NotAFile,
                ..
            }
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_is_run_for_the_secret_and_not_for_the_check() {
        let folder = tempfile::tempdir().unwrap();
        let by = |words: &[&str]| {
            let argv = words.iter().map(|word| (*word).to_owned()).collect();
            let folder = folder.path().to_owned();
            source(Origin::Command { argv, folder })
        };
        let touched = by(&["sh", "-c", "touch run; echo hunter2"]);
        touched.verify().unwrap();
        assert!(!folder.path().join("run").exists());
        assert_eq!(found(&touched, &[]).as_deref(), Ok("hunter2"));
        assert!(folder.path().join("run").exists());
        let missing = by(&["./none"]).verify().unwrap_err().problem;
        let program = "./none".to_owned();
        assert_eq!(missing, AlertsProblem::NoProgram { program });
        let silent = found(&by(&["true"]), &[]);
        assert_eq!(silent, Err(AlertsProblem::NotASecret(SecretFault::Empty)));
        let endless = found(&by(&["yes"]), &[]).unwrap_err();
        assert_eq!(endless, AlertsProblem::NotASecret(SecretFault::TooLong));
    }
}
