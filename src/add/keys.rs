//! Private keys of a new client: the one that a fingerprint names, and one that is made here.

use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use rsa::PrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::failure::{AddProblem, KeyProblem};
use crate::profile::file::read_bounded;
use crate::profile::key::{self, MAX_FILE_BYTES};

/// Size of a key that is made: the console's own choice, and the least that the service takes.
const BITS: usize = 2048;
/// The most files of a folder that are looked into.
const MOST_FILES: usize = 1000;

/// A private key's file. It has no `Debug`, which would show the key.
pub(crate) struct PrivateKeyFile {
    /// The content of the file.
    pub(crate) text: Zeroizing<Vec<u8>>,
    /// The fingerprint of the public half.
    pub(crate) fingerprint: String,
}

/// Reads the key in the file at `path`.
///
/// # Errors
/// [`KeyProblem`] where the file cannot be read, or holds no key that signs.
pub(crate) fn read(path: &Path, pass_phrase: Option<&str>) -> Result<PrivateKeyFile, KeyProblem> {
    let text = read_bounded(path, MAX_FILE_BYTES).map_err(KeyProblem::File)?;
    let key = key::parse(&text, pass_phrase)?;
    let fingerprint = key::fingerprint(key.as_ref())?;
    Ok(PrivateKeyFile { text, fingerprint })
}

/// Returns the first file of `candidates`, and then of the keys in `folders`, whose key has `fingerprint`. An
/// encrypted key that `pass_phrase` does not open is passed over: nobody can say whose it is.
pub(crate) fn find(
    candidates: Vec<PathBuf>,
    folders: &[PathBuf],
    fingerprint: &str,
    pass_phrase: Option<&str>,
) -> Option<(PathBuf, PrivateKeyFile)> {
    let listed = folders.iter().flat_map(|folder| listed(folder));
    candidates.into_iter().chain(listed).find_map(|path| {
        let key = read(&path, pass_phrase).ok()?;
        (key.fingerprint == fingerprint).then_some((path, key))
    })
}

/// The files in `folder` that are keys by their names, in name order; none of a folder that cannot be read.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
            ending == "pem" || ending == "key"
        })
        .collect();
    paths.sort();
    paths.truncate(MOST_FILES);
    paths
}

/// Makes a key that nobody has had.
///
/// # Errors
/// [`AddProblem::NotMade`] where the system gives no random numbers.
pub(crate) fn make() -> Result<PrivateKeyFile, AddProblem> {
    let key = PrivateKey::new(&mut SystemRng(SystemRandom::new()), BITS);
    let key = key.map_err(|_| AddProblem::NotMade)?;
    let text = key.to_pkcs8_pem(LineEnding::LF);
    let text = text.map_err(|_| AddProblem::NotMade)?;
    let fingerprint = key::fingerprint(key.as_ref()).map_err(|_| AddProblem::NotMade)?;
    Ok(PrivateKeyFile {
        text: Zeroizing::new(text.as_bytes().to_vec()),
        fingerprint,
    })
}

/// Random numbers of the library that signs, whose failure is an error.
struct SystemRng(SystemRandom);

impl TryCryptoRng for SystemRng {}

impl TryRng for SystemRng {
    type Error = Unspecified;

    fn try_next_u32(&mut self) -> Result<u32, Unspecified> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Unspecified> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Unspecified> {
        self.0.fill(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_key_opens_as_any_other_and_is_found_by_its_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let (made, other) = (make().unwrap(), make().unwrap());
        assert_ne!(made.fingerprint, other.fingerprint);
        let path = folder.path().join("b.PEM");
        fs::write(&path, &*made.text).unwrap();
        fs::write(folder.path().join("a.pem"), &*other.text).unwrap();
        fs::write(folder.path().join("c.pem"), "no key").unwrap();
        fs::write(folder.path().join("d.txt"), &*other.text).unwrap();

        let folders = [folder.path().join("none"), folder.path().to_owned()];
        let found = find(Vec::new(), &folders, &made.fingerprint, None);
        assert_eq!(found.map(|(path, _)| path), Some(path));
        assert!(find(Vec::new(), &folders, "00:00", None).is_none());
        let pair = key::load(&folder.path().join("a.pem"), None).unwrap();
        assert_eq!(pair.bits(), BITS);
        assert_eq!(key::fingerprint(&pair.public).unwrap(), other.fingerprint);
    }
}
