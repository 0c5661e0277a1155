//! Why an output cannot be written.

use std::io;

/// Why a file cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputProblem {
    /// Another output has the same name.
    Twice,
    /// In the clients' folder it would be taken for a client.
    LikeAClient,
    /// A folder, a device or a pipe has its name.
    NotAFile,
    /// Its folder is not there.
    NoFolder,
    /// What should be its folder is none.
    NotAFolder,
    /// This user may not write there.
    Forbidden,
    /// Nobody may: the disk is mounted to be read only.
    ReadOnly,
    /// There is no room for it.
    Full,
    /// What the operating system said instead.
    Other(io::ErrorKind),
}

impl From<io::Error> for OutputProblem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NoFolder,
            io::ErrorKind::NotADirectory => Self::NotAFolder,
            io::ErrorKind::IsADirectory => Self::NotAFile,
            io::ErrorKind::PermissionDenied => Self::Forbidden,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            kind => Self::Other(kind),
        }
    }
}
