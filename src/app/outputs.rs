//! The files of a run: seen to be writable, and nobody else's, before any work.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::deliver::file;
use crate::failure::{OutputProblem, PlaceProblem};
use crate::plan::{Misuse, Output, StoreUse};
use crate::profile::walk;
use crate::store::place::Place;
use crate::text::printable;

/// Resolves the paths of `outputs`, of a report over the clients in `dir` with a store as `history` says.
///
/// # Errors
/// [`Misuse::Output`] of the first that cannot be written, or would overwrite another or a client;
/// [`Misuse::NotAStore`] where the store would be one of them, or a client.
pub(super) fn place(
    outputs: Vec<Output>,
    dir: &Path,
    history: &StoreUse,
) -> Result<Vec<Output>, Misuse> {
    check_store(history, dir)?;
    let stores = stores(history);
    let folder = fs::canonicalize(dir).ok();
    let mut places = BTreeSet::new();
    let place = |output: Output| {
        let refuse = |problem| Misuse::Output {
            path: printable(&output.path.to_string_lossy(), 255),
            problem,
        };
        let place = file::place(&output.path).map_err(refuse)?;
        if is_client(&place, folder.as_deref()) {
            return Err(refuse(OutputProblem::LikeAClient));
        }
        if stores.contains(&place) {
            let problem = PlaceProblem::AnOutput;
            return Err(Misuse::NotAStore { problem });
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

/// Sees to it that the store of `history` is no client of `dir`.
///
/// # Errors
/// [`Misuse::NotAStore`]
pub(super) fn check_store(history: &StoreUse, dir: &Path) -> Result<(), Misuse> {
    let folder = fs::canonicalize(dir).ok();
    let mut stores = stores(history).into_iter();
    if stores.any(|store| is_client(&store, folder.as_deref())) {
        let problem = PlaceProblem::LikeAClient;
        return Err(Misuse::NotAStore { problem });
    }
    Ok(())
}

/// The paths of the store's file: where it lies, and where a link there leads.
pub(super) fn stores(history: &StoreUse) -> Vec<PathBuf> {
    let Some(Place::File(path)) = history.place() else {
        return Vec::new();
    };
    let parent = path
        .parent()
        .and_then(|parent| fs::canonicalize(parent).ok());
    let lies = parent
        .zip(path.file_name())
        .map(|(parent, name)| parent.join(name));
    lies.into_iter()
        .chain(fs::canonicalize(path).ok())
        .collect()
}

/// Returns whether a file at `place` would be taken for a client of `folder`.
fn is_client(place: &Path, folder: Option<&Path>) -> bool {
    let named: Option<&OsStr> = place.file_name();
    folder.is_some() && place.parent() == folder && named.is_some_and(walk::is_client)
}
