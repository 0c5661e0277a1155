//! Mail by the local `sendmail`, which queues it: the options `-i -f SENDER -- RECIPIENT` are postfix's, exim's, msmtp's,
//! nullmailer's and dma's alike.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::mime;
use super::parcel::{Accepted, Content, Parcel, Refusal};
use super::process::Program;
use crate::failure::UnsendableMessage;
use crate::oci::transport::Web;

/// The places where cron's short `PATH` does not look.
const PLACES: [&str; 2] = ["/usr/sbin/sendmail", "/usr/lib/sendmail"];
/// `EX_USAGE`, `EX_DATAERR`, `EX_NOUSER`, `EX_NOHOST`, `EX_NOPERM` and `EX_CONFIG` of `sysexits.h`.
const PERMANENT: &[i32] = &[64, 65, 67, 68, 77, 78];

/// The local `sendmail`.
#[derive(Clone, Debug, Default)]
pub struct Sendmail {
    /// The program; without one, `sendmail` is looked up.
    pub program: Option<PathBuf>,
}

impl Sendmail {
    pub(super) async fn send(&self, web: &Web, parcel: &Parcel) -> Result<Accepted, Refusal> {
        let Content::Mail(mail) = &parcel.content else {
            return Err(Refusal::unsendable(UnsendableMessage::Form));
        };
        let letter = mime::letter(parcel, mail)?;
        let usual = || PLACES.iter().map(Path::new).find(|path| path.exists());
        let program = self.program.as_deref().or_else(usual);
        let arguments = ["-i", "-f", &letter.from, "--", &letter.to];
        let program = Program {
            program: program.unwrap_or(Path::new("sendmail")).as_os_str(),
            arguments: arguments.iter().map(OsStr::new).collect(),
            input: &with_line_feeds(&letter.bytes),
            limit: web.limits().timeout,
            hidden: &[&letter.to],
            permanent: PERMANENT,
        };
        program.run().await?;
        Ok(Accepted::default())
    }
}

/// A letter with the line ends of unix, as `sendmail` takes it: some keep the carriage returns and double them.
fn with_line_feeds(letter: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(letter.len());
    let mut rest = letter.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            bytes.push(byte);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_unix_s() {
        assert_eq!(with_line_feeds(b"a\r\n\r\nb\rc\r\n"), b"a\n\nb\rc\n");
    }
}
