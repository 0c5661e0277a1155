//! Names of the files that editors, systems and sync tools leave beside a file.
//!
//! A name is judged without case, accents and invisible characters. Some marks are a tool's own (`~`, `.swp`,
//! `:Zone.Identifier`). Others are a person's words, too (`(1)`, `- Copy`): such a file is a leftover only if the file
//! without the mark stands beside it, since it may be the only config of a client.

use std::collections::HashSet;

use crate::text::{folded, invisible};

/// The origin of a leftover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// An editor or a merge tool.
    Editor,
    /// The operating system.
    System,
    /// A sync tool, of which a conflict is one kind.
    Sync,
    /// A download that is not whole.
    Download,
    /// A copy of a file that stands beside it.
    Copy,
}

/// Endings of editors' files, and of files that were put aside.
const EDITORS: [&str; 17] = [
    ".bak",
    ".backup",
    ".bk",
    ".bkp",
    ".orig",
    ".rej",
    ".tmp",
    ".temp",
    ".old",
    ".save",
    ".back",
    ".kate-swp",
    ".autosave",
    ".original",
    ".prev",
    ".previous",
    ".mine",
];
/// Endings of files of package managers, and of shortcuts.
const SYSTEMS: [&str; 13] = [
    ".dpkg-old",
    ".dpkg-new",
    ".dpkg-dist",
    ".dpkg-tmp",
    ".ucf-old",
    ".ucf-dist",
    ".rpmsave",
    ".rpmnew",
    ".rpmorig",
    ".pacsave",
    ".pacnew",
    ".lnk",
    ".desktop",
];
/// Endings of downloads that are not whole.
const DOWNLOADS: [&str; 11] = [
    ".part",
    ".crdownload",
    ".download",
    ".opdownload",
    ".partial",
    ".filepart",
    ".aria2",
    ".drivedownload",
    ".driveupload",
    ".!ut",
    ".!qb",
];
/// Names of the streams that Windows and sync tools attach to a file, or their beginnings.
const STREAMS: [&str; 10] = [
    "zone.identifier",
    "smartscreen",
    "afp_",
    "com.",
    "encryptable",
    "favicon",
    "$data",
    "ms-properties",
    "user.",
    "wofcompresseddata",
];
/// The words for a conflict, or their beginnings, in the languages of sync tools.
const CONFLICTS: [&str; 18] = [
    "conflict",
    "conflit",
    "konflik",
    "конфликт",
    "конфлікт",
    "競合",
    "冲突",
    "衝突",
    "충돌",
    "ristiriit",
    "çakış",
    "ütközés",
    "σύγκρουσ",
    "تعارض",
    "متعارض",
    "διένεξ",
    "sukob",
    "xung đột",
];
/// The words for a copy in the languages of systems.
const COPIES: [&str; 27] = [
    "copy",
    "copia",
    "copie",
    "còpia",
    "kopie",
    "kopia",
    "kopi",
    "kopya",
    "kópia",
    "kopija",
    "kopio",
    "koopia",
    "копия",
    "копія",
    "копие",
    "másolat",
    "αντίγραφο",
    "コピー",
    "副本",
    "拷贝",
    "复制",
    "複製",
    "복사본",
    "사본",
    "salinan",
    "نسخة",
    "duplicado",
];
/// Words in the names of machines, as systems and people give them.
const MACHINES: [&str; 24] = [
    "desktop",
    "laptop",
    "win",
    "windows",
    "pc",
    "note",
    "notebook",
    "nb",
    "macbook",
    "imac",
    "mac",
    "thinkpad",
    "surface",
    "server",
    "servidor",
    "srv",
    "workstation",
    "ws",
    "vm",
    "host",
    "computador",
    "maquina",
    "estacao",
    "ubuntu",
];
/// Marks that are removed from a name, one after the other, to find its original.
const MOST_MARKS: usize = 4;

/// The names of a folder, as they are compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// The names of a folder's files.
    pub(crate) fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self(names.map(plain).collect())
    }
}

/// Returns the origin of the file `name` of a folder with `names`, if it is a leftover.
pub(crate) fn of(name: &str, names: &Names) -> Option<Leftover> {
    by_mark(name).or_else(|| {
        let own = plain(name);
        if is_stream(&own, names) {
            return Some(Leftover::System);
        }
        if conflict(&own, names) {
            return Some(Leftover::Sync);
        }
        is_copy(&own, names).then_some(Leftover::Copy)
    })
}

/// Returns the origin of a file whose name has a mark that only tools write.
pub(crate) fn by_mark(name: &str) -> Option<Leftover> {
    let own = plain(name);
    let ends = |endings: &[&str]| endings.iter().any(|ending| own.ends_with(ending));
    // Numbered ones: `.bak2`, `.save.1`.
    let unnumbered = own.trim_end_matches(|c: char| c.is_ascii_digit());
    let unnumbered = unnumbered.strip_suffix('.').unwrap_or(unnumbered);
    let backup = |ending: &&str| own.ends_with(*ending) || unnumbered.ends_with(*ending);
    let swap = own.rsplit_once(".sw");
    let swap =
        swap.is_some_and(|(_, last)| last.len() == 1 && last.as_bytes()[0].is_ascii_lowercase());
    let wrapped = own.starts_with('#') && own.ends_with('#');
    let office = own.starts_with("~$") || own.starts_with(".~lock.");
    if own.starts_with("._") || ends(&SYSTEMS) || own.ends_with("zone.identifier") {
        return Some(Leftover::System);
    }
    if own.starts_with(".syncthing.")
        || own.starts_with("~syncthing~")
        || own.contains(".sync-conflict-")
        || own.starts_with(".unison.")
        || own.ends_with(".!sync")
        || own.starts_with(".~") && !office
        || is_transfer(&own)
    {
        return Some(Leftover::Sync);
    }
    if ends(&DOWNLOADS) {
        return Some(Leftover::Download);
    }
    let editor = own.ends_with('~')
        || wrapped
        || own.starts_with(".#")
        || office
        || swap
        || EDITORS.iter().any(backup)
        || own.contains("___jb_")
        || own.contains(".sb-")
        || is_merge(name);
    editor.then_some(Leftover::Editor)
}

/// Whether the name is that of a file under way: `.config_a.Xy12Zk` of rsync, `.config_a.~1f2e` of Nextcloud.
fn is_transfer(own: &str) -> bool {
    let Some((before, last)) = own.strip_prefix('.').and_then(|rest| rest.rsplit_once('.')) else {
        return false;
    };
    // A file that iCloud has not fetched is `.config_a.icloud`.
    let random =
        last.len() == 6 && last != "icloud" && last.bytes().all(|b| b.is_ascii_alphanumeric());
    !before.is_empty() && (random || last.starts_with('~'))
}

/// Whether the name is that of a side of a merge: `config_a.LOCAL.1234`, `config_a_REMOTE_1234`.
fn is_merge(name: &str) -> bool {
    ["BACKUP", "BASE", "LOCAL", "REMOTE"].iter().any(|side| {
        let number = name
            .split_once(&format!(".{side}."))
            .or_else(|| name.split_once(&format!("_{side}_")));
        number.is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Whether the name is that of a stream of a file, which a system without streams has written as a file.
fn is_stream(own: &str, names: &Names) -> bool {
    let Some((file, stream)) = own.split_once(':') else {
        return false;
    };
    let known = STREAMS
        .iter()
        .any(|known| stream.trim_start().starts_with(known));
    known || stream.ends_with("$data") || names.0.contains(file)
}

/// Whether the name tells of a conflict of two versions.
fn conflict(own: &str, names: &Names) -> bool {
    let Some(config) = own.find(super::walk::WORD) else {
        return false;
    };
    CONFLICTS.iter().map(|word| folded(word)).any(|word| {
        let Some(at) = own.rfind(&word) else {
            return false;
        };
        let before = &own[..at];
        if at < config {
            return names.0.contains(&own[config..]);
        }
        let base = config + super::walk::WORD.len() + 1;
        if before
            .get(base..)
            .is_some_and(|more| more.contains(['(', '[']))
        {
            return true;
        }
        // A client may have the word in its name, so that the file before it has to stand there.
        let ending = own.rsplit_once('.').map_or("", |(_, ending)| ending);
        let mut cuts = before
            .match_indices(['_', '-', ' ', '.', '('])
            .map(|(cut, _)| &own[..cut]);
        cuts.any(|base| names.0.contains(base) || names.0.contains(&format!("{base}.{ending}")))
    })
}

/// Whether the name is that of another file of the folder with the marks of a copy.
fn is_copy(own: &str, names: &Names) -> bool {
    let mut known = vec![own.to_owned()];
    let mut at = 0;
    while at < known.len() && at < 1 << MOST_MARKS {
        for original in originals(&known[at], names) {
            if names.0.contains(&original) && original != own {
                return true;
            }
            if !known.contains(&original) {
                known.push(original);
            }
        }
        at += 1;
    }
    false
}

/// Returns the names that `own` may be a copy of: each has one mark less.
fn originals(own: &str, names: &Names) -> Vec<String> {
    let mut found = Vec::new();
    let mut stems = vec![(own, "")];
    if let Some(dot) = own
        .rfind('.')
        .filter(|dot| (1..=5).contains(&(own.len() - dot - 1)) && *dot > 0)
    {
        stems.push((&own[..dot], &own[dot..]));
    }
    for (stem, ending) in stems {
        let bare = [numbered(stem), copied(stem), without_machine(stem, names)];
        found.extend(
            bare.into_iter()
                .flatten()
                .map(|bare| format!("{bare}{ending}")),
        );
    }
    if let Some(config) = own.find(super::walk::WORD).filter(|at| *at > 0) {
        let before = own[..config].trim_start();
        if COPIES.iter().any(|word| before.starts_with(&folded(word))) {
            found.push(own[config..].to_owned());
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// `config_a (1)` without its number.
fn numbered(stem: &str) -> Option<String> {
    let (before, number) = stem.strip_suffix(')')?.rsplit_once('(')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| before.trim_end().to_owned())
}

/// `config_a - Copy (2)`, `config_a (another copy)` or `config_a copy 2` without the words.
fn copied(stem: &str) -> Option<String> {
    let closing = |c: char| c.is_ascii_digit() || [' ', '(', ')', '[', ']'].contains(&c);
    let end = stem.trim_end_matches(closing);
    COPIES.iter().map(|word| folded(word)).find_map(|word| {
        let before = end.strip_suffix(&word)?;
        let separated = before.ends_with([' ', '-', '_', '(', '[', '.']) || !word.is_ascii();
        if !separated {
            return None;
        }
        // What stands in the same brackets belongs to the mark: `(3rd copy)`.
        let open = before
            .rfind(['(', '['])
            .filter(|open| !before[*open..].contains([')', ']']));
        let before = open.map_or(before, |open| &before[..open]);
        let before = before.trim_end_matches([' ', '-', '_', '.', '(', '[']);
        let particle = ["的", "の"]
            .iter()
            .find_map(|word| before.strip_suffix(word));
        let before = particle.unwrap_or(before).trim_end();
        (!before.is_empty()).then(|| before.to_owned())
    })
}

/// `config_a-DESKTOP-1A2B3C4` without the machine's name, where the file without it stands in the folder.
fn without_machine(stem: &str, names: &Names) -> Option<String> {
    stem.match_indices('-').find_map(|(at, _)| {
        let (file, machine) = (&stem[..at], &stem[at + 1..]);
        let known = machine.split(['-', ' ', '_']).any(|word| {
            let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
            MACHINES.contains(&word)
        });
        (known && names.0.contains(file)).then(|| file.to_owned())
    })
}

/// A name as it is compared: without case, accents and invisible characters, with one kind of dash, blank and colon.
pub(crate) fn plain(name: &str) -> String {
    let one = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        // U+F03A is a colon of Windows as Linux shows it.
        '\u{F03A}' | '\u{A789}' | '\u{2236}' => ':',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    folded(name)
        .chars()
        .filter(|c| !invisible(*c))
        .map(one)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_name_is_judged_without_a_panic(name in any::<String>(), other in "(config)?[^/]{0,12}") {
            let names = Names::new([other.as_str(), "config_a"].into_iter());
            let _ = of(&name, &names);
            let _ = of(&format!("config_a{name}"), &names);
            let _ = of(&format!("{name}config_a"), &names);
        }
    }

    #[test]
    fn a_person_s_words_are_a_mark_beside_the_original_only() {
        let alone =
            Names::new(["config_b (1)", "config_b - Cópia", "config_b-MARIA-PC"].into_iter());
        let beside = Names::new(["config_b", "config_b.txt"].into_iter());
        for name in [
            "config_b (1)",
            "config_b - Cópia",
            "config_b-MARIA-PC",
            "Copy of config_b",
        ] {
            assert_eq!(of(name, &alone), None, "{name}");
            assert_eq!(of(name, &beside), Some(Leftover::Copy), "{name}");
        }
        for name in [
            "config_b (1) - Copia.txt",
            "Cópia (2) de config_b",
            "config_b (3ª cópia)",
            "config_b – Kopie",
        ] {
            assert_eq!(of(name, &beside), Some(Leftover::Copy), "{name}");
        }
        for name in [
            "config_b_centro",
            "config_b 2",
            "config_bcopy",
            "config_conflito",
            "config_b2",
            "config_copia",
        ] {
            assert_eq!(of(name, &beside), None, "{name}");
        }
    }
}
