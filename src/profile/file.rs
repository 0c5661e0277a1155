//! Reading of a client's small files, whichever they are: whole, within a limit,
//! and never waiting for a pipe or a device.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::FileProblem;

/// The whole content of the regular file at `path`, of at most `limit` bytes; wiped from memory
/// when it is dropped.
///
/// # Errors
///
/// Where there is no such file, it is not a regular one, it is larger, or it cannot be read.
pub(crate) fn read_bounded(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileProblem> {
    read_with_access(path, limit).map(|(content, _)| content)
}

/// Reads as [`read_bounded`] does, with the permissions of the file, which no other has in between.
///
/// # Errors
///
/// As those of [`read_bounded`].
pub(crate) fn read_with_access(path: &Path, limit: usize) -> Result<FileContent, FileProblem> {
    // Looked at before it is opened, which alone can wind a tape; and once more when it is open,
    // as it may have been replaced in between.
    check(&fs::metadata(path)?, limit)?;
    read_open(open(path)?, limit)
}

/// The permissions of a file or folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePermissions {
    /// Permission bits.
    pub mode: u32,
    /// Number of the owner.
    pub owner: u32,
    /// Number of the group.
    pub group: u32,
}

impl FilePermissions {
    /// The permissions in `metadata`; `None` on a system that has none of this kind.
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            Some(Self {
                mode: metadata.mode() & 0o7777,
                owner: metadata.uid(),
                group: metadata.gid(),
            })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            None
        }
    }
}

/// Content of a file, which is wiped after its use, and its permissions if the system has any of unix's kind.
pub(crate) type FileContent = (Zeroizing<Vec<u8>>, Option<FilePermissions>);

/// The first bytes of the regular file at `path`, of at most `limit`.
///
/// # Errors
///
/// Where there is no such file, it is not a regular one, or it cannot be read.
pub(crate) fn read_start(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, FileProblem> {
    check(&fs::metadata(path)?, usize::MAX)?;
    let file = open(path)?;
    check(&file.metadata()?, usize::MAX)?;
    let mut content = Zeroizing::new(Vec::with_capacity(limit));
    file.take(limit as u64).read_to_end(&mut content)?;
    Ok(content)
}

/// Opens for reading. That of a FIFO would wait for its other end, which may never come.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK);
    }
    options.open(path)
}

fn read_open(file: File, limit: usize) -> Result<FileContent, FileProblem> {
    let metadata = file.metadata()?;
    check(&metadata, limit)?;

    // With room for all that is read the buffer never moves, which would leave copies behind. One of fewer than 32 bytes
    // the standard library fills by way of another.
    let said = usize::try_from(metadata.len()).map_or(limit, |said| said.min(limit));
    let mut content = Zeroizing::new(Vec::with_capacity(said.max(31) + 1));
    let mut file = file.take(limit as u64 + 1);
    file.by_ref()
        .take(said as u64 + 1)
        .read_to_end(&mut content)?;
    if content.len() > said {
        // It has more than it says, or has grown since.
        let start = content;
        content = Zeroizing::new(Vec::with_capacity(limit + 1));
        content.extend_from_slice(&start);
        file.read_to_end(&mut content)?;
    }
    if content.len() > limit {
        return Err(FileProblem::TooLarge(limit as u64));
    }
    Ok((content, FilePermissions::of(&metadata)))
}

fn check(metadata: &Metadata, limit: usize) -> Result<(), FileProblem> {
    if !metadata.is_file() {
        return Err(FileProblem::NotAFile);
    }
    if metadata.len() > limit as u64 {
        return Err(FileProblem::TooLarge(limit as u64));
    }
    Ok(())
}

/// The permission bits of the file at `path`, where others than its owner have any: what the vendor's CLI warns of.
///
/// # Errors
///
/// Where its permissions cannot be seen; `Unsupported` on a system that has none of this kind.
pub(crate) fn exposed(path: &Path) -> io::Result<Option<u32>> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path)?.permissions().mode() & 0o777;
        Ok((mode & 0o177 != 0).then_some(mode))
    }
    #[cfg(not(unix))]
    {
        fs::metadata(path)?;
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_up_to_the_limit_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");

        fs::write(&path, b"").unwrap();
        assert_eq!(*read_bounded(&path, 4).unwrap(), b"");
        fs::write(&path, b"1234").unwrap();
        assert_eq!(*read_bounded(&path, 4).unwrap(), b"1234");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read_bounded(&path, 4), Err(FileProblem::TooLarge(4)));
    }

    #[test]
    fn what_is_no_file_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();

        assert_eq!(
            read_bounded(&folder.path().join("none"), 4),
            Err(FileProblem::Missing)
        );
        assert_eq!(read_bounded(folder.path(), 4), Err(FileProblem::NotAFile));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_device_is_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap();
        assert!(made.success());

        for path in [&*pipe, Path::new("/dev/zero")] {
            assert_eq!(read_bounded(path, 4), Err(FileProblem::NotAFile));
            // As if it had taken a file's place after the first look.
            assert_eq!(
                read_open(open(path).unwrap(), 4).map(drop),
                Err(FileProblem::NotAFile)
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_a_lying_length_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, b"1234").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();

        assert_eq!(*read_bounded(&link, 4).unwrap(), b"1234");
        if cfg!(target_os = "linux") {
            // A regular file that says it has no bytes, and has many.
            let maps = read_bounded(Path::new("/proc/self/maps"), 1 << 20).unwrap();
            assert!(maps.starts_with(&fs::read("/proc/self/maps").unwrap()[..12]));
            assert_eq!(
                read_bounded(Path::new("/proc/self/maps"), 4),
                Err(FileProblem::TooLarge(4))
            );
        }
    }
}
