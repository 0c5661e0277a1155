//! The data that the stand-in serves: tenants and their rows.

use rsa::PublicKey;

use crate::calendar::Day;

/// Everything that one server knows.
#[derive(Clone, Debug)]
pub struct World {
    /// Callers, each with its own key.
    pub tenants: Vec<Tenant>,
    /// The most rows on a page, whatever `limit` asks.
    pub page_rows: usize,
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
    /// The home region in the Identity API; `None` if no policy lets the user ask.
    pub home: Option<String>,
    /// Rows of the tenant, in any order.
    pub rows: Vec<WorldRow>,
    /// The answer to each of its requests, in place of the rows.
    pub always: Option<Scripted>,
}

impl Tenant {
    /// The `keyId` that its requests carry.
    pub fn key_id(&self) -> String {
        format!("{}/{}/{}", self.tenancy, self.user, self.fingerprint)
    }
}

/// A row as JSON will carry it: raw texts, so that a test can say anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldRow {
    /// The UTC day it belongs to.
    pub day: Day,
    /// Raw JSON for `computedAmount`: `12.5`, `null`, `"12.5"`.
    pub amount: String,
    /// Raw JSON for `currency`: `"BRL"` and `" "` with their quotes, `null`.
    pub currency: String,
    /// The row is the service's own forecast.
    pub is_forecast: bool,
    /// The row's `tenantId`; null, as in answers that are not grouped, for `None`.
    pub tenant_id: Option<String>,
}

impl WorldRow {
    /// An ordinary row: `amount` in raw JSON, `currency` as plain text (`BRL`).
    pub fn new(day: Day, amount: impl Into<String>, currency: &str) -> Self {
        Self {
            day,
            amount: amount.into(),
            currency: serde_json::Value::from(currency).to_string(),
            is_forecast: false,
            tenant_id: None,
        }
    }
}

/// An answer written by hand. `Date`, `opc-request-id` and `Content-Type` are
/// added where `headers` has none of that name; `Content-Length` is always the body's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripted {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of its headers.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}
