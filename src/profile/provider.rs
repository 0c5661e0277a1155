//! The credential provider: from the terms of a config to the signer of its requests. No signer is made elsewhere.

use super::config::{Config, Draft, KeyFile, PASS_PHRASE, Passphrase};
use super::key::{self, KeyPair};
use crate::failure::{Failure, KeyProblem, Problem, Reading, Warning};
use crate::oci::signer::{ApiKey, Signer};

/// The key in `file`, and a warning if its passphrase opens it only without the quotes around it. The file is read,
/// which blocks.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn open(file: &KeyFile) -> Result<(KeyPair, Option<Warning>), Failure> {
    let written = match key::load_file(file) {
        Ok(key) => return Ok((key, None)),
        Err(failure) => failure,
    };
    let wrong = written.problem == Problem::Key(KeyProblem::PassphraseWrong);
    let bare = file.pass_phrase.as_ref().filter(|_| wrong);
    let Some(bare) = bare.and_then(Passphrase::unquoted) else {
        return Err(written);
    };
    let unquoted = KeyFile {
        pass_phrase: Some(bare),
        ..file.clone()
    };
    let warning = Warning::ReadAs {
        keys: file
            .pass_phrase_line
            .map(|line| (PASS_PHRASE, line))
            .into_iter()
            .collect(),
        reading: Reading::WithoutQuotes,
    };
    let key = key::load_file(&unquoted).map_err(|_| written)?;
    Ok((key, Some(warning)))
}

/// The signer that `config` describes, and a warning as [`open`] gives it. The key's file is read, which blocks, and
/// its fingerprint confirmed.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn signer(config: &Config) -> Result<(Signer, Option<Warning>), Failure> {
    let (key, warning) = open(&config.key)?;
    key::confirm(&key.public, &config.fingerprint)
        .map_err(|problem| config.key.failure(problem))?;
    let Config {
        tenancy,
        user,
        fingerprint,
        ..
    } = config;
    Ok((api_key(tenancy, user, fingerprint, &key), warning))
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
