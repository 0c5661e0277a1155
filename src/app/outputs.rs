//! The files of a report: seen to be writable before any work.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::deliver::file;
use crate::failure::OutputProblem;
use crate::plan::{Misuse, Output};
use crate::profile::walk;
use crate::text::printable;

/// `outputs` by where they will be, of a report over the clients in `dir`.
///
/// # Errors
/// [`Misuse::Output`] of the first that cannot be written, or would overwrite another or a client.
pub fn place(outputs: Vec<Output>, dir: &Path) -> Result<Vec<Output>, Misuse> {
    let dir = fs::canonicalize(dir).ok();
    let mut places = BTreeSet::new();
    let place = |output: Output| {
        let refuse = |problem| Misuse::Output {
            path: printable(&output.path.to_string_lossy(), 255),
            problem,
        };
        let place = file::place(&output.path).map_err(refuse)?;
        if place.parent() == dir.as_deref() && place.file_name().is_some_and(walk::is_client) {
            return Err(refuse(OutputProblem::LikeAClient));
        }
        if !places.insert(place.clone()) {
            return Err(refuse(OutputProblem::Twice));
        }
        Ok(Output {
            path: place,
            ..output
        })
    };
    outputs.into_iter().map(place).collect()
}
