//! The partner's own user: found, told from the customers' users, and used.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use reqwest::Url;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use crate::calendar::Day;
use crate::failure::{AlertsRefused, Failure, Problem, PublishProblem, ServiceProblem};
use crate::oci::credential::Credential;
use crate::oci::object_storage::ObjectStorage;
use crate::oci::region::Region;
use crate::oci::signer::{ApiKey, Signer};
use crate::oci::transport::Transport;
use crate::path::ObjectPlace;
use crate::plan::{Job, Misuse, Plan};
use crate::profile::alerts::{FILE_NAME, Partner, partner, publish_section};
use crate::profile::config::{LARGEST, draft};
use crate::profile::file::read_bounded;
use crate::profile::walk::{is_client, walk};
use crate::progress::Progress;
use crate::text::{printable, shown};

/// Time that publishing has at least, however late the report is.
const LEAST: Duration = Duration::from_secs(5);

/// The partner's own user, ready to publish.
#[derive(Debug)]
pub(in crate::app) struct Publisher {
    /// The user, as the credential of all requests.
    credential: Credential,
    /// Region of the bucket.
    region: Region,
    transport: Result<Transport, ServiceProblem>,
    /// Address in place of the service.
    endpoint: Option<Url>,
    progress: Arc<Progress>,
    /// Time at which the run ends.
    until: Option<Instant>,
}

/// Makes the publisher of `plan`. Its files are read, and so are the configs of the folder; no request is made.
///
/// # Errors
/// [`Misuse::Publish`] where there is no user, or it is a customer's.
pub(in crate::app) async fn publisher(plan: &Plan) -> Result<Result<Publisher, Misuse>> {
    let until = plan.deadline.map(|deadline| Instant::now() + deadline);
    let own = plan.clone();
    let found = spawn_blocking(move || user(&own)).await?;
    Ok(found.map_err(Misuse::Publish).map(|partner| Publisher {
        credential: Credential::Constant(Arc::new(partner.signer)),
        region: partner.region,
        transport: Transport::new(plan.limits, plan.endpoint.as_ref()),
        endpoint: plan.endpoint.clone(),
        progress: Progress::new(&plan.view, false),
        until,
    }))
}

/// Reads the user of `plan`: the command line's, else that of the settings.
fn user(plan: &Plan) -> Result<Partner, PublishProblem> {
    if plan.simulated {
        return Err(PublishProblem::Simulated);
    }
    let path = match &plan.publish_as {
        Some(path) => path.clone(),
        None => {
            let settings = match &plan.job {
                Job::Alert(job) => job.settings.clone(),
                _ => None,
            };
            let settings = settings.unwrap_or_else(|| plan.dir.join(FILE_NAME));
            let file = shown(&settings);
            match publish_section(&settings) {
                Ok(Some(found)) => found.settings.user,
                Ok(None) => return Err(PublishProblem::NoCredential { file }),
                Err(refused) => return Err(refused_in(file, refused)),
            }
        }
    };
    let file = shown(&path);
    if let Some(config) = client_at(&plan.dir, &path) {
        return Err(PublishProblem::Customers { file, config });
    }
    let found = partner(&path).map_err(|refused| refused_in(file.clone(), refused))?;
    match client_of(plan, &found.signer) {
        Some(config) => Err(PublishProblem::Customers { file, config }),
        None => Ok(found),
    }
}

fn refused_in(file: String, refused: AlertsRefused) -> PublishProblem {
    PublishProblem::Settings {
        file,
        refused: Box::new(refused),
    }
}

/// Returns the name of the file at `path` where it lies in the clients' folder `dir` and is called as a config is.
fn client_at(dir: &Path, path: &Path) -> Option<String> {
    let place = fs::canonicalize(path).ok()?;
    let folder = fs::canonicalize(dir).ok()?;
    let name = place.file_name()?;
    let is = place.parent() == Some(&*folder) && is_client(name);
    is.then(|| printable(&name.to_string_lossy(), 255))
}

/// Returns the name of the config in the clients' folder that has the user of `signer`.
fn client_of(plan: &Plan, signer: &Signer) -> Option<String> {
    let Signer::ApiKey(ApiKey { tenancy, user, .. }) = signer else {
        return None;
    };
    // A folder that cannot be read has no clients, which the report says.
    let found = walk(&plan.dir).ok()?.found;
    let same = |own: &Option<String>, other: &str| {
        own.as_ref()
            .is_some_and(|own| own.eq_ignore_ascii_case(other))
    };
    let mut clients = found.into_iter();
    let client = clients.find(|client| {
        let bytes = read_bounded(&client.path, LARGEST).unwrap_or_default();
        let draft = draft(&bytes, &plan.dir, Day::default());
        same(&draft.tenancy, tenancy) && same(&draft.user, user)
    });
    client.map(|client| client.name)
}

impl Publisher {
    /// Runs `work` with the service, in the time that the run has. The lines of `-v` name `place`.
    ///
    /// # Errors
    /// A [`Failure`]; [`Problem::Deadline`] where there was no time.
    pub(in crate::app) async fn ask<T>(
        &self,
        place: &ObjectPlace,
        work: impl AsyncFnOnce(&ObjectStorage<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let transport = match &self.transport {
            Ok(transport) => transport,
            Err(problem) => return Err(Failure::new(problem.clone())),
        };
        let name = printable(&place.to_string(), 255);
        let observer = self.progress.observer(&name, &name);
        let session = transport.session(&self.credential, observer);
        let storage = ObjectStorage::new(&session, self.endpoint.as_ref(), &self.region);
        let work = work(&storage);
        match self.until {
            None => work.await,
            Some(until) => timeout_at(until.max(Instant::now() + LEAST), work)
                .await
                .unwrap_or_else(|_| Err(Failure::new(Problem::Deadline))),
        }
    }
}
