//! The credential provider: from the terms of a config to the credential of its requests. No credential is made
//! elsewhere.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::access::TokenFile;
use super::config::{KeyFile, PASS_PHRASE, Passphrase, SECURITY_TOKEN_FILE};
use super::key::{self, KeyPair};
use super::tokens;
pub(crate) use super::tokens::has_resource;
use crate::failure::{CredentialKind, Failure, KeyProblem, Problem, Warning};
use crate::oci::credential::instance::Instance;
use crate::oci::credential::{ConfigPlace, Credential, Identity, KeyPlaces, Source};
use crate::oci::endpoint::Endpoint;
use crate::oci::signer::{ApiKey, Signer};
use crate::oci::transport::Web;

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

/// The key in `file`, which has `fingerprint` where that is known, and warnings as [`open`] gives them. The file is read,
/// which blocks.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn confirmed(
    file: &KeyFile,
    fingerprint: Option<&str>,
) -> Result<(KeyPair, Vec<Warning>), Failure> {
    let (key, warnings) = open(file)?;
    if let Some(fingerprint) = fingerprint {
        key::confirm(&key.public, fingerprint).map_err(|problem| file.failure(problem))?;
    }
    Ok((key, warnings))
}

/// The signer of a user by an API key that was opened before.
pub(crate) fn signer(tenancy: &str, user: &str, fingerprint: &str, key: &KeyPair) -> Signer {
    Signer::ApiKey(ApiKey {
        tenancy: tenancy.to_owned(),
        user: user.to_owned(),
        fingerprint: fingerprint.to_owned(),
        key: key.signing.clone(),
    })
}

/// The credential of a client of `tenancy` by a session's token and key, in a run that began at `now` and opens keys with
/// `keys`. Nothing is read before the first signature.
pub(crate) fn session(
    tenancy: &str,
    token: TokenFile,
    key: KeyFile,
    fingerprint: Option<String>,
    keys: &KeyPlaces,
    now: DateTime<Utc>,
) -> Credential {
    let place = (Some(token.line), SECURITY_TOKEN_FILE);
    let load = Arc::new(move || tokens::session(&token, &key, fingerprint.as_deref()));
    let source = Source::Stored(load, keys.clone());
    let identity = Identity::new(CredentialKind::SecurityToken, source, now);
    renewable(tenancy, place, Arc::new(identity))
}

/// The credential of a client of `tenancy` by an identity, at its `place` in the config.
pub(crate) fn renewable(tenancy: &str, place: ConfigPlace, identity: Arc<Identity>) -> Credential {
    Credential::Renewable {
        tenancy: tenancy.to_owned(),
        place,
        identity,
    }
}

/// The identity of the compute instance that the program runs on.
pub(crate) fn instance(web: &Arc<Web>, endpoint: &Endpoint, now: DateTime<Utc>) -> Identity {
    let source = Source::Instance(Box::new(Instance {
        web: Arc::clone(web),
        endpoint: endpoint.clone(),
        read_key: |pem| KeyPair::parse(pem, None).map(|pair| pair.signing),
    }));
    Identity::new(CredentialKind::InstancePrincipal, source, now)
}

/// The identity of the resource that the program runs in.
pub(crate) fn resource(keys: &KeyPlaces, now: DateTime<Utc>) -> Identity {
    let kind = CredentialKind::ResourcePrincipal;
    let source = Source::Stored(Arc::new(tokens::resource), keys.clone());
    Identity::new(kind, source, now)
}
