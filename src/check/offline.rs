//! Steps of a check that need no network.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::{Fact, Finding, Step};
use crate::calendar::Day;
use crate::failure::{ConfigProblem, Failure, Warning};
use crate::oci::region::realm_of;
use crate::profile::config::{Config, Draft};
use crate::profile::file::exposed;
use crate::profile::key::{self, KeyPair};
use crate::profile::overlaps;
use crate::text::printable;

/// Returns the findings of the config alone, seen from `as_of`, in no order.
pub(crate) fn config(draft: &Draft, as_of: Day) -> Vec<Finding> {
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
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The key.
    pub key: KeyPair,
    /// Whether it took a passphrase.
    pub encrypted: bool,
}

/// Returns the findings of the private key: its form, as far as it could be opened, and whether it matches the
/// config.
pub(crate) fn key(draft: &Draft, opened: Option<&Result<Opened, Failure>>) -> Vec<Finding> {
    let not_tried = |after| Fact::NotTried { after };
    let (key, fingerprint) = match (&draft.key, opened) {
        (Some(file), Some(Ok(Opened { key, encrypted }))) => {
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
                None => not_tried(Step::Config),
            };
            (opened, same)
        }
        (_, Some(Err(failure))) => (Fact::Failed(failure.clone()), not_tried(Step::Key)),
        _ => (not_tried(Step::Config), not_tried(blamed(draft, Step::Key))),
    };
    // What is wrong in the config itself was found already.
    [(Step::Key, key), (Step::Fingerprint, fingerprint)]
        .into_iter()
        .filter(|(step, _)| !fails(draft, *step))
        .map(|(step, fact)| Finding { step, fact })
        .collect()
}

fn fails(draft: &Draft, step: Step) -> bool {
    draft.failures.iter().any(|f| step_of(f.key) == step)
}

/// Returns the step that explains the missing value of `step`: the step itself, or the one that lists all missing
/// keys.
fn blamed(draft: &Draft, step: Step) -> Step {
    match fails(draft, step) {
        true => step,
        false => Step::Config,
    }
}

/// Returns the findings of file permissions of the config at `path` and of its key. `silenced` suppresses them.
pub(crate) fn permissions(draft: &Draft, path: &Path, silenced: bool) -> Vec<Finding> {
    let step = Step::Permissions;
    if silenced {
        let fact = Fact::Silenced;
        return vec![Finding { step, fact }];
    }
    let key = draft.key.as_ref().map(|key| key.path.as_path());
    let mut facts = Vec::new();
    // Unless both are seen nothing can be called private.
    let mut unseen = key.is_none().then(|| blamed(draft, Step::Key));
    for (path, matter) in [(Some(path), Step::Config), (key, Step::Key)] {
        // A folder or a device needs other permissions than a client's file.
        let Some(path) = path.filter(|path| path.is_file()) else {
            unseen = unseen.or(Some(matter));
            continue;
        };
        match exposed(path) {
            Ok(Some(mode)) => facts.push(Fact::Exposed {
                file: printable(&path.to_string_lossy(), 255),
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

/// Returns, for each config and its file name, the other configs with the same tenancy or key.
pub(crate) fn uniqueness(drafts: &[(&str, &Draft)]) -> Vec<Vec<Finding>> {
    let tenancies: Vec<Option<String>> = drafts
        .iter()
        .map(|(_, draft)| draft.tenancy.as_ref().map(|tenancy| tenancy.to_lowercase()))
        .collect();
    // Two of each are enough to name another than oneself, however many share it.
    let mut of_tenancy: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut of_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, (_, draft)) in drafts.iter().enumerate() {
        let Some(tenancy) = &tenancies[n] else {
            continue;
        };
        let same = of_tenancy.entry(tenancy).or_default();
        if same.len() < 2 {
            same.push(n);
        }
        if let Some(fingerprint) = &draft.fingerprint {
            let same = of_key.entry(fingerprint).or_default();
            if same.len() < 2 && same.iter().all(|m| tenancies[*m] != tenancies[n]) {
                same.push(n);
            }
        }
    }
    let overlapped = overlapped(drafts);
    let facts_of = |n: usize| {
        let Some(tenancy) = &tenancies[n] else {
            let after = Step::Config;
            return vec![Fact::NotTried { after }];
        };
        let name = |other: usize| drafts[other].0.to_owned();
        let mut facts = Vec::new();
        let other = of_tenancy[tenancy.as_str()].iter().find(|m| **m != n);
        match (overlapped[n], other) {
            (Some(earlier), _) => {
                let other = name(earlier);
                facts.push(Fact::Failed(Failure::new(ConfigProblem::Overlap { other })));
            }
            (None, Some(other)) => facts.push(Fact::TenancyAgain {
                other: name(*other),
            }),
            (None, None) => {}
        }
        let fingerprint = drafts[n].1.fingerprint.as_deref();
        let same_key = fingerprint.and_then(|fingerprint| of_key.get(fingerprint));
        let mut elsewhere = same_key.into_iter().flatten();
        let elsewhere = elsewhere.find(|m| tenancies[**m] != tenancies[n]);
        facts.extend(elsewhere.map(|other| Fact::KeyAgain {
            other: name(*other),
        }));
        if facts.is_empty() {
            facts.push(match fingerprint {
                Some(_) => Fact::Unique,
                None => Fact::NotTried {
                    after: blamed(drafts[n].1, Step::Fingerprint),
                },
            });
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

/// Returns, for each config, the earlier one that makes a report refuse it.
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
