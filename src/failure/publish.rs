//! Problems of publishing in Object Storage, before a request is made.

use super::AlertsRefused;

/// The reasons why a run can publish nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishProblem {
    /// Nothing says by whose credential.
    NoCredential {
        /// Path of the file of the settings, fit for a terminal.
        file: String,
    },
    /// The settings, or the file of the partner's own user, cannot be used.
    Settings {
        /// Path of the file, fit for a terminal.
        file: String,
        /// Reason of the refusal.
        refused: Box<AlertsRefused>,
    },
    /// The credential is a customer's.
    Customers {
        /// Path of the credential's file, fit for a terminal.
        file: String,
        /// Name of the customer's config, fit for a terminal.
        config: String,
    },
    /// The clients are made up.
    Simulated,
    /// The customers' pages are not in a bucket.
    NotABucket,
    /// The run keeps no history.
    NoStore,
    /// No page was ever written.
    NoPages,
}
