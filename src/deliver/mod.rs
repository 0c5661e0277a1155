//! Destinations of bytes: files, and the channels of alerts. This room takes texts and bytes, and composes none.

pub(crate) mod channel;
mod chat;
mod clean;
mod command;
mod exchange;
pub(crate) mod file;
pub(crate) mod folder;
pub(crate) mod heartbeat;
pub(crate) mod lock;
mod meta;
pub(crate) mod metrics;
mod mime;
pub(crate) mod object;
mod oci_mail;
pub(crate) mod parcel;
mod process;
mod sendmail;
mod service;
mod smtp;
mod text_message;
mod topic;
mod twilio;
pub(crate) mod webhook;
mod zenvia;

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

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

/// Pause before the next try to write to a pipe or terminal that takes nothing now and does not let a writer wait.
const PAUSE: Duration = Duration::from_millis(10);

fn print(mut bytes: &[u8]) -> Result<(), OutputProblem> {
    while !bytes.is_empty() {
        match write(bytes) {
            Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero).into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) => match error.kind() {
                ErrorKind::BrokenPipe => return Ok(()),
                ErrorKind::Interrupted => {}
                ErrorKind::WouldBlock => thread::sleep(PAUSE),
                _ => return Err(error.into()),
            },
        }
    }
    Ok(())
}

/// Writes to the descriptor itself: the standard library takes a standard output that is not open for writing for one
/// that takes everything.
#[cfg(unix)]
fn write(bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::io::write(io::stdout(), bytes)?)
}

#[cfg(not(unix))]
fn write(bytes: &[u8]) -> io::Result<usize> {
    use std::io::Write as _;

    let mut stdout = io::stdout().lock();
    let written = stdout.write(bytes)?;
    stdout.flush()?;
    Ok(written)
}
