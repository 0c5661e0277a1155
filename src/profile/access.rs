//! The access of a config: the kind of its credential, and the keys that belong to each kind.

use std::path::{Path, PathBuf};

use super::config::{
    ConfigPlace, FINGERPRINT, KEY_FILE, KeyFile, PASS_PHRASE, SECURITY_TOKEN_FILE, USER,
};
use super::value::is_token;
use crate::failure::{ConfigProblem, CredentialKind, CredentialProblem, Failure};
use crate::path;
use crate::text::{printable, shown};

/// The credential that a config describes; nothing of it is loaded yet.
#[derive(Clone, Debug)]
pub enum Access {
    /// A user's API key.
    ApiKey {
        /// The user's OCID.
        user: String,
        /// The key's fingerprint, in lower case.
        fingerprint: String,
        /// The private key.
        key: KeyFile,
    },
    /// A person's session token.
    SecurityToken {
        /// The token.
        token: TokenFile,
        /// The session key.
        key: KeyFile,
        /// The session key's fingerprint, where the config has one.
        fingerprint: Option<String>,
    },
    /// The identity of a resource.
    ResourcePrincipal {
        /// Place of the kind in the config.
        place: ConfigPlace,
    },
    /// The identity of a compute instance.
    InstancePrincipal {
        /// Place of the kind in the config.
        place: ConfigPlace,
    },
}

/// Path of a session token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFile {
    /// Path of the token.
    pub path: PathBuf,
    /// The config's line that says so, from 1.
    pub line: usize,
}

impl Access {
    /// The kind of credential.
    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::ApiKey { .. } => CredentialKind::ApiKey,
            Self::SecurityToken { .. } => CredentialKind::SecurityToken,
            Self::ResourcePrincipal { .. } => CredentialKind::ResourcePrincipal,
            Self::InstancePrincipal { .. } => CredentialKind::InstancePrincipal,
        }
    }

    /// Whether the service has to be asked before the first signature.
    pub(crate) fn needs_network(&self) -> bool {
        match self {
            Self::ApiKey { key, .. } | Self::SecurityToken { key, .. } => key.is_sealed(),
            Self::ResourcePrincipal { .. } => false,
            Self::InstancePrincipal { .. } => true,
        }
    }

    /// The fingerprint of a key that lasts; a session key is another tomorrow.
    pub(crate) fn fingerprint(&self) -> Option<&str> {
        match self {
            Self::ApiKey { fingerprint, .. } => Some(fingerprint),
            _ => None,
        }
    }
}

impl TokenFile {
    /// The failure of the token from `problem` and the config's line that names the file.
    pub(crate) fn failure(&self, problem: CredentialProblem) -> Failure {
        Failure {
            file: Some(shown(&self.path)),
            line: Some(self.line),
            key: Some(SECURITY_TOKEN_FILE),
            ..Failure::new(problem)
        }
    }
}

/// The kind of credential that `value` names, in any case.
///
/// # Errors
/// [`ConfigProblem::NotACredential`] where the program knows no such kind.
pub(super) fn kind(value: &str) -> Result<CredentialKind, ConfigProblem> {
    let named = |kind: &CredentialKind| kind.word().eq_ignore_ascii_case(value);
    let found = CredentialKind::ALL.into_iter().find(named);
    found.ok_or_else(|| ConfigProblem::NotACredential {
        value: printable(value, 60),
    })
}

/// The keys that a config of `kind` must have.
pub(super) fn required(kind: CredentialKind) -> &'static [&'static str] {
    match kind {
        CredentialKind::ApiKey => &[USER, FINGERPRINT, KEY_FILE],
        CredentialKind::SecurityToken => &[SECURITY_TOKEN_FILE, KEY_FILE],
        CredentialKind::ResourcePrincipal | CredentialKind::InstancePrincipal => &[],
    }
}

/// The keys that contradict `kind`. `oci session authenticate` writes a fingerprint beside a token.
pub(super) fn refused(kind: CredentialKind) -> &'static [&'static str] {
    match kind {
        CredentialKind::ApiKey => &[SECURITY_TOKEN_FILE],
        CredentialKind::SecurityToken => &[USER],
        CredentialKind::ResourcePrincipal | CredentialKind::InstancePrincipal => &[
            USER,
            FINGERPRINT,
            KEY_FILE,
            PASS_PHRASE,
            SECURITY_TOKEN_FILE,
        ],
    }
}

/// The path of a token's file, as that of a key.
pub(super) fn token_path(value: &str, folder: &Path) -> Result<PathBuf, ConfigProblem> {
    match is_token(value) {
        true => Err(ConfigProblem::TokenInPlace),
        false => Ok(path::resolve(value, folder)),
    }
}
