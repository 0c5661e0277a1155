//! The credential provider: from the terms of a config to the signer of its requests. No signer is made elsewhere.

use super::config::{Config, Draft};
use super::key::{self, KeyPair};
use crate::failure::Failure;
use crate::oci::signer::{ApiKey, Signer};

/// The signer that `config` describes. The key's file is read, which blocks, and its fingerprint confirmed.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn signer(config: &Config) -> Result<Signer, Failure> {
    let key = key::load_file(&config.key)?;
    key::confirm(&key.public, &config.fingerprint)
        .map_err(|problem| config.key.failure(problem))?;
    let Config {
        tenancy,
        user,
        fingerprint,
        ..
    } = config;
    Ok(api_key(tenancy, user, fingerprint, &key))
}

/// The signer that `draft` describes, by a key that was opened before; `None` where `draft` lacks a term.
pub(crate) fn signer_of_draft(draft: &Draft, key: &KeyPair) -> Option<Signer> {
    let (tenancy, user) = (draft.tenancy.as_ref()?, draft.user.as_ref()?);
    Some(api_key(tenancy, user, draft.fingerprint.as_ref()?, key))
}

fn api_key(tenancy: &str, user: &str, fingerprint: &str, key: &KeyPair) -> Signer {
    Signer::ApiKey(ApiKey {
        tenancy: tenancy.to_owned(),
        user: user.to_owned(),
        fingerprint: fingerprint.to_owned(),
        key: key.signing.clone(),
    })
}
