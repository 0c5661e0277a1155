//! The report: folder in, portfolio out.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use super::fetch::{self, Fetched};
use super::folder::{self, Entry};
use super::history::{Keeper, Source};
use super::service::Service;
use super::tasks;
use crate::calendar::{Day, Days, day_of};
use crate::contract::Contract;
use crate::cost::CostRow;
use crate::failure::{ConfigProblem, Failure, Notice, ServiceProblem, StoreProblem, Warning};
use crate::oci::identity;
use crate::oci::transport::{Observer, shifted_now};
use crate::plan::{Figures, Misuse, Plan};
use crate::profile::config::Config;
use crate::profile::overlaps;
use crate::progress::Progress;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;
use crate::series::{DailySeries, Known};
use crate::store::Record;
use crate::store::history::{Answered, Stored, remembered_from};

/// The portfolio that `plan` and `figures` ask for.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub async fn report(
    plan: &Plan,
    figures: &Figures,
    progress: &Arc<Progress>,
) -> Result<Portfolio, Misuse> {
    let reckoning = &figures.reckoning;
    let own = reckoning.clone();
    let statement = move |material: Material| {
        let mut statement = Statement::new(&material.contract, &material.series, &own);
        statement.warnings.splice(..0, material.warnings);
        Box::new(statement)
    };
    let kept: fn(&Box<Statement>) -> &Statement = |statement| statement;
    // What is only supposed is nobody's history.
    let kept = Some(kept).filter(|_| reckoning.what_if.is_none());
    let settle = reckoning.settle_days;
    let (clients, notices) = of_each(plan, settle, progress, statement, kept).await?;
    Ok(Portfolio::new(clients, notices, reckoning))
}

/// What `make` makes of each client, with `settle` days before the as-of day that are not settled, and what
/// went wrong with the store. It keeps the days; and the figures that `kept` finds in what was made, if
/// they are to be kept.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub(super) async fn of_each<T: Send + 'static>(
    plan: &Plan,
    settle: u32,
    progress: &Arc<Progress>,
    make: impl Fn(Material) -> T + Clone + Send + 'static,
    kept: Option<fn(&T) -> &Statement>,
) -> Result<(Vec<Client<T>>, Vec<Notice>), Misuse> {
    let until = plan.deadline.map(|deadline| Instant::now() + deadline);
    let entries = folder::read(plan, progress, until).await?;
    progress.begin(entries.len());
    let (subjects, mut configs): (Vec<Subject>, Vec<Result<Config, Failure>>) =
        entries.into_iter().map(subject).unzip();
    refuse_overlaps(&subjects, &mut configs);
    let source = Source::open(plan, kept.is_some(), progress).await?;
    let service = Service::new(plan);
    let contracts: Vec<Option<Contract>> = configs
        .iter()
        .map(|config| Some(config.as_ref().ok()?.contract.clone()))
        .collect();
    let work = subjects.iter().zip(configs).map(|(subject, config)| {
        let (file, progress) = (subject.file.clone(), Arc::clone(progress));
        let config = config.inspect_err(|_| progress.done(&file))?;
        let make = make.clone();
        let work = Work {
            service: Arc::clone(&service),
            source: source.clone(),
            settle,
            as_of: plan.as_of,
            now: plan.now,
            observer: progress.observer(&file, &subject.name),
        };
        Ok(async move {
            let outcome = work.report(config, make).await;
            progress.done(&file);
            outcome
        })
    });
    let mut outcomes = tasks::all(work, until).await;
    let mut notices = Vec::new();
    if let Source::Service(keeper) = &source {
        notices = keep(keeper, &subjects, &contracts, &mut outcomes, kept).await;
    }
    progress.end();
    let alone = matches!(source, Source::Store(_));
    let clients = subjects
        .into_iter()
        .zip(outcomes)
        .map(|(subject, outcome)| {
            let reported = outcome.as_ref().ok().filter(|_| alone);
            let fetched_at = reported.and_then(|reported| reported.fetched_at);
            Client {
                name: subject.name,
                file: subject.file,
                tenancy: subject.tenancy,
                region: subject.region,
                fetched_at,
                outcome: outcome.map(|reported| reported.made),
            }
        });
    Ok((clients.collect(), notices))
}

/// Keeps what the run came to, names to each failed client its last figures, and gives what went wrong with the store.
async fn keep<T>(
    keeper: &Keeper,
    subjects: &[Subject],
    contracts: &[Option<Contract>],
    outcomes: &mut [Result<Reported<T>, Failure>],
    kept: Option<fn(&T) -> &Statement>,
) -> Vec<Notice> {
    for ((subject, contract), outcome) in subjects.iter().zip(contracts).zip(outcomes.iter_mut()) {
        if let (Err(failure), Some(tenancy), Some(contract)) = (outcome, &subject.tenancy, contract)
        {
            let figures = keeper.last_figures(tenancy, contract.start).await;
            failure.stored = figures.map(Box::new);
        }
    }
    let records: Vec<Record<'_>> = subjects
        .iter()
        .zip(contracts)
        .zip(&*outcomes)
        .filter_map(|((subject, contract), outcome)| {
            let reported = outcome.as_ref();
            Some(Record {
                tenancy: subject.tenancy.as_deref()?,
                name: &subject.name,
                file: &subject.file,
                contract: contract.as_ref(),
                answers: reported.map_or(&[], |reported| &reported.answers),
                fetched_at: reported.ok().and_then(|reported| reported.fetched_at),
                outcome: kept.map(|kept| {
                    reported
                        .map(|reported| kept(&reported.made))
                        .map_err(|failure| failure.problem.code())
                }),
            })
        })
        .collect();
    let failed = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    keeper.finish(&records, outcomes.len(), failed).await
}

/// What a client's figures are made of.
pub(super) struct Material {
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
    source: Source,
    settle: u32,
    as_of: Day,
    now: DateTime<Utc>,
    observer: Observer,
}

/// What came of it.
struct Reported<T> {
    made: T,
    /// What the service answered, to be kept.
    answers: Vec<Answered>,
    /// When the newest days were got.
    fetched_at: Option<DateTime<Utc>>,
}

/// A client's days, wherever they are from.
struct Found {
    rows: Vec<CostRow>,
    known: Known,
    answers: Vec<Answered>,
    fetched_at: Option<DateTime<Utc>>,
    warnings: Vec<Warning>,
}

impl Work {
    /// From the config to what `make` makes of it.
    async fn report<T>(
        self,
        config: Config,
        make: impl Fn(Material) -> T,
    ) -> Result<Reported<T>, Failure> {
        let (contract, mut warnings) = (config.contract.clone(), config.warnings.clone());
        let found = self.days(config).await?;
        let series = DailySeries::new(&found.rows, &contract, self.as_of, found.known, self.settle)
            .map_err(Failure::new)?;
        warnings.extend(found.warnings);
        let made = make(Material {
            contract,
            series,
            warnings,
        });
        Ok(Reported {
            made,
            answers: found.answers,
            fetched_at: found.fetched_at,
        })
    }

    /// The days of the contract before the as-of day.
    async fn days(&self, config: Config) -> Result<Found, Failure> {
        let wanted = config.contract.asked(self.as_of);
        if wanted.is_empty() {
            return Ok(Found {
                rows: Vec::new(),
                known: Known::all(self.as_of),
                answers: Vec::new(),
                fetched_at: None,
                warnings: Vec::new(),
            });
        }
        match &self.source {
            Source::Service(keeper) => {
                let stored = keeper.stored(&config.tenancy).await;
                let fetched = self.fetch(config, wanted, &stored).await?;
                Ok(Found {
                    rows: fetched.rows,
                    known: Known {
                        until: self.as_of,
                        unknown: fetched.unknown,
                    },
                    // As large as all the rows, and for nobody where there is no store.
                    answers: if keeper.keeps() {
                        fetched.answers
                    } else {
                        Vec::new()
                    },
                    fetched_at: Some(fetched.at),
                    warnings: fetched.warnings,
                })
            }
            Source::Store(store) => {
                let stored = store.read(&config.tenancy).await.map_err(Failure::new)?;
                let never = |from| Failure::new(StoreProblem::NoDays { from });
                let through = stored.coverage.through(wanted);
                let (until, fetched_at) = through.ok_or_else(|| never(wanted.start))?;
                let asked = Days::new(wanted.start, until);
                let unknown = stored.unknown(&[], asked);
                // The service would have told of these, had it been asked.
                let remembered = remembered_from(fetched_at.date_naive());
                let unasked = unknown.iter().find(|days| days.end > remembered);
                if let Some(days) = unasked {
                    return Err(never(days.start.max(remembered)));
                }
                Ok(Found {
                    rows: stored.into_rows(asked),
                    known: Known { until, unknown },
                    answers: Vec::new(),
                    fetched_at: Some(fetched_at),
                    warnings: Vec::new(),
                })
            }
        }
    }

    /// The days of `wanted` by the service, and what lasts of them in the store.
    async fn fetch(
        &self,
        config: Config,
        wanted: Days,
        stored: &Stored,
    ) -> Result<Fetched, Failure> {
        let endpoint = &self.service.endpoint;
        let base = endpoint.usage(&config.region)?;
        let signer = self.service.signer(&config).await?;
        let session = self.service.session(&signer, &self.observer)?;

        let mut warnings = Vec::new();
        let mut fetched = match fetch::days(&session, &base, wanted, stored, self.now).await {
            Ok(fetched) => fetched,
            Err(refused) if identity::may_be_elsewhere(&refused) => {
                let region = &config.region;
                let home = identity::home_region(&session, &endpoint.identity(region)?).await;
                let home = home
                    .ok()
                    .filter(|home| home.name != region.name)
                    .ok_or(refused)?;
                let base = endpoint.usage(&home)?;
                let fetched = fetch::days(&session, &base, wanted, stored, self.now).await?;
                warnings.push(Warning::NotHomeRegion {
                    region: region.name.clone(),
                    home: home.name,
                });
                fetched
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
            // By this machine's clock a day might seem too old to be restated, and is not.
            let offset = TimeDelta::try_seconds(seconds).unwrap_or_default();
            fetched.at = fetched.at.checked_add_signed(offset).unwrap_or(fetched.at);
        }
        warnings.append(&mut fetched.warnings);
        fetched.warnings = warnings;
        Ok(fetched)
    }
}
