//! Knowledge of each day of a contract: rows, the ledger they add up to, the
//! coverage (days asked for, and request times), the reconciliation of answers,
//! store and monthly sums, and the series that figures are made of.
//!
//! Pure: no request, no store and no clock. The same code judges a run with a
//! store and one without.

pub(crate) mod coverage;
pub(crate) mod ledger;
pub(crate) mod reconcile;
pub(crate) mod row;
pub(crate) mod series;

pub use ledger::Ledger;
pub use row::CostRow;
