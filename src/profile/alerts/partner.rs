//! The partner's own user of OCI: the console's five lines in a file that is no client's config.

use std::path::Path;

use super::super::config::{
    Draft, FINGERPRINT, KEY_FILE, LARGEST, PASS_PHRASE, REGION, TENANCY, USER, draft,
};
use super::super::file::read_bounded;
use super::super::{key, provider};
use super::folder_of;
use super::refused::{AlertsRefused, shown};
use crate::calendar::Day;
use crate::failure::{AlertsProblem, ConfigProblem, Failure, MissingKey, Problem};
use crate::oci::region::Region;
use crate::oci::signer::Signer;

/// The keys of the file.
const KEYS: [&str; 6] = [USER, FINGERPRINT, TENANCY, REGION, KEY_FILE, PASS_PHRASE];

/// The partner's own user.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Region of the user's services.
    pub region: Region,
    /// Signer of the user's requests.
    pub signer: Signer,
}

/// Reads the user in the file at `path`, and the private key that the file names. Both are read, which blocks.
///
/// # Errors
/// [`AlertsRefused`] with the failure that a client's config would have.
pub fn partner(path: &Path) -> Result<Partner, AlertsRefused> {
    let refused = |failure| {
        AlertsRefused::new(AlertsProblem::Partner {
            file: shown(&path.to_string_lossy()),
            failure: Box::new(failure),
        })
    };
    let content = read_bounded(path, LARGEST)
        .map_err(|problem| refused(Failure::new(ConfigProblem::File(problem))))?;
    // No term of a contract counts, so that any day will do.
    let mut draft = draft(&content, folder_of(path), Day::default());
    if let Some(failure) = draft.failures.drain(..).find_map(own) {
        return Err(refused(failure));
    }
    open(draft).map_err(refused)
}

/// Opens the key that `draft` names.
fn open(draft: Draft) -> Result<Partner, Failure> {
    let (Some(file), Some(fingerprint)) = (&draft.key, &draft.fingerprint) else {
        return Err(Failure::new(Problem::Internal));
    };
    let (key, _) = provider::open(file)?;
    key::confirm(&key.public, fingerprint).map_err(|problem| file.failure(problem))?;
    let signer = provider::signer_of_draft(&draft, &key);
    let partner = draft.region.zip(signer);
    partner
        .map(|(region, signer)| Partner { region, signer })
        .ok_or_else(|| Failure::new(Problem::Internal))
}

/// Returns `failure` as far as it is about the console's lines; `None` where it is about a contract's terms.
fn own(mut failure: Failure) -> Option<Failure> {
    if let Problem::Config(ConfigProblem::Missing(missing)) = &mut failure.problem {
        let of_console = |key: &MissingKey| KEYS.contains(&key.name);
        missing.retain(of_console);
        return (!missing.is_empty()).then_some(failure);
    }
    let is_own = failure.key.is_none_or(|key| KEYS.contains(&key));
    is_own.then_some(failure)
}
