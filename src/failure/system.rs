//! Errors of the operating system that have no words of this program's own.

use std::fmt;
use std::io;

/// An error of the operating system. Its text is the system's own where it has a number, in any locale the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemError {
    kind: io::ErrorKind,
    /// The system's number (`errno`), by which [`io::Error`] has words for kinds without a name.
    number: Option<i32>,
}

impl SystemError {
    /// Returns whether this process or the system has too many files open, which passes when others close theirs.
    pub(crate) fn is_want_of_files(self) -> bool {
        #[cfg(unix)]
        {
            matches!(self.number, Some(libc::EMFILE | libc::ENFILE))
        }
        #[cfg(not(unix))]
        {
            false
        }
    }
}

impl From<io::ErrorKind> for SystemError {
    fn from(kind: io::ErrorKind) -> Self {
        Self { kind, number: None }
    }
}

impl From<&io::Error> for SystemError {
    fn from(error: &io::Error) -> Self {
        Self {
            kind: error.kind(),
            number: error.raw_os_error().or_else(|| number_in(error)),
        }
    }
}

/// The system's number in the text of an error that wraps another: it is not to be had in another way.
fn number_in(error: &io::Error) -> Option<i32> {
    let text = error.get_ref()?.to_string();
    let (_, number) = text.rsplit_once("(os error ")?;
    number.split_once(')')?.0.parse().ok()
}

impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => io::Error::from_raw_os_error(number).fmt(f),
            None => self.kind.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn kinds_without_a_name_have_the_system_s_words() {
        for number in [
            libc::EMFILE,
            libc::EIO,
            libc::ENOLCK,
            libc::ENXIO,
            libc::ELOOP,
        ] {
            let own = io::Error::from_raw_os_error(number);
            let wrapped = io::Error::other(format!("{own} at path \"(x)\""));
            let expected = own.to_string();
            for error in [own, wrapped] {
                let text = SystemError::from(&error).to_string();
                assert_eq!(text, expected);
                assert!(!text.contains("uncategorized"), "{text}");
            }
        }
        let timed_out = SystemError::from(io::ErrorKind::TimedOut);
        assert_eq!(timed_out.to_string(), "timed out");
        assert!(!timed_out.is_want_of_files());
        let full = SystemError::from(&io::Error::from_raw_os_error(libc::EMFILE));
        assert!(full.is_want_of_files());
    }
}
