//! A folder of pages that a web server shows: each page's files in a folder of their own, whole or not there, readable by a
//! group or by everybody, and listed by nobody else.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::file;
use crate::failure::{OutputProblem, PagesFolderProblem};

/// Permissions of the folder: everybody may enter and nobody else may list, so that names are found by who knows them.
#[cfg(unix)]
const LISTED_BY_NOBODY: u32 = 0o711;
/// Name of the file, or object, that marks pages as named by a secret.
pub(crate) const OWNER: &str = ".oci-consumo";
/// Bytes of the largest mark that is read.
const LARGEST_MARK: u64 = 1024;
/// Folder that a file system of its own has.
const LOST_AND_FOUND: &str = "lost+found";
/// File of the system's groups.
#[cfg(unix)]
const GROUPS: &str = "/etc/group";

/// Readers of pages besides this user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    Everybody,
    /// The group of this number.
    #[cfg_attr(
        not(unix),
        allow(dead_code, reason = "a system without groups has no such readers")
    )]
    Group(u32),
}

#[cfg(unix)]
impl Readers {
    /// Permission bits of a page's folder.
    fn folder_mode(self) -> u32 {
        match self {
            Self::Everybody => 0o755,
            Self::Group(_) => 0o750,
        }
    }

    /// Permission bits of a file.
    fn file_mode(self) -> u32 {
        match self {
            Self::Everybody => 0o644,
            Self::Group(_) => 0o640,
        }
    }

    /// Gives `file`, or a folder that is open as one, to the readers.
    fn admit(self, file: &File, mode: u32) -> Result<(), PagesFolderProblem> {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
        let found = file.metadata()?;
        if let Self::Group(group) = self
            && found.gid() != group
        {
            fchown(file, None, Some(group)).map_err(|error| match error.kind() {
                ErrorKind::PermissionDenied => PagesFolderProblem::NotOfGroup,
                _ => error.into(),
            })?;
        }
        // A change of the group takes away some bits.
        if found.mode() & 0o7777 != mode || matches!(self, Self::Group(_)) {
            file.set_permissions(fs::Permissions::from_mode(mode))?;
        }
        Ok(())
    }

    /// Returns whether the readers have a file with the permissions `found`.
    fn has(self, found: &fs::Metadata) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let by_group = match self {
            Self::Everybody => true,
            Self::Group(group) => found.gid() == group,
        };
        by_group && found.mode() & 0o7777 == self.file_mode()
    }
}

/// A folder of pages, as [`WebFolder::open`] gives it.
#[derive(Debug)]
pub(crate) struct WebFolder {
    path: PathBuf,
    readers: Readers,
}

/// Owner of a folder of pages, by its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FolderOwner {
    /// The folder has this mark.
    Own,
    /// The folder has another mark.
    Foreign,
    /// The folder has no mark, or is not there.
    Nobody,
}

/// A folder of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageFolder {
    /// Name of the folder.
    pub(crate) name: String,
    /// Time at which something was last written into it; `None` where the system does not say.
    pub(crate) written: Option<SystemTime>,
}

impl WebFolder {
    /// Opens the folder at `path` for readers of `group`, or for everybody. A folder that is not there, or is empty, is made
    /// and gets the mark `tag`.
    ///
    /// # Errors
    /// A [`PagesFolderProblem`] where the folder cannot be made, has another mark, or other content and no mark, or there is
    /// no such group.
    pub(crate) fn open(
        path: &Path,
        group: Option<&str>,
        tag: &str,
    ) -> Result<Self, PagesFolderProblem> {
        let readers = match group {
            Some(group) => Readers::Group(number(group)?),
            None => Readers::Everybody,
        };
        match fs::create_dir(path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if !fs::metadata(path)?.is_dir() {
                    return Err(OutputProblem::NotAFolder.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
        // The permissions of somebody's home or of `/tmp` are not this program's to set.
        match owner(path, tag)? {
            FolderOwner::Own => {}
            FolderOwner::Foreign => return Err(PagesFolderProblem::Foreign),
            FolderOwner::Nobody if has_content(path)? => {
                return Err(PagesFolderProblem::OtherContent);
            }
            FolderOwner::Nobody => mark(path, tag)?,
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path)?.permissions().mode() & 0o7777;
            if mode != LISTED_BY_NOBODY {
                let permissions = fs::Permissions::from_mode(LISTED_BY_NOBODY);
                fs::set_permissions(path, permissions).map_err(|error| match error.kind() {
                    ErrorKind::PermissionDenied => PagesFolderProblem::NotOwned,
                    _ => error.into(),
                })?;
            }
        }
        Ok(Self {
            path: path.to_owned(),
            readers,
        })
    }

    /// Writes `files`, each by its name and in their order, into the folder `name`. A file that has the content already is
    /// left as it is.
    ///
    /// # Errors
    /// A [`PagesFolderProblem`]; a file is there whole, or as it was.
    pub(crate) fn write<'f>(
        &self,
        name: &str,
        files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    ) -> Result<(), PagesFolderProblem> {
        let folder = self.path.join(name);
        if !make(&folder)? {
            let found = fs::symlink_metadata(&folder)?;
            if found.is_symlink() {
                return Err(PagesFolderProblem::Link);
            }
            if !found.is_dir() {
                return Err(OutputProblem::NotAFolder.into());
            }
        }
        #[cfg(unix)]
        self.readers
            .admit(&File::open(&folder)?, self.readers.folder_mode())?;
        remove_leftovers(&folder)?;
        for (name, content) in files {
            let path = folder.join(name);
            if !self.is_there(&path, content) {
                file::write_for(&path, content, |file| self.admit(file))?;
            }
        }
        Ok(())
    }

    fn admit(&self, file: &File) -> Result<(), PagesFolderProblem> {
        #[cfg(unix)]
        {
            self.readers.admit(file, self.readers.file_mode())
        }
        #[cfg(not(unix))]
        {
            let _ = (file, self.readers);
            Ok(())
        }
    }

    /// Returns whether the file at `path` has that content and its readers.
    fn is_there(&self, path: &Path, content: &[u8]) -> bool {
        let Ok(found) = fs::symlink_metadata(path) else {
            return false;
        };
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        #[cfg(unix)]
        let is_admitted = self.readers.has(&found);
        #[cfg(not(unix))]
        let is_admitted = true;
        let fits = found.is_file() && found.len() == size && is_admitted;
        fits && fs::read(path).is_ok_and(|there| there == content)
    }
}

/// Returns the owner of the folder at `path`: [`FolderOwner::Own`] where its mark is `tag`.
///
/// # Errors
/// The mark cannot be read.
pub(crate) fn owner(path: &Path, tag: &str) -> Result<FolderOwner, PagesFolderProblem> {
    let path = path.join(OWNER);
    let found = match fs::symlink_metadata(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(FolderOwner::Nobody),
        Err(error) => return Err(error.into()),
    };
    let fits = found.is_file() && found.len() <= LARGEST_MARK;
    Ok(match fits && fs::read(path)? == mark_of(tag).as_bytes() {
        true => FolderOwner::Own,
        false => FolderOwner::Foreign,
    })
}

/// Content of the file with the mark `tag`.
fn mark_of(tag: &str) -> String {
    format!("oci-consumo: {tag}\n")
}

/// Marks the empty folder at `path`.
fn mark(path: &Path, tag: &str) -> Result<(), PagesFolderProblem> {
    let made = file::create_for(&path.join(OWNER), mark_of(tag).as_bytes(), |file| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        #[cfg(not(unix))]
        let _ = file;
        Ok(())
    });
    match made {
        Ok(()) => Ok(()),
        // Another run has marked it in between.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => match owner(path, tag)? {
            FolderOwner::Own => Ok(()),
            FolderOwner::Foreign | FolderOwner::Nobody => Err(PagesFolderProblem::Foreign),
        },
        Err(error) => Err(error.into()),
    }
}

/// Returns whether the folder at `path` has content, other than the system's own and a killed run's.
fn has_content(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let name = entry?.file_name();
        let is_nobody_s = |name: &str| name == LOST_AND_FOUND || file::is_temporary(name);
        if !name.to_str().is_some_and(is_nobody_s) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes the temporary files that a killed run has left in `folder`.
fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_left = entry.file_name().to_str().is_some_and(file::is_temporary);
        if is_left && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Returns the folders of pages in the folder at `path`, by name; none where there is no such folder. `is_page` tells their
/// names. A folder that has content, and none of the `files` of a page, is somebody else's.
///
/// # Errors
/// The folder, or one in it, cannot be read.
pub(crate) fn pages(
    path: &Path,
    is_page: fn(&str) -> bool,
    files: &[&str],
) -> Result<Vec<PageFolder>, PagesFolderProblem> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut pages = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if !is_page(&name) || !entry.file_type()?.is_dir() {
            continue;
        }
        let folder = entry.path();
        let has_file = |name: &&str| fs::symlink_metadata(folder.join(name)).is_ok();
        if files.iter().any(has_file) || !has_content(&folder)? {
            let written = entry.metadata().and_then(|found| found.modified()).ok();
            pages.push(PageFolder { name, written });
        }
    }
    pages.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(pages)
}

/// Gives the page's folder `old` in the folder at `path` the name `new`. Returns whether there was one.
///
/// # Errors
/// A [`PagesFolderProblem`]; the page is still at its old place then.
pub(crate) fn rename(path: &Path, old: &str, new: &str) -> Result<bool, PagesFolderProblem> {
    let from = path.join(old);
    match fs::symlink_metadata(&from) {
        Ok(found) if found.is_symlink() => Err(PagesFolderProblem::Link),
        Ok(_) => {
            fs::rename(from, path.join(new))?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Removes the `files` of a page, in their order, and its folder `name` in the folder at `path`. No link is followed.
///
/// # Errors
/// [`PagesFolderProblem::Kept`] where the folder has other files, which stay with it; else a [`PagesFolderProblem`] where a
/// part of the page cannot be removed.
pub(crate) fn remove(path: &Path, name: &str, files: &[&str]) -> Result<(), PagesFolderProblem> {
    let folder = path.join(name);
    if fs::symlink_metadata(&folder)?.is_symlink() {
        return Err(PagesFolderProblem::Link);
    }
    for file in files {
        match fs::remove_file(folder.join(file)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    remove_leftovers(&folder)?;
    fs::remove_dir(folder).map_err(|error| match error.kind() {
        ErrorKind::DirectoryNotEmpty => PagesFolderProblem::Kept,
        _ => error.into(),
    })
}

/// Makes a folder that only this user may enter, unless something of that name is there. Returns whether it was made.
///
/// # Errors
/// The folder cannot be made.
pub(crate) fn make(path: &Path) -> io::Result<bool> {
    #[cfg_attr(not(unix), allow(unused_mut))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    match builder.create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the number of the system's group `name`, which may be the number itself.
fn number(name: &str) -> Result<u32, PagesFolderProblem> {
    #[cfg(unix)]
    {
        if let Ok(number) = name.parse() {
            return Ok(number);
        }
        let groups = fs::read(GROUPS)?;
        let groups = String::from_utf8_lossy(&groups);
        let mut numbers = groups.lines().filter_map(|line| {
            let mut fields = line.split(':');
            (fields.next()? == name).then_some(fields.nth(1)?.parse().ok()?)
        });
        numbers.next().ok_or(PagesFolderProblem::NoGroup)
    }
    #[cfg(not(unix))]
    {
        let _ = name;
        Err(PagesFolderProblem::NoGroup)
    }
}
