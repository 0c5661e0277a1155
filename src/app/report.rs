//! The report: folder in, portfolio out.

use std::sync::Arc;

use rsa::pkcs1v15::SigningKey;
use tokio::time::Instant;

use super::folder::{self, Entry};
use super::service::Service;
use super::tasks;
use crate::calendar::{Day, day_of};
use crate::contract::Contract;
use crate::cost::CostRow;
use crate::failure::{ConfigProblem, Failure, ServiceProblem, Warning};
use crate::oci::credential::Credential;
use crate::oci::transport::{Observer, shifted_now};
use crate::oci::{identity, usage};
use crate::plan::{Figures, Misuse, Plan};
use crate::profile::config::Config;
use crate::profile::{key, overlaps};
use crate::progress::Progress;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;
use crate::series::DailySeries;

/// The portfolio that `plan` and `figures` ask for.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub async fn report(
    plan: &Plan,
    figures: &Figures,
    progress: &Arc<Progress>,
) -> Result<Portfolio, Misuse> {
    let reckoning = figures.reckoning.clone();
    let statement = move |known: Known| {
        let mut statement = Statement::new(&known.contract, &known.series, &reckoning);
        statement.warnings.splice(..0, known.warnings);
        Box::new(statement)
    };
    let settle = figures.reckoning.settle_days;
    let clients = of_each(plan, settle, progress, statement).await?;
    Ok(Portfolio::new(clients, &figures.reckoning))
}

/// What `make` makes of what is known of each client, with `settle` days before the as-of day that are
/// not settled.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub(super) async fn of_each<T: Send + 'static>(
    plan: &Plan,
    settle: u32,
    progress: &Arc<Progress>,
    make: impl Fn(Known) -> T + Clone + Send + 'static,
) -> Result<Vec<Client<T>>, Misuse> {
    let until = plan.deadline.map(|deadline| Instant::now() + deadline);
    let entries = folder::read(plan, progress, until).await?;
    progress.begin(entries.len());
    let (subjects, mut configs): (Vec<Subject>, Vec<Result<Config, Failure>>) =
        entries.into_iter().map(subject).unzip();
    refuse_overlaps(&subjects, &mut configs);
    let service = Service::new(plan);
    let work = subjects.iter().zip(configs).map(|(subject, config)| {
        let (file, progress) = (subject.file.clone(), Arc::clone(progress));
        let config = config.inspect_err(|_| progress.done(&file))?;
        let make = make.clone();
        let work = Work {
            service: Arc::clone(&service),
            settle,
            as_of: plan.as_of,
            observer: progress.observer(&file, &subject.name),
        };
        Ok(async move {
            let outcome = work.known(config).await.map(make);
            progress.done(&file);
            outcome
        })
    });
    let outcomes = tasks::all(work, until).await;
    progress.end();
    let clients = subjects
        .into_iter()
        .zip(outcomes)
        .map(|(subject, outcome)| Client {
            name: subject.name,
            file: subject.file,
            tenancy: subject.tenancy,
            region: subject.region,
            outcome,
        });
    Ok(clients.collect())
}

/// What is known of a client, for figures.
pub(super) struct Known {
    pub(super) contract: Contract,
    pub(super) series: DailySeries,
    /// What is to be said of how it was got.
    pub(super) warnings: Vec<Warning>,
}

/// What is known of a client before any work.
struct Subject {
    name: String,
    file: String,
    tenancy: Option<String>,
    region: Option<String>,
}

fn subject(entry: Entry) -> (Subject, Result<Config, Failure>) {
    let config = entry.draft.finish();
    let (tenancy, region) = match &config {
        Ok(config) => (
            Some(config.tenancy.clone()),
            Some(config.region.name.clone()),
        ),
        Err(unusable) => (unusable.tenancy.clone(), None),
    };
    let subject = Subject {
        name: entry.name,
        file: entry.file,
        tenancy,
        region,
    };
    (subject, config.map_err(|unusable| unusable.failure))
}

/// Fails the later of two configs that would count the same cost.
fn refuse_overlaps(subjects: &[Subject], configs: &mut [Result<Config, Failure>]) {
    let (places, usable): (Vec<usize>, Vec<&Config>) = configs
        .iter()
        .enumerate()
        .filter_map(|(place, config)| Some((place, config.as_ref().ok()?)))
        .unzip();
    let earlier = overlaps(&usable);
    for (place, earlier) in places.iter().zip(earlier) {
        if let Some(earlier) = earlier {
            let other = subjects[places[earlier]].file.clone();
            configs[*place] = Err(Failure::new(ConfigProblem::Overlap { other }));
        }
    }
}

/// One client's work.
struct Work {
    service: Arc<Service>,
    settle: u32,
    as_of: Day,
    observer: Observer,
}

impl Work {
    /// From the config to the series.
    async fn known(self, config: Config) -> Result<Known, Failure> {
        let (contract, mut warnings) = (config.contract.clone(), config.warnings.clone());
        let mut rows = Vec::new();
        if !contract.asked(self.as_of).is_empty() {
            let fetched = self.rows(config).await?;
            rows = fetched.0;
            warnings.extend(fetched.1);
        }
        let series = DailySeries::new(&rows, &contract, self.as_of, self.settle);
        Ok(Known {
            series: series.map_err(Failure::new)?,
            contract,
            warnings,
        })
    }

    /// What the service has of the contract, and what is to be said of how it was got.
    async fn rows(&self, config: Config) -> Result<(Vec<CostRow>, Vec<Warning>), Failure> {
        let asked = config.contract.asked(self.as_of);
        let endpoint = &self.service.endpoint;
        let base = endpoint.usage(&config.region)?;
        let key = self.service.open(&config.key).await?;
        key::confirm(key.as_ref(), &config.fingerprint)
            .map_err(|problem| config.key.failure(problem))?;
        let credential = Credential {
            tenancy: config.tenancy,
            user: config.user,
            fingerprint: config.fingerprint,
            key: SigningKey::new(key),
        };
        let session = self.service.session(&credential, &self.observer)?;

        let mut warnings = Vec::new();
        let rows = match usage::daily_costs(&session, &base, asked).await {
            Ok(rows) => rows,
            Err(refused) if identity::may_be_elsewhere(&refused) => {
                let region = &config.region;
                let home = identity::home_region(&session, &endpoint.identity(region)?).await;
                let home = home
                    .ok()
                    .filter(|home| home.name != region.name)
                    .ok_or(refused)?;
                let rows = usage::daily_costs(&session, &endpoint.usage(&home)?, asked).await?;
                warnings.push(Warning::NotHomeRegion {
                    region: region.name.clone(),
                    home: home.name,
                });
                rows
            }
            Err(failure) => return Err(failure),
        };
        if let Some(seconds) = session.clock_offset() {
            // Signed with the service's time, but seen from a day that is this machine's.
            if day_of(shifted_now(seconds)) < self.as_of {
                return Err(Failure::new(ServiceProblem::ClockAhead {
                    offset_seconds: seconds,
                }));
            }
            warnings.push(Warning::ClockOffset { seconds });
        }
        Ok((rows, warnings))
    }
}
