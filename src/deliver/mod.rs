//! Destinations of bytes. This room takes bytes and makes none.

pub(crate) mod file;

use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;

use crate::failure::OutputProblem;

/// A place that takes the bytes of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Standard output. A reader that has gone, as `head` does, wants no more, which is no problem.
    Stdout,
    /// A file, as [`file::place`] gives it.
    File(PathBuf),
}

impl Destination {
    /// Writes all of `bytes`: to a file whole or not at all.
    ///
    /// # Errors
    /// An [`OutputProblem`] where they cannot be written.
    pub(crate) fn deliver(&self, bytes: &[u8]) -> Result<(), OutputProblem> {
        match self {
            Self::Stdout => print(bytes),
            Self::File(path) => file::write(path, bytes),
        }
    }
}

fn print(bytes: &[u8]) -> Result<(), OutputProblem> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
