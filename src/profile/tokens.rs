//! Tokens that lie in files or variables: a person's session token, and the identity of a resource in version 2.2.
//!
//! Each load reads them again, since others renew them: `oci session refresh`, or the platform that runs the resource.
//! Source of the variables: the vendor's SDKs for Python and Go.

use std::env;
use std::path::Path;

use zeroize::Zeroizing;

use super::access::TokenFile;
use super::config::KeyFile;
use super::file::read_bounded;
use super::key::{self, KeyPair};
use super::provider;
use crate::failure::{CredentialProblem, Failure, Problem};
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
    let needed = |name, read: fn(&'static str) -> Result<Option<Zeroizing<String>>, Failure>| {
        read(name)?.ok_or_else(|| Failure::new(CredentialProblem::NoVariable { name }))
    };
    let version = needed(VERSION, variable)?;
    if version.as_str() != OWN_VERSION {
        return Err(Failure::new(CredentialProblem::OtherVersion {
            found: printable(&version, 20),
        }));
    }
    let text = needed(RPST, content)?;
    let token = Token::new(&text).map_err(|problem| of_variable(RPST, problem))?;
    let pem = needed(PRIVATE_PEM, content)?;
    let pass_phrase = content(PASSPHRASE)?;
    let pass_phrase = pass_phrase
        .as_ref()
        .map(|text| text.trim_end_matches(['\r', '\n']));
    let pair = KeyPair::parse(pem.as_bytes(), pass_phrase)
        .map_err(|problem| of_variable(PRIVATE_PEM, problem))?;
    Ok(Material {
        tenancy: token.resource_tenant().map(str::to_owned),
        token,
        key: pair.signing,
        clock: None,
    })
}

/// The failure of what the variable `name` holds.
fn of_variable(name: &'static str, problem: impl Into<Problem>) -> Failure {
    Failure {
        file: Some(name.to_owned()),
        ..Failure::new(problem)
    }
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

/// The text that the variable `name` holds, or that of the file whose absolute path it holds; `None` as in [`variable`].
fn content(name: &'static str) -> Result<Option<Zeroizing<String>>, Failure> {
    let Some(value) = variable(name)? else {
        return Ok(None);
    };
    let path = Path::new(value.as_str());
    if !path.is_absolute() {
        return Ok(Some(value));
    }
    let text = read(path).map_err(|problem| Failure {
        file: Some(format!("{name}={}", printable(&value, 255))),
        ..Failure::new(problem)
    });
    text.map(Some)
}

/// The text of a small file.
fn read(path: &Path) -> Result<Zeroizing<String>, CredentialProblem> {
    let limit = LARGEST.max(key::MAX_FILE_BYTES);
    let bytes = read_bounded(path, limit).map_err(CredentialProblem::File)?;
    let text = str::from_utf8(&bytes).map_err(|_| CredentialProblem::NotAToken)?;
    Ok(Zeroizing::new(text.to_owned()))
}
