//! Paths as people type them.

mod object;

use std::env;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

pub(crate) use object::{LONGEST_BUCKET, LONGEST_TYPED, ObjectPlace, ObjectPlaceProblem};

/// Resolves `typed`: `~` is the user's own folder, and a relative path starts at `folder`. Without a
/// home, `~` is a name like any other.
pub(crate) fn resolve(typed: &str, folder: &Path) -> PathBuf {
    let separators = ['/', MAIN_SEPARATOR];
    match (typed.strip_prefix('~'), env::home_dir()) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with(separators) => {
            home.join(rest.trim_start_matches(separators))
        }
        _ => folder.join(typed),
    }
}
