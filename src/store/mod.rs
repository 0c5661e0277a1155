//! SHIM until the store lands.
#![allow(missing_docs, unused, unreachable_pub, missing_debug_implementations)]
pub mod place;
use chrono::{DateTime, Utc};
use std::time::Duration;
use crate::calendar::{Day, Days};
use crate::contract::Contract;
use crate::days::Ledger;
use crate::days::reconcile::StoredDays;
use crate::failure::{StoreProblem, StoredFigures};
use crate::report::statement::Statement;
use place::Place;
#[derive(Debug)] pub struct Store;
#[derive(Clone, Copy, Debug)] pub struct Owner<'a> { pub folder: &'a str, pub file: &'a str, pub fingerprint: Option<&'a str> }
#[derive(Debug)] pub struct Held { pub days: StoredDays, pub bound: bool }
#[derive(Clone, Debug)] pub struct LastOutcome { pub failure: Option<String> }
#[derive(Clone, Debug)] pub struct Recorded { pub made: bool, pub shown: bool }
#[derive(Clone, Debug)] pub struct Settings { pub method: &'static str, pub settle_days: u32, pub surplus_percent: String }
#[derive(Clone, Debug)] pub struct Run { pub folder: String, pub complete: bool, pub look: bool, pub record: bool, pub figures: bool, pub as_of: Day, pub started_at: DateTime<Utc>, pub finished_at: DateTime<Utc>, pub settings: Settings, pub clients: usize, pub failed: usize }
#[derive(Clone, Debug)] pub struct ClientRecord<'a> { pub tenancy: Option<&'a str>, pub name: &'a str, pub file: &'a str, pub fingerprint: Option<&'a str>, pub contract: Option<&'a Contract>, pub days: Option<RecordedDays<'a>>, pub outcome: Option<Result<&'a Statement, &'static str>> }
#[derive(Clone, Debug)] pub struct RecordedDays<'a> { pub ledger: &'a Ledger, pub answered: &'a [Days], pub unanswered: &'a [Days], pub at: DateTime<Utc> }
impl Store {
    pub async fn open(place: &Place, endpoint: Option<&str>, wait: Duration) -> Result<Option<Self>, StoreProblem> { Ok(None) }
    pub async fn read(&self, tenancy: &str, owner: &Owner<'_>) -> Result<Held, StoreProblem> { Ok(Held { days: StoredDays::default(), bound: false }) }
    pub async fn last_figures(&self, tenancy: &str, start: Day, owner: &Owner<'_>) -> Result<Option<StoredFigures>, StoreProblem> { Ok(None) }
    pub async fn last_outcome(&self, tenancy: &str, folder: &str, file: &str) -> Result<Option<LastOutcome>, StoreProblem> { Ok(None) }
    pub async fn record(place: &Place, endpoint: Option<&str>, run: &Run, clients: &[ClientRecord<'_>], wait: Duration) -> Result<Recorded, StoreProblem> { Ok(Recorded { made: false, shown: true }) }
    pub async fn close(&self) {}
}
