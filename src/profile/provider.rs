//! The credential provider: from the terms of a config to the signer of its requests. No signer is made elsewhere.

use super::config::{Config, Draft, KeyFile, PASS_PHRASE, Passphrase};
use super::key::{self, KeyPair};
use crate::failure::{Failure, KeyProblem, Problem, Warning};
use crate::oci::signer::{ApiKey, Signer};

/// The key in `file`, and warnings if its passphrase opens it only without the quotes around it, or the invisible
/// characters at its ends. The file is read, which blocks.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn open(file: &KeyFile) -> Result<(KeyPair, Vec<Warning>), Failure> {
    let written = match key::load_file(file) {
        Ok(key) => return Ok((key, Vec::new())),
        Err(failure) => failure,
    };
    let wrong = written.problem == Problem::Key(KeyProblem::PassphraseWrong);
    let bare = file.pass_phrase.as_ref().filter(|_| wrong);
    let Some((bare, readings)) = bare.and_then(Passphrase::cleaned) else {
        return Err(written);
    };
    let cleaned = KeyFile {
        pass_phrase: Some(bare),
        ..file.clone()
    };
    let key = key::load_file(&cleaned).map_err(|_| written)?;
    let place = file.pass_phrase_line.map(|line| (PASS_PHRASE, line));
    let warning = |reading| Warning::ReadAs {
        keys: place.into_iter().collect(),
        reading,
    };
    Ok((key, readings.into_iter().map(warning).collect()))
}

/// The signer that `config` describes, and warnings as [`open`] gives them. The key's file is read, which blocks, and
/// its fingerprint confirmed.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn signer(config: &Config) -> Result<(Signer, Vec<Warning>), Failure> {
    let (key, warnings) = open(&config.key)?;
    key::confirm(&key.public, &config.fingerprint)
        .map_err(|problem| config.key.failure(problem))?;
    let Config {
        tenancy,
        user,
        fingerprint,
        ..
    } = config;
    Ok((api_key(tenancy, user, fingerprint, &key), warnings))
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
