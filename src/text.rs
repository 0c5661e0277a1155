//! Text from outside, made fit for a terminal, a log, a document and a shell, and for comparing.

use std::fmt;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use zeroize::Zeroizing;

/// Most characters of the line of a customer's page that says whom the customer asks.
pub(crate) const LONGEST_CONTACT: usize = 200;

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

/// Returns whether `text` holds the beginning of a key, which is never shown.
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
        let (scheme, rest) = typed.reveal().split_once("://")?;
        let (credentials, _) = rest.rsplit_once('@')?;
        let authority = rest.split('/').next().unwrap_or_default();
        // `oci://BUCKET@NAMESPACE/…` names no user.
        let is_bucket = authority.matches('@').count() == 1 && !authority.contains(':');
        if scheme.eq_ignore_ascii_case("oci") && is_bucket {
            return None;
        }
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

/// Returns `path` as messages show it.
pub(crate) fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy(), 255)
}

/// Returns the byte of two hexadecimal digits.
pub(crate) fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? << 4 | digit(low)?).ok()
}

/// Returns `bytes` as hexadecimal digits in lower case, two of each.
pub(crate) fn hex<'b>(bytes: impl IntoIterator<Item = &'b u8>) -> String {
    let digits = bytes.into_iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

/// Returns `bytes` as pairs of hexadecimal digits in lower case with colons, as fingerprints are written.
pub(crate) fn pairs(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| hex([byte])).collect();
    pairs.join(":")
}

/// `text` with everything that a terminal would obey, or a reader not see,
/// replaced: control characters, escape codes, marks that turn the direction
/// of writing or have no width. White space becomes a blank; what is over
/// `longest` characters is cut and says so.
///
/// Selectors and joiners stay where Unicode gives them a meaning: in an emoji, behind an ideograph, and in words of the
/// scripts that are spelt with them.
pub fn printable(text: &str, longest: usize) -> String {
    let text = text.trim();
    let mut clean = String::with_capacity(text.len().min(longest));
    for (n, (at, c)) in text.char_indices().enumerate() {
        if n == longest {
            // A joiner or a selector that joins nothing any more is of no use.
            let end = clean.trim_end_matches(invisible).len();
            clean.truncate(end);
            clean.push('…');
            break;
        }
        clean.push(match c {
            ' ' | '\t' | '\n' | '\r' => ' ',
            c if c.is_control() || is_no_character(c) => '\u{FFFD}',
            c if invisible(c) && !is_meant(&text[..at], c, &text[at + c.len_utf8()..]) => {
                '\u{FFFD}'
            }
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

/// The code points of Unicode that are no characters. XML has no way to write the first two.
fn is_no_character(c: char) -> bool {
    u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}')
}

const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
const ZERO_WIDTH_JOINER: char = '\u{200D}';
/// Asks for an emoji's coloured form; the one before it asks for the plain one.
const EMOJI_SELECTOR: char = '\u{FE0F}';
/// The box around a digit that makes a keycap of it.
const KEYCAP: char = '\u{20E3}';
/// The flag that tags make another one of: England's, for one.
const BLACK_FLAG: char = '\u{1F3F4}';
/// The end of a sequence of tags.
const LAST_TAG: char = '\u{E007F}';
/// The most tags of a flag, without its end: a country and a part of it (ISO 3166-2).
const MOST_TAGS: usize = 6;

/// Returns whether `c`, which has no glyph, has a meaning between `before` and `after`: the sequences of Unicode's technical
/// standards 51 (emoji) and 37 (ideographs), and the joiners that internationalized domain names allow (RFC 5892,
/// appendix A).
fn is_meant(before: &str, c: char, after: &str) -> bool {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let Some(last) = last else {
        return false;
    };
    match c {
        EMOJI_SELECTOR | '\u{FE0E}' if is_keycap_base(last) => next == Some(KEYCAP),
        EMOJI_SELECTOR | '\u{FE0E}' if is_pictograph(last) => true,
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => is_ideograph(last),
        ZERO_WIDTH_JOINER if is_emoji(before) && next.is_some_and(is_pictograph) => true,
        ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER if is_virama(last) => {
            next.is_some_and(char::is_alphabetic)
        }
        ZERO_WIDTH_NON_JOINER => {
            let arabic = |c: char| matches!(c, '\u{0620}'..='\u{06FF}' | '\u{0710}'..='\u{077F}' | '\u{08A0}'..='\u{08FF}');
            arabic(last) && next.is_some_and(arabic)
        }
        '\u{E0020}'..=LAST_TAG => is_in_flag(before, c, after),
        _ => false,
    }
}

/// Returns whether `text` ends with an emoji, with its selector or tone of skin if it has one.
fn is_emoji(text: &str) -> bool {
    let mut back = text.chars().rev();
    match back.next() {
        Some(EMOJI_SELECTOR | '\u{1F3FB}'..='\u{1F3FF}') => back.next().is_some_and(is_pictograph),
        last => last.is_some_and(is_pictograph),
    }
}

/// Returns whether the tag `c` is one of a flag's: after a black flag and other tags, and with the end of them to come.
fn is_in_flag(before: &str, c: char, after: &str) -> bool {
    let tag = |c: &char| matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}');
    let tags_before = before.chars().rev().take_while(tag).count();
    let flag = before.chars().rev().nth(tags_before) == Some(BLACK_FLAG);
    if c == LAST_TAG {
        return flag && (1..=MOST_TAGS).contains(&tags_before);
    }
    let tags_after = after.chars().take_while(tag).count();
    let ends = after.chars().nth(tags_after) == Some(LAST_TAG);
    flag && tag(&c) && ends && tags_before + tags_after < MOST_TAGS
}

/// Returns whether `c` makes a keycap together with a selector and a box.
fn is_keycap_base(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

/// Returns whether `c` is a pictograph: the blocks that hold all of them, and the few in other blocks.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{2460}'..='\u{24FF}'
        | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}' | '\u{00A9}' | '\u{00AE}' | '\u{203C}'
        | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
}

/// Returns whether `c` is an ideograph, of which fonts have variants.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}')
}

/// Returns whether `c` takes a consonant its vowel, in a script of India or its neighbours.
fn is_virama(c: char) -> bool {
    /// The combining class of these signs.
    const VIRAMA: u8 = 9;
    canonical_combining_class(c) == VIRAMA
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

    #[test]
    fn selectors_and_joiners_stay_where_they_mean_something() {
        for whole in [
            "Café ☕\u{FE0F}",
            "❤\u{FE0F}\u{200D}🔥",
            "👨\u{200D}👩\u{200D}👧\u{200D}👦",
            "👩🏽\u{200D}💻",
            "🏳\u{FE0F}\u{200D}🌈",
            "1\u{FE0F}\u{20E3} #\u{FE0F}\u{20E3}",
            "🇧🇷",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}!",
            "☎\u{FE0E}",
            "葛\u{E0100}城",
            "می\u{200C}خواهم",
            "ශ\u{0DCA}\u{200D}රී",
            "क\u{094D}\u{200C}ष",
        ] {
            assert_eq!(printable(whole, 99), whole);
        }
        for (text, clean) in [
            ("a\u{FE0F}b", "a\u{FFFD}b"),
            ("1\u{FE0F}2", "1\u{FFFD}2"),
            ("\u{FE0F}☕", "\u{FFFD}☕"),
            ("☕\u{FE0F}\u{FE0F}", "☕\u{FE0F}\u{FFFD}"),
            ("a\u{200D}b", "a\u{FFFD}b"),
            ("👨\u{200D}", "👨\u{FFFD}"),
            ("👨\u{200D}a", "👨\u{FFFD}a"),
            ("👨\u{200B}👩", "👨\u{FFFD}👩"),
            ("a\u{200C}b", "a\u{FFFD}b"),
            ("a\u{E0061}", "a\u{FFFD}"),
            ("🏴\u{E0067}\u{E0062}", "🏴\u{FFFD}\u{FFFD}"),
            ("🏴\u{E007F}", "🏴\u{FFFD}"),
            ("a\u{E0100}", "a\u{FFFD}"),
            (
                "x\u{FFFE}y\u{FFFF}z\u{1FFFE}",
                "x\u{FFFD}y\u{FFFD}z\u{FFFD}",
            ),
        ] {
            assert_eq!(printable(text, 99), clean);
        }
        // A cut leaves no joiner behind.
        assert_eq!(printable("👨\u{200D}👩", 2), "👨…");
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_remains(text in any::<String>()) {
            let clean = printable(&text, 50);
            prop_assert!(clean.chars().count() <= 51);
            prop_assert!(!clean.chars().any(char::is_control));
            for (at, c) in clean.char_indices().filter(|(_, c)| invisible(*c)) {
                prop_assert!(is_meant(&clean[..at], c, &clean[at + c.len_utf8()..]), "{}", clean);
            }
        }
    }
}
