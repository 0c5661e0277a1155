//! Text from outside, made fit for a terminal, a log, a document and a shell, and for comparing.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

/// A text as it was typed, which may hold a password. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AsTyped(Zeroizing<String>);

impl AsTyped {
    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for AsTyped {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for AsTyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsTyped(…)")
    }
}

/// Beginning of a key's text.
const KEY: &str = "-----BEGIN";

/// Whether `text` holds the beginning of a key, which is never shown.
pub(crate) fn holds_key(text: &str) -> bool {
    text.contains(KEY)
}

/// Replaces in `text` the keys of `given`, where `text` repeats them, whole or cut short.
pub(crate) fn without_keys(text: &str, given: &[AsTyped]) -> String {
    let given = given.iter().map(AsTyped::reveal);
    let keys: Vec<&str> = given
        .filter_map(|typed| Some(&typed[typed.find(KEY)?..]))
        .collect();
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(KEY) {
        let (before, tail) = rest.split_at(at);
        let hidden = keys.iter().map(|key| repeated(tail, key)).max();
        let hidden = hidden.unwrap_or_default().max(KEY.len());
        shown = shown + before + "…";
        rest = &tail[hidden..];
    }
    shown + rest
}

/// The bytes of `text` that repeat the beginning of `other`. Any white space is like any other, as [`printable`]
/// makes blanks of it.
fn repeated(text: &str, other: &str) -> usize {
    let pairs = text.chars().zip(other.chars());
    pairs
        .take_while(|(one, other)| one == other || one.is_whitespace() && other.is_whitespace())
        .map(|(c, _)| c.len_utf8())
        .sum()
}

/// Replaces in `text` what stands between `://` and the last `@` of any of `given`, where `text` repeats
/// it, whole or cut short.
pub(crate) fn without_credentials(text: &str, given: &[AsTyped]) -> String {
    let credentials = |typed: &AsTyped| -> Option<String> {
        let (_, rest) = typed.reveal().split_once("://")?;
        let (credentials, _) = rest.rsplit_once('@')?;
        Some(credentials.to_owned())
    };
    let credentials: Vec<Zeroizing<String>> = given
        .iter()
        .filter_map(credentials)
        .map(Zeroizing::new)
        .collect();
    let (before, mut rest) = text.split_at(text.find("://").unwrap_or(text.len()));
    let mut shown = before.to_owned();
    while let Some(tail) = rest.strip_prefix("://") {
        // The longest repetition may hold another `://`.
        let hidden = credentials.iter().map(|own| repeated(tail, own)).max();
        let hidden = hidden.unwrap_or_default();
        shown += if hidden > 0 { "://…" } else { "://" };
        let tail = &tail[hidden..];
        let next = tail.find("://").unwrap_or(tail.len());
        shown += &tail[..next];
        rest = &tail[next..];
    }
    shown
}

/// `text` with everything that a terminal would obey, or a reader not see,
/// replaced: control characters, escape codes, marks that turn the direction
/// of writing or have no width. White space becomes a blank; what is over
/// `longest` characters is cut and says so.
pub fn printable(text: &str, longest: usize) -> String {
    let mut clean = String::with_capacity(text.len().min(longest));
    for (n, c) in text.trim().chars().enumerate() {
        if n == longest {
            clean.push('…');
            break;
        }
        clean.push(match c {
            ' ' | '\t' | '\n' | '\r' => ' ',
            c if c.is_control() || invisible(c) => '\u{FFFD}',
            c => c,
        });
    }
    clean
}

/// `text` without case and accents, for comparing as people do: `São` and `SAO` are one.
pub(crate) fn folded(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns those of `known` that are `word` but for a slip in three letters, the nearest first. A name of several words
/// is as near as the nearest of them.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let word = folded(word);
    let slips = (word.chars().count() / 3).max(1);
    let distance = |name: &str| {
        let name = folded(name);
        let parts = name.split([' ', '_', '-', '.']);
        let all = std::iter::once(name.as_str()).chain(parts);
        all.map(|part| strsim::damerau_levenshtein(part, &word))
            .min()
    };
    let mut near: Vec<(usize, &str)> = known
        .filter_map(|name| Some((distance(name)?, name)))
        .filter(|(distance, _)| *distance <= slips)
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, name)| name).collect()
}

/// `text` as a shell takes it for one word.
pub(crate) fn quoted(text: &str) -> String {
    // In a shell of unix a backslash takes the next character's place.
    let signs = if cfg!(windows) { r"/._-+:\" } else { "/._-+:" };
    let plain = |c: char| c.is_alphanumeric() || signs.contains(c);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Characters without a glyph of their own that change how others are seen.
pub(crate) fn invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
        | '\u{E0100}'..='\u{E01EF}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credentials_are_not_repeated() {
        let given = [
            "x",
            "--store=postgres://user:p/w@2026#@host/base",
            "http://@h",
            "a://b:/c://d@e",
        ];
        let given = given.map(|text| AsTyped::from(text.to_owned()));
        for (text, shown) in [
            ("", ""),
            ("no URL", "no URL"),
            (
                "'postgres://user:p/w@2026#@host/base'!",
                "'postgres://…@host/base'!",
            ),
            ("postgres://user:p/w", "postgres://…"),
            ("://user:p/w@2026#@://user:p", "://…@://…"),
            ("https://example.com", "https://example.com"),
            ("http://@h", "http://@h"),
            ("a://b:/c://d@e", "a://…@e"),
            ("://", "://"),
            ("://://", "://://"),
        ] {
            assert_eq!(without_credentials(text, &given), shown, "{text}");
        }
        assert_eq!(format!("{:?}", given[1]), "AsTyped(…)");
    }

    #[test]
    fn keys_are_not_repeated() {
        let given = ["x", "a=-----BEGIN KEY-----\nMIIé=\nB"];
        let given = given.map(|text| AsTyped::from(text.to_owned()));
        for (text, shown) in [
            ("no key", "no key"),
            ("'-----BEGIN KEY-----\nMIIé=\nB'!", "'…'!"),
            ("'-----BEGIN KEY-----\nMIIé' and -----BEGIN", "'…' and …"),
            ("a -----BEGIN KEY----- MIIé… b", "a …… b"),
            ("-----BEGIN KIT", "…IT"),
        ] {
            assert_eq!(without_keys(text, &given), shown, "{text}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_replaced() {
        assert_eq!(
            printable("a\x1b[31mb\u{7}\u{9b}c\u{202e}d", 99),
            "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}c\u{FFFD}d"
        );
        assert_eq!(
            printable(" Padaria\tPão\nQuente ", 99),
            "Padaria Pão Quente"
        );
        assert_eq!(printable("abcdef", 3), "abc…");
    }

    #[test]
    fn case_and_accents_are_folded() {
        assert_eq!(
            folded("Padaria PÃO Quente & Cia"),
            "padaria pao quente & cia"
        );
    }

    #[test]
    fn slips_are_forgiven() {
        let known = ["Padaria Pão Quente", "Clínica São José", "check"];
        let near = |word| nearest(word, known.into_iter());
        assert_eq!(near("padria"), ["Padaria Pão Quente"]);
        assert_eq!(near("clinika"), ["Clínica São José"]);
        assert_eq!(near("chekc"), ["check"]);
        assert!(near("init").is_empty() && near("").is_empty());
    }

    #[test]
    fn a_shell_takes_what_is_quoted_for_one_word() {
        assert_eq!(quoted("./clientes/config_são"), "./clientes/config_são");
        assert_eq!(quoted("a b; c's"), r"'a b; c'\''s'");
        assert_eq!(quoted("$(x)"), "'$(x)'");
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_remains(text in any::<String>()) {
            let clean = printable(&text, 50);
            prop_assert!(clean.chars().count() <= 51);
            prop_assert!(!clean.chars().any(|c| c.is_control() || invisible(c)));
        }
    }
}
