//! The store of a run: opened before any request, asked for each client, and
//! told in the end what the run came to. Without it the report is made all the
//! same, and says so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;

use crate::calendar::Day;
use crate::failure::{Notice, StoreProblem, StoredFigures};
use crate::plan::{History, Misuse, Plan};
use crate::progress::Progress;
use crate::store::history::Stored;
use crate::store::place::Place;
use crate::store::{Record, Run, Store};

/// The store that a run keeps its history in, if any.
#[derive(Debug)]
pub(super) struct Keeper {
    store: Option<Kept>,
    progress: Arc<Progress>,
    /// What went wrong with it.
    notices: Mutex<Vec<Notice>>,
}

/// A store, and what this run is in it.
#[derive(Debug)]
struct Kept {
    store: Store,
    place: Place,
    number: i64,
    refetch: bool,
    /// Set once it does not answer: a store that is waited for in vain is not asked again.
    lost: AtomicBool,
}

/// Where a run's days come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// From the service, and a store if there is one.
    Service(Arc<Keeper>),
    /// From a store alone.
    Store(Arc<Store>),
}

impl Source {
    /// What `plan` says, of a run whose figures are kept or not.
    ///
    /// # Errors
    /// [`Misuse::NoStore`] when there is nothing else to report from.
    pub(super) async fn open(
        plan: &Plan,
        figures: bool,
        progress: &Arc<Progress>,
    ) -> Result<Self, Misuse> {
        let endpoint = plan.endpoint.as_ref().map(reqwest::Url::as_str);
        let keeper = match &plan.history {
            History::None => Keeper::new(None, progress),
            History::Kept { place, refetch } => {
                let opened = Kept::open(plan, figures, place, endpoint, *refetch, progress).await;
                let (store, problem) = match opened {
                    Ok(kept) => (Some(kept), None),
                    Err(problem) => (None, Some(problem)),
                };
                let keeper = Keeper::new(store, progress);
                if let Some(problem) = problem {
                    keeper.notice(Notice::WithoutStore {
                        place: place.to_string(),
                        problem,
                    });
                }
                keeper
            }
            History::Alone { place } => {
                let store = Store::open(place, endpoint, true).await;
                let store = store.map_err(|problem| Misuse::NoStore {
                    place: place.to_string(),
                    problem,
                })?;
                return Ok(Self::Store(Arc::new(store.store)));
            }
        };
        Ok(Self::Service(Arc::new(keeper)))
    }
}

impl Kept {
    async fn open(
        plan: &Plan,
        figures: bool,
        place: &Place,
        endpoint: Option<&str>,
        refetch: bool,
        progress: &Progress,
    ) -> Result<Self, StoreProblem> {
        let opened = Store::open(place, endpoint, false).await?;
        if opened.made {
            progress.store_made(&place.to_string());
        }
        let folder = plan.dir.canonicalize().unwrap_or_else(|_| plan.dir.clone());
        let run = Run {
            folder: folder.to_string_lossy().into_owned(),
            complete: figures && plan.only.is_empty(),
            as_of: plan.as_of,
            started_at: plan.now,
        };
        let number = opened.store.begin(&run).await?;
        Ok(Self {
            store: opened.store,
            place: place.clone(),
            number,
            refetch,
            lost: AtomicBool::new(false),
        })
    }
}

impl Keeper {
    fn new(store: Option<Kept>, progress: &Arc<Progress>) -> Self {
        Self {
            store,
            progress: Arc::clone(progress),
            notices: Mutex::default(),
        }
    }

    /// The store, while it answers.
    fn kept(&self) -> Option<&Kept> {
        let lost = |kept: &&Kept| !kept.lost.load(Ordering::Relaxed);
        self.store.as_ref().filter(lost)
    }

    /// Whether there is a store to keep anything in.
    pub(super) fn keeps(&self) -> bool {
        self.kept().is_some()
    }

    /// What lasts of the tenancy's days; nothing where the store cannot say.
    pub(super) async fn stored(&self, tenancy: &str) -> Stored {
        let Some(kept) = self.kept().filter(|kept| !kept.refetch) else {
            return Stored::default();
        };
        let stored = kept.store.read(tenancy).await;
        stored.unwrap_or_else(|problem| {
            // What it has of one client may be damaged, and the rest not.
            let one = problem == StoreProblem::Corrupt;
            kept.lost.fetch_or(!one, Ordering::Relaxed);
            self.notice(Notice::WithoutStore {
                place: kept.place.to_string(),
                problem,
            });
            Stored::default()
        })
    }

    /// The last figures of a client that has none today.
    pub(super) async fn last_figures(&self, tenancy: &str, start: Day) -> Option<StoredFigures> {
        let kept = self.kept()?;
        let figures = kept.store.last_figures(tenancy, start).await;
        figures.unwrap_or_else(|problem| {
            kept.lost.store(true, Ordering::Relaxed);
            self.notice(Notice::NotKept {
                place: kept.place.to_string(),
                problem,
            });
            None
        })
    }

    /// Keeps what the run came to, and gives all that went wrong with the store.
    pub(super) async fn finish(
        &self,
        records: &[Record<'_>],
        clients: usize,
        failed: usize,
    ) -> Vec<Notice> {
        if let Some(kept) = self.kept() {
            let finished = kept
                .store
                .finish(kept.number, records, clients, failed, Utc::now());
            if let Err(problem) = finished.await {
                self.notice(Notice::NotKept {
                    place: kept.place.to_string(),
                    problem,
                });
            }
        }
        if let Some(kept) = &self.store {
            kept.store.close().await;
        }
        self.notices().clone()
    }

    fn notice(&self, notice: Notice) {
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
