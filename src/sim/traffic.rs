//! What the stand-in saw: how many requests, how many at once, and each of
//! them where it is asked to keep them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::http::request::Parts;

use super::target;

/// A request as it arrived, and what became of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The first part of its `keyId`; empty where it has none.
    pub tenancy: String,
    /// The method.
    pub method: String,
    /// Path and query, byte for byte.
    pub target: String,
    /// The `date` header; empty where it has none.
    pub date: String,
    /// The `authorization` header; empty where it has none.
    pub authorization: String,
    /// The body.
    pub body: Vec<u8>,
    /// All its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The status answered; 0 where there was no answer.
    pub status: u16,
    /// When its head was in.
    pub at: Instant,
}

/// Counts of requests, and the requests themselves when recording.
#[derive(Debug)]
pub(super) struct Traffic {
    requests: AtomicUsize,
    all: Gauge,
    /// Known tenancies only, so that strangers cannot make it grow.
    tenancies: HashMap<String, Gauge>,
    log: Option<Mutex<Vec<Seen>>>,
}

impl Traffic {
    pub(super) fn new(tenancies: impl Iterator<Item = String>, record: bool) -> Self {
        Self {
            requests: AtomicUsize::new(0),
            all: Gauge::default(),
            tenancies: tenancies.map(|name| (name, Gauge::default())).collect(),
            log: record.then(Mutex::default),
        }
    }

    /// Counts a request in, until the [`Visit`] ends.
    pub(super) fn arrive(&self, tenancy: &str, head: &Parts) -> Visit<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let tenancy_gauge = self.tenancies.get(tenancy);
        self.all.enter();
        if let Some(gauge) = tenancy_gauge {
            gauge.enter();
        }
        let entry = self.log.as_ref().map(|log| {
            let mut log = locked(log);
            log.push(Seen {
                tenancy: tenancy.to_owned(),
                method: head.method.to_string(),
                target: target(&head.uri).to_owned(),
                date: text(head, "date"),
                authorization: text(head, "authorization"),
                body: Vec::new(),
                headers: head
                    .headers
                    .iter()
                    .map(|(name, value)| (name.to_string(), lossy(value.as_bytes())))
                    .collect(),
                status: 0,
                at: Instant::now(),
            });
            (log.len() - 1, self.log.as_ref())
        });
        Visit {
            all: &self.all,
            tenancy: tenancy_gauge,
            entry: entry.and_then(|(index, log)| Some((index, log?))),
        }
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn most(&self) -> usize {
        self.all.most.load(Ordering::Relaxed)
    }

    pub(super) fn most_of(&self, tenancy: &str) -> usize {
        self.tenancies
            .get(tenancy)
            .map_or(0, |gauge| gauge.most.load(Ordering::Relaxed))
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.log
            .as_ref()
            .map(|log| locked(log).clone())
            .unwrap_or_default()
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Visit<'a> {
    all: &'a Gauge,
    tenancy: Option<&'a Gauge>,
    entry: Option<(usize, &'a Mutex<Vec<Seen>>)>,
}

impl Visit<'_> {
    pub(super) fn has_body(&self, body: &[u8]) {
        self.note(|seen| seen.body = body.to_vec());
    }

    pub(super) fn answered(&self, status: u16) {
        self.note(|seen| seen.status = status);
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        if let Some((index, log)) = self.entry
            && let Some(seen) = locked(log).get_mut(index)
        {
            change(seen);
        }
    }
}

/// Ends however the request ends: hyper drops it when the caller hangs up.
impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.all.leave();
        if let Some(gauge) = self.tenancy {
            gauge.leave();
        }
    }
}

/// How many there are, and the most there ever were.
#[derive(Debug, Default)]
struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Gauge {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Nothing that is held under these locks can be left half done, so a panic elsewhere does not matter.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text(head: &Parts, name: &str) -> String {
    head.headers
        .get(name)
        .map(|value| lossy(value.as_bytes()))
        .unwrap_or_default()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
