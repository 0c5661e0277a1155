//! The connection to the service and its limits, shared by the clients' tasks.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::kinds::Permissions;
use crate::failure::{EnvironmentProblem, Failure, Problem, ServiceProblem, Warning};
use crate::oci::endpoint::Endpoint;
use crate::oci::signer::Signer;
use crate::oci::transport::{self, Observer, Session, Transport};
use crate::plan::{Job, PagesJob, Plan};
use crate::profile::config::{Config, KeyFile};
use crate::profile::key::KeyPair;
use crate::profile::provider;

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

/// Keys opened at a time: one may ask for 64 MiB to derive its cipher's key from the passphrase.
const KEYS_AT_ONCE: usize = 2;

/// The service, as one run may use it.
#[derive(Debug)]
pub(super) struct Service {
    transport: Result<Transport, ServiceProblem>,
    /// Address of the service.
    pub(super) endpoint: Endpoint,
    keys: Semaphore,
}

impl Service {
    pub(super) fn new(plan: &Plan) -> Arc<Self> {
        let endpoint = Endpoint::new(plan.endpoint.clone());
        Arc::new(Self {
            transport: Transport::new(plan.limits, endpoint.instead()),
            endpoint,
            keys: Semaphore::new(KEYS_AT_ONCE),
        })
    }

    /// The requests of a client, signed by `signer`.
    ///
    /// # Errors
    /// When the HTTP client could not be made.
    pub(super) fn session<'a>(
        &'a self,
        signer: &'a Signer,
        observer: &Observer,
    ) -> Result<Session<'a>, Failure> {
        match &self.transport {
            Ok(transport) => Ok(transport.session(signer, Arc::clone(observer))),
            Err(problem) => Err(Failure::new(problem.clone())),
        }
    }

    /// The signer of a config's requests, its key opened where that blocks nobody, and warnings about its
    /// passphrase.
    ///
    /// # Errors
    /// A [`Failure`] with the key's file and the config's line.
    pub(super) async fn signer(&self, config: &Config) -> Result<(Signer, Vec<Warning>), Failure> {
        let own = config.clone();
        self.blocking(move || provider::signer(&own)).await
    }

    /// The key of a config, opened where that blocks nobody, and warnings about its passphrase.
    ///
    /// # Errors
    /// A [`Failure`] with the key's file and the config's line.
    pub(super) async fn open(&self, file: &KeyFile) -> Result<(KeyPair, Vec<Warning>), Failure> {
        let own = file.clone();
        self.blocking(move || provider::open(&own)).await
    }

    /// The outcome of `open`, with one of the places of the keys that are opened at a time.
    async fn blocking<T: Send + 'static>(
        &self,
        open: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        // Nobody closes the semaphore, so that the place is always had.
        let _place = self.keys.acquire().await;
        let opened = spawn_blocking(open).await;
        opened.unwrap_or_else(|_panicked| Err(Failure::new(Problem::Internal)))
    }
}
