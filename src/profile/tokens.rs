//! Tokens that lie in files or variables: a person's session token, and the identity of a resource in version 2.2.
//!
//! Each load reads them again, since others renew them: `oci session refresh`, or the platform that runs the resource.
//! Source of the variables: the vendor's SDKs for Python and Go.

use std::env;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::access::TokenFile;
use super::config::KeyFile;
use super::file::read_bounded;
use super::{key, provider};
use crate::failure::{CredentialProblem, Failure, FileProblem, KeyProblem};
use crate::oci::credential::Material;
use crate::oci::credential::token::{LARGEST, Token};
use crate::text::printable;

const VERSION: &str = "OCI_RESOURCE_PRINCIPAL_VERSION";
const RPST: &str = "OCI_RESOURCE_PRINCIPAL_RPST";
const PRIVATE_PEM: &str = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM";
const PASSPHRASE: &str = "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE";
/// The version of a resource's identity that lies in variables, as a container instance has it.
const OWN_VERSION: &str = "2.2";

/// The session token in `token` and the session key in `key`, which has `fingerprint` where that is known.
///
/// # Errors
/// A [`Failure`] with the file and the config's line.
pub(super) fn session(
    token: &TokenFile,
    key: &KeyFile,
    fingerprint: Option<&str>,
) -> Result<Material, Failure> {
    let text = read(&token.path).map_err(|problem| token.failure(problem))?;
    let read = Token::new(&text).map_err(|problem| token.failure(problem))?;
    let (pair, _) = provider::confirmed(key, fingerprint)?;
    Ok(Material {
        tenancy: read.tenant().map(str::to_owned),
        token: read,
        key: pair.signing,
        clock: None,
    })
}

/// Whether the environment has the identity of a resource, of whatever version.
pub(crate) fn has_resource() -> bool {
    env::var_os(VERSION).is_some_and(|version| !version.is_empty())
}

/// The identity of the resource that the program runs in.
///
/// # Errors
/// A [`Failure`] that names the variable or its file.
pub(super) fn resource() -> Result<Material, Failure> {
    let found = |name: &'static str| {
        let text = variable(name)?;
        text.ok_or_else(|| Failure::new(CredentialProblem::NoVariable { name }))
    };
    let version = found(VERSION)?;
    if version.as_str() != OWN_VERSION {
        return Err(Failure::new(CredentialProblem::OtherVersion {
            found: printable(&version, 20),
        }));
    }
    let of_variable = |name: &'static str, failure: Failure| Failure {
        file: Some(
            failure
                .file
                .map_or_else(|| name.to_owned(), |file| format!("{name}={file}")),
        ),
        ..failure
    };
    let text = content(&found(RPST)?).map_err(|failure| of_variable(RPST, failure))?;
    let token = Token::new(&text).map_err(|problem| of_variable(RPST, Failure::new(problem)))?;
    let pem = content(&found(PRIVATE_PEM)?).map_err(|failure| of_variable(PRIVATE_PEM, failure))?;
    let pass_phrase = match variable(PASSPHRASE)? {
        Some(text) => {
            let text = content(&text).map_err(|failure| of_variable(PASSPHRASE, failure))?;
            Some(Zeroizing::new(
                text.trim_end_matches(['\r', '\n']).to_owned(),
            ))
        }
        None => None,
    };
    let pair = key::parse(
        pem.as_bytes(),
        pass_phrase.as_ref().map(|text| text.as_str()),
    )
    .and_then(|key| key::KeyPair::new(&key))
    .map_err(|problem| of_variable(PRIVATE_PEM, Failure::new(key_problem(problem))))?;
    Ok(Material {
        tenancy: token.resource_tenant().map(str::to_owned),
        token,
        key: pair.signing,
        clock: None,
    })
}

/// The value of a variable of the environment; `None` where it is not set, or empty.
fn variable(name: &'static str) -> Result<Option<Zeroizing<String>>, Failure> {
    let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let text = value.into_string().map(Zeroizing::new);
    text.map(Some)
        .map_err(|_| Failure::new(CredentialProblem::NoVariable { name }))
}

/// The text that a variable holds, or that of the file whose absolute path it holds.
fn content(value: &str) -> Result<Zeroizing<String>, Failure> {
    if !Path::new(value).is_absolute() {
        return Ok(Zeroizing::new(value.to_owned()));
    }
    let path = PathBuf::from(value);
    read(&path).map_err(|problem| Failure {
        file: Some(printable(value, 255)),
        ..Failure::new(problem)
    })
}

/// The text of a small file.
fn read(path: &Path) -> Result<Zeroizing<String>, CredentialProblem> {
    let limit = LARGEST.max(key::MAX_FILE_BYTES);
    let bytes = read_bounded(path, limit).map_err(CredentialProblem::File)?;
    let text = str::from_utf8(&bytes).map_err(|_| CredentialProblem::NotAToken)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// A key of a variable has no file that could be missing.
fn key_problem(problem: KeyProblem) -> KeyProblem {
    match problem {
        KeyProblem::File(FileProblem::Missing) => KeyProblem::NotPem,
        problem => problem,
    }
}
