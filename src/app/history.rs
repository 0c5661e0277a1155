//! The store of a run: opened beside the first requests, read for each client,
//! and told at the end what the run came to. Without it the report is made all
//! the same, and says so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use tokio::sync::OnceCell;

use super::kinds::Permissions;
use crate::calendar::Day;
use crate::days::reconcile::StoredDays;
use crate::failure::{Notice, StoreProblem, StoredFigures};
use crate::plan::{Misuse, Plan};
use crate::progress::Progress;
use crate::report::changes::EarlierRun;
use crate::store::place::Place;
use crate::store::{AlertStep, ClientRecord, Held, LastOutcome, Owner, Run, Store};

/// Time limit of anything that a report can do without.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time limit of recording a run, which the deadline does not cover.
const RECORD_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the time limit of anything that a report can do without, as opening the store and each read from it: a
/// quarter of `--deadline` if that is shorter than [`PATIENCE`].
pub(super) fn patience(plan: &Plan) -> Duration {
    let deadline = plan.deadline;
    deadline.map_or(PATIENCE, |deadline| PATIENCE.min(deadline / 4))
}

/// Returns the address that the days of `plan` are kept under; `None` for the service itself.
pub(super) fn endpoint_of(plan: &Plan) -> Option<String> {
    let apart = Permissions::of(plan).keeps.apart;
    let endpoint = plan.endpoint.as_ref().filter(|_| apart);
    endpoint.map(|url| url.as_str().to_owned())
}

/// Returns the clients' folder as the store knows it.
pub(super) fn folder_of(plan: &Plan) -> String {
    let folder = plan.dir.canonicalize().unwrap_or_else(|_| plan.dir.clone());
    folder.to_string_lossy().into_owned()
}

/// The store that a run reads and is recorded in, if any.
#[derive(Debug)]
pub(super) struct RunStore {
    at: Option<At>,
    progress: Arc<Progress>,
    /// Problems of the store.
    notices: Mutex<Vec<Notice>>,
}

/// Location of the store, and its use.
#[derive(Debug)]
struct At {
    place: Place,
    endpoint: Option<String>,
    /// The clients' folder.
    folder: String,
    /// Stored days are asked for again.
    refetch: bool,
    may: Permissions,
    /// The run is a report, which says whether BI shows it.
    reports: bool,
    patience: Duration,
    /// The store once it is open; `None` where there is none to read.
    open: OnceCell<Option<Store>>,
    /// Set once the store does not answer: nobody waits for it again.
    lost: AtomicBool,
}

/// Source of a run's days.
#[derive(Clone, Debug)]
pub(super) enum DaySource {
    /// The service, and a store if there is one.
    Service(Arc<RunStore>),
    /// A store alone.
    Store {
        store: Arc<Store>,
        /// The clients' folder.
        folder: String,
    },
}

/// A config as the store knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ConfigRef<'a> {
    pub(super) tenancy: &'a str,
    pub(super) file: &'a str,
    pub(super) fingerprint: Option<&'a str>,
}

impl DaySource {
    /// Opens the source of the days of `plan`. A store beside the service opens in the background.
    ///
    /// # Errors
    /// [`Misuse::NoStore`] when there is nothing else to report from.
    pub(super) async fn open(plan: &Plan, progress: &Arc<Progress>) -> Result<Self, Misuse> {
        let may = Permissions::of(plan);
        let endpoint = endpoint_of(plan);
        let folder = folder_of(plan);
        let patience = patience(plan);
        let at = match plan.history.place() {
            None => None,
            Some(place) if !may.asks.is_never() => Some(At {
                place: place.clone(),
                endpoint,
                folder,
                refetch: plan.history.refetches(),
                may,
                reports: plan.job.reports(),
                patience,
                open: OnceCell::new(),
                lost: AtomicBool::new(false),
            }),
            Some(place) => {
                let store = Store::open(place, endpoint.as_deref(), patience).await;
                let store = store.and_then(|store| {
                    let missing = StoreProblem::File(
                        std::io::Error::from(std::io::ErrorKind::NotFound).into(),
                    );
                    store.ok_or(missing)
                });
                let store = store.map_err(|problem| Misuse::NoStore {
                    place: place.to_string(),
                    problem,
                })?;
                return Ok(Self::Store {
                    store: Arc::new(store),
                    folder,
                });
            }
        };
        let store = Arc::new(RunStore {
            at,
            progress: Arc::clone(progress),
            notices: Mutex::default(),
        });
        let opening = Arc::clone(&store);
        tokio::spawn(async move { opening.reader().await.is_some() });
        Ok(Self::Service(store))
    }
}

impl DaySource {
    /// Returns the newest recorded run of the folder that is shown; what the store cannot say is not compared.
    pub(super) async fn earlier_run(&self) -> Option<EarlierRun> {
        match self {
            Self::Service(run) => {
                let (at, store) = run.reader().await?;
                store.earlier_run(&at.folder).await.ok().flatten()
            }
            Self::Store { store, folder } => store.earlier_run(folder).await.ok().flatten(),
        }
    }
}

impl RunStore {
    /// Returns the place of the store, while it answers.
    fn at(&self) -> Option<&At> {
        let answers = |at: &&At| !at.lost.load(Ordering::Relaxed);
        self.at.as_ref().filter(answers)
    }

    /// Returns whether there is a store to record in.
    pub(super) fn records(&self) -> bool {
        self.at.is_some()
    }

    /// Returns whether stored days are asked for again.
    pub(super) fn refetches(&self) -> bool {
        self.at.as_ref().is_some_and(|at| at.refetch)
    }

    /// Returns the store to read, once it is open.
    async fn reader(&self) -> Option<(&At, &Store)> {
        let at = self.at()?;
        let opened = at.open.get_or_init(|| async {
            let opened = Store::open(&at.place, at.endpoint.as_deref(), at.patience).await;
            opened.unwrap_or_else(|problem| {
                at.lost.store(true, Ordering::Relaxed);
                self.unread(at, problem);
                None
            })
        });
        Some((at, opened.await.as_ref()?))
    }

    /// Returns the stored days of a config's tenancy; none where the store cannot say.
    pub(super) async fn stored(&self, config: ConfigRef<'_>) -> StoredDays {
        let Some((at, store)) = self.reader().await else {
            return StoredDays::default();
        };
        match store.read(config.tenancy, &owner(&at.folder, config)).await {
            Ok(Held { days, .. }) => days,
            Err(problem) => {
                // The days of one client may be damaged, and the rest not.
                let lost = problem != StoreProblem::Corrupt;
                at.lost.fetch_or(lost, Ordering::Relaxed);
                self.unread(at, problem);
                StoredDays::default()
            }
        }
    }

    /// Returns the last recorded figures of a client that has none today.
    pub(super) async fn last_figures(
        &self,
        config: ConfigRef<'_>,
        start: Day,
    ) -> Option<StoredFigures> {
        let (at, store) = self.reader().await?;
        let owner = owner(&at.folder, config);
        let figures = store.last_figures(config.tenancy, start, &owner).await;
        figures.unwrap_or_else(|problem| self.give_up(at, problem))
    }

    /// Returns how the newest recorded run that asked for a config ended for it.
    pub(super) async fn last_outcome(&self, config: ConfigRef<'_>) -> Option<LastOutcome> {
        let (at, store) = self.reader().await?;
        let outcome = store.last_outcome(config.tenancy, &at.folder, config.file);
        outcome
            .await
            .unwrap_or_else(|problem| self.give_up(at, problem))
    }

    fn give_up<T>(&self, at: &At, problem: StoreProblem) -> Option<T> {
        at.lost.store(true, Ordering::Relaxed);
        self.unread(at, problem);
        None
    }

    /// Records the results of the run, and what `alerts` decides; returns the problems of the store.
    pub(super) async fn record(
        &self,
        run: Run,
        clients: &[ClientRecord<'_>],
        alerts: Option<AlertStep<'_>>,
    ) -> Vec<Notice> {
        if let Some(at) = self.at().filter(|_| !clients.is_empty()) {
            let run = Run {
                folder: at.folder.clone(),
                finished_at: Utc::now(),
                ..run
            };
            let endpoint = at.endpoint.as_deref();
            let recording =
                Store::record(&at.place, endpoint, &run, clients, alerts, RECORD_TIMEOUT);
            let recorded = tokio::time::timeout(RECORD_TIMEOUT, recording).await;
            match recorded.unwrap_or(Err(StoreProblem::Busy)) {
                Ok(recorded) => {
                    if recorded.made {
                        self.progress.store_made(&at.place.to_string());
                    }
                    if at.reports && !recorded.shown {
                        self.notice(Notice::NotShown {
                            place: at.place.to_string(),
                            recordable: !at.may.shown.is_never(),
                        });
                    }
                }
                Err(problem) => self.notice(Notice::NotKept {
                    place: at.place.to_string(),
                    problem,
                }),
            }
        }
        if let Some(store) = self.at.as_ref().and_then(|at| at.open.get()?.as_ref()) {
            store.close().await;
        }
        self.notices().clone()
    }

    fn unread(&self, at: &At, problem: StoreProblem) {
        self.notice(Notice::WithoutStore {
            place: at.place.to_string(),
            problem,
        });
    }

    pub(super) fn notice(&self, notice: Notice) {
        let mut notices = self.notices();
        if !notices.contains(&notice) {
            self.progress.notice(&notice);
            notices.push(notice);
        }
    }

    fn notices(&self) -> std::sync::MutexGuard<'_, Vec<Notice>> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the config of `folder` as the owner of stored days.
pub(super) fn owner<'a>(folder: &'a str, config: ConfigRef<'a>) -> Owner<'a> {
    Owner {
        folder,
        file: config.file,
        fingerprint: config.fingerprint,
    }
}
