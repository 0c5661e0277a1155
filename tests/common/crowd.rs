//! Five hundred clients, of which every fifth misbehaves in one of eight ways.

use std::time::Duration;

use super::stand_in::{Fault, WorldRow};
use super::{Config, Folder, answer, refusal};

/// How many clients there are in a large crowd.
pub const SIZE: usize = 500;

/// How a client of the crowd misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The service refuses it.
    Refused,
    /// What answers is a page for people.
    Garbage,
    /// No answer within any time-out.
    Slow,
    /// Every answer breaks off.
    Truncated,
    /// An error of the service's, every time.
    Unavailable,
    /// Pages lead back to one another.
    PageLoop,
    /// Its key is no key.
    BadKey,
    /// Its config makes no sense.
    BadConfig,
}

impl Trouble {
    /// What troubles client number `n`, if anything.
    pub fn of(n: usize) -> Option<Self> {
        const KINDS: [Trouble; 8] = [
            Trouble::Refused,
            Trouble::Garbage,
            Trouble::Slow,
            Trouble::Truncated,
            Trouble::Unavailable,
            Trouble::PageLoop,
            Trouble::BadKey,
            Trouble::BadConfig,
        ];
        n.is_multiple_of(5).then(|| KINDS[n / 5 % KINDS.len()])
    }

    fn fault(self) -> Option<Fault> {
        match self {
            Self::Refused => Some(refusal(404, "NotAuthorizedOrNotFound")),
            Self::Garbage => Some(answer(200, &[], "<html>Login</html>")),
            Self::Slow => Some(Fault::Silent(Duration::from_secs(600))),
            Self::Truncated => Some(Fault::Truncated),
            Self::Unavailable => Some(refusal(500, "InternalServerError")),
            Self::PageLoop => Some(Fault::PageLoop),
            Self::BadKey | Self::BadConfig => None,
        }
    }
}

/// The folder of a crowd of `size`: client number `n` is `config_n`, in four digits, with the contract and the
/// rows that it is given.
pub fn folder(size: usize, mut client: impl FnMut(&str) -> (Config, Vec<WorldRow>)) -> Folder {
    let folder = Folder::new();
    folder.write("broken.pem", b"-----BEGIN PRIVATE KEY-----\nMIIE\n");
    (0..size).fold(folder, |folder, n| {
        let (config, rows) = client(&format!("{n:04}"));
        let trouble = Trouble::of(n);
        let config = match trouble {
            Some(Trouble::BadKey) => config.with("key_file", "broken.pem"),
            Some(Trouble::BadConfig) => config.with("inicio_contrato", "ontem"),
            _ => config,
        };
        folder.faulty(&config, rows, [], trouble.and_then(Trouble::fault))
    })
}
