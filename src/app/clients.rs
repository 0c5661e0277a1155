//! Every client of a run: folder in, outcomes out.
//!
//! Clients are worked on side by side in one expression; all before and after
//! it is sorted and in one hand.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use reqwest::Url;
use tokio::time::Instant;

use super::alert::desk::{Desk, Seeing, Seen};
use super::fetch::{ClientQuestion, ConfirmationLimit, Fetched};
use super::folder::{self, FolderClient};
use super::history::{ConfigRef, DaySource, RunStore, owner, patience};
use super::interrupt;
use super::service::RunService;
use super::tasks;
use crate::alert::ContractSight;
use crate::calendar::{Day, Days, day_of, plus_days};
use crate::contract::Contract;
use crate::days::Ledger;
use crate::days::coverage::FORGOTTEN_FROM;
use crate::days::reconcile::StoredDays;
use crate::days::series::{DailySeries, Knowledge};
use crate::failure::{
    ConfigProblem, Failure, Notice, Problem, ServiceProblem, StoreProblem, Warning,
};
use crate::oci::identity;
use crate::oci::transport::{Observer, shifted_now};
use crate::plan::{Misuse, Plan, StoreUse};
use crate::profile::alerts::ClientAlerts;
use crate::profile::config::{self, Config};
use crate::profile::overlap::{self, Contender, OverlapVerdict};
use crate::progress::Progress;
use crate::report::changes::EarlierRun;
use crate::report::portfolio::{Client, unify_groups};
use crate::report::statement::Statement;
use crate::store::{AlertStep, ClientRecord, RecordedDays, Run, Showing, Store};

/// The figures' input: a contract and its days.
pub(super) struct ClientInputs {
    pub(super) contract: Contract,
    pub(super) series: DailySeries,
    /// Warnings about the config and about how the days were found.
    pub(super) warnings: Vec<Warning>,
}

/// All clients of a run.
pub(super) struct Clients<T> {
    pub(super) clients: Vec<Client<T>>,
    pub(super) notices: Vec<Notice>,
    /// The newest recorded run before this one.
    pub(super) earlier: Option<EarlierRun>,
}

/// Makes `make` of every client that `plan` asks for, with `settle` unsettled days, and records days and
/// outcomes in the store; the figures that `statement` finds in them too, where the run records figures. `desk` decides
/// whom to tell of them.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub(super) async fn of_each<T: Send + 'static>(
    plan: &Plan,
    settle: u32,
    run: Run,
    progress: &Arc<Progress>,
    make: impl Fn(ClientInputs) -> T + Clone + Send + 'static,
    statement: Option<fn(&T) -> &Statement>,
    desk: Option<&Arc<Desk>>,
) -> Result<Clients<T>, Misuse> {
    let until = plan.deadline.map(|deadline| Instant::now() + deadline);
    let folder::Contents { entries, notices } = folder::read(plan, progress, until).await?;
    // A folder without clients begins no history.
    let unkept;
    let mut plan = plan;
    if entries.is_empty() && plan.history.is_new() {
        unkept = Plan {
            history: StoreUse::None,
            ..plan.clone()
        };
        plan = &unkept;
    }
    progress.begin(entries.iter().filter(|entry| entry.chosen).count());
    let mut configs: Vec<ClientConfig> = entries.into_iter().map(ClientConfig::new).collect();
    unify_groups(
        configs
            .iter_mut()
            .filter_map(|config| config.group.as_mut()),
    );
    let source = DaySource::open(plan, progress).await?;
    let service = RunService::new(plan);
    let chosen: Vec<usize> = (0..configs.len())
        .filter(|place| configs[*place].chosen)
        .collect();
    let work = chosen.iter().map(|place| {
        let client = &configs[*place];
        let (file, progress) = (client.file.clone(), Arc::clone(progress));
        let config = client
            .config
            .clone()
            .inspect_err(|_| progress.done(&file))?;
        let make = make.clone();
        let work = ClientTask {
            service: Arc::clone(&service),
            source: source.clone(),
            settle,
            as_of: plan.as_of,
            now: plan.now,
            limit: ConfirmationLimit {
                patience: patience(plan),
                until,
            },
            observer: progress.observer(&file, &client.name),
            file: file.clone(),
        };
        Ok(async move {
            let outcome = work.report(config, make).await;
            progress.done(&file);
            outcome
        })
    });
    let mut outcomes: Vec<Option<ClientResult<T>>> = configs.iter().map(|_| None).collect();
    let ended = tasks::all(work, until).await;
    let mut run = run;
    if interrupt::has_ended() {
        // A run that was broken off is nobody's newest report.
        (run.shown, run.shown_in_past) = (Showing::Never, Showing::Never);
        let undone = chosen.iter().zip(&ended).filter(|(_, outcome)| {
            let failure = outcome.as_ref().err();
            failure.is_some_and(|failure| failure.problem == Problem::Interrupted)
        });
        let names: Vec<&str> = undone
            .map(|(place, _)| configs[*place].name.as_str())
            .collect();
        progress.interrupted(&names);
    }
    for (place, outcome) in chosen.iter().zip(ended) {
        outcomes[*place] = Some(outcome);
    }

    let copies = judge_overlaps(&source, &configs, &mut outcomes).await;
    let mut notices = notices;
    notices.extend(copies.iter().map(|(copy, first)| Notice::Copy {
        file: configs[*copy].file.clone(),
        other: configs[*first].file.clone(),
    }));
    for (copy, _) in &copies {
        outcomes[*copy] = None;
    }
    let earlier = source.earlier_run().await;
    let alone = matches!(source, DaySource::Store { .. });
    if let (Some(desk), Some(statement)) = (desk, statement) {
        desk.see(seen(&configs, &outcomes, &copies, statement, alone));
    }
    if let DaySource::Service(store) = &source {
        // A run that was broken off saw nobody.
        let step = desk
            .filter(|_| !interrupt::has_ended())
            .map(|desk| desk.step());
        let statement = statement.filter(|_| run.figures);
        let own = record(store, run, &configs, &mut outcomes, statement, step).await;
        if let Some(desk) = desk
            && own
                .iter()
                .any(|notice| matches!(notice, Notice::NotKept { .. }))
        {
            desk.lose();
        }
        notices.extend(own);
    }
    progress.end();
    let clients = configs
        .into_iter()
        .zip(outcomes)
        .filter_map(|(client, outcome)| {
            let outcome = outcome?;
            let reported = outcome.as_ref().ok().filter(|_| alone);
            let warnings = match (&outcome, client.config) {
                (Err(failure), Ok(mut config)) => {
                    config.warnings.retain(|warning| !failure.tells(warning));
                    config.warnings
                }
                _ => Vec::new(),
            };
            Some(Client {
                name: client.name,
                file: client.file,
                tenancy: client.tenancy,
                region: client.region,
                group: client.group,
                fetched_at: reported.and_then(|reported| reported.fetched_at),
                warnings,
                outcome: outcome.map(|reported| reported.made),
            })
        });
    Ok(Clients {
        clients: clients.collect(),
        notices,
        earlier,
    })
}

type ClientResult<T> = Result<ReportedClient<T>, Failure>;

/// A config before any work.
struct ClientConfig {
    name: String,
    file: String,
    tenancy: Option<String>,
    region: Option<String>,
    /// Group that the config names.
    group: Option<String>,
    /// Recipients that the config names for alerts.
    alerts: ClientAlerts,
    /// The run asks for the client.
    chosen: bool,
    config: Result<Config, Failure>,
}

impl ClientConfig {
    fn new(entry: FolderClient) -> Self {
        let group = entry.draft.group.clone();
        let alerts = entry.draft.alerts.clone();
        let config = entry.draft.finish();
        let (tenancy, region) = match &config {
            Ok(config) => (
                Some(config.tenancy.clone()),
                Some(config.region.name.clone()),
            ),
            Err(unusable) => (unusable.tenancy.clone(), None),
        };
        Self {
            name: entry.name,
            file: entry.file,
            tenancy,
            region,
            group,
            alerts,
            chosen: entry.chosen,
            config: config.map_err(|unusable| unusable.failure),
        }
    }

    /// Returns the config as the store knows it, where its tenancy could be read.
    fn config_ref(&self) -> Option<ConfigRef<'_>> {
        let config = self.config.as_ref().ok();
        Some(ConfigRef {
            tenancy: self.tenancy.as_deref()?,
            file: &self.file,
            fingerprint: config.and_then(Config::fingerprint),
        })
    }
}

/// Fails the clients of one tenancy whose contracts overlap and differ (rule: overlap), and returns the exact
/// copies, each with the client that counts.
async fn judge_overlaps<T>(
    source: &DaySource,
    configs: &[ClientConfig],
    outcomes: &mut [Option<ClientResult<T>>],
) -> Vec<(usize, usize)> {
    let readable = configs.iter().enumerate();
    let readable =
        readable.filter_map(|(place, client)| Some((place, client.config.as_ref().ok()?)));
    let mut contenders: Vec<Contender<'_>> = readable
        .map(|(place, config)| {
            let outcome = outcomes[place].as_ref();
            Contender {
                place,
                tenancy: &config.tenancy,
                contract: &config.contract,
                reported: outcome.is_some_and(Result::is_ok),
                refused: outcome.is_some_and(|outcome| {
                    let failure = outcome.as_ref().err();
                    failure.is_some_and(|failure| overlap::is_refusal(failure.problem.code()))
                }),
            }
        })
        .collect();
    // Of a config that this run does not ask for, the newest kept outcome counts.
    for place in overlap::rivals(&contenders) {
        let client = &configs[contenders[place].place];
        let asked = client.chosen && matches!(source, DaySource::Service(_));
        if let Some(config) = client.config_ref().filter(|_| !asked) {
            let outcome = match source {
                DaySource::Service(store) => store.last_outcome(config).await,
                DaySource::Store { store, folder } => {
                    let outcome = store.last_outcome(config.tenancy, folder, config.file);
                    outcome.await.ok().flatten()
                }
            };
            let code = outcome.and_then(|outcome| outcome.failure);
            contenders[place].refused |=
                code.is_some_and(|code| overlap::is_refusal(code.as_str()));
        }
    }
    let mut copies = Vec::new();
    for (place, verdict) in overlap::judge(&contenders) {
        match verdict {
            OverlapVerdict::CopyOf(first) => copies.push((place, first)),
            OverlapVerdict::Clashes(other) => {
                let other = configs[other].file.clone();
                outcomes[place] = Some(Err(Failure::new(ConfigProblem::Overlap { other })));
            }
        }
    }
    copies
}

/// Records what the run came to, tells each failed client its last kept figures, and returns what went wrong
/// with the store.
async fn record<T>(
    store: &RunStore,
    run: Run,
    configs: &[ClientConfig],
    outcomes: &mut [Option<ClientResult<T>>],
    statement: Option<fn(&T) -> &Statement>,
    alerts: Option<AlertStep<'_>>,
) -> Vec<Notice> {
    for (client, outcome) in configs.iter().zip(outcomes.iter_mut()) {
        if let (Some(Err(failure)), Some(config_ref), Ok(config)) =
            (outcome, client.config_ref(), &client.config)
        {
            // A fingerprint is no secret: it counts only with the key that has it, which is confirmed before the
            // service is asked.
            let asked = matches!(failure.problem, Problem::Service(_) | Problem::Data(_));
            let config_ref = ConfigRef {
                fingerprint: config_ref.fingerprint.filter(|_| asked),
                ..config_ref
            };
            let figures = store.last_figures(config_ref, config.contract.start).await;
            failure.stored = figures.map(Box::new);
        }
    }
    let records: Vec<ClientRecord<'_>> = configs
        .iter()
        .zip(&*outcomes)
        .filter_map(|(client, outcome)| {
            let outcome = outcome.as_ref()?;
            let config = client.config.as_ref().ok();
            let reported = outcome.as_ref();
            Some(ClientRecord {
                tenancy: client.tenancy.as_deref(),
                name: &client.name,
                file: &client.file,
                region: client.region.as_deref(),
                group: client.group.as_deref(),
                fingerprint: config.and_then(Config::fingerprint),
                contract: config.map(|config| &config.contract),
                days: reported.ok().and_then(ReportedClient::recorded),
                outcome: statement.map(|statement| {
                    reported
                        .map(|reported| statement(&reported.made))
                        .map_err(|failure| failure.problem.code())
                }),
            })
        })
        .collect();
    let failed = outcomes.iter().flatten().filter(|outcome| outcome.is_err());
    let run = Run {
        clients: records.len(),
        failed: failed.count(),
        ..run
    };
    store.record(run, &records, alerts).await
}

/// Returns what the run saw of each client, as far as alerts go; `stored` where all days are from the store.
fn seen<T>(
    configs: &[ClientConfig],
    outcomes: &[Option<ClientResult<T>>],
    copies: &[(usize, usize)],
    statement: fn(&T) -> &Statement,
    stored: bool,
) -> Vec<Seen> {
    let clients = configs.iter().zip(outcomes).enumerate();
    let clients = clients.filter(|(place, _)| !copies.iter().any(|(copy, _)| copy == place));
    clients
        .map(|(_, (client, outcome))| {
            let config = client.config.as_ref().ok();
            let contract = config.zip(client.tenancy.as_deref());
            let (file, name) = (client.file.as_str(), client.name.as_str());
            let sight = match (outcome, contract) {
                (None, _) => Seeing::Nothing,
                (Some(Ok(reported)), Some((_, tenancy))) => {
                    let statement = statement(&reported.made);
                    Seeing::Contract(Box::new(ContractSight::of(
                        statement, tenancy, file, name, stored,
                    )))
                }
                (Some(Err(failure)), Some((config, tenancy))) => {
                    let code = failure.problem.code();
                    let contract = &config.contract;
                    Seeing::Contract(Box::new(ContractSight::failed(
                        contract, tenancy, file, name, code,
                    )))
                }
                (Some(Err(failure)), None) if failure.awaits_key() => Seeing::Held,
                (Some(Err(failure)), None) => Seeing::Unread(failure.problem.code().to_owned()),
                (Some(Ok(_)), None) => Seeing::Nothing,
            };
            Seen {
                file: file.to_owned(),
                client: name.to_owned(),
                alerts: client.alerts.clone(),
                sight,
            }
        })
        .collect()
}

/// The work on one client.
struct ClientTask {
    service: Arc<RunService>,
    source: DaySource,
    settle: u32,
    as_of: Day,
    now: DateTime<Utc>,
    limit: ConfirmationLimit,
    observer: Observer,
    file: String,
}

/// The result of one client's work.
struct ReportedClient<T> {
    made: T,
    /// The judged days, to be recorded.
    fetched: Option<Fetched>,
    /// Time at which the newest days were fetched.
    fetched_at: Option<DateTime<Utc>>,
}

impl<T> ReportedClient<T> {
    fn recorded(&self) -> Option<RecordedDays<'_>> {
        let fetched = self.fetched.as_ref()?;
        Some(RecordedDays {
            ledger: &fetched.judged.ledger,
            answered: &fetched.judged.answered,
            unanswered: &fetched.judged.unanswered,
            at: fetched.at,
        })
    }
}

impl ClientTask {
    /// Fetches the client's days, and returns the result of `make`.
    async fn report<T>(
        self,
        config: Config,
        make: impl Fn(ClientInputs) -> T,
    ) -> Result<ReportedClient<T>, Failure> {
        let (contract, mut warnings) = (config.contract.clone(), config.warnings.clone());
        let wanted = contract.asked(self.as_of);
        let (mut fetched, mut fetched_at) = (None, None);
        let series = |ledger: &Ledger, knowledge| {
            let series = DailySeries::new(ledger, &contract, self.as_of, knowledge, self.settle);
            series.map_err(Failure::new)
        };
        let series = match &self.source {
            _ if wanted.is_empty() => series(&Ledger::default(), Knowledge::whole(self.as_of))?,
            DaySource::Service(store) => {
                let mut found = self.fetch(config, wanted, store).await?;
                warnings.append(&mut found.warnings);
                fetched_at = Some(found.at);
                let knowledge = Knowledge {
                    until: self.as_of,
                    unknown: found.judged.unknown.clone(),
                };
                let series = series(&found.judged.ledger, knowledge)?;
                fetched = Some(found).filter(|_| store.records());
                series
            }
            DaySource::Store { store, folder } => {
                let (days, knowledge, at) =
                    self.stored_days(&config, wanted, store, folder).await?;
                fetched_at = Some(at);
                series(&days.ledger.only(wanted), knowledge)?
            }
        };
        let made = make(ClientInputs {
            contract,
            series,
            warnings,
        });
        Ok(ReportedClient {
            made,
            fetched,
            fetched_at,
        })
    }

    /// Returns the stored days of `wanted`, which are of the client only if its config or key fetched some of
    /// that tenancy before.
    async fn stored_days(
        &self,
        config: &Config,
        wanted: Days,
        store: &Store,
        folder: &str,
    ) -> Result<(StoredDays, Knowledge, DateTime<Utc>), Failure> {
        let mut config_ref = ConfigRef {
            tenancy: &config.tenancy,
            file: &self.file,
            fingerprint: None,
        };
        let read = async |config_ref| {
            let owner = owner(folder, config_ref);
            let held = store.read(&config.tenancy, &owner).await;
            held.map_err(Failure::new)
        };
        let mut held = read(config_ref).await?;
        // A fingerprint is no secret: it counts only with the key that has it.
        let (tenancy, access) = (&config.tenancy, &config.access);
        if !held.bound
            && config.fingerprint().is_some()
            && !access.needs_network()
            && self.service.credential(tenancy, access).await.is_ok()
        {
            config_ref.fingerprint = config.fingerprint();
            held = read(config_ref).await?;
        }
        let never = |from| Failure::new(StoreProblem::NoDays { from });
        if !held.bound {
            return Err(never(wanted.start));
        }
        let coverage = &held.days.coverage;
        let (end, at) = coverage
            .through(wanted)
            .ok_or_else(|| never(wanted.start))?;
        // An ended contract is known up to the day of asking, as it was then.
        let until = match end == wanted.end {
            true => self.as_of.min(at.date_naive()).max(end),
            false => end,
        };
        let asked = Days::new(wanted.start, end);
        // The service would have told of days that it remembers, had it been asked.
        let remembered = plus_days(at.date_naive(), -FORGOTTEN_FROM);
        let never_asked = coverage.never_asked(asked);
        if let Some(days) = never_asked.iter().find(|days| days.end > remembered) {
            return Err(never(days.start.max(remembered)));
        }
        let unknown = asked.outside(coverage.known());
        let knowledge = Knowledge { until, unknown };
        Ok((held.days, knowledge, at))
    }

    /// Fetches the days of `wanted`, with those that last in `store`.
    async fn fetch(
        &self,
        config: Config,
        wanted: Days,
        store: &RunStore,
    ) -> Result<Fetched, Failure> {
        let endpoint = &self.service.endpoint;
        let (tenancy, access) = (&config.tenancy, &config.access);
        let (credential, mut warnings) = self.service.credential(tenancy, access).await?;
        let base = endpoint.usage(&config.region)?;
        let session = self.service.session(&credential, &self.observer)?;
        let stored = || {
            store.stored(ConfigRef {
                tenancy: &config.tenancy,
                file: &self.file,
                fingerprint: config.fingerprint(),
            })
        };
        let question = ClientQuestion {
            session: &session,
            base: &base,
            wanted,
            as_of: self.as_of,
            settle: self.settle,
            refetch: store.refetches(),
            now: self.now,
            limit: self.limit,
        };

        let first = question.ask(stored()).await;
        let ask = async |base: &Url| ClientQuestion { base, ..question }.ask(stored()).await;
        let asked = identity::ask_at_home(&session, endpoint, &config.region, first, ask).await;
        let misspelt = |failure| config::misspelt(&config.region, config.region_line, failure);
        let mut fetched = asked.answer.map_err(misspelt)?;
        if let Some((home, _)) = asked.moved {
            warnings.push(Warning::NotHomeRegion {
                region: config.region.name.clone(),
                home: home.name,
            });
        }
        if let Some(seconds) = session.clock_offset() {
            // Signed with the service's time, but seen from a day that is this machine's.
            if day_of(shifted_now(seconds)) < self.as_of {
                return Err(Failure::new(ServiceProblem::ClockAhead {
                    offset_seconds: seconds,
                }));
            }
            warnings.push(Warning::ClockOffset { seconds });
        }
        warnings.append(&mut fetched.warnings);
        fetched.warnings = warnings;
        Ok(fetched)
    }
}
