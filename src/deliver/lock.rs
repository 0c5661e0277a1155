//! A lock between runs: one at a time changes files that belong together.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Time between two attempts to get a lock.
const PAUSE: Duration = Duration::from_millis(20);

/// A lock on a file, which ends with its value, or with the process. The file stays: a run that removed it would take away
/// the one that another run waits for.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Locks the file at `path`, which is made if it is not there. Waits up to `patience`; `None` where another process has
    /// the lock until then.
    ///
    /// # Errors
    /// The file cannot be made, or the system locks no file there.
    pub(crate) fn wait(path: &Path, patience: Duration) -> io::Result<Option<Self>> {
        let start = Instant::now();
        loop {
            if let Some(file) = attempt(path)? {
                return Ok(Some(Self { _file: file }));
            }
            if start.elapsed() >= patience {
                return Ok(None);
            }
            thread::sleep(PAUSE);
        }
    }
}

#[cfg(unix)]
fn attempt(path: &Path) -> io::Result<Option<File>> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = options.mode(0o600).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Opens the file for this process alone.
#[cfg(windows)]
fn attempt(path: &Path) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt as _;

    /// `ERROR_SHARING_VIOLATION`: another process has the file open.
    const SHARED: i32 = 32;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    match options.share_mode(0).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.raw_os_error() == Some(SHARED) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_one_run_s_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = Lock::wait(&path, Duration::ZERO).unwrap();
        assert!(first.is_some());
        assert!(Lock::wait(&path, Duration::ZERO).unwrap().is_none());
        drop(first);
        assert!(Lock::wait(&path, Duration::ZERO).unwrap().is_some());
        assert!(Lock::wait(&folder.path().join("no/lock"), Duration::ZERO).is_err());
    }
}
