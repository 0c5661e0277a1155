//! Problems of writing an output.

use std::io;

use super::SystemError;

/// The reasons why a file cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputProblem {
    /// Another output has the same name.
    Twice,
    /// The path lies in the clients' folder, where the file would be taken for a client.
    LikeAClient,
    /// The path lies in the folder of the customers' pages, which a web server shows.
    AmongPages,
    /// A folder, a device or a pipe has its name.
    NotAFile,
    /// The folder of the file does not exist.
    NoFolder,
    /// The parent path is not a folder.
    NotAFolder,
    /// The user may not write there.
    Forbidden,
    /// Nobody may: the disk is mounted to be read only.
    ReadOnly,
    /// The disk has no room for the file.
    Full,
    /// The operating system reports another error.
    Other(SystemError),
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
            _ => Self::Other((&error).into()),
        }
    }
}
