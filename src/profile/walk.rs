//! Finds the files of a folder that are clients' configs.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::text::printable;

/// Beginning of a config's file name.
const PREFIX: &str = "config_";
/// Endings of the files that editors leave behind.
const LEFTOVERS: [&str; 5] = ["~", ".bak", ".swp", ".orig", ".tmp"];

/// A file that is a client's config by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path of the file.
    pub path: PathBuf,
    /// Name of the file, fit for a terminal.
    pub name: String,
}

/// A name that begins like a config's and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Name of the file, fit for a terminal.
    pub name: String,
    /// Whether it is what an editor left behind; else it is a folder, a pipe or a device.
    pub leftover: bool,
}

/// The configs in `dir`, not below it, in name order, and what was passed over.
///
/// A link that leads nowhere is found: a client must not vanish, it must fail.
///
/// # Errors
/// When `dir` cannot be read.
pub(crate) fn walk(dir: &Path) -> io::Result<(Vec<Found>, Vec<Skipped>)> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if is_client(&entry.file_name()) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let leftover = is_leftover(&name);
        let name = printable(&name, 255);
        if leftover || fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            skipped.push(Skipped { name, leftover });
        } else {
            found.push(Found { path, name });
        }
    }
    Ok((found, skipped))
}

/// Whether a file of that name is taken for a client's config.
pub(crate) fn is_client(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
}

/// Whether a file of that name is what an editor left behind.
pub(crate) fn is_leftover(name: &str) -> bool {
    LEFTOVERS.iter().any(|ending| name.ends_with(ending))
}

impl Found {
    /// Returns the client's name if its config has none: the file name without its beginning and ending, unless
    /// nothing would be left.
    pub(crate) fn stem(&self) -> &str {
        let stem = match self.name.strip_prefix(PREFIX) {
            Some(stem) if !stem.is_empty() => stem,
            _ => &self.name,
        };
        match stem.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => stem,
        }
    }
}
