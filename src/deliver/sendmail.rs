//! Mail by the local `sendmail`.

use std::path::PathBuf;

/// The local `sendmail`.
#[derive(Clone, Debug, Default)]
pub struct Sendmail {
    /// The program; without one, `sendmail` is looked up.
    pub program: Option<PathBuf>,
}
