//! What the stand-in serves: tenants, their rows, and the faults it plays.

use std::collections::VecDeque;
use std::time::Duration;

use rsa::PublicKey;

use crate::calendar::Day;

/// Everything that one server knows.
#[derive(Clone, Debug)]
pub struct World {
    /// Who may call, each with its own key.
    pub tenants: Vec<Tenant>,
    /// The most rows on a page, whatever `limit` asks.
    pub page_rows: usize,
    /// Waited before each answer.
    pub latency: Duration,
    /// Whether requests are kept for [`super::Server::seen`]; a long run would fill the memory.
    pub record: bool,
}

impl World {
    /// A world that answers at once, with up to 1,000 rows a page, and keeps its requests.
    pub fn new(tenants: Vec<Tenant>) -> Self {
        Self {
            tenants,
            page_rows: 1000,
            latency: Duration::ZERO,
            record: true,
        }
    }
}

/// A tenancy, with the one user and key that call for it.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The tenancy's OCID.
    pub tenancy: String,
    /// The user's OCID.
    pub user: String,
    /// The key's fingerprint.
    pub fingerprint: String,
    /// The half of the key that the service holds.
    pub public_key: PublicKey,
    /// The home region, as the Identity API tells it; none where no policy lets the user ask.
    pub home: Option<String>,
    /// What the service has of it, in any order.
    pub rows: Vec<Row>,
    /// Played one per request of this tenant, in order, before anything else.
    pub script: VecDeque<Fault>,
    /// Played for each request once the script is over.
    pub always: Option<Fault>,
}

impl Tenant {
    /// The `keyId` that its requests carry.
    pub fn key_id(&self) -> String {
        format!("{}/{}/{}", self.tenancy, self.user, self.fingerprint)
    }
}

/// A row as JSON will carry it: raw texts, so that a test can say anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The UTC day it belongs to.
    pub day: Day,
    /// Raw JSON for `computedAmount`: `12.5`, `null`, `"12.5"`.
    pub amount: String,
    /// Raw JSON for `currency`: `"BRL"` and `" "` with their quotes, `null`.
    pub currency: String,
    /// Whether it is the service's own forecast.
    pub is_forecast: bool,
    /// Its `tenantId`; null, as in answers that are not grouped, for `None`.
    pub tenant_id: Option<String>,
    /// Answered whatever range is asked, as a broken service would.
    pub stray: bool,
}

impl Row {
    /// An ordinary row: `amount` in raw JSON, `currency` as plain text (`BRL`).
    pub fn new(day: Day, amount: impl Into<String>, currency: &str) -> Self {
        Self {
            day,
            amount: amount.into(),
            currency: serde_json::Value::from(currency).to_string(),
            is_forecast: false,
            tenant_id: None,
            stray: false,
        }
    }
}

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An answer in place of the real one. `Date`, `opc-request-id` and
    /// `Content-Type` are added where `headers` has none of that name;
    /// `Content-Length` is always the body's.
    Answer {
        /// The HTTP status.
        status: u16,
        /// Headers of its own.
        headers: Vec<(String, String)>,
        /// The body, byte for byte.
        body: Vec<u8>,
    },
    /// The service's clock is off by so many seconds (fifty years at most):
    /// its `Date` and its check of the request's date follow it, all else is as usual.
    ClockOffset(i64),
    /// Headers, then a body that ends before its `Content-Length`.
    Truncated,
    /// The connection is closed without a byte.
    Reset,
    /// No answer at all for that long, then the connection is closed.
    Silent(Duration),
    /// A body without end.
    Endless,
    /// The real answer, that much later.
    Slow(Duration),
    /// The same `opc-next-page` for ever.
    PageLoop,
    /// Every page the same bytes, with a new token.
    PageRepeat,
    /// New pages for ever, each different.
    PagesWithoutEnd,
    /// Nothing: a gap in a script.
    None,
}
