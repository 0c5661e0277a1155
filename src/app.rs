//! One run: folder in, portfolio out. The only room that knows them all.
//!
//! Clients are worked on concurrently, each in a task of its own, so that one
//! that fails, waits or even panics holds up no other; what they share are
//! the bounds on requests. All before and after that is in order, in one hand.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;

use reqwest::Url;
use rsa::pkcs1v15::SigningKey;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};

use crate::calendar::{Day, day_of};
use crate::failure::{ConfigProblem, Failure, KeyProblem, Problem, ServiceProblem, Warning};
use crate::money::Amount;
use crate::oci::credential::Credential;
use crate::oci::transport::{Observer, Session, Transport, shifted_now, tenancy_jobs};
use crate::oci::usage;
use crate::plan::{Misuse, Plan};
use crate::profile::config::{self, Config, Unusable};
use crate::profile::file::read_bounded;
use crate::profile::walk::{Found, walk};
use crate::profile::{key, overlaps};
use crate::progress::Progress;
use crate::report::portfolio::{Client, Portfolio};
use crate::report::statement::Statement;
use crate::series::DailySeries;
use crate::text::{folded, printable};

/// Keys opened at a time: one may ask for 64 MiB to derive its cipher's key from the passphrase.
const KEYS_AT_ONCE: usize = 2;

/// How a run ends; the numbers are the program's exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Every client was reported.
    Complete = 0,
    /// Something that no other status tells of.
    Unexpected = 1,
    /// The command line, or the folder it names, cannot be used.
    Usage = 2,
    /// Some clients failed, or lack data.
    Partial = 3,
    /// No client worked, or there is none.
    Nothing = 4,
    /// A client is in a situation that `--fail-on` names.
    FailOn = 10,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// How a run of `plan` that came to `portfolio` ends.
    pub fn of(portfolio: &Portfolio, plan: &Plan) -> Self {
        let statements = || portfolio.clients.iter().filter_map(Client::statement);
        if statements().next().is_none() {
            Self::Nothing
        } else if portfolio.failed().next().is_some()
            || statements().any(|s| s.situation.lacks_data())
        {
            Self::Partial
        } else if statements().any(|statement| plan.fail_on.contains(&statement.situation)) {
            Self::FailOn
        } else {
            Self::Complete
        }
    }
}

/// The portfolio that `plan` asks for.
///
/// # Errors
/// When the folder cannot be read, or no client of it is asked for.
pub async fn run(plan: &Plan, progress: &Arc<Progress>) -> Result<Portfolio, Misuse> {
    let (reading, shown) = (plan.clone(), Arc::clone(progress));
    // A folder may be slow to read, and Ctrl-C must end the run even then.
    let entries = match spawn_blocking(move || read_folder(&reading, &shown)).await {
        Ok(entries) => entries?,
        Err(panicked) => resume_unwind(panicked.into_panic()),
    };
    progress.begin(entries.len());
    let (clients, configs): (Vec<Client>, Vec<Option<Config>>) = entries.into_iter().unzip();
    let clients = fetch_all(plan, progress, clients, configs).await;
    progress.end();
    Ok(Portfolio::new(clients))
}

/// A client of the folder; the config where there is work to do for it.
type Entry = (Client, Option<Config>);

/// The clients that are asked for, in the order of their files' names.
fn read_folder(plan: &Plan, progress: &Progress) -> Result<Vec<Entry>, Misuse> {
    let dir = || printable(&plan.dir.to_string_lossy(), 255);
    let (found, skipped) = walk(&plan.dir).map_err(|error| Misuse::Folder {
        dir: dir(),
        problem: error.into(),
    })?;
    skipped.iter().for_each(|skipped| progress.skipped(skipped));
    let some_found = !found.is_empty();
    let mut entries: Vec<Entry> = found
        .into_iter()
        .map(|found| read_config(&found, plan))
        .collect();
    if !plan.only.is_empty() {
        let wanted: Vec<String> = plan.only.iter().map(|text| folded(text)).collect();
        entries.retain(|(client, _)| {
            let names = [folded(&client.name), folded(&client.file)];
            wanted
                .iter()
                .any(|text| names.iter().any(|name| name.contains(text)))
        });
        if some_found && entries.is_empty() {
            return Err(Misuse::NoMatch { dir: dir() });
        }
    }
    refuse_overlaps(&mut entries);
    Ok(entries)
}

fn read_config(found: &Found, plan: &Plan) -> Entry {
    let client = |name: Option<String>, tenancy, region, failure| Client {
        name: name.unwrap_or_else(|| found.stem().to_owned()),
        file: found.name.clone(),
        tenancy,
        region,
        outcome: Err(failure),
    };
    let folder = found.path.parent().unwrap_or(&plan.dir);
    let bytes = match read_bounded(&found.path, config::LARGEST) {
        Ok(bytes) => bytes,
        Err(problem) => {
            return (
                client(None, None, None, Failure::new(ConfigProblem::File(problem))),
                None,
            );
        }
    };
    match config::parse(&bytes, folder, plan.as_of) {
        Ok(config) => {
            let (tenancy, region) = (config.tenancy.clone(), config.region.name.clone());
            let name = config.client.clone();
            // What stands until its task says otherwise.
            (
                client(Some(name), Some(tenancy), Some(region), unfinished()),
                Some(config),
            )
        }
        Err(unusable) => {
            let Unusable {
                failure,
                client: name,
                tenancy,
            } = *unusable;
            (client(name, tenancy, None, failure), None)
        }
    }
}

/// The outcome of a client whose task ended without one: it panicked.
fn unfinished() -> Failure {
    Failure::new(Problem::Internal)
}

/// Fails the later of two configs that would count the same cost.
fn refuse_overlaps(entries: &mut [Entry]) {
    let usable: Vec<usize> = (0..entries.len())
        .filter(|n| entries[*n].1.is_some())
        .collect();
    let configs: Vec<&Config> = entries
        .iter()
        .filter_map(|(_, config)| config.as_ref())
        .collect();
    let earlier = overlaps(&configs);
    for (n, earlier) in usable.iter().zip(earlier) {
        if let Some(earlier) = earlier {
            let other = entries[usable[earlier]].0.file.clone();
            let (client, config) = &mut entries[*n];
            client.outcome = Err(Failure::new(ConfigProblem::Overlap { other }));
            *config = None;
        }
    }
}

/// What the clients' tasks share.
struct Shared {
    transport: Result<Transport, ServiceProblem>,
    endpoint: Option<Url>,
    keys: Semaphore,
    as_of: Day,
    settle: u32,
    surplus_percent: Amount,
}

async fn fetch_all(
    plan: &Plan,
    progress: &Arc<Progress>,
    mut clients: Vec<Client>,
    configs: Vec<Option<Config>>,
) -> Vec<Client> {
    let shared = Arc::new(Shared {
        transport: Transport::new(plan.limits, plan.endpoint.as_ref()),
        endpoint: plan.endpoint.clone(),
        keys: Semaphore::new(KEYS_AT_ONCE),
        as_of: plan.as_of,
        settle: plan.settle_days,
        surplus_percent: plan.surplus_percent.clone(),
    });
    let mut jobs_of_tenancy: HashMap<String, Arc<Semaphore>> = HashMap::new();
    let mut tasks = JoinSet::new();
    for (n, config) in configs.into_iter().enumerate() {
        let (file, name) = (clients[n].file.clone(), clients[n].name.clone());
        let Some(config) = config else {
            progress.done(&file);
            continue;
        };
        let jobs = jobs_of_tenancy
            .entry(config.tenancy.to_lowercase())
            .or_insert_with(tenancy_jobs);
        let (shared, progress, jobs) =
            (Arc::clone(&shared), Arc::clone(progress), Arc::clone(jobs));
        tasks.spawn(async move {
            let outcome = report(&shared, config, jobs, progress.observer(&file, &name)).await;
            progress.done(&file);
            (n, outcome)
        });
    }
    // A task that panicked gives no outcome; its client keeps the one it had.
    while let Some(joined) = tasks.join_next().await {
        if let Ok((n, outcome)) = joined {
            clients[n].outcome = outcome;
        }
    }
    clients
}

/// One client, from its config to its figures.
async fn report(
    shared: &Shared,
    config: Config,
    jobs: Arc<Semaphore>,
    observer: Observer,
) -> Result<Box<Statement>, Failure> {
    let (contract, mut warnings) = (config.contract.clone(), config.warnings.clone());
    let asked = contract.asked(shared.as_of);
    let mut rows = Vec::new();
    if !asked.is_empty() {
        let base = match &shared.endpoint {
            Some(endpoint) => Some(endpoint.clone()),
            None => config.region.usage_api(),
        };
        let base = base.ok_or_else(|| Failure::new(ConfigProblem::NotARegion))?;
        let credential = credential(shared, config).await?;
        let transport = shared
            .transport
            .as_ref()
            .map_err(|problem| Failure::new(problem.clone()))?;
        let session = Session::new(transport, &credential, base, jobs, observer);
        rows = usage::daily_costs(&session, asked).await?;
        if let Some(seconds) = session.clock_offset() {
            // Signed with the service's time, but seen from a day that is this machine's.
            if day_of(shifted_now(seconds)) < shared.as_of {
                return Err(Failure::new(ServiceProblem::ClockAhead {
                    offset_seconds: seconds,
                }));
            }
            warnings.push(Warning::ClockOffset { seconds });
        }
    }
    let series =
        DailySeries::new(&rows, &contract, shared.as_of, shared.settle).map_err(Failure::new)?;
    let mut statement = Statement::new(&contract, &series, shared.settle, &shared.surplus_percent);
    warnings.append(&mut statement.warnings);
    statement.warnings = warnings;
    Ok(Box::new(statement))
}

/// The credential of a config, its key loaded where it blocks nobody.
async fn credential(shared: &Shared, config: Config) -> Result<Credential, Failure> {
    let (path, line) = (
        printable(&config.key_path.to_string_lossy(), 255),
        config.key_line,
    );
    let failure = move |problem: KeyProblem| Failure {
        file: Some(path.clone()),
        line: Some(line),
        key: Some(config::KEY_FILE),
        ..Failure::new(problem)
    };
    // Nobody closes the semaphore, so that the place is always had.
    let _place = shared.keys.acquire().await;
    let loaded = spawn_blocking(move || {
        let pass_phrase = config.pass_phrase.as_ref().map(|phrase| phrase.reveal());
        let key = key::load(&config.key_path, pass_phrase, &config.fingerprint)?;
        Ok(Credential {
            tenancy: config.tenancy,
            user: config.user,
            fingerprint: config.fingerprint,
            key: SigningKey::new(key),
        })
    });
    match loaded.await {
        Ok(loaded) => loaded.map_err(failure),
        Err(_panicked) => Err(unfinished()),
    }
}
