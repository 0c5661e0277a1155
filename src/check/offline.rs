//! What can be seen without the network.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;

use rsa::RsaPrivateKey;
use rsa::traits::PublicKeyParts;

use super::{Fact, Finding, Step};
use crate::calendar::Day;
use crate::failure::{ConfigProblem, Failure, Warning};
use crate::oci::region::realm_of;
use crate::profile::config::{Config, Draft};
use crate::profile::file::exposed;
use crate::profile::{key, overlaps};
use crate::text::printable;

/// What the config says by itself, seen from `as_of`.
pub fn config(draft: &Draft, as_of: Day) -> Vec<Finding> {
    let mut findings: Vec<Finding> = draft
        .failures
        .iter()
        .map(|failure| Finding {
            step: step_of(failure.key),
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
    findings.sort_by_key(|finding| finding.step);
    findings
}

/// The step that a key of the config belongs to.
fn step_of(key: Option<&str>) -> Step {
    match key {
        Some("region") => Step::Region,
        Some("key_file") => Step::Key,
        Some("fingerprint") => Step::Fingerprint,
        Some("cliente" | "tenancy" | "user") | None => Step::Config,
        Some(_) => Step::Contract,
    }
}

fn contract(draft: &Draft, as_of: Day) -> Vec<Fact> {
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

fn region(draft: &Draft) -> Fact {
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
#[derive(Clone)]
pub struct Opened {
    /// The key.
    pub key: RsaPrivateKey,
    /// Whether it took a passphrase.
    pub encrypted: bool,
}

// Not derived: the key's own would show its numbers.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("encrypted", &self.encrypted)
            .finish_non_exhaustive()
    }
}

/// What the private key is, as far as it could be opened, and whether it is the one that the config means.
pub fn key(draft: &Draft, opened: Option<&Result<Opened, Failure>>) -> Vec<Finding> {
    let of = |step, fact| Finding { step, fact };
    let (Some(file), Some(opened)) = (&draft.key, opened) else {
        let after = match draft.failures.iter().any(|f| step_of(f.key) == Step::Key) {
            true => Step::Key,
            false => Step::Config,
        };
        let steps = [Step::Key, Step::Fingerprint];
        return steps
            .into_iter()
            .filter(|step| *step != after && !fails(draft, *step))
            .map(|step| of(step, Fact::NotTried { after }))
            .collect();
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(failure) => {
            let mut findings = vec![of(Step::Key, Fact::Failed(failure.clone()))];
            if !fails(draft, Step::Fingerprint) {
                findings.push(of(Step::Fingerprint, Fact::NotTried { after: Step::Key }));
            }
            return findings;
        }
    };
    let mut findings = vec![of(
        Step::Key,
        Fact::Opened {
            bits: opened.key.n().bits(),
            encrypted: opened.encrypted,
        },
    )];
    if let Some(fingerprint) = &draft.fingerprint {
        let fact = match key::confirm(opened.key.as_ref(), fingerprint) {
            Ok(()) => Fact::SameKey,
            Err(problem) => Fact::Failed(file.failure(problem)),
        };
        findings.push(of(Step::Fingerprint, fact));
    } else if !fails(draft, Step::Fingerprint) {
        let after = Step::Config;
        findings.push(of(Step::Fingerprint, Fact::NotTried { after }));
    }
    findings
}

fn fails(draft: &Draft, step: Step) -> bool {
    draft.failures.iter().any(|f| step_of(f.key) == step)
}

/// Who else can read the config at `path` and its key; `silenced` where the operator does not want to know.
pub fn permissions(draft: &Draft, path: &Path, silenced: bool) -> Vec<Finding> {
    let step = Step::Permissions;
    if silenced {
        let fact = Fact::Silenced;
        return vec![Finding { step, fact }];
    }
    let key = draft.key.as_ref().map(|key| key.path.as_path());
    let mut facts = Vec::new();
    for path in [Some(path), key].into_iter().flatten() {
        match exposed(path) {
            Ok(Some(mode)) => facts.push(Fact::Exposed {
                file: printable(&path.to_string_lossy(), 255),
                mode,
            }),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                facts.push(Fact::OtherSystem);
                break;
            }
            // A file that is not there is the matter of another step.
            Ok(None) | Err(_) => {}
        }
    }
    if facts.is_empty() {
        facts.push(match key {
            Some(_) => Fact::Private,
            None => Fact::NotTried {
                after: Step::Config,
            },
        });
    }
    let finding = |fact| Finding { step, fact };
    facts.into_iter().map(finding).collect()
}

/// For each config of a folder, with its file's name, the others that have its tenancy or its key.
pub fn uniqueness(drafts: &[(&str, &Draft)]) -> Vec<Vec<Finding>> {
    let mut by_tenancy: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, (_, draft)) in drafts.iter().enumerate() {
        if let Some(tenancy) = &draft.tenancy {
            by_tenancy
                .entry(tenancy.to_lowercase())
                .or_default()
                .push(n);
        }
        if let Some(fingerprint) = &draft.fingerprint {
            by_key.entry(fingerprint).or_default().push(n);
        }
    }
    let overlapped = overlapped(drafts);
    let tenancy_of = |n: usize| drafts[n].1.tenancy.as_ref().map(|t| t.to_lowercase());
    let facts_of = |n: usize| {
        let (_, draft) = drafts[n];
        let name = |other: usize| drafts[other].0.to_owned();
        let Some(tenancy) = tenancy_of(n) else {
            return vec![Fact::NotTried {
                after: Step::Config,
            }];
        };
        let mut facts = Vec::new();
        if let Some(earlier) = overlapped[n] {
            let other = name(earlier);
            facts.push(Fact::Failed(Failure::new(ConfigProblem::Overlap { other })));
        } else if let Some(other) = by_tenancy[&tenancy].iter().find(|other| **other != n) {
            facts.push(Fact::TenancyAgain {
                other: name(*other),
            });
        }
        let same_key = draft.fingerprint.as_deref().and_then(|f| by_key.get(f));
        let elsewhere = same_key
            .into_iter()
            .flatten()
            .find(|other| tenancy_of(**other).is_some_and(|other| other != tenancy));
        facts.extend(elsewhere.map(|other| Fact::KeyAgain {
            other: name(*other),
        }));
        if facts.is_empty() {
            facts.push(Fact::Unique);
        }
        facts
    };
    let finding = |fact| Finding {
        step: Step::Uniqueness,
        fact,
    };
    (0..drafts.len())
        .map(|n| facts_of(n).into_iter().map(finding).collect())
        .collect()
}

/// For each config, the earlier one that a report refuses it for.
fn overlapped(drafts: &[(&str, &Draft)]) -> Vec<Option<usize>> {
    let whole: Vec<(usize, Config)> = drafts
        .iter()
        .enumerate()
        .filter_map(|(n, (_, draft))| Some((n, (*draft).clone().finish().ok()?)))
        .collect();
    let configs: Vec<&Config> = whole.iter().map(|(_, config)| config).collect();
    let mut overlapped = vec![None; drafts.len()];
    for ((n, _), earlier) in whole.iter().zip(overlaps(&configs)) {
        overlapped[*n] = earlier.map(|earlier| whole[earlier].0);
    }
    overlapped
}
