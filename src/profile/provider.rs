//! The credential provider: from the terms of a config to the credential of its requests. No credential is made
//! elsewhere.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::access::Access;
use super::config::{KeyFile, PASS_PHRASE, Passphrase};
use super::key::{self, KeyPair};
use super::tokens;
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

/// The API key of `access`, and warnings as [`open`] gives them; `None` where `access` is of another kind. The key's
/// file is read, which blocks, and its fingerprint confirmed.
///
/// # Errors
/// A [`Failure`] with the key's file and the config's line.
pub(crate) fn api_key(
    tenancy: &str,
    access: &Access,
) -> Result<Option<(Signer, Vec<Warning>)>, Failure> {
    let Access::ApiKey {
        fingerprint,
        key: file,
        ..
    } = access
    else {
        return Ok(None);
    };
    let (key, warnings) = open(file)?;
    key::confirm(&key.public, fingerprint).map_err(|problem| file.failure(problem))?;
    Ok(opened(tenancy, access, &key).map(|signer| (signer, warnings)))
}

/// The signer of `access` by an API key that was opened before; `None` where `access` is of another kind.
pub(crate) fn opened(tenancy: &str, access: &Access, key: &KeyPair) -> Option<Signer> {
    let Access::ApiKey {
        user, fingerprint, ..
    } = access
    else {
        return None;
    };
    Some(Signer::ApiKey(ApiKey {
        tenancy: tenancy.to_owned(),
        user: user.clone(),
        fingerprint: fingerprint.clone(),
        key: key.signing.clone(),
    }))
}

/// The credential of `access` in a run that began at `now` and opens keys with `keys`; `None` where it needs a key that is opened, or the network.
/// Nothing is read before the first signature.
pub(crate) fn stored(
    tenancy: &str,
    access: &Access,
    keys: &KeyPlaces,
    now: DateTime<Utc>,
) -> Option<Credential> {
    match access {
        Access::ApiKey { .. } | Access::InstancePrincipal { .. } => None,
        Access::SecurityToken {
            token,
            key,
            fingerprint,
        } => {
            let (token, key, print) = (token.clone(), key.clone(), fingerprint.clone());
            let place = (Some(token.line), super::config::SECURITY_TOKEN_FILE);
            let load = Arc::new(move || tokens::session(&token, &key, print.as_deref()));
            let kind = CredentialKind::SecurityToken;
            let identity = Identity::new(kind, Source::Stored(load, keys.clone()), now);
            Some(renewable(tenancy, place, Arc::new(identity)))
        }
        Access::ResourcePrincipal { place } => {
            Some(renewable(tenancy, *place, Arc::new(resource(keys, now))))
        }
    }
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
        read_key: |pem| KeyPair::new(&key::parse(pem, None)?).map(|pair| pair.signing),
    }));
    Identity::new(CredentialKind::InstancePrincipal, source, now)
}

/// The identity of the resource that the program runs in; `None` where the environment has none, so that the machine is
/// at most an instance.
pub(crate) fn resource_if_any(keys: &KeyPlaces, now: DateTime<Utc>) -> Option<Identity> {
    tokens::has_resource().then(|| resource(keys, now))
}

/// The identity of the resource that the program runs in.
fn resource(keys: &KeyPlaces, now: DateTime<Utc>) -> Identity {
    let kind = CredentialKind::ResourcePrincipal;
    let source = Source::Stored(Arc::new(tokens::resource), keys.clone());
    Identity::new(kind, source, now)
}
