//! `paginas.ini` beside the configs: the secret that the addresses of the customers' pages follow from, and how often each
//! address was changed.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::alerts;
use super::file::read_with_access;
use super::lines::lines_of;
use crate::calendar::{Day, parse_day};
use crate::failure::{FileProblem, PageKeysProblem};
use crate::lang::{Lang, say};
use crate::text::{hex, hex_byte};

/// The name of the file in a clients' folder. No client's name begins like it.
pub(crate) const FILE_NAME: &str = "paginas.ini";
/// Bytes of the largest file that is read.
const LARGEST: usize = 1 << 20;
/// Bytes of the secret.
const SECRET_BYTES: usize = 32;
/// Bytes of a page's key.
const KEY_BYTES: usize = 16;
/// Text whose signature marks a folder of pages. No key's text has one line break.
const TAG: &str = "oci-consumo\npages";
/// Name of the line with the secret.
const SECRET: &str = "segredo";
/// Name of a line with the rotation number of a contract.
const ROTATION: &str = "rotacao";

/// The name of a customer's folder of pages: 128 bits that nobody guesses, as 32 hexadecimal digits. Whoever knows it can
/// read the page, so that `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageKey(String);

impl PageKey {
    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether a folder called `name` is a customer's.
    pub(crate) fn is_one(name: &str) -> bool {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        name.len() == 2 * KEY_BYTES && name.bytes().all(is_digit)
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey(hidden)")
    }
}

/// The secret of the pages' addresses, and the rotation numbers. `Debug` shows neither.
pub(crate) struct PageKeys {
    secret: Zeroizing<[u8; SECRET_BYTES]>,
    /// Rotation numbers by tenancy, in lower case, and the contract's first day.
    rotations: BTreeMap<(String, Day), u32>,
}

impl fmt::Debug for PageKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKeys(hidden)")
    }
}

impl PageKeys {
    /// Makes a new secret.
    ///
    /// # Errors
    /// [`PageKeysProblem::NoRandomness`]
    pub(crate) fn make() -> Result<Self, PageKeysProblem> {
        let mut secret = Zeroizing::new([0; SECRET_BYTES]);
        rand::fill(secret.as_mut_slice()).map_err(|_| PageKeysProblem::NoRandomness)?;
        Ok(Self {
            secret,
            rotations: BTreeMap::new(),
        })
    }

    /// Makes the keys of a demo: anybody can make them again, as its clients are nobody's.
    pub(crate) fn of_demo() -> Self {
        Self {
            secret: Zeroizing::new([0; SECRET_BYTES]),
            rotations: BTreeMap::new(),
        }
    }

    /// Reads the file at `path`; `None` where there is no such file.
    ///
    /// # Errors
    /// A [`PageKeysProblem`] where the file cannot be read, others can read it, or a line is not of its form.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, PageKeysProblem> {
        let (bytes, access) = match read_with_access(path, LARGEST) {
            Ok(read) => read,
            Err(FileProblem::Missing) => return Ok(None),
            Err(problem) => return Err(PageKeysProblem::File(problem)),
        };
        match access.filter(|access| !alerts::is_private(*access)) {
            Some(access) => Err(PageKeysProblem::Exposed {
                mode: access.mode & 0o777,
            }),
            None => Self::parse(&bytes).map(Some),
        }
    }

    /// Reads the content of the file.
    ///
    /// # Errors
    /// A [`PageKeysProblem`] with the first line that is not of its form.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, PageKeysProblem> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = str::from_utf8(bytes).map_err(|_| PageKeysProblem::NoSecret)?;
        let mut secret = None;
        let mut rotations = BTreeMap::new();
        for (number, line) in lines_of(text) {
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let wrong = || PageKeysProblem::Line(number);
            let (name, value) = line.split_once('=').ok_or_else(wrong)?;
            let value = value.trim();
            match name.trim() {
                SECRET if secret.is_none() => {
                    secret = Some(secret_of(value).ok_or_else(wrong)?);
                }
                ROTATION => {
                    let (contract, rotation) = rotation_of(value).ok_or_else(wrong)?;
                    if rotations.insert(contract, rotation).is_some() {
                        return Err(wrong());
                    }
                }
                _ => return Err(wrong()),
            }
        }
        Ok(Self {
            secret: secret.ok_or(PageKeysProblem::NoSecret)?,
            rotations,
        })
    }

    /// Returns the content of the file, with its comments in `lang`.
    pub(crate) fn text(&self, lang: Lang) -> Zeroizing<String> {
        let secret = Zeroizing::new(hex(self.secret.iter()));
        let secret = secret.as_str();
        let mut text = Zeroizing::new(
            say! { lang, "# Os endereços das páginas dos clientes saem deste segredo. Guarde em backup: sem ele, todos mudam.\n\
                 # Quem o tem acha as páginas. Só o oci-consumo escreve aqui.\n{SECRET} = {secret}\n",
            "# The addresses of the customers' pages follow from this secret. Back it up: without it, all of them change.\n\
                 # Whoever has it finds the pages. Only oci-consumo writes here.\n{SECRET} = {secret}\n" },
        );
        for ((tenancy, start), number) in &self.rotations {
            text.push_str(&format!("{ROTATION} = {tenancy} {start} {number}\n"));
        }
        text
    }

    /// Returns the key of the contract of `tenancy` that begins on `start`.
    pub(crate) fn key(&self, tenancy: &str, start: Day) -> PageKey {
        let contract = (tenancy.to_lowercase(), start);
        let rotation = self.rotations.get(&contract).copied().unwrap_or_default();
        let (tenancy, start) = contract;
        let signed = hmac::sign(
            &hmac::Key::new(HMAC_SHA256, self.secret.as_slice()),
            format!("{tenancy}\n{start}\n{rotation}").as_bytes(),
        );
        PageKey(hex(signed.as_ref().iter().take(KEY_BYTES)))
    }

    /// Returns the mark of the folder whose pages have names by this secret. It tells nothing of the secret or of a key.
    pub(crate) fn tag(&self) -> String {
        let key = hmac::Key::new(HMAC_SHA256, self.secret.as_slice());
        hex(hmac::sign(&key, TAG.as_bytes()).as_ref())
    }

    /// Changes the key of the contract of `tenancy` that begins on `start`.
    pub(crate) fn rotate(&mut self, tenancy: &str, start: Day) {
        let contract = (tenancy.to_lowercase(), start);
        let rotation = self.rotations.entry(contract).or_default();
        *rotation = rotation.saturating_add(1);
    }
}

/// Reads the digits of the secret.
fn secret_of(value: &str) -> Option<Zeroizing<[u8; SECRET_BYTES]>> {
    let digits = value.as_bytes();
    if digits.len() != 2 * SECRET_BYTES {
        return None;
    }
    let mut secret = Zeroizing::new([0; SECRET_BYTES]);
    for (byte, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = hex_byte(pair[0], pair[1])?;
    }
    Some(secret)
}

/// Reads a tenancy, a contract's first day and a number.
fn rotation_of(value: &str) -> Option<((String, Day), u32)> {
    let mut words = value.split_whitespace();
    let tenancy = words.next()?.to_lowercase();
    let start = parse_day(words.next()?)?;
    let number = words.next()?.parse().ok()?;
    words.next().is_none().then_some(((tenancy, start), number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_is_the_same_every_day_and_another_for_another_contract() {
        let text = format!("segredo = {}\n", "0b".repeat(32));
        let mut keys = PageKeys::parse(text.as_bytes()).unwrap();
        let (tenancy, start) = ("ocid1.tenancy.oc1..a", day("2026-01-01"));
        let key = keys.key(tenancy, start);
        // By `printf 'ocid1.tenancy.oc1..a\n2026-01-01\n0' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0b0b…`.
        assert_eq!(key.as_str(), "4198aa524fad5ff362e8ee77c4906802");
        assert!(PageKey::is_one(key.as_str()));
        assert_eq!(keys.key("OCID1.Tenancy.oc1..a", start), key);
        assert_ne!(keys.key("ocid1.tenancy.oc1..b", start), key);
        assert_ne!(keys.key(tenancy, day("2027-01-01")), key);
        assert_ne!(PageKeys::make().unwrap().key(tenancy, start), key);
        let tag = keys.tag();
        assert_eq!(tag.len(), 64);
        assert_ne!(PageKeys::of_demo().tag(), tag);

        keys.rotate("Ocid1.tenancy.oc1..a", start);
        let rotated = keys.key(tenancy, start);
        assert_ne!(rotated, key);
        assert_eq!(keys.tag(), tag);
        assert_ne!(keys.key("ocid1.tenancy.oc1..b", start), rotated);
        for lang in [Lang::PtBr, Lang::En] {
            let read = PageKeys::parse(keys.text(lang).as_bytes()).unwrap();
            assert_eq!(read.key(tenancy, start), rotated);
        }
    }

    #[test]
    fn what_is_not_of_the_file_s_form_is_refused_at_its_line() {
        let secret = format!("segredo = {}", "0b".repeat(32));
        for (text, problem) in [
            (String::new(), PageKeysProblem::NoSecret),
            ("# x\n".to_owned(), PageKeysProblem::NoSecret),
            (
                "rotacao = t 2026-01-01 1".to_owned(),
                PageKeysProblem::NoSecret,
            ),
            ("segredo = 0b".to_owned(), PageKeysProblem::Line(1)),
            (secret.replace("0b0b", "0bxx"), PageKeysProblem::Line(1)),
            (secret.replace("0b0b", "0b+1"), PageKeysProblem::Line(1)),
            (format!("{secret}\n{secret}"), PageKeysProblem::Line(2)),
            (format!("{secret}\nsenha = 1"), PageKeysProblem::Line(2)),
            (format!("{secret}\n[a]"), PageKeysProblem::Line(2)),
            (
                format!("{secret}\nrotacao = t 2026-02-30 1"),
                PageKeysProblem::Line(2),
            ),
            (
                format!("{secret}\nrotacao = t 2026-02-03 1\nrotacao = T 2026-02-03 2"),
                PageKeysProblem::Line(3),
            ),
        ] {
            assert_eq!(PageKeys::parse(text.as_bytes()).unwrap_err(), problem);
        }
    }

    #[test]
    fn nothing_that_is_printed_for_debugging_shows_a_key() {
        let keys = PageKeys::make().unwrap();
        let key = keys.key("t", day("2026-01-01"));
        assert_eq!(
            format!("{keys:?} {key:?}"),
            "PageKeys(hidden) PageKey(hidden)"
        );
    }

    #[test]
    fn a_folder_is_a_customer_s_by_its_name() {
        for (name, is) in [
            ("0123456789abcdef0123456789abcdef", true),
            ("0123456789ABCDEF0123456789abcdef", false),
            ("0123456789abcdef0123456789abcde", false),
            ("0123456789abcdef0123456789abcdeg", false),
            ("", false),
        ] {
            assert_eq!(PageKey::is_one(name), is, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "((segredo|rotacao) ?= ?[0-9a-f -]{0,70}\n){0,3}") {
            let _ = PageKeys::parse(&bytes);
            let _ = PageKeys::parse(text.as_bytes());
        }
    }
}
