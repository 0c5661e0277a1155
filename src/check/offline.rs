//! Steps of a check that need no network.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::{Fact, Finding, Step};
use crate::calendar::Day;
use crate::failure::{ConfigProblem, CredentialKind, Failure, Problem, Warning};
use crate::oci::region::realm_of;
use crate::profile::config::{Config, ConfigDraft, KeyFile};
use crate::profile::file::exposed;
use crate::profile::key::{self, KeyPair};
use crate::profile::overlap::{self, Contender, OverlapVerdict};
use crate::text::{printable, shown};

/// Returns the findings of the config alone, seen from `as_of`, in no order.
pub(crate) fn config(draft: &ConfigDraft, as_of: Day) -> Vec<Finding> {
    let mut findings: Vec<Finding> = draft
        .failures
        .iter()
        .map(|failure| Finding {
            step: step_of(failure),
            fact: Fact::Failed(failure.clone()),
        })
        .collect();
    findings.extend(draft.warnings.iter().map(|warning| Finding {
        step: match warning {
            Warning::UnknownRegion { .. } => Step::Region,
            _ => Step::Config,
        },
        fact: Fact::Warned(warning.clone()),
    }));
    let mut unless_found = |step, facts: Vec<Fact>| {
        if !findings.iter().any(|finding| finding.step == step) {
            findings.extend(facts.into_iter().map(|fact| Finding { step, fact }));
        }
    };
    unless_found(Step::Config, vec![Fact::Complete]);
    unless_found(Step::Contract, contract(draft, as_of));
    unless_found(Step::Region, vec![region(draft)]);
    findings
}

/// The step that a failure of the config belongs to.
fn step_of(failure: &Failure) -> Step {
    if let Problem::Config(ConfigProblem::NotOfCredential { .. }) = failure.problem {
        return Step::Credential;
    }
    match failure.key {
        Some("authentication_type" | "security_token_file") => Step::Credential,
        Some("region") => Step::Region,
        Some("key_file") => Step::Key,
        Some("fingerprint") => Step::Fingerprint,
        Some("cliente" | "tenancy" | "user") | None => Step::Config,
        Some(_) => Step::Contract,
    }
}

fn contract(draft: &ConfigDraft, as_of: Day) -> Vec<Fact> {
    let Some(contract) = &draft.contract else {
        return vec![Fact::NotTried {
            after: Step::Config,
        }];
    };
    let (start, end) = (contract.start, contract.end);
    let mut facts = Vec::new();
    if as_of < start {
        facts.push(Fact::NotBegun { start });
    }
    if as_of > end {
        facts.push(Fact::Over { end });
    }
    if contract.credit.is_zero() {
        facts.push(Fact::NoCredit);
    }
    if facts.is_empty() {
        facts.push(Fact::Running { start, end });
    }
    facts
}

fn region(draft: &ConfigDraft) -> Fact {
    let (Some(region), Some(tenancy)) = (&draft.region, &draft.tenancy) else {
        return Fact::NotTried {
            after: Step::Config,
        };
    };
    let (name, own) = (region.name.clone(), realm_of(tenancy));
    if own.eq_ignore_ascii_case(region.realm) {
        Fact::KnownRegion {
            region: name,
            realm: region.realm,
        }
    } else {
        Fact::OtherRealm {
            region: name,
            realm: region.realm,
            tenancy: printable(own, 20),
        }
    }
}

/// A private key that opened.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The key.
    pub key: KeyPair,
    /// The key took a passphrase.
    pub encrypted: bool,
    /// Warnings about a passphrase that opened the key in another reading only.
    pub warnings: Vec<Warning>,
}

/// Returns the findings of the private key: its form, as far as it could be opened, and whether it matches the
/// config.
pub(crate) fn key(draft: &ConfigDraft, opened: Option<&Result<Opened, Failure>>) -> Vec<Finding> {
    let not_tried = |after| Fact::NotTried { after };
    let (key, fingerprint) = match (&draft.key, opened) {
        (Some(file), Some(Ok(Opened { key, encrypted, .. }))) => {
            let confirmed = draft
                .fingerprint
                .as_ref()
                .map(|f| key::confirm(&key.public, f));
            let opened = Fact::Opened {
                bits: key.bits(),
                encrypted: *encrypted,
            };
            let same = match confirmed {
                Some(Ok(())) => Fact::SameKey,
                Some(Err(problem)) => Fact::Failed(file.failure(problem)),
                None if draft.kind == CredentialKind::ApiKey => not_tried(Step::Config),
                None => Fact::NotNeeded { kind: draft.kind },
            };
            (opened, same)
        }
        (_, Some(Err(failure))) => (Fact::Failed(failure.clone()), not_tried(Step::Key)),
        (Some(file), None) if file.is_sealed() => {
            // What Vault holds is read with the network.
            let fingerprint = not_tried(Step::Key);
            (not_tried(Step::Connection), fingerprint)
        }
        _ if draft.kind.is_of_machine() => {
            let none = Fact::NotNeeded { kind: draft.kind };
            (none.clone(), none)
        }
        _ => (not_tried(Step::Config), not_tried(blamed(draft, Step::Key))),
    };
    let opened = opened.and_then(|opened| opened.as_ref().ok());
    let warnings = opened.map_or(Vec::new(), |opened| opened.warnings.clone());
    let warned = warnings
        .into_iter()
        .map(|warning| (Step::Key, Fact::Warned(warning)));
    // What is wrong in the config itself was found already.
    [(Step::Key, key), (Step::Fingerprint, fingerprint)]
        .into_iter()
        .chain(warned)
        .filter(|(step, _)| !fails(draft, *step))
        .map(|(step, fact)| Finding { step, fact })
        .collect()
}

fn fails(draft: &ConfigDraft, step: Step) -> bool {
    draft.failures.iter().any(|f| step_of(f) == step)
}

/// Returns the step that explains the missing value of `step`: the step itself, or the one that lists all missing
/// keys.
fn blamed(draft: &ConfigDraft, step: Step) -> Step {
    match fails(draft, step) {
        true => step,
        false => Step::Config,
    }
}

/// Returns the findings of file permissions of the config at `path` and of its key. `silenced` suppresses them.
pub(crate) fn permissions(draft: &ConfigDraft, path: &Path, silenced: bool) -> Vec<Finding> {
    let step = Step::Permissions;
    if silenced {
        let fact = Fact::Silenced;
        return vec![Finding { step, fact }];
    }
    let key = draft.key.as_ref().map(|key| key.path.as_path());
    let mut facts = Vec::new();
    let mut files = vec![(Some(path), Step::Config)];
    let secret = draft.key.as_ref().and_then(KeyFile::key_secret);
    if !draft.kind.is_of_machine() && secret.is_none() {
        files.push((key, Step::Key));
    }
    if let Some(token) = &draft.token {
        files.push((Some(token.path.as_path()), Step::Credential));
    }
    // Unless all are seen nothing can be called private.
    let missing = files.iter().any(|(path, _)| path.is_none());
    let mut unseen = missing.then(|| blamed(draft, Step::Key));
    for (path, matter) in files {
        // A folder or a device needs other permissions than a client's file.
        let Some(path) = path.filter(|path| path.is_file()) else {
            unseen = unseen.or(Some(matter));
            continue;
        };
        match exposed(path) {
            Ok(Some(mode)) => facts.push(Fact::Exposed {
                file: shown(path),
                mode,
            }),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                facts.push(Fact::OtherSystem);
                break;
            }
            Ok(None) => {}
            // A file that is not there is the matter of another step.
            Err(_) => unseen = unseen.or(Some(matter)),
        }
    }
    if facts.is_empty() {
        facts.push(unseen.map_or(Fact::Private, |after| Fact::NotTried { after }));
    }
    let finding = |fact| Finding { step, fact };
    facts.into_iter().map(finding).collect()
}

/// A config of the folder, as far as it was checked.
#[derive(Clone, Debug)]
pub(crate) struct Sibling {
    /// The config's file name.
    pub file: String,
    /// The config.
    pub draft: ConfigDraft,
    /// The service, or its own key, refused the client in this check.
    pub refused: bool,
}

/// Returns the findings on each config of the folder: the other configs with the same tenancy or key (rule:
/// overlap). A config that this check did not ask for counts as one that a report would count.
pub(crate) fn uniqueness(siblings: &[Sibling]) -> Vec<Vec<Finding>> {
    let tenancies: Vec<Option<String>> = siblings
        .iter()
        .map(|sibling| sibling.draft.tenancy.as_ref().map(|t| t.to_lowercase()))
        .collect();
    // Two of each are enough to name another than oneself, however many share it.
    let mut of_tenancy: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut of_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, sibling) in siblings.iter().enumerate() {
        let Some(tenancy) = &tenancies[n] else {
            continue;
        };
        let same = of_tenancy.entry(tenancy).or_default();
        if same.len() < 2 {
            same.push(n);
        }
        if let Some(fingerprint) = &sibling.draft.fingerprint {
            let same = of_key.entry(fingerprint).or_default();
            if same.len() < 2 && same.iter().all(|m| tenancies[*m] != tenancies[n]) {
                same.push(n);
            }
        }
    }
    let unread: Vec<usize> = (0..siblings.len())
        .filter(|n| tenancies[*n].is_none() && is_unread(&siblings[*n].draft))
        .collect();
    let overlaps = overlaps(siblings);
    let facts_of = |n: usize| {
        let Some(tenancy) = &tenancies[n] else {
            let after = Step::Config;
            return vec![Fact::NotTried { after }];
        };
        let name = |other: usize| siblings[other].file.clone();
        let mut facts = Vec::new();
        let other = of_tenancy[tenancy.as_str()].iter().find(|m| **m != n);
        match (&overlaps[n], other) {
            (Some(fact), _) => facts.push(fact.clone()),
            (None, Some(other)) => facts.push(Fact::TenancyAgain {
                other: name(*other),
            }),
            (None, None) => {}
        }
        let fingerprint = siblings[n].draft.fingerprint.as_deref();
        let same_key = fingerprint.and_then(|fingerprint| of_key.get(fingerprint));
        let mut elsewhere = same_key.into_iter().flatten();
        let elsewhere = elsewhere.find(|m| tenancies[**m] != tenancies[n]);
        facts.extend(elsewhere.map(|other| Fact::KeyAgain {
            other: name(*other),
        }));
        if facts.is_empty() {
            let has_key = siblings[n].draft.kind == CredentialKind::ApiKey;
            facts.push(match (fingerprint, unread.first()) {
                (None, _) if has_key => Fact::NotTried {
                    after: blamed(&siblings[n].draft, Step::Fingerprint),
                },
                (_, Some(other)) => Fact::NotCompared {
                    other: name(*other),
                },
                (_, None) => Fact::Unique,
            });
        }
        facts
    };
    let finding = |fact| Finding {
        step: Step::Uniqueness,
        fact,
    };
    (0..siblings.len())
        .map(|n| facts_of(n).into_iter().map(finding).collect())
        .collect()
}

/// Returns whether the text of a config could not be read, so that its tenancy and key are not known.
fn is_unread(draft: &ConfigDraft) -> bool {
    draft.failures.iter().any(|failure| {
        matches!(
            failure.problem,
            Problem::Deadline
                | Problem::Config(
                    ConfigProblem::File(_)
                        | ConfigProblem::Utf16
                        | ConfigProblem::Syntax(_)
                        | ConfigProblem::NotAConfig(_)
                        | ConfigProblem::KeyInside
                        | ConfigProblem::OtherForm { .. }
                )
        )
    })
}

/// Returns, for each config, the finding on another contract of its tenancy that shares days with it.
fn overlaps(siblings: &[Sibling]) -> Vec<Option<Fact>> {
    let whole: Vec<(usize, Config)> = siblings
        .iter()
        .enumerate()
        .filter_map(|(n, sibling)| Some((n, sibling.draft.clone().finish().ok()?)))
        .collect();
    let contenders: Vec<Contender<'_>> = whole
        .iter()
        .map(|(place, config)| Contender {
            place: *place,
            tenancy: &config.tenancy,
            contract: &config.contract,
            reported: !siblings[*place].refused,
            refused: siblings[*place].refused,
        })
        .collect();
    let name = |other: usize| siblings[other].file.clone();
    let mut facts = vec![None; siblings.len()];
    for (place, verdict) in overlap::judge(&contenders) {
        match verdict {
            OverlapVerdict::Clashes(other) => {
                let other = name(other);
                facts[place] = Some(Fact::Failed(Failure::new(ConfigProblem::Overlap { other })));
            }
            OverlapVerdict::CopyOf(first) => {
                facts[place] = Some(Fact::Copy { other: name(first) });
                facts[first].get_or_insert(Fact::Copy { other: name(place) });
            }
        }
    }
    facts
}
