//! The check: folder in, what was found of each client out.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use tokio::time::{Duration, Instant};

use super::folder::{self, Contents, FolderClient};
use super::interrupt;
use super::service::RunService;
use super::tasks;
use crate::calendar::Day;
use crate::check::offline::{self, Opened, Sibling};
use crate::check::online::Online;
use crate::check::{self, AdminRequest, Checkup, Fact, Finding, Step, StepState};
use crate::failure::{CredentialKind, Failure, KeyProblem, Notice, Problem};
use crate::oci::credential::Credential;
use crate::oci::observed::{Observed, SightNumbers};
use crate::oci::transport::Observer;
use crate::plan::{Misuse, Plan};
use crate::profile::config::{self, ConfigDraft, KeyFile};
use crate::profile::key::{self, KeyPair};
use crate::profile::overlap;
use crate::progress::Progress;
use crate::text::printable;

/// The vendor's variable that silences warnings of file permissions where it is exactly `True`.
const SILENCE: &str = "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING";
/// Time after the run's deadline in which a client's task still reports its findings.
const GRACE: Duration = Duration::from_secs(2);

/// Checks each client that `plan` selects, and returns the notices about the folder besides. `offline` leaves out the
/// network; `observe` counts facts about the service in its answers.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub async fn check(
    plan: &Plan,
    offline: bool,
    observe: bool,
    progress: &Arc<Progress>,
) -> Result<(Vec<Checkup>, Vec<Notice>), Misuse> {
    let until = plan.deadline.map(|deadline| Instant::now() + deadline);
    let Contents { entries, notices } = folder::read(plan, progress, until).await?;
    let chosen: Vec<bool> = entries.iter().map(|entry| entry.chosen).collect();
    let options = [offline, observe];
    let checkups = examined(plan, options, progress, until, entries, &chosen).await;
    Ok((checkups, notices))
}

/// Checks the client in `file` alone, beside all others of the folder.
///
/// # Errors
/// When the folder cannot be read.
pub(super) async fn check_file(
    plan: &Plan,
    file: &str,
    progress: &Arc<Progress>,
) -> Result<Vec<Checkup>, Misuse> {
    let until = plan.deadline.map(|deadline| Instant::now() + deadline);
    let Contents { entries, .. } = folder::read(plan, progress, until).await?;
    let file = printable(file, 255);
    let chosen: Vec<bool> = entries.iter().map(|entry| entry.file == file).collect();
    Ok(examined(plan, [false, false], progress, until, entries, &chosen).await)
}

/// Returns one checkup for each of `entries` that is `chosen`, in their order. All entries are compared with each
/// other.
async fn examined(
    plan: &Plan,
    [offline, observe]: [bool; 2],
    progress: &Arc<Progress>,
    until: Option<Instant>,
    mut entries: Vec<FolderClient>,
    chosen: &[bool],
) -> Vec<Checkup> {
    let mut siblings: Vec<Sibling> = entries
        .iter()
        .map(|entry| Sibling {
            file: entry.file.clone(),
            draft: entry.draft.clone(),
            refused: false,
        })
        .collect();
    let mut choices = chosen.iter();
    entries.retain(|_| choices.next().copied().unwrap_or_default());
    let places = || (0..chosen.len()).filter(|place| chosen[*place]);
    progress.begin(entries.len());
    let mut checkups: Vec<Checkup> = entries.iter().map(unchecked).collect();
    let observed: Vec<Option<Arc<Observed>>> = entries
        .iter()
        .map(|_| observe.then(|| Arc::new(Observed::new(plan.as_of))))
        .collect();
    let service = RunService::new(plan);
    let silenced = env::var_os(SILENCE).is_some_and(|value| value == "True");
    let work = entries
        .into_iter()
        .zip(observed.clone())
        .map(|(entry, observed)| {
            let work = CheckTask {
                service: Arc::clone(&service),
                as_of: plan.as_of,
                offline,
                silenced,
                observer: progress.observer(&entry.file, &entry.name),
                observed,
                until,
            };
            let progress = Arc::clone(progress);
            Ok(async move {
                let found = work.examine(entry.draft, entry.path).await;
                progress.done(&entry.file);
                Ok(found)
            })
        });
    let outcomes = tasks::all(work, until.map(|until| until + GRACE)).await;
    if interrupt::has_ended() {
        let undone = checkups.iter().zip(&outcomes);
        let undone = undone.filter(|(_, outcome)| outcome.is_err());
        let names: Vec<&str> = undone.map(|(checkup, _)| checkup.name.as_str()).collect();
        progress.interrupted(&names);
    }
    progress.end();
    for ((checkup, outcome), observed) in checkups.iter_mut().zip(outcomes).zip(observed) {
        checkup.seen = observed
            .map(|observed| observed.numbers())
            .unwrap_or_default();
        match outcome {
            Ok((findings, request)) => {
                checkup.findings = findings;
                checkup.request = request;
            }
            Err(failure) => {
                checkup.findings.push(Finding {
                    step: Step::Config,
                    fact: Fact::Failed(failure),
                });
                if !offline {
                    not_tried(Step::Config, &mut checkup.findings);
                }
            }
        }
    }
    for (place, checkup) in places().zip(&checkups) {
        siblings[place].refused = is_refused(&checkup.findings);
    }
    let uniqueness = offline::uniqueness(&siblings);
    for (place, checkup) in places().zip(&mut checkups) {
        checkup.findings.extend_from_slice(&uniqueness[place]);
        checkup.findings.sort_by_key(|finding| finding.step);
    }
    checkups
}

/// Returns whether the service, or its own key, refuses a client with `findings`.
fn is_refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| match &finding.fact {
        Fact::Failed(failure) => overlap::is_refusal(failure.problem.code()),
        _ => false,
    })
}

fn unchecked(entry: &FolderClient) -> Checkup {
    let ConfigDraft { owner, region, .. } = &entry.draft;
    Checkup {
        name: entry.name.clone(),
        file: entry.file.clone(),
        tenancy: owner.clone(),
        region: region.as_ref().map(|region| region.name.clone()),
        findings: Vec::new(),
        request: None,
        seen: SightNumbers::new(),
    }
}

/// The check of one client.
struct CheckTask {
    service: Arc<RunService>,
    as_of: Day,
    offline: bool,
    silenced: bool,
    observer: Observer,
    observed: Option<Arc<Observed>>,
    until: Option<Instant>,
}

impl CheckTask {
    async fn examine(
        self,
        draft: ConfigDraft,
        path: PathBuf,
    ) -> (Vec<Finding>, Option<AdminRequest>) {
        let mut findings = offline::config(&draft, self.as_of);
        let mut opened = None;
        if let Some(file) = draft
            .key
            .as_ref()
            .filter(|file| !(self.offline && file.is_sealed()))
        {
            opened = Some(self.in_time(self.open(file)).await);
        }
        findings.extend(offline::key(&draft, opened.as_ref()));
        findings.extend(offline::permissions(&draft, &path, self.silenced));
        let opened_key = opened.as_ref().and_then(|opened| opened.as_ref().ok());
        let credential = self.credential(&draft, opened_key, &mut findings).await;
        findings.sort_by_key(|finding| finding.step);
        let mut request = None;
        if draft.awaits_key()
            && let (Some(tenancy), Some(Ok(opened))) = (&draft.tenancy, &opened)
        {
            request = first_request(tenancy, &opened.key);
        }
        if !self.offline {
            match (blocking(&findings), credential) {
                (None, Some(credential)) if !draft.awaits_key() => {
                    let key = opened.and_then(Result::ok).map(|opened| opened.key);
                    request = self.online(draft, &credential, key, &mut findings).await;
                }
                (step, _) => not_tried(step.unwrap_or(Step::Config), &mut findings),
            }
        }
        (check::unrepeated(findings), request)
    }

    /// Returns the output of `future`, or the failure of a run whose deadline has passed.
    async fn in_time<T>(
        &self,
        future: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let done = tasks::by(self.until, future).await;
        done.unwrap_or_else(|| Err(Failure::new(Problem::Deadline)))
    }

    async fn open(&self, file: &KeyFile) -> Result<Opened, Failure> {
        let file = &self.service.unsealed(file).await?;
        let (key, warnings) = self.service.open(file).await?;
        let mut encrypted = false;
        // It may stand there for a key that needs none.
        if file.pass_phrase.is_some() {
            let bare = KeyFile {
                pass_phrase: None,
                ..file.clone()
            };
            let without = self.service.open(&bare).await;
            let missing = Problem::Key(KeyProblem::PassphraseMissing);
            encrypted = without.is_err_and(|failure| failure.problem == missing);
        }
        Ok(Opened {
            key,
            encrypted,
            warnings,
        })
    }

    /// Adds the findings on the credential, and returns it where it signs.
    async fn credential(
        &self,
        draft: &ConfigDraft,
        opened: Option<&Opened>,
        findings: &mut Vec<Finding>,
    ) -> Option<Credential> {
        let step = Step::Credential;
        if findings.iter().any(|finding| finding.step == step) {
            return None;
        }
        let fails = |step: &Step| {
            let mut of_step = findings.iter().filter(|finding| finding.step == *step);
            of_step.any(|finding| finding.fact.state() == StepState::Failed)
        };
        let failed = [Step::Key, Step::Fingerprint].into_iter().find(fails);
        let (fact, credential) = self.standing(draft, opened, failed).await;
        findings.push(Finding { step, fact });
        credential
    }

    /// The facts of the credential of `draft`, whose step `failed` before it, and the credential where it signs.
    async fn standing(
        &self,
        draft: &ConfigDraft,
        opened: Option<&Opened>,
        failed: Option<Step>,
    ) -> (Fact, Option<Credential>) {
        let not_tried = |after| (Fact::NotTried { after }, None);
        let (Some(tenancy), Some(access)) = (&draft.tenancy, draft.access()) else {
            return not_tried(failed.unwrap_or(Step::Config));
        };
        if let Some(step) = failed {
            return not_tried(step);
        }
        if self.offline && access.needs_network() {
            return not_tried(Step::Connection);
        }
        let key = opened.map(|opened| &opened.key);
        let standing = self.in_time(async {
            let credential = self.service.credential_by(tenancy, &access, key).await?;
            let until = credential.until().await?;
            Ok((credential, until))
        });
        match standing.await {
            Ok((credential, until)) => {
                let fact = Fact::Credential {
                    kind: credential.kind(),
                    tenancy: tenancy.clone(),
                    until,
                };
                (fact, Some(credential))
            }
            Err(failure) => (Fact::Failed(failure), None),
        }
    }

    /// Adds the service's findings, and returns the request to the customer's administrator.
    async fn online(
        &self,
        draft: ConfigDraft,
        credential: &Credential,
        key: Option<KeyPair>,
        findings: &mut Vec<Finding>,
    ) -> Option<AdminRequest> {
        let public_key = key.and_then(|key| key.public.to_public_key_pem(LineEnding::LF).ok());
        let (Some(region), Some(tenancy)) = (draft.region, draft.tenancy) else {
            not_tried(Step::Config, findings);
            return None;
        };
        let asked = async {
            let session = self.service.session(credential, &self.observer)?;
            let session = session.observing(self.observed.clone());
            let online = Online {
                session: &session,
                endpoint: &self.service.endpoint,
                region: &region,
                contract: draft.contract.as_ref(),
                as_of: self.as_of,
            };
            online.ask(findings).await
        };
        if let Err(failure) = self.in_time(asked).await
            && let Some(step) = missing(findings).first().copied()
        {
            let failure = config::misspelt(&region, draft.region_line, failure);
            let fact = Fact::Failed(failure);
            findings.push(Finding { step, fact });
            not_tried(step, findings);
        }
        let has = |step, codes: &[&str]| {
            let of_step = findings.iter().filter(|finding| finding.step == step);
            let mut found = of_step.filter_map(|finding| finding.fact.code());
            found.any(|code| codes.contains(&code))
        };
        let accepted = findings
            .iter()
            .any(|finding| finding.fact == Fact::Accepted);
        let kind = credential.kind();
        let upload =
            kind == CredentialKind::ApiKey && has(Step::Authentication, &["nao_autenticado"]);
        // What came without a verdict on the signature was not refused by a policy.
        let policy = accepted && has(Step::Policy, &["sem_permissao", "nao_permitido"]);
        (upload || policy).then(|| AdminRequest {
            tenancy,
            user: draft.user,
            fingerprint: draft.fingerprint.unwrap_or_default(),
            public_key: public_key.filter(|_| upload),
            policy,
            machine: Some(kind).filter(|kind| kind.is_of_machine()),
        })
    }
}

/// The request to the administrator of `tenancy` for an access that signs with `key`.
fn first_request(tenancy: &str, key: &KeyPair) -> Option<AdminRequest> {
    Some(AdminRequest {
        tenancy: tenancy.to_owned(),
        user: None,
        fingerprint: key::fingerprint(&key.public).ok()?,
        public_key: Some(key.public.to_public_key_pem(LineEnding::LF).ok()?),
        policy: true,
        machine: None,
    })
}

/// The first step that failed and without which a request would go astray.
fn blocking(findings: &[Finding]) -> Option<Step> {
    let mut failed = findings
        .iter()
        .filter(|finding| finding.fact.state() == StepState::Failed)
        .map(|finding| finding.step);
    failed
        .find(|step| [Step::Region, Step::Key, Step::Fingerprint, Step::Credential].contains(step))
}

/// The steps of [`Step::ONLINE`] that nothing was found of.
fn missing(findings: &[Finding]) -> Vec<Step> {
    let mut steps = Step::ONLINE.to_vec();
    steps.retain(|step| !findings.iter().any(|finding| finding.step == *step));
    steps
}

/// Notes the steps that nothing was found of.
fn not_tried(after: Step, findings: &mut Vec<Finding>) {
    let fact = Fact::NotTried { after };
    for step in missing(findings) {
        let fact = fact.clone();
        findings.push(Finding { step, fact });
    }
}
