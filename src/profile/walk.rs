//! Finds the files of a folder that are clients' configs, and those that were meant to be.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::leftover::{self, Leftover, Names};
use crate::text::printable;

/// Beginning of a config's file name.
const PREFIX: &str = "config_";
/// The word that a file has in its name where it was meant as a config.
pub(super) const WORD: &str = "config";
/// Endings of the word in other words, `configuração` for one.
const ENDINGS: [&str; 5] = ["uracoes", "uracao", "uration", "uracion", "s"];
/// Endings that say nothing of whose config a file is.
const KINDS: [&str; 12] = [
    ".txt",
    ".ini",
    ".cfg",
    ".conf",
    ".env",
    ".rtf",
    ".doc",
    ".md",
    ".yml",
    ".yaml",
    ".json",
    ".properties",
];

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Name of the file, fit for a terminal.
    pub name: String,
}

/// A file that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Name of the file, fit for a terminal.
    pub name: String,
    /// The origin of a leftover; `None` where it is a folder, a pipe or a device with a config's name.
    pub leftover: Option<Leftover>,
}

/// A file that was probably meant as a config, and has another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NearMiss {
    /// The file.
    pub file: FolderFile,
    /// A name for it that a run reads and no file of the folder has.
    pub rename: Option<String>,
}

/// The files of a folder, each list in name order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    /// The configs. A link that leads nowhere is one: a client must not vanish, it must fail.
    pub found: Vec<FolderFile>,
    /// The leftovers, and folders with a config's name.
    pub skipped: Vec<Skipped>,
    /// Regular files that were probably meant as configs.
    pub near: Vec<NearMiss>,
}

/// Looks at the names in `dir`, not below it.
///
/// # Errors
/// When `dir` cannot be read.
pub(crate) fn walk(dir: &Path) -> io::Result<Walk> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let named: Vec<(PathBuf, String)> = paths
        .into_iter()
        .filter_map(|path| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some((path, name))
        })
        .collect();
    let names = Names::new(named.iter().map(|(_, name)| name.as_str()));
    let taken: Vec<String> = named.iter().map(|(_, name)| name.clone()).collect();
    let mut walk = Walk::default();
    for (path, own) in named {
        let client = path.file_name().is_some_and(is_client);
        if !client && !is_near(&own) {
            continue;
        }
        let name = printable(&own, 255);
        if let Some(leftover) = leftover::of(&own, &names) {
            let leftover = Some(leftover);
            walk.skipped.push(Skipped { name, leftover });
            continue;
        }
        let other = fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
        let file = FolderFile { path, name };
        match (client, other) {
            (true, false) => walk.found.push(file),
            (true, true) => walk.skipped.push(Skipped {
                name: file.name,
                leftover: None,
            }),
            (false, false) => walk.near.push(NearMiss {
                rename: renamed(&own).filter(|name| !taken.contains(name)),
                file,
            }),
            (false, true) => {}
        }
    }
    Ok(walk)
}

/// Whether a file of that name is taken for a client's config.
pub(crate) fn is_client(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PREFIX.as_bytes())
}

/// Whether a file of that name is what a tool left behind, whatever stands beside it.
pub(crate) fn is_leftover(name: &str) -> bool {
    leftover::by_mark(name).is_some()
}

/// Whether the name has the word of a config in any spelling, or begins with it but for one slip.
fn is_near(name: &str) -> bool {
    let own = leftover::plain(name);
    let first = own
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty());
    own.contains(WORD)
        || first.is_some_and(|word| {
            word.len().abs_diff(WORD.len()) <= 1 && strsim::damerau_levenshtein(word, WORD) <= 1
        })
}

/// Returns the name that a run would read in place of `name`, if it has more than the word.
fn renamed(name: &str) -> Option<String> {
    let separator = |c: char| !c.is_alphanumeric();
    let lower = name.to_ascii_lowercase();
    let (before, rest) = match lower.find(WORD) {
        Some(at) => (&name[..at], &name[at + WORD.len()..]),
        // The word has a slip, and is the first one.
        None => {
            let from = name.find(char::is_alphanumeric)?;
            let length = name[from..].find(separator)?;
            ("", &name[from + length..])
        }
    };
    let lower = rest.to_lowercase();
    let glued = ENDINGS.iter().find(|ending| {
        let after = leftover::plain(&lower);
        let after = after.strip_prefix(*ending);
        after.is_some_and(|after| after.is_empty() || after.starts_with(separator))
    });
    // An ending has as many characters with accents as without.
    let rest = match glued {
        Some(ending) if !rest.contains(is_mark) => rest.chars().skip(ending.len()).collect(),
        _ => rest.to_owned(),
    };
    let only_ending = KINDS.contains(&rest.to_lowercase().as_str());
    let rest = rest.trim_matches(separator);
    let before = before.trim_matches(separator);
    let stem = match (before.is_empty(), rest.is_empty() || only_ending) {
        (true, true) => return None,
        (false, true) => before,
        _ => rest,
    };
    let stem: String = stem
        .chars()
        .map(|c| if c.is_whitespace() { '_' } else { c })
        .collect();
    Some(printable(&format!("{PREFIX}{stem}"), 255))
}

/// Whether `c` is an accent of its own, as some systems write names.
fn is_mark(c: char) -> bool {
    ('\u{0300}'..='\u{036F}').contains(&c)
}

impl FolderFile {
    /// Returns the client's name if its config has none: the file name without its beginning and ending, unless
    /// nothing would be left.
    pub(crate) fn stem(&self) -> &str {
        let stem = match self.name.strip_prefix(PREFIX) {
            Some(stem) if !stem.is_empty() => stem,
            _ => &self.name,
        };
        match stem.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => stem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_meant_as_a_config_s_has_one() {
        for (name, meant) in [
            ("Config_b", Some("config_b")),
            ("CONFIG-Loja Centro", Some("config_Loja_Centro")),
            ("configd", Some("config_d")),
            ("config.d", Some("config_d")),
            ("b_config", Some("config_b")),
            ("padaria.config", Some("config_padaria")),
            ("padaria-Config.txt", Some("config_padaria")),
            ("configuração_b", Some("config_b")),
            ("configs_b", Some("config_b")),
            ("confg_b", Some("config_b")),
            ("Konfig-b", Some("config_b")),
            ("config", None),
            ("Config.txt", None),
        ] {
            assert!(is_near(name), "{name}");
            assert_eq!(renamed(name).as_deref(), meant, "{name}");
        }
        for name in ["confg_b", "ｃｏｎｆｉｇ_b", "\u{feff}config_b", "cofnig b"] {
            assert!(is_near(name), "{name}");
        }
        for name in [
            "padaria.pem",
            "consumo.db",
            "oci-consumo.ini",
            "confere_b",
            "conf",
        ] {
            assert!(!is_near(name), "{name}");
        }
    }
}
