//! The connection to the service and its limits, shared by the clients' tasks.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use super::kinds::Permissions;
use crate::failure::{
    ConfigProblem, CredentialProblem, EnvironmentProblem, Failure, Problem, ServiceProblem, Warning,
};
use crate::oci::credential::{Credential, Identity, KeyPlaces};
use crate::oci::endpoint::Endpoint;
use crate::oci::signer::Signer;
use crate::oci::transport::{self, Observer, Session, Transport, Web};
use crate::oci::vault;
use crate::plan::{Job, PagesJob, Plan};
use crate::profile::access::Access;
use crate::profile::config::{KEY_FILE, KeyFile, PASS_PHRASE, Passphrase, SecretBytes};
use crate::profile::key::KeyPair;
use crate::profile::provider;
use crate::text::printable;

/// Checks the environment's proxy for the requests that `plan` makes, if it makes any.
///
/// # Errors
/// [`EnvironmentProblem`] where a variable that they depend on is not understood.
pub(super) fn check_environment(plan: &Plan) -> Result<(), EnvironmentProblem> {
    let asks = match &plan.job {
        Job::Report | Job::Backtest | Job::Alert(_) | Job::Pages(PagesJob::Show { .. }) => {
            !Permissions::of(plan).asks.is_never()
        }
        Job::Check { offline, .. } => !offline,
        Job::Add(_) | Job::Publish(_) => true,
        Job::Pages(_) | Job::Demo(_) | Job::Manual { .. } | Job::Completions(_) | Job::Man(_) => {
            false
        }
    };
    match asks {
        true => transport::check_environment(plan.endpoint.as_ref()),
        false => Ok(()),
    }
}

/// The service, as one run may use it.
#[derive(Debug)]
pub(super) struct RunService {
    transport: Result<Transport, ServiceProblem>,
    /// Address of the service.
    pub(super) endpoint: Endpoint,
    keys: KeyPlaces,
    /// The beginning of the run.
    now: DateTime<Utc>,
    /// The way to the services that a credential needs.
    web: Arc<Web>,
    instance: OnceLock<Arc<Identity>>,
    resource: OnceLock<Arc<Identity>>,
}

impl RunService {
    pub(super) fn new(plan: &Plan) -> Arc<Self> {
        let endpoint = Endpoint::new(plan.endpoint.clone());
        Arc::new(Self {
            transport: Transport::new(plan.limits, endpoint.instead()),
            endpoint,
            keys: KeyPlaces::new(),
            now: plan.now,
            web: Arc::new(Web::new(plan.limits)),
            instance: OnceLock::new(),
            resource: OnceLock::new(),
        })
    }

    /// The requests of a client, signed by `credential`.
    ///
    /// # Errors
    /// When the HTTP client could not be made.
    pub(super) fn session<'a>(
        &'a self,
        credential: &'a Credential,
        observer: &Observer,
    ) -> Result<Session<'a>, Failure> {
        match &self.transport {
            Ok(transport) => Ok(transport.session(credential, Arc::clone(observer))),
            Err(problem) => Err(Failure::new(problem.clone())),
        }
    }

    /// The credential of a client's requests, and warnings about the passphrase of its key, which is opened where that
    /// blocks nobody. A token is read with the first request.
    ///
    /// # Errors
    /// A [`Failure`] with the key's file and the config's line.
    pub(super) async fn credential(
        &self,
        tenancy: &str,
        access: &Access,
    ) -> Result<(Credential, Vec<Warning>), Failure> {
        match access {
            Access::ApiKey {
                user,
                fingerprint,
                key,
            } => {
                let (file, expected) = (self.unsealed(key).await?, fingerprint.clone());
                let open = move || provider::confirmed(&file, Some(&expected));
                let (key, warnings) = self.keys.opened(open).await?;
                let signer = provider::signer(tenancy, user, fingerprint, &key);
                Ok((Credential::Constant(Arc::new(signer)), warnings))
            }
            Access::SecurityToken {
                token,
                key,
                fingerprint,
            } => {
                let (key, keys) = (self.unsealed(key).await?, &self.keys);
                let (token, print) = (token.clone(), fingerprint.clone());
                let credential = provider::session(tenancy, token, key, print, keys, self.now);
                Ok((credential, Vec::new()))
            }
            Access::ResourcePrincipal { place } => {
                let credential = provider::renewable(tenancy, *place, self.resource());
                Ok((credential, Vec::new()))
            }
            Access::InstancePrincipal { place } => {
                let credential = provider::renewable(tenancy, *place, self.instance());
                Ok((credential, Vec::new()))
            }
        }
    }

    /// The identity of the instance that the program runs on, which all clients share.
    fn instance(&self) -> Arc<Identity> {
        let made = || provider::instance(&self.web, &self.endpoint, self.now);
        Arc::clone(self.instance.get_or_init(|| Arc::new(made())))
    }

    /// The identity of the resource that the program runs in, which all clients share.
    fn resource(&self) -> Arc<Identity> {
        let made = || provider::resource(&self.keys, self.now);
        Arc::clone(self.resource.get_or_init(|| Arc::new(made())))
    }

    /// The identity of the machine that the program runs on: that of a resource where the environment has one.
    fn machine(&self) -> Arc<Identity> {
        match provider::has_resource() {
            true => self.resource(),
            false => self.instance(),
        }
    }

    /// The key file with what it names of Vault, which is read with the machine's identity and kept in memory alone.
    ///
    /// # Errors
    /// A [`Failure`] at the config's line that names the secret.
    pub(super) async fn unsealed(&self, file: &KeyFile) -> Result<KeyFile, Failure> {
        let mut opened = file.clone();
        if let Some(secret) = file.key_secret() {
            let content = self.secret(secret).await;
            let content =
                content.map_err(|failure| at(failure, secret, Some(file.line), KEY_FILE))?;
            opened.content = Some(SecretBytes::new(content));
        }
        if let Some(secret) = file.phrase_secret() {
            let line = file.pass_phrase_line;
            let placed = |failure| at(failure, secret, line, PASS_PHRASE);
            let content = self.secret(secret).await.map_err(placed)?;
            let text = str::from_utf8(&content).map(|text| text.trim_end_matches(['\r', '\n']));
            let odd = |_| placed(Failure::new(CredentialProblem::NotASecret));
            let phrase = Zeroizing::new(text.map_err(odd)?.to_owned());
            opened.pass_phrase = Some(Passphrase::new(phrase));
        }
        Ok(opened)
    }

    /// The content of a secret of Vault.
    async fn secret(&self, secret: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let region = vault::region(secret).ok_or_else(|| {
            Failure::new(ConfigProblem::NotAnOcid {
                expected: vault::KIND,
            })
        })?;
        let machine = self.machine();
        let absent = |failure: Failure| match failure.problem {
            Problem::Credential(problem) if !problem.may_pass() => Failure {
                problem: CredentialProblem::NoMachine(Box::new(problem)).into(),
                ..failure
            },
            _ => failure,
        };
        let ask = async |signer: &Signer| {
            // Its connection is its own, and counts as one of the run's.
            let run = self.transport.as_ref().ok();
            vault::content(&self.web, &self.endpoint, signer, secret, &region, run).await
        };
        let (signer, _) = machine.signer(0).await.map_err(absent)?;
        match ask(&signer).await {
            Err(refused) if vault::is_unauthorized(&refused) => {
                let other = machine.renewed(&signer).await.map_err(absent)?;
                let (signer, _) = other.ok_or(refused)?;
                ask(&signer).await
            }
            asked => asked,
        }
    }

    /// The credential of `access` by a key that was opened before, where it has one.
    ///
    /// # Errors
    /// As those of [`Self::credential`].
    pub(super) async fn credential_by(
        &self,
        tenancy: &str,
        access: &Access,
        key: Option<&KeyPair>,
    ) -> Result<Credential, Failure> {
        match (access, key) {
            (
                Access::ApiKey {
                    user, fingerprint, ..
                },
                Some(key),
            ) => {
                let signer = provider::signer(tenancy, user, fingerprint, key);
                Ok(Credential::Constant(Arc::new(signer)))
            }
            _ => Ok(self.credential(tenancy, access).await?.0),
        }
    }

    /// The key of a config, opened where that blocks nobody, and warnings about its passphrase.
    ///
    /// # Errors
    /// A [`Failure`] with the key's file and the config's line.
    pub(super) async fn open(&self, file: &KeyFile) -> Result<(KeyPair, Vec<Warning>), Failure> {
        let own = file.clone();
        self.keys.opened(move || provider::open(&own)).await
    }
}

/// The failure of a secret of Vault at the config's line that names it.
fn at(failure: Failure, secret: &str, line: Option<usize>, key: &'static str) -> Failure {
    match failure.problem {
        // The host of another service says enough.
        Problem::Service(_) => failure,
        _ => Failure {
            file: failure.file.or_else(|| Some(printable(secret, 255))),
            line,
            key: Some(key),
            ..failure
        },
    }
}
