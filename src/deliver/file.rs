//! Files that are whole or not there: written under another name beside their place, then moved into it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::OutputProblem;

/// Beginning of a temporary file's name; six letters follow. No client's name begins so.
const PREFIX: &str = ".oci-consumo-";
/// Ending of a temporary file's name.
const SUFFIX: &str = ".tmp";

/// Resolves the path of a file to be written, however its folder was spelt, and makes sure that the folder can be
/// written to.
///
/// # Errors
/// An [`OutputProblem`] when its folder takes no file, or its name is taken by what is none.
pub(crate) fn place(path: &Path) -> Result<PathBuf, OutputProblem> {
    let name = path.file_name().ok_or(OutputProblem::NotAFile)?;
    let folder = fs::canonicalize(folder(path))?;
    if !folder.is_dir() {
        return Err(OutputProblem::NotAFolder);
    }
    let place = folder.join(name);
    // A link is replaced, not followed; but one to a folder was meant for the folder.
    let taken = match fs::symlink_metadata(&place) {
        Ok(found) => !(found.is_file() || found.is_symlink()) || place.is_dir(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    if taken {
        return Err(OutputProblem::NotAFile);
    }
    // Only a try tells what permissions and mounts say together. The file has no name where the system
    // knows such files, so that a run killed here leaves nothing.
    tempfile::tempfile_in(&folder)?;
    Ok(place)
}

/// Writes `content` to `path`, in place of what is there; on unix only this user may read it.
///
/// # Errors
/// An [`OutputProblem`]; what was there is still there then.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), OutputProblem> {
    write_for(path, content, |_| Ok(()))
}

/// Writes as [`write()`] does, and gives the file the readers that `admit` lets in before it has its name.
///
/// # Errors
/// The error of `admit`, or that of the system in its form; what was there is still there then.
pub(crate) fn write_for<E: From<io::Error>>(
    path: &Path,
    content: &[u8],
    admit: impl FnOnce(&File) -> Result<(), E>,
) -> Result<(), E> {
    let file = filled(path, content, admit)?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

/// Writes a file that is not there yet, with the readers that `admit` lets in.
///
/// # Errors
/// `AlreadyExists` where there is one of that name.
pub(crate) fn create_for(
    path: &Path,
    content: &[u8],
    admit: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let file = filled(path, content, admit)?;
    file.persist_noclobber(path)
        .map_err(|failed| failed.error)?;
    Ok(())
}

/// Writes files that are not there yet, all of them or none; on unix only this user may read them.
///
/// # Errors
/// The path of the file that cannot be written, and the reason: `AlreadyExists` where there is one of that name.
pub(crate) fn create(files: &[(PathBuf, &[u8])]) -> Result<(), (PathBuf, io::Error)> {
    let prepared: Result<Vec<_>, _> = files
        .iter()
        .map(|(path, content)| {
            let file = filled(path, content, |_| Ok(()));
            let file = file.map_err(|error: io::Error| (path.clone(), error))?;
            Ok((path, file))
        })
        .collect();
    let mut written: Vec<&PathBuf> = Vec::new();
    for (path, file) in prepared? {
        if let Err(failed) = file.persist_noclobber(path) {
            for path in written {
                // What cannot be removed is a file of this run, which nobody refers to.
                let _ = fs::remove_file(path);
            }
            return Err((path.clone(), failed.error));
        }
        written.push(path);
    }
    Ok(())
}

/// Returns whether a file called `name` is one that a killed run has left.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// Makes a file beside `path` with `content`, for the readers that `admit` lets in; else with the crate's permissions: 0600. It
/// goes with its value.
fn filled<E: From<io::Error>>(
    path: &Path,
    content: &[u8],
    admit: impl FnOnce(&File) -> Result<(), E>,
) -> Result<NamedTempFile, E> {
    let mut file = Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .tempfile_in(folder(path))?;
    file.write_all(content)?;
    admit(file.as_file())?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
