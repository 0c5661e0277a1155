//! Knowledge of each day of a contract: rows, the ledger they add up to, the
//! coverage (days asked for, and request times), the reconciliation of answers,
//! store and monthly sums, and the series that figures are made of.
//!
//! Pure: no request, no store and no clock. The same code judges a run with a
//! store and one without.

pub mod coverage;
pub mod ledger;
pub mod reconcile;
pub mod row;
pub mod series;

pub use ledger::Ledger;
pub use row::CostRow;
